package bot

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quartermaster/core"
)

// A joint play has a card while it runs. When its time is over it is booked by itself,
// and the same card tells what it brought: the linked sales of those with the offer
// against those without, and the loss avoided.
func TestJointPlay(t *testing.T) {
	t.Parallel()
	words := map[string][2][]string{
		"en": {{"RUNNING", "Without the offer", "-10 %"}, {"BOOKED", "Loss avoided", "EUR 0.00 of EUR ", "Difference: 100.0 points", "more than chance explains"}},
		"zh": {{"进行中", "对照组", "-10%"}, {"已结算", "避免的损失", "差异：100.0 个百分点", "超出偶然"}},
	}
	for language, want := range words {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, false)
			w.cfg.Settings.Shop.Language = language
			w.run()
			w.checks()()
			svc, err := w.cfg.Service(w.st)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := svc.LearnCustomers(w.ctx()); err != nil {
				t.Fatal(err)
			}
			p, offered, err := svc.StartPlay(w.ctx(), "anna", "SOLAR-01", "LAMP-02", 0.1, 30)
			if err != nil || len(offered) == 0 || p.AtRisk.Minor == 0 {
				t.Fatalf("%+v, %d offered: %v", p, len(offered), err)
			}
			running := w.card(append(want[0], "LAMP-02", "anna")...)

			// Five weeks later: everybody with the offer took it within three days, nobody
			// else came back.
			if _, err := w.st.Pool().Exec(t.Context(), `update joint_play set started_on = started_on - 36, until = until - 36`); err != nil {
				t.Fatal(err)
			}
			day := core.DayOf(time.Now(), time.UTC)
			var lines strings.Builder
			lines.WriteString("order_id,line_id,ordered_at,channel,customer_id,sku,quantity,unit_price,currency,promotion\n")
			for i, c := range offered {
				fmt.Fprintf(&lines, "P%d,1,%sT12:00:00Z,web,%s,LAMP-02,1,17.91,EUR,1\n", i, day-35+core.Day(i%3), c)
			}
			if _, err := w.st.Pool().Exec(t.Context(), `delete from order_line where sku = 'LAMP-02' and day > $1`, (day - 36).Time(time.UTC)); err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "orders.csv"), []byte(lines.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := svc.Import(w.ctx(), dir, nil); err != nil {
				t.Fatal(err)
			}
			if _, err := svc.LearnCustomers(w.ctx()); err != nil {
				t.Fatal(err)
			}
			booked := w.card(append(want[1], fmt.Sprintf("EUR %d.%02d", len(offered)*1791/100, len(offered)*1791%100))...)
			if booked.TS != running.TS {
				t.Error("the result is on another message than the play")
			}
			for _, c := range offered {
				if strings.Contains(messageText(booked)+messageText(running), c+`"`) {
					t.Errorf("customer %s is named in the channel", c)
				}
			}
			if n := w.count(`select count(*) from audit where action = 'book joint play' and actor = 'quartermaster'`); n != 1 {
				t.Errorf("booked %d times", n)
			}
			if _, err := svc.LearnCustomers(w.ctx()); err != nil {
				t.Fatal(err)
			}
			if n := w.count(`select count(*) from audit where action = 'book joint play'`); n != 1 {
				t.Errorf("booked again: %d times", n)
			}
			w.stop()
		})
	}
}
