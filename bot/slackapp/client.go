package slackapp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/connectors"
	"quartermaster/core/plan"
)

// Client speaks to Slack. It implements jobs.Notifier and is safe for use by
// many goroutines.
type Client struct {
	cfg  Config
	api  *slack.Client
	pace pacer

	mu     sync.Mutex
	self   *slack.AuthTestResponse
	people map[string]knownPerson
}

var _ jobs.Notifier = (*App)(nil)

// NewClient checks cfg and returns a client. It makes no request.
func NewClient(cfg Config) (*Client, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("slack settings: %w", err)
	}
	return &Client{
		cfg: cfg,
		api: slack.New(string(cfg.BotToken),
			slack.OptionAPIURL(cfg.APIURL),
			slack.OptionAppLevelToken(string(cfg.AppToken)),
			slack.OptionHTTPClient(cfg.HTTPClient)),
		pace:   pacer{gap: cfg.Pace, now: cfg.Clock, next: map[string]time.Time{}},
		people: map[string]knownPerson{},
	}, nil
}

// quiet are the options of every message: no previews, no names turned into
// mentions, no addresses turned into links.
func quiet(m cards.Message) []slack.MsgOption {
	opts := []slack.MsgOption{
		slack.MsgOptionText(m.Text, false),
		slack.MsgOptionBlocks(m.Blocks...),
		slack.MsgOptionDisableLinkUnfurl(),
		slack.MsgOptionDisableMediaUnfurl(),
		slack.MsgOptionParse(false),
		slack.MsgOptionLinkNames(false),
	}
	if m.Metadata.EventType != "" {
		opts = append(opts, slack.MsgOptionMetadata(m.Metadata))
	}
	return opts
}

// Post puts a new card into channel. A picture that Slack does not take is left
// off.
func (c *Client) Post(ctx context.Context, channel, key string, card plan.Card) (jobs.MessageRef, error) {
	m := cards.Render(card)
	m.Metadata = cards.Mark(key)
	ref, err := c.post(ctx, channel, m)
	if plain, ok := retell(card, err); ok {
		plain.Metadata = m.Metadata
		c.cfg.Logger.Warn("slack: the chart was refused, the card goes without", "card", key, "error", err)
		return c.send(ctx, channel, plain)
	}
	return ref, err
}

// Say adds a line to the thread of a card.
func (c *Client) Say(ctx context.Context, thread jobs.MessageRef, key, text string, mention []string) (jobs.MessageRef, error) {
	m := cards.Remark(c.cfg.Language(), text, mention)
	m.Metadata = cards.Mark(key)
	return c.post(ctx, thread.Channel, m, slack.MsgOptionTS(thread.TS))
}

func (c *Client) post(ctx context.Context, channel string, m cards.Message, more ...slack.MsgOption) (jobs.MessageRef, error) {
	if err := c.ready(ctx, "chat.postMessage", channel, m); err != nil {
		return jobs.MessageRef{}, err
	}
	return c.send(ctx, channel, m, more...)
}

// send posts what ready has found ready.
func (c *Client) send(ctx context.Context, channel string, m cards.Message, more ...slack.MsgOption) (jobs.MessageRef, error) {
	const method = "chat.postMessage"
	ctx, seen := watch(ctx)
	ch, ts, err := c.api.PostMessageContext(ctx, channel, append(quiet(m), more...)...)
	if err == nil && (ch == "" || ts == "") {
		err = errNoAnswer
	}
	if err != nil {
		return jobs.MessageRef{}, c.failed(method, channel, err, seen)
	}
	return jobs.MessageRef{Channel: ch, TS: ts}, nil
}

// Update rewrites the card at ref. A message that is not there any more is
// jobs.ErrMessageGone. Writing the same card twice is harmless, so a lost
// answer is an error that may be tried again.
func (c *Client) Update(ctx context.Context, ref jobs.MessageRef, card plan.Card) error {
	const method = "chat.update"
	m := cards.Render(card)
	m.Metadata = slack.SlackMetadata{} // the one of the post stays
	if err := c.ready(ctx, method, ref.Channel, m); err != nil {
		return err
	}
	err := c.rewrite(ctx, ref, m)
	if plain, ok := retell(card, err); ok {
		c.cfg.Logger.Warn("slack: the chart was refused, the card goes without", "card", card.Key, "error", err)
		plain.Metadata = slack.SlackMetadata{}
		return c.rewrite(ctx, ref, plain)
	}
	return err
}

func (c *Client) rewrite(ctx context.Context, ref jobs.MessageRef, m cards.Message) error {
	ctx, seen := watch(ctx)
	_, _, _, err := c.api.UpdateMessageContext(ctx, ref.Channel, ref.TS, quiet(m)...)
	return c.failed("chat.update", ref.Channel, err, seen)
}

// ready says whether a message may go out now: it is within Slack's limits and
// the channel's pace allows it.
func (c *Client) ready(ctx context.Context, method, channel string, m cards.Message) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	if err := cards.Check(m); err != nil {
		return fmt.Errorf("%s: %w: %w", method, connectors.ErrPermanent, err)
	}
	if wait := c.pace.take(method + " " + channel); wait > 0 {
		return &jobs.RetryAfter{After: wait, Err: fmt.Errorf("%s: pace of channel %s", method, channel)}
	}
	return nil
}

// pages and pageSize bound what Find reads.
const (
	pages    = 5
	pageSize = 200
)

