package slackapp

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/simulate"
)

// subcommands of /stock, in the order of the help.
var subcommands = []string{"status", "sku", "orders", "order", "receive", "reply", "supplier", "letter", "compare", "rfq", "override", "advice", "why", "repurchase", "approve", "forecast", "snooze", "mute", "unmute", "quiet", "export", "delegate", "schedule", "settings", "report", "simulate", "stress", "suggest", "help"}

// alone says of the commands that take nothing after them what was probably meant.
var alone = map[string]string{
	"status":   "/stock status takes nothing after it. For one product: /stock sku SOLAR-01",
	"orders":   "/stock orders takes nothing after it. For one order: /stock order PO-2026-0001",
	"approve":  "/stock approve takes nothing after it: it lists what waits, each with its buttons.",
	"simulate": "/stock simulate takes nothing after it: it replays the past year with the settings in force.",
	"schedule": "/stock schedule takes nothing after it. To change what runs when: /stock settings schedule",
}

// command answers /stock with one page of its answer.
func (a *App) command(ctx context.Context, in Inbound, page int) cards.Message {
	return cards.Paged(a.cfg.Language(), a.whole(ctx, in), strings.TrimSpace(in.Text), page)
}

// whole answers /stock.
func (a *App) whole(ctx context.Context, in Inbound) cards.Message {
	sub, code, _ := strings.Cut(strings.TrimSpace(in.Text), " ")
	sub, code = strings.ToLower(sub), strings.TrimSpace(code)
	var m cards.Message
	var err error
	if instead := alone[sub]; instead != "" && code != "" {
		return cards.Note(a.cfg.Language(), instead)
	}
	switch sub {
	case "", "help":
		return cards.HelpAnswer(a.cfg.Language(), "", "")
	case "status":
		m, err = a.status(ctx)
	case "orders":
		m, err = a.orders(ctx)
	case "order", "receive", "reply": // "receive NUMBER" and "reply NUMBER" open a form and do not come here
		if code == "" {
			return cards.Note(a.cfg.Language(), "Please add the number of a purchase order, for example: /stock "+sub+" PO-2026-0001")
		}
		m, err = a.order(ctx, code)
	case "supplier":
		if code == "" {
			return cards.Note(a.cfg.Language(), "Please add the code or the name of a supplier, for example: /stock supplier ACME")
		}
		m, err = a.supplier(ctx, code)
	case "approve":
		m, err = a.approveList(ctx, nil)
	case "schedule":
		m, err = a.schedule(ctx)
	case "report": // with "/stock report" it goes out as a file and does not come here
		switch strings.ToLower(code) {
		case "month", "quarter":
			m, err = a.review(ctx, strings.EqualFold(code, "quarter"))
		case "":
			m, err = a.week(ctx)
		default:
			return cards.Note(a.cfg.Language(), "There are three reports: /stock report (the week), /stock report month and /stock report quarter")
		}
	case "simulate", "stress": // as a command they are answered later and do not come here
		if _, err := simulate.ParseShocks(code); sub == "stress" && err != nil {
			return cards.Note(a.cfg.Language(), "There is no such shock. Please write /stock stress, or add one: surge 300 (per cent more orders on one day), demand -50 (per cent) or gone SUPPLIER.")
		}
		return cards.Note(a.cfg.Language(), "This takes longer than such an answer may. Please write /stock "+sub)
	case "settings":
		m, err = a.settings(ctx, code)
	case "suggest":
		if err = a.desk.Suggest(ctx, in.Key, in.User, code); err == nil {
			return cards.ThanksAnswer(a.cfg.Language())
		}
	case "snooze":
		return a.snooze(ctx, in, code)
	case "mute", "unmute":
		m, err = a.mute(ctx, in, sub == "mute", code)
	case "delegate":
		m, err = a.delegateEnd(ctx, in, code)
	case "quiet":
		m, err = a.kept(ctx, code)
	case "letter": // with a kind and a number it opens a form and does not come here
		return cards.Note(a.cfg.Language(), "Please add a kind and the number of a purchase order, for example: /stock letter expedite PO-2026-0001. Kinds are expedite, delay, change, cancel, price, moq and lead-time.")
	case "sku", "why", "compare", "forecast", "rfq": // "rfq CODE" opens a form and does not come here
		if code == "" {
			return cards.Note(a.cfg.Language(), "Please add a code, for example: /stock "+sub+" SOLAR-01")
		}
		m, err = a.item(ctx, sub, code)
	case "advice":
		var v plan.AdviceView
		if v, err = a.desk.Advice(ctx, code); err == nil {
			m = cards.AdviceAnswer(v)
		}
	case "override": // but for its lists it opens a form and does not come here
		m, err = a.overrides(ctx, code)
	case "repurchase":
		m, err = a.customers(ctx, in, code)
	default:
		return cards.HelpAnswer(a.cfg.Language(), sub, strings.Join(core.Nearest(sub, slices.Values(subcommands), 1), ""))
	}
	if err != nil {
		return cards.Note(a.cfg.Language(), a.excuse("answer /stock "+sub, err, ""))
	}
	return m
}

func (a *App) status(ctx context.Context) (cards.Message, error) {
	v, err := a.desk.Status(ctx)
	if err != nil {
		return cards.Message{}, err
	}
	return cards.StatusAnswer(v), nil
}

