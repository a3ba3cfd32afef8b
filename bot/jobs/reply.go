package jobs

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/connectors"
	"quartermaster/core"
	"quartermaster/core/plan"
)

const (
	inboxReply = "reply"

	maxReplyText = 12_000 // characters of a pasted answer, in bytes
	// mailboxDays is how far back a look into the mailbox goes.
	mailboxDays = 14
)

// ReplyForm is a supplier's answer about an order, pasted by a person.
type ReplyForm struct {
	Key      string `json:"key"` // unique per gesture
	Team     string `json:"team"`
	User     string `json:"user"`
	Proposal int64  `json:"proposal"` // that the order was made from
	Text     string `json:"text"`
}

// PasteReply keeps a pasted answer, once per submission. It is shown in the order's
// thread; what it says about the order waits on a card for a person. Errors for
// people are *UserError.
func (s *Service) PasteReply(ctx context.Context, f ReplyForm) error {
	actor, err := s.notify.Person(ctx, f.Team, f.User)
	if err != nil {
		return fmt.Errorf("look up who pastes an answer: %w", err)
	}
	policy, err := s.rules(ctx, s.st.Pool())
	if err != nil {
		return err
	}
	if v := plan.DecideOrder(actor, plan.OrderConfirm, policy); v.Outcome == plan.Deny {
		return &UserError{v.Reason + " Nothing was stored."}
	}
	f.Text = strings.TrimSpace(strings.ToValidUTF8(f.Text, " "))
	if f.Text == "" || len(f.Text) > maxReplyText || strings.ContainsRune(f.Text, 0) {
		return &UserError{"The answer is empty or too long. Nothing was stored."}
	}
	v, err := s.OrderOf(ctx, f.Proposal)
	if err != nil {
		return err
	}
	return s.submit(ctx, f.Key, inboxReply, "reply", f, func(tx pgx.Tx) error {
		a := plan.Answer{Text: f.Text, Pasted: f.User, At: s.cfg().Now()}
		return s.keepReply(ctx, tx, "pasted/"+f.Key, a, v.Order)
	})
}

// readMailbox takes in what suppliers answered by e-mail. What names no order of ours
// is left alone.
func (s *Service) readMailbox(ctx context.Context) error {
	box := s.cfg().Mailbox
	keys, err := store.LetterKeys(ctx, s.st.Pool(), []string{kindMail, kindLetter}, 2000)
	if err != nil {
		return err
	}
	mails, err := box.Read(ctx, s.cfg().Now().AddDate(0, 0, -mailboxDays), func(ids []string) ([]string, error) {
		known, err := store.KnownReplies(ctx, s.st.Pool(), ids)
		return slices.DeleteFunc(ids, func(id string) bool { return slices.Contains(known, id) }), err
	})
	for _, m := range mails {
		err = errors.Join(err, s.takeMail(ctx, m, keys))
	}
	return err
}

// takeMail keeps one e-mail if it is about an order: it answers our letter, or names
// exactly one order.
func (s *Service) takeMail(ctx context.Context, m connectors.Mail, keys map[string]string) error {
	number := ""
	for key, of := range keys {
		if slices.ContainsFunc(m.Refers, func(id string) bool { return s.cfg().Answers(id, key) }) {
			number = of
		}
	}
	if named := plan.OrderNumbers(m.Subject + "\n" + plan.Answer{Text: m.Text}.Excerpt()); number == "" && len(named) == 1 {
		number = named[0]
	}
	if number == "" {
		return nil
	}
	o, err := store.Order(ctx, s.st.Pool(), number)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	a := plan.Answer{From: m.From, Subject: m.Subject, Text: m.Text, At: m.At, Stranger: !sameSender(m.From, o.Supplier.Email)}
	return s.st.InTx(ctx, func(tx pgx.Tx) error { return s.keepReply(ctx, tx, m.ID, a, o) })
}

// sameSender reports whether an e-mail came from the address, or the house, that the
// supplier has in our data. Big mail services are nobody's house.
func sameSender(from, known string) bool {
	_, house, ok := strings.Cut(strings.ToLower(from), "@")
	_, of, _ := strings.Cut(strings.ToLower(known), "@")
	if strings.EqualFold(from, known) {
		return from != ""
	}
	return ok && house == of && !slices.Contains(publicMail, house)
}

var publicMail = []string{"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "gmx.de", "gmx.net", "web.de",
	"qq.com", "foxmail.com", "163.com", "126.com", "sina.com", "aliyun.com", "proton.me", "protonmail.com", "mail.ru", "yandex.ru"}

