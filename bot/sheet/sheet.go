// Package sheet writes a table as a file that spreadsheets read: CSV (RFC 4180, UTF-8
// with a byte order mark) or XLSX (Office Open XML, ISO/IEC 29500, one sheet). Text that
// a spreadsheet would take for a formula is inert: by an apostrophe in CSV, by its type
// in XLSX.
package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Table is a head and rows. A cell is a string, a Number, or nil for an empty one.
type Table struct {
	Name string // of the sheet
	Head []string
	Rows [][]any
}

// Number is a plain decimal, such as "1920.00", that is written as it stands.
type Number string

// Int makes a cell of a whole number.
func Int(n int64) Number { return Number(strconv.FormatInt(n, 10)) }

// Float makes a cell of a number; nil when it is none.
func Float(f float64) any {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	return Number(strconv.FormatFloat(f, 'f', -1, 64))
}

// signs begin a formula; the full-width ones count too, East Asian versions read them
// as the plain ones (OWASP, CSV injection).
const signs = "=+-@＝＋－＠"

// clean removes what XML cannot hold and what would break a row.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		if unicode.IsControl(r) || r == '\ufeff' || r == '\ufffe' || r == '\uffff' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// inert makes text no formula for who reads it as CSV.
func inert(s string) string {
	s = clean(s)
	if t := strings.TrimLeft(s, " "); t != "" && strings.ContainsRune(signs, []rune(t)[0]) {
		return "'" + s
	}
	return s
}

// CSV writes the table as CSV.
func (t Table) CSV() []byte {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	// Writing to a buffer does not fail.
	_ = w.Write(t.Head)
	for _, row := range t.Rows {
		line := make([]string, len(row))
		for i, c := range row {
			switch c := c.(type) {
			case Number:
				line[i] = string(c)
			case string:
				line[i] = inert(c)
			}
		}
		_ = w.Write(line)
	}
	w.Flush()
	return b.Bytes()
}

// maxCell is the most characters a cell of a spreadsheet holds.
const maxCell = 32767

// XLSX writes the table as a workbook.
func (t Table) XLSX() ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="` + escape(sheetName(t.Name)) + `" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/worksheets/sheet1.xml", t.sheet()},
	} {
		w, err := z.Create(part.name)
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", part.name, err)
		}
		if _, err := w.Write([]byte(xml.Header + part.text)); err != nil {
			return nil, fmt.Errorf("write %s: %w", part.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("write a workbook: %w", err)
	}
	return b.Bytes(), nil
}

func (t Table) sheet() string {
	var b strings.Builder
	b.WriteString(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`)
	head := make([]any, len(t.Head))
	for i, h := range t.Head {
		head[i] = h
	}
	for _, row := range slices.Concat([][]any{head}, t.Rows) {
		b.WriteString("<row>")
		for _, c := range row {
			switch c := c.(type) {
			case Number:
				b.WriteString("<c><v>" + escape(string(c)) + "</v></c>")
			case string:
				if r := []rune(c); len(r) > maxCell {
					c = string(r[:maxCell])
				}
				b.WriteString(`<c t="inlineStr"><is><t xml:space="preserve">` + escape(clean(c)) + "</t></is></c>")
			default:
				b.WriteString("<c/>")
			}
		}
		b.WriteString("</row>")
	}
	b.WriteString("</sheetData></worksheet>")
	return b.String()
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder takes everything
	return b.String()
}

// sheetName is a name that spreadsheets accept: 31 characters, none of []:*?/\.
func sheetName(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 31 {
		s = string(r[:31])
	}
	if s == "" {
		return "Sheet1"
	}
	return s
}
