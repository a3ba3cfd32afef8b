package jobs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/core/plan"
)

// inboxSettings is the kind of a submitted settings form.
const inboxSettings = "settings"

// SettingKind says how a setting is typed and written in the settings file.
type SettingKind int

// Kinds of settings.
const (
	SettingWord   SettingKind = iota // a short text: a time, two times of day, an id
	SettingNumber                    // written without quotes
	SettingAmount                    // an amount of the shop's currency; empty: none
	SettingFlag                      // true or false
	SettingUsers                     // user ids with spaces between
	SettingCron                      // a cron expression; empty: the run is off
	SettingCodes                     // codes with commas between
)

// SettingsPart names one of the forms of the settings.
type SettingsPart string

// The forms of the settings.
const (
	ThresholdForm SettingsPart = "edit"     // what is short, and when the bot speaks
	ApprovalForm  SettingsPart = "approval" // who may approve what; a second person confirms
	ScheduleForm  SettingsPart = "schedule" // what runs when, and the channel
	ImportForm    SettingsPart = "import"   // a whole settings file as text
)

// SettingField is a setting that can be changed from a form.
type SettingField struct {
	Name string // in the settings file, such as policy.red_days
	Kind SettingKind
	Like string // what is expected, for a complaint
	Form SettingsPart
}

// SettingFields are the settings that can be changed from a form, in its order.
// Beside them ScheduleForm has one for each schedule and ApprovalForm one for each
// approver, see SettingOf.
var SettingFields = []SettingField{
	{"policy.service_level", SettingNumber, "a number such as 0.95", ThresholdForm},
	{"policy.review_days", SettingNumber, "a number of days", ThresholdForm},
	{"policy.red_days", SettingNumber, "a number of days", ThresholdForm},
	{"policy.yellow_days", SettingNumber, "a number of days", ThresholdForm},
	{"policy.min_safety_days", SettingNumber, "a number of days", ThresholdForm},
	{"policy.max_risk_cards", SettingNumber, "a number of cards", ThresholdForm},
	{"policy.reject_days", SettingNumber, "a number of days", ThresholdForm},
	{"policy.quiet_hours", SettingWord, "two times of day such as 22:00-07:00", ThresholdForm},
	{"policy.cool_down", SettingWord, "a time such as 4h", ThresholdForm},
	{"approval.remind_after", SettingWord, "a time such as 24h", ThresholdForm},
	{"slack.channel", SettingWord, "the id of a channel such as C0123456789", ScheduleForm},
	{"approval.second_above", SettingAmount, "an amount such as 5000.00", ApprovalForm},
	{"approval.confirm_above", SettingAmount, "an amount such as 1000.00", ApprovalForm},
	{"approval.daily_cap", SettingAmount, "an amount such as 20000.00", ApprovalForm},
	{"approval.routine_limit", SettingAmount, "an amount such as 500.00", ApprovalForm},
	{"approval.auto_limit", SettingAmount, "an amount such as 500.00", ApprovalForm},
	{"approval.auto_cap", SettingAmount, "an amount such as 2000.00", ApprovalForm},
	{"approval.key_suppliers", SettingCodes, "codes of suppliers with commas between", ApprovalForm},
	{"approval.expiry", SettingWord, "a time such as 72h", ApprovalForm},
	{"approval.undo", SettingWord, "a time such as 5m", ApprovalForm},
	{"approval.solo", SettingFlag, "true or false", ApprovalForm},
	{"approval.fallback", SettingUsers, "an approver", ApprovalForm},
}

