package bot

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quartermaster/bot/secret"
	"quartermaster/core"
)

func TestDocumentedSettingsAreValid(t *testing.T) {
	text, err := os.ReadFile("../docs/settings.toml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := ParseSettings(text)
	if err != nil {
		t.Fatal(err)
	}
	want := core.DefaultPolicy()
	got := s.Policy
	if got.ServiceLevel != want.ServiceLevel || got.ReviewDays != want.ReviewDays || got.RedDays != want.RedDays || got.YellowDays != want.YellowDays ||
		got.Tiers != want.Tiers || got.MaxRiskCards != want.MaxRiskCards || got.ReviseShare != want.ReviseShare || got.StaleDefault != want.StaleDefault {
		t.Errorf("the documented policy %+v differs from the defaults %+v", got, want)
	}
	documented := s.Policy.Quantity
	if len(documented.ServiceLevels) != 9 || documented.Categories["lamps"].Kind != core.Seasonal ||
		len(documented.Budgets) != 1 || documented.Budgets[0].Amount != (core.Money{Minor: 800_000, Currency: "GBP"}) {
		t.Errorf("classes, categories and budgets are read as %+v", documented)
	}
	documented.ServiceLevels, documented.Categories, documented.Budgets = nil, nil, nil
	if diff := cmp.Diff(core.DefaultQuantity(), documented); diff != "" {
		t.Errorf("documented quantities (-defaults +documented):\n%s", diff)
	}
	if diff := cmp.Diff(core.DefaultSignals(), s.Policy.Signals); diff != "" {
		t.Errorf("documented bounds of signals (-defaults +documented):\n%s", diff)
	}
	if s.Policy.StaleLimit("stock") != 26*time.Hour || s.Policy.StaleLimit("ads") != time.Hour {
		t.Error("stale limits are not read")
	}
	if a := s.Policy.Approval.Approvers; len(a) != 1 || a[0].Limit != (core.Money{Minor: 1_000_000, Currency: "GBP"}) {
		t.Errorf("approvers are %+v", a)
	}
}

func TestDefaultSettingsLetNobodyApprove(t *testing.T) {
	if a := DefaultSettings().Policy.Approval.Approvers; len(a) != 0 {
		t.Errorf("approvers without a settings file: %v", a)
	}
}

func TestSettingsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"[policy]\nservce_level = 0.9":                         `line 2: there is no setting "policy.servce_level"; did you mean "policy.service_level"?`,
		"[polcy]\nservice_level = 0.9":                         `line 1: there is no setting "polcy"; did you mean "policy"?`,
		"[[approval.approver]]\nuser = \"U1\"\nlimit = 10000":  `line 3: approval.approver.limit must be text in quotes, such as "10.00"`,
		"[policy]\nservice_level = \"95 %\"":                   "line 2: policy.service_level must be a number such as 0.95",
		"[policy]\nreview_days = \"7\"":                        "line 2: policy.review_days must be a whole number",
		"[approval]\nsolo = \"yes\"":                           "line 2: approval.solo must be true or false",
		"[slack]\nchannel = \"#stock\"":                        `slack.channel "#stock" is no id of Slack such as C0123456789`,
		"[[approval.approver]]\nuser = \"jo\"\nlimit=\"5\"":    `approval.approver 1: user "jo" is no id of Slack such as U0123456789`,
		"[approval]\nreceivers = [\"@jo\"]":                    `approval.receivers 1 "@jo" is no id of Slack`,
		"[shop]\nnickname = \"x\"":                             `line 2: there is no setting "shop.nickname"`,
		"[signals]\ntopic = [0.5]":                             `signals.topic must be two numbers such as [-0.5, 3.0]`,
		"[signals]\nad = [0.5, 1.0]":                           `signals.ad must reach from between -1 and 0`,
		"[shop\n":                                              "line 1",
		"[shop]\ntime_zone = \"Mars/Base\"":                    "shop.time_zone",
		"[shop]\ntime_zone = \"Local\"":                        "shop.time_zone",
		"[shop]\ncurrency = \"euro\"":                          "shop.currency",
		"[shop]\nlanguage = \"fr\"":                            "shop.language",
		"[slack]\ncharts = \"big\"":                            `slack.charts must be "image", "native" or "none", is "big"`,
		"[policy]\nservice_level = 1.0":                        "service_level must be between 0.5 and 0.999",
		"[policy]\nservice_level = nan":                        "service_level",
		"[policy]\nyellow_days = 3":                            "yellow_days",
		"[policy]\ntiers = \"maybe\"":                          "tiers must be",
		"[quantity]\nholding_rate = 30.0":                      "quantity.holding_rate must be between 0 and 10, is 30",
		"[quantity]\ntransfers = \"soon\"":                     "quantity.transfers must be",
		"[quantity]\nclass_b = 0.5":                            "quantity.class_b must be between 0.8 and 1, is 0.5",
		"[quantity.service_levels]\nD = 0.9":                   `quantity.service_levels: there is no class "D"`,
		"[quantity.category.a]\nkind = \"odd\"":                `quantity.category "a": there is no kind "odd"`,
		"[[quantity.budget]]\namount = \"5\"\nmonth = \"May\"": `quantity.budget 1: month "May" is not of the form 2026-11`,
		"[[quantity.budget]]\nmonth = \"2026-11\"":             "quantity.budget 1: amount is missing",
		"[policy.stale_after]\nstock = \"soon\"":               "policy.stale_after.stock",
		"[approval]\nexpiry = \"-1h\"":                         "approval.expiry must be positive",
		"[approval]\nsecond_above = \"1e3\"":                   "approval.second_above",
		"[[approval.approver]]\nuser = \"U1\"":                 "limit is missing",
		"[[approval.approver]]\nuser = \"U1\"\nlimit = \"0\"":  "limit must be positive",
		"[[approval.approver]]\nlimit = \"5\"":                 "without a user id",
		"[customers]\nexport = [\"\"]":                         "customers.export 1 is empty",
		"[schedules]\ncheck = \"TZ=UTC\"":                      "schedules.check",
		"[schedules]\ncheck = \"0 0 31 2 *\"":                  "never comes due",
		"[[approval.approver]]\nuser=\"U1\"\nlimit=\"5\"\n[[approval.approver]]\nuser=\"U1\"\nlimit=\"6\"": "listed twice",
	} {
		if _, err := ParseSettings([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q in it", text, err, want)
		}
	}
}

