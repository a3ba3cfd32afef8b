package bot

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"quartermaster/bot/fault"
	"quartermaster/bot/workspace"
)

// points are the places between two steps at which the program can be killed, in
// the order in which a click, its order, its letter and its card come by.
var points = []string{"click.stored", "click.decided", "effect.claimed", "effect.sending", "effect.sent", "effect.stored"}

// The program is killed over and over, at the named points and at random instants,
// while it posts cards and a person approves one after the other, pressing again
// whenever Slack says that it did not work. At the receivers every card, every line
// of log and every letter stands once, and every card has its order. In half of the
// worlds letters go to a mail server, which cannot be asked what it took: there a
// letter that was on its way is asked about.
func TestKilledAtRandom(t *testing.T) {
	t.Parallel()
	kills := fault.Rounds(500, 10_000)
	worlds := fault.Rounds(4, 8)
	from := fault.Seed(t)
	tally := fault.Count(t, "the program is killed, at named points and at random instants", from)
	t.Run("worlds", func(t *testing.T) {
		for i := range worlds {
			t.Run(strconv.Itoa(i), func(t *testing.T) {
				t.Parallel()
				stormOfKills(t, tally, kills/worlds, from+uint64(i), i%2 == 1)
			})
		}
	})
	for _, point := range points {
		if tally.Of("kills at "+point) == 0 {
			t.Errorf("no process was killed at %s", point)
		}
	}
}

func stormOfKills(t *testing.T, tally *fault.Tally, kills int, seed uint64, overSMTP bool) {
	w := newWorld(t, false)
	moreSuppliers(t, w.cfg.Settings.DataDir, max(kills/3, 6))
	rng := rand.New(rand.NewPCG(seed, 0))
	env := fast
	letters := func() map[string]int { // by order
		times := map[string]int{}
		for _, l := range w.letters() {
			times[l.Subject]++
		}
		return times
	}
	if overSMTP {
		post := fault.NewMailbox(t, nil)
		env, letters = append([]string{"SMTP_URL=" + post.URL}, fast...), post.Letters
	}
	p := w.serve("", env...)
	w.dueNow()
	w.until("the check is done", func() bool { return w.count(`select count(*) from check_run`) > 0 })
	proposals := w.count(`select count(*) from proposal`)
	var allowed atomic.Int64 // cards, so that there is something to do until the last kill
	stop := w.presser(seed, &allowed)
	for i := range kills {
		allowed.Store(int64(1 + i*proposals/kills))
		p.kill()
		// Two of three processes are to die at a point, the others by the clock: mostly
		// short lives, which end while the program starts or takes over what the one
		// before left; some long enough to get on.
		point, where, life := "", "any instant", 30+rng.IntN(300)
		switch rng.IntN(12) {
		case 0:
			life = 700 + rng.IntN(600)
		case 1, 2, 3, 4, 5, 6, 7, 8:
			point, life = points[rng.IntN(len(points))], 700
		}
		pass := 1 + rng.IntN(3)
		// On a machine that has too much to do 700 ms may never be enough to get to a
		// point: the first time there is more, and a click more to come by.
		if point != "" && tally.Of("kills at "+point) == 0 {
			pass, life = 1, 10_000
			allowed.Store(min(allowed.Load()+2, int64(proposals)))
		}
		p = w.serve(fmt.Sprintf("%s:%d", point, pass), env...)
		select {
		case err := <-p.ended:
			p.ended <- err
			where = point
		case <-time.After(time.Duration(life) * time.Millisecond):
		}
		tally.Add("kills", 1)
		tally.Add("kills at "+where, 1)
	}
	p.kill()
	allowed.Store(int64(proposals))
	p = w.serve("", env...)
	w.settle()
	stop()
	p.kill()

	times, came := w.messagesByKey(), letters()
	doubt := w.count(`select count(*) from purchase_order where state = 'send_unknown'`)
	lost, twice := max(proposals-doubt-len(came), 0), 0
	for id := range proposals {
		for _, key := range []string{"restock/%d", "say/restock/%d/v2", "say/restock/%d/mail"} {
			if key = fmt.Sprintf(key, id+1); times[key] == 0 {
				t.Errorf("message %q is lost", key)
				lost++
			}
		}
	}
	for _, things := range []map[string]int{times, came} {
		for _, n := range things {
			twice += n - 1
		}
	}
	if lost > 0 || twice > 0 || len(came) > proposals {
		t.Errorf("%d letters and %d in doubt for %d proposals; %d things lost, %d doubled", len(came), doubt, proposals, lost, twice)
	}
	if doubt > 0 && !overSMTP {
		t.Errorf("%d letters in doubt although the folder can be asked", doubt)
	}
	if n := w.count(`select count(*) from purchase_order`); n != proposals {
		t.Errorf("%d orders for %d proposals", n, proposals)
	}
	if n := w.count(`select count(*) from effect where state <> 'done'`); n != doubt {
		t.Errorf("%d effects did not end well, %d letters are in doubt", n, doubt)
	}
	if _, err := w.st.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
	for name, n := range map[string]int{"cards approved": proposals, "messages": len(times), "letters": len(came),
		"letters asked about": doubt, "lost": lost, "doubled": twice} {
		tally.Add(name, n)
	}
}

