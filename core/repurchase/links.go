package repurchase

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"

	"quartermaster/core"
)

// Link says that buyers of one product go on to buy another.
type Link struct {
	From, To int // product numbers
	// Buyers is how many customers bought From long enough ago to tell;
	// Followers how many of them bought To within the window after.
	Buyers, Followers int
	// Share is Followers over Buyers, Low and High its 95 % bounds (Wilson 1927).
	Share, Low, High float64
	// Lift is Followers against the number to expect if each customer had drawn as
	// many products as he bought in that window, by how often those follow the
	// purchase of others.
	Lift float64
	// Q is the false discovery rate at which the link is just accepted
	// (Benjamini and Hochberg 1995), over all pairs that could be one.
	Q float64
}

// LinkRules say which links count. Zero values take the defaults.
type LinkRules struct {
	Window    int     // days after the purchase; defaults to 60
	Buyers    int     // fewest buyers of From; defaults to 20
	Followers int     // fewest followers; defaults to 5
	FDR       float64 // false discovery rate over all pairs; defaults to 0.05
}

func (r LinkRules) withDefaults() LinkRules {
	r.Window = cmp.Or(max(r.Window, 0), 60)
	r.Buyers = cmp.Or(max(r.Buyers, 0), 20)
	r.Followers = cmp.Or(max(r.Followers, 0), 5)
	r.FDR = cmp.Or(max(r.FDR, 0), 0.05)
	return r
}

// maxWidth bounds the products of one customer's window: who buys more is a
// reseller, whose links say nothing about households.
const maxWidth = 400

// anchor is the first purchase of a product by a customer, with what followed.
type anchor struct {
	customer int32
	from     int32 // the window is lines[from:to] of the customer
	to       int32
}

// followers is what came in the windows after the first purchases of one product.
type followers struct {
	product int
	n       int   // windows
	widths  []int // windows by the number of products bought in them
	found   []follower
}

// follower is a product bought in so many of those windows.
type follower struct {
	product int32
	times   int
}

// priorFollowers is how many windows of others with a product are made up at its
// overall rate: a product never bought but after one other would follow that infinitely
// more often.
const priorFollowers = 5

// Links returns the links between different products, the strongest first. A
// product bought on the same day is no follower, and only first purchases of
// From whose window has ended by the cut-off count.
//
// What follows From is compared with what follows other products, for customers who
// buy as much in the window: some products follow any purchase, and that is no link.
func Links(h *History, cutoff core.Day, rules LinkRules) []Link {
	r := rules.withDefaults()
	found, tests := linksBeyondChance(h, cutoff, r)
	return discoveries(found, tests, r.FDR)
}

// linksBeyondChance holds every pair that was found against chance, and returns how
// many pairs were candidates: every ordered pair with enough buyers and enough sales of
// the other one, found or not.
func linksBeyondChance(h *History, cutoff core.Day, r LinkRules) (found []Link, tests int) {
	anchors, share := h.anchors(cutoff, r.Window)
	var counted [parts][]followers
	inParts(len(h.Products), func(part, from, to int) {
		counted[part] = h.followers(anchors, from, to, r.Buyers)
	})
	all := slices.Concat(counted[:]...)
	times, widths := make([]int, len(h.Products)), make([]int, maxWidth+1) // after any product
	own := make([][]int, len(h.Products))                                  // windows after the product itself, in which it does not count
	for _, f := range all {
		own[f.product] = f.widths
		for w, n := range f.widths {
			widths[w] += n
		}
		for _, b := range f.found {
			times[b.product] += b.times
		}
	}
	draws := drawsFor(share)
	rates := make([]float64, len(h.Products)) // of a product at a draw
	inParts(len(rates), func(_, from, to int) {
		others := make([]int, len(widths))
		for b := from; b < to; b++ {
			copy(others, widths)
			for w, n := range own[b] {
				others[w] -= n
			}
			rates[b] = rateFor(others, draws, float64(times[b]))
		}
	})
	var links [parts][]Link
	inParts(len(all), func(part, from, to int) {
		for _, f := range all[from:to] {
			for _, b := range f.found {
				if b.times < r.Followers {
					continue
				}
				expected := chance(f.widths, draws, rates[b.product])
				others, usual := float64(times[b.product]-b.times), float64(times[b.product])-expected
				expected *= (others + priorFollowers) / (max(usual, 0) + priorFollowers)
				links[part] = append(links[part], newLink(f.product, int(b.product), f.n, b.times, expected))
			}
		}
	})
	tos := 0
	for _, s := range share {
		if s > 0 {
			tos++
		}
	}
	found = slices.Concat(links[:]...)
	return found, max(len(all)*max(tos-1, 1), len(found))
}

// followers counts what came in the windows of some of the products, those with enough
// buyers.
func (h *History) followers(anchors [][]anchor, from, to, buyers int) (out []followers) {
	count := make([]int, len(h.Products))
	mark := make([]int32, len(h.Products)) // the last anchor that counted a product
	serial := int32(0)
	for a := from; a < to; a++ {
		if len(anchors[a]) < buyers {
			continue
		}
		f := followers{product: a}
		var touched []int32
		for _, k := range anchors[a] {
			serial++
			window := h.all(int(k.customer))[k.from:k.to]
			width := 0
			for _, l := range window {
				if l.Qty > 0 && l.Product >= 0 && int(l.Product) != a && mark[l.Product] != serial {
					mark[l.Product] = serial
					width++
				}
			}
			if width > maxWidth {
				continue
			}
			f.n++
			for len(f.widths) <= width {
				f.widths = append(f.widths, 0)
			}
			f.widths[width]++
			for _, l := range window {
				if l.Product >= 0 && mark[l.Product] == serial {
					mark[l.Product] = -serial
					if count[l.Product] == 0 {
						touched = append(touched, l.Product)
					}
					count[l.Product]++
				}
			}
		}
		for _, b := range touched {
			f.found = append(f.found, follower{b, count[b]})
			count[b] = 0
		}
		if f.n >= buyers {
			out = append(out, f)
		}
	}
	return out
}

