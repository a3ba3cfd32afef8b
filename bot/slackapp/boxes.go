package slackapp

import (
	"context"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// filler draws what a modal shows once it is open.
type filler = func(context.Context, Inbound) (slack.ModalViewRequest, error)

// boxOf returns the modal that a press or a command opens, and notes in in what it is
// about; nil for those that open none.
func (a *App) boxOf(in *Inbound) (cards.Title, filler) {
	switch in.Kind {
	case SnoozeBox:
		return cards.SnoozeTitle, a.snoozeBox
	case EditBox:
		return cards.EditTitle, a.editForm
	case WhyBox:
		return cards.WhyTitle, a.whyBox
	case RiskBox:
		return cards.WhyTitle, a.riskBox
	case ExplainBox:
		return cards.WhyTitle, a.explainBox
	case ListBox:
		return lists[in.Text].title, a.listBox
	case ReceiveBox:
		return cards.ReceiveTitle, a.orderBox(receivePage)
	case ShipBox:
		return cards.ShipTitle, a.orderBox(shipPage)
	case SettingsBox:
		return settingsForms[in.Form].title, a.settingsBox
	case QuoteBox:
		return cards.QuoteTitle, a.quoteBox
	case PasteBox:
		return cards.PasteTitle, a.pasteBox
	case RFQBox:
		return cards.RFQTitle, a.rfqBox
	case OverrideBox:
		return cards.OverrideTitle, a.overrideBox
	case Command:
		if in.Trigger != "" {
			return a.boxOfCommand(in)
		}
	}
	return nil, nil
}

// boxOfCommand is boxOf for what is typed after /stock.
func (a *App) boxOfCommand(in *Inbound) (cards.Title, filler) {
	words := strings.Fields(in.Text)
	if len(words) == 0 {
		return nil, nil
	}
	first := strings.ToLower(words[0])
	switch {
	case first == "letter" && len(words) > 1:
		return cards.LetterTitle, a.letterBox(strings.Join(words[1:], " "))
	case first == "override" && wantsOverride(words):
		in.SKU = core.SKU(strings.Join(words[1:], ""))
		return cards.OverrideTitle, a.overrideBox
	case first == "rfq" && len(words) == 2:
		in.SKU = core.SKU(words[1])
		return cards.RFQTitle, a.rfqBox
	case first == "reply" && len(words) == 2:
		return cards.ReplyTitle, a.replyBox(words[1])
	case first == "receive" && len(words) == 2:
		return cards.ReceiveTitle, a.receiveByNumber(words[1])
	case first == "delegate" && len(words) == 1:
		return cards.DelegateTitle, a.delegateBox
	case first == "settings" && len(words) == 2:
		form := jobs.SettingsPart(strings.ToLower(words[1]))
		if f, ok := settingsForms[form]; ok {
			in.Form = form
			return f.title, a.settingsBox
		}
	}
	return nil, nil
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
func (a *App) box(ctx context.Context, in Inbound, title cards.Title, fill filler) {
	opened, ok := a.open(ctx, in, cards.Loading(a.cfg.Language(), title))
	if !ok {
		return
	}
	a.redraw(ctx, in, title, opened.ID, opened.Hash, fill)
}

// redraw fills an open modal anew.
func (a *App) redraw(ctx context.Context, in Inbound, title cards.Title, id, hash string, fill filler) {
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
	return cards.EditModal(a.cfg.Language(), p, nil, nil, 1), nil
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

// lists are the forms that only list, by what was asked.
var lists = map[string]struct {
	title cards.Title
	draw  func(*App, context.Context) (slack.ModalViewRequest, error)
}{
	cards.ActionShort:   {cards.ShortTitle, (*App).shortBox},
	cards.ActionWaiting: {cards.WaitingTitle, (*App).waitingBox},
}

// listBox draws a page of one of them.
func (a *App) listBox(ctx context.Context, in Inbound) (slack.ModalViewRequest, error) {
	v, err := lists[in.Text].draw(a, ctx)
	if err != nil {
		return v, err
	}
	return cards.PagedView(a.cfg.Language(), v, in.Text, in.Page), nil
}

func (a *App) shortBox(ctx context.Context) (slack.ModalViewRequest, error) {
	items, err := a.desk.Short(ctx, maxShort)
	return cards.ShortModal(items, a.cfg.Language()), err
}

func (a *App) waitingBox(ctx context.Context) (slack.ModalViewRequest, error) {
	waiting, err := a.desk.Waiting(ctx)
	return cards.WaitingModal(waiting, a.cfg.Language(), time.Now()), err
}
