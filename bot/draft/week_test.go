package draft

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	faults "quartermaster/bot/fault"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// The prose of a week comes from a template without a model, and says every fact.
func TestWeekTemplate(t *testing.T) {
	for language, want := range map[string]string{
		"en": "Stock stands like this: 9 products RED (7 on 16 November 2026), GBP 12,345.50 at risk (GBP 10,000.00 on 16 November 2026). " +
			"Demand: 412 units sold in 7 known days, 380 units in the week before, 431 units expected. Most urgent: SOLAR-01, out of stock on 29 November 2026, GBP 840.50 at risk. " +
			"To decide: 4 orders, together GBP 5,000.00. To talk about: MUG-2, of which 80 units were sold and 120 units expected.",
		"zh": "库存状况：9 种商品为红色（2026年11月16日为 7），风险金额 GBP 12,345.50（2026年11月16日为 GBP 10,000.00）。需求：7 个已知日内售出 412 件，前一周 380 件，预计 431 件。" +
			"最紧急：SOLAR-01，断货日 2026年11月29日，风险金额 GBP 840.50。待决定：4 张订单，合计 GBP 5,000.00。需要讨论：MUG-2，售出 80 件，预计 120 件。",
	} {
		if got, source := new(Drafter).Brief(ofWeek(language)); got != want || source != plan.FromTemplate {
			t.Errorf("%s\n got %s\nwant %s", source, got, want)
		}
	}
	calm := plan.Week{Shop: core.Shop{Name: "A", Language: "en"}, Facts: plan.WeekFacts{Red: 1, MoneyAtRisk: core.Money{Currency: "EUR"}}}
	if got, _ := new(Drafter).Brief(plan.Briefing{Shop: calm.Shop, Week: &calm}); got != "Stock stands like this: 1 product RED, EUR 0.00 at risk. To decide: nothing." {
		t.Errorf("a calm week: %s", got)
	}
}

func ofWeek(language string) plan.Briefing {
	w := sampleWeek(language)
	return plan.Briefing{Shop: w.Shop, Week: &w}
}

// The prose of a digest says what is short, what it costs, what is most urgent, what
// waits and until when, and what is new.
func TestDigestTemplate(t *testing.T) {
	for language, want := range map[string]string{
		"en": "9 products RED and 11 YELLOW, GBP 12,345.50 at risk. Most urgent: Solar lamp SOLAR-01, out of stock on 29 November 2026, GBP 840.50 at risk. " +
			"To decide: 4 orders, the first by 25 November 2026. News: 2 new findings since yesterday, 1 over.",
		"zh": "9 种商品为红色，11 种为黄色，风险金额 GBP 12,345.50。最紧急：Solar lamp SOLAR-01，断货日 2026年11月29日，风险金额 GBP 840.50。" +
			"待决定：4 张订单，最早须于 2026年11月25日下单。动态：自昨天以来 2 项新发现，1 项已结束。",
	} {
		if got, source := new(Drafter).Brief(sampleDigest(language)); got != want || source != plan.FromTemplate {
			t.Errorf("%s\n got %s\nwant %s", source, got, want)
		}
	}
	// Urgent is what runs out first of what costs money, not what costs most.
	b := sampleDigest("en")
	b.Digest.OrderBy = b.Digest.Day - 3
	b.Digest.Worst = append(b.Digest.Worst, plan.DigestItem{SKU: "MUG-2", Name: "Mug", HasStockOut: true, StockOut: b.Digest.Day + 1, MoneyAtRisk: core.Money{Minor: 100, Currency: "GBP"}},
		plan.DigestItem{SKU: "CUP-3", HasStockOut: true, StockOut: b.Digest.Day})
	if got, _ := new(Drafter).Brief(b); !strings.Contains(got, "Most urgent: Mug MUG-2, out of stock on 25 November 2026, GBP 1.00 at risk. To decide: 4 orders, the first was due on 21 November 2026.") {
		t.Error(got)
	}
	calm := plan.Briefing{Digest: &plan.DigestView{Red: 1, MoneyAtRisk: core.Money{Currency: "EUR"}}}
	if got, _ := new(Drafter).Brief(calm); got != "1 product RED and 0 YELLOW, EUR 0.00 at risk. To decide: nothing. News: 0 new findings since yesterday, 0 over." {
		t.Errorf("a calm day: %s", got)
	}
}

