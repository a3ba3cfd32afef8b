package pgembed

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// postmaster is what the server writes into postmaster.pid.
type postmaster struct {
	pid       int
	socketDir string
	port      int
}

// readPostmaster reads data/postmaster.pid; ok is false when there is none or it
// is not complete yet. The file of a copied directory names the directory it was
// copied from, and does not count.
func readPostmaster(data string) (pm postmaster, ok bool) {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return pm, false
	}
	// pid, data directory, start time, port, socket directory, ...
	lines := strings.Split(string(text), "\n")
	if len(lines) < 2 || !sameFile(lines[1], data) {
		return pm, false
	}
	if pm.pid, err = strconv.Atoi(strings.TrimSpace(lines[0])); err != nil || pm.pid <= 0 {
		return pm, false
	}
	if len(lines) > 5 { // the last of these lines is complete
		pm.port, _ = strconv.Atoi(strings.TrimSpace(lines[3]))
		pm.socketDir = lines[4]
	}
	return pm, true
}

func sameFile(a, b string) bool {
	fa, errA := os.Stat(a)
	fb, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(fa, fb)
}

var (
	errNotListening = errors.New("the server does not listen")
	errNotReady     = errors.New("the server is starting, recovering or stopping")
)

// sqlCannotConnectNow is the SQLSTATE of a server that starts, recovers or stops.
const sqlCannotConnectNow = "57P03"

// ping opens a session and closes it: nil means that the server takes queries. It
// speaks the protocol itself (PostgreSQL manual, Message Formats): one start-up
// message, then read up to ReadyForQuery.
func ping(ctx context.Context, pm postmaster) error {
	if pm.socketDir == "" {
		return errNotListening
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", filepath.Join(pm.socketDir, ".s.PGSQL."+strconv.Itoa(pm.port)))
	if err != nil {
		return fmt.Errorf("%w: %w", errNotListening, err)
	}
	defer func() { _ = conn.Close() }()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return err
	}
	body := "\x00\x03\x00\x00user\x00app\x00database\x00postgres\x00application_name\x00quartermaster ping\x00\x00"
	if _, err := conn.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(body)+4)), body...)); err != nil {
		return fmt.Errorf("%w: %w", errNotReady, err)
	}
	r := bufio.NewReader(conn)
	for {
		var head [5]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return fmt.Errorf("%w: %w", errNotReady, err)
		}
		size := binary.BigEndian.Uint32(head[1:])
		if size < 4 || size > 1<<16 {
			return errors.New("the socket is not PostgreSQL's")
		}
		msg := make([]byte, size-4)
		if _, err := io.ReadFull(r, msg); err != nil {
			return fmt.Errorf("%w: %w", errNotReady, err)
		}
		switch head[0] {
		case 'Z': // ReadyForQuery
			_, _ = conn.Write([]byte{'X', 0, 0, 0, 4}) // a polite end; closing does it too
			return nil
		case 'E':
			return pingError(msg)
		}
	}
}

// pingError reads an ErrorResponse: fields of a type byte and a string.
func pingError(msg []byte) error {
	var code, text string
	for field := range bytes.SplitSeq(msg, []byte{0}) {
		if len(field) == 0 {
			continue
		}
		switch field[0] {
		case 'C':
			code = string(field[1:])
		case 'M':
			text = string(field[1:])
		}
	}
	switch {
	case code == sqlCannotConnectNow:
		return fmt.Errorf("%w: %s", errNotReady, text)
	case strings.HasPrefix(code, "53"): // out of connections, memory, disk: it lives
		return nil
	}
	return fmt.Errorf("the server refuses us: %s (SQLSTATE %s)", text, code)
}
