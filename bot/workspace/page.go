package workspace

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"time"
)

//go:embed static
var static embed.FS

// pageRoutes adds the page and its own endpoints. Whoever reaches them can act
// as anyone, so guard lets in nothing but the page itself.
func (w *Workspace) pageRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", w.servePage)
	mux.HandleFunc("GET /static/{file}", w.servePage)
	get := func(path string, f http.HandlerFunc) { mux.HandleFunc("GET /ui/"+path, guard(f)) }
	get("state", w.show(w.uiState))
	get("messages", w.show(w.uiMessages))
	get("views", w.show(w.uiViews))
	get("panels/{id}", w.uiPanel)
	get("files/{id}", w.sendFile)
	get("stream", w.uiStream)
	post := func(path string, f func(context.Context, gesture) (any, error)) {
		mux.HandleFunc("POST /ui/"+path, guard(uiPost(f)))
	}
	post("say", w.uiSay)
	post("act", w.uiAct)
	post("submit", w.uiSubmit)
	post("shortcut", w.uiShortcut)
	post("close", func(ctx context.Context, g gesture) (any, error) { return nil, w.dismiss(ctx, g.User, g.All) })
	post("home", func(_ context.Context, g gesture) (any, error) { return nil, w.visitHome(g.User) })
	post("forget", w.uiForget)
	mux.HandleFunc("POST /ui/upload", guard(w.uiUpload))
}

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

func (w *Workspace) servePage(rw http.ResponseWriter, r *http.Request) {
	name := "static/index.html"
	if file := r.PathValue("file"); file != "" {
		name = "static/" + path.Base(file)
	}
	raw, err := fs.ReadFile(static, name)
	if err != nil {
		http.NotFound(rw, r)
		return
	}
	h := rw.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Type", map[string]string{
		".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
		".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	}[path.Ext(name)])
	_, _ = rw.Write(raw)
}

// guard refuses what another site, or a page opened from one, may have sent. A
// POST needs a header that no form can set and other origins cannot either.
func guard(f http.HandlerFunc) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		if crossSite(r) || r.Method == http.MethodPost && r.Header.Get("X-Workspace") != "1" {
			http.Error(rw, "this address is for the workspace page only", http.StatusForbidden)
			return
		}
		rw.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
		f(rw, r)
	}
}

// gesture is the body of the page's requests; each uses some of the fields.
type gesture struct {
	User    string  `json:"user"`
	Channel string  `json:"channel"`
	Thread  string  `json:"thread"`
	Text    string  `json:"text"`
	TS      string  `json:"ts"`
	View    string  `json:"view"`
	Block   string  `json:"block"`
	Action  string  `json:"action"`
	Value   any     `json:"value"`
	Entered Entered `json:"entered"`
	All     bool    `json:"all"`
}

// uiPost reads a gesture and answers with its result or {"error": text for people}.
func uiPost(f func(context.Context, gesture) (any, error)) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
		var g gesture
		if kind != "application/json" || json.NewDecoder(http.MaxBytesReader(rw, r.Body, 1<<20)).Decode(&g) != nil {
			http.Error(rw, "invalid JSON", http.StatusBadRequest)
			return
		}
		out, err := f(r.Context(), g)
		var failed *DeliveryError
		switch {
		case errors.As(err, &failed): // the person has a toast already
			writeJSON(rw, http.StatusOK, reply{"failed": true})
		case err != nil:
			writeJSON(rw, http.StatusUnprocessableEntity, reply{"error": err.Error()})
		case out == nil:
			writeJSON(rw, http.StatusOK, reply{})
		default:
			writeJSON(rw, http.StatusOK, out)
		}
	}
}

func (w *Workspace) uiSay(ctx context.Context, g gesture) (any, error) {
	if name, text, ok := slashCommand(g.Text); ok {
		if g.Thread != "" {
			return nil, errors.New("slash commands do not work in threads")
		}
		_, err := w.command(ctx, g.User, g.Channel, name, text)
		return nil, err
	}
	return nil, w.say(g.User, g.Channel, g.Thread, g.Text)
}

func (w *Workspace) uiAct(ctx context.Context, g gesture) (any, error) {
	at := func() (place, error) { return w.onMessage(g.User, g.Channel, g.TS) }
	if g.View != "" {
		at = func() (place, error) { return w.onView(g.User, g.View) }
	}
	_, err := w.act(ctx, g.User, at, g.Block, g.Action, g.Value, g.Entered)
	return nil, err
}

// uiShortcut uses one of the shortcuts that the page offers on a message.
func (w *Workspace) uiShortcut(ctx context.Context, g gesture) (any, error) {
	if !slices.ContainsFunc(w.cfg.Shortcuts, func(s Shortcut) bool { return s.ID == g.Action }) {
		return nil, errors.New("the app has no such shortcut")
	}
	_, err := w.shortcut(ctx, g.User, g.Channel, g.TS, g.Action)
	return nil, err
}

func (w *Workspace) uiSubmit(ctx context.Context, g gesture) (any, error) {
	s, err := w.submit(ctx, g.User, g.View, g.Entered)
	if err != nil {
		return nil, err
	}
	return reply{"errors": s.Errors}, nil
}

// uiUpload takes a file that was chosen in a form: the body, its name in the address.
func (w *Workspace) uiUpload(rw http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxAttached))
	if err != nil {
		writeJSON(rw, http.StatusUnprocessableEntity, reply{"error": "This file is larger than 10 MB."})
		return
	}
	q := r.URL.Query()
	f, err := w.attach(q.Get("user"), q.Get("name"), data)
	if err != nil {
		writeJSON(rw, http.StatusUnprocessableEntity, reply{"error": err.Error()})
		return
	}
	writeJSON(rw, http.StatusOK, reply{"id": f.ID, "name": f.Name})
}

