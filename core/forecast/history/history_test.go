package history

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"quartermaster/core"
)

// today is 2026-11-21, a Saturday.
const today core.Day = 20778

// steady sells 20 a day, 26 on Saturdays and Sundays, give or take two.
func steady(sku core.SKU, days int, seed uint64) Node {
	rnd := rand.New(rand.NewPCG(seed, 3))
	s := core.Series{SKU: sku, Channel: "web", Start: today - core.Day(days), Qty: core.Zeros(days)}
	for i := range s.Qty.Len() {
		s.Qty.Set(i, float32(18+rnd.IntN(5)))
		if w := (s.Start + core.Day(i)).Weekday(); w == 0 || w == 6 {
			s.Qty.Set(i, s.Qty.At(i)+6)
		}
	}
	return Node{SKU: sku, Location: "L", Category: "lamps", Series: []core.Series{s}}
}

func clean(n Node, shop Shop) History { return Survey([]Node{n}, shop).Clean(n) }

// One fault in a steady series: what it is called, and what the forecast uses.
func TestFaults(t *testing.T) {
	const at = 100 // the day 2026-08-13, a Thursday
	tests := []struct {
		name     string
		change   func(n *Node)
		want     Kind
		days     int
		low, hi  float64 // of the replacement; 0, 0: unknown or kept
		contains string
	}{
		{"x1000", func(n *Node) { n.Series[0].Qty.Set(at, n.Series[0].Qty.At(at)*1000) }, Scale, 1, 18, 22, "as when a unit is wrong by 1000; the forecast uses "},
		{"x100", func(n *Node) { n.Series[0].Qty.Set(at, n.Series[0].Qty.At(at)*100) }, Scale, 1, 18, 22, "wrong by 100"},
		{"spike", func(n *Node) { n.Series[0].Qty.Set(at, 200) }, Spike, 1, 18, 22, "200 units is 9.5 times the usual sale of 21, and no promotion"},
		{"negative", func(n *Node) { n.Series[0].Qty.Set(at, -7) }, Negative, 1, 18, 22, "-7 units is no possible demand"},
		{"not a number", func(n *Node) { n.Series[0].Qty.Set(at, float32(math.NaN())) }, Negative, 1, 18, 22, "no possible demand"},
		{"infinite", func(n *Node) { n.Series[0].Qty.Set(at, float32(math.Inf(1))) }, Negative, 1, 18, 22, "no possible demand"},
		{"sudden zero", func(n *Node) { n.Series[0].Qty.Set(at, 0) }, Zeros, 1, 18, 22, "No sale for 1 day, where 21"},
		{"missing", func(n *Node) { fill(n, at, at+3, core.Missing) }, Missing, 3, 18, 28, "No data for 3 days"},
		{"long missing", func(n *Node) { fill(n, at, at+10, core.Missing) }, Missing, 10, 0, 0, "unknown to the forecast"},
		{"out of stock", func(n *Node) { fill(n, at, at+9, 0) }, StockOut, 9, 0, 0, "taken as out of stock, demand is unknown."},
		{"stopped", func(n *Node) { fill(n, 195, 200, 0) }, Zeros, 5, 18, 28, "although there is stock"},
		{"empty now", func(n *Node) { fill(n, 190, 200, 0); n.Empty = true }, StockOut, 10, 0, 0, "nothing is available to sell"},
		{"flagged", func(n *Node) { flag(n, at, core.Anomaly) }, Given, 1, 18, 22, "the source flagged"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := steady("A", 200, 1)
			tt.change(&n)
			h := Survey([]Node{n, steady("B", 200, 5), steady("C", 200, 6)}, Shop{Until: today}).Clean(n)
			if len(h.Anomalies) != 1 {
				t.Fatalf("anomalies %+v, want one", h.Anomalies)
			}
			a := h.Anomalies[0]
			if a.Kind != tt.want || a.Days() != tt.days || !strings.Contains(strings.ToLower(a.Reason), strings.ToLower(tt.contains)) {
				t.Errorf("got %s of %d days: %s", a.Kind, a.Days(), a.Reason)
			}
			if a.Replaced != (tt.hi > 0) || a.Replaced && (a.Replacement < tt.low || a.Replacement > tt.hi) {
				t.Errorf("replacement %v (%v), want %v to %v", a.Replacement, a.Replaced, tt.low, tt.hi)
			}
			for d := a.From; d <= a.To; d++ {
				y := h.Y[d-h.Start]
				if (tt.hi == 0) != math.IsNaN(y) {
					t.Errorf("%s has value %v", d, y)
				}
			}
		})
	}
}

