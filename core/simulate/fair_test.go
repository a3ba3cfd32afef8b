package simulate

import (
	"strconv"
	"testing"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// tenADay is a shop that sells ten of one article a day, for 500 days around from.
func tenADay(lead, sd float64) core.Snapshot {
	demand := make([]float32, 500)
	for i := range demand {
		demand[i] = 10
	}
	return shop(from-200, article{demand: demand, lead: lead, sd: sd, moq: 1, pack: 1, price: 1000, cost: 400})
}

// A supplier states 30 days and takes 20: the world and every policy go by what its
// deliveries teach, so no policy is better or worse for knowing it.
func TestDeliveriesTeachEverybody(t *testing.T) {
	s := tenADay(30, 5)
	for n := range 60 {
		on := from - 300 + core.Day(4*n)
		s.Supply = append(s.Supply, core.SupplyLine{Order: strconv.Itoa(n), Supplier: "ACME", SKU: "A-000", Mode: core.Sea, OrderedOn: on, Qty: 40, Stated: 30, Due: on + 30,
			Arrivals: []core.Arrival{{Day: on + 20, Qty: 40}}})
	}
	// Somebody set another lead time by hand, and ordered yesterday: that was another shop.
	s.Overrides = []core.Override{{SKU: "A-000", Field: core.OverrideLeadTime, Value: 90, Until: from + 400, On: from - 1, Reason: "x", By: "y"}}
	told := scenario(t, s, Config{From: from, To: from + 200, LeadCV: DataLeads, Seed: 3})
	lead := told.nodes[0].normal
	if lead.Days < 20 || lead.Days > 21.5 {
		t.Fatalf("the world takes %v days, deliveries took 20", lead.Days)
	}
	plain := tenADay(lead.Days, lead.SD)
	same := scenario(t, plain, Config{From: from, To: from + 200, LeadCV: DataLeads, Seed: 3})
	got, want := run(t, told, policies()...), run(t, same, policies()...)
	for i := range got {
		if got[i].Sold != want[i].Sold || got[i].Units != want[i].Units || got[i].AverageStockValue != want[i].AverageStockValue {
			t.Errorf("%s: sold %d of %d ordered with deliveries, %d of %d with the same lead time stated", got[i].Policy, got[i].Sold, got[i].Units, want[i].Sold, want[i].Units)
		}
	}
}

// A budget of a month is one of a month, however many reviews it has.
func TestBudgetOfAMonth(t *testing.T) {
	p := policyOfTests()
	p.Quantity.Budgets = []core.Budget{{Amount: usd(400_00)}} // 100 units of about 300 wanted
	s := scenario(t, tenADay(5, 0), Config{From: from, To: from + 200, LeadCV: DataLeads})
	w := s.newWorld()
	decide := Quartermaster(Ours, p, Training{}).Start()
	spent := map[core.Day]int64{}
	for d := from; d < from+200; d++ {
		if int(d-from)%7 == 0 {
			orders, err := decide(w.look(d))
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range orders {
				spent[d.Month()] += o.Qty * 400
			}
			if err := w.place(orders, d); err != nil {
				t.Fatal(err)
			}
		}
		w.day(d)
	}
	for month, cents := range spent {
		if cents > 400_00 {
			t.Errorf("in the month from %s %d cents were spent of 40000", month, cents)
		}
	}
	if len(spent) < 5 {
		t.Errorf("something was bought in %d months only", len(spent))
	}
}

// What kits pass on to their parts is in the demand that everybody sees, and the plan
// does not pass it on once more, be the kit assembled or bought.
func TestKitsPassDemandOnOnce(t *testing.T) {
	for _, bought := range []bool{false, true} {
		s := tenADay(10, 2)
		kit, offer, sold := s.Products[0], s.Items[0], s.Demand[0]
		kit.SKU, offer.SKU, sold.SKU = "SET", "SET", "SET"
		s.Products, s.Demand = append(s.Products, kit), append(s.Demand, sold)
		if bought {
			s.Items = append(s.Items, offer)
		}
		s.Kits = []core.KitPart{{Kit: "SET", Part: "A-000", Qty: 2}}
		year := scenario(t, s, Config{From: from, To: from + 100, LeadCV: DataLeads})
		v := year.newWorld().look(from)
		seen, err := plan.Nodes(v.Snapshot, from)
		if err != nil || len(seen) != len(v.Nodes) {
			t.Fatalf("the plan sees %d nodes of %d, %v", len(seen), len(v.Nodes), err)
		}
		for i, n := range seen {
			units := float32(0)
			for _, series := range n.Series {
				units += series.Qty.At(series.Qty.Len() - 1)
			}
			if told := v.Nodes[i].Sold; n.Product.SKU != v.Nodes[i].SKU || units != told.At(told.Len()-1) {
				t.Errorf("kit bought %v: the plan sees %v a day of %s, other policies %v", bought, units, n.Product.SKU, told.At(told.Len()-1))
			}
		}
	}
}
