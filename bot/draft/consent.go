package draft

import (
	"strings"

	"quartermaster/core/plan"
)

var (
	// turned finds negations that could turn a request round.
	turned = compile(`\b(?:(?:do|does|did|should|shall|must|need|please|kindly|may|can|will|could|might|would|am|be|is|are|was|were|has|have|had|ought|rather|'d) (?:not|never)|cannot|not to|none|in no way|by no means|no (?:\w+ )?(?:is|are) (?:needed|required|necessary|wanted)|(?:do|does|did|should|must|need|would|wo|is|are|was|were|has|have|had|ca|could|sha|mus)n't|(?:don|doesn|didn|shouldn|mustn|needn|wouldn|won|isn|aren|wasn|weren|hasn|haven|can|couldn) ?' ?t|never|forget\w*|avoid\w*|stop\w*|unless|nothing|no (?:need|longer|more))\b`)

	notMeaning  = compile(`^(?:(?:yet|in itself|by itself|of course|in any way|necessarily|as such) )*(?:mean|constitute|imply|represent|amount to|fit|match|suit our|cover|allow us|leave us|correspond|reflect|bind|affect|oblige|change anything|look (?:right|correct|complete)|seem (?:right|correct|complete)|appear (?:right|correct|complete))\b`)
	notBeing    = compile(`^(?:(?:yet|always|quite|entirely|fully|currently|at present|an?|our|in|exactly|any|the|intended|meant|to be|taken|as|really|so) )*(?:ready|available|clear|possible|correct|complete|enough|sufficient|certain|sure|able|easy|ideal|convenient|simple|pleasant|usual|competitive|workable|practical|viable|acceptable|affected|large|small|high|low|good|satisfied|xx|message|step|letter|situation|pleasant|a decision|the news|what we|sustainable|consent|approval|acceptance|agreement|arrived|here|received|delivered|shipped|dispatched|stock|line|what|known|decided|aware|a consent)\b`)
	notHaving   = compile(`^(?:(?:yet|so far|all|quite|always|been|come|in|as) )*(?:to|needed|asked|required|requested|ordered|wanted|placed|confirmed|approved|changed|necessary)\b`)
	notAgreed   = compile(`^(?:yet |so far )(?:confirmed|approved|accepted) (?:the|this|that|your|any)(?: (?:new|later|changed|proposed))? (?:date|day|arrival)\b`)
	notDoing    = compile(`^(?:(?:yet|simply|easily|currently|always|possibly) )*(?:confirm|order|accept|take|ask|need|receive|agree|approve|consent)\b`)
	usBefore    = compile(`\b(?:we|i)(?: (?:still|also|currently|simply|really|unfortunately|just|now))* $`)
	notInHand   = compile(`^(?:(?:yet|currently|at present|really|always|even|quite) )*(?:have (?:of\b|from\b|much|many|enough|sufficient|the (?:goods|space|room|capacity|storage|stock|rest)|space|room|them|it yet|any of)|know|see (?:why|how|where|when|them|it|the goods)|find|understand (?:why|how|what)|sell (?:enough|as|that|so|them))\b`)
	notComing   = compile(`^(?:(?:yet|actually|quite|even|all) )*(?:arrive|come|reach|get here|get to us|receive|hear|turn up|show up|make it|leave|meet|match|happen|sell as)\b`)
	nothingOpen = compile(`^(?:(?:should|must|may|can|is|remains|was|has been) (?:be )?)?(?:left (?:open|out)|open|unclear|missing|missed|lost)\b`)
	smallest    = compile(`\b(?:smallest|lowest|least|minimum) (?:\w+ ){0,2}you (?:can |would |could |normally |usually )*$`)
	useNoMore   = compile(`^(?:take|use|sell|need|place|keep|receive|carry)\b`)
	notArrived  = compile(`^(?:(?:has|have|had) )(?:yet |so far )?(?:arrived|come|reached|been (?:received|delivered|shipped|sent))\b`)
	keepOff     = compile(`^(?:(?:the|any|this|our|these|all|of) )*(?:orders?|deliver\w*|shipments?|shipping|sending|producing|production|confirm\w*|goods|changes?|cancel\w*|speeding|acting|answer\w*|reply\w*|making|placing)\b`)
	notNeeded   = compile(`^(?:be )?(?:needed|required|need|require)\b`)
	purpose     = compile(`\b(?:so as|in order|or) $`)
	consenting  = compile(`\b(?:agree\w*|accept(?:|s|ed|ing|ance|able)|consent\w*|approv\w*)\b`)
	will        = compile(`\b(?:we|i)(?: (?:will|shall|are going to|are willing to|can offer)|'ll)\b`)
	harmlessly  = compile(`^ (?:(?:then|of course|gladly|also|certainly|in turn|be|very|most|of course) )*(?:be able to (?:plan|reply|respond|decide|answer)|(?:glad|grateful|happy|pleased|delighted|thankful) (?:for|if|to (?:hear|receive|learn|know|read|see|discuss|talk|answer|help|explain))|await|do business|look (?:at|into|through|forward)|review|check|study|discuss|consider|assess|get back|come back|let you know|be in touch|appreciate|talk|listen|compare|decide(?:$| (?:when|after|then|soon|how|what)))\b`)
	whose       = compile(`\b(?:we|i|you|please|kindly|your|it|they|this|that|the|our)\b`)
	dayNoun     = compile(`\b(?:dates?|days?|arrivals?|deliver\w+|times?|schedule|as|than|originally|previously|once|on|for)\b`)
	theApology  = compile(`^ (?:(?:our|my|sincere|warm|honest|warmest|heartfelt) )*(?:apolog\w+|regrets?|thanks)\b`)
	theRequest  = compile(`^ (?:to(?: |$))?(?:(?:our|the|this|these|that|such|such an?|an?|requested|proposed|purchase|new|smaller|lower|reduced|shorter) )*(?:requests?|lots|quantities|minimums?|batches|wish\w*|proposals?|suggestions?|changes?|amendments?|orders?|terms|this|that|it|$)`)
	acceptables = compile(`^acceptable`)
)