func fill(n *Node, from, to int, q float32) {
	for i := from; i < to; i++ {
		n.Series[0].Qty.Set(i, q)
	}
}

func flag(n *Node, i int, f core.DayFlag) {
	s := &n.Series[0]
	if s.Flags == nil {
		s.Flags = make([]core.DayFlag, s.Qty.Len())
	}
	s.Flags[i] |= f
}

// The average of like days is that of the same weekday, four weeks either side.
func TestLikeDays(t *testing.T) {
	n := steady("A", 200, 1)
	n.Series[0].Qty.Set(100, 9000)
	h := clean(n, Shop{Until: today})
	want := 0.0
	for w := 1; w <= 4; w++ {
		want += float64(n.Series[0].Qty.At(100-7*w)+n.Series[0].Qty.At(100+7*w)) / 8
	}
	if math.Abs(h.Y[100]-want) > 1e-9 {
		t.Errorf("replaced by %v, want %v", h.Y[100], want)
	}
}

// A campaign that somebody named is demand, not an error.
func TestLabelledSpikeIsKept(t *testing.T) {
	const at = 100
	day := today - 200 + at
	for name, label := range map[string]func(n *Node, s *Shop){
		"flag": func(n *Node, _ *Shop) { flag(n, at, core.Promo) },
		"event": func(_ *Node, s *Shop) {
			s.Events = []core.Event{{From: day - 1, To: day, Name: "Sale", Kind: "promotion", Category: "lamps"}}
		},
		"outside": func(_ *Node, s *Shop) {
			s.Events = []core.Event{{From: day, To: day, Name: "On TV", Kind: "outside", SKU: "A"}}
		},
		"ads": func(n *Node, _ *Shop) { n.Ads = []core.AdDay{{Day: day, SKU: "A", Platform: "tiktok", Clicks: 900}} },
	} {
		t.Run(name, func(t *testing.T) {
			n, shop := steady("A", 200, 1), Shop{Until: today}
			n.Series[0].Qty.Set(at, 400)
			if h := clean(n, shop); len(h.Anomalies) != 1 {
				t.Fatalf("without a label: %+v", h.Anomalies)
			}
			label(&n, &shop)
			h := clean(n, shop)
			if len(h.Anomalies) != 0 || h.Y[at] != 400 {
				t.Errorf("value %v, anomalies %+v", h.Y[at], h.Anomalies)
			}
			promo := name == "flag" || name == "event"
			if got := h.Flags[at]&core.Promo != 0; got != promo {
				t.Errorf("promotion label %v, want %v", got, promo)
			}
		})
	}
}

// A rise that goes on is told, and believed.
func TestOngoingSurgeIsBelieved(t *testing.T) {
	n := steady("A", 200, 1)
	for i := 196; i < 200; i++ {
		n.Series[0].Qty.Set(i, 260)
	}
	h := clean(n, Shop{Until: today})
	if len(h.Anomalies) != 4 || h.Anomalies[0].Replaced || h.Y[199] != 260 || !strings.Contains(h.Anomalies[0].Reason, "signals.csv") {
		t.Errorf("value %v, anomalies %+v", h.Y[199], h.Anomalies)
	}
}

// Heavy tails make large orders usual: fifty times the median is no error there.
func TestHeavyTailsAreNoSpikes(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 4))
	n := steady("A", 700, 1)
	for i := range n.Series[0].Qty.Len() {
		n.Series[0].Qty.Set(i, float32(math.Ceil(6*math.Exp(1.3*rnd.NormFloat64()))))
	}
	top := slices.Max(n.Series[0].Qty.Values())
	if h := clean(n, Shop{Until: today}); len(h.Anomalies) != 0 || top < 150 {
		t.Errorf("largest %v, anomalies %+v", top, h.Anomalies)
	}
}

