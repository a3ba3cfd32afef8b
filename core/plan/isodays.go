package plan

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"quartermaster/core"
)

// ISODays writes the days that a text names as this program shows them and people write
// them ("18 Dec 2026", "December 18, 2026", "2026年12月18日") as ISO dates, so that what is
// read off an answer can be typed as it stands. A day that does not exist stays as it is.
func ISODays(text string) string {
	for _, f := range dayForms {
		text = f.re.ReplaceAllStringFunc(text, func(s string) string {
			m := f.re.FindStringSubmatch(s)
			if d, ok := calendarDay(m[f.y], m[f.m], m[f.d]); ok {
				return d.String()
			}
			return s
		})
	}
	return text
}

// calendarDay is a day by its year and day in digits and its month in digits or letters;
// false when there is none from 2000 to 2199.
func calendarDay(year, month, day string) (core.Day, bool) {
	y, _ := strconv.Atoi(year)
	d, _ := strconv.Atoi(day)
	m, err := strconv.Atoi(month)
	if err != nil {
		m = 1 + slices.Index([]string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}, strings.ToLower(month))
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if y < 2000 || y > 2199 || t.Day() != d || int(t.Month()) != m {
		return 0, false
	}
	return core.DateDay(y, time.Month(m), d), true
}
