package workspace

import (
	"encoding/json"
	"slices"
	"strconv"
)

const (
	maxStack     = 3
	maxViewBytes = 250_000
)

// View is a modal or a home tab.
type View struct {
	ID              string         `json:"id"`
	TeamID          string         `json:"team_id"`
	Type            string         `json:"type"`
	Title           map[string]any `json:"title,omitempty"`
	Close           map[string]any `json:"close,omitempty"`
	Submit          map[string]any `json:"submit,omitempty"`
	Blocks          []Block        `json:"blocks"`
	PrivateMetadata string         `json:"private_metadata"`
	CallbackID      string         `json:"callback_id"`
	State           *ViewState     `json:"state"`
	Hash            string         `json:"hash"`
	ClearOnClose    bool           `json:"clear_on_close"`
	NotifyOnClose   bool           `json:"notify_on_close"`
	RootViewID      string         `json:"root_view_id"`
	PreviousViewID  *string        `json:"previous_view_id"`
	AppID           string         `json:"app_id"`
	ExternalID      string         `json:"external_id"`
	BotID           string         `json:"bot_id"`

	// User is who sees it.
	User string `json:"-"`

	seq     int64
	trigger string // gesture that opened it
}

// ViewState holds what a person entered, by block id and action id.
type ViewState struct {
	Values map[string]map[string]map[string]any `json:"values"`
}

// parseView reads and checks the view argument of type "modal" or "home".
func (w *Workspace) parseView(c *call, kind string) (*View, error) {
	v, err := c.value("view")
	if err != nil {
		return nil, refuseArg("must be valid JSON [json-pointer:/view]")
	}
	if v == nil {
		return nil, refuseArg("missing required field: view")
	}
	return w.checkView(v, kind)
}

// checkView lints a decoded view and turns it into a View without identity.
func (w *Workspace) checkView(v any, kind string) (*View, error) {
	l := &linter{on: Surface(kind), file: w.imageFile, noFiles: w.needScope("files:read") != nil, blockIDs: map[string]bool{}}
	optional := "private_metadata callback_id external_id title close submit clear_on_close notify_on_close submit_disabled"
	if kind == "home" {
		optional = "private_metadata callback_id external_id"
	}
	m, ok := l.object("/view", v, "type blocks", optional)
	if ok {
		l.oneOf("/view", m, "type", kind)
		for _, key := range []string{"title", "close", "submit"} {
			l.text("/view", m, key, true, 24)
		}
		l.str("/view", m, "private_metadata", 0, 3000)
		l.str("/view", m, "callback_id", 0, 255)
		l.str("/view", m, "external_id", 0, 255)
		l.flag("/view", m, "clear_on_close", "notify_on_close", "submit_disabled")
		list, isList := m["blocks"].([]any)
		if !isList {
			l.report("/view/blocks", "must be an array")
		}
		l.blocks("/view/blocks", list)
		if kind == "modal" {
			if m["title"] == nil {
				l.report("/view", "missing required field: title")
			}
			if m["submit"] == nil && slices.ContainsFunc(list, func(b any) bool {
				o, _ := b.(map[string]any)
				return o["type"] == "input"
			}) {
				l.report("/view", "missing required field: submit; a view with input blocks needs it")
			}
		}
	}
	if len(l.problems) > 0 {
		return nil, invalidBlocks("invalid_arguments", l.problems)
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return nil, refuse("invalid_arguments")
	}
	if len(raw) > maxViewBytes {
		return nil, refuse("view_too_large")
	}
	view := &View{Type: kind, Blocks: keep(m["blocks"].([]any)), BotID: botID, AppID: appID, TeamID: w.cfg.Team.ID,
		State: &ViewState{Values: map[string]map[string]map[string]any{}}}
	view.Title, _ = m["title"].(map[string]any)
	view.Close, _ = m["close"].(map[string]any)
	view.Submit, _ = m["submit"].(map[string]any)
	view.PrivateMetadata, _ = m["private_metadata"].(string)
	view.CallbackID, _ = m["callback_id"].(string)
	view.ExternalID, _ = m["external_id"].(string)
	view.ClearOnClose, _ = m["clear_on_close"].(bool)
	view.NotifyOnClose, _ = m["notify_on_close"].(bool)
	return view, nil
}

// place gives the view its identity and stores it.
func (w *Workspace) place(v *View, user string) error {
	if v.ExternalID != "" {
		for _, o := range w.views {
			if o.ExternalID == v.ExternalID && o != v {
				return refuse("duplicate_external_id")
			}
		}
	}
	v.ID, v.User = newID("V"), user
	v.RootViewID = v.ID
	w.touchView(v)
	w.views[v.ID] = v
	return nil
}

