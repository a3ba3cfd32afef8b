package store_test

import (
	"errors"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"quartermaster/bot/pgembed/pgtest"
	"quartermaster/bot/store"
	"quartermaster/connectors"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// guarded is a store with short ways to act in it.
type guarded struct {
	t *testing.T
	*store.Store
}

func openGuarded(t *testing.T) guarded {
	t.Helper()
	st, err := store.Open(t.Context(), pgtest.New(t), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	return guarded{t, st}
}

func (g guarded) tx(f func(tx pgx.Tx) error) {
	g.t.Helper()
	if err := g.InTx(g.t.Context(), f); err != nil {
		g.t.Fatal(err)
	}
}

func (g guarded) exec(sql string) error {
	_, err := g.Pool().Exec(g.t.Context(), sql)
	return err
}

// Every kind of tampering with the audit log shows, and needs the trigger out of
// the way first.
func TestAuditTampering(t *testing.T) {
	for name, sql := range map[string]string{
		"a changed body":             `update audit set body = '{"total":1}' where seq = 3`,
		"a changed actor":            `update audit set actor = 'U9' where seq = 3`,
		"text moved between columns": `update audit set actor = actor || action, action = '' where seq = 2`,
		"a removed row":              `delete from audit where seq = 3`,
		"the end cut off":            `delete from audit where seq = 5`,
		"everything removed":         `delete from audit`,
		"rows swapped":               `update audit set seq = 30 where seq = 3; update audit set seq = 3 where seq = 4; update audit set seq = 4 where seq = 30`,
		"a row put in":               `insert into audit select 6, at, actor, action, subject, body, hash, hash from audit where seq = 5`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := openGuarded(t)
			for i := range 5 {
				g.tx(func(tx pgx.Tx) error {
					return store.Audit(t.Context(), tx, "U1", "approve", "restock/1", map[string]int{"n": i})
				})
			}
			if n, err := g.VerifyAudit(t.Context()); n != 5 || err != nil {
				t.Fatalf("the untouched chain: %d, %v", n, err)
			}
			if !strings.HasPrefix(sql, "insert") {
				if err := g.exec(sql); err == nil || !strings.Contains(err.Error(), "append-only") {
					t.Errorf("the trigger let it pass: %v", err)
				}
			}
			if err := g.exec(`alter table audit disable trigger audit_append_only; ` + sql); err != nil {
				t.Fatal(err)
			}
			if _, err := g.VerifyAudit(t.Context()); err == nil {
				t.Error("the chain still verifies")
			}
		})
	}
}

func proposal(supplier core.SupplierID) plan.Proposal {
	eur := func(n int64) core.Money { return core.Money{Minor: n, Currency: "EUR"} }
	return plan.Proposal{Supplier: supplier, SupplierName: string(supplier), Total: eur(500), TotalShop: eur(500),
		Lines: []plan.Line{{SKU: "A", Location: "MAIN", Qty: 5, UnitPrice: eur(100), Cost: eur(500)}}}
}

