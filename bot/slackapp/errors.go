package slackapp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"quartermaster/bot/jobs"
	"quartermaster/connectors"
)

// defaultRetry is how long to wait when Slack says "too many" without a time.
const defaultRetry = 30 * time.Second

// errNoAnswer stands for an answer that says neither yes nor no.
var errNoAnswer = errors.New("the answer makes no sense")

// sent tells how far a request came: whether a connection was asked for, and
// whether anything was written to one.
type sent struct{ asked, wrote atomic.Bool }

// watch returns a context that fills in sent.
func watch(ctx context.Context) (context.Context, *sent) {
	s := &sent{}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:      func(string) { s.asked.Store(true) },
		WroteHeaders: func() { s.wrote.Store(true) },
		WroteRequest: func(httptrace.WroteRequestInfo) { s.wrote.Store(true) },
	}), s
}

// never reports whether the request certainly did not reach Slack.
func (s *sent) never(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return true
	}
	return s != nil && s.asked.Load() && !s.wrote.Load()
}

// failed gives an error of method its class, as jobs.Notifier promises. seen is
// given for methods that write to a channel.
func (c *Client) failed(method, channel string, err error, seen *sent) error {
	if err == nil {
		return nil
	}
	wrap := func(class, err error) error { return fmt.Errorf("%s: %w: %w", method, class, err) }
	lost := func(err error) error { // the answer to a post cannot be known; all else is harmless to repeat
		if method == "chat.postMessage" && !seen.never(err) {
			return wrap(connectors.ErrUncertain, err)
		}
		return fmt.Errorf("%s: %w", method, err)
	}
	limited := func(after time.Duration) error {
		if channel != "" {
			c.pace.hold(method+" "+channel, after)
		}
		return &jobs.RetryAfter{After: after, Err: fmt.Errorf("%s: ratelimited", method)}
	}

	var rate *slack.RateLimitedError
	var status slack.StatusCodeError
	var number *strconv.NumError
	switch code := apiCode(err); {
	case errors.As(err, &rate):
		return limited(max(rate.RetryAfter, time.Second))
	case errors.As(err, &number): // a 429 whose Retry-After is no number
		return limited(defaultRetry)
	case errors.As(err, &status):
		switch {
		case status.Code == http.StatusTooManyRequests:
			return limited(defaultRetry)
		case status.Code >= 500, status.Code == http.StatusRequestTimeout:
			return lost(err)
		}
		return wrap(connectors.ErrPermanent, err)
	case code != "":
		switch code {
		case "ratelimited", "rate_limited":
			return limited(defaultRetry)
		case "internal_error", "fatal_error", "request_timeout", "service_unavailable":
			return lost(err)
		case "message_not_found":
			return wrap(jobs.ErrMessageGone, err)
		}
		if what, ok := closed[code]; ok {
			return fmt.Errorf("%s: %w: %s: %w", method, jobs.ErrClosed, what, err)
		}
		return wrap(connectors.ErrPermanent, apiError(err))
	}
	return lost(scrub(err))
}

// closed are the refusals that a person outside has to end, with what to do.
// Nothing is given up for them.
var closed = map[string]string{
	"invalid_auth":       "the bot token is not valid; set SLACK_BOT_TOKEN and restart",
	"not_authed":         "the bot token is not valid; set SLACK_BOT_TOKEN and restart",
	"token_revoked":      "the bot token was revoked; install the app again, set SLACK_BOT_TOKEN and restart",
	"token_expired":      "the bot token has expired; set SLACK_BOT_TOKEN and restart",
	"account_inactive":   "the bot's account is deactivated; install the app again",
	"org_login_required": "the workspace is being moved; it comes back by itself",
	"missing_scope":      "the app lacks a right; install it again with the printed manifest",
	"is_archived":        "the channel is archived; unarchive it",
	"channel_not_found":  "the channel does not exist, or the bot may not see it; invite the bot",
	"not_in_channel":     "the bot is not in the channel; invite it",
	"restricted_action":  "the workspace forbids posting in the channel",
	"ekm_access_denied":  "the workspace's administrators have suspended posting",
}

// apiCode returns the code of an "ok: false" answer, or "".
func apiCode(err error) string {
	api, _ := errors.AsType[slack.SlackErrorResponse](err)
	return api.Err
}

// apiError adds what Slack says beside the code: the pointers of bad blocks,
// the scope that is missing.
func apiError(err error) error {
	api, _ := errors.AsType[slack.SlackErrorResponse](err)
	switch {
	case api.Needed != "":
		return fmt.Errorf("%w (scope %s is needed)", err, api.Needed)
	case len(api.ResponseMetadata.Messages) > 0:
		return fmt.Errorf("%w %q", err, api.ResponseMetadata.Messages)
	}
	return err
}

// searchError turns the refusals of reading a channel into
// jobs.ErrCannotSearch.
func searchError(err error) error {
	switch apiCode(err) {
	case "missing_scope", "not_in_channel", "no_permission", "access_denied", "not_allowed_token_type":
		return fmt.Errorf("%w: %w", jobs.ErrCannotSearch, err)
	}
	return err
}

// scrub removes the address from a transport error: a response_url is a secret
// as long as it works.
func scrub(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// retryAfter reads a Retry-After header in seconds.
func retryAfter(s string) time.Duration {
	if n, err := strconv.Atoi(s); err == nil && n > 0 {
		return time.Duration(n) * time.Second
	}
	return defaultRetry
}

// capped bounds the body of every answer, which slack-go reads whole.
type capped struct{ next http.RoundTripper }

const maxAnswer = 8 << 20

// RoundTrip sends r and bounds the answer.
func (t capped) RoundTrip(r *http.Request) (*http.Response, error) {
	next := t.next
	if next == nil {
		next = http.DefaultTransport
	}
	resp, err := next.RoundTrip(r)
	if err == nil {
		resp.Body = limitedBody{io.LimitReader(resp.Body, maxAnswer), resp.Body}
	}
	return resp, err
}

type limitedBody struct {
	io.Reader
	io.Closer
}
