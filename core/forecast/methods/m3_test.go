//go:build published

package methods

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"
)

// TestThetaOnM3 is no part of the suite, because the M3 data may not be shipped.
// With M3_CSV naming a file of series_id,period,type,t,value,part the organisers' 12.76 for Theta (Makridakis
// and Hibon 2000) must come out within 0.3.
func TestThetaOnM3(t *testing.T) {
	f, err := os.Open(os.Getenv("M3_CSV"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	type series struct {
		period      string
		train, test []float64
	}
	byID, ids := map[string]*series{}, []string(nil)
	for _, r := range rows[1:] {
		s := byID[r[0]]
		if s == nil {
			s = &series{period: r[1]}
			byID[r[0]], ids = s, append(ids, r[0])
		}
		v, err := strconv.ParseFloat(r[4], 64)
		if err != nil {
			t.Fatal(err)
		}
		if r[5] == "train" {
			s.train = append(s.train, v)
		} else {
			s.test = append(s.test, v)
		}
	}
	sum, n := map[string]float64{}, map[string]float64{}
	for _, id := range ids {
		s := byID[id]
		season := map[string]int{"MONTHLY": 12, "QUARTERLY": 4}[s.period]
		f := make([]float64, len(s.test))
		Theta(f, s.train, season, &Scratch{})
		e := 0.0
		for k, y := range s.test {
			e += 200 * math.Abs(f[k]-y) / (f[k] + y) / float64(len(s.test))
		}
		for _, k := range []string{"all", s.period} {
			sum[k] += e
			n[k]++
		}
	}
	for k := range sum {
		fmt.Printf("%-10s %5.0f series, sMAPE %.2f\n", k, n[k], sum[k]/n[k])
	}
	if got := sum["all"] / n["all"]; len(ids) != 3003 || math.Abs(got-12.76) > 0.3 {
		t.Errorf("%d series, sMAPE %.2f, want 12.76", len(ids), got)
	}
}
