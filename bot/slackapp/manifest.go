package slackapp

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// Mode is a transport.
type Mode string

// The transports.
const (
	Socket Mode = "socket" // outgoing connection, no public address needed
	HTTP   Mode = "http"   // signed requests to a public https address
)

// Scopes are the rights the bot needs. OptionalScopes only let it find its own post
// again when Slack's answer to posting was lost.
var (
	Scopes         = []string{"app_mentions:read", "channels:read", "chat:write", "commands", "files:read", "files:write", "im:write", "users:read"}
	OptionalScopes = []string{"channels:history", "groups:history"}
)

// Manifest returns the app manifest that "Create app from a manifest" takes, as
// JSON. base is the public https address of this program, for HTTP only.
func Manifest(mode Mode, base string) ([]byte, error) {
	type object = map[string]any
	command := object{"command": "/stock", "description": "Stock, orders and why", "usage_hint": "status | approve | sku CODE | orders | why CODE | help", "should_escape": false}
	events := object{"bot_events": []string{"app_home_opened", "app_mention"}}
	interactivity := object{"is_enabled": true}
	switch mode {
	case Socket:
	case HTTP:
		u, err := url.Parse(base)
		if err != nil || u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
			return nil, fmt.Errorf("manifest: %q is not a plain https address such as https://bot.example.com", base)
		}
		base = strings.TrimSuffix(u.String(), "/")
		command["url"] = base + "/slack/commands"
		events["request_url"] = base + "/slack/events"
		interactivity["request_url"] = base + "/slack/interactions"
	default:
		return nil, fmt.Errorf("manifest: mode %q is neither %q nor %q", mode, Socket, HTTP)
	}
	m := object{
		"display_information": object{
			"name":             "Quartermaster",
			"description":      "Watches stock, asks before it orders",
			"background_color": "#1f3a4d",
		},
		"features": object{
			"app_home":       object{"home_tab_enabled": true, "messages_tab_enabled": false},
			"bot_user":       object{"display_name": "Quartermaster", "always_online": true},
			"shortcuts":      []object{{"name": "Explain", "type": "message", "callback_id": ShortcutExplain, "description": "The calculation behind a card"}},
			"slash_commands": []object{command},
		},
		"oauth_config": object{"scopes": object{
			"bot":          append(append([]string{}, Scopes...), OptionalScopes...),
			"bot_optional": OptionalScopes,
		}},
		"settings": object{
			"event_subscriptions":    events,
			"interactivity":          interactivity,
			"org_deploy_enabled":     false,
			"socket_mode_enabled":    mode == Socket,
			"token_rotation_enabled": false,
		},
	}
	out, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	return out, nil
}
