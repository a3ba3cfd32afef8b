package plan

import (
	"quartermaster/core"
)

// kits turns the demand of kits into demand of their components at the same place
// (requirement D15). A kit that nobody offers is assembled, not bought: its own
// node goes unless stock of it is kept.
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
	}
	var kits []sold
	for k, n := range x.nodes {
		if len(parts[k.sku]) > 0 {
			kits = append(kits, sold{k, n.series})
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
				n.series = append(n.series, component(s, part))
			}
		}
		if n := x.nodes[kit.key]; len(x.offers[kit.key.sku]) == 0 && n.stock == nil {
			delete(x.nodes, kit.key)
		}
	}
}

// component is the demand of a part that sales of its kit make. It has a channel
// of its own, so that the same shop channel may sell both.
func component(s core.Series, part core.KitPart) core.Series {
	qty := make([]float32, len(s.Qty))
	for i, q := range s.Qty {
		if q < 0 { // Missing
			qty[i] = q
			continue
		}
		qty[i] = q * float32(part.Qty)
	}
	return core.Series{SKU: part.Part, Channel: core.ChannelID("kit:" + string(part.Kit) + ":" + string(s.Channel)), Start: s.Start, Qty: qty, Flags: s.Flags}
}
