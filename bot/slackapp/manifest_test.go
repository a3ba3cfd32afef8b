package slackapp

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
)

func TestManifest(t *testing.T) {
	// Every scope this program may ever ask for, with the reason. A scope that is
	// not here is a decision, not a typing error.
	reasons := map[string]string{
		"chat:write": "post and edit cards", "commands": "/stock", "files:write": "charts", "files:read": "settings files put in; when a chart can be shown", "im:write": "write to a person",
		"app_mentions:read": "answer a mention", "users:read": "guests, deactivated and foreign people", "channels:read": "shared channels",
		"channels:history": "optional: find our own post", "groups:history": "optional: the same in private channels",
	}
	for _, v := range []struct {
		mode Mode
		base string
		urls []string
	}{
		{Socket, "", nil},
		{HTTP, "https://bot.example.com/", []string{"https://bot.example.com/slack/commands", "https://bot.example.com/slack/events", "https://bot.example.com/slack/interactions"}},
	} {
		raw, err := Manifest(v.mode, v.base)
		if err != nil {
			t.Fatal(err)
		}
		var m struct {
			OAuth struct {
				Scopes struct {
					Bot      []string `json:"bot"`
					Optional []string `json:"bot_optional"`
					User     []string `json:"user"`
				} `json:"scopes"`
			} `json:"oauth_config"`
			Settings struct {
				Socket bool `json:"socket_mode_enabled"`
			} `json:"settings"`
		}
		if err := json.Unmarshal(raw, &m); err != nil {
			t.Fatal(err)
		}
		for _, s := range m.OAuth.Scopes.Bot {
			if reasons[s] == "" {
				t.Errorf("%s: scope %s is not on the list", v.mode, s)
			}
		}
		for _, s := range m.OAuth.Scopes.Optional {
			if !slices.Contains(m.OAuth.Scopes.Bot, s) || !strings.HasPrefix(reasons[s], "optional") {
				t.Errorf("%s: optional scope %s", v.mode, s)
			}
		}
		if len(m.OAuth.Scopes.User) != 0 || len(m.OAuth.Scopes.Bot) != len(reasons) || m.Settings.Socket != (v.mode == Socket) {
			t.Errorf("%s: %+v", v.mode, m)
		}
		for _, u := range v.urls {
			if !strings.Contains(string(raw), `"`+u+`"`) {
				t.Errorf("%s: %s is missing", v.mode, u)
			}
		}
		if v.mode == Socket && strings.Contains(string(raw), "http") {
			t.Error("Socket Mode needs no address")
		}
	}
	for _, base := range []string{"", "bot.example.com", "http://bot.example.com", "https://", "https://bot.example.com/?x=1", "https://u:p@bot.example.com"} {
		if _, err := Manifest(HTTP, base); err == nil {
			t.Errorf("address %q was accepted", base)
		}
	}
	if _, err := Manifest("carrier pigeon", ""); err == nil {
		t.Error("an unknown mode was accepted")
	}
}

func TestSecretsDoNotPrint(t *testing.T) {
	cfg := Config{BotToken: botToken, AppToken: appToken, SigningSecret: signingKey, APIURL: "ftp://x"}
	_, err := New(cfg, &desk{})
	if err == nil {
		t.Fatal("a wrong address was accepted")
	}
	out := &logs{}
	slog.New(slog.NewJSONHandler(out, nil)).Info("config", "cfg", cfg, "token", cfg.BotToken)
	noSecrets(t, fmt.Sprint(err, cfg, out)+fmt.Sprintf("%v %+v %#v %s %q", cfg, cfg, cfg, cfg.BotToken, cfg.BotToken))
}
