package cards

import (
	"testing"

	"quartermaster/core"
)

func TestTimetable(t *testing.T) {
	for spec, want := range map[string][2]string{
		"30 * * * *":   {"every hour at :30; 30 * * * *", "每小时的 30 分; 30 * * * *"},
		"0 8 * * *":    {"daily at 08:00; 0 8 * * *", "每天 08:00; 0 8 * * *"},
		"0 9 * * 1-5":  {"Monday to Friday at 09:00; 0 9 * * 1-5", "周一至周五 09:00; 0 9 * * 1-5"},
		"0 9 * * mon":  {"Mondays at 09:00; 0 9 * * mon", "周一 09:00; 0 9 * * mon"},
		"5 7 1 * *":    {"on day 1 of each month at 07:05; 5 7 1 * *", "每月 1 日 07:05; 5 7 1 * *"},
		"*/15 * * * *": {"every 15 min; */15 * * * *", "每 15 分钟; */15 * * * *"},
		"@weekly":      {"Sundays at 00:00; @weekly", "周日 00:00; @weekly"},
		"*/7 * * * *":  {"*/7 * * * *", "*/7 * * * *"}, // uneven at the full hour
		"0 8,20 * * *": {"0 8,20 * * *", "0 8,20 * * *"},
		"0 8 1 1 *":    {"0 8 1 1 *", "0 8 1 1 *"},
		"0 8 1 * 1":    {"0 8 1 * 1", "0 8 1 * 1"}, // either of two days
		"nonsense":     {"nonsense", "nonsense"},
	} {
		for i, language := range []string{"en", "zh"} {
			if got := lay(core.Shop{Language: language}, 0).timetable(spec); string(got) != want[i] {
				t.Errorf("%s in %s: got %q, want %q", spec, language, got, want[i])
			}
		}
	}
}
