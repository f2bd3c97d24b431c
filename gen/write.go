package gen

// This file writes a result to disk. A failure leaves no file half written.

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
	if filepath.Ext(f.Path) == ".go" { // git may have changed the line ends of Old
		return !bytes.Equal(f.Content, unixLines(f.Old))
	}
	return !bytes.Equal(f.Content, f.Old)
}

// unixLines returns text with the line ends of Unix.
func unixLines(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) }

// Write writes f to a temporary file and renames that, so that the path always holds
// either the old content or the new. Write refuses to replace a file that this tool did
// not write, and a file that is not regular. It does not touch a file that would not
// change.
func (f File) Write() error {
	return writeAll(context.Background(), []File{f}, nil)
}

// Stale returns the files that are not up to date. Those are the files that Write would
// change, without the stubs (see [Options]) that it would remove.
func (r *Result) Stale() []File {
	var stale []File
	for _, f := range r.Files {
		if f.Changed() && !f.isStub() {
			stale = append(stale, f)
		}
	}
	return stale
}

// Write writes every file of r to disk. It writes all new content to temporary files
// before it replaces the first file. So if the disk is full or a directory is not writable,
// every file stays as it was. Several processes may call Write at once. Write removes
// temporary files that a killed process left behind.
func (r *Result) Write() error { return r.WriteContext(context.Background()) }

// WriteContext is like [Result.Write]. If ctx ends before the first file is replaced,
// every file stays as it was, and the error is the cause of ctx.
func (r *Result) WriteContext(ctx context.Context) error {
	return writeAll(ctx, r.Files, r.dirs)
}

// writeAll writes files, and removes abandoned temporary files in dirs.
func writeAll(ctx context.Context, files []File, dirs []string) (err error) {
	w := &writer{folders: map[string]*folder{}}
	defer w.close()
	for _, dir := range dirs {
		if _, err := os.Stat(dir); err == nil {
			_, _ = w.folder(dir) // opening tidies up; an error matters only to a file in dir
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

// beforeReplacing is called after all temporary files are written. Tests replace it.
var beforeReplacing = func() {}

// A writer writes temporary files and then replaces files by them.
type writer struct {
	folders map[string]*folder // by path
	pending []pendingFile
}

type pendingFile struct {
	file   File
	folder *folder
	name   string // path of the file in the folder
	temp   string // path of the temporary file in the folder; "" if the file must go
}

// folder returns the folder with the given path, and opens it if necessary.
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

// prepare writes the content of f to a temporary file.
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

// replace renames the temporary files, and removes the files that must go. Copies come
// before the file that lists them. If the process ends in between, the next run finds the
// old list, beside copies that are old or that it would write again unchanged.
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
				err = nil // another run has removed the file
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
			_ = p.folder.root.Remove(p.temp) // the caller has a more important error
		}
	}
	for _, d := range w.folders {
		d.close()
	}
}

// notOurs returns an error if old, the present text of f, was written by hand, or is a copy
// that somebody changed.
func notOurs(f File, old []byte) error {
	switch {
	case len(bytes.TrimSpace(old)) == 0 || load.HasHeader(old) || f.Content != nil && bytes.Equal(f.Content, old):
		return nil
	case slices.Contains(f.copied, copyHash(old)):
		return nil
	case slices.Contains(f.copied, ""):
		return fmt.Errorf("cannot write or remove %s: an earlier version of coroutinegen copied it without recording a hash, so the copy may have been changed; rename or remove it", f.Path)
	case len(f.copied) > 0 && f.Content == nil:
		return fmt.Errorf("cannot remove %s: it is a copy of a file that the package no longer has, and the copy was changed; rename or remove it", f.Path)
	case len(f.copied) > 0:
		return fmt.Errorf("cannot write %s: it is a copy, and the copy was changed; change the original instead, and remove the copy", f.Path)
	}
	return fmt.Errorf("cannot write %s: a file of that name exists that coroutinegen did not generate; rename or remove it", f.Path)
}
