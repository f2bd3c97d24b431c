package order

// This file records the parts of the text of a statement that are more than mentions of
// variables: literals that become functions of their own, declarations that move to package
// level, calls of recover, and names that are different in the machine. Every statement is
// recorded once, before its text is cut. Cutting text then only reads the record.

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// record records nodes: the parts of one statement, in the order of evaluation, without the
// inner statements that are ordered on their own.
func (o *orderer) record(nodes ...ast.Node) {
	r := &recorder{orderer: o}
	for _, n := range nodes {
		if n != nil {
			r.walk(n)
		}
	}
}

// A recorder walks over the syntax of one statement.
type recorder struct {
	*orderer
	lits int // function literals around the current node that stay text
}

func (r *recorder) walk(root ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			if r.literals[n].Kind != marker.Verbatim {
				r.order(n)
				return false
			}
			r.lits++
			r.walk(n.Type)
			r.walk(n.Body)
			r.lits--
			return false
		case *ast.Ident:
			r.hiddenName(n)
		case *ast.CallExpr:
			if r.lits == 0 && r.isRecover(n) && !r.inFuncLoop(n) {
				r.recovers()
			}
		case *ast.DeferStmt:
			return r.deferStmt(n)
		case *ast.DeclStmt:
			r.moves(n.Decl.(*ast.GenDecl))
		}
		return true
	})
}

// deferStmt records s and reports whether walk must continue in s. The operands of a
// deferred literal are evaluated before the literal becomes a coroutine.
func (r *recorder) deferStmt(s *ast.DeferStmt) bool {
	if r.lits > 0 {
		return true
	}
	if r.isRecover(s.Call) {
		r.recovers()
	}
	lit, ok := ast.Unparen(s.Call.Fun).(*ast.FuncLit)
	if !ok || r.literals[lit].Kind != marker.Deferred {
		return true
	}
	for _, a := range s.Call.Args {
		r.walk(a)
	}
	r.order(lit)
	return false
}

// moves records the declaration d if d moves to package level, because a literal that
// becomes a function mentions a name that d declares.
func (r *recorder) moves(d *ast.GenDecl) {
	if r.isMoved(d) {
		r.fn.Types = append(r.fn.Types, r.localDecl(d))
	}
}

// isMoved reports whether d declares a type or constant that moves to package level.
func (o *orderer) isMoved(d *ast.GenDecl) bool {
	return slices.ContainsFunc(d.Specs, func(spec ast.Spec) bool {
		var names []*ast.Ident
		switch s := spec.(type) {
		case *ast.TypeSpec:
			names = append(names, s.Name)
		case *ast.ValueSpec:
			names = s.Names
		}
		return slices.ContainsFunc(names, func(id *ast.Ident) bool { return o.moved[o.Info.Defs[id]] })
	})
}

// recovers makes the machine.Exit of the function that defers the literal being ordered a
// variable of the literal. recover in the literal becomes a call of a method of the Exit.
func (o *orderer) recovers() {
	if o.exit != nil || o.lit == nil || o.literals[o.lit].Kind != marker.Deferred {
		return
	}
	o.exit = o.track(&ir.Var{
		Name: "exit", Kind: ir.Capture, Pos: o.lit.Pos(),
		TypeCode: ir.Code{ir.Text("*"), ofMachine("Exit")},
	})
	o.fn.Captures = append(o.fn.Captures, o.exit)
}

// hiddenName records the other name of id, if id has another name in the machine.
func (r *recorder) hiddenName(id *ast.Ident) {
	if name := r.otherName(id); name != "" {
		r.fn.Idents[name] = r.fn.Idents[id.Name] // the function mentions it from now on
	}
}

// otherName returns the other name in the machine of the variable or constant that id
// declares or mentions in text. It returns "" if the object keeps its name.
func (o *orderer) otherName(id *ast.Ident) string {
	name := o.hidden[id.Name]
	if name == "" {
		return ""
	}
	switch obj := o.Info.ObjectOf(id).(type) {
	case nil: // id declares the variable of a type switch
		return name
	case *types.Var, *types.Const:
		if v, ok := obj.(*types.Var); ok && o.vars[v] != nil || o.fn.Decl(obj) != nil {
			return ""
		}
		if hides(obj) && o.fn.Declares(obj) {
			return name
		}
	}
	return ""
}