// uiForget takes away an ephemeral message, as people can.
func (w *Workspace) uiForget(_ context.Context, g gesture) (any, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, err := w.onMessage(g.User, g.Channel, g.TS)
	if err != nil {
		return nil, err
	}
	if !p.message.Ephemeral {
		return nil, errors.New("only messages that you alone see can be dismissed")
	}
	p.channel.remove(p.message)
	w.announce(notice{Kind: "message", Channel: p.channel.ID, User: g.User})
	return nil, nil
}

// show encodes what f returns while the lock is held, and sends it after: a slow
// page must not stop the workspace. A nil answer is 404.
func (w *Workspace) show(f func(q url.Values) reply) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		out := f(r.URL.Query())
		raw, err := json.Marshal(out)
		w.mu.Unlock()
		if out == nil || err != nil {
			http.NotFound(rw, r)
			return
		}
		writeJSON(rw, http.StatusOK, json.RawMessage(raw))
	}
}

// uiState describes the workspace as one person sees it.
func (w *Workspace) uiState(q url.Values) reply {
	user := q.Get("user")
	channels, panels := []reply{}, []reply{}
	for _, ch := range w.channels {
		if !ch.has(user) || ch.peer != "" && len(ch.messages) == 0 {
			continue
		}
		latest := "" // replies are read in their thread
		for _, m := range slices.Backward(ch.messages) {
			if m.ThreadTS == "" || m.ThreadTS == m.TS {
				latest = m.TS
				break
			}
		}
		channels = append(channels, reply{"id": ch.ID, "name": ch.Name, "topic": ch.Topic, "private": ch.Private, "direct": ch.peer != "",
			"archived": ch.Archived, "shared": ch.Shared, "latest": latest, "members": len(ch.members), "empty": ch.EmptyText, "app": ch.has(botUserID)})
	}
	for _, p := range w.cfg.Panels {
		panels = append(panels, reply{"id": p.ID, "title": p.Title, "empty": p.EmptyText})
	}
	return reply{
		"team": w.cfg.Team.Name, "app": w.cfg.App, "bot": botUserID, "users": w.users, "channels": channels,
		"panels": panels, "commands": append([]string{}, w.cfg.CommandNames...), "empty": w.cfg.EmptyText,
		"shortcuts": append([]Shortcut{}, w.cfg.Shortcuts...),
	}
}

const pageSize = 100

// uiMessages returns a channel, newest pageSize messages before the time stamp
// "before", or one thread; ephemeral messages of the person are among them.
func (w *Workspace) uiMessages(q url.Values) reply {
	user, thread, before := q.Get("user"), q.Get("thread"), q.Get("before")
	ch := w.channel(q.Get("channel"))
	if ch == nil || !ch.has(user) {
		return nil
	}
	list := []*Message{}
	for _, m := range slices.Concat(ch.messages, ch.ephemerals) {
		belongs := m.ThreadTS == "" || m.ThreadTS == m.TS
		if thread != "" {
			belongs = m.TS == thread || m.ThreadTS == thread
		}
		if belongs && (!m.Ephemeral || m.To == user) && (before == "" || compareTS(m.TS, before) < 0) {
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(a, b *Message) int { return compareTS(a.TS, b.TS) })
	more := thread == "" && len(list) > pageSize
	if more {
		list = list[len(list)-pageSize:]
	}
	return reply{"messages": list, "more": more}
}

// uiViews returns the modals of a person, root first, and the home tab.
func (w *Workspace) uiViews(q url.Values) reply {
	user := q.Get("user")
	stack := []*View{}
	for _, id := range w.stacks[user] {
		stack = append(stack, w.views[id])
	}
	return reply{"stack": stack, "home": w.views[w.homes[user]]}
}

func (w *Workspace) uiPanel(rw http.ResponseWriter, r *http.Request) {
	i := slices.IndexFunc(w.cfg.Panels, func(p Panel) bool { return p.ID == r.PathValue("id") })
	if i < 0 {
		http.NotFound(rw, r)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	items, err := w.cfg.Panels[i].List(ctx)
	if err != nil {
		w.log.Warn("panel failed", "panel", w.cfg.Panels[i].ID, "error", err)
		writeJSON(rw, http.StatusOK, reply{"items": []PanelItem{}, "error": err.Error()})
		return
	}
	writeJSON(rw, http.StatusOK, reply{"items": append([]PanelItem{}, items...)})
}

// PanelsChanged tells open pages to fetch the panel they show.
func (w *Workspace) PanelsChanged() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.announce(notice{Kind: "panels"})
}

// uiStream sends notices as server-sent events until the page goes away.
func (w *Workspace) uiStream(rw http.ResponseWriter, r *http.Request) {
	stream := make(chan notice, 64)
	w.mu.Lock()
	w.streams[stream] = r.FormValue("user")
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		delete(w.streams, stream)
		w.mu.Unlock()
	}()
	rw.Header().Set("Content-Type", "text/event-stream")
	rw.Header().Set("Cache-Control", "no-store")
	control := http.NewResponseController(rw)
	alive := time.NewTicker(15 * time.Second)
	defer alive.Stop()
	line := ": hello\n\n"
	for {
		if _, err := fmt.Fprint(rw, line); err != nil || control.Flush() != nil {
			return
		}
		select {
		case n := <-stream:
			if len(stream) == cap(stream)-1 { // some were lost
				n = notice{Kind: "all"}
			}
			raw, err := json.Marshal(n)
			if err != nil {
				return
			}
			line = "data: " + string(raw) + "\n\n"
		case <-alive.C:
			line = ": alive\n\n"
		case <-r.Context().Done():
			return
		case <-w.ctx.Done():
			return
		}
	}
}