func FuzzParseSettings(f *testing.F) {
	text, err := os.ReadFile("../docs/settings.toml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte("[policy]\nservice_level = inf"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if s, err := ParseSettings(text); err == nil {
			if err := s.Policy.Validate(); err != nil {
				t.Errorf("accepted settings are invalid: %v", err)
			}
		}
	})
}

func TestSettingsFileThatOthersMayWriteIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.toml")
	if err := os.WriteFile(path, []byte("[shop]\nname = \"x\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadSettings(path); err != nil {
		t.Error(err)
	}
	if err := os.Chmod(path, 0o622); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadSettings(path); err == nil || !strings.Contains(err.Error(), "chmod go-w") {
		t.Errorf("got %v", err)
	}
}

func TestValidateNamesEverySetting(t *testing.T) {
	err := Config{Settings: DefaultSettings(), SMTPURL: "smtp://u:hunter2@h", SlackAPIURL: "ftp://x", DatabaseURL: "mysql://u:hunter2@h"}.Validate()
	if err == nil {
		t.Fatal("accepted")
	}
	for _, name := range []string{"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "slack.channel", "SLACK_API_URL", "DATABASE_URL", "mail.from"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named in %v", name, err)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a password is in the error: %v", err)
	}
}

func TestSecretsArePrintedNowhere(t *testing.T) {
	c := Config{SlackBotToken: "xoxb-canary", SlackAppToken: "xapp-canary", SlackSigningSecret: "canary", OpenAIKey: "sk-canary",
		SMTPURL: "smtp://u:canary@h", DatabaseURL: "postgres://u:canary@h/d"}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("config", "config", c, "token", c.SlackBotToken)
	slog.New(slog.NewTextHandler(&log, nil)).Info("config", "config", c)
	js, err := json.Marshal(c.SlackBotToken)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{log.String(), string(js), fmt.Sprint(c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), fmt.Sprintf("%s %q %v", c.OpenAIKey, c.OpenAIKey, c.SMTPURL)} {
		if strings.Contains(text, "canary") {
			t.Errorf("a secret is printed: %s", text)
		}
	}
	if secret.Text("").String() != "" || c.OpenAIKey.Reveal() != "sk-canary" {
		t.Error("Secret does not keep its text")
	}
}

func TestLineCostFollowsTheCurrency(t *testing.T) {
	for text, want := range map[string]float64{
		"":                           5,
		"[shop]\ncurrency = \"JPY\"": 800,
		"[shop]\ncurrency = \"JPY\"\n[quantity]\nline_cost = 5.0": 5,
	} {
		s, err := ParseSettings([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Policy.Quantity.LineCost; got != want {
			t.Errorf("%q: line_cost %v, want %v", text, got, want)
		}
	}
}
