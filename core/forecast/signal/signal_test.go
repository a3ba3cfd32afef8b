package signal

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"quartermaster/core"
)

const today core.Day = 20778 // 2026-11-21, a Saturday

var shop = Shop{Zone: time.UTC, Policy: core.DefaultSignals()}

func topic(size float64, start time.Time, half time.Duration) core.Signal {
	return core.Signal{Name: "video", Kind: core.TopicSignal, Size: size, Start: start, HalfLife: half}
}

// A topic of +300 % with 48 h half-life that begins at 18:00: by hand, the first
// day holds 6 of 24 hours, 3·48/ln2·(1-2^(-6/48))/24 = 0.7185.
func TestTopicShowsTheSameDayAndDecays(t *testing.T) {
	s := topic(3, today.Time(time.UTC).Add(18*time.Hour), 48*time.Hour)
	e := On([]core.Signal{s}, "A", "", today, 20, shop)
	for i, want := range []float64{0.7185, 2.3249, 1.6440, 1.1625} {
		if got := e.Lines[0].Daily[i]; math.Abs(got-want) > 5e-4 {
			t.Errorf("day %d: %.4f, want %.4f", i, got, want)
		}
		if e.Factor[i] != 1+e.Lines[0].Daily[i] {
			t.Errorf("day %d: factor %v", i, e.Factor[i])
		}
	}
	for after, want := range map[time.Duration]float64{-time.Second: 0, 0: 3, 96 * time.Hour: 0.75} {
		at := s.Start.Add(after)
		if got := between(&s, at, at.Add(time.Second)); math.Abs(got-want) > 1e-4 {
			t.Errorf("the second after %s: %v, want %v", after, got, want)
		}
	}
	want := []string{`topic "video": +72 % on 2026-11-21, +0.5 % on 2026-12-10, at most +232 % between (halves every 48 h)`}
	if diff := cmp.Diff(want, e.Sentences()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// (1+0.5) x (1+0.2-0.1) x (1-0.2), and what does not concern the product does not.
func TestKindsMultiplyAndSignalsOfAKindAdd(t *testing.T) {
	start, end := today.Time(time.UTC), (today + 5).Time(time.UTC)
	in := func(k core.SignalKind, size float64, sku core.SKU, category string) core.Signal {
		return core.Signal{Name: "x", Kind: k, Size: size, SKU: sku, Category: category, Start: start, End: end}
	}
	signals := []core.Signal{
		in(core.TopicSignal, 0.5, "A", ""), in(core.AdSignal, 0.2, "", "lamps"), in(core.AdSignal, -0.1, "", ""),
		in(core.CompetitorSignal, -0.2, "A", "lamps"), in(core.TopicSignal, 2, "B", ""), in(core.TopicSignal, 2, "", "mugs"),
	}
	e := On(signals, "A", "lamps", today-1, 7, shop)
	if len(e.Lines) != 4 {
		t.Fatalf("%d signals concern the product, want 4", len(e.Lines))
	}
	want := 1.5 * 1.1 * 0.8
	for i, f := range e.Factor {
		if inside := i >= 1 && i < 6; inside && math.Abs(f-want) > 1e-12 || !inside && f != 1 {
			t.Errorf("day %d: factor %v", i, f)
		}
	}
	base := []float64{10, 10, 10}
	e.Apply(base)
	if base[0] != 10 || math.Abs(base[1]-13.2) > 1e-9 {
		t.Errorf("demand %v", base)
	}
	if none := On(signals, "C", "", today+5, 7, shop); none.Factor != nil || none.Mean(3) != 1 {
		t.Errorf("after the end: %+v", none)
	}
}

func TestBoundsAreKeptAndSaid(t *testing.T) {
	s := core.Signal{Name: "hype", Kind: core.TopicSignal, Size: 40, Start: today.Time(time.UTC), End: (today + 2).Time(time.UTC)}
	e := On([]core.Signal{s}, "A", "", today, 3, shop)
	if e.Factor[0] != 4 || e.Factor[2] != 1 {
		t.Errorf("factors %v", e.Factor)
	}
	if want := []string{"topic effects are kept between -50 % and +300 % (on 2 days)"}; !slices.Equal(e.Bounded, want) {
		t.Errorf("bounded: %q", e.Bounded)
	}
}

// The clock change makes a day of 23 hours: the mean is over those.
func TestDaysOfTheShopsZone(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	d := core.DateDay(2027, 3, 28)
	s := core.Signal{Kind: core.AdSignal, Size: 1, Start: d.Time(berlin), End: d.Time(berlin).Add(23 * time.Hour)}
	if got := OnDay(&s, d, berlin); got != 1 {
		t.Errorf("the day has %v", got)
	}
	if got := OnDay(&s, d+1, berlin); got != 0 {
		t.Errorf("the next day has %v", got)
	}
}

func drawSignal(t *rapid.T) core.Signal {
	s := core.Signal{
		Name: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name"), Kind: rapid.SampledFrom(core.SignalKinds).Draw(t, "kind"),
		Size:  rapid.Float64Range(-1, 100).Draw(t, "size"),
		Start: today.Time(time.UTC).Add(time.Duration(rapid.IntRange(-2000, 2000).Draw(t, "start")) * time.Hour),
	}
	if rapid.Bool().Draw(t, "ends") {
		s.End = s.Start.Add(time.Duration(rapid.IntRange(1, 3000).Draw(t, "hours")) * time.Hour)
	}
	if s.End.IsZero() || rapid.Bool().Draw(t, "decays") {
		s.HalfLife = time.Duration(rapid.IntRange(1, 1000).Draw(t, "half")) * time.Hour
	}
	return s
}

// Factors stay within the bounds and do not depend on the order; the effect halves
// in a half-life, at any instant; the mean of a day lies between its ends.
func TestFactorsAreBoundedAndDecay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		signals := rapid.SliceOfN(rapid.Custom(drawSignal), 0, 6).Draw(t, "signals")
		e := On(signals, "A", "", today, 60, shop)
		for d, f := range e.Factor {
			if !(f >= 0.1-1e-9 && f <= 6+1e-9) {
				t.Fatalf("day %d: factor %v", d, f)
			}
		}
		turned := slices.Clone(signals)
		slices.Reverse(turned)
		if diff := cmp.Diff(e, On(turned, "A", "", today, 60, shop)); diff != "" {
			t.Fatalf("other order (-was +is):\n%s", diff)
		}
		for i := range signals {
			s := signals[i]
			s.End = time.Time{}
			if s.HalfLife == 0 {
				continue
			}
			at := s.Start.Add(time.Duration(rapid.IntRange(0, 500).Draw(t, "after")) * time.Hour)
			hour := func(at time.Time) float64 { return between(&s, at, at.Add(time.Hour)) }
			if a, b := hour(at), hour(at.Add(s.HalfLife)); math.Abs(a-2*b) > 1e-9*math.Abs(a)+1e-300 { // no digits are left below
				t.Fatalf("%v becomes %v in a half-life", a, b)
			}
			d := core.DayOf(s.Start, time.UTC) + 1
			first, last := math.Abs(hour(d.Time(time.UTC))), math.Abs(hour((d + 1).Time(time.UTC).Add(-time.Hour)))
			if m := math.Abs(OnDay(&s, d, time.UTC)); m > first*(1+1e-9) || m < last*(1-1e-9) {
				t.Fatalf("the mean %v of a day lies outside %v to %v", m, first, last)
			}
		}
	})
}

