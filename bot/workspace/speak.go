package workspace

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// say posts a text as a person. A mention of the app becomes an app_mention
// event, if the app may read those.
func (w *Workspace) say(user, channel, thread, text string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch := w.channel(channel)
	if ch == nil {
		return fmt.Errorf("no channel %q", channel)
	}
	if err := w.mayAct(user, ch); err != nil {
		return err
	}
	if ch.Archived {
		return errors.New("this channel is archived")
	}
	if strings.TrimSpace(text) == "" {
		return errors.New("there is no text")
	}
	m := &Message{Type: "message", User: user, Team: w.cfg.Team.ID, Text: w.markup(text), TS: w.nextTS(), seq: w.nextSeq()}
	if head := ch.find(thread, false); head != nil {
		m.ThreadTS = thread
	}
	ch.add(m)
	w.announce(notice{Kind: "message", Channel: ch.ID})
	event := map[string]any{"user": user, "text": m.Text, "ts": m.TS, "channel": ch.ID, "event_ts": m.TS, "team": w.cfg.Team.ID}
	if m.ThreadTS != "" {
		event["thread_ts"] = m.ThreadTS
	}
	switch {
	case ch.peer != "" && w.needScope("im:history") == nil:
		event["type"], event["channel_type"] = "message", "im"
	case ch.peer == "" && ch.has(botUserID) && strings.Contains(m.Text, "<@"+botUserID+">") && w.needScope("app_mentions:read") == nil:
		event["type"] = "app_mention"
	default:
		return nil
	}
	w.deliverEvent(event)
	return nil
}

var mention = regexp.MustCompile(`@([\pL\pN._-]+)`)

// markup escapes what a person typed and turns @name into a mention.
func (w *Workspace) markup(text string) string {
	text = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
	return mention.ReplaceAllStringFunc(text, func(s string) string {
		i := slices.IndexFunc(w.users, func(u User) bool { return strings.EqualFold(u.Name, s[1:]) })
		if i < 0 {
			return s
		}
		return "<@" + w.users[i].ID + ">"
	})
}

// command runs a slash command as a person. Its answer, if any, is shown to
// that person or, when the app says so, to the channel.
func (w *Workspace) command(ctx context.Context, user, channel, name, text string) (*Outcome, error) {
	w.mu.Lock()
	ch := w.channel(channel)
	if ch == nil {
		w.mu.Unlock()
		return nil, fmt.Errorf("no channel %q", channel)
	}
	if err := w.mayAct(user, ch); err != nil {
		w.mu.Unlock()
		return nil, err
	}
	t := w.newTrigger(user)
	out := w.outcome(user, t)
	if !slices.Contains(w.cfg.CommandNames, name) {
		w.whisper(ch, user, t, fmt.Sprintf("`%s` is not a command of this workspace. Try %s.", name,
			strings.Join(w.cfg.CommandNames, ", ")))
		w.mu.Unlock()
		return out, nil
	}
	u, _ := w.user(user)
	d := newDelivery(kindCommand, map[string]any{
		"token": "local", "team_id": w.teamOf(u), "team_domain": w.cfg.Team.Domain, "channel_id": ch.ID, "channel_name": ch.label(),
		"user_id": u.ID, "user_name": u.Name, "command": name, "text": text, "api_app_id": appID, "is_enterprise_install": "false",
		"response_url": w.newHook(hook{channel: ch.ID, user: user, trigger: t.id}), "trigger_id": t.id,
	})
	w.last = d
	w.mu.Unlock()
	var err error
	if out.Ack, err = w.send(ctx, user, d); err != nil {
		w.mu.Lock()
		w.whisper(ch, user, t, fmt.Sprintf("`%s` failed: %s did not respond (%s).", name, w.cfg.App, reasonOf(err)))
		w.mu.Unlock()
		return out, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.answerCommand(ch, user, t, out.Ack); err != nil {
		w.whisper(ch, user, t, fmt.Sprintf("`%s` failed: the answer was refused (%s).", name, err))
		return out, fmt.Errorf("answer to %s refused: %w", name, err)
	}
	return out, nil
}

// answerCommand shows an acknowledgement that has a body: plain text or a message.
func (w *Workspace) answerCommand(ch *conversation, user string, t *trigger, body []byte) error {
	text := strings.TrimSpace(string(body))
	if text == "" || text == "{}" {
		return nil
	}
	var answer map[string]any
	if v, err := decode(body); err == nil {
		answer, _ = v.(map[string]any)
		if s, ok := v.(string); ok {
			text = s
		}
	}
	if answer == nil {
		answer = map[string]any{"text": text}
	}
	if err := w.respond(&hook{channel: ch.ID, user: user, trigger: t.id}, &call{args: args{values: answer}}); err != nil {
		return errors.New(explain(err))
	}
	return nil
}

// explain names a refusal with its details.
func explain(err error) string {
	if refused, ok := errors.AsType[*apiError](err); ok && refused.Detail["errors"] != nil {
		return fmt.Sprint(refused.Code, " ", refused.Detail["errors"])
	}
	return err.Error()
}

// whisper is a word of the workspace itself to one person.
func (w *Workspace) whisper(ch *conversation, user string, t *trigger, text string) {
	m := &Message{Type: "message", User: "USLACKBOT", Text: text, TS: w.nextTS(), seq: w.nextSeq(),
		Ephemeral: true, To: user, trigger: t.id}
	ch.add(m)
	w.announce(notice{Kind: "message", Channel: ch.ID, User: user})
}

// visitHome tells the app that a person looks at its home tab.
func (w *Workspace) visitHome(user string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.mayAct(user, nil); err != nil {
		return err
	}
	event := map[string]any{"type": "app_home_opened", "user": user, "channel": w.direct(user).ID, "tab": "home", "event_ts": w.nextTS()}
	if v := w.views[w.homes[user]]; v != nil {
		event["view"] = *v
	}
	w.deliverEvent(event)
	return nil
}

// slashCommand splits "/name rest"; a path such as /usr/bin is no command.
func slashCommand(text string) (name, rest string, ok bool) {
	name, rest, _ = strings.Cut(strings.TrimSpace(text), " ")
	if len(name) < 2 || name[0] != '/' || strings.Contains(name[1:], "/") {
		return "", "", false
	}
	return name, strings.TrimSpace(rest), true
}
