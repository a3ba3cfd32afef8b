package workspace_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"quartermaster/bot/workspace"
)

// webhook is an app that is reached by HTTP. It refuses what is not signed.
type webhook struct {
	*httptest.Server
	mu      sync.Mutex
	headers []http.Header
	bodies  []string
}

func newWebhook(t *testing.T, answer http.HandlerFunc) *webhook {
	h := &webhook{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		v, err := slack.NewSecretsVerifier(r.Header, "s3cret")
		if err == nil {
			_, _ = v.Write(body)
			err = v.Ensure()
		}
		if err != nil {
			t.Errorf("signature: %v", err)
		}
		h.mu.Lock()
		h.headers, h.bodies = append(h.headers, r.Header.Clone()), append(h.bodies, string(body))
		h.mu.Unlock()
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		answer(rw, r)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *webhook) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.bodies)
}

func byHTTP(h *webhook) func(*workspace.Config) {
	return func(c *workspace.Config) {
		c.SigningSecret, c.EventURL, c.InteractivityURL, c.CommandURL = "s3cret", h.URL, h.URL, h.URL
		c.EventRetries = []time.Duration{0, time.Millisecond, time.Millisecond}
		c.AckTimeout = 500 * time.Millisecond
	}
}

// stopwatch is a clock that can be shifted.
type stopwatch struct{ ahead atomic.Int64 }

func (s *stopwatch) now() time.Time         { return time.Now().Add(time.Duration(s.ahead.Load())) }
func (s *stopwatch) shift(by time.Duration) { s.ahead.Add(int64(by)) }

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("no %s", what)
		}
	}
}

func TestStoryByHTTP(t *testing.T) {
	var s *shop
	var answers sync.WaitGroup
	h := newWebhook(t, func(rw http.ResponseWriter, r *http.Request) {
		if cmd, err := slack.SlashCommandParse(r); err == nil && cmd.Command != "" {
			_, _ = fmt.Fprintf(rw, "plain answer to %s %s by %s", cmd.Command, cmd.Text, cmd.UserID)
			return
		}
		cb, err := slack.InteractionCallbackParse(r)
		if err != nil {
			t.Error(err)
			return
		}
		switch cb.Type {
		case slack.InteractionTypeBlockActions:
			a := cb.ActionCallback.BlockActions[0]
			if a.ActionID == "more" && a.SelectedOption.Value != "snooze:1" {
				t.Errorf("option: %+v", a.SelectedOption)
			}
			if cb.Message.Timestamp == "" || cb.Channel.ID != "C1STOCK" || cb.User.ID != "U1MARA" || cb.Container.MessageTs != cb.Message.Timestamp {
				t.Errorf("callback: %+v", cb)
			}
			answers.Go(func() {
				if err := slack.PostWebhook(cb.ResponseURL, &slack.WebhookMessage{Text: "by response_url " + a.Value}); err != nil {
					t.Error(err)
				}
			})
		default:
			t.Errorf("unexpected %s", cb.Type)
		}
	})
	s = open(t, byHTTP(h))
	ctx := within(t)
	if _, _, err := s.client.PostMessageContext(ctx, "C1STOCK", slack.MsgOptionText("x", false), slack.MsgOptionBlocks(card("Approve")...)); err != nil {
		t.Fatal(err)
	}
	m := s.Channel("stock").Messages()[0]
	mara := s.As("U1MARA")
	out, err := mara.Click(ctx, m, "approve")
	if err != nil {
		t.Fatal(err)
	}
	if e, err := out.Ephemeral(ctx); err != nil || e.Text != "by response_url 7:1" {
		t.Errorf("%+v %v", e, err)
	}
	if _, err := mara.Choose(ctx, m, "more", "snooze:1"); err != nil {
		t.Error(err)
	}
	if _, err := mara.Choose(ctx, m, "more", "snooze:9"); err == nil {
		t.Error("an option that is not there was chosen")
	}
	if _, err := s.As("U3GUEST").Click(ctx, m, "approve"); err == nil {
		t.Error("a guest clicked in a channel that is not his")
	}
	if _, err := s.As("U4GONE").Click(ctx, m, "approve"); err == nil {
		t.Error("a deactivated person clicked")
	}
	said, err := mara.Command(ctx, "stock", "/stock", "sku A&B")
	if err != nil {
		t.Fatal(err)
	}
	if e, err := said.Ephemeral(ctx); err != nil || e.Text != "plain answer to /stock sku A&B by U1MARA" {
		t.Errorf("%+v %v", e, err)
	}
	answers.Wait()
	before := h.count()
	if err := s.Redeliver(ctx, 3); err != nil || h.count() != before+3 || h.bodies[before] != h.bodies[before-1] {
		t.Errorf("redelivery: %d, %v", h.count(), err)
	}
	unknown, err := mara.Command(ctx, "stock", "/nope", "")
	if err != nil {
		t.Fatal(err)
	}
	if e, err := unknown.Ephemeral(ctx); err != nil || !strings.Contains(e.Text, "/nope") || h.count() != before+3 {
		t.Errorf("%+v %v", e, err)
	}
}

