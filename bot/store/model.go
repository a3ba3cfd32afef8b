package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/core"
)

// keptModels is how many trained models are kept.
const keptModels = 3

// SaveModel keeps a trained model and drops the oldest ones.
func SaveModel(ctx context.Context, tx pgx.Tx, body []byte, through core.Day) (id int64, err error) {
	sum := sha256.Sum256(body)
	err = tx.QueryRow(ctx, `insert into demand_model (through, sha256, body) values ($1::date, $2, $3) returning id`, through.String(), sum[:], body).Scan(&id)
	if err == nil {
		_, err = tx.Exec(ctx, `delete from demand_model where id <= $1`, id-keptModels)
	}
	if err != nil {
		return 0, fmt.Errorf("keep a model: %w", err)
	}
	return id, nil
}

// Model is a stored model.
type Model struct {
	ID      int64 // 0: there is none
	Trained time.Time
	Through core.Day
	Body    []byte
}

// NewestModel reads the newest model if its id is above after; zero when there is
// none.
func NewestModel(ctx context.Context, db DB, after int64) (m Model, err error) {
	var sum []byte
	err = db.QueryRow(ctx, `
		select id, trained_at, through`+sinceEpoch+`, sha256, body from demand_model where id > $1 order by id desc limit 1`, after).
		Scan(&m.ID, &m.Trained, &m.Through, &sum, &m.Body)
	if errors.Is(err, pgx.ErrNoRows) {
		return Model{}, nil
	}
	if err != nil {
		return m, fmt.Errorf("read the model: %w", err)
	}
	if got := sha256.Sum256(m.Body); !bytes.Equal(got[:], sum) {
		return Model{ID: m.ID}, fmt.Errorf("model %d is damaged: its checksum differs", m.ID)
	}
	return m, nil
}
