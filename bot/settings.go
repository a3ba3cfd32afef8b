package bot

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"quartermaster/bot/jobs"
	"quartermaster/core"
)

// Settings is what a shop writes into its settings file: everything about the
// shop and its rules, nothing secret. docs/settings.toml explains every line.
type Settings struct {
	Shop core.Shop
	// Channel is the Slack channel id for cards, such as C0123456789.
	Channel string
	// Charts is how cards show the course of stock, as in jobs.Config.
	Charts string
	// DataDir is the folder of data files read before every check; empty for none.
	DataDir   string
	Policy    core.Policy
	Schedules map[string]string
	// MailFrom is the sender of letters to suppliers.
	MailFrom string
	// NoticeTo gets an e-mail when Slack cannot be reached; empty: nobody.
	NoticeTo string
	// PlainTone are the codes of the suppliers to whom letters are friendly and direct.
	PlainTone []core.SupplierID
	// Model is the language model's name at the endpoint.
	Model string
	// DailyTokens is the budget of the language model a day.
	DailyTokens int
	// Exporters are the Slack user ids who may see the customers behind a product.
	Exporters []string
	// Pseudonyms: customer ids are stored as salted hashes only.
	Pseudonyms bool
	// Text is what the settings were read from; empty for those made in code.
	Text string
}

// defaultSchedules: the morning check, one every hour in between, and a look at
// the customers before the shop opens.
var defaultSchedules = map[string]string{"check": "0 8 * * *", "watch": "30 * * * *", jobs.DigestSchedule: "0 9 * * 1-5", jobs.WeeklySchedule: "30 8 * * 1", jobs.MonthlySchedule: "0 9 1 * *", jobs.TrainSchedule: "20 4 * * *", jobs.CustomersSchedule: "15 5 * * *"}

// settingsFile mirrors the TOML text. Amounts are strings in the shop's currency.
type settingsFile struct {
	Shop struct {
		Name     string `toml:"name"`
		TimeZone string `toml:"time_zone"`
		Currency string `toml:"currency"`
		Language string `toml:"language"`
	} `toml:"shop"`
	Slack struct {
		Channel string `toml:"channel"`
		Charts  string `toml:"charts"`
	} `toml:"slack"`
	Data struct {
		Dir string `toml:"dir"`
	} `toml:"data"`
	Policy struct {
		ServiceLevel  *float64          `toml:"service_level"`
		FillRate      *float64          `toml:"fill_rate"`
		ReviewDays    *int              `toml:"review_days"`
		RedDays       *int              `toml:"red_days"`
		YellowDays    *int              `toml:"yellow_days"`
		Tiers         *string           `toml:"tiers"`
		Target        *string           `toml:"target"`
		MinSafetyDays *float64          `toml:"min_safety_days"`
		MaxRiskCards  *int              `toml:"max_risk_cards"`
		ReviseShare   *float64          `toml:"revise_share"`
		RejectDays    *int              `toml:"reject_days"`
		ForecastOff   *float64          `toml:"forecast_off"`
		StaleDefault  string            `toml:"stale_default"`
		StaleAfter    map[string]string `toml:"stale_after"`
		QuietHours    string            `toml:"quiet_hours"`
		CoolDown      string            `toml:"cool_down"`
	} `toml:"policy"`
	Quantity quantitySettings `toml:"quantity"`
	Signals  signalSettings   `toml:"signals"`
	Approval struct {
		SecondAbove  string            `toml:"second_above"`
		ConfirmAbove string            `toml:"confirm_above"`
		DailyCap     string            `toml:"daily_cap"`
		Expiry       string            `toml:"expiry"`
		Solo         bool              `toml:"solo"`
		RemindAfter  string            `toml:"remind_after"`
		Undo         string            `toml:"undo"`
		RoutineLimit string            `toml:"routine_limit"`
		AutoLimit    string            `toml:"auto_limit"`
		AutoCap      string            `toml:"auto_cap"`
		KeySuppliers []core.SupplierID `toml:"key_suppliers"`
		Fallback     []string          `toml:"fallback"`
		Receivers    []string          `toml:"receivers"`
		Approver     []struct {
			User  string `toml:"user"`
			Team  string `toml:"team"`
			Limit string `toml:"limit"`
		} `toml:"approver"`
	} `toml:"approval"`
	Schedules map[string]string `toml:"schedules"`
	Mail      struct {
		From   string `toml:"from"`
		Notice string `toml:"notice"`
	} `toml:"mail"`
	Model struct {
		Name        string `toml:"name"`
		DailyTokens int    `toml:"daily_tokens"`
	} `toml:"model"`
	Letters struct {
		Plain []core.SupplierID `toml:"plain_tone"`
	} `toml:"letters"`
	Customers struct {
		Pseudonyms bool     `toml:"pseudonyms"`
		Export     []string `toml:"export"`
	} `toml:"customers"`
}

