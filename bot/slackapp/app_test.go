package slackapp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quartermaster/bot/jobs"
	"quartermaster/core/plan"
)

func interact(t *testing.T, a *App, payload string) (int, string) {
	t.Helper()
	w := post(t, a.Handler(), "/slack/interactions", "payload="+url.QueryEscape(payload))
	return w.Code, w.Body.String()
}

// settle waits for the work beside the acknowledgement.
func settle(a *App) { a.work.Wait() }

func TestPressIsStoredThenAcknowledged(t *testing.T) {
	d := &desk{}
	a, _ := newApp(t, "http://127.0.0.1:1", d, nil)
	for range 3 { // redelivered: the desk drops what it has seen
		if code, body := interact(t, a, pressPayload); code != 200 || body != "" {
			t.Fatalf("status %d, body %q", code, body)
		}
	}
	want := jobs.Click{Key: "123.456.abc", Action: plan.Approve, Team: "T1SHOP", User: "U2ANNA", Proposal: 12, Version: 3, Digest: digest,
		Message: jobs.MessageRef{Channel: "C1STOCK", TS: "1531420618.000100"}, ResponseURL: "https://hooks.slack.com/actions/T1/2/x"}
	if diff := cmp.Diff([]jobs.Click{want, want, want}, d.clicks); diff != "" {
		t.Errorf("clicks (-want +got):\n%s", diff)
	}
}

func TestLostClickIsTold(t *testing.T) {
	for name, v := range map[string]struct {
		desk *desk
		want string
	}{
		"database down": {&desk{err: errors.New("dial tcp: refused, password=hunter2")}, "could not be stored"},
		"for people":    {&desk{err: &jobs.UserError{Text: "The shop is closed."}}, "The shop is closed."},
		"too slow":      {&desk{block: make(chan struct{})}, "could not be stored"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var text string
			api := newAPI(t, func(method string, w http.ResponseWriter, r *http.Request) {
				_ = r.ParseForm()
				text = r.PostForm.Get("text")
				says(`{"ok":true}`)(method, w, r)
			})
			a, _ := newApp(t, api.URL, v.desk, nil)
			began := time.Now()
			code, body := interact(t, a, alter(t, pressPayload, "https://hooks.slack.com/actions/T1/2/x", ""))
			if code != 200 || body != "" || time.Since(began) > 3*time.Second {
				t.Errorf("status %d, body %q after %s; want a bare 200 within 3 s", code, body, time.Since(began))
			}
			settle(a)
			if api.count("chat.postEphemeral") != 1 || !strings.Contains(text, v.want) || strings.Contains(text, "hunter2") {
				t.Errorf("told %q, want %q", text, v.want)
			}
		})
	}
}

// modals is a Web API for views that keeps what was shown.
type modals struct {
	mu     sync.Mutex
	shown  []string // methods with callback ids, in order
	bodies []string
	refuse string
}

func (m *modals) answer(method string, w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var body struct {
		View struct {
			CallbackID string `json:"callback_id"`
		} `json:"view"`
		Hash string `json:"hash"`
	}
	raw := new(strings.Builder)
	dec := json.NewDecoder(r.Body)
	var sent json.RawMessage
	if dec.Decode(&sent) == nil {
		raw.Write(sent)
		_ = json.Unmarshal(sent, &body)
	}
	m.shown = append(m.shown, strings.TrimSpace(method+" "+body.View.CallbackID+" "+body.Hash))
	m.bodies = append(m.bodies, raw.String())
	if m.refuse != "" && method == "views.open" {
		says(`{"ok":false,"error":"`+m.refuse+`"}`)(method, w, r)
		return
	}
	says(`{"ok":true,"view":{"id":"V1","hash":"h1","type":"modal"}}`)(method, w, r)
}

func TestModals(t *testing.T) {
	closed := proposal()
	closed.State = plan.Approved
	edit := alter(t, pressPayload, `"action_id":"approve"`, `"action_id":"edit"`)
	why := alter(t, pressPayload, `"action_id":"approve"`, `"action_id":"why"`)
	risk := alter(t, alter(t, pressPayload, `"action_id":"approve"`, `"action_id":"risk_why"`), "v1:12:3:"+digest, "f1:stock-out/SOLAR-01/LEEDS")
	for name, v := range map[string]struct {
		payload string
		desk    *desk
		want    string // views shown
		holds   string // in the last one
	}{
		"edit":           {edit, &desk{proposal: proposal()}, "views.open loading|views.update edit_quantity h1", `"line-1"`},
		"why":            {why, &desk{proposal: proposal()}, "views.open loading|views.update why h1", "Expected demand"},
		"why a risk":     {risk, &desk{}, "views.open loading|views.update why h1", "it runs out"},
		"decided before": {edit, &desk{proposal: closed}, "views.open loading|views.update sorry h1", "APPROVED"},
		"unknown":        {edit, &desk{err: &jobs.UserError{Text: "This proposal does not exist any more."}}, "views.open loading|views.update sorry h1", "does not exist"},
		"internal":       {why, &desk{err: errors.New("secret detail")}, "views.open loading|views.update sorry h1", "Something went wrong (id "},
	} {
		t.Run(name, func(t *testing.T) {
			m := &modals{}
			api := newAPI(t, m.answer)
			a, _ := newApp(t, api.URL, v.desk, nil)
			if code, body := interact(t, a, v.payload); code != 200 || body != "" {
				t.Fatalf("status %d, body %q", code, body)
			}
			settle(a)
			if got := strings.Join(m.shown, "|"); got != v.want {
				t.Errorf("shown %s, want %s", got, v.want)
			}
			last := m.bodies[len(m.bodies)-1]
			if !strings.Contains(last, v.holds) || strings.Contains(last, "secret detail") {
				t.Errorf("%s does not hold %q", last, v.holds)
			}
			if name == "edit" && !strings.Contains(last, `"private_metadata":"v1:12:3:-"`) {
				t.Error("the form does not name what it is about")
			}
		})
	}
	m := &modals{refuse: "expired_trigger_id"}
	api := newAPI(t, m.answer)
	d := &desk{}
	a, _ := newApp(t, api.URL, d, nil)
	interact(t, a, alter(t, edit, "https://hooks.slack.com/actions/T1/2/x", ""))
	settle(a)
	if got := strings.Join(m.shown, "|"); got != "views.open loading|chat.postEphemeral" || d.calls() != 0 {
		t.Errorf("after an expired trigger: %s", got)
	}
}

