package jobs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/sheet"
	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// personalList is the list that only people named in the settings get.
const personalList = "customers"

// ExportRequest asks for a list as a file.
type ExportRequest struct {
	Team, User string
	List       string // see store.ListNames
	Format     string // csv, which empty means, or xlsx
}

// Export returns a list as a file. An unknown list or format, or a person who may not
// have it, is a *UserError. Every export is in the audit log before it leaves.
func (s *Service) Export(ctx context.Context, q ExportRequest) (File, error) {
	f := File{Language: s.cfg().Shop.Language}
	format := strings.ToLower(strings.TrimSpace(q.Format))
	if format == "" {
		format = "csv"
	}
	if format != "csv" && format != "xlsx" {
		return f, &UserError{fmt.Sprintf("There is no format %q; there are csv and xlsx.", q.Format)}
	}
	list, names := strings.ToLower(strings.TrimSpace(q.List)), store.ListNames()
	if !slices.Contains(names, list) {
		text := fmt.Sprintf("Please say which list, and csv or xlsx: /stock export %s.", strings.Join(names, "|"))
		if near := core.Nearest(list, slices.Values(names), 1); list != "" && len(near) > 0 {
			text = fmt.Sprintf("There is no list %q. Did you mean %s? ", q.List, near[0]) + text
		}
		return f, &UserError{text}
	}
	actor, err := s.notify.Person(ctx, q.Team, q.User)
	if err != nil {
		return f, fmt.Errorf("look up who asks for a list: %w", err)
	}
	if v := plan.DecideExport(actor); v.Outcome != plan.Allow {
		return f, &UserError{v.Reason}
	}
	if list == personalList && !slices.Contains(s.cfg().Exporters, actor.User) {
		return f, &UserError{"The customers behind a product are shown to people named in the settings only (customers.export)."}
	}
	head, rows, more, err := store.List(ctx, s.st.Pool(), list)
	if err != nil {
		return f, err
	}
	t := sheet.Table{Name: list, Head: head}
	for _, row := range rows {
		cells := make([]any, len(row))
		for i, v := range row {
			cells[i] = s.cell(v)
		}
		t.Rows = append(t.Rows, cells)
	}
	if f.Data = t.CSV(); format == "xlsx" {
		if f.Data, err = t.XLSX(); err != nil {
			return f, err
		}
	}
	f.Name = fmt.Sprintf("%s-%s.%s", list, core.DayOf(s.cfg().Now(), s.cfg().Shop.Zone), format)
	f.Note = fmt.Sprintf("%d rows", len(rows))
	if more {
		f.Note = fmt.Sprintf("%d rows, the list is longer", len(rows))
	}
	return f, s.st.InTx(ctx, func(tx pgx.Tx) error {
		return store.Audit(ctx, tx, actor.User, "export "+list, f.Name, map[string]int{"rows": len(rows)})
	})
}

// cell turns a value of the database into one of a sheet. Instants are of the shop's
// zone.
func (s *Service) cell(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return v
	case bool:
		return map[bool]string{true: "yes", false: "no"}[v]
	case int16:
		return sheet.Int(int64(v))
	case int32:
		return sheet.Int(int64(v))
	case int64:
		return sheet.Int(v)
	case float32:
		return sheet.Float(float64(v))
	case float64:
		return sheet.Float(v)
	case core.Money:
		return sheet.Number(v.Decimal())
	case time.Time:
		if v.Equal(v.Truncate(24*time.Hour)) && v.Location() == time.UTC {
			return v.Format(time.DateOnly) // a date
		}
		return v.In(s.cfg().Shop.Zone).Format("2006-01-02 15:04:05")
	}
	return fmt.Sprint(v)
}
