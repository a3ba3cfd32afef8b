package demoshop

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"quartermaster/core"
)

// product is one article with what the demo makes up for it.
type product struct {
	sku      core.SKU
	name     string
	category string
	price    int64 // pence: the most frequent price of the last eight weeks
	cost     int64 // pence, landed: 45 to 60 % of the price
}

func gbp(pence int64) core.Money { return core.Money{Minor: pence, Currency: "GBP"} }

// draw returns the random source of one SKU: what is drawn for it depends on
// the seed and its code only, never on other SKUs.
func draw(seed uint64, sku core.SKU) *rand.Rand {
	code, err := strconv.ParseUint(string(sku), 10, 64)
	if err != nil {
		code = uint64(len(sku)) // codes of the data set are numbers
	}
	return rand.New(rand.NewPCG(seed, code))
}

// readProducts returns the products by revenue of the last eight weeks, best
// first, ties by code.
func readProducts(sales []sale, seed uint64) []product {
	raw, err := data.ReadFile("data/products.csv")
	if err != nil {
		panic("embedded file: " + err.Error())
	}
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		panic("embedded file: " + err.Error())
	}
	start := sales[len(sales)-1].day - recentDays
	revenue := map[core.SKU]int64{}
	prices := map[core.SKU]map[int64]int64{} // price -> lines, all time and recent
	for _, s := range sales {
		if prices[s.sku] == nil {
			prices[s.sku] = map[int64]int64{}
		}
		prices[s.sku][s.pence]++
		if s.day > start {
			revenue[s.sku] += s.qty * s.pence
			prices[s.sku][s.pence] += 1000 // recent prices come first
		}
	}
	var out []product
	for _, r := range rows[1:] {
		p := product{sku: core.SKU(r[0]), name: title(r[1]), category: categoryOf(r[1])}
		p.price = ranked(prices[p.sku])[0]
		p.cost = max(1, p.price*int64(45+draw(seed, p.sku).IntN(16))/100)
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b product) int {
		return cmp.Or(cmp.Compare(revenue[b.sku], revenue[a.sku]), cmp.Compare(a.sku, b.sku))
	})
	return out
}

// ranked returns the keys of m by falling value, ties by key.
func ranked[K cmp.Ordered](m map[K]int64) []K {
	return slices.SortedFunc(maps.Keys(m), func(a, b K) int {
		return cmp.Or(cmp.Compare(m[b], m[a]), cmp.Compare(a, b))
	})
}

func (w *world) productRows() [][]string {
	rows := [][]string{{"sku", "name", "category", "price", "currency", "cost", "active", "aliases"}}
	for _, p := range slices.SortedFunc(slices.Values(w.products), func(a, b product) int { return cmp.Compare(a.sku, b.sku) }) {
		alias := ""
		if w.eu[p.sku] {
			alias = string(channelIntl) + ":EU-" + string(p.sku)
		}
		rows = append(rows, []string{string(p.sku), p.name, p.category, gbp(p.price).Decimal(), "GBP", gbp(p.cost).Decimal(), "true", alias})
	}
	return rows
}

// categories are tried in order; the first with a phrase that stands in the
// description as whole words wins.
var categories = []struct {
	name    string
	phrases []string
}{
	{"Toys & games", []string{"SNAP CARDS", "CARD GAME", "DOMINOES", "GLIDERS", "HARMONICA", "DOLL", "PLAYHOUSE", "NANCY", "FELTCRAFT", "FELT CRAFT"}},
	{"Candles & lights", []string{"T-LIGHT", "CANDLE", "CANDLES", "CANDLEHOLDER", "LIGHT", "LIGHTS"}},
	{"Party & paper", []string{"CAKE CASES", "NAPKINS", "BUNTING", "RIBBONS", "PAPER", "BIRTHDAY CARD", "PARASOLS"}},
	{"Bags", []string{"BAG", "SHOPPER", "MINI CASES", "WALLET"}},
	{"Home & garden", []string{"PLASTERS", "PEGS", "KNEELING", "HOT WATER", "KNOB", "SEWING", "DOORMAT"}},
	{"Signs & clocks", []string{"SIGN", "CLOCK", "CHALKBOARD", "BLACK BOARD", "BLOCK WORD"}},
	{"Kitchen", []string{"CAKE", "CAKESTAND", "JAM", "BAKING", "COOKIE", "RECIPE", "LUNCH", "SNACK", "TEA", "TEACUP", "JELLY", "GLASS BOWLS", "TINS", "KITCHEN", "APRON"}},
}

func categoryOf(description string) string {
	words := " " + strings.TrimRight(strings.Join(strings.Fields(description), " "), ".") + " "
	for _, c := range categories {
		for _, p := range c.phrases {
			if strings.Contains(words, " "+p+" ") {
				return c.name
			}
		}
	}
	return "Home decor"
}

// small and fixed are words that title does not simply capitalise.
var (
	small = []string{"and", "in", "of", "the", "with"}
	fixed = map[string]string{"pc": "pc", "led": "LED", "3d": "3D"}
)

// title turns a description in capitals into a product name: "SET OF 3 CAKE
// TINS PANTRY DESIGN " becomes "Set of 3 Cake Tins Pantry Design".
func title(description string) string {
	words := strings.Fields(strings.ToLower(strings.TrimRight(strings.TrimSpace(description), ".")))
	for i, w := range words {
		if f, ok := fixed[w]; ok {
			words[i] = f
			continue
		}
		if i > 0 && slices.Contains(small, w) {
			continue
		}
		words[i] = capitalise(w)
	}
	return strings.Join(words, " ")
}

// capitalise raises the first letter of w and of its parts after a slash, plus,
// dash or bracket, but not after an apostrophe or a digit.
func capitalise(w string) string {
	var b strings.Builder
	prev := '/'
	for _, r := range w {
		if strings.ContainsRune("/+-(&", prev) {
			r = unicode.ToUpper(r)
		}
		b.WriteRune(r)
		prev = r
	}
	return b.String()
}
