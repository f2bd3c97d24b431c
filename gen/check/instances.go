package check

// This file refuses generic functions that would need instances without end. The
// Go compiler refuses them, too, but of the machines it would only say that
// something in generated code is wrong.

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

// An instanceGraph says which type parameter is part of what another one is
// instantiated with. There are instances without end if a cycle in it holds an
// edge that wraps: the algorithm is that of go/types, which cannot be asked
// because to it an async function and its constructor have nothing to do with
// each other.
type instanceGraph struct {
	pkg   *load.Package
	same  map[*types.TypeParam]*types.TypeParam // those of methods and of stubs, to the declared ones
	edges []instanceEdge
}

type instanceEdge struct {
	from, to *types.TypeParam
	wraps    bool // to is instantiated with a type that from is a part of
	arg      types.Type
	pos      token.Pos
}

// Instances refuses the async functions of p whose instances have no end.
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

// method makes the type parameters of the receiver of fn those of its type.
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

// one returns the type parameter that stands for t.
func (g *instanceGraph) one(t *types.TypeParam) *types.TypeParam {
	if same := g.same[t]; same != nil {
		return same
	}
	return t
}

// parts returns the type parameters in t, a type that d mentions. A type of the
// body depends on all of d.
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

// cycle returns an edge that wraps of a cycle, nil if there is none.
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
