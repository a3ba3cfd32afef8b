package slackapp

import (
	"context"
	"slices"
	"strings"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
)

// What the pages of a form are of, beside the lists; those of an answer are of the
// command.
const (
	askedWhy     = "why"
	askedReceive = "receive"
)

// maxShort is how many products the form "12 more" has, over all its pages.
const maxShort = 300

// listing are the commands whose answers have pages: they only tell, so that turning a
// page runs them once more.
var listing = []string{"status", "sku", "why", "orders", "order", "supplier", "approve", "schedule", "report", "settings", "quiet", "compare", "forecast", "advice", "override", "repurchase"}

// turn shows another page in the place of the one on which the button was.
func (a *App) turn(ctx context.Context, in Inbound) {
	if in.View.ID != "" {
		a.turnView(ctx, in)
		return
	}
	sub, _, _ := strings.Cut(strings.ToLower(in.Text), " ")
	if !slices.Contains(listing, sub) {
		a.note("turn a page", malformed("pages of %q", sub))
		return
	}
	m := a.command(ctx, in, in.Page)
	if err := cards.Check(m); err != nil {
		a.note("draw a page", err)
		m = cards.Note(a.cfg.Language(), m.Text)
	}
	click := jobs.Click{User: in.User, Message: jobs.MessageRef{Channel: in.Channel}, ResponseURL: in.ResponseURL}
	a.note("show a page", a.replace(ctx, click, m))
}

// turnView shows another page of a form.
func (a *App) turnView(ctx context.Context, in Inbound) {
	what, ref, _ := strings.Cut(in.Text, " ")
	var err error
	list, ok := lists[what]
	switch {
	case ok:
		a.redraw(ctx, in, list.title, in.View.ID, in.View.Hash, a.listBox)
	case what == askedWhy:
		if in.Ref, err = cards.ParseRef(ref); err == nil {
			a.redraw(ctx, in, cards.WhyTitle, in.View.ID, in.View.Hash, a.whyBox)
		}
	case what == askedReceive:
		a.redraw(ctx, in, cards.ReceiveTitle, in.View.ID, in.View.Hash, a.orderBox(receivePage))
	default:
		err = malformed("a page of no form")
	}
	a.note("turn a page", err)
}
