package panelcsv

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"quartermaster/connectors"
)

// maxLine bounds one line, in bytes.
const maxLine = 64 << 10

// scanner splits a file into rows of raw values without allocating. A value may
// stand in quotes but not run over a line: ids, dates and numbers do not.
type scanner struct {
	br     *bufio.Reader
	file   string
	line   int
	header []string
	row    [][]byte
}

func newScanner(r io.Reader, file string) (*scanner, error) {
	s := &scanner{br: bufio.NewReaderSize(r, maxLine), file: file}
	if head, _ := s.br.Peek(2); bytes.Equal(head, []byte{0x1f, 0x8b}) {
		gz, err := gzip.NewReader(s.br)
		if err != nil {
			return nil, fmt.Errorf("read %s: the gzip data is damaged: %w", file, err)
		}
		s.br = bufio.NewReaderSize(gz, maxLine)
	}
	if head, _ := s.br.Peek(3); bytes.Equal(head, []byte("\xef\xbb\xbf")) {
		_, _ = s.br.Discard(3)
	}
	row, err := s.next()
	if errors.Is(err, io.EOF) {
		return nil, &connectors.RowError{File: file, Line: 1, Reason: "the file is empty"}
	}
	if err != nil {
		return nil, err
	}
	for _, name := range row {
		n := string(bytes.TrimSpace(name))
		if n == "" || slices.Contains(s.header, n) {
			return nil, s.bad(-1, "column name %q is empty or stands twice in the header", n)
		}
		s.header = append(s.header, n)
	}
	return s, nil
}

// places finds the columns every file has.
func (s *scanner) places(withValue bool) (id, date, value int, err error) {
	id, date, value = slices.Index(s.header, "series_id"), slices.Index(s.header, "date"), slices.Index(s.header, "value")
	switch {
	case id < 0:
		err = s.bad(-1, "column series_id is missing")
	case date < 0:
		err = s.bad(-1, "column date is missing")
	case withValue && value < 0:
		err = s.bad(-1, "column value is missing")
	}
	return id, date, value, err
}

// next returns the values of the next line that is not empty; they live until
// the next call. io.EOF ends the file.
func (s *scanner) next() ([][]byte, error) {
	for {
		b, err := s.br.ReadSlice('\n')
		s.line++
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return nil, s.bad(-1, "the line is longer than %d bytes", maxLine)
		case err != nil && !errors.Is(err, io.EOF):
			return nil, fmt.Errorf("read %s, line %d: %w", s.file, s.line, err)
		case err != nil && len(b) == 0:
			return nil, io.EOF
		}
		b = bytes.TrimSuffix(bytes.TrimSuffix(b, []byte{'\n'}), []byte{'\r'})
		if len(b) == 0 {
			continue
		}
		return s.split(b)
	}
}

func (s *scanner) split(b []byte) ([][]byte, error) {
	s.row = s.row[:0]
	for {
		if len(b) > 0 && b[0] == '"' {
			v, rest, err := s.quoted(b[1:])
			if err != nil {
				return nil, err
			}
			s.row = append(s.row, v)
			if len(rest) == 0 {
				break
			}
			b = rest[1:]
			continue
		}
		i := bytes.IndexByte(b, ',')
		if i < 0 {
			s.row = append(s.row, b)
			break
		}
		s.row = append(s.row, b[:i])
		b = b[i+1:]
	}
	switch {
	case s.header != nil && len(s.row) != len(s.header):
		return nil, s.bad(-1, "the row has %d values, the header has %d", len(s.row), len(s.header))
	case !utf8.Valid(s.row[0]):
		return nil, s.bad(-1, "the text is not UTF-8")
	}
	return s.row, nil
}

// quoted reads a value whose opening quote was just passed; rest is empty or
// begins with a comma.
func (s *scanner) quoted(b []byte) (value, rest []byte, err error) {
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] != '"':
			value = append(value, b[i])
		case i+1 < len(b) && b[i+1] == '"':
			value = append(value, '"')
			i++
		case i+1 < len(b) && b[i+1] != ',':
			return nil, nil, s.bad(-1, "text follows the closing quote of a value")
		default:
			return value, b[i+1:], nil
		}
	}
	return nil, nil, s.bad(-1, "a quote is not closed on its line")
}

// bad refuses the value at a place of the current row, -1 the whole row.
func (s *scanner) bad(place int, format string, args ...any) error {
	e := &connectors.RowError{File: s.file, Line: s.line, Reason: fmt.Sprintf(format, args...)}
	if place >= 0 && place < len(s.header) {
		e.Column = s.header[place]
	}
	return e
}

// pow10 are the powers of ten that a float64 holds exactly.
var pow10 = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// number reads a finite decimal number, or NaN for an empty value, NA and NaN.
// Plain decimals of up to 15 digits take the exact fast way: the quotient of two
// exact numbers is rounded once, as strconv does (Clinger 1990).
func number(b []byte) (float64, bool) {
	if len(b) == 0 {
		return math.NaN(), true
	}
	n, digits, point := uint64(0), 0, -1
	for i, c := range b {
		switch {
		case c >= '0' && c <= '9':
			n = n*10 + uint64(c-'0')
			digits++
		case c == '.' && point < 0:
			point = i
		default:
			return slowNumber(b)
		}
		if digits > 15 {
			return slowNumber(b)
		}
	}
	if digits == 0 {
		return 0, false
	}
	if point < 0 {
		return float64(n), true
	}
	return float64(n) / pow10[len(b)-1-point], true
}

func slowNumber(b []byte) (float64, bool) {
	switch string(b) {
	case "NA", "NaN":
		return math.NaN(), true
	}
	v, err := strconv.ParseFloat(string(b), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, false
	}
	return v, true
}
