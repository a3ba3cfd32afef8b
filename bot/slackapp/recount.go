package slackapp

import (
	"context"
	"sync"

	"quartermaster/bot/cards"
)

// typed knows the newest gesture on each form, so that what an older one comes to
// does not overwrite it: two quick key strokes are worked on at the same time.
type typed struct {
	mu     sync.Mutex
	newest map[string]string // time stamp by view id
}

// maxTyped bounds the memory for forms that were closed long ago.
const maxTyped = 1000

// see notes a gesture and reports whether it is the newest on its form.
func (t *typed) see(v ViewState) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if last, ok := t.newest[v.ID]; ok && later(last, v.At) {
		return false
	}
	if t.newest == nil || len(t.newest) >= maxTyped {
		t.newest = map[string]string{}
	}
	t.newest[v.ID] = v.At
	return true
}

// later reports whether one of Slack's time stamps lies after another; they have as
// many digits after the point.
func later(a, b string) bool {
	if len(a) != len(b) {
		return len(a) > len(b)
	}
	return a > b
}

// recount draws the edit form anew with what the typed numbers come to. When the form
// has moved on since the gesture, only the newest gesture overwrites it.
func (a *App) recount(ctx context.Context, in Inbound) {
	if !a.typed.see(in.View) {
		return
	}
	p, err := a.desk.Proposal(ctx, in.Ref.Proposal)
	view := cards.EditModal(a.cfg.Language(), p, in.Qty, in.Bad, in.Page)
	switch {
	case err != nil:
		view = cards.Sorry(a.cfg.Language(), cards.EditTitle, a.excuse("recount an edit", err, ""))
	case p.Version != in.Ref.Version:
		view = cards.Sorry(a.cfg.Language(), cards.EditTitle, "Somebody changed this proposal while the form was open. Please close it and look at the card again.")
	}
	if err := cards.CheckView(view); err != nil {
		a.note("draw a recount", err)
		return
	}
	_, err = a.api.UpdateViewContext(ctx, view, "", in.View.Hash, in.View.ID)
	if apiCode(err) == "hash_conflict" {
		if !a.typed.see(in.View) {
			return // what a newer key stroke comes to stands there
		}
		_, err = a.api.UpdateViewContext(ctx, view, "", "", in.View.ID)
	}
	if apiCode(err) == "not_found" {
		return // closed meanwhile
	}
	a.note("show a recount", a.failed("views.update", "", err, nil))
}
