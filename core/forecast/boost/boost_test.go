package boost

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var nan = float32(math.NaN())

// matrix codes columns with as many bins as they need.
func matrix(t testing.TB, cols ...[]float32) *Matrix {
	t.Helper()
	names := make([]string, len(cols))
	for i := range names {
		names[i] = fmt.Sprintf("x%d", i)
	}
	b, err := NewBins(names, cols, MaxBins)
	if err != nil {
		t.Fatal(err)
	}
	m, err := b.Matrix(cols)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func train(t testing.TB, cfg Config, m *Matrix, y, w []float64) *Model {
	t.Helper()
	model, err := Train(cfg, m, y, w)
	if err != nil {
		t.Fatal(err)
	}
	return model
}

func predict(t testing.TB, model *Model, m *Matrix) []float64 {
	t.Helper()
	out := make([]float64, m.Rows())
	if err := model.Predict(out, m, nil); err != nil {
		t.Fatal(err)
	}
	return out
}

// stump is one tree of two leaves at full rate, so that results can be worked out
// by hand.
func stump(l Loss) Config {
	return Config{Loss: l, Trees: 1, Leaves: 2, MinSamples: 1, Rate: 1, Workers: 1}
}

// x splits the six rows best between 3 and 10, whatever the loss. The values below
// are worked out from the formulas of the package comment.
func TestStumpByHand(t *testing.T) {
	x := []float32{1, 2, 3, 10, 11, 12}
	y := []float64{1, 2, 3, 7, 8, 9}
	mean := 5.0 // of y
	tests := []struct {
		name        string
		loss        Loss
		l2          float64
		w           []float64
		left, right float64
	}{
		{name: "squared: means of the sides", loss: Loss{Kind: Squared}, left: 2, right: 8},
		// G = ∓9, H = 3, so the steps are ∓9/(3+1).
		{name: "squared with L2 1", loss: Loss{Kind: Squared}, l2: 1, left: mean - 9./4, right: mean + 9./4},
		// Weighted mean 3.5; left G = 2·(3.5·3-6) = 9, H = 6; right G = 10.5-24 = -13.5, H = 3.
		{name: "squared with weights", loss: Loss{Kind: Squared}, w: []float64{2, 2, 2, 1, 1, 1}, left: 2, right: 8},
		// Left G = Σ(5-y) = 9, H = 15: one Newton step on the log scale from log 5.
		{name: "poisson", loss: Loss{Kind: Poisson}, left: 5 * math.Exp(-9./15), right: 5 * math.Exp(9./15)},
		// p = 1.5: g = √5 - y/√5, h = (√5 + y/√5)/2. Left G = 3√5-6/√5, H = (3√5+6/√5)/2.
		{
			name: "tweedie", loss: Loss{Kind: Tweedie, Param: 1.5},
			left:  5 * math.Exp(-(3*math.Sqrt(5)-6/math.Sqrt(5))/((3*math.Sqrt(5)+6/math.Sqrt(5))/2)),
			right: 5 * math.Exp((24/math.Sqrt(5)-3*math.Sqrt(5))/((3*math.Sqrt(5)+24/math.Sqrt(5))/2)),
		},
		{name: "median of each side", loss: Loss{Kind: Quantile, Param: 0.5}, left: 2, right: 8},
		{name: "0.9 quantile of each side", loss: Loss{Kind: Quantile, Param: 0.9}, left: 3, right: 9},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := matrix(t, x)
			cfg := stump(tt.loss)
			cfg.L2 = tt.l2
			if tt.loss.Kind == Quantile {
				cfg.MinSamples = 3 // signs of residuals alone would cut elsewhere
			}
			got := predict(t, train(t, cfg, m, y, tt.w), m)
			want := []float64{tt.left, tt.left, tt.left, tt.right, tt.right, tt.right}
			for i := range got {
				if math.Abs(got[i]-want[i]) > 1e-5 {
					t.Fatalf("got %v, want %v", got, want)
				}
			}
		})
	}
}

