package bot

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"quartermaster/bot/jobs"
	"quartermaster/bot/pgembed"
	"quartermaster/bot/slackapp"
	"quartermaster/bot/store"
	"quartermaster/bot/workspace"
	"quartermaster/connectors/demoshop"
	"quartermaster/connectors/mail"
	"quartermaster/core"
	"quartermaster/core/forecast/engine"
	"quartermaster/core/plan"
)

// The demo's people. Three may approve, one only looks, one is a guest.
var demoUsers = []workspace.User{
	{ID: "U0MANAGER", Name: "manager", RealName: "Shop manager", Title: "approves up to GBP 10,000", TZ: "Europe/London", Admin: true},
	{ID: "U0BUYER", Name: "buyer", RealName: "Buyer", Title: "approves up to GBP 6,000", TZ: "Europe/London"},
	{ID: "U0OWNER", Name: "owner", RealName: "Owner", Title: "approves up to GBP 50,000", TZ: "Europe/London"},
	{ID: "U0PACKER", Name: "packer", RealName: "Warehouse", Title: "may look", TZ: "Europe/London"},
	{ID: "U0GUEST", Name: "guest", RealName: "Freelancer", Title: "guest", TZ: "Europe/London", Guest: true},
}

const (
	demoChannel  = "C0STOCK"
	demoBotToken = "xoxb-local"
	demoAppToken = "xapp-local"
)

// DemoConfig says where the demo runs.
type DemoConfig struct {
	Listen   string // HOST:PORT of the page
	DataDir  string // keeps everything, so that a second start goes on
	Language string // of what the bot writes: "en" (default) or "zh"
	Config   Config // database, model and mail may be set; the rest is the demo's own
	Progress io.Writer
}

// Demo runs a shop with real sales, a chat workspace in the browser, and the bot
// in it, until ctx ends. A second start continues where the first one was.
func Demo(ctx context.Context, d DemoConfig) error {
	began := time.Now()
	c := d.Config
	c.Progress, c.DataDir = d.Progress, d.DataDir
	var err error
	if c.Settings, err = demoSettings(d.Language); err != nil {
		return err
	}
	if err := os.MkdirAll(d.DataDir, 0o700); err != nil {
		return fmt.Errorf("demo data: %w", err)
	}
	release, free, err := pgembed.TryLock(filepath.Join(d.DataDir, "demo.lock"))
	if err != nil {
		return fmt.Errorf("demo data: %w", err)
	}
	if !free { // two workspaces would write over each other's messages
		return fmt.Errorf("a demo runs on %s already; stop it with Ctrl-C, or give this one a folder of its own with --data-dir", d.DataDir)
	}
	defer release()
	// The page comes first: it tells what is going on, and a taken port is known
	// before any work is done.
	var shop atomic.Pointer[store.Store]
	ws, err := workspace.New(workspace.Config{
		Team: workspace.Team{ID: "T0LOCAL", Name: c.Settings.Shop.Name, Domain: "demo"}, Users: demoUsers,
		Channels:     []workspace.Channel{{ID: demoChannel, Name: "stock", Topic: "What needs a decision", Members: everybody(demoUsers)}, {ID: "C0GENERAL", Name: "general", EmptyText: "Nobody has written here yet. The bot's cards are in #stock."}},
		CommandNames: []string{"/stock"}, Shortcuts: []workspace.Shortcut{{ID: slackapp.ShortcutExplain, Name: "Explain"}}, BotToken: demoBotToken, AppToken: demoAppToken, StatePath: filepath.Join(d.DataDir, "workspace.json"),
		Panels: demoPanels(&shop, c), EmptyText: "The first check is running; its cards appear here in a few seconds.", Logger: c.logger(),
	})
	if err != nil {
		return err
	}
	address, err := ws.Listen(d.Listen)
	if err != nil {
		return fmt.Errorf("the page cannot be served: %w (another address: demo --listen 127.0.0.1:8090)", err)
	}
	defer func() {
		sctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := ws.Close(sctx); err != nil {
			c.logger().Warn("close the workspace", "error", err)
		}
	}()
	c.progress("workspace: %s", address)
	st, closeStore, err := OpenStore(ctx, c)
	if err != nil {
		return err
	}
	defer closeStore()
	shop.Store(st)
	svc, err := c.Service(st)
	if err != nil {
		return err
	}
	if err := svc.KeepFile(ctx, c.Settings.Text, "demo"); err != nil { // so that forms can change them
		return err
	}
	if err := demoData(ctx, c, st, svc); err != nil {
		return err
	}
	app, err := slackapp.New(slackapp.Config{APIURL: address + "/api/", BotToken: demoBotToken, AppToken: demoAppToken,
		ResponseHosts: []string{strings.TrimPrefix(address, "http://")}, Logger: c.logger(), Pace: 100 * time.Millisecond,
		Language: svc.Language}, svc)
	if err != nil {
		return err
	}
	svc.Attach(app)
	group, gctx := errgroup.WithContext(ctx)
	group.Go(func() error { return svc.Run(gctx) })
	group.Go(func() error { return clean(gctx, app.Run(gctx)) })
	group.Go(func() error {
		c.progress("check: forecasting every product and looking at stock")
		done, err := svc.Check(gctx, "start-"+time.Now().UTC().Format("20060102T150405Z"))
		if err != nil {
			return clean(gctx, err)
		}
		fresh := 0
		for _, ch := range done.Changes {
			if ch.Kind == plan.ChangeNew {
				fresh++
			}
		}
		c.progress("check: %d items, %d new restock proposals, %d findings told", len(done.Report.Items), fresh, len(done.Told))
		c.progress("\nReady after %.1f s. Open %s in a browser and press Approve on a card. Ctrl-C stops.", time.Since(began).Seconds(), address)
		return nil
	})
	err = group.Wait()
	if ctx.Err() != nil {
		c.progress("\nStopping; the next start continues here.")
		err = clean(ctx, err)
	}
	return err
}

