package gen

// This file refuses declarations that hide predeclared identifiers which machines must use.

import (
	"fmt"
	"go/types"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

// predeclared refuses declarations that would give an identifier in the code of a machine
// another meaning. The compiler may accept such code: it accepts a declaration of true.
func (g *generator) predeclared(graphs []*ir.Graph) (diags diag.List) {
	seen := map[types.Object]bool{}
	refuse := func(obj types.Object) {
		if obj == nil || obj.Parent() == types.Universe || seen[obj] {
			return
		}
		seen[obj] = true
		diags.Add(diag.Diagnostic{
			Pos:     g.pkg.Fset.Position(obj.Pos()),
			Code:    diag.PredeclaredHidden,
			Message: fmt.Sprintf("this declaration hides the predeclared %s, which generated code must use", obj.Name()),
			Remedy:  "give it another name",
		})
	}
	for _, word := range types.Universe.Names() {
		typ, isType := types.Universe.Lookup(word).(*types.TypeName)
		generic := word == "new" && slices.ContainsFunc(graphs, func(fn *ir.Graph) bool { return len(fn.TypeParams) > 0 })
		if len(g.pkg.Async) > 0 && (generic || isType && writes(graphs, typ) || slices.Contains([]string{"append", "false", "len", "nil", "panic", "recover", "true"}, word)) {
			refuse(g.pkg.Types.Scope().Lookup(word))
		}
	}
	// Other declarations of any have machines say interface{}, but no test changes them.
	if obj := g.pkg.Types.Scope().Lookup("any"); obj != nil && g.pkg.InTest(obj) && slices.ContainsFunc(g.pkg.Async, func(f *load.Func) bool { return !load.IsTest(f.File.Path) }) {
		refuse(obj)
	}
	for _, word := range []string{"nil", "true", "false", "error", "bool"} {
		for _, fn := range graphs {
			for _, obj := range fn.Idents[word] {
				if t, ok := obj.(*types.TypeName); ok && fn.Declares(t) && !isTypeParam(t) {
					refuse(t)
				}
			}
		}
	}
	return diags
}

// writes reports whether generated code may mention the predeclared type t. Every machine
// mentions the result types of Poll, integer types for its states and its deferred calls,
// and the types of its variables.
func writes(graphs []*ir.Graph, t *types.TypeName) (found bool) {
	switch t.Name() {
	case "bool", "error", "int", "string", "uint8", "uint16", "uint32", "uint64":
		return true
	}
	is := func(u types.Type) bool {
		switch u := u.(type) {
		case *types.Alias:
			found = found || u.Obj() == t
		case *types.Named:
			found = found || u.Obj() == t
		case *types.Basic:
			found = found || u.Name() == t.Name()
		}
		return !found
	}
	for _, fn := range graphs {
		for _, v := range slices.Concat(fn.Vars, fn.Results) {
			typeset.Walk(v.Type, is)
		}
		for _, a := range fn.Awaits {
			typeset.Walk(a.XType, is)
			typeset.Walk(a.Result, is)
		}
		for _, p := range fn.TypeParams {
			typeset.Walk(p.Constraint(), is)
		}
	}
	return found
}

func isTypeParam(obj types.Object) bool {
	if obj == nil {
		return false
	}
	_, ok := obj.Type().(*types.TypeParam)
	_, isType := obj.(*types.TypeName)
	return ok && isType
}
