package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"quartermaster/bot"
	"quartermaster/bot/chart"
	"quartermaster/bot/store"
	"quartermaster/connectors/csvfile"
	"quartermaster/connectors/orderscsv"
	"quartermaster/core"
	"quartermaster/core/repurchase"
)

// people prints the repurchase table, or one product of it.
func (r *repurchaseCmd) people(ctx context.Context) error {
	if r.SKU == "" && (r.Chart != "" || r.Customers != "") {
		return errors.New("--chart and --customers need --sku")
	}
	if r.Orders != "" {
		h, day, err := r.read()
		if err != nil {
			return err
		}
		return r.print(os.Stdout, h, day, nil)
	}
	return r.withStore(ctx, func(c bot.Config, st *store.Store) error {
		day := core.DayOf(time.Now(), c.Settings.Shop.Zone) - 1
		var err error
		if r.Cutoff != "" {
			if day, err = core.ParseDay(r.Cutoff); err != nil {
				return fmt.Errorf("--cutoff: %w", err)
			}
		} else if day, err = store.LastCoveredDay(ctx, st.Pool(), day); err != nil {
			return err
		}
		h, err := st.Purchases(ctx, c.Settings.Shop.Currency, day)
		if err != nil {
			return err
		}
		return r.print(os.Stdout, h, day, func(customers int) error {
			svc, err := c.Service(st)
			if err != nil {
				return err
			}
			return svc.AuditExport(ctx, whoami(), r.SKU, customers)
		})
	})
}

// whoami is the user of the machine, for the audit log.
func whoami() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}

// read reads the orders of a file and the cut-off: the last day of the file when
// none is named.
func (r *repurchaseCmd) read() (h *repurchase.History, day core.Day, err error) {
	if r.Cutoff != "" {
		if day, err = core.ParseDay(r.Cutoff); err != nil {
			return nil, 0, fmt.Errorf("--cutoff: %w", err)
		}
	}
	in, err := os.Open(r.Orders)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = in.Close() }()
	h, err = orderscsv.Read(in, filepath.Base(r.Orders))
	if err != nil {
		return nil, 0, err
	}
	if r.Cutoff == "" {
		day = h.Last()
	}
	return h, day, r.browse(h)
}

// browse adds the days of the file of browsing, if any, to a history.
func (r *repurchaseCmd) browse(h *repurchase.History) error {
	if r.Browsing == "" {
		return nil
	}
	in, err := os.Open(r.Browsing)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	days := map[string][]core.Day{}
	for row, err := range csvfile.ReadBrowsing(in, filepath.Base(r.Browsing), csvfile.Env{}) {
		if err != nil {
			return err
		}
		days[row.Value.Customer] = append(days[row.Value.Customer], row.Value.Day)
	}
	h.Browse(days)
	return nil
}

// print writes the report of a history for people. export, if any, records that
// customers leave, before they do.
func (r *repurchaseCmd) print(w io.Writer, h *repurchase.History, day core.Day, export func(customers int) error) error {
	rep, err := repurchase.Evaluate(h, day, repurchase.Options{Days: r.Days, Seed: 1})
	if err != nil {
		return err
	}
	if r.Output != "" {
		if err := writeTable(r.Output, outlookTable(rep)); err != nil {
			return err
		}
	}
	if r.SKU == "" {
		return printCustomers(w, rep)
	}
	i := slices.IndexFunc(rep.Products, func(p repurchase.ProductRow) bool { return strings.EqualFold(string(p.SKU), r.SKU) })
	if i < 0 {
		near := core.Nearest(r.SKU, slices.Values(h.Products), 3)
		if len(near) == 0 {
			return fmt.Errorf("no customer bought %q up to %s", r.SKU, day)
		}
		return fmt.Errorf("no customer bought %q up to %s; did you mean %s?", r.SKU, day, strings.Join(near, ", "))
	}
	p := rep.Products[i]
	if r.Customers != "" {
		if export != nil {
			if err := export(len(p.Behind)); err != nil {
				return err
			}
		}
		rows := [][]string{{"customer_id", "probability", "due", "again"}}
		for _, c := range p.Behind {
			rows = append(rows, []string{c.Customer, decimal(c.Probability), c.Due.String(), strconv.FormatBool(c.Again)})
		}
		if err := writeTable(r.Customers, rows); err != nil {
			return err
		}
	}
	if r.Chart != "" {
		image, err := cycleChart(p)
		if err != nil {
			return err
		}
		if err := os.WriteFile(r.Chart, image.PNG, 0o644); err != nil {
			return err
		}
	}
	printOutlook(w, rep, p)
	return nil
}

// cycleChart draws how soon a product is bought again.
func cycleChart(p repurchase.ProductRow) (chart.Image, error) {
	if len(p.Curve) == 0 {
		return chart.Image{}, fmt.Errorf("%s: nobody bought it twice yet, there is no cycle to draw", p.SKU)
	}
	d := chart.CurveData{Title: fmt.Sprintf("%s: bought again", p.SKU), X: chart.Axis{Unit: "days after a purchase"}, Y: chart.Axis{Unit: "% of purchases", Percent: true},
		Says: fmt.Sprintf("How soon a purchase of %s is followed by another by the same customer.", p.SKU)}
	lines := []chart.Line{{Name: "bought again"}, {Name: "95 % low"}, {Name: "95 % high"}, {Name: "in these days", Fill: true}}
	before := 0.0
	for _, c := range p.Curve {
		for i, y := range []float64{c.Share, c.Low, c.High, c.Share - before} {
			lines[i].X, lines[i].Y = append(lines[i].X, c.Days), append(lines[i].Y, y)
		}
		before = c.Share
	}
	d.Lines = lines
	return chart.Curves(d)
}

