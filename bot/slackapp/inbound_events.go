package slackapp

import (
	"encoding/json"
	"net/url"
	"strings"
	"unicode/utf8"
)

// command are the fields of a slash command that are read. Socket Mode sends
// them as JSON, HTTP as a form.
type command struct {
	Team        string `json:"team_id"`
	User        string `json:"user_id"`
	Channel     string `json:"channel_id"`
	Command     string `json:"command"`
	Text        string `json:"text"`
	Trigger     string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
}

func parseCommandJSON(raw []byte) (Inbound, error) {
	var c command
	if err := json.Unmarshal(raw, &c); err != nil {
		return Inbound{}, malformed("command: %v", err)
	}
	return c.inbound()
}

// parseCommandForm reads a slash command from a form. A field given twice is
// refused: which one counts would be a guess.
func parseCommandForm(form url.Values) (Inbound, error) {
	var c command
	for name, to := range map[string]*string{
		"team_id": &c.Team, "user_id": &c.User, "channel_id": &c.Channel, "command": &c.Command,
		"text": &c.Text, "trigger_id": &c.Trigger, "response_url": &c.ResponseURL,
	} {
		if len(form[name]) > 1 {
			return Inbound{}, malformed("%s is given twice", name)
		}
		*to = form.Get(name)
	}
	return c.inbound()
}

func (c command) inbound() (Inbound, error) {
	switch {
	case !userForm.MatchString(c.User) || !teamForm.MatchString(c.Team):
		return Inbound{}, malformed("no user or team")
	case !strings.HasPrefix(c.Command, "/") || len(c.Command) > 64:
		return Inbound{}, malformed("no command")
	case len(c.Text) > 4000 || !utf8.ValidString(c.Text) || len(c.ResponseURL) > 2000:
		return Inbound{}, malformed("text or response_url")
	}
	if c.Trigger != "" && !tokenForm.MatchString(c.Trigger) {
		return Inbound{}, malformed("trigger_id")
	}
	return Inbound{Kind: Command, Key: c.Trigger, Trigger: c.Trigger, Team: c.Team, User: c.User, Channel: c.Channel, Text: c.Text, ResponseURL: c.ResponseURL}, nil
}

// maxQuestion is how much of a mention is read, in bytes.
const maxQuestion = 500

// question is the text of a mention as far as it is read.
func question(text string) string {
	return strings.ToValidUTF8(text[:min(len(text), maxQuestion)], "")
}

// parseEvent reads a request of the Events API.
func parseEvent(raw []byte) (Inbound, error) {
	var p struct {
		Type      string `json:"type"`
		Challenge string `json:"challenge"`
		Team      string `json:"team_id"`
		EventID   string `json:"event_id"`
		Event     struct {
			Type    string `json:"type"`
			User    string `json:"user"`
			Channel string `json:"channel"`
			BotID   string `json:"bot_id"`
			Tab     string `json:"tab"`
			Text    string `json:"text"`
		} `json:"event"`
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		return Inbound{}, malformed("event: %v", err)
	}
	switch p.Type {
	case "":
		return Inbound{}, malformed("event without a type")
	case "url_verification":
		if !tokenForm.MatchString(p.Challenge) {
			return Inbound{}, malformed("challenge")
		}
		return Inbound{Kind: Verify, Challenge: p.Challenge}, nil
	case "event_callback":
		e := p.Event
		if e.Type == "app_mention" && e.BotID == "" && userForm.MatchString(e.User) && channelForm.MatchString(e.Channel) {
			return Inbound{Kind: Mention, Key: p.EventID, Team: p.Team, User: e.User, Channel: e.Channel, Text: question(e.Text)}, nil
		}
		if e.Type == "app_home_opened" && e.Tab == "home" && userForm.MatchString(e.User) {
			return Inbound{Kind: HomeTab, Key: p.EventID, Team: p.Team, User: e.User}, nil
		}
	}
	return Inbound{Kind: Nothing}, nil
}
