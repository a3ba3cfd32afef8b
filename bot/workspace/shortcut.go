package workspace

import "context"

// Shortcut uses a message shortcut of the app, as from the menu beside a message, and
// waits until the app has acknowledged.
func (p Person) Shortcut(ctx context.Context, m Message, callback string) (*Outcome, error) {
	w := p.w
	w.mu.Lock()
	found, err := w.onMessage(p.id, m.Channel, m.TS)
	if err != nil {
		w.mu.Unlock()
		return nil, err
	}
	t := w.newTrigger(p.id)
	payload := w.person(p.id, "message_action", t)
	payload["callback_id"], payload["action_ts"], payload["message_ts"] = callback, w.nextTS(), found.message.TS
	payload["message"] = w.shown(found.message, true)
	payload["channel"] = map[string]any{"id": found.channel.ID, "name": found.channel.label()}
	payload["response_url"] = w.newHook(hook{channel: found.channel.ID, user: p.id, source: found.message.TS, thread: replyThread(found.message), trigger: t.id})
	d, out := newDelivery(kindInteractive, payload), w.outcome(p.id, t)
	w.last = d
	w.mu.Unlock()
	out.Ack, err = w.send(ctx, p.id, d)
	return out, err
}
