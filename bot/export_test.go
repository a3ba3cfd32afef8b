package bot

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"quartermaster/bot/store"
)

// Every list leaves as a file in a direct message, for members only; the one of the
// customers for those whom the settings name, by pseudonyms.
func TestExport(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.cfg.SlackPace, w.cfg.Settings.Exporters = time.Millisecond, []string{boss}
	w.run()
	w.checks()()
	w.click(boss, w.card("SOLAR-01", "Approve"), "approve")
	w.card("SOLAR-01", "PO-")
	svc, err := w.cfg.Service(w.st)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := svc.LearnCustomers(w.ctx()); err != nil {
		t.Fatal(err)
	}
	w.asked(guest, "export stock", "Guests cannot")
	w.asked(packer, "export customers", "customers.export")
	w.asked(packer, "export", "Please say which list", "stock|suggestions")
	w.asked(packer, "export stok", "Did you mean stock?")
	w.asked(packer, "export stock pdf", "csv and xlsx")
	if n := len(w.ws.As(packer).Direct()) + len(w.ws.As(guest).Direct()); n != 0 {
		t.Errorf("%d files left all the same", n)
	}
	for _, list := range store.ListNames() {
		w.asked(boss, "export "+list, "direct messages", list+"-")
	}
	w.asked(boss, "export stock xlsx", ".xlsx")
	sent := w.ws.As(boss).Direct()
	if len(sent) != len(store.ListNames())+1 {
		t.Fatalf("%d files, want %d", len(sent), len(store.ListNames())+1)
	}
	read := map[string][][]string{}
	for _, m := range sent[:len(sent)-1] {
		f := m.Files[0]
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(f.Contents()), "\ufeff"))).ReadAll()
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		name, _, _ := strings.Cut(f.Name, "-")
		read[name] = rows
	}
	if kind := sent[len(sent)-1].Files[0].Filetype; kind != "xlsx" {
		t.Errorf("the last file is %s", kind)
	}
	for list, want := range map[string]string{
		"stock":      "SOLAR-01,MAIN,Solar <!channel> & light,RED",
		"orders":     "PO-",
		"approvals":  boss + ",approve,allow",
		"suppliers":  "ACME,Acme Lights Ltd,orders@acme.example,Sales,en,EUR,2",
		"prices":     "ACME,SOLAR-01,AC-77,18.00,EUR,500,24,35",
		"findings":   "HIGH,SOLAR-01,MAIN",
		"customers":  "c-",
		"repurchase": "SOLAR-01,",
	} {
		if len(read[list]) < 2 {
			t.Errorf("%s is empty: %v", list, read[list])
			continue
		}
		var lines []string
		for _, row := range read[list] {
			lines = append(lines, strings.Join(row, ","))
		}
		all := strings.Join(lines, "\n")
		if !strings.Contains(all, want) {
			t.Errorf("%s does not hold %q:\n%s", list, want, all[:min(len(all), 900)])
		}
	}
	if n := w.count(`select count(*) from audit where actor = $1 and action like 'export %'`, boss); n != len(sent) {
		t.Errorf("%d audit rows for %d files", n, len(sent))
	}
	w.stop()
}
