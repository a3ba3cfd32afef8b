package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"quartermaster/bot"
	"quartermaster/bot/jobs"
	"quartermaster/bot/pgembed"
	"quartermaster/bot/secret"
	"quartermaster/bot/slackapp"
	"quartermaster/bot/store"
	"quartermaster/connectors/csvfile"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// cli is the whole command line. Secrets come from the environment only, so that
// they never stand in a process list.
type cli struct {
	Verbose bool `short:"v" help:"Log what is done, not only what goes wrong."`

	Demo    demoCmd    `cmd:"" help:"Try everything: a shop with real sales and a chat workspace in the browser."`
	Serve   serveCmd   `cmd:"" help:"Run the bot in your Slack workspace."`
	Check   checkCmd   `cmd:"" help:"Run the checks once on the database."`
	Plan    planCmd    `cmd:"" help:"Run the whole pipeline on a folder of CSV files, with no database and no Slack."`
	Import  importCmd  `cmd:"" help:"Read a folder of CSV files into the database."`
	Migrate migrateCmd `cmd:"" help:"Bring the database up to date."`
	DB      dbCmd      `cmd:"" name:"db" help:"The private database: its address, a shell, stop it."`
	Slack   slackCmd   `cmd:"" help:"Things for setting up Slack."`
	Audit   auditCmd   `cmd:"" help:"Verify that nothing in the audit log was changed."`
	Kill    killCmd    `cmd:"" help:"The kill switch: stop all outside effects at once, or let them go on."`
}

// shared are the settings of every command that uses the database.
type shared struct {
	DatabaseURL string `env:"DATABASE_URL" hidden:"" help:"Postgres to use."`
	DataDir     string `env:"QUARTERMASTER_DATA" default:"${data_dir}" help:"Where the private database and the outbox are." placeholder:"DIR"`
	Settings    string `env:"QUARTERMASTER_SETTINGS" help:"The shop's settings file; docs/settings.toml explains it." placeholder:"FILE"`
}

func (s shared) config() (bot.Config, error) {
	c := bot.Config{DatabaseURL: secret.Text(s.DatabaseURL), DataDir: s.DataDir, Settings: bot.DefaultSettings(), Progress: os.Stderr}
	if s.Settings != "" {
		var err error
		if c.Settings, err = bot.LoadSettings(s.Settings); err != nil {
			return c, err
		}
	}
	return c, nil
}

// model are the settings of the language model and of the mail.
type model struct {
	OpenAIKey     string `env:"OPENAI_API_KEY" hidden:""`
	OpenAIBaseURL string `env:"OPENAI_BASE_URL" hidden:""`
	SMTPURL       string `env:"SMTP_URL" hidden:""`
}

func (m model) into(c *bot.Config) {
	c.OpenAIKey, c.OpenAIBaseURL, c.SMTPURL = secret.Text(m.OpenAIKey), m.OpenAIBaseURL, secret.Text(m.SMTPURL)
}

const environment = `
Environment:
  DATABASE_URL           Postgres to use; without it a private one is started in --data-dir
  QUARTERMASTER_SETTINGS the shop's settings file
`

type demoCmd struct {
	Listen  string `default:"127.0.0.1:8080" help:"Address of the page." placeholder:"HOST:PORT"`
	DataDir string `env:"QUARTERMASTER_DEMO_DATA" help:"Where the demo keeps its data (default: \"demo\" in the user's data directory)." placeholder:"DIR"`
	Reset   bool   `help:"Begin anew: forget what was done in the demo before."`
	model
}

// Help is shown by demo --help.
func (demoCmd) Help() string {
	return `Nothing else is needed: no database, no Slack, no model key. Data stays in --data-dir;
the next start continues there.

Example:
  quartermaster demo --listen 127.0.0.1:9000 --data-dir /tmp/demo`
}

// Run starts the demo.
func (d *demoCmd) Run(ctx context.Context) error {
	dir := d.DataDir
	if dir == "" {
		dir = filepath.Join(bot.DefaultDataDir(), "demo")
	}
	if d.Reset {
		if err := bot.ResetDemo(ctx, dir); err != nil {
			return err
		}
	}
	c := bot.Config{}
	d.into(&c)
	return bot.Demo(ctx, bot.DemoConfig{Listen: d.Listen, DataDir: dir, Config: c, Progress: os.Stderr})
}

