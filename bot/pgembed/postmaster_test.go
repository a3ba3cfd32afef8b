//go:build unix

package pgembed

import (
	"encoding/binary"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadPostmaster(t *testing.T) {
	data := t.TempDir()
	for name, test := range map[string]struct {
		text string
		want postmaster
		ok   bool
	}{
		"complete":      {"4711\n" + data + "\n1763000000\n5432\n/run/s\n\n  123 45\nready   \n", postmaster{4711, "/run/s", 5432}, true},
		"half written":  {"4711\n" + data + "\n1763000000\n5432\n/run", postmaster{pid: 4711}, true},
		"just begun":    {"4711\n" + data, postmaster{pid: 4711}, true},
		"only a pid":    {"4711\n", postmaster{}, false},
		"empty":         {"", postmaster{}, false},
		"copied":        {"4711\n/var/lib/other\n1763000000\n5432\n/run/s\n\n", postmaster{}, false},
		"not a pid":     {"x\n" + data + "\n", postmaster{}, false},
		"single user":   {"-4711\n" + data + "\n1763000000\n5432\n\n\n", postmaster{}, false},
		"no socket yet": {"4711\n" + data + "\n1763000000\n5432\n\n\n", postmaster{pid: 4711, port: 5432}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(filepath.Join(data, "postmaster.pid"), []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			pm, ok := readPostmaster(data)
			if ok != test.ok || ok && pm != test.want {
				t.Errorf("got %+v, %v, want %+v, %v", pm, ok, test.want, test.ok)
			}
		})
	}
}

// message is one message of the protocol.
func message(kind byte, body string) string {
	return string(kind) + string(binary.BigEndian.AppendUint32(nil, uint32(len(body)+4))) + body
}

// ping tells a server that takes queries from one that does not yet, and from others.
func TestPing(t *testing.T) {
	refusal := func(code, text string) string {
		return message('E', "SFATAL\x00VFATAL\x00C"+code+"\x00M"+text+"\x00\x00")
	}
	for name, test := range map[string]struct {
		answer string
		is     error
		words  string
	}{
		"ready":          {answer: message('R', "\x00\x00\x00\x00") + message('S', "a\x00b\x00") + message('Z', "I")},
		"too many":       {answer: refusal("53300", "sorry, too many clients already")},
		"starting":       {answer: refusal("57P03", "the database system is starting up"), is: errNotReady, words: "starting up"},
		"gone in it":     {answer: message('R', "\x00\x00\x00\x00"), is: errNotReady},
		"other role":     {answer: refusal("28000", `role "app" does not exist`), words: `role "app" does not exist (SQLSTATE 28000)`},
		"no PostgreSQL":  {answer: "HTTP/1.1 400 Bad Request\r\n", words: "not PostgreSQL's"},
		"claims to read": {answer: "R\xff\xff\xff\xff", words: "not PostgreSQL's"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			l, err := net.Listen("unix", filepath.Join(dir, ".s.PGSQL.5432"))
			if err != nil {
				t.Fatal(err)
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				conn, err := l.Accept()
				if err != nil {
					return
				}
				buf := make([]byte, 1000)
				_, _ = conn.Read(buf)
				_, _ = conn.Write([]byte(test.answer))
				_ = conn.Close()
			}()
			err = ping(t.Context(), postmaster{pid: 1, socketDir: dir, port: 5432})
			_ = l.Close()
			<-done
			switch {
			case test.is == nil && test.words == "":
				if err != nil {
					t.Errorf("ping: %v", err)
				}
			case !errors.Is(err, test.is) && test.is != nil:
				t.Errorf("ping: %v, want %v", err, test.is)
			case err == nil || !strings.Contains(err.Error(), test.words):
				t.Errorf("ping: %v, want %q", err, test.words)
			}
		})
	}
	if err := ping(t.Context(), postmaster{pid: 1, socketDir: t.TempDir(), port: 5432}); !errors.Is(err, errNotListening) {
		t.Errorf("no socket: %v", err)
	}
}

func FuzzPingError(f *testing.F) {
	f.Add([]byte("SFATAL\x00C57P03\x00Mthe database system is starting up\x00\x00"))
	f.Add([]byte("C"))
	f.Add([]byte{0, 0})
	f.Fuzz(func(t *testing.T, msg []byte) {
		if err := pingError(msg); err != nil && err.Error() == "" {
			t.Error("an error without words")
		}
	})
}
