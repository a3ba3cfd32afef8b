package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var table = Table{Name: "stock: [all]", Head: []string{"sku", "on_hand", "amount"}, Rows: [][]any{
	{"SOLAR <1> & \"co\"", Int(-12), Number("1920.00")},
	{"=HYPERLINK(\"x\")", Float(math.NaN()), nil},
	{" ＋1", Float(2.5), "第一\x00\x07"},
}}

func TestCSV(t *testing.T) {
	text, ok := bytes.CutPrefix(table.CSV(), []byte("\ufeff"))
	if !ok {
		t.Error("no byte order mark")
	}
	got, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	want := [][]string{{"sku", "on_hand", "amount"}, {"SOLAR <1> & \"co\"", "-12", "1920.00"}, {"'=HYPERLINK(\"x\")", "", ""}, {"' ＋1", "2.5", "第一"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

// Every part of the workbook is well-formed, and the sheet reads back as it was.
func TestXLSX(t *testing.T) {
	data, err := table.XLSX()
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var sheet struct {
		Rows []struct {
			Cells []struct {
				Type string `xml:"t,attr"`
				V    string `xml:"v"`
				Text string `xml:"is>t"`
			} `xml:"c"`
		} `xml:"sheetData>row"`
	}
	parts := map[string]bool{}
	for _, f := range z.File {
		parts[f.Name] = true
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		var into any = new(struct{})
		if strings.Contains(f.Name, "sheet1") {
			into = &sheet
		}
		if err := xml.Unmarshal(text, into); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		if f.Name == "xl/workbook.xml" && !bytes.Contains(text, []byte(`name="stock all"`)) {
			t.Errorf("name of the sheet: %s", text)
		}
	}
	if !parts["[Content_Types].xml"] || !parts["xl/worksheets/sheet1.xml"] || len(parts) != 5 {
		t.Errorf("parts %v", parts)
	}
	var got [][]string
	for _, row := range sheet.Rows {
		var line []string
		for _, c := range row.Cells {
			line = append(line, c.Type+"|"+c.V+c.Text)
		}
		got = append(got, line)
	}
	want := [][]string{{"inlineStr|sku", "inlineStr|on_hand", "inlineStr|amount"}, {"inlineStr|SOLAR <1> & \"co\"", "|-12", "|1920.00"},
		{"inlineStr|=HYPERLINK(\"x\")", "|", "|"}, {"inlineStr| ＋1", "|2.5", "inlineStr|第一"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
