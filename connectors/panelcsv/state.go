package panelcsv

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// Stock is the state of one series at a review: what is there, what is due, and on
// what terms more can be had.
type Stock struct {
	ID        string
	OnHand    float64
	OnOrder   float64 // units on their way
	LeadDays  int     // from order to shelf
	MOQ       int64   // orders are multiples of it
	UnitCost  float64
	UnitPrice float64
	Due       []Due // the units on their way, by day; empty when not told
}

// Due is a quantity that arrives so many days from today.
type Due struct {
	Days int
	Qty  float64
}

// ReadStock reads series_id,on_hand,on_order,lead_days,moq,unit_cost,unit_price,due,
// in any order of columns, one row a series. due is "days:qty;days:qty" or empty;
// moq, unit_cost, unit_price and due may be left out. Refused values are
// *connectors.RowError with file, line, column and reason.
func ReadStock(r io.Reader, name string) ([]Stock, error) {
	s, err := newScanner(r, name)
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, n := range s.header {
		at[n] = i
	}
	for _, n := range []string{"series_id", "on_hand", "lead_days"} {
		if _, has := at[n]; !has {
			return nil, s.bad(-1, "column %s is missing", n)
		}
	}
	var out []Stock
	seen := map[string]bool{}
	for {
		row, err := s.next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		st, err := stock(s, row, at)
		if err != nil {
			return nil, err
		}
		if seen[st.ID] {
			return nil, s.bad(at["series_id"], "series %q stands twice in the file", st.ID)
		}
		seen[st.ID] = true
		out = append(out, st)
	}
}

func stock(s *scanner, row [][]byte, at map[string]int) (Stock, error) {
	st := Stock{ID: string(row[at["series_id"]]), MOQ: 1}
	if st.ID == "" {
		return st, s.bad(at["series_id"], "the id is empty")
	}
	var err error
	read := func(column string, most float64) (v float64) {
		i, has := at[column]
		if !has || err != nil {
			return 0
		}
		text := bytes.TrimSpace(row[i])
		if len(text) == 0 {
			return 0
		}
		v, ok := number(text)
		if !ok || !(v >= 0 && v <= most) {
			err = s.bad(i, "%q is not a number of at least 0 and at most %g", text, most)
			return 0
		}
		return v
	}
	st.OnHand, st.OnOrder = read("on_hand", 1e12), read("on_order", 1e12)
	lead, moq := read("lead_days", 730), read("moq", 1e9)
	st.UnitCost, st.UnitPrice = read("unit_cost", 1e12), read("unit_price", 1e12)
	if err != nil {
		return st, err
	}
	st.LeadDays, st.MOQ = int(lead), max(1, int64(moq))
	if float64(st.LeadDays) != lead {
		return st, s.bad(at["lead_days"], "%v is not a whole number of days", lead)
	}
	if i, has := at["due"]; has {
		if st.Due, err = dues(s, row[i], i); err != nil {
			return st, err
		}
	}
	return st, nil
}

// dues reads "days:qty;days:qty".
func dues(s *scanner, b []byte, place int) ([]Due, error) {
	var out []Due
	for part := range bytes.SplitSeq(bytes.TrimSpace(b), []byte{';'}) {
		if len(part) == 0 {
			continue
		}
		day, qty, found := bytes.Cut(part, []byte{':'})
		days, err := strconv.Atoi(string(bytes.TrimSpace(day)))
		q, ok := number(bytes.TrimSpace(qty))
		if !found || err != nil || days < 0 || days > 10_000 || !ok || !(q >= 0 && q <= 1e12) {
			return nil, s.bad(place, "%q is not days:quantity, both at least 0", part)
		}
		out = append(out, Due{days, q})
	}
	slices.SortStableFunc(out, func(a, b Due) int { return a.Days - b.Days })
	return out, nil
}

// WriteOrders writes series_id,order: whole units, 0 for none.
func WriteOrders(w io.Writer, ids []string, orders []int64) error {
	if len(ids) != len(orders) {
		return fmt.Errorf("panelcsv: %d orders for %d series", len(orders), len(ids))
	}
	var b bytes.Buffer
	b.WriteString("series_id,order\n")
	for i, id := range ids {
		b.WriteString(quote(id))
		b.WriteByte(',')
		b.WriteString(strconv.FormatInt(orders[i], 10))
		b.WriteByte('\n')
	}
	_, err := w.Write(b.Bytes())
	return err
}
