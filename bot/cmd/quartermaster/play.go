package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"quartermaster/bot"
	"quartermaster/bot/jobs"
	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
)

type playCmd struct {
	Start startPlayCmd `cmd:"" help:"Draw who gets the offer, and write the list."`
	Book  bookPlayCmd  `cmd:"" help:"Compare those with the offer and those without, and store it."`
	List  listPlaysCmd `cmd:"" help:"All plays with what they brought."`
}

// Help is shown by play --help.
func (playCmd) Help() string {
	return `A joint play: before a product runs out, goods are ordered early and the customers it would hit
are offered a bundle with a linked product. One in five gets no offer, by chance: the difference is
what the offer brought. Quartermaster writes to no customer; it hands you the list. A card in the channel tells
that the play runs and, when its time is over, what it brought.

Example:
  quartermaster play start --sku SOLAR-01 --linked CHARGER-2 --customers offer.csv
  quartermaster play book 1`
}

type startPlayCmd struct {
	shared
	SKU       string  `name:"sku" required:"" help:"The product that runs out." placeholder:"CODE"`
	Linked    string  `required:"" help:"The product it is bundled with." placeholder:"CODE"`
	Discount  float64 `default:"0.1" help:"Discount of the bundle; 0.1 is ten percent."`
	Days      int     `default:"60" help:"How many days of purchases count (1 to 365)."`
	Customers string  `required:"" help:"CSV file to write: the customers who get the offer." placeholder:"FILE"`
}

// Help is shown by play start --help.
func (startPlayCmd) Help() string {
	return environment + "\nExample:\n  quartermaster play start --sku SOLAR-01 --linked CHARGER-2 --customers offer.csv"
}

// Run starts a play.
func (k *startPlayCmd) Run(ctx context.Context) error {
	return k.service(ctx, func(svc *jobs.Service) error {
		p, offered, err := svc.StartPlay(ctx, whoami(), core.SKU(k.SKU), core.SKU(k.Linked), k.Discount, k.Days)
		if err != nil {
			return err
		}
		rows := [][]string{{"customer_id"}}
		for _, c := range offered {
			rows = append(rows, []string{c})
		}
		if err := writeTable(k.Customers, rows); err != nil {
			return fmt.Errorf("play %d is stored, but its list is not written: %w", p.ID, err)
		}
		fmt.Printf("Play %d: %d customers get the offer (%s), %d do not. %s at risk. It is booked when %s is over, and a card tells what it brought; earlier: quartermaster play book %d\n",
			p.ID, p.Offered, k.Customers, p.Held, p.AtRisk, p.Until, p.ID)
		return nil
	})
}

// service opens the database and what works on it.
func (s shared) service(ctx context.Context, f func(*jobs.Service) error) error {
	return s.withStore(ctx, func(c bot.Config, st *store.Store) error {
		svc, err := c.Service(st)
		if err != nil {
			return err
		}
		return f(svc)
	})
}

type bookPlayCmd struct {
	shared
	ID int64 `arg:"" help:"Number of the play."`
}

// Help is shown by play book --help.
func (bookPlayCmd) Help() string { return environment + "\nExample:\n  quartermaster play book 1" }

// Run books a play.
func (k *bookPlayCmd) Run(ctx context.Context) error {
	return k.service(ctx, func(svc *jobs.Service) error {
		p, err := svc.BookPlay(ctx, whoami(), k.ID)
		if err != nil {
			return err
		}
		printPlay(os.Stdout, p)
		return nil
	})
}

// printPlay writes what a play brought.
func printPlay(w io.Writer, p plan.JointPlay) {
	r := p.Result
	money := func(minor int64) core.Money { return core.Money{Minor: minor, Currency: p.AtRisk.Currency} }
	_, _ = fmt.Fprintf(w, "Play %d, %s with %s, since %s, booked on %s:\n", p.ID, p.SKU, p.Linked, p.Start, p.BookedOn)
	_, _ = fmt.Fprintf(w, "  %d of %d with the offer bought %s, %d of %d without: %+.1f points (%+.1f to %+.1f). %s\n",
		r.OfferedBought, r.Offered, p.Linked, r.HeldBought, r.Held, 100*r.Lift, 100*r.Low, 100*r.High, r.Why)
	_, _ = fmt.Fprintf(w, "  Linked sales %s, of which the offer explains %s (%s to %s). Loss avoided: %s of %s at risk.\n",
		money(r.Sales), money(r.Extra), money(r.ExtraLow), money(r.ExtraHigh), money(r.Avoided), p.AtRisk)
}

type listPlaysCmd struct{ shared }

// Help is shown by play list --help.
func (listPlaysCmd) Help() string { return environment + "\nExample:\n  quartermaster play list" }

// Run lists the plays.
func (k *listPlaysCmd) Run(ctx context.Context) error {
	return k.service(ctx, func(svc *jobs.Service) error {
		list, err := svc.Plays(ctx)
		if err != nil {
			return err
		}
		t := tabwriter.NewWriter(os.Stdout, 2, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(t, "play\tproduct\twith\tsince\tuntil\toffered\theld out\tat risk\tbooked\textra sales\tloss avoided")
		for _, p := range list {
			booked, extra, avoided := "", "", ""
			if p.Result != nil {
				booked = p.BookedOn.String()
				extra = core.Money{Minor: p.Result.Extra, Currency: p.AtRisk.Currency}.String()
				avoided = core.Money{Minor: p.Result.Avoided, Currency: p.AtRisk.Currency}.String()
			}
			_, _ = fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\t%d\t%d\t%s\t%s\t%s\t%s\n", p.ID, p.SKU, p.Linked, p.Start, p.Until, p.Offered, p.Held, p.AtRisk, booked, extra, avoided)
		}
		return t.Flush()
	})
}
