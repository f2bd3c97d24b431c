package inputs

// This file tests the scanner with real files, and a clock that says whether their times can be
// trusted yet.

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(text), 0o666)); err != nil {
		t.Fatal(err)
	}
}

// setTime gives the file the same time of modification each time.
func setTime(t *testing.T, path string) {
	t.Helper()
	if err := os.Chtimes(path, time.Unix(1e9, 0), time.Unix(1e9, 0)); err != nil {
		t.Fatal(err)
	}
}

func TestScan(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	write(t, at("a/a.go"), "package a\n")
	s := NewScanner()
	s.Folder(dir, true)
	s.File(at("go.mod"))
	s.Scan()
	if s.Touched() != 0 {
		t.Error("what the first scan finds has not changed")
	}
	for _, test := range []struct {
		name    string
		do      func()
		touched int
		files   []string
	}{
		{"nothing", func() {}, 0, []string{"a/a.go"}},
		{"a new file", func() { write(t, at("a/b.go"), "package a\n") }, 1, []string{"a/a.go", "a/b.go"}},
		{"files that the go command ignores", func() {
			write(t, at("a/.b.go.swp"), "")
			write(t, at("a/_b.go"), "")
			write(t, at("a/b.go~"), "")
			write(t, at("a/4913"), "")
		}, 0, []string{"a/a.go", "a/b.go"}},
		{"folders that it ignores", func() {
			write(t, at("testdata/x.go"), "")
			write(t, at("a/_x/x.go"), "")
			write(t, at(".git/x.go"), "")
			write(t, at("other/go.mod"), "")
			write(t, at("other/x.go"), "")
		}, 0, []string{"a/a.go", "a/b.go"}},
		{"folders in a new folder", func() { write(t, at("c/d/e.go"), "package d\n") }, 1, []string{"a/a.go", "a/b.go", "c/d/e.go"}},
		{"a file that was asked for", func() { write(t, at("go.mod"), "module m\n") }, 1, []string{"a/a.go", "a/b.go", "c/d/e.go", "go.mod"}},
		{"replaced by another", func() { os.Rename(at("a/b.go"), at("a/a.go")) }, 2, []string{"a/a.go", "c/d/e.go", "go.mod"}},
		{"a folder moved", func() { os.Rename(at("c"), at("b")) }, 2, []string{"a/a.go", "b/d/e.go", "go.mod"}},
		{"a folder gone", func() { os.RemoveAll(at("b")) }, 1, []string{"a/a.go", "go.mod"}},
		{"and back", func() { write(t, at("b/d/e.go"), "package d\n") }, 1, []string{"a/a.go", "b/d/e.go", "go.mod"}},
	} {
		before := s.Touched()
		test.do()
		s.Scan()
		if got := s.Touched() - before; got != test.touched {
			t.Errorf("%s: %d touched, want %d", test.name, got, test.touched)
		}
		var files []string
		for _, path := range slices.Sorted(maps.Keys(s.Snapshot())) {
			files = append(files, filepath.ToSlash(strings.TrimPrefix(path, dir+string(filepath.Separator))))
		}
		if !slices.Equal(files, test.files) {
			t.Errorf("%s: %v, want %v", test.name, files, test.files)
		}
	}
	if !s.Exists(dir) {
		t.Error("the folder exists")
	}
	os.RemoveAll(dir)
	if s.Scan(); s.Exists(dir) {
		t.Error("the folder is gone")
	}
}

// A file that keeps its size and its time has changed all the same, if it was written twice
// within one step of the clock of the file system. That holds where there is no time of change, too.
func TestFreshFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.go")
	for _, test := range []struct {
		age  time.Duration
		seen bool
	}{{0, true}, {settled - 1, true}, {settled, false}} {
		s := NewScanner()
		s.now = func() time.Time { return time.Unix(1e9, 0).Add(test.age) }
		s.changed = func(fs.FileInfo) time.Time { return time.Time{} }
		s.Folder(filepath.Dir(path), false)
		write(t, path, "package a\n")
		setTime(t, path)
		s.Scan()
		before := s.Snapshot()
		write(t, path, "package b\n")
		setTime(t, path)
		s.Scan()
		if seen := s.Snapshot()[path] != before[path]; seen != test.seen || seen != (s.Touched() == 1) {
			t.Errorf("after %v: seen %t, touched %d", test.age, seen, s.Touched())
		}
	}
}

// A file that keeps its size and its time of modification long after it was written, as cp -p makes
// it, has changed all the same where there is a time of change.
func TestKeptTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.go")
	write(t, path, "package a\n")
	setTime(t, path)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	first := changeTime(info)
	if first.IsZero() {
		t.Skip("this system has no time of change")
	}
	s := NewScanner()
	s.now = func() time.Time { return time.Now().Add(time.Hour) }
	s.Folder(filepath.Dir(path), false)
	s.Scan()
	before := s.Snapshot()
	for changeTime(info).Equal(first) { // until the clock of the file system has made a step
		write(t, path, "package b\n")
		setTime(t, path)
		if info, err = os.Stat(path); err != nil {
			t.Fatal(err)
		}
	}
	s.Scan()
	if s.Touched() != 1 || s.Snapshot()[path] == before[path] {
		t.Errorf("the change was not seen: touched %d", s.Touched())
	}
}

