package slackapp

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// The state of the connection is the last that was told: were "connecting" and
// "connected" handled side by side, a connection could stand and count as lost.
func TestStateOfConnectionInOrder(t *testing.T) {
	a, _ := newApp(t, "http://127.0.0.1:1", &desk{}, nil)
	ctx, stop := context.WithCancel(t.Context())
	events, done := make(chan socketmode.Event), make(chan struct{})
	go func() {
		defer close(done)
		a.dispatch(ctx, events, nil)
	}()
	tell := func(types ...socketmode.EventType) {
		for _, e := range types {
			events <- socketmode.Event{Type: e}
		}
		events <- socketmode.Event{Type: socketmode.EventTypeHello} // taken once the others are done
	}
	for range 1000 {
		if tell(socketmode.EventTypeConnecting, socketmode.EventTypeConnected); !a.Connected() {
			t.Fatal("connected, and it counts as lost")
		}
		if tell(socketmode.EventTypeConnected, socketmode.EventTypeDisconnect); a.Connected() {
			t.Fatal("lost, and it counts as connected")
		}
	}
	stop()
	<-done
}

// The log says why a connection failed, and never with the ticket in its address.
func TestSocketReason(t *testing.T) {
	dial := &url.Error{Op: "Get", URL: "wss://wss-primary.slack.com/link/?ticket=secret", Err: errors.New("connection refused")}
	for _, data := range []any{
		&slack.ConnectionErrorEvent{ErrorObj: fmt.Errorf("dial: %w", dial)}, &slack.IncomingEventError{ErrorObj: dial}, &socketmode.ErrorWriteFailed{Cause: dial},
	} {
		if got := socketReason(data); got != "connection refused" {
			t.Errorf("%T: got %q", data, got)
		}
	}
	if got := socketReason(nil); got != "" {
		t.Errorf("no data: got %q", got)
	}
}
