package plan

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// numbers are all numbers of a text, brackets around negative ones understood.
func numbers(t *testing.T, text string) []float64 {
	t.Helper()
	var out []float64
	for _, s := range regexp.MustCompile(`-?\d[\d,]*(\.\d+)?`).FindAllString(text, -1) {
		v, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", ""), 64)
		if err != nil {
			t.Fatalf("number %q: %v", s, err)
		}
		out = append(out, v)
	}
	return out
}

// redo does every sum of an explanation again from its own words and fails when
// one does not come out, or takes a number that no sentence before has given.
func redo(t *testing.T, sentences []string) (qty, cost float64) {
	t.Helper()
	var demand, safety, long, reorder, upTo, position, trigger, need, average, missing float64
	part := false
	equal := func(s, what string, a, b, within float64) {
		t.Helper()
		if !(math.Abs(a-b) <= within) {
			t.Fatalf("%s: %v and %v in %q of\n%s", what, a, b, s, strings.Join(sentences, "\n"))
		}
	}
	root := func(s string) float64 {
		if _, set, ok := strings.Cut(s, "set by hand to"); ok {
			return numbers(t, set)[0]
		}
		if _, body, ok := strings.Cut(s, "no more than "); ok { // a quantile less the expected demand
			n := numbers(t, body) // quantile, demand, days, product, safety stock
			equal(s, "demand", demand, n[1], 0)
			equal(s, "expected", n[1]*n[2], n[3], 0.0051)
			equal(s, "safety stock", n[0]-n[3], n[4], 0.0051)
			return n[4]
		}
		if _, body, ok := strings.Cut(s, "the floor of "); ok && strings.Contains(s, "courses of demand") {
			n := numbers(t, body)
			equal(s, "floor", n[1]*n[2], n[3], 0.0051)
			return n[3]
		}
		formula, floor, raised := strings.Cut(s, ", raised to")
		n := numbers(t, formula[strings.Index(formula, ": ")+2:])
		equal(s, "formula", n[0]*math.Sqrt(n[1]*n[2]*n[2]+n[3]*n[3]*n[4]*n[4]), n[5], 0.0051)
		equal(s, "demand", demand, n[3], 0)
		if !raised {
			return n[5]
		}
		f := numbers(t, floor)
		equal(s, "floor", f[1]*f[2], f[3], 0.0051)
		if f[3] < n[5] {
			t.Fatalf("lowered by the floor: %q", s)
		}
		return f[3]
	}
	for i, s := range sentences {
		head, body, ok := strings.Cut(s, ". ")
		if !ok || head != strconv.Itoa(i+1) || !strings.HasSuffix(s, ".") {
			t.Fatalf("sentence %d is %q", i+1, s)
		}
		name, rest, _ := strings.Cut(body, ": ")
		n := numbers(t, rest)
		switch {
		case name == "Expected demand":
			demand = n[0]
		case name == "Safety stock over the lead time":
			safety = root(body)
		case name == "Safety stock over the time to cover":
			long = root(body)
		case name == "Reorder point":
			equal(s, "safety stock", n[2], safety, 0)
			equal(s, "sum", n[0]*n[1]+n[2], n[3], 0.0051)
			reorder, trigger = n[3], n[3]
		case name == "Chance aimed at" && strings.Contains(rest, " ÷ ("):
			_, sum, _ := strings.Cut(rest, "; ")
			n := numbers(t, sum)
			equal(s, "fractile", 100*n[0]/(n[1]+n[2]), n[3], 0.0001)
		case name == "Gap need":
			missing = n[len(n)-1]
		case name == "Average need":
			_, sum, _ := strings.Cut(rest, "on these days ")
			n := numbers(t, sum)
			equal(s, "difference", n[0]-n[1]-n[2], n[3], 0.0051)
			average = n[3]
		case name == "Need on arrival":
			n := numbers(t, rest)
			switch {
			case strings.Contains(rest, "set by hand"):
				equal(s, "sum", n[0]+n[1], n[2], 0.0051)
				n = n[2:]
			case strings.Contains(rest, "the floor"):
				equal(s, "sum", n[0]+n[2], n[3], 0.0051)
				n = n[3:]
			default:
				n = n[len(n)-1:]
				if n[0] < average {
					t.Fatalf("less than the average of %v: %q", average, s)
				}
			}
			missing = n[0]
		case name == "Order-up-to level" && strings.HasPrefix(rest, "position"):
			equal(s, "position", n[0], position, 0)
			if !strings.Contains(rest, "all parts") {
				equal(s, "need on arrival", n[1], missing, 0)
			}
			equal(s, "sum", n[0]+n[1], n[2], 0.0051)
			upTo = n[2]
		case name == "Order-up-to level":
			equal(s, "safety stock", n[2], long, 0)
			equal(s, "sum", n[0]*n[1]+n[2], n[3], 0.0051)
			upTo = n[3]
			if strings.Contains(rest, "raised") {
				// Of rush orders beside other ways the reorder point triggers none.
				if upTo = n[4]; upTo <= n[3] || upTo < reorder && !strings.Contains(sentences[1], "Way: rush") {
					t.Fatalf("raised to %v from %v, with a reorder point of %v: %q", upTo, n[3], reorder, s)
				}
			}
		case name == "Inventory position":
			equal(s, "sum", n[0]-n[1]-n[2]+n[3], n[4], 0)
			position = n[4]
		case strings.HasPrefix(name, "Safety stock for"):
			safety = root(body)
		case strings.HasPrefix(name, "An order is due at or below"):
			trigger = numbers(t, name)[0]
			if rest == "" { // set by hand, as the reorder point says
				break
			}
			if strings.Contains(rest, "days of sales") {
				equal(s, "days of sales", n[0]*demand, trigger, 0.0051)
			} else {
				equal(s, "safety stock", n[2], safety, 0)
				equal(s, "sum", n[0]*n[1]+n[2], trigger, 0.0051)
			}
		case strings.HasPrefix(body, "The position is"):
			equal(s, "trigger", numbers(t, body)[0], trigger, 0)
			if above := strings.Contains(body, "above"); above != (position > trigger) || trigger < reorder {
				t.Fatalf("position %v, trigger %v, reorder point %v: %q", position, trigger, reorder, s)
			}
			if enough := strings.Contains(body, "but not below"); enough && position < upTo {
				t.Fatalf("position %v, order-up-to level %v: %q", position, upTo, s)
			}
		case name == "Need of this part":
			if len(n) != 1 || n[0] != max(0, missing) {
				t.Fatalf("%v instead of %v: %q", n, missing, s)
			}
			need, qty, part = n[0], n[0], true // 0 where only the average gap is weighed
		case name == "Need":
			equal(s, "order-up-to level", n[0], upTo, 0)
			minus := n[1]
			if !strings.Contains(rest, "(") && minus < 0 {
				t.Fatalf("a negative number without brackets: %q", s)
			}
			equal(s, "position", minus, position, 0)
			equal(s, "difference", n[0]-minus, n[2], 1e-6)
			need, qty = n[2], n[2]
		case strings.Contains(body, " → ") && (need > 0 || part):
			equal(s, "step", n[0], qty, 0)
			qty = n[1]
			if name == "Order cap" {
				formula, packs, _ := strings.Cut(rest[strings.Index(rest, "usual: "):], " = ")
				f, p := numbers(t, strings.ReplaceAll(formula, "−", " ")), numbers(t, packs)
				limit, terms := f[0]*f[1], f[2:]
				if strings.Contains(formula, " a week ÷ 7 × ") {
					limit, terms = f[0]*f[1]/f[2]*f[3], f[4:]
				}
				for _, term := range terms { // what customers are owed comes on top, what is on order goes off
					if strings.Contains(formula, "− "+replenish.Num(term)+" on order") {
						term = -term
					}
					limit += term
				}
				equal(s, "limit", limit, p[0], 0.0051)
				if qty > p[0] && !strings.Contains(packs, "the minimum order") {
					t.Fatalf("more than the limit: %q", s)
				}
			}
		case name == "Cost":
			equal(s, "quantity", n[0], qty, 0)
			equal(s, "product", n[0]*(n[1]+n[2]), n[3], 1e-6*n[3])
			cost = n[3]
		case name == "Joint order":
			_, sum, _ := strings.Cut(rest, "too: ")
			n := numbers(t, sum)
			equal(s, "product", n[0]*n[1]*n[2], n[3], 0.0051)
			equal(s, "difference", max(0, n[3]-n[4]), n[5], 0.0051)
		case name == "Joint need":
			equal(s, "order-up-to level", n[0], upTo, 0)
			equal(s, "difference", n[0]+n[1]-position, n[3], 0.0051)
			if need == 0 {
				need, qty = n[3], n[3]
			}
		case name == "Waiting":
			short, sum, _ := strings.Cut(rest, " units are expected short")
			_, sum, _ = strings.Cut(sum, " × ")
			gap, n := numbers(t, short[strings.LastIndex(short, " ")+1:])[0], numbers(t, sum)
			switch len(n) {
			case 2:
				equal(s, "product", gap*n[0], n[1], 0.0051)
			case 4:
				equal(s, "product", gap*n[0]*(n[1]-n[2]), n[3], 0.0051)
			default:
				t.Fatalf("numbers %v in %q", n, s)
			}
		case name == "Faster":
			_, sum, _ := strings.Cut(rest, "no more than may be ordered, × (")
			asked, n := numbers(t, rest)[0], numbers(t, strings.ReplaceAll(sum, " − ", " "))
			equal(s, "product", asked*(n[0]-n[1]), n[2], 0.0051)
			if len(n) == 5 {
				equal(s, "converted", n[2]*n[3], n[4], 0.0051)
			}
		case name == "Suppliers" && strings.Contains(rest, " landed + "):
			for _, sum := range regexp.MustCompile(`([\d,.]+) landed \+ \S+ ([\d,.]+) of margin lost until \S+ = \S+ ([\d,.]+[\d])`).FindAllStringSubmatch(rest, -1) {
				n := numbers(t, strings.Join(sum[1:], " "))
				equal(s, "sum", n[0]+n[1], n[2], 1e-6*n[2])
			}
		case name == "Margin of a unit":
			equal(s, "difference", max(0, n[0]-n[1]), n[2], 1e-9)
		case name == "Money at risk":
			equal(s, "product", n[0]*n[1], n[2], 0.0051)
		}
	}
	return qty, cost
}