// anchors finds the first purchases of every product whose window has ended,
// and each product's share of all that was bought.
func (h *History) anchors(cutoff core.Day, window int) (anchors [][]anchor, share []float64) {
	anchors, share = make([][]anchor, len(h.Products)), make([]float64, len(h.Products))
	seen := make([]int32, len(h.Products)) // customer+1 who was last seen with the product
	bought := make([]struct {
		customer int32
		day      core.Day
	}, len(h.Products))
	total := 0.0
	for c := range h.Customers {
		lines := h.until(c, cutoff)
		end := 0
		for i, l := range lines {
			if l.Qty <= 0 || l.Product < 0 {
				continue
			}
			// A product counts once per customer and day for the shares.
			if b := &bought[l.Product]; b.customer != int32(c)+1 || b.day != l.Day {
				b.customer, b.day = int32(c)+1, l.Day
				share[l.Product]++
				total++
			}
			if seen[l.Product] == int32(c)+1 || l.Day+core.Day(window) > cutoff {
				continue
			}
			seen[l.Product] = int32(c) + 1
			start := i
			for start < len(lines) && lines[start].Day == l.Day {
				start++
			}
			for end = max(end, start); end < len(lines) && lines[end].Day <= l.Day+core.Day(window); {
				end++
			}
			anchors[l.Product] = append(anchors[l.Product], anchor{int32(c), int32(start), int32(end)})
		}
	}
	for b := range share {
		share[b] /= max(total, 1)
	}
	return anchors, share
}

// drawsFor returns for every width up to maxWidth how many draws by popularity
// give so many different products: popular ones come up more than once.
func drawsFor(share []float64) []float64 {
	products := 0
	for _, s := range share {
		if s > 0 {
			products++
		}
	}
	draws := make([]float64, maxWidth+1)
	for w := 1; w <= maxWidth; w++ {
		t := draws[w-1]
		if w >= products {
			draws[w] = t // all there is
			continue
		}
		for range 4 { // Newton's method; the number of products is concave in t
			got, slope := 0.0, 0.0
			for _, s := range share {
				e := math.Exp(-s * t)
				got += 1 - e
				slope += s * e
			}
			t += (float64(w) - got) / max(slope, 1e-12)
		}
		draws[w] = t
	}
	return draws
}

// chance is the expected number of windows with a product that comes at this rate at
// each draw, for windows by the number of products bought in them.
func chance(widths []int, draws []float64, rate float64) float64 {
	sum := 0.0
	for w, n := range widths {
		if n > 0 {
			sum += float64(n) * -math.Expm1(-rate*draws[w])
		}
	}
	return sum
}

// rateFor returns the rate at which chance is so many windows.
func rateFor(widths []int, draws []float64, times float64) float64 {
	all := 0.0
	for w, n := range widths {
		all += float64(n) * draws[w]
	}
	if times == 0 || all == 0 {
		return 0
	}
	rate := times / all
	for range 6 { // chance is concave in the rate
		rate *= times / max(chance(widths, draws, rate), 1e-12)
	}
	return rate
}

func newLink(from, to, n, k int, expected float64) Link {
	l := Link{From: from, To: to, Buyers: n, Followers: k, Share: float64(k) / float64(n)}
	l.Low, l.High = wilson(float64(k), float64(n))
	expected = min(max(expected, 1e-9), float64(n)*(1-1e-9))
	l.Lift = float64(k) / expected
	// P(at least k of n); the binomial has more spread than the sum of unequal
	// chances it stands for, which errs to the safe side. Q holds p until
	// discoveries replaces it.
	l.Q = mathext.RegIncBeta(float64(k), float64(n-k)+1, expected/float64(n))
	return l
}

// wilson returns the 95 % score interval of k out of n (Wilson 1927).
func wilson(k, n float64) (low, high float64) {
	const z = 1.959963984540054
	if n <= 0 {
		return 0, 1
	}
	p := k / n
	mid := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, mid-half), min(1, mid+half)
}

// discoveries keeps the links that are accepted at a false discovery rate when
// tests pairs were candidates, strongest lift bound first.
func discoveries(all []Link, tests int, fdr float64) []Link {
	slices.SortFunc(all, func(a, b Link) int {
		return cmp.Or(cmp.Compare(a.Q, b.Q), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	q := 1.0
	for i := len(all) - 1; i >= 0; i-- {
		q = min(q, all[i].Q*float64(tests)/float64(i+1))
		all[i].Q = q
	}
	n, _ := slices.BinarySearchFunc(all, fdr, func(l Link, t float64) int {
		if l.Q <= t {
			return -1
		}
		return 1
	})
	all = slices.DeleteFunc(all[:n], func(l Link) bool { return l.Lift <= 1 })
	slices.SortStableFunc(all, func(a, b Link) int {
		return cmp.Or(cmp.Compare(b.Low, a.Low), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return all
}
