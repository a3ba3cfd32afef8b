package plan

import (
	"fmt"
	"slices"
	"strings"

	"quartermaster/core"
	"quartermaster/core/replenish"
)

// rules is what holds for one node beside the shop's policy: its class, how it is
// bought again, and what a person set by hand.
type rules struct {
	policy     core.Policy
	offer      *core.SupplierItem
	class      core.Class
	classWhy   string
	kind       core.CategoryKind
	kindWhy    string
	serviceWhy string
	cost       *replenish.UnitCost // nil when not known, or another target
	costWhy    string              // why it is not known
	human      string
	minRun     int64
	usual      *replenish.Usual // nil when a person set the demand
	toOrder    bool             // only what customers are owed
	set        map[core.OverrideField]core.Override
	notes      []string
	byHand     []string // of notes: what a person set
}

// rulesOf gathers the rules of a node. A number set by hand comes before that of
// the category, that before the class's, that before the shop's.
func (e *evaluation) rulesOf(n *node, offer *core.SupplierItem) rules {
	q := e.policy.Quantity
	r := rules{policy: e.policy, offer: offer, set: e.overrides(n, offer)}
	st := e.classes[n.product.SKU]
	r.class, r.classWhy = st.class, st.why
	if o, ok := r.set[core.OverrideClass]; ok {
		r.class, r.classWhy = core.Class(o.Word), "set by hand"
		r.note(o, "class", o.Word, string(st.class))
	}
	category := q.Categories[n.product.Category]
	r.kind, r.kindWhy = e.kindOf(n)
	if category.Kind != "" {
		r.kind, r.kindWhy = category.Kind, fmt.Sprintf("category %s is set to it", n.product.Category)
	}
	if o, ok := r.set[core.OverrideCategory]; ok {
		r.note(o, "category", o.Word, string(r.kind))
		r.kind, r.kindWhy = core.CategoryKind(o.Word), "set by hand"
	}
	if level, ok := q.ServiceLevels[r.class]; ok {
		if r.kind == core.Consumable && level < r.policy.ServiceLevel {
			level, r.serviceWhy = r.policy.ServiceLevel, consumableLevel
		} else {
			r.serviceWhy = "of class " + string(r.class)
		}
		r.policy.ServiceLevel = level
	}
	if category.ServiceLevel > 0 {
		r.policy.ServiceLevel, r.serviceWhy = category.ServiceLevel, "of category "+n.product.Category
	}
	r.toOrder = category.MakeToOrder
	if o, ok := r.set[core.OverrideService]; ok {
		r.note(o, "service level", replenish.Num(o.Value), replenish.Num(r.policy.ServiceLevel))
		r.policy.ServiceLevel, r.serviceWhy = o.Value, "set by hand"
	}
	if offer != nil {
		r.offer = r.offered(*offer)
	}
	if e.policy.Target == core.TargetCost {
		switch r.cost, r.costWhy = e.unitCost(n, r.offer); {
		case r.cost == nil:
		case r.serviceWhy != "":
			r.cost.Level = r.policy.ServiceLevel // somebody's word goes before the sum
		case r.kind == core.Consumable && r.cost.AtLeast(r.policy.ServiceLevel):
			r.serviceWhy = consumableLevel
		}
	}
	if e.policy.Target == core.TargetFill && r.serviceWhy != "" {
		r.policy.Target = core.TargetQuantile
	}
	if o, ok := r.set[core.OverrideFactor]; ok && o.Value > 1 { // what a person expects is no error
		r.policy.Quantity.OrderCap *= o.Value
	}
	if _, ok := r.set[core.OverrideDemand]; !ok {
		r.usual = replenish.UsualOf(n.series, e.today, e.historyNode(n).Empty)
	}
	if note := e.kitNote(n); note != "" {
		r.notes = append(r.notes, note)
	}
	if e.first(n) {
		r.minRun = q.MinRun
		r.human = "the first order of a new product is always a person's decision"
	} else if r.kind == core.Durable && !r.toOrder {
		r.human = fmt.Sprintf("it is hardly bought again (%s): consider making it to order", r.kindWhy)
	}
	return r
}

// offered is an offer with what a person set of it.
func (r *rules) offered(offer core.SupplierItem) *core.SupplierItem {
	r.leadTimes(&offer)
	if o, ok := r.set[core.OverrideMOQ]; ok {
		r.note(o, "minimum order", replenish.Num(o.Value)+" units", replenish.Num(float64(max(1, offer.MOQ))))
		offer.MOQ, offer.MOQAssumed = int64(o.Value), false
	}
	if o, ok := r.set[core.OverridePack]; ok {
		r.note(o, "pack", replenish.Num(o.Value)+" units", replenish.Num(float64(max(1, offer.Pack))))
		offer.Pack = int64(o.Value)
	}
	if pack := max(1, offer.Pack); offer.Max > 0 && offer.Max < (max(1, offer.MOQ)+pack-1)/pack*pack {
		r.notes = append(r.notes, fmt.Sprintf("the supplier's largest order of %s is less than that and does not count", plural(int(offer.Max), "unit")))
		offer.Max = 0
	}
	return &offer
}

