package csvfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Folder is the data files found in a directory.
type Folder struct {
	Dir   string
	Files map[Kind]string // base names
}

// OpenFolder lists the data files of dir. A CSV file of unknown name is refused,
// because a misspelled optional file would be left out in silence; other files
// are none of its business.
func OpenFolder(dir string) (Folder, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return Folder{}, fmt.Errorf("open data folder: %w", err)
	}
	f := Folder{Dir: dir, Files: map[Kind]string{}}
	for _, e := range entries {
		name := e.Name()
		stem, isCSV := strings.CutSuffix(strings.TrimSuffix(name, ".gz"), ".csv")
		if !isCSV || e.IsDir() || strings.HasPrefix(name, ".") {
			continue
		}
		kind := Kind(stem)
		if !slices.Contains(Kinds, kind) {
			return Folder{}, fmt.Errorf("%s in %s is no known data file; did you mean %s.csv?", name, dir, nearest(stem, names(Kinds)))
		}
		if other, ok := f.Files[kind]; ok {
			return Folder{}, fmt.Errorf("%s and %s both stand in %s; keep one of them", other, name, dir)
		}
		f.Files[kind] = name
	}
	if len(f.Files) == 0 {
		return Folder{}, fmt.Errorf("no data file such as products.csv in %s: %w", dir, fs.ErrNotExist)
	}
	return f, nil
}

// Open opens the file of a kind as it is; the readers unpack gzip themselves.
func (f Folder) Open(k Kind) (io.ReadCloser, error) {
	name, ok := f.Files[k]
	if !ok {
		return nil, fmt.Errorf("%s.csv is missing in %s: %w", k, f.Dir, fs.ErrNotExist)
	}
	file, err := os.Open(filepath.Join(f.Dir, name))
	if err != nil {
		return nil, fmt.Errorf("open data file: %w", err)
	}
	return file, nil
}

// missing reports the files a whole shop needs and the folder lacks.
func (f Folder) missing() error {
	var errs []error
	for _, k := range Kinds {
		if _, ok := f.Files[k]; !ok && !k.Optional() {
			errs = append(errs, fmt.Errorf("%s.csv is missing in %s: %w", k, f.Dir, fs.ErrNotExist))
		}
	}
	return errors.Join(errs...)
}

func names[S ~string](list []S) func(func(string) bool) {
	return func(yield func(string) bool) {
		for _, s := range list {
			if !yield(string(s)) {
				return
			}
		}
	}
}
