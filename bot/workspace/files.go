package workspace

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

const (
	maxFile     = 20 << 20
	maxAttached = 10 << 20
)

// File is an uploaded file. It is an image when Mimetype says so.
type File struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Title      string `json:"title"`
	Mimetype   string `json:"mimetype"`
	Filetype   string `json:"filetype"`
	Size       int    `json:"size"`
	Created    int64  `json:"created"`
	User       string `json:"user"`
	AltText    string `json:"alt_txt,omitempty"`
	URLPrivate string `json:"url_private"`
	Download   string `json:"url_private_download"`
	Permalink  string `json:"permalink"`

	data     []byte
	key      string // of the upload URL; empty once used
	uploaded bool
	done     bool // completeUploadExternal was called
}

func uploadURL(w *Workspace, c *call) (reply, error) {
	name := c.str("filename")
	size, err := strconv.Atoi(c.str("length"))
	switch {
	case name == "":
		return nil, refuseArg("missing required field: filename")
	case err != nil || size <= 0:
		return nil, refuseArg("must be greater than 0 [json-pointer:/length]")
	case size > maxFile:
		return nil, refuse("file_upload_size_restricted")
	}
	f := w.newFile(c.base, botUserID, name, size)
	f.AltText, f.key = c.str("alt_txt"), newSecret()
	return reply{"upload_url": c.base + "/upload/" + f.ID + "?key=" + f.key, "file_id": f.ID}, nil
}

// newFile starts a file of the user. The caller holds w.mu.
func (w *Workspace) newFile(base, user, name string, size int) *File {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	f := &File{ID: newID("F"), Name: name, Title: name, Size: size, User: user, Created: w.cfg.Clock().Unix()}
	f.URLPrivate = base + "/files/" + f.ID
	f.Permalink, f.Download = f.URLPrivate, f.URLPrivate
	w.files[f.ID] = f
	return f
}

// attach takes a file that a person chose in a form; forms take 10 MB.
func (w *Workspace) attach(user, name string, data []byte) (*File, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.mayAct(user, nil); err != nil {
		return nil, err
	}
	if name == "" || len(data) > maxAttached {
		return nil, errors.New("a file needs a name and at most 10 MB")
	}
	f := w.newFile(w.base, user, name, len(data))
	f.data, f.uploaded = data, true
	return f, w.finish(f)
}

// serveUpload takes the bytes of a file once, raw or as the first file of a
// multipart form. Their number must be the announced one.
func (w *Workspace) serveUpload(rw http.ResponseWriter, r *http.Request) {
	data, err := uploadBody(http.MaxBytesReader(rw, r.Body, maxFile+1<<20), r.Header.Get("Content-Type"))
	if err != nil {
		http.Error(rw, "cannot read the upload", http.StatusBadRequest)
		return
	}
	if status, err := w.receive(r.PathValue("id"), r.URL.Query().Get("key"), data); err != nil {
		http.Error(rw, err.Error(), status)
		return
	}
	_, _ = fmt.Fprintf(rw, "OK - %d", len(data))
}

func (w *Workspace) receive(id, key string, data []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f := w.files[id]
	if f == nil || f.key == "" || f.key != key {
		return http.StatusNotFound, errors.New("no such upload")
	}
	if len(data) != f.Size {
		return http.StatusInternalServerError, fmt.Errorf("got %d bytes, %d were announced", len(data), f.Size)
	}
	f.data, f.key, f.uploaded = data, "", true
	return http.StatusOK, nil
}

func uploadBody(body io.Reader, contentType string) ([]byte, error) {
	kind, params, _ := mime.ParseMediaType(contentType)
	if kind != "multipart/form-data" {
		return io.ReadAll(body)
	}
	form := multipart.NewReader(body, params["boundary"])
	for {
		part, err := form.NextPart()
		if err != nil {
			return nil, err
		}
		if part.FileName() != "" {
			return io.ReadAll(part)
		}
	}
}

func completeUpload(w *Workspace, c *call) (reply, error) {
	v, err := c.value("files")
	list, ok := v.([]any)
	if err != nil || !ok || len(list) == 0 {
		return nil, refuseArg("must be an array of files [json-pointer:/files]")
	}
	var done []*File
	for _, item := range list {
		m, _ := item.(map[string]any)
		id, _ := m["id"].(string)
		f := w.files[id]
		if f == nil || f.done || slices.Contains(done, f) {
			return nil, refuse("file_not_found")
		}
		if !f.uploaded {
			return nil, refuse("file_update_failed")
		}
		if title, _ := m["title"].(string); title != "" {
			f.Title = title
		}
		done = append(done, f)
	}
	targets := c.list("channels")
	if id := c.str("channel_id"); id != "" {
		targets = append(targets, id)
	}
	var share []*conversation
	for _, id := range targets {
		ch := w.channel(id)
		if ch == nil {
			return nil, refuse("channel_not_found")
		}
		if err := ch.open(); err != nil {
			return nil, err
		}
		share = append(share, ch)
	}
	for _, f := range done {
		if err := w.finish(f); err != nil {
			return nil, err
		}
	}
	for _, ch := range share {
		m := w.botMessage(c.str("initial_comment"), nil)
		m.Files, m.ThreadTS = done, c.str("thread_ts")
		ch.add(m)
		w.announce(notice{Kind: "message", Channel: ch.ID})
	}
	w.announce(notice{Kind: "files"})
	return reply{"files": done}, nil
}

// finish recognises the content and stores the file.
func (w *Workspace) finish(f *File) error {
	f.Mimetype = http.DetectContentType(f.data)
	if byName := mime.TypeByExtension(path.Ext(f.Name)); strings.HasPrefix(f.Mimetype, "text/plain") && byName != "" {
		f.Mimetype = byName
	}
	f.Mimetype, _, _ = mime.ParseMediaType(f.Mimetype)
	f.Filetype = strings.TrimPrefix(path.Ext(f.Name), ".")
	f.done = true
	return w.saveFile(f)
}

func fileInfo(w *Workspace, c *call) (reply, error) {
	f := w.files[c.str("file")]
	if f == nil || !f.done {
		return nil, refuse("file_not_found")
	}
	return reply{"file": f}, nil
}

// serveFile sends a file to holders of the bot token.
func (w *Workspace) serveFile(rw http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+w.cfg.BotToken {
		http.Error(rw, "not authorised", http.StatusUnauthorized)
		return
	}
	w.sendFile(rw, r)
}

// sendFile writes the file so that a browser shows images and saves the rest.
func (w *Workspace) sendFile(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	f := w.files[r.PathValue("id")]
	ready := f != nil && f.done // and never changed again
	w.mu.Unlock()
	if !ready {
		http.NotFound(rw, r)
		return
	}
	rw.Header().Set("Content-Type", f.Mimetype)
	rw.Header().Set("X-Content-Type-Options", "nosniff")
	rw.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	if !f.image() {
		rw.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	}
	http.ServeContent(rw, r, "", w.cfg.Clock(), bytes.NewReader(f.data))
}

func (f *File) image() bool {
	return slices.Contains([]string{"image/png", "image/jpeg", "image/gif"}, f.Mimetype)
}

// imageFile says whether a block may show the file.
func (w *Workspace) imageFile(id, url string) bool {
	for _, f := range w.files {
		if f.done && f.image() && (f.ID == id || url != "" && f.URLPrivate == url) {
			return true
		}
	}
	return false
}
