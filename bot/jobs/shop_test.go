package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/draft"
	"quartermaster/bot/jobs"
	"quartermaster/bot/pgembed/pgtest"
	"quartermaster/bot/store"
	"quartermaster/connectors"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// desk is the chat system as the jobs see it: it counts at the receiver. The
// story tests run on a real workspace; its pace of one message a second rules it
// out for a thousand cards.
type desk struct {
	mu      sync.Mutex
	posts   map[string]int       // by key
	shown   map[string]plan.Card // newest content by key
	said    map[string]string    // thread lines by key
	answers map[string][]string  // by click
	serial  int
	// pictures are the charts handed over.
	pictures [][]byte
	// fail is asked before every call ("post", "update", "find", "say", "upload")
	// and may refuse it; after says whether the message is posted all the same.
	fail func(call, key string) (err error, after bool)
	// lose makes the desk say that it took a message, and lose it.
	lose  func(key string) bool
	lost  int
	stood map[string]bool // by time stamp
	// channelFail may refuse a message by its channel.
	channelFail func(channel, key string) error
}

func newDesk() *desk {
	return &desk{posts: map[string]int{}, shown: map[string]plan.Card{}, said: map[string]string{}, answers: map[string][]string{}, stood: map[string]bool{}}
}

func (d *desk) refuse(call, key string) (error, bool) {
	if d.fail == nil {
		return nil, false
	}
	return d.fail(call, key)
}

func (d *desk) put(call, channel, key string) (jobs.MessageRef, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err, after := d.refuse(call, key); err != nil {
		if after {
			d.posts[key]++
		}
		return jobs.MessageRef{}, err
	}
	if d.channelFail != nil {
		if err := d.channelFail(channel, key); err != nil {
			return jobs.MessageRef{}, err
		}
	}
	d.serial++
	ref := jobs.MessageRef{Channel: channel, TS: fmt.Sprintf("%d.0001", d.serial)}
	if d.lose != nil && d.lose(key) {
		d.lost++
		return ref, nil
	}
	d.posts[key]++
	d.stood[ref.TS] = true
	return ref, nil
}

func (d *desk) Stands(_ context.Context, ref jobs.MessageRef) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err, _ := d.refuse("find", ref.TS); err != nil {
		return false, err
	}
	return d.stood[ref.TS], nil
}

func (d *desk) Post(ctx context.Context, channel, key string, c plan.Card) (jobs.MessageRef, error) {
	if ctx.Err() != nil { // a request whose time is over does not leave
		return jobs.MessageRef{}, fmt.Errorf("post: %w: %w", connectors.ErrUncertain, ctx.Err())
	}
	ref, err := d.put("post", channel, key)
	if err == nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.shown[key] = c
	}
	return ref, err
}

func (d *desk) Update(_ context.Context, _ jobs.MessageRef, c plan.Card) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	err, _ := d.refuse("update", c.Key)
	if err == nil {
		d.shown[c.Key] = c
	}
	return err
}

func (d *desk) Upload(_ context.Context, _, alt string, png []byte) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err, _ := d.refuse("upload", alt); err != nil {
		return "", err
	}
	d.pictures = append(d.pictures, png)
	return fmt.Sprintf("F%08d", len(d.pictures)), nil
}

func (d *desk) Find(_ context.Context, thread jobs.MessageRef, key string) (jobs.MessageRef, bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err, _ := d.refuse("find", key); err != nil {
		return jobs.MessageRef{}, false, err
	}
	return jobs.MessageRef{Channel: thread.Channel, TS: "77." + key}, d.posts[key] > 0, nil
}

func (d *desk) Say(_ context.Context, thread jobs.MessageRef, key, text string, mention []string) (jobs.MessageRef, error) {
	ref, err := d.put("say", thread.Channel, key)
	if err == nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.said[key] = strings.TrimSpace(text + " " + strings.Join(mention, " "))
	}
	return ref, err
}

func (d *desk) Answer(_ context.Context, c jobs.Click, text string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answers[c.Key] = append(d.answers[c.Key], text)
	return nil
}

func (d *desk) Relist(ctx context.Context, c jobs.Click, done []plan.Pressed) error {
	return d.Answer(ctx, c, fmt.Sprintf("list: %v", done))
}

func (d *desk) Person(_ context.Context, team, user string) (plan.Actor, error) {
	return plan.Actor{Team: team, User: user, Name: strings.ToLower(user)}, nil
}

// postbox is a mail server that counts.
type postbox struct {
	mu      sync.Mutex
	letters map[string]int
	fail    func(attempt int) error // may refuse a letter that it counts
	hang    chan struct{}           // if set, told of every letter, and nothing is answered
}

func (*postbox) Class() connectors.Class { return connectors.Unconfirmable }