// What happens to the whole shop is told once, and only zeros are doubted.
func TestShopDays(t *testing.T) {
	var nodes []Node
	for i := range 20 {
		n := steady(core.SKU(fmt.Sprintf("S%02d", i)), 200, uint64(i))
		n.Series[0].Qty.Set(80, 0)                                                      // nobody sold
		n.Series[0].Qty.Set(120, n.Series[0].Qty.At(120)*float32(min(i%3, 1)))          // a third did not
		n.Series[0].Qty.Set(150, n.Series[0].Qty.At(150)*float32(max(0, min(i-14, 1)))) // three of four did not
		n.Series[0].Qty.Set(170, core.Missing)
		n.Series[0].Qty.Set(171, core.Missing)
		for w := range 200 { // never on Sundays
			if (n.Series[0].Start + core.Day(w)).Weekday() == 0 {
				n.Series[0].Qty.Set(w, 0)
			}
		}
		nodes = append(nodes, n)
	}
	holiday := core.Event{From: today - 120, To: today - 120, Name: "Founders' Day", Kind: "holiday"}
	cal := Survey(nodes, Shop{Until: today, Events: []core.Event{holiday}})
	var got []string
	for _, a := range cal.Anomalies {
		got = append(got, fmt.Sprintf("%s %d %d", a.Kind, a.From-(today-200), a.Days()))
	}
	if diff := cmp.Diff([]string{"closed 80 1", "gone 150 1", "missing 170 2"}, got); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	if r := cal.Anomalies[0].Reason; !strings.Contains(r, "closed for Founders' Day") {
		t.Error(r)
	}
	lost, kept := cal.Clean(nodes[3]), cal.Clean(nodes[19])
	if !math.IsNaN(lost.Y[80]) || lost.Flags[80]&core.Closed == 0 {
		t.Errorf("closed day has %v", lost.Y[80])
	}
	if !(lost.Y[150] > 15) || lost.Flags[150]&core.Anomaly == 0 {
		t.Errorf("lost day has %v", lost.Y[150])
	}
	if kept.Y[150] != float64(nodes[19].Series[0].Qty.At(150)) {
		t.Errorf("a SKU that sold was changed to %v", kept.Y[150])
	}
	if !(lost.Y[170] > 15) || len(lost.Anomalies) != 0 && slices.ContainsFunc(lost.Anomalies, func(a Anomaly) bool { return a.Kind == Missing }) {
		t.Errorf("missing day has %v, anomalies %+v", lost.Y[170], lost.Anomalies)
	}
	sunday := slices.IndexFunc(lost.Y, func(y float64) bool { return y == 0 })
	if sunday < 0 || (lost.Start+core.Day(sunday)).Weekday() != 0 {
		t.Errorf("Sundays are known to be quiet; first zero on day %d", sunday)
	}
}

// A run that was there a year ago is season, and slow sellers may pause.
func TestZerosThatAreTrue(t *testing.T) {
	season := steady("A", 800, 1)
	fill(&season, 300, 340, 0)
	fill(&season, 664, 704, 0)
	h := clean(season, Shop{Until: today})
	for _, a := range h.Anomalies {
		if a.From == season.Series[0].Start+664 {
			t.Errorf("season is taken for a stock-out: %s", a.Reason)
		}
	}
	slow := steady("B", 400, 1)
	for i := range slow.Series[0].Qty.Len() {
		slow.Series[0].Qty.Set(i, float32(max(0, i%9-7))) // one every nine days
	}
	fill(&slow, 200, 230, 0)
	if h := clean(slow, Shop{Until: today}); len(h.Anomalies) != 0 {
		t.Errorf("a pause of a slow seller: %+v", h.Anomalies)
	}
}

