package pgembed

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

const (
	maxUnpacked = 512 << 20 // of the package's files together, in bytes
	maxFiles    = 20_000
)

// unpack writes the files below package/native of the archive into dir. It runs
// inside os.Root, so no name or link in the archive leads out of dir.
func unpack(archive, dir string) (err error) {
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	zr, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	tr := tar.NewReader(io.LimitReader(zr, maxUnpacked))
	for files := 0; ; files++ {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if files >= maxFiles {
			return errors.New("too many files in the package")
		}
		name, ok := strings.CutPrefix(h.Name, "package/native/")
		if !ok || h.Typeflag != tar.TypeReg || strings.HasSuffix(name, ".a") {
			continue // the npm wrapper, and static libraries
		}
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			return fmt.Errorf("the package holds a file outside its folder: %q", h.Name)
		}
		if err := writeFile(root, name, tr); err != nil {
			return err
		}
	}
	if err := makeLinks(root); err != nil {
		return err
	}
	_, err = root.Stat("bin/postgres" + exeSuffix)
	return err
}

func writeFile(root *os.Root, name string, r io.Reader) error {
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	mode := os.FileMode(0o644)
	if dir := path.Dir(name); dir == "bin" || dir == "lib" {
		mode = 0o755 // npm packages do not keep the mode
	}
	out, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, r)
	return errors.Join(err, out.Close())
}

// makeLinks makes the symbolic links that npm cannot carry, listed in a file of the
// package with paths that begin with "native/".
func makeLinks(root *os.Root) error {
	text, err := root.ReadFile("pg-symlinks.json")
	if errors.Is(err, os.ErrNotExist) {
		return nil // no links on this platform
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(text, &links); err != nil {
		return fmt.Errorf("pg-symlinks.json: %w", err)
	}
	for _, l := range links {
		target, ok1 := strings.CutPrefix(l.Target, "native/") // where the link is
		source, ok2 := strings.CutPrefix(l.Source, "native/") // what it points to
		if !ok1 || !ok2 || !filepath.IsLocal(source) || !filepath.IsLocal(target) {
			return fmt.Errorf("pg-symlinks.json: link %q to %q leads out of the package", l.Target, l.Source)
		}
		rel, err := filepath.Rel(filepath.Dir(filepath.FromSlash(target)), filepath.FromSlash(source))
		if err != nil {
			return err
		}
		if err := root.MkdirAll(path.Dir(target), 0o755); err != nil {
			return err
		}
		if err := root.Symlink(rel, target); err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
	}
	return nil
}
