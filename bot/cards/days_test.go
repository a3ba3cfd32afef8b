package cards

import (
	"testing"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// A day can be typed as the bot shows it, alone or in an example that it gives.
func TestShownDaysAreUnderstood(t *testing.T) {
	for d := core.Day(20454); d < 20454+400; d++ { // from 2026 on
		for _, language := range []string{"en", "zh"} {
			b := in(language)
			for _, shown := range []string{string(b.date(d)), string(b.told("such as: delay PO-2026-0002 "+d.String(), 100))} {
				if got := plan.ISODays(shown); len(got) < 10 || got[len(got)-10:] != d.String() {
					t.Fatalf("%q is read as %q, want %s", shown, got, d)
				}
			}
		}
	}
	for text, want := range map[string]string{"22111 24 Dec 2026": "22111 2026-12-24", "31 Nov 2026": "31 Nov 2026", "PO-2026-0002 2=400": "PO-2026-0002 2=400", "1 May 1999": "1 May 1999"} {
		if got := plan.ISODays(text); got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
}
