package draft

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"

	"quartermaster/core"
)

// Ledger keeps what the model has cost, in tokens a day, for all processes of a
// shop together.
type Ledger interface {
	// Spent returns the tokens of a day so far.
	Spent(ctx context.Context, day core.Day) (int, error)
	// Spend adds tokens to a day.
	Spend(ctx context.Context, day core.Day, tokens int) error
}

// maxKept is how many checked drafts are kept.
const maxKept = 200

// keeper keeps checked drafts by what the model was told. It is told no facts, so
// letters of one shape share a draft, and each fills it with its own.
type keeper struct {
	mu     sync.Mutex
	drafts map[[32]byte]letter
	order  [][32]byte // oldest first
}

func keyOf(f facts) [32]byte {
	return sha256.Sum256([]byte(f.prompt().Version() + "\n" + request(f)))
}

// find returns a draft that holds for these facts too.
func (k *keeper) find(f facts) (letter, bool) {
	k.mu.Lock()
	l, ok := k.drafts[keyOf(f)]
	k.mu.Unlock()
	return l, ok && len(f.refused(l)) == 0
}

func (k *keeper) keep(f facts, l letter) {
	k.mu.Lock()
	defer k.mu.Unlock()
	key := keyOf(f)
	if k.drafts == nil {
		k.drafts = map[[32]byte]letter{}
	}
	if _, known := k.drafts[key]; !known {
		k.order = append(k.order, key)
	}
	k.drafts[key] = l
	if len(k.order) > maxKept {
		delete(k.drafts, k.order[0])
		k.order = k.order[1:]
	}
}

// afford refuses when the tokens of the day are used up, and says so once a day in
// the log. A ledger that cannot be read refuses too: what was spent is not known.
func (m *model) afford(ctx context.Context) error {
	if m.c.Ledger == nil {
		return nil
	}
	day := core.DayOf(m.c.Now(), m.c.Zone)
	spent, err := m.c.Ledger.Spent(ctx, day)
	if err != nil {
		return fault("the tokens used today are not known")
	}
	if spent < m.c.DailyTokens {
		return nil
	}
	m.mu.Lock()
	told := m.told == day
	m.told = day
	m.mu.Unlock()
	if !told {
		m.c.Logger.Warn("the language model's tokens for today are used up; letters come from templates until tomorrow", "tokens", spent, "budget", m.c.DailyTokens)
	}
	return fault(fmt.Sprintf("the budget of %d tokens a day is used up", m.c.DailyTokens))
}

// spend books what a letter cost, also when nothing came of it.
func (m *model) spend(ctx context.Context, tokens int) {
	if m.c.Ledger == nil || tokens == 0 {
		return
	}
	if err := m.c.Ledger.Spend(context.WithoutCancel(ctx), core.DayOf(m.c.Now(), m.c.Zone), tokens); err != nil {
		m.c.Logger.Warn("book the tokens of a letter", "tokens", tokens, "error", err)
	}
}
