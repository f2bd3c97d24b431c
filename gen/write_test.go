package gen

// This file tests that a result is written completely or not at all.

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// tree returns the files under dir and their contents.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func put(t *testing.T, path, text string) []byte {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return []byte(text)
}

const header = marker.Header + "\n\n"

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	same := put(t, filepath.Join(dir, "same.go"), header+"same")
	before, err := os.Stat(filepath.Join(dir, "same.go"))
	if err != nil {
		t.Fatal(err)
	}
	stale := put(t, filepath.Join(dir, "stale.go"), header+"stale")
	gone := put(t, filepath.Join(dir, "gone.go"), header+"gone")
	r := &Result{Files: []File{
		{Path: filepath.Join(dir, "same.go"), Content: same, Old: same},
		{Path: filepath.Join(dir, "stale.go"), Content: []byte("new"), Old: stale},
		{Path: filepath.Join(dir, "sub/missing.go"), Content: []byte("made")},
		{Path: filepath.Join(dir, "gone.go"), Old: gone},
		{Path: filepath.Join(dir, "never.go")},
	}}
	if n := len(r.Stale()); n != 3 {
		t.Errorf("%d files are stale, want 3", n)
	}
	if err := r.Write(); err != nil {
		t.Fatal(err)
	}
	got := tree(t, dir)
	if len(got) != 3 || got["same.go"] != header+"same" || got["stale.go"] != "new" || got["sub/missing.go"] != "made" {
		t.Errorf("got %v", got)
	}
	after, err := os.Stat(filepath.Join(dir, "same.go"))
	if err != nil || !os.SameFile(before, after) || before.ModTime() != after.ModTime() {
		t.Error("a file that did not change was touched")
	}
}

// If one target cannot be written, nothing is written.
func TestWriteNothingOnError(t *testing.T) {
	tests := []struct {
		name string
		// block makes the second target impossible to write and returns it.
		block func(t *testing.T, dir string) File
		want  string
	}{
		{"ForeignFile", func(t *testing.T, dir string) File {
			path := filepath.Join(dir, "x_coroutine.go")
			return File{Path: path, Content: []byte("new"), Old: put(t, path, "package mine\n")}
		}, "coroutinegen did not generate"},
		{"ForeignFileNotLoaded", func(t *testing.T, dir string) File {
			path := filepath.Join(dir, "x_coroutine.go")
			put(t, path, "//go:build other\n\npackage mine\n")
			return File{Path: path, Content: []byte("new")}
		}, "coroutinegen did not generate"},
		{"DirectoryIsAFile", func(t *testing.T, dir string) File {
			put(t, filepath.Join(dir, "sub"), "")
			return File{Path: filepath.Join(dir, "sub", "x_coroutine.go"), Content: []byte("new")}
		}, "not a directory"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			first := File{Path: filepath.Join(dir, "a_coroutine.go"), Content: []byte("new")}
			first.Old = put(t, first.Path, header+"old")
			second := test.block(t, dir)
			before := tree(t, dir)
			r := &Result{Files: []File{first, second}}
			err := r.Write()
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
			after := tree(t, dir)
			if len(before) != len(after) || after["a_coroutine.go"] != header+"old" {
				t.Errorf("before %v, after %v", before, after)
			}
		})
	}
}

// A run that ends while it replaces files must not leave the new list of copies beside an
// old copy: the next run would assume that somebody has changed the old copy.
func TestCopiesAreReplacedFirst(t *testing.T) {
	dir := t.TempDir()
	list := put(t, filepath.Join(dir, "a.go"), header+"old list")
	text := put(t, filepath.Join(dir, "b.txt"), "old")
	lost := put(t, filepath.Join(dir, "c.txt"), "lost")
	broken := false
	beforeReplacing = func() {
		temps, err := filepath.Glob(filepath.Join(dir, ".coroutinegen-*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, temp := range temps {
			if got, err := os.ReadFile(temp); err == nil && string(got) == header+"new list" {
				broken = os.Remove(temp) == nil
			}
		}
	}
	t.Cleanup(func() { beforeReplacing = func() {} })
	r := &Result{Files: []File{
		{Path: filepath.Join(dir, "a.go"), Content: []byte(header + "new list"), Old: list},
		{Path: filepath.Join(dir, "b.txt"), Content: []byte("new"), Old: text, copied: []string{copyHash(text)}},
		{Path: filepath.Join(dir, "c.txt"), Old: lost, copied: []string{copyHash(lost)}},
	}}
	if err := r.Write(); err == nil || !broken {
		t.Fatalf("the list was written: %v, %v", err, broken)
	}
	got := tree(t, dir)
	if _, ok := got["c.txt"]; ok || got["b.txt"] != "new" || got["a.go"] != string(list) {
		t.Errorf("got %v", got)
	}
}

// git may change the line ends of Go files. In other files, line ends may matter.
func TestLineEndsOfGoFilesDoNotMatter(t *testing.T) {
	for path, want := range map[string]bool{"x_coroutine.go": false, "data.txt": true} {
		f := File{Path: path, Content: []byte("a\nb\n"), Old: []byte("a\r\nb\r\n")}
		if f.Changed() != want {
			t.Errorf("%s: changed is %v", path, !want)
		}
	}
}

// Each build of a package has a list of copies in the mirror. A run for one build does not
// change the lists of the others. A copy belongs to the tool if one of the lists has it.
func TestCopyInSeveralLists(t *testing.T) {
	hashes := []string{copyHash([]byte("older")), copyHash([]byte("old"))}
	f := File{Path: "b.txt", Content: []byte("new"), copied: hashes}
	for text, ours := range map[string]bool{"old": true, "older": true, "new": true, "mine": false} {
		if err := notOurs(f, []byte(text)); (err == nil) != ours {
			t.Errorf("%s: %v", text, err)
		}
	}
}
