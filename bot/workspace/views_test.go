package workspace_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"quartermaster/bot/workspace"
)

func modal(title string, blocks ...slack.Block) slack.ModalViewRequest {
	return slack.ModalViewRequest{Type: "modal", CallbackID: "c", Title: slack.NewTextBlockObject("plain_text", title, false, false),
		Submit: slack.NewTextBlockObject("plain_text", "Save", false, false), Blocks: slack.Blocks{BlockSet: blocks}, NotifyOnClose: true}
}

func TestViews(t *testing.T) {
	clock := &stopwatch{}
	triggers, closed := make(chan string, 8), make(chan bool, 8)
	var answer any
	h := newWebhook(t, func(rw http.ResponseWriter, r *http.Request) {
		cb, err := slack.InteractionCallbackParse(r)
		if err != nil {
			t.Error(err)
		}
		switch cb.Type {
		case slack.InteractionTypeBlockActions:
			triggers <- cb.TriggerID
		case slack.InteractionTypeViewSubmission:
			if answer != nil {
				_ = json.NewEncoder(rw).Encode(answer)
			}
		case slack.InteractionTypeViewClosed:
			closed <- cb.IsCleared
		}
	})
	s := open(t, func(c *workspace.Config) { byHTTP(h)(c); c.Clock = clock.now })
	ctx := within(t)
	if _, _, err := s.client.PostMessageContext(ctx, "C1STOCK", slack.MsgOptionText("x", false), slack.MsgOptionBlocks(card("Go")...)); err != nil {
		t.Fatal(err)
	}
	mara, message := s.As("U1MARA"), s.Channel("stock").Messages()[0]
	gesture := func() string {
		if _, err := mara.Click(ctx, message, "approve"); err != nil {
			t.Fatal(err)
		}
		return <-triggers
	}
	name := slack.NewInputBlock("name", slack.NewTextBlockObject("plain_text", "Name", false, false), nil, slack.NewPlainTextInputBlockElement(nil, "v"))
	refused := func(what, want string, err error) {
		t.Helper()
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", what, err, want)
		}
	}
	id := gesture()
	first, err := s.client.OpenViewContext(ctx, id, modal("One", name))
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.client.OpenViewContext(ctx, id, modal("Again", name))
	refused("a used trigger", "exchanged_trigger_id", err)
	late := gesture()
	clock.shift(3001 * time.Millisecond)
	_, err = s.client.PushViewContext(ctx, late, modal("Late", name))
	refused("a late trigger", "expired_trigger_id", err)
	_, err = s.client.UpdateViewContext(ctx, modal("Two", name), "", "stale", first.ID)
	refused("a stale hash", "hash_conflict", err)
	second, err := s.client.UpdateViewContext(ctx, modal("Two", name), "", first.Hash, first.ID)
	if err != nil || second.ID != first.ID || second.Hash == first.Hash {
		t.Errorf("update: %+v %v", second, err)
	}
	big := modal("Big", name)
	big.PrivateMetadata = strings.Repeat("x", 3001)
	_, err = s.client.UpdateViewContext(ctx, big, "", "", first.ID)
	refused("private_metadata", "invalid_arguments", err)
	for i := range 2 {
		if _, err := s.client.PushViewContext(ctx, gesture(), modal(fmt.Sprint("Push ", i), name)); err != nil {
			t.Fatal(err)
		}
	}
	_, err = s.client.PushViewContext(ctx, gesture(), modal("Too many", name))
	refused("a fourth view", "push_limit_reached", err)

	if err := mara.CloseView(ctx); err != nil || <-closed {
		t.Errorf("close: %v", err)
	}
	answer = slack.NewErrorsViewSubmissionResponse(map[string]string{"name": "taken"})
	sub, err := mara.SubmitView(ctx, map[string]any{"v": "x"})
	if err != nil || sub.Errors["name"] != "taken" {
		t.Errorf("errors: %+v %v", sub, err)
	}
	sub, err = mara.SubmitView(ctx, map[string]any{"v": ""})
	if err != nil || sub.Errors["name"] == "" || sub.Errors["name"] == "taken" {
		t.Errorf("an empty required field reached the app: %+v %v", sub, err)
	}
	answer = slack.NewErrorsViewSubmissionResponse(map[string]string{"nowhere": "x"})
	if _, err = mara.SubmitView(ctx, map[string]any{"v": "x"}); err == nil {
		t.Error("errors for a block that is not there were taken")
	}
	next := modal("Updated", slack.NewDividerBlock())
	answer = slack.NewUpdateViewSubmissionResponse(&next)
	if _, err = mara.SubmitView(ctx, map[string]any{"v": "x"}); err != nil {
		t.Error(err)
	}
	if v, ok := mara.View(); !ok || v.Title["text"] != "Updated" {
		t.Errorf("view: %+v", v)
	}
	answer = slack.NewClearViewSubmissionResponse()
	if _, err = mara.SubmitView(ctx, nil); err != nil {
		t.Error(err)
	}
	if v, ok := mara.View(); ok {
		t.Errorf("still open: %+v", v)
	}
}

