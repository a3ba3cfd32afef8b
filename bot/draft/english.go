package draft

import (
	"fmt"
	"slices"
	"strings"
)

var (
	linkLike   = compile(`[a-z]\.[a-z]|\bwww\b|\bhttps?\b|\bmailto\b|\b(dot|at) com\b`)
	headerLike = compile(`(?m)(?:^|[.!?])\s*(subject|from|to|cc|bcc|reply[- ]to|content[- ]type|system|user|assistant)\s*:`)
	listLike   = compile(`(?m)^\s*[-–—]`)
	freeOf     = compile(`\b(?:free of charge|for free|at no (?:cost|charge))\b`)
	meta       = compile(`\b(?:prompts|(?:the|this|system) prompt|prompt (?:above|injection|says|template))\b`)
	// spanDay are uses of "day" and "May" that say a span or a date; the day of arrival is
	// the matter of many letters.
	spanDay = compile(`\b(a|an|per|each|every|next|same|following|last|previous|this|another|other|any|few|half|working|business|whole|full)\s+day\b|\bday\s+(late|later|early|earlier|sooner|longer|before|after|or|ago|by|to|and|more|less)\b|\b(in|of|by|until|on|before|late|early|from|to|mid) may\b`)
	// byWeek makes a day of the week that a report is about.
	byWeek = compile(`\b(?:by|until|before|within|till|next|every|each|last|previous|coming|later|end of) (?:(?:this|the|our|end of|a) )*week\b|\bweek (?:ago|later|from|earlier)\b|\b(?:decide|decision|approve|order|act|reply|finish|done)\w* (?:\w+ ){0,3}(?:this|the) week`)
)

// verifyEnglish finds in prose, in which harmless phrases are gone, what its clauses
// and words do not show.
func verifyEnglish(prose string) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	lower := strings.ToLower(prose)
	if linkLike.MatchString(lower) {
		fault("it holds a link or something like one")
	}
	if strings.Contains(lower, ":") && headerLike.MatchString(lower) {
		fault("it holds something like a header")
	}
	if listLike.MatchString(prose) {
		fault("it holds a list")
	}
	for _, r := range []struct {
		words *pattern
		why   string
	}{
		{freeOf, "%q is a promise or a matter of money or law"}, {spanDay, "%q is a date or a span of time"},
		{byWeek, "%q is a date or a span of time"}, {meta, "%q does not belong into a letter"},
	} {
		if m := r.words.FindString(lower); m != "" {
			fault(r.why, m)
		}
	}
	return slices.Compact(faults)
}
