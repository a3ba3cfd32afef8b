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

	"quartermaster/core"
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
		if strings.HasPrefix(name, ".") {
			continue
		}
		stem, isCSV := strings.CutSuffix(strings.TrimSuffix(name, ".gz"), ".csv")
		kind := Kind(stem)
		known := slices.Contains(Kinds, kind)
		switch lower := strings.ToLower(name); {
		case isCSV && known && e.IsDir():
			return Folder{}, fmt.Errorf("%s in %s is a folder, not a file", name, dir)
		case e.IsDir():
			continue
		case isWorkbook(lower):
			return Folder{}, fmt.Errorf("%s in %s is a workbook; save the sheet as \"CSV UTF-8\" under the name %s.csv", name, dir, workbookStem(lower))
		case !isCSV && strings.HasSuffix(strings.TrimSuffix(lower, ".gz"), ".csv"):
			return Folder{}, fmt.Errorf("%s in %s: names of data files are in small letters; rename it to %s", name, dir, lower)
		case !isCSV:
			continue
		case !known:
			return Folder{}, unknownFile(name, stem, dir)
		}
		if other, ok := f.Files[kind]; ok {
			return Folder{}, fmt.Errorf("%s and %s both stand in %s; keep one of them", other, name, dir)
		}
		f.Files[kind] = name
	}
	if len(f.Files) == 0 {
		return Folder{}, &missingFile{fmt.Sprintf("no data file such as products.csv in %s (docs/data.md describes the files)", dir)}
	}
	return f, nil
}

// isWorkbook reports a spreadsheet under the name of a data file. Other workbooks
// in the folder are none of its business.
func isWorkbook(lower string) bool { return workbookStem(lower) != "" }

func workbookStem(lower string) string {
	for _, end := range []string{".xlsx", ".xls", ".ods", ".numbers"} {
		if stem, ok := strings.CutSuffix(lower, end); ok && slices.Contains(Kinds, Kind(stem)) {
			return stem
		}
	}
	return ""
}

// unknownFile refuses a CSV file of another name: with the name it may be a slip
// of, or whose words it holds.
func unknownFile(name, stem, dir string) error {
	lower := strings.ToLower(stem)
	near := core.Nearest(stem, names(Kinds), 1)
	for _, k := range Kinds {
		if len(near) == 0 && strings.Contains(lower, string(k)) {
			near = append(near, string(k))
		}
	}
	if len(near) > 0 {
		return fmt.Errorf("%s in %s is no known data file; did you mean %s.csv?", name, dir, near[0])
	}
	return fmt.Errorf("%s in %s is no known data file; move it elsewhere, or give it one of the names in docs/data.md", name, dir)
}

// missingFile is what its text says, and fs.ErrNotExist for errors.Is.
type missingFile struct{ text string }

func (e *missingFile) Error() string { return e.text }
func (e *missingFile) Unwrap() error { return fs.ErrNotExist }

// Open opens the file of a kind as it is; the readers unpack gzip themselves.
func (f Folder) Open(k Kind) (io.ReadCloser, error) {
	name, ok := f.Files[k]
	if !ok {
		return nil, &missingFile{fmt.Sprintf("%s.csv is missing in %s", k, f.Dir)}
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
			errs = append(errs, &missingFile{fmt.Sprintf("%s.csv is missing in %s", k, f.Dir)})
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
