package order

// This file marks lines of text. Stage emit makes line directives of the marks.

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// Marks says where a mark may stand in a file: where a statement begins, or an argument or an
// element of a literal. gofmt may join other lines.
type Marks struct{ beginnings map[token.Pos]bool }

// NewMarks returns the Marks of file.
func NewMarks(file *ast.File) *Marks {
	m := &Marks{beginnings: map[token.Pos]bool{}}
	ast.Inspect(file, func(n ast.Node) bool {
		var list []ast.Expr
		switch n := n.(type) {
		case *ast.BlockStmt:
		case ast.Stmt:
			m.beginnings[n.Pos()] = true
		case *ast.CallExpr:
			list = n.Args
		case *ast.CompositeLit:
			list = n.Elts
		}
		for _, e := range list {
			m.beginnings[e.Pos()] = true
		}
		return true
	})
	return m
}

// marked returns text, which begins at pos, with a mark before each line but the first, unless
// none may stand there.
func (o *orderer) marked(pos token.Pos, text string) string {
	var b strings.Builder
	line := o.Fset.PositionFor(pos, false).Line
	for part := range strings.Lines(text) {
		if b.Len() > 0 {
			indent := len(part) - len(strings.TrimLeft(part, " \t"))
			if o.Marks.beginnings[o.Fset.File(pos).LineStart(line)+token.Pos(indent)] {
				fmt.Fprintf(&b, "%s%d\n", ir.LineMark, line)
			}
		}
		b.WriteString(part)
		line++
	}
	return b.String()
}

// unmarked returns o for text that may move away from the statements around it.
func (o *orderer) unmarked() *orderer {
	src, x := *o.Source, *o
	src.Marks = nil
	x.Source = &src
	return &x
}
