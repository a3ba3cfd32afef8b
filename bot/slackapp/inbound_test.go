package slackapp

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/core/plan"
)

const digest = "0f3a9b1c2d4e5f60"

// pressPayload is a click on Approve as Slack sends it, shortened.
const pressPayload = `{"type":"block_actions","user":{"id":"U2ANNA","username":"anna","team_id":"T1SHOP"},"api_app_id":"A1","token":"x",` +
	`"container":{"type":"message","message_ts":"1531420618.000100","channel_id":"C1STOCK"},"trigger_id":"123.456.abc",` +
	`"team":{"id":"T1SHOP","domain":"shop"},"channel":{"id":"C1STOCK","name":"stock"},"message":{"type":"message","ts":"1531420618.000100"},` +
	`"response_url":"https://hooks.slack.com/actions/T1/2/x","actions":[{"action_id":"approve","block_id":"act.4.v3","type":"button",` +
	`"text":{"type":"plain_text","text":"Approve 504"},"value":"v1:12:3:` + digest + `","action_ts":"1531420617.9"}]}`

const submitPayload = `{"type":"view_submission","team":{"id":"T1SHOP"},"user":{"id":"U2ANNA","team_id":"T1SHOP"},"trigger_id":"9.8.c",` +
	`"view":{"id":"V1","hash":"1.h","callback_id":"edit_quantity","private_metadata":"v1:12:3:-","state":{"values":` +
	`{"line-0":{"qty-0":{"type":"number_input","value":"528"}},"line-1":{"qty-1":{"type":"number_input","value":"96"}}}}},"response_urls":[]}`

const rejectPayload = `{"type":"view_submission","team":{"id":"T1SHOP"},"user":{"id":"U2ANNA","team_id":"T1SHOP"},"trigger_id":"9.8.c",` +
	`"view":{"id":"V1","hash":"1.h","callback_id":"reject","private_metadata":"v1:12:3:` + digest + ` C1STOCK","state":{"values":` +
	`{"note":{"note":{"type":"plain_text_input","value":" too dear "}}}}},"response_urls":[]}`

const typedPayload = `{"type":"block_actions","team":{"id":"T1SHOP"},"user":{"id":"U2ANNA","team_id":"T1SHOP"},"trigger_id":"9.8.c","container":{"type":"view","view_id":"V1"},` +
	`"actions":[{"action_id":"qty-0","block_id":"line-0","type":"number_input","value":"528","action_ts":"1531420617.9"}],` +
	`"view":{"id":"V1","hash":"1.h","callback_id":"edit_quantity","private_metadata":"v1:12:3:-","state":{"values":{"line-0":{"qty-0":{"type":"number_input","value":"528"}}}}}}`

// alter replaces one part of a payload and fails when it is not there.
func alter(t testing.TB, payload, was, is string) string {
	t.Helper()
	if !strings.Contains(payload, was) {
		t.Fatalf("no %q in the payload", was)
	}
	return strings.Replace(payload, was, is, 1)
}

