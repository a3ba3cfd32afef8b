// Package slackapp is the door to Slack: it posts and edits cards, and turns
// what people do there into calls of a jobs.Desk.
//
// Both transports, Socket Mode and signed HTTP, end in one type, Inbound, and
// one function, handle. The order of work is fixed:
//
//	verify the raw body -> parse (body only, never the URL) -> store the click -> acknowledge
//
// Guarantees:
//
//   - Nothing is parsed before its signature is found good; a bad one gets a bare
//     401. Bad input is answered 4xx, never 5xx, and reaches no Desk.
//   - A click is acknowledged after Desk.Click stored it. When that fails the
//     person is told, and the click has had no effect.
//   - A modal opens as a skeleton at once, because the right to open one lasts
//     three seconds, and is filled after.
//   - Work beside the acknowledgement is bounded: a fixed number of goroutines,
//     each with a deadline. Stop waits for them.
//   - Errors of posting have the classes that jobs.Notifier promises. slack-go's
//     own retries are off; pace and Retry-After are answers, never sleeps.
//   - Tokens and response_urls appear in no error and no log line.
package slackapp

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
)

const (
	// ackTime is how long the Desk may take before Slack must have its answer,
	// which it wants within 3 s.
	ackTime = 2500 * time.Millisecond
	// fillTime bounds what is done after the acknowledgement: a language model may take
	// 8 s of it.
	fillTime = 12 * time.Second
	// background is how many pieces of such work run at once.
	background = 16
	// maxAck is the size of an acknowledgement that Socket Mode still delivers,
	// with room for its envelope. In bytes.
	maxAck = 19000
)

// App serves one Slack app. It is a jobs.Notifier.
type App struct {
	*Client
	desk  jobs.Desk
	typed typed

	slots     chan struct{}
	work      sync.WaitGroup
	base      context.Context
	cancel    context.CancelFunc
	connected atomic.Bool
}

var _ jobs.Notifier = (*App)(nil)

// New checks cfg and returns an app in front of desk. It makes no request. The
// error names every setting that is missing; no setting's secret is in it.
func New(cfg Config, desk jobs.Desk) (*App, error) {
	c, err := NewClient(cfg)
	if err != nil {
		return nil, err
	}
	base, cancel := context.WithCancel(context.Background())
	return &App{Client: c, desk: desk, slots: make(chan struct{}, background), base: base, cancel: cancel}, nil
}

// Stop waits for the work beside acknowledgements to end. When ctx ends first
// the work is cancelled, and the error says so.
func (a *App) Stop(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		a.work.Wait()
		close(done)
	}()
	defer a.cancel()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		a.cancel()
		<-done
		return fmt.Errorf("slack: work was cut off: %w", ctx.Err())
	}
}

// aside does work without holding up the acknowledgement. When every slot is
// taken it is done here and now: the caller waits instead of memory growing.
func (a *App) aside(f func(ctx context.Context)) { a.besides(fillTime, f) }

// besides is aside for at most so long.
func (a *App) besides(most time.Duration, f func(ctx context.Context)) {
	run := func() {
		ctx, cancel := context.WithTimeout(a.base, most)
		defer cancel()
		f(ctx)
	}
	a.work.Add(1)
	select {
	case a.slots <- struct{}{}:
		go func() {
			defer a.work.Done()
			defer func() { <-a.slots }()
			run()
		}()
	default:
		defer a.work.Done()
		run()
	}
}

// handle acts on what came in and returns the body of the acknowledgement, nil
// for an empty one.
func (a *App) handle(ctx context.Context, in Inbound) any {
	ctx, cancel := context.WithTimeout(ctx, ackTime)
	defer cancel()
	if len(in.Bad) > 0 && in.Kind != Recount && in.Kind != PageTurn { // which show them beside their numbers
		return a.refused(in.Bad)
	}
	if title, fill := a.boxOf(&in); fill != nil {
		a.aside(func(ctx context.Context) { a.box(ctx, in, title, fill) })
		return nil
	}
	switch in.Kind {
	case Press:
		a.press(in, a.desk.Click(ctx, in.Click))
	case PressAll:
		a.press(in, a.desk.ClickAll(ctx, in.All))
	case RejectBox:
		a.aside(func(ctx context.Context) { a.open(ctx, in, cards.RejectModal(a.cfg.Language(), in.Ref, in.Channel)) })
	case PageTurn:
		a.aside(func(ctx context.Context) { a.turn(ctx, in) })
	case HomeTab:
		a.aside(func(ctx context.Context) { a.home(ctx, in) })
	case Recount:
		a.aside(func(ctx context.Context) { a.recount(ctx, in) })
	case WeekFile:
		a.aside(func(ctx context.Context) { a.hand(ctx, in, a.weekFile) })
	case SettingsFile:
		a.aside(func(ctx context.Context) { a.hand(ctx, in, a.settingsFile(in)) })
	case QuoteSubmit:
		return a.submitQuote(ctx, in)
	case PasteSubmit:
		return a.readQuote(ctx, in)
	case OverrideSubmit:
		return a.setOverride(ctx, in)
	case RFQSubmit:
		return a.previewRFQ(ctx, in)
	case RFQSend:
		return a.sendRFQ(ctx, in)
	case Submit:
		return a.submit(ctx, in)
	case DelegateSubmit:
		return a.submitDelegate(ctx, in)
	case SettingsSubmit:
		return a.submitSettings(ctx, in)
	case OrderSubmit:
		return a.submitted(ctx, in)
	case ReplySubmit:
		return a.pasteReply(ctx, in)
	case LetterSubmit:
		return a.sendLetter(ctx, in)
	case Command:
		if file, ok := a.wantsFile(in); ok {
			a.aside(func(ctx context.Context) { a.hand(ctx, in, file) })
			return nil
		}
		if study, ok := a.wantsStudy(in); ok {
			a.besides(studyTime, func(ctx context.Context) { a.study(ctx, in, study) })
			return a.fit(cards.StudyBegun(a.cfg.Language()))
		}
		return a.fit(a.command(ctx, in, 1))
	case Mention:
		a.aside(func(ctx context.Context) {
			_, err := a.api.PostEphemeralContext(ctx, in.Channel, in.User, quiet(a.question(ctx, in))...)
			a.note("answer a mention", a.failed("chat.postEphemeral", "", err, nil))
		})
	}
	return nil
}

