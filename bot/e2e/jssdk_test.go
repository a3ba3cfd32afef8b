//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"quartermaster/bot/workspace"
)

// A small app on Slack's official SDK for JavaScript works on the local workspace
// as it does on Slack: over Socket Mode and over signed HTTP, what it calls is
// answered as its client expects, what people do reaches it, and what Slack would
// refuse is refused by the same code.
func TestSlackSDKForJavaScript(t *testing.T) {
	js := need(t, "Node 20 or later; Debian: apt-get install nodejs", "node")
	dir := node(t)
	for _, overHTTP := range []bool{false, true} {
		t.Run(map[bool]string{false: "socket", true: "http"}[overHTTP], func(t *testing.T) {
			e := startEcho(t, js, dir, overHTTP)
			anna := e.As("U0ANNA")

			// Commands: an answer in the acknowledgement, one to the channel, none in time.
			e.command("ack")
			e.ephemeral("you said ack in stock")
			e.command("hello there")
			e.message("echo: hello there")
			var failed *workspace.DeliveryError
			if _, err := anna.Command(e.ctx, "stock", "/echo", "late"); !errors.As(err, &failed) {
				t.Errorf("an answer after four seconds was taken: %v", err)
			}

			// The calls, one by one, as the app saw them.
			limit := e.Fault(workspace.Fault{Kind: workspace.RateLimit, Method: "chat.postMessage", Times: 1, RetryAfter: time.Second})
			e.command("all")
			got := e.message("done").Text
			for _, want := range []string{
				"auth: true U0BOT B0BOT T0LOCAL", "post: true true one true", "update: true two", "thread: 2 echo true true", "permalink: true",
				"ephemeral: true", "upload: true A note", "paginate: true", "user: anna false", "channel: stock true false", "direct: true", "limit: true",
				"no channel: channel_not_found", "bad block: invalid_blocks", "old trigger: invalid_trigger_id", "no scope: missing_scope", "gone: message_not_found",
			} {
				if !strings.Contains(got, want+"\n") && !strings.HasSuffix(got, want) {
					t.Errorf("the SDK did not see %q", want)
				}
			}
			if t.Failed() {
				t.Logf("it saw:\n%s", got)
			}
			if limit.Hits() != 1 {
				t.Errorf("%d calls were limited, want one that came again", limit.Hits())
			}
			e.ephemeral("by response_url")
			file := e.find("the uploaded file", func(m workspace.Message) bool { return len(m.Files) == 1 })
			if file.Text != "here" || file.Files[0].Name != "note.txt" {
				t.Errorf("the file came as %q, %+v", file.Text, file.Files[0])
			}

			// Buttons and menus of a card; the answer replaces it.
			e.command("card")
			card := e.message("a card")
			if _, err := anna.Choose(e.ctx, card, "more", "two"); err != nil {
				t.Fatal(err)
			}
			e.message("chose two")
			opened, err := anna.Click(e.ctx, card, "form")
			if err != nil {
				t.Fatal(err)
			}

			// A form: filled after it was opened, refused, pushed over, closed at once.
			if _, err := opened.WaitView(e.ctx, func(v workspace.View) bool { return len(v.Elements()) == 2 }); err != nil {
				t.Fatal(err)
			}
			if sent, err := anna.SubmitView(e.ctx, map[string]any{"word": "wrong"}); err != nil || sent.Errors["say"] != "another word, please" {
				t.Errorf("a wrong word was answered %+v, %v", sent, err)
			}
			pushed, err := anna.ClickView(e.ctx, "deeper", nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := pushed.View(e.ctx); err != nil {
				t.Fatal(err)
			}
			if sent, err := anna.SubmitView(e.ctx, map[string]any{"word": "right"}); err != nil || len(sent.Errors) > 0 {
				t.Errorf("a right word was answered %+v, %v", sent, err)
			}
			if v, open := anna.View(); open {
				t.Errorf("the form %v is still open after all were cleared", v.Title)
			}
			e.message("Deeper said right with kept")
			if _, err := anna.Click(e.ctx, card, "press"); err != nil {
				t.Fatal(err)
			}
			e.find("the replaced card", func(m workspace.Message) bool { return m.TS == card.TS && m.Text == "pressed press-value by U0ANNA" })

			// Events.
			if err := anna.Say("stock", "", "@quartermaster are you there"); err != nil {
				t.Fatal(err)
			}
			e.message("you mentioned me: are you there")
			if err := anna.VisitHome(); err != nil {
				t.Fatal(err)
			}
			e.until("the home tab", func() bool { v, ok := anna.Home(); return ok && len(v.Blocks) == 1 })
		})
	}
}

// echo is the app and the workspace it is in.
type echo struct {
	*workspace.Workspace
	t   testing.TB
	ctx context.Context
}

func startEcho(t *testing.T, js, dir string, overHTTP bool) *echo {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	cfg := workspace.Config{BotToken: botToken, AppToken: appToken, SigningSecret: "echo-secret", CommandNames: []string{"/echo"},
		Users:    []workspace.User{{ID: "U0ANNA", Name: "anna", RealName: "Anna"}, {ID: "U0BEN", Name: "ben", RealName: "Ben"}},
		Channels: []workspace.Channel{{ID: room, Name: "stock"}}}
	env := []string{"SLACK_BOT_TOKEN=" + botToken, "SLACK_APP_TOKEN=" + appToken, "SLACK_SIGNING_SECRET=echo-secret", "ECHO_CHANNEL=" + room}
	var listen string
	if overHTTP {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listen = l.Addr().String()
		_, port, err := net.SplitHostPort(listen)
		if err := errors.Join(err, l.Close()); err != nil {
			t.Fatal(err)
		}
		env = append(env, "ECHO_PORT="+port)
		cfg.EventURL, cfg.InteractivityURL, cfg.CommandURL = "http://"+listen+"/slack/events", "http://"+listen+"/slack/events", "http://"+listen+"/slack/events"
	}
	ws, err := workspace.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	address, err := ws.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ws.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	background(t, dir, append(env, "SLACK_API_URL="+address+"/api/"), js, "echo.mjs")
	e := &echo{ws, t, ctx}
	if !overHTTP {
		if err := ws.WaitConnected(ctx); err != nil {
			t.Fatal(err)
		}
		return e
	}
	e.until("the app listens", func() bool {
		c, err := (&net.Dialer{}).DialContext(ctx, "tcp", listen)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
	if err := ws.VerifyEventURL(ctx); err != nil {
		t.Errorf("the challenge of the event address: %v", err)
	}
	return e
}

func (e *echo) command(text string) {
	e.t.Helper()
	if _, err := e.As("U0ANNA").Command(e.ctx, "stock", "/echo", text); err != nil {
		e.t.Fatalf("/echo %s: %v", text, err)
	}
}

// message waits for a message whose first line is this.
func (e *echo) message(text string) workspace.Message {
	e.t.Helper()
	return e.find(fmt.Sprintf("%q", text), func(m workspace.Message) bool { first, _, _ := strings.Cut(m.Text, "\n"); return first == text })
}

// ephemeral waits for what only Anna sees.
func (e *echo) ephemeral(text string) {
	e.t.Helper()
	e.until("only Anna sees "+text, func() bool {
		for _, m := range e.As("U0ANNA").Ephemerals("stock") {
			if m.Text == text {
				return true
			}
		}
		return false
	})
}

// find waits for a message in the channel.
func (e *echo) find(what string, fits func(workspace.Message) bool) (found workspace.Message) {
	e.t.Helper()
	e.until(what, func() bool {
		for _, m := range e.Channel(room).Messages() {
			if fits(m) {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

func (e *echo) until(what string, ok func() bool) {
	e.t.Helper()
	for ; !ok(); time.Sleep(20 * time.Millisecond) {
		if e.ctx.Err() != nil {
			e.t.Fatalf("waited for %s in vain", what)
		}
	}
}
