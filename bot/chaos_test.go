package bot

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"quartermaster/bot/fault"
	"quartermaster/bot/workspace"
)

// rounds returns few in a normal run and many in "make chaos".
func rounds(few, many int) int {
	if os.Getenv("QUARTERMASTER_CHAOS") != "" {
		return many
	}
	return few
}

// seed returns the seed of a storm: a new one each time, or the one that
// QUARTERMASTER_SEED names, to see a failure again.
func seed(t *testing.T) uint64 {
	n, err := strconv.ParseUint(os.Getenv("QUARTERMASTER_SEED"), 10, 64)
	if err != nil {
		n = uint64(time.Now().UnixNano())
	}
	t.Logf("QUARTERMASTER_SEED=%d", n)
	return n
}

// The program is killed at random instants, over and over, while it posts cards
// and a person approves one after the other, pressing again whenever Slack says
// that it did not work. At the receivers every card, every line of log and every
// letter stands once, and every card has its order.
func TestKilledAtRandom(t *testing.T) {
	t.Parallel()
	kills := rounds(500, 10_000)
	const worlds = 4
	var mu sync.Mutex
	sum := map[string]int{}
	from := seed(t)
	t.Run("worlds", func(t *testing.T) {
		for i := range worlds {
			t.Run(strconv.Itoa(i), func(t *testing.T) {
				t.Parallel()
				counts := stormOfKills(t, kills/worlds, from+uint64(i))
				mu.Lock()
				defer mu.Unlock()
				for k, n := range counts {
					sum[k] += n
				}
			})
		}
	})
	fault.Record(t, "killed at random instants", from, sum)
}

func stormOfKills(t *testing.T, kills int, seed uint64) map[string]int {
	w := newWorld(t, false)
	moreSuppliers(t, w.cfg.Settings.DataDir, max(kills/8, 6))
	rng := rand.New(rand.NewPCG(seed, 0))
	p := w.serve("", fast...)
	w.dueNow()
	w.until("the check is done", func() bool { return w.count(`select count(*) from check_run`) > 0 })
	proposals := w.count(`select count(*) from proposal`)
	stop := w.presser(seed)
	for range kills {
		// Mostly short lives, which end while the program starts or takes over what
		// the one before left; some long enough to get on.
		life := 30 + rng.IntN(300)
		if rng.IntN(4) == 0 {
			life = 700 + rng.IntN(600)
		}
		time.Sleep(time.Duration(life) * time.Millisecond)
		p.kill()
		p = w.serve("", fast...)
	}
	w.settle()
	stop()
	times := w.messagesByKey()
	for id := range proposals {
		for _, key := range []string{"restock/%d", "say/restock/%d/v2", "say/restock/%d/mail"} {
			if key = fmt.Sprintf(key, id+1); times[key] != 1 {
				t.Errorf("message %q stands %d times, want once", key, times[key])
			}
		}
	}
	if n := w.count(`select count(*) from purchase_order`); n != proposals {
		t.Errorf("%d orders for %d proposals", n, proposals)
	}
	if n := len(w.letters()); n != proposals {
		t.Errorf("%d letters for %d proposals", n, proposals)
	}
	if n := w.count(`select count(*) from effect where state <> 'done'`); n != 0 {
		t.Errorf("%d effects did not end well", n)
	}
	if _, err := w.st.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
	p.kill()
	return map[string]int{"kills": kills, "proposals": proposals, "messages": len(times), "letters": len(w.letters())}
}

// fast shortens what would only be waited for.
var fast = []string{"QUARTERMASTER_LEASE=600ms", "QUARTERMASTER_PACE=1ms"}

// presser approves every card that can be approved, again and again, until the
// function it returns is called.
func (w *world) presser(seed uint64) (stop func()) {
	end := make(chan struct{})
	var person sync.WaitGroup
	rng := rand.New(rand.NewPCG(seed, 1))
	person.Go(func() {
		pressed := map[string]time.Time{}
		for {
			for _, m := range w.ws.Channel(stockRoom).Messages() {
				_, ok := m.Button("Approve…")
				if !ok || time.Since(pressed[m.TS]) < 3*time.Second {
					continue
				}
				select {
				case <-end:
					return
				case <-time.After(time.Duration(10+rng.IntN(20)) * time.Millisecond):
				}
				if _, err := w.ws.As(boss).Click(w.t.Context(), m, "approve"); err == nil {
					pressed[m.TS] = time.Now()
				}
			}
			select {
			case <-end:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	})
	return sync.OnceFunc(func() { close(end); person.Wait() })
}

// settle waits until everything is decided and nothing waits.
func (w *world) settle() {
	w.t.Helper()
	left := func() int {
		return w.count(`select (select count(*) from proposal where state = 'proposed')
			+ (select count(*) from effect where state in ('pending', 'sending'))
			+ (select count(*) from inbox where done_at is null)`)
	}
	for deadline := time.Now().Add(10 * time.Minute); left() > 0; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("%d things are still waiting", left())
		}
	}
}

// messagesByKey counts the messages of the channel and fails for each that stands
// twice.
func (w *world) messagesByKey() map[string]int {
	w.t.Helper()
	times := map[string]int{}
	for _, m := range w.ws.Channel(stockRoom).Messages() {
		key, _ := m.Metadata.EventPayload["key"].(string)
		times[key]++
	}
	for key, n := range times {
		if n != 1 || key == "" {
			w.t.Errorf("message %q stands %d times", key, n)
		}
	}
	return times
}