// fast shortens what would only be waited for.
var fast = []string{"QUARTERMASTER_LEASE=600ms", "QUARTERMASTER_PACE=1ms"}

// presser approves every card that can be approved, again and again, until the
// function it returns is called; no more cards than allowed says.
func (w *world) presser(seed uint64, allowed *atomic.Int64) (stop func()) {
	end := make(chan struct{})
	var person sync.WaitGroup
	rng := rand.New(rand.NewPCG(seed, 1))
	person.Go(func() {
		pressed := map[string]time.Time{}
		for {
			for _, m := range w.ws.Channel(stockRoom).Messages() {
				_, ok := m.Button("Approve…")
				last, known := pressed[m.TS]
				if !ok || time.Since(last) < 3*time.Second || !known && int64(len(pressed)) >= allowed.Load() {
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

// messagesByKey counts the messages of the channel, and fails for each that stands
// twice or has no key.
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

// Everything goes wrong at once: Slack answers 429 and 500, resets, hangs, loses
// answers; the mail server is busy, refuses, resets, hangs, takes letters without
// saying so; the model is slow, broken, talks nonsense and disobeys; and the program
// is killed in between. No message and no letter comes twice. Each order's letter
// came, or the card asks what became of it. Every kind of fault has its turn.
func TestEverythingGoesWrong(t *testing.T) {
	t.Parallel()
	kills := fault.Rounds(12, 300)
	from := fault.Seed(t)
	tally := fault.Count(t, "Slack, mail and model go wrong while the program is killed", from)
	rng := rand.New(rand.NewPCG(from, 2))
	mailFaults := []fault.Name{fault.LoseAnswer, fault.Busy, fault.Refuse, fault.Reset, fault.Hang}
	modelFaults := []fault.Name{fault.Hang, fault.Busy, fault.Refuse, fault.Reset, fault.Nonsense, fault.Disobey, fault.Cut, fault.Empty}
	slackFaults := []workspace.Fault{
		{Kind: workspace.RateLimit, RetryAfter: time.Second}, {Kind: workspace.ServerError}, {Kind: workspace.Reset},
		{Kind: workspace.LoseAnswer, Method: "chat.postMessage"}, {Kind: workspace.Hang}, {Kind: workspace.LoseAnswer, Method: "chat.update"},
	}
	post := fault.NewMailbox(t, fault.InTurn(1, mailFaults...))
	model := fault.NewModel(t, goodLetter, fault.InTurn(1, modelFaults...))

	w := newWorld(t, false)
	moreSuppliers(t, w.cfg.Settings.DataDir, max(kills/2, 20))
	env := append([]string{"SMTP_URL=" + post.URL, "OPENAI_API_KEY=" + modelKey, "OPENAI_BASE_URL=" + model.URL}, fast...)
	p := w.serve("", env...)
	w.dueNow()
	w.until("the check is done", func() bool { return w.count(`select count(*) from check_run`) > 0 })
	proposals := w.count(`select count(*) from proposal`)
	var allowed atomic.Int64
	stop := w.presser(from, &allowed)
	for i := range kills {
		allowed.Store(int64(1 + (i+1)*proposals/kills))
		f, life := slackFaults[i%len(slackFaults)], 200+rng.IntN(900)
		f.Times = 1 + rng.IntN(3)
		s := w.ws.Fault(f)
		if i < len(slackFaults) { // once each kind must happen
			w.until(fmt.Sprintf("Slack suffers from %s", f.Kind), func() bool { return s.Hits() > 0 })
		}
		time.Sleep(time.Duration(life) * time.Millisecond)
		tally.Add(fmt.Sprintf("slack: %s", f.Kind), s.Hits())
		s.Clear()
		p.kill()
		tally.Add("kills", 1)
		p = w.serve("", env...)
	}
	w.settle()
	stop()
	p.kill()

	times := w.messagesByKey()
	letters, doubt, lost, twice := post.Letters(), 0, 0, 0
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
			twice++
		case state == "send_unknown" || state == "send_failed":
			doubt++
		case n == 0:
			t.Errorf("order %s is %s and its letter never came", number, state)
			lost++
		}
	}
	if orders != proposals {
		t.Errorf("%d orders for %d proposals", orders, proposals)
	}
	for number := range letters {
		if !strings.HasPrefix(number, "PO-") {
			t.Errorf("a letter to no order came: %q", number)
		}
	}
	for _, n := range times {
		twice += n - 1
	}
	for id := range proposals {
		if key := fmt.Sprintf("restock/%d", id+1); times[key] == 0 {
			t.Errorf("card %q is lost", key)
			lost++
		}
	}
	if _, err := w.st.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
	for _, f := range mailFaults {
		tally.Add("mail: "+string(f), post.Hits()[f])
	}
	for _, f := range modelFaults {
		tally.Add("model: "+string(f), model.Hits()[f])
	}
	for name, n := range tally.Counts() {
		if n == 0 {
			t.Errorf("%s: it never happened", name)
		}
	}
	for name, n := range map[string]int{"orders": orders, "letters": len(letters), "letters asked about": doubt, "messages": len(times), "lost": lost, "doubled": twice} {
		tally.Add(name, n)
	}
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