func TestSubmit(t *testing.T) {
	for name, v := range map[string]struct {
		desk    *desk
		payload string
		want    string
		edits   int
	}{
		"good":             {&desk{}, submitPayload, `{"response_action":"clear"}`, 1},
		"wrong":            {&desk{wrong: []jobs.LineError{{Line: 0, Reason: "528 is no multiple of 50"}}}, submitPayload, `{"response_action":"errors","errors":{"line-0":"528 is no multiple of 50"}}`, 1},
		"wrong, elsewhere": {&desk{wrong: []jobs.LineError{{Line: 7, Reason: "this line is not on the proposal any more"}}}, submitPayload, `not on the proposal any more`, 1},
		"empty field":      {&desk{}, alter(t, submitPayload, `"value":"96"`, `"value":null`), `{"response_action":"errors","errors":{"line-1":"Please enter a whole number."}}`, 0},
		"a fraction":       {&desk{}, alter(t, submitPayload, `"value":"96"`, `"value":"9.5"`), `"line-1":"Please enter a whole number."`, 0},
		"too much":         {&desk{}, alter(t, submitPayload, `"value":"96"`, `"value":"9999999999"`), `"line-1":"This is more than can be ordered at once."`, 0},
		"changed":          {&desk{err: &jobs.UserError{Text: "Somebody changed this proposal."}}, submitPayload, "Somebody changed this proposal.", 0},
		"internal":         {&desk{err: errors.New("secret detail")}, submitPayload, "Something went wrong (id ", 0},
		"too slow":         {&desk{block: make(chan struct{})}, submitPayload, "takes too long", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, _ := newApp(t, "http://127.0.0.1:1", v.desk, nil)
			code, body := interact(t, a, v.payload)
			if code != 200 || !strings.Contains(body, v.want) || strings.Contains(body, "secret detail") {
				t.Errorf("status %d, body %s; want %s", code, body, v.want)
			}
			if len(v.desk.edits) != v.edits {
				t.Fatalf("%d edits, want %d", len(v.desk.edits), v.edits)
			}
			if v.edits == 1 {
				want := jobs.EditRequest{Key: "9.8.c", Team: "T1SHOP", User: "U2ANNA", Proposal: 12, Version: 3, Qty: map[int]int64{0: 528, 1: 96}}
				if got := v.desk.edits[0]; fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("edit %+v, want %+v", got, want)
				}
			}
		})
	}
}

