package csvfile

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"quartermaster/connectors"
)

// scanner splits bytes into records (RFC 4180, with a free choice of separator).
// It is not encoding/csv because that reads to the end of the file for one
// unclosed quote and keeps BOM, NUL and broken UTF-8.
type scanner struct {
	br   *bufio.Reader
	file string
	sep  byte
	line int    // physical lines read so far
	raw  []byte // the current physical line, without its end
	buf  []byte // values of the current record, unquoted, one after the other
	ends []int  // where each value ends in buf
	over bool   // nothing more can be read
}

// newScanner unpacks gzip by its magic number and refuses what is no UTF-8 text.
func newScanner(r io.Reader, file string) (*scanner, error) {
	s := &scanner{file: file, br: bufio.NewReaderSize(r, 64<<10)}
	if head, _ := s.br.Peek(2); bytes.Equal(head, []byte{0x1f, 0x8b}) {
		gz, err := gzip.NewReader(s.br)
		if err != nil {
			return nil, fmt.Errorf("read %s: the gzip data is damaged: %w", file, err)
		}
		s.br = bufio.NewReaderSize(gz, 64<<10)
	}
	head, err := s.br.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return nil, s.bad(1, `the file is UTF-16; save it as "CSV UTF-8"`)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return nil, s.bad(1, `the file is a workbook or ZIP archive; save it as "CSV UTF-8"`)
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, _ = s.br.Discard(3)
	}
	return s, nil
}

func (s *scanner) bad(line int, format string, args ...any) *connectors.RowError {
	return &connectors.RowError{File: s.file, Line: line, Reason: fmt.Sprintf(format, args...)}
}

// stop refuses the record that begins on line and ends the reading: beyond this
// point nobody knows where a record begins.
func (s *scanner) stop(line int, format string, args ...any) error {
	s.over = true
	return s.bad(line, format+"; the rest of the file was not read", args...)
}

// readLine puts the next physical line into s.raw. It returns io.EOF at the end
// and an error that is no *RowError when the source fails.
func (s *scanner) readLine() error {
	s.raw = s.raw[:0]
	for {
		part, err := s.br.ReadSlice('\n')
		s.raw = append(s.raw, part...)
		switch {
		case len(s.raw) > MaxRecord+2:
			s.line++
			return s.stop(s.line, "the line is longer than %d bytes", MaxRecord)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			if len(s.raw) == 0 {
				return io.EOF
			}
		case err != nil:
			return fmt.Errorf("read %s after line %d: %w", s.file, s.line, err)
		}
		break
	}
	s.line++
	s.raw = bytes.TrimSuffix(s.raw, []byte{'\n'})
	s.raw = bytes.TrimSuffix(s.raw, []byte{'\r'})
	return nil
}

// checkText refuses what is no text in the line just read.
func (s *scanner) checkText() *connectors.RowError {
	if bytes.IndexByte(s.raw, 0) >= 0 {
		return s.bad(s.line, `the line holds a NUL byte: the file is damaged or UTF-16; save it as "CSV UTF-8"`)
	}
	if !utf8.Valid(s.raw) {
		return s.bad(s.line, `the line is not valid UTF-8; save the file as "CSV UTF-8"`)
	}
	return nil
}

// next returns the next record and the line it begins on. The values live until
// the next call. After a *connectors.RowError reading can go on; io.EOF and any
// other error are final.
func (s *scanner) next() (line int, values []string, err error) {
	for {
		if s.over {
			return 0, nil, io.EOF
		}
		if err := s.readLine(); err != nil {
			s.over = true
			return s.line, nil, err
		}
		if len(bytes.TrimSpace(s.raw)) == 0 && s.sep != '\t' || len(s.raw) == 0 {
			continue // an empty line
		}
		line = s.line
		if err := s.record(); err != nil {
			return line, nil, err
		}
		if s.ends[len(s.ends)-1] == 0 {
			continue // only separators, as spreadsheets write below the data
		}
		text := string(s.buf) // one allocation for the whole record
		values = make([]string, len(s.ends))
		from := 0
		for i, to := range s.ends {
			values[i], from = text[from:to], to
		}
		return line, values, nil
	}
}

