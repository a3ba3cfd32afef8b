package slackapp

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"quartermaster/bot/cards"
	"quartermaster/bot/jobs"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// Kind says what somebody did in Slack.
type Kind string

// Kinds of Inbound.
const (
	Press          Kind = "press"         // approve, reject or snooze: a click to be stored
	PressAll       Kind = "press_all"     // one press approves several proposals
	SnoozeBox      Kind = "snooze"        // "Snooze until…": a form is to be opened
	RejectBox      Kind = "reject"        // "Reject…": a form is to be opened
	EditBox        Kind = "edit"          // "Edit quantity": a form is to be opened
	WhyBox         Kind = "why"           // "Why?" on a restock card
	RiskBox        Kind = "risk_why"      // "Why?" on a risk card
	ListBox        Kind = "list"          // all that runs short, or waits: a form that only tells
	PageTurn       Kind = "page"          // another page of a long answer or form
	HomeTab        Kind = "home"          // somebody looks at the home tab
	Recount        Kind = "recount"       // a number was typed into the edit form
	DelegateBox    Kind = "delegate"      // "/stock delegate": a form is to be opened
	DelegateSubmit Kind = "delegated"     // it was sent
	ExplainBox     Kind = "explain"       // the shortcut "Explain" of a message
	SettingsBox    Kind = "settings_edit" // a form of the settings is to be opened
	WeekFile       Kind = "week_file"     // the weekly report is wanted as a file
	SettingsFile   Kind = "settings_file" // the settings are wanted as a file
	SettingsSubmit Kind = "settings"      // a settings form was sent
	Submit         Kind = "submit"        // the form was sent
	// Forms about an order: goods came, goods are on their way.
	ReceiveBox     Kind = "receive"
	ShipBox        Kind = "ship"
	OrderSubmit    Kind = "order_submit"  // one of them was sent
	LetterSubmit   Kind = "letter_submit" // the form with a letter was sent
	QuoteBox       Kind = "quote"         // "Enter a quote"
	QuoteSubmit    Kind = "quote_submit"  // that form was sent
	PasteBox       Kind = "paste"         // "Paste an answer"
	PasteSubmit    Kind = "paste_submit"
	OverrideBox    Kind = "override" // "Set a number"
	OverrideSubmit Kind = "override_submit"
	RFQBox         Kind = "rfq"      // "Ask others for a quote"
	RFQSubmit      Kind = "rfq_ask"  // that form was sent: show the letters
	RFQSend        Kind = "rfq_send" // the letters were sent
	ReplySubmit    Kind = "reply"    // a supplier's answer about an order was pasted
	Command        Kind = "command"  // /stock ...
	Mention        Kind = "mention"  // the bot was mentioned
	Verify         Kind = "verify"   // Slack checks the address of the events
	Nothing        Kind = "nothing"  // acknowledged, not acted on
)

// Inbound is one thing that came from Slack, the same for both transports. It
// is complete and checked: ids have the form of ids, values are values this
// program wrote.
type Inbound struct {
	Kind        Kind
	Key         string // unique per gesture
	Team, User  string // the person's own workspace, and the person
	Channel     string
	Trigger     string // right to open a modal, for 3 s
	ResponseURL string
	Click       jobs.Click         // of Press
	Ref         cards.Ref          // of EditBox, RejectBox, WhyBox and Submit
	All         []jobs.Click       // of PressAll
	Finding     string             // of RiskBox and SnoozeBox
	Qty         map[int]int64      // of Submit and Recount, by line; of OrderSubmit those of other pages
	Settings    jobs.SettingsForm  // of SettingsSubmit; of SettingsBox the values proposed
	File        jobs.SettingsText  // of SettingsSubmit with ImportForm
	Upload      string             // of the same: id of the file that was chosen
	On          jobs.MessageRef    // of ExplainBox
	Delegate    jobs.DelegateForm  // of DelegateSubmit
	Form        jobs.SettingsPart  // of SettingsBox and SettingsSubmit
	Shown       map[string]bool    // of SettingsSubmit: the fields of the form
	View        ViewState          // of Recount, and of PageTurn on a form
	Event       plan.OrderEvent    // of OrderSubmit
	Letter      jobs.LetterForm    // of LetterSubmit
	SKU         core.SKU           // of QuoteBox
	Quote       plan.QuoteEntry    // of QuoteSubmit and PasteSubmit
	Override    plan.OverrideEntry // of OverrideSubmit
	RFQ         jobs.RFQForm       // of RFQSubmit and RFQSend
	Bad         map[string]string  // of forms: complaint by block id
	Last        string             // of forms: their last field; empty when they have none
	Text        string             // of Command: what follows the command's name; of Mention: what was said; of PageTurn and ListBox: what was asked
	Page        int                // of PageTurn and of the edit form
	Challenge   string             // of Verify
}

// ViewState says which state of which open form a gesture was made on.
type ViewState struct {
	ID, Hash string
	At       string // time stamp of the gesture
}

