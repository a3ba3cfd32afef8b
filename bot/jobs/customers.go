package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/forecast/engine"
	"quartermaster/core/plan"
	"quartermaster/core/repurchase"
)

// CustomersSchedule is the name of the schedule that looks at the customers.
const CustomersSchedule = "customers"

// customersWindow is how many days ahead the repurchase table looks.
const customersWindow = 60

// Customers is a question about customers from chat.
type Customers struct {
	Team, User string
	SKU        string // empty: the whole table
	List       bool   // the customers behind the product, too
}

// LearnCustomers looks at all purchases up to yesterday, or to the last day that
// is covered by data, and stores the report, the links and the customers behind
// the products, and books joint plays whose time is over. repurchase.ErrEmpty says
// that no customer is known.
func (s *Service) LearnCustomers(ctx context.Context) (*repurchase.Report, error) {
	asOf, err := store.LastCoveredDay(ctx, s.st.Pool(), core.DayOf(s.cfg().Now(), s.cfg().Shop.Zone)-1)
	if err != nil {
		return nil, err
	}
	h, err := s.st.Purchases(ctx, s.cfg().Shop.Currency, asOf)
	if err != nil {
		return nil, err
	}
	policies, err := s.policiesByHand(ctx, asOf)
	if err != nil {
		return nil, err
	}
	started := time.Now()
	r, err := repurchase.Evaluate(h, asOf, repurchase.Options{Days: customersWindow, Seed: uint64(asOf), Sales: plan.LevelSales(h), Policies: policies})
	if err != nil {
		return nil, err
	}
	if err := s.st.SaveCustomerReport(ctx, r, h.Len()); err != nil {
		return nil, err
	}
	if err := s.bookOver(ctx, asOf); err != nil {
		return nil, err
	}
	s.log.Info("customers looked at", "customers", r.Customers, "lines", h.Len(), "as_of", asOf.String(), "took", time.Since(started).Round(time.Millisecond))
	return r, nil
}

// policiesByHand are the stocking policies of the products whose category a person set.
func (s *Service) policiesByHand(ctx context.Context, today core.Day) (map[core.SKU]repurchase.Stocking, error) {
	set, err := store.Overrides(ctx, s.st.Pool(), "", today)
	if err != nil {
		return nil, err
	}
	policies := map[core.SKU]repurchase.Stocking{}
	for _, o := range set {
		if o.Field == core.OverrideCategory && o.SKU != "" {
			policies[o.SKU] = policyOf[core.CategoryKind(o.Word)]
		}
	}
	return policies, nil
}

// policyOf is the stocking policy of a kind of product.
var policyOf = map[core.CategoryKind]repurchase.Stocking{
	core.Regular: repurchase.Unknown, core.Consumable: repurchase.Consumable, core.Upgrade: repurchase.Upgrade,
	core.Durable: repurchase.Durable, core.Seasonal: repurchase.Seasonal,
}

// Customers answers a question about customers. The first one ever starts the
// look at them and asks for patience. Who is asked for by name needs the right,
// and every list that leaves is in the audit log.
func (s *Service) Customers(ctx context.Context, q Customers) (v plan.CustomersView, err error) {
	db := s.st.Pool()
	v.Shop = s.cfg().Shop
	v.Report, v.MadeAt, err = store.CustomerReport(ctx, db)
	if errors.Is(err, store.ErrNotFound) {
		known, err := store.KnowsCustomers(ctx, db)
		if err != nil {
			return v, err
		}
		if !known {
			return v, &UserError{"No customer is known yet: orders.csv needs the column customer_id."}
		}
		s.learnSoon()
		return v, &UserError{"The customers are being looked at for the first time. Please ask again in a minute."}
	}
	if err != nil {
		return v, err
	}
	if v.Names, err = store.ProductNames(ctx, db); err != nil {
		return v, err
	}
	if q.SKU == "" {
		return v, nil
	}
	i := slices.IndexFunc(v.Report.Products, func(p repurchase.ProductRow) bool { return strings.EqualFold(string(p.SKU), q.SKU) })
	if i < 0 {
		return v, s.notBought(ctx, q.SKU, v.Report.Products)
	}
	v.Report.Products = v.Report.Products[i : i+1]
	v.SKU = v.Report.Products[0].SKU
	if q.List && !slices.Contains(s.cfg().Exporters, q.User) {
		return v, &UserError{"The customers behind a product are shown to people named in the settings only (customers.export)."}
	}
	limit := 0
	if q.List {
		limit = 50
	}
	if v.List, v.Behind, err = store.LikelyCustomers(ctx, db, string(v.SKU), limit); err != nil || !q.List {
		return v, err
	}
	return v, s.AuditExport(ctx, q.User, string(v.SKU), len(v.List))
}

// AuditExport records that somebody got a list of customers. It comes before the
// list leaves.
func (s *Service) AuditExport(ctx context.Context, who, sku string, customers int) error {
	return s.st.InTx(ctx, func(tx pgx.Tx) error {
		return store.Audit(ctx, tx, who, "export customers", sku, map[string]int{"customers": customers})
	})
}

// notBought names the nearest codes of products that customers did buy.
func (s *Service) notBought(ctx context.Context, code string, products []repurchase.ProductRow) error {
	all, err := store.SKUs(ctx, s.st.Pool())
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(c string) bool { return strings.EqualFold(c, code) }) {
		return &UserError{fmt.Sprintf("No known customer has bought %s yet.", code)}
	}
	codes := make([]string, len(products))
	for i, p := range products {
		codes[i] = string(p.SKU)
	}
	near := core.Nearest(code, slices.Values(codes), 3)
	if len(near) == 0 {
		return &UserError{fmt.Sprintf("There is no SKU %q. /stock repurchase lists what is bought again.", code)}
	}
	return &UserError{fmt.Sprintf("There is no SKU %q. Did you mean %s?", code, strings.Join(near, ", "))}
}

// learnSoon looks at the customers beside the queue, once at a time.
func (s *Service) learnSoon() {
	if !s.learning.CompareAndSwap(false, true) {
		return
	}
	s.aside("look at the customers", func(ctx context.Context) error {
		defer s.learning.Store(false)
		_, err := s.LearnCustomers(ctx)
		return err
	})
}

// scheduled runs what a schedule names.
func (s *Service) scheduled(ctx context.Context, schedule, run string) error {
	switch schedule {
	case CustomersSchedule:
	case TrainSchedule:
		_, err := s.Train(ctx, engine.Config{Seed: 1})
		return err
	case DigestSchedule:
		return s.Digest(ctx)
	case WeeklySchedule:
		return s.Weekly(ctx)
	case MonthlySchedule:
		return s.Monthly(ctx)
	default:
		_, err := s.Check(ctx, run)
		return err
	}
	_, err := s.LearnCustomers(ctx)
	if errors.Is(err, repurchase.ErrEmpty) {
		return nil // a shop that knows no customer
	}
	return err
}
