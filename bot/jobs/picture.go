package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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

// picture draws the chart of a card and hands it over, once for the same picture.
// It is part of preparing the card: when it fails the card goes without, and when
// it is done twice there is a second copy that nobody sees.
func (s *Service) picture(ctx context.Context, row store.CardRow, c plan.Card) *plan.Picture {
	if s.cfg().NoCharts {
		return nil
	}
	data, ok := chartOf(c)
	if !ok {
		return nil
	}
	img, err := chart.StockProjection(data)
	if errors.Is(err, chart.ErrNoData) {
		return nil
	}
	if err != nil {
		s.log.Warn("the card goes without its chart", "card", row.Key, "error", err)
		return nil
	}
	sum := sha256.Sum256(img.PNG)
	hash := hex.EncodeToString(sum[:8])
	if last := row.Picture(); last.Hash == hash {
		return &plan.Picture{File: last.File, Alt: img.Alt}
	}
	uctx, cancel := context.WithTimeout(ctx, s.cfg().Lease/4) // the rest is for posting
	defer cancel()
	file, err := s.notify.Upload(uctx, "stock.png", img.Alt, img.PNG)
	if err == nil {
		err = store.KeepPicture(ctx, s.st.Pool(), row.Key, store.CardPicture{Hash: hash, File: file})
	}
	if err != nil {
		s.log.Warn("the card goes without its chart", "card", row.Key, "error", err)
		return nil
	}
	return &plan.Picture{File: file, Alt: img.Alt}
}