// errMalformed is wrapped by every refusal of this file.
var errMalformed = errors.New("malformed request")

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errMalformed, fmt.Sprintf(format, args...))
}

var (
	userForm    = regexp.MustCompile(`^[UW][A-Z0-9]{1,30}$`)
	teamForm    = regexp.MustCompile(`^[TE][A-Z0-9]{1,30}$`)
	channelForm = regexp.MustCompile(`^[CDG][A-Z0-9]{1,30}$`)
	stampForm   = regexp.MustCompile(`^[0-9]{1,12}\.[0-9]{1,9}$`)
	fileForm    = regexp.MustCompile(`^F[A-Z0-9]{8,30}$`)
	tokenForm   = regexp.MustCompile(`^[!-~]{1,255}$`) // trigger ids, hashes: printable, no space
	numberForm  = regexp.MustCompile(`^[0-9]{1,10}$`)
)

// maxQty is the largest quantity a person may type.
const maxQty = 1_000_000_000

// interaction is the part of Slack's interaction payload that is read.
type interaction struct {
	Type        string `json:"type"`
	TriggerID   string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
	Team        *struct {
		ID string `json:"id"`
	} `json:"team"` // null for organisation-wide apps
	User struct {
		ID     string `json:"id"`
		TeamID string `json:"team_id"`
	} `json:"user"`
	Channel struct {
		ID string `json:"id"`
	} `json:"channel"`
	CallbackID string `json:"callback_id"` // of a shortcut
	Message    struct {
		TS     string `json:"ts"`
		Thread string `json:"thread_ts"`
	} `json:"message"`
	Container struct {
		MessageTS string `json:"message_ts"`
		ChannelID string `json:"channel_id"`
		Ephemeral bool   `json:"is_ephemeral"`
	} `json:"container"`
	Actions []struct {
		ActionID       string `json:"action_id"`
		ActionTS       string `json:"action_ts"`
		Value          string `json:"value"`
		SelectedOption *struct {
			Value string `json:"value"`
		} `json:"selected_option"`
	} `json:"actions"`
	View *struct {
		ID              string `json:"id"`
		Hash            string `json:"hash"`
		CallbackID      string `json:"callback_id"`
		PrivateMetadata string `json:"private_metadata"`
		Blocks          []struct {
			Type    string `json:"type"`
			BlockID string `json:"block_id"`
		} `json:"blocks"`
		State struct {
			Values map[string]map[string]entered `json:"values"`
		} `json:"state"`
	} `json:"view"`
}

// parseInteraction reads the payload of a button, a menu or a form. Interactions
// of other types and unknown buttons are Nothing; a known one with a part
// missing or made up is an error.
func parseInteraction(raw []byte) (Inbound, error) {
	var p interaction
	if err := json.Unmarshal(raw, &p); err != nil {
		return Inbound{}, malformed("payload: %v", err)
	}
	switch p.Type {
	case "":
		return Inbound{}, malformed("payload without a type")
	case "block_actions", "view_submission", "message_action":
	default:
		return Inbound{Kind: Nothing}, nil
	}
	in := Inbound{Trigger: p.TriggerID, Key: p.TriggerID, ResponseURL: p.ResponseURL, User: p.User.ID, Team: p.User.TeamID}
	if in.Team == "" && p.Team != nil {
		in.Team = p.Team.ID
	}
	if !userForm.MatchString(in.User) || !teamForm.MatchString(in.Team) {
		return Inbound{}, malformed("no user or team")
	}
	if in.Trigger != "" && !tokenForm.MatchString(in.Trigger) || len(in.ResponseURL) > 2000 {
		return Inbound{}, malformed("trigger_id or response_url")
	}
	if p.Type == "message_action" {
		return p.shortcut(in)
	}
	if p.Type == "view_submission" {
		return p.submit(in)
	}
	return p.press(in)
}

// submitReject reads the form of a rejection: it is a click with a note.
func (p interaction) submitReject(in Inbound) (Inbound, error) {
	ref, channel, err := cards.ParseRejectMeta(p.View.PrivateMetadata)
	if err != nil || !channelForm.MatchString(channel) {
		return Inbound{}, malformed("metadata of a rejection")
	}
	click := jobs.Click{Key: in.Key, Team: in.Team, User: in.User, Action: plan.Reject, Proposal: ref.Proposal, Version: ref.Version,
		Digest: ref.Digest, Message: jobs.MessageRef{Channel: channel}}
	in.Kind, in.Ref, in.Channel = Press, ref, channel
	err = p.fields(func(block string, field entered) bool {
		click.Note = field.text()
		return block == cards.FieldNote
	})
	in.Click = click
	return in, err
}

