package source

// This file names the type parameters of generic functions.

import (
	"go/types"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

// typeParams returns the type parameters of f, those of its receiver first. f mentions
// idents. Code of the machine stands in no scope of the source, so the name of a type
// parameter must denote nothing else in f, its file and its package.
func typeParams(f *load.Func, idents map[string][]types.Object) (params []*ir.TypeParam) {
	sig := f.Obj.Signature()
	list := slices.Collect(sig.RecvTypeParams().TypeParams())
	list = slices.AppendSeq(list, sig.TypeParams().TypeParams())
	given := naming.Set{}
	for _, t := range list {
		given.Add(t.Obj().Name())
	}
	imports := f.Pkg.Info.Scopes[f.File.Syntax]
	free := func(name string, own types.Object) bool {
		if obj := f.Pkg.Types.Scope().Lookup(name); obj != nil && (load.IsTest(f.File.Path) || !f.Pkg.InTest(obj)) {
			return false
		}
		if types.Universe.Lookup(name) != nil || imports != nil && imports.Lookup(name) != nil {
			return false
		}
		for _, obj := range idents[name] {
			if obj != own {
				return false
			}
		}
		return true
	}
	for _, t := range list {
		name := t.Obj().Name()
		if name == "_" || !free(name, t.Obj()) {
			if name == "_" {
				name = "T"
			}
			name = naming.Free(func(name string) bool { return given[name] || !free(name, nil) }, name)
			given.Add(name)
		}
		params = append(params, &ir.TypeParam{TypeParam: t, Name: name})
	}
	return params
}