// keepReply reads an answer, keeps it, and tells of it: a line in the order's thread
// always, a card when there is something to decide.
func (s *Service) keepReply(ctx context.Context, tx pgx.Tx, messageID string, a plan.Answer, o plan.Order) error {
	a.Order, a.Read, a.State = o.ID, plan.ReadReply(a.Text, o), plan.ReplyNoted
	if a.View(o, s.today()).Says() {
		a.State = plan.ReplyOpen
	}
	id, isNew, err := store.AddReply(ctx, tx, messageID, a)
	if err != nil || !isNew {
		return err
	}
	if a.State == plan.ReplyOpen {
		if err := s.touchReply(ctx, tx, id); err != nil {
			return err
		}
	}
	line := fmt.Sprintf("%s answered about order %s:\n%s", o.Supplier.Name, o.Number, a.Excerpt())
	switch {
	case a.Stranger:
		line = fmt.Sprintf("An e-mail about order %s came from %s, which is not the address of %s, so nothing was read from it. If it is right, paste it: /stock reply %s",
			o.Number, a.From, o.Supplier.Name, o.Number)
	case a.State == plan.ReplyNoted:
		line = fmt.Sprintf("%s answered about order %s; nothing in it changes the order:\n%s", o.Supplier.Name, o.Number, a.Excerpt())
	}
	if err := s.say(ctx, tx, restockKey(o.ProposalID), fmt.Sprintf("reply/%d", id), line); err != nil {
		return err
	}
	return store.Audit(ctx, tx, cmp.Or(a.Pasted, "quartermaster"), "reply", o.Number, map[string]any{
		"text": "an answer of " + o.Supplier.Name + " came", "from": a.From, "stranger": a.Stranger, "found": a.Read})
}

func replyKey(id int64) string { return "answer/" + strconv.FormatInt(id, 10) }

func (s *Service) touchReply(ctx context.Context, tx pgx.Tx, id int64) error {
	return s.touch(ctx, tx, replyKey(id), plan.AnswerCard, strconv.FormatInt(id, 10), struct{}{})
}

// answerView gathers what the card of an answer shows.
func (s *Service) answerView(ctx context.Context, subject string) (*plan.AnswerView, error) {
	id, err := strconv.ParseInt(subject, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("card of an answer: %w", err)
	}
	a, o, err := store.ReplyByID(ctx, s.st.Pool(), id)
	v := a.View(o, s.today())
	return &v, err
}

// decideReply records what an answer says about its order, or drops it. It is the
// report that the card showed, of the order as the card showed it, or nothing.
func (s *Service) decideReply(ctx context.Context, c Click, actor plan.Actor) (answer string, err error) {
	err = s.once(ctx, c.Key, string(c.Action), func(tx pgx.Tx) error {
		history, err := store.History(ctx, tx, actor.User) // and the person's cap, before the order is locked
		if err != nil {
			return err
		}
		if err := s.refresh(ctx, tx); err != nil { // rights withdrawn a moment ago are withdrawn
			return err
		}
		a, o, err := store.ReplyByID(ctx, tx, c.Reply)
		if err != nil {
			return err
		}
		if o, err = store.LockOrder(ctx, tx, o.ProposalID); err != nil {
			return err
		}
		policy, err := s.rules(ctx, tx)
		if err != nil {
			return err
		}
		v := a.View(o, s.today())
		switch verdict := plan.DecideOrder(actor, plan.OrderConfirm, policy); {
		case a.State != plan.ReplyOpen:
			answer = "This answer was settled already; nothing was done."
			return nil
		case verdict.Outcome == plan.Deny:
			answer = verdict.Reason
			return store.Audit(ctx, tx, actor.User, "denied "+string(c.Action), o.Number, verdict)
		case c.Action == plan.DropReply:
			return s.endReply(ctx, tx, a, o, plan.ReplyDropped, actor)
		case c.Version != o.Version || v.Event == nil:
			answer = fmt.Sprintf("Order %s has changed since you saw this card; it is %s now. Please look again.", o.Number, o.State.Word())
			return s.touchReply(ctx, tx, a.ID)
		}
		dearer, err := s.dearer(ctx, tx, actor, v, history, policy)
		if err != nil {
			return err
		}
		if dearer != nil && dearer.verdict.Outcome == plan.Deny {
			answer = dearer.verdict.Reason + " Nothing was done."
			return errors.Join(dearer.keep(ctx, tx, c, actor), store.Audit(ctx, tx, actor.User, "denied "+string(c.Action), o.Number, dearer.verdict))
		}
		faults, err := s.report(ctx, tx, OrderForm{Key: c.Key, Team: c.Team, User: c.User, Proposal: o.ProposalID, Version: o.Version, Event: *v.Event}, actor)
		if err != nil {
			return err
		}
		if len(faults) > 0 {
			answer = faults[0].Reason + " Nothing was done."
			return nil
		}
		if dearer != nil {
			if err := dearer.keep(ctx, tx, c, actor); err != nil {
				return err
			}
		}
		return s.endReply(ctx, tx, a, o, plan.ReplyTaken, actor)
	})
	if errors.Is(err, store.ErrNotFound) {
		return "This answer does not exist any more.", s.settle(ctx, c.Key, "no such answer")
	}
	return answer, err
}

