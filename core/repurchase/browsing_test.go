package repurchase

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"quartermaster/core"
)

// browsers is a shop of customers who are in the mood for some sixty days, then out of
// it as long. In the mood they look at the shop every tenth day and buy effect times as
// often as out of it; without an effect their looking says nothing.
func browsers(t *testing.T, effect float64) *History {
	t.Helper()
	const days = 240
	start := cutoff - 180
	r := rand.New(rand.NewPCG(5, 5))
	var lines []Line
	browsed := make([][]core.Day, 2000)
	for c := range browsed {
		rate := gammaDraw(r, 4) / 4 * 0.004
		mood := r.IntN(2) == 0
		for d := range core.Day(days) {
			if r.Float64() < 1.0/60 {
				mood = !mood
			}
			chance := rate
			if mood {
				chance *= effect
				if r.Float64() < 0.1 {
					browsed[c] = append(browsed[c], start+d)
				}
			}
			if d == 0 || r.Float64() < chance {
				lines = append(lines, Line{Customer: int32(c), Product: NoProduct, Day: start + d, Qty: 1, Value: 1000})
			}
		}
	}
	h, err := NewHistory(make([]string, len(browsed)), nil, lines)
	if err != nil {
		t.Fatal(err)
	}
	h.Browsed = browsed
	return h
}

// Who browsed of late buys more often, and his chance is told apart from that of who
// did not: by half of what the models miss at least, seven tenths of what is learned
// being applied.
// Where browsing says nothing, or is known for some of the windows learned from only,
// it does not count.
func TestBrowsingTellsApart(t *testing.T) {
	// gap is by which factor browsers of the last 30 days have better chances than the
	// others, as logs: expected, and as it turned out.
	gap := func(h *History, browsed [][]core.Day) (expected, came float64, counts bool) {
		days := h.Browsed
		h.Browsed = browsed
		rep, err := Customers(h, cutoff, 30)
		if err != nil {
			t.Fatal(err)
		}
		h.Browsed = days
		var n, chance, buyers [2]float64
		for _, c := range rep.Customers {
			k := min(1, len(h.browsed(c.Customer, cutoff-browsingDays, cutoff)))
			n[k]++
			chance[k] += c.Active
			buyers[k] += min(1, float64(h.orderDays(c.Customer, cutoff, cutoff+30)))
		}
		return math.Log(chance[1] / n[1] * n[0] / chance[0]), math.Log(buyers[1] / n[1] * n[0] / buyers[0]),
			strings.Contains(rep.Why, "browsed of late counts too")
	}
	h := browsers(t, 8)
	blind, _, counts := gap(h, nil)
	if counts {
		t.Error("browsing counts where it is not known")
	}
	late := make([][]core.Day, len(h.Browsed))
	for c := range late {
		late[c] = h.browsed(c, cutoff-45, cutoff)
	}
	if _, _, counts := gap(h, late); counts {
		t.Error("browsing known for a part of the windows counts")
	}
	expected, came, counts := gap(h, h.Browsed)
	t.Logf("browsers' chances are better by %.2f, expected %.2f, blind %.2f", came, expected, blind)
	if share := (expected - blind) / (came - blind); !counts || came-blind < 0.2 || share < 0.4 || share > 1.2 {
		t.Errorf("browsers' chances are better by %.2f, expected %.2f, without browsing %.2f", came, expected, blind)
	}
	h = browsers(t, 1)
	if _, _, counts := gap(h, h.Browsed); counts {
		t.Error("browsing that says nothing counts")
	}
}
