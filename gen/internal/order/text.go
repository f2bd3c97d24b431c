package order

// This file copies declarations that are not async.

import (
	"go/ast"
	"go/token"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// Text returns the text of d, with its comments, as code in which the names of other
// packages are cut.
func Text(src *Source, d ast.Decl) ir.Code {
	o := (&orderer{Source: src}).unmarked()
	pos := d.Pos()
	switch d := d.(type) {
	case *ast.FuncDecl:
		pos = start(d.Doc, pos)
	case *ast.GenDecl:
		pos = start(d.Doc, pos)
	}
	return o.verbatim(pos, o.trailing(d.End()), d)
}

func start(doc *ast.CommentGroup, pos token.Pos) token.Pos {
	if doc != nil {
		return doc.Pos()
	}
	return pos
}
