package workspace

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Kinds of deliveries, by the names of Socket Mode.
const (
	kindEvent       = "events_api"
	kindInteractive = "interactive"
	kindCommand     = "slash_commands"
)

// DeliveryError says why the app did not acknowledge a delivery. People see
// that the app did not respond.
type DeliveryError struct {
	// Reason is not_connected, timeout, http_error or connection_failed.
	Reason string
	Err    error
}

// Error names the reason and the cause.
func (e *DeliveryError) Error() string {
	if e.Err == nil {
		return "the app did not respond: " + e.Reason
	}
	return fmt.Sprintf("the app did not respond: %s: %v", e.Reason, e.Err)
}

// Unwrap returns the cause.
func (e *DeliveryError) Unwrap() error { return e.Err }

// delivery is one payload on its way to the app. Its id stays the same when it
// is sent again.
type delivery struct {
	id      string
	kind    string
	payload map[string]any
	attempt int    // 0 for the first
	reason  string // of the retry
}

func newDelivery(kind string, payload map[string]any) *delivery {
	return &delivery{id: newSecret(), kind: kind, payload: payload}
}

// ack is what the app answered: a JSON value, or plain text over HTTP.
type ack struct {
	body    []byte
	noRetry bool
}

func (w *Workspace) url(kind string) string {
	return map[string]string{
		kindEvent: w.cfg.EventURL, kindInteractive: w.cfg.InteractivityURL, kindCommand: w.cfg.CommandURL,
	}[kind]
}

// deliver sends d once, by HTTP or socket, and waits for the acknowledgement.
// Errors are *DeliveryError.
func (w *Workspace) deliver(ctx context.Context, d *delivery) (ack, error) {
	ctx, cancel := context.WithTimeout(ctx, w.cfg.AckTimeout)
	defer cancel()
	if to := w.url(d.kind); to != "" {
		return w.deliverHTTP(ctx, to, d)
	}
	return w.sockets.deliver(ctx, d)
}

// deliverEvent sends an event in the background, up to four times in all.
func (w *Workspace) deliverEvent(event map[string]any) {
	d := newDelivery(kindEvent, map[string]any{
		"type": "event_callback", "token": "local", "team_id": w.cfg.Team.ID, "api_app_id": appID,
		"event": event, "event_id": newID("Ev"), "event_time": w.cfg.Clock().Unix(), "is_ext_shared_channel": false,
		"authorizations": []any{map[string]any{"enterprise_id": nil, "team_id": w.cfg.Team.ID,
			"user_id": botUserID, "is_bot": true, "is_enterprise_install": false}},
	})
	w.spawn(func() {
		answer, err := w.deliver(w.ctx, d)
		for _, pause := range w.cfg.EventRetries {
			var failed *DeliveryError
			if !errors.As(err, &failed) || answer.noRetry {
				return
			}
			select {
			case <-time.After(pause):
			case <-w.ctx.Done():
				return
			}
			again := *d
			again.attempt, again.reason = d.attempt+1, failed.Reason
			d = &again
			answer, err = w.deliver(w.ctx, d)
		}
		if err != nil && w.ctx.Err() == nil {
			w.log.Warn("event given up", "event", event["type"], "error", err)
			w.mu.Lock()
			w.announce(notice{Kind: "toast", Text: "An event could not be delivered: " + err.Error()})
			w.mu.Unlock()
		}
	})
}

// Sign returns the headers that prove to an app that body comes from the
// workspace: v0, HMAC-SHA256 over "v0:seconds:body".
func Sign(secret string, at time.Time, body []byte) http.Header {
	seconds := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = fmt.Fprintf(mac, "v0:%s:%s", seconds, body)
	return http.Header{
		"X-Slack-Request-Timestamp": {seconds},
		"X-Slack-Signature":         {"v0=" + hex.EncodeToString(mac.Sum(nil))},
	}
}

// encode returns the body and its type: events as JSON, commands as a form,
// interactions as a form with one field.
func (d *delivery) encode() ([]byte, string, error) {
	raw, err := json.Marshal(d.payload)
	if err != nil {
		return nil, "", fmt.Errorf("encode %s: %w", d.kind, err)
	}
	switch d.kind {
	case kindEvent:
		return raw, "application/json", nil
	case kindInteractive:
		return []byte(url.Values{"payload": {string(raw)}}.Encode()), "application/x-www-form-urlencoded", nil
	}
	form := url.Values{}
	for k, v := range d.payload {
		form.Set(k, fmt.Sprint(v))
	}
	return []byte(form.Encode()), "application/x-www-form-urlencoded", nil
}

// appClient follows no redirects: an app must answer itself.
var appClient = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func (w *Workspace) deliverHTTP(ctx context.Context, to string, d *delivery) (ack, error) {
	body, contentType, err := d.encode()
	if err != nil {
		return ack{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return ack{}, &DeliveryError{"connection_failed", err}
	}
	req.Header = Sign(w.cfg.SigningSecret, w.cfg.Clock(), body)
	req.Header.Set("Content-Type", contentType)
	if d.attempt > 0 {
		req.Header.Set("X-Slack-Retry-Num", strconv.Itoa(d.attempt))
		req.Header.Set("X-Slack-Retry-Reason", retryReason(d.reason))
	}
	resp, err := appClient.Do(req)
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			return ack{}, &DeliveryError{"timeout", err}
		}
		return ack{}, &DeliveryError{"connection_failed", err}
	}
	defer func() { _ = resp.Body.Close() }()
	answer := ack{noRetry: resp.Header.Get("X-Slack-No-Retry") == "1"}
	if answer.body, err = io.ReadAll(io.LimitReader(resp.Body, 1<<20)); err != nil {
		return answer, &DeliveryError{"timeout", err}
	}
	if resp.StatusCode != http.StatusOK {
		return answer, &DeliveryError{"http_error", fmt.Errorf("status %d", resp.StatusCode)}
	}
	return answer, nil
}

func retryReason(reason string) string {
	if reason == "timeout" {
		return "http_timeout"
	}
	return reason
}

// VerifyEventURL does the url_verification handshake with Config.EventURL.
func (w *Workspace) VerifyEventURL(ctx context.Context) error {
	challenge := newSecret()
	answer, err := w.deliver(ctx, newDelivery(kindEvent, map[string]any{
		"type": "url_verification", "token": "local", "challenge": challenge,
	}))
	if err != nil {
		return fmt.Errorf("verify event URL: %w", err)
	}
	var body struct {
		Challenge string `json:"challenge"`
	}
	if text := strings.TrimSpace(string(answer.body)); text == challenge ||
		json.Unmarshal(answer.body, &body) == nil && body.Challenge == challenge {
		return nil
	}
	return errors.New("verify event URL: the challenge did not come back")
}
