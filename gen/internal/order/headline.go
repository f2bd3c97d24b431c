package order

// This file makes the lines of source text that stand in comments and tables of the machine.

import (
	"go/ast"
	"go/token"
	"strings"
	"unicode"
	"unicode/utf8"
)

// headline returns the text from pos to end with its white space folded, cut to
// a readable length.
func (o *orderer) headline(pos, end token.Pos) string {
	const most = 60
	var b strings.Builder
	n, space := 0, false // runes written; whether white space was skipped since
	for rest := o.Text[o.offset(pos):o.offset(end)]; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		rest = rest[size:]
		if unicode.IsSpace(r) {
			space = n > 0
			continue
		}
		if space {
			b.WriteByte(' ')
			space, n = false, n+1
		}
		b.WriteRune(r)
		if n++; n > most { // the rest may be long, and is not read
			return string([]rune(b.String())[:most-3]) + "..."
		}
	}
	return b.String()
}

// withoutBody returns the text of call without the body of lit, which stands in call.
func (o *orderer) withoutBody(call *ast.CallExpr, lit *ast.FuncLit) string {
	return o.headline(call.Pos(), lit.Body.Pos()) + " {...}" + o.headline(lit.End(), call.End())
}
