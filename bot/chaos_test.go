package bot

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"quartermaster/bot/workspace"
)

// rounds returns few in a normal run and many in "make chaos".
func rounds(few, many int) int {
	if os.Getenv("QUARTERMASTER_CHAOS") != "" {
		return many
	}
	return few
}

// The program is killed at random instants, over and over, while it posts cards
// and a person approves one after the other, pressing again whenever Slack says
// that it did not work. At the receivers every card, every line of log and every
// letter stands once, and every card has its order.
func TestKilledAtRandom(t *testing.T) {
	t.Parallel()
	kills := rounds(12, 500)
	w := newWorld(t, false)
	moreSuppliers(t, w.cfg.Settings.DataDir, kills/2)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	fast := []string{"QUARTERMASTER_LEASE=600ms", "QUARTERMASTER_PACE=1ms"}

	p := w.serve("", fast...)
	w.dueNow()
	w.until("the check is done", func() bool { return w.count(`select count(*) from check_run`) > 0 })
	proposals := w.count(`select count(*) from proposal`)
	if proposals < kills/2 {
		t.Fatalf("%d proposals", proposals)
	}
	open := func() int {
		return w.count(`select count(*) from proposal where state = 'proposed'`)
	}
	stop := make(chan struct{})
	var person sync.WaitGroup
	person.Go(func() {
		pressed := map[string]time.Time{}
		for {
			for _, m := range w.ws.Channel(stockRoom).Messages() {
				_, ok := m.Button("Approve…")
				if !ok || time.Since(pressed[m.TS]) < 3*time.Second {
					continue
				}
				select {
				case <-stop:
					return
				case <-time.After(20 * time.Millisecond):
				}
				if _, err := w.ws.As(boss).Click(w.ctx(), m, "approve"); err == nil {
					pressed[m.TS] = time.Now()
				}
			}
			select {
			case <-stop:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	})
	for range kills {
		time.Sleep(time.Duration(100+rng.IntN(700)) * time.Millisecond)
		p.kill()
		p = w.serve("", fast...)
	}
	deadline := time.Now().Add(5 * time.Minute)
	for open()+w.count(`select count(*) from effect where state in ('pending', 'sending')`)+w.count(`select count(*) from inbox where done_at is null`) > 0 {
		if time.Now().After(deadline) {
			t.Fatalf("%d proposals are still open", open())
		}
		time.Sleep(50 * time.Millisecond)
	}
	close(stop)
	person.Wait()

	times := map[string]int{}
	var last workspace.Message
	for _, m := range w.ws.Channel(stockRoom).Messages() {
		key, _ := m.Metadata.EventPayload["key"].(string)
		times[key]++
		last = m
	}
	for key, n := range times {
		if n != 1 || key == "" {
			t.Errorf("message %q stands %d times", key, n)
		}
	}
	for id := range proposals {
		for _, key := range []string{"restock/%d", "say/restock/%d/v2", "say/restock/%d/mail"} {
			if key = fmt.Sprintf(key, id+1); times[key] != 1 {
				t.Errorf("message %q stands %d times, want once", key, times[key])
			}
		}
	}
	if n := w.count(`select count(*) from purchase_order`); n != proposals {
		t.Errorf("%d orders for %d proposals (last message %q)", n, proposals, last.Text)
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
	t.Logf("%d kills, %d proposals, %d messages, %d letters", kills, proposals, len(times), len(w.letters()))
}

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
