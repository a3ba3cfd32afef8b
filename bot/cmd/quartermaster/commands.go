package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/alecthomas/kong"

	"quartermaster/bot"
	"quartermaster/bot/secret"
	"quartermaster/bot/slackapp"
	"quartermaster/bot/store"
)

// cli is the whole command line. Secrets come from the environment only, so that
// they never stand in a process list.
type cli struct {
	Verbose bool             `short:"v" help:"Log what is done, not only what goes wrong."`
	Version kong.VersionFlag `help:"Print the version and end."`

	Demo      demoCmd      `cmd:"" help:"Try everything: a shop with real sales and a chat workspace in the browser."`
	Serve     serveCmd     `cmd:"" help:"Run the bot in your Slack workspace."`
	Check     checkCmd     `cmd:"" help:"Run the checks once on the database."`
	Suppliers suppliersCmd `cmd:"" help:"How suppliers deliver: lead time learned, punctuality, fill rate, damage."`
	Letter    letterCmd    `cmd:"" help:"Print a letter to the supplier of an order."`
	Reply     replyCmd     `cmd:"" help:"Read what a supplier answered about an order."`
	LLM       llmCmd       `cmd:"" name:"llm" help:"Try a language model before it writes letters."`
	Plan      planCmd      `cmd:"" help:"Run the whole pipeline on a folder of CSV files, with no database and no Slack."`
	Import    importCmd    `cmd:"" help:"Read a folder of CSV files into the database."`
	Settings  settingsCmd  `cmd:"" help:"The settings in force: print them, or put others in."`
	Migrate   migrateCmd   `cmd:"" help:"Bring the database up to date."`
	DB        dbCmd        `cmd:"" name:"db" help:"The private database: its address, a shell, stop it."`
	Slack     slackCmd     `cmd:"" help:"Things for setting up Slack."`
	Audit     auditCmd     `cmd:"" help:"Verify that nothing in the audit log was changed."`
	Kill      killCmd      `cmd:"" help:"The kill switch: stop all outside effects at once, or let them go on."`

	Backup    backupCmd    `cmd:"" help:"Write the whole database into one file."`
	Restore   restoreCmd   `cmd:"" help:"Load a backup into an empty database; money stays locked."`
	Reconcile reconcileCmd `cmd:"" help:"After a restore: what to look at, and unlock."`

	Train    trainCmd    `cmd:"" help:"Learn the model of demand from the database, as the schedule does at night."`
	Forecast forecastCmd `cmd:"" help:"Forecast one SKU of the shop, or every series of a CSV file."`
	Backtest backtestCmd `cmd:"" help:"Measure how good the forecast would have been."`
	Order    orderCmd    `cmd:"" help:"Say how much to order today, from CSV files of sales and stock."`

	Anomalies anomaliesCmd `cmd:"" help:"List what is wrong in the demand data, with reasons."`
	Report    reportCmd    `cmd:"" help:"The weekly report as of now, in Markdown."`
	Whatif    whatifCmd    `cmd:"" name:"whatif" help:"What an ad plan, a price or a topic would do to demand, stock and orders."`

	Simulate   simulateCmd   `cmd:"" help:"Replay the past under several stocking policies: what would each have cost?"`
	Stress     stressCmd     `cmd:"" help:"Play shocks on a copy of the data: what breaks when, what does the plan cost then?"`
	Play       playCmd       `cmd:"" help:"Joint plays: an offer to the customers a shortage would hit, and what it brought."`
	Repurchase repurchaseCmd `cmd:"" help:"Who buys again, what and when: customers, products, cycles, links, segments."`
}

// shared are the settings of every command that uses the database.
type shared struct {
	DatabaseURL string `env:"DATABASE_URL" hidden:"" help:"Postgres to use."`
	DataDir     string `env:"QUARTERMASTER_DATA" default:"${data_dir}" help:"Where the private database and the outbox are." placeholder:"DIR"`
	Settings    string `env:"QUARTERMASTER_SETTINGS" help:"The shop's settings file; docs/settings.toml explains it." placeholder:"FILE"`
	Salt        string `env:"QUARTERMASTER_CUSTOMER_SALT" hidden:"" help:"Salt of stored pseudonyms of customers."`
}

func (s shared) config() (bot.Config, error) {
	c := bot.Config{DatabaseURL: secret.Text(s.DatabaseURL), DataDir: s.DataDir, Settings: bot.DefaultSettings(), Progress: os.Stderr, CustomerSalt: secret.Text(s.Salt)}
	if s.Settings != "" {
		var err error
		if c.Settings, err = bot.LoadSettings(s.Settings); err != nil {
			return c, err
		}
		c.SettingsFile = s.Settings
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

// withStore opens the database, runs f, and closes everything again.
func (s shared) withStore(ctx context.Context, f func(bot.Config, *store.Store) error) error {
	c, err := s.config()
	if err != nil {
		return err
	}
	st, done, err := bot.OpenStore(ctx, c)
	if err != nil {
		return err
	}
	defer done()
	if c.SettingsFile == "" {
		if err := settingsInForce(ctx, st, &c.Settings); err != nil {
			return err
		}
	}
	return f(c, st)
}

// settingsInForce are those kept in the database by serve or "settings import".
// Where there are none, amounts are at least in the currency of the products, not
// in one the shop has no rates for.
func settingsInForce(ctx context.Context, st *store.Store, set *bot.Settings) error {
	v, err := store.NewestSettings(ctx, st.Pool(), 0)
	if err != nil {
		return err
	}
	if v.Version > 0 {
		if *set, err = bot.ParseSettings([]byte(v.Body)); err != nil {
			return fmt.Errorf("settings in the database (version %d; name a file with --settings, or put one in with \"quartermaster settings import\"): %w", v.Version, err)
		}
		return nil
	}
	cur, err := store.MainCurrency(ctx, st.Pool())
	if err == nil && cur != "" {
		set.Shop.Currency = cur
	}
	return err
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
	// The page around the bot's messages stays English.
	Language string `default:"en" enum:"en,zh" help:"Language of what the bot writes: en or zh."`
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
	return bot.Demo(ctx, bot.DemoConfig{Listen: d.Listen, DataDir: dir, Language: d.Language, Config: c, Progress: os.Stderr})
}

type serveCmd struct {
	shared
	model
	Listen             string `env:"QUARTERMASTER_LISTEN" default:":3000" help:"Address for Slack's requests in HTTP mode." placeholder:"HOST:PORT"`
	Ops                string `env:"QUARTERMASTER_OPS" help:"Address for /livez, /readyz and /metrics; none by default." placeholder:"HOST:PORT"`
	SlackBotToken      string `env:"SLACK_BOT_TOKEN" hidden:""`
	SlackAppToken      string `env:"SLACK_APP_TOKEN" hidden:""`
	SlackSigningSecret string `env:"SLACK_SIGNING_SECRET" hidden:""`
	SlackAPIURL        string `env:"SLACK_API_URL" hidden:""`
	IMAPURL            string `env:"IMAP_URL" hidden:""`
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
  IMAP_URL               imaps://user:password@host/INBOX, where suppliers answer; read only; without it answers are pasted

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
	c.IMAPURL = secret.Text(s.IMAPURL)
	c.SlackSigningSecret, c.SlackAPIURL, c.Listen, c.OpsListen = secret.Text(s.SlackSigningSecret), s.SlackAPIURL, s.Listen, s.Ops
	forTests(&c)
	return bot.Run(ctx, c)
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