// DefaultSettings are used without a file: no approver, so nothing can be
// ordered.
func DefaultSettings() Settings {
	s, err := ParseSettings(nil)
	if err != nil {
		panic(err) // unreachable unless the defaults are wrong; a test reads them
	}
	return s
}

// LoadSettings reads a settings file. A file that others than its owner may write
// is refused: who can write it can approve orders.
func LoadSettings(path string) (Settings, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Settings{}, fmt.Errorf("settings file: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o022 != 0 && !windows {
		return Settings{}, fmt.Errorf("settings file %s can be written by others (mode %04o); it says who may approve orders: run chmod go-w %s", path, mode, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return Settings{}, fmt.Errorf("settings file: %w", err)
	}
	s, err := ParseSettings(text)
	if err != nil {
		return Settings{}, fmt.Errorf("settings file %s: %w", path, err)
	}
	return s, nil
}

// ParseSettings reads the text of a settings file. Unknown keys are refused with
// their line; every value out of bounds is named.
func ParseSettings(text []byte) (Settings, error) {
	f := unsaid()
	dec := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return Settings{}, decodeError(err)
	}
	zone, err := time.LoadLocation(f.Shop.TimeZone)
	if err != nil || f.Shop.TimeZone == "" || f.Shop.TimeZone == "Local" {
		return Settings{}, fmt.Errorf("shop.time_zone %q is not an IANA name such as Europe/London", f.Shop.TimeZone)
	}
	s := Settings{
		Shop:    core.Shop{Name: f.Shop.Name, Zone: zone, Currency: core.Currency(f.Shop.Currency), Language: f.Shop.Language},
		Channel: f.Slack.Channel, Charts: f.Slack.Charts, DataDir: f.Data.Dir, Policy: core.DefaultPolicy(),
		Schedules: f.Schedules, MailFrom: f.Mail.From, NoticeTo: f.Mail.Notice, Model: f.Model.Name, PlainTone: f.Letters.Plain, DailyTokens: f.Model.DailyTokens,
		Exporters: f.Customers.Export, Pseudonyms: f.Customers.Pseudonyms,
	}
	if s.Schedules == nil {
		s.Schedules = defaultSchedules
	}
	var errs []error
	if !s.Shop.Currency.Valid() {
		errs = append(errs, fmt.Errorf("shop.currency %q is not an ISO code such as EUR", f.Shop.Currency))
	}
	if s.Shop.Language != "en" && s.Shop.Language != "zh" {
		errs = append(errs, fmt.Errorf("shop.language must be \"en\" or \"zh\", is %q", s.Shop.Language))
	}
	if !slices.Contains([]string{jobs.ChartImage, jobs.ChartNative, jobs.ChartNone}, f.Slack.Charts) {
		errs = append(errs, fmt.Errorf("slack.charts must be \"image\", \"native\" or \"none\", is %q", f.Slack.Charts))
	}
	errs = append(errs, notAnID("slack.channel", f.Slack.Channel, "C0123456789", "the channel's name, About, last line"))
	for i, user := range s.Exporters {
		if user == "" {
			errs = append(errs, fmt.Errorf("customers.export %d is empty; it takes Slack user ids such as U0123456789", i+1))
		}
	}
	if s.DailyTokens < 0 {
		errs = append(errs, fmt.Errorf("model.daily_tokens must not be negative, is %d", s.DailyTokens))
	}
	for name, spec := range s.Schedules {
		if _, err := jobs.ParseTimetable(spec, zone); err != nil {
			errs = append(errs, fmt.Errorf("schedules.%s: %w", name, err))
		}
	}
	errs = append(errs, f.policy(&s.Policy), f.Quantity.read(&s.Policy.Quantity, s.Shop.Currency), f.Signals.read(&s.Policy.Signals), f.approval(&s.Policy.Approval, s.Shop.Currency))
	if err := errors.Join(errs...); err != nil {
		return Settings{}, err
	}
	s.Text = string(text)
	return s, s.Policy.Validate()
}

// unsaid is what a file has where it says nothing, beside the policy's own defaults.
func unsaid() (f settingsFile) {
	f.Shop.Name, f.Shop.TimeZone, f.Shop.Currency, f.Shop.Language = "My shop", "UTC", "USD", "en"
	f.Slack.Charts, f.Model.DailyTokens = "image", 200_000
	return f
}

// into is what jobs takes over of a new version of the settings.
func (s Settings) into(c *jobs.Config) {
	c.Shop, c.Policy, c.Channel, c.DataDir = s.Shop, s.Policy, s.Channel, s.DataDir
	c.Schedules, c.NoticeTo, c.Charts = s.Schedules, s.NoticeTo, s.Charts
	c.Exporters, c.PlainTone = s.Exporters, s.PlainTone
}

