package order

// This file finds the variables that are captured by function literals, have their
// address taken, or are assigned after their declaration. It runs before the body is
// ordered.

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

type facts struct {
	captured, lent, deferred, addr, assigned bool

	inside bool // a function literal assigns the variable
}

// setFacts sets the facts of v.
func (o *orderer) setFacts(v *ir.Var) {
	if f := o.facts[v.Obj]; f != nil && v.Obj != nil {
		v.Captured, v.Lent, v.Deferred, v.Addr, v.Assigned = f.captured, f.lent, f.deferred, f.addr, f.assigned
	}
	if v.ByRef { // other functions may assign it
		v.Addr, v.Assigned = true, true
	}
}

func (o *orderer) fact(obj *types.Var) *facts {
	f := o.facts[obj]
	if f == nil {
		f = new(facts)
		o.facts[obj] = f
	}
	return f
}

// A use describes how a function literal, with the literals in it, uses a variable of a
// function around it.
type use struct {
	assigned, addr bool

	here  bool // the literal itself mentions the variable
	quiet bool // inner literals mention it that end before the literal around them continues
	loud  bool // other inner literals mention it
}

// uses are the uses by a function literal of variables and constants declared outside it.
type uses struct {
	// vars includes the variables that a literal declares if the literal stays text. A
	// literal in it that becomes a function finds their facts in the function around both.
	vars  map[*types.Var]*use
	order []types.Object // the variables and local constants, in the order of the first mention
}

// usesOf returns the uses by lit. It walks over each literal once, however many functions
// are around the literal.
func (o *orderer) usesOf(lit *ast.FuncLit) *uses {
	if u := o.uses[lit]; u != nil {
		return u
	}
	u := &uses{vars: map[*types.Var]*use{}}
	o.uses[lit] = u
	verbatim := o.literals[lit].Kind == marker.Verbatim
	get := func(v *types.Var) *use {
		if v.IsField() || within(v.Pos(), lit) && !verbatim {
			return nil
		}
		if u.vars[v] == nil {
			u.vars[v] = new(use)
		}
		return u.vars[v]
	}
	mentioned := map[types.Object]bool{}
	mention := func(obj types.Object) {
		if !mentioned[obj] {
			mentioned[obj] = true
			u.order = append(u.order, obj)
		}
	}
	atEnd := map[*ast.FuncLit]bool{} // literals that a defer statement calls
	s := &factScan{
		orderer: o,
		assigned: func(v *types.Var) {
			if x := get(v); x != nil {
				x.assigned = true
			}
		},
		addressed: func(v *types.Var) {
			if x := get(v); x != nil {
				x.addr = true
			}
		},
		deferred: func(call *ast.FuncLit, _ *ast.DeferStmt, _ []ast.Node) { atEnd[call] = true },
		mentioned: func(obj types.Object) {
			switch obj := obj.(type) {
			case *types.Var:
				if !obj.IsField() && !within(obj.Pos(), lit) {
					get(obj).here = true
					mention(obj)
				}
			case *types.Const:
				if o.isLocal(obj) && !within(obj.Pos(), lit) {
					mention(obj)
				}
			}
		},
		literal: func(inner *ast.FuncLit) {
			ends := atEnd[inner] || o.literals[inner].Kind == marker.Embedded
			in := o.usesOf(inner)
			for _, obj := range in.order {
				if !within(obj.Pos(), lit) {
					mention(obj)
				}
			}
			for v, y := range in.vars {
				x := get(v)
				if x == nil {
					continue
				}
				x.assigned, x.addr = x.assigned || y.assigned, x.addr || y.addr
				x.quiet = x.quiet || ends && (y.here || y.quiet)
				x.loud = x.loud || y.loud || !ends && (y.here || y.quiet)
			}
		},
	}
	s.scan(lit)
	return u
}

// findFacts fills o.facts, and sets the facts of the variables that are registered already.
func (o *orderer) findFacts(body *ast.BlockStmt) {
	o.facts = map[*types.Var]*facts{}
	deferred := map[*ast.FuncLit]bool{} // literals that a defer statement calls which runs once
	s := &factScan{
		orderer:   o,
		assigned:  func(v *types.Var) { o.fact(v).assigned = true },
		addressed: func(v *types.Var) { o.fact(v).addr = true },
		deferred: func(lit *ast.FuncLit, s *ast.DeferStmt, stack []ast.Node) {
			deferred[lit] = !inLoop(stack) && !o.inGotoLoop(s)
		},
		returns: func() {
			// If a literal is deferred, a return with values assigns the results.
			for _, r := range o.fn.Results {
				if r.Obj != nil {
					o.fact(r.Obj).assigned = true
				}
			}
		},
		literal: func(lit *ast.FuncLit) {
			embedded := o.literals[lit].Kind == marker.Embedded
			for v, x := range o.usesOf(lit).vars {
				f := o.fact(v)
				f.assigned, f.addr = f.assigned || x.assigned, f.addr || x.addr
				if within(v.Pos(), lit) {
					continue
				}
				f.inside = f.inside || x.assigned
				nested := x.quiet || x.loud
				if embedded {
					f.lent = f.lent || x.here || x.quiet // these literals end before the function continues
					nested = x.loud
				} else {
					f.deferred = f.deferred || deferred[lit] && (x.here || nested)
					nested = nested || x.here && !deferred[lit]
				}
				if nested {
					f.captured = true
					f.addr = f.addr || typeset.HoldsLock(v.Type()) // a lock must not be copied
				}
			}
		},
	}
	s.scan(body)
	for _, v := range o.fn.Vars {
		o.setFacts(v)
	}
}

