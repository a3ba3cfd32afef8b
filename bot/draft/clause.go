package draft

import (
	"strings"
)

// A word that would turn a letter round does so only where it asks or states. In "if
// the day moves again", "what caused the delay" or "to avoid a shortage" it does
// neither. So English prose is cut into clauses, and each clause has a mood.

type mood int

const (
	stating    mood = iota
	requesting      // asks, wishes or permits
	inquiring       // asks for information: whether, what, why
	supposing       // if, should, in case
	reporting       // says what the supplier said
)

// clause is a part of a sentence in lower case, without punctuation.
type clause struct {
	text string
	mood mood
	// sentence is the whole of it, in lower case.
	sentence string
}

// open reports that nothing is asked or stated.
func (c clause) open() bool { return c.mood == inquiring || c.mood == supposing }

// verbs may begin a clause that asks.
const verbs = `send|ship|deliver|make|take|give|raise|increase|postpone|delay|slow|hold|wait|leave|continue|go|proceed|keep|push|put|extend|produce|return|reject|refuse|start|book|reserve|defer|suspend|resume|charge|regard|consider|treat|accept|approve|agree|ask for|set|manufacture|confirm|add|lower|change`

var (
	sentenceEnd = compile(`[.!?]+|\n\s*\n`)
	// clauseCut finds where a clause begins: at a sign, which goes, or before a word,
	// which stays.
	clauseCut = compile(`[,;:()"“”—–]|\b(?:if|whether|that|which|because|but|while|when|whenever|until|before|after|since|though|although|unless|once|what|why|how|where|in case|in the event|so (?:that|we|you|it|the|they|please)|(?:and|or|then) (?:` + verbs + `|we|i|you|the|this|that|it|they|our|your|there|please|could|would|kindly|so|should))\b`)
	// shortIf ends a condition without a comma.
	shortIf = compile(`^if (?:you (?:like|wish|want|prefer|please)|possible|needed|necessary|so|not|convenient|need be)\b`)

	asks       = compile(`\b(?:please|kindly|let us|let's|feel free|how about|what about|what if|why not)\b|\b(?:we|i)(?:'d)? (?:\w+ ){0,3}?(?:ask|request|want|wish|need|like|prefer|hope|suggest|propose|recommend|expect|require|urge|demand|insist|look forward|count|love|rely)\b|\b(?:would|could|might|should) like\b|\b(?:thanks|thank you)(?: in advance| very much)? for (?:\w+ )?(?:deliver|postpon|delay|ship|send|keep|continu|hold|slow|rais|increas|leav|resum|proceed|extend|tak|mak|start|book|produc|regard|reject|put|charg)ing\b|\b(?:our|my) (?:wish|request|proposal|suggestion|idea|hope|aim|plan) is\b|\byou (?:should|must|may|can|could|need|have to|are to|ought|might|are welcome|are free|would|will)\b`)
	asksFirst  = compile(`^(?:could|can|would|will|may|might) (?:you|we|i|your)\b|^(?:would|is|will) it be\b|^is it (?:possible|okay|ok|fine)\b|^(?:and |or |then |also |simply |just |rather |better |even |do )*(?:` + verbs + `|feel)\b`)
	modal      = compile(`\b(?:should|must|may|might|can|could|would|shall|will|ought|needs?|has to|have to|to be)\b`)
	conditions = compile(`^(?:if|whether|unless|once|when|whenever|in case|in the event|should (?:you|the|there|any\w*|this|that|it|your|our|we|some\w*|further|an?|these|those|they|delays?|problems?|questions?))\b`)
	questions  = compile(`^(?:whether|what|why|which|how|where|who)\b`)
	// ability makes a request of a question: "whether you could postpone".
	ability = compile(`\b(?:can|could|able|willing|ready to|prepared|possible to|would be|want|wish|prefer|would|might)\b`)
	wished  = compile(`\b(?:wish|request|proposal|suggestion|idea|hope|should|must|better|best|important|necessary|desirable|fine|acceptable)\b`)
	limited = compile(`\b(?:not|cannot|only|no longer|unable)\b`)
	// politeIf are ends of a clause after which "if" asks.
	politeIf = compile(`\b(?:grateful|glad|happy|appreciate\w*|thankful|obliged|pleased|delighted|help\w*|great|good|nice|kind|best|better|fine|okay|ok|welcome|like|love|prefer|wonderful|perfect|mind|ideal|useful|acceptable|problem)(?: it| us| for us| to us| of you| with us| very much| a lot| greatly)*$`)
	reports  = compile(`\b(?:your|the|a) (?:\w+ )?(?:message|notice|note|news|e-?mail|letter|update|information|notification|announcement|word|communication|report)\b|\b(?:informed|informing|told|telling|letting us know|learn\w*|heard|understand|understood|noted|take note|taken note|acknowledg\w*|have read|received|according to|wrote|written|announced|advised|mentioned|notified|notifying|(?:sorry|sad|saddened|regret|surprised|disappointed|concerned|dismayed) to (?:hear|see|read|find))\b`)
)

// clauses cuts prose, in which slots are gone.
func clauses(prose string) []clause {
	var out []clause
	text := strings.ToLower(strings.NewReplacer("’", "'", "‘", "'").Replace(prose))
	for _, sentence := range sentenceEnd.Split(text, -1) {
		sentence = squeeze(sentence, "en")
		begin := len(out)
		for _, text := range cutClauses(sentence) {
			c := clause{text: text, sentence: sentence}
			c.mood = moodOf(text, out[begin:])
			out = append(out, c)
		}
	}
	return out
}

func cutClauses(sentence string) (out []string) {
	add := func(s string) {
		s = strings.Trim(s, " ,;:()\"“”—–")
		if m := shortIf.FindString(s); m != "" && m != s {
			out, s = append(out, m), strings.TrimSpace(s[len(m):])
		}
		if s != "" {
			out = append(out, s)
		}
	}
	from := 0
	for _, m := range clauseCut.FindAllStringIndex(sentence, -1) {
		if m[0] > from {
			add(sentence[from:m[0]])
			from = m[0]
		}
	}
	add(sentence[from:])
	return out
}

// moodOf judges a clause by its words and those before it in the sentence.
func moodOf(text string, before []clause) mood {
	last := clause{mood: stating}
	if len(before) > 0 {
		last = before[len(before)-1]
	}
	asked := asks.MatchString(text) || asksFirst.MatchString(text)
	switch {
	case strings.HasPrefix(text, "how about"), strings.HasPrefix(text, "what about"), strings.HasPrefix(text, "what if"), strings.HasPrefix(text, "why not"):
		return requesting
	case questions.MatchString(text):
		return inquiring
	case conditions.MatchString(text):
		if politeIf.MatchString(last.text) || strings.Contains(text, "please") || strings.Contains(text, "kindly") {
			return requesting
		}
		return supposing
	case asked || strings.HasPrefix(text, "that ") && (last.mood == requesting || wished.MatchString(last.text)):
		return requesting
	case reports.MatchString(text) || last.mood == reporting && strings.HasPrefix(text, "that"):
		return reporting
	case last.mood == requesting && !startsAnew(text):
		return requesting
	}
	return stating
}

// startsAnew reports whether a clause has a subject of its own and does not go on
// with what was asked.
func startsAnew(text string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(text, "and "), "or "), " ")
	switch first {
	case "we", "i", "you", "the", "this", "it", "they", "our", "your", "there", "because", "since", "as", "although", "though", "so", "but", "these", "those", "which", "while":
		return true
	}
	return false
}
