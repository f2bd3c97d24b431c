package order

// This file refuses operands that gc reads before or after a call to their right, depending
// on what it inlines. gc copies an operand whose address it needs if the operand is a
// variable in a register (cmd/compile/internal/walk/order.go, addrTemp). A variable that a
// function literal assigns is in a register if gc inlines all literals that capture it.
//
//	[source]   p := first
//	           next := func() *node { p = p.next; return p }
//	           fmt.Println(p, next())
//
// In a machine, p is a field of the frame, which is never in a register.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

// A registers finds the variables of a function that may be in registers although function
// literals assign them.
type registers struct {
	*orderer
	parents map[ast.Node]ast.Node // of expressions, without parentheses
	lits    []*ast.FuncLit
	bound   map[*types.Var]*ast.FuncLit // the literals that variables are declared with
	held    map[*ast.FuncLit]bool       // the literals in bound
	copied  map[*ast.Ident]bool         // of variables in bound, which another variable is declared with
	remains map[*ast.FuncLit]bool       // gc does not inline every call of the literal
	memory  map[*types.Var]bool         // variables that are in memory, whatever gc inlines

	addressed      map[*types.Var]bool             // some statement takes the address of the variable
	assignedInside map[*types.Var]bool             // a function literal assigns the variable
	mentions       map[*ast.FuncLit][]*ast.FuncLit // see mentioned
	values         map[*types.Var][]value          // what is assigned
}

// checkOrder refuses the statements in decl whose order depends on what gc inlines.
func (o *orderer) checkOrder(decl *ast.FuncDecl) {
	r := &registers{
		orderer: o,
		parents: map[ast.Node]ast.Node{},
		bound:   map[*types.Var]*ast.FuncLit{},
		held:    map[*ast.FuncLit]bool{},
		copied:  map[*ast.Ident]bool{},
		remains: map[*ast.FuncLit]bool{},
		memory:  map[*types.Var]bool{},

		addressed:      map[*types.Var]bool{},
		assignedInside: map[*types.Var]bool{},
		mentions:       map[*ast.FuncLit][]*ast.FuncLit{},
		values:         map[*types.Var][]value{},
	}
	r.findLiterals(decl)
	if len(r.lits) == 0 {
		return
	}
	r.findAddressed(decl)
	r.findValues(decl)
	r.findRemaining(decl)
	r.findMemory(decl)
	r.statements(decl.Body, r.Info.Defs[decl.Name].Type())
}

// findLiterals finds the function literals in decl, and the variables that hold them.
func (r *registers) findLiterals(decl *ast.FuncDecl) {
	var stack []ast.Node
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		for i := len(stack) - 1; i >= 0; i-- {
			if _, ok := stack[i].(*ast.ParenExpr); !ok {
				r.parents[n] = stack[i]
				break
			}
		}
		stack = append(stack, n)
		switch n := n.(type) {
		case *ast.FuncLit:
			r.lits = append(r.lits, n)
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE && len(n.Lhs) == len(n.Rhs) {
				for i, l := range n.Lhs {
					r.bind(l.(*ast.Ident), n.Rhs[i])
				}
			}
		case *ast.ValueSpec:
			if len(n.Names) == len(n.Values) {
				for i, id := range n.Names {
					r.bind(id, n.Values[i])
				}
			}
		}
		return true
	})
}

func (r *registers) bind(id *ast.Ident, e ast.Expr) {
	v, ok := r.Info.Defs[id].(*types.Var)
	if !ok {
		return
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.FuncLit:
		r.bound[v] = e
		r.held[e] = true
	case *ast.Ident:
		if held, ok := r.Info.Uses[e].(*types.Var); ok && r.bound[held] != nil {
			r.bound[v] = r.bound[held]
			r.copied[e] = true
		}
	}
}

// findRemaining finds the literals of which gc cannot inline every call.
func (r *registers) findRemaining(decl *ast.FuncDecl) {
	for _, lit := range r.lits {
		r.remains[lit] = !r.held[lit] && !r.mayInline(lit) || r.isFixed(lit)
	}
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		if v, ok := r.Info.Uses[id].(*types.Var); ok && r.bound[v] != nil && !r.copied[id] && !r.mayInline(id) {
			r.remains[r.bound[v]] = true
		}
		return true
	})
}

// mayInline reports whether gc may inline the function that e is: it is called at once, or
// is an argument of a function that gc may inline, too.
func (r *registers) mayInline(e ast.Expr) bool {
	call, ok := r.parents[e].(*ast.CallExpr)
	if !ok || r.isType(call.Fun) || marker.Callee(r.Info, call).Makes() {
		return false
	}
	switch r.parents[call].(type) {
	case *ast.GoStmt, *ast.DeferStmt:
		return false
	}
	if ast.Unparen(call.Fun) == e {
		return true
	}
	return r.callsInlinable(call, map[*types.Var]bool{}) // and a coroutine keeps its arguments
}

