package draft

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"quartermaster/core/plan"
)

// Limits of the prose, in characters, with slots counted by their names.
var (
	longest  = map[string]int{"subject": 100, "greeting": 100, "body": 1200, "closing": 200}
	maxLines = map[string]int{"subject": 1, "greeting": 1, "body": 12, "closing": 4}
)

// verify returns what is wrong with a draft, one sentence each, fit to be sent
// back to the model; none when it may be used. It is strict, because the cost of
// a refusal is a template: what is not known to be harmless is a fault. So prose may
// hold the letters and punctuation of its language, which alone refuses digits of every
// script, currency signs, links, mentions, markup, emoji, look-alike letters and
// invisible characters; of those only the words of words/*.txt (vocabulary.go); and
// beside a slot only what says what the slot is (beside.go). What those words could
// still say is judged clause by clause: what is asked for (asking.go), what we do
// (ours.go), what is claimed (claims.go), stated of the
// world and foretold (stated.go, foretold.go), agreed to or negated (consent.go), and what
// is the opposite of the letter's matter (judge.go, judge_zh.go).
func (f facts) verify(l letter) []string {
	faults := f.refused(l)
	if !f.longEnough(slotForm.ReplaceAllString(l.Body, " ")) {
		faults = append(faults, "body: it is not a letter in the language asked for")
	}
	return faults
}

// refused is what is wrong with a draft however short it is: with one in known words.
func (f facts) refused(l letter) (faults []string) {
	for _, p := range f.used(l) {
		for _, why := range f.verifyPart(p) {
			faults = append(faults, p.name+": "+why)
		}
	}
	return faults
}

// used are the parts of a draft that count: a report has a body only.
func (f facts) used(l letter) []part {
	if f.kind != weekKind {
		return l.parts()
	}
	return slices.DeleteFunc(l.parts(), func(p part) bool { return p.name != "body" })
}

func (f facts) verifyPart(p part) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if !utf8.ValidString(p.text) {
		return []string{"it is not valid UTF-8"}
	}
	if strings.TrimSpace(p.text) == "" {
		return []string{"it is empty"}
	}
	if n := utf8.RuneCountInString(p.text); n > longest[p.name] {
		return []string{fmt.Sprintf("it is longer than %d characters", longest[p.name])}
	}
	if n := strings.Count(p.text, "\n") + 1; n > maxLines[p.name] {
		fault("it has %d lines, at most %d are allowed", n, maxLines[p.name])
	}
	faults = append(faults, verifySlots(p, f.language, f.offered())...)
	prose := slotForm.ReplaceAllString(p.text, " ")
	if bad := strangers(prose, f.language); bad != "" {
		fault("characters that are not allowed: %q", bad)
	}
	for _, w := range f.codes {
		if w = strings.TrimSpace(w); len([]rune(w)) >= 3 && strings.Contains(strings.ToLower(prose), strings.ToLower(w)) {
			fault("it names goods")
			break
		}
	}
	if f.untimely(prose) {
		fault("the goods are not late")
	}
	return append(faults, f.saying(p)...)
}

// untimely reports whether prose calls goods late that are not.
func (f facts) untimely(prose string) bool {
	return f.kind == plan.LetterExpedite && f.slots["days_late"] == "" && lateWord.MatchString(prose)
}

var lateWord = compile(`(?i)\b(late|overdue|delay\w*)\b|逾期|迟到|延误|晚到`)

// youZH makes one word of those for the supplier, whom the rules then know by one.
var youZH = strings.NewReplacer("您好", "您好", "你好", "您好", "贵公司", "贵方", "贵厂", "贵方", "贵司", "贵方", "你们公司", "贵方", "你们", "贵方", "你方", "贵方", "您", "贵方", "你", "贵方")

// saying returns what is wrong with what a part, or a sentence of it, says.
func (f facts) saying(p part) []string {
	var faults []string
	if p.name == "body" {
		faults = f.misplaced(p.text)
		if what := f.invents(p.text); what != "" {
			faults = append(faults, fmt.Sprintf(invented, what))
		}
	}
	prose := slotForm.ReplaceAllString(p.text, " ")
	if f.language == "zh" && f.kind != weekKind {
		prose = youZH.Replace(prose)
	}
	prose = f.harmless(prose)
	if f.language == "zh" {
		faults = append(append(faults, f.judgeZH(prose)...), verifyChinese(prose)...)
	} else {
		faults = append(append(faults, f.judge(prose)...), verifyEnglish(prose)...)
	}
	return append(faults, f.unknown(p.name, prose)...)
}

// longEnough reports whether the prose of a body has the words of a letter in its
// language.
func (f facts) longEnough(prose string) bool {
	words, han := 0, 0
	for _, w := range strings.FieldsFunc(prose, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if r, _ := utf8.DecodeRuneInString(w); unicode.Is(unicode.Han, r) {
			han += utf8.RuneCountInString(w)
		} else {
			words++
		}
	}
	return f.language == "zh" && han >= 20 || f.language == "en" && words >= 8
}

// squeeze takes out what could hide a word: line breaks, and in Chinese every
// space.
func squeeze(prose, language string) string {
	if language == "zh" {
		return strings.Join(strings.Fields(prose), "")
	}
	return strings.Join(strings.Fields(prose), " ")
}

// strangers returns the first characters of prose that its language does not
// need.
func strangers(prose, language string) string {
	var bad []rune
	for _, r := range prose {
		ok := r == ' ' || r == '\n' || strings.ContainsRune(`.,;:!?()'"-`, r) ||
			'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if language == "zh" {
			ok = ok || unicode.Is(unicode.Han, r) && unicode.IsLetter(r) || strings.ContainsRune("，。！？、；：（）《》“”‘’—…", r)
		} else {
			ok = ok || strings.ContainsRune("‘’“”–—", r)
		}
		if !ok && len(bad) < 5 && !slices.Contains(bad, r) {
			bad = append(bad, r)
		}
	}
	return string(bad)
}
