package workspace

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Room is a channel as a test sees it.
type Room struct {
	w    *Workspace
	name string
}

// Channel returns the channel with this id or name. It panics when there is
// none, as a test that misspells one should.
func (w *Workspace) Channel(name string) Room {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.named(name) == nil {
		panic(fmt.Sprintf("workspace: no channel %q", name))
	}
	return Room{w, name}
}

// ID returns the channel's id.
func (r Room) ID() string {
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	return r.w.named(r.name).ID
}

// Messages returns the messages that all members see, oldest first, replies in
// threads among them.
func (r Room) Messages() []Message {
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	return copies(r.w.named(r.name).messages)
}

// Thread returns a message and its replies, oldest first.
func (r Room) Thread(ts string) []Message {
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	return copies(r.w.named(r.name).thread(ts))
}

func copies(list []*Message) []Message {
	out := make([]Message, len(list))
	for i, m := range list {
		out[i] = *m
	}
	return out
}

// WaitCard waits for a message that fits, now or after a change, and returns it
// as it is then.
func (r Room) WaitCard(ctx context.Context, fits func(Message) bool) (Message, error) {
	var found Message
	err := r.w.wait(ctx, "a message in #"+r.name, func() bool {
		for _, m := range r.w.named(r.name).messages {
			if fits(*m) {
				found = *m
				return true
			}
		}
		return false
	})
	return found, err
}

// Element is something to click or choose from.
type Element struct {
	Type, BlockID, ActionID, Text, Value, Style string
	// Options are the values to choose from.
	Options []string
	// Confirm says that a dialog asks first.
	Confirm bool
}

// Elements returns all interactive elements of the message, in order.
func (m Message) Elements() []Element { return elementsOf(m.Blocks) }

// Elements returns all interactive elements of the view, in order.
func (v View) Elements() []Element { return elementsOf(v.Blocks) }

func elementsOf(blocks []Block) []Element {
	var out []Element
	for _, b := range blocks {
		for _, e := range elements(b) {
			el := Element{}
			el.Type, _ = e["type"].(string)
			el.BlockID, _ = b["block_id"].(string)
			el.ActionID, _ = e["action_id"].(string)
			el.Value, _ = e["value"].(string)
			el.Style, _ = e["style"].(string)
			if text, ok := e["text"].(map[string]any); ok {
				el.Text, _ = text["text"].(string)
			}
			_, el.Confirm = e["confirm"]
			for _, o := range options(e) {
				m, _ := o.(map[string]any)
				v, _ := m["value"].(string)
				el.Options = append(el.Options, v)
			}
			out = append(out, el)
		}
	}
	return out
}

// Button returns the first button whose text is label; a label that ends in
// "…" stands for any text that begins with it.
func (m Message) Button(label string) (Element, bool) {
	all := m.Elements()
	i := slices.IndexFunc(all, func(e Element) bool {
		prefix, cut := strings.CutSuffix(label, "…")
		return e.Type == "button" && (e.Text == label || cut && strings.HasPrefix(e.Text, prefix))
	})
	if i < 0 {
		return Element{}, false
	}
	return all[i], true
}

// Person acts as one user.
type Person struct {
	w  *Workspace
	id string
}

// As returns the person with this user id.
func (w *Workspace) As(user string) Person { return Person{w, user} }

// Click presses a button of the message and waits until the app has
// acknowledged. The error is a *DeliveryError when it has not.
func (p Person) Click(ctx context.Context, m Message, actionID string) (*Outcome, error) {
	return p.Choose(ctx, m, actionID, nil)
}

// Choose uses any element of the message: value is an option's value, a date, a
// user id or a list of values. As with a slow screen, the person acts on m as it
// was read, even when the message has changed since.
func (p Person) Choose(ctx context.Context, m Message, actionID string, value any) (*Outcome, error) {
	at := func() (place, error) {
		found, err := p.w.onMessage(p.id, m.Channel, m.TS)
		found.seen = m.Blocks
		return found, err
	}
	return p.w.act(ctx, p.id, at, "", actionID, value, nil)
}

// ClickView presses a button in the modal on top, or in the home tab when no
// modal is open.
func (p Person) ClickView(ctx context.Context, actionID string, in Entered) (*Outcome, error) {
	at := func() (place, error) {
		v := p.w.topView(p.id)
		if v == nil {
			v = p.w.views[p.w.homes[p.id]]
		}
		if v == nil {
			return place{}, errors.New("no view is open")
		}
		return p.w.onView(p.id, v.ID)
	}
	return p.w.act(ctx, p.id, at, "", actionID, nil, in)
}

// TypeView types value into a field of the modal on top that tells the app while
// somebody types. Elements that are not named keep their value.
func (p Person) TypeView(ctx context.Context, actionID string, value any) (*Outcome, error) {
	v, ok := p.View()
	if !ok {
		return nil, errors.New("no view is open")
	}
	b, _ := find(v.Blocks, "", actionID)
	if b == nil {
		return nil, fmt.Errorf("no element %q in the view", actionID)
	}
	if tells, _ := b["dispatch_action"].(bool); !tells {
		return nil, fmt.Errorf("the field %q tells the app only when the form is sent", actionID)
	}
	id, _ := b["block_id"].(string)
	at := func() (place, error) { return p.w.onView(p.id, v.ID) }
	return p.w.act(ctx, p.id, at, id, actionID, value, Entered{id: {actionID: value}})
}