// turnsRound returns the negation in a clause that turns a request of a letter round,
// or nothing. What has not arrived, what is not possible and whether something is not
// clear does not.
func turnsRound(k plan.LetterKind, c clause, before []clause) string {
	for _, m := range turned.FindAllStringIndex(c.text, -1) {
		word, head, tail := c.text[m[0]:m[1]], c.text[:m[0]], strings.TrimSpace(c.text[m[1]:])
		aux, _, _ := strings.Cut(strings.Replace(word, "n't", " not", 1), " ")
		ours := usBefore.MatchString(head)
		odd := negatedOnce(c, before)
		fine := false
		switch {
		case strings.HasPrefix(word, "avoid"):
			fine = !keepOff.MatchString(tail)
		case word == "unless":
			fine = strings.HasPrefix(tail, "you") || strings.HasPrefix(tail, "and until")
		case strings.HasPrefix(word, "disregard"), strings.HasPrefix(word, "ignor"), strings.HasPrefix(word, "forget"), strings.HasPrefix(word, "refrain"), word == "opposite":
		case c.open():
			fine = true
		case k == plan.LetterRFQ && odd && strings.Contains(c.text, "order"), k == plan.LetterDelay && odd && consenting.MatchString(c.text) && !strings.Contains(tail, "goods"):
			fine = aux != "do" && aux != "please" && aux != "kindly" && aux != "need" && !strings.HasPrefix(word, "no ")
		case word == "not to":
			fine = purpose.MatchString(head)
		case word == "nothing":
			fine = notArrived.MatchString(tail) || nothingOpen.MatchString(tail) || k == plan.LetterChange && meantime.MatchString(c.sentence) && strings.Contains(tail, "change")
		case word == "no longer":
			fine = k == plan.LetterCancel && strings.HasSuffix(head, "can ") && useNoMore.MatchString(tail) ||
				k == plan.LetterCancel && notNeeded.MatchString(tail) || noMore.MatchString(tail)
		case strings.HasPrefix(word, "stop"):
			fine = k == plan.LetterCancel && noMoreWork.MatchString(tail)
		case (k == plan.LetterCancel || k == plan.LetterChange) && strings.Contains(c.text, "hope") && noHarm.MatchString(tail):
			fine = true
		case aux == "may" || aux == "might":
			fine = c.mood != requesting && strings.HasPrefix(tail, "be ") && notBeing.MatchString(strings.TrimPrefix(tail, "be "))
		case aux == "will":
			fine = noHarm.MatchString(tail) && (k == plan.LetterCancel || k == plan.LetterChange)
		case aux == "do" || aux == "does":
			fine = (c.mood != requesting || strings.HasPrefix(c.text, "that ")) && (notMeaning.MatchString(tail) && (!strings.HasPrefix(tail, "affect") || k == plan.LetterCancel || k == plan.LetterChange) ||
				ours && notInHand.MatchString(tail) || k == plan.LetterRFQ && strings.HasPrefix(tail, "xx"))
		case aux == "did":
			fine = c.mood != requesting && notComing.MatchString(tail)
		case aux == "is" || aux == "are" || aux == "was" || aux == "were" || aux == "am":
			fine = notBeing.MatchString(tail) && !strings.Contains(c.text, "please")
		case aux == "has" || aux == "have" || aux == "had":
			fine = !notHaving.MatchString(tail) && tail != "" || k == plan.LetterDelay && ours && notAgreed.MatchString(tail)
		case word == "cannot", aux == "can", aux == "could", aux == "ca":
			fine = (ours || head == "but ") && !notDoing.MatchString(tail) || k == plan.LetterDelay && odd && notDoing.MatchString(tail) && !strings.Contains(tail, "goods") ||
				ours && k == plan.LetterCancel && strings.HasPrefix(tail, "take")
		}
		if !fine {
			return word
		}
	}
	return ""
}

