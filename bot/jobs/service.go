// Package jobs holds what Quartermaster does: check the shop, decide on clicks,
// carry effects out, keep the schedules. It knows no Slack and no model API;
// those are a Notifier and a Drafter.
//
// # Guarantees
//
// A click is stored in the inbox before anybody is told it was received, and
// acted on in one transaction: inbox key, compare-and-set of the proposal,
// approval policy with the approver's cap locked, order, effects with their jobs,
// audit row. No network call happens inside it.
//
// An effect is a row with a class (keyed, searchable, unconfirmable) and a state.
// "sending" is written before the request leaves, so that after a crash the class
// decides what is allowed: send again, look first, or ask a person.
//
// Jobs are River jobs that only point at rows. A job that is lost or doubled does
// no harm: rows are claimed by compare-and-set, and a sweeper hands out again what
// is due and held by nobody. Takeover after a crash takes at most the lease (60 s)
// and one sweep (5 s).
//
// A check loads a snapshot, decides in plan.Evaluate and plan.Reconcile, and
// writes in one transaction. If a decision was made in between (the epoch moved)
// it writes nothing and looks again.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"golang.org/x/sync/semaphore"

	"quartermaster/bot/store"
	"quartermaster/connectors"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// Config is what the service needs to know about the shop.
type Config struct {
	Shop   core.Shop
	Policy core.Policy
	// Channel is where cards go, as the chat system names it.
	Channel string
	// Charts says how cards show the course of stock; empty is ChartImage.
	Charts string
	// DataDir is a folder of data files that is imported before every check.
	// Empty: none.
	DataDir string
	// Exporters are the users who may see the customers behind a product.
	Exporters []string
	// Pseudonym replaces customer ids before they are stored; nil keeps them.
	Pseudonym func(id string) string
	// PlainTone names the suppliers to whom letters are friendly and direct; to all
	// others they are formal.
	PlainTone []core.SupplierID
	// Schedules maps the name of a run to its cron expression: CustomersSchedule
	// looks at the customers, every other name is a check.
	Schedules map[string]string
	// Workers is how many jobs run at once. Defaults to 8.
	Workers int
	// Logger defaults to slog.Default().
	Logger *slog.Logger
	// Now is the clock of checks and schedules. Defaults to time.Now. Expiry,
	// caps and leases follow the database's clock.
	Now func() time.Time
	// Lease is how long an effect belongs to the process that took it; a call to the
	// outside ends within half of it. Takeover after a crash takes this long and a
	// sweep of 5 s. Defaults to 60 s.
	Lease time.Duration
	// Backoff is the first delay after a failure, doubled with each further one up to
	// five minutes. Defaults to 1 s.
	Backoff time.Duration
	// NoticeTo is the address of an e-mail when the chat system cannot be reached for
	// NoticeAfter, or refuses the bot. Empty: none.
	NoticeTo string
	// NoticeAfter defaults to 5 minutes.
	NoticeAfter time.Duration
	// LongOutage is how long the chat system must have been away for its return to be
	// told in the channel. Defaults to 10 minutes.
	LongOutage time.Duration
	// ReadSettings reads the text of a settings file into the fields it sets: Shop,
	// Policy, Channel, DataDir, Schedules, NoticeTo, Exporters, PlainTone. Nil: settings in the database
	// are not looked at.
	ReadSettings func(text string, c *Config) error
	// RewriteSettings changes settings by name in the text of a settings file; values
	// that are refused are SettingFaults. Nil: they cannot be changed from chat.
	RewriteSettings func(text string, change map[string]string) (string, error)
	// CompareSettings names what is different in two texts of a settings file, for
	// people: "policy.red_days: 15 → 10".
	CompareSettings func(old, next string) ([]string, error)
	// Grace is how long work in progress may go on after Run was told to end; then it
	// is broken off, and whoever runs next takes it up. Defaults to 8 s.
	Grace time.Duration
	// LookAfter is how long after a card was posted it is looked for, once: the chat
	// system may have said that it took a message and lost it. Defaults to 10 minutes.
	LookAfter time.Duration
	// Mailbox is where suppliers' answers arrive; nil: they are pasted. Answers reports
	// whether a Message-ID is that of our letter with a key.
	Mailbox connectors.Mailbox
	Answers func(messageID, key string) bool
	// MailboxEvery is the time between two looks into it. Defaults to 2 minutes.
	MailboxEvery time.Duration
	// KillPoint is called at named points between steps that a crash may part;
	// tests end the process there. Defaults to nothing.
	KillPoint func(name string)
}

