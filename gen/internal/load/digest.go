package load

// This file compares the async functions of a file with what was generated from them.

import (
	"errors"
	"go/ast"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/digest"
)

// Digests returns the async functions of f, a source file of pkg, with their digests. info
// describes the syntax of pkg, which must compile.
func (f *File) Digests(info *types.Info, pkg *types.Package) (list []digest.Func) {
	for _, d := range f.asyncDirectives() {
		decl := d.Func
		list = append(list, digest.Func{Name: DeclKey(decl, decl.Name.Name), Digest: digest.Function(info, pkg, f.Syntax, decl)})
	}
	return list
}

// A StaleError says why a generated file is not up to date. It lies at the name of a function,
// or at the package clause if it concerns the file.
type StaleError struct {
	At              ast.Node
	Message, Remedy string
}

// Stale returns what has changed in f since the file called name was generated from it. text
// is the generated file, info and pkg are as for [File.Digests].
func (f *File) Stale(info *types.Info, pkg *types.Package, name string, text []byte) (list []StaleError) {
	now := f.Digests(info, pkg)
	if _, err := digest.Parse(text); len(now) == 0 && errors.Is(err, digest.ErrNone) {
		return nil // a stub, which go generate leaves, or a copy
	}
	names := make(map[string]*ast.Ident)
	for _, d := range f.asyncDirectives() {
		names[DeclKey(d.Func, d.Func.Name.Name)] = d.Func.Name
	}
	for _, p := range digest.Compare(name, text, now) {
		at := names[p.Func]
		if at == nil {
			at = f.Syntax.Name
		}
		list = append(list, StaleError{at, p.Message, p.Remedy})
	}
	return list
}

// verbs returns the verbs of the directives above decl from which code is generated.
func (f *File) verbs(decl *ast.FuncDecl) map[string]bool {
	verbs := map[string]bool{}
	for _, d := range f.Directives {
		if d.Func == decl && d.Generates() {
			verbs[d.Verb] = true
		}
	}
	return verbs
}

// asyncDirectives returns the directives that make functions of f async, or generators, one for
// each function.
func (f *File) asyncDirectives() (list []*Directive) {
	if importsC(f.Syntax) {
		return nil
	}
	seen := make(map[*ast.FuncDecl]bool)
	for _, d := range f.Directives {
		if d.Generates() && !seen[d.Func] {
			seen[d.Func] = true
			list = append(list, d)
		}
	}
	return list
}