// consents returns the words by which a clause agrees to something or promises to do
// something for us, or nothing. That the supplier may agree, that we have not, and what
// day was agreed is no consent.
func consents(k plan.LetterKind, c clause, before []clause) string {
	for _, m := range will.FindAllStringIndex(c.text, -1) {
		if !c.open() && !harmlessly.MatchString(c.text[m[1]:]) {
			return c.text[m[0]:m[1]]
		}
	}
	for _, m := range consenting.FindAllStringIndex(c.text, -1) {
		word, head, tail := c.text[m[0]:m[1]], c.text[:m[0]], c.text[m[1]:]
		if strings.HasPrefix(word, "approv") {
			continue // of the words against
		}
		if k == plan.LetterDelay && (strings.HasSuffix(head, "without ") || strings.HasSuffix(head, "before ")) || theApology.MatchString(tail) {
			continue
		}
		who := ""
		if all := whose.FindAllString(head, -1); len(all) > 0 {
			who = all[len(all)-1]
		}
		supplier := who == "you" || who == "please" || who == "kindly" || who == "your"
		switch {
		case givenNoun.MatchString(word):
			if givenOurs.MatchString(head) && (k != plan.LetterDelay || !negatedOnce(c, before)) || who == "our" && !notGiven.MatchString(head) && !c.open() && !negatedOnce(c, before) {
				return word
			}
		case acceptables.MatchString(word):
			if !c.open() && !strings.Contains(tail, "to you") && (k != plan.LetterDelay || !negatedOnce(c, before)) {
				return word
			}
		case c.open() && who != "we" && who != "i":
		case c.open() && (strings.HasPrefix(c.text, "whether") || strings.HasPrefix(c.text, "until")):
		case strings.HasPrefix(c.text, "until ") || strings.HasPrefix(c.text, "before ") || strings.HasPrefix(c.text, "unless "):
		case word == "agreed" && (k == plan.LetterExpedite || k == plan.LetterDelay || k == plan.LetterLead || k == plan.LetterOrder) && agreedOnce(c, head, tail, before):
		case k == plan.LetterDelay && negatedOnce(c, before) && !strings.Contains(tail, "goods"):
		case supplier && c.mood == requesting && theRequest.MatchString(tail):
		case who == "you" && tail == "" && smallest.MatchString(head):
		default:
			return word
		}
	}
	return ""
}

var (
	agreedBeforehand = compile(`\b(?:as|than|originally|previously|initially|once|earlier|first) (?:we |was |were |is |had |been |have |originally |initially )*$`)
	dayWeHad         = compile(`\b(?:dates?|days?|arrivals?|deliver\w+|times?|schedule|deadline)\b(?: of \w+)? (?:(?:that|which|we|you|had|have|both|was|were|had been|originally|first|initially|once) ?)*$`)
	agreedDay        = compile(`^ (?:upon |on )?(?:dates?|days?|arrivals?|deliver\w+|times?|lead|schedule|deadlines?)\b`)
	pastAgreed       = compile(`\b(?:was|were|having been|had been|we had|had) (?:originally |first |initially |once |both )?$`)
)

// agreedOnce reports whether "agreed" speaks of a day that was agreed before.
func agreedOnce(c clause, head, tail string, before []clause) bool {
	if approving.MatchString(c.sentence) && !forWord.MatchString(c.sentence) {
		return false
	}
	if agreedBeforehand.MatchString(head) || dayWeHad.MatchString(head) || agreedDay.MatchString(tail) {
		return true
	}
	if pastAgreed.MatchString(head) && (strings.HasPrefix(tail, " for") || strings.HasPrefix(tail, " on") || strings.HasPrefix(tail, " upon") || strings.HasPrefix(tail, " with") || strings.Contains(head, "had")) {
		return true
	}
	// "the day | that we agreed", "the arrival date we agreed has gone by"
	if n := len(before); n > 0 && before[n-1].sentence == c.sentence && (strings.HasPrefix(c.text, "that ") || strings.HasPrefix(c.text, "which ") || strings.HasPrefix(c.text, "as ")) {
		return dayNoun.MatchString(before[n-1].text)
	}
	return false
}

var (
	// givenNoun are nouns of consent; they bind us where they are ours and there.
	givenNoun  = compile(`^(?:agreement|acceptance|consent|approval)s?$`)
	givenOurs  = compile(`\b(?:you have|has|have|give|giving|gives|given|with|in|full|hereby|is|are) (?:(?:our|full|an|the|my) )*$`)
	notGiven   = compile(`\b(?:pending|subject to|without|until|before|awaiting|await|require|requires|need|needs|contrary to|as per|according to|in line with|per|against|under|your|for your) (?:(?:our|the|your|any|a|an|prior|written|express|further|original) )*$`)
	noMore     = compile(`^(?:enough|sufficient|possible|competitive|sustainable|workable|in line|have|suit\w*|fit\w*|match\w*|the case|up to date)\b`)
	noMoreWork = compile(`^(?:(?:the|any|all|further|of|work on|working on|these|making|producing) )*(?:production|producing|shipment|shipping|work|goods|items|lines|deliver\w+)\b`)
	noHarm     = compile(`^(?:affect|harm|damage|disturb|cause|hurt|happen again)\b`)
)
