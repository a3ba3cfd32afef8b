package demoshop

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"time"

	"quartermaster/core"
)

//go:embed data/sales.csv.gz data/products.csv
var data embed.FS

// sale is one line of an invoice, in the calendar of the data set.
type sale struct {
	invoice, customer, country string
	sku                        core.SKU
	qty                        int64
	day                        core.Day
	clock                      time.Duration // since midnight, shop's time
	pence                      int64         // price of one unit
}

func (s sale) channel() core.ChannelID {
	if s.country == "United Kingdom" {
		return channelUK
	}
	return channelIntl
}

// readSales decodes the embedded sales, oldest first.
func readSales() ([]sale, error) {
	raw, err := data.ReadFile("data/sales.csv.gz")
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		return nil, err
	}
	sales := make([]sale, 0, len(rows))
	for i, r := range rows[1:] {
		at, err1 := time.Parse("2006-01-02 15:04", r[3])
		qty, err2 := strconv.ParseInt(r[2], 10, 64)
		pence, err3 := strconv.ParseInt(r[4], 10, 64)
		if err1 != nil || err2 != nil || err3 != nil {
			return nil, fmt.Errorf("embedded sales, line %d: %q", i+2, r)
		}
		sales = append(sales, sale{
			invoice: r[0], sku: core.SKU(r[1]), qty: qty, pence: pence, customer: r[5], country: r[6],
			day:   core.DayOf(at, time.UTC),
			clock: time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute,
		})
	}
	return sales, nil
}

// calendar returns the days to add to the dates of the data set, whose newest
// sale is on last, so that the newest one kept falls on the day before today.
//
// The shift is a multiple of seven, so weekdays stay true; the up to six days
// that would lie in the future are dropped. The shop sold nothing on Saturdays:
// when yesterday is one, the shift is a multiple of seven plus one, Friday's
// sales fall on that Saturday, and the day without sales is Sunday.
func calendar(last, today core.Day) (core.Day, error) {
	const earliest = core.MinDay + 400 // the data set spans 374 days
	if today < earliest || today > core.MaxDay {
		return 0, fmt.Errorf("today is %s, must be between %s and %s", today, earliest, core.MaxDay)
	}
	yesterday := today - 1
	shift := yesterday - last
	var odd core.Day
	if yesterday.Weekday() == time.Saturday {
		odd = 1
	}
	for (shift-odd)%7 != 0 {
		shift++
	}
	return shift, nil
}

// orderRows lists the sales before today. The instants are local times of the
// shop with their offset.
func (w *world) orderRows() [][]string {
	loc := Shop().Zone
	rows := [][]string{{"order_id", "line_id", "ordered_at", "channel", "customer_id", "sku", "quantity", "unit_price", "currency", "promotion"}}
	lines := map[string]int{}
	for _, s := range w.sales {
		day := s.day + w.shift
		if day >= w.today {
			break
		}
		lines[s.invoice]++
		y, m, d := day.Time(time.UTC).Date()
		at := time.Date(y, m, d, 0, 0, int(s.clock.Seconds()), 0, loc)
		rows = append(rows, []string{
			s.invoice, strconv.Itoa(lines[s.invoice]), at.Format(time.RFC3339), string(s.channel()), s.customer,
			string(s.sku), strconv.FormatInt(s.qty, 10), gbp(s.pence).Decimal(), "GBP", "false",
		})
	}
	return rows
}

// eventRows lists the days on which the shop was closed: every gap between two
// days with sales, except the weekly day off.
func (w *world) eventRows() [][]string {
	rows := [][]string{{"from", "to", "name", "kind", "sku", "category"}}
	for i := 1; i < len(w.sales); i++ {
		from, to := w.sales[i-1].day+1, w.sales[i].day-1
		if from > to || from == to && from.Weekday() == time.Saturday || to+w.shift >= w.today {
			continue
		}
		rows = append(rows, []string{(from + w.shift).String(), (to + w.shift).String(), "Shop closed", "holiday", "", ""})
	}
	return rows
}

// recentDays is the window in which products are ranked and priced.
const recentDays = 56

// demandOf returns the daily demand of the whole data set by SKU and channel.
func demandOf(sales []sale) map[core.SKU]map[core.ChannelID][]int64 {
	start, end := sales[0].day, sales[len(sales)-1].day+1
	out := map[core.SKU]map[core.ChannelID][]int64{}
	for _, s := range sales {
		if out[s.sku] == nil {
			out[s.sku] = map[core.ChannelID][]int64{
				channelUK: make([]int64, end-start), channelIntl: make([]int64, end-start),
			}
		}
		out[s.sku][s.channel()][s.day-start] += s.qty
	}
	return out
}

// mostAbroad returns the n SKUs with the most units sold abroad in the last
// half year.
func mostAbroad(sales []sale, n int) []core.SKU {
	start := sales[len(sales)-1].day - 182
	units := map[core.SKU]int64{}
	for _, s := range sales {
		if s.day >= start && s.channel() == channelIntl {
			units[s.sku] += s.qty
		}
	}
	skus := ranked(units)
	return slices.Clip(skus[:min(n, len(skus))])
}
