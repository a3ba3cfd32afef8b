package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"quartermaster/bot"
	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
)

type replyCmd struct {
	shared
	Order string `required:"" help:"Number of the order." placeholder:"NUMBER"`
	File  string `arg:"" optional:"" default:"-" help:"The supplier's answer as text; - is standard input." placeholder:"FILE"`
	JSON  bool   `name:"json" help:"Print JSON."`
}

// Help is shown by reply --help.
func (replyCmd) Help() string {
	return `Reads days, quantities and prices out of a supplier's answer and says what they would change of the
order. Nothing is changed: a person reports it, in Slack or by a file. Quoted text, and everything that is no day,
quantity or price, is left out; no language model is used.
` + environment + `
Example:
  quartermaster reply --order PO-2026-0001 answer.txt`
}

// Run prints what was found.
func (c *replyCmd) Run(ctx context.Context) error {
	in := os.Stdin
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer f.Close() //nolint:errcheck // read only
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, 1<<20))
	if err != nil {
		return err
	}
	return c.withStore(ctx, func(cfg bot.Config, st *store.Store) error {
		o, err := store.FindOrder(ctx, st.Pool(), c.Order)
		if errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("there is no purchase order %q", c.Order)
		}
		if err != nil {
			return err
		}
		r := plan.ReadReply(string(text), o)
		said, event := r.Propose(o, core.DayOf(time.Now(), cfg.Settings.Shop.Zone))
		if c.JSON {
			enc := json.NewEncoder(os.Stdout)
			enc.SetIndent("", "  ")
			return enc.Encode(map[string]any{"found": r, "says": said, "proposal": event})
		}
		if len(said) == 0 {
			fmt.Println("No day, quantity or price was found.")
		}
		for _, s := range said {
			fmt.Println(s)
		}
		if event != nil {
			fmt.Printf("To record: order %s confirmed by the supplier, expected on %s. Nothing was changed.\n", o.Number, event.ETA)
		}
		return nil
	})
}
