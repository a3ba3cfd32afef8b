package jobs

import (
	"context"
	"errors"
	"strings"

	"quartermaster/bot/store"
	"quartermaster/core/plan"
)

// maxWhich is how many products a question may mean for them to be listed.
const maxWhich = 5

// Ask finds the command that answers a question in plain language: as a language model
// chooses, else by its words. A product that is named by its name becomes its code;
// Asked.Which lists several that are meant. The zero Asked means that none is.
func (s *Service) Ask(ctx context.Context, text string) (plan.Asked, error) {
	question := plan.Question(text)
	if question == "" {
		return plan.Asked{}, nil
	}
	asked, err := s.draft.Choose(ctx, question)
	if err != nil {
		s.log.Info("a question is answered by its words", "reason", err)
		named, err := store.ProductInText(ctx, s.st.Pool(), question)
		if err != nil {
			return plan.Asked{}, err
		}
		return plan.NearestCommand(question, string(named.SKU)), nil
	}
	if asked.Of() != plan.OfProduct {
		return asked, nil
	}
	sku, err := store.CanonicalSKU(ctx, s.st.Pool(), asked.About)
	switch {
	case err == nil:
		asked.About = string(sku)
		return asked, nil
	case !errors.Is(err, store.ErrNotFound):
		return asked, err
	}
	named, err := store.ProductsNamed(ctx, s.st.Pool(), strings.Fields(asked.About), maxWhich)
	switch {
	case err != nil:
		return asked, err
	case len(named) == 1:
		asked.About = string(named[0].SKU)
	case len(named) > 1:
		asked.Which = named
	}
	return asked, nil
}
