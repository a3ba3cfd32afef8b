package cards

import (
	"github.com/slack-go/slack"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// above reports whether amount is over limit. No limit is never exceeded;
// amounts that cannot be compared are treated as over it.
func above(amount, limit core.Money) bool {
	if limit.IsZero() {
		return false
	}
	return amount.Currency != limit.Currency || amount.Minor > limit.Minor
}

// restockActions adds the buttons of a proposal that waits. Snoozed ones can
// still be asked why; after a final decision there is none, except those of the
// order that came of it.
func (b *builder) restockActions(c plan.Card, v plan.RestockView) {
	p := v.Proposal
	ref := Ref{p.ID, p.Version, v.Digest}
	if !ref.valid() {
		return
	}
	why := button(ActionWhy, ref.String(), b.w.whyButton)
	if p.State == plan.Snoozed {
		b.actions(why)
	}
	if o := v.Order; o != nil && o.State.MailInDoubt() {
		again := button(ActionMailAgain, ref.String(), b.w.mailAgain)
		again.WithConfirm(slack.NewConfirmationBlockObject(
			plain(b.w.mailAgainSure, maxTitle), plain(say(b.w.mailAgainText, clean(o.Number, 30)), maxConfirm),
			plain(b.w.mailAgainYes, maxConfirmText), plain(b.w.sureNo, maxConfirmText)))
		b.actions(button(ActionMailSent, ref.String(), b.w.mailSent), again)
	}
	if o := v.Order; o != nil && o.State == plan.OrderApproved && !o.UndoUntil.IsZero() {
		b.actions(button(ActionUndo, ref.String(), say(b.w.po.undo, b.clock(o.UndoUntil))))
	}
	if v.Order != nil {
		b.orderActions(*v.Order)
	}
	if !p.State.Decidable() {
		return
	}
	var els []slack.BlockElement
	if len(c.Conservative) == 0 {
		els = append(els, b.approveButton(v, ref))
	}
	els = append(els, button(ActionEdit, ref.String(), b.w.edit), why)
	els = append(els, slack.NewOverflowBlockElement(ActionMore,
		option(Choice{plan.Snooze, 1, ref}.String(), b.w.snooze1),
		option(Choice{plan.Snooze, 7, ref}.String(), b.w.snooze7),
		option(Choice{plan.Snooze, 0, ref}.String(), b.w.quiet.until),
		option(Choice{plan.Reject, 0, ref}.String(), b.w.rejectMore),
	))
	b.actions(els...)
}

// approveButton is the one primary action. It names units and amount; above the
// limit a dialog repeats them with the supplier.
func (b *builder) approveButton(v plan.RestockView, ref Ref) *slack.ButtonBlockElement {
	p := v.Proposal
	label := b.w.approve
	if p.State == plan.AwaitingSecond {
		label = b.w.approveSecond
	}
	btn := button(ActionApprove, ref.String(), say(label, qty(total(p.Lines)), money(p.Total))).WithStyle(slack.StylePrimary)
	if above(p.TotalShop, v.ConfirmAbove) {
		btn.WithConfirm(slack.NewConfirmationBlockObject(
			plain(b.w.sure, maxTitle),
			plain(say(b.w.sureText, b.subject(p), b.amount(p)), maxConfirm),
			plain(b.w.sureYes, maxConfirmText), plain(b.w.sureNo, maxConfirmText),
		))
	}
	return btn
}
