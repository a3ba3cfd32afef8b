package cards

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/slack-go/slack"
	"pgregory.net/rapid"

	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/replenish"
	"quartermaster/core/risk"
)

var (
	mention = regexp.MustCompile(`<@[UW][A-Z0-9]{1,20}>`)
	address = regexp.MustCompile(`(?i)https?://|www\.`)
	markup  = regexp.MustCompile("[*_~`]")
	label   = regexp.MustCompile(`^\*[A-Za-z\p{Han}🔴🟡🟢⚪ ]+\*\n`)
)

// inert fails when text from data could do anything but be read: it looks at
// every string of the message where Slack would show it.
func inert(t testing.TB, m Message) {
	t.Helper()
	raw, err := json.Marshal(m.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	visible(t, m.Text)
	literal(t, markup.ReplaceAllString(m.Text, ""))
	walk(t, v)
}

func walk(t testing.TB, v any) {
	t.Helper()
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			walk(t, e)
		}
	case map[string]any:
		s, isText := v["text"].(string)
		switch {
		case isText && v["type"] == "mrkdwn":
			visible(t, s)
			literal(t, mention.ReplaceAllString(label.ReplaceAllString(s, ""), ""))
			if v["verbatim"] != true {
				t.Errorf("mrkdwn that is not verbatim: %q", s)
			}
		case isText:
			visible(t, s)
		}
		if v["type"] == "link" || v["type"] == "broadcast" || v["type"] == "usergroup" || v["url"] != nil {
			t.Errorf("a link or a call to all: %v", v)
		}
		for _, e := range v {
			walk(t, e)
		}
	}
}

// visible fails on characters that are not seen, and on web addresses.
func visible(t testing.TB, s string) {
	t.Helper()
	for _, r := range s {
		if r != '\n' && r != '\ufe0f' && (!unicode.IsGraphic(r) || r == unicode.ReplacementChar) {
			t.Errorf("character %U in %q", r, s)
		}
	}
	if address.MatchString(s) {
		t.Errorf("web address in %q", s)
	}
}

// literal fails on what mrkdwn would act on.
func literal(t testing.TB, s string) {
	t.Helper()
	if strings.ContainsAny(s, "<>") || strings.Contains(strings.NewReplacer("&amp;", "", "&lt;", "", "&gt;", "").Replace(s), "&") {
		t.Errorf("unescaped control character in %q", s)
	}
	if markup.MatchString(s) || strings.Contains(s, "@") {
		t.Errorf("markup in %q", s)
	}
}

// hostileText makes texts out of everything that was ever used against a chat.
func hostileText() *rapid.Generator[string] {
	parts := []string{
		"<!channel>", "<!here|x>", "<@U0ANNA>", "<#C0GENERAL>", "<https://evil.example|click>", "http://evil.example", "HTTPS://E.EX/?q=1",
		"hhttp://ttp://x", "www.evil.example", "wWw.wWw.x", "www.www.www.", "a@evil.example", "evil.example", ":tada:", "*b*", "_i_", "~s~", "`c`", "```", "&", "&lt;", "&amp;lt;", "<", ">",
		"\r\n", "\x00", "\x1b[31m", "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u00ad", "\U000e0041", "\ufe0f", "\U000e0100", "\ufdfa", "é́́́́́́", "\xff", "\xed\xa0\x80",
		"\u3164", "\u2028", "𝕏", "漢字", "مرحبا", "👩‍👩‍👧", "SOLAR-01", " ", "\t", strings.Repeat("x", 400), strings.Repeat("&", 400), strings.Repeat("漢", 3000), "ᅟ", "\ue000", "%s%d%n", "://", ":\u200b//",
	}
	return rapid.Custom(func(t *rapid.T) string {
		list := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(parts), rapid.String()), 0, 6).Draw(t, "parts")
		return strings.Join(list, "")
	})
}

func hostileMoney() *rapid.Generator[core.Money] {
	return rapid.Custom(func(t *rapid.T) core.Money {
		return core.Money{Minor: rapid.Int64Range(-core.MaxMinor, core.MaxMinor).Draw(t, "minor"), Currency: core.Currency(rapid.SampledFrom([]string{"", "EUR", "GBP", "JPY", "KWD", "<!c", evil}).Draw(t, "currency"))}
	})
}

func hostileLine() *rapid.Generator[plan.Line] {
	text, money := hostileText(), hostileMoney()
	day := rapid.Custom(func(t *rapid.T) core.Day { return core.Day(rapid.Int32().Draw(t, "day")) })
	return rapid.Custom(func(t *rapid.T) plan.Line {
		return plan.Line{
			SKU: core.SKU(text.Draw(t, "sku")), Location: core.LocationID(text.Draw(t, "loc")), Name: text.Draw(t, "name"), Mode: core.Mode(text.Draw(t, "mode")),
			Qty: rapid.Int64().Draw(t, "qty"), Cost: money.Draw(t, "cost"), Arrival: day.Draw(t, "arrival"), StockOut: day.Draw(t, "out"),
			HasStockOut: rapid.Bool().Draw(t, "has"), OrderBy: day.Draw(t, "by"), Tier: replenish.Tier(rapid.SampledFrom([]string{"RED", "YELLOW", "GREEN", "IDLE", "", evil}).Draw(t, "tier")),
			MOQ: rapid.Int64().Draw(t, "moq"), Pack: rapid.Int64().Draw(t, "pack"), Max: rapid.Int64().Draw(t, "max"),
			Calc: &replenish.Calculation{Need: rapid.Float64().Draw(t, "need"), Position: replenish.Position{OnHand: rapid.Int64().Draw(t, "hand")},
				Steps: []replenish.Step{{Rule: text.Draw(t, "rule"), Note: text.Draw(t, "note")}}},
		}
	})
}

