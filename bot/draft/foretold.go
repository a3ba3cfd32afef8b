package draft

import (
	"strings"

	"quartermaster/core/plan"
)

// What will be stands in no slot either: that orders follow, that prices stay, that we wait
// or pay. So a statement may look ahead only to what every letter does: an answer would be
// welcome, a smaller minimum would help, you will find the details in the table.

var (
	ahead = map[string]*pattern{
		"en": compile(`\b(?:will|shall|would|'ll|going to)\b(?: (?:\w+ly|also|be able to|very|much|still|already|then|of course|always|both|all|not)\b)* ?(\w*)`),
		"zh": compile(`[会将]`),
	}
	// lookingAhead are the words that may follow "would" in any letter, and "will".
	lookingAhead = map[string]map[string]bool{
		"would": set(`be help appreciate make welcome mean benefit allow suit this a an it the strengthen serve have hate give enable draw like love prefer value wish ask change`),
		"will":  set(`find see spot notice`),
	}
	willBe = compile(`\b(?:will|'ll) be (?:\w+ly |most |very |much )*(?:appreciated|welcome|valued|delayed|late)\b|\bgladly (?:assist|help|answer)\b`)
	// delayed are the verbs of goods that come later, in a letter about that.
	delayed = set(`move come arrive shift`)
	// harmlessAheadZH are the harmless uses of 会 and 将.
	harmlessAheadZH = compile(`[现兹特谨]将|会议|机会|将` + slotMark + `|[会将](?:非常|十分|不胜|万分)?感[谢激]|不会|[会将](?:影响|更灵活|让|妥善|认真|晚|比|延|推)`)
)

// foretells returns what a clause says will be, or nothing.
func (f facts) foretells(c clause) string {
	if c.open() || c.mood == requesting || f.language == "en" && (strings.Contains(c.text, slotMark) || strings.HasPrefix(c.text, "would ")) {
		return ""
	}
	if f.language == "zh" {
		return ahead["zh"].FindString(harmlessAheadZH.ReplaceAllString(c.text, ""))
	}
	for _, m := range ahead["en"].FindAllStringSubmatch(c.text, -1) {
		kind := "will"
		if strings.HasPrefix(m[0], "would") {
			kind = "would"
		}
		switch {
		case lookingAhead[kind][m[1]], kind == "would" && m[1] == "", f.kind == plan.LetterDelay && delayed[m[1]]:
		case willBe.MatchString(c.text):
		default:
			return m[0]
		}
	}
	return ""
}
