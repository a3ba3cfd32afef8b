package workspace_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"quartermaster/bot/workspace"
)

// ask sends a request as a browser would and returns status and body.
func (s *shop) ask(t *testing.T, method, path, body string, header map[string]string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		if k == "Host" {
			req.Host = v
		}
		req.Header.Set(k, v)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer closeBody(t, resp)
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(raw)
}

func TestOtherSitesAreRefused(t *testing.T) {
	s := open(t, nil)
	say := `{"user":"U1MARA","channel":"C1STOCK","text":"x"}`
	own := map[string]string{"Content-Type": "application/json", "X-Workspace": "1"}
	with := func(k, v string) map[string]string {
		h := map[string]string{k: v}
		maps.Copy(h, own)
		return h
	}
	for _, c := range []struct {
		name, method, path, body string
		header                   map[string]string
		want                     int
	}{
		{"the page itself", "POST", "/ui/say", say, own, 200},
		{"its own origin", "POST", "/ui/say", say, with("Origin", s.base), 200},
		{"localhost", "GET", "/ui/state", "", map[string]string{"Host": "localhost:1234"}, 200},
		{"IPv6 loopback", "GET", "/ui/state", "", map[string]string{"Host": "[::1]:1234"}, 200},
		{"no header of ours", "POST", "/ui/say", say, map[string]string{"Content-Type": "application/json"}, 403},
		{"a form", "POST", "/ui/say", "user=U1MARA", map[string]string{"Content-Type": formType, "X-Workspace": "1"}, 400},
		{"another origin", "POST", "/ui/say", say, with("Origin", "http://evil.example"), 403},
		{"null origin", "POST", "/ui/say", say, with("Origin", "null"), 403},
		{"cross-site read", "GET", "/ui/state", "", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"another port of the same host", "GET", "/ui/state", "", map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		{"rebound name", "GET", "/ui/state", "", map[string]string{"Host": "evil.example"}, 421},
		{"rebound name, page", "GET", "/", "", map[string]string{"Host": "evil.example:80"}, 421},
		{"another address", "GET", "/", "", map[string]string{"Host": "192.0.2.1"}, 421},
		{"API from a site", "POST", "/api/chat.postMessage", "token=xoxb-local&channel=C1STOCK&text=x",
			map[string]string{"Content-Type": formType, "Sec-Fetch-Site": "cross-site"}, 403},
		{"API from an origin", "POST", "/api/chat.postMessage", "token=xoxb-local&channel=C1STOCK&text=x",
			map[string]string{"Content-Type": formType, "Origin": "http://evil.example"}, 403},
	} {
		if status, body := s.ask(t, c.method, c.path, c.body, c.header); status != c.want {
			t.Errorf("%s: %d %s, want %d", c.name, status, body, c.want)
		}
	}
	if n := len(s.Channel("stock").Messages()); n != 2 {
		t.Errorf("%d messages, want the 2 of the page", n)
	}
}

func TestListeningOnAllAddresses(t *testing.T) {
	cfg := config()
	cfg.Hosts = []string{"demo.internal"}
	w, err := workspace.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	base, err := w.Listen("0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	s := &shop{Workspace: w, base: base}
	for host, want := range map[string]int{"192.0.2.1:80": 200, "demo.internal": 200, "evil.example": 421, "demo.internal.evil.example": 421} {
		if status, _ := s.ask(t, "GET", "/ui/state", "", map[string]string{"Host": host}); status != want {
			t.Errorf("%s: %d, want %d", host, status, want)
		}
	}
}

func TestPageSeesWhatItsPersonMay(t *testing.T) {
	s := open(t, func(c *workspace.Config) {
		c.Panels = []workspace.Panel{
			{ID: "orders", Title: "Orders", List: func(context.Context) ([]workspace.PanelItem, error) {
				return []workspace.PanelItem{{Title: "PO-1", Badge: "sent"}}, nil
			}},
			{ID: "broken", Title: "Broken", List: func(context.Context) ([]workspace.PanelItem, error) { return nil, errors.New("no database") }},
		}
	})
	ctx := within(t)
	if _, err := s.client.PostEphemeralContext(ctx, "C1STOCK", "U1MARA", slack.MsgOptionText("secret", false)); err != nil {
		t.Fatal(err)
	}
	for user, want := range map[string]bool{"U1MARA": true, "U2LIN": false} {
		if _, body := s.ask(t, "GET", "/ui/messages?channel=C1STOCK&user="+user, "", nil); strings.Contains(body, "secret") != want {
			t.Errorf("%s: %s", user, body)
		}
	}
	if status, _ := s.ask(t, "GET", "/ui/messages?channel=C1STOCK&user=U3GUEST", "", nil); status != 404 {
		t.Errorf("a guest reads a channel that is not his: %d", status)
	}
	_, body := s.ask(t, "GET", "/ui/state?user=U3GUEST", "", nil)
	var state struct {
		Channels []struct{ Name string }
		Panels   []struct{ Title string }
	}
	if err := json.Unmarshal([]byte(body), &state); err != nil || len(state.Channels) != 1 || state.Channels[0].Name != "priv" || len(state.Panels) != 2 {
		t.Errorf("%+v %v", state, err)
	}
	if _, body := s.ask(t, "GET", "/ui/panels/orders", "", nil); !strings.Contains(body, `"title":"PO-1"`) {
		t.Error(body)
	}
	if status, body := s.ask(t, "GET", "/ui/panels/broken", "", nil); status != 200 || !strings.Contains(body, "no database") {
		t.Error(status, body)
	}
	if status, _ := s.ask(t, "GET", "/ui/panels/none", "", nil); status != 404 {
		t.Error(status)
	}
}

func TestPageActs(t *testing.T) {
	s := open(t, func(c *workspace.Config) { c.Shortcuts = []workspace.Shortcut{{ID: "explain", Name: "Explain"}} })
	ctx := within(t)
	clicks := make(chan string, 1)
	s.connect(t, func(sm *socketmode.Client, e socketmode.Event) {
		if e.Type == socketmode.EventTypeInteractive {
			c := e.Data.(slack.InteractionCallback)
			if c.Type == slack.InteractionTypeMessageAction {
				clicks <- c.CallbackID + " on " + c.Message.Timestamp
			} else {
				clicks <- c.ActionCallback.BlockActions[0].Value
			}
			_ = sm.Ack(*e.Request)
		}
	})
	_, ts, err := s.client.PostMessageContext(ctx, "C1STOCK", slack.MsgOptionText("x", false), slack.MsgOptionBlocks(card("Go")...))
	if err != nil {
		t.Fatal(err)
	}
	own := map[string]string{"Content-Type": "application/json", "X-Workspace": "1"}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+"/ui/stream?user=U1MARA", nil)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer closeBody(t, stream)
	lines := bufio.NewScanner(stream.Body)
	if !lines.Scan() || lines.Text() != ": hello" {
		t.Fatalf("stream: %q", lines.Text())
	}
	if status, body := s.ask(t, "POST", "/ui/act", `{"user":"U1MARA","channel":"C1STOCK","ts":"`+ts+`","block":"do","action":"approve","value":"999"}`, own); status != 200 {
		t.Fatal(status, body)
	}
	if got := <-clicks; got != "7:1" {
		t.Errorf("the page could forge a value: %q", got)
	}
	if status, _ := s.ask(t, "POST", "/ui/act", `{"user":"U1MARA","channel":"C1STOCK","ts":"`+ts+`","block":"do","action":"other"}`, own); status != 422 {
		t.Errorf("a button that is not there: %d", status)
	}
	if status, body := s.ask(t, "POST", "/ui/shortcut", `{"user":"U1MARA","channel":"C1STOCK","ts":"`+ts+`","action":"explain"}`, own); status != 200 {
		t.Fatal(status, body)
	}
	if got := <-clicks; got != "explain on "+ts {
		t.Errorf("the shortcut reached the app as %q", got)
	}
	if status, _ := s.ask(t, "POST", "/ui/shortcut", `{"user":"U1MARA","channel":"C1STOCK","ts":"`+ts+`","action":"other"}`, own); status != 422 {
		t.Errorf("a shortcut that the app does not have: %d", status)
	}
	if status, _ := s.ask(t, "POST", "/ui/say", `{"user":"U0BOT","channel":"C1STOCK","text":"x"}`, own); status != 422 {
		t.Errorf("the page spoke as the bot: %d", status)
	}
	if status, _ := s.ask(t, "POST", "/ui/say", `{"user":"U1MARA","channel":"C1STOCK","text":"hi"}`, own); status != 200 {
		t.Errorf("say: %d", status)
	}
	for lines.Scan() {
		if lines.Text() == `data: {"kind":"message","channel":"C1STOCK"}` {
			return
		}
	}
	t.Error("the stream ended without a notice")
}

// TestStaticFiles holds the page to its promises: served with a policy, no
// foreign sources, no markup made from data.
func TestStaticFiles(t *testing.T) {
	s := open(t, nil)
	files, err := filepath.Glob("static/*")
	if err != nil || len(files) < 8 {
		t.Fatal(files, err)
	}
	foreign := regexp.MustCompile(`(src|href|import|from|url\()[ =("']+https?:`)
	imports := regexp.MustCompile(`from "\./([^"]+)"`)
	markup := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function`)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if foreign.Match(raw) || markup.Match(raw) {
			t.Errorf("%s: %s %s", file, foreign.Find(raw), markup.Find(raw))
		}
		for _, m := range imports.FindAllSubmatch(raw, -1) {
			if _, err := os.Stat(filepath.Join("static", string(m[1]))); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
		path := "/" + file
		if strings.HasSuffix(file, "index.html") {
			path = "/"
		}
		resp, err := http.Get(s.base + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		csp := resp.Header.Get("Content-Security-Policy")
		if resp.StatusCode != http.StatusOK || !strings.Contains(csp, "script-src 'self';") || strings.Contains(csp, "unsafe") || resp.Header.Get("Content-Type") == "" {
			t.Errorf("%s: %d %v", path, resp.StatusCode, resp.Header)
		}
	}
	if status, _ := s.ask(t, "GET", "/static/..%2fpage.go", "", nil); status != 404 {
		t.Errorf("outside of static: %d", status)
	}
}
