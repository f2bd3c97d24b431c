package gen

// This file writes a result to disk so that no failure leaves half of it.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// Changed reports whether writing f would make a difference.
func (f File) Changed() bool {
	if f.Content == nil || f.Old == nil {
		return (f.Content == nil) != (f.Old == nil)
	}
	if filepath.Ext(f.Path) == ".go" { // git may have changed the line ends
		return !bytes.Equal(f.Content, unixLines(f.Old))
	}
	return !bytes.Equal(f.Content, f.Old)
}

// unixLines returns text with the line ends that it had before git changed them.
func unixLines(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) }

// Write brings f to disk by way of a temporary file beside it, so that at every
// moment the path holds either the old content or the new. It refuses to
// replace a file that this tool did not write, and whatever is no regular file. A
// file that would not change is not touched.
func (f File) Write() error {
	return writeAll(context.Background(), []File{f}, nil)
}

// Stale returns the files that are not up to date: those that Write would change,
// other than stubs (see [Options]) that it would remove.
func (r *Result) Stale() []File {
	var stale []File
	for _, f := range r.Files {
		if f.Changed() && !f.isStub() {
			stale = append(stale, f)
		}
	}
	return stale
}

// Write brings every file of r to disk. All the new content is written to
// temporary files before the first file is replaced: where the disk is full or
// a directory is not writable, every file stays as it was. Write may run in several
// processes at once. It removes temporary files that a killed process left behind.
func (r *Result) Write() error { return r.WriteContext(context.Background()) }

// WriteContext is [Result.Write], unless ctx ends before the first file is
// replaced: then every file stays as it was, and the error is that of ctx.
func (r *Result) WriteContext(ctx context.Context) error {
	return writeAll(ctx, r.Files, r.dirs)
}

// writeAll writes files, and tidies up in dirs.
func writeAll(ctx context.Context, files []File, dirs []string) (err error) {
	w := &writer{folders: map[string]*folder{}}
	defer w.close()
	for _, dir := range dirs {
		if _, err := os.Stat(dir); err == nil {
			_, _ = w.folder(dir) // where it cannot be opened, nothing can be left behind
		}
	}
	for _, f := range files {
		if !f.Changed() {
			continue
		}
		if err := w.prepare(f); err != nil {
			return err
		}
		if err := context.Cause(ctx); err != nil {
			return err
		}
	}
	beforeReplacing()
	return w.replace()
}

// beforeReplacing is called when all temporary files are written. Tests replace it.
var beforeReplacing = func() {}

// A writer has written temporary files and not replaced anything yet.
type writer struct {
	folders map[string]*folder // by path
	pending []pendingFile
}

type pendingFile struct {
	file   File
	folder *folder
	name   string // of the file in the folder
	temp   string // of its new content; "" if the file must go
}

// folder returns the folder of that path, which it makes.
func (w *writer) folder(path string) (*folder, error) {
	if d := w.folders[path]; d != nil {
		return d, nil
	}
	d, err := openFolder(path)
	if err != nil {
		return nil, err
	}
	w.folders[path] = d
	return d, nil
}

// prepare brings the content of f to a temporary file.
func (w *writer) prepare(f File) error {
	dir := f.root
	if dir == "" {
		dir = filepath.Dir(f.Path)
	}
	name, err := filepath.Rel(dir, f.Path)
	if err != nil {
		return err
	}
	d, err := w.folder(dir)
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", f.Path, err)
	}
	mode, err := d.replaceable(f, name)
	if err != nil {
		return err
	}
	p := pendingFile{file: f, folder: d, name: name}
	if f.Content != nil {
		p.temp, err = d.writeTemp(name, f.Content, mode)
	}
	if p.temp != "" || f.Content == nil {
		w.pending = append(w.pending, p)
	}
	if err != nil {
		return fmt.Errorf("cannot write %s, which stays as it was: %w", f.Path, err)
	}
	return nil
}

// replace gives the temporary files their names, and removes what must go. Copies come
// before the file that lists them: if the process ends in between, the next run finds the
// old list, beside copies that are old or are what it would write.
func (w *writer) replace() error {
	turn := func(p pendingFile) int {
		if len(p.file.copied) > 0 {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(w.pending, func(a, b pendingFile) int { return turn(a) - turn(b) })
	for i, p := range w.pending {
		var err error
		if p.temp == "" {
			if err = p.folder.root.Remove(p.name); errors.Is(err, fs.ErrNotExist) {
				err = nil // another run was faster
			}
		} else {
			err = p.folder.root.Rename(p.temp, p.name)
		}
		if err != nil {
			w.pending = w.pending[i:]
			return fmt.Errorf("cannot replace %s, which stays as it was: %w", p.file.Path, err)
		}
	}
	w.pending = nil
	return nil
}

// close removes the temporary files that were not used.
func (w *writer) close() {
	for _, p := range w.pending {
		if p.temp != "" {
			_ = p.folder.root.Remove(p.temp) // the error that led here says more
		}
	}
	for _, d := range w.folders {
		d.close()
	}
}

// notOurs returns an error if a file with the text old is one that somebody wrote by
// hand, or a copy that somebody has changed.
func notOurs(f File, old []byte) error {
	switch {
	case len(bytes.TrimSpace(old)) == 0 || load.HasHeader(old) || f.Content != nil && bytes.Equal(f.Content, old):
		return nil
	case slices.Contains(f.copied, copyHash(old)):
		return nil
	case slices.Contains(f.copied, ""):
		return fmt.Errorf("cannot write or remove %s: an earlier version of coroutinegen copied it and did not note its hash, so that somebody may have changed it; rename or remove it", f.Path)
	case len(f.copied) > 0 && f.Content == nil:
		return fmt.Errorf("cannot remove %s: it is a copy of what the package has lost, and somebody changed it; rename or remove it", f.Path)
	case len(f.copied) > 0:
		return fmt.Errorf("cannot write %s: it is a copy, and somebody changed it; change what it is a copy of, and remove it", f.Path)
	}
	return fmt.Errorf("cannot write %s: a file of that name exists that coroutinegen did not generate; rename or remove it", f.Path)
}
