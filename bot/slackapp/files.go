package slackapp

import (
	"bytes"
	"context"
	"strings"

	"github.com/slack-go/slack"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
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
