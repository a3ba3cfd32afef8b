package slackapp

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"testing"
	"time"

	"quartermaster/bot/jobs"
	"quartermaster/bot/workspace"
	"quartermaster/connectors"
	"quartermaster/core/plan"
)

func somePNG(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 12, 6))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// images returns the image blocks of a message.
func images(m workspace.Message) (out []workspace.Block) {
	for _, b := range m.Blocks {
		if b["type"] == "image" {
			out = append(out, b)
		}
	}
	return out
}

// TestChart uploads a picture, waits while Slack looks at it, and shows it on a
// card by its id.
func TestChart(t *testing.T) {
	t.Parallel()
	f := open(t, HTTP)
	look := f.Fault(workspace.Fault{Kind: workspace.Refuse, Method: "files.info", Code: "file_not_found", Times: 2})
	id, err := f.app.Upload(f.ctx, "stock.png", "what it shows", somePNG(t))
	if err != nil || look.Hits() != 2 {
		t.Fatalf("%v after %d looks", err, look.Hits())
	}
	c := card()
	c.Picture = &plan.Picture{File: id, Alt: "SOLAR-01 runs out on 27 November"}
	ref, m := f.post(t, c)
	if got := images(m); len(got) != 1 || got[0]["alt_text"] != c.Picture.Alt {
		t.Fatalf("images %v", got)
	}

	// A picture that Slack does not take is left off; the card still comes, once.
	refuse := func(method string) {
		f.Fault(workspace.Fault{Kind: workspace.Refuse, Method: method, Code: "invalid_blocks", Times: 1})
	}
	refuse("chat.update")
	c.Version++
	if err := f.app.Update(f.ctx, ref, c); err != nil {
		t.Fatal(err)
	}
	if m := f.Channel("stock").Messages()[0]; len(images(m)) != 0 || m.TS != ref.TS {
		t.Errorf("after an update without the picture: %v", images(m))
	}
	refuse("chat.postMessage")
	c.Key = "restock/13"
	if _, m := f.post(t, c); len(images(m)) != 0 || m.Metadata.EventPayload["key"] != "card/restock/13" {
		t.Errorf("after a post without the picture: %v, %+v", images(m), m.Metadata)
	}
	if n := len(f.Channel("stock").Messages()); n != 2 {
		t.Errorf("%d messages, want 2", n)
	}

	// Refused without a picture, it is refused.
	c.Picture, c.Key = nil, "restock/14"
	refuse("chat.postMessage")
	if _, err := f.app.Post(f.ctx, "C0STOCK", "card/restock/14", c); !errors.Is(err, connectors.ErrPermanent) {
		t.Errorf("invalid blocks without a picture: %v", err)
	}
}

// TestChartRights: without the right to look the picture is used as it is; without
// the right to upload there is an error, which holds no secret.
func TestChartRights(t *testing.T) {
	t.Parallel()
	f := open(t, HTTP)
	look := f.Fault(workspace.Fault{Kind: workspace.Refuse, Method: "files.info", Code: "missing_scope"})
	if id, err := f.app.Upload(f.ctx, "stock.png", "alt", somePNG(t)); err != nil || id == "" || look.Hits() != 1 {
		t.Errorf("%q %v after %d looks", id, err, look.Hits())
	}
	f.Fault(workspace.Fault{Kind: workspace.Refuse, Method: "files.getUploadURLExternal", Code: "missing_scope", Times: 1})
	_, err := f.app.Upload(f.ctx, "stock.png", "alt", somePNG(t))
	if !errors.Is(err, jobs.ErrClosed) {
		t.Errorf("without files:write: %v", err)
	}
	noSecrets(t, err.Error())

	// A time-out of the caller ends the waiting.
	look.Clear()
	f.Fault(workspace.Fault{Kind: workspace.Refuse, Method: "files.info", Code: "file_not_found"})
	ctx, cancel := context.WithTimeout(f.ctx, 50*time.Millisecond)
	defer cancel()
	if _, err := f.app.Upload(ctx, "stock.png", "alt", somePNG(t)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Slack never ready: %v", err)
	}
}