// demoFile is what a real shop would write into its settings file.
//
//go:embed demo.toml
var demoFile []byte

// demoSettings reads it.
func demoSettings(language string) (Settings, error) {
	text := demoFile
	if language != "" && language != "en" {
		text = bytes.Replace(text, []byte(`= "en"`), fmt.Appendf(nil, "= %q", language), 1)
	}
	s, err := ParseSettings(text)
	if err != nil {
		return s, fmt.Errorf("settings of the demo: %w", err)
	}
	return s, nil
}

// everybody names all people, guests too.
func everybody(people []workspace.User) (ids []string) {
	for _, u := range people {
		ids = append(ids, u.ID)
	}
	return ids
}

// demoData lays the shop's files down and imports them, once.
func demoData(ctx context.Context, c Config, st *store.Store, svc *jobs.Service) error {
	if skus, err := store.SKUs(ctx, st.Pool()); err != nil || len(skus) > 0 {
		return err
	}
	c.progress("shop: writing a year of orders, stock and suppliers of %s", c.Settings.Shop.Name)
	dir := filepath.Join(c.DataDir, "shop")
	today := core.DayOf(time.Now(), c.Settings.Shop.Zone)
	if err := demoshop.Write(dir, today, demoshop.Seed); err != nil {
		return err
	}
	c.progress("shop: importing")
	if _, err := svc.Import(ctx, dir, nil); err != nil {
		return err
	}
	c.progress("shop: learning its demand")
	if _, err := svc.Train(ctx, engine.Config{Seed: 1, Trials: 1}); err != nil { // one trial is quicker, and nearly as good
		return err
	}
	// Before the first check, so that the second one has no linked products to add.
	c.progress("shop: learning its customers")
	_, err := svc.LearnCustomers(ctx)
	return err
}

// demoPanels show what happens behind the chat: orders written, letters drafted.
func demoPanels(shop *atomic.Pointer[store.Store], c Config) []workspace.Panel {
	orders := func(ctx context.Context) ([]workspace.PanelItem, error) {
		st := shop.Load()
		if st == nil { // the database is still being started
			return nil, nil
		}
		list, err := store.Orders(ctx, st.Pool(), 50)
		if err != nil {
			return nil, err
		}
		items := make([]workspace.PanelItem, 0, len(list))
		for _, o := range list {
			items = append(items, workspace.PanelItem{Title: o.Number + " to " + o.Supplier.Name, Badge: strings.ReplaceAll(string(o.State), "_", " "),
				Subtitle: fmt.Sprintf("%s, %d lines, approved %s", o.Total, len(o.Lines), o.ApprovedAt.In(c.Settings.Shop.Zone).Format("2 Jan 15:04")),
				Text:     orderText(o)})
		}
		return items, nil
	}
	outbox := func(context.Context) ([]workspace.PanelItem, error) {
		list, err := mail.List(c.OutboxDir())
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			c.logger().Warn("outbox", "error", err) // what can be read is shown
		}
		items := make([]workspace.PanelItem, 0, len(list))
		for _, m := range list {
			items = append(items, workspace.PanelItem{Title: m.Subject, Subtitle: "to " + m.To, Badge: "not sent (dry run)",
				Text: m.Text + "\n\nAttached: " + strings.Join(m.Attachments, ", ")})
		}
		return items, nil
	}
	return []workspace.Panel{
		{ID: "orders", Title: "Purchase orders", EmptyText: "No order yet. Approve a restock card in #stock.", List: orders},
		{ID: "outbox", Title: "Supplier e-mails", EmptyText: "No e-mail yet. It is written 20 seconds after an order is approved; until then the approval can be taken back.", List: outbox},
	}
}

func orderText(o plan.Order) string {
	var b bytes.Buffer
	for _, l := range o.Lines {
		fmt.Fprintf(&b, "%-10s %6d x %s  %s, by %s to %s, expected %s\n", l.SKU, l.Qty, l.UnitPrice, l.Name, l.Mode, l.Location, l.Arrival)
	}
	fmt.Fprintf(&b, "\nTotal %s, goods and freight", o.Total)
	return b.String()
}

// ResetDemo forgets what was done in the demo kept in dir. Only what the demo
// made there is removed.
func ResetDemo(ctx context.Context, dir string) error {
	c := Config{DataDir: dir}
	if _, err := os.Stat(c.databaseDir()); err == nil {
		err := pgembed.Shutdown(ctx, pgembed.Options{DataDir: c.databaseDir()})
		if err != nil && !errors.Is(err, pgembed.ErrNotRunning) {
			return fmt.Errorf("reset the demo: %w", err)
		}
	}
	for _, name := range []string{"postgres", "shop", "outbox", "workspace.json", "workspace.json.files"} {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("reset the demo: %w", err)
		}
	}
	return nil
}
