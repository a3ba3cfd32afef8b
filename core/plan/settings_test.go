package plan

import (
	"reflect"
	"testing"
	"time"

	"quartermaster/core"
)

// Every approval rule needs a second person to be changed, also those that are added
// some day; only when to remind does not.
func TestNeedsSecond(t *testing.T) {
	rules := reflect.TypeFor[core.ApprovalPolicy]()
	for field := range rules.Fields() {
		var after core.ApprovalPolicy
		switch v := reflect.ValueOf(&after).Elem().FieldByIndex(field.Index).Addr().Interface().(type) {
		case *core.Money:
			*v = eur(1)
		case *time.Duration:
			*v = time.Hour
		case *bool:
			*v = true
		case *[]core.Approver:
			*v = []core.Approver{{User: "UANN"}}
		case *[]string:
			*v = []string{"UANN"}
		case *[]core.SupplierID:
			*v = []core.SupplierID{"ACME"}
		default:
			t.Fatalf("%s is of a type that this test does not know", field.Name)
		}
		why := NeedsSecond(core.ApprovalPolicy{}, after, nil, nil)
		if field.Name == "RemindAfter" && why != "" || field.Name != "RemindAfter" && why != "It changes who may approve what." {
			t.Errorf("%s: %q", field.Name, why)
		}
	}
	if why := NeedsSecond(core.ApprovalPolicy{}, core.ApprovalPolicy{}, nil, []string{"UANN"}); why != "It changes who may see the customers behind a product." {
		t.Errorf("exporters: %q", why)
	}
}
