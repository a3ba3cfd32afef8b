package plan

import (
	"time"

	"quartermaster/core"
)

// SetTone is the action of saying how letters speak to a supplier. Who may send letters
// may: see DecideLetter.
const SetTone Action = "set_tone"

// ToneSource says where the tone of a supplier comes from.
type ToneSource string

// Sources of a tone, the first that says one counts.
const (
	ToneByPerson ToneSource = "chat"
	ToneByFile   ToneSource = "file"    // suppliers.csv
	ToneByRule   ToneSource = "setting" // letters.plain_tone
	ToneDefault  ToneSource = "default"
)

// ToneChange is a tone that a person set.
type ToneChange struct {
	Tone core.Tone
	By   string // user id
	At   time.Time
}

// ToneView is how letters speak to a supplier, and why.
type ToneView struct {
	Tone    core.Tone // formal or friendly
	Source  ToneSource
	History []ToneChange // newest first
}

// ToneOf returns the tone in force: what a person set last, else what the file says, else
// friendly for those whom the settings name, else formal.
func ToneOf(file core.Tone, set []ToneChange, named bool) ToneView {
	v := ToneView{Tone: core.Formal, Source: ToneDefault, History: set}
	switch {
	case len(set) > 0:
		v.Tone, v.Source = set[0].Tone, ToneByPerson
	case file != "":
		v.Tone, v.Source = file, ToneByFile
	case named:
		v.Tone, v.Source = core.Friendly, ToneByRule
	}
	return v
}