// On a day out of stock demand was at least what was sold: kept when that is more
// than usual, else unknown.
func TestStockOutIsALowerBound(t *testing.T) {
	n := steady("A", 200, 1)
	flag(&n, 100, core.StockOut)
	flag(&n, 110, core.StockOut)
	n.Series[0].Qty.Set(100, 9)
	n.Series[0].Qty.Set(110, 31)
	h := clean(n, Shop{Until: today})
	if !math.IsNaN(h.Y[100]) || h.Y[110] != 31 || len(h.Anomalies) != 0 {
		t.Errorf("values %v and %v, anomalies %+v", h.Y[100], h.Y[110], h.Anomalies)
	}
}

// What a day without stock cost is what like days within four weeks sold more; of an
// empty shelf only the first weeks count, for later nobody can tell.
func TestLost(t *testing.T) {
	n := steady("A", 200, 1)
	usual := clean(n, Shop{Until: today})
	flag(&n, 100, core.StockOut)
	flag(&n, 110, core.StockOut)
	n.Series[0].Qty.Set(100, 9)
	n.Series[0].Qty.Set(110, 500)
	mean := 0.0
	for _, i := range []int{72, 79, 86, 93, 107, 114, 121, 128} {
		mean += usual.Y[i] / 8
	}
	h := clean(n, Shop{Until: today})
	if len(h.Lost) != 1 || h.Lost[0].Day != h.Start+100 || math.Abs(h.Lost[0].Units-(mean-9)) > 1e-9 {
		t.Errorf("lost %+v, want %.3f on day 100", h.Lost, mean-9)
	}
	n = steady("A", 200, 1)
	fill(&n, 140, 200, 0)
	n.Empty = true
	h = clean(n, Shop{Until: today})
	for i, l := range h.Lost {
		if l.Day != h.Start+core.Day(140+i) || l.Units <= 0 || i > 25 {
			t.Errorf("lost %+v", l)
		}
	}
	if len(h.Lost) < 20 || len(usual.Lost) != 0 {
		t.Errorf("%d days of an empty shelf, %d of a full one", len(h.Lost), len(usual.Lost))
	}
}

// priced gives a node one price, and another on days [from, to).
func priced(n *Node, usual int64, from, to int, other int64) {
	s := &n.Series[0]
	s.Prices = []core.PricePoint{{Day: s.Start, Minor: usual}, {Day: s.Start + core.Day(from), Minor: other}, {Day: s.Start + core.Day(to), Minor: usual}}
}

func TestPromotionsFromPriceAndVolume(t *testing.T) {
	tests := []struct {
		name     string
		from, to int
		price    int64
		lift     float32
		want     int // labelled days
	}{
		{"ten days at -20 %, twice the demand", 100, 110, 1600, 2, 10},
		{"no lift", 100, 110, 1600, 1, 0},
		{"lift without a drop", 100, 110, 2000, 2, 0},
		{"dearer", 100, 110, 2400, 2, 0},
		{"one day", 100, 101, 1600, 2, 0},
		{"for ever: a new price", 100, 200, 1600, 1.4, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := steady("A", 200, 1)
			priced(&n, 2000, tt.from, tt.to, tt.price)
			for i := tt.from; i < tt.to; i++ {
				n.Series[0].Qty.Set(i, n.Series[0].Qty.At(i)*tt.lift)
			}
			h := clean(n, Shop{Until: today})
			got := 0
			for i, f := range h.Flags {
				if f&core.Promo != 0 {
					got++
					if i < tt.from || i >= tt.to {
						t.Errorf("day %d is labelled", i)
					}
				}
			}
			if got != tt.want {
				t.Errorf("%d days labelled, want %d", got, tt.want)
			}
			if h.Price[tt.from] != float64(tt.price) || h.Price[tt.from-1] != 2000 {
				t.Errorf("prices %v, %v", h.Price[tt.from-1], h.Price[tt.from])
			}
		})
	}
}

