package workspace

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	maxSockets = 10
	maxAck     = 20_000 // bytes; Slack drops larger answers without a word
	ticketLife = 30 * time.Second
)

// hub holds the Socket Mode connections. An envelope goes to one of them, in
// turn, and waits for its acknowledgement from any of them.
type hub struct {
	w  *Workspace
	mu sync.Mutex

	tickets map[string]time.Time // ticket -> end of life
	socks   []*sock
	next    int
	waiting map[string]chan ack // envelope id
	joined  chan struct{}       // closed and replaced when a connection is ready
}

type sock struct {
	ws      *websocket.Conn
	writing sync.Mutex
	leaving bool // told to disconnect: gets no more envelopes
}

func newHub(w *Workspace) *hub {
	return &hub{w: w, tickets: map[string]time.Time{}, waiting: map[string]chan ack{}, joined: make(chan struct{})}
}

// openConnection is apps.connections.open.
func openConnection(w *Workspace, c *call) (reply, error) {
	h := w.sockets
	h.mu.Lock()
	defer h.mu.Unlock()
	now := w.cfg.Clock()
	for t, end := range h.tickets {
		if now.After(end) {
			delete(h.tickets, t)
		}
	}
	ticket := newSecret()
	h.tickets[ticket] = now.Add(ticketLife)
	return reply{"url": strings.Replace(c.base, "http", "ws", 1) + "/link/?ticket=" + ticket + "&app_id=" + appID}, nil
}

// serveLink is the WebSocket end of Socket Mode. The ticket is the credential,
// so the Origin, which clients set as they like, is not looked at.
func (w *Workspace) serveLink(rw http.ResponseWriter, r *http.Request) {
	h := w.sockets
	ticket := r.URL.Query().Get("ticket")
	h.mu.Lock()
	end, ok := h.tickets[ticket]
	delete(h.tickets, ticket)
	h.mu.Unlock()
	if !ok || w.cfg.Clock().After(end) {
		http.Error(rw, "invalid or used ticket", http.StatusUnauthorized)
		return
	}
	up := websocket.Upgrader{WriteBufferSize: 32 << 10, CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := up.Upgrade(rw, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	s := &sock{ws: ws}
	w.spawn(func() { h.run(s) })
}

// run greets a connection, reads acknowledgements and pings until it ends.
func (h *hub) run(s *sock) {
	defer func() { _ = s.ws.Close() }()
	n, ok := h.add(s)
	if !ok {
		_ = s.write(map[string]any{"type": "disconnect", "reason": "too_many_websockets", "debug_info": debugInfo()})
		return
	}
	defer h.drop(s)
	if s.write(map[string]any{
		"type": "hello", "num_connections": n, "debug_info": debugInfo(), "connection_info": map[string]any{"app_id": appID},
	}) != nil {
		return
	}
	h.ready(s)
	done := make(chan struct{})
	defer close(done)
	h.w.spawn(func() { h.ping(s, done) })
	patience := 3 * h.w.cfg.PingEvery
	s.ws.SetReadLimit(1 << 20)
	s.ws.SetPongHandler(func(string) error { return s.ws.SetReadDeadline(time.Now().Add(patience)) })
	_ = s.ws.SetReadDeadline(time.Now().Add(patience))
	for {
		_, raw, err := s.ws.ReadMessage()
		if err != nil {
			return
		}
		_ = s.ws.SetReadDeadline(time.Now().Add(patience))
		h.acknowledge(raw)
	}
}

func debugInfo() map[string]any {
	return map[string]any{"host": "workspace", "build_number": 1, "approximate_connection_time": 18060}
}

func (h *hub) ping(s *sock, done chan struct{}) {
	tick := time.NewTicker(h.w.cfg.PingEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if s.ws.WriteControl(websocket.PingMessage, []byte("Ping from workspace"), time.Now().Add(time.Second)) != nil {
				return
			}
		case <-done:
			return
		}
	}
}

func (s *sock) write(v any) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.ws.SetWriteDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	return s.ws.WriteJSON(v)
}

func (h *hub) add(s *sock) (int, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.socks) >= maxSockets || h.w.ctx.Err() != nil {
		return 0, false
	}
	s.leaving = true // until hello is sent
	h.socks = append(h.socks, s)
	return len(h.socks), true
}