func hostileCard(t *rapid.T) plan.Card {
	text, money := hostileText(), hostileMoney()
	instant := func(name string) time.Time {
		return time.Unix(rapid.SampledFrom([]int64{-62135596800, 0, 1795294620, 253402300800, -1 << 40}).Draw(t, name), 0)
	}
	c := plan.Card{Key: text.Draw(t, "key"), Version: rapid.Int().Draw(t, "version"), Run: text.Draw(t, "run"), AsOf: instant("asof"),
		Shop: core.Shop{Name: text.Draw(t, "shop"), Language: rapid.SampledFrom([]string{"en", "zh"}).Draw(t, "language")}}
	for range rapid.IntRange(0, 8).Draw(t, "causes") {
		c.Conservative = append(c.Conservative, risk.Cause{Feed: text.Draw(t, "feed"), Reason: text.Draw(t, "cause")})
	}
	states := []plan.State{"", plan.Proposed, plan.AwaitingSecond, plan.Snoozed, plan.Approved, plan.Rejected, plan.Expired, plan.Withdrawn, evil}
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		p := plan.Proposal{ID: rapid.Int64().Draw(t, "id"), Version: rapid.IntRange(-1, 1<<31).Draw(t, "v"), State: rapid.SampledFrom(states).Draw(t, "state"),
			Supplier: core.SupplierID(text.Draw(t, "sid")), SupplierName: text.Draw(t, "supplier"), Lines: rapid.SliceOfN(hostileLine(), 0, 20).Draw(t, "lines"),
			Total: money.Draw(t, "total"), TotalShop: money.Draw(t, "shop"), MoneyAtRisk: money.Draw(t, "risk"), Reason: text.Draw(t, "reason"),
			ExpiresAt: instant("expires"), SnoozedUntil: instant("snoozed"), DecidedAt: instant("decided"),
			EditedBy: text.Draw(t, "edited"), FirstBy: text.Draw(t, "first"), DecidedBy: text.Draw(t, "by"), DecidedWhy: text.Draw(t, "why")}
		v := plan.RestockView{Proposal: p, Digest: rapid.SampledFrom([]string{"", "0f3a9b1c2d4e5f60", evil, strings.Repeat("a", 33)}).Draw(t, "digest"),
			ConfirmAbove: money.Draw(t, "confirm"), SecondAbove: money.Draw(t, "second"), Approvers: rapid.SliceOfN(text, 0, 20).Draw(t, "approvers"), Note: text.Draw(t, "note")}
		if rapid.Bool().Draw(t, "ordered") {
			v.Order = &plan.Order{Number: text.Draw(t, "number"), Total: money.Draw(t, "ototal"), State: plan.OrderState(rapid.SampledFrom([]string{"sent", "dry_run", "", evil}).Draw(t, "ostate"))}
		}
		c.Restock = &v
	case 1:
		c.Risk = &plan.RiskView{SupplierName: text.Draw(t, "supplier name"),
			Finding: risk.Finding{Key: text.Draw(t, "fkey"), Kind: risk.Kind(rapid.SampledFrom([]string{"stock-out", "no-source", "overstock", "stale-feed", evil}).Draw(t, "fkind")),
				Severity: risk.Severity(rapid.IntRange(-1, 5).Draw(t, "severity")), SKU: core.SKU(text.Draw(t, "fsku")), Name: text.Draw(t, "fname"), Location: core.LocationID(text.Draw(t, "floc")),
				Reason: text.Draw(t, "freason"), HasStockOut: rapid.Bool().Draw(t, "fhas"), Short: rapid.Float64().Draw(t, "short"), MoneyAtRisk: money.Draw(t, "fmoney"), Supplier: core.SupplierID(text.Draw(t, "fsup"))},
			Item:     plan.Item{Tier: replenish.Tier(text.Draw(t, "itier")), Cover: rapid.Float64().Draw(t, "cover")},
			Resolved: rapid.Bool().Draw(t, "resolved"), ResolvedWhy: text.Draw(t, "rwhy"), SnoozedUntil: instant("rsnooze"), SnoozedBy: text.Draw(t, "rby"),
		}
	case 2:
		c.Overview = &plan.OverviewView{Red: rapid.Int().Draw(t, "red"), More: rapid.Int().Draw(t, "more"), MoneyAtRisk: money.Draw(t, "omoney"), Warnings: rapid.SliceOfN(text, 0, 20).Draw(t, "warnings")}
	}
	return c
}

