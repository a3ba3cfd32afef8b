package bot

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"quartermaster/core/forecast/history"
	"quartermaster/core/plan"
	"quartermaster/core/replenish"
)

// WriteReport prints a report for people at a terminal.
func WriteReport(w io.Writer, r plan.Report) error {
	var b strings.Builder
	count := map[replenish.Tier]int{}
	for _, it := range r.Items {
		count[it.Tier]++
	}
	fmt.Fprintf(&b, "%s, %s: %d items, %d RED, %d YELLOW, %d GREEN, %d IDLE\n", r.Shop.Name, r.Today,
		len(r.Items), count[replenish.Red], count[replenish.Yellow], count[replenish.Green], count[replenish.Idle])
	for _, c := range r.Conservative {
		fmt.Fprintf(&b, "Conservative mode, nothing is raised: %s\n", c.Reason)
	}
	for _, text := range r.Warnings {
		fmt.Fprintf(&b, "Warning: %s\n", text)
	}
	fmt.Fprintln(&b, history.Summary(r.Anomalies))
	for _, s := range r.Signals {
		if s.Measured != nil {
			fmt.Fprintf(&b, "Signal %s: %s\n", OneLine(s.Signal.Name), s.Measured.Reason)
		}
	}
	if len(r.Findings) > 0 {
		b.WriteString("\nFindings\n")
		for _, f := range r.Findings {
			fmt.Fprintf(&b, "  %-6s %s\n", f.Severity, f.Reason)
		}
	}
	for _, p := range r.Proposals {
		fmt.Fprintf(&b, "\nOrder from %s (%s): %s, at risk %s, order by %s\n", p.SupplierName, p.Supplier, p.Total, p.MoneyAtRisk, p.OrderBy)
		tw := tabwriter.NewWriter(&b, 2, 0, 2, ' ', 0)
		fmt.Fprintln(tw, "  SKU\tlocation\tneed\torder\tmode\tcost\tarrives\tname")
		for _, l := range p.Lines {
			fmt.Fprintf(tw, "  %s\t%s\t%.1f\t%d\t%s\t%s\t%s\t%s\n", l.SKU, l.Location, l.Calc.Need, l.Qty, l.Mode, l.Cost, l.Arrival, OneLine(l.Name))
		}
		if err := tw.Flush(); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// OneLine keeps names from data within their column.
func OneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > 40 {
		return string(runes[:39]) + "…"
	}
	return s
}