// SubmitView fills the modal on top by action id and submits it. Elements that
// are not named keep their value. Problems with fields are in Submission.Errors.
func (p Person) SubmitView(ctx context.Context, values map[string]any) (*Submission, error) {
	v, ok := p.View()
	if !ok {
		return nil, errors.New("no view is open")
	}
	in := Entered{}
	for action, value := range values {
		b, _ := find(v.Blocks, "", action)
		if b == nil {
			return nil, fmt.Errorf("no element %q in the view", action)
		}
		id, _ := b["block_id"].(string)
		if in[id] == nil {
			in[id] = map[string]any{}
		}
		in[id][action] = value
	}
	return p.w.submit(ctx, p.id, v.ID, in)
}

// Attach uploads a file for a form and returns its id, to be given to SubmitView.
func (p Person) Attach(name string, data []byte) (id string, err error) {
	f, err := p.w.attach(p.id, name, data)
	if err != nil {
		return "", err
	}
	return f.ID, nil
}

// CloseView closes the modal on top.
func (p Person) CloseView(ctx context.Context) error { return p.w.dismiss(ctx, p.id, false) }

// View returns the modal the person sees.
func (p Person) View() (View, bool) {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	if v := p.w.topView(p.id); v != nil {
		return *v, true
	}
	return View{}, false
}

// Home returns the app's home tab of the person.
func (p Person) Home() (View, bool) {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	if v := p.w.views[p.w.homes[p.id]]; v != nil {
		return *v, true
	}
	return View{}, false
}

// VisitHome opens the home tab.
func (p Person) VisitHome() error { return p.w.visitHome(p.id) }

// Say posts text in a channel, given by id or name; thread may be empty.
func (p Person) Say(channel, thread, text string) error {
	return p.w.say(p.id, p.w.Channel(channel).ID(), thread, text)
}

// Command runs a slash command in a channel, given by id or name.
func (p Person) Command(ctx context.Context, channel, name, text string) (*Outcome, error) {
	return p.w.command(ctx, p.id, p.w.Channel(channel).ID(), name, text)
}

// Ephemerals returns what only this person sees in the channel, oldest first.
func (p Person) Ephemerals(channel string) []Message {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	var out []Message
	if ch := p.w.named(channel); ch != nil {
		for _, m := range ch.ephemerals {
			if m.To == p.id {
				out = append(out, *m)
			}
		}
	}
	return out
}

// Direct returns the direct messages between the person and the app, oldest first.
func (p Person) Direct() []Message {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	if i := slices.IndexFunc(p.w.channels, func(c *conversation) bool { return c.peer == p.id }); i >= 0 {
		return copies(p.w.channels[i].messages)
	}
	return nil
}

// Contents returns the bytes of an uploaded file.
func (f *File) Contents() []byte { return slices.Clone(f.data) }

// Outcome is a gesture the app acknowledged; what it does next can be waited for.
type Outcome struct {
	w    *Workspace
	user string
	seq  int64

	// TriggerID names the gesture.
	TriggerID string
	// Ack is the body of the acknowledgement.
	Ack []byte
}

func (w *Workspace) outcome(user string, t *trigger) *Outcome {
	return &Outcome{w: w, user: user, seq: w.lastSeq, TriggerID: t.id}
}

// Ephemeral waits for the next message only this person sees: one sent through
// the response_url of the gesture, or any other that came after it.
func (o *Outcome) Ephemeral(ctx context.Context) (Message, error) {
	var found Message
	err := o.w.wait(ctx, "an ephemeral message", func() bool {
		for _, ch := range o.w.channels {
			for _, m := range ch.ephemerals {
				if m.To == o.user && (m.trigger == o.TriggerID || m.trigger == "" && m.seq > o.seq) {
					found = *m
					return true
				}
			}
		}
		return false
	})
	return found, err
}

// View waits for the view this gesture opened.
func (o *Outcome) View(ctx context.Context) (View, error) {
	return o.WaitView(ctx, func(View) bool { return true })
}

// WaitView waits until a view of this gesture fits: a skeleton that got filled.
func (o *Outcome) WaitView(ctx context.Context, fits func(View) bool) (View, error) {
	var found View
	err := o.w.wait(ctx, "a view", func() bool {
		for _, v := range o.w.views {
			if v.trigger == o.TriggerID && fits(*v) {
				found = *v
				return true
			}
		}
		return false
	})
	return found, err
}

// Redeliver sends the newest click, form or command n times again, unchanged, as
// a network that repeats itself would, and returns the first failure.
func (w *Workspace) Redeliver(ctx context.Context, n int) error {
	w.mu.Lock()
	d := w.last
	w.mu.Unlock()
	if d == nil {
		return errors.New("nothing was delivered yet")
	}
	for range n {
		if _, err := w.deliver(ctx, d); err != nil {
			return err
		}
	}
	return nil
}
