package jobs

import (
	"context"
	"errors"
	"slices"

	"quartermaster/bot/chart"
	"quartermaster/bot/store"
	"quartermaster/core/plan"
)

// chartOf returns what the chart of a card shows: the course of stock, with the
// order that is proposed. It follows from the card alone, so that a card that is
// shown again has the same picture.
func chartOf(c plan.Card) (d chart.StockData, ok bool) {
	switch {
	case c.Restock != nil:
		p := c.Restock.Proposal
		if p.Course == nil || !p.State.Open() {
			return d, false
		}
		ok = slices.ContainsFunc(p.Lines, func(l plan.Line) bool { return l.SKU == p.Course.SKU && l.Location == p.Course.Location })
		return chart.StockOf(*p.Course, p.Lines...), ok // not when the line was taken out
	case c.Risk != nil && c.Risk.Finding.SKU != "" && !c.Risk.Resolved:
		return chart.StockOf(c.Risk.Item.Course()), true
	}
	return d, false
}

// Ways in which a card shows the course of stock.
const (
	ChartImage  = "image"  // a picture that is uploaded
	ChartNative = "native" // numbers that the chat system draws
	ChartNone   = "none"
)

// picture draws the chart of a card and hands it over, once for the same values: while
// they are those of the picture that stands, nothing is drawn.
// It is part of preparing the card: when it fails, or takes more than half of the time
// for the card, the card goes without, and when it is done twice there is a second copy
// that nobody sees.
func (s *Service) picture(ctx context.Context, row store.CardRow, c plan.Card) *plan.Picture {
	way := s.cfg().Charts
	if way == ChartNone {
		return nil
	}
	data, ok := chartOf(c)
	if !ok {
		return nil
	}
	data.Language = c.Shop.Language
	if way == ChartNative {
		graph, alt, err := data.Graph()
		if err != nil {
			if !errors.Is(err, chart.ErrNoData) {
				s.log.Warn("the card goes without its chart", "card", row.Key, "error", err)
			}
			return nil
		}
		return &plan.Picture{Graph: graph, Alt: alt}
	}
	hash := data.Hash()
	if last := row.Picture(); last.Hash == hash {
		return &plan.Picture{File: last.File, Alt: data.Alt()}
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg().Lease/4) // the rest is for posting
	defer cancel()
	img, err := s.drawn(ctx, data)
	if errors.Is(err, chart.ErrNoData) {
		return nil
	}
	var file string
	if err == nil {
		file, err = s.notify.Upload(ctx, "stock.png", img.Alt, img.PNG)
	}
	if err == nil {
		err = store.KeepPicture(ctx, s.st.Pool(), row.Key, store.CardPicture{Hash: hash, File: file})
	}
	if err != nil {
		s.log.Warn("the card goes without its chart", "card", row.Key, "error", err)
		return nil
	}
	return &plan.Picture{File: file, Alt: img.Alt}
}

// drawn is the chart, unless it is not there before ctx ends: on a machine that has
// too much to do no card waits for its chart. Few are drawn at once, because each
// takes memory for its pixels and nothing but a processor makes it faster.
func (s *Service) drawn(ctx context.Context, d chart.StockData) (chart.Image, error) {
	if err := s.pens.Acquire(ctx, 1); err != nil {
		return chart.Image{}, err
	}
	type drawing struct {
		img chart.Image
		err error
	}
	done := make(chan drawing, 1)
	go func() { // a drawing that comes too late is finished and thrown away
		defer s.pens.Release(1)
		img, err := chart.StockProjection(d)
		done <- drawing{img, err}
	}()
	select {
	case d := <-done:
		return d.img, d.err
	case <-ctx.Done():
		return chart.Image{}, ctx.Err()
	}
}