// A person can do every sum again from the words alone.
func TestExplainCanBeRedone(t *testing.T) {
	lines, fast, red, edited := 0, 0, 0, 0
	for seed := range uint64(60) {
		r := evaluate(t, made(seed, 50, 250))
		for _, p := range r.Proposals {
			for _, l := range p.Lines {
				lines++
				if l.Mode != l.Calc.NormalMode {
					fast++
				}
				if strings.Contains(l.Calc.TriggerWhy, "end of RED") {
					red++
				}
				qty, cost := redo(t, Explain(l))
				if int64(qty) != l.Qty || math.Abs(cost*100-float64(l.Cost.Minor)) > 0.5 {
					t.Fatalf("%v units for %v, the line says %d for %s", qty, cost, l.Qty, l.Cost)
				}
				more, err := Requantify(l, l.Qty+l.Pack)
				if err != nil {
					continue
				}
				edited++
				if qty, _ := redo(t, Explain(more)); int64(qty) != more.Qty {
					t.Fatalf("edited to %d, explained as %v", more.Qty, qty)
				}
			}
		}
		for _, it := range r.Items {
			redo(t, ExplainItem(it))
		}
	}
	t.Logf("%d lines, %d by the fast mode, %d by the end of RED, %d edited", lines, fast, red, edited)
	if lines < 1000 || fast < 50 || red < 10 || edited < 500 {
		t.Error("the shops are too tame to test every sentence")
	}
}

