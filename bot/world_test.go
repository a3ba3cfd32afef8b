package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"quartermaster/bot/pgembed/pgtest"
	"quartermaster/bot/secret"
	"quartermaster/bot/store"
	"quartermaster/bot/workspace"
	"quartermaster/connectors/mail"
	"quartermaster/core"
)

// The people of the tests: two may approve, one may not, one is a guest, one of
// another organisation, one about to leave.
const (
	boss, buyer, packer, guest = "U0BOSS", "U0BUYER", "U0PACKER", "U0GUEST"
	foreigner, leaver          = "U0FOREIGN", "U0LEFT"
	stockRoom                  = "C0STOCK"
	// Secrets hold a word that nothing else does, so that a leak can be found.
	botToken, appToken      = "xoxb-local-canarybot1", "xapp-local-canaryapp2"
	modelKey, signingSecret = "sk-canarymodel3", "canarysign6"
)

// world is a shop, a workspace and the bot in it, all real.
type world struct {
	t        testing.TB
	ws       *workspace.Workspace
	cfg      Config
	st       *store.Store
	stop     func() // ends the bot, waits for it
	logs     []func() string
	approval string // lines of the settings of processes; empty: letters leave at once
}

// newWorld makes a database, a data folder and a workspace. The bot is started by
// run.
func newWorld(t testing.TB, overHTTP bool) *world {
	t.Helper()
	dir := t.TempDir()
	shopDir := filepath.Join(dir, "shop")
	settings := DefaultSettings()
	settings.Shop = core.Shop{Name: "Test & Sons", Zone: time.UTC, Currency: "EUR", Language: "en"}
	settings.Channel, settings.DataDir, settings.MailFrom = stockRoom, shopDir, "orders@shop.example"
	settings.Schedules = map[string]string{"check": "0 8 * * *"}
	eur := func(n int64) core.Money { return core.Money{Minor: n * 100, Currency: "EUR"} }
	settings.Policy.Approval = core.ApprovalPolicy{Expiry: 72 * time.Hour, Approvers: []core.Approver{
		{User: boss, Limit: eur(100_000)}, {User: buyer, Limit: eur(100_000)}}}
	settings.Policy.StaleDefault = 48 * time.Hour
	writeShop(t, shopDir, core.DayOf(time.Now(), time.UTC))

	logger, log := testLog(t)
	w := &world{t: t, logs: []func() string{log}, cfg: Config{Settings: settings, DatabaseURL: secret.Text(pgtest.New(t)), DataDir: dir,
		SlackBotToken: botToken, Logger: logger}}
	wc := workspace.Config{
		Users: []workspace.User{{ID: boss, Name: "boss", RealName: "The Boss"}, {ID: buyer, Name: "buyer", RealName: "The Buyer"},
			{ID: packer, Name: "packer", RealName: "Packer"}, {ID: guest, Name: "guest", RealName: "Guest", Guest: true},
			{ID: foreigner, Name: "eve", RealName: "Eve of Evil Ltd", Foreign: true}, {ID: leaver, Name: "left", RealName: "Last Day"}},
		Channels:     []workspace.Channel{{ID: stockRoom, Name: "stock", Members: []string{boss, buyer, packer, guest, foreigner, leaver}}},
		CommandNames: []string{"/stock"}, BotToken: botToken, AppToken: appToken,
	}
	if overHTTP {
		w.cfg.Listen, w.cfg.SlackSigningSecret = freeAddress(t), signingSecret
		base := "http://" + w.cfg.Listen + "/slack/"
		wc.SigningSecret, wc.EventURL, wc.InteractivityURL, wc.CommandURL = signingSecret, base+"events", base+"interactions", base+"commands"
	} else {
		w.cfg.SlackAppToken = appToken
	}
	var err error
	if w.ws, err = workspace.New(wc); err != nil {
		t.Fatal(err)
	}
	address, err := w.ws.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		used.add(w.ws)
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := w.ws.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	w.cfg.SlackAPIURL = address + "/api/"
	if err := store.Migrate(t.Context(), w.cfg.DatabaseURL.Reveal()); err != nil {
		t.Fatal(err)
	}
	if w.st, err = store.Open(t.Context(), w.cfg.DatabaseURL.Reveal(), store.Options{MaxConns: 3}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.st.Close)
	t.Cleanup(w.noSecrets)
	return w
}

// run starts the bot and waits until it can be reached.
func (w *world) run() {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, w.cfg) }()
	w.stop = func() {
		w.t.Helper()
		cancel()
		select {
		case err := <-ended:
			ended <- err
			if err != nil {
				w.t.Errorf("the bot ended with: %v", err)
			}
		case <-time.After(30 * time.Second):
			w.t.Error("the bot did not stop within 30 s")
		}
	}
	w.t.Cleanup(w.stop)
	if w.cfg.SlackAppToken != "" {
		if err := w.ws.WaitConnected(w.ctx()); err != nil {
			w.t.Fatal(err)
		}
		return
	}
	w.until("the bot listens", func() bool {
		c, err := (&net.Dialer{}).DialContext(w.ctx(), "tcp", w.cfg.Listen)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
}

// ctx ends when a step takes too long to be right.
func (w *world) ctx() context.Context {
	ctx, cancel := context.WithTimeout(w.t.Context(), 30*time.Second)
	w.t.Cleanup(cancel)
	return ctx
}

// until polls a condition; what names it when it never holds.
func (w *world) until(what string, ok func() bool) {
	w.t.Helper()
	w.within(30*time.Second, what, ok)
}

// within is until with its own limit.
func (w *world) within(limit time.Duration, what string, ok func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(limit); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("waited %s until %s", limit, what)
		}
	}
}