func (p *postbox) Send(ctx context.Context, l connectors.Letter) (connectors.Receipt, error) {
	if p.hang != nil {
		p.hang <- struct{}{}
		<-ctx.Done()
		return connectors.Receipt{}, errors.Join(ctx.Err(), connectors.ErrUncertain)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.letters[l.Key]++
	if p.fail != nil {
		if err := p.fail(p.letters[l.Key]); err != nil {
			return connectors.Receipt{}, err
		}
	}
	return connectors.Receipt{Ref: "250 ok"}, nil
}

// shop is a service on a database of its own, with people and a mail server that
// count what reaches them.
type shop struct {
	t    testing.TB
	url  string
	st   *store.Store
	svc  *jobs.Service
	desk *desk
	box  *postbox
	dir  string
	n    int // suppliers
	stop func()
	// draft writes the letters; nil: templates do.
	draft jobs.Drafter

	clicks atomic.Int64 // every press is a gesture of its own
}

// fewCharts is how many cards have a picture in a test. Where there are more, the chat
// system draws: the pixels of a thousand cards take nine tenths of the processor time of
// such a test under the race detector, and say nothing about it.
const fewCharts = 10

// open makes a shop of n suppliers with one product each, all of which need an
// order. Two people may approve, UA and UB.
func open(t testing.TB, n int, set func(*jobs.Config)) *shop {
	t.Helper()
	return openAt(t, pgtest.New(t), n, set)
}

// openAt is open on the database at url.
func openAt(t testing.TB, url string, n int, set func(*jobs.Config)) *shop {
	t.Helper()
	s := &shop{t: t, url: url, desk: newDesk(), box: &postbox{letters: map[string]int{}}, dir: manySuppliers(t, n), n: n}
	s.start(set, true)
	return s
}

// reopen starts a service with other settings on the database of a stopped one.
func reopen(t testing.TB, old *shop, set func(*jobs.Config)) *shop {
	t.Helper()
	s := &shop{t: t, url: old.url, desk: old.desk, box: old.box, dir: old.dir, n: old.n}
	s.start(set, false)
	return s
}

func (s *shop) start(set func(*jobs.Config), load bool) {
	t := s.t
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	st, err := store.Open(ctx, s.url, store.Options{MaxConns: 20})
	if err != nil {
		t.Fatal(err)
	}
	eur := func(n int64) core.Money { return core.Money{Minor: n * 100, Currency: "EUR"} }
	policy := core.DefaultPolicy()
	policy.MaxRiskCards, policy.Approval.Undo = 0, 0 // letters leave at once
	policy.Approval.Approvers = []core.Approver{{User: "UA", Limit: eur(1_000_000)}, {User: "UB", Limit: eur(1_000_000)}}
	cfg := jobs.Config{Shop: core.Shop{Name: "Shop", Zone: time.UTC, Currency: "EUR", Language: "en"}, Policy: policy,
		Channel: "C1", Workers: 16, Lease: 4 * time.Second, Logger: slog.New(slog.DiscardHandler)}
	if s.n > fewCharts {
		cfg.Charts = jobs.ChartNative
	}
	if set != nil {
		set(&cfg)
	}
	if s.draft == nil {
		if s.draft, err = draft.New(draft.Config{}); err != nil {
			t.Fatal(err)
		}
	}
	s.st = st
	if s.svc, err = jobs.New(cfg, st, s.draft, s.box); err != nil {
		t.Fatal(err)
	}
	if load {
		if _, err := s.svc.Import(ctx, s.dir, nil); err != nil {
			t.Fatal(err)
		}
	}
	ended := make(chan error, 1)
	s.svc.Attach(s.desk)
	go func() { ended <- s.svc.Run(ctx) }()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the service ended with %v", err)
		}
		st.Close()
	})
	t.Cleanup(s.stop)
}

// check runs a check and returns the open proposals.
func (s *shop) check(name string) []plan.Proposal {
	s.t.Helper()
	if _, err := s.svc.Check(s.t.Context(), name); err != nil {
		s.t.Fatal(err)
	}
	list, err := store.OpenProposals(s.t.Context(), s.st.Pool())
	if err != nil {
		s.t.Fatal(err)
	}
	return list
}

// click presses a button on a proposal as it is.
func (s *shop) click(user string, a plan.Action, p plan.Proposal) (key string) {
	s.t.Helper()
	c := jobs.Click{Key: fmt.Sprintf("%d-%s-%s-%d", p.ID, a, user, s.clicks.Add(1)), Action: a, User: user, Proposal: p.ID, Version: p.Version, Digest: plan.Digest(p), Days: 2}
	if err := s.svc.Click(s.t.Context(), c); err != nil {
		s.t.Fatal(err)
	}
	return c.Key
}

// number returns one number of the database.
func (s *shop) number(sql string, args ...any) (n int) {
	s.t.Helper()
	if err := s.st.Pool().QueryRow(s.t.Context(), sql, args...).Scan(&n); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// texts returns one column of the database.
func (s *shop) texts(sql string, args ...any) []string {
	s.t.Helper()
	rows, err := s.st.Pool().Query(s.t.Context(), sql, args...)
	if err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
	return list
}

// try returns one number of the database, or false while it does not answer.
func (s *shop) try(sql string) (n int, ok bool) {
	return n, s.st.Pool().QueryRow(s.t.Context(), sql).Scan(&n) == nil
}

// until polls a condition; what names it when it never holds.
func (s *shop) until(what string, ok func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(5 * time.Minute); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("waited five minutes until %s", what)
		}
	}
}