// The same with safety stock from quantiles of past windows.
func TestExplainQuantilesCanBeRedone(t *testing.T) {
	for _, target := range []core.TargetRule{core.TargetQuantile, core.TargetFill, core.TargetCost} {
		redoQuantiles(t, target)
	}
}

func redoQuantiles(t *testing.T, target core.TargetRule) {
	t.Helper()
	p := byFormula()
	p.Target = target
	lines, quantiles, arriving := 0, 0, 0
	for seed := range uint64(8) {
		r, err := Evaluate(made(seed, 50, 250), p, noon)
		if err != nil {
			t.Fatal(err)
		}
		for _, pr := range r.Proposals {
			for _, l := range pr.Lines {
				lines++
				text := Explain(l)
				if l.Calc.AtArrival != nil {
					arriving++
				}
				if strings.Contains(strings.Join(text, " "), "no more than") {
					quantiles++
				}
				if l.Calc.Whole > 0 { // each part of a split order says what it saves
					saved := "Expected cost until the next order comes"
					if l.Calc.Gap {
						saved = "Saved: "
					}
					if c := strings.Count(strings.Join(text, " "), saved); c != 1 {
						t.Fatalf("%q is said %d times: %v", saved, c, text)
					}
				}
				if qty, _ := redo(t, text); int64(qty) != l.Qty {
					t.Fatalf("%v units, the line says %d", qty, l.Qty)
				}
			}
		}
	}
	if lines < 100 || quantiles < 50 {
		t.Errorf("only %d lines, %d with a quantile", lines, quantiles)
	}
	if least := lines * 9 / 10; target == core.TargetCost && arriving < least || target != core.TargetCost && arriving > 0 {
		t.Errorf("target %s: %d of %d lines weigh margin against holding", target, arriving, lines)
	}
}

