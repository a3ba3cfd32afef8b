package slackapp

import (
	"errors"
	"strings"
	"testing"
	"unicode"

	"github.com/slack-go/slack"

	"quartermaster/bot/jobs"
	"quartermaster/bot/workspace"
)

// A form that is not taken stays with what was typed into it, and says why, whatever the
// cause.
func TestRefusedFormsStay(t *testing.T) {
	for _, cause := range []error{&jobs.UserError{Text: "You are not on the list of approvers (settings: approval.approver)."}, errors.New("the database is away")} {
		app, _ := newApp(t, "http://127.0.0.1:9", &desk{err: cause}, nil)
		for _, kind := range []Kind{Submit, OrderSubmit, LetterSubmit, QuoteSubmit, PasteSubmit, OverrideSubmit, RFQSubmit, RFQSend, ReplySubmit, SettingsSubmit, DelegateSubmit} {
			got, ok := app.handle(t.Context(), Inbound{Kind: kind, Last: "x", Form: jobs.ThresholdForm}).(*slack.ViewSubmissionResponse)
			if !ok || got.ResponseAction != slack.RAErrors || len(got.Errors) != 1 {
				t.Errorf("%s: %v was answered with %+v", kind, cause, got)
			}
		}
	}
}

// A request for quotes whose letters cannot be written comes back as it was filled in.
func TestRequestComesBack(t *testing.T) {
	t.Parallel()
	f := open(t, Socket)
	f.desk.undrafted = &jobs.UserError{Text: "There is nothing to receive."}
	anna := f.As("U0ANNA")
	o, err := anna.Command(f.ctx, "stock", "/stock", "rfq SOLAR-01")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.WaitView(f.ctx, func(v workspace.View) bool { return len(v.Elements()) == 4 }); err != nil {
		t.Fatal(err)
	}
	if got, err := anna.SubmitView(f.ctx, map[string]any{"suppliers": []string{"NEAR"}, "qty": "77", "need_by": "2027-04-01"}); err != nil || len(got.Errors) > 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	f.until(t, "the form is back", func() bool {
		v, _ := anna.View()
		text := asJSON(v.Blocks)
		return strings.Contains(text, "nothing to receive") && strings.Contains(text, `"initial_value":"77"`) && strings.Contains(text, `"initial_date":"2027-04-01"`) &&
			strings.Contains(text, `"initial_options"`)
	})
}

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
