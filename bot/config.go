package bot

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"quartermaster/bot/secret"
)

const windows = runtime.GOOS == "windows"

// Config is everything Run needs: the shop's settings, and what comes from the
// environment because it is secret or belongs to the machine.
type Config struct {
	Settings Settings
	// SettingsFile is where they were read from. It is looked at every few seconds,
	// and a change takes effect without a restart. Empty: they stay as they are.
	SettingsFile string

	// DatabaseURL names a Postgres of version 14 or later. Empty: the private one
	// in DataDir.
	DatabaseURL secret.Text
	// DataDir holds the private database and the outbox.
	DataDir string

	// SlackBotToken is the bot's token, xoxb-... Required.
	SlackBotToken secret.Text
	// SlackAppToken is the app-level token, xapp-..., for Socket Mode. One of it and
	// SlackSigningSecret is required; with both, Socket Mode is used.
	SlackAppToken secret.Text
	// SlackSigningSecret verifies requests in HTTP mode.
	SlackSigningSecret secret.Text
	// SlackAPIURL is the base of the Web API. Defaults to Slack's own.
	SlackAPIURL string
	// OpsListen is the address of /livez, /readyz and /metrics. Empty: none.
	OpsListen string
	// Listen is the address of HTTP mode. Defaults to :3000.
	Listen string

	// OpenAIKey turns the language model on. Empty: letters come from templates.
	OpenAIKey secret.Text
	// OpenAIBaseURL is any endpoint that speaks the same protocol.
	OpenAIBaseURL string
	// ModelTimeout bounds one letter of the model with all tries. Defaults to 8 seconds.
	ModelTimeout time.Duration

	// SMTPURL is smtp://user:password@host:587. Empty: letters go to the outbox
	// folder and nothing is sent.
	SMTPURL secret.Text

	// IMAPURL is imaps://user:password@host/folder, where suppliers answer. Empty:
	// answers are pasted.
	IMAPURL secret.Text

	// CustomerSalt is the salt of stored pseudonyms; needed, and never to be changed,
	// when the settings ask for them.
	CustomerSalt secret.Text

	// Logger defaults to slog.Default().
	Logger *slog.Logger
	// Progress is told in a line each what takes time at the start. May be nil.
	Progress io.Writer
	// SlackPace is the shortest time between two messages in a channel. Defaults to
	// 1 s, which is what Slack allows.
	SlackPace time.Duration
	// Lease is how long an effect belongs to the process that took it. Defaults to
	// 60 s.
	Lease time.Duration
	// KillPoint is called at named points; tests end the process there.
	KillPoint func(name string)
}

// Validate refuses a configuration that cannot work, naming every setting that is
// missing or wrong.
func (c Config) Validate() error {
	var errs []error
	need := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	need(c.SlackBotToken != "", "SLACK_BOT_TOKEN is not set (the bot's token, xoxb-...)")
	need(c.SlackBotToken == "" || strings.HasPrefix(c.SlackBotToken.Reveal(), "xoxb-"), "SLACK_BOT_TOKEN must begin with xoxb-")
	need(c.SlackAppToken != "" || strings.TrimSpace(c.SlackSigningSecret.Reveal()) != "",
		"neither SLACK_APP_TOKEN (Socket Mode, xapp-...) nor SLACK_SIGNING_SECRET (HTTP mode) is set; one is needed")
	need(c.SlackAppToken == "" || strings.HasPrefix(c.SlackAppToken.Reveal(), "xapp-"), "SLACK_APP_TOKEN must begin with xapp-")
	need(c.Settings.Channel != "", "slack.channel is not set in the settings file (the id of the channel for cards)")
	need(c.DatabaseURL != "" || c.DataDir != "", "neither DATABASE_URL nor --data-dir is set; one is needed")
	if c.DatabaseURL != "" {
		need(strings.HasPrefix(c.DatabaseURL.Reveal(), "postgres://") || strings.HasPrefix(c.DatabaseURL.Reveal(), "postgresql://"),
			"DATABASE_URL must begin with postgres://")
	}
	for name, text := range map[string]string{"SLACK_API_URL": c.SlackAPIURL, "OPENAI_BASE_URL": c.OpenAIBaseURL} {
		if text != "" {
			u, err := url.Parse(text)
			need(err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "", "%s must be an http or https address", name)
		}
	}
	need(c.SMTPURL == "" || c.Settings.MailFrom != "", "SMTP_URL is set but mail.from is not set in the settings file")
	return errors.Join(errs...)
}

// OutboxDir is where letters go that are not sent.
func (c Config) OutboxDir() string { return filepath.Join(c.DataDir, "outbox") }

func (c Config) databaseDir() string { return filepath.Join(c.DataDir, "postgres") }

// DefaultDataDir is the user's own place for the data of programs.
func DefaultDataDir() string {
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "quartermaster")
	}
	if runtime.GOOS == "linux" && os.Geteuid() == 0 {
		// Where user namespaces are forbidden the private database runs as another
		// user, who could not reach root's home.
		return "/var/lib/quartermaster"
	}
	if home, err := os.UserHomeDir(); err == nil {
		if windows {
			return filepath.Join(home, "AppData", "Local", "quartermaster")
		}
		return filepath.Join(home, ".local", "share", "quartermaster")
	}
	return ".quartermaster"
}

func (c Config) logger() *slog.Logger {
	if c.Logger == nil {
		return slog.Default()
	}
	return c.Logger
}

// progress prints one line about a step that takes time.
func (c Config) progress(format string, args ...any) {
	if c.Progress != nil {
		fmt.Fprintf(c.Progress, format+"\n", args...)
	}
}