// A factScan walks over a function without the literals in it, and calls its functions for
// the facts that it finds.
type factScan struct {
	*orderer
	assigned, addressed func(v *types.Var)
	mentioned           func(obj types.Object) // if not nil
	returns             func()                 // if not nil, called for returns with values
	deferred            func(lit *ast.FuncLit, s *ast.DeferStmt, stack []ast.Node)
	literal             func(lit *ast.FuncLit)
}

func (s *factScan) assign(e ast.Expr) {
	if v := s.root(e); v != nil {
		s.assigned(v)
	}
}

func (s *factScan) address(e ast.Expr) {
	if v := s.root(e); v != nil {
		s.addressed(v)
	}
}

func (s *factScan) scan(root ast.Node) {
	var stack []ast.Node
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		if lit, ok := n.(*ast.FuncLit); ok && n != root {
			s.literal(lit)
			return false
		}
		stack = append(stack, n)
		switch n := n.(type) {
		case *ast.DeferStmt:
			if lit, ok := ast.Unparen(n.Call.Fun).(*ast.FuncLit); ok {
				s.deferred(lit, n, stack)
			}
		case *ast.Ident:
			if obj := s.Info.Uses[n]; obj != nil && s.mentioned != nil {
				s.mentioned(obj)
			}
		case *ast.UnaryExpr:
			switch {
			case n.Op != token.AND:
			case s.isErrorOfEach(n, stack):
				s.assign(n.X) // the machine of the loop makes no pointer
			default:
				s.address(n.X)
			}
		case *ast.SliceExpr:
			if typeset.Any(s.Info.TypeOf(n.X), isArray) {
				s.address(n.X)
			}
		case *ast.SelectorExpr:
			// v.M() takes the address of v if M has a pointer receiver, unless v is a
			// pointer to a struct that embeds the receiver.
			sel := s.Info.Selections[n]
			if sel == nil || sel.Kind() != types.MethodVal || isPointer(sel.Recv()) {
				break
			}
			if recv := sel.Obj().(*types.Func).Signature().Recv(); recv != nil && isPointer(recv.Type()) && !isPointer(s.fieldPath(sel)) {
				s.address(n.X)
			}
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				if id, ok := l.(*ast.Ident); ok && n.Tok == token.DEFINE && s.Info.Defs[id] != nil {
					continue
				}
				s.assign(l)
			}
		case *ast.IncDecStmt:
			s.assign(n.X)
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				if n.Key != nil {
					s.assign(n.Key)
				}
				if n.Value != nil {
					s.assign(n.Value)
				}
			}
			if n.Tok == token.DEFINE && !s.PerIteration {
				// All iterations share the variable, so each iteration assigns it.
				for _, e := range []ast.Expr{n.Key, n.Value} {
					if id, ok := e.(*ast.Ident); ok {
						if v, ok := s.Info.Defs[id].(*types.Var); ok {
							s.assigned(v)
						}
					}
				}
			}
		case *ast.ReturnStmt:
			if len(n.Results) > 0 && s.returns != nil {
				s.returns()
			}
		}
		return true
	})
}

// inLoop reports whether a loop is among the nodes of stack.
func inLoop(stack []ast.Node) bool {
	for _, n := range stack {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			return true
		}
	}
	return false
}

func within(p token.Pos, n ast.Node) bool { return n.Pos() <= p && p < n.End() }

func isArray(t types.Type) bool {
	_, ok := t.(*types.Array)
	return ok
}

func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// fieldPath returns the type on which the method of sel is called, after the promoted
// fields.
func (o *orderer) fieldPath(sel *types.Selection) types.Type {
	t := sel.Recv()
	for _, i := range sel.Index()[:len(sel.Index())-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		t = t.Underlying().(*types.Struct).Field(i).Type()
	}
	return t
}

// root returns the variable that e is or is a part of. It returns nil if e is reached
// through a pointer, a slice or a map.
func (o *orderer) root(e ast.Expr) *types.Var {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if v, ok := o.Info.ObjectOf(e).(*types.Var); ok {
			return v
		}
	case *ast.SelectorExpr:
		sel := o.Info.Selections[e]
		if sel == nil || sel.Kind() != types.FieldVal || sel.Indirect() {
			return nil
		}
		return o.root(e.X)
	case *ast.IndexExpr:
		if typeset.Any(o.Info.TypeOf(e.X), isArray) {
			return o.root(e.X)
		}
	}
	return nil
}