// Find looks for a message of this bot marked with key among the newest 1,000
// of the channel or thread.
func (c *Client) Find(ctx context.Context, thread jobs.MessageRef, key string) (jobs.MessageRef, bool, error) {
	self, err := c.whoami(ctx)
	if err != nil {
		return jobs.MessageRef{}, false, err
	}
	method, cursor := "conversations.history", ""
	if thread.TS != "" {
		method = "conversations.replies"
	}
	for range pages {
		messages, next, err := c.page(ctx, thread, cursor)
		if err != nil {
			return jobs.MessageRef{}, false, searchError(c.failed(method, thread.Channel, err, nil))
		}
		for _, m := range messages {
			mine := m.BotID == self.BotID && m.BotID != "" || m.User == self.UserID && m.User != ""
			if mine && cards.Marked(m.Metadata, key) {
				return jobs.MessageRef{Channel: thread.Channel, TS: m.Timestamp}, true, nil
			}
		}
		if next == "" {
			break
		}
		cursor = next
	}
	return jobs.MessageRef{}, false, nil
}

// Stands reports whether the message at ref is there.
func (c *Client) Stands(ctx context.Context, ref jobs.MessageRef) (bool, error) {
	r, err := c.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
		ChannelID: ref.Channel, Oldest: ref.TS, Latest: ref.TS, Inclusive: true, Limit: 1,
	})
	if err != nil {
		return false, searchError(c.failed("conversations.history", ref.Channel, err, nil))
	}
	return slices.ContainsFunc(r.Messages, func(m slack.Message) bool { return m.Timestamp == ref.TS }), nil
}

func (c *Client) page(ctx context.Context, thread jobs.MessageRef, cursor string) ([]slack.Message, string, error) {
	if thread.TS == "" {
		r, err := c.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
			ChannelID: thread.Channel, Cursor: cursor, Limit: pageSize, IncludeAllMetadata: true,
		})
		if err != nil {
			return nil, "", err
		}
		return r.Messages, r.ResponseMetaData.NextCursor, nil
	}
	messages, _, next, err := c.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
		ChannelID: thread.Channel, Timestamp: thread.TS, Cursor: cursor, Limit: pageSize, IncludeAllMetadata: true,
	})
	return messages, next, err
}

// whoami returns the bot's own ids, asked for once.
func (c *Client) whoami(ctx context.Context) (*slack.AuthTestResponse, error) {
	c.mu.Lock()
	self := c.self
	c.mu.Unlock()
	if self != nil {
		return self, nil
	}
	self, err := c.api.AuthTestContext(ctx)
	if err != nil {
		return nil, c.failed("auth.test", "", err, nil)
	}
	c.mu.Lock()
	c.self = self
	c.mu.Unlock()
	return self, nil
}

// Answer tells one person the outcome of a click. It goes to the click's
// response_url while that works and its host is allowed, else by
// chat.postEphemeral. An answer given twice does no harm.
func (c *Client) Answer(ctx context.Context, click jobs.Click, text string) error {
	return c.answer(ctx, click, cards.Note(c.cfg.Language(), text))
}

func (c *Client) answer(ctx context.Context, click jobs.Click, m cards.Message) error {
	return c.reply(ctx, click, ephemeral(m))
}

// replace is answer in the place of the answer that was clicked on.
func (c *Client) replace(ctx context.Context, click jobs.Click, m cards.Message) error {
	r := ephemeral(m)
	r.ReplaceOriginal = true
	return c.reply(ctx, click, r)
}

func (c *Client) reply(ctx context.Context, click jobs.Click, m reply) error {
	if c.allowed(click.ResponseURL) {
		err := c.respond(ctx, click.ResponseURL, m)
		if err == nil || !errors.Is(err, errURLUsed) {
			return err
		}
	}
	if click.Message.Channel == "" || click.User == "" {
		return fmt.Errorf("answer: %w: neither response_url nor channel", connectors.ErrPermanent)
	}
	_, err := c.api.PostEphemeralContext(ctx, click.Message.Channel, click.User, quiet(cards.Message{Text: m.Text, Blocks: m.Blocks})...)
	return c.failed("chat.postEphemeral", "", err, nil)
}

// errURLUsed marks a response_url that is used up or expired: five answers in
// thirty minutes.
var errURLUsed = errors.New("response_url is used up")

// allowed reports whether raw may be called: an address from outside is not to
// be followed anywhere but to Slack.
func (c *Client) allowed(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || raw == "" || u.User != nil || !slices.Contains(c.cfg.ResponseHosts, u.Host) {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && u.Host != slackHost
}

func (c *Client) respond(ctx context.Context, to string, m reply) error {
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("response_url: %w: %w", connectors.ErrPermanent, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("response_url: %w", connectors.ErrPermanent)
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := c.cfg.HTTPClient.Do(req)
	if err != nil {
		return fmt.Errorf("response_url: %w", scrub(err))
	}
	defer func() { _ = resp.Body.Close() }()
	answer, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		return &jobs.RetryAfter{After: retryAfter(resp.Header.Get("Retry-After")), Err: errors.New("response_url: ratelimited")}
	case resp.StatusCode >= 500:
		return fmt.Errorf("response_url: status %d", resp.StatusCode)
	case resp.StatusCode != http.StatusOK, bytes.Contains(answer, []byte(`"ok":false`)):
		return fmt.Errorf("%w: status %d", errURLUsed, resp.StatusCode)
	}
	return nil
}

// reply is an answer that only one person sees.
type reply struct {
	ResponseType    string        `json:"response_type"`
	ReplaceOriginal bool          `json:"replace_original"`
	Text            string        `json:"text"`
	Blocks          []slack.Block `json:"blocks,omitempty"`
}

func ephemeral(m cards.Message) reply {
	return reply{ResponseType: slack.ResponseTypeEphemeral, Text: m.Text, Blocks: m.Blocks}
}
