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
	c := &Code{
		info:     pass.TypesInfo,
		own:      make(map[*ast.FuncLit]*Body),
		byDecl:   make(map[*ast.FuncDecl]*Body),
		byCallee: make(map[types.Object]*Body),
		values:   make(map[*types.Var]ast.Expr),
		holder:   make(map[*ast.FuncLit]*types.Var),
	}
	for _, f := range load.Analyzed(pass.Fset, pass.Files, pass.ReadFile) {
		if !f.Output {
			c.Files = append(c.Files, f)
		}
	}
	if c.info == nil || pass.Pkg.Path() == marker.Annotations {
		return c, nil // package annotations implements the awaits
	}
	c.findValues()
	for _, f := range c.Files {
		for _, decl := range f.Syntax.Decls {
			fn, _ := decl.(*ast.FuncDecl)
			if fn != nil && fn.Body != nil {
				c.add(&Body{Decl: fn, Block: fn.Body, Callee: c.info.Defs[fn.Name],
					Task: marked(f, fn, load.Async), Blocking: marked(f, fn, load.Blocking)})
			}
			c.literals(decl, fn)
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
func (c *Code) literals(decl ast.Decl, fn *ast.FuncDecl) {
	ast.PreorderStack(decl, nil, func(n ast.Node, stack []ast.Node) bool {
		lit, ok := n.(*ast.FuncLit)
		if !ok || inPlace(lit, stack) {
			return true
		}
		b := &Body{Decl: fn, Lit: lit, Block: lit.Body, Around: c.around(fn, stack)}
		if v := c.holder[lit]; v != nil {
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

// findValues finds the variables that hold one value and never anything else.
func (c *Code) findValues() {
	values := make(map[*types.Var][]ast.Expr) // nil stands for a value that is not known
	set := func(lhs ast.Expr, value ast.Expr) {
		if id, ok := ast.Unparen(lhs).(*ast.Ident); ok {
			if v, ok := c.info.ObjectOf(id).(*types.Var); ok {
				values[v] = append(values[v], value)
			}
		}
	}
	pairs := func(lhs, rhs []ast.Expr) {
		for i, l := range lhs {
			switch {
			case len(lhs) == len(rhs):
				set(l, ast.Unparen(rhs[i]))
			case len(rhs) == 1 && i == 0:
				set(l, ast.Unparen(rhs[0])) // the first result of a call
			default:
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
			case *ast.IncDecStmt:
				set(n.X, nil)
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					set(n.X, nil)
				}
			case *ast.ValueSpec:
				if len(n.Values) > 0 {
					var names []ast.Expr
					for _, id := range n.Names {
						names = append(names, id)
					}
					pairs(names, n.Values)
				}
			}
			return true
		})
	}
	for v, list := range values {
		if len(list) != 1 || list[0] == nil || v.IsField() || v.Exported() || v.Kind() == types.ParamVar || v.Kind() == types.ResultVar {
			continue
		}
		c.values[v] = list[0]
		if lit, ok := list[0].(*ast.FuncLit); ok {
			c.holder[lit] = v
		}
	}
}
