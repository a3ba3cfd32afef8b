package jobs

import (
	"context"
	"os"
	"path/filepath"

	"quartermaster/bot/store"
	"quartermaster/connectors/csvfile"
)

// Import takes in a folder of data files. progress, if any, hears the file's name
// and how many of its bytes are read.
func (s *Service) Import(ctx context.Context, dir string, progress func(file string, done, size int64)) ([]store.ImportResult, error) {
	opts := store.ImportOptions{Shop: s.cfg.Shop, Now: s.cfg.Now()}
	if progress != nil {
		folder, err := csvfile.OpenFolder(dir)
		if err != nil {
			return nil, err
		}
		var name string
		var size int64
		opts.Phase = func(kind csvfile.Kind, phase string) {
			if phase != "read" {
				return
			}
			name, size = folder.Files[kind], 0
			if info, err := os.Stat(filepath.Join(dir, name)); err == nil {
				size = info.Size()
			}
		}
		opts.Progress = func(_, bytes int64) { progress(name, bytes, size) }
	}
	return s.st.ImportFolder(ctx, dir, opts)
}

// importFolder reads the data folder of the settings, if there is one. What is
// wrong with it is returned to be told; the check goes on with what is there.
func (s *Service) importFolder(ctx context.Context) error {
	if s.cfg.DataDir == "" {
		return nil
	}
	if _, err := s.Import(ctx, s.cfg.DataDir, nil); err != nil {
		s.log.Error("data folder was not taken in", "dir", s.cfg.DataDir, "error", err)
		return err
	}
	return nil
}