func TestCurrencySwitched(t *testing.T) {
	cny := core.FXRate{Currency: "CNY", Day: today - 500, Rate: 12_800_000}
	n := steady("A", 200, 1)
	priced(&n, 2000, 100, 102, 15625)
	h := clean(n, Shop{Until: today, Rates: []core.FXRate{cny}})
	if len(h.Anomalies) != 2 || h.Anomalies[0].Kind != Currency || h.Price[100] != 2000 || h.Y[100] != float64(n.Series[0].Qty.At(100)) ||
		!strings.Contains(h.Anomalies[0].Reason, "the exchange rate of CNY") {
		t.Errorf("price %v, anomalies %+v", h.Price[100], h.Anomalies)
	}
	priced(&n, 2000, 100, 102, 1000) // half price is a sale
	if h := clean(n, Shop{Until: today, Rates: []core.FXRate{cny}}); len(h.Anomalies) != 0 {
		t.Errorf("half price: %+v", h.Anomalies)
	}
}

// Two channels with different prices have one price level.
func TestPricesOfTwoChannels(t *testing.T) {
	n := steady("A", 200, 1)
	n.Series = append(n.Series, steady("A", 200, 2).Series...)
	n.Series[1].Channel = "zz"
	n.Series[0].Prices = []core.PricePoint{{Day: today - 200, Minor: 2000}}
	n.Series[1].Prices = []core.PricePoint{{Day: today - 200, Minor: 3000}}
	n.Series[0].Qty.Set(50, 0) // only the dearer one sells
	h := clean(n, Shop{Until: today})
	if h.Price[50] != 2000 || h.Price[51] != 2000 {
		t.Errorf("prices %v, %v", h.Price[50], h.Price[51])
	}
}

// drawNode is any node at all.
func drawNode(t *rapid.T, sku core.SKU) Node {
	n := Node{SKU: sku, Location: "L", Empty: rapid.Bool().Draw(t, "empty")}
	qty := rapid.OneOf(rapid.Float32Range(0, 9), rapid.SampledFrom([]float32{0, 0, 0, 1, 2, core.Missing, -3, 1000, 1e9, float32(math.NaN()), float32(math.Inf(1))}))
	for c := range rapid.IntRange(1, 3).Draw(t, "channels") {
		s := core.Series{SKU: sku, Channel: core.ChannelID(strconv.Itoa(c)), Start: today - core.Day(rapid.IntRange(0, 200).Draw(t, "age"))}
		s.Qty = core.Daily(rapid.SliceOfN(qty, 0, 220).Draw(t, "qty")...)
		if rapid.Bool().Draw(t, "flags") {
			s.Flags = rapid.SliceOfN(rapid.SampledFrom([]core.DayFlag{0, 0, 0, core.StockOut, core.Promo, core.Closed, core.Anomaly}), s.Qty.Len(), s.Qty.Len()).Draw(t, "f")
		}
		d := s.Start - 5
		for range rapid.IntRange(0, 6).Draw(t, "points") {
			d += core.Day(rapid.IntRange(1, 60).Draw(t, "gap"))
			s.Prices = append(s.Prices, core.PricePoint{Day: d, Minor: rapid.SampledFrom([]int64{0, 1, 900, 1000, 7800}).Draw(t, "price")})
		}
		n.Series = append(n.Series, s)
	}
	return n
}

// Whatever comes in: the input stays, the order of nodes and channels changes
// nothing, values are unknown or sane, and a day without a label keeps its value.
func TestCleaningIsSafe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nodes := []Node{drawNode(t, "A"), drawNode(t, "B"), drawNode(t, "C")}
		before := fmt.Sprintf("%#v", nodes)
		shop := Shop{Until: today, Rates: []core.FXRate{{Currency: "CNY", Rate: 12_800_000}},
			Events: []core.Event{{From: today - 30, To: today - 20, Kind: "promotion", SKU: "B"}}}
		cal := Survey(nodes, shop)
		h := cal.Clean(nodes[0])
		if after := fmt.Sprintf("%#v", nodes); after != before {
			t.Fatal("the input was changed")
		}
		r := sum(nodes[0].Series, today)
		for i, y := range h.Y {
			if y < 0 || math.IsInf(y, 0) {
				t.Fatalf("day %d is %v", i, y)
			}
			if h.Flags[i]&unknown == 0 && y != r.y[i] && !(math.IsNaN(y) && math.IsNaN(r.y[i])) {
				t.Fatalf("day %d changed from %v to %v without a label", i, r.y[i], y)
			}
		}
		for _, a := range h.Anomalies {
			if a.From > a.To || a.From < h.Start || a.To >= today || a.Reason == "" || math.IsNaN(a.Replacement+a.Value) || math.IsInf(a.Replacement+a.Value, 0) {
				t.Fatalf("anomaly %+v", a)
			}
		}
		turned := slices.Clone(nodes)
		slices.Reverse(turned)
		for i := range turned {
			turned[i].Series = slices.Clone(turned[i].Series)
			slices.Reverse(turned[i].Series)
		}
		again := Survey(turned, shop)
		if diff := cmp.Diff(cal.Anomalies, again.Anomalies); diff != "" {
			t.Fatalf("other order of nodes (-was +is):\n%s", diff)
		}
		if diff := cmp.Diff(h, again.Clean(turned[2]), cmpopts.EquateNaNs()); diff != "" {
			t.Fatalf("other order of channels (-was +is):\n%s", diff)
		}
	})
}

