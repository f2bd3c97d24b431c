package gen

// This file keeps the names that the machines of a package take independent of the tests of the
// package, which may be part of one build only. The names of other machines are chosen as if
// there were no tests. A declaration of a test that takes such a name is refused.

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

// setScope sets g.scope and g.ofTests to the names that the package declares.
func (g *generator) setScope() {
	g.scope, g.ofTests = naming.Set{}, naming.Set{}
	scope := g.pkg.Types.Scope()
	for _, name := range scope.Names() {
		if g.pkg.InTest(scope.Lookup(name)) {
			g.ofTests.Add(name)
		} else {
			g.scope.Add(name)
		}
	}
}

// scopeFor returns the set for the names that the machine of f adds to the package.
func (g *generator) scopeFor(f *load.Func) naming.Set {
	if load.IsTest(f.File.Path) {
		return g.ofTests
	}
	return g.scope
}

// isTaken reports whether a name that the machine of f adds to the package must not be name.
func (g *generator) isTaken(f *load.Func, name string) bool {
	return g.scope[name] || g.scopeFor(f)[name]
}

// sources calls yield for every source file. Before the first of them, it makes the machines of
// the files that are no tests, and before the first test those of the tests.
func (g *generator) sources(yield func(*load.File) bool) {
	g.newMachines(false)
	tests := false
	for _, src := range g.pkg.Files { // tests come last
		if load.IsTest(src.Path) && !tests {
			tests = true
			maps.Copy(g.scope, g.ofTests)
			g.newMachines(true)
		}
		if !yield(src) {
			return
		}
	}
}

// A claim is a name that a file takes in the package.
type claim struct {
	pos      token.Pos
	imported bool // only in the file: two files may import different packages by one name
}

// takenByTests returns the diagnostic for a test that takes a name which a file generated from
// another source has. files are the generated files with their syntax.
func (g *generator) takenByTests(files []File, syntax []*ast.File) error {
	tests := map[string]claim{}
	for _, src := range g.pkg.Files {
		if load.IsTest(src.Path) {
			g.claims(src.Syntax, tests)
		}
	}
	for _, f := range g.pkg.Async {
		if load.IsTest(f.File.Path) && f.Decl.Recv == nil {
			tests[f.AsyncName()] = claim{f.Decl.Name.Pos(), false}
		}
	}
	if len(tests) == 0 {
		return nil
	}
	var first token.Pos
	var found diag.Diagnostic
	for i, f := range files {
		if load.IsTest(f.Path) {
			continue
		}
		ours := map[string]claim{}
		g.claims(syntax[i], ours)
		for name, our := range ours {
			test, ok := tests[name]
			if !ok || our.imported && test.imported || first.IsValid() && first < test.pos {
				continue
			}
			first = test.pos
			found = diag.Diagnostic{
				Pos:     g.pkg.Fset.Position(test.pos),
				Code:    diag.DuplicateName,
				Message: fmt.Sprintf("this test takes the name %s, which the code in %s needs", name, filepath.Base(f.Path)),
				Remedy:  "give it another name: what is generated from other files does not depend on tests",
			}
		}
	}
	if !first.IsValid() {
		return nil
	}
	return found
}

// claims adds to names those that file takes in the package. An import takes its name in the
// file, and no file of the package may declare it.
func (g *generator) claims(file *ast.File, names map[string]claim) {
	for _, s := range file.Imports {
		name := ""
		if s.Name != nil {
			name = s.Name.Name
		} else if target, err := strconv.Unquote(s.Path.Value); err == nil {
			if pkg, err := g.pkg.Import(target); err == nil {
				name = pkg.Name()
			}
		}
		if name != "" && name != "_" && name != "." {
			names[name] = claim{s.Pos(), true}
		}
	}
	for name, pos := range load.DeclaredNames(file) {
		if name != "_" && name != "init" && !strings.Contains(name, ".") {
			names[name] = claim{pos, false}
		}
	}
}