func TestExplainWords(t *testing.T) {
	r := evaluate(t, oneSKU(100))
	l := r.Proposals[0].Lines[0]
	l.Calc.DemandSD = 8 // the rest stays as computed: only the words are compared here
	got := Explain(l)
	want := []string{
		"2. Way: air, because waiting for sea loses EUR 7,125.50, air for 552 units costs EUR 1,242.00 more. It takes 8 days (standard deviation 2) from today, closed days of the supplier included.",
		"3. Time to cover: 42 days (standard deviation 6). Stock is reviewed every 7 days; goods ordered at the next review by sea would arrive then.",
		"4. A service level of 95 % gives z = 1.6449.",
	}
	if diff := cmp.Diff(want, got[1:4]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	tail := []string{
		fmt.Sprintf("%d. Ordered today by air, the goods arrive on 2026-11-29; stock, with what is on its way, lasts until 2026-11-26, so the order-by date is 2026-11-18.", len(got)-2),
		fmt.Sprintf("%d. Margin of a unit: price EUR 19.99 − landed cost EUR 9.00 = EUR 10.99.", len(got)-1),
		fmt.Sprintf("%d. Money at risk: 60 units short until then × EUR 10.99 = EUR 659.40.", len(got)),
	}
	if diff := cmp.Diff(tail, got[len(got)-3:]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestExplainItemWithoutOrder(t *testing.T) {
	s := oneSKU(5000)
	got := strings.Join(ExplainItem(evaluate(t, s).Items[0]), "\n")
	if !strings.Contains(got, "1. GREEN: 250 days of cover, over 30.") || !strings.Contains(got, "no order is due.") || strings.Contains(got, "Need") {
		t.Errorf("enough stock:\n%s", got)
	}
	s.Items, s.Stock[0].OnHand, s.Stock[0].Committed = nil, 100, 30
	got = strings.Join(ExplainItem(evaluate(t, s).Items[0]), "\n")
	if !strings.Contains(got, "on hand 100 − committed 30 − backorders 0 = 70. No supplier offers it") {
		t.Errorf("no supplier:\n%s", got)
	}
	s.Demand = nil
	got = strings.Join(ExplainItem(evaluate(t, s).Items[0]), "\n")
	if got != "1. IDLE: no sales are expected.\n2. There is no known day of sales." {
		t.Errorf("idle:\n%s", got)
	}
}

func TestExplainWithoutMoney(t *testing.T) {
	l := line("A", 504)
	l.Price, l.UnitPrice, l.Freight, l.Cost = core.Money{}, core.Money{}, core.Money{}, eur(0)
	if got := strings.Join(Explain(l), "\n"); !strings.Contains(got, "Cost: 504 × (EUR 0.00 + EUR 0.00 freight by sea) = EUR 0.00.") {
		t.Errorf("free goods:\n%s", got)
	}
}
