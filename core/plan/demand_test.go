package plan

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"quartermaster/core"
	"quartermaster/core/forecast/history"
	"quartermaster/core/risk"
)

func findings(r Report, k risk.Kind) []risk.Finding {
	var out []risk.Finding
	for _, f := range r.Findings {
		if f.Kind == k {
			out = append(out, f)
		}
	}
	return out
}

// A topic that began this morning lifts the demand of the same check, is listed
// with its effect and named in the explanation; when it fades demand is as before.
func TestSignalLiftsDemandTheSameHour(t *testing.T) {
	plain := evaluate(t, oneSKU(400)).Items[0]
	s := oneSKU(400)
	s.Signals = []core.Signal{{Name: "video", Kind: core.TopicSignal, SKU: "SOLAR-01", Size: 3, Start: noon.Add(-time.Hour), HalfLife: 48 * time.Hour, Source: "Jo"}}
	r := evaluate(t, s)
	it := r.Items[0]
	if len(it.Signals) != 1 {
		t.Fatalf("signals %+v", it.Signals)
	}
	for d, m := range it.Forecast.Mean {
		want := plain.Forecast.Mean[d] * (1 + it.Signals[0].Daily[d])
		if math.Abs(m-want) > 1e-4 {
			t.Fatalf("day %d: %v, want %v", d, m, want)
		}
	}
	if it.Forecast.Mean[1] < 3*plain.Forecast.Mean[1] || it.Forecast.Mean[60] != plain.Forecast.Mean[60] {
		t.Errorf("tomorrow %v, in 60 days %v; without %v", it.Forecast.Mean[1], it.Forecast.Mean[60], plain.Forecast.Mean[1])
	}
	if it.StockOut >= plain.StockOut || it.Calc.OrderUpTo <= plain.Calc.OrderUpTo {
		t.Errorf("stock lasts until %s (%s without), order up to %v (%v)", it.StockOut, plain.StockOut, it.Calc.OrderUpTo, plain.Calc.OrderUpTo)
	}
	if why := strings.Join(ExplainItem(it), "\n"); !strings.Contains(why, `Signals: topic "video": +148 % on 2026-11-21`) || !strings.Contains(why, "says Jo") {
		t.Errorf("explanation:\n%s", why)
	}
}

// A past campaign is measured against the forecast made on its first day, and the
// base does not learn from its days.
func TestPastSignalIsMeasuredAndLeftOut(t *testing.T) {
	s := oneSKU(4000)
	q := &s.Demand[0].Qty
	for i := range q.Len() {
		q.Set(i, 20)
	}
	for i := q.Len() - 10; i < q.Len(); i++ {
		q.Set(i, 27) // +35 %
	}
	before := evaluate(t, s).Items[0].Forecast.Mean[0]
	s.Signals = []core.Signal{{Name: "ads", Kind: core.AdSignal, Size: 0.5, Start: (today - 10).Time(time.UTC), End: today.Time(time.UTC)}}
	r := evaluate(t, s)
	if got := r.Items[0].Forecast.Mean[0]; got != 20 || before <= 20 {
		t.Errorf("the base is %v, without the signal named %v", got, before)
	}
	if len(r.Signals) != 1 || r.Signals[0].Measured == nil {
		t.Fatalf("signals %+v", r.Signals)
	}
	m := r.Signals[0].Measured
	if m.Days != 10 || m.Expected != 0.5 || math.Abs(m.Effect-0.35) > 1e-6 || !strings.HasPrefix(m.Reason, "expected +50 %, measured +35 % ± ") {
		t.Errorf("%+v", m)
	}
}

