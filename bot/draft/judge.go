package draft

import (
	"fmt"
	"slices"
	"strings"

	"quartermaster/core/plan"
)

// sense is what a word that may turn a letter round says.
type sense int

const (
	outright  sense = iota // wrong wherever it asks or states
	slower                 // later, slower, longer
	sooner                 // earlier than it is
	dearer                 // higher, larger, more
	goOn                   // go on with what is cancelled
	asItWas                // leave what is to change
	ordering               // words of an order in a request for quotation
	supplying              // and of its fulfilment
	settling               // confirm
)

var senses = []struct {
	of    sense
	words *pattern
	kinds []plan.LetterKind // nil: all
}{
	{dearer, compile(`^too (?:low|small)`), []plan.LetterKind{plan.LetterPrice, plan.LetterMOQ}},
	{outright, compile(`^(?:delays?|new|later|your|this) .*(?:helps?|suits?|good|in order|better|understandable)$|^(?:thank|pleased|happy|glad|relieved|delighted|excused|live|there|all|plenty|enough)`), nil},
	{outright, compile(`^(?:wait with|whenever|at your|no |take your|more time|dearer|go up)`), nil},
	{sooner, compile(`^(?:early|ahead)`), nil},
	{goOn, compile(`^(?:continu|go ahead|go on|proceed|keep|ship|send|deliver|make|produce)`), []plan.LetterKind{plan.LetterCancel}},
	{asItWas, compile(`^(?:as |unchanged|keep|leav)`), []plan.LetterKind{plan.LetterChange}},
	{ordering, compile(`order|^hereby`), []plan.LetterKind{plan.LetterRFQ}},
	{supplying, compile(`^(?:ship|deliver|send|produc|manufactur|start|reserv|go ahead|proceed)`), []plan.LetterKind{plan.LetterRFQ}},
	{settling, compile(`^confirm`), []plan.LetterKind{plan.LetterRFQ}},
	{dearer, compile(`^(?:ris|rais|higher|larger|greater|too )`), []plan.LetterKind{plan.LetterPrice, plan.LetterMOQ, plan.LetterLead}},
	{slower, compile(`(?:^|\s)delay|^(?:late|postpon|defer|slow|suspend|push|put|hold|longer|extend|lengthen|increas|rais)`), nil},
}

func senseOf(k plan.LetterKind, word string) sense {
	for _, s := range senses {
		if (s.kinds == nil || slices.Contains(s.kinds, k)) && s.words.MatchString(word) {
			return s.of
		}
	}
	return outright
}

var (
	approving = compile(`\b(?:fine|happy|glad|okay|ok|good|grateful|appreciate\w*|welcome\w*|no problem|acceptable|all right|right|great|pleased|perfect|suits?|works|better|best|helps?|prefer\w*|ideal|accommodat\w*)\b`)
	forWord   = compile(`\b(?:let us know|tell|tells|telling|inform\w*|hear|know|reply|word|note|notice|confirm\w*|answer|news|advise|update\w*|explain\w*|explanation|thank you|thanks)\b`)
	// averted stands before what is to be kept off, caused before what is only explained.
	averted  = compile(`\b(?:avoid(?:ing)?|prevent(?:ing)?|without|minimi[sz](?:e|ing)|reduc(?:e|ing)|limit(?:ing)?|instead of|rather than|against|further|spare us|no more) (?:(?:the|any|an?|further|more|additional|such|another|new|this|that|it|being|of|even|possible|unnecessary) ){0,3}$`)
	caused   = compile(`\b(?:reasons?|causes?|caused|causing|background|explanation|explain\w*|because of|due to|owing to|behind|despite|in spite of|given|update on|status of|consequences? of|impact of|effects? of) (?:(?:for|of|behind|the|this|that|these|your|our|any|further|new|repeated|to|in|it|goods|order|delivery|arrival|shipment|was|is|being|has|been|what) ){0,5}$`)
	ourDoing = compile(`\b(?:we|i) (?:(?:have|had|will|would|also|now|already|therefore|thus|hereby|must|can|could|want|need|wish|decided|plan|to|are|were|was|been|going) )*$`)
	happened = compile(`\b(?:been|was|were|had) (?:\w+ )?$`)

	priceWords = compile(`\b(?:(?:(?:order|purchase|unit|present|current) )*prices?|pricing|quotations?|offers?|money|it|them|they|charge)\b`)
	leastWords = compile(`\b(?:minimums?|moq|quantit\w+|lots?|thresholds?|orders?|batch\w*|it|them|that)\b`)
	otherwise  = compile(`\b(?:orders?|volumes?|quantit\w+|purchases|costs?|inventory|frequency|sales|demand|cooperation|business|question|matter|topic|subject|point|request|issue|flexib\w+|competiti\w+|turnover|efficiency|pressure|stock|variety|customers?)\b`)
	moreOften  = compile(`\b(?:(?:order|ordering) frequency|frequency|sales|demand|cooperation|business|question|matter|topic|subject|point|request|issue|flexib\w+|competiti\w+|turnover|efficiency|pressure|variety|customers?|stock|inventory|storage|costs?|capital|risk)\b`)
	thanOurs   = compile(`(?:higher|larger|bigger|greater|more|longer) (?:\w+ )?than (?:what )?(?:we|our|is|are|the|usual|before|needed|required|expected|average|xx|others?|those|elsewhere|in|any|stated|planned|hoped|agreed)\b|(?:higher|larger|longer) than$`)
	together   = compile(`\b(?:cancel\w*|cooperat\w*|relationship|partnership|collaborat\w*|(?:work|working)(?: together)? with you|(?:work|working) together|business|informed|updated|in touch|in mind|in contact|trouble|inconvenience|disruption|effects?|impact|loss\w*|minimum|records?)\b`)
	inWriting  = compile(`^ (?:to us )?(?:by (?:e-?mail|xx)|in writing|by return|by reply)\b|^ with (?:the|this|our) cancel`)
	theGoods   = compile(`\b(?:goods|produc\w+|(?:the|this|our|your|an|these) orders?|ship\w*|deliver\w*|items?|lines?|making|it|them)\b`)
	meantime   = compile(`\b(?:until|till|unless|before|pending|meanwhile|in the meantime|as long as|for now|for the moment|while (?:we|you|this|your|our)|awaiting)\b`)
	isOne      = compile(`\b(?:this|that|it|letter|message|here) (?:is|are) (?:already |now |hereby |clearly |in fact )*$`)
	notAnOrder = compile(`\b(?:before|possible|potential|future|later|minimum|prospective|any|next|per) (?:\w+ ){0,2}$`)
	forQuote   = compile(`\b(?:prices?|lead times?|validity|minimum|offers?|quot\w+|receipt|availab\w+|receiv\w+|requests?|interest|valid|able|details|information|answers?|reply|replies|time|terms|costs?|options?|methods?|conditions?|quantity|quantities)\b`)
	negator    = compile(`\b(?:not|no|never|nor|neither|nothing|none|cannot|yet to|without|rather than|instead of|withhold\w*|withheld|\w+n't)\b`)
)