func TestMissingGoesTheBetterWay(t *testing.T) {
	x := []float32{1, 1, 1, 9, 9, 9, nan, nan, nan}
	for _, tt := range []struct {
		name string
		y    []float64
		want float64 // of a missing value
	}{
		{"like the small ones", []float64{1, 1, 1, 5, 5, 5, 1, 1, 1}, 1},
		{"like the large ones", []float64{1, 1, 1, 5, 5, 5, 5, 5, 5}, 5},
		{"unlike both", []float64{2, 2, 2, 2, 2, 2, 8, 8, 8}, 8},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := matrix(t, x)
			model := train(t, stump(Loss{Kind: Squared}), m, tt.y, nil)
			for i, got := range predict(t, model, m) {
				if math.Abs(got-tt.y[i]) > 1e-6 {
					t.Fatalf("row %d: got %v, want %v", i, got, tt.y[i])
				}
			}
			got, err := model.PredictRow([]float32{nan})
			if err != nil || math.Abs(got-tt.want) > 1e-6 {
				t.Fatalf("PredictRow = %v, %v; want %v", got, err, tt.want)
			}
		})
	}
}

func TestMissingNeverSeenGoesWithTheLarger(t *testing.T) {
	m := matrix(t, []float32{1, 2, 3, 4, 9})
	model := train(t, stump(Loss{Kind: Squared}), m, []float64{1, 1, 1, 1, 6}, nil)
	if got, _ := model.PredictRow([]float32{nan}); got != 1 {
		t.Fatalf("got %v, want 1", got)
	}
}

func TestMinSamplesAndLeaves(t *testing.T) {
	x := []float32{1, 2, 3, 4, 5, 6, 7, 8}
	y := []float64{9, 0, 0, 0, 0, 0, 0, 0}
	cfg := stump(Loss{Kind: Squared})
	cfg.MinSamples = 4
	got := predict(t, train(t, cfg, matrix(t, x), y, nil), matrix(t, x))
	if diff := cmp.Diff([]float64{2.25, 2.25, 2.25, 2.25, 0, 0, 0, 0}, got); diff != "" {
		t.Fatal(diff)
	}
	cfg.MinSamples = 5 // no split leaves so many on both sides
	if got := predict(t, train(t, cfg, matrix(t, x), y, nil), matrix(t, x)); got[0] != 9./8 {
		t.Fatalf("got %v, want the mean", got)
	}
}

// made is a made-up regression problem with a missing column and counts as target.
func made(n int, seed uint64) ([][]float32, []float64, []float64) {
	rng := rand.New(rand.NewPCG(seed, 1))
	cols := make([][]float32, 5)
	var y, w []float64
	for range n {
		for f := range cols {
			v := float32(rng.NormFloat64())
			if f == 3 && rng.IntN(4) == 0 {
				v = nan
			}
			cols[f] = append(cols[f], v)
		}
		i := len(y)
		mu := math.Exp(0.5*float64(cols[0][i]) + 0.3*float64(cols[1][i]*cols[2][i]))
		y = append(y, math.Floor(mu*2*rng.ExpFloat64()))
		w = append(w, 0.5+rng.Float64())
	}
	return cols, y, w
}

var losses = map[string]Loss{
	"squared": {Kind: Squared}, "poisson": {Kind: Poisson}, "tweedie": {Kind: Tweedie, Param: 1.3},
	"median": {Kind: Quantile, Param: 0.5}, "high": {Kind: Quantile, Param: 0.9},
}

func TestTrainingLossFalls(t *testing.T) {
	cols, y, w := made(1000, 7)
	m := matrix(t, cols...)
	for name, l := range losses {
		t.Run(name, func(t *testing.T) {
			last := math.Inf(1)
			for _, trees := range []int{1, 5, 20, 60} {
				cfg := Default(l)
				cfg.Trees = trees
				got := l.Value(y, predict(t, train(t, cfg, m, y, w), m), w)
				if !(got < last) {
					t.Fatalf("%d trees: loss %v, before %v", trees, got, last)
				}
				last = got
			}
		})
	}
}

