package order

// This file decides whether control reaches the end of a statement. The rules are those of
// "Terminating statements" in the Go specification, for the text as it stands in a machine.

import (
	"go/ast"
	"go/token"
)

func (o *orderer) terminates(s ast.Stmt, label string) bool {
	switch s := s.(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		// A break or continue seen here leaves the text and becomes a goto. The walk does
		// not enter loops, and the switch of a clause handles the break of the clause.
		return true
	case *ast.ExprStmt:
		call, ok := ast.Unparen(s.X).(*ast.CallExpr)
		return ok && o.isBuiltin(call.Fun, "panic")
	case *ast.BlockStmt:
		return o.listTerminates(s.List)
	case *ast.IfStmt:
		return s.Else != nil && o.listTerminates(s.Body.List) && o.terminates(s.Else, "")
	case *ast.ForStmt:
		return s.Cond == nil && !hasBreak(s.Body, label, true)
	case *ast.SwitchStmt:
		return o.clausesTerminate(s.Body, label)
	case *ast.TypeSwitchStmt:
		return o.clausesTerminate(s.Body, label)
	case *ast.SelectStmt:
		for _, c := range s.Body.List {
			c := c.(*ast.CommClause)
			if !o.listTerminates(c.Body) || hasBreak(c, label, true) {
				return false
			}
		}
		return true
	case *ast.LabeledStmt:
		return o.terminates(s.Stmt, s.Label.Name) && !hasBreak(s.Stmt, s.Label.Name, false)
	}
	return false
}

func (o *orderer) listTerminates(list []ast.Stmt) bool {
	for i := len(list) - 1; i >= 0; i-- {
		if _, empty := list[i].(*ast.EmptyStmt); !empty {
			return o.terminates(list[i], "")
		}
	}
	return false
}

func (o *orderer) clausesTerminate(body *ast.BlockStmt, label string) bool {
	hasDefault := false
	for _, c := range body.List {
		c := c.(*ast.CaseClause)
		hasDefault = hasDefault || c.List == nil
		if !o.listTerminates(c.Body) || hasBreak(c, label, true) {
			return false
		}
	}
	return hasDefault
}

// hasBreak reports whether n contains a break that refers to the statement around n by its
// label, or, if implicit is set, without a label.
func hasBreak(n ast.Node, label string, implicit bool) (found bool) {
	ast.Inspect(n, func(m ast.Node) bool {
		if found {
			return false
		}
		switch m := m.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BranchStmt:
			if m.Tok == token.BREAK {
				if m.Label == nil {
					found = implicit
				} else {
					found = m.Label.Name == label
				}
			}
		case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
			if m != n {
				found = hasBreak(m.(ast.Stmt), label, false)
				return false
			}
		}
		return !found
	})
	return found
}