type serveCmd struct {
	shared
	model
	Listen             string `env:"QUARTERMASTER_LISTEN" default:":3000" help:"Address for Slack's requests in HTTP mode." placeholder:"HOST:PORT"`
	SlackBotToken      string `env:"SLACK_BOT_TOKEN" hidden:""`
	SlackAppToken      string `env:"SLACK_APP_TOKEN" hidden:""`
	SlackSigningSecret string `env:"SLACK_SIGNING_SECRET" hidden:""`
	SlackAPIURL        string `env:"SLACK_API_URL" hidden:""`
}

// Help is shown by serve --help.
func (serveCmd) Help() string {
	return `The bot answers Slack, runs the scheduled checks and carries out what was approved.
` + environment + `  SLACK_BOT_TOKEN        the bot's token, xoxb-...
  SLACK_APP_TOKEN        app-level token, xapp-..., for Socket Mode (no public address needed)
  SLACK_SIGNING_SECRET   for HTTP mode, instead of SLACK_APP_TOKEN
  SLACK_API_URL          another Slack-compatible server, for tests
  OPENAI_API_KEY         turns the language model on; without it letters come from templates
  OPENAI_BASE_URL        any endpoint that speaks the same protocol
  SMTP_URL               smtp://user:password@host:587; without it letters go to the outbox folder

Example:
  SLACK_BOT_TOKEN=xoxb-... SLACK_APP_TOKEN=xapp-... quartermaster serve --settings shop.toml`
}

// Run starts the bot.
func (s *serveCmd) Run(ctx context.Context) error {
	c, err := s.config()
	if err != nil {
		return err
	}
	s.into(&c)
	c.SlackBotToken, c.SlackAppToken = secret.Text(s.SlackBotToken), secret.Text(s.SlackAppToken)
	c.SlackSigningSecret, c.SlackAPIURL, c.Listen = secret.Text(s.SlackSigningSecret), s.SlackAPIURL, s.Listen
	c.KillPoint, c.Lease = killPoint, lease()
	return bot.Run(ctx, c)
}

type checkCmd struct {
	shared
	DryRun bool `help:"Print the report and write nothing."`
	JSON   bool `name:"json" help:"Print the report as JSON (with --dry-run)."`
}

// Help is shown by check --help.
func (checkCmd) Help() string {
	return `Reads the data folder of the settings, evaluates, and writes proposals and cards; a running
"serve" posts them. With --dry-run nothing is written.
` + environment + `
Example:
  quartermaster check --settings shop.toml --dry-run`
}

// Run checks once.
func (k *checkCmd) Run(ctx context.Context) error {
	c, err := k.config()
	if err != nil {
		return err
	}
	st, done, err := bot.OpenStore(ctx, c)
	if err != nil {
		return err
	}
	defer done()
	svc, err := c.Service(st)
	if err != nil {
		return err
	}
	if k.DryRun {
		r, err := svc.Evaluate(ctx)
		if err != nil {
			return err
		}
		return printReport(r, k.JSON)
	}
	out, err := svc.Check(ctx, "manual-"+time.Now().UTC().Format("20060102T150405Z"))
	if err != nil {
		return err
	}
	fmt.Printf("%d items, %d findings\n", len(out.Report.Items), len(out.Report.Findings))
	for _, ch := range out.Changes {
		fmt.Printf("%s %s: %s\n", ch.Kind, ch.Proposal.SupplierName, ch.Reason)
	}
	for _, line := range out.Told {
		fmt.Println("told", line)
	}
	for _, line := range out.Silent {
		fmt.Println("silent", line)
	}
	return nil
}

type planCmd struct {
	Data     string `required:"" type:"existingdir" help:"Folder of CSV files; docs/data.md describes them." placeholder:"DIR"`
	AsOf     string `required:"" name:"as-of" help:"The day that counts as today; sales are known through the day before." placeholder:"DATE"`
	JSON     bool   `name:"json" help:"Print the whole report as JSON."`
	Settings string `env:"QUARTERMASTER_SETTINGS" help:"The shop's settings file; without it the folder's currency and UTC are used." placeholder:"FILE"`
}