func TestQuantileHoldsItsShare(t *testing.T) {
	cols, y, _ := made(2000, 8)
	for i := range y { // no ties, so that shares are exact
		y[i] += float64(i%997) / 1000
	}
	m := matrix(t, cols...)
	for _, q := range []float64{0.1, 0.5, 0.9} {
		cfg := Default(Loss{Kind: Quantile, Param: q})
		cfg.Trees = 100
		below := 0
		for i, p := range predict(t, train(t, cfg, m, y, nil), m) {
			if y[i] <= p {
				below++
			}
		}
		if got := float64(below) / float64(len(y)); math.Abs(got-q) > 0.03 {
			t.Errorf("quantile %v: %v lie below", q, got)
		}
	}
}

// Most targets are 0, and so is their median: trees must split all the same.
func TestQuantileLeavesZero(t *testing.T) {
	var x []float32
	var y []float64
	for i := range 400 {
		x = append(x, float32(i%4))
		y = append(y, 0)
		if i%4 == 3 && i%20 != 3 {
			y[i] = 10
		}
	}
	m := matrix(t, x)
	cfg := Default(Loss{Kind: Quantile, Param: 0.5})
	cfg.Trees = 100
	if got := predict(t, train(t, cfg, m, y, nil), m); got[0] != 0 || got[3] < 9 {
		t.Fatalf("medians %v, want 0 0 0 10", got[:4])
	}
}

func TestSameModelForAnyNumberOfWorkers(t *testing.T) {
	cols, y, w := made(800, 9)
	m := matrix(t, cols...)
	for name, l := range losses {
		t.Run(name, func(t *testing.T) {
			cfg := Default(l)
			cfg.Trees, cfg.Rows, cfg.Features, cfg.Seed = 6, 0.7, 0.6, 42
			var first []byte
			for _, workers := range []int{1, 2, 7} {
				cfg.Workers = workers
				b, err := train(t, cfg, m, y, w).MarshalBinary()
				if err != nil {
					t.Fatal(err)
				}
				if first == nil {
					first = b
				} else if !bytes.Equal(first, b) {
					t.Fatalf("%d workers give another model", workers)
				}
			}
			cfg.Seed++
			if b, _ := train(t, cfg, m, y, w).MarshalBinary(); bytes.Equal(first, b) {
				t.Fatal("another seed gives the same model")
			}
		})
	}
}

func TestPredictRowIsPredict(t *testing.T) {
	cols, y, w := made(700, 10)
	m := matrix(t, cols...)
	cfg := Default(Loss{Kind: Poisson})
	cfg.Trees, cfg.MinSamples = 30, 5
	model := train(t, cfg, m, y, w)
	row := make([]float32, len(cols))
	for i, want := range predict(t, model, m) {
		for f := range cols {
			row[f] = cols[f][i]
		}
		got, err := model.PredictRow(row)
		if err != nil || math.Abs(got-want) > 1e-12*want {
			t.Fatalf("row %d: %v, %v; want %v", i, got, err, want)
		}
	}
}

