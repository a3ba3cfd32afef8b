package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// SettingsSource says where a version of the settings came from.
type SettingsSource string

// Sources of settings.
const (
	FromFile   SettingsSource = "file"   // the file that serve was started with
	FromSlack  SettingsSource = "slack"  // changed by a person in Slack
	FromImport SettingsSource = "import" // put in by a command
)

// SettingsVersion is one version of the settings.
type SettingsVersion struct {
	Version int64 // 0: there is none
	At      time.Time
	By      string
	Source  SettingsSource
	Reason  string
	Body    string // text of the settings file
}

// AddSettings writes a new version, which counts from the commit on, and an audit
// row. The caller has read the body and found it sound.
func AddSettings(ctx context.Context, tx pgx.Tx, v SettingsVersion) (version int64, err error) {
	err = tx.QueryRow(ctx, `insert into settings_version (by_whom, source, reason, body) values ($1, $2, $3, $4) returning version`,
		v.By, v.Source, v.Reason, v.Body).Scan(&version)
	if err != nil {
		return 0, fmt.Errorf("add settings: %w", err)
	}
	return version, Audit(ctx, tx, v.By, "change settings", fmt.Sprintf("settings/%d", version), map[string]string{
		"source": string(v.Source), "reason": v.Reason, "body": v.Body})
}

// NewestSettings returns the newest version after the given one, and zero when
// there is none.
func NewestSettings(ctx context.Context, db DB, after int64) (SettingsVersion, error) {
	return oneSettings(ctx, db, `where version > $1`, after)
}

// NewestFileSettings returns the newest version that came from a file; zero when
// there is none.
func NewestFileSettings(ctx context.Context, db DB) (SettingsVersion, error) {
	return oneSettings(ctx, db, `where source = $1`, FromFile)
}

// LockSettings returns the newest version and holds it until the transaction ends:
// changes come one after the other.
func LockSettings(ctx context.Context, tx pgx.Tx) (SettingsVersion, error) {
	if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtext('settings'))`); err != nil {
		return SettingsVersion{}, fmt.Errorf("lock the settings: %w", err)
	}
	return NewestSettings(ctx, tx, 0)
}

// SettingsVersions returns the newest versions, at most limit, newest first.
func SettingsVersions(ctx context.Context, db DB, limit int) ([]SettingsVersion, error) {
	rows, err := db.Query(ctx, `select version, at, by_whom, source, reason, body from settings_version order by version desc limit $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[SettingsVersion])
}

func oneSettings(ctx context.Context, db DB, where string, arg any) (v SettingsVersion, err error) {
	err = db.QueryRow(ctx, `
		select version, at, by_whom, source, reason, body from settings_version `+where+` order by version desc limit 1`, arg).
		Scan(&v.Version, &v.At, &v.By, &v.Source, &v.Reason, &v.Body)
	if errors.Is(err, pgx.ErrNoRows) {
		return SettingsVersion{}, nil
	}
	if err != nil {
		return v, fmt.Errorf("read settings: %w", err)
	}
	return v, nil
}
