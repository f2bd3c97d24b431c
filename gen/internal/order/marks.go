package order

// This file marks lines of text. Stage emit makes line directives of the marks.

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// Marks says in which lines of a file no mark may stand: those that begin inside a string or a
// comment.
type Marks struct{ inside map[int]bool }

// NewMarks returns the Marks of file.
func NewMarks(fset *token.FileSet, file *ast.File) *Marks {
	m := &Marks{inside: map[int]bool{}}
	add := func(n ast.Node) {
		first, last := fset.PositionFor(n.Pos(), false).Line, fset.PositionFor(n.End(), false).Line
		for line := first + 1; line <= last; line++ {
			m.inside[line] = true
		}
	}
	for _, g := range file.Comments {
		for _, c := range g.List {
			add(c)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok {
			add(lit)
		}
		return true
	})
	return m
}

// marked returns text, which begins at pos, with a mark before each line but the first.
func (o *orderer) marked(pos token.Pos, text string) string {
	var b strings.Builder
	line := o.Fset.PositionFor(pos, false).Line
	for part := range strings.Lines(text) {
		// gofmt would put what follows a comment in front of the line on a line of its own.
		comment := strings.HasPrefix(strings.TrimLeft(part, " \t"), "/*")
		if b.Len() > 0 && !comment && !o.Marks.inside[line] {
			fmt.Fprintf(&b, "%s%d\n", ir.LineMark, line)
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
