// Package inputs notices changes of the files that a run of the tool depends on.
//
// It asks the file system again and again rather than for notifications. That works on every
// file system, network and container mounts included, has no limit of watched folders and needs no
// dependency.
//
// A file is read again if its size, mode, time of modification or time of change differs from
// the last look, or if one of the times is so recent that the file may have been written twice
// within one step of the clock. Programs such as cp -p set the time of modification, but no program
// sets the time of change. On a system without a time of change, such as Windows, a new content of
// equal size and equal time of modification is not seen: see change_other.go.
package inputs

// This file defines the scanner.

import (
	"crypto/sha256"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// An Entry is the content of a file. Two files with equal entries have equal content.
type Entry struct {
	Sum  Sum // of the content
	Head Sum // of what the go command reads to list a package: see head.go
	Cgo  bool
	Ours bool // Scanner.Ours says so
	Rest bool // the go command does not read the file; see Scanner.All
}

// A Sum is a hash.
type Sum [16]byte

// SumOf returns the hash of data.
func SumOf(data []byte) Sum {
	long := sha256.Sum256(data)
	return Sum(long[:16])
}

// A Snapshot holds the entries of the files that exist, by absolute path.
type Snapshot map[string]Entry

// A Scanner looks at files and folders. Its methods must not be called at the same time.
type Scanner struct {
	// All says that every file of a folder matters, rather than those that the go command
	// compiles or links.
	All bool
	// Ours, if not nil, reports whether the file at path with the given content is output of the
	// tool.
	Ours func(path string, content []byte) bool

	files   map[string]*file
	folders map[string]*folder
	names   map[string]*names
	touched int

	now     func() time.Time            // time.Now, except in tests
	changed func(fs.FileInfo) time.Time // changeTime, except in tests
}

// settled is how old the last change of a file must be before its time says that the
// file has not been changed again. Some file systems count time in steps of two seconds.
const settled = 2 * time.Second

type file struct {
	known  bool        // looked at before, so that a difference is a change
	info   fs.FileInfo // nil if the file does not exist
	fresh  bool        // info was not yet settled
	asked  bool        // added by File, so it stays when it is gone
	exists bool        // and can be read
	entry  Entry
}

type folder struct {
	known bool        // as of file, for what is in the folder
	info  fs.FileInfo // nil if the folder does not exist
	fresh bool
	asked bool // added by Folder, so it stays when it is gone
	deep  bool // the folders below matter as well

	// Of a deep folder.

	below   []string // the folders in it that a pattern reaches
	modules []string // those that it does not reach because of their go.mod
}

// names are the names of files that match a pattern.
type names struct {
	dir, pattern string
	known        bool // as of file
	exist        bool
	entry        Entry
}

// NewScanner returns a Scanner that looks at nothing yet.
func NewScanner() *Scanner {
	return &Scanner{files: map[string]*file{}, folders: map[string]*folder{}, names: map[string]*names{}, now: time.Now, changed: changeTime}
}

// File adds the file at the absolute path path, which need not exist.
func (s *Scanner) File(path string) {
	if f := s.files[path]; f != nil {
		f.asked = true
		return
	}
	s.files[path] = &file{asked: true}
}

// Folder adds the files in the folder at the absolute path path. If deep, it also adds those in
// the folders below that a pattern with ... of the go command reaches.
func (s *Scanner) Folder(path string, deep bool) {
	if d := s.folders[path]; d != nil {
		if d.asked = true; deep && !d.deep {
			d.deep, d.info = true, nil // read it again
		}
		return
	}
	s.folders[path] = &folder{asked: true, deep: deep}
}

// Names adds the names of the files below the absolute path dir that match pattern, as for
// [fs.Glob], but not what is in the files. A snapshot has an entry for all of them.
func (s *Scanner) Names(dir, pattern string) {
	key := filepath.Join(dir, filepath.FromSlash(pattern)) + " (names)"
	if s.names[key] == nil {
		s.names[key] = &names{dir: dir, pattern: pattern}
	}
}

// Exists reports whether the folder at path existed at the last scan.
func (s *Scanner) Exists(path string) bool {
	return s.folders[path] != nil && s.folders[path].info != nil
}

// Touched counts how often a scan has found that a file was written or removed since the scan
// before, with the same content or another. A file that File or Folder has added since then
// does not count.
func (s *Scanner) Touched() int { return s.touched }

// Snapshot returns what the last scan has found.
func (s *Scanner) Snapshot() Snapshot {
	found := make(Snapshot, len(s.files))
	for path, f := range s.files {
		if f.exists {
			found[path] = f.entry
		}
	}
	for key, n := range s.names {
		if n.exist {
			found[key] = n.entry
		}
	}
	return found
}

// Scan looks at everything.
func (s *Scanner) Scan() {
	todo := slices.Collect(maps.Keys(s.folders))
	for len(todo) > 0 {
		path := todo[len(todo)-1]
		todo = append(todo[:len(todo)-1], s.scanFolder(path)...)
	}
	for path, f := range s.files {
		s.scanFile(path, f)
		if !f.asked && f.info == nil {
			delete(s.files, path)
		}
	}
	for _, n := range s.names {
		s.scanNames(n)
	}
}

// scanFolder looks at a folder, and returns the folders below that were not known.
func (s *Scanner) scanFolder(path string) (added []string) {
	d := s.folders[path]
	if d == nil {
		return nil
	}
	known := d.known
	d.known = true
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		d.info, d.below, d.modules = nil, nil, nil
		return nil
	}
	reaches := func(module string) bool { return !isModule(module) }
	if d.info != nil && !d.fresh && s.same(d.info, info) && !slices.ContainsFunc(d.modules, reaches) {
		return nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		d.info = nil
		return nil
	}
	d.info, d.fresh = info, s.isFresh(info)
	d.modules = nil
	var below []string
	for _, e := range entries {
		at := filepath.Join(path, e.Name())
		switch {
		case e.IsDir():
			if !d.deep || !reached(e.Name()) {
				continue
			}
			if isModule(at) {
				d.modules = append(d.modules, at)
				continue
			}
			below = append(below, at)
			if s.folders[at] == nil {
				s.folders[at] = &folder{deep: true, known: known}
				added = append(added, at)
			}
		case s.matters(e.Name()):
			if s.files[at] == nil {
				s.files[at] = &file{known: known}
			}
		}
	}
	for _, gone := range d.below {
		if !slices.Contains(below, gone) {
			s.forget(gone)
		}
	}
	d.below = below
	return added
}

