package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
)

const (
	kindRFQ  = "mail.rfq" // a letter that asks a supplier for a quotation
	inboxRFQ = "rfq"
)

// RFQRequest asks for the form of a request for quotation about one product.
type RFQRequest struct {
	Team, User string
	SKU        string
}

// RFQDraft asks for the letters of a request.
type RFQDraft struct {
	Team, User string
	Ask        plan.RFQAsk
}

// RFQForm is a request as a person sends it: these texts and no others leave.
type RFQForm struct {
	Key   string      `json:"key"` // unique per gesture
	Team  string      `json:"team"`
	User  string      `json:"user"`
	Ask   plan.RFQAsk `json:"ask"`
	Texts []RFQText   `json:"texts"` // in the order of Ask.Suppliers
}

// RFQText is one letter of a request.
type RFQText struct {
	Digest  string `json:"digest"` // of the text drafted
	Subject string `json:"subject"`
	Body    string `json:"body"`
}

// mayAsk returns the person when he or she may ask suppliers for quotes.
func (s *Service) mayAsk(ctx context.Context, team, user string) (plan.Actor, error) {
	actor, err := s.notify.Person(ctx, team, user)
	if err != nil {
		return actor, fmt.Errorf("look up who asks for quotes: %w", err)
	}
	if v := plan.DecideLetter(actor, s.cfg().Policy); v.Outcome == plan.Deny {
		return actor, &UserError{v.Reason}
	}
	return actor, nil
}

// RFQBox returns what the form of a request starts from: for the place with most
// money at risk. Who may not ask gets a *UserError.
func (s *Service) RFQBox(ctx context.Context, q RFQRequest) (v plan.RFQView, err error) {
	if _, err := s.mayAsk(ctx, q.Team, q.User); err != nil {
		return v, err
	}
	items, err := s.Item(ctx, q.SKU)
	if err != nil {
		return v, err
	}
	worst := slices.MaxFunc(items, func(a, b plan.Item) int { return int(max(-1, min(1, a.MoneyAtRisk.Minor-b.MoneyAtRisk.Minor))) })
	cfg := s.cfg()
	snap, err := s.st.LoadSnapshot(ctx, cfg.Shop, cfg.Now(), worst.SKU)
	if err != nil {
		return v, err
	}
	planner, err := s.asChecked(ctx, &snap, worst)
	if err != nil {
		return v, err
	}
	if v, err = planner.ProposeRFQ(snap, cfg.Policy, cfg.Now(), worst); err != nil {
		return v, err
	}
	open, err := store.OpenRFQs(ctx, s.st.Pool(), worst.SKU)
	if len(open) > 0 {
		v.Open = &open[0]
	}
	return v, err
}

// CheckRFQ says field by field what is wrong with a request; nothing when it may be
// sent. Errors for people are *UserError.
func (s *Service) CheckRFQ(ctx context.Context, q RFQDraft) (map[plan.RFQField]string, error) {
	if _, err := s.mayAsk(ctx, q.Team, q.User); err != nil {
		return nil, err
	}
	snap, err := s.st.LoadSnapshot(ctx, s.cfg().Shop, s.cfg().Now(), q.Ask.SKU)
	if err != nil {
		return nil, err
	}
	open, err := store.OpenRFQs(ctx, s.st.Pool(), q.Ask.SKU)
	return q.Ask.Check(snap.Suppliers, open, s.today()), err
}

func (s *Service) today() core.Day { return core.DayOf(s.cfg().Now(), s.cfg().Shop.Zone) }

// DraftRFQ writes the letters of a request that passed CheckRFQ. Nothing is stored
// or sent.
func (s *Service) DraftRFQ(ctx context.Context, q RFQDraft) (v plan.RFQPreview, err error) {
	snap, err := s.st.LoadSnapshot(ctx, s.cfg().Shop, s.cfg().Now(), q.Ask.SKU)
	if err != nil {
		return v, err
	}
	letters, err := plan.RFQLetters(snap, q.Ask, s.today())
	if err != nil {
		return v, userError(err)
	}
	v = plan.RFQPreview{Shop: s.cfg().Shop, Ask: q.Ask, Letters: make([]plan.RFQDrafted, len(letters))}
	g, ctx := errgroup.WithContext(ctx)
	for i, l := range letters {
		g.Go(func() (err error) {
			v.Letters[i].Supplier = l.To()
			v.Letters[i].Mail, err = s.write(ctx, l)
			return err
		})
	}
	return v, g.Wait()
}

