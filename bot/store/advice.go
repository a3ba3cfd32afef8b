package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"quartermaster/core/plan"
	"quartermaster/core/risk"
)

// SaveAdvice replaces what the last check found beside what is on cards.
func SaveAdvice(ctx context.Context, tx pgx.Tx, findings []risk.Finding) error {
	if _, err := tx.Exec(ctx, `delete from advice`); err != nil {
		return fmt.Errorf("clear advice: %w", err)
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"advice"}, []string{"n", "kind", "sku", "body"},
		pgx.CopyFromSlice(len(findings), func(i int) ([]any, error) {
			body, err := json.Marshal(findings[i])
			return []any{int32(i), string(findings[i].Kind), string(findings[i].SKU), body}, err
		}))
	if err != nil {
		return fmt.Errorf("save advice: %w", err)
	}
	return nil
}

// Advice reads at most limit findings of each kind, with how many there are: all of
// them, or those of one kind or one SKU when what names it.
func Advice(ctx context.Context, db DB, what string, limit int) (out []plan.AdviceGroup, err error) {
	rows, err := db.Query(ctx, `
		select kind, count, body from (
			select kind, body, n, count(*) over (partition by kind), row_number() over (partition by kind order by n) as place from advice
			where $1 = '' or kind = lower($1) or sku = $1) a
		where place <= $2 order by kind, n`, what, limit)
	if err != nil {
		return nil, fmt.Errorf("read advice: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var kind risk.Kind
		var count int
		var body []byte
		var f risk.Finding
		if err := rows.Scan(&kind, &count, &body); err != nil {
			return nil, fmt.Errorf("read advice: %w", err)
		}
		if err := json.Unmarshal(body, &f); err != nil {
			return nil, fmt.Errorf("read advice: %w", err)
		}
		if n := len(out); n == 0 || out[n-1].Kind != kind {
			out = append(out, plan.AdviceGroup{Kind: kind, Count: count})
		}
		g := &out[len(out)-1]
		g.Findings = append(g.Findings, f)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read advice: %w", err)
	}
	return out, nil
}
