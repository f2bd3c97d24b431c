package gen

// This file finds the files that go:embed directives name, as the go command does.

import (
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// An embedDir is the directory of a package that is to be mirrored.
type embedDir struct {
	fs.FS
	mirror string // where the mirror is, if it is in the directory, else ""
}

// embedded adds to found the files of dir that the Go file called file with the text src
// embeds. The mirror itself is not copied, nor what would make it a module or a workspace
// of its own: a directive that asks for such a file by its name is an error.
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
				return fmt.Errorf("%s embeds %s, which in a mirror would make that a module of its own: embed a copy by another name", file, pattern)
			}
			names, _ := fs.Glob(dir, pattern) // what is wrong the go command says
			for _, name := range names {
				dir.embedTree(name, all, found)
			}
		}
	}
	return nil
}

// moduleFiles say to the go command that their directory is a module or a workspace.
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

// embedTree adds name, or what is below it. Below a directory hidden files do not
// count unless all do, and no links and other modules.
func (dir embedDir) embedTree(name string, all bool, found map[string]bool) {
	_ = fs.WalkDir(dir, name, func(at string, e fs.DirEntry, err error) error {
		base := path.Base(at)
		switch {
		case err != nil || moduleFiles[at]:
			return nil
		case at == dir.mirror:
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
}
