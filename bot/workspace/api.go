package workspace

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// method is one Web API method: who may call it and what it does. run is called
// with w.mu held and returns the fields of the answer beside "ok".
type method struct {
	scopes []string // any of these; none means every token may
	app    bool     // needs the app-level token instead of the bot's
	run    func(*Workspace, *call) (reply, error)
}

// call is one parsed request.
type call struct {
	args
	method string
	base   string // scheme and host the client used
}

type reply = map[string]any

// apiError is a refusal: HTTP 200 with ok false, the code and maybe details.
type apiError struct {
	Code   string
	Detail reply
}

func (e *apiError) Error() string { return e.Code }

func refuse(code string) error { return &apiError{Code: code} }

// refuseArg is Slack's answer to a missing or wrong argument.
func refuseArg(message string) error {
	return &apiError{"invalid_arguments", reply{"response_metadata": reply{"messages": []string{"[ERROR] " + message}}}}
}

var (
	readAny  = []string{"channels:read", "groups:read", "im:read", "mpim:read"}
	writeAny = []string{"im:write", "channels:manage", "groups:write", "mpim:write"}
)

// methods returns all the workspace knows, by name.
func methods() map[string]method {
	chat, views := []string{"chat:write"}, []string(nil)
	return map[string]method{
		"api.test":                     {run: apiTest},
		"apps.connections.open":        {run: openConnection, app: true},
		"auth.test":                    {run: authTest},
		"bots.info":                    {run: botsInfo, scopes: []string{"users:read"}},
		"chat.delete":                  {run: chatDelete, scopes: chat},
		"chat.getPermalink":            {run: chatPermalink},
		"chat.postEphemeral":           {run: chatEphemeral, scopes: chat},
		"chat.postMessage":             {run: chatPost, scopes: chat},
		"chat.update":                  {run: chatUpdate, scopes: chat},
		"conversations.history":        {run: history},
		"conversations.info":           {run: conversationInfo, scopes: readAny},
		"conversations.join":           {run: conversationJoin, scopes: []string{"channels:join"}},
		"conversations.list":           {run: conversationList, scopes: readAny},
		"conversations.members":        {run: conversationMembers, scopes: readAny},
		"conversations.open":           {run: conversationOpen, scopes: writeAny},
		"conversations.replies":        {run: replies},
		"files.completeUploadExternal": {run: completeUpload, scopes: []string{"files:write"}},
		"files.getUploadURLExternal":   {run: uploadURL, scopes: []string{"files:write"}},
		"files.info":                   {run: fileInfo, scopes: []string{"files:read"}},
		"team.info":                    {run: teamInfo, scopes: []string{"team:read"}},
		"users.info":                   {run: usersInfo, scopes: []string{"users:read"}},
		"users.list":                   {run: usersList, scopes: []string{"users:read"}},
		"users.lookupByEmail":          {run: usersByEmail, scopes: []string{"users:read.email"}},
		"views.open":                   {run: viewsOpen, scopes: views},
		"views.publish":                {run: viewsPublish, scopes: views},
		"views.push":                   {run: viewsPush, scopes: views},
		"views.update":                 {run: viewsUpdate, scopes: views},
	}
}

// Kinds of tokens.
const (
	tokenNone = iota
	tokenBot
	tokenApp
)

func (w *Workspace) tokenKind(token string) int {
	switch token {
	case w.cfg.BotToken:
		return tokenBot
	case w.cfg.AppToken:
		return tokenApp
	}
	return tokenNone
}

// serveAPI answers one Web API call: fault switches, arguments, token, scope,
// method, in that order.
func (w *Workspace) serveAPI(rw http.ResponseWriter, r *http.Request) {
	if crossSite(r) {
		http.Error(rw, "cross-site request", http.StatusForbidden)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/api/")
	a, err := parseArgs(rw, r)
	c := &call{args: a, method: name, base: w.baseFor(r)}

	w.mu.Lock()
	w.counts.calls[name]++
	fault := w.takeFault(name, a.str("channel"))
	w.mu.Unlock()
	if fault != nil && fault.before(rw, r) {
		return
	}
	if err == nil {
		var out reply
		if out, err = w.call(rw, c, fault); err == nil {
			if fault != nil && fault.fault.Kind == LoseAnswer {
				cut(rw)
				return
			}
			out["ok"] = true
			writeJSON(rw, http.StatusOK, out)
			return
		}
	}
	w.refuse(rw, name, err)
}

// call authorises and runs the method.
func (w *Workspace) call(rw http.ResponseWriter, c *call, fault *FaultSwitch) (reply, error) {
	m, known := w.methods[c.method]
	if !known {
		return nil, &apiError{"unknown_method", reply{"req_method": c.method}}
	}
	if c.method != "api.test" {
		if c.token == "" {
			return nil, refuse("not_authed")
		}
		kind := w.tokenKind(c.token)
		if kind == tokenNone {
			return nil, refuse("invalid_auth")
		}
		if m.app != (kind == tokenApp) {
			return nil, refuse("not_allowed_token_type")
		}
	}
	if !m.app {
		rw.Header().Set("X-OAuth-Scopes", strings.Join(w.cfg.Scopes, ","))
		rw.Header().Set("X-Accepted-OAuth-Scopes", strings.Join(m.scopes, ","))
		if err := w.needScope(m.scopes...); err != nil {
			return nil, err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	out, err := m.run(w, c)
	if err == nil && out == nil {
		out = reply{}
	}
	if err == nil && fault != nil && fault.fault.Kind == Vanish {
		w.vanish(out)
	}
	return out, err
}

// needScope refuses when the token has none of the scopes.
func (w *Workspace) needScope(scopes ...string) error {
	if len(scopes) == 0 || slices.ContainsFunc(scopes, func(s string) bool { return slices.Contains(w.cfg.Scopes, s) }) {
		return nil
	}
	return &apiError{"missing_scope", reply{
		"needed": strings.Join(scopes, ","), "provided": strings.Join(w.cfg.Scopes, ","),
	}}
}

func (w *Workspace) refuse(rw http.ResponseWriter, name string, err error) {
	refused, ok := errors.AsType[*apiError](err)
	if !ok {
		w.log.Error("workspace method failed", "method", name, "error", err)
		refused = &apiError{Code: "internal_error"}
	}
	w.log.Info("call refused", "method", name, "error", refused.Code, "detail", refused.Detail)
	out := reply{"ok": false, "error": refused.Code}
	maps.Copy(out, refused.Detail)
	status := http.StatusOK
	if after, ok := refused.Detail["retry_after"].(int); ok {
		rw.Header().Set("Retry-After", strconv.Itoa(after))
		status = http.StatusTooManyRequests
	}
	writeJSON(rw, status, out)
}

func writeJSON(rw http.ResponseWriter, status int, v any) {
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.Header().Set("Cache-Control", "no-store")
	rw.WriteHeader(status)
	enc := json.NewEncoder(rw)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // the client is gone if this fails
}

// crossSite says that a browser sent r on behalf of another site. The demo
// token is public, so any page could use it otherwise.
func crossSite(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "cross-site", "same-site":
		return true
	case "":
		origin := r.Header.Get("Origin")
		return origin != "" && origin != "http://"+r.Host && origin != "https://"+r.Host
	}
	return false
}