// touchView gives the view a new hash after a change.
func (w *Workspace) touchView(v *View) {
	v.seq = w.nextSeq()
	v.Hash = strconv.FormatInt(w.cfg.Clock().Unix(), 10) + "." + newSecret()[:8]
}

func viewsOpen(w *Workspace, c *call) (reply, error) {
	v, err := w.parseView(c, "modal")
	if err != nil {
		return nil, err
	}
	t, err := w.exchange(c.str("trigger_id"))
	if err != nil {
		return nil, err
	}
	v.trigger = t.id
	w.closeAllViews(t.user)
	if err := w.push(v, t.user); err != nil {
		return nil, err
	}
	return reply{"view": *v}, nil
}

func viewsPush(w *Workspace, c *call) (reply, error) {
	v, err := w.parseView(c, "modal")
	if err != nil {
		return nil, err
	}
	id := c.str("trigger_id")
	if t := w.triggers[id]; t != nil && len(w.stacks[t.user]) == 0 {
		return nil, refuse("not_found")
	} else if t != nil && len(w.stacks[t.user]) >= maxStack {
		return nil, refuse("push_limit_reached")
	}
	t, err := w.exchange(id)
	if err != nil {
		return nil, err
	}
	v.trigger = t.id
	if err := w.push(v, t.user); err != nil {
		return nil, err
	}
	return reply{"view": *v}, nil
}

// push places the view on top of the user's stack.
func (w *Workspace) push(v *View, user string) error {
	stack := w.stacks[user]
	if len(stack) >= maxStack {
		return refuse("push_limit_reached")
	}
	if err := w.place(v, user); err != nil {
		return err
	}
	if len(stack) > 0 {
		v.RootViewID, v.PreviousViewID = stack[0], &stack[len(stack)-1]
	}
	w.stacks[user] = append(slices.Clone(stack), v.ID)
	w.announce(notice{Kind: "view", User: user})
	return nil
}

func viewsUpdate(w *Workspace, c *call) (reply, error) {
	old := w.views[c.str("view_id")]
	if external := c.str("external_id"); old == nil && external != "" {
		for _, v := range w.views {
			if v.ExternalID == external {
				old = v
			}
		}
	}
	if old == nil {
		return nil, refuse("not_found")
	}
	v, err := w.parseView(c, old.Type)
	if err != nil {
		return nil, err
	}
	if hash := c.str("hash"); hash != "" && hash != old.Hash {
		return nil, refuse("hash_conflict")
	}
	w.replaceView(old, v)
	return reply{"view": *old}, nil
}

// replaceView changes what a view shows and keeps who and where it is. Input
// whose block id and action id stay keeps its value.
func (w *Workspace) replaceView(old, v *View) {
	v.ID, v.User, v.seq, v.trigger = old.ID, old.User, old.seq, old.trigger
	v.RootViewID, v.PreviousViewID = old.RootViewID, old.PreviousViewID
	v.State = old.State
	*old = *v
	w.touchView(old)
	kind := "view"
	if old.Type == "home" {
		kind = "home"
	}
	w.announce(notice{Kind: kind, User: old.User})
}

func viewsPublish(w *Workspace, c *call) (reply, error) {
	user := c.str("user_id")
	if u, ok := w.user(user); !ok || u.Bot {
		return nil, refuse("user_not_found")
	}
	v, err := w.parseView(c, "home")
	if err != nil {
		return nil, err
	}
	old := w.views[w.homes[user]]
	if hash := c.str("hash"); hash != "" && (old == nil || hash != old.Hash) {
		return nil, refuse("hash_conflict")
	}
	if old != nil {
		w.replaceView(old, v)
		return reply{"view": *old}, nil
	}
	if err := w.place(v, user); err != nil {
		return nil, err
	}
	w.homes[user] = v.ID
	w.announce(notice{Kind: "home", User: user})
	return reply{"view": *v}, nil
}

// closeView takes the top view off the user's stack.
func (w *Workspace) closeView(user string) {
	stack := w.stacks[user]
	if len(stack) == 0 {
		return
	}
	delete(w.views, stack[len(stack)-1])
	w.stacks[user] = stack[:len(stack)-1]
	w.announce(notice{Kind: "view", User: user})
}

func (w *Workspace) closeAllViews(user string) {
	for len(w.stacks[user]) > 0 {
		w.closeView(user)
	}
}

// topView returns the modal the user sees, nil for none.
func (w *Workspace) topView(user string) *View {
	stack := w.stacks[user]
	if len(stack) == 0 {
		return nil
	}
	return w.views[stack[len(stack)-1]]
}