// record parses the record that begins in s.raw, reading on where a quoted value
// holds line breaks.
func (s *scanner) record() error {
	s.buf, s.ends = s.buf[:0], s.ends[:0]
	first := s.line
	refused := s.checkText()
	rest := s.raw
	for {
		start := len(s.buf)
		if len(rest) > 0 && rest[0] == '"' {
			var err error
			if rest, err = s.quoted(rest[1:], first, &refused); err != nil {
				return err
			}
			if len(rest) > 0 && rest[0] != s.sep {
				return s.bad(s.line, `text follows the closing quote of a value; write a quote inside a value twice: ""`)
			}
		} else {
			end := bytes.IndexByte(rest, s.sep)
			if end < 0 {
				end = len(rest)
			}
			value := rest[:end]
			if refused == nil && bytes.IndexByte(value, '"') >= 0 {
				refused = s.bad(s.line, `a quote stands inside an unquoted value; put the value in quotes and write the quote twice: "6"" pipe"`)
			}
			if refused == nil && bytes.IndexByte(value, '\r') >= 0 {
				refused = s.bad(s.line, "a carriage return stands alone; save the file with Windows or Unix line ends")
			}
			s.buf = append(s.buf, value...)
			rest = rest[end:]
		}
		if refused == nil && len(s.buf)-start > MaxField {
			refused = s.bad(s.line, "a value is longer than %d bytes", MaxField)
		}
		s.ends = append(s.ends, len(s.buf))
		if refused == nil && len(s.ends) > MaxColumns {
			refused = s.bad(s.line, "the row has more than %d columns", MaxColumns)
		}
		if refused != nil && len(s.ends) > MaxColumns || len(rest) == 0 {
			break
		}
		rest = rest[1:]
	}
	if refused != nil {
		return refused
	}
	return nil
}

// quoted appends the value whose opening quote was just passed and returns what
// follows its closing quote.
func (s *scanner) quoted(rest []byte, first int, refused **connectors.RowError) ([]byte, error) {
	opened, start := s.line, len(s.buf)
	for {
		i := bytes.IndexByte(rest, '"')
		switch {
		case i >= 0 && i+1 < len(rest) && rest[i+1] == '"':
			s.buf = append(s.buf, rest[:i+1]...)
			rest = rest[i+2:]
		case i >= 0:
			s.buf = append(s.buf, rest[:i]...)
			if len(s.buf)-start > MaxField {
				return nil, s.stop(opened, "a quoted value is longer than %d bytes; is the quote that opens here closed?", MaxField)
			}
			return rest[i+1:], nil
		default:
			s.buf = append(append(s.buf, rest...), '\n')
			if len(s.buf)-start > MaxField {
				return nil, s.stop(opened, "a quoted value is longer than %d bytes; is the quote that opens here closed?", MaxField)
			}
			if len(s.buf) > MaxRecord {
				return nil, s.stop(opened, "the row is longer than %d bytes; is the quote that opens here closed?", MaxRecord)
			}
			if s.line-first+1 >= MaxLines {
				return nil, s.stop(opened, "the row runs over %d lines; is the quote that opens here closed?", MaxLines)
			}
			if err := s.readLine(); errors.Is(err, io.EOF) {
				return nil, s.stop(opened, "the quote that opens here is never closed")
			} else if err != nil {
				s.over = true
				return nil, err
			}
			if *refused == nil {
				*refused = s.checkText()
			}
			rest = s.raw
		}
	}
}

// detect chooses the separator that stands most often in the header line, of
// comma, semicolon and tab.
func detect(header []byte) byte {
	best, most := byte(','), 0
	for _, sep := range []byte{',', ';', '\t'} {
		if n := bytes.Count(header, []byte{sep}); n > most {
			best, most = sep, n
		}
	}
	return best
}

// announced reads a line like sep=; that spreadsheets write before the header.
func announced(line []byte) (sep byte, ok bool) {
	rest, found := bytes.CutPrefix(bytes.Trim(line, `"`), []byte("sep="))
	if !found || len(rest) != 1 || bytes.IndexByte([]byte(",;\t"), rest[0]) < 0 {
		return 0, false
	}
	return rest[0], true
}
