package slackapp

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/core/plan"
)

// Slack looks at an uploaded file before it may be shown, which takes a moment.
const (
	firstLook = 200 * time.Millisecond // doubled with each further look
	lookTime  = 10 * time.Second
)

// Upload hands a picture over without sharing it anywhere, and waits until Slack
// has looked at it. Looking needs the right files:read; without it the
// picture is given back at once, and a card whose picture Slack does not take yet
// goes out without (see retell).
func (c *Client) Upload(ctx context.Context, name, alt string, png []byte) (string, error) {
	const method = "upload"
	f, err := c.api.UploadFileContext(ctx, slack.UploadFileParameters{
		Filename: name, Title: name, AltTxt: alt, FileSize: len(png), Reader: bytes.NewReader(png),
	})
	if err != nil {
		return "", c.failed(method, "", err, nil)
	}
	return f.ID, c.processed(ctx, f.ID)
}

// processed waits until Slack knows what kind of file it is.
func (c *Client) processed(ctx context.Context, file string) error {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for wait := firstLook; ; wait *= 2 {
		select {
		case <-ctx.Done():
			return fmt.Errorf("upload: Slack is still looking at file %s: %w", file, ctx.Err())
		case <-timer.C:
		}
		f, _, _, err := c.api.GetFileInfoContext(ctx, file, 0, 0)
		switch code := apiCode(err); {
		case err == nil && f.Mimetype != "":
			return nil
		case code == "missing_scope" || code == "not_allowed_token_type":
			return nil
		case err != nil && code != "file_not_found":
			return c.failed("files.info", "", err, nil)
		}
		timer.Reset(wait)
	}
}

// retell draws a card again without its picture when that is what Slack refused:
// nothing was posted then, and the words matter more. ok is false otherwise.
func retell(card plan.Card, err error) (m cards.Message, ok bool) {
	if err == nil || card.Picture == nil || apiCode(err) != "invalid_blocks" {
		return m, false
	}
	card.Picture = nil
	return cards.Render(card), true
}