// negatedOnce reports whether an odd number of negations bears on the clause: its own,
// and those of a clause that "that" hangs from.
func negatedOnce(c clause, before []clause) bool {
	text := strings.TrimPrefix(c.text, "why not")
	if strings.Contains(text, "neither") {
		text = strings.ReplaceAll(text, "nor ", "")
	}
	n := len(negator.FindAllString(text, -1))
	if strings.HasPrefix(c.text, "that ") && len(before) > 0 && before[len(before)-1].sentence == c.sentence {
		n += len(negator.FindAllString(before[len(before)-1].text, -1))
	}
	return n%2 == 1
}

// reverses reports whether a word, which stands at in the clause, turns a letter of a
// kind round. before are the clauses before it.
func reverses(k plan.LetterKind, c clause, at int, word string, before []clause) bool {
	s := senseOf(k, word)
	head, tail := c.text[:at], c.text[at+len(word):]
	if c.open() && s != goOn && (!ability.MatchString(head+word) || limited.MatchString(c.text)) {
		return consented(c)
	}
	if c.open() && s == goOn && !ability.MatchString(head+word) && !strings.Contains(c.text, "please") {
		return false
	}
	if s == goOn && c.open() && strings.HasPrefix(c.text, "how ") || word == "longer" && strings.HasSuffix(head, "no ") {
		return false
	}
	if k == plan.LetterDelay && strings.HasPrefix(word, "approv") && negatedOnce(c, before) {
		return false
	}
	switch s {
	case slower:
		if k == plan.LetterPrice || k == plan.LetterMOQ {
			return true
		}
		if averted.MatchString(head) || caused.MatchString(head) {
			return approvingBeside(c)
		}
		matter := k == plan.LetterDelay || k == plan.LetterExpedite || k == plan.LetterLead
		verb := !strings.HasPrefix(word, "late") && word != "longer" && word != "delay" && word != "delays"
		switch {
		case !matter || c.mood == requesting || approvingBeside(c) || modal.MatchString(c.text) && c.mood != reporting:
			return true
		case verb && (ourDoing.MatchString(head) || strings.Contains(tail, " by us")):
			return true
		case c.mood == reporting:
			return false
		case verb:
			return !happened.MatchString(head)
		}
		return false
	case sooner:
		return c.mood != requesting || strings.HasSuffix(head, "too ")
	case dearer:
		if c.mood != requesting && thanOurs.MatchString(word+tail) && !approving.MatchString(c.sentence) {
			return false
		}
		if c.mood == stating && burden.MatchString(c.text) && !approving.MatchString(c.sentence) {
			return false
		}
		switch nearest(k, word, head, tail) {
		case 1:
			return true
		case -1:
			return false
		}
		return c.mood == requesting || modal.MatchString(c.text)
	case goOn:
		return (!together.MatchString(c.text) || theGoods.MatchString(tail)) && !inWriting.MatchString(tail)
	case asItWas:
		return !meantime.MatchString(c.sentence) || modal.MatchString(c.text)
	case ordering:
		return isOne.MatchString(head) || !negatedOnce(c, before) && !strings.HasPrefix(c.text, "before ") && !anyFollows.MatchString(tail) && !notAnOrder.MatchString(head)
	case supplying:
		return (c.mood == requesting || c.mood == supposing || ourDoing.MatchString(head)) && !forQuote.MatchString(tail)
	case settling:
		return !forQuote.MatchString(tail) && (tail != "" || !forQuote.MatchString(c.sentence))
	}
	return true
}

