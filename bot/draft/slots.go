package draft

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// hedges are words before a slot that turn its fact into another one. The articles
// between are left out of the account.
var hedges = set(`about around approximately approx approx. roughly nearly almost circa over under above below beyond exceeding some each every barely hardly scarcely past
	maximum minimum max min max. min. not never without minus plus before after until by except unlike only just merely another further additional extra twice double part rest remainder
	something-like more-like up-to at-least at-most less-than more-than fewer-than later-than earlier-than sooner-than as-many-as as-much-as as-few-as as-little-as as-early-as as-late-as close-to in-excess-of upwards-of
	prior-to instead-of than rather-than`)

var (
	hedgedBefore = compile(`(约|大约|大概|差不多|近|将近|接近|超过|逾|多达|每|不少于|不多于|不早于|不晚于|早于|晚于|高于|低于|不到|不足|至少|至多|最多|最少|左右|非|不是|除|之前|以前|以后|减|加|另|仅|只有|再)\s*(?:为|是|的|了|到|于|需要?|要)?\s*$`)
	hedgedBehind = compile(`^\s*(以上|以下|以内|以前|以后|之前|之后|之内|左右|上下|多|余|前|后)`)
	// hedgedAfter is the same behind a slot in English.
	hedgedAfter = compile(`^,? ?(?:at the (?:very )?(?:least|most|latest|earliest)|at (?:least|most)|or (?:so|more|less|thereabouts|better|later|earlier|after|before)|give or take|more or less|if not|perhaps|maybe|roughly|approximately|about|plus|minus|and (?:more|up|above|below|beyond)|if possible (?:less|more))\b`)
	// therest are words that begin like a hedge behind a slot.
	therest = compile(`^\s*(余[量下额货数款]|多[次项种款数样]|[前后](续|期|述|往|面)|之[前后]的)`)
	// onOrder are hedges that beside the number of an order qualify nothing.
	onOrder = set(`part rest remainder up-to under after since 前 后 之前 之后 以前 以后`)
	// onDays qualify a day, and nothing else.
	onDays = set(`前 后 之后 以后`)
	days   = set(`arrival due answer_by moves wish days_late lead_times`)
	// concerning is "about" as the matter of talk and feeling, and 近 in 最近, before a
	// slot: neither qualifies it.
	concerning = compile(`(?:\b(?:glad|happy|pleased|write|writing|hear|know|talk|message|notice|news) about|最近[为是的于]?|\b(?:add|sum)(?:s|ed|ing)? up to|\b(?:table|lists?|file|attachment|details?|shown|listed|given|see|set out|stated) (?:below|above|under)[,:;]?)\s*$`)
)

// set makes a set of words; where several make one, hyphens join them.
func set(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[w] = true
	}
	return out
}

// hedge returns the words that qualify a slot with these texts before and behind it.
func hedge(language, before, behind string) string {
	before = strings.ToLower(before)
	if concerning.MatchString(before) {
		return ""
	}
	if language == "zh" {
		if m := hedgedBefore.FindStringSubmatch(before); m != nil {
			return m[1]
		}
		if m := hedgedBehind.FindStringSubmatch(behind); m != nil && !therest.MatchString(behind) {
			return m[1]
		}
		return ""
	}
	if h := hedgedAfter.FindString(strings.ToLower(behind)); h != "" {
		return h
	}
	if r, _ := utf8.DecodeLastRuneInString(before); !unicode.IsSpace(r) {
		return ""
	}
	words := strings.FieldsFunc(before, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`,;:()"“”`, r) })
	for len(words) > 0 && slices.Contains([]string{"the", "a", "of"}, words[len(words)-1]) && !hedges[strings.Join(words[max(0, len(words)-3):], "-")] {
		words = words[:len(words)-1]
	}
	for n := 1; n <= min(3, len(words)); n++ {
		if h := strings.Join(words[len(words)-n:], "-"); hedges[h] {
			return h
		}
	}
	return ""
}

func verifySlots(p part, language string, slots []slot) []string {
	var faults []string
	count := map[string]int{}
	for _, m := range slotForm.FindAllStringSubmatch(p.text, -1) {
		i := slices.IndexFunc(slots, func(s slot) bool { return s.name == m[1] })
		if i < 0 || !slices.Contains(slots[i].in, p.name) {
			faults = append(faults, fmt.Sprintf("slot {{%.40s}} is not allowed here", m[1]))
			continue
		}
		count[m[1]]++
	}
	for _, s := range slots {
		if slices.Contains(s.must, p.name) && count[s.name] == 0 {
			faults = append(faults, "slot {{"+s.name+"}} is missing")
		}
		if count[s.name] > 2 {
			faults = append(faults, "slot {{"+s.name+"}} stands there more than twice")
		}
	}
	last := 0
	for _, at := range slotForm.FindAllStringIndex(p.text, -1) {
		before, behind, name := p.text[last:at[0]], p.text[at[1]:], p.text[at[0]+2:at[1]-2]
		if next := strings.Index(behind, "{{"); next >= 0 {
			behind = behind[:next]
		}
		touches := last > 0 && strings.TrimSpace(before) == ""
		if r, n := utf8.DecodeLastRuneInString(before); n > 0 {
			touches = touches || sticks(r, language) || language == "en" && strings.ContainsRune("'’", r)
		}
		if r, n := utf8.DecodeRuneInString(behind); n > 0 {
			touches = touches || sticks(r, language)
		}
		if touches && !slices.Contains(faults, touching) {
			faults = append(faults, touching)
		}
		h := hedge(language, before, behind)
		if h != "" && name != "recipient" && name != "shop" && (name != "order_number" || !onOrder[h]) && (days[name] || !onDays[h]) && !own(slots, name, h) && !slices.Contains(faults, qualified) {
			faults = append(faults, qualified)
		}
		last = at[1]
	}
	return faults
}

const (
	touching  = "a slot touches letters, signs or another slot"
	qualified = "a slot is qualified (about, at least, before and the like)"
)

// own reports whether a hedge is a word of what the slot means: "a minimum of" what we
// ask for as a minimum is no hedge.
func own(slots []slot, name, hedge string) bool {
	i := slices.IndexFunc(slots, func(s slot) bool { return s.name == name })
	return i >= 0 && slices.Contains(strings.FieldsFunc(slots[i].meaning, func(r rune) bool { return !unicode.IsLetter(r) }), hedge)
}

// sticks reports whether a character beside a slot would change its value.
func sticks(r rune, language string) bool {
	if strings.ContainsRune("_-–—", r) || unicode.IsNumber(r) {
		return true
	}
	if language == "zh" {
		return r < unicode.MaxASCII && unicode.IsLetter(r)
	}
	return unicode.IsLetter(r)
}
