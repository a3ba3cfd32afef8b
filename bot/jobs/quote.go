package jobs

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
)

const inboxQuote = "quote"

// QuoteForm is a submitted form with a quote.
type QuoteForm struct {
	Key   string          `json:"key"` // unique per gesture
	Team  string          `json:"team"`
	User  string          `json:"user"`
	Quote plan.QuoteEntry `json:"quote"`
}

// QuotePaste is a supplier's answer about a product as text.
type QuotePaste struct {
	SKU      core.SKU
	Supplier core.SupplierID
	Text     string
}

// ReadQuote reads a supplier's answer into the form for a quote. Nothing is stored.
func (s *Service) ReadQuote(ctx context.Context, p QuotePaste) (plan.QuoteView, error) {
	v, err := s.QuoteBox(ctx, p.SKU)
	if err != nil {
		return v, err
	}
	at := slices.IndexFunc(v.Suppliers, func(v core.Supplier) bool { return v.ID == p.Supplier })
	if at < 0 {
		return v, &UserError{"This supplier is not known any more."}
	}
	v.Entry, v.Unsure = plan.ReadQuote(p.Text, p.SKU, v.Suppliers[at], v.Today)
	return v, nil
}

// QuoteBox returns what the form for a quote shows.
func (s *Service) QuoteBox(ctx context.Context, sku core.SKU) (v plan.QuoteView, err error) {
	cfg := s.cfg()
	snap, err := s.st.LoadSnapshot(ctx, cfg.Shop, cfg.Now(), sku)
	if err != nil {
		return v, err
	}
	v = plan.QuoteView{SKU: sku, Today: core.DayOf(cfg.Now(), cfg.Shop.Zone)}
	for _, p := range snap.Products {
		if p.SKU == sku {
			v.Name = p.Name
		}
	}
	lists := map[core.SupplierID]int{}
	for _, it := range snap.Items {
		if it.SKU == sku {
			lists[it.Supplier] = 1
		}
	}
	v.Suppliers = snap.Suppliers
	slices.SortStableFunc(v.Suppliers, func(a, b core.Supplier) int { return lists[b.ID] - lists[a.ID] })
	if len(v.Suppliers) == 0 {
		return v, &UserError{"No supplier is known yet."}
	}
	return v, nil
}

// SubmitQuote stores a quote, or returns what is wrong with it: then nothing is
// stored and the form stays open. The same submission counts once. Errors for
// people are *UserError.
func (s *Service) SubmitQuote(ctx context.Context, f QuoteForm) (faults map[plan.QuoteField]string, err error) {
	cfg := s.cfg()
	actor, err := s.notify.Person(ctx, f.Team, f.User)
	if err != nil {
		return nil, fmt.Errorf("look up who enters a quote: %w", err)
	}
	view, err := s.QuoteBox(ctx, f.Quote.SKU)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(view.Suppliers, func(v core.Supplier) bool { return v.ID == f.Quote.Supplier })
	switch verdict := plan.DecideSource(actor, cfg.Policy); {
	case verdict.Outcome == plan.Deny:
		return nil, &UserError{verdict.Reason + " Nothing was stored."}
	case view.Name == "":
		return nil, &UserError{fmt.Sprintf("There is no SKU %s any more. Nothing was stored.", f.Quote.SKU)}
	case at < 0:
		return map[plan.QuoteField]string{plan.QuoteSupplier: "This supplier is not known any more."}, nil
	}
	q, faults := f.Quote.Quote(view.Suppliers[at], view.Today)
	if len(faults) > 0 {
		return faults, nil
	}
	return nil, s.submit(ctx, f.Key, inboxQuote, "quote", f, func(tx pgx.Tx) error {
		chosen, err := store.AddQuote(ctx, tx, q, actor.User)
		if err != nil {
			return err
		}
		if chosen { // what is proposed at the old quote is written anew
			if err := store.NextEpoch(ctx, tx); err != nil {
				return err
			}
			if err := s.enqueue(ctx, tx, checkArgs{"quote", cfg.Now()}, 0); err != nil {
				return err
			}
		}
		if err := s.moveRFQs(ctx, tx, q.SKU); err != nil {
			return err
		}
		return store.Audit(ctx, tx, actor.User, "quote", "sourcing/"+string(q.SKU), q)
	})
}