// approvingBeside reports whether the clause or one beside it says that it is well so.
func approvingBeside(c clause) bool {
	return approving.MatchString(c.text) && !forWord.MatchString(c.text) && c.mood != reporting || consented(c)
}

// consented reports whether another part of the sentence says that it is well so, and
// not only that word of it is welcome.
func consented(c clause) bool {
	rest := strings.Replace(c.sentence, c.text, " ", 1)
	return approving.MatchString(rest) && !forWord.MatchString(rest)
}

// judge goes through the clauses of English prose.
func (f facts) judge(prose string) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	all := clauses(prose)
	against := f.rules().against["en"]
	for i, c := range all {
		for _, m := range against.FindAllStringIndex(c.text, -1) {
			if word := c.text[m[0]:m[1]]; f.kind == weekKind || reverses(f.kind, c, m[0], word, all[:i]) {
				fault("%q is the opposite of what this letter asks for, or nothing of its matter", word)
				break
			}
		}
		if i > 0 && all[i-1].sentence == c.sentence { // across the cut
			joint := all[i-1].text + " " + c.text
			for _, m := range against.FindAllStringIndex(joint, -1) {
				if word, cut := joint[m[0]:m[1]], len(all[i-1].text); m[0] < cut && m[1] > cut+1 {
					fault("%q is the opposite of what this letter asks for, or nothing of its matter", word)
				}
			}
		}
		if word := turnsRound(f.kind, c, all[:i]); word != "" {
			fault("%q turns a request around", word)
		}
		if word := f.asksElse(c); word != "" {
			fault("%q is nothing that such a letter asks for", word)
		}
		if word := f.weDo(c); word != "" {
			fault("that we %q is nothing of this letter's matter", word)
		}
		if word, why := f.claimed(c, all[:i]); word != "" {
			fault(why, word)
		}
		if word := consents(f.kind, c, all[:i]); word != "" {
			fault("%q is a promise or a matter of money or law", word)
		}
	}
	return faults
}

var (
	timeWords = compile(`\b(?:(?:lead |delivery |transit |production )?times?|days|deliver\w+|it|them|lead|period)\b`)
	hasGrown  = compile(`^(?:risen|rises?|rising|raised|too .*)$`)
)

// nearest says what it is that rises: 1 what the letter wants lower, -1 another thing
// such as demand, 0 nothing named. It is what follows ("raise our orders"), or what
// stands before ("demand has risen").
func nearest(k plan.LetterKind, word, head, tail string) int {
	about, other := priceWords, otherwise
	switch k {
	case plan.LetterMOQ:
		about, other = leastWords, moreOften
	case plan.LetterLead:
		about = timeWords
	}
	first := func(re *pattern) (at, length int) {
		if m := re.FindStringIndex(tail); m != nil {
			return m[0], m[1] - m[0]
		}
		return len(tail) + 1, 0
	}
	last := func(re *pattern) int {
		if all := re.FindAllStringIndex(head, -1); all != nil {
			return all[len(all)-1][1]
		}
		return -1
	}
	after := func() int {
		a, long := first(about)
		o, longer := first(other)
		switch {
		case (a < o || a == o && long >= longer) && a <= len(tail):
			return 1
		case o <= len(tail):
			return -1
		}
		return 0
	}
	before := func() int {
		a, o := last(about), last(other)
		switch {
		case a >= o && a >= 0:
			return 1
		case o >= 0:
			return -1
		}
		return 0
	}
	if hasGrown.MatchString(word) {
		if n := before(); n != 0 {
			return n
		}
		return after()
	}
	if n := after(); n != 0 {
		return n
	}
	return before()
}

var (
	burden     = compile(`\b(?:tie|ties|tying|lead|leads|force|forces|cause|causes|hard|harder|difficult|strain|burden|problems?|risk|overstock|capital|pressure|weigh|squeeze)\b`)
	anyFollows = compile(`^ (?:would|might|may|could) (?:only |then )?(?:follow|be placed|come)\b`)
)
