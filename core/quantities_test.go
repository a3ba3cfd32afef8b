package core

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// Whatever is written, and in whatever order, is read again; a copy that was cloned
// before does not change.
func TestQuantitiesAreASlice(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		values := []float32{0, 0, 1, 2, 253, 254, Missing}
		if rapid.Bool().Draw(rt, "wide") {
			values = append(values, 255, 256, 1e9, 0.5, 254.5, -2, -0.5, float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)))
		}
		value := rapid.SampledFrom(values)
		want := rapid.SliceOfN(value, 0, 20).Draw(rt, "start")
		got := Daily(want...)
		if rapid.Bool().Draw(rt, "zeros") {
			got, want = Zeros(len(want)), make([]float32, len(want))
		}
		before, was := got.Clone(), got.Values()
		for range rapid.IntRange(0, 20).Draw(rt, "writes") {
			v := value.Draw(rt, "value")
			if len(want) == 0 || rapid.Bool().Draw(rt, "append") {
				got.Append(v)
				want = append(want, v)
				continue
			}
			at := rapid.IntRange(0, len(want)-1).Draw(rt, "at")
			got.Set(at, v)
			want[at] = v
		}
		if diff := cmp.Diff(want, got.Values(), cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); diff != "" || got.Len() != len(want) {
			rt.Fatalf("%d days (-want +got):\n%s", got.Len(), diff)
		}
		if diff := cmp.Diff(was, before.Values(), cmpopts.EquateNaNs()); diff != "" {
			rt.Fatalf("the clone changed:\n%s", diff)
		}
	})
}

func TestQuantitiesAsJSON(t *testing.T) {
	for text, want := range map[string]Quantities{
		"[0,3,-1,254]": Daily(0, 3, Missing, 254),
		"[0.5,1000]":   Daily(0.5, 1000),
		"[]":           {},
	} {
		got, err := json.Marshal(want)
		if err != nil || string(got) != text {
			t.Errorf("%s is written as %s, %v", text, got, err)
		}
		var back Quantities
		if err := json.Unmarshal([]byte(text), &back); err != nil || !back.Equal(want) || back.Equal(Daily(7)) {
			t.Errorf("%s is read as %v, %v", text, back.Values(), err)
		}
	}
}