func percent(p float64) string {
	if p > 0 && p < 0.0095 {
		return fmt.Sprintf("%.1f %%", 100*p)
	}
	return fmt.Sprintf("%.0f %%", 100*p)
}

// printOutlook writes one product in sentences.
func printOutlook(w io.Writer, rep *repurchase.Report, p repurchase.ProductRow) {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	due := ""
	if p.Due > 0 {
		due = fmt.Sprintf(", half of them by %s", p.Due)
	}
	say("%s as of %s", p.SKU, rep.AsOf)
	say("  %d customers bought it. In the next %d days %.1f of them (%s) are expected to buy it again%s,", p.Buyers, rep.Days, p.Again, percent(p.Probability), due)
	say("  and %.1f other customers for the first time: about %.0f units in all.", p.First, p.Units)
	if len(p.Within) > 0 {
		shares := make([]string, len(p.Within))
		for i, s := range p.Within {
			shares[i] = fmt.Sprintf("%s within %.0f days", percent(s), repurchase.CycleDays[i])
		}
		median := ""
		if p.Median > 0 {
			median = fmt.Sprintf("; median of those %.0f days", p.Median)
		}
		say("  A purchase is followed by another: %s%s.", strings.Join(shares, ", "), median)
	}
	for _, c := range p.Classes {
		say("    first order by %s: %d buyers, %s within %.0f days (%s to %s); median of those %.0f days", c.Class, c.Buyers,
			percent(c.Half.Share), c.Half.Days, percent(c.Half.Low), percent(c.Half.High), c.Median)
	}
	say("  Stocking: %s (%s).", p.Policy, p.PolicyWhy)
	if l := p.Link; l != nil {
		say("  %s of its buyers take %s within %d days (%s to %s; %.1f times as many as chance explains; %d buyers looked at).",
			percent(l.Probability), l.To, l.Days, percent(l.Lo), percent(l.Hi), l.Lift, l.Support)
	}
	say("  Likely customers: %d (--customers FILE writes them).", len(p.Behind))
}

// printedProducts bounds the table on the screen; --output has all.
const printedProducts = 25

// printCustomers writes customers by segment, channel and service, and the table.
func printCustomers(w io.Writer, rep *repurchase.Report) error {
	t := tabwriter.NewWriter(w, 2, 0, 2, ' ', 0)
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(t, format+"\n", args...) }
	say("As of %s, the next %d days: %.0f orders expected, from %.0f of %d customers.", rep.AsOf, rep.Days, rep.Expected, rep.Active, rep.Customers)
	say("%s\n", rep.Why)
	unit, scale := "value of orders", 100.0
	if !rep.Money {
		unit, scale = "orders, discounted", 1
	}
	group := func(name string, rows []repurchase.WorthRow) {
		if len(rows) == 0 {
			return
		}
		say("%s\tcustomers\torders expected\t%s in %d days, each\t95 %%", name, unit, rep.Horizon)
		for _, r := range rows {
			say("%s\t%d\t%.1f\t%.2f\t%.2f to %.2f", r.Group, r.Customers, r.Expected, r.Mean/scale, r.Low/scale, r.High/scale)
		}
		say("")
	}
	segments := make([]repurchase.WorthRow, len(rep.Segments))
	for i, s := range rep.Segments {
		segments[i] = s.WorthRow
	}
	group("segment", segments)
	group("channel", rep.Channels)
	group("next order by", rep.Services)
	if len(rep.Products) > 0 {
		say("product\tagain\tof buyers\thalf by\tunits\tstocking\tthen")
		for _, p := range rep.Products[:min(len(rep.Products), printedProducts)] {
			next, due := "", ""
			if p.Link != nil {
				next = fmt.Sprintf("%s %s", p.Link.To, percent(p.Link.Probability))
			}
			if p.Due > 0 {
				due = p.Due.String()
			}
			say("%s\t%.1f\t%s\t%s\t%.0f\t%s\t%s", p.SKU, p.Again, percent(p.Probability), due, p.Units, p.Policy, next)
		}
		if more := len(rep.Products) - printedProducts; more > 0 {
			say("and %d more: --output FILE writes all", more)
		}
	}
	return t.Flush()
}

// outlookTable is the repurchase table (requirement C5).
func outlookTable(rep *repurchase.Report) [][]string {
	rows := [][]string{{"product_id", "buyers", "again", "probability", "expected_by", "first", "units", "median_days", "policy", "linked_product", "linked_probability", "low", "high", "customers"}}
	for _, p := range rep.Products {
		due, link := "", []string{"", "", "", ""}
		if p.Due > 0 {
			due = p.Due.String()
		}
		if l := p.Link; l != nil {
			link = []string{string(l.To), decimal(l.Probability), decimal(l.Lo), decimal(l.Hi)}
		}
		row := []string{string(p.SKU), strconv.Itoa(p.Buyers), decimal(p.Again), decimal(p.Probability), due, decimal(p.First), decimal(p.Units),
			strconv.FormatFloat(p.Median, 'f', 0, 64), string(p.Policy)}
		rows = append(rows, append(append(row, link...), strconv.Itoa(len(p.Behind))))
	}
	return rows
}