// A typing error is listed with its reason, is a low finding while it is fresh, and
// moves no order; the same peak as a promotion does neither.
func TestAnomalyMovesNoOrder(t *testing.T) {
	clean := oneSKU(4000)
	for i := range clean.Demand[0].Qty.Len() {
		clean.Demand[0].Qty.Set(i, float32(19+i%3))
	}
	want := evaluate(t, clean)
	s := oneSKU(4000)
	s.Demand[0].Qty = clean.Demand[0].Qty.Clone()
	at := s.Demand[0].Qty.Len() - 3
	s.Demand[0].Qty.Set(at, 20_000)
	r := evaluate(t, s)
	if len(r.Anomalies) != 1 || r.Anomalies[0].Kind != history.Scale || r.Anomalies[0].From != today-3 {
		t.Fatalf("anomalies %+v", r.Anomalies)
	}
	if alone, err := Anomalies(s, today); err != nil || !reflect.DeepEqual(alone, r.Anomalies) {
		t.Errorf("alone: %v, %+v", err, alone)
	}
	if got, was := r.Items[0].Calc.OrderUpTo, want.Items[0].Calc.OrderUpTo; math.Abs(got-was) > 0.01*was {
		t.Errorf("order up to %v, was %v", got, was)
	}
	if f := findings(r, risk.Anomaly); len(f) != 1 || f[0].Severity != risk.Low || f[0].Key != "anomaly/SOLAR-01/MAIN" ||
		!strings.Contains(f[0].Reason, "SOLAR-01: 2026-11-18: 20000 units is 1000 times the usual sale of 20") {
		t.Errorf("findings %+v", f)
	}
	s.Events = []core.Event{{From: today - 4, To: today - 2, Name: "Sale", Kind: "promotion"}}
	s.Demand[0].Qty.Set(at, 150)
	if r := evaluate(t, s); len(r.Anomalies) != 0 || len(findings(r, risk.Anomaly)) != 0 {
		t.Errorf("a promotion: %+v", r.Anomalies)
	}
}

// Sales of twice the forecast: a person is asked, the deviation grows by half, and
// nothing is ordered automatically for a day, on the first day only.
func TestForecastOff(t *testing.T) {
	s := oneSKU(4000)
	q := &s.Demand[0].Qty
	for i := range q.Len() {
		q.Set(i, float32(19+i%3))
		if i >= q.Len()-28 {
			q.Set(i, 2*q.At(i))
		}
	}
	r := evaluate(t, s)
	f := findings(r, risk.ForecastOff)
	if len(f) != 1 || f[0].Severity != risk.Medium ||
		!strings.Contains(f[0].Reason, "The forecast of 2026-10-24 was off by +100 %: 1120 sold on 28 days since, 559 were expected; safety stock is computed with 1.50 times the deviation") {
		t.Fatalf("findings %+v", f)
	}
	if it := r.Items[0]; !it.PausedUntil.IsZero() || !strings.Contains(it.Forecast.Why, "the deviation is raised by 1.50") {
		t.Errorf("paused until %s; %s", it.PausedUntil, it.Forecast.Why)
	}
	p := byFormula()
	p.ForecastOff = 1.2
	if r, err := Evaluate(s, p, noon); err != nil || len(findings(r, risk.ForecastOff)) != 0 {
		t.Errorf("under the limit: %v, %+v", err, findings(r, risk.ForecastOff))
	}

	first := oneSKU(4000) // the same from one day: day by day until it shows
	for i := range first.Demand[0].Qty.Len() {
		first.Demand[0].Qty.Set(i, float32(19+i%3))
	}
	for days := 1; ; days++ {
		if days > 28 {
			t.Fatal("never found")
		}
		first.Demand[0].Qty.Set(first.Demand[0].Qty.Len()-days, first.Demand[0].Qty.At(first.Demand[0].Qty.Len()-days)*2)
		shifted := first
		r := evaluate(t, shifted)
		f := findings(r, risk.ForecastOff)
		if len(f) == 0 {
			continue
		}
		if want := (today + 1).Time(time.UTC); !r.Items[0].PausedUntil.Equal(want) || !strings.Contains(f[0].Reason, "nothing is ordered automatically until 2026-11-22 00:00") {
			t.Errorf("after %d days: paused until %s; %s", days, r.Items[0].PausedUntil, f[0].Reason)
		}
		break
	}
}

// A slow seller is off by chance all the time: nobody is asked.
func TestForecastOfASlowSellerIsNotOff(t *testing.T) {
	s := oneSKU(40)
	for i := range s.Demand[0].Qty.Len() {
		s.Demand[0].Qty.Set(i, float32(max(0, i%9-7)))
	}
	for i := range 28 {
		s.Demand[0].Qty.Set(s.Demand[0].Qty.Len()-1-i, float32(max(0, i%5-3)))
	}
	if f := findings(evaluate(t, s), risk.ForecastOff); len(f) != 0 {
		t.Errorf("%+v", f)
	}
}
