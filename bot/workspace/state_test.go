package workspace_test

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/slack-go/slack"
	"pgregory.net/rapid"

	"quartermaster/bot/workspace"
)

func TestStateOutlivesARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sub", "workspace.json")
	past := time.Now().Add(-time.Hour)
	s := open(t, func(c *workspace.Config) { c.StatePath = path })
	ctx := within(t)
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		t.Fatal(err)
	}
	f, err := s.client.UploadFileContext(ctx, slack.UploadFileParameters{Filename: "c.png", FileSize: picture.Len(), Reader: &picture})
	if err != nil {
		t.Fatal(err)
	}
	img := &slack.ImageBlock{Type: "image", SlackFile: &slack.SlackFileObject{ID: f.ID}, AltText: "chart"}
	meta := slack.SlackMetadata{EventType: "card", EventPayload: map[string]any{"proposal": 9007199254740993}}
	_, ts, err := s.client.PostMessageContext(ctx, "C1STOCK", slack.MsgOptionText("one", false), slack.MsgOptionBlocks(append(card("Go"), img)...), slack.MsgOptionMetadata(meta))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.client.PostMessageContext(ctx, "C1STOCK", slack.MsgOptionText("reply", false), slack.MsgOptionTS(ts)); err != nil {
		t.Fatal(err)
	}
	direct, _, err := s.client.PostMessageContext(ctx, "U2LIN", slack.MsgOptionText("dm", false))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.client.PostEphemeralContext(ctx, "C1STOCK", "U1MARA", slack.MsgOptionText("gone", false)); err != nil {
		t.Fatal(err)
	}
	until(t, "saved state soon after the change", func() bool { raw, _ := os.ReadFile(path); return bytes.Contains(raw, []byte(`"dm"`)) })
	before := s.Channel("stock").Messages()
	if err := s.Close(ctx); err != nil {
		t.Fatal(err)
	}

	again := open(t, func(c *workspace.Config) { c.StatePath, c.Clock = path, func() time.Time { return past } })
	after := again.Channel("stock").Messages()
	if diff := cmp.Diff(before, after, cmpopts.IgnoreUnexported(workspace.Message{}, workspace.File{})); diff != "" {
		t.Error(diff)
	}
	if len(again.As("U1MARA").Ephemerals("stock")) != 0 || again.Channel(direct).Messages()[0].Text != "dm" {
		t.Error("ephemeral or direct messages")
	}
	_, next, err := again.client.PostMessageContext(ctx, "C1STOCK", slack.MsgOptionText("two", false), slack.MsgOptionBlocks(img))
	if err != nil || next <= ts {
		t.Errorf("ts %s after %s although the clock went back: %v", next, ts, err)
	}
	if _, ok := after[0].Button("Go"); !ok {
		t.Error("the button is gone")
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*.tmp"))
	if err != nil || len(left) > 0 {
		t.Error("temporary files left:", left, err)
	}
}

func TestBadStateAndConfig(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.json")
	for _, content := range []string{"{", `{"version":99}`} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := workspace.New(workspace.Config{StatePath: path}); err == nil {
			t.Errorf("%s was read", content)
		}
	}
	for name, cfg := range map[string]workspace.Config{
		"two users":      {Users: []workspace.User{{ID: "U1", Name: "a"}, {ID: "U1", Name: "b"}}},
		"zone":           {Users: []workspace.User{{ID: "U1", Name: "a", TZ: "Nowhere/City"}}},
		"two channels":   {Channels: []workspace.Channel{{ID: "C1", Name: "a"}, {ID: "C2", Name: "a"}}},
		"unknown member": {Channels: []workspace.Channel{{ID: "C1", Name: "a", Members: []string{"U9"}}}},
		"command":        {CommandNames: []string{"stock"}},
		"no secret":      {EventURL: "http://localhost/"},
	} {
		if _, err := workspace.New(cfg); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// TestTimeStampsOnlyGrow posts while the clock jumps at will.
func TestTimeStampsOnlyGrow(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		now := time.Unix(1_700_000_000, 0)
		w, err := workspace.New(workspace.Config{Clock: func() time.Time { return now }})
		if err != nil {
			r.Fatal(err)
		}
		last := ""
		for range rapid.IntRange(1, 20).Draw(r, "posts") {
			now = now.Add(time.Duration(rapid.Int64Range(-5e9, 5e9).Draw(r, "jump")))
			if err := w.As("U0OWNER").Say("general", "", "x"); err != nil {
				r.Fatal(err)
			}
			list := w.Channel("general").Messages()
			ts := list[len(list)-1].TS
			if ts <= last || len(ts) != 17 {
				r.Fatalf("%s after %s", ts, last)
			}
			last = ts
		}
	})
}
