package slackapp

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/core/plan"
)

func TestWhatIsPosted(t *testing.T) {
	var form map[string][]string
	api := newAPI(t, func(method string, w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		form = r.PostForm
		says(`{"ok":true,"channel":"C1STOCK","ts":"1531420618.000100"}`)(method, w, r)
	})
	a, _ := newApp(t, api.URL, &desk{}, nil)
	ref, err := a.Post(context.Background(), "#stock", "card/restock/12", card())
	if err != nil || ref != (jobs.MessageRef{Channel: "C1STOCK", TS: "1531420618.000100"}) {
		t.Fatalf("%+v, %v", ref, err)
	}
	for field, want := range map[string]string{"unfurl_links": "false", "unfurl_media": "false", "parse": "none", "link_names": "false",
		"metadata": `{"event_type":"quartermaster_card","event_payload":{"key":"card/restock/12"}}`} {
		if len(form[field]) != 1 || form[field][0] != want {
			t.Errorf("%s = %q, want %q", field, form[field], want)
		}
	}
	if _, err := a.Say(context.Background(), ref, "say/1", "<!channel> ordered", nil); err != nil {
		t.Fatal(err)
	}
	if form["thread_ts"][0] != ref.TS || form["text"][0] != "&lt;!channel&gt; ordered" {
		t.Errorf("said %q in %q", form["text"], form["thread_ts"])
	}
	if err := a.Update(context.Background(), ref, card()); err != nil {
		t.Fatal(err)
	}
	if _, there := form["metadata"]; there {
		t.Error("an update replaces the mark of the post")
	}
}

func TestPace(t *testing.T) {
	now := documented
	api := newAPI(t, says(`{"ok":true,"channel":"C1","ts":"1.2"}`))
	a, _ := newApp(t, api.URL, &desk{}, func(c *Config) { c.Pace, c.Clock = time.Second, func() time.Time { return now } })
	ctx := context.Background()
	post := func(channel string) string {
		_, err := a.Post(ctx, channel, "k", card())
		return class(err)
	}
	check := func(step, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %s, want %s", step, got, want)
		}
	}
	check("first", post("C1"), "ok")
	check("too early", post("C1"), "wait 1s")
	check("another channel", post("C2"), "ok")
	check("an update", class(a.Update(ctx, jobs.MessageRef{Channel: "C1", TS: "1.2"}, card())), "ok")
	now = now.Add(400 * time.Millisecond)
	check("still early", post("C1"), "wait 600ms")
	now = now.Add(600 * time.Millisecond)
	check("in time", post("C1"), "ok")

	api.answer = status(429, "Retry-After", "7")
	now = now.Add(time.Second)
	check("refused", post("C1"), "wait 7s")
	api.answer = says(`{"ok":true,"channel":"C1","ts":"1.2"}`)
	before := api.count("chat.postMessage")
	now = now.Add(6 * time.Second)
	check("before the time Slack named", post("C1"), "wait 1s")
	if n := api.count("chat.postMessage"); n != before {
		t.Error("a request left before the time Slack named")
	}
	now = now.Add(time.Second)
	check("after it", post("C1"), "ok")
}

func TestStands(t *testing.T) {
	for name, v := range map[string]struct {
		body   string
		stands bool
		class  string
	}{
		"there":     {`{"ok":true,"messages":[{"type":"message","ts":"4.1"}]}`, true, "ok"},
		"gone":      {`{"ok":true,"messages":[]}`, false, "ok"},
		"another":   {`{"ok":true,"messages":[{"type":"message","ts":"3.9"}]}`, false, "ok"},
		"no right":  {`{"ok":false,"error":"missing_scope"}`, false, "cannot search"},
		"archived":  {`{"ok":false,"error":"is_archived"}`, false, "closed"},
		"no answer": {`{"ok":false,"error":"internal_error"}`, false, "again"},
	} {
		t.Run(name, func(t *testing.T) {
			api := newAPI(t, func(method string, w http.ResponseWriter, r *http.Request) {
				if err := r.ParseForm(); err != nil || r.PostForm.Get("oldest") != "4.1" || r.PostForm.Get("latest") != "4.1" || r.PostForm.Get("inclusive") != "1" {
					t.Errorf("%s asked with %v", method, r.PostForm)
				}
				says(v.body)(method, w, r)
			})
			a, _ := newApp(t, api.URL, &desk{}, nil)
			stands, err := a.Stands(context.Background(), jobs.MessageRef{Channel: "C1", TS: "4.1"})
			if stands != v.stands || class(err) != v.class {
				t.Errorf("%v, %v (%s); want %v, %s", stands, err, class(err), v.stands, v.class)
			}
		})
	}
}