// A card made of anything is within Slack's limits, without the last resort of
// Render, and its data is dead text.
// A picture whose description or id comes out odd neither acts nor breaks the card.
func TestHostilePicture(t *testing.T) {
	images := func(c plan.Card) (out []*slack.ImageBlock) {
		m := Render(c)
		accept(t, m)
		for _, b := range m.Blocks {
			if i, ok := b.(*slack.ImageBlock); ok {
				out = append(out, i)
			}
		}
		return out
	}
	c := restock(func(c *plan.Card) { c.Picture = &plan.Picture{File: "F0123456789", Alt: strings.Repeat(evil, 40)} })
	if got := images(c); len(got) != 1 || len([]rune(got[0].AltText)) > maxAlt || strings.ContainsAny(got[0].AltText, "\n\r\x00\u202e") {
		t.Errorf("%+v", got)
	}
	for _, file := range []string{"", "F1", "f0123456789", "https://evil.example/F0123456789"} {
		c.Picture = &plan.Picture{File: file, Alt: "x"}
		if got := images(c); len(got) != 0 {
			t.Errorf("file %q: %+v", file, got)
		}
	}
	c.Picture, c.Restock.Proposal.State = picture, plan.Rejected
	if got := images(c); len(got) != 0 {
		t.Errorf("a decided card shows %+v", got)
	}
}

func TestHostileCards(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := hostileCard(rt)
		m := render(c)
		probe(rt, t, m)
		if err := Check(Render(c)); err != nil {
			rt.Fatal(err)
		}
		if c.Restock == nil {
			return
		}
		language := c.Shop.Language
		p := c.Restock.Proposal
		for _, v := range []struct {
			name string
			err  error
		}{{"edit", CheckView(EditModal(language, p, nil, nil, 1))}, {"why", CheckView(WhyModal(language, p))}} {
			if v.err != nil {
				rt.Fatalf("%s: %v", v.name, v.err)
			}
		}
		probe(rt, t, OrdersAnswer(language, plan.OrdersView{Open: []plan.Proposal{p, p}, Orders: []plan.Order{{Number: p.Reason, Supplier: core.Supplier{Name: p.SupplierName}, State: evil}}}))
	})
}

func TestHostileAnswers(t *testing.T) {
	text := hostileText()
	rapid.Check(t, func(rt *rapid.T) {
		language := rapid.SampledFrom([]string{"en", "zh"}).Draw(rt, "language")
		it := plan.Item{SKU: core.SKU(text.Draw(rt, "sku")), Name: text.Draw(rt, "name"), Location: core.LocationID(text.Draw(rt, "loc")),
			TierWhy: text.Draw(rt, "why"), Tier: replenish.Tier(text.Draw(rt, "tier")), Cover: rapid.Float64().Draw(rt, "cover"), MoneyAtRisk: hostileMoney().Draw(rt, "money")}
		it.Forecast.Method, it.Forecast.Why, it.Forecast.Reasons = text.Draw(rt, "method"), text.Draw(rt, "fwhy"), rapid.SliceOfN(text, 0, 9).Draw(rt, "reasons")
		items := make([]plan.Item, rapid.IntRange(0, 14).Draw(rt, "n"))
		for i := range items {
			items[i] = it
		}
		if l := hostileLine().Draw(rt, "line"); rapid.Bool().Draw(rt, "calc") {
			it.Calc = l.Calc
		}
		hush := plan.QuietView{Shop: core.Shop{Name: it.Name}, CheckedAt: now, Silent: []plan.QuietLine{{What: it.Name, Reason: it.TierWhy}}, Muted: []plan.Mute{{SKU: it.SKU, By: it.Name}}}
		for _, m := range []Message{
			ItemAnswer(language, items), WhyAnswer(language, append(items, it), hush), QuietAnswer(hush), Note(language, text.Draw(rt, "note")), HelpAnswer(language, text.Draw(rt, "unknown"), text.Draw(rt, "near")),
			StatusAnswer(plan.StatusView{Shop: core.Shop{Name: it.Name}, CheckedAt: now, Worst: items, Conservative: []string{it.TierWhy}, Warnings: []string{it.TierWhy}}),
		} {
			probe(rt, t, m)
		}
		if err := CheckView(RiskWhyModal(language, plan.RiskView{Finding: risk.Finding{SKU: it.SKU, Reason: it.TierWhy}, Item: it})); err != nil {
			rt.Fatal(err)
		}
		if err := CheckView(Sorry(language, WhyTitle, text.Draw(rt, "message"))); err != nil {
			rt.Fatal(err)
		}
	})
}

// probe runs the checks of a message so that rapid can shrink a failure.
func probe(rt *rapid.T, t *testing.T, m Message) {
	t.Helper()
	if err := Check(m); err != nil {
		rt.Fatal(err)
	}
	r := &recorder{TB: t}
	inert(r, m)
	accept(r, m)
	if len(r.found) > 0 {
		rt.Fatal(strings.Join(r.found, "\n"))
	}
}

// recorder collects failures instead of failing the test at once.
type recorder struct {
	testing.TB
	found []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.found = append(r.found, fmt.Sprintf(format, args...))
}
