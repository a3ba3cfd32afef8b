package slackapp

import (
	"strings"
	"testing"
	"unicode"

	"github.com/slack-go/slack"
)

// What is wrong with a field is told in the shop's language, whatever form it is on,
// and nothing of the form reaches the desk.
func TestComplaintsAreTranslated(t *testing.T) {
	d := &desk{}
	app, _ := newApp(t, "http://127.0.0.1:9", d, func(c *Config) { c.Language = func() string { return "zh" } })
	complaints := []string{
		"Please choose a day.", "Please choose a day, or an event below.", "Please choose a person.", "Please choose a supplier.",
		"Please enter a whole number.", "Please paste the answer.", "Please say up to which amount.", "Please write something.",
		"This is more than can be ordered at once.",
	}
	for _, kind := range []Kind{Press, Submit, OrderSubmit, LetterSubmit, QuoteSubmit, PasteSubmit, OverrideSubmit, RFQSubmit, RFQSend, ReplySubmit, SettingsSubmit, DelegateSubmit} {
		for _, complaint := range complaints {
			got, ok := app.handle(t.Context(), Inbound{Kind: kind, Bad: map[string]string{"x": complaint}}).(*slack.ViewSubmissionResponse)
			if !ok || got.ResponseAction != slack.RAErrors {
				t.Fatalf("%s: answered with %+v", kind, got)
			}
			if told := got.Errors["x"]; strings.Contains(told, "lease") || !strings.ContainsFunc(told, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				t.Errorf("%s: %q was told as %q", kind, complaint, told)
			}
		}
	}
	if n := d.calls(); n > 0 {
		t.Errorf("the desk was called %d times", n)
	}
}
