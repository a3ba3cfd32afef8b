package migrations_test

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"quartermaster/migrations"
)

// A number names one migration and a name one change, so that work done side by
// side does not collide unseen. Numbers may have gaps: they are handed out before
// the work is done, and what comes late is made up for (store.Migrate).
func TestNames(t *testing.T) {
	files, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no migrations: %v", err)
	}
	form := regexp.MustCompile(`^(\d{4})_([a-z]+(?:_[a-z]+)*)\.sql$`)
	numbers, names := map[string]string{}, map[string]string{}
	for _, f := range files {
		m := form.FindStringSubmatch(f)
		if m == nil || m[1] == "0000" {
			t.Errorf("%s is not named like 0042_what_it_adds.sql", f)
			continue
		}
		if other := numbers[m[1]]; other != "" {
			t.Errorf("%s and %s have one number: give the one that has not landed the next free one", other, f)
		}
		if other := names[m[2]]; other != "" {
			t.Errorf("%s and %s have one name", other, f)
		}
		numbers[m[1]], names[m[2]] = f, f
		text, err := fs.ReadFile(migrations.FS, f)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(text), "-- ") || strings.HasPrefix(string(text), "-- +goose") {
			t.Errorf("%s does not begin with a comment that says what it is for", f)
		}
		up, down := strings.Index(string(text), "-- +goose Up\n"), strings.Index(string(text), "-- +goose Down\n")
		if up < 0 || down < up {
			t.Errorf("%s lacks the way up, or the way down after it", f)
		}
	}
}
