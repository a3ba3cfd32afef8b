package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core/plan"
)

// inboxSettings is the kind of a submitted settings form.
const inboxSettings = "settings"

// SettingField is a setting that can be changed from a form.
type SettingField struct {
	Name   string // in the settings file, such as policy.red_days
	Number bool
	Like   string // what is expected, for a complaint
}

// SettingFields are the settings that can be changed from a form, in its order. Who
// may approve what is not among them.
var SettingFields = []SettingField{
	{"policy.service_level", true, "a number such as 0.95"},
	{"policy.review_days", true, "a number of days"},
	{"policy.red_days", true, "a number of days"},
	{"policy.yellow_days", true, "a number of days"},
	{"policy.quiet_hours", false, "two times of day such as 22:00-07:00"},
	{"approval.remind_after", false, "a time such as 24h"},
}

// SettingFault is a value refused, with what would be right.
type SettingFault struct{ Name, Reason string }

// SettingFaults is the error of a form with values that are refused.
type SettingFaults []SettingFault

// Error lists them.
func (f SettingFaults) Error() string {
	parts := make([]string, len(f))
	for i := range f {
		parts[i] = f[i].Name + ": " + f[i].Reason
	}
	return strings.Join(parts, "; ")
}

// SettingsForm is a submitted form: values by name, and the version it was opened on.
type SettingsForm struct {
	Key     string            `json:"key"` // unique per gesture
	Team    string            `json:"team"`
	User    string            `json:"user"`
	Version int64             `json:"version"`
	Values  map[string]string `json:"values"`
}

// EditSettings returns the values that a form starts from, and the version they are
// of. Who may not change them gets a *UserError.
func (s *Service) EditSettings(ctx context.Context, team, user string) (v plan.SettingsView, err error) {
	if v, err = s.Settings(ctx); err != nil {
		return v, err
	}
	if v.Version == 0 || s.cfg().RewriteSettings == nil {
		return v, &UserError{"The settings were given when the program was started and not read from a file, so they cannot be changed here."}
	}
	_, err = s.maySet(ctx, team, user)
	return v, err
}

// maySet returns the person when he or she may change settings.
func (s *Service) maySet(ctx context.Context, team, user string) (plan.Actor, error) {
	actor, err := s.notify.Person(ctx, team, user)
	if err != nil {
		return actor, fmt.Errorf("look up who changes the settings: %w", err)
	}
	if v := plan.DecideSettings(actor, s.cfg().Policy); v.Outcome != plan.Allow {
		return actor, &UserError{v.Reason}
	}
	return actor, nil
}

// SubmitSettings writes a new version of the settings, in force at once. Values that
// are refused are SettingFaults: nothing is written and the form stays open. The same
// submission counts once; other errors for people are *UserError.
func (s *Service) SubmitSettings(ctx context.Context, f SettingsForm) error {
	if err := s.refresh(ctx, s.st.Pool()); err != nil {
		return err
	}
	actor, err := s.maySet(ctx, f.Team, f.User)
	if err != nil {
		return err
	}
	err = s.submit(ctx, f.Key, inboxSettings, "settings", f, func(tx pgx.Tx) error {
		now, err := store.LockSettings(ctx, tx)
		if err != nil {
			return err
		}
		if now.Version != f.Version {
			return &UserError{"Somebody changed the settings while the form was open. Please open it again; nothing was changed."}
		}
		// Rights withdrawn by the version that counts now are withdrawn.
		if err := s.refresh(ctx, tx); err != nil {
			return err
		}
		if v := plan.DecideSettings(actor, s.cfg().Policy); v.Outcome != plan.Allow {
			return &UserError{v.Reason}
		}
		body, err := s.cfg().RewriteSettings(now.Body, f.Values)
		if err != nil || body == now.Body {
			return err
		}
		next := store.SettingsVersion{By: actor.User, Source: store.FromSlack, Reason: changedText(now.Body, body), Body: body}
		if _, err := store.AddSettings(ctx, tx, next); err != nil {
			return err
		}
		return store.NextEpoch(ctx, tx)
	})
	if err != nil {
		return err
	}
	return s.refresh(ctx, s.st.Pool())
}

// changedText names the lines that are new: "red_days = 10; yellow_days = 25".
func changedText(old, next string) string {
	had := map[string]bool{}
	for line := range strings.Lines(old) {
		had[strings.TrimSpace(line)] = true
	}
	var news []string
	for line := range strings.Lines(next) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), "#")
		if line = strings.TrimSpace(line); line != "" && !had[line] && !strings.HasPrefix(line, "[") {
			news = append(news, line)
		}
	}
	return strings.Join(news, "; ")
}

// SettingsHistory lists the newest versions of the settings.
func (s *Service) SettingsHistory(ctx context.Context) ([]plan.SettingsView, error) {
	list, err := store.SettingsVersions(ctx, s.st.Pool(), 15)
	var out []plan.SettingsView
	for _, v := range list {
		out = append(out, plan.SettingsView{Version: v.Version, At: v.At, By: v.By, Source: string(v.Source), Reason: v.Reason, Shop: s.cfg().Shop})
	}
	return out, err
}

// ImportSettings makes the text of a settings file the settings in force, as changed
// by a command. The text must be sound.
func ImportSettings(ctx context.Context, st *store.Store, text, who string) (version int64, err error) {
	if text == "" {
		return 0, errors.New("the settings are empty")
	}
	err = st.InTx(ctx, func(tx pgx.Tx) error {
		now, err := store.LockSettings(ctx, tx)
		if err != nil {
			return err
		}
		if version = now.Version; now.Body == text {
			return nil
		}
		if version, err = store.AddSettings(ctx, tx, store.SettingsVersion{By: who, Source: store.FromImport, Reason: "imported", Body: text}); err != nil {
			return err
		}
		return store.NextEpoch(ctx, tx)
	})
	return version, err
}
