package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strconv"

	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/repurchase"
)

type repurchaseCmd struct {
	Task      string `enum:",customers,products,cycle,cycles,links,segments,demand" default:"" help:"A table to write; see below. Without it the repurchase table is printed for people."`
	Orders    string `type:"existingfile" help:"Order lines, CSV or gzipped CSV (docs/repurchase.md); without it the database is read." placeholder:"FILE"`
	Browsing  string `type:"existingfile" help:"Days on which customers looked at the shop, with --orders: browsing.csv (docs/data.md)." placeholder:"FILE"`
	Cutoff    string `help:"The last day that is known (default: of the orders)." placeholder:"DATE"`
	Days      int    `default:"60" help:"Length of the window after the cut-off, or after a purchase for links (1 to 1000)."`
	Output    string `help:"CSV file to write; --task needs it." placeholder:"FILE"`
	Intervals bool   `help:"Add 95 % confidence bounds to the customers task; takes some thirty times as long."`
	SKU       string `name:"sku" help:"Print one product." placeholder:"CODE"`
	Chart     string `help:"Draw its cycle, with --sku: a PNG." placeholder:"FILE"`
	Customers string `help:"Write the customers likely to buy it, with --sku: CSV. From the database this is audited." placeholder:"FILE"`
	shared
}

// Help is shown by repurchase --help.
func (repurchaseCmd) Help() string {
	return `Tasks, and the columns they write:
  customers  customer_id,expected,p_active,mean  days with an order: the closest number, the chance of any, the mean
  products   customer_id,product_id,prob        up to 20 likely products a customer
  cycle      customer_id,product_id,days_to_next,prob  pairs bought on two or more days
  cycles     how soon each product is bought again, and the stocking policy that follows
  links      which product follows which, beyond chance
  segments   customers by where they stand, with count, value and lifetime value
  demand     units expected of each product beside a forecast of its sales, and how much that adds

Orders need the columns customer_id and date, and may have product_id, quantity, price or value, channel; a
shop's orders.csv (docs/data.md) can be read as it is.
` + environment + `
Examples:
  quartermaster repurchase --orders orders.csv
  quartermaster repurchase --sku SOLAR-01 --chart cycle.png
  quartermaster repurchase --task customers --orders orders.csv --cutoff 2026-08-31 --days 99 --output customers.csv`
}

// topProducts is how many products the products task names per customer.
const topProducts = 20

// Run reads the orders, computes the task and writes its table.
func (r *repurchaseCmd) Run(ctx context.Context) error {
	if r.Days < 1 || r.Days > 1000 {
		return fmt.Errorf("--days: %d is not between 1 and 1000", r.Days)
	}
	if r.Browsing != "" && r.Orders == "" {
		return errors.New("--browsing goes with --orders; the database has its own (quartermaster import)")
	}
	if r.Task == "" {
		return r.people(ctx)
	}
	if r.Orders == "" || r.Output == "" {
		return errors.New("--task needs --orders and --output")
	}
	h, day, err := r.read()
	if err != nil {
		return err
	}
	rows, err := r.table(h, day)
	if err != nil {
		return err
	}
	return writeTable(r.Output, rows)
}

// table computes the task; the first row is the header.
func (r *repurchaseCmd) table(h *repurchase.History, day core.Day) ([][]string, error) {
	switch r.Task {
	case "customers":
		rep, err := repurchase.Customers(h, day, r.Days)
		if err != nil {
			return nil, err
		}
		fmt.Fprintln(os.Stderr, rep.Why)
		return r.customerTable(h, rep), nil
	case "products":
		next, err := repurchase.Products(h, day, r.Days, topProducts)
		rows := [][]string{{"customer_id", "product_id", "prob"}}
		for _, n := range next {
			rows = append(rows, []string{h.Customers[n.Customer], h.Products[n.Product], decimal(n.Probability)})
		}
		return rows, err
	case "cycles":
		return cycleTable(h, day), nil
	case "links":
		return linkTable(h, day, r.Days), nil
	case "segments":
		return segmentTable(h, day, r.Days)
	case "demand":
		return demandTable(h, day, r.Days)
	default:
		due, err := repurchase.DueDates(h, day, r.Days)
		rows := [][]string{{"customer_id", "product_id", "days_to_next", "prob"}}
		for _, d := range due {
			rows = append(rows, []string{h.Customers[d.Customer], h.Products[d.Product], decimal(d.Days), decimal(d.Probability)})
		}
		return rows, err
	}
}

