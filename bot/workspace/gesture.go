package workspace

import (
	"fmt"
	"net/http"
	"time"
)

// A trigger opens one view within three seconds of a gesture.
type trigger struct {
	id      string
	user    string
	expires time.Time
	used    bool
}

const (
	triggerLife = 3 * time.Second
	hookLife    = 30 * time.Minute
	hookUses    = 5
)

// newTrigger starts a gesture of the user. The caller holds w.mu.
func (w *Workspace) newTrigger(user string) *trigger {
	now := w.cfg.Clock()
	for id, t := range w.triggers { // an hour on, nobody asks why it was refused
		if now.Sub(t.expires) > time.Hour {
			delete(w.triggers, id)
		}
	}
	t := &trigger{
		id:   fmt.Sprintf("%d.%d.%s", now.UnixMilli(), w.nextSeq(), newSecret()),
		user: user, expires: now.Add(triggerLife),
	}
	w.triggers[t.id] = t
	return t
}

// exchange uses up a trigger.
func (w *Workspace) exchange(id string) (*trigger, error) {
	t := w.triggers[id]
	switch {
	case t == nil:
		return nil, refuse("invalid_trigger_id")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	case w.cfg.Clock().After(t.expires):
		return nil, refuse("expired_trigger_id")
	}
	t.used = true
	return t, nil
}

// hook is one response_url.
type hook struct {
	channel string
	user    string
	thread  string
	source  string // ts of the message clicked, empty for a command
	shadow  bool   // the source is ephemeral
	trigger string
	expires time.Time
	uses    int
}

// newHook returns a response_url. The caller holds w.mu.
func (w *Workspace) newHook(h hook) string {
	now := w.cfg.Clock()
	for id, old := range w.hooks {
		if now.Sub(old.expires) > time.Hour {
			delete(w.hooks, id)
		}
	}
	h.expires = now.Add(hookLife)
	id := newSecret()
	w.hooks[id] = &h
	return w.base + "/hooks/" + id
}

// serveHook answers through a response_url: a new message, for the person only
// unless response_type is in_channel, or a change of the message clicked.
func (w *Workspace) serveHook(rw http.ResponseWriter, r *http.Request) {
	if crossSite(r) {
		http.Error(rw, "cross-site request", http.StatusForbidden)
		return
	}
	a, err := parseArgs(rw, r)
	if err == nil {
		err = w.useHook(r.PathValue("id"), a)
	}
	if err == nil {
		_, _ = fmt.Fprint(rw, "ok")
		return
	}
	w.log.Info("response_url refused", "error", err)
	status := http.StatusBadRequest
	if code := err.Error(); code == "expired_url" || code == "used_url" {
		status = http.StatusNotFound
	}
	http.Error(rw, err.Error(), status)
}

func (w *Workspace) useHook(id string, a args) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counts.calls["response_url"]++
	h := w.hooks[id]
	switch {
	case h == nil || w.cfg.Clock().After(h.expires):
		return refuse("expired_url")
	case h.uses >= hookUses:
		return refuse("used_url")
	}
	h.uses++
	return w.respond(h, &call{args: a, method: "response_url"})
}

func (w *Workspace) respond(h *hook, c *call) error {
	ch := w.channel(h.channel)
	if ch == nil || ch.Archived {
		return refuse("channel_not_found")
	}
	if h.source != "" && c.flag("delete_original") {
		if m := ch.find(h.source, h.shadow); m != nil {
			ch.remove(m)
			w.announce(notice{Kind: "message", Channel: ch.ID})
		}
		return nil
	}
	text, blocks, meta, err := w.content(c)
	if err != nil {
		return err
	}
	if text == "" && len(blocks) == 0 {
		return refuse("no_text")
	}
	if h.source != "" && c.flag("replace_original") {
		m := ch.find(h.source, h.shadow)
		if m == nil {
			return refuse("message_not_found")
		}
		m.Text, m.Blocks, m.seq, m.trigger = text, blocks, w.nextSeq(), h.trigger
		if meta != nil {
			m.Metadata = meta
		}
		w.announce(notice{Kind: "message", Channel: ch.ID})
		return nil
	}
	m := w.botMessage(text, blocks)
	m.trigger, m.Metadata = h.trigger, meta
	if thread := c.str("thread_ts"); thread != "" && ch.find(thread, false) != nil {
		m.ThreadTS = thread
	} else {
		m.ThreadTS = h.thread
	}
	if c.str("response_type") != "in_channel" {
		m.Ephemeral, m.To = true, h.user
	}
	ch.add(m)
	w.announce(notice{Kind: "message", Channel: ch.ID})
	return nil
}