func TestEventsAreRetried(t *testing.T) {
	var ids sync.Map
	fails := 2
	h := newWebhook(t, func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		e, err := slackevents.ParseEvent(body, slackevents.OptionNoVerifyToken())
		if err != nil {
			t.Error(err)
		}
		if e.Type == slackevents.URLVerification {
			_, _ = io.WriteString(rw, e.Data.(*slackevents.EventsAPIURLVerificationEvent).Challenge)
			return
		}
		ids.Store(e.Data.(*slackevents.EventsAPICallbackEvent).EventID, true)
		if m, ok := e.InnerEvent.Data.(*slackevents.AppMentionEvent); !ok || m.User != "U1MARA" || m.Text != "<@U0BOT> hi &lt;b&gt;" {
			t.Errorf("event: %+v", e.InnerEvent.Data)
		}
		if fails--; fails >= 0 {
			rw.WriteHeader(http.StatusInternalServerError)
		}
	})
	s := open(t, byHTTP(h))
	if err := s.VerifyEventURL(within(t)); err != nil {
		t.Fatal(err)
	}
	if err := s.As("U1MARA").Say("stock", "", "@quartermaster hi <b>"); err != nil {
		t.Fatal(err)
	}
	until(t, "third delivery", func() bool { return h.count() == 4 })
	n := 0
	ids.Range(func(any, any) bool { n++; return true })
	last := h.headers[3]
	if n != 1 || last.Get("X-Slack-Retry-Num") != "2" || last.Get("X-Slack-Retry-Reason") != "http_error" {
		t.Errorf("%d event ids, headers %v", n, last)
	}
}

func TestFailedDeliveryIsShown(t *testing.T) {
	release := make(chan struct{})
	h := newWebhook(t, func(http.ResponseWriter, *http.Request) { <-release })
	s := open(t, byHTTP(h))
	t.Cleanup(func() { close(release) })
	out, err := s.As("U1MARA").Command(within(t), "stock", "/stock", "status")
	var failed *workspace.DeliveryError
	if !errors.As(err, &failed) || failed.Reason != "timeout" {
		t.Fatal(err)
	}
	if e, err := out.Ephemeral(within(t)); err != nil || !strings.Contains(e.Text, "did not respond") {
		t.Errorf("%+v %v", e, err)
	}
	quiet := open(t, func(c *workspace.Config) { c.AckTimeout = 50 * time.Millisecond })
	if _, err := quiet.As("U1MARA").Command(within(t), "stock", "/stock", ""); !errors.As(err, &failed) || failed.Reason != "not_connected" {
		t.Error(err)
	}
}

func TestSocketsShareTheWork(t *testing.T) {
	s := open(t, func(c *workspace.Config) { c.PingEvery = 20 * time.Millisecond })
	ctx := within(t)
	var mu sync.Mutex
	got := map[int]int{}
	hellos := map[int]bool{}
	for i := range 2 {
		s.connect(t, func(sm *socketmode.Client, e socketmode.Event) {
			mu.Lock()
			defer mu.Unlock()
			switch e.Type {
			case socketmode.EventTypeHello:
				hellos[e.Request.NumConnections] = true
			case socketmode.EventTypeSlashCommand:
				got[i]++
				_ = sm.Ack(*e.Request)
			}
		})
		until(t, "connection", func() bool { return s.Connections() == i+1 })
	}
	mara := s.As("U1MARA")
	for range 10 {
		if _, err := mara.Command(ctx, "stock", "/stock", "x"); err != nil {
			t.Fatal(err)
		}
	}
	mu.Lock()
	if got[0] == 0 || got[1] == 0 || got[0]+got[1] != 10 || !hellos[1] || !hellos[2] {
		t.Errorf("deliveries %v, hellos %v", got, hellos)
	}
	mu.Unlock()
	if n := s.Disconnect("refresh_requested"); n != 2 {
		t.Errorf("%d connections asked to go", n)
	}
	if _, err := mara.Command(ctx, "stock", "/stock", "after the refresh"); err != nil {
		t.Error(err)
	}
	s.Drop()
	if _, err := mara.Command(ctx, "stock", "/stock", "after the cut"); err != nil {
		t.Error(err)
	}
}

