package load

// This file reads go.work and go.mod far enough to know which other files the go command reads
// before it looks for packages, and where the packages of local modules would lie.

import (
	"cmp"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// localModules are the modules that lie in folders of the user: the main modules, and those that
// a replace directive takes from a folder.
type localModules struct {
	files []string          // their go.mod, go.sum and the like
	dirs  map[string]string // by module path
}

// readModules reads goWork, or goMod if goWork is "".
func readModules(goWork, goMod string) *localModules {
	m := &localModules{dirs: map[string]string{}}
	switch {
	case goWork != "":
		dir := filepath.Dir(goWork)
		m.files = append(m.files, goWork, goWork+".sum", filepath.Join(dir, "vendor", "modules.txt"))
		for _, words := range m.read(goWork, dir) {
			if words[0] == "use" && len(words) == 2 {
				m.main(filepath.Join(inFolder(dir, words[1]), "go.mod"))
			}
		}
	case goMod != "":
		m.main(goMod)
	}
	return m
}

// main adds the main module with the given go.mod.
func (m *localModules) main(goMod string) {
	dir := filepath.Dir(goMod)
	m.files = append(m.files, goMod, filepath.Join(dir, "go.sum"), filepath.Join(dir, "vendor", "modules.txt"))
	for _, words := range m.read(goMod, dir) {
		if words[0] == "module" && len(words) == 2 {
			m.dirs[words[1]] = dir
		}
	}
}

// read returns the directives of the file at path, and adds the modules that it takes from folders.
// The paths in the file are relative to dir.
func (m *localModules) read(path, dir string) [][]string {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	found := directivesOf(string(text))
	for _, words := range found {
		if to := words[len(words)-1]; words[0] == "replace" && len(words) >= 4 && words[len(words)-2] == "=>" && isLocal(filepath.ToSlash(to)) {
			at := inFolder(dir, to)
			m.files = append(m.files, filepath.Join(at, "go.mod"))
			m.dirs[words[1]] = cmp.Or(m.dirs[words[1]], at)
		}
	}
	return found
}

func inFolder(dir, path string) string {
	if path = filepath.FromSlash(path); filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

// modWord matches a word of a go.mod, a parenthesis or a comment.
var modWord = regexp.MustCompile("//.*|\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`|[()]|[^\\s()\"`]+")

// directivesOf returns the words of each directive of a go.mod or go.work. In a block, each line is a
// directive. What is not well-formed may be left out: the go command reports it.
func directivesOf(text string) (found [][]string) {
	block := ""
	for line := range strings.Lines(text) {
		var words []string
		for _, word := range modWord.FindAllString(line, -1) {
			if strings.HasPrefix(word, "//") {
				break
			}
			if plain, err := strconv.Unquote(word); err == nil {
				word = plain
			}
			words = append(words, word)
		}
		switch {
		case len(words) == 0:
		case words[0] == ")":
			block = ""
		case len(words) == 2 && words[1] == "(":
			block = words[0]
		case block != "":
			found = append(found, append([]string{block}, words...))
		default:
			found = append(found, words)
		}
	}
	return found
}

// dirsOf returns where the package with the given import path would lie.
func (m *localModules) dirsOf(path string) (dirs []string) {
	for _, module := range slices.Sorted(maps.Keys(m.dirs)) {
		dir := m.dirs[module]
		if rest, below := strings.CutPrefix(path+"/", module+"/"); below {
			dirs = append(dirs, filepath.Join(dir, filepath.FromSlash(rest)))
		}
	}
	return dirs
}