// Plausible demand keeps every value: of 1,000 sellers of any level, weekday
// pattern and noise, of a year each, at most three have any day changed.
func TestPlausibleDemandIsLeftAlone(t *testing.T) {
	changed := 0
	for seed := range uint64(1000) {
		rnd := rand.New(rand.NewPCG(seed, 9))
		level := math.Exp(-2 + 7*rnd.Float64())
		var week [7]float64
		for w := range week {
			week[w] = 0.6 + 0.8*rnd.Float64()
		}
		n := steady("A", 365, 1)
		for i := range n.Series[0].Qty.Len() {
			n.Series[0].Qty.Set(i, float32(poisson(rnd, level*week[i%7]*(0.85+0.3*rnd.Float64()))))
		}
		h := clean(n, Shop{Until: today})
		if slices.ContainsFunc(h.Flags, func(f core.DayFlag) bool { return f != 0 }) {
			changed++
			t.Logf("seed %d, level %.2f: %s", seed, level, h.Anomalies[0].Reason)
		}
	}
	if changed > 3 {
		t.Errorf("%d of 1,000 sellers were changed", changed)
	}
}

func poisson(rnd *rand.Rand, mean float64) int {
	n, p := 0, rnd.ExpFloat64()
	for p < mean {
		n++
		p += rnd.ExpFloat64()
	}
	return n
}

func TestCutAndSeries(t *testing.T) {
	n := steady("A", 200, 1)
	fill(&n, 100, 110, core.Missing)
	flag(&n, 30, core.Promo)
	h := clean(n, Shop{Until: today})
	c := h.Cut(today - 50)
	s := c.Series()
	if s.Qty.Len() != 150 || s.Qty.At(105) != core.Missing || s.Flags[30] != core.Promo || s.Qty.At(149) != n.Series[0].Qty.At(149) {
		t.Errorf("%d days, %v, %v", s.Qty.Len(), s.Qty.At(105), s.Flags[30])
	}
	if empty := h.Cut(today - 500); len(empty.Y) != 0 {
		t.Errorf("%d days before the first", len(empty.Y))
	}
}

func TestSummary(t *testing.T) {
	if got := Summary(nil); got != "No anomaly in the data." {
		t.Error(got)
	}
	if got := Summary([]Anomaly{{Kind: Spike}, {Kind: Scale}, {Kind: Spike}}); got != "3 anomalies in the data: 1 scale, 2 spike." {
		t.Error(got)
	}
}

func BenchmarkClean(b *testing.B) {
	nodes := make([]Node, 200)
	for i := range nodes {
		nodes[i] = steady(core.SKU(strconv.Itoa(i)), 730, uint64(i))
		if i%2 == 0 { // half of them sell rarely
			for j := range nodes[i].Series[0].Qty.Len() {
				nodes[i].Series[0].Qty.Set(j, nodes[i].Series[0].Qty.At(j)*float32(max(0, (j*7+i)%5-3)))
			}
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		cal := Survey(nodes, Shop{Until: today})
		for i := range nodes {
			cal.Clean(nodes[i])
		}
	}
	b.ReportMetric(float64(b.N*len(nodes))/b.Elapsed().Seconds(), "nodes/s")
}
