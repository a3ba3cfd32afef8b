package bot

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"quartermaster/bot/fault"
	"quartermaster/bot/store"
	"quartermaster/bot/workspace"
	"quartermaster/core"
)

// Sixty attacks stand in every field of a shop that a stranger can write: codes and
// names of products, their categories, suppliers' names, contacts and codes, places.
// People look at everything, approve everything and export everything. Counted where
// it arrives: nothing calls anybody, links, hides, adds a header or a recipient, is a
// formula or reaches the model; and nothing happens but what people pressed.
func TestHostileShop(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	tally := fault.Count(t, "attacks in every name of a shop, looked at, approved, mailed and exported", 0)
	model := fault.NewModel(t, goodLetter, nil)
	w.cfg.OpenAIKey, w.cfg.OpenAIBaseURL, w.cfg.Settings.Model = modelKey, model.URL, "test-model"
	w.cfg.SlackPace, w.cfg.Settings.Exporters = time.Millisecond, []string{boss}
	skus, suppliers := hostileShop(t, w.cfg.Settings.DataDir)
	w.run()
	w.checks()()
	w.until("every supplier has a card", func() bool { return w.count(`select count(*) from proposal where state = 'proposed'`) == suppliers })
	quiet := func() bool { return w.count(`select count(*) from effect where state in ('pending', 'sending')`) == 0 }
	w.until("the cards stand", quiet)
	pressed := 0
	for _, m := range w.ws.Channel(stockRoom).Messages() {
		if _, ok := m.Button("Approve…"); ok {
			w.click(boss, m, "approve")
			pressed++
		}
	}
	w.within(2*time.Minute, "every order is written", func() bool { return w.count(`select count(*) from purchase_order`) == suppliers })
	w.within(2*time.Minute, "the letters have left", quiet)

	// People look, and take files home.
	var shown []workspace.Message
	for _, text := range []string{"status", "orders", "approve", "quiet", "week"} {
		shown = append(shown, w.asked(boss, text))
	}
	for _, sku := range skus {
		shown = append(shown, w.asked(boss, "sku "+sku), w.asked(boss, "why "+sku))
	}
	if err := w.ws.As(boss).VisitHome(); err != nil {
		t.Fatal(err)
	}
	w.until("the home tab is drawn", func() bool { v, ok := w.ws.As(boss).Home(); return ok && len(v.Blocks) > 0 })
	home, _ := w.ws.As(boss).Home()
	shown = append(shown, workspace.Message{Blocks: home.Blocks})
	lists := slices.DeleteFunc(store.ListNames(), func(s string) bool { return s == "customers" })
	for _, list := range lists {
		w.asked(boss, "export "+list, "direct messages")
	}
	w.stop()

	bad := map[string]int{"mentions": 0, "links": 0, "hidden characters": 0, "headers": 0, "recipients": 0, "formulas": 0, "attacks in prompts": 0}
	found := func(kind, where, text string) {
		bad[kind]++
		t.Errorf("%s in %s: %.300q", kind, where, text)
	}
	shown = append(shown, w.ws.Channel(stockRoom).Messages()...)
	for _, m := range append(shown, w.ws.As(boss).Direct()...) {
		text := markup(m)
		if called.MatchString(text) {
			found("mentions", "a message", text)
		}
		for _, s := range stringsOf(m) {
			if linked.MatchString(s) {
				found("links", "a message", s)
			}
			if hidden(s) {
				found("hidden characters", "a message", s)
			}
		}
		for _, kind := range acting(m) {
			found("links", "a message's blocks", kind)
		}
	}
	letters, tables := rawLetters(t, w.cfg.OutboxDir()), 0
	for _, l := range letters {
		for name := range l.head {
			if !slices.Contains([]string{"Date", "Mime-Version", "Message-Id", "Subject", "From", "To", "Content-Type"}, name) {
				found("headers", "a letter", name)
			}
		}
		if to, err := l.head.AddressList("To"); err != nil || len(to) != 1 || !strings.HasSuffix(to[0].Address, "@supplier.example") {
			found("recipients", "a letter", l.head.Get("To"))
		}
		if subject, _ := new(mime.WordDecoder).DecodeHeader(l.head.Get("Subject")); hidden(subject) || hidden(l.text) {
			found("hidden characters", "a letter", subject+l.text)
		}
		if linked.MatchString(l.text) {
			found("links", "a letter", linked.FindString(l.text))
		}
		for _, cell := range formulas(t, l.table) {
			found("formulas", "a letter's table", cell)
		}
		tables++
	}
	for _, m := range w.ws.As(boss).Direct() {
		for _, f := range m.Files {
			for _, cell := range formulas(t, f.Contents()) {
				found("formulas", f.Name, cell)
			}
			tables++
		}
	}
	prompts := model.Prompts()
	for _, attack := range fault.Attacks() {
		if text, err := json.Marshal(attack); err != nil || len(attack) > 12 && strings.Contains(prompts, strings.Trim(string(text), `"`)) {
			found("attacks in prompts", "a prompt", attack)
		}
	}
	if len(letters) != suppliers || pressed != suppliers || tables != suppliers+len(lists) || prompts == "" || len(shown) < 2*len(skus) {
		t.Errorf("%d letters for %d presses of %d, %d tables, %d messages: too little to look at", len(letters), pressed, suppliers, tables, len(shown))
	}
	for sql, want := range map[string]int{
		`select count(*) from purchase_order`:                                        suppliers,
		`select count(*) from decision where action <> 'approve' or usr <> 'U0BOSS'`: 0,
		`select count(*) from settings_version`:                                      0,
		`select count(*) from effect where kind like 'mail%'`:                        suppliers,
	} {
		if got := w.count(sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
	for name, n := range bad {
		tally.Add(name, n)
	}
	for name, n := range map[string]int{"attacks": len(fault.Attacks()), "messages": len(shown), "letters": len(letters), "tables": tables} {
		tally.Add(name, n)
	}
}

var (
	called = regexp.MustCompile(`<[!#]|<@(?:[^U]|U[^0])`) // people of the shop may be called
	linked = regexp.MustCompile(`(?i)[a-z]://|\bwww\.|<mailto:|<tel:`)
)

// hidden reports characters that a reader does not see.
func hidden(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return r != '\n' && r != '\r' && r != '\t' && r != '\ufe0f' && !unicode.IsGraphic(r)
	})
}

