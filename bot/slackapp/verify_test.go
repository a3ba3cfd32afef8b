package slackapp

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The request of Slack's page "Verifying requests from Slack", with its signingKey
// and signature.
const (
	documentedBody = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar" +
		"&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J" +
		"%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
	documentedSignature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
)

func TestDocumentedSignature(t *testing.T) {
	h := http.Header{"X-Slack-Request-Timestamp": {"1531420618"}, "X-Slack-Signature": {documentedSignature}}
	if !genuine(signingKey, h, []byte(documentedBody), documented) {
		t.Error("Slack's own example is refused")
	}
}

// Every forged, stale or smuggled request gets a bare 4xx, reaches no desk, and
// neither answer nor log shows the right signature.
func TestForgedRequests(t *testing.T) {
	press := "payload=" + url.QueryEscape(pressPayload)
	evil := url.QueryEscape(strings.ReplaceAll(pressPayload, "U2ANNA", "U2EVIL"))
	now := documented.Unix()
	for name, v := range map[string]struct {
		status int
		path   string
		body   string
		change func(h http.Header)
	}{
		"wrong secret": {401, "", press, func(h http.Header) {
			h.Set("X-Slack-Signature", signature("another secret", strconv.FormatInt(now, 10), press))
		}},
		"empty signingKey as key": {401, "", press, func(h http.Header) {
			h.Set("X-Slack-Signature", signature("", strconv.FormatInt(now, 10), press))
		}},
		"no version prefix": {401, "", press, func(h http.Header) {
			h.Set("X-Slack-Signature", strings.TrimPrefix(h.Get("X-Slack-Signature"), "v0="))
		}},
		"other version": {401, "", press, func(h http.Header) {
			h.Set("X-Slack-Signature", "v1"+strings.TrimPrefix(h.Get("X-Slack-Signature"), "v0"))
		}},
		"no signature":     {401, "", press, func(h http.Header) { h.Del("X-Slack-Signature") }},
		"no time":          {401, "", press, func(h http.Header) { h.Del("X-Slack-Request-Timestamp") }},
		"empty signature":  {401, "", press, func(h http.Header) { h.Set("X-Slack-Signature", "v0=") }},
		"half signature":   {401, "", press, func(h http.Header) { h.Set("X-Slack-Signature", h.Get("X-Slack-Signature")[:35]) }},
		"two signatures":   {401, "", press, func(h http.Header) { h.Add("X-Slack-Signature", h.Get("X-Slack-Signature")) }},
		"two times":        {401, "", press, func(h http.Header) { h.Add("X-Slack-Request-Timestamp", "1") }},
		"301 s old":        {401, "", press, at(now-301, press)},
		"301 s ahead":      {401, "", press, at(now+301, press)},
		"the year 9999":    {401, "", press, at(time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC).Unix(), press)},
		"beyond int64":     {401, "", press, stamped("99999999999999999999", press)},
		"negative time":    {401, "", press, stamped("-1", press)},
		"time with a sign": {401, "", press, stamped("+"+strconv.FormatInt(now, 10), press)},
		"one bit changed": {401, "", press, func(h http.Header) {
			h.Set("X-Slack-Signature", signature(signingKey, strconv.FormatInt(now, 10), "qayload"+press[7:]))
		}},
		"payload in the query":          {400, "?payload=" + evil, "x=y", nil},
		"payload in query and body":     {400, "?payload=" + evil, press, nil},
		"two payloads":                  {400, "", press + "&payload=" + evil, nil},
		"no payload":                    {400, "", "", nil},
		"payload as json body":          {400, "", pressPayload, nil},
		"more than a mebibyte":          {413, "", press + "&x=" + strings.Repeat("x", 1<<20), nil},
		"299 s old is accepted":         {200, "", press, at(now-299, press)},
		"a genuine request is accepted": {200, "", press, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := &desk{}
			a, out := newApp(t, "http://127.0.0.1:1", d, nil)
			stamp := strconv.FormatInt(now, 10)
			right := signature(signingKey, stamp, v.body)
			r := httptest.NewRequest(http.MethodPost, "/slack/interactions"+v.path, strings.NewReader(v.body))
			r.Header.Set("X-Slack-Request-Timestamp", stamp)
			r.Header.Set("X-Slack-Signature", right)
			if v.change != nil {
				v.change(r.Header)
			}
			w := httptest.NewRecorder()
			a.Handler().ServeHTTP(w, r)
			if w.Code != v.status {
				t.Errorf("status %d, want %d", w.Code, v.status)
			}
			if want := 0; v.status == 200 {
				want = 1
				if len(d.clicks) != want {
					t.Errorf("%d clicks, want %d", len(d.clicks), want)
				}
			} else if d.calls() != want || w.Body.Len() != 0 {
				t.Errorf("%d calls of the desk, body %q; want none", d.calls(), w.Body)
			}
			for _, hex := range []string{strings.TrimPrefix(right, "v0="), string(signingKey)} {
				if strings.Contains(out.String(), hex) || strings.Contains(w.Body.String(), hex) {
					t.Error("a signingKey or a right signature was given away")
				}
			}
		})
	}
}

func at(unix int64, body string) func(http.Header) {
	return stamped(strconv.FormatInt(unix, 10), body)
}

func stamped(stamp, body string) func(http.Header) {
	return func(h http.Header) {
		h.Set("X-Slack-Request-Timestamp", stamp)
		h.Set("X-Slack-Signature", signature(signingKey, stamp, body))
	}
}

func TestEmptySecretIsImpossible(t *testing.T) {
	for name, cfg := range map[string]Config{
		"no way in":    {BotToken: botToken},
		"blank secret": {BotToken: botToken, SigningSecret: "  ", AppToken: appToken},
		"no token":     {SigningSecret: signingKey},
	} {
		if _, err := New(cfg, &desk{}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	a, _ := newApp(t, "http://127.0.0.1:1", &desk{}, func(c *Config) { c.SigningSecret = "" })
	body, stamp := "payload="+url.QueryEscape(pressPayload), strconv.FormatInt(documented.Unix(), 10)
	r := httptest.NewRequest(http.MethodPost, "/slack/interactions", strings.NewReader(body))
	r.Header.Set("X-Slack-Request-Timestamp", stamp)
	r.Header.Set("X-Slack-Signature", signature("", stamp, body))
	w := httptest.NewRecorder()
	a.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusUnauthorized {
		t.Errorf("without a signingKey: status %d, want 401", w.Code)
	}
}

func TestMethodsAndPaths(t *testing.T) {
	a, _ := newApp(t, "http://127.0.0.1:1", &desk{}, nil)
	for _, v := range []struct {
		method, path string
		status       int
	}{{"GET", "/slack/events", 405}, {"PUT", "/slack/interactions", 405}, {"POST", "/slack", 404}, {"POST", "/", 404}} {
		w := httptest.NewRecorder()
		a.Handler().ServeHTTP(w, httptest.NewRequest(v.method, v.path, nil))
		if w.Code != v.status {
			t.Errorf("%s %s: status %d, want %d", v.method, v.path, w.Code, v.status)
		}
	}
}
