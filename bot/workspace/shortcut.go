package workspace

import "context"

// Shortcut is a message shortcut of the app: its callback id, and its name for people.
type Shortcut struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Shortcut uses a message shortcut of the app, as from the menu beside a message, and
// waits until the app has acknowledged.
func (p Person) Shortcut(ctx context.Context, m Message, callback string) (*Outcome, error) {
	return p.w.shortcut(ctx, p.id, m.Channel, m.TS, callback)
}

func (w *Workspace) shortcut(ctx context.Context, user, channel, ts, callback string) (*Outcome, error) {
	w.mu.Lock()
	found, err := w.onMessage(user, channel, ts)
	if err != nil {
		w.mu.Unlock()
		return nil, err
	}
	t := w.newTrigger(user)
	payload := w.person(user, "message_action", t)
	payload["callback_id"], payload["action_ts"], payload["message_ts"] = callback, w.nextTS(), found.message.TS
	payload["message"] = w.shown(found.message, true)
	payload["channel"] = map[string]any{"id": found.channel.ID, "name": found.channel.label()}
	payload["response_url"] = w.newHook(hook{channel: found.channel.ID, user: user, source: found.message.TS, thread: replyThread(found.message), trigger: t.id})
	d, out := newDelivery(kindInteractive, payload), w.outcome(user, t)
	w.last = d
	w.mu.Unlock()
	out.Ack, err = w.send(ctx, user, d)
	return out, err
}