// entryForm is the end of the name of a schedule or an approver.
var entryForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,40}$`)

// SettingOf returns the field of a setting by its name; ok is false when no form has
// it.
func SettingOf(name string) (f SettingField, ok bool) {
	if s, ok := strings.CutPrefix(name, plan.SchedulePrefix); ok {
		return SettingField{name, SettingCron, "five cron fields such as 0 8 * * 1-5", ScheduleForm}, entryForm.MatchString(s)
	}
	if s, ok := strings.CutPrefix(name, plan.ApproverPrefix); ok {
		return SettingField{name, SettingAmount, "an amount such as 5000.00; empty takes the person off the list", ApprovalForm}, entryForm.MatchString(s)
	}
	i := slices.IndexFunc(SettingFields, func(f SettingField) bool { return f.Name == name })
	if i < 0 {
		return f, false
	}
	return SettingFields[i], true
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

// SubmitSettings writes a new version of the settings, in force at once; a change of
// the approval rules becomes a card that another approver confirms. Values that are
// refused are SettingFaults: nothing is written and the form stays open. The same
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
		now, err := s.lockSettings(ctx, tx, actor)
		if err != nil {
			return err
		}
		if now.Version != f.Version {
			return &UserError{"Somebody changed the settings while the form was open. Please open it again; nothing was changed."}
		}
		body, err := s.cfg().RewriteSettings(now.Body, s.changed(f.Values))
		if err != nil || body == now.Body {
			return err
		}
		return s.putSettings(ctx, tx, store.SettingsVersion{By: actor.User, Source: store.FromSlack, Body: body}, now, actor)
	})
	if err != nil {
		return err
	}
	return s.inForce(ctx)
}

// lockSettings holds the settings until the transaction ends. Rights withdrawn by the
// version that counts now are withdrawn.
func (s *Service) lockSettings(ctx context.Context, tx pgx.Tx, actor plan.Actor) (now store.SettingsVersion, err error) {
	if now, err = store.LockSettings(ctx, tx); err != nil {
		return now, err
	}
	if err := s.refresh(ctx, tx); err != nil {
		return now, err
	}
	if v := plan.DecideSettings(actor, s.cfg().Policy); v.Outcome != plan.Allow {
		return now, &UserError{v.Reason}
	}
	return now, nil
}

// inForce takes over settings that were just written, schedules too.
func (s *Service) inForce(ctx context.Context) error {
	if err := s.refresh(ctx, s.st.Pool()); err != nil {
		return err
	}
	return s.keepSchedules(ctx)
}

// changed leaves the values of a form that differ from what is in force. Schedules go
// together: a file that names one of them names all.
func (s *Service) changed(values map[string]string) map[string]string {
	c := s.cfg()
	v := plan.SettingsView{Shop: c.Shop, Policy: c.Policy, Channel: c.Channel, Schedules: c.Schedules}
	out := map[string]string{}
	for name, typed := range values {
		if typed != v.Value(name) {
			out[name] = typed
		}
	}
	if slices.ContainsFunc(slices.Collect(maps.Keys(out)), func(name string) bool { return strings.HasPrefix(name, plan.SchedulePrefix) }) {
		for name, typed := range values {
			if strings.HasPrefix(name, plan.SchedulePrefix) {
				out[name] = typed
			}
		}
	}
	return out
}

// putSettings makes other settings the ones in force, or asks for a second person
// first when they change who may approve what.
func (s *Service) putSettings(ctx context.Context, tx pgx.Tx, next, now store.SettingsVersion, actor plan.Actor) error {
	changes, why, err := s.settingsDiff(now.Body, next.Body)
	if err != nil || len(changes) == 0 {
		return err
	}
	if why != "" {
		return s.askSecond(ctx, tx, store.SettingsChange{Body: next.Body, SettingsChange: plan.SettingsChange{Base: now.Version, Changes: changes, By: actor.User}}, actor, why)
	}
	next.Reason = strings.Join(changes, "; ")
	return s.addSettings(ctx, tx, next)
}

// settingsDiff names what other settings would change in those in force, and why another
// approver must confirm it, if one must. Settings that cannot be read are a *UserError.
func (s *Service) settingsDiff(now, next string) (changes []string, why string, err error) {
	before, after := *s.cfg(), *s.cfg()
	if err := s.cfg().ReadSettings(next, &after); err != nil {
		return nil, "", &UserError{"These settings cannot be read: " + err.Error()}
	}
	if changes, err = s.cfg().CompareSettings(now, next); err != nil {
		return nil, "", err
	}
	why = plan.NeedsSecond(before.Policy.Approval, after.Policy.Approval, before.Exporters, after.Exporters)
	for _, c := range changes {
		name, _, _ := strings.Cut(c, ":")
		if table, _, _ := strings.Cut(name, "."); why == "" && slices.Contains(ofOperation, table) {
			why = fmt.Sprintf("It changes %s, which says whose shop this is, where data come from or where letters go.", name)
		}
	}
	if why != "" && plan.ShownChanges(changes) < len(changes) { // the other approver could not read them
		return nil, "", &UserError{"These are more changes than a card can show to the approver who must confirm them. Please ask for them in smaller parts, or use the command quartermaster settings import."}
	}
	return changes, why, nil
}

// ofOperation are the tables of the settings file that no form has and that one person
// does not change from chat alone.
var ofOperation = []string{"shop", "data", "mail", "model"}

// addSettings writes the settings that count from the commit on. Changes that wait for
// a second person were of other settings and are void.
func (s *Service) addSettings(ctx context.Context, tx pgx.Tx, next store.SettingsVersion) error {
	if _, err := store.AddSettings(ctx, tx, next); err != nil {
		return err
	}
	if err := s.lapseChanges(ctx, tx); err != nil {
		return err
	}
	return store.NextEpoch(ctx, tx)
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
