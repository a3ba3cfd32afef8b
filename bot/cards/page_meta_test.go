package cards

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
	"pgregory.net/rapid"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// What the edit form carries comes back, and nothing else is taken for it.
func TestPageMeta(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := PageMeta{Ref: Ref{rapid.Int64Range(1, 1e12).Draw(t, "id"), rapid.IntRange(0, 1e6).Draw(t, "version"), "-"}, Page: rapid.IntRange(1, 20).Draw(t, "page"),
			Typed:   rapid.MapOfN(rapid.IntRange(0, 999), rapid.Int64Range(0, 1e9), 0, 60).Draw(t, "typed"),
			Damaged: rapid.MapOfN(rapid.IntRange(0, 999), rapid.Int64Range(1, 1e9), 0, 20).Draw(t, "damaged")}
		got, err := ParsePageMeta(m.String())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m, got); diff != "" {
			t.Fatal(diff)
		}
		if m.roomy(1) { // the longest numbers of a page more come back as well
			for i := range maxInputs {
				m.Typed[1000-maxInputs+i] = 1e9
			}
			if got, err := ParsePageMeta(m.String()); err != nil || len(m.String()) > maxMeta || !cmp.Equal(m, got) {
				t.Fatalf("no room for a page more: %d characters, %v", len(m.String()), err)
			}
		}
	})
	for _, bad := range []string{"", "x", "v1:12:3:- ", "v1:12:3:- 0 ", "v1:12:3:- 1 ", "v1:12:3:- 2", "v1:12:3:- 2 1=2,", "v1:12:3:- 2 1=", "v1:12:3:- 2 -1=2", "v1:12:3:- 2 1=-2",
		"v1:12:3:- 2 2=1,1=1", "v1:12:3:- 2 1=1,1=2", "v1:12:3:- 2 01=1", "v1:12:3:- 2 1=99999999999999", "v1:12:3:- 2 1=2 3", "v1:12:3:- 2 1=1" + strings.Repeat(",2=2", maxMeta)} {
		if _, err := ParsePageMeta(bad); !errors.Is(err, ErrValue) {
			t.Errorf("%.40q: %v", bad, err)
		}
	}
}

// A number above a line's maximum comes back from another page, with what is wrong.
func TestTooManyStay(t *testing.T) {
	long := proposal(worked())
	for i := range 50 {
		l := worked()
		l.SKU = core.SKU(fmt.Sprintf("LAMP-%02d", i))
		long.Lines = append(long.Lines, l)
	}
	typed := map[int]int64{2: 1_000_000}
	if meta, err := ParsePageMeta(EditModal("en", long, typed, nil, 2).PrivateMetadata); err != nil || meta.Typed[2] != 1_000_000 {
		t.Errorf("the second page carries %+v, %v", meta, err)
	}
	v := EditModal("en", long, typed, nil, 1)
	acceptView(t, v)
	if text := blocksText(t, v.Blocks.BlockSet); !strings.Contains(text, `"1000000"`) || !strings.Contains(text, "the largest order is 4800") {
		t.Error("the first page has lost the number, or does not say what is wrong")
	}
}

// Wherever a list is longer than what a card or form shows at once, all of it can be
// reached: on the pages of the answer, on those of a form, or in a list of its own.
func TestNothingHidden(t *testing.T) { inBoth(t, nothingHidden) }

func nothingHidden(t *testing.T) {
	const n = 90
	long := proposal(worked())
	order := partly()
	var waiting []plan.Proposal
	var kept []plan.QuietLine
	var changes, causes []string
	rules := core.DefaultPolicy()
	for i := range n {
		name := fmt.Sprintf("NAME-%02d", i)
		l := worked()
		l.SKU = core.SKU(name)
		long.Lines = append(long.Lines, l)
		order.Order.Lines = append(order.Order.Lines, l)
		p := proposal(worked())
		p.SupplierName = name
		waiting = append(waiting, p)
		kept = append(kept, plan.QuietLine{What: name, Reason: "nothing changed"})
		changes, causes = append(changes, name+": 1 → 2"), append(causes, name)
		rules.Approval.Approvers = append(rules.Approval.Approvers, core.Approver{User: fmt.Sprintf("U0NAME%02d", i), Limit: gbp(1)})
	}
	answer := func(m Message) string {
		var all []slack.Block
		for page := range pages(m.Blocks) {
			p := Paged(shop.Language, m, "status", page+1)
			accept(t, p)
			all = append(all, p.Blocks...)
		}
		return blocksText(t, all)
	}
	form := func(v slack.ModalViewRequest) string {
		acceptView(t, v)
		return blocksText(t, v.Blocks.BlockSet)
	}
	listed := func(v slack.ModalViewRequest) string {
		var all []string
		for page := range pages(v.Blocks.BlockSet) {
			all = append(all, form(PagedView(shop.Language, v, ActionWaiting, page+1)))
		}
		return strings.Join(all, "")
	}
	home := Home(plan.HomeView{Status: plan.StatusView{Shop: shop}, Waiting: waiting}, now)
	if text := blocksText(t, home.Blocks.BlockSet); CheckHome(home) != nil || !strings.Contains(text, ActionWaiting) {
		t.Errorf("the home tab leads to no list of what waits: %v", CheckHome(home))
	}
	change := Render(plan.Card{Key: "settings/7", Kind: plan.ChangeCard, Shop: shop, AsOf: now, Change: &plan.SettingsChange{ID: 7, Changes: changes, State: plan.SettingsAsked, By: "U0ANNA", At: now}})
	accept(t, change)
	for what, text := range map[string]string{
		"what waits":                  listed(WaitingModal(waiting, shop.Language, now)),
		"lines of the edit form":      form(EditModal(shop.Language, long, nil, nil, 1)) + form(EditModal(shop.Language, long, nil, nil, 2)) + form(EditModal(shop.Language, long, nil, nil, 3)),
		"lines of an order":           answer(OrderAnswer(order)),
		"what was kept quiet":         answer(QuietAnswer(plan.QuietView{Shop: shop, CheckedAt: now, Silent: kept})),
		"causes of conservative mode": answer(StatusAnswer(plan.StatusView{Shop: shop, CheckedAt: now, Conservative: causes})),
		"gaps in the data":            answer(StatusAnswer(plan.StatusView{Shop: shop, CheckedAt: now, Warnings: causes})),
		"changes to be confirmed":     blocksText(t, change.Blocks),
		"changes put in":              form(ImportModal(shop.Language, "x", "", plan.SettingsPreview{Version: 1, Digest: "0f", Changes: changes})),
		"approvers":                   strings.ReplaceAll(answer(SettingsAnswer(plan.SettingsView{Shop: shop, Policy: rules})), "U0NAME", "NAME-"),
	} {
		for i := range n {
			if name := fmt.Sprintf("NAME-%02d", i); !strings.Contains(text, name) {
				t.Errorf("%s: %s cannot be seen", what, name)
				break
			}
		}
	}
}

func blocksText(t rapid.TB, blocks []slack.Block) string {
	t.Helper()
	var all strings.Builder
	for _, b := range blocks {
		all.WriteString(asText(t, b))
	}
	return all.String()
}
