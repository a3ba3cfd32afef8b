package workspace

import (
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"time"
)

// FaultKind is a way in which a call goes wrong.
type FaultKind string

// Faults of the Web API.
const (
	// RateLimit answers 429 with Retry-After and does nothing.
	RateLimit FaultKind = "ratelimited"
	// ServerError answers 500 and does nothing.
	ServerError FaultKind = "server_error"
	// Reset cuts the connection and does nothing.
	Reset FaultKind = "reset"
	// Hang does nothing and never answers; it ends when the client gives up, the
	// fault is cleared or the workspace closes.
	Hang FaultKind = "hang"
	// LoseAnswer does what was asked and cuts the connection instead of answering.
	LoseAnswer FaultKind = "lose_answer"
	// Vanish answers ok, but the message posted is gone at once.
	Vanish FaultKind = "vanish"
	// Refuse answers ok false with the code in Fault.Code.
	Refuse FaultKind = "refuse"
)

// Fault says which calls go wrong and how.
type Fault struct {
	Kind FaultKind
	// Method is the Web API method; empty means all.
	Method string
	// Channel is a channel's id or name; empty means all calls, with or without one.
	Channel string
	// Times is how many calls are hit; 0 means all until Clear.
	Times int
	// RetryAfter goes into the answer of RateLimit, rounded up to seconds.
	// Defaults to 1 s.
	RetryAfter time.Duration
	// Code is the error of Refuse.
	Code string
}

// FaultSwitch is a fault that was turned on.
type FaultSwitch struct {
	w       *Workspace
	fault   Fault
	hits    atomic.Int64
	cleared chan struct{}
}

// Fault makes coming calls go wrong. When several faults fit a call, the oldest
// wins.
func (w *Workspace) Fault(f Fault) *FaultSwitch {
	s := &FaultSwitch{w: w, fault: f, cleared: make(chan struct{})}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = append(w.faults, s)
	return s
}

// Hits returns how many calls the fault has hit.
func (s *FaultSwitch) Hits() int { return int(s.hits.Load()) }

// Clear turns the fault off; calls that hang end without an answer.
func (s *FaultSwitch) Clear() {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	if i := slices.Index(s.w.faults, s); i >= 0 {
		s.w.faults = slices.Delete(s.w.faults, i, i+1)
	}
	select {
	case <-s.cleared:
	default:
		close(s.cleared)
	}
}

// takeFault returns the switch that hits this call, if any. The caller holds w.mu.
func (w *Workspace) takeFault(method, channel string) *FaultSwitch {
	for i, s := range w.faults {
		f := s.fault
		if f.Method != "" && f.Method != method {
			continue
		}
		if f.Channel != "" && f.Channel != channel {
			want := w.named(f.Channel)
			if want == nil || want != w.named(channel) {
				continue
			}
		}
		if hits := s.hits.Add(1); f.Times > 0 && hits >= int64(f.Times) {
			w.faults = slices.Delete(w.faults, i, i+1)
		}
		return s
	}
	return nil
}

// before acts out faults that spoil a call before it runs and says whether it did.
func (s *FaultSwitch) before(rw http.ResponseWriter, r *http.Request) bool {
	switch s.fault.Kind {
	case RateLimit:
		s.w.refuse(rw, "fault", rateLimited(max(s.fault.RetryAfter, time.Second)))
	case ServerError:
		http.Error(rw, "internal server error", http.StatusInternalServerError)
	case Reset:
		cut(rw)
	case Hang:
		select {
		case <-r.Context().Done():
		case <-s.cleared:
		case <-s.w.ctx.Done():
		}
		cut(rw)
	case Refuse:
		s.w.refuse(rw, "fault", refuse(s.fault.Code))
	default:
		return false
	}
	return true
}

// cut resets the connection, so that the client sees no answer at all.
func cut(rw http.ResponseWriter) {
	conn, _, err := http.NewResponseController(rw).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2 or a recorder: the server cuts it
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// vanish takes away the message a call has just made. The caller holds w.mu.
func (w *Workspace) vanish(out reply) {
	id, _ := out["channel"].(string)
	ts, _ := out["ts"].(string)
	if ch := w.channel(id); ch != nil {
		if m := ch.find(ts, false); m != nil {
			ch.remove(m)
			w.announce(notice{Kind: "message", Channel: id})
		}
	}
}
