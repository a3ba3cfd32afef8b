package workspace

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// place is where a person acts: on a message or in a view.
type place struct {
	channel *conversation
	message *Message
	view    *View
	seen    []Block // what the person saw, when that may be out of date
}

func (p place) blocks() []Block {
	if p.seen != nil {
		return p.seen
	}
	if p.view != nil {
		return p.view.Blocks
	}
	return p.message.Blocks
}

// mayAct says whether the user can act at all and, with a channel, in it. The
// caller holds w.mu.
func (w *Workspace) mayAct(user string, ch *conversation) error {
	u, ok := w.user(user)
	switch {
	case !ok || u.Bot:
		return fmt.Errorf("no person %q in this workspace", user)
	case u.Deactivated:
		return fmt.Errorf("%s is deactivated and cannot act", u.Name)
	case ch != nil && !ch.has(user):
		return fmt.Errorf("%s is not in this channel", u.Name)
	}
	return nil
}

// onMessage finds the message, public or for this user only.
func (w *Workspace) onMessage(user, channel, ts string) (place, error) {
	ch := w.channel(channel)
	if ch == nil {
		return place{}, fmt.Errorf("no channel %q", channel)
	}
	if err := w.mayAct(user, ch); err != nil {
		return place{}, err
	}
	if m := ch.find(ts, false); m != nil {
		return place{channel: ch, message: m}, nil
	}
	if m := ch.find(ts, true); m != nil && m.To == user {
		return place{channel: ch, message: m}, nil
	}
	return place{}, fmt.Errorf("no message %s in %s", ts, ch.Name)
}

// onView finds a view of this user.
func (w *Workspace) onView(user, id string) (place, error) {
	if err := w.mayAct(user, nil); err != nil {
		return place{}, err
	}
	v := w.views[id]
	if v == nil || v.User != user {
		return place{}, errors.New("this view is no longer open")
	}
	return place{view: v}, nil
}

// act uses one element and tells the app. It returns when the app has
// acknowledged or failed to; the error is then a *DeliveryError and the person
// sees a toast.
func (w *Workspace) act(ctx context.Context, user string, at func() (place, error), blockID, actionID string, raw any, in Entered) (*Outcome, error) {
	w.mu.Lock()
	d, out, err := w.prepare(user, at, blockID, actionID, raw, in)
	if err == nil {
		w.last = d
	}
	w.mu.Unlock()
	if err != nil {
		return nil, err
	}
	out.Ack, err = w.send(ctx, user, d)
	return out, err
}

// send delivers and shows a failure to the person.
func (w *Workspace) send(ctx context.Context, user string, d *delivery) ([]byte, error) {
	answer, err := w.deliver(ctx, d)
	if err != nil {
		w.log.Warn("delivery failed", "kind", d.kind, "error", err)
		w.mu.Lock()
		w.announce(notice{Kind: "toast", User: user, Text: w.cfg.App + " did not respond. Please try again. (" + reasonOf(err) + ")"})
		w.mu.Unlock()
	}
	return answer.body, err
}

func reasonOf(err error) string {
	if failed, ok := errors.AsType[*DeliveryError](err); ok {
		return failed.Reason
	}
	return err.Error()
}

func (w *Workspace) prepare(user string, at func() (place, error), blockID, actionID string, raw any, in Entered) (*delivery, *Outcome, error) {
	p, err := at()
	if err != nil {
		return nil, nil, err
	}
	block, e := find(p.blocks(), blockID, actionID)
	if e == nil {
		return nil, nil, fmt.Errorf("no element %q here (any more)", actionID)
	}
	action := map[string]any{"type": e["type"], "action_id": actionID, "block_id": block["block_id"], "action_ts": w.nextTS()}
	if e["type"] == "button" {
		for _, key := range []string{"text", "value", "style", "url"} {
			if v, ok := e[key]; ok {
				action[key] = v
			}
		}
	} else {
		fields, problem := w.fill(e, raw)
		if problem != "" {
			return nil, nil, errors.New(problem)
		}
		maps.Copy(action, fields)
	}
	values, _ := w.read(p.blocks(), in)
	t := w.newTrigger(user)
	payload := w.person(user, "block_actions", t)
	payload["actions"] = []any{action}
	payload["state"] = ViewState{Values: values}
	if p.view != nil {
		shown := *p.view
		shown.State = &ViewState{Values: values}
		payload["view"] = shown
		payload["container"] = map[string]any{"type": "view", "view_id": shown.ID}
	} else {
		m := p.message
		payload["message"] = w.shown(m, true)
		payload["channel"] = map[string]any{"id": p.channel.ID, "name": p.channel.label()}
		payload["container"] = map[string]any{"type": "message", "message_ts": m.TS, "channel_id": p.channel.ID,
			"is_ephemeral": m.Ephemeral, "thread_ts": m.ThreadTS}
		payload["response_url"] = w.newHook(hook{channel: p.channel.ID, user: user, source: m.TS, shadow: m.Ephemeral,
			thread: replyThread(m), trigger: t.id})
	}
	w.counts.elements[actionID]++
	return newDelivery(kindInteractive, payload), w.outcome(user, t), nil
}

