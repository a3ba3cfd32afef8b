package workspace_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"quartermaster/bot/workspace"
)

// dial opens a bare Socket Mode connection and returns it after its first frame.
func (s *shop) dial(t *testing.T) (*websocket.Conn, map[string]any) {
	t.Helper()
	_, wsURL, err := s.client.StartSocketModeContext(within(t))
	if err != nil {
		t.Fatal(err)
	}
	ws, resp, err := websocket.DefaultDialer.DialContext(within(t), wsURL, nil)
	if err != nil {
		t.Fatal(err)
	}
	closeBody(t, resp)
	t.Cleanup(func() { _ = ws.Close() })
	var first map[string]any
	if err := ws.ReadJSON(&first); err != nil {
		t.Fatal(err)
	}
	return ws, first
}

func TestElevenSockets(t *testing.T) {
	s := open(t, nil)
	for i := range 10 {
		if _, first := s.dial(t); first["type"] != "hello" || first["num_connections"] != float64(i+1) {
			t.Fatalf("connection %d: %v", i+1, first)
		}
	}
	if _, first := s.dial(t); first["type"] != "disconnect" || first["reason"] != "too_many_websockets" {
		t.Errorf("connection 11: %v", first)
	}
}

func TestBadAcks(t *testing.T) {
	s := open(t, func(c *workspace.Config) { c.AckTimeout = 100 * time.Millisecond })
	ws, _ := s.dial(t)
	command := func(answer func(id string)) error {
		done := make(chan error, 1)
		go func() {
			_, err := s.As("U1MARA").Command(context.Background(), "stock", "/stock", "x")
			done <- err
		}()
		var frame struct {
			ID string `json:"envelope_id"`
		}
		if err := ws.ReadJSON(&frame); err != nil {
			t.Fatal(err)
		}
		answer(frame.ID)
		return <-done
	}
	ack := func(id string, payload any) {
		if err := ws.WriteJSON(map[string]any{"envelope_id": id, "payload": payload}); err != nil {
			t.Error(err)
		}
	}
	var failed *workspace.DeliveryError
	if err := command(func(id string) { ack(id, map[string]any{"text": strings.Repeat("x", 20_000)}) }); !errors.As(err, &failed) {
		t.Errorf("an answer of 20 kB was taken: %v", err)
	}
	if err := command(func(id string) { ack("another", nil); ack(id, nil); ack(id, nil) }); err != nil {
		t.Error(err)
	}
	until(t, "count of late answers", func() bool { return s.Warnings()["late_ack"] == 2 })
	if n := s.Warnings()["oversized_ack"]; n != 1 {
		t.Errorf("%d oversized", n)
	}
	if err := command(func(id string) { ack(id, map[string]any{"blocks": []any{map[string]any{"type": "nope"}}}) }); err == nil || !strings.Contains(err.Error(), "invalid_blocks") {
		t.Errorf("bad blocks in an answer: %v", err)
	}
}

// TestCrowd lets everything happen at once; the race detector is the judge, and
// no message may be lost.
func TestCrowd(t *testing.T) {
	s := open(t, nil)
	ctx := within(t)
	s.connect(t, func(sm *socketmode.Client, e socketmode.Event) {
		if e.Request != nil && e.Type != socketmode.EventTypeHello {
			_ = sm.Ack(*e.Request)
		}
		if e.Type == socketmode.EventTypeInteractive {
			cb := e.Data.(slack.InteractionCallback)
			go func() { // a later click may have used the message up
				_, _ = sm.OpenView(cb.TriggerID, modal("M", slack.NewDividerBlock()))
			}()
		}
	})
	_, ts, err := s.client.PostMessageContext(ctx, "C1STOCK", slack.MsgOptionText("x", false), slack.MsgOptionBlocks(card("Go")...))
	if err != nil {
		t.Fatal(err)
	}
	m := s.Channel("stock").Messages()[0]
	const rounds = 25
	work := []func(i int) error{
		func(i int) error {
			_, _, err := s.client.PostMessageContext(ctx, "C1STOCK", slack.MsgOptionText(fmt.Sprint("p", i), false), slack.MsgOptionTS(ts))
			return err
		},
		func(i int) error {
			_, _, _, err := s.client.UpdateMessageContext(ctx, "C1STOCK", ts, slack.MsgOptionText(fmt.Sprint("u", i), false), slack.MsgOptionBlocks(card("Go")...))
			return err
		},
		func(int) error { _, err := s.As("U1MARA").Click(ctx, m, "approve"); return err },
		func(int) error { _, err := s.As("U2LIN").Command(ctx, "stock", "/stock", "x"); return err },
		func(int) error { return s.As("U2LIN").Say("stock", ts, "me too") },
		func(int) error { _, _ = s.As("U1MARA").View(); return s.As("U1MARA").CloseView(ctx) },
		func(int) error {
			_, err := s.client.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: "C1STOCK"})
			return err
		},
		func(int) error {
			for _, path := range []string{"state", "messages", "views"} {
				if status, body := s.ask(t, "GET", "/ui/"+path+"?user=U1MARA&channel=C1STOCK", "", nil); status != 200 {
					return errors.New(body)
				}
			}
			return nil
		},
	}
	var wg sync.WaitGroup
	for _, f := range work {
		wg.Go(func() {
			for i := range rounds {
				if err := f(i); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for _, m := range s.Channel("stock").Messages() {
		if seen[m.TS] {
			t.Errorf("ts %s twice", m.TS)
		}
		seen[m.TS] = true
	}
	if len(seen) != 1+2*rounds {
		t.Errorf("%d messages", len(seen))
	}
}

func TestSmallMethods(t *testing.T) {
	s := open(t, func(c *workspace.Config) {
		c.Scopes = append([]string{"team:read", "users:read.email", "channels:join", "groups:read", "im:read"}, workspace.DefaultScopes...)
	})
	ctx := within(t)
	if team, err := s.client.GetTeamInfoContext(ctx); err != nil || team.Name != "Demo shop" {
		t.Error(team, err)
	}
	auth, err := s.client.AuthTestContext(ctx)
	if err != nil || auth.BotID == "" {
		t.Fatal(auth, err)
	}
	if bot, err := s.client.GetBotInfoContext(ctx, slack.GetBotInfoParameters{Bot: auth.BotID}); err != nil || bot.Name != "Quartermaster" {
		t.Error(bot, err)
	}
	if u, err := s.client.GetUserByEmailContext(ctx, "MARA@shop.example"); err != nil || u.ID != "U1MARA" || u.TZ != "Europe/Berlin" || u.Profile.Email == "" {
		t.Error(u, err)
	}
	if ch, _, _, err := s.client.JoinConversationContext(ctx, "C4OUT"); err != nil || !ch.IsMember {
		t.Error(ch, err)
	}
	if _, _, err := s.client.PostMessageContext(ctx, "C4OUT", slack.MsgOptionText("x", false)); err != nil {
		t.Error(err)
	}
	members, _, err := s.client.GetUsersInConversationContext(ctx, &slack.GetUsersInConversationParameters{ChannelID: "C5PRIV"})
	if err != nil || len(members) != 3 {
		t.Error(members, err)
	}
	if ch, err := s.client.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: "C5PRIV"}); err != nil || !ch.IsPrivate || ch.IsExtShared {
		t.Error(ch, err)
	}
}
