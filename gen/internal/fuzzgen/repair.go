package fuzzgen

// This file repairs programs that do not compile only because a variable is not
// used.

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// An Unused is the position where an unused variable is declared.
type Unused struct {
	Line, Column int
	Name         string
}

// Use returns src with a use added for each of the variables.
func Use(src string, unused []Unused) string {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "in.go", src, parser.SkipObjectResolution)
	if err != nil {
		return src
	}
	type insert struct {
		at   int
		text string
	}
	var inserts []insert
	offset := func(p token.Pos) int { return fset.Position(p).Offset }
	for _, u := range unused {
		at := -1
		// Find the innermost statement of a list that contains the position.
		ast.Inspect(file, func(n ast.Node) bool {
			if n == nil || !holds(fset, n, u) {
				return n != nil && holds(fset, n, u)
			}
			for _, s := range listOf(n) {
				if !holds(fset, s, u) {
					continue
				}
				at = offset(s.End())
				if b := bodyOf(s); b != nil && !holds(fset, b, u) {
					at = offset(b.Lbrace) + 1
					if _, ok := s.(*ast.TypeSwitchStmt); ok || isSwitch(s) {
						at = -1
						if len(b.List) > 0 {
							at = offset(b.List[0].(*ast.CaseClause).Colon) + 1
						}
					}
				}
			}
			if s, ok := n.(*ast.IfStmt); ok { // else if
				if e, ok := s.Else.(*ast.IfStmt); ok && holds(fset, e, u) && !holds(fset, e.Body, u) {
					at = offset(e.Body.Lbrace) + 1
				}
			}
			return true
		})
		if at >= 0 {
			inserts = append(inserts, insert{at, "\n_ = " + u.Name + "\n"})
		}
	}
	slices.SortStableFunc(inserts, func(a, b insert) int { return b.at - a.at })
	for _, x := range inserts {
		// A comment behind the statement stays where it is.
		end := x.at
		if i := strings.IndexByte(src[end:], '\n'); i >= 0 && strings.HasPrefix(strings.TrimSpace(src[end:end+i]), "//") {
			end += i
		}
		src = src[:end] + x.text + src[end:]
	}
	return src
}

func holds(fset *token.FileSet, n ast.Node, u Unused) bool {
	from, to := fset.Position(n.Pos()), fset.Position(n.End())
	after := u.Line > from.Line || u.Line == from.Line && u.Column >= from.Column
	before := u.Line < to.Line || u.Line == to.Line && u.Column < to.Column
	return after && before
}

func listOf(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		return n.List
	case *ast.CaseClause:
		return n.Body
	case *ast.CommClause:
		return n.Body
	}
	return nil
}

func bodyOf(s ast.Stmt) *ast.BlockStmt {
	switch s := s.(type) {
	case *ast.LabeledStmt:
		return bodyOf(s.Stmt)
	case *ast.IfStmt:
		return s.Body
	case *ast.ForStmt:
		return s.Body
	case *ast.RangeStmt:
		return s.Body
	case *ast.SwitchStmt:
		return s.Body
	case *ast.TypeSwitchStmt:
		return s.Body
	}
	return nil
}

func isSwitch(s ast.Stmt) bool {
	if l, ok := s.(*ast.LabeledStmt); ok {
		return isSwitch(l.Stmt)
	}
	switch s.(type) {
	case *ast.SwitchStmt, *ast.TypeSwitchStmt:
		return true
	}
	return false
}
