package slackapp

import (
	"context"
	"slices"
	"strings"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/core"
)

// subcommands of /stock, in the order of the help.
var subcommands = []string{"status", "sku", "orders", "order", "receive", "supplier", "compare", "why", "repurchase", "help"}

// command answers /stock.
func (a *App) command(ctx context.Context, in Inbound) cards.Message {
	sub, code, _ := strings.Cut(strings.TrimSpace(in.Text), " ")
	sub, code = strings.ToLower(sub), strings.TrimSpace(code)
	var m cards.Message
	var err error
	switch sub {
	case "", "help":
		return cards.HelpAnswer("", "")
	case "status":
		m, err = a.status(ctx)
	case "orders":
		m, err = a.orders(ctx)
	case "order", "receive": // "receive NUMBER" opens a form and does not come here
		if code == "" {
			return cards.Note("Please add the number of a purchase order, for example: /stock " + sub + " PO-2026-0001")
		}
		m, err = a.order(ctx, code)
	case "supplier":
		if code == "" {
			return cards.Note("Please add the code or the name of a supplier, for example: /stock supplier ACME")
		}
		m, err = a.supplier(ctx, code)
	case "sku", "why", "compare":
		if code == "" {
			return cards.Note("Please add a code, for example: /stock " + sub + " SOLAR-01")
		}
		m, err = a.item(ctx, sub, code)
	case "repurchase":
		m, err = a.customers(ctx, in, code)
	default:
		return cards.HelpAnswer(sub, strings.Join(core.Nearest(sub, slices.Values(subcommands), 1, 2), ""))
	}
	if err != nil {
		return cards.Note(a.excuse("answer /stock "+sub, err, ""))
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

func (a *App) orders(ctx context.Context) (cards.Message, error) {
	v, err := a.desk.Orders(ctx)
	if err != nil {
		return cards.Message{}, err
	}
	return cards.OrdersAnswer(v), nil
}

// receives reads the number of "/stock receive NUMBER".
func receives(text string) (number string, ok bool) {
	words := strings.Fields(text)
	if len(words) != 2 || !strings.EqualFold(words[0], "receive") {
		return "", false
	}
	return words[1], true
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
	if sub == "why" {
		return cards.WhyAnswer(items), nil
	}
	return cards.ItemAnswer(items), nil
}

// customers answers /stock repurchase [CODE [customers]].
func (a *App) customers(ctx context.Context, in Inbound, text string) (cards.Message, error) {
	code, rest, _ := strings.Cut(text, " ")
	rest = strings.ToLower(strings.TrimSpace(rest))
	if rest != "" && rest != "customers" {
		return cards.Note("Please write /stock repurchase, /stock repurchase CODE, or /stock repurchase CODE customers."), nil
	}
	v, err := a.desk.Customers(ctx, jobs.Customers{Team: in.Team, User: in.User, SKU: code, List: rest != ""})
	if err != nil {
		return cards.Message{}, err
	}
	return cards.CustomersAnswer(v), nil
}
