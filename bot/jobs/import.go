package jobs

import (
	"context"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/connectors/csvfile"
	"quartermaster/core/plan"
)

// ImportProgress says how far the import of a folder is.
type ImportProgress struct {
	File  string // base name
	Phase string // "read", "check", "merge", "sum"
	Done  int64  // bytes of the file that were read
	Size  int64  // bytes of the file
}

// Import takes in a folder of data files and says what each changed. progress, if
// any, is called at the beginning of each phase of each file and while it is read.
func (s *Service) Import(ctx context.Context, dir string, progress func(ImportProgress)) ([]store.ImportResult, error) {
	opts := store.ImportOptions{Shop: s.cfg().Shop, Now: s.cfg().Now(), Customer: s.cfg().Pseudonym,
		Moved: func(ctx context.Context, tx pgx.Tx, old, next plan.Order, e plan.OrderEvent, d store.Delivery) error {
			return s.moved(ctx, tx, old, next, e, d, "The file "+d.By)
		}}
	if progress != nil {
		folder, err := csvfile.OpenFolder(dir)
		if err != nil {
			return nil, err
		}
		var now ImportProgress
		opts.Phase = func(kind csvfile.Kind, phase string) {
			if phase == "read" {
				now = ImportProgress{File: folder.Files[kind]}
				if info, err := os.Stat(filepath.Join(dir, now.File)); err == nil {
					now.Size = info.Size()
				}
			}
			now.Phase = phase
			progress(now)
		}
		opts.Progress = func(_, bytes int64) {
			now.Done = bytes
			progress(now)
		}
	}
	out, err := s.st.ImportFolder(ctx, dir, opts)
	if err == nil && s.cfg().Pseudonym != nil { // what was stored before they were asked for
		_, err = s.st.Pseudonymize(ctx, s.cfg().Pseudonym)
	}
	return out, err
}

// importFolder reads the data folder of the settings, if there is one. What is
// wrong with it is returned to be told; the check goes on with what is there.
func (s *Service) importFolder(ctx context.Context) error {
	if s.cfg().DataDir == "" {
		return nil
	}
	if _, err := s.Import(ctx, s.cfg().DataDir, nil); err != nil {
		s.log.Error("data folder was not taken in", "dir", s.cfg().DataDir, "error", err)
		return err
	}
	return nil
}
