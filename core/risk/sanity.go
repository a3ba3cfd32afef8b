package risk

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"quartermaster/core"
)

// Vitals are the few figures of a snapshot by which a broken feed shows.
type Vitals struct {
	Products    int           `json:"products"`     // active ones
	Rows        int           `json:"rows"`         // of stock, in the last delivery where that is known
	Stocked     int           `json:"stocked"`      // rows with units on hand
	OnHand      int64         `json:"on_hand"`      // units, all rows
	Currency    core.Currency `json:"currency"`     // most products are priced in it
	MedianPrice int64         `json:"median_price"` // minor units, of those products
}

// VitalsOf measures a snapshot.
func VitalsOf(s core.Snapshot) Vitals {
	var v Vitals
	prices := map[core.Currency][]int64{}
	for _, p := range s.Products {
		if p.Active {
			v.Products++
			prices[p.Price.Currency] = append(prices[p.Price.Currency], p.Price.Minor)
		}
	}
	for _, cur := range slices.Sorted(maps.Keys(prices)) {
		if len(prices[cur]) > len(prices[v.Currency]) {
			v.Currency = cur
		}
	}
	if list := prices[v.Currency]; len(list) > 0 {
		slices.Sort(list)
		v.MedianPrice = list[len(list)/2]
	}
	for _, l := range s.Stock {
		v.Rows++
		v.OnHand += l.OnHand
		if l.OnHand > 0 {
			v.Stocked++
		}
	}
	// Rows missing from the last delivery keep their old figures in the snapshot.
	for _, f := range s.Feeds {
		if f.Name == "stock" && f.Rows > 0 {
			v.Rows = f.Rows
		}
	}
	return v
}

// Bounds of what can happen to a shop between two checks. Beyond them the feed is
// taken to be broken until a person says that it is right.
const (
	enough    = 5  // fewer rows than this say nothing
	manifold  = 20 // total stock or typical price this many times more or less
	remaining = 2  // no more than one in so many rows or products left
)

// Implausible compares a snapshot with the last one that was good and returns a
// cause for everything that hardly happens in a real shop: all stock gone, half
// of the rows or products gone, stock or prices twenty times what they were, the
// price currency switched. A small shop, with fewer than five rows, is not judged.
func Implausible(good, now Vitals) []Cause {
	var causes []Cause
	bad := func(feed, format string, args ...any) {
		causes = append(causes, Cause{Kind: BadData, Feed: feed, Reason: fmt.Sprintf(format, args...)})
	}
	if good.Rows >= enough {
		switch {
		case now.Rows*remaining <= good.Rows:
			bad("stock", "stock data lists %d rows, it were %d", now.Rows, good.Rows)
		case good.Stocked >= enough && now.Stocked == 0:
			bad("stock", "stock data says that nothing is on hand anywhere, it were %d rows with stock", good.Stocked)
		case good.OnHand >= enough && (now.OnHand/manifold > good.OnHand || now.OnHand < good.OnHand/manifold):
			bad("stock", "stock data sums up to %d units, it were %d", now.OnHand, good.OnHand)
		}
	}
	if good.Products >= enough {
		switch {
		case now.Products*remaining <= good.Products:
			bad("products", "product data lists %d products, it were %d", now.Products, good.Products)
		case now.Currency != good.Currency:
			bad("products", "products are priced in %s, it was %s", now.Currency, good.Currency)
		case good.MedianPrice > 0 && (now.MedianPrice/manifold > good.MedianPrice || now.MedianPrice < good.MedianPrice/manifold || now.MedianPrice == 0):
			bad("products", "the typical price is %s, it was %s", core.Money{Minor: now.MedianPrice, Currency: now.Currency}, core.Money{Minor: good.MedianPrice, Currency: good.Currency})
		}
	}
	return causes
}

// goodCycles is how many checks without a cause end conservative mode.
const goodCycles = 2

// Mode is conservative mode as a state with causes. The zero value is normal.
type Mode struct {
	Causes []Cause `json:"causes,omitempty"`
	Good   int     `json:"good,omitempty"` // checks without a cause since it began
}

// Next is the mode after a check that found these causes. It begins with the
// first cause and ends after two checks in a row without any, so that a feed that
// comes and goes does not switch the shop on and off.
func (m Mode) Next(causes []Cause) Mode {
	switch {
	case len(causes) > 0:
		return Mode{Causes: causes}
	case len(m.Causes) == 0 || m.Good+1 >= goodCycles:
		return Mode{}
	}
	next := Mode{Causes: slices.Clone(m.Causes), Good: m.Good + 1}
	for i := range next.Causes {
		c := &next.Causes[i]
		if m.Good == 0 {
			c.Reason = fmt.Sprintf("%s; it is good again (check %d of %d)", cmp.Or(c.Found, c.Reason), next.Good, goodCycles)
		}
	}
	return next
}

// StandIn says that data which a check at this time found plausible is used instead
// of what a cause found wrong.
func (c Cause) StandIn(at time.Time) Cause {
	c.Instead, c.Found = at, c.Reason
	c.Reason = fmt.Sprintf("%s; the data of the check of %s is used instead", c.Reason, at.Format("2 Jan 2006 15:04"))
	return c
}

// InDoubt reports whether a cause says that the data is wrong, and not only old, and
// nothing stands in for it.
func InDoubt(causes []Cause) bool {
	return slices.ContainsFunc(causes, func(c Cause) bool { return c.kind() == BadData && c.Instead.IsZero() })
}
