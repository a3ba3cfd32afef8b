package cards

import (
	"encoding/json"
	"strings"
	"testing"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// A product that comes by two ways, or for two places, is offered and counted once.
func TestOffersAreByProduct(t *testing.T) {
	var v plan.ArrivalView
	for _, sku := range []core.SKU{"AA-1", "AA-1", "BB-1", "CC-1", "CC-1"} {
		v.Lines = append(v.Lines, plan.ArrivalLine{SKU: sku, Likely: 232})
	}
	b := in("en")
	b.whoFirst(v)
	raw, err := json.Marshal(b.blocks)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(raw), "232 known customers"); n != 3 || strings.Contains(string(raw), "more of these products") {
		t.Errorf("three products are offered %d times: %s", n, raw)
	}
}
