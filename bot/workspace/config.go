package workspace

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"time"
)

// Config describes the workspace. The zero value of every field has a default,
// so Config{} is a workspace with one channel and one person.
type Config struct {
	// Team is the workspace itself. Defaults to T0LOCAL, "Demo shop".
	Team Team
	// Users are the people. Defaults to one administrator, U0OWNER.
	Users []User
	// Channels stand in the order of the page. Defaults to #general.
	Channels []Channel
	// App is the name under which the bot posts. Defaults to "Quartermaster".
	App string
	// BotToken opens the Web API. Defaults to "xoxb-local".
	BotToken string
	// AppToken opens Socket Mode. Defaults to "xapp-local".
	AppToken string
	// SigningSecret signs HTTP deliveries. Required with any of the three URLs.
	SigningSecret string
	// Scopes of the bot token. Defaults to DefaultScopes.
	Scopes []string
	// CommandNames are the slash commands of the app, "/stock". Others are
	// answered by the workspace itself, as unknown.
	CommandNames []string
	// Shortcuts are the message shortcuts of the app, for the page.
	Shortcuts []Shortcut
	// EventURL, InteractivityURL and CommandURL receive that kind of delivery by
	// signed HTTP. A kind without URL goes by Socket Mode.
	EventURL, InteractivityURL, CommandURL string
	// BaseURL is how others reach the workspace. Defaults to the address of
	// Listen, else to the host of the first request.
	BaseURL string
	// Hosts are further host names the workspace answers to, without port.
	// Loopback names always work.
	Hosts []string
	// StatePath is a file for messages and the like; files go to the directory
	// StatePath + ".files". Empty keeps everything in memory.
	StatePath string
	// Panels are lists shown on the page under "Behind the scenes".
	Panels []Panel
	// EmptyText stands on the page in a channel of the app without messages.
	EmptyText string
	// Clock tells the time of messages, triggers and signatures. Defaults to
	// time.Now. Time-outs run on real time.
	Clock func() time.Time
	// AckTimeout is how long an app may take to acknowledge. Defaults to 3 s.
	AckTimeout time.Duration
	// EventRetries are the pauses before an event is sent again. Defaults to
	// at once, 1 min, 5 min.
	EventRetries []time.Duration
	// PingEvery is the pause between pings on a socket. Defaults to 5 s.
	PingEvery time.Duration
	// PostEvery is the least time between two posts of the bot in one channel;
	// an earlier one gets 429. Slack's is about 1 s. Defaults to 0, no limit.
	PostEvery time.Duration
	// Logger gets one line per refused call at level info. Defaults to none.
	Logger *slog.Logger

	anyIP bool // listening on all addresses
}

// Team is a workspace.
type Team struct{ ID, Name, Domain string }

// User is a person of the workspace, or of another one when Foreign.
type User struct {
	ID string `json:"id"`
	// Name is the handle, RealName the full name.
	Name     string `json:"name"`
	RealName string `json:"real_name"`
	Email    string `json:"email,omitempty"`
	Title    string `json:"title,omitempty"`
	// TZ is an IANA zone. Defaults to UTC.
	TZ    string `json:"tz,omitempty"`
	Admin bool   `json:"admin,omitempty"`
	// Guest may be in the channels that name him or her only.
	Guest bool `json:"guest,omitempty"`
	// Deactivated people cannot act any more.
	Deactivated bool `json:"deactivated,omitempty"`
	// Foreign people belong to another workspace and meet us in shared channels.
	Foreign bool `json:"foreign,omitempty"`
	Bot     bool `json:"bot,omitempty"`
}

// Channel is a place for messages.
type Channel struct {
	ID string
	// Name without "#".
	Name, Topic string
	// Private channels are hidden from people who are not members.
	Private, Archived bool
	// Shared channels have members of another workspace.
	Shared bool
	// Members are user ids. Empty means everyone who is neither guest nor foreign.
	Members []string
	// EmptyText stands on the page while there is no message. Defaults to
	// Config.EmptyText.
	EmptyText string
	// WithoutBot leaves the app out until it joins.
	WithoutBot bool
}

