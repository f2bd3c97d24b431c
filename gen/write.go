package gen

// This file writes a result to disk so that no failure leaves half of it.

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// Changed reports whether writing f would make a difference.
func (f File) Changed() bool {
	if f.Content == nil || f.Old == nil {
		return (f.Content == nil) != (f.Old == nil)
	}
	return !bytes.Equal(f.Content, f.Old)
}

// Write brings f to disk by way of a temporary file beside it, so that at every
// moment the path holds either the old content or the new. It refuses to
// replace a file that this tool did not write. A file that would not change is
// not touched.
func (f File) Write() error {
	return writeAll([]File{f})
}

// Stale returns the files that Write would change.
func (r *Result) Stale() []File {
	var stale []File
	for _, f := range r.Files {
		if f.Changed() {
			stale = append(stale, f)
		}
	}
	return stale
}

// Write brings every file of r to disk. All the new content is written to
// temporary files before the first file is replaced: where the disk is full or
// a directory is not writable, every file stays as it was.
func (r *Result) Write() error { return writeAll(r.Stale()) }

func writeAll(files []File) (err error) {
	var temps []string
	defer func() {
		for _, temp := range temps { // those not renamed yet
			os.Remove(temp)
		}
	}()
	var changed []File
	for _, f := range files {
		if !f.Changed() {
			continue
		}
		if err := replaceable(f); err != nil {
			return err
		}
		temp := ""
		if f.Content != nil {
			temp, err = writeTemp(f)
			if temp != "" {
				temps = append(temps, temp)
			}
			if err != nil {
				return fmt.Errorf("cannot write %s, which stays as it was: %w", f.Path, err)
			}
		} else {
			temps = append(temps, "")
		}
		changed = append(changed, f)
	}
	for _, f := range changed {
		temp := temps[0]
		if temp == "" {
			err = os.Remove(f.Path)
		} else {
			err = os.Rename(temp, f.Path)
		}
		if err != nil {
			return fmt.Errorf("cannot replace %s, which stays as it was: %w", f.Path, err)
		}
		temps = temps[1:]
	}
	return nil
}

// replaceable returns an error if the file at f.Path is one that somebody wrote
// by hand.
func replaceable(f File) error {
	if f.Old == nil && f.Content != nil {
		// The file may have come into being since, or be left out of the build.
		old, err := os.ReadFile(f.Path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		f.Old = old
	}
	if len(bytes.TrimSpace(f.Old)) == 0 || load.HasHeader(f.Old) {
		return nil
	}
	return fmt.Errorf("cannot write %s: a file of that name exists that coroutinegen did not generate; rename or remove it", f.Path)
}

// writeTemp writes the content of f to a new file beside f.Path and returns its
// name, which the go command ignores. The name is valid even where err is not nil.
func writeTemp(f File) (name string, err error) {
	dir, base := filepath.Split(f.Path)
	if dir != "" {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return "", err
		}
	}
	// Not os.CreateTemp: its files are private to the user, whatever the umask.
	name = filepath.Join(dir, fmt.Sprintf(".%s.%d.tmp", base, os.Getpid()))
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return "", err
	}
	_, err = file.Write(f.Content)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	return name, err
}
