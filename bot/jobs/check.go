package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/forecast/history"
	"quartermaster/core/plan"
	"quartermaster/core/risk"
)

// Checked is the outcome of one check run.
type Checked struct {
	Run     string
	Report  plan.Report
	Changes []plan.Change // what happened to proposals, with the reason
	Told    []string      // findings told in the channel, with the reason
	Silent  []string      // findings kept silent, with the reason

	mode     risk.Mode
	good     risk.Vitals
	last     runSummary
	accepted bool // a person said that the data is right
	seen     deliveries

	reminders []plan.Reminder
	// rule is what plan.AutoApprove says of the proposals that wait; nil: it is off.
	rule map[core.SupplierID]plan.Verdict
}

// runSummary is what is kept of a run.
type runSummary struct {
	Overview plan.OverviewView `json:"overview"`
	Mode     risk.Mode         `json:"mode,omitzero"` // conservative mode and its causes
	Good     risk.Vitals       `json:"good"`          // of the last data that was plausible
	Changes  []string          `json:"changes,omitempty"`
	Told     []string          `json:"told,omitempty"`
	Silent   []string          `json:"silent,omitempty"`
	// Reminders says of each proposal that waits why it was brought to mind, or not.
	Reminders []reminded `json:"reminders,omitempty"`
	// Coming says of each open order why its arrival was announced, or not.
	Coming []announced   `json:"coming,omitempty"`
	Days   *history.Days `json:"days,omitempty"` // of the whole shop
	// Anomalies are the newest in the demand data, for the weekly report.
	Anomalies []history.Anomaly `json:"anomalies,omitempty"`
}

// reminded is a decision of plan.Remind.
type reminded struct {
	Supplier core.SupplierID `json:"supplier"`
	SKUs     []core.SKU      `json:"skus"`
	Told     bool            `json:"told"`
	Reason   string          `json:"reason"`
}

// announced is a decision of plan.Announce.
type announced struct {
	Order  string     `json:"order"`
	SKUs   []core.SKU `json:"skus"`
	Told   bool       `json:"told,omitempty"`
	Reason string     `json:"reason"`
}

// keptAnomalies is how many a run keeps, newest first.
const keptAnomalies = 20

// errLookAgain says that a decision was made while a check computed.
var errLookAgain = errors.New("the data changed during the check")

// Check imports the data folder if there is one, evaluates, and writes what
// changed: proposals, incidents, cards. Nothing is told twice. It may run in
// several processes at once; run names it in the record.
func (s *Service) Check(ctx context.Context, run string) (Checked, error) {
	started := s.cfg().Now()
	if err := s.refresh(ctx, s.st.Pool()); err != nil {
		return Checked{}, err
	}
	imported := s.importFolder(ctx)
	for range 10 {
		c, err := s.checkOnce(ctx, run, started, imported)
		if errors.Is(err, errLookAgain) || errors.Is(err, store.ErrStale) {
			continue
		}
		if err == nil {
			s.log.Info("check done", "run", run, "items", len(c.Report.Items), "findings", len(c.Report.Findings),
				"proposals", len(c.Report.Proposals), "told", len(c.Told), "took", s.cfg().Now().Sub(started).Round(time.Millisecond))
		}
		return c, err
	}
	return Checked{}, fmt.Errorf("check %s: %w ten times in a row", run, errLookAgain)
}

