package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"quartermaster/bot/store"
	"quartermaster/core/plan"
)

// How many findings of a kind are listed: of all kinds, or when one was asked for.
const (
	adviceEach = 5
	adviceOne  = listed
)

// Advice returns what the last check found beside what is on cards: of all kinds, of
// one, or about one SKU. What is neither is a *UserError.
func (s *Service) Advice(ctx context.Context, what string) (v plan.AdviceView, err error) {
	v = plan.AdviceView{Shop: s.cfg().Shop, What: strings.TrimSpace(what)}
	last, err := store.LastRun(ctx, s.st.Pool())
	if err != nil {
		return v, err
	}
	v.CheckedAt = last.FinishedAt
	limit := adviceEach
	if v.What != "" {
		limit = adviceOne
	}
	v.Groups, err = store.Advice(ctx, s.st.Pool(), v.What, limit)
	if err != nil || len(v.Groups) > 0 || v.What == "" {
		return v, err
	}
	if _, err := s.Item(ctx, v.What); err != nil {
		user, ok := errors.AsType[*UserError](err)
		if ok && !strings.HasSuffix(user.Text, "?") { // no code comes near: it may be a kind that was meant
			return v, &UserError{fmt.Sprintf("There is nothing of kind or SKU %q. Please write /stock advice, or add a SKU or overstock, dead-stock, transfer, season-plan or waiting.", v.What)}
		}
		return v, err
	}
	return v, nil
}
