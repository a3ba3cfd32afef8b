package workspace_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"quartermaster/bot/workspace"
)

// call sends a raw Web API request and returns the status, headers and body.
func (s *shop) call(t *testing.T, method, contentType, body string, header http.Header) (int, http.Header, map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+"/api/"+method, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(req.Header, header)
	req.Header.Set("Content-Type", contentType)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer closeBody(t, resp)
	var out map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	return resp.StatusCode, resp.Header, out
}

func closeBody(t *testing.T, resp *http.Response) {
	t.Helper()
	if err := resp.Body.Close(); err != nil {
		t.Error(err)
	}
}

const formType = "application/x-www-form-urlencoded"

func bearer(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }

func TestErrorsAsSlackSendsThem(t *testing.T) {
	s := open(t, nil)
	mara := s.As("U1MARA")
	if err := mara.Say("stock", "", "by hand"); err != nil {
		t.Fatal(err)
	}
	byHand := s.Channel("stock").Messages()[0].TS
	long := strings.Repeat("x", 40001)
	for _, c := range []struct {
		method, args, want string
	}{
		{"chat.postMessage", "channel=C1STOCK&text=", "no_text"},
		{"chat.postMessage", "text=x", "channel_not_found"},
		{"chat.postMessage", "channel=C9&text=x", "channel_not_found"},
		{"chat.postMessage", "channel=C2SECRET&text=x", "channel_not_found"},
		{"chat.postMessage", "channel=C3OLD&text=x", "is_archived"},
		{"chat.postMessage", "channel=C4OUT&text=x", "not_in_channel"},
		{"chat.postMessage", "channel=U4GONE&text=x", "user_disabled"},
		{"chat.postMessage", "channel=C1STOCK&text=" + long, "msg_too_long"},
		{"chat.postMessage", "channel=C1STOCK&text=x&thread_ts=1.000001", "thread_not_found"},
		{"chat.postMessage", "channel=C1STOCK&text=x&blocks=nonsense", "invalid_blocks_format"},
		{"chat.postMessage", "channel=C1STOCK&text=x&blocks={}", "invalid_blocks_format"},
		{"chat.postMessage", `channel=C1STOCK&text=x&blocks=[{"type":"nope"}]`, "invalid_blocks"},
		{"chat.postMessage", "channel=C1STOCK&text=x&metadata=nonsense", "invalid_metadata_format"},
		{"chat.postMessage", `channel=C1STOCK&text=x&metadata={"event_type":"a"}`, "invalid_metadata_schema"},
		{"chat.update", "channel=C1STOCK&ts=1.2&text=x", "message_not_found"},
		{"chat.update", "channel=C1STOCK&text=x&ts=" + byHand, "cant_update_message"},
		{"chat.delete", "channel=C1STOCK&ts=" + byHand, "cant_delete_message"},
		{"chat.postEphemeral", "channel=C1STOCK&text=x&user=U3GUEST", "user_not_in_channel"},
		{"conversations.history", "channel=C4OUT", "not_in_channel"},
		{"conversations.history", "channel=C1STOCK&limit=x", "invalid_limit"},
		{"conversations.history", "channel=C1STOCK&cursor=x", "invalid_cursor"},
		{"conversations.history", "channel=C1STOCK&oldest=x", "invalid_ts_oldest"},
		{"conversations.replies", "channel=C1STOCK&ts=1.2", "thread_not_found"},
		{"conversations.list", "types=im", "missing_scope"},
		{"conversations.list", "types=x", "invalid_types"},
		{"conversations.open", "", "users_list_not_supplied"},
		{"conversations.open", "users=U9", "user_not_found"},
		{"conversations.join", "channel=C4OUT", "missing_scope"},
		{"users.info", "user=U9", "user_not_found"},
		{"users.lookupByEmail", "email=x", "missing_scope"},
		{"files.info", "file=F1", "file_not_found"},
		{"files.completeUploadExternal", `files=[{"id":"F1"}]`, "file_not_found"},
		{"views.open", "trigger_id=1", "invalid_arguments"},
		{"views.open", `trigger_id=1&view={"type":"modal","title":{"type":"plain_text","text":"T"},"blocks":[]}`, "invalid_trigger_id"},
		{"views.update", "view_id=V1", "not_found"},
		{"views.publish", "user_id=U9", "user_not_found"},
		{"apps.connections.open", "", "not_allowed_token_type"},
		{"chat.nothing", "", "unknown_method"},
	} {
		t.Run(c.method+" "+c.want, func(t *testing.T) {
			status, _, out := s.call(t, c.method, formType, c.args, bearer("xoxb-local"))
			if status != http.StatusOK || out["ok"] != false || out["error"] != c.want {
				t.Errorf("%d %v, want %s", status, out, c.want)
			}
		})
	}
	if n := s.Posts("stock"); n != 0 {
		t.Errorf("%d posts came of refused calls", n)
	}
}