func TestCommands(t *testing.T) {
	for text, v := range map[string]struct{ asked, want string }{
		"":                       {"", "/stock why CODE"},
		"help":                   {"", "/stock why CODE"},
		"  STATUS ":              {"status", "3 RED"},
		"sku SOLAR-01":           {"item SOLAR-01", "SOLAR-01 at"},
		"sku  two words":         {"item two words", "two words at"},
		"sku":                    {"", "Please add a code"},
		"why":                    {"", "Please add a code"},
		"why SOLAR-01":           {"item SOLAR-01,quiet SOLAR-01", "Why?"},
		"orders":                 {"orders", "Waiting for a decision"},
		"statsu":                 {"", "Did you mean /stock status?"},
		"repurchase":             {"customers U2ANNA  false", "orders expected"},
		"repurchase MUG-1":       {"customers U2ANNA MUG-1 false", "orders expected"},
		"repurchase M CUSTOMERS": {"customers U2ANNA M true", "orders expected"},
		"repurchase M all":       {"", "/stock repurchase CODE customers"},
		"ordrs":                  {"", "Did you mean /stock orders?"},
		"<!channel> dance":       {"", "There is no command “&lt;!channel&gt;”."},
		"dance everything":       {"", "There is no command “dance”."},
		"approve":                {"waiting,status,settings", "Waiting for a decision: 1"},
		"schedule":               {"settings,runs", "Next runs"},
		"settings":               {"settings", "Settings of Harbour"},
		"suggest more tea":       {"suggest U2ANNA more tea", "Thank you"},
		"snooze MUG-1 3":         {"snooze MUG-1 3", "What came of it follows"},
		"snooze":                 {"", "write a code, and how long"},
		"forecast MUG-1":         {"item MUG-1", "confidence 0 of 100"},
	} {
		t.Run(text, func(t *testing.T) {
			d := &desk{}
			a, _ := newApp(t, "http://127.0.0.1:1", d, nil)
			w := post(t, a.Handler(), "/slack/commands", url.Values{"team_id": {"T1SHOP"}, "user_id": {"U2ANNA"}, "command": {"/stock"}, "text": {text}, "channel_id": {"C1"}}.Encode())
			var got reply
			if err := json.Unmarshal(w.Body.Bytes(), &struct {
				*reply
				Blocks []json.RawMessage `json:"blocks"`
			}{reply: &got}); err != nil {
				t.Fatalf("status %d, body %q: %v", w.Code, w.Body, err)
			}
			if w.Code != 200 || got.ResponseType != "ephemeral" || !strings.Contains(got.Text, v.want) {
				t.Errorf("status %d, %+v; want %q", w.Code, got, v.want)
			}
			if asked := strings.Join(d.asked, ","); asked != v.asked {
				t.Errorf("asked %q, want %q", asked, v.asked)
			}
		})
	}
	for name, v := range map[string]struct {
		err  error
		want string
	}{
		"unknown code": {&jobs.UserError{Text: "There is no SKU “SOLR”. Did you mean SOLAR-01?"}, "Did you mean SOLAR-01?"},
		"internal":     {errors.New("secret detail"), "Something went wrong (id "},
	} {
		a, out := newApp(t, "http://127.0.0.1:1", &desk{err: v.err}, nil)
		m := a.command(context.Background(), Inbound{Text: "sku SOLR"}, 1)
		if !strings.Contains(m.Text, v.want) || strings.Contains(m.Text, "secret detail") {
			t.Errorf("%s: %q", name, m.Text)
		}
		if _, id, ok := strings.Cut(m.Text, "(id "); ok && !strings.Contains(out.String(), strings.TrimSuffix(id, ").")) {
			t.Errorf("%s: the id of %q is not in the log %q", name, m.Text, out)
		}
	}
}

func TestEvents(t *testing.T) {
	api := newAPI(t, says(`{"ok":true}`))
	a, _ := newApp(t, api.URL, &desk{}, nil)
	w := post(t, a.Handler(), "/slack/events", `{"type":"url_verification","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P","token":"x"}`)
	if w.Code != 200 || w.Body.String() != "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P" {
		t.Errorf("challenge: status %d, body %q", w.Code, w.Body)
	}
	for _, body := range []string{
		`{"type":"event_callback","team_id":"T1SHOP","event_id":"Ev1","event":{"type":"app_mention","user":"U2ANNA","channel":"C1STOCK","text":"<@U0BOT> hi"}}`,
		`{"type":"event_callback","event":{"type":"app_mention","user":"U2ANNA","channel":"C1STOCK","bot_id":"B1"}}`,
		`{"type":"event_callback","event":{"type":"message","user":"U2ANNA","channel":"C1STOCK"}}`,
		`{"type":"app_rate_limited"}`,
	} {
		if w := post(t, a.Handler(), "/slack/events", body); w.Code != 200 || w.Body.Len() != 0 {
			t.Errorf("%s: status %d, body %q", body, w.Code, w.Body)
		}
	}
	settle(a)
	if n := api.count("chat.postEphemeral"); n != 1 {
		t.Errorf("%d mentions answered, want 1", n)
	}
}

// More windows than slots: the rest is served by who asks, nothing is lost.
func TestWorkAsideIsBounded(t *testing.T) {
	m := &modals{}
	api := newAPI(t, m.answer)
	d := &desk{proposal: proposal(), block: make(chan struct{})}
	a, _ := newApp(t, api.URL, d, nil)
	edit := alter(t, pressPayload, `"action_id":"approve"`, `"action_id":"edit"`)
	var asking sync.WaitGroup
	for range 3 * background {
		asking.Go(func() { interact(t, a, edit) })
	}
	deadline := time.Now().Add(10 * time.Second)
	for d.calls() < 3*background && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
	}
	if len(a.slots) != background {
		t.Errorf("%d slots taken, want %d", len(a.slots), background)
	}
	close(d.block)
	asking.Wait()
	settle(a)
	if n := api.count("views.update"); n != 3*background {
		t.Errorf("%d forms filled, want %d", n, 3*background)
	}
}

func TestStopCutsWorkOff(t *testing.T) {
	api := newAPI(t, (&modals{}).answer)
	d := &desk{block: make(chan struct{})}
	a, _ := newApp(t, api.URL, d, nil)
	interact(t, a, alter(t, pressPayload, `"action_id":"approve"`, `"action_id":"edit"`))
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if err := a.Stop(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Stop: %v, want it to say that work was cut off", err)
	}
}
