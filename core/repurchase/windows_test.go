//go:build published

package repurchase_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quartermaster/connectors/orderscsv"
	"quartermaster/core"
	"quartermaster/core/repurchase"
)

// TestWindows forecasts windows inside the histories of real shops and logs how far
// off the level was: the logs of expected over come, of customers and of orders. It is
// what rules about the level are chosen by. WINDOWS names the files and the last day
// of each that may be looked at: "uk.csv.gz=2011-08-31 cdnow.csv.gz=1997-09-30".
// Beside it stands what hindsight would give: the best of the models alone in each
// window, and the models' mean less the best constant for the shop.
// Windows of 30 to 365 days follow each tenth of the history from the third on; those
// with fewer than a hundred customers who came are left out, being mostly chance.
func TestWindows(t *testing.T) {
	for _, arg := range strings.Fields(os.Getenv("WINDOWS")) {
		name, last, _ := strings.Cut(arg, "=")
		end, err := core.ParseDay(last)
		if err != nil {
			t.Fatal(err)
		}
		h := read(t, name)
		var n, near, chances, numbers, miss, picked float64
		var alone []float64
		for tenth := 3; tenth < 10; tenth++ {
			for _, days := range []int{30, 60, 90, 180, 365} {
				day := h.First() + core.Day(int(end-h.First())*tenth/10)
				if day+core.Day(days) > end {
					continue
				}
				rep, err := repurchase.Customers(h, day, days)
				if err != nil {
					t.Fatal(err)
				}
				came := h.OrderDays(day, day+core.Day(days))
				var expected, active, orders, buyers, off float64
				for _, c := range rep.Customers {
					y := came[c.Customer]
					expected, active = expected+c.Expected, active+c.Active
					orders, buyers = orders+y, buyers+min(1, y)
					off += math.Abs(c.Point-y) / float64(len(rep.Customers))
				}
				if buyers < 100 {
					continue
				}
				chance, number := math.Log(active/buyers), math.Log(expected/orders)
				t.Logf("%s %s %3d days: chances %+.3f, numbers %+.3f, error %.3f", filepath.Base(name), day, days, chance, number, off)
				n++
				chances, numbers, miss = chances+math.Abs(chance), numbers+math.Abs(number), miss+off
				if math.Abs(chance) <= 0.05 {
					near++
				}
				best, mean := math.Inf(1), 0.0
				levels := repurchase.ModelsAlone(h, day, days)
				for _, v := range levels {
					best = min(best, math.Abs(math.Log(v/buyers)))
					mean += math.Log(v/buyers) / float64(len(levels))
				}
				picked, alone = picked+best, append(alone, mean)
			}
		}
		t.Logf("%s: %.0f windows, mean error of the log of the chances %.4f (%.0f within 0.05), of the numbers %.4f, mean absolute error %.4f",
			filepath.Base(name), n, chances/n, near, numbers/n, miss/n)
		slices.Sort(alone)
		left := 0.0
		for _, v := range alone {
			left += math.Abs(v-alone[len(alone)/2]) / n
		}
		t.Logf("%s: in hindsight, the best model of each window %.4f, the best constant %.4f", filepath.Base(name), picked/n, left)
	}
}

// read reads the orders of a file.
func read(t *testing.T, name string) *repurchase.History {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	h, err := orderscsv.Read(f, name)
	if err != nil {
		t.Fatal(err)
	}
	return h
}
