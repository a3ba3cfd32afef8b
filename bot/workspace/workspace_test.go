package workspace_test

import (
	"context"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"quartermaster/bot/workspace"
)

// shop is a workspace on a real port with a client of it.
type shop struct {
	*workspace.Workspace
	base   string
	client *slack.Client
}

func config() workspace.Config {
	return workspace.Config{
		Users: []workspace.User{
			{ID: "U1MARA", Name: "mara", RealName: "Mara", Email: "mara@shop.example", Admin: true, TZ: "Europe/Berlin"},
			{ID: "U2LIN", Name: "lin", RealName: "Lin", TZ: "Asia/Shanghai"},
			{ID: "U3GUEST", Name: "gus", RealName: "Gus", Guest: true},
			{ID: "U4GONE", Name: "gone", RealName: "Gone", Deactivated: true},
		},
		Channels: []workspace.Channel{
			{ID: "C1STOCK", Name: "stock", Topic: "Cards"},
			{ID: "C2SECRET", Name: "secret", Private: true, WithoutBot: true},
			{ID: "C3OLD", Name: "old", Archived: true},
			{ID: "C4OUT", Name: "out", WithoutBot: true},
			{ID: "C5PRIV", Name: "priv", Private: true, Members: []string{"U1MARA", "U3GUEST"}},
		},
		CommandNames: []string{"/stock"},
		AckTimeout:   2 * time.Second,
	}
}

func open(t *testing.T, change func(*workspace.Config)) *shop {
	t.Helper()
	cfg := config()
	cfg.Logger = slog.New(slog.DiscardHandler)
	if change != nil {
		change(&cfg)
	}
	w, err := workspace.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	base, err := w.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := w.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &shop{w, base, slack.New("xoxb-local", slack.OptionAPIURL(base+"/api/"), slack.OptionAppLevelToken("xapp-local"),
		slack.OptionHTTPClient(&http.Client{Transport: transport, Timeout: 10 * time.Second}))}
}

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// connect runs a Socket Mode client whose requests go to handle.
func (s *shop) connect(t *testing.T, handle func(*socketmode.Client, socketmode.Event)) *socketmode.Client {
	t.Helper()
	sm := socketmode.New(s.client)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = sm.RunContext(ctx)
	}()
	go func() {
		for {
			select {
			case e := <-sm.Events:
				handle(sm, e)
			case <-ctx.Done():
				return
			}
		}
	}()
	t.Cleanup(func() { cancel(); <-ended })
	if err := s.WaitConnected(within(t)); err != nil {
		t.Fatal(err)
	}
	return sm
}

func card(button string) []slack.Block {
	return []slack.Block{
		slack.NewHeaderBlock(slack.NewTextBlockObject("plain_text", "Order", false, false)),
		slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", "*504* pieces", false, false), nil, nil),
		slack.NewActionBlock("do",
			slack.NewButtonBlockElement("approve", "7:1", slack.NewTextBlockObject("plain_text", button, false, false)).WithStyle("primary"),
			slack.NewOverflowBlockElement("more", slack.NewOptionBlockObject("snooze:1", slack.NewTextBlockObject("plain_text", "Snooze", false, false), nil)),
		),
	}
}

func TestStoryBySocket(t *testing.T) {
	s := open(t, nil)
	ctx := within(t)
	s.connect(t, func(sm *socketmode.Client, e socketmode.Event) {
		switch e.Type {
		case socketmode.EventTypeInteractive:
			cb := e.Data.(slack.InteractionCallback)
			_ = sm.Ack(*e.Request)
			switch {
			case cb.Type == slack.InteractionTypeBlockActions && cb.ActionCallback.BlockActions[0].ActionID == "approve":
				modal := slack.ModalViewRequest{Type: "modal", Title: slack.NewTextBlockObject("plain_text", "Edit", false, false),
					Submit: slack.NewTextBlockObject("plain_text", "Save", false, false), CallbackID: "edit",
					Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewInputBlock("qty", slack.NewTextBlockObject("plain_text", "Pieces", false, false), nil,
						slack.NewNumberInputBlockElement(nil, "n", false))}}}
				if _, err := sm.OpenView(cb.TriggerID, modal); err != nil {
					t.Errorf("open view: %v", err)
				}
			case cb.Type == slack.InteractionTypeViewSubmission:
				_, err := sm.PostEphemeral("C1STOCK", cb.User.ID, slack.MsgOptionText("got "+cb.View.State.Values["qty"]["n"].Value, false))
				if err != nil {
					t.Errorf("ephemeral: %v", err)
				}
			}
		case socketmode.EventTypeSlashCommand:
			cmd := e.Data.(slack.SlashCommand)
			_ = sm.Ack(*e.Request, map[string]any{"text": "you said " + cmd.Text})
		}
	})
	channel, ts, err := s.client.PostMessageContext(ctx, "C1STOCK", slack.MsgOptionText("Order 504", false), slack.MsgOptionBlocks(card("Approve 504")...))
	if err != nil || channel != "C1STOCK" {
		t.Fatalf("post: %s %v", channel, err)
	}
	m, err := s.Channel("stock").WaitCard(ctx, func(m workspace.Message) bool { return m.TS == ts })
	if err != nil {
		t.Fatal(err)
	}
	button, ok := m.Button("Approve…")
	if !ok || button.ActionID != "approve" || button.Style != "primary" {
		t.Fatalf("button: %+v", button)
	}
	mara := s.As("U1MARA")
	out, err := mara.Click(ctx, m, button.ActionID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.View(ctx); err != nil {
		t.Fatal(err)
	}
	bad, err := mara.SubmitView(ctx, map[string]any{"n": "12.5"})
	if err != nil || bad.Errors["qty"] == "" {
		t.Fatalf("a fraction was taken: %+v %v", bad, err)
	}
	sent, err := mara.SubmitView(ctx, map[string]any{"n": 528})
	if err != nil || len(sent.Errors) > 0 {
		t.Fatalf("submit: %+v %v", sent, err)
	}
	e, err := sent.Ephemeral(ctx)
	if err != nil || e.Text != "got 528" {
		t.Fatalf("ephemeral: %+v %v", e, err)
	}
	if _, open := mara.View(); open {
		t.Error("the form is still open")
	}
	said, err := mara.Command(ctx, "stock", "/stock", "status")
	if err != nil {
		t.Fatal(err)
	}
	if e, err := said.Ephemeral(ctx); err != nil || e.Text != "you said status" {
		t.Fatalf("command: %+v %v", e, err)
	}
}