// A model may word the digest too; words that held are kept and filled with the numbers
// of the next day, without another question.
func TestDigestModel(t *testing.T) {
	for language, body := range map[string]string{
		"en": "Good morning: {{short}}, with {{risk}}. Please look at this before all else: {{worst}}. Waiting for a decision: {{waiting}}. And the news: {{news}}.",
		"zh": "各位早上好，库存方面有{{short}}，{{risk}}。请首先看：{{worst}}。等待决定的有：{{waiting}}。另外：{{news}}。",
	} {
		answers := map[bool]string{true: body, false: strings.Replace(body, "{{news}}", "", 1)}
		for ok, answer := range answers {
			m := faults.NewModelFunc(t, func([]byte) string { return asJSON(letter{Body: answer}) }, func() faults.Name { return faults.None })
			d, err := New(Config{BaseURL: m.URL, Model: "fake"})
			if err != nil {
				t.Fatal(err)
			}
			b := sampleDigest(language)
			got := d.Word(t.Context(), b)
			if (got != "") != ok || ok && (!strings.Contains(got, "12,345.50") || strings.Contains(got, "{{")) {
				t.Errorf("%s: %q (%v)", language, got, briefFacts(b).verify(letter{Body: answer}))
			}
			b.Digest.Red = 8
			if got, source := d.Brief(b); (source == plan.FromModel) != ok || !strings.Contains(got, "8") {
				t.Errorf("the next day, %s: %s", source, got)
			}
		}
	}
}

// A model may word it, and nothing more: what judges, counts, names goods or leaves a
// fact out is refused, and the template stands in.
func TestWeekModel(t *testing.T) {
	body := map[string]string{
		"en": "Here is where we stand: {{red}}, with {{risk}}. Over the counter went {{sold}}. Please look at this before all else: {{worst}}. We still have to decide: {{waiting}}. Then the forecast: {{missed}}.",
		"zh": "目前情况如下：{{red}}，{{risk}}。销售情况：{{sold}}。请首先看：{{worst}}。等待决定的有：{{waiting}}。请讨论：{{missed}}。",
	}
	cases := map[string]struct {
		language, body string
		ok             bool
	}{
		"English": {"en", body["en"], true}, "Chinese": {"zh", body["zh"], true},
		"a judgement":        {"en", strings.Replace(body["en"], "Here is", "It is getting worse. Here is", 1), false},
		"a number":           {"en", strings.Replace(body["en"], "{{red}}", "12 products RED", 1), false},
		"a number word":      {"en", strings.Replace(body["en"], "Then the", "Two things. Then the", 1), false},
		"a product":          {"en", strings.Replace(body["en"], "{{worst}}", "SOLAR-01", 1), false},
		"a fact left out":    {"en", strings.Replace(body["en"], "{{waiting}}", "this", 1), false},
		"a mention":          {"en", body["en"] + " <!channel>", false},
		"a command to order": {"en", body["en"] + " We will pay at once.", false},
		"a judgement (zh)":   {"zh", body["zh"] + "情况好转。", false},
		"a number (zh)":      {"zh", body["zh"] + "共三项。", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := letter{Body: c.body}
			m := faults.NewModelFunc(t, func([]byte) string {
				b, err := json.Marshal(answer)
				if err != nil {
					return fmt.Sprint(err)
				}
				return string(b)
			}, func() faults.Name { return faults.None })
			d, err := New(Config{BaseURL: m.URL, Model: "fake"})
			if err != nil {
				t.Fatal(err)
			}
			words := d.Word(t.Context(), ofWeek(c.language))
			got, source := d.Brief(ofWeek(c.language))
			if (source == plan.FromModel) != c.ok || words != "" && words != got || (words != "") != c.ok {
				t.Errorf("%s: %s (%v)", source, got, weekFacts(sampleWeek(c.language)).verify(answer))
			}
			for _, fact := range []string{"9", "12,345.50", "4", "5,000.00"} {
				if !strings.Contains(got, fact) {
					t.Errorf("%q lacks %s", got, fact)
				}
			}
		})
	}
}