// Help is shown by plan --help.
func (planCmd) Help() string {
	return `Example:
  quartermaster plan --data ./shop --as-of 2026-11-20
  quartermaster plan --data ./shop --as-of 2026-11-20 --json | jq '.proposals[].supplier'`
}

// Run plans from files.
func (p *planCmd) Run() error {
	day, err := core.ParseDay(p.AsOf)
	if err != nil {
		return fmt.Errorf("--as-of: %w", err)
	}
	set := bot.DefaultSettings()
	if p.Settings != "" {
		if set, err = bot.LoadSettings(p.Settings); err != nil {
			return err
		}
	} else if cur, err := csvfile.MainCurrency(p.Data); err == nil {
		set.Shop.Currency = cur
	}
	snap, err := csvfile.Snapshot(p.Data, set.Shop, day)
	if err != nil {
		return err
	}
	report, err := plan.Evaluate(snap, set.Policy, day.Time(set.Shop.Zone))
	if err != nil {
		return err
	}
	return printReport(report, p.JSON)
}

type importCmd struct {
	shared
	Dir string `arg:"" type:"existingdir" help:"Folder of CSV files; docs/data.md describes them."`
}

// Help is shown by import --help.
func (importCmd) Help() string {
	return `Each file is checked as a whole and written as a whole, or refused with file, line, column and
reason. The same file twice changes nothing.
` + environment + `
Example:
  quartermaster import ./shop`
}