// week answers a question for the weekly report.
func (a *App) week(ctx context.Context) (cards.Message, error) {
	w, err := a.desk.Week(ctx)
	if err != nil {
		return cards.Message{}, err
	}
	m := cards.Render(plan.Card{Kind: plan.WeekCard, Shop: w.Shop, AsOf: time.Now(), Week: &w})
	m.Metadata = slack.SlackMetadata{}
	return m, nil
}

// review answers a question for the review of the last month or quarter.
func (a *App) review(ctx context.Context, quarter bool) (cards.Message, error) {
	r, err := a.desk.Review(ctx, quarter)
	if err != nil {
		return cards.Message{}, err
	}
	m := cards.Render(plan.Card{Kind: plan.ReviewCard, Shop: r.Shop, AsOf: time.Now(), Review: &r})
	m.Metadata = slack.SlackMetadata{}
	return m, nil
}

func (a *App) orders(ctx context.Context) (cards.Message, error) {
	v, err := a.desk.Orders(ctx)
	if err != nil {
		return cards.Message{}, err
	}
	return cards.OrdersAnswer(a.cfg.Language(), v), nil
}

func (a *App) order(ctx context.Context, number string) (cards.Message, error) {
	v, err := a.desk.Order(ctx, number)
	if err != nil {
		return cards.Message{}, err
	}
	return cards.OrderAnswer(v), nil
}

func (a *App) supplier(ctx context.Context, name string) (cards.Message, error) {
	v, err := a.desk.Supplier(ctx, name)
	if err != nil {
		return cards.Message{}, err
	}
	return cards.SupplierAnswer(v), nil
}

func (a *App) item(ctx context.Context, sub, code string) (cards.Message, error) {
	if sub == "compare" {
		v, err := a.desk.Sources(ctx, code)
		if err != nil {
			return cards.Message{}, err
		}
		return cards.SourcesAnswer(v), nil
	}
	items, err := a.desk.Item(ctx, code)
	if err != nil {
		return cards.Message{}, err
	}
	switch sub {
	case "why":
		kept, err := a.desk.Quiet(ctx, code)
		return cards.WhyAnswer(a.cfg.Language(), items, kept), err
	case "forecast":
		return cards.ForecastAnswer(a.cfg.Language(), items), nil
	}
	return cards.ItemAnswer(a.cfg.Language(), items), nil
}

// customers answers /stock repurchase [CODE [customers]].
func (a *App) customers(ctx context.Context, in Inbound, text string) (cards.Message, error) {
	code, rest, _ := strings.Cut(text, " ")
	rest = strings.ToLower(strings.TrimSpace(rest))
	if rest != "" && rest != "customers" {
		return cards.Note(a.cfg.Language(), "Please write /stock repurchase, /stock repurchase CODE, or /stock repurchase CODE customers."), nil
	}
	v, err := a.desk.Customers(ctx, jobs.Customers{Team: in.Team, User: in.User, SKU: code, List: rest != ""})
	if err != nil {
		return cards.Message{}, err
	}
	return cards.CustomersAnswer(v), nil
}

// Relist shows what waits in the place of the list on which c was pressed, with what
// became of that.
func (a *App) Relist(ctx context.Context, c jobs.Click, done []plan.Pressed) error {
	m, err := a.approveList(ctx, done)
	if err != nil {
		return err
	}
	m = cards.Paged(a.cfg.Language(), m, "approve", 1)
	if err := cards.Check(m); err != nil {
		a.note("draw what waits", err)
		m = cards.Note(a.cfg.Language(), m.Text)
	}
	return a.replace(ctx, c, m)
}

// approveList answers /stock approve; done is what became of a press on it.
func (a *App) approveList(ctx context.Context, done []plan.Pressed) (cards.Message, error) {
	list, err := a.desk.Waiting(ctx)
	if err != nil {
		return cards.Message{}, err
	}
	status, err := a.desk.Status(ctx)
	if err != nil {
		return cards.Message{}, err
	}
	set, err := a.desk.Settings(ctx)
	if err != nil {
		return cards.Message{}, err
	}
	return cards.ApproveAnswer(done, list, status.Conservative, set.Policy, set.Shop, time.Now()), nil
}

func (a *App) schedule(ctx context.Context) (cards.Message, error) {
	set, err := a.desk.Settings(ctx)
	if err != nil {
		return cards.Message{}, err
	}
	list, err := a.desk.Runs(ctx)
	if err != nil {
		return cards.Message{}, err
	}
	return cards.ScheduleAnswer(list, set.Shop), nil
}

func (a *App) settings(ctx context.Context, what string) (cards.Message, error) {
	switch strings.ToLower(what) {
	case "":
	case "history":
		list, err := a.desk.SettingsHistory(ctx)
		return cards.SettingsHistoryAnswer(a.cfg.Language(), list), err
	default:
		return cards.Note(a.cfg.Language(), "Please write /stock settings, or settings with edit, approval, schedule, history, export or import after it."), nil
	}
	v, err := a.desk.Settings(ctx)
	if err != nil {
		return cards.Message{}, err
	}
	return cards.SettingsAnswer(v), nil
}

// home draws the home tab of a person.
func (a *App) home(ctx context.Context, in Inbound) {
	v, err := a.desk.Home(ctx)
	if err != nil {
		a.note("gather the home tab", err)
		return
	}
	view := cards.Home(v, time.Now())
	if err := cards.CheckHome(view); err != nil {
		a.note("draw the home tab", err)
		return
	}
	_, err = a.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: in.User, View: view})
	a.note("show the home tab", a.failed("views.publish", "", err, nil))
}