// Panel is a list the page shows beside the channels: orders, an outbox. List
// is called when the panel is opened and after changes.
type Panel struct {
	ID, Title string
	// EmptyText stands in a panel without items.
	EmptyText string
	List      func(ctx context.Context) ([]PanelItem, error)
}

// PanelItem is one entry of a panel. Text is shown as it is when opened.
type PanelItem struct {
	Title    string `json:"title"`
	Subtitle string `json:"subtitle,omitempty"`
	Badge    string `json:"badge,omitempty"`
	Text     string `json:"text,omitempty"`
}

// DefaultScopes are the bot scopes of an app with the least rights that cards,
// commands, forms and files need, plus channel history.
var DefaultScopes = []string{
	"app_mentions:read", "channels:history", "channels:read", "chat:write",
	"commands", "files:read", "files:write", "groups:history", "im:write", "users:read",
}

const (
	botUserID = "U0BOT"
	botID     = "B0BOT"
	appID     = "A0LOCAL"
)

func (c Config) withDefaults() Config {
	set := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	set(&c.Team.ID, "T0LOCAL")
	set(&c.Team.Name, "Demo shop")
	set(&c.Team.Domain, "demo")
	set(&c.App, "Quartermaster")
	set(&c.BotToken, "xoxb-local")
	set(&c.AppToken, "xapp-local")
	set(&c.EmptyText, "Checks are running; the first card appears here in a few seconds.")
	if len(c.Users) == 0 {
		c.Users = []User{{ID: "U0OWNER", Name: "owner", RealName: "Shop Owner", Admin: true}}
	}
	if len(c.Channels) == 0 {
		c.Channels = []Channel{{ID: "C0GENERAL", Name: "general"}}
	}
	if c.Scopes == nil {
		c.Scopes = DefaultScopes
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.AckTimeout == 0 {
		c.AckTimeout = 3 * time.Second
	}
	if c.EventRetries == nil {
		c.EventRetries = []time.Duration{0, time.Minute, 5 * time.Minute}
	}
	if c.PingEvery == 0 {
		c.PingEvery = 5 * time.Second
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.BaseURL = strings.TrimSuffix(c.BaseURL, "/")
	c.Hosts = slices.Clone(c.Hosts)
	return c
}

func (c Config) validate() error {
	seen := map[string]bool{botUserID: true}
	for _, u := range c.Users {
		if u.ID == "" || u.Name == "" || seen[u.ID] {
			return fmt.Errorf("workspace: user %q needs a unique id and a name", u.ID)
		}
		seen[u.ID] = true
		if _, err := time.LoadLocation(u.TZ); err != nil {
			return fmt.Errorf("workspace: user %s: %w", u.ID, err)
		}
	}
	for _, ch := range c.Channels {
		if ch.ID == "" || ch.Name == "" || seen[ch.ID] || seen["#"+ch.Name] {
			return fmt.Errorf("workspace: channel %q needs a unique id and name", ch.ID)
		}
		seen[ch.ID], seen["#"+ch.Name] = true, true
		for _, m := range ch.Members {
			if !slices.ContainsFunc(c.Users, func(u User) bool { return u.ID == m }) {
				return fmt.Errorf("workspace: channel %s: unknown member %s", ch.ID, m)
			}
		}
	}
	for _, name := range c.CommandNames {
		if !strings.HasPrefix(name, "/") || strings.ContainsAny(name, " \t\n") {
			return fmt.Errorf("workspace: command %q must start with / and have no spaces", name)
		}
	}
	if c.EventURL+c.InteractivityURL+c.CommandURL != "" && c.SigningSecret == "" {
		return errors.New("workspace: SigningSecret is needed to deliver by HTTP")
	}
	return nil
}

// people returns the configured users and the bot's own.
func (c Config) people() []User {
	return append(slices.Clone(c.Users), User{
		ID: botUserID, Name: strings.ReplaceAll(strings.ToLower(c.App), " ", "-"), RealName: c.App, Bot: true,
	})
}

func (w *Workspace) hostAllowed(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	ip := net.ParseIP(host)
	if strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback() {
		return true
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return ip != nil && w.cfg.anyIP ||
		slices.ContainsFunc(w.cfg.Hosts, func(h string) bool { return strings.EqualFold(h, host) })
}