// leadTimes sets the lead times that a person set: of the normal way, which a port
// strike delays and not the air freight that is the answer to it, and of the modes that
// are named. No other way takes longer than the normal one is said to.
func (r *rules) leadTimes(offer *core.SupplierItem) {
	normal, _ := replenish.Ways(offer.Lead)
	offer.Lead = slices.Clone(offer.Lead)
	set := func(l *core.Lead, o core.Override) {
		r.note(o, "lead time", replenish.Num(o.Value)+" days", replenish.Num(l.Days)+" by "+string(l.Mode))
		l.Days, l.Note = o.Value, ""
	}
	all, whole := r.set[core.OverrideLeadTime]
	for i := range offer.Lead {
		l := &offer.Lead[i]
		if o, ok := r.set[core.LeadTimeBy(l.Mode)]; ok {
			set(l, o)
		} else if whole && l.Mode == normal.Mode {
			set(l, all)
		} else if whole && l.Days > all.Value {
			l.Days, l.Note = all.Value, ""
		}
	}
}

// note says what a person set, in place of what.
func (r *rules) note(o core.Override, what, value, computed string) {
	text := fmt.Sprintf("%s is set to %s by %s until %s: %s", what, value, o.By, o.Until, o.Reason)
	if computed != "" {
		text += fmt.Sprintf(" (otherwise %s)", computed)
	}
	r.notes, r.byHand = append(r.notes, text), append(r.byHand, text)
}

// overrides are those of a node that hold today, with the supplier it is ordered
// from. The one that says most precisely what it is about counts: product before
// place before supplier.
func (e *evaluation) overrides(n *node, offer *core.SupplierItem) map[core.OverrideField]core.Override {
	var out map[core.OverrideField]core.Override
	for _, o := range slices.Concat(e.byHand[n.product.SKU], e.byHand[""]) {
		if o.Until < e.today || o.On > e.today || o.Location != "" && o.Location != n.location ||
			o.Supplier != "" && (offer == nil || offer.Supplier != o.Supplier) {
			continue
		}
		if old, ok := out[o.Field]; ok && precision(old) >= precision(o) {
			continue
		}
		if out == nil {
			out = map[core.OverrideField]core.Override{}
		}
		out[o.Field] = o
	}
	return out
}

func precision(o core.Override) (n int) {
	if o.SKU != "" {
		n += 4
	}
	if o.Location != "" {
		n += 2
	}
	if o.Supplier != "" {
		n++
	}
	return n
}

// apply changes what is assessed by what a person set.
func (r *rules) apply(in *replenish.Input) {
	in.Cost, in.Item, in.MinRun, in.MakeToOrder, in.Usual = r.cost, r.offer, r.minRun, r.toOrder, r.usual
	if o, ok := r.set[core.OverrideDemand]; ok {
		was := replenish.Average(in.Mean, len(in.Mean))
		in.Mean = slices.Repeat([]float64{o.Value}, len(in.Mean))
		if was > 0 { // what varies keeps its share of what is sold
			in.SD = round4(in.SD * o.Value / was / max(1, in.Spread))
		}
		in.Whole, in.Factor, in.Spread = true, nil, 1 // the person's number holds what signals do, and is none that was off
		r.note(o, "demand", replenish.Num(o.Value)+" a day", replenish.Num(round2(was)))
		in.Basis = "Set by hand."
	}
	if o, ok := r.set[core.OverrideFactor]; ok {
		mean, factor := slices.Clone(in.Mean), slices.Clone(in.Factor)
		if factor == nil {
			factor = slices.Repeat([]float64{1}, len(mean))
		}
		for i := range mean {
			mean[i] = round4(mean[i] * o.Value)
		}
		for i := range factor {
			factor[i] *= o.Value
		}
		in.Mean, in.Factor, in.SD = mean, factor, round4(in.SD*o.Value)
		r.note(o, "demand", replenish.Num(o.Value)+" times the forecast", "")
		in.Basis = strings.TrimSpace(in.Basis + " Times " + replenish.Num(o.Value) + ", set by hand.")
	}
	if o, ok := r.set[core.OverrideReorder]; ok && r.offer != nil && len(r.offer.Lead) > 0 {
		in.Reorder = &o.Value
		r.note(o, "reorder point", replenish.Num(o.Value)+" units", "")
	}
	if o, ok := r.set[core.OverrideSafety]; ok {
		in.Safety = &o.Value
		r.note(o, "safety stock", replenish.Num(o.Value)+" units", "")
	}
	if o, ok := r.set[core.OverrideQuantity]; ok {
		in.Quantity = &o.Value
		r.note(o, "the quantity of an order that is due", replenish.Num(o.Value)+" units", "")
	}
}

// first reports whether the product is new here and nothing of it was ever on the
// shelf or on its way.
func (e *evaluation) first(n *node) bool {
	if n.stock != nil && n.stock.OnHand > 0 || len(n.inbound) > 0 {
		return false
	}
	return !slices.ContainsFunc(n.series, func(s core.Series) bool { return int(e.today-s.Start) >= e.policy.Quantity.NewDays })
}

// supply indexes what a person or learning says about products.
func (e *evaluation) supply() {
	for _, c := range e.s.Cycles {
		e.cycles[c.SKU] = c
	}
	for _, o := range e.s.Overrides {
		e.byHand[o.SKU] = append(e.byHand[o.SKU], o)
	}
}

// standings are the classes of the products: as given with the snapshot, else
// computed.
func (x *index) standings(q core.QuantityPolicy) map[core.SKU]standing {
	if x.s.Classes == nil {
		return x.classify(q)
	}
	out := make(map[core.SKU]standing, len(x.s.Classes))
	for sku, c := range x.s.Classes {
		out[sku] = standing{c, "as of the last check of all products"}
	}
	return out
}
