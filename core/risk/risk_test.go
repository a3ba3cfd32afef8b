package risk

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

const today core.Day = 20778 // 2026-11-21

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestConservative(t *testing.T) {
	p := core.DefaultPolicy()
	p.StaleAfter = map[string]time.Duration{"ads": 26 * time.Hour}
	feed := func(name string, age time.Duration) core.Feed {
		return core.Feed{Name: name, AsOf: noon.Add(-age)}
	}
	tests := []struct {
		name  string
		feeds []core.Feed
		want  []string
	}{
		{"no feeds", nil, nil},
		{"fresh", []core.Feed{feed("stock", 5*time.Minute)}, nil},
		{"at the limit", []core.Feed{feed("stock", time.Hour)}, nil},
		{"a second over", []core.Feed{feed("stock", time.Hour+time.Second)}, []string{"stock data is 61 min old, limit 60 min"}},
		{"a minute over", []core.Feed{feed("stock", 61*time.Minute)}, []string{"stock data is 61 min old, limit 60 min"}},
		{"dated ahead", []core.Feed{feed("stock", -time.Hour)}, nil},
		{"own limit", []core.Feed{feed("ads", 27*time.Hour+5*time.Minute)}, []string{"ads data is 27 h 5 min old, limit 26 h"}},
		{"days", []core.Feed{feed("orders", 100*time.Hour)}, []string{"orders data is 4 d 4 h old, limit 60 min"}},
		{"never", []core.Feed{{Name: "stock"}}, []string{"stock data has never arrived"}},
		{"by name", []core.Feed{feed("stock", 2*time.Hour), feed("orders", 96*time.Hour)}, []string{"orders data is 4 days old, limit 60 min", "stock data is 120 min old, limit 60 min"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, c := range Conservative(tt.feeds, p, noon) {
				got = append(got, c.Reason)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFeedFindings(t *testing.T) {
	got := FeedFindings([]Cause{{Feed: "stock", Reason: "stock data is 61 min old, limit 60 min"}})
	want := []Finding{{Key: "stale-feed/stock", Kind: StaleFeed, Severity: High,
		Reason: "Stock data is 61 min old, limit 60 min: nothing is raised and no order can be approved until fresh data arrives."}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFindings(t *testing.T) {
	calc := &replenish.Calculation{}
	at := core.Money{Minor: 60540, Currency: "EUR"}
	state := func(tier replenish.Tier, out, by core.Day, short float64) replenish.Result {
		return replenish.Result{Tier: tier, TierWhy: "5 days of cover, under 15", StockOut: today + out, HasStockOut: true,
			OrderBy: today + by, Arrival: today + 8, Short: short, Lead: core.Lead{Mode: core.Air}, Calc: calc}
	}
	noSight := state(replenish.Red, 0, 0, 0)
	noSight.HasStockOut = false
	over := replenish.Result{Tier: replenish.Green, Cover: 180.5, Calc: calc}
	hardly := replenish.Result{Tier: replenish.Green, Cover: 400_000, Calc: calc}
	edge := replenish.Result{Tier: replenish.Green, Cover: 50, Calc: calc}
	idle := replenish.Result{Tier: replenish.Idle, Cover: 0}
	tests := []struct {
		name     string
		item     Item
		want     Severity // 0 means nothing
		key      string
		contains string
	}{
		{"RED and short", Item{Supplier: "S", State: state(replenish.Red, 5, -3, 60), MoneyAtRisk: at}, High, "stock-out/A/L",
			"RED A: 5 days of cover, under 15; stock lasts until 2026-11-26 (in 5 days), goods ordered today arrive by air on 2026-11-29, 60 units short (EUR 605.40 at risk)."},
		{"RED, due in three days", Item{Supplier: "S", State: state(replenish.Red, 11, 3, 0)}, High, "stock-out/A/L",
			"RED A: 5 days of cover, under 15; stock lasts until 2026-12-02 (in 11 days), order by 2026-11-24 (in 3 days)."},
		{"RED, due in four days", Item{Supplier: "S", State: state(replenish.Red, 12, 4, 0)}, Medium, "stock-out/A/L", "order by 2026-11-25 (in 4 days)."},
		{"RED, due after the review", Item{Supplier: "S", State: state(replenish.Red, 16, 8, 0)}, 0, "", ""},
		{"RED, due, but goods come before", Item{Supplier: "S", State: state(replenish.Red, 11, 0, 0), Relieved: true}, Medium, "stock-out/A/L", "order by 2026-11-21 (today)."},
		{"RED and short in spite of goods", Item{Supplier: "S", State: state(replenish.Red, 5, -3, 9), Relieved: true}, High, "stock-out/A/L", "9 units short"},
		{"RED, no stock-out in sight", Item{Supplier: "S", State: noSight}, 0, "", ""},
		{"YELLOW, due at the review", Item{Supplier: "S", State: state(replenish.Yellow, 15, 7, 0)}, Medium, "stock-out/A/L", "order by 2026-11-28 (in 7 days)."},
		{"YELLOW, due later", Item{Supplier: "S", State: state(replenish.Yellow, 16, 8, 0)}, 0, "", ""},
		{"YELLOW, past", Item{Supplier: "S", State: state(replenish.Yellow, 7, -1, 0)}, Medium, "stock-out/A/L", "order by 2026-11-20 (yesterday)."},
		{"GREEN", Item{Supplier: "S", State: state(replenish.Green, 15, 7, 0)}, 0, "", ""},
		{"nobody sells it, RED", Item{State: state(replenish.Red, 5, 0, 60), MoneyAtRisk: at}, High, "no-source/A/L",
			"RED A: 5 days of cover, under 15, and no supplier offers it; 60 units short over the next 28 days (EUR 605.40 at risk)."},
		{"nobody sells it, YELLOW", Item{State: state(replenish.Yellow, 20, 0, 0)}, Medium, "no-source/A/L", "and no supplier offers it."},
		{"nobody sells it, GREEN", Item{State: state(replenish.Green, 50, 0, 0)}, 0, "", ""},
		{"too much", Item{Supplier: "S", State: over, Position: replenish.Position{OnHand: 1805}}, Low, "overstock/A/L", "A has 180.5 days of sales in stock, over 50 days: 1,305 of 1,805 units are more than needed. A clearance offer or a bundle would sell them; restock is paused."},
		{"hardly sold", Item{Supplier: "S", State: hardly, Position: replenish.Position{OnHand: 80}}, Low, "overstock/A/L", "A has more than 1,000 days of sales in stock, over 50 days: 79 of 80 units are more than needed. A clearance offer or a bundle would sell them; restock is paused."},
		{"just not too much", Item{Supplier: "S", State: edge, Position: replenish.Position{OnHand: 500}}, 0, "", ""},
		{"idle", Item{State: idle}, 0, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.item.SKU, tt.item.Location = "A", "L"
			got := Findings([]Item{tt.item}, core.DefaultPolicy(), today)
			if tt.want == 0 {
				if len(got) != 0 {
					t.Fatalf("found %+v, want nothing", got)
				}
				return
			}
			if len(got) != 1 || got[0].Severity != tt.want || got[0].Key != tt.key {
				t.Fatalf("found %+v, want one %s %s", got, tt.want, tt.key)
			}
			if !strings.Contains(got[0].Reason, tt.contains) {
				t.Errorf("reason %q, want it to contain %q", got[0].Reason, tt.contains)
			}
		})
	}
}

func TestFindingsAreOrdered(t *testing.T) {
	item := func(sku core.SKU, tier replenish.Tier, minor int64) Item {
		return Item{SKU: sku, Location: "L", MoneyAtRisk: core.Money{Minor: minor, Currency: "EUR"}, State: replenish.Result{Tier: tier, TierWhy: "x"}}
	}
	items := []Item{item("C", replenish.Yellow, 900), item("B", replenish.Red, 5), item("A", replenish.Red, 5), item("D", replenish.Red, 70)}
	var got []string
	for _, f := range Findings(items, core.DefaultPolicy(), today) {
		got = append(got, f.Key)
	}
	if diff := cmp.Diff([]string{"no-source/D/L", "no-source/A/L", "no-source/B/L", "no-source/C/L"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestKeysDoNotCollide(t *testing.T) {
	if a, b := key(StockOut, "A/B", "C"), key(StockOut, "A", "B/C"); a == b {
		t.Errorf("both are %s", a)
	}
	if got := key(StockOut, "50%", "L"); got != "stock-out/50%25/L" {
		t.Errorf("got %s", got)
	}
}

func TestSeverityText(t *testing.T) {
	for _, s := range []Severity{Low, Medium, High} {
		text, err := s.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back Severity
		if err := back.UnmarshalText(text); err != nil || back != s {
			t.Errorf("%s came back as %s, %v", s, back, err)
		}
	}
}

func TestInUnits(t *testing.T) {
	for x, want := range map[float64]string{105.81: "106", 5.5588: "6", 1.4: "1", 0.4: "0.4", 2074.6: "2,075"} {
		if got := inUnits(x); got != want {
			t.Errorf("%v: got %q, want %q", x, got, want)
		}
	}
}