// dueNow moves the schedule's memory back, so that its latest slot is due.
func (w *world) dueNow() {
	w.t.Helper()
	w.until("the schedule is stored", func() bool {
		tag, err := w.st.Pool().Exec(w.t.Context(), `update schedule set last_slot = now() - interval '25 hours'`)
		return err == nil && tag.RowsAffected() == 1
	})
}

// count returns one number of the database.
func (w *world) count(sql string, args ...any) (n int) {
	w.t.Helper()
	if err := w.st.Pool().QueryRow(w.t.Context(), sql, args...).Scan(&n); err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// card waits for a card in the stock room whose blocks and text hold every word.
func (w *world) card(words ...string) workspace.Message {
	w.t.Helper()
	m, err := w.ws.Channel(stockRoom).WaitCard(w.ctx(), func(m workspace.Message) bool { return (m.ThreadTS == "" || m.ThreadTS == m.TS) && holds(m, words...) })
	if err != nil {
		w.t.Fatalf("no card with %q: %v\n%s", words, err, w.room())
	}
	return m
}

// exec changes the database behind the program's back.
func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	if _, err := w.st.Pool().Exec(w.t.Context(), sql, args...); err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
}

func holds(m workspace.Message, words ...string) bool {
	text := messageText(m)
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// fileID is the id that the workspace gives a picture: made up, it can look like a code.
var fileID = regexp.MustCompile(`"F[0-9A-Z]{10}"`)

// messageText is a message with its blocks, without the ids of files.
func messageText(m workspace.Message) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(m.Blocks)
	return m.Text + "\n" + fileID.ReplaceAllString(b.String(), `"file"`)
}

// room lists what stands in the channel, for failures.
func (w *world) room() string {
	var b strings.Builder
	for _, m := range w.ws.Channel(stockRoom).Messages() {
		fmt.Fprintf(&b, "  %s %s\n", m.TS, m.Text)
	}
	return b.String()
}

// thread returns the texts in the thread of a card.
func (w *world) thread(card workspace.Message) string {
	var b strings.Builder
	for _, m := range w.ws.Channel(stockRoom).Thread(card.TS)[1:] {
		b.WriteString(m.Text + "\n")
	}
	return b.String()
}

func (w *world) letters() []mail.Message {
	list, err := mail.List(w.cfg.OutboxDir())
	if err != nil && !os.IsNotExist(err) {
		w.t.Fatal(err)
	}
	return list
}

func freeAddress(t testing.TB) string {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	return ln.Addr().String()
}

// testLog prints the bot's log when the test fails.
func testLog(t testing.TB) (logger *slog.Logger, text func() string) {
	f, err := os.Create(filepath.Join(t.TempDir(), "bot.log"))
	if err != nil {
		t.Fatal(err)
	}
	text = func() string {
		b, err := os.ReadFile(f.Name())
		if err != nil {
			t.Error(err)
		}
		return string(b)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("log of the bot:\n%s", text())
		}
		_ = f.Close()
	})
	return slog.New(slog.NewTextHandler(io.Writer(f), &slog.HandlerOptions{Level: slog.LevelInfo})), text
}

// writeShop lays down a shop of two products. SOLAR-01 sells about 20 a day, has
// a week of stock, MOQ 500 and pack 24, and needs an order; LAMP-02 is fine.
func writeShop(t testing.TB, dir string, today core.Day) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	var orders strings.Builder
	orders.WriteString("order_id,line_id,ordered_at,channel,customer_id,sku,quantity,unit_price,currency,promotion\n")
	for i := range 150 {
		day := today - 150 + core.Day(i)
		fmt.Fprintf(&orders, "S%d,1,%sT10:00:00Z,web,C%d,SOLAR-01,%d,49.90,EUR,0\n", i, day, i%40, 12+(i*7)%17)
		fmt.Fprintf(&orders, "L%d,1,%sT11:00:00Z,web,C%d,LAMP-02,%d,19.90,EUR,0\n", i, day, i%40, 1+i%2)
	}
	for name, text := range map[string]string{
		"products.csv":       "sku,name,category,price,currency,cost,active\nSOLAR-01,Solar <!channel> & light,garden,49.90,EUR,20.00,1\nLAMP-02,Lamp,home,19.90,EUR,8.00,1\n",
		"locations.csv":      "location,name,country,channels,default\nMAIN,Main warehouse,DE,web,1\n",
		"stock.csv":          "sku,location,on_hand,committed,backorders\nSOLAR-01,MAIN,150,0,0\nLAMP-02,MAIN,400,0,0\n",
		"suppliers.csv":      "supplier,name,email,contact,language,currency\nACME,Acme Lights Ltd,orders@acme.example,Sales,en,EUR\n",
		"supplier_items.csv": "supplier,sku,supplier_sku,price,price_breaks,currency,moq,pack,sea_days,sea_sd,sea_freight\nACME,SOLAR-01,AC-77,18.00,1200:17.00,EUR,500,24,35,6,0.50\nACME,LAMP-02,AC-12,7.00,,EUR,50,10,35,6,0.50\n",
		"orders.csv":         orders.String(),
		"open_orders.csv":    "order,supplier,sku,location,quantity,due,state\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