func (p interaction) submit(in Inbound) (Inbound, error) {
	if p.View == nil {
		return Inbound{}, malformed("no view")
	}
	form, settings := settingsForm(p.View.CallbackID)
	switch p.View.CallbackID {
	case cards.CallbackSettings, cards.CallbackApproval, cards.CallbackSchedules, cards.CallbackImport, cards.CallbackReject, cards.CallbackEdit, cards.CallbackReceive, cards.CallbackShip, cards.CallbackLetter,
		cards.CallbackQuote, cards.CallbackPaste, cards.CallbackRFQ, cards.CallbackSend, cards.CallbackOverride, cards.CallbackSnooze, cards.CallbackDelegate, cards.CallbackReply:
	default:
		return Inbound{Kind: Nothing}, nil
	}
	if in.Key == "" {
		in.Key = strings.Join([]string{"view", in.Team, p.View.ID, p.View.Hash, in.User}, "/")
	}
	if !tokenForm.MatchString(in.Key) {
		return Inbound{}, malformed("view id")
	}
	in.Bad = map[string]string{}
	for _, b := range p.View.Blocks {
		if b.Type == "input" {
			in.Last = b.BlockID
		}
	}
	if p.View.CallbackID == cards.CallbackReject {
		return p.submitReject(in)
	}
	if p.View.CallbackID == cards.CallbackDelegate {
		return p.submitDelegate(in)
	}
	if p.View.CallbackID == cards.CallbackSnooze {
		return p.submitSnooze(in)
	}
	if settings {
		return p.submitSettings(in, form)
	}
	if len(p.View.State.Values) == 0 {
		return Inbound{}, malformed("a form without fields")
	}
	switch p.View.CallbackID {
	case cards.CallbackQuote:
		return p.submitQuote(in)
	case cards.CallbackPaste:
		return p.submitPaste(in)
	case cards.CallbackRFQ:
		return p.submitRFQ(in)
	case cards.CallbackSend:
		return p.submitLetters(in)
	case cards.CallbackOverride:
		return p.submitOverride(in)
	}
	switch p.View.CallbackID {
	case cards.CallbackEdit:
		in.Kind = Submit
		return p.quantities(in)
	case cards.CallbackReceive, cards.CallbackShip:
		return p.submitOrder(in)
	}
	var err error
	if in.Ref, err = cards.ParseRef(p.View.PrivateMetadata); err != nil {
		return Inbound{}, fmt.Errorf("%w: %w", errMalformed, err)
	}
	if p.View.CallbackID == cards.CallbackLetter {
		return p.submitLetter(in)
	}
	return p.submitReply(in)
}

// recount reads a number typed into the edit form, with all the others on it, or the
// turn to another page of it.
func (p interaction) recount(in Inbound) (_ Inbound, err error) {
	in.Kind, in.Bad = Recount, map[string]string{}
	if in.View, err = p.viewState(); err != nil {
		return Inbound{}, err
	}
	if in, err = p.quantities(in); err != nil || !strings.HasPrefix(p.Actions[0].ActionID, cards.ActionPage+"_") {
		return in, err
	}
	page, _, err := cards.ParsePage(p.Actions[0].Value)
	if err != nil {
		return Inbound{}, fmt.Errorf("%w: %w", errMalformed, err)
	}
	if len(in.Bad) == 0 { // what cannot be read is to be mended first
		in.Page = page
	}
	return in, nil
}

// viewState reads on which state of which form a button was pressed.
func (p interaction) viewState() (ViewState, error) {
	v := ViewState{p.View.ID, p.View.Hash, p.Actions[0].ActionTS}
	if !tokenForm.MatchString(v.ID) || v.Hash != "" && !tokenForm.MatchString(v.Hash) || !stampForm.MatchString(v.At) {
		return ViewState{}, malformed("view id, hash or time of an action")
	}
	return v, nil
}

// quantities reads the numbers of the edit form, of all its pages.
func (p interaction) quantities(in Inbound) (Inbound, error) {
	meta, err := cards.ParsePageMeta(p.View.PrivateMetadata)
	if err != nil {
		return Inbound{}, fmt.Errorf("%w: %w", errMalformed, err)
	}
	in.Ref, in.Page, in.Qty = meta.Ref, meta.Page, meta.Typed
	for block, inputs := range p.View.State.Values {
		line, err := cards.ParseLineBlock(block)
		input, ok := inputs[cards.LineInput(line)]
		if err != nil || !ok {
			return Inbound{}, malformed("a field that is not on the form")
		}
		if n, ok := in.whole(block, input); ok {
			in.Qty[line] = n
		}
	}
	return in, nil
}

// whole reads a whole number from a field, or complains about it.
func (in *Inbound) whole(block string, field entered) (n int64, ok bool) {
	if field.Value == nil || !numberForm.MatchString(*field.Value) {
		in.Bad[block] = "Please enter a whole number."
		return 0, false
	}
	n, err := strconv.ParseInt(*field.Value, 10, 64)
	if err != nil || n > maxQty {
		in.Bad[block] = "This is more than can be ordered at once."
		return 0, false
	}
	return n, true
}
