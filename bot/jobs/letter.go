package jobs

import (
	"slices"

	"quartermaster/core/plan"
)

// tone sets how a letter speaks to its supplier.
func (s *Service) tone(l plan.Letter) plan.Letter {
	l.Plain = slices.Contains(s.cfg().PlainTone, l.Order.Supplier.ID)
	return l
}