// customerTable is what is expected of every customer, with bounds if asked for.
func (r *repurchaseCmd) customerTable(h *repurchase.History, rep *repurchase.CustomerReport) [][]string {
	rows := [][]string{{"customer_id", "expected", "p_active", "mean"}}
	var bounds []repurchase.OutlookInterval
	if r.Intervals {
		rows[0] = append(rows[0], "mean_low", "mean_high", "p_low", "p_high", "p_alive", "alive_low", "alive_high")
		bounds = rep.Intervals(h, 30, 1)
	}
	for i, c := range rep.Customers {
		row := []string{h.Customers[c.Customer], decimal(c.Point), decimal(c.Active), decimal(c.Expected)}
		if bounds != nil {
			b := bounds[i]
			row = append(row, decimal(b.Expected.Low), decimal(b.Expected.High), decimal(b.Active.Low), decimal(b.Active.High),
				decimal(c.Alive), decimal(b.Alive.Low), decimal(b.Alive.High))
		}
		rows = append(rows, row)
	}
	return rows
}

// cycleTable is the repurchase cycle and the stocking policy of every product, and
// its cycle by the channel of the first order where enough is known.
func cycleTable(h *repurchase.History, day core.Day) [][]string {
	cycles := repurchase.Cycles(h, day)
	policies := repurchase.Stockings(h, day, cycles, nil)
	rows := [][]string{{"product_id", "channel", "buyers", "repeats", "within_30", "within_90", "within_180", "median_days", "policy", "why"}}
	for i := range cycles {
		rows = append(rows, append(cycleRow(h, &cycles[i], ""), string(policies[i].Policy), policies[i].Why))
	}
	for _, class := range repurchase.CyclesByChannel(h, day) {
		for i := range class.Cycles {
			rows = append(rows, append(cycleRow(h, &class.Cycles[i], class.Class), "", ""))
		}
	}
	return rows
}

func cycleRow(h *repurchase.History, c *repurchase.Cycle, channel string) []string {
	row := []string{h.Products[c.Product], channel, strconv.Itoa(c.Buyers), strconv.Itoa(c.Repeats)}
	for _, days := range []float64{30, 90, 180} {
		p, _, _ := c.Within(days)
		row = append(row, decimal(p))
	}
	if m, ok := c.Median(); ok {
		return append(row, strconv.FormatFloat(m, 'f', 0, 64))
	}
	return append(row, "")
}

func linkTable(h *repurchase.History, day core.Day, window int) [][]string {
	rows := [][]string{{"product_id", "followed_by", "buyers", "followers", "share", "low", "high", "lift", "q"}}
	for _, l := range repurchase.Links(h, day, repurchase.LinkRules{Window: window}) {
		rows = append(rows, []string{h.Products[l.From], h.Products[l.To], strconv.Itoa(l.Buyers), strconv.Itoa(l.Followers),
			decimal(l.Share), decimal(l.Low), decimal(l.High), decimal(l.Lift), strconv.FormatFloat(l.Q, 'g', 3, 64)})
	}
	return rows
}

func segmentTable(h *repurchase.History, day core.Day, days int) ([][]string, error) {
	rep, err := repurchase.Customers(h, day, days)
	if err != nil {
		return nil, err
	}
	_, totals := repurchase.SegmentCustomers(h, rep)
	worth := repurchase.Worths(h, rep, 365, 0.1, 1)
	scale := 100.0
	if worth.NoValue {
		scale = 1 // orders, not money
	}
	rows := [][]string{{"segment", "customers", "orders", "value", "expected_orders", "year_each", "low", "high"}}
	for _, t := range totals {
		row := []string{string(t.Segment), strconv.Itoa(t.Customers), strconv.Itoa(t.Orders),
			strconv.FormatFloat(float64(t.Value)/100, 'f', 2, 64), decimal(t.Expected), "", "", ""}
		for _, w := range worth.Segments {
			if w.Group == row[0] {
				for i, v := range []float64{w.Mean, w.Interval.Low, w.Interval.High} {
					row[5+i] = strconv.FormatFloat(v/scale, 'f', 2, 64)
				}
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// demandTable is the units expected of each product by the customers and by the
// forecast of the sales, and how the two are best mixed.
func demandTable(h *repurchase.History, day core.Day, days int) ([][]string, error) {
	forecast := plan.LevelSales(h)
	b, err := repurchase.BlendDemand(h, day, days, forecast)
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(os.Stderr, b.Why)
	rows := [][]string{{"product_id", "forecast", "customers", "weight", "blend"}}
	for p, f := range forecast(day, days) {
		rows = append(rows, []string{h.Products[p], decimal(f), decimal(b.Units[p]), decimal(b.Weight), decimal(f + b.Weight*(b.Units[p]-f))})
	}
	return rows, nil
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', 5, 64) }

// writeTable writes rows as CSV, all of it or an error.
func writeTable(name string, rows [][]string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	c := csv.NewWriter(w)
	err = c.WriteAll(rows)
	return cmp.Or(err, w.Flush(), f.Close())
}