// isFixed reports whether lit contains a statement or a call that gc does not inline.
func (r *registers) isFixed(lit *ast.FuncLit) (fixed bool) {
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt, *ast.GoStmt, *ast.SelectStmt:
			fixed = true
		case *ast.CallExpr:
			fixed = fixed || r.isRecover(n)
		}
		return !fixed
	})
	return fixed
}

// findAddressed finds the variables whose address is taken.
func (r *registers) findAddressed(decl *ast.FuncDecl) {
	scan := &factScan{
		orderer:   r.orderer,
		assigned:  func(*types.Var) {},
		addressed: func(v *types.Var) { r.memory[v], r.addressed[v] = true, true },
		deferred:  func(*ast.FuncLit, *ast.DeferStmt, []ast.Node) {},
		literal:   func(*ast.FuncLit) {},
	}
	scan.scan(decl.Body)
	for _, lit := range r.lits {
		scan.scan(lit)
	}
}

// findMemory finds the other variables that are in memory: a literal that remains captures
// them, or they are parameters.
func (r *registers) findMemory(decl *ast.FuncDecl) {
	for _, lit := range r.lits {
		if !r.remains[lit] {
			continue
		}
		for _, obj := range r.usesOf(lit).order {
			if v, ok := obj.(*types.Var); ok {
				r.memory[v] = true
			}
		}
		r.parameters(lit.Type)
	}
	r.parameters(decl.Type)
}

// parameters records that the parameters and results of a function are in memory.
func (r *registers) parameters(t *ast.FuncType) {
	for _, list := range []*ast.FieldList{t.Params, t.Results} {
		if list == nil {
			continue
		}
		for _, f := range list.List {
			for _, id := range f.Names {
				if v, ok := r.Info.Defs[id].(*types.Var); ok {
					r.memory[v] = true
				}
			}
		}
	}
}

// statements checks the statements in root, a part of a function of type t.
func (r *registers) statements(root ast.Node, t types.Type) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			r.statements(n.Body, r.Info.TypeOf(n))
			return false
		case *ast.AssignStmt:
			r.operandsIn(n, r.sides(n)...)
		case *ast.ValueSpec:
			r.operandsIn(n, converted(n.Values, func(int) types.Type {
				if n.Type == nil {
					return nil
				}
				return r.Info.TypeOf(n.Type)
			})...)
		case *ast.ReturnStmt:
			to := t.(*types.Signature).Results()
			r.operandsIn(n, converted(n.Results, func(i int) types.Type {
				if len(n.Results) != to.Len() {
					return nil
				}
				return to.At(i).Type()
			})...)
		case ast.Stmt:
			for _, e := range heads(n) {
				r.operandsIn(e, operand{expr: e})
			}
		}
		return true
	})
}

// sides returns the operands of s.
func (r *registers) sides(s *ast.AssignStmt) (ops []operand) {
	for _, l := range s.Lhs {
		ops = append(ops, operand{expr: l, set: true})
	}
	return append(ops, converted(s.Rhs, func(i int) types.Type {
		if s.Tok == token.DEFINE || len(s.Lhs) != len(s.Rhs) {
			return nil
		}
		return r.Info.TypeOf(s.Lhs[i])
	})...)
}

// heads returns the expressions that s evaluates itself. Assignments and returns have none
// here.
func heads(s ast.Stmt) (list []ast.Expr) {
	switch s := s.(type) {
	case *ast.ExprStmt:
		list = append(list, s.X)
	case *ast.IncDecStmt:
		list = append(list, s.X)
	case *ast.SendStmt:
		list = append(list, s.Chan, s.Value)
	case *ast.GoStmt:
		list = append(list, s.Call)
	case *ast.DeferStmt:
		list = append(list, s.Call)
	case *ast.IfStmt:
		list = append(list, s.Cond)
	case *ast.ForStmt:
		if s.Cond != nil {
			list = append(list, s.Cond)
		}
	case *ast.SwitchStmt:
		if s.Tag != nil {
			list = append(list, s.Tag)
		}
	case *ast.CaseClause:
		list = append(list, s.List...)
	case *ast.RangeStmt:
		list = append(list, s.X)
	}
	return list
}