func TestTokens(t *testing.T) {
	s := open(t, nil)
	for _, c := range []struct {
		name, contentType, body string
		header                  http.Header
		want                    any
	}{
		{"header", formType, "", bearer("xoxb-local"), nil},
		{"form", formType, "token=xoxb-local", nil, nil},
		{"json", "application/json", `{"token":"xoxb-local"}`, nil, nil},
		{"none", formType, "", nil, "not_authed"},
		{"wrong", formType, "token=xoxb-other", nil, "invalid_auth"},
		{"bad json", "application/json", `{`, bearer("xoxb-local"), "invalid_json"},
		{"list", "application/json", `[]`, bearer("xoxb-local"), "json_not_object"},
		{"bad form", formType, "a=%zz", bearer("xoxb-local"), "invalid_form_data"},
	} {
		if _, _, out := s.call(t, "auth.test", c.contentType, c.body, c.header); out["error"] != c.want {
			t.Errorf("%s: %v, want %v", c.name, out, c.want)
		}
	}
	if _, _, out := s.call(t, "auth.test?token=xoxb-local", formType, "", nil); out["error"] != "not_authed" {
		t.Errorf("a token in the query was taken: %v", out)
	}
	_, header, out := s.call(t, "users.lookupByEmail", formType, "email=a@b.example", bearer("xoxb-local"))
	if out["needed"] != "users:read.email" || !strings.Contains(fmt.Sprint(out["provided"]), "chat:write") || header.Get("X-OAuth-Scopes") == "" {
		t.Errorf("missing_scope without details: %v", out)
	}
}

func TestPostUpdateHistory(t *testing.T) {
	s := open(t, nil)
	ctx := within(t)
	meta := slack.SlackMetadata{EventType: "card", EventPayload: map[string]any{"key": "k1"}}
	channel, ts, err := s.client.PostMessageContext(ctx, "#stock", slack.MsgOptionText("one", false), slack.MsgOptionBlocks(card("Go")...), slack.MsgOptionMetadata(meta))
	if err != nil || channel != "C1STOCK" {
		t.Fatalf("%s %v", channel, err)
	}
	if _, _, err := s.client.PostMessageContext(ctx, "C1STOCK", slack.MsgOptionText("log", false), slack.MsgOptionTS(ts)); err != nil {
		t.Fatal(err)
	}
	last := ts
	for i := range 5 {
		_, next, err := s.client.PostMessageContext(ctx, "C1STOCK", slack.MsgOptionText(strconv.Itoa(i), false))
		if err != nil || next <= last {
			t.Fatalf("ts %s after %s: %v", next, last, err)
		}
		last = next
	}
	h, err := s.client.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: "C1STOCK", Limit: 4, IncludeAllMetadata: true})
	if err != nil || len(h.Messages) != 4 || !h.HasMore || h.Messages[0].Text != "4" {
		t.Fatalf("first page: %+v %v", h, err)
	}
	h, err = s.client.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: "C1STOCK", Limit: 4, Cursor: h.ResponseMetaData.NextCursor, IncludeAllMetadata: true})
	if err != nil || len(h.Messages) != 2 || h.HasMore {
		t.Fatalf("second page: %+v %v", h, err)
	}
	head := h.Messages[1]
	if head.ReplyCount != 1 || head.BotID == "" || head.User == "" || head.BotProfile == nil {
		t.Errorf("head: %+v", head.Msg)
	}
	if diff := cmp.Diff(meta, head.Metadata); diff != "" {
		t.Error(diff)
	}
	h, err = s.client.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: "C1STOCK", Oldest: ts, Latest: ts, Inclusive: true})
	if err != nil || len(h.Messages) != 1 || h.Messages[0].Metadata.EventType != "" {
		t.Errorf("metadata without asking: %+v %v", h, err)
	}
	replies, _, _, err := s.client.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{ChannelID: "C1STOCK", Timestamp: ts})
	if err != nil || len(replies) != 2 || replies[1].Text != "log" {
		t.Errorf("replies: %+v %v", replies, err)
	}
	if _, _, _, err := s.client.UpdateMessageContext(ctx, "C1STOCK", ts, slack.MsgOptionText("done", false)); err != nil {
		t.Fatal(err)
	}
	m := s.Channel("stock").Messages()[0]
	if m.Text != "done" || len(m.Blocks) != 0 || m.Edited == nil || m.Metadata == nil {
		t.Errorf("a text alone must take the blocks away and keep the metadata: %+v", m)
	}
	if _, _, err := s.client.DeleteMessageContext(ctx, "C1STOCK", ts); err != nil {
		t.Fatal(err)
	}
	if m := s.Channel("stock").Messages()[0]; m.Subtype != "tombstone" {
		t.Errorf("the head of a thread went without a trace: %+v", m)
	}
	if s.Posts("stock") != 7 || s.Calls()["chat.postMessage"] != 7 {
		t.Errorf("%d posts, calls %v", s.Posts("stock"), s.Calls())
	}
}

