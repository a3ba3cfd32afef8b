// Package bot puts Quartermaster together. Run builds everything in the order in
// which data flows (database, store, drafter, mail, jobs, Slack) and takes it
// apart in reverse; Demo does the same around a workspace and a shop of its own.
package bot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"quartermaster/bot/draft"
	"quartermaster/bot/jobs"
	"quartermaster/bot/pgembed"
	"quartermaster/bot/slackapp"
	"quartermaster/bot/store"
	"quartermaster/connectors"
	"quartermaster/connectors/imap"
	"quartermaster/connectors/mail"
)

// Run works until ctx ends: it answers Slack, keeps the schedules and carries
// effects out. It returns nil after a clean stop.
func Run(ctx context.Context, c Config) error {
	if err := c.Validate(); err != nil {
		return err
	}
	st, closeStore, err := OpenStore(ctx, c)
	if err != nil {
		return err
	}
	defer closeStore()
	svc, err := c.Service(st)
	if err != nil {
		return err
	}
	app, err := slackapp.New(slackapp.Config{
		APIURL: c.SlackAPIURL, BotToken: c.SlackBotToken, AppToken: c.SlackAppToken,
		SigningSecret: c.SlackSigningSecret, ResponseHosts: c.responseHosts(), Logger: c.logger(), Pace: c.SlackPace, Language: svc.Language,
	}, svc)
	if err != nil {
		return fmt.Errorf("slack: %w", err)
	}
	svc.Attach(app)
	if c.Settings.Text != "" {
		if err := svc.KeepFile(ctx, c.Settings.Text, "settings file"); err != nil {
			return err
		}
	}
	// Work goes on a little longer than listening: what was received is finished.
	listen, stopListening := context.WithCancel(ctx)
	defer stopListening()
	group, gctx := errgroup.WithContext(context.WithoutCancel(ctx))
	work, stopWork := context.WithCancel(gctx)
	defer stopWork()
	group.Go(func() error { return svc.Run(work) })
	if c.SettingsFile != "" {
		group.Go(func() error { c.watchSettings(work, svc); return nil })
	}
	if c.OpsListen != "" {
		group.Go(func() error { return c.serveOps(work, opsHandler(st)) })
	}
	group.Go(func() error {
		defer stopWork()
		stop := context.AfterFunc(gctx, stopListening)
		defer stop()
		if c.SlackAppToken != "" {
			return clean(listen, app.Run(listen))
		}
		err := c.serveHTTP(listen, app.Handler())
		sctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		return errors.Join(err, app.Stop(sctx))
	})
	return group.Wait()
}

// clean drops the error that only says that the context ended.
func clean(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return nil
	}
	return err
}

// OpenStore brings the database up to date and opens it. The function returned
// closes it, and stops the private server when this process was the last user.
func OpenStore(ctx context.Context, c Config) (*store.Store, func(), error) {
	url, stop, err := c.database(ctx)
	if err != nil {
		return nil, nil, err
	}
	if err := store.Migrate(ctx, url); err != nil {
		stop()
		return nil, nil, err
	}
	st, err := store.Open(ctx, url, store.Options{MaxConns: 20})
	if err != nil {
		stop()
		return nil, nil, err
	}
	return st, func() { st.Close(); stop() }, nil
}

// database returns the address of the shop's database, starting the private one
// if there is no other, and what ends the use of it.
func (c Config) database(ctx context.Context) (url string, stop func(), err error) {
	url, stop = c.DatabaseURL.Reveal(), func() {}
	if url == "" {
		c.progress("database: private Postgres in %s", c.DataDir)
		srv, err := pgembed.Start(ctx, pgembed.Options{DataDir: c.databaseDir(), Log: c.logger(),
			Progress: func(step string) { c.progress("database: %s", step) }})
		if err != nil {
			return "", nil, err
		}
		url = srv.URL()
		stop = func() {
			sctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			defer cancel()
			if err := srv.Stop(sctx); err != nil {
				c.logger().Error("stop the private database", "error", err)
			}
		}
	} else {
		c.progress("database: %s", store.Redact(url))
	}
	return url, stop, nil
}

// Service wires the use cases to the drafter and the mail.
func (c Config) Service(st *store.Store) (*jobs.Service, error) {
	drafter, err := draft.New(draft.Config{APIKey: c.OpenAIKey.Reveal(), BaseURL: c.OpenAIBaseURL, Model: c.Settings.Model,
		Timeout: c.ModelTimeout, DailyTokens: c.Settings.DailyTokens, Ledger: st, Zone: c.Settings.Shop.Zone, Logger: c.logger()})
	if err != nil {
		return nil, fmt.Errorf("language model: %w", err)
	}
	outbox := mail.NewOutbox(c.OutboxDir())
	if c.Settings.MailFrom != "" {
		outbox.From = c.Settings.MailFrom
	}
	var sink connectors.Sink = outbox
	if c.SMTPURL != "" {
		if sink, err = mail.NewSMTP(mail.Config{URL: c.SMTPURL.Reveal(), From: c.Settings.MailFrom, Timeout: 25 * time.Second}); err != nil {
			return nil, err
		}
	}
	pseudonym, err := c.pseudonym()
	if err != nil {
		return nil, err
	}
	jc := jobs.Config{Pseudonym: pseudonym, Logger: c.logger(), Lease: c.Lease, KillPoint: c.KillPoint, ReadSettings: readSettings, RewriteSettings: editSettings, CompareSettings: compareSettings}
	if c.IMAPURL != "" {
		if jc.Mailbox, err = imap.New(c.IMAPURL.Reveal(), time.Minute); err != nil {
			return nil, err
		}
		jc.Answers = mail.Answers
	}
	c.Settings.into(&jc)
	return jobs.New(jc, st, drafter, sink)
}

// minSalt is the fewest characters of a salt.
const minSalt = 16

// pseudonym returns what replaces customer ids, nil when the shop stores them.
func (c Config) pseudonym() (func(string) string, error) {
	if !c.Settings.Pseudonyms {
		return nil, nil
	}
	if len(c.CustomerSalt) < minSalt {
		return nil, fmt.Errorf("customers.pseudonyms needs QUARTERMASTER_CUSTOMER_SALT in the environment: %d characters or more, always the same", minSalt)
	}
	return store.Pseudonyms(c.CustomerSalt.Reveal()), nil
}

// responseHosts lets answers go to a workspace other than Slack's own only when
// its address was set.
func (c Config) responseHosts() []string {
	if u, err := url.Parse(c.SlackAPIURL); err == nil && c.SlackAPIURL != "" {
		return []string{"hooks.slack.com", u.Host}
	}
	return nil
}

// serveHTTP answers Slack over HTTP until ctx ends.
func (c Config) serveHTTP(ctx context.Context, h http.Handler) error {
	addr := c.Listen
	if addr == "" {
		addr = ":3000"
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("listen for Slack on %s: %w", addr, err)
	}
	c.progress("slack: waiting for requests on http://%s/slack/", strings.TrimPrefix(ln.Addr().String(), "[::]"))
	return serveUntil(ctx, ln, h)
}

// serveUntil answers requests until ctx ends, then finishes what it began.
func serveUntil(ctx context.Context, ln net.Listener, h http.Handler) error {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 15 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve on %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}
	sctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	return srv.Shutdown(sctx)
}
