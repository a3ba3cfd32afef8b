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
// a refusal is a template: what is not known to be harmless is a fault. The codes
// and names of the order's goods are such faults.
//
// The prose may hold the letters and punctuation of its language and nothing
// else. That alone refuses digits of every script, currency signs, links,
// mentions, markup, emoji, look-alike letters, and invisible characters.
func (f facts) verify(l letter) []string {
	var faults []string
	for _, p := range l.parts() {
		if f.kind == weekKind && p.name != "body" {
			continue // they are not used
		}
		for _, why := range f.verifyPart(p) {
			faults = append(faults, p.name+": "+why)
		}
	}
	return faults
}

func (f facts) verifyPart(p part) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	k := f.rules()
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
	faults = append(faults, verifySlots(p, f.language, k.offered(f.slots))...)
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
	if f.kind == plan.LetterExpedite && f.slots["days_late"] == "" && lateWord.MatchString(prose) {
		fault("the goods are not late")
	}
	return append(faults, f.words(p.name, prose, f.harmless(prose))...)
}

var lateWord = compile(`(?i)\b(late|overdue|delay\w*)\b|逾期|迟到|延误|晚到`)

// words judges the words of a part: the whole of its prose is written, prose what is
// left of it without harmless phrases.
func (f facts) words(name, written, prose string) []string {
	var faults []string
	if f.language == "zh" {
		faults = f.judgeZH(prose)
	} else {
		faults = f.judge(prose)
	}
	if f.kind == weekKind && !byWeek.MatchString(prose) {
		prose = thisWeek[f.language].ReplaceAllString(prose, " ")
	}
	if allow := f.rules().allow; allow != nil {
		prose = allow.ReplaceAllString(prose, " ")
	}
	if f.language == "zh" {
		return append(faults, verifyChinese(name, written, prose)...)
	}
	return append(faults, verifyEnglish(name, written, prose)...)
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