func (s *Service) checkOnce(ctx context.Context, run string, started time.Time, imported error) (c Checked, err error) {
	db := s.st.Pool()
	now := s.cfg().Now()
	epoch, err := store.Epoch(ctx, db, false)
	if err != nil {
		return c, err
	}
	memory, err := s.memory(ctx, now)
	if err != nil {
		return c, err
	}
	before, err := store.Incidents(ctx, db)
	if err != nil {
		return c, err
	}
	_, last, err := lastCheck(ctx, db)
	if err != nil {
		return c, err
	}
	accept, err := store.Switched(ctx, db, acceptData)
	if err != nil {
		return c, err
	}
	snap, seen, err := s.believed(ctx, last, accept, now)
	if err != nil {
		return c, err
	}
	report, err := s.planner(ctx).Evaluate(snap, s.cfg().Policy, now)
	if err != nil {
		return c, err
	}
	if imported != nil {
		report.Warnings = append(report.Warnings, "The data folder could not be read, so older data is used: "+imported.Error())
	}
	lock, err := s.lock(ctx)
	if err != nil {
		return c, err
	}
	mode, good := judge(last, report, seen, accept, lock)
	report.Hold(mode.Causes)
	plan.MarkProposed(&report, memory.Open)
	c = Checked{Run: run, Report: report,
		Changes: plan.Reconcile(report, memory, s.cfg().Policy)}
	c.mode, c.good, c.last, c.accepted, c.seen = mode, good, last, accept, seen
	if c.reminders, err = s.reminders(ctx, c, now); err != nil {
		return c, err
	}
	if c.rule, err = s.askRule(ctx, c, &snap, now); err != nil {
		return c, err
	}
	known := views(before)
	if err := s.wake(ctx, known, now); err != nil {
		return c, err
	}
	muted, err := s.muted(ctx)
	if err != nil {
		return c, err
	}
	tellings := plan.TellFindings(report, known, muted, s.cfg().Policy, now)
	for _, t := range tellings {
		line := fmt.Sprintf("%s: %s", t.Key, t.Reason)
		if t.Tell {
			c.Told = append(c.Told, line)
		} else {
			c.Silent = append(c.Silent, line)
		}
	}
	err = s.st.InTx(ctx, func(tx pgx.Tx) error {
		n, err := store.Epoch(ctx, tx, true)
		if err != nil {
			return err
		}
		if n != epoch {
			return errLookAgain
		}
		return s.writeCheck(ctx, tx, c, tellings, started)
	})
	s.killPoint("check.written")
	return c, err
}

// memory reads what earlier checks and people left to be minded.
func (s *Service) memory(ctx context.Context, now time.Time) (m plan.Memory, err error) {
	if m.Open, err = store.OpenProposals(ctx, s.st.Pool()); err != nil {
		return m, err
	}
	for i := range m.Open {
		if err := s.wakeProposal(ctx, &m.Open[i], now); err != nil {
			return m, err
		}
	}
	m.Rejected, err = s.rejections(ctx, now)
	return m, err
}

func (s *Service) rejections(ctx context.Context, now time.Time) ([]plan.Rejection, error) {
	return store.Rejections(ctx, s.st.Pool(), s.cfg().Shop.Zone, now.AddDate(0, 0, -s.cfg().Policy.RejectDays))
}

func views(in map[string]store.Incident) map[string]plan.RiskView {
	out := make(map[string]plan.RiskView, len(in))
	for k, v := range in {
		out[k] = v.View
	}
	return out
}

// writeCheck writes everything a check decided, in its one transaction.
func (s *Service) writeCheck(ctx context.Context, tx pgx.Tx, c Checked, tellings []plan.Telling, started time.Time) error {
	if err := store.Believe(ctx, tx, c.seen.at, c.seen.feeds()); err != nil {
		return err
	}
	if c.accepted {
		if err := store.SwitchOff(ctx, tx, acceptData); err != nil {
			return err
		}
	}
	sum := runSummary{Anomalies: c.Report.Anomalies[:min(len(c.Report.Anomalies), keptAnomalies)], Days: &c.Report.Days, Mode: c.mode, Good: c.good, Told: c.Told, Silent: c.Silent}
	open, cards := 0, 0
	for _, ch := range c.Changes {
		if ch.Kind != plan.ChangeHeld && ch.Proposal.State.Open() {
			open++
		}
	}
	for _, t := range tellings {
		if t.Card && !t.View.Resolved {
			cards++
		}
	}
	// In the channel the overview comes first and what can be acted on last, next
	// to where people look.
	sum.Overview = overview(c.Report, open, cards)
	if err := s.touchOverview(ctx, tx, sum.Overview); err != nil {
		return err
	}
	for _, t := range tellings {
		if !t.Tell && !t.Edit {
			continue
		}
		if err := store.SaveIncident(ctx, tx, t.View); err != nil {
			return err
		}
		if t.View.Finding.Kind == risk.LateOrder {
			if err := s.touchArrival(ctx, tx, t.View.Finding.Order); err != nil {
				return err
			}
		}
		if t.View.Card {
			key := riskKey(t.View.Finding.Key)
			if err := s.touch(ctx, tx, key, plan.RiskCard, t.View.Finding.Key, struct{}{}); err != nil {
				return err
			}
			if t.Again {
				if err := s.say(ctx, tx, key, c.Run, t.Sentence()); err != nil {
					return err
				}
			}
		}
	}
	modeChanged := (len(c.last.Mode.Causes) > 0) != (len(c.mode.Causes) > 0)
	asked := map[int64]string{} // why a person is, by proposal
	for _, ch := range c.Changes {
		p, err := s.applyChange(ctx, tx, ch, c.Run, modeChanged)
		if err != nil {
			return err
		}
		why, err := s.offer(ctx, tx, p, c.rule[p.Supplier], c.Run)
		if err != nil {
			return err
		}
		if why != "" {
			asked[p.ID] = why
		}
		sum.Changes = append(sum.Changes, fmt.Sprintf("%s %s: %s", ch.Kind, ch.Proposal.Supplier, ch.Reason))
	}
	if err := store.AskWhy(ctx, tx, asked); err != nil {
		return err
	}
	for _, r := range c.reminders {
		sum.Reminders = append(sum.Reminders, reminded{r.Supplier, r.SKUs, r.Tell, r.Reason})
		if !r.Tell {
			continue
		}
		if err := s.say(ctx, tx, restockKey(r.Proposal), r.Key, r.Text, r.Mention...); err != nil {
			return err
		}
	}
	if err := store.SaveTrade(ctx, tx, c.Report.Trade); err != nil {
		return err
	}
	if err := store.SaveAdvice(ctx, tx, c.Report.Advice()); err != nil {
		return err
	}
	if err := s.moveRFQs(ctx, tx, ""); err != nil {
		return err
	}
	var err error
	if sum.Coming, err = s.announceArrivals(ctx, tx); err != nil {
		return err
	}
	if err := store.SaveRun(ctx, tx, c.Run, started, sum, c.Report.Items); err != nil {
		return err
	}
	if err := store.NextEpoch(ctx, tx); err != nil {
		return err
	}
	return store.Audit(ctx, tx, "quartermaster", "check", c.Run, map[string]any{"changes": sum.Changes, "told": sum.Told})
}