func TestEventsCoverStrongDays(t *testing.T) {
	start := today.Time(time.UTC).Add(18 * time.Hour)
	got := Events([]core.Signal{
		topic(3, start, 48*time.Hour), // 5 % are left after 48·log2(60) = 283.5 h
		{Name: "sale", Kind: core.AdSignal, Size: 0.2, Start: today.Time(time.UTC), End: (today + 3).Time(time.UTC), SKU: "A"},
		{Name: "weak", Kind: core.AdSignal, Size: 0.04, Start: start, End: start.Add(time.Hour)},
	}, time.UTC)
	want := []core.Event{
		{From: today, To: today + 12, Name: "video", Kind: "outside"},
		{From: today, To: today + 2, Name: "sale", Kind: "outside", SKU: "A"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The base learns from days without a signal; when too few are left, from all of
// them with the signal taken out.
func TestBase(t *testing.T) {
	y, past := make([]float64, 100), make([]float64, 100)
	for i := range y {
		y[i], past[i] = 10, 1
	}
	for i := 90; i < 100; i++ {
		y[i], past[i] = 30, 3
	}
	got := Base(y, past)
	if !math.IsNaN(got[95]) || got[50] != 10 || y[95] != 30 {
		t.Errorf("short signal: %v, %v", got[95], got[50])
	}
	for i := 20; i < 100; i++ {
		y[i], past[i] = 30, 3
	}
	if got := Base(y, past); got[95] != 10 || got[10] != 10 {
		t.Errorf("long signal: %v, %v", got[95], got[10])
	}
	if got := Base(y, nil); &got[0] != &y[0] {
		t.Error("without signals the values are the same")
	}
}

// 100 a day forecast, 118 a day sold over 14 days with a deviation of 10: the error
// is sqrt(14·100 + 1.18²·196·100/42) = 45.3 of 1,400 units, 1.96 times that is 6 %.
func TestMeasure(t *testing.T) {
	var tally Tally
	if _, ok := tally.Measure(); ok {
		t.Error("nothing can be measured")
	}
	n := 16
	actual, without, expected := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range actual {
		actual[i], without[i], expected[i] = 118, 100, 0.3
	}
	actual[3], actual[4] = math.NaN(), math.NaN()
	tally.Add(today, actual, without, 10, expected)
	m, ok := tally.Measure()
	if !ok || m.Reason != "expected +30 %, measured +18 % ± 6 over 14 days, less than expected" || math.Abs(m.Effect-0.18) > 1e-12 ||
		math.Abs(m.Hi-0.18-1.96*45.2746/1400) > 1e-5 {
		t.Errorf("%+v", m)
	}
}

// A hundred campaigns of a true effect: the 95 % interval holds it about so often.
func TestMeasureCovers(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	held := 0
	for range 400 {
		level := 100 + 15/math.Sqrt(levelDays)*rnd.NormFloat64() // as known from 42 days
		var a, w, e []float64
		for range 14 {
			a, w, e = append(a, 100*1.25+15*rnd.NormFloat64()), append(w, level), append(e, 0.3)
		}
		var tally Tally
		tally.Add(today, a, w, 15, e)
		if m, ok := tally.Measure(); ok && m.Lo <= 0.25 && 0.25 <= m.Hi {
			held++
		}
	}
	if held < 368 || held > 396 {
		t.Errorf("the interval held %d of 400", held)
	}
}

func TestParseChange(t *testing.T) {
	d := func(s string) core.Day {
		v, err := core.ParseDay(s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for text, want := range map[string]Change{
		"tiktok +70% 2026-12-01..2026-12-14":     {Subject: "tiktok", Size: 0.7, From: d("2026-12-01"), To: d("2026-12-14")},
		"TikTok 70% 2026-12-01":                  {Subject: "tiktok", Size: 0.7, From: d("2026-12-01")},
		"ads stop":                               {Subject: "ads", Size: -1},
		"google stop 2026-12-01":                 {Subject: "google", Size: -1, From: d("2026-12-01")},
		"price -10%":                             {Subject: "price", Size: -0.1},
		"price 24.90 2026-12-01..2026-12-01":     {Subject: "price", Price: 24.9, From: d("2026-12-01"), To: d("2026-12-01")},
		"topic +300% 2026-12-01 half-life 48h":   {Subject: "topic", Size: 3, From: d("2026-12-01"), HalfLife: 48 * time.Hour},
		"competitor -12.5% half-life 0.5 ":       {Subject: "competitor", Size: -0.125, HalfLife: 30 * time.Minute},
		"  ads   -33.3%   2026-12-01..2026-12-2": {},
	} {
		got, err := ParseChange(text)
		if want.Subject == "" {
			if err == nil {
				t.Errorf("%q is accepted: %+v", text, got)
			}
			continue
		}
		if err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"":                               `is not of the form "tiktok +70%`,
		"tiktok":                         `is not of the form`,
		"7up +70%":                       `"7up" is not a subject`,
		"tiktok 70":                      `"70" has no percent sign`,
		"tiktok NaN%":                    `"nan%" is not a change such as`,
		"tiktok 1e3%":                    `is not a change such as`,
		"tiktok -101%":                   `-101% is not between -100% and +10000%`,
		"tiktok 0%":                      `is no change`,
		"price -100%":                    `a price of nothing is no price`,
		"price stop":                     `only ads can be stopped`,
		"price -5":                       `"-5" has no percent sign`,
		"ads +5% tomorrow":               `date "tomorrow" is not of the form 2006-01-31`,
		"ads +5% 2026-12-14..2026-12-01": `2026-12-01 lies before 2026-12-14`,
		"ads +5% 2026-12-01 2026-12-02":  `what follows the days is not understood`,
		"topic +5% half-life":            `half-life needs a number of hours`,
		"topic +5% half-life -3h":        `"-3h" is not a number of hours`,
		"ads +5% 1969-12-31":             `is outside 1970-01-01`,
	} {
		if _, err := ParseChange(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q in it", text, err, want)
		}
	}
}

// What is read can be written, and read again to the same.
func FuzzParseChange(f *testing.F) {
	for _, s := range []string{"tiktok +70% 2026-12-01..2026-12-14", "ads stop", "price 24.90", "topic +300% half-life 48h", "x -0.001%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseChange(text)
		if err != nil {
			return
		}
		if math.IsNaN(c.Size+c.Price) || c.Size < -1 || c.Size > maxSize || c.To != 0 && c.To < c.From {
			t.Fatalf("%q is read as %+v", text, c)
		}
		again, err := ParseChange(c.String())
		if err != nil || again != c {
			t.Fatalf("%q is written as %q and read as %+v, %v; was %+v", text, c, again, err, c)
		}
	})
}

// A made shop with a known answer to ads: the estimate finds it.
func TestAdElasticity(t *testing.T) {
	rnd := rand.New(rand.NewPCG(8, 8))
	y, spend := make([]float64, 364), make([]float64, 364)
	for i := range y {
		if i/14%2 == 0 {
			spend[i] = 100 + 20*rnd.Float64()
		} else {
			spend[i] = 40
		}
		y[i] = 50 + 0.25*spend[i] + 3*rnd.NormFloat64() // at 75 a day: 18.75 of 68.75 units, elasticity 0.27
		if i%7 == 0 {
			y[i] += 10
		}
	}
	e := AdElasticity(today, y, spend)
	if math.Abs(e.Value-0.27) > 0.03 || e.Days != 364 || !strings.HasPrefix(e.Why, "Estimated: 0.2") {
		t.Errorf("%+v", e)
	}
	if got := e.OfSpend(0.7); math.Abs(got-(math.Pow(1.7, e.Value)-1)) > 1e-12 {
		t.Errorf("+70 %% gives %v", got)
	}
	for name, s := range map[string][]float64{"none": make([]float64, 364), "constant": slices.Repeat([]float64{7}, 364), "short": spend[:20]} {
		if e := AdElasticity(today, y, s); e.Value != 0.12 || e.Days != 0 || !strings.HasPrefix(e.Why, "Assumed: 0.12") {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func TestPriceElasticity(t *testing.T) {
	rnd := rand.New(rand.NewPCG(8, 9))
	y, price := make([]float64, 364), make([]float64, 364)
	for i := range y {
		price[i] = 2000
		if i/21%3 == 0 {
			price[i] = 1600
		}
		y[i] = math.Round(40 * math.Pow(price[i]/2000, -1.5) * math.Exp(0.1*rnd.NormFloat64()))
	}
	e := PriceElasticity(today, y, price)
	if math.Abs(e.Value+1.5) > 0.15 || e.Days != 364 {
		t.Errorf("%+v", e)
	}
	if e := PriceElasticity(today, y, nil); e.Value != -2.62 || e.Days != 0 {
		t.Errorf("no price: %+v", e)
	}
}

// Whatever the data, an elasticity is finite and within its bounds.
func TestElasticitiesAreBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 150).Draw(t, "n")
		v := rapid.OneOf(rapid.Float64Range(0, 50), rapid.SampledFrom([]float64{0, 1, math.NaN(), 1e12}))
		y := rapid.SliceOfN(v, n, n).Draw(t, "y")
		x := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(0, 1e6), rapid.SampledFrom([]float64{0, 5})), n, n).Draw(t, "x")
		if e := AdElasticity(today, y, x); !(e.Value >= 0 && e.Value <= 0.6) || !(e.SE > 0) {
			t.Fatalf("ads: %+v", e)
		}
		if e := PriceElasticity(today, y, x); !(e.Value >= -5 && e.Value <= 0) || !(e.SE > 0) {
			t.Fatalf("price: %+v", e)
		}
	})
}