func TestSocketEventsAreSentAgain(t *testing.T) {
	s := open(t, func(c *workspace.Config) {
		c.AckTimeout, c.EventRetries = 50*time.Millisecond, []time.Duration{0, 0, 0}
	})
	attempts := make(chan int, 8)
	s.connect(t, func(sm *socketmode.Client, e socketmode.Event) {
		if e.Type == socketmode.EventTypeEventsAPI {
			attempts <- e.Request.RetryAttempt
			if e.Request.RetryAttempt == 2 {
				_ = sm.Ack(*e.Request)
			}
		}
	})
	if err := s.As("U1MARA").VisitHome(); err != nil {
		t.Fatal(err)
	}
	for want := range 3 {
		select {
		case got := <-attempts:
			if got != want {
				t.Errorf("attempt %d, want %d", got, want)
			}
		case <-within(t).Done():
			t.Fatal("no delivery")
		}
	}
}

func TestTicketsWorkOnce(t *testing.T) {
	s := open(t, nil)
	_, wsURL, err := s.client.StartSocketModeContext(within(t))
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Replace(wsURL, "ws://", "http://", 1)
	for i, want := range []int{http.StatusBadRequest, http.StatusUnauthorized} { // no upgrade asked for; ticket gone
		resp, err := http.Get(at) //nolint:gosec // our own server
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("use %d: %d", i, resp.StatusCode)
		}
	}
}

func TestResponseURL(t *testing.T) {
	clock := &stopwatch{}
	urls := make(chan string, 1)
	h := newWebhook(t, func(_ http.ResponseWriter, r *http.Request) {
		if cb, err := slack.InteractionCallbackParse(r); err == nil {
			urls <- cb.ResponseURL
		}
	})
	s := open(t, func(c *workspace.Config) {
		byHTTP(h)(c)
		c.Clock = clock.now
	})
	ctx := within(t)
	click := func() string {
		m := s.Channel("stock").Messages()[0]
		if _, err := s.As("U1MARA").Click(ctx, m, "approve"); err != nil {
			t.Fatal(err)
		}
		return <-urls
	}
	post := func(to, body string) (int, string) {
		resp, err := http.Post(to, "application/json", strings.NewReader(body)) //nolint:gosec // our own server
		if err != nil {
			t.Fatal(err)
		}
		defer closeBody(t, resp)
		raw, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, strings.TrimSpace(string(raw))
	}
	if _, _, err := s.client.PostMessageContext(ctx, "C1STOCK", slack.MsgOptionText("x", false), slack.MsgOptionBlocks(card("Go")...)); err != nil {
		t.Fatal(err)
	}
	to := click()
	if code, body := post(to, `{"text":"a","blocks":[{"type":"nope"}]}`); code != 400 || body != "invalid_blocks" {
		t.Errorf("%d %s", code, body)
	}
	for i := range 4 {
		if code, body := post(to, fmt.Sprintf(`{"text":"n%d","response_type":"in_channel"}`, i)); code != 200 || body != "ok" {
			t.Errorf("use %d: %d %s", i, code, body)
		}
	}
	if code, body := post(to, `{"text":"n"}`); code != 404 || body != "used_url" {
		t.Errorf("sixth use: %d %s", code, body)
	}
	if n := len(s.Channel("stock").Messages()); n != 5 {
		t.Errorf("%d messages", n)
	}
	to = click()
	clock.shift(31 * time.Minute)
	if code, body := post(to, `{"text":"n"}`); code != 404 || body != "expired_url" {
		t.Errorf("after 31 minutes: %d %s", code, body)
	}
	clock.shift(-31 * time.Minute) // the signature must hold for the next click
	to = click()
	if code, _ := post(to, `{"text":"replaced","replace_original":true}`); code != 200 || s.Channel("stock").Messages()[0].Text != "replaced" {
		t.Errorf("replace: %d", code)
	}
	if code, _ := post(to, `{"delete_original":true}`); code != 200 || len(s.Channel("stock").Messages()) != 4 {
		t.Errorf("delete: %d", code)
	}
}

func TestCloseEndsWaiting(t *testing.T) {
	s := open(t, nil)
	ended := make(chan error, 1)
	go func() {
		_, err := s.Channel("stock").WaitCard(context.Background(), func(workspace.Message) bool { return false })
		ended <- err
	}()
	if err := s.Close(within(t)); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Error("waiting went on after Close")
	}
}
