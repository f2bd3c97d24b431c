package taskcode

// This file finds the bodies.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

func run(pass *analysis.Pass) (any, error) {
	c := &Code{info: pass.TypesInfo, own: make(map[*ast.FuncLit]*Body), byDecl: make(map[*ast.FuncDecl]*Body), byCallee: make(map[types.Object]*Body)}
	for _, f := range load.Analyzed(pass.Fset, pass.Files, pass.ReadFile) {
		if !f.Output {
			c.Files = append(c.Files, f)
		}
	}
	if c.info == nil || pass.Pkg.Path() == marker.Annotations {
		return c, nil // package annotations implements the awaits
	}
	holds := c.holders()
	for _, f := range c.Files {
		for _, decl := range f.Syntax.Decls {
			fn, _ := decl.(*ast.FuncDecl)
			if fn != nil && fn.Body != nil {
				c.add(&Body{Decl: fn, Block: fn.Body, Callee: c.info.Defs[fn.Name],
					Task: marked(f, fn, load.Async), Blocking: marked(f, fn, load.Blocking)})
			}
			c.literals(decl, fn, holds)
		}
	}
	return c, nil
}

func marked(f *load.File, decl *ast.FuncDecl, verb string) bool {
	return slices.ContainsFunc(f.Directives, func(d *load.Directive) bool { return d.Func == decl && d.Valid(verb) })
}

func (c *Code) add(b *Body) {
	c.Bodies = append(c.Bodies, b)
	if b.Lit == nil {
		c.byDecl[b.Decl] = b
	} else {
		c.own[b.Lit] = b
	}
	if b.Callee != nil {
		c.byCallee[b.Callee] = b
	}
}

// literals adds the literals in decl that are bodies. fn is decl if decl is a function.
func (c *Code) literals(decl ast.Decl, fn *ast.FuncDecl, holds map[*ast.FuncLit]*types.Var) {
	ast.PreorderStack(decl, nil, func(n ast.Node, stack []ast.Node) bool {
		lit, ok := n.(*ast.FuncLit)
		if !ok || inPlace(lit, stack) {
			return true
		}
		b := &Body{Decl: fn, Lit: lit, Block: lit.Body, Around: c.around(fn, stack)}
		if v := holds[lit]; v != nil {
			b.Callee = v
		}
		if call, ok := outside(stack).(*ast.CallExpr); ok {
			b.Task = marker.LiteralOf(c.info, call) == lit
		}
		c.add(b)
		return true
	})
}

// around returns the innermost body that contains what the nodes of stack are around, or nil.
func (c *Code) around(fn *ast.FuncDecl, stack []ast.Node) *Body {
	for _, n := range slices.Backward(stack) {
		if lit, ok := n.(*ast.FuncLit); ok && c.own[lit] != nil {
			return c.own[lit]
		}
	}
	if fn == nil {
		return nil
	}
	return c.byDecl[fn]
}

// outside returns the innermost of the nodes of stack that is not a parenthesis.
func outside(stack []ast.Node) ast.Node {
	for _, n := range slices.Backward(stack) {
		if _, ok := n.(*ast.ParenExpr); !ok {
			return n
		}
	}
	return nil
}

// inPlace reports whether lit is called where it stands, by the goroutine that runs the code
// around it. The nodes of stack are around lit.
func inPlace(lit *ast.FuncLit, stack []ast.Node) bool {
	call, ok := outside(stack).(*ast.CallExpr)
	if !ok || ast.Unparen(call.Fun) != lit {
		return false
	}
	i := slices.Index(stack, ast.Node(call))
	_, isGo := stack[i-1].(*ast.GoStmt)
	return !isGo
}

// holders returns the variables that hold a function literal and never anything else, by
// literal.
func (c *Code) holders() map[*ast.FuncLit]*types.Var {
	values := make(map[*types.Var][]ast.Expr) // nil stands for a value that is not known
	set := func(lhs ast.Expr, value ast.Expr) {
		id, ok := ast.Unparen(lhs).(*ast.Ident)
		if !ok {
			return
		}
		if v, ok := c.info.ObjectOf(id).(*types.Var); ok {
			values[v] = append(values[v], value)
		}
	}
	pairs := func(lhs, rhs []ast.Expr) {
		for i, l := range lhs {
			if len(lhs) == len(rhs) {
				set(l, ast.Unparen(rhs[i]))
			} else {
				set(l, nil)
			}
		}
	}
	for _, f := range c.Files {
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				pairs(n.Lhs, n.Rhs)
			case *ast.RangeStmt:
				pairs([]ast.Expr{n.Key, n.Value}, nil)
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					set(n.X, nil)
				}
			case *ast.ValueSpec:
				for i, id := range n.Names {
					if i < len(n.Values) && len(n.Names) == len(n.Values) {
						set(id, ast.Unparen(n.Values[i]))
					}
				}
			}
			return true
		})
	}
	holds := make(map[*ast.FuncLit]*types.Var)
	for v, list := range values {
		if lit, ok := list[0].(*ast.FuncLit); ok && len(list) == 1 && !v.IsField() && !v.Exported() {
			holds[lit] = v
		}
	}
	return holds
}
