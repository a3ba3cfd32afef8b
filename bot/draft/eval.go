package draft

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/replenish"
	"quartermaster/core/risk"
)

// Trial is one letter of an evaluation.
type Trial struct {
	Kind     plan.LetterKind `json:"kind"`
	Language string          `json:"language"`
	Tone     string          `json:"tone"`
	Outcome  string          `json:"outcome"` // passed, repaired or fallback
	Why      string          `json:"why,omitempty"`
	Faults   []string        `json:"faults,omitempty"` // of the drafts that were refused
	Reworded int             `json:"reworded"`         // sentences put in known words
	Tokens   int             `json:"tokens"`
	Latency  time.Duration   `json:"latency_ns"`
}

// Outcomes of a trial.
const (
	Passed   = "passed"   // the first draft held
	Repaired = "repaired" // the second one did
	Fallback = "fallback" // a template would be used
)

// Evaluate has a model write every kind of letter, in both languages and tones, and
// the prose of a weekly report and of a digest, so many times over, and reports how its drafts fared before the verifier. The facts
// are a made-up order. told is called after each letter. It fails without a model,
// when ctx ends, and when the first three letters get no draft that can be read.
func Evaluate(ctx context.Context, c Config, rounds int, told func(done, all int)) ([]Trial, error) {
	d, err := New(c)
	if err != nil {
		return nil, err
	}
	if d.model == nil {
		return nil, errors.New("no model: set OPENAI_API_KEY, or name an endpoint and a model")
	}
	cases, err := sampleFacts()
	if err != nil {
		return nil, err
	}
	var out []Trial
	answers := 0
	for range rounds {
		for _, f := range cases {
			begun := time.Now()
			_, spent, err := d.model.attempt(ctx, f)
			if ctx.Err() != nil {
				return out, ctx.Err()
			}
			if answers += spent.tries; answers == 0 && len(out)+1 == maxFailures {
				return nil, fmt.Errorf("no draft of the first %d letters could be read: %w", maxFailures, err)
			}
			t := Trial{Kind: f.kind, Language: f.language, Tone: f.tone(), Outcome: Passed, Faults: spent.faults, Reworded: spent.reworded, Tokens: spent.tokens, Latency: time.Since(begun)}
			switch {
			case err != nil:
				t.Outcome, t.Why = Fallback, err.Error()
			case spent.tries > 1:
				t.Outcome = Repaired
			}
			out = append(out, t)
			told(len(out), rounds*len(cases))
		}
	}
	return out, nil
}

