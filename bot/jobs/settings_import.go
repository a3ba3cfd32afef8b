package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core/plan"
)

// MaxSettingsFile is the longest settings file, in bytes.
const MaxSettingsFile = 256 << 10

// SettingsText is a settings file pasted into a form or uploaded. Version and Digest are those of
// the preview that was shown with it; zero at first.
type SettingsText struct {
	Key     string `json:"key"` // unique per gesture
	Team    string `json:"team"`
	User    string `json:"user"`
	Text    string `json:"text"`
	Version int64  `json:"version"`
	Digest  string `json:"digest"`
}

// PutSettings says what a settings file would change. Sent a second time, with the
// text that was previewed and while the same settings are in force, it is put in: in
// force at once, or, where it changes the approval rules, when another approver has
// confirmed. A text that cannot be read is a *UserError that says where; nothing of it
// is applied.
func (s *Service) PutSettings(ctx context.Context, f SettingsText) (p plan.SettingsPreview, err error) {
	if _, err := s.EditSettings(ctx, f.Team, f.User); err != nil {
		return p, err
	}
	actor, err := s.maySet(ctx, f.Team, f.User)
	if err != nil {
		return p, err
	}
	body, err := settingsBody(f.Text)
	if err != nil {
		return p, err
	}
	sum := sha256.Sum256([]byte(body))
	p.Digest = hex.EncodeToString(sum[:])
	look := func(tx pgx.Tx) (now store.SettingsVersion, err error) {
		if now, err = s.lockSettings(ctx, tx, actor); err != nil {
			return now, err
		}
		p.Version = now.Version
		if p.Changes, p.Second, err = s.settingsDiff(now.Body, body); err == nil && len(p.Changes) == 0 {
			err = &UserError{"These are the settings in force; nothing would change."}
		}
		return now, err
	}
	if f.Digest != p.Digest {
		return p, s.st.InTx(ctx, func(tx pgx.Tx) error {
			_, err := look(tx)
			return err
		})
	}
	err = s.submit(ctx, f.Key, inboxSettings, "settings", f, func(tx pgx.Tx) error {
		now, err := look(tx)
		if err != nil || now.Version != f.Version { // others are in force: what changes is shown anew
			return err
		}
		p.Done = true
		return s.putSettings(ctx, tx, store.SettingsVersion{By: actor.User, Source: store.FromSlack, Body: body}, now, actor)
	})
	if err != nil {
		return p, err
	}
	p.Done = p.Done || p.Version == 0 // the same submission once more
	return p, s.inForce(ctx)
}

// settingsBody is a settings file as it is kept, without what editors put at its ends.
func settingsBody(text string) (string, error) {
	switch {
	case len(text) > MaxSettingsFile:
		return "", &UserError{"This file is too large for settings: 256 kB at most."}
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return "", &UserError{"This is not a text file in UTF-8."}
	}
	body := strings.TrimSpace(strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n"))
	if body == "" {
		return "", &UserError{"This file is empty."}
	}
	return body + "\n", nil
}
