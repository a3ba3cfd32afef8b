package panelcsv

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quartermaster/connectors"
)

func TestReadStock(t *testing.T) {
	const text = "series_id,on_hand,on_order,lead_days,moq,unit_cost,unit_price,due\n" +
		"A,7,12,10,6,0.6,1,3:6;10:6\n" +
		"\"B,1\",0,0,45,1,2.5,4,\n"
	got, err := ReadStock(strings.NewReader(text), "state.csv")
	if err != nil {
		t.Fatal(err)
	}
	want := []Stock{
		{ID: "A", OnHand: 7, OnOrder: 12, LeadDays: 10, MOQ: 6, UnitCost: 0.6, UnitPrice: 1, Due: []Due{{3, 6}, {10, 6}}},
		{ID: "B,1", LeadDays: 45, MOQ: 1, UnitCost: 2.5, UnitPrice: 4},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadStockRefuses(t *testing.T) {
	for row, want := range map[string]connectors.RowError{
		"A,x,1,10,1,1,2,":                  {File: "s.csv", Line: 2, Column: "on_hand"},
		"A,-1,1,10,1,1,2,":                 {File: "s.csv", Line: 2, Column: "on_hand"},
		"A,1,1,10.5,1,1,2,":                {File: "s.csv", Line: 2, Column: "lead_days"},
		"A,1,1,9999,1,1,2,":                {File: "s.csv", Line: 2, Column: "lead_days"},
		"A,1,1,10,1,1,2,3-4":               {File: "s.csv", Line: 2, Column: "due"},
		"A,1,1,10,1,1,2,-3:4":              {File: "s.csv", Line: 2, Column: "due"},
		"A,1,1,10,1,1,2,3:nan":             {File: "s.csv", Line: 2, Column: "due"},
		",1,1,10,1,1,2,":                   {File: "s.csv", Line: 2, Column: "series_id"},
		"A,1":                              {File: "s.csv", Line: 2},
		"A,1,1,10,1,1,2,\nA,1,1,10,1,1,2,": {File: "s.csv", Line: 3, Column: "series_id"},
	} {
		_, err := ReadStock(strings.NewReader("series_id,on_hand,on_order,lead_days,moq,unit_cost,unit_price,due\n"+row+"\n"), "s.csv")
		var got *connectors.RowError
		if !errors.As(err, &got) || got.File != want.File || got.Line != want.Line || got.Column != want.Column || got.Reason == "" {
			t.Errorf("%q: %v, want a refusal of %s:%d %s", row, err, want.File, want.Line, want.Column)
		}
	}
	if _, err := ReadStock(strings.NewReader("series_id,on_hand\n"), "s.csv"); err == nil || !strings.Contains(err.Error(), "lead_days is missing") {
		t.Errorf("a file without lead times: %v", err)
	}
}

func TestWriteOrders(t *testing.T) {
	var b strings.Builder
	if err := WriteOrders(&b, []string{"A", "B,1"}, []int64{0, 24}); err != nil || b.String() != "series_id,order\nA,0\n\"B,1\",24\n" {
		t.Errorf("%q, %v", b.String(), err)
	}
}
