package slackapp

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"quartermaster/bot/jobs"
	"quartermaster/bot/workspace"
	"quartermaster/core/plan"
)

// shopFloor is an app in front of a desk, connected to a local workspace.
type shopFloor struct {
	*workspace.Workspace
	app  *App
	desk *desk
	ctx  context.Context
	logs *logs
	stop context.CancelFunc // ends Run
}

// open starts a workspace and an app that are connected by the transport.
func open(t *testing.T, mode Mode) *shopFloor {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	f := &shopFloor{desk: &desk{proposal: proposal()}, ctx: ctx, logs: &logs{}}

	inbound := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.app.Handler().ServeHTTP(w, r) }))
	t.Cleanup(inbound.Close)
	server := httptest.NewUnstartedServer(nil)
	base := "http://" + server.Listener.Addr().String()
	cfg := workspace.Config{
		BaseURL: base, BotToken: string(botToken), AppToken: string(appToken), SigningSecret: string(signingKey),
		CommandNames: []string{"/stock"}, PingEvery: 100 * time.Millisecond,
		Users: []workspace.User{
			{ID: "U0ANNA", Name: "anna", RealName: "Anna Approver"}, {ID: "U0GUEST", Name: "gus", RealName: "Gus", Guest: true},
			{ID: "U0EVE", Name: "eve", RealName: "Eve", Foreign: true}, {ID: "U0OLD", Name: "old", RealName: "Old", Deactivated: true},
		},
		Channels: []workspace.Channel{{ID: "C0STOCK", Name: "stock"}, {ID: "C0OLD", Name: "old", Archived: true}, {ID: "C0OUT", Name: "out", WithoutBot: true}},
	}
	if mode == HTTP {
		cfg.InteractivityURL, cfg.CommandURL, cfg.EventURL = inbound.URL+"/slack/interactions", inbound.URL+"/slack/commands", inbound.URL+"/slack/events"
	}
	var err error
	if f.Workspace, err = workspace.New(cfg); err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = f.Workspace
	server.Start()
	t.Cleanup(func() {
		if err := f.Close(context.Background()); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	host, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	f.app, f.logs = newApp(t, base, f.desk, func(c *Config) {
		c.Clock, c.ResponseHosts, c.PingInterval = time.Now, []string{host.Host}, 2*time.Second
	})
	if mode == Socket {
		run, stop := context.WithCancel(ctx)
		f.stop = stop
		ended := make(chan error, 1)
		go func() { ended <- f.app.Run(run) }()
		t.Cleanup(func() {
			stop()
			if err := <-ended; err != nil {
				t.Errorf("Run: %v", err)
			}
		})
		f.connected(t)
	}
	return f
}

func (f *shopFloor) connected(t *testing.T) {
	t.Helper()
	for !f.app.Connected() {
		if f.ctx.Err() != nil {
			t.Fatalf("no connection; log:\n%s", f.logs)
		}
		time.Sleep(time.Millisecond)
	}
}

// post puts a card into the channel and returns it as people see it.
func (f *shopFloor) post(t *testing.T, c plan.Card) (jobs.MessageRef, workspace.Message) {
	t.Helper()
	ref, err := f.app.Post(f.ctx, "C0STOCK", "card/"+c.Key, c)
	if err != nil {
		t.Fatal(err)
	}
	m, err := f.Channel("stock").WaitCard(f.ctx, func(m workspace.Message) bool { return m.TS == ref.TS })
	if err != nil {
		t.Fatal(err)
	}
	return ref, m
}

func TestStory(t *testing.T) {
	for _, mode := range []Mode{Socket, HTTP} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			f := open(t, mode)
			ref, m := f.post(t, card())
			if ref.Channel != "C0STOCK" || m.Metadata == nil || m.Metadata.EventPayload["key"] != "card/restock/12" {
				t.Errorf("posted at %+v with %+v", ref, m.Metadata)
			}

			// Approve.
			if _, ok := m.Button("Approve 600 · EUR 1,920.00"); !ok {
				t.Fatalf("no such button among %+v", m.Elements())
			}
			if _, err := f.As("U0ANNA").Click(f.ctx, m, "approve"); err != nil {
				t.Fatalf("click: %v\n%s", err, f.logs)
			}
			if err := f.Redeliver(f.ctx, 2); err != nil {
				t.Fatal(err)
			}
			for i, c := range f.desk.clicks {
				if c.Action != plan.Approve || c.User != "U0ANNA" || c.Proposal != 12 || c.Message != ref || c.Key != f.desk.clicks[0].Key {
					t.Errorf("click %d: %+v", i, c)
				}
			}
			if len(f.desk.clicks) != 3 {
				t.Errorf("%d clicks stored, want 3 of one key", len(f.desk.clicks))
			}

			// The answer to it, and a line in the thread.
			if err := f.app.Answer(f.ctx, f.desk.clicks[0], "You may not <!here>."); err != nil {
				t.Fatal(err)
			}
			if told := f.As("U0ANNA").Ephemerals("stock"); len(told) != 1 || told[0].Text != "You may not &lt;!here&gt;." {
				t.Errorf("told %+v", told)
			}
			said, err := f.app.Say(f.ctx, ref, "say/1", "Anna approved.", nil)
			if err != nil {
				t.Fatal(err)
			}
			if thread := f.Channel("stock").Thread(ref.TS); len(thread) != 2 || thread[1].TS != said.TS {
				t.Errorf("thread %+v", thread)
			}

			// Snooze by the menu.
			if _, err := f.As("U0ANNA").Choose(f.ctx, m, "more", "snooze7:v1:12:3:"+digest); err != nil {
				t.Fatal(err)
			}
			if c := f.desk.clicks[len(f.desk.clicks)-1]; c.Action != plan.Snooze || c.Days != 7 {
				t.Errorf("menu: %+v", c)
			}

			// Edit: a form that opens, complains, and closes.
			out, err := f.As("U0ANNA").Click(f.ctx, m, "edit")
			if err != nil {
				t.Fatal(err)
			}
			view, err := out.WaitView(f.ctx, func(v workspace.View) bool { return v.CallbackID == "edit_quantity" })
			if err != nil {
				t.Fatalf("%v\n%s", err, f.logs)
			}
			if len(view.Elements()) != 2 || view.PrivateMetadata != "v1:12:3:-" {
				t.Errorf("form %+v", view)
			}
			f.desk.wrong = []jobs.LineError{{Line: 1, Reason: "96 is the next multiple of 24 above 90"}}
			in := map[string]any{"qty-0": "528", "qty-1": "90"}
			if got := f.send(t, in); got.Errors["line-1"] != "96 is the next multiple of 24 above 90" {
				t.Errorf("errors %+v", got.Errors)
			}
			f.desk.wrong = nil
			if got := f.send(t, in); len(got.Errors) != 0 {
				t.Errorf("errors %+v", got.Errors)
			}
			if _, still := f.As("U0ANNA").View(); still {
				t.Error("the form is still there")
			}
			if e := f.desk.edits[1]; e.Qty[0] != 528 || e.Qty[1] != 90 || e.User != "U0ANNA" || e.Version != 3 || e.Key == f.desk.edits[0].Key {
				t.Errorf("edit %+v", e)
			}

			// Why?
			out, err = f.As("U0ANNA").Click(f.ctx, m, "why")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := out.WaitView(f.ctx, func(v workspace.View) bool { return v.CallbackID == "why" }); err != nil {
				t.Fatal(err)
			}

			// Commands.
			for text, want := range map[string]string{"status": "3 RED", "sku SOLAR-01": "SOLAR-01", "why SOLAR-01": "Why?", "orders": "Waiting", "help": "/stock orders", "wat": "no command"} {
				out, err := f.As("U0ANNA").Command(f.ctx, "stock", "/stock", text)
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(string(out.Ack), want) || !strings.Contains(string(out.Ack), `"ephemeral"`) {
					t.Errorf("/stock %s: %s", text, out.Ack)
				}
			}

			// Long answers and forms have pages, each in the place of the one before.
			f.desk.many = 60
			asked, err := f.As("U0ANNA").Command(f.ctx, "stock", "/stock", "orders")
			if err != nil {
				t.Fatal(err)
			}
			answer, err := asked.Ephemeral(f.ctx)
			if err != nil {
				t.Fatal(err)
			}
			before := len(f.As("U0ANNA").Ephemerals("stock"))
			if _, err := f.As("U0ANNA").Click(f.ctx, answer, "page_2"); err != nil {
				t.Fatal(err)
			}
			f.until(t, "the second page", func() bool {
				told := f.As("U0ANNA").Ephemerals("stock")
				text := asJSON(told[len(told)-1].Blocks)
				return strings.Contains(text, "Page 2 of 3") && strings.Contains(text, "PO-2026-0020") && !strings.Contains(text, "PO-2026-0019")
			})
			if n := len(f.As("U0ANNA").Ephemerals("stock")); n != before {
				t.Errorf("%d answers, was %d: the page did not take the place of the one before", n, before)
			}
			_, digest := f.post(t, plan.Card{Key: "digest", Kind: plan.DigestCard, Digest: &plan.DigestView{More: 50}})
			out, err = f.As("U0ANNA").Click(f.ctx, digest, "short")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := out.WaitView(f.ctx, func(v workspace.View) bool { return strings.Contains(asJSON(v.Blocks), "Page 1 of 3") }); err != nil {
				t.Fatal(err)
			}
			if _, err = f.As("U0ANNA").ClickView(f.ctx, "page_2", nil); err != nil {
				t.Fatal(err)
			}
			f.until(t, "the second page of the form", func() bool {
				v, _ := f.As("U0ANNA").View()
				return strings.Contains(asJSON(v.Blocks), "Page 2 of 3") && strings.Contains(asJSON(v.Blocks), "LAMP-024")
			})
			f.desk.many = 0

			// A mention is answered with the help.
			if err := f.As("U0ANNA").Say("stock", "", "@quartermaster what can you do?"); err != nil {
				t.Fatal(err)
			}
			f.until(t, "an answer to the mention", func() bool {
				told := f.As("U0ANNA").Ephemerals("stock")
				return strings.Contains(told[len(told)-1].Text, "/stock help")
			})

			// The card after the decision.
			done := card()
			done.Version, done.Restock.Proposal.State, done.Restock.Proposal.DecidedBy = 4, plan.Approved, "U0ANNA"
			if err := f.app.Update(f.ctx, ref, done); err != nil {
				t.Fatal(err)
			}
			after, err := f.Channel("stock").WaitCard(f.ctx, func(m workspace.Message) bool { return m.TS == ref.TS })
			if err != nil || len(after.Elements()) != 0 || !strings.Contains(after.Text, "APPROVED") {
				t.Errorf("after: %+v, %v", after, err)
			}
			if strings.Contains(f.logs.String(), "level=ERROR") || strings.Contains(f.logs.String(), "level=WARN") {
				t.Errorf("log:\n%s", f.logs)
			}
		})
	}
}

