package cards

import (
	"errors"
	"testing"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// asked is a request of two suppliers of whom one has answered.
func asked(state plan.RFQState) plan.RFQ {
	return plan.RFQ{ID: 7, Name: "Solar <!here> lamp", AskedOn: today, AskedBy: "U0ANNA", State: state,
		RFQAsk: plan.RFQAsk{SKU: "SOLAR-01", Location: "LEEDS", Suppliers: []core.SupplierID{"POT", "FAR"}, Qty: 504, NeedBy: today + 30, AnswerBy: today + 3},
		Letters: []plan.RFQAsked{
			{Supplier: core.Supplier{ID: "POT", Name: "Potter & Son <@U1>"}, Mail: plan.OrderSent,
				Quote: &core.Quote{Supplier: "POT", SKU: "SOLAR-01", Price: gbp(1150), MOQ: 60, LeadDays: 8, QuotedOn: today, ValidUntil: today + 20}},
			{Supplier: core.Supplier{ID: "FAR", Name: "远灯有限公司"}, Mail: plan.OrderSendUnknown}}}
}

func TestRFQCards(t *testing.T) {
	for _, language := range []string{"en", "zh"} {
		there := shop
		there.Language = language
		closed := asked(plan.RFQClosed)
		closed.Chosen, closed.ClosedBy = "POT", "U0ANNA"
		for name, v := range map[string]plan.RFQCardView{
			"waiting":  {RFQ: asked(plan.RFQWaiting)},
			"compared": {RFQ: asked(plan.RFQCompared), Sources: compared().Places[0].Sources},
			"closed":   {RFQ: closed, Chosen: "Potter & Son <@U1>"},
		} {
			t.Run(language+" "+name, func(t *testing.T) {
				m := Render(plan.Card{Key: "rfq/7", Kind: plan.RFQCard, Version: 2, Shop: there, AsOf: now, Run: "check-20261121", RFQ: &v, Names: names})
				accept(t, m)
				inert(t, m)
				golden(t, "rfq_"+name+"."+language, shown{m.Text, m.Blocks, &m.Metadata})
			})
		}
		ask := asked(plan.RFQWaiting).RFQAsk
		open := asked(plan.RFQWaiting)
		form := RFQModal(plan.RFQView{Shop: there, Name: "Solar <!here> lamp", Ask: ask, Today: today, Open: &open, Suppliers: []plan.RFQSupplier{
			{Supplier: core.Supplier{ID: "POT", Name: "Potter & Son <@U1>", Email: "a@pot.example"}, Item: &core.SupplierItem{}, OnTime: 0.92},
			{Supplier: core.Supplier{ID: "FAR", Name: "远灯有限公司", Email: "a@far.example"}, OnTime: -1},
			{Supplier: core.Supplier{ID: "MUTE", Name: "No address"}, OnTime: -1}}})
		letters := RFQPreviewModal(plan.RFQPreview{Shop: there, Ask: ask, Letters: []plan.RFQDrafted{
			{Supplier: core.Supplier{ID: "POT", Name: "Potter & Son"}, Mail: plan.Mail{To: "a@pot.example", Subject: "Request for quotation: Solar lamp", Body: "Dear Sales,\n\nPlease quote.\n"}},
			{Supplier: core.Supplier{ID: "FAR", Name: "远灯有限公司"}, Mail: plan.Mail{To: "a@far.example", Subject: "询价", Body: "王经理，您好：\n"}}}})
		t.Run(language+" forms", func(t *testing.T) {
			acceptView(t, form)
			acceptView(t, letters)
			golden(t, "modal_rfq."+language, form)
			golden(t, "modal_rfq_letters."+language, letters)
		})
		if got, digests, err := ParseRFQSend(letters.PrivateMetadata); err != nil || got.SKU != ask.SKU || len(digests) != 2 || got.AnswerBy != ask.AnswerBy {
			t.Errorf("read back %+v, %q, %v", got, digests, err)
		}
		if sku, loc, err := ParseRFQMeta(form.PrivateMetadata); err != nil || sku != "SOLAR-01" || loc != "LEEDS" {
			t.Errorf("read back %s, %s, %v", sku, loc, err)
		}
	}
	inBoth(t, func(t *testing.T) {
		v := plan.QuoteView{SKU: "SOLAR-01", Name: "Solar <!here> lamp", Today: today, Suppliers: []core.Supplier{{ID: "POT", Name: "Potter", Currency: "GBP"}}}
		paste := PasteModal(shop.Language, v)
		v.Entry, v.Unsure = plan.QuoteEntry{SKU: "SOLAR-01", Supplier: "POT", Price: "11.50", MOQ: 60, LeadDays: 8, ValidUntil: today + 20}, []string{"several prices"}
		read := QuoteModal(shop.Language, v)
		acceptView(t, read)
		acceptView(t, paste)
		golden(t, "modal_quote_read", read)
		golden(t, "modal_paste", paste)
	})
}

func TestRFQValues(t *testing.T) {
	for _, s := range []string{"", "{}", `{"ask":{"sku":"A","location":"B","suppliers":["C"]},"digests":[]}`, `{"ask":{"sku":"A","suppliers":["C"]},"digests":["d"]}`,
		`{"ask":{"sku":"A","location":"B","suppliers":["C","C","C","C"]},"digests":["a","b","c","d"]}`} {
		if _, _, err := ParseRFQSend(s); !errors.Is(err, ErrValue) {
			t.Errorf("%q: %v", s, err)
		}
	}
	for _, s := range []string{"", "r1:", "r1:A", "k1:A:B", "r1:A:B ", "r1:%zz:B"} {
		if _, _, err := ParseRFQMeta(s); !errors.Is(err, ErrValue) {
			t.Errorf("%q: %v", s, err)
		}
	}
}
