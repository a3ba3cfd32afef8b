package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"quartermaster/connectors"
	"quartermaster/connectors/csvfile"
)

// check looks for duplicates and unknown references in the staged file.
func (im *importer) check(ctx context.Context) error {
	if im.data.duplicates {
		if err := im.checkDuplicates(ctx); err != nil {
			return err
		}
	}
	if im.data.ours {
		if err := im.checkOrders(ctx); err != nil {
			return err
		}
	}
	for _, ref := range im.data.refs {
		if err := im.checkReference(ctx, ref); err != nil {
			return err
		}
	}
	if err := im.applyRules(ctx, im.data.before); err != nil {
		return err
	}
	return im.refused.Err()
}

// checkReference refuses codes that name nothing, with the nearest one that does.
func (im *importer) checkReference(ctx context.Context, ref reference) error {
	return im.refuseUnknown(ctx, ref, fmt.Sprintf(`
		select s.line, s.%[1]s, count(*) over () from %[2]s s
		where s.%[1]s <> '' and not exists (select from %[3]s t where t.%[5]s = s.%[1]s)
		order by s.line limit %[4]d`, ref.column, im.data.stageTable(), ref.table, csvfile.MaxErrors, ref.key()))
}

func (im *importer) refuseUnknown(ctx context.Context, ref reference, sql string) error {
	type miss struct {
		Line  int
		Code  string
		Total int
	}
	rows, err := im.tx.Query(ctx, sql)
	if err != nil {
		return err
	}
	missing, err := pgx.CollectRows(rows, pgx.RowToStructByPos[miss])
	if err != nil || len(missing) == 0 {
		return err
	}
	rows, err = im.tx.Query(ctx, fmt.Sprintf(`select %[1]s from %[2]s order by %[1]s collate "C"`, ref.key(), ref.table))
	if err != nil {
		return err
	}
	known, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, m := range missing {
		im.refuse(m.Line, ref.column, csvfile.UnknownReason(ref.column, m.Code, slices.Values(known)))
	}
	im.refused.More += missing[0].Total - len(missing)
	return nil
}

// checkDuplicates refuses two rows of one key, naming both lines.
func (im *importer) checkDuplicates(ctx context.Context) error {
	keys := strings.Join(im.data.keys, ", ")
	rows, err := im.tx.Query(ctx, fmt.Sprintf(`
		with twice as (select %[1]s from %[2]s group by %[1]s having count(*) > 1)
		select line, first, key, count(*) over () from (
			select line, min(line) over (partition by %[1]s) as first, %[3]s as key from %[2]s join twice using (%[1]s)) d
		where line > first order by line limit %[4]d`, keys, im.data.stageTable(), im.data.keyText, csvfile.MaxErrors))
	if err != nil {
		return err
	}
	var line, first, total, listed int
	var key string
	_, err = pgx.ForEachRow(rows, []any{&line, &first, &key, &total}, func() error {
		im.refuse(line, "", fmt.Sprintf("the same row stands in line %d already (%s)", first, key))
		listed++
		return nil
	})
	im.refused.More += total - listed
	return err
}

// applyRules runs what must hold between rows.
func (im *importer) applyRules(ctx context.Context, rules []rule) error {
	for _, r := range rules {
		rows, err := im.tx.Query(ctx, r.sql)
		if err != nil {
			return err
		}
		var line int
		var args []string
		_, err = pgx.ForEachRow(rows, []any{&line, &args}, func() error {
			values := make([]any, len(args))
			for i, a := range args {
				values[i] = a
			}
			im.refuse(line, r.column, fmt.Sprintf(r.reason, values...))
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (im *importer) refuse(line int, column, reason string) {
	im.refused.Add(&connectors.RowError{File: im.opts.File, Line: line, Column: column, Reason: reason})
}
