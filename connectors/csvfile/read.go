package csvfile

import (
	"errors"
	"hash/maphash"
	"io"
	"iter"
	"slices"
	"strings"

	"quartermaster/connectors"
	"quartermaster/core"
)

// Column is a column a kind of file may have.
type Column struct {
	Name     string
	Required bool // the column must be there and no value of it empty
}

// format is everything that distinguishes one kind of file.
type format[T any] struct {
	kind    Kind
	columns []Column
	decode  func(*row) T
	// key names the record within its file; two records of one key are refused.
	// It is nil where files are too long to remember every key.
	key func(T) string
}

// read yields the records of one file. A *connectors.RowError is followed by
// more records, any other error is the last thing yielded.
func (f format[T]) read(r io.Reader, file string, env Env) iter.Seq2[Row[T], error] {
	return func(yield func(Row[T], error) bool) {
		s, err := newScanner(r, file)
		if err != nil {
			yield(Row[T]{}, err)
			return
		}
		names, errs := s.header(f.kind, f.columns)
		for _, err := range errs {
			if !yield(Row[T]{Line: s.line}, err) {
				return
			}
		}
		if len(errs) > 0 {
			return
		}
		seen := newKeys()
		for {
			line, values, err := s.next()
			var refused *connectors.RowError
			switch {
			case errors.Is(err, io.EOF):
				return
			case errors.As(err, &refused):
				if !yield(Row[T]{Line: line}, refused) {
					return
				}
				continue
			case err != nil:
				yield(Row[T]{Line: line}, err)
				return
			}
			rec := row{file: file, line: line, env: env, names: names, values: values, comma: s.sep == ';'}
			v := Row[T]{Line: line}
			if len(values) != len(names) {
				rec.bad("", "the row has %d values, the header has %d", len(values), len(names))
			} else {
				rec.require(f.columns)
				v.Value = f.decode(&rec)
			}
			if len(rec.errs) == 0 && f.key != nil {
				if first, dup := seen.add(f.key(v.Value), line); dup {
					rec.bad("", "the same row stands in line %d already (%s)", first, f.key(v.Value))
				}
			}
			for _, e := range rec.errs {
				if !yield(v, e) {
					return
				}
			}
			if len(rec.errs) == 0 && !yield(v, nil) {
				return
			}
		}
	}
}

// header reads the header record, finds the separator and checks the names.
func (s *scanner) header(kind Kind, columns []Column) ([]string, []error) {
	for {
		err := s.readLine()
		if errors.Is(err, io.EOF) {
			return nil, []error{s.bad(1, "the file is empty; its first line must name the columns: %s", required(columns))}
		} else if err != nil {
			return nil, []error{err}
		}
		if len(s.raw) > 0 {
			break
		}
	}
	s.sep = detect(s.raw)
	if sep, ok := announced(s.raw); ok { // Excel's own way to name the separator
		if err := s.readLine(); errors.Is(err, io.EOF) {
			return nil, []error{s.bad(1, "the file is empty; its first line must name the columns: %s", required(columns))}
		} else if err != nil {
			return nil, []error{err}
		}
		s.sep = sep
	}
	line := s.line
	if err := s.record(); err != nil {
		return nil, []error{err}
	}
	var errs []error
	refuse := func(format string, args ...any) { errs = append(errs, s.bad(line, format, args...)) }
	known := make([]string, len(columns))
	for i, c := range columns {
		known[i] = c.Name
	}
	names := make([]string, len(s.ends))
	from := 0
	for i, to := range s.ends {
		name := strings.ToLower(strings.TrimSpace(string(s.buf[from:to])))
		names[i], from = name, to
		switch {
		case name == "":
			refuse("column %d of the header has no name", i+1)
		case slices.Contains(names[:i], name):
			refuse("column %q stands twice in the header", name)
		case !slices.Contains(known, name):
			if near := core.Nearest(clip(name), slices.Values(known), 1); len(near) > 0 {
				refuse("column %q is unknown in %s; did you mean %q?", clip(name), kind, near[0])
			} else {
				refuse("column %q is unknown in %s; leave it out (docs/data.md lists the columns)", clip(name), kind)
			}
		}
	}
	for _, c := range columns {
		if c.Required && !slices.Contains(names, c.Name) {
			refuse("column %q is missing", c.Name)
		}
	}
	if len(errs) > 0 {
		if text := strange(kind, columns, names); text != "" {
			return nil, []error{s.bad(line, "%s", text)}
		}
	}
	return names, errs
}

func required(columns []Column) string {
	var names []string
	for _, c := range columns {
		if c.Required {
			names = append(names, c.Name)
		}
	}
	return strings.Join(names, ", ")
}

// keys remembers on which line a key stood, some 20 bytes a key and not the key
// itself: two of a million keys share a hash once in 40 million files, and then a
// good file is refused, never a bad one taken.
type keys struct {
	seed  maphash.Seed
	lines map[uint64]int32
}

func newKeys() keys { return keys{maphash.MakeSeed(), map[uint64]int32{}} }

// add remembers key and returns the line on which it stood before.
func (k keys) add(key string, line int) (first int, dup bool) {
	h := maphash.String(k.seed, key)
	if at, ok := k.lines[h]; ok {
		return int(at), true
	}
	k.lines[h] = int32(min(line, 1<<31-1))
	return 0, false
}

// clip shortens a value for an error text.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "..."
	}
	return s
}