func TestStoredModel(t *testing.T) {
	cols, y, w := made(500, 11)
	m := matrix(t, cols...)
	cfg := Default(Loss{Kind: Tweedie, Param: 1.5})
	cfg.Trees, cfg.MinSamples = 10, 5
	model := train(t, cfg, m, y, w)
	b, err := model.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var back Model
	if err := back.UnmarshalBinary(b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(predict(t, model, m), predict(t, &back, m)); diff != "" {
		t.Fatal(diff)
	}
	for cut := 0; cut < len(b); cut += 1 + cut/40 {
		if err := new(Model).UnmarshalBinary(b[:cut]); !errors.Is(err, ErrFormat) {
			t.Fatalf("the first %d bytes are accepted: %v", cut, err)
		}
	}
	other := matrix(t, cols[1:]...)
	if err := back.Predict(make([]float64, other.Rows()), other, nil); !errors.Is(err, ErrFeatures) {
		t.Fatalf("a matrix of other features: %v", err)
	}
	if _, err := back.PredictRow([]float32{1}); !errors.Is(err, ErrFeatures) {
		t.Fatalf("a row of one value: %v", err)
	}
}

func TestRefusesBadInput(t *testing.T) {
	m := matrix(t, []float32{1, 2})
	poisson := Loss{Kind: Poisson}
	for name, f := range map[string]func() error{
		"NaN target":      func() error { _, err := Train(Default(poisson), m, []float64{1, math.NaN()}, nil); return err },
		"negative target": func() error { _, err := Train(Default(poisson), m, []float64{1, -1}, nil); return err },
		"zero weight":     func() error { _, err := Train(Default(poisson), m, []float64{1, 1}, []float64{1, 0}); return err },
		"too few targets": func() error { _, err := Train(Default(poisson), m, []float64{1}, nil); return err },
	} {
		if err := f(); !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Train(Config{Loss: Loss{Kind: Quantile, Param: 1}}, m, []float64{1, 1}, nil); err == nil {
		t.Error("quantile 1 is accepted")
	}
	if _, err := Train(Config{Loss: poisson, Rate: 2}, m, []float64{1, 1}, nil); err == nil {
		t.Error("rate 2 is accepted")
	}
}

func TestCutsKeepEqualValuesTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SliceOfN(rapid.Float32Range(-50, 50), 1, 400).Draw(t, "values")
		most := rapid.IntRange(2, 20).Draw(t, "bins")
		b, err := NewBins([]string{"x"}, [][]float32{v}, most)
		if err != nil {
			t.Fatal(err)
		}
		c := b.Cuts[0]
		if len(c) >= most {
			t.Fatalf("%d cuts for %d bins", len(c), most)
		}
		for i := 1; i < len(c); i++ {
			if c[i] <= c[i-1] {
				t.Fatalf("cuts %v do not rise", c)
			}
		}
		for _, x := range v {
			k := int(b.code(0, x)) - 1
			if (k > 0 && x <= c[k-1]) || (k < len(c) && x > c[k]) {
				t.Fatalf("%v is in bin %d of cuts %v", x, k, c)
			}
		}
	})
}

func TestWeightedQuantileIsTheSortedOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SliceOfN(rapid.IntRange(0, 12), 1, 60).Draw(t, "values")
		q := rapid.SampledFrom([]float64{0.1, 0.5, 0.9}).Draw(t, "q")
		w := rapid.SliceOfN(rapid.IntRange(1, 4), len(v), len(v)).Draw(t, "weights")
		a := make([]pair, len(v))
		count := make([]int, 13)
		total := 0
		for i := range v {
			a[i] = pair{float64(v[i]), float64(w[i])}
			count[v[i]] += w[i]
			total += w[i]
		}
		want, sum := 0, count[0]
		for float64(sum) < q*float64(total)-1e-9 {
			want++
			sum += count[want]
		}
		if got := quantile(a, q); got != float64(want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func FuzzUnmarshalBinary(f *testing.F) {
	cols, y, _ := made(200, 12)
	m := matrix(f, cols...)
	cfg := Default(Loss{Kind: Poisson})
	cfg.Trees, cfg.MinSamples = 2, 20
	b, err := train(f, cfg, m, y, nil).MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		var m Model
		if err := m.UnmarshalBinary(data); err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Fatalf("error without ErrFormat: %v", err)
			}
			return
		}
		got, err := m.PredictRow(make([]float32, len(m.Features())))
		if err != nil || math.IsNaN(got) {
			t.Fatalf("an accepted model predicts %v, %v", got, err)
		}
		again, _ := m.MarshalBinary()
		if !bytes.Equal(again, data) {
			t.Fatal("an accepted model is stored as other bytes")
		}
	})
}

func BenchmarkTrain(b *testing.B) {
	cols, y, _ := made(50_000, 13)
	m := matrix(b, cols...)
	for name, l := range losses {
		b.Run(name, func(b *testing.B) {
			cfg := Default(l)
			cfg.Trees = 20
			b.ReportAllocs()
			for b.Loop() {
				train(b, cfg, m, y, nil)
			}
		})
	}
}

func BenchmarkPredict(b *testing.B) {
	cols, y, _ := made(20_000, 14)
	m := matrix(b, cols...)
	model := train(b, Default(Loss{Kind: Poisson}), m, y, nil)
	out := make([]float64, m.Rows())
	b.ReportAllocs()
	for b.Loop() {
		if err := model.Predict(out, m, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*m.Rows()*model.Trees()), "ns/row/tree")
}
