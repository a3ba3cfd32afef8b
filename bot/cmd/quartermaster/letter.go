package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"quartermaster/bot"
	"quartermaster/bot/jobs"
	"quartermaster/bot/store"
)

type letterCmd struct {
	shared
	model
	Kind  string   `required:"" help:"expedite, delay, change, cancel, price, moq or lead-time." placeholder:"KIND"`
	Order string   `required:"" help:"Number of the order." placeholder:"NUMBER"`
	Args  []string `arg:"" optional:"" help:"What the kind needs: a day, LINE=UNITS, or a number." placeholder:"ARG"`
}

// Help is shown by letter --help.
func (letterCmd) Help() string {
	return `Prints a letter to the supplier of an order, in the supplier's language, with figures of the order and
of its history. Nothing is stored or sent; in Slack "/stock letter KIND NUMBER" shows it and sends it.

  expedite   goods are awaited
  delay      answer to a notice of delay: the new day, such as 2026-12-20
  change     a change is asked for: LINE=UNITS and a new day of arrival, either or both
  cancel     apology for what was cancelled
  price      lower prices: per cent less, if wanted
  moq        a smaller minimum: units, if wanted
  lead-time  faster: days, if wanted
` + environment + `  OPENAI_API_KEY         lets a language model word the letter

Examples:
  quartermaster letter --kind expedite --order PO-2026-0001
  quartermaster letter --kind change --order PO-2026-0001 2=400 2026-12-20`
}

// Run prints the letter.
func (c *letterCmd) Run(ctx context.Context) error {
	return c.withStore(ctx, func(cfg bot.Config, st *store.Store) error {
		c.into(&cfg)
		s, err := cfg.Service(st)
		if err != nil {
			return err
		}
		v, err := s.WriteLetter(ctx, strings.Join(append([]string{c.Kind, c.Order}, c.Args...), " "))
		if told, ok := errors.AsType[*jobs.UserError](err); ok {
			return errors.New(told.Text)
		}
		if err != nil {
			return err
		}
		fmt.Printf("To: %s\nSubject: %s\n\n%s", v.Mail.To, v.Mail.Subject, v.Mail.Body)
		return nil
	})
}