// objects calls f with every object in the blocks of a message.
func objects(m workspace.Message, f func(map[string]any)) {
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			f(v)
			for _, x := range v {
				walk(x)
			}
		}
	}
	for _, b := range m.Blocks {
		walk(b)
	}
}

// stringsOf are all texts of a message that are shown.
func stringsOf(m workspace.Message) []string {
	out := []string{m.Text}
	objects(m, func(v map[string]any) {
		for _, key := range []string{"text", "alt_text", "title", "placeholder"} {
			if s, ok := v[key].(string); ok {
				out = append(out, s)
			}
		}
	})
	return out
}

// acting are the elements of a message that call somebody or lead somewhere, but for
// the approver who pressed.
func acting(m workspace.Message) (out []string) {
	objects(m, func(v map[string]any) {
		kind, _ := v["type"].(string)
		if v["url"] != nil || slices.Contains([]string{"link", "broadcast", "usergroup", "channel"}, kind) || kind == "user" && v["user_id"] != boss {
			out = append(out, fmt.Sprint(v))
		}
	})
	return out
}

// formulas are the cells of a CSV file that a spreadsheet would carry out. A negative
// number is none.
func formulas(t *testing.T, file []byte) (out []string) {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Errorf("a table of %d rows cannot be read: %v", len(rows), err)
	}
	number := regexp.MustCompile(`^-\d+(\.\d+)?$`)
	for _, row := range rows {
		for _, cell := range row {
			if text := strings.TrimLeft(cell, " \t\r\n"); text != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(text)[0]) && !number.MatchString(cell) {
				out = append(out, cell)
			}
		}
	}
	return out
}

// rawLetter is a letter as it lies in the outbox.
type rawLetter struct {
	head  netmail.Header
	text  string
	table []byte
}

func rawLetters(t *testing.T, dir string) (out []rawLetter) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		m, err := netmail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		l := rawLetter{head: m.Header}
		for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
			p, err := parts.NextRawPart()
			if err != nil {
				break
			}
			var in io.Reader = p
			switch p.Header.Get("Content-Transfer-Encoding") {
			case "base64":
				in = base64.NewDecoder(base64.StdEncoding, p)
			case "quoted-printable":
				in = quotedprintable.NewReader(p)
			}
			text, err := io.ReadAll(in)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(p.Header.Get("Content-Type"), "text/plain") {
				l.text += string(text)
			} else {
				l.table = text
			}
		}
		out = append(out, l)
	}
	return out
}

// hostileShop writes a shop in which every supplier sells five products, all of which
// need an order, with the attacks for names and, where a code can hold them, for codes.
func hostileShop(t *testing.T, dir string) (skus []string, suppliers int) {
	t.Helper()
	attacks := fault.Attacks()
	name := func(i int) string { r := []rune(attacks[i%len(attacks)]); return string(r[:min(len(r), 400)]) }
	code := func(i int) string {
		s := name(i)
		if len([]rune(s)) > 80 || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
			s = "H"
		}
		return fmt.Sprintf("%s#%d", s, i)
	}
	files := map[string][][]string{
		"products.csv":       {{"sku", "name", "category", "price", "currency", "cost", "active"}},
		"stock.csv":          {{"sku", "location", "on_hand", "committed", "backorders"}},
		"suppliers.csv":      {{"supplier", "name", "email", "contact", "language", "currency"}},
		"supplier_items.csv": {{"supplier", "sku", "supplier_sku", "price", "price_breaks", "currency", "moq", "pack", "sea_days", "sea_sd", "sea_freight"}},
		"locations.csv":      {{"location", "name", "country", "channels", "default"}, {code(25), name(25), "DE", "web", "1"}},
		"orders.csv":         {{"order_id", "line_id", "ordered_at", "channel", "customer_id", "sku", "quantity", "unit_price", "currency", "promotion"}},
		"open_orders.csv":    {{"order", "supplier", "sku", "location", "quantity", "due", "state"}},
	}
	add := func(file string, row ...string) { files[file] = append(files[file], row) }
	today := core.DayOf(time.Now(), time.UTC)
	for i := range attacks {
		supplier := code(i - i%5)
		if i%5 == 0 {
			suppliers++
			add("suppliers.csv", supplier, name(i), fmt.Sprintf("s%d@supplier.example", i), name(i+1), []string{"en", "zh"}[i/5%2], "EUR")
		}
		skus = append(skus, code(i))
		add("products.csv", code(i), name(i), name(i+2), "10.00", "EUR", "5.00", "1")
		add("stock.csv", code(i), code(25), "1", "0", "0")
		add("supplier_items.csv", supplier, code(i), code(i+3), "5.00", "", "EUR", "10", "5", "20", "3", "0.10")
		for d := range 30 {
			add("orders.csv", fmt.Sprintf("O%d-%d", i, d), "1", (today - core.Day(d+1)).String(), "web", fmt.Sprintf("C%d", d), code(i), strconv.Itoa(1+d%3), "10.00", "EUR", "0")
		}
	}
	for file, rows := range files {
		var b bytes.Buffer
		if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, file), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return skus, suppliers
}
