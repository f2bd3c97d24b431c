package gen

// This file finds the files that go:embed directives name, as the go command does.

import (
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
)

// embedded adds to found the files below dir that the Go file with the text src embeds.
func embedded(dir string, src []byte, found map[string]bool) {
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
			names, _ := fs.Glob(os.DirFS(dir), pattern) // what is wrong the go command says
			for _, name := range names {
				embedTree(os.DirFS(dir), name, all, found)
			}
		}
	}
}

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
func embedTree(dir fs.FS, name string, all bool, found map[string]bool) {
	_ = fs.WalkDir(dir, name, func(at string, e fs.DirEntry, err error) error {
		base := path.Base(at)
		switch {
		case err != nil:
			return nil
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
