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

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/core/plan"
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
func (a *App) aside(f func(ctx context.Context)) {
	run := func() {
		ctx, cancel := context.WithTimeout(a.base, fillTime)
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
	if len(in.Bad) > 0 && in.Kind != Recount { // which shows them beside its numbers
		return a.refused(in.Bad)
	}
	switch in.Kind {
	case Press:
		a.press(in, a.desk.Click(ctx, in.Click))
	case PressAll:
		a.press(in, a.desk.ClickAll(ctx, in.All))
	case SnoozeBox:
		a.aside(func(ctx context.Context) { a.box(ctx, in, cards.SnoozeTitle, a.snoozeBox) })
	case RejectBox:
		a.aside(func(ctx context.Context) { a.open(ctx, in, cards.RejectModal(a.cfg.Language(), in.Ref, in.Channel)) })
	case EditBox:
		a.aside(func(ctx context.Context) { a.box(ctx, in, cards.EditTitle, a.editForm) })
	case WhyBox:
		a.aside(func(ctx context.Context) { a.box(ctx, in, cards.WhyTitle, a.whyBox) })
	case RiskBox:
		a.aside(func(ctx context.Context) { a.box(ctx, in, cards.WhyTitle, a.riskBox) })
	case PageTurn:
		a.aside(func(ctx context.Context) { a.turn(ctx, in) })
	case HomeTab:
		a.aside(func(ctx context.Context) { a.home(ctx, in) })
	case ListBox:
		a.aside(func(ctx context.Context) { a.box(ctx, in, cards.ShortTitle, a.shortBox) })
	case ReceiveBox:
		a.aside(func(ctx context.Context) { a.box(ctx, in, cards.ReceiveTitle, a.orderBox(cards.ReceiveModal)) })
	case ShipBox:
		a.aside(func(ctx context.Context) { a.box(ctx, in, cards.ShipTitle, a.orderBox(cards.ShipModal)) })
	case Recount:
		a.aside(func(ctx context.Context) { a.recount(ctx, in) })
	case ExplainBox:
		a.aside(func(ctx context.Context) { a.box(ctx, in, cards.WhyTitle, a.explainBox) })
	case SettingsBox:
		a.aside(func(ctx context.Context) { a.box(ctx, in, settingsForms[in.Form].title, a.settingsBox) })
	case WeekFile:
		a.aside(func(ctx context.Context) { a.hand(ctx, in, a.weekFile) })
	case SettingsFile:
		a.aside(func(ctx context.Context) { a.hand(ctx, in, a.settingsFile(in)) })
	case QuoteBox:
		a.aside(func(ctx context.Context) { a.box(ctx, in, cards.QuoteTitle, a.quoteBox) })
	case QuoteSubmit:
		return a.submitQuote(ctx, in)
	case PasteBox:
		a.aside(func(ctx context.Context) { a.box(ctx, in, cards.PasteTitle, a.pasteBox) })
	case PasteSubmit:
		return a.readQuote(ctx, in)
	case RFQBox:
		a.aside(func(ctx context.Context) { a.box(ctx, in, cards.RFQTitle, a.rfqBox) })
	case OverrideBox:
		a.aside(func(ctx context.Context) { a.box(ctx, in, cards.OverrideTitle, a.overrideBox) })
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
		if ask, ok := wantsLetter(in.Text); ok && in.Trigger != "" {
			a.aside(func(ctx context.Context) { a.box(ctx, in, cards.LetterTitle, a.letterBox(ask)) })
			return nil
		}
		if code, ok := wantsOverride(in.Text); ok && in.Trigger != "" {
			in.SKU = code
			a.aside(func(ctx context.Context) { a.box(ctx, in, cards.OverrideTitle, a.overrideBox) })
			return nil
		}
		if code, ok := wantsQuotes(in.Text); ok && in.Trigger != "" {
			in.SKU = code
			a.aside(func(ctx context.Context) { a.box(ctx, in, cards.RFQTitle, a.rfqBox) })
			return nil
		}
		if number, ok := pastes(in.Text); ok && in.Trigger != "" {
			a.aside(func(ctx context.Context) { a.box(ctx, in, cards.ReplyTitle, a.replyBox(number)) })
			return nil
		}
		if number, ok := receives(in.Text); ok && in.Trigger != "" {
			a.aside(func(ctx context.Context) { a.box(ctx, in, cards.ReceiveTitle, a.receiveByNumber(number)) })
			return nil
		}
		if wants(in.Text, "delegate") && in.Trigger != "" {
			a.aside(func(ctx context.Context) { a.box(ctx, in, cards.DelegateTitle, a.delegateBox) })
			return nil
		}
		if form, ok := wantsSettings(in.Text); ok && in.Trigger != "" {
			in.Form = form
			a.aside(func(ctx context.Context) { a.box(ctx, in, settingsForms[form].title, a.settingsBox) })
			return nil
		}
		if file, ok := a.wantsFile(in); ok {
			a.aside(func(ctx context.Context) { a.hand(ctx, in, file) })
			return nil
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

// open opens a modal; when Slack does not let it the person is told.
func (a *App) open(ctx context.Context, in Inbound, v slack.ModalViewRequest) (*slack.ViewResponse, bool) {
	octx, cancel := context.WithTimeout(ctx, ackTime)
	defer cancel()
	opened, err := a.api.OpenViewContext(octx, in.Trigger, v)
	if err == nil {
		return opened, true
	}
	a.note("open a modal", a.failed("views.open", "", err, nil))
	click := jobs.Click{User: in.User, Message: jobs.MessageRef{Channel: in.Channel}, ResponseURL: in.ResponseURL}
	a.note("tell about a modal", a.Answer(ctx, click, "The window could not be opened in time. Please press the button again."))
	return nil, false
}

// box opens a modal as a skeleton, then fills it.
func (a *App) box(ctx context.Context, in Inbound, title cards.Title, fill func(context.Context, Inbound) (slack.ModalViewRequest, error)) {
	opened, ok := a.open(ctx, in, cards.Loading(a.cfg.Language(), title))
	if !ok {
		return
	}
	a.redraw(ctx, in, title, opened.ID, opened.Hash, fill)
}

// redraw fills an open modal anew.
func (a *App) redraw(ctx context.Context, in Inbound, title cards.Title, id, hash string, fill func(context.Context, Inbound) (slack.ModalViewRequest, error)) {
	view, err := fill(ctx, in)
	if err != nil {
		view = cards.Sorry(a.cfg.Language(), title, a.excuse("fill a modal", err, ""))
	}
	if err := cards.CheckView(view); err != nil {
		view = cards.Sorry(a.cfg.Language(), title, a.excuse("draw a modal", err, ""))
	}
	_, err = a.api.UpdateViewContext(ctx, view, "", hash, id)
	if code := apiCode(err); code == "not_found" || code == "hash_conflict" {
		return // closed or moved on by the person meanwhile
	}
	a.note("fill a modal", a.failed("views.update", "", err, nil))
}

func (a *App) editForm(ctx context.Context, in Inbound) (slack.ModalViewRequest, error) {
	p, err := a.desk.Proposal(ctx, in.Ref.Proposal)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	return cards.EditModal(a.cfg.Language(), p, nil, nil), nil
}

func (a *App) whyBox(ctx context.Context, in Inbound) (slack.ModalViewRequest, error) {
	p, err := a.desk.Proposal(ctx, in.Ref.Proposal)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	return a.whyPage(in, p), nil
}

func (a *App) whyPage(in Inbound, p plan.Proposal) slack.ModalViewRequest {
	return cards.PagedView(a.cfg.Language(), cards.WhyModal(a.cfg.Language(), p), askedWhy+" "+in.Ref.String(), in.Page)
}

func (a *App) riskBox(ctx context.Context, in Inbound) (slack.ModalViewRequest, error) {
	v, err := a.desk.Finding(ctx, in.Finding)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	return cards.RiskWhyModal(a.cfg.Language(), v), nil
}

func (a *App) shortBox(ctx context.Context, in Inbound) (slack.ModalViewRequest, error) {
	items, err := a.desk.Short(ctx, maxShort)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	return cards.PagedView(a.cfg.Language(), cards.ShortModal(items, a.cfg.Language()), askedShort, in.Page), nil
}

// submit hands a form to the desk and returns Slack's response action: the
// fields that are wrong, a message, or nothing but closing.
func (a *App) submit(ctx context.Context, in Inbound) any {
	wrong, err := a.desk.SubmitEdit(ctx, jobs.EditRequest{
		Key: in.Key, Team: in.Team, User: in.User, Proposal: in.Ref.Proposal, Version: in.Ref.Version, Qty: in.Qty,
	})
	errs, other := map[string]string{}, []string(nil)
	for _, w := range wrong {
		if _, ok := in.Qty[w.Line]; ok {
			errs[cards.LineBlock(w.Line)] = w.Reason
		} else {
			other = append(other, w.Reason)
		}
	}
	if len(errs) == 0 && len(other) > 0 { // nothing on the form to pin it to
		return a.instead(cards.EditTitle, strings.Join(other, "\n"))
	}
	return settled(a, cards.EditTitle, "submit an edit", errs, err)
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