// operandsIn checks ops, which are evaluated before the event in.
func (r *registers) operandsIn(in ast.Node, ops ...operand) {
	for _, p := range ops {
		if r.isType(p.expr) {
			continue
		}
		if v := r.root(p.expr); v != nil && r.needsAddress(p) {
			r.check(p.expr, v, in)
		}
		e := ast.Unparen(p.expr)
		inner := in
		if r.isEvent(e) {
			inner = e // the values of operands of e are used before what follows e
		}
		switch x := e.(type) {
		case *ast.FuncLit:
		case *ast.CallExpr:
			r.checkReceiver(x)
			r.operandsIn(inner, r.operands(x)...)
		case *ast.BinaryExpr:
			if x.Op == token.LAND || x.Op == token.LOR {
				r.operandsIn(x.X, operand{expr: x.X})
				r.operandsIn(x.Y, operand{expr: x.Y})
				continue
			}
			pair := r.operands(x)
			if r.comparesMemory(x) {
				for i := range pair {
					pair[i].compared = true
				}
			}
			r.operandsIn(inner, pair...)
		default:
			r.operandsIn(inner, r.operands(e)...)
		}
	}
}

// needsAddress reports whether gc takes the address of p, which is a variable.
func (r *registers) needsAddress(p operand) bool {
	t := r.Info.TypeOf(p.expr)
	switch {
	case p.set:
		return false
	case p.compared:
		return true
	case p.to != nil && isInterface(p.to) && !isInterface(t):
		return typeset.ConvertsAddress(t)
	}
	return p.keyOf != nil && typeset.KeyAccess(p.keyOf) == typeset.ByAddress
}

// check refuses e, which is or is a part of v, if a call to the right of e in the event in
// may assign v, and gc may have v in a register.
func (r *registers) check(e ast.Expr, v *types.Var, in ast.Node) {
	if !r.assignedInside[v] || r.memory[v] || !r.isLocal(v) || !typeset.FitsRegisters(v.Type()) || r.isVerbatim(v) {
		return
	}
	var found *ast.CallExpr
	ast.Inspect(in, func(n ast.Node) bool {
		if found != nil {
			return false
		}
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			if n.Pos() >= e.End() && r.mayAssign(n, v) {
				found = n
			}
		}
		return true
	})
	if found == nil {
		return
	}
	r.refuse(e, diag.OrderUncertain,
		"gc reads "+v.Name()+" before or after "+callName(found)+", which assigns it: that depends on what gc inlines",
		"make the call in a statement of its own, or copy "+v.Name()+" to another variable before this statement")
}

// callName names the function that call calls.
func callName(call *ast.CallExpr) string {
	if id := marker.NameIn(marker.Unindexed(call.Fun)); id != nil {
		return "the call of " + id.Name
	}
	return "the call of the function literal"
}

// isVerbatim reports whether v is declared in a literal that stays text. Then gc does the
// same in the machine as in the source.
func (r *registers) isVerbatim(v *types.Var) bool {
	for _, lit := range r.lits {
		if r.literals[lit].Kind == marker.Verbatim && within(v.Pos(), lit) {
			return true
		}
	}
	return false
}

// mayAssign reports whether call calls a literal that assigns v.
func (r *registers) mayAssign(call *ast.CallExpr, v *types.Var) bool {
	seen := map[*ast.FuncLit]bool{}
	var assigns func(lit *ast.FuncLit) bool
	assigns = func(lit *ast.FuncLit) bool {
		if lit == nil || seen[lit] {
			return false
		}
		seen[lit] = true
		x := r.usesOf(lit).vars[v]
		return x != nil && x.assigned || slices.ContainsFunc(r.mentioned(lit), assigns)
	}
	return assigns(r.literalOf(call.Fun)) || slices.ContainsFunc(call.Args, func(e ast.Expr) bool { return assigns(r.literalOf(e)) })
}

// literalOf returns the literal that e is, or that the variable e holds, or nil.
func (r *registers) literalOf(e ast.Expr) *ast.FuncLit {
	switch e := ast.Unparen(e).(type) {
	case *ast.FuncLit:
		return e
	case *ast.Ident:
		if v, ok := r.Info.Uses[e].(*types.Var); ok {
			return r.bound[v]
		}
	}
	return nil
}

// mentioned returns the literals in lit, and those that variables hold which lit mentions.
func (r *registers) mentioned(lit *ast.FuncLit) []*ast.FuncLit {
	list, ok := r.mentions[lit]
	if ok {
		return list
	}
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			list = append(list, n)
			return false
		case *ast.Ident:
			if other := r.literalOf(n); other != nil && !slices.Contains(list, other) {
				list = append(list, other)
			}
		}
		return true
	})
	r.mentions[lit] = list
	return list
}
