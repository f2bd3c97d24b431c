package blocking

// This file reads the directives that silence a line.

import (
	"fmt"
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/analysis"

	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// silence has the lines on which nothing is reported.
type silence map[line]bool

type line struct {
	file string
	n    int
}

func lineOf(fset *token.FileSet, pos token.Pos) line {
	at := fset.PositionFor(pos, false)
	return line{at.Filename, at.Line}
}

// directives reads the directives of f. A directive that says no reason is reported, and one that
// can silence nothing.
func (p *pass) directives(f *load.File) {
	var code map[line]bool // the lines with code: whether something on them can block
	for _, d := range f.Directives {
		if d.Verb != load.Blocks || d.Mangled {
			continue
		}
		if d.Args == "" {
			p.Report(analysis.Diagnostic{Pos: d.Pos, End: d.End, Message: "//coroutine:blocks gives no reason; write after it why this line may block the goroutine that runs all tasks"})
		}
		if code == nil {
			code = p.codeLines(f.Syntax)
		}
		at := lineOf(p.Fset, d.Pos)
		if _, ok := code[at]; !ok {
			at = lineOf(p.Fset, below(f.Syntax, d.Pos))
			at.n++
		}
		switch {
		case !code[at]:
			p.Report(analysis.Diagnostic{Pos: d.Pos, End: d.End, Message: "//coroutine:blocks stands at no line of code; put it at the end of the line that blocks, or directly above that line"})
		case d.Func != nil && d.Func.Body != nil && lineOf(p.Fset, d.Func.Body.Rbrace) != at:
			p.Report(analysis.Diagnostic{Pos: d.Pos, End: d.End, Message: fmt.Sprintf("//coroutine:blocks silences one line, and not %s; put it at the end of the line that blocks", d.Func.Name.Name)})
		}
		p.silence[at] = true
	}
}

// below returns the end of the group of comments that contains the comment at pos.
func below(file *ast.File, pos token.Pos) token.Pos {
	for _, g := range file.Comments {
		if g.Pos() <= pos && pos < g.End() {
			return g.End()
		}
	}
	return pos
}

// codeLines returns the lines of file on which something other than a comment begins or ends. The
// value is false if only blocks, or what has blocks, end on the line.
func (p *pass) codeLines(file *ast.File) map[line]bool {
	lines := make(map[line]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.CommentGroup, *ast.Comment:
			return false
		case *ast.File:
			return true
		}
		lines[lineOf(p.Fset, n.Pos())] = true
		_, isExpr := n.(ast.Expr)
		_, isFunc := n.(*ast.FuncLit)
		end := lineOf(p.Fset, n.End()-1)
		lines[end] = lines[end] || isExpr && !isFunc
		return true
	})
	return lines
}

// covers reports whether the line on which pos lies is silenced, or the one on which end does.
func (s silence) covers(fset *token.FileSet, pos, end token.Pos) bool {
	return len(s) > 0 && (s[lineOf(fset, pos)] || s[lineOf(fset, end-1)])
}