func TestDirectMessagesAndPeople(t *testing.T) {
	s := open(t, nil)
	ctx := within(t)
	d, _, err := s.client.PostMessageContext(ctx, "U2LIN", slack.MsgOptionText("hello", false))
	if err != nil || !strings.HasPrefix(d, "D") {
		t.Fatalf("post to a person: %q %v", d, err)
	}
	ch, _, already, err := s.client.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{"U2LIN"}})
	if err != nil || ch.ID != d || !already {
		t.Errorf("open: %+v %v %v", ch, already, err)
	}
	u, err := s.client.GetUserInfoContext(ctx, "U3GUEST")
	if err != nil || !u.IsRestricted || u.Deleted || u.Profile.Email != "" {
		t.Errorf("guest: %+v %v", u, err)
	}
	users, err := s.client.GetUsersContext(ctx, slack.GetUsersOptionLimit(2))
	if err != nil || len(users) != 5 { // four people and the bot
		t.Errorf("%d users, %v", len(users), err)
	}
	list, next, err := s.client.GetConversationsContext(ctx, &slack.GetConversationsParameters{ExcludeArchived: true})
	if err != nil || next != "" || len(list) != 2 || !list[0].IsMember || list[1].IsMember {
		t.Errorf("channels: %+v %v", list, err)
	}
	link, err := s.client.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: d, Ts: s.Channel(d).Messages()[0].TS})
	if err != nil || !strings.HasPrefix(link, s.base) {
		t.Errorf("permalink %q %v", link, err)
	}
}

