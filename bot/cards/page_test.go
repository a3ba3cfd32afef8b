package cards

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"pgregory.net/rapid"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// Every block of a long answer is on exactly one page, in order; each page is within
// what Slack takes and leads to its neighbours.
func TestPagedLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := in("en")
		if rapid.Bool().Draw(t, "header") {
			b.header("Orders")
		}
		for i := range rapid.IntRange(0, 120).Draw(t, "blocks") {
			name := clean(fmt.Sprintf("line %d %s", i, strings.Repeat("x", rapid.IntRange(0, 900).Draw(t, "length"))), 1000)
			switch rapid.IntRange(0, 5).Draw(t, "kind") {
			case 0:
				b.table([][]safe{{"A", "B"}, {name, "1"}}, 1)
			case 1:
				b.line(bold(name))
				b.actions(button(ActionWhy, strconv.Itoa(i), "Why?"))
			default:
				b.line(text(name))
			}
		}
		m := b.message("the answer")
		var want, got []string
		for _, block := range m.Blocks {
			want = append(want, asText(t, block))
		}
		of := len(pages(m.Blocks))
		for page := 1; page <= of; page++ {
			p := Paged("en", m, "orders", page)
			if len(m.Blocks) > 0 {
				if err := Check(p); err != nil {
					t.Fatalf("page %d of %d: %v", page, of, err)
				}
			}
			if all, err := json.Marshal(p.Blocks); err != nil || len(all) > 18_000 {
				t.Fatalf("page %d has %d bytes, %v", page, len(all), err)
			}
			var turns []string
			for i, block := range p.Blocks {
				if a, ok := block.(*slack.ActionBlock); ok && strings.HasPrefix(a.BlockID, "page.") {
					for _, e := range a.Elements.ElementSet {
						turns = append(turns, e.(*slack.ButtonBlockElement).Value)
					}
				} else if s := asText(t, block); !strings.Contains(s, `"page.of"`) && (i > 0 || page == 1 || block.BlockType() != slack.MBTHeader) {
					got = append(got, s)
				}
			}
			var neighbours []string
			for _, n := range []int{page - 1, page + 1} {
				if n >= 1 && n <= of {
					neighbours = append(neighbours, PageValue(n, "orders"))
				}
			}
			if !slices.Equal(turns, neighbours) {
				t.Fatalf("page %d of %d leads to %v", page, of, turns)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%d blocks became %d", len(want), len(got))
		}
	})
}

func asText(t rapid.TB, b slack.Block) string {
	text, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestParsePage(t *testing.T) {
	for value, want := range map[string]bool{
		"g1:2:orders": true, "g1:12:repurchase SOLAR-01 customers": true, "g1:0:orders": false, "g1:-1:orders": false, "g1:02:orders": false,
		"g1:2:": false, "g1:2": false, "2:orders": false, "": false, "g1:2:" + strings.Repeat("x", 300): false,
	} {
		page, asked, err := ParsePage(value)
		if (err == nil) != want || want && PageValue(page, asked) != value {
			t.Errorf("%q is read as %d, %q, %v", value, page, asked, err)
		}
	}
}

// A hundred and fifty orders are on pages with a table each.
func TestLongAnswersHavePages(t *testing.T) {
	v := plan.OrdersView{}
	for i := range 150 {
		o := *order(plan.OrderSent)
		o.Number = fmt.Sprintf("PO-2026-%04d", i+1)
		v.Orders = append(v.Orders, o)
	}
	m := OrdersAnswer("zh", v)
	seen := map[string]bool{}
	for page := 1; page <= len(pages(m.Blocks)); page++ {
		p := Paged("zh", m, "orders", page)
		if err := Check(p); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(p.Blocks)
		if err != nil || !strings.Contains(string(text), "共 8 页") {
			t.Fatalf("%s, %v", text, err)
		}
		for _, o := range v.Orders {
			seen[o.Number] = seen[o.Number] || strings.Contains(string(text), o.Number)
		}
	}
	for number, ok := range seen {
		if !ok {
			t.Errorf("%s is on no page", number)
		}
	}
	if short := Paged("en", OrdersAnswer("en", plan.OrdersView{}), "orders", 1); len(short.Blocks) != len(OrdersAnswer("en", plan.OrdersView{}).Blocks) {
		t.Error("a short answer has buttons")
	}
	var items []plan.Item
	for i := range 300 {
		it := item()
		it.SKU = core.SKU(fmt.Sprintf("LAMP-%03d", i))
		items = append(items, it)
	}
	if err := CheckView(PagedView("en", ShortModal(items, "en"), "short", 99)); err != nil {
		t.Error(err)
	}
}

// acceptPages checks every page of an answer against Slack's limits.
func acceptPages(t *testing.T, m Message) {
	t.Helper()
	for page := range pages(m.Blocks) {
		accept(t, Paged(shop.Language, m, "orders", page+1))
	}
}
