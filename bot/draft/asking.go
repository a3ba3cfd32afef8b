package draft

import (
	"strings"

	"quartermaster/core/plan"
)

// A letter may ask for what its task says and for nothing else. Verbs of telling and
// looking (confirm, check, let us know) may be asked for in any letter; those that move
// goods, money or an order only where it is the matter of the letter.

// moving are such verbs, in the form of a request.
const moving = `send|ship|deliver|dispatch|release|forward|produce|manufacture|make|start|begin|continue|add|keep|hold|wait|stop|change|choose|put|place|order|cancel|take|return|buy|give|offer|increase|reduce|lower|raise|shorten|speed|accelerate|expedite|push|prioriti[sz]e|plan|arrange|schedule|set|go|come|leave|pass|carry|pay|split|combine|replace|apply|withdraw|restock|sell|act|move|bring|accept|agree|approve|stay|postpone|delay|use|treat|regard|see to|stick|adjust|amend|modify|quote|hand`

var (
	// askedFor finds the deeds that a clause asks for or allows: behind "please", "could
	// you", "we ask you to" and the like, or first in a clause that goes on asking.
	askedFor = compile(`(?:\b(?:please|kindly|(?:could|can|would|will|might) you|(?:ask|asking|request|want|need|expect|urge|like|prefer|invite|encourage|wish|count on|rely on) (?:that )?you(?: to| could| can| would)?|if you (?:could|would|can)|feel free to|welcome to|free to|able to|possible to|let us) (?:(?:please|kindly|also|perhaps|then|now|simply|just|therefore|already|be able to) )*|^(?:(?:and|or|then|also|so|simply|just|better|do|therefore) )*(?:you (?:may|can|could|should|must|have to|need to|are to|might)(?: also| simply| just| then| well| still| always| certainly| of course| gladly)* )?|, |\band (?:then |also |please )?|\bor )(` + moving + `)\b`)
	// said are what may be sent, given and made in any letter: words.
	telling = `(?:(?:to |with |us |me |our team |back |your |an? |the |some |any |this |it |in |short |brief |quick |written |early |earliest |signed |formal |clear |firm |updated |new |revised |improved |best |better |prompt |swift |possible |further |precise |exact |realistic |fresh |full |final |of |on |by |a few |kind |positive |first |reliable |clear |clearer |latest |next |earlier |definite |good )*)(?:confirmation|reply|answer|word|words|acknowledg\w*|note|notice|response|feedback|message|line|news|update|information|details?|thoughts?|ideas?|suggestions?|proposals?|offers?|quotations?|quotes?|price|prices|price list|unit prices|eta|dates?|day|arrival|reasons?|status|explanation|indication|overview|attention|idea|priority|help|consideration|picture|view|warning|validity|xx)\b`
	inEvery = compile(`^(?:(?:give|send|drop|make|offer|pass|bring|raise|put|set|share) ` + telling + `|keep (?:us|me|in touch|in mind|an eye)|take (?:a |note|the time|into|this into|a moment|care of (?:this|it)|another look|all|your|up)|make (?:sure|us|a note|(?:every|an|your|all|the|any) (?:\w+ )?effort)|give (?:us|this|it|the order)|(?:come|get) (?:back|in touch)|go (?:through|over)|accept (?:our|my|these|this letter)|use (?:this|the|our) (?:\w+ )?(?:table|list|number|file|form|message|letter|opportunity|address|reference|xx)|put (?:this|it|the|our)(?: order)? (?:at|on|to|in|into|first|ahead) |agree (?:to|with) (?:this|it|our|the|such|that|xx|$)|treat (?:this|it|our|the order as unchanged|the matter)|regard (?:this|it)|set out|act on this|agree(?:d|s)\b|hold(?:s)?$|(?:delay|change) (?:of|in|to)\b)`)
	askable = map[plan.LetterKind]*pattern{
		plan.LetterOrder:    compile(`^(?:plan|arrange|schedule|place (?:an?|the|this|our|another)|order$|order (?:again|xx)|put (?:it|this|them) (?:in|into) (?:your )?(?:schedule|plans?))(?:\b|$)`),
		plan.LetterExpedite: compile(`^(?:(?:send|ship|dispatch|release|forward|deliver|bring)(?: |$)(?:(?:us|out|on|off|over|along|ahead)(?: |$))*(?:(?:the |any |all |those |of |our )*(?:(?:already |now )?(?:ready|finished|available|completed|outstanding|remaining|missing|overdue|late|open)|goods|items?|products|lines|order|rest|part|units)|$|what|whatever|anything|everything (?:that|which)|it|them|to us|sooner|soonest|faster|ahead|now|as soon|right away|directly|$)|expedite|speed|accelerate|push|prioriti[sz]e|move|arrange|plan|set a|order|start|make (?:this|it|our|the)(?: order)? (?:a )?(?:top )?priority)`),
		plan.LetterDelay:    compile(`^(?:(?:send|ship|dispatch|release|forward|deliver|bring)(?: |$)(?:(?:us|out|on|off|over|along|ahead|in advance)(?: |$))*(?:(?:it|them|those|these)(?: already| out)* (?:ahead|in advance|already|now)|(?:the |any |all |those |of |our )*(?:(?:already |now )?(?:ready|finished|available|completed)|goods|items|products|part|units|lines)|what|whatever|anything|which|already|ahead|sooner|earlier|now|first|$)|come|plan|leave|go|order|arrange)(?:\b|$)`),
		plan.LetterChange:   compile(`^(?:(?:change|adjust|amend|modify|move)(?: (?:the|this|our|these|those|of))*(?: (?:purchase )?(?:order|arrival|date|day|lines?|quantit\w+|goods|request(?:ed|s)?|it|them)|$)|make (?:the|this|these|a|our|such)|treat|order|act|accept (?:the|this)|come|apply)(?:\b|$)`),
		plan.LetterCancel:   compile(`^(?:cancel|withdraw|stop|treat|act|order again|bring|come|take (?:them|it|these) (?:off|out))(?:\b|$)`),
		plan.LetterPrice:    compile(`^(?:(?:lower|reduce|adjust) (?:your |the |these |those |our )*(?:present |current |unit )*prices?|make us|offer|quote|come|go|order|agree to|meet|give)(?:\b|$)`),
		plan.LetterMOQ:      compile(`^(?:(?:lower|reduce|adjust|change|set|bring|move) (?:your |the |these |those |our |a )*(?:present |current |order )*(?:minimums?|moq|quantit\w+)|make|offer|agree|accept (?:smaller|lower|a|this|our)|order|come|go|give|start|set)(?:\b|$)`),
		plan.LetterLead:     compile(`^(?:shorten|speed|accelerate|expedite|deliver (?:faster|sooner|quicker|more|earlier|within|$)|ship (?:faster|sooner|earlier)|reduce (?:the|your|this)|send (?:faster|sooner)|offer|make|come|get|give|plan|agree|order|change|move|bring|improve|use)(?:\b|$)`),
		plan.LetterRFQ:      compile(`^(?:quote|offer|treat|regard|come|go|make|accept|order|give|take|deliver$|agree)(?:\b|$)`),
		weekKind:            compile(`^(?:go through|take (?:a|the)|make (?:your|the|a|our|these|those|up)|start|have|come to|keep|wait)(?:\b|$)`),
	}
)

// atOnce asks for goods that a letter about a delay may have now where they are finished.
var (
	atOnce   = compile(`^\w+ (?:it|them|those|these)(?: out)* (?:already|now)\b`)
	finished = compile(`\b(?:ready|finished|available|completed)\b`)
)

// asksElse returns the deed that a clause asks for although the letter is not about it,
// or nothing.
func (f facts) asksElse(c clause) string {
	if c.mood != requesting && !strings.HasPrefix(c.text, "you ") {
		return ""
	}
	for _, m := range askedFor.FindAllStringSubmatchIndex(c.text, -1) {
		what := c.text[m[2]:]
		if !inEvery.MatchString(what) && !askable[f.kind].MatchString(what) || f.kind == plan.LetterDelay && atOnce.MatchString(what) && !finished.MatchString(c.sentence) {
			return c.text[m[2]:m[3]]
		}
	}
	return ""
}
