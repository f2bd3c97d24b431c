package gen

// This file finds the files that go:embed directives name, as the go command does.

import (
	"cmp"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// An embedDir is the directory of a package that is to be mirrored.
type embedDir struct {
	fs.FS
	pkg    string // path of the package
	mirror string // path of the mirror below the directory, or ""
}

// embedded adds to found the files of dir that a Go file with the given name and the text
// src embeds. A mirror of the package is left out: two mirrors that copied each other would
// grow with each run. A directive that names nothing else is an error. So is a directive
// that names go.mod or go.work, which would make the mirror a module or a workspace.
func (dir embedDir) embedded(file string, src []byte, found map[string]bool) error {
	for line := range strings.Lines(string(src)) {
		args, ok := strings.CutPrefix(line, "//go:embed")
		if !ok || strings.TrimLeft(args, " \t") == args {
			continue
		}
		for _, pattern := range embedPatterns(args) {
			all := false
			if pattern, all = strings.CutPrefix(pattern, "all:"); !fs.ValidPath(pattern) {
				continue
			}
			if moduleFiles[pattern] {
				return mirrorImpossible("embed a copy by another name", "%s embeds %s, which would make the mirror a module of its own", file, pattern)
			}
			names, _ := fs.Glob(dir, pattern) // the go command reports a bad pattern
			matched, mirror := map[string]bool{}, ""
			for _, name := range names {
				mirror = cmp.Or(dir.embedTree(name, all, matched), mirror)
			}
			if len(matched) == 0 && mirror != "" {
				return mirrorImpossible("embed something else, or put the mirror into another directory",
					"%s: the pattern %s matches only %s, which is or would be a mirror of the package, and a mirror cannot contain another", file, pattern, mirror)
			}
			maps.Copy(found, matched)
		}
	}
	return nil
}

// moduleFiles are the files that make their directory a module or a workspace.
var moduleFiles = map[string]bool{"go.mod": true, "go.work": true}

// embedPatterns returns the arguments of a directive, some of which may be quoted.
func embedPatterns(args string) (patterns []string) {
	for {
		args = strings.TrimSpace(args)
		if args == "" {
			return patterns
		}
		if quoted, err := strconv.QuotedPrefix(args); err == nil {
			pattern, _ := strconv.Unquote(quoted)
			patterns, args = append(patterns, pattern), args[len(quoted):]
			continue
		}
		i := strings.IndexAny(args, " \t")
		if i < 0 {
			i = len(args)
		}
		patterns, args = append(patterns, args[:i]), args[i:]
	}
}

// embedTree adds the file name, or the files below the directory name, to found. Below a
// directory it leaves out hidden files unless all is set, and always links, other modules
// and mirrors. It returns the last mirror that it left out, or "".
func (dir embedDir) embedTree(name string, all bool, found map[string]bool) (mirror string) {
	for at := path.Dir(name); at != "."; at = path.Dir(at) {
		if dir.isMirror(at) {
			return at
		}
	}
	_ = fs.WalkDir(dir, name, func(at string, e fs.DirEntry, err error) error {
		base := path.Base(at)
		switch {
		case err != nil || moduleFiles[at]:
			return nil
		case e.IsDir() && dir.isMirror(at):
			mirror = at
			return fs.SkipDir
		case at != name && !all && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")):
			if e.IsDir() {
				return fs.SkipDir
			}
		case e.IsDir():
			if _, err := fs.Stat(dir, path.Join(at, "go.mod")); err == nil && at != name {
				return fs.SkipDir
			}
		case e.Type().IsRegular():
			found[at] = true
		}
		return nil
	})
	return mirror
}

// isMirror reports whether the directory at is the mirror to be written, or another
// mirror of the package.
func (dir embedDir) isMirror(at string) bool {
	if at == dir.mirror {
		return true
	}
	entries, _ := fs.ReadDir(dir, at)
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		if !e.Type().IsRegular() || path.Ext(e.Name()) != ".go" {
			return false
		}
		text, err := fs.ReadFile(dir, path.Join(at, e.Name()))
		if err != nil || !load.HasHeader(text) {
			return false
		}
		source, _ := headerLines(text)
		return path.Dir(source) == dir.pkg
	})
}
