package slackapp

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/connectors"
)

// hand makes a file and gives it to the person who asked, in a direct message: what
// is in it may be for nobody else.
func (a *App) hand(ctx context.Context, in Inbound, file func(context.Context) (jobs.File, error)) {
	f, err := file(ctx)
	if err == nil {
		err = a.give(ctx, in.User, f)
	}
	answer := cards.FileSent(f.Name, f.Note, f.Language)
	if err != nil {
		answer = cards.Note(a.cfg.Language(), a.excuse("send a file", err, ""))
	}
	click := jobs.Click{User: in.User, Message: jobs.MessageRef{Channel: in.Channel}, ResponseURL: in.ResponseURL}
	a.note("tell about a file", a.answer(ctx, click, answer))
}

// give uploads a file into the direct messages with a person.
func (c *Client) give(ctx context.Context, user string, f jobs.File) error {
	dm, _, _, err := c.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{user}})
	if err != nil {
		return c.failed("conversations.open", "", err, nil)
	}
	_, err = c.api.UploadFileContext(ctx, slack.UploadFileParameters{
		Filename: f.Name, Title: f.Name, FileSize: len(f.Data), Reader: bytes.NewReader(f.Data), Channel: dm.ID, InitialComment: f.Note,
	})
	return c.failed("upload", "", err, nil)
}

// fetch reads a file that a person put into a form, of at most most bytes. What stands
// in the way is a *jobs.UserError when the person can do something about it.
func (c *Client) fetch(ctx context.Context, id string, most int) ([]byte, error) {
	f, _, _, err := c.api.GetFileInfoContext(ctx, id, 0, 0)
	switch code := apiCode(err); {
	case code == "file_not_found" || code == "file_deleted":
		return nil, &jobs.UserError{Text: "Slack does not have this file any more. Please choose it again."}
	case code == "missing_scope" || code == "not_allowed_token_type":
		return nil, &jobs.UserError{Text: "The app may not read files in this workspace. Please paste the text, or install the app again with the printed manifest."}
	case err != nil:
		return nil, c.failed("files.info", "", err, nil)
	case f.Size > most:
		return nil, &jobs.UserError{Text: fmt.Sprintf("This file is too large: %d kB, %d kB at most.", (f.Size+1023)>>10, most>>10)}
	}
	got := &bounded{most: most}
	if err := c.api.GetFileContext(ctx, cmp.Or(f.URLPrivateDownload, f.URLPrivate), got); err != nil {
		return nil, c.failed("file download", "", err, nil)
	}
	return got.data, nil
}

// bounded takes at most so many bytes.
type bounded struct {
	data []byte
	most int
}

func (b *bounded) Write(p []byte) (int, error) {
	if len(b.data)+len(p) > b.most {
		return 0, fmt.Errorf("file download: %w: more than %d bytes", connectors.ErrPermanent, b.most)
	}
	b.data = append(b.data, p...)
	return len(p), nil
}

// wantsFile reads the commands that are answered with a file.
func (a *App) wantsFile(in Inbound) (func(context.Context) (jobs.File, error), bool) {
	if wants(in.Text, "settings export") {
		return a.settingsFile(in), true
	}
	if strings.EqualFold(strings.TrimSpace(in.Text), "report") {
		return a.weekFile, true
	}
	words := strings.Fields(in.Text)
	if len(words) == 0 || !strings.EqualFold(words[0], "export") {
		return nil, false
	}
	q := jobs.ExportRequest{Team: in.Team, User: in.User}
	if len(words) > 1 {
		q.List = words[1]
	}
	q.Format = strings.Join(words[min(len(words), 2):], " ")
	return func(ctx context.Context) (jobs.File, error) { return a.desk.Export(ctx, q) }, true
}

func (a *App) settingsFile(in Inbound) func(context.Context) (jobs.File, error) {
	return func(ctx context.Context) (jobs.File, error) { return a.desk.SettingsFile(ctx, in.Team, in.User) }
}

// weekFile is the weekly report as of now, to be read or brought to a meeting.
func (a *App) weekFile(ctx context.Context) (jobs.File, error) {
	w, err := a.desk.Week(ctx)
	if err != nil {
		return jobs.File{}, err
	}
	return jobs.File{Name: cards.WeekFileName(w.Facts.Day), Note: "The weekly report", Language: w.Shop.Language,
		Data: cards.WeekFile(w, func(user string) string { return a.name(ctx, user) })}, nil
}
