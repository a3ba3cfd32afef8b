package slackapp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"quartermaster/bot/jobs"
	"quartermaster/bot/secret"
	"quartermaster/connectors"
	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/replenish"
)

func card() plan.Card {
	return plan.Card{
		Key: "restock/12", Kind: plan.RestockCard, Version: 3, AsOf: documented, Shop: core.Shop{Name: "Harbour & Pine"},
		Restock: &plan.RestockView{Digest: digest, Proposal: proposal()},
	}
}

func proposal() plan.Proposal {
	return plan.Proposal{
		ID: 12, Version: 3, State: plan.Proposed, SupplierName: "Acme <Lighting>", Total: core.Money{Minor: 192000, Currency: "EUR"},
		Lines: []plan.Line{{SKU: "SOLAR-01", Name: "Solar lamp", Qty: 504, MOQ: 500, Pack: 24, Calc: new(replenish.Calculation)}, {SKU: "LAMP-2", Qty: 96, MOQ: 1, Pack: 24, Calc: new(replenish.Calculation)}},
	}
}

// class names the kind of an error as jobs.Notifier tells it.
func class(err error) string {
	var wait *jobs.RetryAfter
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &wait):
		return "wait " + wait.After.String()
	case errors.Is(err, jobs.ErrMessageGone):
		return "gone"
	case errors.Is(err, jobs.ErrCannotSearch):
		return "cannot search"
	case errors.Is(err, jobs.ErrClosed):
		return "closed"
	case errors.Is(err, connectors.ErrUncertain):
		return "uncertain"
	case errors.Is(err, connectors.ErrPermanent):
		return "permanent"
	}
	return "again"
}

// hijack ends a connection in its own way.
func hijack(f func(net.Conn)) func(string, http.ResponseWriter, *http.Request) {
	return func(_ string, w http.ResponseWriter, _ *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		f(c)
		_ = c.Close()
	}
}

func status(code int, header, value string) func(string, http.ResponseWriter, *http.Request) {
	return func(_ string, w http.ResponseWriter, _ *http.Request) {
		if header != "" {
			w.Header().Set(header, value)
		}
		w.WriteHeader(code)
		_, _ = w.Write([]byte("<html>no json</html>"))
	}
}

