package blocking

// This file reads the directives that silence a line.

import (
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

// directives reads the directives of f. A directive that says no reason is reported.
func (p *pass) directives(f *load.File) {
	var code map[line]bool // the lines with code
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
		if !code[at] {
			at = lineOf(p.Fset, below(f.Syntax, d.Pos))
			at.n++
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

// codeLines returns the lines of file on which something other than a comment begins or ends.
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
		lines[lineOf(p.Fset, n.End()-1)] = true
		return true
	})
	return lines
}

// covers reports whether the line on which pos lies is silenced, or the one on which end does.
func (s silence) covers(fset *token.FileSet, pos, end token.Pos) bool {
	return len(s) > 0 && (s[lineOf(fset, pos)] || s[lineOf(fset, end-1)])
}
