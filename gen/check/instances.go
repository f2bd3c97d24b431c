package check

// This file refuses generic functions that would need infinitely many instances. The
// Go compiler refuses them, too, but it would report an error in generated code.

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

// An instanceGraph has an edge from one type parameter to another if the second is
// instantiated with a type that the first is part of. There are infinitely many
// instances if a cycle of the graph has an edge that wraps. The algorithm is that of
// go/types. The check of go/types itself does not help: it does not know that an async
// function and its constructor have the same body.
type instanceGraph struct {
	pkg   *load.Package
	same  map[*types.TypeParam]*types.TypeParam // from a type parameter of a method or a stub to the declared one
	edges []instanceEdge
}

type instanceEdge struct {
	from, to *types.TypeParam
	wraps    bool // from is a part of the type argument, not all of it
	arg      types.Type
	pos      token.Pos
}

// Instances reports the async functions of p that would need infinitely many instances.
func Instances(p *load.Package) (diags diag.List) {
	generic := false
	g := &instanceGraph{pkg: p, same: map[*types.TypeParam]*types.TypeParam{}}
	for _, obj := range p.Info.Defs {
		if fn, ok := obj.(*types.Func); ok {
			g.method(fn)
		}
	}
	for _, f := range p.Async {
		sig := f.Obj.Signature()
		generic = generic || sig.TypeParams().Len() > 0 || sig.RecvTypeParams().Len() > 0
		if f.Stub == nil {
			continue
		}
		for i := range sig.TypeParams().Len() {
			g.same[f.Stub.Signature().TypeParams().At(i)] = sig.TypeParams().At(i)
		}
	}
	if !generic {
		return nil
	}
	for _, f := range p.Files {
		for _, d := range f.Syntax.Decls {
			g.declaration(d)
		}
	}
	if e := g.cycle(); e != nil {
		diags.Add(diag.Diagnostic{
			Pos:     p.Fset.Position(e.pos),
			Code:    diag.InstantiationCycle,
			Message: fmt.Sprintf("%s is instantiated with %s, and that leads back to here: the instances would have no end", e.to, types.TypeString(e.arg, types.RelativeTo(p.Types))),
			Remedy:  "pass what grows as an interface",
		})
	}
	return diags
}

// method identifies the type parameters of the receiver of fn with those of its type.
func (g *instanceGraph) method(fn *types.Func) {
	list := fn.Signature().RecvTypeParams()
	if list.Len() == 0 {
		return
	}
	t := types.Unalias(fn.Signature().Recv().Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	named, ok := t.(*types.Named)
	for i := 0; ok && i < list.Len(); i++ {
		g.same[list.At(i)] = named.Origin().TypeParams().At(i)
	}
}

// declaration adds the edges of every instance that d mentions.
func (g *instanceGraph) declaration(d ast.Decl) {
	ast.Inspect(d, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		inst, ok := g.pkg.Info.Instances[id]
		if !ok {
			return true
		}
		var params *types.TypeParamList
		switch obj := g.pkg.Info.Uses[id].(type) {
		case *types.Func:
			params = obj.Origin().Signature().TypeParams()
		case *types.TypeName:
			if t, ok := obj.Type().(interface{ TypeParams() *types.TypeParamList }); ok {
				params = t.TypeParams()
			}
		}
		for i := range params.Len() {
			arg := inst.TypeArgs.At(i)
			_, whole := types.Unalias(arg).(*types.TypeParam)
			for _, from := range g.parts(arg, d) {
				g.edges = append(g.edges, instanceEdge{from, g.one(params.At(i)), !whole, arg, id.Pos()})
			}
		}
		return true
	})
}

// one returns the declared type parameter that t is the same as.
func (g *instanceGraph) one(t *types.TypeParam) *types.TypeParam {
	if same := g.same[t]; same != nil {
		return same
	}
	return t
}

// parts returns the type parameters in t, a type that d mentions. A type that the body
// of d declares depends on all type parameters of d.
func (g *instanceGraph) parts(t types.Type, d ast.Decl) (parts []*types.TypeParam) {
	typeset.Walk(t, func(t types.Type) bool {
		switch t := t.(type) {
		case *types.TypeParam:
			parts = append(parts, g.one(t))
		case *types.Named:
			fd, _ := d.(*ast.FuncDecl)
			if fd == nil || !typeset.IsLocal(t.Obj()) {
				break
			}
			sig := g.pkg.Info.Defs[fd.Name].(*types.Func).Signature()
			for _, list := range []*types.TypeParamList{sig.TypeParams(), sig.RecvTypeParams()} {
				for p := range list.TypeParams() {
					parts = append(parts, g.one(p))
				}
			}
		}
		return true
	})
	return parts
}

// cycle returns an edge of a cycle that wraps, or nil if there is none.
func (g *instanceGraph) cycle() *instanceEdge {
	next := map[*types.TypeParam][]instanceEdge{}
	for _, e := range g.edges {
		next[e.from] = append(next[e.from], e)
	}
	for i, e := range g.edges {
		if !e.wraps {
			continue
		}
		seen := map[*types.TypeParam]bool{}
		work := []*types.TypeParam{e.to}
		for len(work) > 0 {
			t := work[len(work)-1]
			work = work[:len(work)-1]
			if t == e.from {
				return &g.edges[i]
			}
			if seen[t] {
				continue
			}
			seen[t] = true
			for _, e := range next[t] {
				work = append(work, e.to)
			}
		}
	}
	return nil
}