// Everything goes wrong at once: Slack answers 429 and 500, resets, loses answers;
// the mail server is busy, refuses, resets, takes letters without saying so; the
// model is slow, broken, talks nonsense and disobeys; and the program is killed in
// between. No message and no letter comes twice. Each order's letter came, or the
// card asks what became of it.
func TestEverythingGoesWrong(t *testing.T) {
	t.Parallel()
	kills := rounds(12, 300)
	from := seed(t)
	var mu sync.Mutex
	rng := rand.New(rand.NewPCG(from, 2))
	pick := func(faults ...fault.Name) func() fault.Name {
		return func() fault.Name {
			mu.Lock()
			defer mu.Unlock()
			if rng.IntN(3) > 0 {
				return fault.None
			}
			return faults[rng.IntN(len(faults))]
		}
	}
	post := fault.NewMailbox(t, pick(fault.Busy, fault.Refuse, fault.Reset, fault.LoseAnswer))
	model := fault.NewModel(t, goodLetter, pick(fault.Busy, fault.Refuse, fault.Reset, fault.Nonsense, fault.Disobey))

	w := newWorld(t, false)
	moreSuppliers(t, w.cfg.Settings.DataDir, kills/2)
	env := append([]string{"SMTP_URL=" + post.URL, "OPENAI_API_KEY=sk-test", "OPENAI_BASE_URL=" + model.URL}, fast...)
	p := w.serve("", env...)
	w.dueNow()
	w.until("the check is done", func() bool { return w.count(`select count(*) from check_run`) > 0 })
	proposals := w.count(`select count(*) from proposal`)
	stop := w.presser(from)
	hits := 0
	slackFaults := []workspace.Fault{
		{Kind: workspace.RateLimit, RetryAfter: time.Second}, {Kind: workspace.ServerError}, {Kind: workspace.Reset},
		{Kind: workspace.LoseAnswer, Method: "chat.postMessage"}, {Kind: workspace.LoseAnswer, Method: "chat.update"},
	}
	for range kills {
		mu.Lock()
		f, life := slackFaults[rng.IntN(len(slackFaults))], 200+rng.IntN(900)
		f.Times = 1 + rng.IntN(3)
		mu.Unlock()
		s := w.ws.Fault(f)
		time.Sleep(time.Duration(life) * time.Millisecond)
		hits += s.Hits()
		s.Clear()
		p.kill()
		p = w.serve("", env...)
	}
	w.settle()
	stop()
	p.kill()

	w.messagesByKey()
	letters, doubt := post.Letters(), 0
	rows, err := w.st.Pool().Query(t.Context(), `select number, state from purchase_order`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	orders := 0
	for rows.Next() {
		var number, state string
		if err := rows.Scan(&number, &state); err != nil {
			t.Fatal(err)
		}
		orders++
		switch n := letters[number]; {
		case n > 1:
			t.Errorf("the letter of %s came %d times", number, n)
		case state == "send_unknown" || state == "send_failed":
			doubt++
		case n == 0:
			t.Errorf("order %s is %s and its letter never came", number, state)
		}
	}
	if orders != proposals {
		t.Errorf("%d orders for %d proposals", orders, proposals)
	}
	if len(letters)+doubt < orders {
		t.Errorf("%d letters and %d in doubt for %d orders", len(letters), doubt, orders)
	}
	for number := range letters {
		if !strings.HasPrefix(number, "PO-") {
			t.Errorf("a letter to no order came: %q", number)
		}
	}
	if _, err := w.st.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
	mailFaults, modelFaults := 0, 0
	for f, n := range post.Hits() {
		if f != fault.None {
			mailFaults += n
		}
	}
	for f, n := range model.Hits() {
		if f != fault.None {
			modelFaults += n
		}
	}
	fault.Record(t, "Slack, mail and model go wrong while the program is killed", from, map[string]int{
		"kills": kills, "slack faults": hits, "mail faults": mailFaults, "model faults": modelFaults,
		"orders": orders, "letters": len(letters), "letters asked about": doubt})
}

// goodLetter is what a good model answers.
const goodLetter = `{"subject":"Purchase order {{order_number}}","greeting":"Dear {{recipient}},",` +
	`"body":"Please find our purchase order {{order_number}} below and in the attached file. It has {{lines}}, and the total is {{total}}.\n\nThe arrival date we ask for is {{arrival}}. Please confirm the order, the prices and the arrival date.",` +
	`"closing":"Kind regards,\n{{shop}}"}`

// moreSuppliers adds n suppliers to the shop, each with one product that needs an
// order.
func moreSuppliers(t *testing.T, dir string, n int) {
	t.Helper()
	add := map[string]*strings.Builder{"products.csv": {}, "stock.csv": {}, "suppliers.csv": {}, "supplier_items.csv": {}, "orders.csv": {}}
	for i := range n {
		fmt.Fprintf(add["products.csv"], "P%d,Product %d,,10.00,EUR,5.00,1\n", i, i)
		fmt.Fprintf(add["stock.csv"], "P%d,MAIN,1,0,0\n", i)
		fmt.Fprintf(add["suppliers.csv"], "S%d,Supplier %d,s%d@supplier.example,,en,EUR\n", i, i, i)
		fmt.Fprintf(add["supplier_items.csv"], "S%d,P%d,,5.00,,EUR,10,5,20,3,0.10\n", i, i)
		for d := range 30 {
			fmt.Fprintf(add["orders.csv"], "O%d-%d,1,%s,web,C%d,P%d,%d,10.00,EUR,0\n", i, d, time.Now().UTC().AddDate(0, 0, -d-1).Format(time.DateOnly), d, i, 1+d%3)
		}
	}
	for name, text := range add {
		f, err := os.OpenFile(dir+"/"+name, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(text.String()); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