// SendRFQ sends the letters of a request as they stand on the form, once per
// submission, and posts the card that follows it. A request about the same product
// that waited is replaced. Errors for people are *UserError, and then nothing is
// sent.
func (s *Service) SendRFQ(ctx context.Context, f RFQForm) error {
	actor, err := s.mayAsk(ctx, f.Team, f.User)
	if err != nil {
		return err
	}
	if len(f.Texts) != len(f.Ask.Suppliers) {
		return &UserError{"The letters do not fit the suppliers. Please ask again. Nothing was sent."}
	}
	for i := range f.Texts {
		if err := checkText(&f.Texts[i].Subject, &f.Texts[i].Body); err != nil {
			return err
		}
	}
	snap, err := s.st.LoadSnapshot(ctx, s.cfg().Shop, s.cfg().Now(), f.Ask.SKU)
	if err != nil {
		return err
	}
	today := s.today()
	err = s.submit(ctx, f.Key, inboxRFQ, "rfq "+string(f.Ask.SKU), f, func(tx pgx.Tx) error {
		if v := plan.DecideLetter(actor, s.cfg().Policy); v.Outcome == plan.Deny {
			return &UserError{v.Reason + " Nothing was sent."}
		}
		if err := store.LockRFQs(ctx, tx, f.Ask.SKU); err != nil {
			return err
		}
		open, err := store.OpenRFQs(ctx, tx, f.Ask.SKU)
		if err != nil {
			return err
		}
		for _, reason := range f.Ask.Check(snap.Suppliers, open, today) {
			return &UserError{reason + " Nothing was sent."}
		}
		if err := s.closeRFQ(ctx, tx, f.Ask.SKU, "", actor, f.Key, actor.Name+" asked others; this request is closed."); err != nil {
			return err
		}
		id, err := store.AddRFQ(ctx, tx, plan.RFQ{RFQAsk: f.Ask, AskedOn: today, AskedBy: actor.User})
		if err != nil {
			return err
		}
		for i, supplier := range f.Ask.Suppliers {
			if err := s.askFor(ctx, tx, f, i, id, snap.Suppliers, actor); err != nil {
				return fmt.Errorf("ask %s: %w", supplier, err)
			}
		}
		return s.touchRFQ(ctx, tx, id)
	})
	if errors.Is(err, store.ErrStale) {
		return &UserError{"Somebody asked for quotes of this product a moment ago. Nothing was sent; its card is in the channel."}
	}
	return err
}

// askFor arms one letter of a request.
func (s *Service) askFor(ctx context.Context, tx pgx.Tx, f RFQForm, i int, id int64, known []core.Supplier, actor plan.Actor) error {
	t, supplier := f.Texts[i], f.Ask.Suppliers[i]
	at := slices.IndexFunc(known, func(v core.Supplier) bool { return v.ID == supplier })
	p := rfqPayload{RFQ: id, Supplier: supplier, Name: known[at].Name, Post: Post{To: known[at].Email, Subject: t.Subject, Body: t.Body}}
	key := fmt.Sprintf("rfq/%d/%s", id, supplier)
	if err := s.arm(ctx, tx, store.Effect{Key: key, Kind: kindRFQ, Class: s.mail.Class()}, p, false); err != nil {
		return err
	}
	edited := plan.Mail{Subject: t.Subject, Body: t.Body}.Digest() != t.Digest
	return store.Audit(ctx, tx, actor.User, "letter rfq", rfqKey(id), map[string]any{"sku": f.Ask.SKU, "supplier": supplier,
		"text": "Subject: " + t.Subject, "to": p.To, "body": t.Body, "edited": edited})
}

func rfqKey(id int64) string { return "rfq/" + strconv.FormatInt(id, 10) }

func (s *Service) touchRFQ(ctx context.Context, tx pgx.Tx, id int64) error {
	return s.touch(ctx, tx, rfqKey(id), plan.RFQCard, strconv.FormatInt(id, 10), struct{}{})
}