// Service carries out what people and schedules ask for. New makes it, Attach
// gives it somebody to tell, Run works.
type Service struct {
	settled  atomic.Pointer[settled]
	kept     *settled // whose schedules are written; of Run's goroutine
	learned  atomic.Pointer[learned]
	st       *store.Store
	draft    Drafter
	mail     connectors.Sink
	notify   Notifier
	river    *river.Client[pgx.Tx]
	deeds    map[string]deed
	log      *slog.Logger
	nudges   *semaphore.Weighted // bounds what aside runs at once
	pens     *semaphore.Weighted // bounds how many charts are drawn at once
	beside   sync.WaitGroup
	finish   context.Context // of work beside the queue: ends a while after Run's
	mu       sync.Mutex
	learning atomic.Bool // the customers are being looked at
	studying atomic.Bool // a replay or stress test is running
	looking  atomic.Bool // cards are being looked for
	// stopping is set when no more work is taken beside the queue.
	stopping bool
	ctx      context.Context // of Run; timers end with it
}

// New returns a service on a migrated database. Until Attach and Run it can answer
// queries, store clicks and run checks, but carries nothing out.
func New(cfg Config, st *store.Store, draft Drafter, mail connectors.Sink) (*Service, error) {
	if err := cfg.Policy.Validate(); err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	if cfg.Workers <= 0 {
		cfg.Workers = 8
	}
	if cfg.Lease <= 0 {
		cfg.Lease = 60 * time.Second
	}
	if cfg.Backoff <= 0 {
		cfg.Backoff = time.Second
	}
	if cfg.Grace <= 0 {
		cfg.Grace = 8 * time.Second
	}
	if cfg.LookAfter <= 0 {
		cfg.LookAfter = 10 * time.Minute
	}
	if cfg.MailboxEvery <= 0 {
		cfg.MailboxEvery = 2 * time.Minute
	}
	if cfg.NoticeAfter <= 0 {
		cfg.NoticeAfter = noticeAfter
	}
	if cfg.LongOutage <= 0 {
		cfg.LongOutage = longOutage
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.KillPoint == nil {
		cfg.KillPoint = func(string) {}
	}
	s := &Service{st: st, draft: draft, mail: mail, log: cfg.Logger,
		nudges: semaphore.NewWeighted(int64(cfg.Workers)), pens: semaphore.NewWeighted(2), ctx: context.Background(), finish: context.Background()}
	s.settled.Store(&settled{Config: cfg})
	s.learned.Store(&learned{})
	s.deeds = map[string]deed{kindCard: cardDeed{s}, kindSay: sayDeed{s}, kindMail: mailDeed{s}, kindLetter: letterDeed{s}, kindRFQ: rfqDeed{letterDeed{s}}, kindNotice: noticeDeed{s}}
	workers := river.NewWorkers()
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, j *river.Job[effectArgs]) error {
		return s.perform(ctx, j.Args.Key)
	}))
	river.AddWorker(workers, &clickWorker{s: s})
	river.AddWorker(workers, &checkWorker{s: s})
	client, err := river.NewClient(riverpgxv5.New(st.Pool()), &river.Config{
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: cfg.Workers}},
		Workers:              workers,
		Logger:               quietRiver(cfg.Logger),
		ErrorHandler:         jobErrors{cfg.Logger},
		JobTimeout:           60 * time.Second,
		RescueStuckJobsAfter: 90 * time.Second,
		FetchPollInterval:    500 * time.Millisecond,
	})
	if err != nil {
		return nil, fmt.Errorf("job queue: %w", err)
	}
	s.river = client
	return s, nil
}

func (s *Service) killPoint(name string) { s.cfg().KillPoint(name) }

// Attach names the notifier. It comes before Run and before anybody uses the
// service from chat: the notifier needs the service to be made first.
func (s *Service) Attach(n Notifier) { s.notify = n }

// Run works until ctx ends: jobs, schedules, sweeper. It returns nil after a
// clean stop, with running jobs finished or given back.
func (s *Service) Run(ctx context.Context) error {
	if s.notify == nil {
		return errors.New("the service has no notifier: Attach comes before Run")
	}
	run, cancel := context.WithCancel(ctx)
	defer cancel()
	finish, breakOff := context.WithCancel(context.WithoutCancel(ctx))
	defer breakOff()
	s.ctx, s.finish = run, finish
	if err := s.prepare(ctx); err != nil {
		if ctx.Err() != nil {
			return nil // told to stop before it began
		}
		return err
	}
	// The queue gets a context of its own: it is stopped below, not torn down.
	if err := s.river.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start the job queue: %w", err)
	}
	if s.cfg().Mailbox != nil {
		s.beside.Go(func() { s.watchMailbox(run) })
	}
	for every := time.NewTicker(min(5*time.Second, s.cfg().Lease/2)); ; {
		if err := s.tick(run); err != nil && run.Err() == nil {
			s.log.Error("schedules and sweep", "error", err)
		}
		select {
		case <-ctx.Done():
			every.Stop()
			return s.stop(breakOff)
		case <-every.C:
		}
	}
}