func (h *hub) ready(s *sock) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s.leaving = false
	close(h.joined)
	h.joined = make(chan struct{})
}

func (h *hub) drop(s *sock) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.socks = slices.DeleteFunc(h.socks, func(o *sock) bool { return o == s })
}

// acknowledge hands an answer to whoever waits for it.
func (h *hub) acknowledge(raw []byte) {
	var frame struct {
		ID      string          `json:"envelope_id"`
		Payload json.RawMessage `json:"payload"`
	}
	if json.Unmarshal(raw, &frame) != nil || frame.ID == "" {
		return
	}
	if len(raw) >= maxAck {
		h.w.warn("oversized_ack")
		return
	}
	h.mu.Lock()
	waiting := h.waiting[frame.ID]
	delete(h.waiting, frame.ID)
	h.mu.Unlock()
	if waiting == nil {
		h.w.warn("late_ack")
		return
	}
	if string(frame.Payload) == "null" {
		frame.Payload = nil
	}
	waiting <- ack{body: frame.Payload}
}

// deliver sends d to one connection. With none at hand it waits for one, as
// links are refreshed with a gap.
func (h *hub) deliver(ctx context.Context, d *delivery) (ack, error) {
	answer := make(chan ack, 1)
	h.mu.Lock()
	h.waiting[d.id] = answer
	h.mu.Unlock()
	defer func() {
		h.mu.Lock()
		delete(h.waiting, d.id)
		h.mu.Unlock()
	}()
	envelope := map[string]any{
		"envelope_id": d.id, "type": d.kind, "payload": d.payload, "accepts_response_payload": d.kind != kindEvent,
	}
	if d.kind == kindEvent {
		envelope["retry_attempt"], envelope["retry_reason"] = d.attempt, d.reason
	}
	for {
		s, joined := h.pick()
		if s != nil && s.write(envelope) == nil {
			break
		}
		if s != nil {
			h.drop(s)
			continue
		}
		select {
		case <-joined:
		case <-ctx.Done():
			return ack{}, &DeliveryError{Reason: "not_connected"}
		}
	}
	select {
	case a := <-answer:
		return a, nil
	case <-ctx.Done():
		return ack{}, &DeliveryError{"timeout", ctx.Err()}
	}
}

func (h *hub) pick() (*sock, <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for range h.socks {
		h.next = (h.next + 1) % len(h.socks)
		if s := h.socks[h.next]; !s.leaving {
			return s, nil
		}
	}
	return nil, h.joined
}

// Connections returns how many Socket Mode connections are up.
func (w *Workspace) Connections() int {
	w.sockets.mu.Lock()
	defer w.sockets.mu.Unlock()
	return len(w.sockets.socks)
}

// Disconnect asks every connection to go, as Slack does when it refreshes a
// link; reason is warning, refresh_requested or link_disabled. After a warning
// connections stay up; else they are closed after a second if the app has not
// done so. It returns how many were asked.
func (w *Workspace) Disconnect(reason string) int {
	h := w.sockets
	h.mu.Lock()
	socks := slices.Clone(h.socks)
	for _, s := range socks {
		s.leaving = reason != "warning"
	}
	h.mu.Unlock()
	for _, s := range socks {
		_ = s.write(map[string]any{"type": "disconnect", "reason": reason, "debug_info": debugInfo()})
		if reason != "warning" {
			time.AfterFunc(time.Second, func() { _ = s.ws.Close() })
		}
	}
	return len(socks)
}

// Drop cuts every connection without a word.
func (w *Workspace) Drop() {
	w.sockets.closeAll()
}

func (h *hub) closeAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.socks {
		_ = s.ws.Close()
	}
}

// WaitConnected waits until the app has a Socket Mode connection.
func (w *Workspace) WaitConnected(ctx context.Context) error {
	for {
		w.sockets.mu.Lock()
		joined, up := w.sockets.joined, slices.ContainsFunc(w.sockets.socks, func(s *sock) bool { return !s.leaving })
		w.sockets.mu.Unlock()
		if up {
			return nil
		}
		select {
		case <-joined:
		case <-ctx.Done():
			return fmt.Errorf("waiting for a socket: %w", context.Cause(ctx))
		}
	}
}