func asJSON(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}

func (f *shopFloor) send(t *testing.T, values map[string]any) *workspace.Submission {
	t.Helper()
	got, err := f.As("U0ANNA").SubmitView(f.ctx, values)
	if err != nil {
		t.Fatalf("submit: %v\n%s", err, f.logs)
	}
	return got
}

func (f *shopFloor) until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for !done() {
		if f.ctx.Err() != nil {
			t.Fatalf("never came: %s; log:\n%s", what, f.logs)
		}
		time.Sleep(time.Millisecond)
	}
}

// The classes of errors, against a server that speaks the whole protocol.
func TestFaults(t *testing.T) {
	f := open(t, HTTP)
	ref, _ := f.post(t, card())
	for name, v := range map[string]struct {
		fault workspace.Fault
		want  string
	}{
		"ratelimited": {workspace.Fault{Kind: workspace.RateLimit, RetryAfter: 3 * time.Second}, "wait 3s"},
		"500":         {workspace.Fault{Kind: workspace.ServerError}, "uncertain"},
		"reset":       {workspace.Fault{Kind: workspace.Reset}, "uncertain"},
		"refused":     {workspace.Fault{Kind: workspace.Refuse, Code: "token_revoked"}, "closed"},
	} {
		v.fault.Method, v.fault.Times = "chat.postMessage", 1
		f.Fault(v.fault)
		before := len(f.Channel("stock").Messages())
		if _, err := f.app.Post(f.ctx, "C0STOCK", "k-"+name, card()); class(err) != v.want {
			t.Errorf("%s: %s (%v), want %s", name, class(err), err, v.want)
		}
		f.app.pace.hold("chat.postMessage C0STOCK", -time.Hour)
		f.app.pace.next = map[string]time.Time{}
		if n := len(f.Channel("stock").Messages()); n != before {
			t.Errorf("%s: %d messages appeared", name, n-before)
		}
		if _, found, err := f.app.Find(f.ctx, jobs.MessageRef{Channel: "C0STOCK"}, "k-"+name); found || err != nil {
			t.Errorf("%s: found %v, %v", name, found, err)
		}
	}

	// Posted, but the answer is lost: it can be found by its key, once.
	f.Fault(workspace.Fault{Kind: workspace.LoseAnswer, Method: "chat.postMessage", Times: 2})
	if _, err := f.app.Post(f.ctx, "C0STOCK", "k-lost", card()); class(err) != "uncertain" {
		t.Errorf("lost answer: %v", err)
	}
	lost, found, err := f.app.Find(f.ctx, jobs.MessageRef{Channel: "C0STOCK"}, "k-lost")
	if err != nil || !found {
		t.Fatalf("the lost card is not found: %v", err)
	}
	if _, err := f.app.Say(f.ctx, lost, "say-lost", "a line", nil); class(err) != "uncertain" {
		t.Errorf("lost line: %v", err)
	}
	if _, found, err := f.app.Find(f.ctx, lost, "say-lost"); err != nil || !found {
		t.Errorf("the lost line is not found in its thread: %v", err)
	}

	for channel, want := range map[string]string{"C0OLD": "closed", "C0OUT": "closed", "C0NOWHERE": "closed"} {
		if _, err := f.app.Post(f.ctx, channel, "k", card()); class(err) != want {
			t.Errorf("%s: %s (%v), want %s", channel, class(err), err, want)
		}
	}
	if err := f.app.Update(f.ctx, jobs.MessageRef{Channel: "C0STOCK", TS: "1.000001"}, card()); class(err) != "gone" {
		t.Errorf("no such message: %v", err)
	}
	if err := f.app.Update(f.ctx, ref, card()); err != nil {
		t.Errorf("update: %v", err)
	}

	for user, want := range map[string]plan.Actor{
		"U0ANNA":  {Team: "T0LOCAL", User: "U0ANNA"},
		"U0GUEST": {Team: "T0LOCAL", User: "U0GUEST", Guest: true},
		"U0EVE":   {Team: "T0LOCAL", User: "U0EVE", Foreign: true},
		"U0OLD":   {Team: "T0LOCAL", User: "U0OLD", Deactivated: true},
		"U0NONE":  {Team: "T0LOCAL", User: "U0NONE", Foreign: true},
	} {
		got, err := f.app.Person(f.ctx, "T0LOCAL", user)
		want.Name = got.Name
		if err != nil || got != want || got.Name == "" && user != "U0NONE" {
			t.Errorf("%s: %+v, %v; want %+v", user, got, err, want)
		}
	}
}

