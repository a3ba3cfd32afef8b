package plan

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core"
	"quartermaster/core/forecast/engine"
	"quartermaster/core/replenish"
)

// A model trained on the shop forecasts every item, the same each time, also after
// it was stored and loaded, and what it says is finite and explained.
func TestPlannerWithModel(t *testing.T) {
	s := made(7, 60, 400)
	p := core.DefaultPolicy()
	p.Target = core.TargetCost
	// Rules alone: trees have tests of their own, and take minutes under the race
	// detector.
	train := func() *engine.Model {
		m, err := Train(s, p, noon, engine.Config{Seed: 3, Trials: 1, NoPool: true})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	m := train()
	evaluate := func(m *engine.Model) Report {
		r, err := Planner{Model: m}.Evaluate(s, p, noon)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	text := func(r Report) string {
		b, err := json.MarshalIndent(r, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	with := evaluate(m)
	plain := evaluate(nil)
	if diff := cmp.Diff(text(with), text(evaluate(train()))); diff != "" {
		t.Errorf("trained twice:\n%s", diff)
	}
	stored, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	again, err := engine.Load(stored)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text(with), text(evaluate(again))); diff != "" {
		t.Errorf("stored and loaded:\n%s", diff)
	}
	if len(with.Items) != len(plain.Items) {
		t.Fatalf("%d items with a model, %d without", len(with.Items), len(plain.Items))
	}
	moved := 0
	level := map[core.SKU]float64{}
	for _, it := range plain.Items {
		level[it.SKU] += replenish.Average(it.Forecast.Mean, 28)
	}
	for _, it := range with.Items {
		for _, v := range append([]float64{it.Forecast.SD}, it.Forecast.Mean...) {
			if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
				t.Fatalf("%s: %v in the forecast", it.SKU, v)
			}
		}
		if it.Forecast.Why == "" || it.Forecast.Method == "" || it.Forecast.Confidence < 0 || it.Forecast.Confidence > 100 {
			t.Errorf("%s is not explained: %+v", it.SKU, it.Forecast)
		}
		level[it.SKU] -= replenish.Average(it.Forecast.Mean, 28)
	}
	for _, d := range level {
		if math.Abs(d) > 1e-9 {
			moved++
		}
	}
	if moved < 20 {
		t.Errorf("the model moved the forecast of %d products only", moved)
	}
}

// A shop with three products and six weeks still gets a model, of rules.
func TestModelOfASmallShop(t *testing.T) {
	s := made(8, 3, 42)
	m, err := Train(s, core.DefaultPolicy(), noon, engine.Config{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if m.Pooled() {
		t.Error("trees were trained on next to nothing")
	}
	if _, err := (Planner{Model: m}).Evaluate(s, core.DefaultPolicy(), noon); err != nil {
		t.Error(err)
	}
}