// Each way of failing has its fixed class, and no error shows a token.
func TestErrorClasses(t *testing.T) {
	refused := func(code string) func(string, http.ResponseWriter, *http.Request) {
		return says(`{"ok":false,"error":"` + code + `"}`)
	}
	for name, v := range map[string]struct {
		answer       func(string, http.ResponseWriter, *http.Request)
		post, update string
	}{
		"accepted":                 {says(`{"ok":true,"channel":"C1STOCK","ts":"1.2"}`), "ok", "ok"},
		"too many, with a time":    {status(429, "Retry-After", "30"), "wait 30s", "wait 30s"},
		"too many, no time":        {status(429, "", ""), "wait 30s", "wait 30s"},
		"too many, odd time":       {status(429, "Retry-After", "soon"), "wait 30s", "wait 30s"},
		"too many, at once":        {status(429, "Retry-After", "0"), "wait 1s", "wait 1s"},
		"too many, in the body":    {refused("ratelimited"), "wait 30s", "wait 30s"},
		"500":                      {status(500, "", ""), "uncertain", "again"},
		"503":                      {status(503, "", ""), "uncertain", "again"},
		"404":                      {status(404, "", ""), "permanent", "permanent"},
		"redirect is not followed": {status(307, "Location", "http://127.0.0.1:1/steal"), "permanent", "permanent"},
		"half an answer":           {says(`{"ok":true,"cha`), "uncertain", "again"},
		"html":                     {says(`<html>`), "uncertain", "again"},
		"ok without a ts":          {says(`{"ok":true}`), "uncertain", "ok"},
		"neither ok nor error":     {says(`{}`), "uncertain", "ok"},
		"endless answer":           {says(strings.Repeat(" ", maxAnswer+1) + `{"ok":true,"channel":"C1","ts":"1.2"}`), "uncertain", "again"},
		"closed after request":     {hijack(func(net.Conn) {}), "uncertain", "again"},
		"reset after request":      {hijack(func(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0) }), "uncertain", "again"},
		"closed within the body":   {hijack(func(c net.Conn) { fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{") }), "uncertain", "again"},
		"internal_error":           {refused("internal_error"), "uncertain", "again"},
		"channel_not_found":        {refused("channel_not_found"), "closed", "closed"},
		"is_archived":              {refused("is_archived"), "closed", "closed"},
		"not_in_channel":           {refused("not_in_channel"), "closed", "closed"},
		"account_inactive":         {refused("account_inactive"), "closed", "closed"},
		"token_revoked":            {refused("token_revoked"), "closed", "closed"},
		"invalid_auth":             {refused("invalid_auth"), "closed", "closed"},
		"msg_too_long":             {refused("msg_too_long"), "permanent", "permanent"},
		"invalid_blocks":           {refused("invalid_blocks"), "permanent", "permanent"},
		"message_not_found":        {refused("message_not_found"), "gone", "gone"},
		"an unknown code":          {refused("brand_new_error"), "permanent", "permanent"},
	} {
		t.Run(name, func(t *testing.T) {
			api := newAPI(t, v.answer)
			a, out := newApp(t, api.URL, &desk{}, nil)
			ctx := context.Background()
			_, posted := a.Post(ctx, "C1STOCK", "card/restock/12", card())
			updated := a.Update(ctx, jobs.MessageRef{Channel: "C1STOCK", TS: "1.2"}, card())
			if got := class(posted); got != v.post {
				t.Errorf("post: %s (%v), want %s", got, posted, v.post)
			}
			if got := class(updated); got != v.update {
				t.Errorf("update: %s (%v), want %s", got, updated, v.update)
			}
			if n := api.count("chat.postMessage"); n != 1 {
				t.Errorf("posted %d times, want once: nothing here may send again", n)
			}
			noSecrets(t, fmt.Sprint(posted, updated, out))
			if code := name; posted != nil && strings.HasPrefix(v.post, "perm") && strings.Contains(code, "_") && !strings.Contains(posted.Error(), code) {
				t.Errorf("%q does not name %s", posted, code)
			}
		})
	}
}

func noSecrets(t *testing.T, s string) {
	t.Helper()
	for _, signingKey := range []secret.Text{botToken, appToken, signingKey} {
		if strings.Contains(s, string(signingKey)) {
			t.Errorf("a signingKey stands in %q", s)
		}
	}
}

func TestNotSentAtAll(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + l.Addr().String()
	_ = l.Close()
	a, _ := newApp(t, closed, &desk{}, nil)
	if _, err := a.Post(context.Background(), "C1STOCK", "k", card()); class(err) != "again" {
		t.Errorf("nobody listens: %s (%v), want again", class(err), err)
	}
	api := newAPI(t, says(`{"ok":true,"channel":"C1","ts":"1.2"}`))
	a, _ = newApp(t, api.URL, &desk{}, nil)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := a.Post(ended, "C1STOCK", "k", card()); class(err) != "again" || api.count("chat.postMessage") != 0 {
		t.Errorf("ended context: %s (%v), want again and no request", class(err), err)
	}
	huge := card()
	huge.Restock.Note = strings.Repeat("x", 1<<20)
	if _, err := a.Post(context.Background(), "C1STOCK", "k", huge); err != nil {
		t.Errorf("a huge card is cut, not refused: %v", err)
	}
}

func TestHangingSlackIsUncertain(t *testing.T) {
	release := make(chan struct{})
	api := newAPI(t, func(_ string, _ http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm() // reads the body, so that the server sees the client leave
		<-release
	})
	defer close(release)
	a, out := newApp(t, api.URL, &desk{}, func(c *Config) { c.HTTPClient.Timeout = 50 * time.Millisecond })
	_, err := a.Post(context.Background(), "C1STOCK", "k", card())
	if class(err) != "uncertain" {
		t.Errorf("time-out: %s (%v), want uncertain", class(err), err)
	}
	noSecrets(t, fmt.Sprint(err, out))
}
