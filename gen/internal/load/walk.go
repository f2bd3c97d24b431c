package load

// This file reads the directories that local patterns name, before the go command does.
// The go command would read a named pipe without end, and it does not list directories
// whose files are all for other systems.

import (
	"go/token"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
)

// walk returns the Go files of every directory that one of the local patterns matches. It
// reports Go files that cannot be read to their end.
func (l *loader) walk(dir string, patterns []string) map[string][]string {
	dirs := make(map[string][]string)
	for root, deep := range folders(dir, patterns) {
		l.walkDir(root, deep, dirs)
	}
	return dirs
}

// Folders calls yield for every folder that one of the patterns, as for [Config], names, and
// whether it stands for the folders below, too. Import paths name no folders.
func Folders(dir string, patterns []string) iter.Seq2[string, bool] {
	names := []string{"."}
	if len(patterns) > 0 {
		names = nil
	}
	for _, p := range patterns {
		names = append(names, directoryOf(p))
	}
	return folders(dir, names)
}

func folders(dir string, patterns []string) iter.Seq2[string, bool] {
	return func(yield func(string, bool) bool) {
		for _, p := range patterns {
			root, deep := strings.CutSuffix(filepath.ToSlash(p), "...")
			if strings.Contains(root, "...") || !isLocal(root) || deep && !strings.HasSuffix(root, "/") {
				continue // an import path, which may lie anywhere
			}
			if root = filepath.FromSlash(root); !filepath.IsAbs(root) {
				root = filepath.Join(dir, root)
			}
			if root, err := filepath.Abs(root); err == nil && !yield(root, deep) {
				return
			}
		}
	}
}

// isLocal reports whether the pattern p names a directory rather than an import path.
func isLocal(p string) bool {
	return p == "." || p == ".." || strings.HasPrefix(p, "./") || strings.HasPrefix(p, "../") || filepath.IsAbs(p)
}

// walkDir adds the Go files of dir to dirs. If deep, it also adds the files of the
// directories below that the pattern dir/... matches.
func (l *loader) walkDir(dir string, deep bool, dirs map[string][]string) {
	if _, seen := dirs[dir]; seen && !deep {
		return
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // the go command reports the error
	}
	var files []string
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "_") || strings.HasPrefix(e.Name(), "."):
		case e.IsDir():
			if _, err := os.Stat(filepath.Join(path, "go.mod")); deep && err != nil && e.Name() != "testdata" && e.Name() != "vendor" {
				l.walkDir(path, deep, dirs)
			}
		case filepath.Ext(path) == ".go":
			if l.readable(path, e.Type()) {
				files = append(files, path)
			}
		}
	}
	if len(files) > 0 {
		dirs[dir] = files
	}
}

// readable reports whether the file at path can be read to its end. If it cannot, readable
// adds a diagnostic.
func (l *loader) readable(path string, mode fs.FileMode) bool {
	if mode&fs.ModeSymlink != 0 {
		info, err := os.Stat(path)
		if err != nil || info.IsDir() {
			return false // the go command leaves it out, too
		}
		mode = info.Mode()
	}
	if mode&endless != 0 {
		l.diags.Add(diag.Diagnostic{
			Pos:     token.Position{Filename: path},
			Code:    diag.DoesNotCompile,
			Message: "this is " + Irregular(mode) + ", not a regular file",
			Remedy:  "rename or remove it",
		})
		return false
	}
	return true
}

// endless are the kinds of file that reading may never reach the end of.
const endless = fs.ModeNamedPipe | fs.ModeSocket | fs.ModeDevice

// Irregular returns what a file with the given mode is, or "" if it is a regular file.
func Irregular(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return ""
	case mode.IsDir():
		return "a directory"
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "something else"
}