func readSettings(text string, c *jobs.Config) error {
	s, err := ParseSettings([]byte(text))
	if err == nil {
		s.into(c)
	}
	return err
}

// policy overrides the defaults with what the file says.
func (f *settingsFile) policy(p *core.Policy) error {
	in := f.Policy
	set(&p.ServiceLevel, in.ServiceLevel)
	set(&p.FillRate, in.FillRate)
	set(&p.ReviewDays, in.ReviewDays)
	set(&p.RedDays, in.RedDays)
	set(&p.YellowDays, in.YellowDays)
	set(&p.MinSafetyDays, in.MinSafetyDays)
	set(&p.MaxRiskCards, in.MaxRiskCards)
	set(&p.ReviseShare, in.ReviseShare)
	set(&p.RejectDays, in.RejectDays)
	set(&p.ForecastOff, in.ForecastOff)
	if in.Target != nil {
		p.Target = core.TargetRule(*in.Target)
	}
	if in.Tiers != nil {
		p.Tiers = core.TierRule(*in.Tiers)
	}
	errs := []error{duration(&p.StaleDefault, "policy.stale_default", in.StaleDefault), quietHours(&p.Quiet, in.QuietHours), duration(&p.CoolDown, "policy.cool_down", in.CoolDown)}
	for feed, text := range in.StaleAfter {
		var d time.Duration
		errs = append(errs, duration(&d, "policy.stale_after."+feed, text))
		if p.StaleAfter == nil {
			p.StaleAfter = map[string]time.Duration{}
		}
		p.StaleAfter[feed] = d
	}
	return errors.Join(errs...)
}

func (f *settingsFile) approval(a *core.ApprovalPolicy, cur core.Currency) error {
	in := f.Approval
	a.Solo, a.Receivers, a.Fallback, a.KeySuppliers = in.Solo, in.Receivers, in.Fallback, in.KeySuppliers
	errs := []error{
		amount(&a.SecondAbove, "approval.second_above", in.SecondAbove, cur),
		amount(&a.ConfirmAbove, "approval.confirm_above", in.ConfirmAbove, cur),
		amount(&a.DailyCap, "approval.daily_cap", in.DailyCap, cur),
		duration(&a.Expiry, "approval.expiry", in.Expiry),
		duration(&a.RemindAfter, "approval.remind_after", in.RemindAfter),
		duration(&a.Undo, "approval.undo", in.Undo),
		amount(&a.RoutineLimit, "approval.routine_limit", in.RoutineLimit, cur),
		amount(&a.AutoLimit, "approval.auto_limit", in.AutoLimit, cur),
		amount(&a.AutoCap, "approval.auto_cap", in.AutoCap, cur),
	}
	if in.AutoCap != "" && a.AutoCap.Minor == 0 && a.AutoLimit.Minor > 0 {
		errs = append(errs, errors.New("approval.auto_cap must be above 0; without it four times approval.auto_limit may be approved in a week"))
	}
	const member = "the person's profile, More, Copy member ID"
	for i, user := range in.Receivers {
		errs = append(errs, notAnID(fmt.Sprintf("approval.receivers %d", i+1), user, "U0123456789", member))
	}
	for i, user := range in.Fallback {
		errs = append(errs, notAnID(fmt.Sprintf("approval.fallback %d", i+1), user, "U0123456789", member))
	}
	for i, p := range in.Approver {
		errs = append(errs, notAnID(fmt.Sprintf("approval.approver %d: user", i+1), p.User, "U0123456789", member))
		one := core.Approver{User: p.User, Team: p.Team}
		if p.Limit == "" {
			errs = append(errs, fmt.Errorf("approval.approver %d (%s): limit is missing", i+1, p.User))
		}
		errs = append(errs, amount(&one.Limit, fmt.Sprintf("approval.approver %d (%s): limit", i+1, p.User), p.Limit, cur))
		a.Approvers = append(a.Approvers, one)
	}
	return errors.Join(errs...)
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

func amount(to *core.Money, name, text string, cur core.Currency) error {
	if text == "" {
		return nil
	}
	m, err := core.ParseMoney(text, cur)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	*to = m
	return nil
}

func duration(to *time.Duration, name, text string) error {
	if text == "" {
		return nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("%s: %q is not a time such as 30m or 26h", name, text)
	}
	*to = d
	return nil
}

// quietHours reads "22:00-07:00".
func quietHours(to *core.QuietHours, text string) error {
	if text == "" {
		return nil
	}
	from, until, _ := strings.Cut(text, "-")
	a, err := time.Parse("15:04", strings.TrimSpace(from))
	b, err2 := time.Parse("15:04", strings.TrimSpace(until))
	if err != nil || err2 != nil {
		return fmt.Errorf("policy.quiet_hours: %q is not two times of day such as 22:00-07:00", text)
	}
	to.From, to.To = a.Hour()*60+a.Minute(), b.Hour()*60+b.Minute()
	return nil
}