// idle waits until every click is acted on and every effect has ended.
func (s *shop) idle() {
	s.t.Helper()
	s.until("all is done", func() bool {
		n, ok := s.try(`select (select count(*) from inbox where done_at is null) + (select count(*) from effect where state in ('pending', 'sending'))`)
		return ok && n == 0
	})
}

// report has somebody tell what became of the first order.
func (s *shop) report(e plan.OrderEvent) {
	s.t.Helper()
	o, err := store.FindOrder(s.t.Context(), s.st.Pool(), "1")
	if err != nil {
		s.t.Fatal(err)
	}
	form := jobs.OrderForm{Key: fmt.Sprint("form-", o.Version), User: "UA", Proposal: o.ProposalID, Version: o.Version, Event: e}
	if faults, err := s.svc.SubmitOrder(s.t.Context(), form); err != nil || len(faults) > 0 {
		s.t.Fatal(faults, err)
	}
	s.idle()
}

// answer waits for what the person who clicked is told: it comes after the
// decision is written, so idle does not wait for it.
func (s *shop) answer(key string) (text string) {
	s.t.Helper()
	s.until("click "+key+" is answered", func() bool {
		s.desk.mu.Lock()
		defer s.desk.mu.Unlock()
		text = strings.Join(s.desk.answers[key], "|")
		return text != ""
	})
	return text
}

func (s *shop) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.st.Pool().Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
}

// manySuppliers writes a shop in which n suppliers have one product each, all of
// which need the same order.
func manySuppliers(t testing.TB, n int) string { return moreProducts(t, 0, n) }

// moreProducts writes suppliers and products from number first on.
func moreProducts(t testing.TB, first, n int) string {
	t.Helper()
	dir := t.TempDir()
	var products, stock, suppliers, items, orders strings.Builder
	products.WriteString("sku,name,category,price,currency,cost,active\n")
	stock.WriteString("sku,location,on_hand,committed,backorders\n")
	suppliers.WriteString("supplier,name,email,contact,language,currency\n")
	items.WriteString("supplier,sku,supplier_sku,price,price_breaks,currency,moq,pack,sea_days,sea_sd,sea_freight\n")
	orders.WriteString("order_id,line_id,ordered_at,channel,customer_id,sku,quantity,unit_price,currency,promotion\n")
	today := core.DayOf(time.Now(), time.UTC)
	for i := first; i < first+n; i++ {
		fmt.Fprintf(&products, "P%d,Product %d,,10.00,EUR,5.00,1\n", i, i)
		fmt.Fprintf(&stock, "P%d,MAIN,1,0,0\n", i)
		fmt.Fprintf(&suppliers, "S%d,Supplier %d,s%d@supplier.example,,en,EUR\n", i, i, i)
		fmt.Fprintf(&items, "S%d,P%d,,5.00,,EUR,10,5,20,3,0.10\n", i, i)
		for d := range 30 {
			fmt.Fprintf(&orders, "O%d-%d,1,%s,web,C%d,P%d,%d,10.00,EUR,0\n", i, d, today-core.Day(d+1), d, i, 1+d%3)
		}
	}
	for name, text := range map[string]string{"products.csv": products.String(), "stock.csv": stock.String(), "suppliers.csv": suppliers.String(),
		"supplier_items.csv": items.String(), "orders.csv": orders.String(), "locations.csv": "location,name,country,channels,default\nMAIN,Main,DE,web,1\n",
		"open_orders.csv": "order,supplier,sku,location,quantity,due,state\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// eachOnce checks at the receivers that no letter and no message came twice, that
// the letters of all orders left or are asked about, and that the audit chain
// holds. It returns how many letters are asked about.
func (s *shop) eachOnce(orders int) (doubt int) {
	s.t.Helper()
	doubt = s.number(`select count(*) from purchase_order where state = 'send_unknown'`)
	s.box.mu.Lock()
	for key, n := range s.box.letters {
		if n != 1 {
			s.t.Errorf("letter %s left %d times", key, n)
		}
	}
	// A letter whose answer could not be written down is asked about, never sent
	// again: it left at most once.
	if left := len(s.box.letters); left > orders || left+doubt < orders {
		s.t.Errorf("%d letters and %d to ask about for %d orders", left, doubt, orders)
	}
	s.box.mu.Unlock()
	s.desk.mu.Lock()
	for key, n := range s.desk.posts {
		if n != 1 {
			s.t.Errorf("message %s stands %d times", key, n)
		}
	}
	s.desk.mu.Unlock()
	if _, err := s.st.VerifyAudit(s.t.Context()); err != nil {
		s.t.Error(err)
	}
	return doubt
}
