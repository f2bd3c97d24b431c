// Package gotest finds, builds and runs the programs of Go's own test suite,
// $GOROOT/test, much as cmd/internal/testdir does.
package gotest

// This file lists the programs.

import (
	"bytes"
	"errors"
	"go/build"
	"go/build/constraint"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// A Program is a one-file program of the test suite whose recipe is "run".
type Program struct {
	Path     string // relative to $GOROOT/test, with slashes
	Source   []byte
	Want     []byte   // what it prints, standard output and error together
	Flags    []string // for the compiler
	Args     []string // for the program
	Obstacle string   // why it cannot be run here; empty if it can
}

// Dir returns $GOROOT/test.
func Dir() string { return filepath.Join(goroot(), "test") }

func goroot() string {
	if dir := os.Getenv("GOROOT"); dir != "" {
		return dir
	}
	return build.Default.GOROOT
}

// Programs returns every program under [Dir] in lexical order. The error is
// fs.ErrNotExist if this Go was installed without its test suite.
func Programs() ([]*Program, error) {
	var programs []*Program
	root := Dir()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if strings.HasSuffix(path, ".dir") || d.Name() == "testdata" || d.Name() == "stress" {
				return fs.SkipDir // parts of other tests
			}
			return nil
		}
		if filepath.Ext(path) != ".go" || strings.HasPrefix(d.Name(), ".") {
			return nil
		}
		p, err := load(root, path)
		if p != nil {
			programs = append(programs, p)
		}
		return err
	})
	return programs, err
}

// Load returns the program at path, relative to [Dir].
func Load(path string) (*Program, error) {
	p, err := load(Dir(), filepath.Join(Dir(), filepath.FromSlash(path)))
	if err == nil && p == nil {
		err = errors.New(path + ": its recipe is not \"run\"")
	}
	return p, err
}

// load returns the program in the file at path, or nil if it is something else.
func load(root, path string) (*Program, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	fields := splitQuoted(recipe(src))
	if len(fields) == 0 || fields[0] != "run" {
		return nil, nil
	}
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return nil, err
	}
	p := &Program{Path: filepath.ToSlash(rel), Source: src}
	p.options(fields[1:])
	if line := unmet(src); line != "" {
		p.Obstacle = "build constraint does not hold: " + line
	}
	if bytes.Contains(src, []byte("\nimport \"C\"")) {
		p.Obstacle = "cgo"
	}
	p.Want, err = os.ReadFile(strings.TrimSuffix(path, ".go") + ".out")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	p.Want = bytes.ReplaceAll(p.Want, []byte("\r\n"), []byte("\n"))
	return p, nil
}

// recipe returns the first line of src that is not a build constraint,
// without its slashes.
func recipe(src []byte) string {
	for line := range strings.Lines(string(src)) {
		line = strings.TrimSpace(line)
		if line == "" || constraint.IsGoBuild(line) || constraint.IsPlusBuild(line) {
			continue
		}
		rest, ok := strings.CutPrefix(line, "//")
		if !ok {
			return ""
		}
		return strings.TrimSpace(rest)
	}
	return ""
}

// options takes the rest of a recipe apart.
func (p *Program) options(fields []string) {
	for len(fields) > 0 && strings.HasPrefix(fields[0], "-") {
		flag := fields[0]
		fields = fields[1:]
		if flag == "-gcflags" && len(fields) > 0 {
			flag += "=" + fields[0]
			fields = fields[1:]
		}
		value, ok := strings.CutPrefix(flag, "-gcflags=")
		value = strings.TrimPrefix(value, "all=") // the libraries are compiled already
		if !ok {
			p.Obstacle = "needs flags: " + strings.Join(append([]string{flag}, fields...), " ")
			return
		}
		p.Flags = append(p.Flags, splitQuoted(value)...)
	}
	for _, arg := range fields {
		if strings.HasSuffix(arg, ".go") {
			p.Obstacle = "several files"
		}
	}
	p.Args = fields
}

// splitQuoted splits s at spaces; quotes keep a field together.
func splitQuoted(s string) []string {
	var fields []string
	var field strings.Builder
	quote, inside := rune(0), false
	for _, r := range s {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			field.WriteRune(r)
		case r == '"' || r == '\'':
			quote, inside = r, true
		case r == ' ' || r == '\t':
			if inside {
				fields = append(fields, field.String())
			}
			field.Reset()
			inside = false
		default:
			field.WriteRune(r)
			inside = true
		}
	}
	if inside {
		fields = append(fields, field.String())
	}
	return fields
}

// unmet returns the build constraint of src that does not hold here.
func unmet(src []byte) string {
	for line := range strings.Lines(string(src)) {
		if strings.HasPrefix(line, "package ") {
			break
		}
		line = strings.TrimSpace(line)
		if expr, err := constraint.Parse(line); err == nil && !expr.Eval(holds) {
			return line
		}
	}
	return ""
}

// holds reports whether a build tag is set here.
func holds(tag string) bool {
	switch tag {
	case runtime.GOOS, runtime.GOARCH, "gc", "test_run":
		return true
	case "cgo":
		return build.Default.CgoEnabled
	case "unix":
		return runtime.GOOS != "windows" && runtime.GOOS != "plan9" && runtime.GOOS != "js" && runtime.GOOS != "wasip1"
	}
	return slices.Contains(build.Default.ReleaseTags, tag) || slices.Contains(build.Default.ToolTags, tag)
}