// agreement is a decision on other prices: an approval of what the order becomes
// dearer by.
type agreement struct {
	about   plan.Proposal // with that amount
	verdict plan.Verdict
}

// dearer decides whether a person may agree to the prices of an answer; nil when it
// names none.
func (s *Service) dearer(ctx context.Context, tx pgx.Tx, actor plan.Actor, v plan.AnswerView, history []plan.Past, policy core.Policy) (*agreement, error) {
	if len(v.Event.Prices) == 0 {
		return nil, nil
	}
	row, err := store.Proposal(ctx, tx, v.Of.ProposalID)
	if err != nil {
		return nil, err
	}
	now, err := store.Now(ctx, tx)
	if err != nil {
		return nil, err
	}
	next := v.Of
	next.Total = v.Total
	verdict, extra := plan.DecidePrice(actor, v.Of, next, row.Proposal, history, policy, now)
	p := row.Proposal
	p.TotalShop.Minor = max(0, extra.Minor)
	return &agreement{p, verdict}, nil
}

// keep writes the decision, which counts against the person's daily cap.
func (g *agreement) keep(ctx context.Context, tx pgx.Tx, c Click, actor plan.Actor) error {
	return store.AddDecision(ctx, tx, c.Key+"/price", actor, c.Action, g.about, g.verdict)
}

func (s *Service) endReply(ctx context.Context, tx pgx.Tx, a plan.Answer, o plan.Order, to plan.ReplyState, actor plan.Actor) error {
	if err := store.SettleReply(ctx, tx, a.ID, to, actor.User); err != nil {
		return err
	}
	// Others about the order compare with it as it is now.
	open, err := store.OpenReplies(ctx, tx, o.ID)
	if err != nil {
		return err
	}
	for _, id := range append(open, a.ID) {
		if err := s.touchReply(ctx, tx, id); err != nil {
			return err
		}
	}
	return store.Audit(ctx, tx, actor.User, "reply "+string(to), o.Number, map[string]any{"answer": a.ID, "text": "the supplier's answer was " + string(to)})
}

// watchMailbox looks into the mailbox until ctx ends.
func (s *Service) watchMailbox(ctx context.Context) {
	failed := 0
	for every := time.NewTicker(s.cfg().MailboxEvery); ; {
		err := s.readMailbox(ctx)
		if ctx.Err() == nil {
			failed = s.tellMailbox(ctx, failed, err)
		}
		select {
		case <-ctx.Done():
			every.Stop()
			return
		case <-every.C:
		}
	}
}

// minute is how an instant is told.
const minute = "2 Jan 2006 15:04"

// mailboxTries is how many times in a row the mailbox must fail before the channel is
// told: mail servers are away for a moment now and then.
const mailboxTries = 3

// tellMailbox counts how many times in a row the mailbox failed. The channel is told of
// a mailbox that stays away, and on the same card that it is back.
func (s *Service) tellMailbox(ctx context.Context, failed int, err error) int {
	const key = "note/mailbox"
	now := s.cfg().Now().In(s.cfg().Shop.Zone)
	note := plan.NoteView{Text: fmt.Sprintf("✅ Suppliers' answers are fetched again since %s.", now.Format(minute))}
	if err != nil {
		failed++
		s.log.Warn("suppliers' answers could not be fetched", "times", failed, "error", err)
		if failed < mailboxTries { // after that too: the card is written once, but not when the database was away
			return failed
		}
		note = plan.NoteView{Open: true, Text: fmt.Sprintf("🟠 The mailbox of suppliers' answers cannot be read since %s: please check IMAP_URL. Answers are fetched when it is back; until then /stock reply takes one as text.",
			now.Add(-time.Duration(failed-1)*s.cfg().MailboxEvery).Format(minute))}
	} else {
		failed = 0
	}
	told := s.st.InTx(ctx, func(tx pgx.Tx) error {
		var was plan.NoteView
		row, err := store.Card(ctx, tx, key)
		if err == nil {
			err = json.Unmarshal(row.Body, &was)
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) || was.Open == note.Open {
			return err
		}
		return s.touch(ctx, tx, key, plan.NoteCard, "", note)
	})
	if told != nil && !errors.Is(told, store.ErrNotFound) {
		s.log.Warn("tell about the mailbox", "error", told)
	}
	return failed
}
