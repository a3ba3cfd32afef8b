package jobs_test

import (
	"bytes"
	"errors"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"quartermaster/bot/jobs"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// A restock card carries the chart of its order. The same content is drawn and
// handed over once, an edited quantity makes another chart, and a decided card has
// none.
func TestChartOnCard(t *testing.T) {
	t.Parallel()
	s := open(t, 1, func(c *jobs.Config) {
		c.Policy.Approval.SecondAbove, c.Lease = core.Money{Minor: 100, Currency: "EUR"}, time.Minute
	})
	const key = "restock/1"
	show := func() plan.Card {
		s.idle()
		s.desk.mu.Lock()
		defer s.desk.mu.Unlock()
		return s.desk.shown[key]
	}
	p := s.check("one")[0]
	c := show()
	if c.Picture == nil || c.Picture.File != "F00000001" || !strings.Contains(c.Picture.Alt, "P0") || !strings.Contains(c.Picture.Alt, "of this order would arrive") {
		t.Fatalf("picture %+v", c.Picture)
	}
	if img, err := png.Decode(bytes.NewReader(s.desk.pictures[0])); err != nil || img.Bounds().Dx() != 1200 {
		t.Errorf("the picture: %v", err)
	}

	s.click("UA", plan.Approve, p) // the first of two: the card changes, its chart does not
	if c = show(); c.Restock.Proposal.State != plan.AwaitingSecond || c.Picture == nil || c.Picture.File != "F00000001" {
		t.Errorf("after the first approval: %s with %+v", c.Restock.Proposal.State, c.Picture)
	}

	p = s.check("two")[0]
	if wrong, err := s.svc.SubmitEdit(t.Context(), jobs.EditRequest{Key: "e1", User: "UA", Proposal: p.ID, Version: p.Version,
		Qty: map[int]int64{0: p.Lines[0].Qty * 2}}); err != nil || len(wrong) > 0 {
		t.Fatal(err, wrong)
	}
	if c = show(); c.Picture == nil || c.Picture.File != "F00000002" {
		t.Errorf("after an edit: %+v", c.Picture)
	}

	p = s.check("three")[0]
	s.click("UB", plan.Reject, p)
	if c = show(); c.Restock.Proposal.State != plan.Rejected || c.Picture != nil {
		t.Errorf("after a rejection: %s with %+v", c.Restock.Proposal.State, c.Picture)
	}
	if n := len(s.desk.pictures); n != 2 {
		t.Errorf("%d pictures were handed over, want 2", n)
	}
	if n := s.desk.posts[key]; n != 1 {
		t.Errorf("posted %d times", n)
	}
}

// A risk card carries the course of stock without an order.
func TestChartOnRiskCard(t *testing.T) {
	t.Parallel()
	s := open(t, 1, func(c *jobs.Config) { c.Policy.MaxRiskCards, c.Lease = 3, time.Minute })
	s.check("one")
	s.idle()
	found := 0
	for key, c := range s.desk.shown {
		if c.Risk != nil && c.Risk.Finding.SKU != "" {
			found++
			if c.Picture == nil || strings.Contains(c.Picture.Alt, "this order") {
				t.Errorf("%s: picture %+v", key, c.Picture)
			}
		}
	}
	if found == 0 {
		t.Error("no risk card")
	}
}

// With charts = "native" the card carries numbers, and nothing is handed over.
func TestChartThatSlackDraws(t *testing.T) {
	t.Parallel()
	s := open(t, 1, func(c *jobs.Config) { c.Charts = jobs.ChartNative })
	s.check("one")
	s.idle()
	c := s.desk.shown["restock/1"]
	if c.Picture == nil || c.Picture.Graph == nil || len(s.desk.pictures) != 0 {
		t.Fatalf("picture %+v, %d handed over", c.Picture, len(s.desk.pictures))
	}
	g := c.Picture.Graph
	if n := len(g.Days); n < 2 || n > 20 || len(g.Lines) != 5 || slices.ContainsFunc(g.Lines, func(l plan.GraphLine) bool { return len(l.Values) != n }) {
		t.Fatalf("graph %+v", g)
	}
	stock, with, low, high := g.Lines[0].Values, g.Lines[1].Values, g.Lines[2].Values, g.Lines[3].Values
	for i := range stock {
		if low[i] > stock[i]+0.1 || stock[i] > high[i]+0.1 || stock[i] > with[i]+0.1 {
			t.Errorf("day %d: %v to %v around %v, with the order %v", i, low[i], high[i], stock[i], with[i])
		}
	}
}

// Without a chart the card is the same but for it: when handing over fails, and
// when the shop wants none.
func TestCardWithoutChart(t *testing.T) {
	t.Parallel()
	for name, none := range map[string]string{"refused": jobs.ChartImage, "not wanted": jobs.ChartNone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, 1, func(c *jobs.Config) { c.Charts = none })
			s.desk.mu.Lock()
			s.desk.fail = func(call, _ string) (error, bool) {
				if call == "upload" {
					return errors.New("upload: missing_scope"), false
				}
				return nil, false
			}
			s.desk.mu.Unlock()
			s.check("one")
			s.idle()
			c := s.desk.shown["restock/1"]
			if c.Restock == nil || c.Picture != nil || s.desk.posts["restock/1"] != 1 || len(s.desk.pictures) != 0 {
				t.Errorf("%d posts, picture %+v, %d handed over", s.desk.posts["restock/1"], c.Picture, len(s.desk.pictures))
			}
		})
	}
}
