package workspace

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// saveDelay gathers changes that come together into one write.
const saveDelay = 200 * time.Millisecond

const stateVersion = 1

// snapshot is the content of the state file.
type snapshot struct {
	Version  int                  `json:"version"`
	LastTS   int64                `json:"last_ts"` // microseconds
	Messages map[string][]Message `json:"messages"`
	Created  map[string]int64     `json:"created"`
	Joined   []string             `json:"joined"` // channels the bot joined
	Directs  map[string]string    `json:"directs"`
	Homes    map[string]View      `json:"homes"`
	Files    []File               `json:"files"`
}

// saveLoop writes the state soon after it changed, until Close, which writes it
// a last time.
func (w *Workspace) saveLoop() {
	for {
		select {
		case <-w.dirty:
		case <-w.ctx.Done():
			return
		}
		select {
		case <-time.After(saveDelay):
		case <-w.ctx.Done():
			return
		}
		if err := w.save(); err != nil {
			w.log.Error("workspace state not saved", "error", err)
		}
	}
}

func (w *Workspace) snapshot() snapshot {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := snapshot{
		Version: stateVersion, LastTS: w.lastTS, Messages: map[string][]Message{}, Created: map[string]int64{},
		Directs: map[string]string{}, Homes: map[string]View{},
	}
	for _, ch := range w.channels {
		s.Messages[ch.ID] = copies(ch.messages)
		s.Created[ch.ID] = ch.created
		if ch.peer != "" {
			s.Directs[ch.ID] = ch.peer
		}
		if ch.WithoutBot && ch.has(botUserID) {
			s.Joined = append(s.Joined, ch.ID)
		}
	}
	for user, id := range w.homes {
		s.Homes[user] = *w.views[id]
	}
	for _, f := range w.files {
		if f.done {
			s.Files = append(s.Files, *f)
		}
	}
	return s
}

// save replaces the state file in one step: a crash leaves the old or the new one.
func (w *Workspace) save() error {
	raw, err := json.Marshal(w.snapshot())
	if err != nil {
		return fmt.Errorf("encode workspace state: %w", err)
	}
	return writeFile(w.cfg.StatePath, raw)
}

func writeFile(path string, raw []byte) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("write %s: %w", path, err)
		}
	}()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// restore reads the state file. Messages of channels that are no longer
// configured stay in nobody's way: they are dropped.
func (w *Workspace) restore() error {
	raw, err := os.ReadFile(w.cfg.StatePath)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read workspace state: %w", err)
	}
	var s snapshot
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber() // numbers in blocks and metadata stay as written
	if err := dec.Decode(&s); err != nil {
		return fmt.Errorf("read workspace state %s: %w", w.cfg.StatePath, err)
	}
	if s.Version != stateVersion {
		return fmt.Errorf("read workspace state %s: version %d is not %d; move the file away to start anew", w.cfg.StatePath, s.Version, stateVersion)
	}
	w.lastTS = s.LastTS
	for id, user := range s.Directs {
		if _, ok := w.user(user); ok {
			w.channels = append(w.channels, &conversation{Channel: Channel{ID: id, Private: true}, peer: user, members: []string{user, botUserID}})
		}
	}
	for _, ch := range w.channels {
		if created, ok := s.Created[ch.ID]; ok {
			ch.created = created
		}
		if slices.Contains(s.Joined, ch.ID) && !ch.has(botUserID) {
			ch.members = append(ch.members, botUserID)
		}
		for _, m := range s.Messages[ch.ID] {
			m.Channel, m.seq = ch.ID, w.nextSeq()
			ch.messages = append(ch.messages, &m)
		}
	}
	for user, v := range s.Homes {
		v.User = user
		w.views[v.ID], w.homes[user] = &v, v.ID
	}
	return w.restoreFiles(s.Files)
}

func (w *Workspace) restoreFiles(files []File) error {
	for _, f := range files {
		data, err := os.ReadFile(w.filePath(f.ID))
		if errors.Is(err, fs.ErrNotExist) {
			continue // shown as missing
		}
		if err != nil {
			return fmt.Errorf("read uploaded file: %w", err)
		}
		f.data, f.done, f.uploaded = data, true, true
		w.files[f.ID] = &f
	}
	return nil
}

func (w *Workspace) filePath(id string) string {
	return filepath.Join(w.cfg.StatePath+".files", filepath.Base(id))
}

// saveFile writes the bytes of an uploaded file at once: they never change.
func (w *Workspace) saveFile(f *File) error {
	if w.cfg.StatePath == "" {
		return nil
	}
	return writeFile(w.filePath(f.ID), f.data)
}
