package order

// This file renames declarations in verbatim text that hide words such as nil and true. A
// return in that text becomes a return of the machine, which uses these words.

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

// findHidden finds the variables and constants that hide a word in the scope of a return.
func (o *orderer) findHidden() {
	var returns []token.Pos
	ast.Inspect(o.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			returns = append(returns, n.Pos())
		}
		return true
	})
	note := func(obj types.Object) {
		if obj == nil || !hides(obj) || o.hidden[obj.Name()] != "" {
			return
		}
		scope := obj.Parent()
		for _, at := range returns {
			if scope != nil && scope.Contains(at) {
				o.hidden[obj.Name()] = o.another(obj)
				return
			}
		}
	}
	ast.Inspect(o.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false // no return of the function is in the scope of its declarations
		case *ast.Ident:
			note(o.Info.Defs[n])
		case *ast.CaseClause:
			note(o.Info.Implicits[n])
		}
		return true
	})
}

// hides reports whether obj is a variable or constant with the name of a word that a return
// may need.
func hides(obj types.Object) bool {
	switch v := obj.(type) {
	case *types.Var:
		if v.IsField() {
			return false
		}
	case *types.Const:
	default:
		return false
	}
	switch name := obj.Name(); name {
	case "rt", "utf8", "len", "panic", "recover":
		return false
	default:
		return ir.Words[name]
	}
}

// another returns a name for obj that the function does not mention.
func (o *orderer) another(obj types.Object) string {
	return naming.Numbered(o.isGiven, obj.Name(), 2)
}

// isGiven reports whether something in the function has the name, or an object of the package that
// the constructor hides.
func (o *orderer) isGiven(name string) bool {
	for _, h := range o.fn.Root().Hidden {
		if h.Name == name {
			return true
		}
	}
	return o.fn.Idents[name] != nil
}

// hiddenName cuts id if it declares or mentions an object that has another name in the
// machine, and reports whether it does.
func (c *cutter) hiddenName(id *ast.Ident) bool {
	name := c.otherName(id)
	if name != "" {
		c.cut(id, ir.Text(name))
	}
	return name != ""
}
