package load

// This file reads and parses the files of a package.

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
)

const parseMode = parser.ParseComments | parser.SkipObjectResolution

// read returns the text of a file, from memory if it was read before.
func (l *loader) read(path string) ([]byte, error) {
	if src, ok := l.texts[path]; ok {
		return src, nil
	}
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	l.texts[path] = src
	return src, nil
}

// parse fills in the sources of u: every file that was not generated earlier.
func (l *loader) parse(u *unit) {
	for _, path := range u.files {
		src, err := l.read(path)
		if err != nil {
			l.broken(u, diag.Diagnostic{Code: diag.DoesNotCompile, Message: err.Error()})
			continue
		}
		if IsGenerated(path, src) {
			u.generated = append(u.generated, path)
			continue
		}
		syntax, err := parser.ParseFile(l.fset, path, src, parseMode)
		l.syntaxErrors(u, err)
		if syntax == nil || syntax.Name == nil {
			continue
		}
		u.sources = append(u.sources, NewFile(path, src, syntax))
	}
	slices.SortFunc(u.sources, func(a, b *File) int {
		switch { // tests last, so that they change the machines of their package as little as possible
		case IsTest(a.Path) == IsTest(b.Path):
			return strings.Compare(a.Path, b.Path)
		case IsTest(b.Path):
			return -1
		}
		return 1
	})
}

// NewFile returns the file at path, which was parsed from src already.
func NewFile(path string, src []byte, syntax *ast.File) *File {
	f := &File{Path: path, Src: src, Syntax: syntax, Generated: ast.IsGenerated(syntax)}
	if f.Output = HasHeader(src); !f.Output {
		f.Directives = Directives(syntax)
	}
	return f
}

// Analyzed returns the files of a pass of an analyzer without those that were generated beside
// their sources. If read is nil, os.ReadFile reads the files.
func Analyzed(fset *token.FileSet, syntax []*ast.File, read func(string) ([]byte, error)) []*File {
	if read == nil {
		read = os.ReadFile
	}
	var files []*File
	for _, s := range syntax {
		path := fset.PositionFor(s.FileStart, false).Filename
		var src []byte
		if ast.IsGenerated(s) {
			src, _ = read(path) // a file without text was not written by this tool
		}
		if len(src) == 0 || !IsGenerated(path, src) {
			files = append(files, NewFile(path, src, s))
		}
	}
	return files
}

// Outputs returns the texts of the generated files among files, by the paths of their sources.
// The arguments are those of [Analyzed].
func Outputs(fset *token.FileSet, files []*ast.File, read func(string) ([]byte, error)) map[string][]byte {
	if read == nil {
		read = os.ReadFile
	}
	outputs := make(map[string][]byte)
	for _, syntax := range files {
		path := fset.PositionFor(syntax.FileStart, false).Filename
		if !IsTarget(path) {
			continue
		}
		if src, err := read(path); err == nil && IsGenerated(path, src) {
			outputs[SourceOf(path)] = src
		}
	}
	return outputs
}

// syntaxErrors reports the errors of the parser.
func (l *loader) syntaxErrors(u *unit, err error) {
	var list scanner.ErrorList
	switch {
	case err == nil:
	case errors.As(err, &list):
		for _, e := range list {
			l.broken(u, diag.Diagnostic{Pos: e.Pos, Code: diag.DoesNotCompile, Message: e.Msg})
		}
	default:
		l.broken(u, diag.Diagnostic{Code: diag.DoesNotCompile, Message: err.Error()})
	}
}

// broken reports d and marks u as not compiling. An error in a package that is not a root
// is reported only where the package is imported.
func (l *loader) broken(u *unit, d diag.Diagnostic) {
	if u.checked != nil {
		u.checked.Broken = true
	}
	if u.root {
		l.diags.Add(d)
	}
	l.brokenUnits[u] = true
}
