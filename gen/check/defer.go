package check

// This file finds defer statements that can be executed more than once.

import (
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
)

// defers reports the defer statements of async functions that stand in a loop,
// be it one made of goto.
func (c *checker) defers(root inspector.Cursor) {
	for cur := range root.Preorder((*ast.DeferStmt)(nil)) {
		p := placeOf(cur)
		if m := c.marks[p.decl]; m == nil || m.async == nil || p.in {
			continue
		}
		if inLoop(cur) || betweenLabelAndGoto(p.decl, cur.Node().Pos()) {
			c.report(cur.Node(), diag.DeferInLoop, "defer in a loop of an async function is not yet supported",
				"move the body of the loop into a function of its own, or collect what is to be done and defer one function that does it all")
		}
	}
}

func inLoop(cur inspector.Cursor) bool {
	below := cur
	for around := range cur.Enclosing() {
		switch around.Node().(type) {
		case *ast.FuncDecl:
			return false
		case *ast.ForStmt, *ast.RangeStmt:
			if k := below.ParentEdgeKind(); k == edge.ForStmt_Body || k == edge.RangeStmt_Body {
				return true
			}
		}
		below = around
	}
	return false
}

// betweenLabelAndGoto reports whether pos lies between a label and a goto that
// jumps back to it.
func betweenLabelAndGoto(decl *ast.FuncDecl, pos token.Pos) bool {
	labels := make(map[string]token.Pos)
	between := false
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false // labels of its own
		case *ast.LabeledStmt:
			labels[n.Label.Name] = n.Pos()
		case *ast.BranchStmt:
			if n.Tok != token.GOTO || n.Label == nil {
				break
			}
			// A label not seen yet lies ahead: no way back.
			label, back := labels[n.Label.Name]
			between = between || back && label <= pos && pos < n.Pos()
		}
		return true
	})
	return between
}