// applyChange writes one change of a proposal and returns the proposal as stored. Cards
// that stay as they are get or lose the banner of conservative mode when modeChanged is
// set.
func (s *Service) applyChange(ctx context.Context, tx pgx.Tx, ch plan.Change, run string, modeChanged bool) (p plan.Proposal, err error) {
	p = ch.Proposal
	switch ch.Kind {
	case plan.ChangeHeld:
		return p, nil
	case plan.ChangeUnchanged:
		if modeChanged {
			return p, s.touchRestock(ctx, tx, p.ID)
		}
		return p, nil
	case plan.ChangeNew:
		if p, err = store.AddProposal(ctx, tx, p, s.cfg().Policy.Approval.Expiry, ch.Reason, run); err != nil {
			return p, err
		}
		return p, s.touchDecided(ctx, tx, p)
	}
	if p.State.Open() { // expiry follows the database's clock
		now, err := store.Now(ctx, tx)
		if err != nil {
			return p, err
		}
		p.ExpiresAt = now.Add(s.cfg().Policy.Approval.Expiry)
	}
	if err := store.SaveProposal(ctx, tx, p, ch.Reason, run); err != nil {
		return p, err
	}
	if err := s.touchDecided(ctx, tx, p); err != nil {
		return p, err
	}
	return p, s.say(ctx, tx, restockKey(p.ID), fmt.Sprintf("v%d", p.Version), ch.Reason)
}

// lock returns the cause that holds from a restore until it was reconciled.
func (s *Service) lock(ctx context.Context) ([]risk.Cause, error) {
	at, err := store.RestoredFrom(ctx, s.st.Pool())
	if err != nil || at == "" {
		return nil, err
	}
	return []risk.Cause{risk.RestoredFrom(at)}, nil
}

// days reads what the last check found out about the days of the shop; nil before
// the first.
func (s *Service) days(ctx context.Context) (*history.Days, error) {
	part, err := store.LastRunField(ctx, s.st.Pool(), "days")
	if err != nil || part == nil {
		return nil, err
	}
	d := new(history.Days)
	return d, json.Unmarshal(part, d)
}

// mode reads conservative mode as the last check left it.
func (s *Service) mode(ctx context.Context) (m risk.Mode, err error) {
	part, err := store.LastRunField(ctx, s.st.Pool(), "mode")
	if err != nil || part == nil {
		return m, err
	}
	return m, json.Unmarshal(part, &m)
}

// lastCheck reads the newest run with its summary; both are zero before the first.
func lastCheck(ctx context.Context, db store.DB) (last store.Run, sum runSummary, err error) {
	if last, err = store.LastRun(ctx, db); err != nil || last.ID == "" {
		return last, sum, err
	}
	return last, sum, json.Unmarshal(last.Summary, &sum)
}
