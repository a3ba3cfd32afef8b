package repurchase

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"quartermaster/core"
)

// Customers of one channel order four times as often as those of the other. Who bought
// once looks alike in both to the models; with the channel known their chances are
// told apart, as they turn out. The same holds for what they bought first. A channel
// drawn by chance changes nothing.
func TestChannelsTellApart(t *testing.T) {
	var lines []Line
	var channels, random []string
	r := rand.New(rand.NewPCG(3, 3))
	for k, alpha := range []float64{200, 800} {
		_, orders := simulated(Model{Kind: BGNBD, R: 4, Alpha: alpha, A: 0.5, B: 6}, 1000, 90, uint64(k))
		for _, days := range orders {
			c := int32(len(channels))
			channels = append(channels, []string{"ads", "word of mouth"}[k])
			random = append(random, []string{"ads", "word of mouth"}[r.IntN(2)])
			for _, d := range days {
				lines = append(lines, Line{Customer: c, Product: NoProduct, Day: cutoff - 90 + core.Day(d), Qty: 1, Value: 1000})
			}
		}
	}
	h, err := NewHistory(make([]string, len(channels)), nil, lines)
	if err != nil {
		t.Fatal(err)
	}
	// off is by how much the chances of a channel's customers with one order are off, as logs.
	off := func() (ads, word float64, why string) {
		rep, err := Customers(h, cutoff, 30)
		if err != nil {
			t.Fatal(err)
		}
		var expected, came [2]float64
		for _, c := range rep.Customers {
			if h.orderDays(c.Customer, 0, cutoff) > 1 {
				continue
			}
			k := c.Customer / 1000
			expected[k] += c.Active
			came[k] += min(1, float64(h.orderDays(c.Customer, cutoff, cutoff+30)))
		}
		return math.Log(expected[0] / came[0]), math.Log(expected[1] / came[1]), rep.Why
	}
	const channel, product = "channel of a customer's first order counts", "bought first counts"
	blindAds, blindWord, blind := off()
	if strings.Contains(blind, channel) || strings.Contains(blind, product) {
		t.Error(blind)
	}
	apart := func(said string) {
		t.Helper()
		ads, word, why := off()
		t.Logf("off by %+.2f and %+.2f, blind %+.2f and %+.2f", ads, word, blindAds, blindWord)
		if !strings.Contains(why, said) {
			t.Error(why)
		}
		if gap, before := math.Abs(ads-word), math.Abs(blindAds-blindWord); before < 0.3 || gap > before/2 {
			t.Errorf("the chances are apart by a factor off by %.2f, blind by %.2f", math.Exp(gap), math.Exp(before))
		}
	}
	h.Channel = channels
	apart(channel)
	h.Channel = random
	if _, _, why := off(); strings.Contains(why, channel) {
		t.Errorf("a channel drawn by chance counts: %s", why)
	}
	h.Channel, h.Products = nil, []string{"lamp", "cable"}
	for i := range h.lines {
		h.lines[i].Product = h.lines[i].Customer / 1000
	}
	apart(product)
}

// What counts is learned with the best of all strengths, not of the few it was tried with.
func TestCovariatesGetTheBestStrength(t *testing.T) {
	h := browsers(t, 3)
	clock := seasonOf(h, cutoff, 30)
	now := newView(h.summaries(cutoff, clock, 1), clock.between(cutoff, cutoff+30), Kinds...)
	tried := trials(h, now, clock, cutoff, 30)
	_, eta, _, used := correct(h, tried, h.covariates(cutoff, tried[len(tried)-1].day))
	if len(used) == 0 {
		t.Fatal("nothing counts")
	}
	loss, i := 0.0, 0
	for _, p := range tried {
		for _, orders := range p.orders {
			loss += logistic.loss(min(1, orders), eta[i])
			i++
		}
	}
	for _, strength := range ridges() {
		if _, _, _, other := correctWith(h, tried, used, []float64{strength}); other < loss-0.01 {
			t.Errorf("strength %g has a loss of %.2f, the one used %.2f", strength, other, loss)
		}
	}
}