// replyThread is the thread an answer to a message belongs in: its own when it
// is a reply, none when it stands in the channel.
func replyThread(m *Message) string {
	if m.ThreadTS != m.TS {
		return m.ThreadTS
	}
	return ""
}

func (ch *conversation) label() string {
	if ch.peer != "" {
		return "directmessage"
	}
	return ch.Name
}

// find returns the element with the action id; an empty block id means any.
func find(blocks []Block, blockID, actionID string) (Block, map[string]any) {
	for _, b := range blocks {
		if blockID != "" && b["block_id"] != blockID {
			continue
		}
		for _, e := range elements(b) {
			if e["action_id"] == actionID {
				return b, e
			}
		}
	}
	return nil, nil
}

// person starts an interaction payload.
func (w *Workspace) person(user, kind string, t *trigger) map[string]any {
	u, _ := w.user(user)
	return map[string]any{
		"type": kind, "token": "local", "api_app_id": appID, "trigger_id": t.id,
		"team":       map[string]any{"id": w.cfg.Team.ID, "domain": w.cfg.Team.Domain},
		"user":       map[string]any{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": w.teamOf(u)},
		"enterprise": nil, "is_enterprise_install": false,
	}
}

// Submission is what became of a submitted form.
type Submission struct {
	*Outcome
	// Errors are messages beside the fields, by block id. The form stays open.
	Errors map[string]string
}

// submit sends the top view of the user. Fields that the page itself would
// refuse never reach the app.
func (w *Workspace) submit(ctx context.Context, user, viewID string, in Entered) (*Submission, error) {
	w.mu.Lock()
	p, err := w.onView(user, viewID)
	if err == nil && w.topView(user) != p.view {
		err = errors.New("another view lies on top")
	}
	if err != nil {
		w.mu.Unlock()
		return nil, err
	}
	values, problems := w.read(p.view.Blocks, in)
	t := w.newTrigger(user)
	out := &Submission{Outcome: w.outcome(user, t), Errors: problems}
	p.view.State = &ViewState{Values: values}
	shown := *p.view
	payload := w.person(user, "view_submission", t)
	payload["view"], payload["response_urls"] = shown, []any{}
	d := newDelivery(kindInteractive, payload)
	if len(problems) == 0 {
		w.last = d
		w.counts.forms[shown.CallbackID]++
	}
	w.mu.Unlock()
	if len(problems) > 0 {
		return out, nil
	}
	if out.Ack, err = w.send(ctx, user, d); err != nil {
		return out, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	out.Errors, err = w.afterSubmit(user, viewID, out.Ack)
	return out, err
}

// afterSubmit does what the acknowledgement of a view_submission asks for.
func (w *Workspace) afterSubmit(user, viewID string, body []byte) (map[string]string, error) {
	trouble := func(why string) error {
		w.log.Warn("answer to view_submission refused", "why", why)
		w.announce(notice{Kind: "toast", User: user, Text: "We had some trouble connecting. Try again? (" + why + ")"})
		return errors.New("answer to view_submission refused: " + why)
	}
	var answer struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   json.RawMessage   `json:"view"`
	}
	if len(body) > 0 && json.Unmarshal(body, &answer) != nil {
		return nil, trouble("not JSON")
	}
	current := w.views[viewID]
	switch answer.Action {
	case "":
		if current != nil && w.topView(user) == current {
			w.closeView(user)
		}
	case "clear":
		w.closeAllViews(user)
	case "errors":
		if len(answer.Errors) == 0 || current == nil {
			return nil, trouble("errors without a field")
		}
		for id := range answer.Errors {
			if !slices.ContainsFunc(current.Blocks, func(b Block) bool { return b["block_id"] == id && b["type"] == "input" }) {
				return nil, trouble("errors name no input block: " + id)
			}
		}
		return answer.Errors, nil
	case "update", "push":
		v, err := decode(answer.View)
		if err != nil {
			return nil, trouble("no view")
		}
		view, err := w.checkView(v, "modal")
		if err != nil {
			return nil, trouble("invalid view: " + explain(err))
		}
		if answer.Action == "push" {
			if err := w.push(view, user); err != nil {
				return nil, trouble(err.Error())
			}
		} else if current != nil {
			w.replaceView(current, view)
		}
	default:
		return nil, trouble("unknown response_action " + answer.Action)
	}
	return nil, nil
}

// dismiss closes the top view, or all of them, and tells the app if it asked.
func (w *Workspace) dismiss(ctx context.Context, user string, all bool) error {
	w.mu.Lock()
	top := w.topView(user)
	if top == nil {
		w.mu.Unlock()
		return nil
	}
	shown := *top
	payload := w.person(user, "view_closed", w.newTrigger(user))
	delete(payload, "trigger_id")
	payload["view"], payload["is_cleared"] = shown, all
	if all || top.ClearOnClose {
		w.closeAllViews(user)
	} else {
		w.closeView(user)
	}
	w.mu.Unlock()
	if !shown.NotifyOnClose {
		return nil
	}
	_, err := w.send(ctx, user, newDelivery(kindInteractive, payload))
	return err
}
