package bot

import (
	"path/filepath"
	"strings"
	"testing"

	"quartermaster/bot/pgembed"
	"quartermaster/connectors/demoshop"
)

// Two demos in one folder would write over each other's messages.
func TestDemoOncePerFolder(t *testing.T) {
	dir := t.TempDir()
	release, free, err := pgembed.TryLock(filepath.Join(dir, "demo.lock"))
	if err != nil || !free {
		t.Fatalf("lock: %v, free %v", err, free)
	}
	defer release()
	err = Demo(t.Context(), DemoConfig{Listen: "127.0.0.1:0", DataDir: dir})
	if err == nil || !strings.Contains(err.Error(), "runs on "+dir+" already") {
		t.Errorf("got %v", err)
	}
}

// Every card of the demo can be approved by somebody: above the second-approver
// limit there are always two.
func TestDemoApprovers(t *testing.T) {
	set, err := demoSettings("")
	if err != nil {
		t.Fatal(err)
	}
	if shop := demoshop.Shop(); set.Shop.Name != shop.Name || set.Shop.Currency != shop.Currency || set.Shop.Zone.String() != shop.Zone.String() || set.Channel != demoChannel {
		t.Errorf("the settings are of another shop: %+v", set.Shop)
	}
	two := 0
	for _, p := range set.Policy.Approval.Approvers {
		if p.Limit.Minor >= 10_000_00 {
			two++
		}
	}
	if two < 2 {
		t.Errorf("%d people may approve GBP 10,000, which needs two", two)
	}
}
