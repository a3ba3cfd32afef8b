package slackapp

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"quartermaster/bot/secret"
)

// Config is what New needs to know.
type Config struct {
	// APIURL is the base of the Web API with a slash at its end. Defaults to
	// https://slack.com/api/.
	APIURL string
	// BotToken (xoxb-...) is required.
	BotToken secret.Text
	// AppToken (xapp-...) is needed by Run, for Socket Mode.
	AppToken secret.Text
	// SigningSecret is needed by Handler, for HTTP. Without it Handler refuses
	// every request.
	SigningSecret secret.Text
	// ResponseHosts are the hosts that a response_url may name, as "host" or
	// "host:port". Hosts other than the default are accepted over plain HTTP too.
	// Defaults to hooks.slack.com.
	ResponseHosts []string
	// HTTPClient sends every request. It is copied; redirects are refused and a
	// missing time-out is set to 10 s. Defaults to a client of its own.
	HTTPClient *http.Client
	// Language tells the language of what people read, "en" or "zh", as the settings
	// have it now. Defaults to English.
	Language func() string
	// Clock tells the time. Defaults to time.Now.
	Clock func() time.Time
	// Logger defaults to slog.Default.
	Logger *slog.Logger
	// PingInterval is how long Socket Mode waits for a ping before it connects
	// anew. Defaults to 30 s, at least 1 s.
	PingInterval time.Duration
	// Pace is the shortest time between two messages, and between two updates, in
	// one channel. Slack allows about one a second. Defaults to 1 s.
	Pace time.Duration
}

const slackHost = "hooks.slack.com"

// withDefaults returns a copy with every default filled in.
func (c Config) withDefaults() Config {
	if c.APIURL == "" {
		c.APIURL = "https://slack.com/api/"
	}
	if len(c.ResponseHosts) == 0 {
		c.ResponseHosts = []string{slackHost}
	}
	if c.Language == nil {
		c.Language = func() string { return "en" }
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.PingInterval == 0 {
		c.PingInterval = 30 * time.Second
	}
	if c.Pace == 0 {
		c.Pace = time.Second
	}
	client := http.Client{}
	if c.HTTPClient != nil {
		client = *c.HTTPClient
	}
	if client.Timeout == 0 {
		client.Timeout = 10 * time.Second
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client.Transport = capped{client.Transport}
	c.HTTPClient = &client
	return c
}

// validate names every field that is missing or out of bounds.
func (c Config) validate() error {
	var errs []error
	u, err := url.Parse(c.APIURL)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || !strings.HasSuffix(u.Path, "/") {
		errs = append(errs, fmt.Errorf("field APIURL: %q is not an http(s) address that ends in a slash", c.APIURL))
	}
	if blank(c.BotToken) {
		errs = append(errs, errors.New("field BotToken is missing"))
	}
	if blank(c.AppToken) && blank(c.SigningSecret) {
		errs = append(errs, errors.New("one of AppToken (Socket Mode) and SigningSecret (HTTP) is needed"))
	}
	if c.SigningSecret != "" && blank(c.SigningSecret) {
		errs = append(errs, errors.New("field SigningSecret is blank"))
	}
	if c.PingInterval < time.Second {
		errs = append(errs, fmt.Errorf("field PingInterval must be at least 1 s, is %s", c.PingInterval))
	}
	if c.Pace < 0 {
		errs = append(errs, fmt.Errorf("field Pace must not be negative, is %s", c.Pace))
	}
	if slices.Contains(c.ResponseHosts, "") {
		errs = append(errs, errors.New("field ResponseHosts holds an empty name"))
	}
	return errors.Join(errs...)
}

func blank(s secret.Text) bool { return strings.TrimSpace(string(s)) == "" }
