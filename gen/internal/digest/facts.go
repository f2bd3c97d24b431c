package digest

// This file writes what syntax means.

import (
	"go/ast"
	"go/types"
	"go/version"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// facts are the facts of the type checker about a package.
type facts struct {
	info *types.Info
	pkg  *types.Package

	kinds map[types.Type]string // results of kind, because a struct may hold much
}

// iteration says how many variables a loop in file has.
func iteration(info *types.Info, pkg *types.Package, file *ast.File) string {
	v := info.FileVersions[file]
	if v == "" {
		v = pkg.GoVersion()
	}
	if v != "" && version.Compare(version.Lang(v), "go1.22") < 0 {
		return "a variable per loop"
	}
	return "a variable per iteration"
}

// name writes an identifier and what it means.
func (w *writer) name(id *ast.Ident) {
	if w.facts == nil {
		w.text(id.Name)
		return
	}
	obj := w.facts.info.Uses[id]
	if p, ok := obj.(*types.PkgName); ok { // a file may choose the name
		w.text("package")
		w.text(w.facts.path(p.Imported()))
		return
	}
	w.text(id.Name)
	w.text(w.facts.meaning(obj))
	if inst, ok := w.facts.info.Instances[id]; ok {
		for t := range inst.TypeArgs.Types() {
			w.text(w.facts.typ(t))
		}
	}
	if v, ok := w.facts.info.Defs[id].(*types.Var); ok {
		w.text(w.facts.typ(v.Type()))
	}
}

// path returns the path of p. Paths of the package itself depend on who asks: a package may
// be called main, or be compiled again for its tests.
func (f *facts) path(p *types.Package) string {
	if p == nil || p == f.pkg {
		return ""
	}
	path, _, _ := strings.Cut(p.Path(), " ") // p [q.test]
	return path
}

// meaning returns the kind of obj, and its package if it is an object of a package. What
// a local name means follows from the syntax.
func (f *facts) meaning(obj types.Object) string {
	var kind string
	switch obj := obj.(type) {
	case *types.Const:
		kind = "const"
	case *types.TypeName:
		kind = "type"
	case *types.Var:
		kind = "var"
		if obj.IsField() {
			return "field"
		}
	case *types.Func:
		kind = "func"
		if obj.Signature().Recv() != nil {
			return "method"
		}
	case *types.Builtin:
		return "builtin"
	case *types.Nil:
		return "nil"
	}
	switch {
	case obj == nil:
		return ""
	case obj.Parent() == types.Universe:
		return kind + " predeclared"
	case obj.Pkg() != nil && obj.Parent() == obj.Pkg().Scope():
		return kind + " of " + f.path(obj.Pkg())
	}
	return kind
}

// selection writes how x finds what it selects.
func (w *writer) selection(x *ast.SelectorExpr) {
	if w.facts == nil {
		return
	}
	sel := w.facts.info.Selections[x]
	if sel == nil {
		return
	}
	w.number(int(sel.Kind()))
	if marker.IsGenerator(pointerTo(sel.Recv())) { // each backend has methods of its own
		w.text("of a generator")
		return
	}
	w.number(len(sel.Index()))
	if sel.Indirect() {
		w.text("through a pointer")
	}
	if fn, ok := sel.Obj().(*types.Func); ok && fn.Signature().Recv() != nil {
		if _, ok := types.Unalias(fn.Signature().Recv().Type()).(*types.Pointer); ok {
			w.text("on a pointer")
		}
	}
}

// pointerTo returns t if t is a pointer, and else the type of a pointer to a t.
func pointerTo(t types.Type) types.Type {
	if _, ok := t.Underlying().(*types.Pointer); ok {
		return t
	}
	return types.NewPointer(t)
}

// expr writes the kind of the type of x, and whether x is constant.
func (w *writer) expr(x ast.Expr) {
	if w.facts == nil {
		return
	}
	tv, ok := w.facts.info.Types[x]
	if !ok || tv.Type == nil {
		return
	}
	switch {
	case tv.IsType():
		w.text("type")
	case tv.Value != nil:
		w.text("constant")
	case tv.Addressable():
		w.text("variable")
	}
	kind, ok := w.facts.kinds[tv.Type]
	if !ok {
		kind = w.facts.kind(tv.Type, true)
		w.facts.kinds[tv.Type] = kind
	}
	w.text(kind)
}
