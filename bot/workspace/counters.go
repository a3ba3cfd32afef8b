package workspace

import "maps"

// counters count at the receiver, including calls that a fault then spoiled.
type counters struct {
	calls    map[string]int
	posts    map[string]int // by channel id: messages that came to be
	warnings map[string]int
	elements map[string]int // by action_id: buttons pressed, menus and fields used
	forms    map[string]int // by callback_id: forms sent
}

func newCounters() counters {
	return counters{calls: map[string]int{}, posts: map[string]int{}, warnings: map[string]int{}, elements: map[string]int{}, forms: map[string]int{}}
}

// Calls returns how often each Web API method was called, refused calls too.
func (w *Workspace) Calls() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.counts.calls)
}

// Used returns how often people used each element that tells the app at once, by
// action_id, and sent each form, by callback_id, since the start.
func (w *Workspace) Used() (elements, forms map[string]int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.counts.elements), maps.Clone(w.counts.forms)
}

// Posts returns how many messages chat.postMessage made in the channel, given
// by id or name, since the start. Deleted and vanished ones count.
func (w *Workspace) Posts(channel string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c := w.named(channel); c != nil {
		return w.counts.posts[c.ID]
	}
	return 0
}

// Warnings returns how often each warning was given: missing_text_in_message
// for blocks without a text, late_ack and oversized_ack from sockets.
func (w *Workspace) Warnings() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.counts.warnings)
}

func (w *Workspace) warn(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counts.warnings[name]++
}
