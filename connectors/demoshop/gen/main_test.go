package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const input = `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
2,11111, RED  MUG ,3,2011-01-02 10:00:00,1.25,17,United Kingdom
1,11111,RED MUG,1,2011-01-01 09:00:00,1.25,17.0,United Kingdom
1,22222,BLUE MUG,2,2011-01-01 09:00:00,0.1,17,France
3,22222,BLUE MUG,1000,2011-01-01 11:00:00,2,18,France
3,33333,GREEN MUG,1,2011-01-01 11:00:00,2,18,France
C4,11111,RED MUG,-3,2011-01-03 10:00:00,1.25,17,United Kingdom
5,11111,RED MUG,1001,2011-01-03 10:00:00,1.25,17,United Kingdom
6,11111,RED MUG,1,2011-01-03 10:00:00,0,17,United Kingdom
7,11111,RED MUG,1,2011-01-03 10:00:00,1.25,,United Kingdom
8,11111A,RED MUG,1,2011-01-03 10:00:00,1.25,17,United Kingdom
9,POST,POSTAGE,1,2011-01-03 10:00:00,18,17,United Kingdom
`

func TestRun(t *testing.T) {
	dir := t.TempDir()
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	if _, err := w.Write([]byte(input)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"products.csv": "code,description\n11111,RED MUG\n22222,BLUE MUG\n",
		"sales.csv": `invoice,code,quantity,at,pence,customer,country
1,11111,1,2011-01-01 09:00,125,17,United Kingdom
1,22222,2,2011-01-01 09:00,10,17,France
3,22222,1000,2011-01-01 11:00,200,18,France
2,11111,3,2011-01-02 10:00,125,17,United Kingdom
`}
	for name, content := range map[string][]byte{"in.csv": []byte(input), "in.csv.gz": z.Bytes()} {
		in := filepath.Join(dir, name)
		if err := os.WriteFile(in, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := run(in, dir, 2); err != nil {
			t.Fatal(err)
		}
		products, err := os.ReadFile(filepath.Join(dir, "products.csv"))
		if err != nil {
			t.Fatal(err)
		}
		packed, err := os.Open(filepath.Join(dir, "sales.csv.gz"))
		if err != nil {
			t.Fatal(err)
		}
		r, err := gzip.NewReader(packed)
		if err != nil {
			t.Fatal(err)
		}
		var sales bytes.Buffer
		if _, err := sales.ReadFrom(r); err != nil {
			t.Fatal(err)
		}
		if err := packed.Close(); err != nil {
			t.Fatal(err)
		}
		got := map[string]string{"products.csv": string(products), "sales.csv": sales.String()}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestReadErrors(t *testing.T) {
	for _, tt := range []struct{ input, want string }{
		{"", "EOF"},
		{"InvoiceNo,StockCode\n", "column Description is missing"},
		{strings.Replace(input, ",3,2011", ",many,2011", 1), "line 2"},
		{strings.Replace(input, "2011-01-02 10:00:00", "1/2/2011", 1), "line 2"},
		{strings.Replace(input, "1.25", "free", 1), "line 2"},
	} {
		if _, err := read(strings.NewReader(tt.input)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("read: %v, want %q", err, tt.want)
		}
	}
}