// Run imports a folder.
func (i *importCmd) Run(ctx context.Context) error {
	c, err := i.config()
	if err != nil {
		return err
	}
	if i.Settings == "" { // the folder says which currency the shop counts in
		if cur, err := csvfile.MainCurrency(i.Dir); err == nil {
			c.Settings.Shop.Currency = cur
		}
	}
	st, done, err := bot.OpenStore(ctx, c)
	if err != nil {
		return err
	}
	defer done()
	svc, err := c.Service(st)
	if err != nil {
		return err
	}
	var bar *progressbar.ProgressBar
	results, err := svc.Import(ctx, i.Dir, func(p jobs.ImportProgress) {
		if p.Phase == "read" && p.Done == 0 {
			bar = progressbar.NewOptions64(p.Size, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionShowBytes(true),
				progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
		}
		bar.Describe(p.File + ": " + p.Phase)
		_ = bar.Set64(min(p.Done, p.Size))
	})
	if bar != nil {
		_ = bar.Finish()
	}
	for _, r := range results {
		fmt.Println(r)
	}
	return err
}

type migrateCmd struct{ shared }

// Help is shown by migrate --help.
func (migrateCmd) Help() string { return environment + "\nExample:\n  quartermaster migrate" }

// Run migrates; opening the store does it.
func (m *migrateCmd) Run(ctx context.Context) error {
	c, err := m.config()
	if err != nil {
		return err
	}
	_, done, err := bot.OpenStore(ctx, c)
	if err != nil {
		return err
	}
	defer done()
	fmt.Println("The database is up to date.")
	return nil
}

type dbCmd struct {
	URL   dbURLCmd   `cmd:"" name:"url" help:"Print the address of the private database."`
	Shell dbShellCmd `cmd:"" help:"Open psql on it."`
	Stop  dbStopCmd  `cmd:"" help:"Stop it, if nobody uses it."`
}

type privateDB struct {
	DataDir string `env:"QUARTERMASTER_DATA" default:"${data_dir}" help:"Where the private database is." placeholder:"DIR"`
}

func (p privateDB) options() pgembed.Options {
	return pgembed.Options{DataDir: filepath.Join(p.DataDir, "postgres")}
}

type dbURLCmd struct{ privateDB }

// Help is shown by db url --help.
func (dbURLCmd) Help() string { return "Example:\n  psql \"$(quartermaster db url)\"" }

// Run prints the address.
func (d *dbURLCmd) Run(ctx context.Context) error {
	st, err := pgembed.Inspect(ctx, d.options().DataDir)
	if err != nil {
		return err
	}
	if !st.Running {
		return errors.New("the private database is not running; \"quartermaster serve\" or \"demo\" starts it")
	}
	fmt.Println(st.URL)
	return nil
}

type dbShellCmd struct {
	privateDB
	Args []string `arg:"" optional:"" passthrough:"" help:"Passed on to psql."`
}

// Help is shown by db shell --help.
func (dbShellCmd) Help() string {
	return "Starts the database if it does not run.\n\nExample:\n  quartermaster db shell -- -c 'select number, state from purchase_order'"
}

// Run opens psql.
func (d *dbShellCmd) Run(ctx context.Context) error {
	srv, err := pgembed.Start(ctx, d.options())
	if err != nil {
		return err
	}
	defer func() {
		sctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := srv.Stop(sctx); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}()
	psql, err := exec.LookPath("psql")
	if err != nil {
		return fmt.Errorf("psql is not installed; any Postgres client can use %s while the database runs", srv.URL())
	}
	args := d.Args
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	cmd := exec.CommandContext(ctx, psql, append([]string{srv.URL()}, args...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return cmd.Run()
}

type dbStopCmd struct{ privateDB }

// Help is shown by db stop --help.
func (dbStopCmd) Help() string { return "Example:\n  quartermaster db stop" }

// Run stops the server.
func (d *dbStopCmd) Run(ctx context.Context) error {
	err := pgembed.Shutdown(ctx, d.options())
	if errors.Is(err, pgembed.ErrNotRunning) {
		fmt.Println("The private database is not running.")
		return nil
	}
	if err == nil {
		fmt.Println("Stopped.")
	}
	return err
}

type slackCmd struct {
	Manifest manifestCmd `cmd:"" help:"Print the app manifest to paste into Slack."`
}

type manifestCmd struct {
	Mode string `enum:"socket,http" default:"socket" help:"socket needs no public address; http needs --url."`
	URL  string `name:"url" help:"Public https address of the bot, for --mode http." placeholder:"https://HOST"`
}

// Help is shown by slack manifest --help.
func (manifestCmd) Help() string {
	return `Paste the output at https://api.slack.com/apps, "Create New App", "From a manifest".

Example:
  quartermaster slack manifest > manifest.json
  quartermaster slack manifest --mode http --url https://bot.example.com`
}

// Run prints the manifest.
func (m *manifestCmd) Run() error {
	if m.Mode == "http" && !strings.HasPrefix(m.URL, "https://") {
		return errors.New("--mode http needs --url https://HOST")
	}
	text, err := slackapp.Manifest(slackapp.Mode(m.Mode), m.URL)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(append(text, '\n'))
	return err
}

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Walk the hash chain of the audit log."`
}

type auditVerifyCmd struct{ shared }

// Help is shown by audit verify --help.
func (auditVerifyCmd) Help() string { return environment + "\nExample:\n  quartermaster audit verify" }

// Run verifies the chain.
func (a *auditVerifyCmd) Run(ctx context.Context) error {
	c, err := a.config()
	if err != nil {
		return err
	}
	st, done, err := bot.OpenStore(ctx, c)
	if err != nil {
		return err
	}
	defer done()
	n, err := store.VerifyAudit(ctx, st.Pool())
	if err != nil {
		return err
	}
	fmt.Printf("%d audit entries, unbroken.\n", n)
	return nil
}

type killCmd struct {
	shared
	State  string `arg:"" enum:"on,off,status" help:"on stops every post and e-mail at once, off lets them go on, status tells."`
	Reason string `help:"Why; kept in the audit log."`
}

// Help is shown by kill --help.
func (killCmd) Help() string {
	return environment + "\nExample:\n  quartermaster kill on --reason \"wrong prices imported\""
}

// Run sets or shows the switch.
func (k *killCmd) Run(ctx context.Context) error {
	c, err := k.config()
	if err != nil {
		return err
	}
	st, done, err := bot.OpenStore(ctx, c)
	if err != nil {
		return err
	}
	defer done()
	who := os.Getenv("USER")
	if k.State != "status" {
		if err := st.SetKillSwitch(ctx, k.State == "on", who, k.Reason); err != nil {
			return err
		}
	}
	text, err := st.KillSwitch(ctx)
	if err == nil {
		fmt.Println(text)
	}
	return err
}

// printReport prints a report for people, or whole as JSON.
func printReport(r plan.Report, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	return bot.WriteReport(os.Stdout, r)
}
