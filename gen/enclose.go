package gen

// This file decides which machines stand inside their constructors: those of functions that
// keep values of local types which cannot be declared at package level.

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

// declNames returns the functions to enclose: those with a type or constant that must move
// to package level and cannot. Its name is taken there, or %T would print it otherwise. It
// also refuses declarations that are impossible inside the constructor, too.
func (g *generator) declNames() (enclose []*load.Func, diags diag.List) {
	var generators diag.List
	taken := naming.Set{}
	all := map[*load.Func]naming.Set{}
	for f, fn := range g.all {
		for _, l := range fn.Types {
			if l.Pos < fn.Pos || fn.End <= l.Pos {
				continue // the function around fn declares l
			}
			for _, name := range l.Names {
				if all[f] == nil {
					all[f] = naming.Set{}
				}
				all[f].Add(name)
				if l.Place != ir.AtPackage || l.Enclosed {
					continue
				}
				clash := g.isTaken(f, name) || taken[name] || types.Universe.Lookup(name) != nil || g.imported(f, name)
				// %T prints p[A;B] for a generic type in a generic function. No declaration
				// at package level prints a semicolon.
				clash = clash || len(l.Generics) > 0 && len(fn.TypeParams) > 0
				message, remedy := fmt.Sprintf("the generator keeps %s across a yield, but %s means something else in the package", name, name), "give it another name, or declare it outside the function"
				if len(l.Generics) > 0 && len(fn.TypeParams) > 0 {
					message, remedy = fmt.Sprintf("the generator keeps %s, a generic type of a generic function, across a yield: no type of the package prints like it", name), "declare it outside the function"
				}
				if clash && fn.Gen != nil { // programs name the type of a generator, so it stands in no constructor
					generators.Add(diag.Diagnostic{
						Pos:     g.pkg.Fset.Position(l.Pos),
						Code:    diag.LocalTypeClash,
						Message: message,
						Remedy:  remedy,
					})
				} else if clash && !slices.Contains(enclose, f) {
					enclose = append(enclose, f)
				}
				taken[name] = true
			}
		}
	}
	for _, f := range g.pkg.Async {
		maps.Copy(g.scopeFor(f), all[f])
	}
	for _, f := range g.pkg.Async {
		if g.enclosed[f] {
			diags.Add(g.hiding(f)...)
		}
	}
	if len(enclose) == 0 { // otherwise the stages run again
		diags.Add(generators...)
	}
	return enclose, diags
}

// imported reports whether a file of the package declares an import by that name. For an f that
// is in no test, tests do not count.
func (g *generator) imported(f *load.Func, name string) bool {
	return slices.ContainsFunc(g.pkg.Files, func(src *load.File) bool {
		scope := g.pkg.Info.Scopes[src.Syntax]
		return scope != nil && scope.Lookup(name) != nil && (load.IsTest(f.File.Path) || !load.IsTest(src.Path))
	})
}

// hidden returns the package-level objects that types and constants in the body of f may
// hide, with other names for them. f is enclosed.
func (g *generator) hidden(f *load.Func) map[types.Object]*ir.Hidden {
	hidden := map[types.Object]*ir.Hidden{}
	for _, id := range bodyNames(f.Decl) {
		obj := g.pkg.Types.Scope().Lookup(id.Name)
		if obj != nil && (load.IsTest(f.File.Path) || !g.pkg.InTest(obj)) && aliasable(obj) && hidden[obj] == nil {
			hidden[obj] = &ir.Hidden{Obj: obj, Name: g.unused(f, id.Name)}
		}
	}
	return hidden
}

// aliasable reports whether a function can declare another name for obj. It cannot if obj
// is generic: the other name would need type parameters as well.
func aliasable(obj types.Object) bool {
	switch t := obj.Type().(type) {
	case interface{ TypeParams() *types.TypeParamList }:
		return t.TypeParams().Len() == 0
	}
	return true
}

// bodyNames returns the names of the types and constants that the body of fd declares.
func bodyNames(fd *ast.FuncDecl) (names []*ast.Ident) {
	ast.Inspect(fd.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.TypeSpec:
			names = append(names, n.Name)
		case *ast.GenDecl:
			if n.Tok == token.CONST {
				for _, s := range n.Specs {
					names = append(names, s.(*ast.ValueSpec).Names...)
				}
			}
		}
		return true
	})
	return names
}

// unused returns name, with a number if necessary, so that nothing in f or in its package
// has that name.
func (g *generator) unused(f *load.Func, name string) string {
	idents := g.functions.Identifiers(f.Decl)
	given := func(name string) bool { // whether a stage has given name to something in f
		root := g.bodies[f]
		if root == nil {
			return false
		}
		for fn := range root.All {
			if fn.Idents[name] != nil {
				return true
			}
		}
		return false
	}
	name = naming.Free(func(name string) bool {
		return g.isTaken(f, name) || idents[name] != nil || given(name) || types.Universe.Lookup(name) != nil || g.imported(f, name)
	}, name)
	g.scopeFor(f).Add(name)
	return name
}

// hiding gives an alias to each type or constant of f that another declaration of f hides
// inside the constructor, and refuses names for which an alias is impossible.
func (g *generator) hiding(f *load.Func) (diags diag.List) {
	root := g.bodies[f]
	refuse := func(pos token.Pos, name, why string) {
		diags.Add(diag.Diagnostic{
			Pos:     g.pkg.Fset.Position(pos),
			Code:    diag.LocalTypeClash,
			Message: fmt.Sprintf("the coroutine of %s keeps a value across an await and so needs its declaration of %s, but %s", f.Name(), name, why),
			Remedy:  "give it another name, or declare it outside the function",
		})
	}
	idents := g.functions.Identifiers(f.Decl)
	seen := map[string]*ir.LocalDecl{}
	twice := map[string]bool{}
	for _, l := range root.InConstructor() {
		for _, name := range l.Names {
			if earlier := seen[name]; earlier != nil {
				twice[name] = true
				if earlier.Aliases[name] == "" {
					if earlier.Aliases == nil {
						earlier.Aliases = map[string]string{}
					}
					earlier.Aliases[name] = g.unused(f, name)
				}
				if earlier.Generics[name] != nil && root.Expand {
					refuse(l.Pos, name, "a generic type by that name is declared, which can have another name only since Go 1.24")
				}
			}
			seen[name] = l
			if types.Universe.Lookup(name) != nil {
				refuse(l.Pos, name, "it needs the predeclared type of that name as well")
				continue
			}
			for _, obj := range idents[name] {
				if obj != nil && obj.Parent() == g.pkg.Types.Scope() && !aliasable(obj) {
					refuse(l.Pos, name, "it needs the generic declaration of that name in the package as well")
				}
			}
		}
	}
	ast.Inspect(f.Decl, func(n ast.Node) bool {
		if s, ok := n.(*ast.StructType); ok {
			for _, field := range s.Fields.List {
				if len(field.Names) > 0 {
					continue
				}
				id := load.BaseType(field.Type)
				if id == nil || seen[id.Name] == nil {
					continue
				}
				obj := g.pkg.Info.Uses[id]
				if root.Hidden[obj] != nil || twice[id.Name] {
					refuse(id.Pos(), id.Name, "another declaration hides that name, and the name of an embedded field cannot change")
				}
			}
		}
		return true
	})
	return diags
}
