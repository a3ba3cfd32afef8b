package slackapp

import (
	"context"
	"strings"
	"time"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/core/simulate"
)

// studyTime bounds a replay or a stress test; Slack takes the answer for half an hour.
const studyTime = 20 * time.Minute

// wantsStudy reads the commands whose answer takes longer than an acknowledgement may.
func (a *App) wantsStudy(in Inbound) (func(context.Context) (cards.Message, error), bool) {
	sub, rest, _ := strings.Cut(strings.TrimSpace(in.Text), " ")
	rest = strings.TrimSpace(rest)
	switch sub = strings.ToLower(sub); {
	case sub == "simulate" && rest == "":
		return func(ctx context.Context) (cards.Message, error) {
			v, err := a.desk.Replay(ctx)
			return cards.ReplayAnswer(v), err
		}, true
	case sub == "stress":
		shocks, err := simulate.ParseShocks(rest)
		return func(ctx context.Context) (cards.Message, error) {
			v, err := a.desk.Stress(ctx, shocks)
			return cards.StressAnswer(v), err
		}, err == nil
	}
	return nil, false
}

// study answers, for the person who asked only, once the study is done.
func (a *App) study(ctx context.Context, in Inbound, f func(context.Context) (cards.Message, error)) {
	m, err := f(ctx)
	if err != nil {
		m = cards.Note(a.cfg.Language(), a.excuse("simulate", err, ""))
	}
	if err := cards.Check(m); err != nil {
		a.note("draw a study", err)
		m = cards.Note(a.cfg.Language(), m.Text)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fillTime)
	defer cancel()
	click := jobs.Click{User: in.User, Message: jobs.MessageRef{Channel: in.Channel}, ResponseURL: in.ResponseURL}
	a.note("tell about a study", a.answer(ctx, click, m))
}
