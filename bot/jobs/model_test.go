package jobs_test

import (
	"strings"
	"testing"

	"quartermaster/bot/store"
	"quartermaster/core/forecast/engine"
)

// A model that was trained is used by the next check; one that is damaged, or of
// another version, holds nothing up.
func TestTrainedModelIsUsed(t *testing.T) {
	t.Parallel()
	s := open(t, 40, nil)
	s.check("before")
	why := func() string {
		items, err := store.ItemStates(t.Context(), s.st.Pool(), "P0")
		if err != nil || len(items) == 0 {
			t.Fatalf("%d items, %v", len(items), err)
		}
		return items[0].Forecast.Why
	}
	if strings.Contains(why(), "model of all products") {
		t.Fatalf("a model before the first training: %s", why())
	}
	for range 4 {
		if _, err := s.svc.Train(t.Context(), engine.Config{Seed: 1}); err != nil {
			t.Fatal(err)
		}
	}
	s.check("after")
	if !strings.Contains(why(), "model of all products") {
		t.Errorf("after the training: %s", why())
	}
	if n := s.number(`select count(*) from demand_model`); n != 3 {
		t.Errorf("%d models are kept, want 3", n)
	}
	s.exec(`insert into demand_model (through, sha256, body) values (current_date, '\x00', '\x0102')`)
	s.check("damaged")
	if strings.Contains(why(), "model of all products") {
		t.Errorf("with a damaged model: %s", why())
	}
	s.exec(`insert into demand_model (through, sha256, body) values (current_date, sha256('other'), 'other')`)
	s.check("other")
	if why() == "" {
		t.Error("no forecast with a model of another version")
	}
}
