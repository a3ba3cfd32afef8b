package plan

import (
	"fmt"
	"slices"
	"strings"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// kits turns the demand of kits into demand of their components at the same place
// (requirement D15), less what kits in stock cover. A kit that somebody offers is bought,
// not assembled, and asks for no components; of one that nobody offers the own node goes
// unless stock of it is kept.
func (x *index) kits(at func(core.SKU, core.LocationID) *node, active func(core.SKU) bool) {
	parts := map[core.SKU][]core.KitPart{}
	for _, k := range x.s.Kits {
		parts[k.Kit] = append(parts[k.Kit], k)
	}
	if len(parts) == 0 {
		return
	}
	type sold struct {
		key    nodeKey
		series []core.Series
		share  float64
	}
	var kits []sold
	for k, n := range x.nodes {
		if len(parts[k.sku]) > 0 && len(x.offers[k.sku]) == 0 {
			kits = append(kits, sold{k, n.series, x.toAssemble(n)})
		}
	}
	for _, kit := range kits {
		for _, part := range parts[kit.key.sku] {
			if x.products[part.Part] == nil || !active(part.Part) {
				continue
			}
			loc := kit.key.loc
			if n := x.nodes[nodeKey{part.Part, loc}]; n == nil || n.stock == nil {
				loc = x.fallback
			}
			n := at(part.Part, loc)
			for _, s := range kit.series {
				n.series = append(n.series, component(s, part, kit.share))
			}
		}
		if n := x.nodes[kit.key]; n.stock == nil {
			delete(x.nodes, kit.key)
		}
	}
}

// assembleDays is the time over which kits in stock are taken off the demand for their
// components, evenly. An order that lasts no longer than that is never too small for it.
const assembleDays = 120

// toAssemble is the share of a kit's demand that its stock does not cover over
// assembleDays, at the rate of the last kitDays.
func (x *index) toAssemble(n *node) float64 {
	if n.stock == nil {
		return 1
	}
	have, units := float64(position(n).Available()), 0.0
	for _, s := range n.series {
		units += lately(s, x.today)
	}
	if have <= 0 || units <= 0 {
		return 1
	}
	return max(0, 1-have*kitDays/(units*assembleDays))
}

// lately is what a series sold in the last kitDays.
func lately(s core.Series, today core.Day) (units float64) {
	for day := max(s.Start, today-kitDays); day < today && int(day-s.Start) < s.Qty.Len(); day++ {
		units += max(0, float64(s.Qty.At(int(day-s.Start))))
	}
	return units
}

// component is the demand of a part that a share of the sales of its kit makes. It has a
// channel of its own, so that the same shop channel may sell both.
func component(s core.Series, part core.KitPart, share float64) core.Series {
	qty := core.Zeros(s.Qty.Len())
	for i := range qty.Len() {
		q := s.Qty.At(i)
		if !(q < 0) { // not Missing
			q *= float32(float64(part.Qty) * share)
		}
		qty.Set(i, q)
	}
	return core.Series{SKU: part.Part, Channel: core.ChannelID(kitChannel + string(part.Kit) + ":" + string(s.Channel)), Start: s.Start, Qty: qty, Flags: s.Flags}
}

// kitChannel begins the channel of demand that comes from a kit.
const kitChannel = "kit:"

// kitDays is how far back the share of kits in a demand is told.
const kitDays = 28

// kitNote says how much of the demand of a node comes from kits; empty when none does.
func (e *evaluation) kitNote(n *node) string {
	var kits []string
	units := 0.0
	for _, s := range n.series {
		rest, ok := strings.CutPrefix(string(s.Channel), kitChannel)
		if !ok {
			continue
		}
		kit, _, _ := strings.Cut(rest, ":")
		sold := lately(s, e.today)
		if units += sold; sold > 0 && !slices.Contains(kits, kit) {
			kits = append(kits, kit)
		}
	}
	if len(kits) == 0 {
		return ""
	}
	slices.Sort(kits)
	return fmt.Sprintf("%s units of the last %d days went into kits: %s", replenish.Num(round2(units)), kitDays, strings.Join(kits, ", "))
}