// forget forgets a folder that is gone or became a module, with those below. If its files are gone,
// that is found out file by file.
func (s *Scanner) forget(path string) {
	d := s.folders[path]
	if d == nil || d.asked {
		return
	}
	delete(s.folders, path)
	for _, below := range d.below {
		s.forget(below)
	}
}

// scanFile looks at a file.
func (s *Scanner) scanFile(path string, f *file) {
	known := f.known
	f.known = true
	info, err := os.Stat(path)
	if err != nil {
		if f.info != nil {
			s.touched++
		}
		f.info, f.exists, f.entry = nil, false, Entry{}
		return
	}
	old := f.info
	if old != nil && !f.fresh && s.same(old, info) {
		return
	}
	had, before := f.exists, f.entry
	f.info, f.fresh = info, s.isFresh(info)
	f.exists, f.entry = false, Entry{}
	if info.Mode().IsRegular() { // reading a pipe might never end
		if text, err := os.ReadFile(path); err == nil {
			f.exists, f.entry = true, entryOf(path, text, s.Ours != nil && s.Ours(path, text))
			f.entry.Rest = !f.asked && !compiled[filepath.Ext(path)] && filepath.Base(path) != goMod
		}
	}
	if known && (old == nil || !s.same(old, info) || had != f.exists || before != f.entry) {
		s.touched++
	}
}

// scanNames looks for names.
func (s *Scanner) scanNames(n *names) {
	found, _ := fs.Glob(os.DirFS(n.dir), n.pattern)
	exist, entry := len(found) > 0, Entry{}
	if exist {
		sum := SumOf([]byte(strings.Join(found, "\x00")))
		entry = Entry{Sum: sum, Head: sum}
	}
	if n.known && (exist != n.exist || entry != n.entry) {
		s.touched++
	}
	n.known, n.exist, n.entry = true, exist, entry
}

// same reports whether two looks at a file found the same file, not written in between.
func (s *Scanner) same(a, b fs.FileInfo) bool {
	return a.Size() == b.Size() && a.ModTime().Equal(b.ModTime()) && s.changed(a).Equal(s.changed(b)) && a.Mode() == b.Mode() && os.SameFile(a, b)
}

// isFresh reports whether a file may change without a change of its times.
func (s *Scanner) isFresh(info fs.FileInfo) bool {
	now := s.now()
	return now.Sub(info.ModTime()) < settled || now.Sub(s.changed(info)) < settled
}

const goMod = "go.mod"

// isModule reports whether the folder at path is the root of a module, so that a pattern with ...
// does not reach it from the folder above.
func isModule(path string) bool {
	_, err := os.Stat(filepath.Join(path, goMod))
	return err == nil
}

// reached reports whether a pattern with ... reaches a folder of the given name, unless the folder
// is the root of a module.
func reached(name string) bool {
	return !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "_") && name != "testdata" && name != "vendor"
}

// compiled are the endings of the names of files that the go command compiles or links.
var compiled = map[string]bool{
	".go": true, ".c": true, ".cc": true, ".cpp": true, ".cxx": true, ".m": true, ".h": true, ".hh": true, ".hpp": true, ".hxx": true,
	".f": true, ".F": true, ".for": true, ".f90": true, ".s": true, ".S": true, ".sx": true, ".swig": true, ".swigcxx": true, ".syso": true,
}

// matters reports whether a file of the given name matters. The go command ignores names that
// begin with a dot or an underscore, which many editors use while they save. A go.mod takes the
// folder out of the module above.
func (s *Scanner) matters(name string) bool {
	return !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "_") && (s.All || compiled[filepath.Ext(name)] || name == goMod)
}