func TestFind(t *testing.T) {
	page := func(next string, messages ...string) string {
		return fmt.Sprintf(`{"ok":true,"messages":[%s],"response_metadata":{"next_cursor":%q}}`, strings.Join(messages, ","), next)
	}
	message := func(ts, bot, event, key string) string {
		return fmt.Sprintf(`{"type":"message","ts":%q,"bot_id":%q,"user":"U0X","metadata":{"event_type":%q,"event_payload":{"key":%q}}}`, ts, bot, event, key)
	}
	self := `{"ok":true,"team_id":"T1SHOP","user_id":"U0BOT","bot_id":"B0BOT"}`
	for name, v := range map[string]struct {
		pages []string
		want  string
		class string
		calls int
	}{
		"there":             {[]string{page("", message("5.1", "B0BOT", cards.EventType, "other"), message("4.1", "B0BOT", cards.EventType, "k"))}, "4.1", "ok", 1},
		"on a later page":   {[]string{page("a", message("5.1", "B0BOT", cards.EventType, "x")), page("", message("4.1", "B0BOT", cards.EventType, "k"))}, "4.1", "ok", 2},
		"not there":         {[]string{page("")}, "", "ok", 1},
		"by another app":    {[]string{page("", message("5.1", "B0EVIL", cards.EventType, "k"))}, "", "ok", 1},
		"another event":     {[]string{page("", message("5.1", "B0BOT", "something", "k"))}, "", "ok", 1},
		"pages without end": {[]string{page("again")}, "", "ok", pages},
		"no right":          {[]string{`{"ok":false,"error":"missing_scope","needed":"channels:history","provided":"chat:write"}`}, "", "cannot search", 1},
		"not a member":      {[]string{`{"ok":false,"error":"not_in_channel"}`}, "", "cannot search", 1},
		"no such channel":   {[]string{`{"ok":false,"error":"channel_not_found"}`}, "", "closed", 1},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			api := newAPI(t, func(method string, w http.ResponseWriter, r *http.Request) {
				body := self
				if method != "auth.test" {
					body = v.pages[min(n, len(v.pages)-1)]
					n++
					if err := r.ParseForm(); err != nil || r.PostForm.Get("include_all_metadata") != "1" {
						t.Error("asked without metadata")
					}
				}
				says(body)(method, w, r)
			})
			a, _ := newApp(t, api.URL, &desk{}, nil)
			ref, found, err := a.Find(context.Background(), jobs.MessageRef{Channel: "C1"}, "k")
			if class(err) != v.class || ref.TS != v.want || found != (v.want != "") {
				t.Errorf("%+v, %v, %v; want %q, %s", ref, found, err, v.want, v.class)
			}
			if api.count("conversations.history") != v.calls {
				t.Errorf("%d pages read, want %d", api.count("conversations.history"), v.calls)
			}
			if _, _, err := a.Find(context.Background(), jobs.MessageRef{Channel: "C1", TS: "1.1"}, "k"); class(err) != v.class || api.count("conversations.replies") == 0 {
				t.Errorf("in the thread: %v", err)
			}
		})
	}
}

func TestAnswer(t *testing.T) {
	var got map[string]any
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/used":
			w.WriteHeader(http.StatusNotFound)
		case "/away":
			http.Redirect(w, r, "/ok", http.StatusTemporaryRedirect)
		case "/busy":
			w.Header().Set("Retry-After", "9")
			w.WriteHeader(http.StatusTooManyRequests)
		case "/down":
			w.WriteHeader(http.StatusBadGateway)
		default:
			if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
				t.Error(err)
			}
			_, _ = w.Write([]byte("ok"))
		}
	}))
	defer hook.Close()
	host := strings.TrimPrefix(hook.URL, "http://")
	for name, v := range map[string]struct {
		url       string
		want      string
		ephemeral int
	}{
		"by response_url":      {hook.URL + "/ok", "ok", 0},
		"used up":              {hook.URL + "/used", "ok", 1},
		"redirected":           {hook.URL + "/away", "ok", 1},
		"too many":             {hook.URL + "/busy", "wait 9s", 0},
		"down":                 {hook.URL + "/down", "again", 0},
		"none":                 {"", "ok", 1},
		"another host":         {"http://127.0.0.1:1/steal", "ok", 1},
		"a name like slack's":  {"https://hooks.slack.com.evil.example/x", "ok", 1},
		"with a user":          {"http://hooks.slack.com@" + host + "/ok", "ok", 1},
		"plain http for slack": {"http://hooks.slack.com/x", "ok", 1},
		"another scheme":       {"file:///etc/passwd", "ok", 1},
	} {
		t.Run(name, func(t *testing.T) {
			got = nil
			api := newAPI(t, says(`{"ok":true,"message_ts":"1.2"}`))
			a, out := newApp(t, api.URL, &desk{}, func(c *Config) { c.ResponseHosts = []string{slackHost, host} })
			err := a.Answer(context.Background(), jobs.Click{User: "U2ANNA", ResponseURL: v.url, Message: jobs.MessageRef{Channel: "C1STOCK"}}, "already approved by <@U0BEN>")
			if class(err) != v.want || api.count("chat.postEphemeral") != v.ephemeral {
				t.Errorf("%v, %d ephemerals; want %s, %d", err, api.count("chat.postEphemeral"), v.want, v.ephemeral)
			}
			if v.want == "ok" && v.ephemeral == 0 && (got["response_type"] != "ephemeral" || got["replace_original"] != false || got["text"] != "already approved by &lt;＠U0BEN&gt;") {
				t.Errorf("answered %v", got)
			}
			if v.url != "" && (strings.Contains(fmt.Sprint(err), v.url) || strings.Contains(out.String(), v.url)) {
				t.Error("the response_url is given away")
			}
		})
	}
	a, _ := newApp(t, "http://127.0.0.1:1", &desk{}, nil)
	if err := a.Answer(context.Background(), jobs.Click{User: "U2ANNA"}, "x"); class(err) != "permanent" {
		t.Errorf("no way to answer: %v", err)
	}
}

