package fuzzgen

// This file proposes smaller versions of a program.

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// An Edit replaces a stretch of a source.
type Edit struct {
	From, To int
	Text     string
}

// Apply returns src with the edit made.
func (e Edit) Apply(src string) string { return src[:e.From] + e.Text + src[e.To:] }

// Edits returns edits that make src smaller, sorted by how much they remove, the most
// first. They remove statements and functions, replace statements by their blocks, and
// replace expressions by their parts. Some edits give programs that do not compile.
func Edits(src string) (list []Edit) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "in.go", src, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		return nil
	}
	offset := func(p token.Pos) int { return fset.Position(p).Offset }
	text := func(n ast.Node) string { return src[offset(n.Pos()):offset(n.End())] }
	replace := func(n ast.Node, with string) {
		if from, to := offset(n.Pos()), offset(n.End()); to-from > len(with) {
			list = append(list, Edit{from, to, with})
		}
	}
	inner := func(b *ast.BlockStmt) string { return src[offset(b.Lbrace)+1 : offset(b.Rbrace)] }
	for _, g := range file.Comments {
		for _, c := range g.List {
			if !strings.Contains(c.Text, "coroutine:") {
				replace(c, "")
			}
		}
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			from := d.Pos()
			if d.Doc != nil {
				from = d.Doc.Pos()
			}
			list = append(list, Edit{offset(from), offset(d.End()), ""})
		case *ast.GenDecl:
			replace(d, "")
			for _, s := range d.Specs {
				replace(s, "")
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		stmts := listOf(n)
		for size := len(stmts); size > 1; size /= 2 {
			for i := 0; i+size <= len(stmts); i += size {
				list = append(list, Edit{offset(stmts[i].Pos()), offset(stmts[i+size-1].End()), ""})
			}
		}
		for _, s := range stmts {
			replace(s, "")
		}
		switch n := n.(type) {
		case *ast.BlockStmt:
			if len(stmts) > 0 {
				replace(n, "{}")
			}
		case *ast.LabeledStmt:
			replace(n, text(n.Stmt))
		case *ast.IfStmt:
			replace(n, inner(n.Body))
			if n.Else != nil {
				list = append(list, Edit{offset(n.Body.End()), offset(n.Else.End()), ""})
				replace(n, text(n.Else))
			}
			if n.Init != nil {
				list = append(list, Edit{offset(n.Init.Pos()), offset(n.Cond.Pos()), ""})
				replace(n, text(n.Init)+"\nif "+src[offset(n.Cond.Pos()):offset(n.End())])
			}
			replace(n.Cond, "true")
			replace(n.Cond, "false")
		case *ast.ForStmt:
			replace(n, inner(n.Body))
			if n.Cond != nil {
				replace(n.Cond, "fuel > 0")
			}
			for _, s := range []ast.Stmt{n.Init, n.Post} {
				if s != nil {
					replace(s, "")
				}
			}
		case *ast.RangeStmt:
			replace(n, inner(n.Body))
			replace(n.X, "1")
			if n.Key != nil {
				list = append(list, Edit{offset(n.Key.Pos()), offset(n.Range), ""})
			}
			if n.Value != nil {
				list = append(list, Edit{offset(n.Key.End()), offset(n.Value.End()), ""})
			}
		case *ast.SwitchStmt:
			for _, c := range n.Body.List {
				c := c.(*ast.CaseClause)
				replace(c, "")
				replace(n, src[offset(c.Colon)+1:offset(c.End())])
			}
			if n.Init != nil {
				replace(n.Init, "")
			}
			if n.Tag != nil {
				replace(n.Tag, "0")
			}
		case *ast.TypeSwitchStmt:
			for _, c := range n.Body.List {
				replace(c, "")
			}
		case *ast.CaseClause:
			for _, e := range n.List {
				replace(e, "1")
				replace(e, "true")
			}
		case *ast.SelectStmt:
			for _, c := range n.Body.List {
				c := c.(*ast.CommClause)
				replace(c, "")
				replace(n, src[offset(c.Colon)+1:offset(c.End())])
			}
		case *ast.FuncLit:
			if len(n.Body.List) > 0 {
				replace(n.Body, "{ return 0 }")
			}
		case *ast.CallExpr:
			for _, a := range n.Args {
				replace(n, text(a))
			}
			if len(n.Args) > 1 {
				for i, a := range n.Args[1:] {
					list = append(list, Edit{offset(n.Args[i].End()), offset(a.End()), ""})
				}
			}
			if call, ok := n.Fun.(*ast.SelectorExpr); ok && call.Sel.Name == "Must" && len(n.Args) == 1 {
				if step, ok := n.Args[0].(*ast.CallExpr); ok && len(step.Args) > 0 {
					replace(n, text(step.Args[len(step.Args)-1]))
				}
			}
		case *ast.BinaryExpr:
			replace(n, text(n.X))
			replace(n, text(n.Y))
		case *ast.ParenExpr:
			replace(n, text(n.X))
		case *ast.UnaryExpr:
			replace(n, text(n.X))
		case *ast.IndexExpr:
			replace(n, text(n.X))
		case *ast.CompositeLit:
			for _, e := range n.Elts {
				replace(e, "")
			}
			if n.Type != nil && len(n.Elts) > 0 {
				replace(n, text(n.Type)+"{}")
			}
		case *ast.AssignStmt:
			for _, r := range n.Rhs {
				replace(r, "0")
				replace(r, `""`)
				replace(r, "nil")
				replace(r, "true")
			}
			if len(n.Lhs) == 2 && len(n.Rhs) == 2 {
				replace(n, text(n.Lhs[0])+" "+n.Tok.String()+" "+text(n.Rhs[0]))
				replace(n, text(n.Lhs[1])+" "+n.Tok.String()+" "+text(n.Rhs[1]))
			}
		case *ast.ReturnStmt:
			for _, r := range n.Results {
				replace(r, "0")
				replace(r, `""`)
				replace(r, "nil")
			}
		case *ast.FieldList:
			for i, f := range n.List {
				to := f.End()
				if i+1 < len(n.List) {
					to = n.List[i+1].Pos()
				}
				list = append(list, Edit{offset(f.Pos()), offset(to), ""})
			}
		}
		return true
	})
	slices.SortStableFunc(list, func(a, b Edit) int { return (b.To - b.From - len(b.Text)) - (a.To - a.From - len(a.Text)) })
	return slices.Compact(list)
}
