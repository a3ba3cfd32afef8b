package workspace

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

const maxBody = 4 << 20

// args are the arguments of a call: strings when they came from a form, any
// JSON value when they came from a JSON body.
type args struct {
	token  string
	values map[string]any
}

// parseArgs reads the token and the arguments. The token may be a Bearer header
// or a field of the body, never of the query string, as with Slack.
func parseArgs(rw http.ResponseWriter, r *http.Request) (args, error) {
	a := args{values: map[string]any{}}
	for k, v := range r.URL.Query() {
		if k != "token" {
			a.values[k] = v[0]
		}
	}
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		a.token = strings.TrimSpace(bearer)
	}
	if r.Method == http.MethodGet {
		return a, nil
	}
	if r.Method != http.MethodPost {
		return a, refuse("invalid_http_method")
	}
	r.Body = http.MaxBytesReader(rw, r.Body, maxBody)
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "application/json" {
		if err := a.parseJSON(r.Body); err != nil {
			return a, err
		}
	} else if err := a.parseForm(r, kind); err != nil {
		return a, err
	}
	if t, ok := a.values["token"].(string); ok && a.token == "" {
		a.token = t
	}
	delete(a.values, "token")
	return a, nil
}

func (a *args) parseJSON(body io.Reader) error {
	raw, err := io.ReadAll(body)
	if err != nil {
		return tooLargeOr(err, "invalid_json")
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	v, err := decode(raw)
	if err != nil {
		return refuse("invalid_json")
	}
	m, ok := v.(map[string]any)
	if !ok {
		return refuse("json_not_object")
	}
	for k, v := range m {
		if v != nil {
			a.values[k] = v
		}
	}
	return nil
}

func (a *args) parseForm(r *http.Request, kind string) error {
	var err error
	if kind == "multipart/form-data" {
		err = r.ParseMultipartForm(maxBody)
	} else {
		err = r.ParseForm()
	}
	if err != nil {
		return tooLargeOr(err, "invalid_form_data")
	}
	for k, v := range r.PostForm {
		a.values[k] = v[0]
	}
	return nil
}

func tooLargeOr(err error, code string) error {
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return refuse("request_too_large")
	}
	return refuse(code)
}

// decode reads one JSON value and nothing after it; numbers stay as written.
func decode(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text after the JSON value")
	}
	return v, nil
}

func (a args) has(key string) bool { _, ok := a.values[key]; return ok }

// str returns a string argument; numbers and booleans count as their text.
func (a args) str(key string) string {
	switch v := a.values[key].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

func (a args) flag(key string) bool {
	s := strings.ToLower(a.str(key))
	return s == "true" || s == "1"
}

// list returns a comma-separated or JSON list of strings.
func (a args) list(key string) []string {
	if l, ok := a.values[key].([]any); ok {
		var out []string
		for _, v := range l {
			if s, ok := v.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return strings.FieldsFunc(a.str(key), func(r rune) bool { return r == ',' || r == ' ' })
}

// value returns a JSON argument, decoded when it came as text of a form.
func (a args) value(key string) (any, error) {
	s, ok := a.values[key].(string)
	if !ok {
		return a.values[key], nil
	}
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	return decode([]byte(s))
}

// page cuts items by the arguments limit and cursor and returns the cursor of
// the next page, empty at the end.
func page[T any](a args, items []T, normal, most int) ([]T, string, error) {
	limit, start := normal, 0
	if a.has("limit") && a.str("limit") != "0" {
		n, err := strconv.Atoi(a.str("limit"))
		if err != nil || n < 0 || n > most {
			return nil, "", refuse("invalid_limit")
		}
		limit = n
	}
	if cursor := a.str("cursor"); cursor != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(cursor, "next:"))
		if err != nil || n < 0 || n > len(items) || !strings.HasPrefix(cursor, "next:") {
			return nil, "", refuse("invalid_cursor")
		}
		start = n
	}
	end := min(start+limit, len(items))
	if end == len(items) {
		return items[start:end], "", nil
	}
	return items[start:end], "next:" + strconv.Itoa(end), nil
}
