package main

import (
	"context"
	"os"

	"quartermaster/bot"
	"quartermaster/bot/cards"
	"quartermaster/bot/store"
)

type reportCmd struct {
	shared
}

// Help is shown by report --help.
func (reportCmd) Help() string {
	return `Prints the weekly report as of now in Markdown: what waits, what changed since the last report, where the
forecast was most wrong, open risks by money, what was decided. The schedule "weekly" posts the same in Slack and
keeps the numbers for the next one; this command keeps nothing.
` + environment + `
Example:
  quartermaster report --settings shop.toml > weekly.md`
}

// Run prints the report.
func (r *reportCmd) Run(ctx context.Context) error {
	return r.withStore(ctx, func(c bot.Config, st *store.Store) error {
		svc, err := c.Service(st)
		if err != nil {
			return err
		}
		w, err := svc.Week(ctx)
		if err != nil {
			return err
		}
		_, err = os.Stdout.Write(cards.WeekFile(w, func(user string) string { return user }))
		return err
	})
}