// moveRFQs brings the requests under way, about one SKU or all, to where they are
// today: answers that came are shown, and whoever asked is told once that they can be
// compared, or that nobody answered.
func (s *Service) moveRFQs(ctx context.Context, tx pgx.Tx, sku core.SKU) error {
	if err := store.LockRFQs(ctx, tx, sku); err != nil {
		return err
	}
	open, err := store.OpenRFQs(ctx, tx, sku)
	if err != nil {
		return err
	}
	for _, r := range open {
		step, moved := r.Step(s.today())
		if !moved {
			continue
		}
		if err := store.MoveRFQ(ctx, tx, r.ID, r.State, step); err != nil {
			return err
		}
		if err := s.touchRFQ(ctx, tx, r.ID); err != nil {
			return err
		}
		if step.Line == "" {
			continue
		}
		var mention []string
		if step.Mention {
			mention = []string{r.AskedBy}
		}
		if err := s.say(ctx, tx, rfqKey(r.ID), string(step.State), step.Line, mention...); err != nil {
			return err
		}
	}
	return nil
}

// closeRFQ ends the request about a product that is under way, if there is one.
func (s *Service) closeRFQ(ctx context.Context, tx pgx.Tx, sku core.SKU, chosen core.SupplierID, actor plan.Actor, gesture, line string) error {
	id, err := store.CloseRFQ(ctx, tx, sku, chosen, actor.User)
	if err != nil || id == 0 {
		return err
	}
	if err := s.touchRFQ(ctx, tx, id); err != nil {
		return err
	}
	return s.say(ctx, tx, rfqKey(id), gesture, line)
}

// rfqView gathers what the card of a request shows.
func (s *Service) rfqView(ctx context.Context, subject string) (*plan.RFQCardView, error) {
	id, err := strconv.ParseInt(subject, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("card of a request for quotation: %w", err)
	}
	r, err := store.RFQByID(ctx, s.st.Pool(), id)
	if err != nil {
		return nil, err
	}
	if r.State == plan.RFQClosed {
		called, err := store.SupplierNames(ctx, s.st.Pool())
		return &plan.RFQCardView{RFQ: r, Chosen: called[r.Chosen]}, err
	}
	cfg := s.cfg()
	snap, err := s.st.LoadSnapshot(ctx, cfg.Shop, cfg.Now(), r.SKU)
	if err != nil {
		return nil, err
	}
	items, err := store.ItemStates(ctx, s.st.Pool(), string(r.SKU))
	if err != nil {
		return nil, err
	}
	planner, err := s.asChecked(ctx, &snap, items...)
	if err != nil {
		return nil, err
	}
	list, err := planner.Sources(snap, cfg.Policy, cfg.Now(), r.SKU, r.Location, r.Qty)
	return &plan.RFQCardView{RFQ: r, Sources: list}, err
}

// rfqDeed sends one letter of a request, as letterDeed does, and shows on the
// request's card how it fared.
type rfqDeed struct{ letterDeed }

type rfqPayload struct {
	RFQ      int64           `json:"rfq"`
	Supplier core.SupplierID `json:"supplier"`
	Name     string          `json:"name"`
	Post
}

func (d rfqDeed) finish(ctx context.Context, tx pgx.Tx, e store.Effect, state store.EffectState, ref string, cause error) error {
	var p rfqPayload
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return err
	}
	mail, line := plan.OrderSent, ""
	switch {
	case state == store.EffectUnknown:
		mail, line = plan.OrderSendUnknown, "The letter to "+p.Name+" may or may not have reached it: the mail server's answer was lost. It is not sent again by itself; please check with the supplier."
	case state == store.EffectFailed:
		mail, line = plan.OrderSendFailed, "The letter to "+p.Name+" could not be sent: "+cause.Error()
	case strings.HasPrefix(ref, dryRunPrefix):
		mail = plan.OrderDryRun
	}
	if err := store.RFQMail(ctx, tx, p.RFQ, p.Supplier, mail); err != nil {
		return err
	}
	if err := d.s.touchRFQ(ctx, tx, p.RFQ); err != nil || line == "" {
		return err
	}
	return d.s.say(ctx, tx, rfqKey(p.RFQ), roundOf(e), line)
}