func TestOneOpenProposalPerSupplier(t *testing.T) {
	g := openGuarded(t)
	var first plan.Proposal
	g.tx(func(tx pgx.Tx) (err error) {
		first, err = store.AddProposal(t.Context(), tx, proposal("ACME"), time.Hour, "", "run")
		return err
	})
	err := g.InTx(t.Context(), func(tx pgx.Tx) error {
		_, err := store.AddProposal(t.Context(), tx, proposal("ACME"), time.Hour, "", "run")
		return err
	})
	if !errors.Is(err, store.ErrStale) {
		t.Errorf("a second open proposal of the supplier: %v", err)
	}
	// Compare-and-set: the second writer from the same version loses.
	next := first
	next.Version, next.State = first.Version+1, plan.Rejected
	g.tx(func(tx pgx.Tx) error { return store.SaveProposal(t.Context(), tx, next, "", "") })
	err = g.InTx(t.Context(), func(tx pgx.Tx) error { return store.SaveProposal(t.Context(), tx, next, "", "") })
	if !errors.Is(err, store.ErrStale) {
		t.Errorf("writing from an old version: %v", err)
	}
	// What is final stays final, even against plain SQL.
	if err := g.exec(`update proposal set state = 'approved'`); err == nil || !strings.Contains(err.Error(), "final") {
		t.Errorf("a rejected proposal was approved: %v", err)
	}
	// Now there is room for a new one, and one order at most for it.
	g.tx(func(tx pgx.Tx) (err error) {
		p, err := store.AddProposal(t.Context(), tx, proposal("ACME"), time.Hour, "", "run")
		if err != nil {
			return err
		}
		_, err = store.AddOrder(t.Context(), tx, plan.Order{ProposalID: p.ID, Supplier: core.Supplier{ID: "ACME"}, State: plan.OrderApproved, OrderedOn: 20000, Lines: p.Lines})
		first = p
		return err
	})
	err = g.InTx(t.Context(), func(tx pgx.Tx) error {
		_, err := store.AddOrder(t.Context(), tx, plan.Order{ProposalID: first.ID, Supplier: core.Supplier{ID: "ACME"}, State: plan.OrderApproved, OrderedOn: 20000, Lines: first.Lines})
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "proposal_id") {
		t.Errorf("a second order of one proposal: %v", err)
	}
}

func TestEffectsLeaseAndLane(t *testing.T) {
	g := openGuarded(t)
	ctx := t.Context()
	add := func(key, lane string) {
		g.tx(func(tx pgx.Tx) error {
			return store.AddEffect(ctx, tx, store.Effect{Key: key, Kind: "k", Lane: lane, Class: connectors.Searchable}, struct{}{}, false)
		})
	}
	add("first", "lane")
	add("second", "lane")
	add("first", "lane") // again: left alone
	if _, err := store.ClaimEffect(ctx, g.Pool(), "second", time.Minute); !errors.Is(err, store.ErrNotDue) {
		t.Errorf("the second in the lane could be taken: %v", err)
	}
	e, err := store.ClaimEffect(ctx, g.Pool(), "first", 50*time.Millisecond)
	if err != nil || e.State != store.EffectPending || e.Attempts != 1 {
		t.Fatalf("claim: %+v, %v", e, err)
	}
	if err := store.MarkSending(ctx, g.Pool(), e); err != nil {
		t.Fatal(err)
	}
	// The lease runs out; somebody else takes it, as one that may have been sent.
	var taken store.Effect
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if taken, err = store.ClaimEffect(ctx, g.Pool(), "first", time.Minute); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	if taken.State != store.EffectSending {
		t.Errorf("taken over in state %s", taken.State)
	}
	// The first holder wakes up and is fenced out.
	if err := g.InTx(ctx, func(tx pgx.Tx) error { return store.FinishEffect(ctx, tx, e, store.EffectDone, "", "") }); !errors.Is(err, store.ErrStale) {
		t.Errorf("a late writer got through: %v", err)
	}
	g.tx(func(tx pgx.Tx) error { return store.FinishEffect(ctx, tx, taken, store.EffectDone, "ref", "") })
	if key, _, err := store.NextInLane(ctx, g.Pool(), "lane"); key != "second" || err != nil {
		t.Errorf("next in the lane is %q, %v", key, err)
	}
	if _, err := store.ClaimEffect(ctx, g.Pool(), "second", time.Minute); err != nil {
		t.Errorf("the second is not free: %v", err)
	}
	if _, err := store.ClaimEffect(ctx, g.Pool(), "first", time.Minute); !errors.Is(err, store.ErrNotDue) {
		t.Errorf("what is done can be taken: %v", err)
	}
	var ref string
	if err := g.Pool().QueryRow(ctx, `select remote_ref from effect where key = 'first'`).Scan(&ref); err != nil || ref != "ref" {
		t.Errorf("remote reference %q, %v", ref, err)
	}
}

func TestSlotIsTakenOnce(t *testing.T) {
	g := openGuarded(t)
	ctx := t.Context()
	if err := store.SetSchedule(ctx, g.Pool(), store.Schedule{Name: "check", Spec: "@daily", Zone: "UTC", Enabled: true}); err != nil {
		t.Fatal(err)
	}
	slot := time.Now().Add(time.Hour).Truncate(time.Second)
	won := 0
	for range 3 {
		g.tx(func(tx pgx.Tx) error {
			taken, err := store.TakeSlot(ctx, tx, "check", slot, false, 0)
			if taken {
				won++
			}
			return err
		})
	}
	if won != 1 {
		t.Errorf("a slot was taken %d times", won)
	}
	list, err := store.Schedules(ctx, g.Pool())
	if err != nil || len(list) != 1 || !list[0].LastSlot.Equal(slot) {
		t.Errorf("schedules %+v, %v", list, err)
	}
	// The same settings keep the memory, others begin anew.
	if err := store.SetSchedule(ctx, g.Pool(), store.Schedule{Name: "check", Spec: "@daily", Zone: "Europe/Berlin", Enabled: true}); err != nil {
		t.Fatal(err)
	}
	if list, err = store.Schedules(ctx, g.Pool()); err != nil || list[0].LastSlot.Equal(slot) {
		t.Errorf("after a change of zone: %+v, %v", list, err)
	}
}

// An effect is withdrawn while another process takes it, two hundred times at the
// instant at which it is due: one of the two gets it.
func TestWithdrawAgainstClaim(t *testing.T) {
	t.Parallel()
	g := openGuarded(t)
	const effects = 200
	due := time.Now().Add(1500 * time.Millisecond)
	g.tx(func(tx pgx.Tx) error {
		for i := range effects {
			e := store.Effect{Key: strconv.Itoa(i), Kind: "mail.order", Class: connectors.Unconfirmable, NotBefore: due}
			if err := store.AddEffect(t.Context(), tx, e, struct{}{}, false); err != nil {
				return err
			}
		}
		return nil
	})
	var withdrawn, claimed atomic.Int64
	var all errgroup.Group
	for i := range effects {
		all.Go(func() error {
			return g.InTx(t.Context(), func(tx pgx.Tx) error {
				// The clock of a transaction stands still: this one began in time.
				if now, err := store.Now(t.Context(), tx); err != nil || !now.Before(due) {
					return err
				}
				time.Sleep(time.Until(due) + time.Duration(i%4)*time.Millisecond)
				ok, err := store.WithdrawEffect(t.Context(), tx, strconv.Itoa(i), "test")
				if ok {
					withdrawn.Add(1)
				}
				return err
			})
		})
		all.Go(func() error {
			for {
				_, err := store.ClaimEffect(t.Context(), g.Pool(), strconv.Itoa(i), time.Minute)
				if err == nil {
					claimed.Add(1)
				}
				if !errors.Is(err, store.ErrNotDue) || time.Now().After(due.Add(100*time.Millisecond)) {
					return err
				}
			}
		})
		if i%8 == 7 { // as many as there are connections
			err := all.Wait()
			if err != nil && !errors.Is(err, store.ErrNotDue) {
				t.Fatal(err)
			}
			due = time.Now().Add(10 * time.Millisecond)
			if _, err := g.Pool().Exec(t.Context(), `update effect set not_before = $1 where attempts = 0 and state = 'pending'`, due); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := withdrawn.Load() + claimed.Load(); n != effects {
		t.Errorf("%d withdrawn and %d taken, of %d", withdrawn.Load(), claimed.Load(), effects)
	}
	t.Logf("%d withdrawn, %d taken", withdrawn.Load(), claimed.Load())
}