func TestPerson(t *testing.T) {
	now := documented
	users := map[string]string{
		"U1": `"id":"U1","team_id":"T1SHOP","name":"anna","profile":{"display_name":"Anna"}`,
		"U2": `"id":"U2","team_id":"T1SHOP","is_restricted":true,"name":"guest"`,
		"U3": `"id":"U3","team_id":"T1SHOP","is_ultra_restricted":true`,
		"U4": `"id":"U4","team_id":"T9OTHER","is_stranger":true,"real_name":"Eve"`,
		"U5": `"id":"U5","team_id":"T1SHOP","deleted":true`,
		"U6": `"id":"U6","team_id":"T1SHOP","is_bot":true`,
		"U7": `"id":"U1","team_id":"T1SHOP"`,
		"U9": `"id":"U9","team_id":"T9OTHER"`,
	}
	api := newAPI(t, func(method string, w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		body := `{"ok":true,"team_id":"T1SHOP","user_id":"U0BOT","bot_id":"B0BOT"}`
		if u, ok := users[r.PostForm.Get("user")]; method == "users.info" && ok {
			body = `{"ok":true,"user":{` + u + `}}`
		} else if method == "users.info" {
			body = `{"ok":false,"error":"user_not_found"}`
		}
		says(body)(method, w, r)
	})
	a, _ := newApp(t, api.URL, &desk{}, func(c *Config) { c.Clock = func() time.Time { return now } })
	for _, v := range []struct {
		team, user string
		want       plan.Actor
	}{
		{"T1SHOP", "U1", plan.Actor{Team: "T1SHOP", User: "U1", Name: "Anna"}},
		{"", "U1", plan.Actor{Team: "T1SHOP", User: "U1", Name: "Anna"}},
		{"T9OTHER", "U1", plan.Actor{Team: "T9OTHER", User: "U1", Name: "Anna", Foreign: true}},
		{"T1SHOP", "U2", plan.Actor{Team: "T1SHOP", User: "U2", Name: "guest", Guest: true}},
		{"T1SHOP", "U3", plan.Actor{Team: "T1SHOP", User: "U3", Name: "U3", Guest: true}},
		{"T1SHOP", "U4", plan.Actor{Team: "T1SHOP", User: "U4", Name: "Eve", Foreign: true}},
		{"T1SHOP", "U5", plan.Actor{Team: "T1SHOP", User: "U5", Name: "U5", Deactivated: true}},
		{"T1SHOP", "U6", plan.Actor{Team: "T1SHOP", User: "U6", Name: "U6", Bot: true}},
		{"T1SHOP", "U7", plan.Actor{Team: "T1SHOP", User: "U7", Name: "U1", Foreign: true}},
		{"T1SHOP", "U9", plan.Actor{Team: "T1SHOP", User: "U9", Name: "U9", Foreign: true}},
		{"T1SHOP", "U8", plan.Actor{Team: "T1SHOP", User: "U8", Foreign: true}},
	} {
		got, err := a.Person(context.Background(), v.team, v.user)
		if err != nil || got != v.want {
			t.Errorf("%s/%s: %+v, %v; want %+v", v.team, v.user, got, err, v.want)
		}
	}
	asked := api.count("users.info")
	ask := func() {
		t.Helper()
		if _, err := a.Person(context.Background(), "T1SHOP", "U1"); err != nil {
			t.Fatal(err)
		}
	}
	now = now.Add(10*time.Minute - time.Second)
	ask()
	if n := api.count("users.info"); n != asked {
		t.Error("asked again within ten minutes")
	}
	now = now.Add(time.Second)
	ask()
	if n := api.count("users.info"); n != asked+1 {
		t.Error("not asked again after ten minutes")
	}
	now = now.Add(-time.Hour) // a clock set back must not make old answers young
	ask()
	if n := api.count("users.info"); n != asked+2 {
		t.Error("an answer from the future was trusted")
	}
	api.answer = status(500, "", "")
	now = now.Add(2 * time.Hour)
	if _, err := a.Person(context.Background(), "T1SHOP", "U1"); class(err) != "again" {
		t.Errorf("Slack down: %v", err)
	}
	if api.count("auth.test") != 1 {
		t.Errorf("auth.test called %d times", api.count("auth.test"))
	}
}