func TestParseInteraction(t *testing.T) {
	ref := cards.Ref{Proposal: 12, Version: 3, Digest: digest}
	message := jobs.MessageRef{Channel: "C1STOCK", TS: "1531420618.000100"}
	base := Inbound{Key: "123.456.abc", Team: "T1SHOP", User: "U2ANNA", Channel: "C1STOCK", Trigger: "123.456.abc", ResponseURL: "https://hooks.slack.com/actions/T1/2/x"}
	click := func(c jobs.Click) Inbound {
		in := base
		c.Key, c.Team, c.User, c.Message, c.ResponseURL = in.Key, in.Team, in.User, message, in.ResponseURL
		if c.Finding == "" {
			in.Ref, c.Proposal, c.Version, c.Digest = ref, 12, 3, digest
		}
		in.Kind, in.Click = Press, c
		return in
	}
	with := func(change func(*Inbound)) Inbound {
		in := base
		change(&in)
		return in
	}
	value, action := `"value":"v1:12:3:`+digest+`"`, `"action_id":"approve"`
	menu := func(v string) string { return `"selected_option":{"value":"` + v + `"}` }
	risk := `"value":"f1:stock-out/SOLAR-01/LEEDS"`
	for name, v := range map[string]struct {
		payload string
		want    Inbound
	}{
		"approve":         {pressPayload, click(jobs.Click{Action: plan.Approve})},
		"mail sent":       {alter(t, pressPayload, action, `"action_id":"mail_sent"`), click(jobs.Click{Action: plan.MailSent})},
		"mail sent again": {alter(t, pressPayload, action, `"action_id":"mail_again"`), click(jobs.Click{Action: plan.MailAgain})},
		"snooze": {alter(t, alter(t, pressPayload, action, `"action_id":"more"`), value, menu("snooze7:v1:12:3:"+digest)),
			click(jobs.Click{Action: plan.Snooze, Days: 7})},
		"reject": {alter(t, alter(t, pressPayload, action, `"action_id":"more"`), value, menu("reject:v1:12:3:"+digest)),
			with(func(in *Inbound) { in.Kind, in.Ref = RejectBox, ref })},
		"typed": {typedPayload, Inbound{Kind: Recount, Key: "9.8.c", Team: "T1SHOP", User: "U2ANNA", Trigger: "9.8.c", Ref: cards.Ref{Proposal: 12, Version: 3, Digest: "-"},
			Qty: map[int]int64{0: 528}, Page: 1, Bad: map[string]string{}, View: ViewState{"V1", "1.h", "1531420617.9"}}},
		"another page": {alter(t, alter(t, typedPayload, `"action_id":"qty-0","block_id":"line-0","type":"number_input","value":"528"`, `"action_id":"page_2","type":"button","value":"g1:3:edit"`), `"v1:12:3:-"`, `"v1:12:3:- 2 41=60"`),
			Inbound{Kind: Recount, Key: "9.8.c", Team: "T1SHOP", User: "U2ANNA", Trigger: "9.8.c", Ref: cards.Ref{Proposal: 12, Version: 3, Digest: "-"},
				Qty: map[int]int64{0: 528, 41: 60}, Page: 3, Bad: map[string]string{}, View: ViewState{"V1", "1.h", "1531420617.9"}}},
		"what waits": {alter(t, alter(t, pressPayload, action, `"action_id":"waiting"`), value, `"value":"v1:waiting"`), with(func(in *Inbound) { in.Kind, in.Text = ListBox, "waiting" })},
		"a setting from the review": {alter(t, alter(t, pressPayload, action, `"action_id":"settings_edit_2"`), value, `"value":"u1:settings_approval:approval.auto_limit=480.00"`),
			with(func(in *Inbound) {
				in.Kind, in.Form, in.Settings.Values = SettingsBox, jobs.ApprovalForm, map[string]string{"approval.auto_limit": "480.00"}
			})},
		"undo": {alter(t, pressPayload, action, `"action_id":"undo"`), click(jobs.Click{Action: plan.Undo})},
		"approve all": {alter(t, alter(t, pressPayload, action, `"action_id":"approve_all"`), value, `"value":"v1:12:3:`+digest+`,v1:13:1:0f"`),
			with(func(in *Inbound) {
				in.Kind = PressAll
				for _, r := range []cards.Ref{ref, {Proposal: 13, Version: 1, Digest: "0f"}} {
					in.All = append(in.All, jobs.Click{Key: fmt.Sprintf("%s/%d", in.Key, r.Proposal), Action: plan.Approve, Routine: true, Team: in.Team, User: in.User,
						Message: message, ResponseURL: in.ResponseURL, Proposal: r.Proposal, Version: r.Version, Digest: r.Digest})
				}
			})},
		"rejected": {rejectPayload, Inbound{Kind: Press, Bad: map[string]string{}, Key: "9.8.c", Team: "T1SHOP", User: "U2ANNA", Trigger: "9.8.c", Channel: "C1STOCK", Ref: ref,
			Click: jobs.Click{Key: "9.8.c", Action: plan.Reject, Team: "T1SHOP", User: "U2ANNA", Proposal: 12, Version: 3, Digest: digest, Note: "too dear", Message: jobs.MessageRef{Channel: "C1STOCK"}}}},
		"snooze a risk": {alter(t, alter(t, pressPayload, action, `"action_id":"risk_snooze_1"`), value, risk),
			click(jobs.Click{Action: plan.Snooze, Days: 1, Finding: "stock-out/SOLAR-01/LEEDS"})},
		"edit": {alter(t, pressPayload, action, `"action_id":"edit"`), with(func(in *Inbound) { in.Kind, in.Ref = EditBox, ref })},
		"why":  {alter(t, pressPayload, action, `"action_id":"why"`), with(func(in *Inbound) { in.Kind, in.Ref = WhyBox, ref })},
		"why a risk": {alter(t, alter(t, pressPayload, action, `"action_id":"risk_why"`), value, risk),
			with(func(in *Inbound) { in.Kind, in.Finding = RiskBox, "stock-out/SOLAR-01/LEEDS" })},
		"no trigger": {alter(t, pressPayload, `"trigger_id":"123.456.abc",`, ""), with(func(in *Inbound) {
			*in = click(jobs.Click{Action: plan.Approve})
			in.Trigger, in.Key = "", "T1SHOP/C1STOCK/1531420618.000100/approve/1531420617.9/U2ANNA"
			in.Click.Key = in.Key
		})},
		"a guest from another team": {alter(t, pressPayload, `"team_id":"T1SHOP"`, `"team_id":"T9OTHER"`), with(func(in *Inbound) {
			*in = click(jobs.Click{Action: plan.Approve})
			in.Team, in.Click.Team = "T9OTHER", "T9OTHER"
		})},
		"unknown button":      {alter(t, pressPayload, action, `"action_id":"dance"`), Inbound{Kind: Nothing}},
		"unknown interaction": {alter(t, pressPayload, "block_actions", "shortcut"), Inbound{Kind: Nothing}},
		"another form":        {alter(t, submitPayload, "edit_quantity", "why"), Inbound{Kind: Nothing}},
		"submit": {submitPayload, Inbound{Kind: Submit, Key: "9.8.c", Team: "T1SHOP", User: "U2ANNA", Trigger: "9.8.c",
			Ref: cards.Ref{Proposal: 12, Version: 3, Digest: "-"}, Page: 1, Qty: map[int]int64{0: 528, 1: 96}, Bad: map[string]string{}}},
		"submit an empty field": {alter(t, submitPayload, `"value":"96"`, `"value":null`), Inbound{Kind: Submit, Key: "9.8.c", Team: "T1SHOP", User: "U2ANNA", Trigger: "9.8.c",
			Ref: cards.Ref{Proposal: 12, Version: 3, Digest: "-"}, Page: 1, Qty: map[int]int64{0: 528}, Bad: map[string]string{"line-1": "Please enter a whole number."}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parseInteraction([]byte(v.payload))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(v.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// malformedPayloads are interactions that Slack would never send.
func malformedPayloads(t testing.TB) map[string]string {
	value := `"value":"v1:12:3:` + digest + `"`
	return map[string]string{
		"empty": "", "null": "null", "number": "1", "list": "[]", "string": `"x"`, "no type": "{}", "cut": pressPayload[:len(pressPayload)/2],
		"deep":                   strings.Repeat("[", 10001),
		"deep object":            strings.Repeat(`{"a":`, 10001),
		"wrong types":            `{"type":7,"user":"U2ANNA"}`,
		"user as a list":         `{"type":"block_actions","user":[]}`,
		"no user":                alter(t, pressPayload, `"id":"U2ANNA",`, ""),
		"user is markup":         alter(t, pressPayload, "U2ANNA", "<@U2ANNA>"),
		"no team":                alter(t, alter(t, pressPayload, `,"team_id":"T1SHOP"`, ""), `"team":{"id":"T1SHOP","domain":"shop"},`, `"team":null,`),
		"no actions":             alter(t, pressPayload, `"actions":[`, `"axions":[`),
		"two actions":            alter(t, pressPayload, `"actions":[{`, `"actions":[{"action_id":"approve"},{`),
		"no message":             alter(t, alter(t, pressPayload, `"message":{"type":"message","ts":"1531420618.000100"},`, ""), `"message_ts":"1531420618.000100",`, ""),
		"message ts is odd":      alter(t, pressPayload, `"ts":"1531420618.000100"`, `"ts":"now"`),
		"channel is odd":         alter(t, pressPayload, `"channel":{"id":"C1STOCK"`, `"channel":{"id":"#stock"`),
		"no value":               alter(t, pressPayload, value, `"value":""`),
		"typed, odd time":        alter(t, typedPayload, "1531420617.9", "now"),
		"typed, odd field":       alter(t, typedPayload, `"line-0":{"qty-0"`, `"line-0":{"qty-1"`),
		"a proposal twice":       alter(t, alter(t, pressPayload, `"action_id":"approve"`, `"action_id":"approve_all"`), value, `"value":"v1:12:3:0f,v1:12:3:0f"`),
		"rejection, no channel":  alter(t, rejectPayload, " C1STOCK", ""),
		"rejection, other field": alter(t, rejectPayload, `{"note":{"note"`, `{"note":{"qty"`),
		"value of another":       alter(t, pressPayload, value, `"value":"approve"`),
		"negative proposal":      alter(t, pressPayload, value, `"value":"v1:-12:3:0f"`),
		"long digest":            alter(t, pressPayload, value, `"value":"v1:12:3:`+strings.Repeat("a", 33)+`"`),
		"risk as proposal":       alter(t, pressPayload, `"action_id":"approve"`, `"action_id":"risk_why"`),
		"menu without pick":      alter(t, pressPayload, `"action_id":"approve"`, `"action_id":"more"`),
		"control in trigger":     alter(t, pressPayload, `"trigger_id":"123.456.abc"`, `"trigger_id":"1\n2"`),
		"long trigger":           alter(t, pressPayload, "123.456.abc", strings.Repeat("1", 300)),
		"edit, no trigger":       alter(t, alter(t, pressPayload, `"trigger_id":"123.456.abc",`, ""), `"action_id":"approve"`, `"action_id":"edit"`),
		"form, no view":          `{"type":"view_submission","team":{"id":"T1SHOP"},"user":{"id":"U2ANNA"}}`,
		"form, no fields":        alter(t, submitPayload, `{"line-0":{"qty-0":{"type":"number_input","value":"528"}},"line-1":{"qty-1":{"type":"number_input","value":"96"}}}`, "{}"),
		"form, odd field":        alter(t, submitPayload, `"line-0"`, `"line-00"`),
		"form, odd action":       alter(t, submitPayload, `"qty-0"`, `"price"`),
		"form, metadata":         alter(t, submitPayload, "v1:12:3:-", "v1:12:3"),
		"form, value list":       alter(t, submitPayload, `"value":"528"`, `"value":["528"]`),
		"values as a list":       alter(t, submitPayload, `"values":{`, `"values":[],"x":{`),
	}
}

func TestMalformedPayloads(t *testing.T) {
	for name, payload := range malformedPayloads(t) {
		t.Run(name, func(t *testing.T) {
			if in, err := parseInteraction([]byte(payload)); !errors.Is(err, errMalformed) {
				t.Fatalf("parsed as %+v, error %v", in, err)
			}
			d := &desk{}
			a, _ := newApp(t, "http://127.0.0.1:1", d, nil)
			w := post(t, a.Handler(), "/slack/interactions", "payload="+url.QueryEscape(payload))
			if w.Code != http.StatusBadRequest || w.Body.Len() != 0 || d.calls() != 0 {
				t.Errorf("status %d, body %q, %d calls; want a bare 400 and none", w.Code, w.Body, d.calls())
			}
		})
	}
	for name, v := range map[string]struct{ path, body string }{
		"bad escape":        {"/slack/interactions", "payload=%zz"},
		"semicolons":        {"/slack/interactions", "payload=a;payload=b"},
		"command, no user":  {"/slack/commands", "team_id=T1SHOP&command=%2Fstock&text=status"},
		"command, twice":    {"/slack/commands", "team_id=T1SHOP&user_id=U2ANNA&user_id=U2EVIL&command=%2Fstock"},
		"command, no slash": {"/slack/commands", "team_id=T1SHOP&user_id=U2ANNA&command=stock"},
		"command, not text": {"/slack/commands", "team_id=T1SHOP&user_id=U2ANNA&command=%2Fstock&text=%ff"},
		"command, long":     {"/slack/commands", "team_id=T1SHOP&user_id=U2ANNA&command=%2Fstock&text=" + strings.Repeat("x", 5000)},
		"event, not json":   {"/slack/events", "payload=x"},
		"event, no type":    {"/slack/events", "{}"},
		"challenge, odd":    {"/slack/events", `{"type":"url_verification","challenge":"<script>\n"}`},
	} {
		t.Run(name, func(t *testing.T) {
			d := &desk{}
			a, _ := newApp(t, "http://127.0.0.1:1", d, nil)
			if w := post(t, a.Handler(), v.path, v.body); w.Code != http.StatusBadRequest || w.Body.Len() != 0 || d.calls() != 0 {
				t.Errorf("status %d, body %q, %d calls; want a bare 400 and none", w.Code, w.Body, d.calls())
			}
		})
	}
}

// Whatever a signed body holds: no panic, no 5xx, and the desk is called only
// for a payload that parses as a click or a form.
func FuzzInteraction(f *testing.F) {
	for _, p := range malformedPayloads(f) {
		if len(p) < 5000 {
			f.Add(p)
		}
	}
	f.Add(pressPayload)
	f.Add(submitPayload)
	f.Fuzz(func(t *testing.T, payload string) {
		in, err := parseInteraction([]byte(payload))
		if err == nil && (in.Kind == EditBox || in.Kind == WhyBox || in.Kind == RiskBox || in.Kind == ListBox || in.Kind == HomeTab) {
			return // opens a modal, which needs a Web API
		}
		d := &desk{}
		a, _ := newApp(t, "http://127.0.0.1:1", d, nil)
		w := post(t, a.Handler(), "/slack/interactions", "payload="+url.QueryEscape(payload))
		if w.Code >= 500 || err != nil && w.Code != http.StatusBadRequest {
			t.Errorf("status %d for %q (%v)", w.Code, payload, err)
		}
		acts := err == nil && (in.Kind == Press || in.Kind == Submit && len(in.Bad) == 0)
		if acts != (d.calls() > 0) {
			t.Errorf("%d calls of the desk for %q", d.calls(), payload)
		}
		for _, c := range d.clicks {
			if c.Key == "" || c.User == "" || c.Message.TS == "" || c.Proposal <= 0 && c.Finding == "" {
				t.Errorf("incomplete click %+v", c)
			}
		}
	})
}

// Whatever somebody types after /stock: an answer that Slack takes, in which nothing of
// it acts, and no click, edit or reply comes of it.
func FuzzCommandText(f *testing.F) {
	for _, sub := range subcommands {
		f.Add(sub)
		f.Add(sub + " <!channel> PO-2026-0001 https://evil.example \u202e")
	}
	d := &desk{}
	a, _ := newApp(f, "http://127.0.0.1:1", d, nil)
	f.Fuzz(func(t *testing.T, text string) {
		in, err := parseCommandForm(url.Values{"team_id": {"T1"}, "user_id": {"U1"}, "channel_id": {"C1"}, "command": {"/stock"}, "text": {text}})
		if err != nil {
			if utf8.ValidString(text) && len(text) <= 4000 {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		m := a.command(t.Context(), in, 0)
		if err := cards.Check(m); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if strings.Contains(m.Text, "<") || strings.Contains(m.Text, "://") {
			t.Errorf("%q is answered %q", text, m.Text)
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		if len(d.clicks)+len(d.edits)+len(d.replies) > 0 {
			t.Errorf("%q acted: %v %v %v", text, d.clicks, d.edits, d.replies)
		}
	})
}

// The same for raw bodies of all three addresses.
func FuzzBodies(f *testing.F) {
	f.Add("/slack/events", `{"type":"url_verification","challenge":"abc"}`)
	f.Add("/slack/commands", documentedBody)
	f.Add("/slack/interactions", "payload=x&payload=y")
	f.Fuzz(func(t *testing.T, path, body string) {
		switch path {
		case "/slack/events", "/slack/commands", "/slack/interactions":
		default:
			path = "/slack/commands"
		}
		if strings.Contains(body, "app_mention") || strings.Contains(body, "payload=%7B") {
			return // may answer through the Web API; see FuzzInteraction
		}
		a, _ := newApp(t, "http://127.0.0.1:1", &desk{}, nil)
		if w := post(t, a.Handler(), path, body); w.Code >= 500 {
			t.Errorf("status %d for %s %q", w.Code, path, body)
		}
	})
}