// prepare reads the settings in force and writes the schedules that they name.
func (s *Service) prepare(ctx context.Context) error {
	if err := s.refresh(ctx, s.st.Pool()); err != nil {
		return err
	}
	s.kept = s.settled.Load()
	return s.keepSchedules(ctx)
}

// stop lets running jobs end within Config.Grace, then breaks them off: what they
// held is taken up again by whoever runs next.
func (s *Service) stop(breakOff func()) error {
	soft, cancel := context.WithTimeout(context.Background(), s.cfg().Grace)
	defer cancel()
	context.AfterFunc(soft, breakOff)
	err := s.river.Stop(soft)
	if err != nil {
		hard, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		err = s.river.StopAndCancel(hard)
	}
	s.mu.Lock()
	s.stopping = true
	s.mu.Unlock()
	s.beside.Wait()
	return err
}

// tick hands out due slots of the schedules, and what a crash left lying.
func (s *Service) tick(ctx context.Context) error {
	err := s.refresh(ctx, s.st.Pool())
	// Whoever took the settings over, a click or this tick: their schedules follow.
	if now := s.settled.Load(); now != s.kept {
		if kept := s.keepSchedules(ctx); kept != nil {
			err = errors.Join(err, kept)
		} else {
			s.kept = now
		}
	}
	return errors.Join(err, s.dueSlots(ctx), s.watchOutage(ctx), s.releaseSeen(ctx), s.lookForCards(ctx), s.st.InTx(ctx, func(tx pgx.Tx) error { return s.lapseChanges(ctx, tx) }), s.sweep(ctx))
}

// farAhead is how far before the newest slot the clock may be. A clock that is set
// back by less waits until it is there again.
const farAhead = 3 * time.Hour

func (s *Service) dueSlots(ctx context.Context) error {
	list, err := store.Schedules(ctx, s.st.Pool())
	if err != nil {
		return err
	}
	now := s.cfg().Now()
	for _, sch := range list {
		if !sch.Enabled {
			continue
		}
		zone, err := time.LoadLocation(sch.Zone)
		if err != nil {
			return fmt.Errorf("schedule %s: %w", sch.Name, err)
		}
		table, err := ParseTimetable(sch.Spec, zone)
		if err != nil {
			return err
		}
		last := sch.LastSlot
		if last.After(now.Add(farAhead)) {
			// It was handed out while the clock was wrong; what is due by the right one
			// comes nevertheless. A slot is never taken twice.
			last = now.Add(-10 * time.Minute)
		}
		slot, older, ok := table.Due(last, now)
		if !ok {
			continue
		}
		taken, late := false, now.Sub(slot) > 2*time.Minute
		err = s.st.InTx(ctx, func(tx pgx.Tx) error {
			taken, err = store.TakeSlot(ctx, tx, sch.Name, slot, late, older)
			if err != nil || !taken {
				return err
			}
			return s.enqueue(ctx, tx, checkArgs{sch.Name, slot}, 0)
		})
		if err != nil {
			return err
		}
		if !taken { // another process was faster
			continue
		}
		s.log.Info("schedule is due", "name", sch.Name, "slot", slot, "late", late, "older_missed", older)
	}
	return nil
}

func (s *Service) sweep(ctx context.Context) error {
	effects, err := store.WaitingEffects(ctx, s.st.Pool(), 500)
	if err != nil {
		return err
	}
	clicks, err := store.WaitingClicks(ctx, s.st.Pool(), inboxClick, 15*time.Second, 500)
	if err != nil {
		return err
	}
	for _, key := range clicks {
		s.aside("click", func(ctx context.Context) error { return s.act(ctx, key, 1) })
	}
	for _, key := range effects {
		s.soon(key, 0)
	}
	return nil
}

// Evaluate runs the whole pipeline on the present data without writing anything.
func (s *Service) Evaluate(ctx context.Context) (plan.Report, error) {
	now := s.cfg().Now()
	snap, err := s.st.LoadSnapshot(ctx, s.cfg().Shop, now)
	if err != nil {
		return plan.Report{}, err
	}
	return s.planner(ctx).Evaluate(snap, s.cfg().Policy, now)
}