// A window that was closed before it could be filled is nobody's fault.
func TestWindowClosedEarly(t *testing.T) {
	f := open(t, HTTP)
	_, m := f.post(t, card())
	f.desk.block = make(chan struct{})
	out, err := f.As("U0ANNA").Click(f.ctx, m, "edit")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.View(f.ctx); err != nil {
		t.Fatal(err)
	}
	if err := f.As("U0ANNA").CloseView(f.ctx); err != nil {
		t.Fatal(err)
	}
	close(f.desk.block)
	settle(f.app)
	if strings.Contains(f.logs.String(), "level=WARN") {
		t.Errorf("log:\n%s", f.logs)
	}
}

// Slack refreshes sockets and loses them; people must not notice.
func TestSocketComesBack(t *testing.T) {
	f := open(t, Socket)
	_, m := f.post(t, card())
	for i, cut := range []func(){func() { f.Disconnect("refresh_requested") }, f.Drop} {
		f.until(t, "a connection", f.app.Connected)
		cut()
		f.until(t, "a click that gets through again", func() bool {
			_, err := f.As("U0ANNA").Click(f.ctx, m, "approve")
			return err == nil
		})
		if len(f.desk.clicks) == 0 {
			t.Fatalf("round %d: no click", i)
		}
	}
	if strings.Contains(fmt.Sprint(f.logs), string(appToken)) {
		t.Error("a token stands in the log")
	}
}

