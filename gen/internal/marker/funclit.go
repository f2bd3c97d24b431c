package marker

// This file determines which function literals become functions of their own.

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A Kind is the treatment of a function literal in an async function.
type Kind uint8

const (
	// Verbatim literals stay literals. They do not await.
	Verbatim Kind = iota
	// Coroutine literals are passed to Async: each evaluation makes a coroutine.
	Coroutine
	// Embedded literals run to their end where they stand. They await and are called
	// at once, or they are passed to Async and the coroutine is awaited at once.
	Embedded
	// Deferred literals await and are the function of a deferred call.
	Deferred
)

// A Literal describes a function literal.
type Literal struct {
	Kind Kind
	// Name is the name of the variable or field that holds the literal, or the coroutine
	// or task that is made of the literal. It is "" if there is none.
	Name string
}

// Makes reports whether f makes a coroutine of a function.
func (f Func) Makes() bool { return f == Async || f == AsyncVoid || f == Async2 || f == Async3 }

// LiteralOf returns the function literal that call makes a coroutine of, or nil if call
// does something else.
func LiteralOf(info *types.Info, call *ast.CallExpr) *ast.FuncLit {
	if len(call.Args) != 1 || !Callee(info, call).Makes() {
		return nil
	}
	lit, _ := ast.Unparen(call.Args[0]).(*ast.FuncLit)
	return lit
}

// Literals returns the function literals in root that are not Verbatim.
func Literals(info *types.Info, root ast.Node) map[*ast.FuncLit]Literal {
	found := map[*ast.FuncLit]Literal{}
	var stack []ast.Node
	lits := []*ast.FuncLit{nil} // the literals on the stack
	awaits := map[*ast.FuncLit]bool{}
	around := func() *ast.FuncLit { return lits[len(lits)-1] }
	ast.Inspect(root, func(n ast.Node) bool {
		if n != nil {
			if Suspends(info, n) {
				awaits[around()] = true
			}
			stack = append(stack, n)
			if lit, ok := n.(*ast.FuncLit); ok {
				lits = append(lits, lit)
			}
			return true
		}
		lit, isLit := stack[len(stack)-1].(*ast.FuncLit)
		stack = stack[:len(stack)-1]
		if !isLit {
			return true
		}
		lits = lits[:len(lits)-1]
		kind := kindOf(info, lit, stack, awaits[lit])
		if kind >= Embedded {
			awaits[around()] = true
		}
		if kind != Verbatim {
			found[lit] = Literal{kind, nameOf(info, lit, stack)}
		}
		return true
	})
	return found
}

// kindOf returns the kind of lit. The nodes of stack are around lit.
func kindOf(info *types.Info, lit *ast.FuncLit, stack []ast.Node, awaits bool) Kind {
	call, stack := callAround(stack)
	switch {
	case call == nil:
		return Verbatim
	case LiteralOf(info, call) == lit:
		if await, stack := callAround(stack); await != nil && IsAwait(info, await) && !isLater(stack) {
			return Embedded
		}
		return Coroutine
	case !awaits || ast.Unparen(call.Fun) != lit:
	case !isLater(stack):
		return Embedded
	case isDefer(stack):
		return Deferred
	}
	return Verbatim
}

// isLater reports whether a call is the call of a go or defer statement. The nodes of stack
// are around the call.
func isLater(stack []ast.Node) bool {
	if len(stack) == 0 {
		return false
	}
	switch stack[len(stack)-1].(type) {
	case *ast.GoStmt, *ast.DeferStmt:
		return true
	}
	return false
}

func isDefer(stack []ast.Node) bool {
	_, ok := stack[len(stack)-1].(*ast.DeferStmt)
	return ok
}

// callAround returns the call of which an expression is the function or an argument, and
// the nodes around that call. The nodes of stack are around the expression.
func callAround(stack []ast.Node) (*ast.CallExpr, []ast.Node) {
	for i := len(stack) - 1; i >= 0; i-- {
		switch n := stack[i].(type) {
		case *ast.ParenExpr:
		case *ast.CallExpr:
			return n, stack[:i]
		default:
			return nil, nil
		}
	}
	return nil, nil
}

// nameOf returns the name of the variable or field that holds lit, or the coroutine or task
// that is made of lit.
//
//	worker := func(id int) rt.Coroutine[int] { return co.Async(func() (int, error) { ... }) }
//	s.reader = co.Spawn(co.Async(func() (int, error) { ... }))
func nameOf(info *types.Info, lit *ast.FuncLit, stack []ast.Node) string {
	var below ast.Node = lit
	for i := len(stack) - 1; i >= 0; i-- {
		switch n := stack[i].(type) {
		case *ast.ParenExpr, *ast.FuncLit:
		case *ast.BlockStmt:
			if _, ok := below.(*ast.ReturnStmt); !ok {
				return ""
			}
		case *ast.ReturnStmt:
			if len(n.Results) != 1 {
				return ""
			}
		case *ast.CallExpr:
			if f := Callee(info, n); !f.Makes() && f != Spawn {
				return ""
			}
		case *ast.KeyValueExpr:
			return nameIn([]ast.Expr{n.Key}, []ast.Expr{n.Value}, below)
		case *ast.AssignStmt:
			if n.Tok > token.DEFINE {
				return ""
			}
			return nameIn(n.Lhs, n.Rhs, below)
		case *ast.ValueSpec:
			var names []ast.Expr
			for _, id := range n.Names {
				names = append(names, id)
			}
			return nameIn(names, n.Values, below)
		default:
			return ""
		}
		below = stack[i]
	}
	return ""
}

// nameIn returns the name of the operand of lhs to which value is assigned.
func nameIn(lhs, rhs []ast.Expr, value ast.Node) string {
	for i, e := range rhs {
		if e != value || len(lhs) != len(rhs) {
			continue
		}
		switch x := ast.Unparen(lhs[i]).(type) {
		case *ast.Ident:
			if x.Name != "_" {
				return x.Name
			}
		case *ast.SelectorExpr:
			return x.Sel.Name
		}
	}
	return ""
}