// A file chosen in a form reaches the app as Slack sends it: a file object in the state
// of the view, to be fetched with the bot's token.
func TestFileInAForm(t *testing.T) {
	triggers, values := make(chan string, 8), make(chan *slack.InteractionCallback, 8)
	h := newWebhook(t, func(_ http.ResponseWriter, r *http.Request) {
		cb, err := slack.InteractionCallbackParse(r)
		if err != nil {
			t.Error(err)
		}
		if cb.Type == slack.InteractionTypeBlockActions {
			triggers <- cb.TriggerID
		} else {
			values <- &cb
		}
	})
	s := open(t, byHTTP(h))
	ctx := within(t)
	if _, _, err := s.client.PostMessageContext(ctx, "C1STOCK", slack.MsgOptionText("x", false), slack.MsgOptionBlocks(card("Go")...)); err != nil {
		t.Fatal(err)
	}
	mara := s.As("U1MARA")
	if _, err := mara.Click(ctx, s.Channel("stock").Messages()[0], "approve"); err != nil {
		t.Fatal(err)
	}
	field := slack.NewInputBlock("file", slack.NewTextBlockObject("plain_text", "File", false, false), nil,
		slack.NewFileInputBlockElement("file").WithMaxFiles(1).WithFileTypes("toml"))
	if _, err := s.client.OpenViewContext(ctx, <-triggers, modal("Import", field)); err != nil {
		t.Fatal(err)
	}
	upload := func(name, body string) string {
		status, out := s.ask(t, "POST", "/ui/upload?user=U1MARA&name="+name, body, map[string]string{"X-Workspace": "1"})
		var f struct{ ID string }
		if err := json.Unmarshal([]byte(out), &f); status != http.StatusOK || err != nil {
			t.Fatal(status, out)
		}
		return f.ID
	}
	shop := upload("shop.toml", "[shop]\n")
	for want, ids := range map[string][]string{
		"complete this required field": nil, "no more than 1": {shop, upload("b.toml", "x")}, "one of these types: toml": {upload("a.png", "x")}, "choose the file again": {"F0NONE"},
	} {
		if sub, err := mara.SubmitView(ctx, map[string]any{"file": ids}); err != nil || !strings.Contains(sub.Errors["file"], want) {
			t.Errorf("%v: %+v, %v, want %q", ids, sub, err, want)
		}
	}
	if sub, err := mara.SubmitView(ctx, map[string]any{"file": []string{shop}}); err != nil || len(sub.Errors) > 0 {
		t.Fatalf("%+v, %v", sub, err)
	}
	files := (<-values).View.State.Values["file"]["file"].Files
	if len(files) != 1 || files[0].ID != shop || files[0].Name != "shop.toml" || files[0].User != "U1MARA" {
		t.Fatalf("files: %+v", files)
	}
	var got strings.Builder
	if err := s.client.GetFileContext(ctx, files[0].URLPrivateDownload, &got); err != nil || got.String() != "[shop]\n" {
		t.Errorf("downloaded %q, %v", got.String(), err)
	}
}

// A form that takes files needs an app that may read them.
func TestFileInputNeedsScope(t *testing.T) {
	s := open(t, func(c *workspace.Config) { c.Scopes = []string{"chat:write"} })
	field := slack.NewInputBlock("file", slack.NewTextBlockObject("plain_text", "File", false, false), nil, slack.NewFileInputBlockElement("file"))
	_, err := s.client.OpenViewContext(within(t), "1.2.3", modal("Import", field))
	if api, ok := errors.AsType[slack.SlackErrorResponse](err); !ok || !strings.Contains(strings.Join(api.ResponseMetadata.Messages, " "), "files:read") {
		t.Errorf("%v", err)
	}
}

func TestHomeTab(t *testing.T) {
	s := open(t, nil)
	ctx := within(t)
	publish := func(text string, hash *string) (*slack.ViewResponse, error) {
		return s.client.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: "U1MARA", Hash: hash, View: slack.HomeTabViewRequest{Type: "home",
			Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", text, false, false), nil, nil)}}}})
	}
	v, err := publish("one", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := publish("two", &v.Hash); err != nil {
		t.Fatal(err)
	}
	if _, err := publish("three", &v.Hash); err == nil || err.Error() != "hash_conflict" {
		t.Error(err)
	}
	home, ok := s.As("U1MARA").Home()
	if !ok || home.Blocks[0]["text"].(map[string]any)["text"] != "two" {
		t.Errorf("home: %+v", home)
	}
}