// WriteTrials prints rates, sentences put in known words, tokens and latency by kind and language, the reasons for
// templates, and what drafts were refused for most.
func WriteTrials(w io.Writer, trials []Trial) error {
	type row struct {
		name                  string
		all, passed, repaired int
		reworded, tok         int
		took                  []time.Duration
	}
	rows := []*row{{name: "all"}}
	at := map[string]*row{"": rows[0]}
	reasons, faults := map[string]int{}, map[string]int{}
	for _, t := range trials {
		name := string(t.Kind) + " " + t.Language
		if at[name] == nil {
			at[name] = &row{name: name}
			rows = append(rows, at[name])
		}
		for _, r := range []*row{at[""], at[name]} {
			r.all++
			r.tok += t.Tokens
			r.reworded += t.Reworded
			r.took = append(r.took, t.Latency)
			switch t.Outcome {
			case Passed:
				r.passed++
			case Repaired:
				r.repaired++
			}
		}
		if t.Outcome == Fallback {
			reasons[t.Why]++
		}
		for _, why := range t.Faults {
			faults[why]++
		}
	}
	tw := tabwriter.NewWriter(w, 2, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "letter\tdrafts\tpassed\trepaired\tfallback\treworded each\ttokens each\tlatency p50\tp95")
	for _, r := range append(rows[1:], rows[0]) {
		if r.all == 0 {
			continue
		}
		slices.Sort(r.took)
		rate := func(n int) string { return fmt.Sprintf("%.0f %%", 100*float64(n)/float64(r.all)) }
		fmt.Fprintf(tw, "%s\t%d\t%s\t%s\t%s\t%.1f\t%d\t%s\t%s\n", r.name, r.all, rate(r.passed), rate(r.repaired), rate(r.all-r.passed-r.repaired), float64(r.reworded)/float64(r.all),
			r.tok/r.all, r.took[len(r.took)/2].Round(time.Millisecond), r.took[min(len(r.took)-1, len(r.took)*95/100)].Round(time.Millisecond))
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	text := commonest("Templates would be used because:", reasons, len(reasons)) + commonest("Drafts were refused for:", faults, mostFaults)
	_, err := io.WriteString(w, text)
	return err
}

// mostFaults are the faults of drafts that are listed.
const mostFaults = 15

// commonest lists what happened most often, under a heading; nothing of nothing.
func commonest(heading string, times map[string]int, n int) string {
	if len(times) == 0 {
		return ""
	}
	lines := []string{"\n" + heading + "\n"}
	for _, what := range slices.SortedFunc(maps.Keys(times), func(a, b string) int {
		return cmp.Or(cmp.Compare(times[b], times[a]), cmp.Compare(a, b))
	})[:min(n, len(times))] {
		lines = append(lines, fmt.Sprintf("%4d x %s\n", times[what], what))
	}
	return strings.Join(lines, "")
}

// sampleFacts are those of every letter and report that a model may be asked for.
func sampleFacts() (out []facts, err error) {
	for _, l := range sampleLetters() {
		f, err := newFacts(l)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	for _, language := range []string{"en", "zh"} {
		out = append(out, weekFacts(sampleWeek(language)), briefFacts(sampleDigest(language)))
	}
	return out, nil
}

// sampleDigest is the digest of the day after sampleWeek.
func sampleDigest(language string) plan.Briefing {
	day := core.DateDay(2026, time.November, 24)
	gbp := func(minor int64) core.Money { return core.Money{Minor: minor, Currency: "GBP"} }
	return plan.Briefing{Shop: core.Shop{Name: "Harbour & Pine", Language: language, Currency: "GBP"},
		Digest: &plan.DigestView{Day: day, Red: 9, Yellow: 11, MoneyAtRisk: gbp(1234550), New: 2, Over: 1, MoreWaiting: 3, OrderBy: day + 1,
			Waiting: []plan.DigestOrder{{Name: "Acme", Amount: gbp(428400), OrderBy: day + 1}},
			Worst:   []plan.DigestItem{{SKU: "SOLAR-01", Name: "Solar lamp", Tier: replenish.Red, HasStockOut: true, StockOut: day + 5, MoneyAtRisk: gbp(84050)}}}}
}

// sampleWeek is the report of a week in which everything happened.
func sampleWeek(language string) plan.Week {
	day := core.DateDay(2026, time.November, 23)
	gbp := func(minor int64) core.Money { return core.Money{Minor: minor, Currency: "GBP"} }
	return plan.Week{Shop: core.Shop{Name: "Harbour & Pine", Language: language, Currency: "GBP"},
		Facts:   plan.WeekFacts{Day: day, Red: 9, MoneyAtRisk: gbp(1234550), Items: []plan.WeekItem{{Tier: replenish.Red}}},
		Before:  &plan.WeekFacts{Day: day - 7, Red: 7, MoneyAtRisk: gbp(1000000)},
		Waiting: 4, WaitingSum: gbp(500000), Sold: plan.WeekSales{Units: 412, UnitsBefore: 380, Expected: 431.4, Known: 7},
		Missed: []plan.WeekMiss{{SKU: "MUG-2", Sold: 80, Expected: 120.4}},
		Risks:  []risk.Finding{{SKU: "SOLAR-01", HasStockOut: true, StockOut: day + 6, MoneyAtRisk: gbp(84050)}}}
}

// sampleLetters are letters of every kind, language and tone with all they may say.
func sampleLetters() (out []plan.Letter) {
	today := core.DateDay(2026, time.November, 21)
	amount := func(minor int64) core.Money { return core.Money{Minor: minor, Currency: "CNY"} }
	for _, language := range []string{"en", "zh"} {
		for kind := range kinds {
			for _, plainTone := range []bool{false, true} {
				o := plan.Order{Number: "PO-2026-0107", Shop: "Harbour & Pine Gifts", OrderedOn: today - 40, State: plan.OrderConfirmed,
					Supplier: core.Supplier{ID: "SAMPLE", Name: "Sample Works", Email: "orders@sample.example", Contact: "Export desk", Language: language},
					Lines: []plan.Line{
						{SKU: "LAMP-01", Name: "Garden lamp", Location: "MAIN", Mode: core.Sea, Qty: 500, MOQ: 250, UnitPrice: amount(6410), Cost: amount(500 * 6410), Arrival: today - 6},
						{SKU: "BIRD-02", Name: "Paper bird", Location: "MAIN", Mode: core.Air, Qty: 1200, MOQ: 600, UnitPrice: amount(690), Cost: amount(1200 * 690), Arrival: today - 6}},
					Progress: []plan.Progress{{Received: 100, Due: today - 6}, {Cancelled: 200, Due: today - 6}}, Total: amount(500*6410 + 1200*690)}
				l := plan.Letter{LetterAsk: plan.LetterAsk{Kind: kind, Number: o.Number, Wish: 20}, Order: o, Today: today, Plain: plainTone,
					History: plan.LetterHistory{Orders: 7, Units: 9400, Stated: 30, Real: 41, Measured: 9}}
				switch kind {
				case plan.LetterRFQ:
					l.RFQ = &plan.RFQFacts{Shop: o.Shop, Supplier: o.Supplier, Name: "Garden lamp", Place: core.Location{ID: "MAIN", Name: "Main warehouse"},
						Ask: plan.RFQAsk{SKU: "LAMP-01", Location: "MAIN", Qty: 500, NeedBy: today + 40, AnswerBy: today + 3}}
				case plan.LetterDelay, plan.LetterChange:
					l.Day = today + 21
				}
				out = append(out, l)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b plan.Letter) int { return strings.Compare(string(a.Kind), string(b.Kind)) })
	return out
}