// press tells the person when a click could not be stored.
func (a *App) press(in Inbound, err error) {
	if err == nil {
		return
	}
	text := a.excuse("store a click", err, "Your click could not be stored and nothing was done. Please try again in a minute.")
	click := jobs.Click{User: in.User, Message: jobs.MessageRef{Channel: in.Channel}, ResponseURL: in.ResponseURL}
	a.aside(func(ctx context.Context) { a.note("tell about a lost click", a.Answer(ctx, click, text)) })
}

// submit hands a form to the desk and returns Slack's response action: the
// fields that are wrong, a message, or nothing but closing.
func (a *App) submit(ctx context.Context, in Inbound) any {
	wrong, err := a.desk.SubmitEdit(ctx, jobs.EditRequest{
		Key: in.Key, Team: in.Team, User: in.User, Proposal: in.Ref.Proposal, Version: in.Ref.Version, Qty: in.Qty,
	})
	errs, other, elsewhere := map[string]string{}, []string(nil), []string(nil)
	for _, w := range wrong {
		switch _, ok := in.Qty[w.Line]; {
		case !ok:
			other = append(other, w.Reason)
		case cards.PageOf(w.Line) == in.Page:
			errs[cards.LineBlock(w.Line)] = w.Reason
		default:
			elsewhere = append(elsewhere, fmt.Sprintf("Page %d, line %d: %s", cards.PageOf(w.Line), w.Line+1, w.Reason))
		}
	}
	pin(errs, cards.LineBlock(cards.FirstOf(in.Page)), elsewhere)
	if len(errs) == 0 && len(other) > 0 { // nothing on the form to pin it to
		return a.stays(in, cards.EditTitle, strings.Join(other, "\n"))
	}
	return settled(a, in, cards.EditTitle, "submit an edit", errs, err)
}

// pin adds what is wrong on other pages to the complaints about the fields of this one, at
// its head and behind what is wrong there.
func pin(errs map[string]string, head string, elsewhere []string) {
	if len(elsewhere) == 0 {
		return
	}
	if own := errs[head]; own != "" {
		elsewhere = append([]string{own}, elsewhere...)
	}
	errs[head] = strings.Join(elsewhere, "\n")
}

// fit makes an answer one that Socket Mode delivers: beyond its limit the text
// goes alone.
func (a *App) fit(m cards.Message) any {
	if err := cards.Check(m); err != nil {
		a.cfg.Logger.Error("slack: answer beyond limits", "error", err)
		m = cards.Note(a.cfg.Language(), m.Text)
	}
	r := ephemeral(m)
	if b, err := json.Marshal(r); err != nil || len(b) > maxAck {
		r.Blocks = nil
	}
	return r
}

// excuse returns what to tell a person about an error: the text of a
// jobs.UserError, else fallback or a line with an id that the log has too.
func (a *App) excuse(what string, err error, fallback string) string {
	if user, ok := errors.AsType[*jobs.UserError](err); ok {
		return user.Text
	}
	id := strings.ToLower(rand.Text()[:8])
	a.cfg.Logger.Error("slack: "+what, "id", id, "error", err)
	switch {
	case fallback != "":
		return fallback
	case errors.Is(err, context.DeadlineExceeded):
		return "This takes too long right now. Please try again in a minute (id " + id + ")."
	}
	return "Something went wrong (id " + id + ")."
}

// note logs an error nobody can be told about.
func (a *App) note(what string, err error) {
	if err != nil {
		a.cfg.Logger.Warn("slack: "+what, "error", err)
	}
}
