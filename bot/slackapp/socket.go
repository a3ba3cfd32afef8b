package slackapp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

const (
	// listeners is how many requests of Socket Mode are handled at once; more
	// wait in the connection.
	listeners = 8
	// drainTime bounds how long Run waits for requests in work when it ends.
	drainTime = 5 * time.Second
	// flushTime lets acknowledgements that were handed over leave the socket,
	// which tells nobody when they have.
	flushTime = 250 * time.Millisecond
)

// Waits between attempts after Slack refused the connection for good.
const (
	firstWait = 10 * time.Second
	lastWait  = 5 * time.Minute
)

// Run serves Socket Mode until ctx ends and returns nil. A lost connection is
// made anew by itself. When Slack refuses the app (token revoked, app
// disabled), the reason goes to the log as an error and Run keeps trying, more
// and more slowly: a token that was put right needs no restart of the rest.
func (a *App) Run(ctx context.Context) error {
	if blank(a.cfg.AppToken) {
		return errors.New("slack settings: AppToken is missing")
	}
	for wait := firstWait; ; wait = min(2*wait, lastWait) {
		began := a.cfg.Clock()
		err := a.serve(ctx)
		a.connected.Store(false)
		if ctx.Err() != nil {
			return a.finish()
		}
		if a.cfg.Clock().Sub(began) > lastWait {
			wait = firstWait
		}
		a.cfg.Logger.Error("slack: Socket Mode was refused; check the app token and that the app is installed",
			"error", err, "next_attempt_in", wait)
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return a.finish()
		}
	}
}

func (a *App) finish() error {
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	return a.Stop(ctx)
}

// Connected reports whether Socket Mode has a connection.
func (a *App) Connected() bool { return a.connected.Load() }

// serve runs one socket client until it gives up or ctx ends. The connection
// outlives ctx by the time the requests in work need for their
// acknowledgements.
func (a *App) serve(ctx context.Context) error {
	client := socketmode.New(a.api,
		socketmode.OptionPingInterval(a.cfg.PingInterval),
		socketmode.OptionReadLimit(4*maxBody),
		socketmode.OptionLog(log.New(io.Discard, "", 0)))
	connection, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()
	ended := make(chan error, 1)
	go func() { ended <- client.RunContext(connection) }()

	var work sync.WaitGroup
	quit, stop := context.WithCancel(ctx)
	requests := make(chan socketmode.Event)
	work.Go(func() { a.dispatch(quit, client.Events, requests) })
	for range listeners {
		work.Go(func() { a.listen(quit, client, requests) })
	}
	var err error
	select {
	case err = <-ended:
		stop()
		work.Wait()
	case <-ctx.Done():
		stop()
		work.Wait()
		timer := time.NewTimer(flushTime)
		<-timer.C
		hangUp()
		err = <-ended
	}
	if err == nil {
		err = errors.New("the socket ended")
	}
	return fmt.Errorf("socket mode: %w", scrub(err))
}

// dispatch takes the events of the connection one by one until quit ends: what they
// say of its state is true in their order only. Requests go to the listeners.
func (a *App) dispatch(quit context.Context, events <-chan socketmode.Event, requests chan<- socketmode.Event) {
	for {
		select {
		case <-quit.Done():
			return
		case evt := <-events:
			if parsers[evt.Type] == nil {
				a.state(evt)
				continue
			}
			select {
			case <-quit.Done(): // unacknowledged: Slack shows it as failed, or sends it again
				return
			case requests <- evt:
			}
		}
	}
}

// state notes what became of the connection.
func (a *App) state(evt socketmode.Event) {
	switch evt.Type {
	case socketmode.EventTypeConnected:
		a.connected.Store(true)
		a.cfg.Logger.Info("slack: connected")
	case socketmode.EventTypeConnecting, socketmode.EventTypeDisconnect:
		a.connected.Store(false)
	case socketmode.EventTypeConnectionError, socketmode.EventTypeInvalidAuth, socketmode.EventTypeErrorWriteFailed, socketmode.EventTypeErrorBadMessage, socketmode.EventTypeIncomingError:
		a.cfg.Logger.Warn("slack: the connection failed; it is tried again", "event", string(evt.Type), "reason", socketReason(evt.Data))
	}
}

// socketReason is why the connection failed, without the ticket in its address.
func socketReason(data any) string {
	switch e := data.(type) {
	case *slack.ConnectionErrorEvent:
		return scrub(e.ErrorObj).Error()
	case *slack.IncomingEventError:
		return scrub(e.ErrorObj).Error()
	case *socketmode.ErrorWriteFailed:
		return scrub(e.Cause).Error()
	}
	return ""
}

// parsers read the payload of requests; other events are about the connection.
var parsers = map[socketmode.EventType]func([]byte) (Inbound, error){
	socketmode.EventTypeInteractive:  parseInteraction,
	socketmode.EventTypeSlashCommand: parseCommandJSON,
	socketmode.EventTypeEventsAPI:    parseEvent,
}

// listen handles requests one by one until quit ends.
func (a *App) listen(quit context.Context, client *socketmode.Client, requests <-chan socketmode.Event) {
	for {
		select {
		case <-quit.Done():
			return
		case evt := <-requests:
			if quit.Err() != nil {
				return // unacknowledged, as above
			}
			a.request(context.WithoutCancel(quit), client, evt)
		}
	}
}

// request handles one request and acknowledges it.
func (a *App) request(ctx context.Context, client *socketmode.Client, evt socketmode.Event) {
	if evt.Request == nil {
		return
	}
	var answer any
	in, err := parsers[evt.Type](evt.Request.Payload)
	if err != nil { // acknowledged all the same: it would be no better the second time
		a.cfg.Logger.Warn("slack: request refused", "reason", err.Error(), "type", evt.Request.Type)
	} else {
		answer = a.handle(ctx, in)
	}
	ctx, cancel := context.WithTimeout(ctx, ackTime)
	defer cancel()
	if answer == nil {
		err = client.AckCtx(ctx, evt.Request.EnvelopeID, nil)
	} else {
		err = client.AckCtx(ctx, evt.Request.EnvelopeID, answer)
	}
	a.note("acknowledge", err)
}