func TestInvalidBlocksPointAtTheProblem(t *testing.T) {
	s := open(t, nil)
	_, _, err := s.client.PostMessageContext(within(t), "C1STOCK", slack.MsgOptionText("x", false),
		slack.MsgOptionBlocks(slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", strings.Repeat("x", 3001), false, false), nil, nil)))
	var refused slack.SlackErrorResponse
	if !errors.As(err, &refused) || refused.Err != "invalid_blocks" {
		t.Fatal(err)
	}
	want := []string{"[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"}
	if diff := cmp.Diff(want, refused.ResponseMetadata.Messages); diff != "" || len(refused.Errors) != 1 {
		t.Error(diff, refused.Errors)
	}
	if _, _, err := s.client.PostMessageContext(within(t), "C1STOCK", slack.MsgOptionBlocks(card("Go")...)); err != nil {
		t.Fatal(err)
	}
	if s.Warnings()["missing_text_in_message"] != 1 {
		t.Errorf("warnings: %v", s.Warnings())
	}
}

func TestUploadAndShow(t *testing.T) {
	s := open(t, func(c *workspace.Config) { c.Scopes = workspace.DefaultScopes })
	ctx := within(t)
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	up := func(name string, data []byte, size int) (*slack.FileSummary, error) {
		return s.client.UploadFileContext(ctx, slack.UploadFileParameters{Filename: name, FileSize: size, Reader: bytes.NewReader(data)})
	}
	f, err := up("chart.png", picture.Bytes(), picture.Len())
	if err != nil {
		t.Fatal(err)
	}
	show := func(id string) error {
		img := &slack.ImageBlock{Type: "image", SlackFile: &slack.SlackFileObject{ID: id}, AltText: "chart"}
		_, _, err := s.client.PostMessageContext(ctx, "C1STOCK", slack.MsgOptionText("x", false), slack.MsgOptionBlocks(img))
		return err
	}
	if err := show(f.ID); err != nil {
		t.Error(err)
	}
	csv, err := up("o.csv", []byte("a,b\n"), 4)
	if err != nil {
		t.Fatal(err)
	}
	if err := show(csv.ID); err == nil {
		t.Error("a CSV file was shown as an image")
	}
	if err := show("F0NOWHERE"); err == nil {
		t.Error("an image that is not there was shown")
	}
	if _, err := up("o.csv", []byte("a,b\n"), 5); err == nil {
		t.Error("a wrong size was taken")
	}
	info, _, _, err := s.client.GetFileInfoContext(ctx, csv.ID, 0, 0)
	if err != nil || info.Mimetype != "text/csv" || info.Size != 4 {
		t.Errorf("info: %+v %v", info, err)
	}
	var back bytes.Buffer
	if err := s.client.GetFileContext(ctx, info.URLPrivate, &back); err != nil || back.String() != "a,b\n" {
		t.Errorf("read back %q %v", back.String(), err)
	}
}

func TestFaults(t *testing.T) {
	s := open(t, nil)
	ctx := within(t)
	post := func(channel string) error {
		_, _, err := s.client.PostMessageContext(ctx, channel, slack.MsgOptionText("x", false))
		return err
	}
	s.Fault(workspace.Fault{Kind: workspace.RateLimit, Method: "chat.postMessage", Channel: "stock", Times: 2, RetryAfter: 7 * time.Second})
	for range 2 {
		var limited *slack.RateLimitedError
		if err := post("C1STOCK"); !errors.As(err, &limited) || limited.RetryAfter != 7*time.Second {
			t.Fatalf("want 429: %v", err)
		}
		if err := post("C5PRIV"); err != nil {
			t.Fatalf("another channel was hit: %v", err)
		}
	}
	for _, c := range []struct {
		kind  workspace.FaultKind
		posts int // messages that came to be
		lives int // messages to be seen after
		fails bool
	}{
		{workspace.ServerError, 0, 0, true},
		{workspace.Reset, 0, 0, true},
		{workspace.LoseAnswer, 1, 1, true},
		{workspace.Vanish, 1, 0, false},
		{workspace.Refuse, 0, 0, true},
	} {
		posts, lives := s.Posts("stock"), len(s.Channel("stock").Messages())
		sw := s.Fault(workspace.Fault{Kind: c.kind, Method: "chat.postMessage", Times: 1, Code: "fatal_error"})
		if err := post("C1STOCK"); (err != nil) != c.fails {
			t.Errorf("%s: %v", c.kind, err)
		}
		if got := s.Posts("stock") - posts; got != c.posts || sw.Hits() != 1 {
			t.Errorf("%s: %d posts, %d hits", c.kind, got, sw.Hits())
		}
		if got := len(s.Channel("stock").Messages()) - lives; got != c.lives {
			t.Errorf("%s: %d messages left", c.kind, got)
		}
		if err := post("C1STOCK"); err != nil {
			t.Errorf("after %s: %v", c.kind, err)
		}
	}
	hang := s.Fault(workspace.Fault{Kind: workspace.Hang})
	failed := make(chan error, 1)
	go func() { failed <- post("C1STOCK") }()
	for hang.Hits() == 0 && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	hang.Clear()
	if err := <-failed; err == nil {
		t.Error("a call that hung was answered")
	}
}

func TestPacing(t *testing.T) {
	var seconds atomic.Int64
	seconds.Store(1_700_000_000)
	s := open(t, func(c *workspace.Config) {
		c.PostEvery, c.Clock = time.Second, func() time.Time { return time.Unix(seconds.Load(), 0) }
	})
	post := func() error {
		_, _, err := s.client.PostMessageContext(within(t), "C1STOCK", slack.MsgOptionText("x", false))
		return err
	}
	if err := post(); err != nil {
		t.Fatal(err)
	}
	if err := post(); err == nil {
		t.Error("two posts in one second")
	}
	seconds.Add(1)
	if err := post(); err != nil {
		t.Error(err)
	}
	m := s.Channel("stock").Messages()
	if m[0].TS != "1700000000.000000" || m[1].TS != "1700000001.000000" {
		t.Errorf("ts %s %s", m[0].TS, m[1].TS)
	}
}

// FuzzAPI sends arbitrary bodies: the answer is always JSON, never a 5xx.
func FuzzAPI(f *testing.F) {
	w, err := workspace.New(config())
	if err != nil {
		f.Fatal(err)
	}
	f.Add("chat.postMessage", formType, "channel=C1STOCK&text=x&blocks=[{}]")
	f.Add("chat.postMessage", "application/json", `{"channel":"C1STOCK","text":1,"metadata":{"event_type":1}}`)
	f.Add("views.publish", "application/json", `{"user_id":"U1MARA","view":{"type":"home","blocks":[null]}}`)
	f.Add("conversations.history", formType, "channel=C1STOCK&oldest=9.9.9&cursor=next:99")
	f.Add("files.completeUploadExternal", "multipart/form-data; boundary=x", "--x\r\n\r\n--x--")
	f.Fuzz(func(t *testing.T, method, contentType, body string) {
		req := httptest.NewRequest(http.MethodPost, "http://localhost/api/x", strings.NewReader(body))
		req.URL = &url.URL{Scheme: "http", Host: "localhost", Path: "/api/" + strings.Trim(method, "/.")}
		req.Header.Set("Content-Type", contentType)
		req.Header.Set("Authorization", "Bearer xoxb-local")
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, req)
		if rec.Code >= 500 {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		if raw, _ := io.ReadAll(rec.Body); rec.Code == http.StatusOK && !json.Valid(raw) {
			t.Fatalf("not JSON: %s", raw)
		}
	})
}
