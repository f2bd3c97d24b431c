// Package source makes the ir.Func of a function from its declaration. It handles all of the
// declaration except the body, which stage order handles.
package source

// This file makes functions.

import (
	"go/ast"
	"go/types"
	"go/version"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// A Package makes the functions of one package.
type Package struct {
	pkg       *load.Package
	typeNames map[string]bool                              // of the types, without those of tests
	ofTests   map[string]bool                              // of all types, for functions in tests
	literals  map[*ir.Func]map[*ast.FuncLit]marker.Literal // by declared function
}

// New returns the maker of the functions of p.
func New(p *load.Package) *Package {
	return &Package{pkg: p, typeNames: typeNames(p, false), ofTests: typeNames(p, true), literals: map[*ir.Func]map[*ast.FuncLit]marker.Literal{}}
}

// Func returns f without its body.
func (p *Package) Func(f *load.Func) *ir.Func {
	literals := marker.Literals(p.pkg.Info, f.Decl)
	fn := p.function(f.Decl, f.Obj.Signature(), literals)
	p.literals[fn] = literals
	if f.AsyncGenerator {
		fn.Yields = p.pkg.Info.Defs[f.Yield.Name].(*types.Var)
	} else if f.Yield != nil {
		yield := p.pkg.Info.Defs[f.Yield.Name].(*types.Var)
		fn.Gen = &ir.Generator{Yield: yield}
		if f.Yield.In != nil {
			args := types.Unalias(yield.Type()).(*types.Named).TypeArgs()
			fn.Gen.Values, fn.Gen.In = []types.Type{args.At(0)}, args.At(1)
		} else {
			for v := range yield.Type().Underlying().(*types.Signature).Params().Variables() {
				fn.Gen.Values = append(fn.Gen.Values, v.Type())
			}
		}
		if fn.Gen.Lit = f.Yield.Lit; fn.Gen.Lit != nil {
			fn.Results, fn.Fallible = nil, false
		}
		fn.Params = slices.DeleteFunc(fn.Params, func(v *ir.Var) bool { return v.Obj == yield })
	}
	fn.Name, fn.Async, fn.Frame, fn.Obj = f.Decl.Name.Name, f.AsyncName(), f.Frame, f.Obj
	if f.Decl.Doc != nil {
		fn.Doc = f.Decl.Doc.Text()
	}
	fn.TypeParams = typeParams(f, p.Identifiers(f.Decl))
	fn.RecvTypeParams = f.Obj.Signature().RecvTypeParams().Len()
	fn.Expand = version.Compare(languageVersion(f.Pkg, f.File), "go1.24") < 0
	return fn
}

// Literal returns lit without its body. lit stands in outer and is called name there.
func (p *Package) Literal(outer *ir.Func, lit *ast.FuncLit, name string) *ir.Func {
	fn := p.function(lit, p.pkg.Info.TypeOf(lit).Underlying().(*types.Signature), p.literals[outer.Root()])
	fn.Name, fn.Lit, fn.Outer = outer.Name+"."+name, name, outer
	if root := outer.Root(); strings.Count(fn.Name[len(root.Name):], ".") > 8 {
		fn.Name = root.Name + "..." + name // the names of all functions around lit would be too long
	}
	fn.TypeParams, fn.Expand, fn.AtInit = outer.TypeParams, outer.Expand, outer.AtInit
	return fn
}

// function returns the function at node with the given signature. literals are those of the
// declared function at or around node.
func (p *Package) function(node ast.Node, sig *types.Signature, literals map[*ast.FuncLit]marker.Literal) *ir.Func {
	fn := &ir.Func{
		Pkg:      p.pkg.Types,
		Fset:     p.pkg.Fset,
		Pos:      node.Pos(),
		End:      node.End(),
		Variadic: sig.Variadic(),

		TypeNames: p.typeNames,
	}
	if load.IsTest(p.pkg.Fset.PositionFor(node.Pos(), false).Filename) {
		fn.TypeNames = p.ofTests
	}
	variable := func(v *types.Var, kind ir.VarKind) *ir.Var {
		return &ir.Var{Name: v.Name(), Type: v.Type(), Obj: v, Kind: kind, Pos: v.Pos()}
	}
	if r := sig.Recv(); r != nil {
		fn.Recv = variable(r, ir.Param)
	}
	for v := range sig.Params().Variables() {
		fn.Params = append(fn.Params, variable(v, ir.Param))
	}
	for v := range sig.Results().Variables() {
		fn.Results = append(fn.Results, variable(v, ir.Result))
		fn.Fallible = load.IsError(v.Type())
	}
	fn.Idents, fn.Labels = p.identifiers(node, literals)
	return fn
}

// Identifiers returns the names that decl mentions, with the objects that they denote.
func (p *Package) Identifiers(decl *ast.FuncDecl) map[string][]types.Object {
	idents, _ := p.identifiers(decl, nil)
	return idents
}

// identifiers returns the names that node mentions, with the objects that they denote, and
// the labels of node. It leaves out the literals that become functions.
func (p *Package) identifiers(node ast.Node, literals map[*ast.FuncLit]marker.Literal) (idents map[string][]types.Object, labels map[string]bool) {
	idents, labels = map[string][]types.Object{}, map[string]bool{}
	type meaning struct {
		name string
		obj  types.Object
	}
	seen := map[meaning]bool{}
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return n == node || literals[n].Kind == marker.Verbatim
		case *ast.LabeledStmt:
			labels[n.Label.Name] = true
		case *ast.Ident:
			obj := p.pkg.Info.ObjectOf(n)
			// Fields and methods are selected. Labels have a name space of their own.
			switch obj := obj.(type) {
			case *types.Var:
				if obj.IsField() {
					return true
				}
			case *types.Func:
				if obj.Signature().Recv() != nil {
					return true
				}
			case *types.Label:
				return true
			}
			if m := (meaning{n.Name, obj}); !seen[m] {
				seen[m] = true
				idents[n.Name] = append(idents[n.Name], obj)
			}
		}
		return true
	})
	return idents, labels
}

// PerIteration reports whether loops in file have a variable per iteration.
func PerIteration(p *load.Package, file *load.File) bool {
	return version.Compare(languageVersion(p, file), "go1.22") >= 0
}

// languageVersion returns the version of Go that file is written in.
func languageVersion(p *load.Package, file *load.File) string {
	v := p.Info.FileVersions[file.Syntax]
	if v == "" {
		v = p.GoVersion
	}
	if v == "" {
		return "go1.24" // an unknown version is taken for a recent one
	}
	return v
}

// typeNames returns the names of the types that p declares. Code that is no test cannot mention
// the types of tests.
func typeNames(p *load.Package, tests bool) map[string]bool {
	names := map[string]bool{}
	for _, name := range p.Types.Scope().Names() {
		if t, ok := p.Types.Scope().Lookup(name).(*types.TypeName); ok && (tests || !p.InTest(t)) {
			names[name] = true
		}
	}
	return names
}
