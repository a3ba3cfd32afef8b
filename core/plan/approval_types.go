package plan

import (
	"time"

	"quartermaster/core"
)

// Action is what a person does to a proposal.
type Action string

// Actions on proposals.
const (
	Approve Action = "approve"
	Edit    Action = "edit"
	Snooze  Action = "snooze"
	Reject  Action = "reject"

	// The two answers to "did the supplier get the e-mail?", asked when the mail
	// server's answer was lost or the letter failed.
	MailSent  Action = "mail_sent"
	MailAgain Action = "mail_again"

	// Undo takes an approval back before the supplier's letter leaves.
	Undo Action = "undo"

	// What can become of messages that were refused for good.
	RetryDead   Action = "retry_dead"
	DiscardDead Action = "discard_dead"
)

// Actor is a person as Slack knows him or her at this moment.
type Actor struct {
	Team        string `json:"team"` // workspace the person belongs to
	User        string `json:"user"`
	Name        string `json:"name"`
	Guest       bool   `json:"guest,omitempty"`       // restricted or ultra-restricted
	Deactivated bool   `json:"deactivated,omitempty"` //
	Foreign     bool   `json:"foreign,omitempty"`     // belongs to another organisation (Slack Connect)
	Bot         bool   `json:"bot,omitempty"`
}

// Past is one earlier decision, for rolling caps and four eyes.
type Past struct {
	Proposal int64      `json:"proposal"`
	User     string     `json:"user"`
	Action   Action     `json:"action"`
	Amount   core.Money `json:"amount"` // shop's currency
	At       time.Time  `json:"at"`
}

// Outcome is the answer of Decide.
type Outcome string

// Outcomes. NeedSecond counts the approval given and asks for another person's.
const (
	Allow      Outcome = "allow"
	NeedSecond Outcome = "need_second"
	Deny       Outcome = "deny"
)

// Pressed is what became of one proposal that was approved on a list.
type Pressed struct {
	Supplier string    // by name
	Outcome  Outcome   // Deny also where it was not asked for: it was decided or rewritten before
	Order    string    // number of the order, when one was made
	Undo     time.Time // until when that can be taken back; zero: it cannot
}

// Verdict is an outcome with its reason, a sentence that can be shown.
type Verdict struct {
	Outcome Outcome `json:"outcome"`
	Reason  string  `json:"reason"`
}