// A revoked app token is told to the operator, and Run goes on trying.
func TestSocketRefused(t *testing.T) {
	api := newAPI(t, says(`{"ok":false,"error":"invalid_auth"}`))
	a, out := newApp(t, api.URL, &desk{}, nil)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(out.String(), "invalid_auth"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("nothing in the log: %s", out)
		}
	}
	select {
	case err := <-ended:
		t.Fatalf("Run ended: %v", err)
	default:
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
	if log := out.String(); !strings.Contains(log, "check the app token") || strings.Contains(log, string(appToken)) {
		t.Errorf("log %s", log)
	}
	b, _ := newApp(t, api.URL, &desk{}, func(c *Config) { c.AppToken = "" })
	if err := b.Run(context.Background()); err == nil {
		t.Error("Run without an app token")
	}
}

// A request in work when Run ends is acknowledged before the connection goes.
func TestSocketDrains(t *testing.T) {
	f := open(t, Socket)
	_, m := f.post(t, card())
	block := make(chan struct{})
	f.desk.mu.Lock()
	f.desk.block = block
	f.desk.mu.Unlock()
	done := make(chan error, 1)
	go func() {
		_, err := f.As("U0ANNA").Click(f.ctx, m, "approve")
		done <- err
	}()
	f.until(t, "the click at the desk", func() bool { return f.desk.calls() > 0 })
	f.stop()
	time.AfterFunc(2*flushTime, func() { close(block) }) // longer than Run waits for nothing
	if err := <-done; err != nil {
		t.Errorf("click: %v", err)
	}
}
