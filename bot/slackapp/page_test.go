package slackapp

import (
	"fmt"
	"strings"
	"testing"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/bot/workspace"
	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/replenish"
)

// The edit form of a long order has pages. What was typed on one is there when it is
// turned back to, counts in the total, and is saved with the rest; a number that is
// wrong on another page than the one open is told by page and line.
func TestEditPages(t *testing.T) {
	t.Parallel()
	f := open(t, Socket)
	f.desk.proposal.Lines = nil
	for i := range 90 {
		f.desk.proposal.Lines = append(f.desk.proposal.Lines, plan.Line{SKU: core.SKU(fmt.Sprintf("LAMP-%02d", i)), Qty: 10, MOQ: 1, Pack: 1, Calc: new(replenish.Calculation),
			Price: core.Money{Minor: 100, Currency: "EUR"}, UnitPrice: core.Money{Minor: 100, Currency: "EUR"}, Cost: core.Money{Minor: 1000, Currency: "EUR"}})
	}
	anna := f.As("U0ANNA")
	shows := func(what string, words ...string) workspace.View {
		t.Helper()
		var v workspace.View
		f.until(t, what, func() bool {
			v, _ = anna.View()
			text := asJSON(v.Blocks)
			for _, w := range words {
				if !strings.Contains(text, w) {
					return false
				}
			}
			return true
		})
		return v
	}
	_, m := f.post(t, card())
	if _, err := anna.Click(f.ctx, m, "edit"); err != nil {
		t.Fatal(err)
	}
	if v := shows("the first page", "Page 1 of 3", "LAMP-39"); strings.Contains(asJSON(v.Blocks), "LAMP-40") || v.PrivateMetadata != "v1:12:3:-" {
		t.Errorf("the first page: %+v", v)
	}
	if _, err := anna.ClickView(f.ctx, "page_2", typedIn("3", "13")); err != nil {
		t.Fatal(err)
	}
	if v := shows("the second page", "Page 2 of 3", "LAMP-40", "EUR 903.00"); v.PrivateMetadata != "v1:12:3:- 2 3=13" {
		t.Errorf("the second page carries %q", v.PrivateMetadata)
	}
	if _, err := anna.ClickView(f.ctx, "page_2", typedIn("41", "12", "42", "x")); err != nil {
		t.Fatal(err)
	}
	shows("what cannot be read keeps the page", "Page 2 of 3", "whole number")
	if _, err := anna.ClickView(f.ctx, "page_1", typedIn("42", "0")); err != nil {
		t.Fatal(err)
	}
	if v := shows("the first page again", "Page 1 of 3", `"initial_value":"13"`, "EUR 895.00"); v.PrivateMetadata != "v1:12:3:- 1 41=12,42=0" {
		t.Errorf("the first page again carries %q", v.PrivateMetadata)
	}
	f.desk.wrong = []jobs.LineError{{Line: 41, Reason: "twelve is too many"}}
	got := f.send(t, map[string]any{"qty-3": "13"})
	if want := "Page 2, line 42: twelve is too many"; got.Errors["line-0"] != want || len(got.Errors) != 1 {
		t.Errorf("errors %+v, want %q", got.Errors, want)
	}
	f.desk.wrong = nil
	if _, err := anna.SubmitView(f.ctx, map[string]any{"qty-3": "14"}); err != nil {
		t.Fatal(err)
	}
	if e := f.desk.edits[len(f.desk.edits)-1]; e.Qty[3] != 14 || e.Qty[41] != 12 || e.Qty[42] != 0 || e.Version != 3 {
		t.Errorf("saved %+v", e)
	}
	if _, still := anna.View(); still {
		t.Error("the form is still there")
	}
}

// What waits is listed whole from the digest.
func TestAllWaiting(t *testing.T) {
	t.Parallel()
	f := open(t, Socket)
	_, digest := f.post(t, plan.Card{Key: "digest", Kind: plan.DigestCard, Digest: &plan.DigestView{Waiting: []plan.DigestOrder{{Name: "Acme"}}, MoreWaiting: 4}})
	out, err := f.As("U0ANNA").Click(f.ctx, digest, cards.ActionWaiting)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.WaitView(f.ctx, func(v workspace.View) bool { return strings.Contains(asJSON(v.Blocks), "Acme") }); err != nil {
		t.Errorf("%v\n%s", err, f.logs)
	}
}

// typedIn are numbers typed into the edit form, by line.
func typedIn(lines ...string) workspace.Entered {
	out := workspace.Entered{}
	for i := 0; i < len(lines); i += 2 {
		out["line-"+lines[i]] = map[string]any{"qty-" + lines[i]: lines[i+1]}
	}
	return out
}
