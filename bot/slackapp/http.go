package slackapp

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
)

// maxBody is the largest request accepted, in bytes.
const maxBody = 1 << 20

// Handler returns the HTTP side: POST /slack/events, /slack/interactions and
// /slack/commands. Requests that Slack did not sign are answered with a bare
// 401, malformed ones with a bare 4xx.
func (a *App) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /slack/events", a.signed(parseEvent))
	mux.HandleFunc("POST /slack/interactions", a.signed(fromForm(func(form url.Values) (Inbound, error) {
		if len(form["payload"]) != 1 {
			return Inbound{}, malformed("%d payloads", len(form["payload"]))
		}
		return parseInteraction([]byte(form.Get("payload")))
	})))
	mux.HandleFunc("POST /slack/commands", a.signed(fromForm(parseCommandForm)))
	return mux
}

// fromForm reads a body as a form. The URL's query is not part of what Slack
// signed, so http.Request's own form, which mixes the two, is not used.
func fromForm(parse func(url.Values) (Inbound, error)) func([]byte) (Inbound, error) {
	return func(body []byte) (Inbound, error) {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return Inbound{}, malformed("form: %v", err)
		}
		return parse(form)
	}
}

// signed reads the body, checks its signature, and only then parses and acts.
func (a *App) signed(parse func([]byte) (Inbound, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		var large *http.MaxBytesError
		switch {
		case errors.As(err, &large):
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		case err != nil:
			w.WriteHeader(http.StatusBadRequest)
			return
		case !genuine(a.cfg.SigningSecret, r.Header, body, a.cfg.Clock()):
			a.cfg.Logger.Warn("slack: request refused", "reason", "signature", "path", r.URL.Path)
			w.WriteHeader(http.StatusUnauthorized)
			return
		case r.URL.RawQuery != "": // Slack sends none; what stands there is not signed
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		in, err := parse(body)
		if err != nil {
			a.cfg.Logger.Warn("slack: request refused", "reason", err.Error(), "path", r.URL.Path)
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if in.Kind == Verify {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			w.Header().Set("X-Content-Type-Options", "nosniff")
			a.write(w, []byte(in.Challenge))
			return
		}
		answer := a.handle(r.Context(), in)
		if answer == nil {
			w.WriteHeader(http.StatusOK)
			return
		}
		out, err := json.Marshal(answer)
		if err != nil {
			a.cfg.Logger.Error("slack: encode an answer", "error", err)
			w.WriteHeader(http.StatusOK)
			return
		}
		w.Header().Set("Content-Type", mime.FormatMediaType("application/json", map[string]string{"charset": "utf-8"}))
		a.write(w, out)
	}
}

func (a *App) write(w http.ResponseWriter, body []byte) {
	_, err := w.Write(body)
	a.note("write an answer", err)
}
