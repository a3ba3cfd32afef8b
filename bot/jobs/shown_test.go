package jobs_test

import (
	"testing"
	"time"

	"quartermaster/bot/jobs"
	"quartermaster/connectors/demoshop"
	"quartermaster/core"
	"quartermaster/core/forecast/engine"
	"quartermaster/core/plan"
)

// A card approved right after it was written is ordered as it stands: what an
// approval computes anew, from the proposal's products alone, is what the check
// computed from the whole shop. With a trained model and without.
func TestApprovedAsShown(t *testing.T) {
	t.Parallel()
	for name, trained := range map[string]bool{"level": false, "model": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			shop := demoshop.Shop()
			if err := demoshop.Write(dir, core.DayOf(time.Now(), shop.Zone), demoshop.Seed); err != nil {
				t.Fatal(err)
			}
			s := open(t, 1, func(c *jobs.Config) {
				c.Shop, c.Policy.StaleDefault = shop, 48*time.Hour
				for i := range c.Policy.Approval.Approvers {
					c.Policy.Approval.Approvers[i].Limit = core.Money{Minor: 100_000_000, Currency: shop.Currency}
				}
			})
			s.exec(`truncate product, product_alias, location, supplier, supplier_item, stock_level, order_line, coverage, sales_month, import_batch cascade`)
			if _, err := s.svc.Import(t.Context(), dir, nil); err != nil {
				t.Fatal(err)
			}
			if trained { // by rules alone: trees take minutes under the race detector
				if _, err := s.svc.Train(t.Context(), engine.Config{Seed: 1, Trials: 1, NoPool: true}); err != nil {
					t.Fatal(err)
				}
			}
			list := s.check("one")
			if len(list) < 3 {
				t.Fatalf("%d proposals", len(list))
			}
			for _, p := range list {
				key := s.click("UA", plan.Approve, p)
				s.until("the click is acted on", func() bool { return s.number(`select count(*) from inbox where done_at is null`) == 0 })
				if n := s.number(`select count(*) from purchase_order where proposal_id = $1`, p.ID); n != 1 {
					t.Errorf("proposal to %s: %q", p.SupplierName, s.answer(key))
				}
			}
		})
	}
}
