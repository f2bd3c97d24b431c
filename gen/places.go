package gen

// This file finds the places that machine.Lockstep needs. They are the lines at which
// deferred calls that await run: those of deferred literals, and those of the returns of
// functions that defer an await itself. A loop over Each has a deferred call as well, which needs
// no place: eachPlace only says that there is one.

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// eachPlace is a place of functions that have a loop over Each. With it, runtime.Goexit makes Close
// fail, because a machine cannot hold up Goexit until the iterator is closed.
const eachPlace = "asyncgen.Each"

// deferPlaces returns the places in decl, a function of fset. awaits reports whether a node
// awaits, and isEach whether it is a call of Each. deferred reports whether a deferred literal
// awaits.
func deferPlaces(fset *token.FileSet, decl *ast.FuncDecl, awaits, isEach func(ast.Node) bool, deferred func(*ast.FuncLit) bool) (places []string) {
	at := func(pos token.Pos) string {
		p := fset.Position(pos)
		return fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
	}
	// plain returns the places where n awaits. It leaves out deferred calls, which await at
	// other places.
	plain := func(n ast.Node) map[string]bool {
		deferredCalls, places := map[ast.Node]bool{}, map[string]bool{}
		ast.Inspect(n, func(n ast.Node) bool {
			if d, ok := n.(*ast.DeferStmt); ok {
				deferredCalls[d.Call] = true
			}
			if awaits(n) && !deferredCalls[n] {
				places[at(n.Pos())] = true
			}
			return true
		})
		return places
	}
	var visit func(body *ast.BlockStmt)
	visit = func(body *ast.BlockStmt) {
		returns, direct := []token.Pos{body.Rbrace}, false
		ast.Inspect(body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				visit(n.Body)
				return false
			case *ast.CallExpr:
				if isEach(n) {
					places = append(places, eachPlace)
				}
			case *ast.ReturnStmt:
				returns = append(returns, n.Pos(), n.End())
			case *ast.DeferStmt:
				direct = direct || awaits(n.Call)
				if lit, ok := ast.Unparen(n.Call.Fun).(*ast.FuncLit); ok && deferred(lit) {
					places = append(places, at(lit.Pos()))
				}
			}
			return true
		})
		if !direct {
			return
		}
		awaited := plain(body)
		for _, pos := range returns {
			if place := at(pos); !awaited[place] {
				places = append(places, place)
			}
		}
	}
	if decl.Body != nil {
		visit(decl.Body)
	}
	slices.Sort(places)
	return slices.Compact(places)
}

// sourcePlaces returns the places in the source of f.
func (g *generator) sourcePlaces(f *load.Func) []string {
	literals := marker.Literals(g.pkg.Info, f.Decl)
	return deferPlaces(g.pkg.Fset, f.Decl,
		func(n ast.Node) bool { return marker.IsAwait(g.pkg.Info, n) },
		func(n ast.Node) bool { return marker.IsEach(g.pkg.Info, n) },
		func(lit *ast.FuncLit) bool { return literals[lit].Kind == marker.Deferred })
}

// placeCopies sets the places of the functions of src to the places of their copies in
// content, the file at path in a mirror. It reports whether a place changed.
func (g *generator) placeCopies(src *load.File, path string, content []byte) (changed bool, err error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, content, parser.SkipObjectResolution)
	if err != nil {
		return false, err
	}
	copies := map[string]*ast.FuncDecl{}
	for _, d := range file.Decls {
		if fd, ok := d.(*ast.FuncDecl); ok {
			copies[load.DeclKey(fd, fd.Name.Name)] = fd
		}
	}
	for _, f := range g.pkg.Async {
		fn := g.funcs[f]
		if f.File != src || len(fn.Places) == 0 {
			continue
		}
		places, err := g.copyPlaces(f, fset, copies[load.DeclKey(f.Decl, f.Decl.Name.Name)])
		if err != nil {
			return false, err
		}
		changed = changed || !slices.Equal(places, fn.Places)
		fn.Places = places
	}
	return changed, nil
}

// copyPlaces returns the places in the copy of f. The copy has the calls and the literals
// of f, in that order, on other lines.
func (g *generator) copyPlaces(f *load.Func, fset *token.FileSet, decl *ast.FuncDecl) ([]string, error) {
	if decl == nil {
		return nil, fmt.Errorf("internal error: %s has no copy; please report this with its source", f.Name())
	}
	originals, copied := callsAndLiterals(f.Decl), callsAndLiterals(decl)
	if len(originals) != len(copied) {
		return nil, fmt.Errorf("internal error: the copy of %s is another function; please report this with its source", f.Name())
	}
	original := map[ast.Node]ast.Node{}
	for i, n := range copied {
		original[n] = originals[i]
	}
	literals := marker.Literals(g.pkg.Info, f.Decl)
	return deferPlaces(fset, decl,
		func(n ast.Node) bool { return marker.IsAwait(g.pkg.Info, original[n]) },
		func(n ast.Node) bool { return marker.IsEach(g.pkg.Info, original[n]) },
		func(lit *ast.FuncLit) bool {
			of, _ := original[lit].(*ast.FuncLit)
			return literals[of].Kind == marker.Deferred
		}), nil
}

// callsAndLiterals returns the calls and the function literals in decl.
func callsAndLiterals(decl *ast.FuncDecl) (list []ast.Node) {
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.CallExpr, *ast.FuncLit:
			list = append(list, n)
		}
		return true
	})
	return list
}