// A go.mod that appears in a folder takes the folder out of the module, and one that goes
// brings the folder back.
func TestNestedModule(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	write(t, at("a/a.go"), "package a\n")
	write(t, at("b/go.mod"), "module b\n")
	write(t, at("b/b.go"), "package b\n")
	for _, path := range []string{at("a"), at("b"), dir} {
		setTime(t, path)
	}
	s := NewScanner()
	s.now = func() time.Time { return time.Now().Add(time.Hour) } // so that a folder that has not changed is not read
	s.Folder(dir, true)
	s.Scan()
	write(t, at("a/go.mod"), "module a\n")
	s.Scan()
	if _, seen := s.Snapshot()[at("a/go.mod")]; !seen || s.Touched() != 1 {
		t.Errorf("a new go.mod: touched %d, %v", s.Touched(), s.Snapshot())
	}
	os.Remove(at("b/go.mod"))
	s.Scan()
	if _, seen := s.Snapshot()[at("b/b.go")]; !seen || s.Touched() != 2 {
		t.Errorf("a go.mod gone: touched %d, %v", s.Touched(), s.Snapshot())
	}
}

// Names that match a pattern are seen to come and go. What is in the files does not matter.
func TestNames(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "[x]")
	write(t, filepath.Join(dir, "s", "a.txt"), "a")
	s := NewScanner()
	s.Names(dir, "s/*.txt")
	s.Names(dir, "one")
	s.Scan()
	for i, test := range []struct {
		do      func()
		touched int
		entries int
	}{
		{func() {}, 0, 1},
		{func() { write(t, filepath.Join(dir, "s", "a.txt"), "b") }, 0, 1},
		{func() { write(t, filepath.Join(dir, "s", "b.txt"), "b") }, 1, 1},
		{func() { write(t, filepath.Join(dir, "one"), "1") }, 2, 2},
		{func() { os.RemoveAll(filepath.Join(dir, "s")) }, 3, 1},
	} {
		test.do()
		s.Scan()
		if s.Touched() != test.touched || len(s.Snapshot()) != test.entries {
			t.Errorf("%d: touched %d, %v", i, s.Touched(), s.Snapshot())
		}
	}
}

// A file that is saved as it was is touched, and has the same entry.
func TestTouched(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.go")
	write(t, path, "package a\n")
	s := NewScanner()
	s.Folder(filepath.Dir(path), false)
	s.Scan()
	before := s.Snapshot()
	write(t, path, "package a\n")
	setTime(t, path)
	s.Scan()
	if s.Touched() != 1 || !maps.Equal(before, s.Snapshot()) {
		t.Errorf("touched %d", s.Touched())
	}
}

func TestHead(t *testing.T) {
	const text = "// about\n\n//go:build linux\n\npackage a\n\nimport \"fmt\"\n\nvar x = fmt.Sprint()\n"
	for _, test := range []struct {
		name, old, new string
		ours           bool
		same           bool
	}{
		{"behind the imports", "Sprint", "Sprintln", false, true},
		{"an import", `"fmt"`, `fmt "fmt"`, false, false},
		{"the package", "package a", "package b", false, false},
		{"the constraint", "linux", "darwin", false, false},
		{"a comment above", "// about", "// above", false, false},
		{"a comment above output", "// about", "// above", true, true},
		{"the constraint of output", "linux", "darwin", true, false},
		{"no import", "import \"fmt\"\n", "", false, false},
		{"no syntax", "package a", "packag a", false, false},
	} {
		a, b := entryOf("a.go", []byte(text), test.ours), entryOf("a.go", []byte(strings.Replace(text, test.old, test.new, 1)), test.ours)
		if same := a.Head == b.Head; same != test.same || a.Sum == b.Sum {
			t.Errorf("%s: the same head: %t", test.name, same)
		}
	}
	for _, all := range []string{"package a\n\nimport \"C\"\n\nvar x = 1\n", "package a\n\n//go:embed x\nvar x = 1\n", "x = 1"} {
		if a, b := entryOf("a.go", []byte(all), false), entryOf("a.go", []byte(strings.Replace(all, "1", "2", 1)), false); a.Head == b.Head {
			t.Errorf("the go command reads all of\n%s", all)
		}
	}
}

// BenchmarkScan shows what it costs to look at a thousand packages of five files each.
func BenchmarkScan(b *testing.B) {
	dir := b.TempDir()
	for i := range 1000 {
		for j := range 5 {
			path := filepath.Join(dir, "p"+string(rune('a'+i%26)), strings.Repeat("x", 1+i/26), string(rune('a'+j))+".go")
			os.MkdirAll(filepath.Dir(path), 0o777)
			if err := os.WriteFile(path, []byte("package p\n"), 0o666); err != nil {
				b.Fatal(err)
			}
			os.Chtimes(path, time.Unix(1e9, 0), time.Unix(1e9, 0))
		}
	}
	s := NewScanner()
	s.Folder(dir, true)
	s.Scan()
	for b.Loop() {
		s.Scan()
	}
}
