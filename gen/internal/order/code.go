package order

// This file cuts source text into ir.Code. Cutting only reads the state of the orderer, so
// the same text may be cut any number of times. See record.go.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// A cut is a part of the text that other code replaces.
type cut struct {
	pos, end token.Pos
	code     ir.Code
}

// code returns the text of n with its holes.
func (o *orderer) code(n ast.Node) ir.Code { return o.excerpt(n.Pos(), n.End(), n) }

// excerpt returns the text from pos to end, which contains the given nodes.
func (o *orderer) excerpt(pos, end token.Pos, nodes ...ast.Node) ir.Code {
	return o.excerptIn(nil, pos, end, nodes...)
}

// excerptIn is excerpt for a part of s without its keyword. A break that refers to s stays text.
func (o *orderer) excerptIn(s ast.Stmt, pos, end token.Pos, nodes ...ast.Node) ir.Code {
	c := &cutter{orderer: o}
	if s != nil {
		c.stack = append(c.stack, s)
	}
	for _, n := range nodes {
		c.walk(n)
	}
	return o.assemble(c, pos, end)
}

// assemble returns the text from pos to end with the cuts of c.
func (o *orderer) assemble(c *cutter, pos, end token.Pos) ir.Code {
	slices.SortFunc(c.cuts, func(a, b cut) int { return int(a.pos - b.pos) })
	var code ir.Code
	for _, x := range c.cuts {
		if x.pos > pos {
			code = append(code, ir.Text(o.text(pos, x.pos)))
		}
		code = append(code, x.code...)
		pos = x.end
	}
	if pos < end {
		code = append(code, ir.Text(o.text(pos, end)))
	}
	return code
}

func (o *orderer) text(pos, end token.Pos) string {
	text := string(o.Text[o.offset(pos):o.offset(end)])
	if o.Marks != nil {
		return o.marked(pos, text)
	}
	return text
}

// verbatim returns the text from pos to end, in which only names of other
// packages are cut.
func (o *orderer) verbatim(pos, end token.Pos, n ast.Node) ir.Code {
	c := &cutter{orderer: o, lits: 1} // returns and branches stay text
	c.walk(n)
	return o.assemble(c, pos, end)
}

// A cutter walks over syntax and collects cuts.
type cutter struct {
	*orderer
	cuts  []cut
	stack []ast.Node // from the root of the walk to the current node
	lits  int        // function literals on the stack
	// constants: the text will stand outside the scope of variables, so len(array)
	// is written as a number.
	constants bool
}

func (c *cutter) cut(n ast.Node, code ...ir.Piece) {
	c.cuts = append(c.cuts, cut{n.Pos(), n.End(), code})
}

func (c *cutter) walk(root ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			if _, ok := c.stack[len(c.stack)-1].(*ast.FuncLit); ok {
				c.lits--
			}
			c.stack = c.stack[:len(c.stack)-1]
			return true
		}
		if e, ok := n.(ast.Expr); ok {
			if code, ok := c.subst[e]; ok {
				c.cut(n, code...)
				return false
			}
		}
		if !c.node(n) {
			return false
		}
		c.stack = append(c.stack, n)
		if _, ok := n.(*ast.FuncLit); ok {
			c.lits++
		}
		return true
	})
}

// parent returns the node around the current node, or nil at the root of the walk.
func (c *cutter) parent() ast.Node {
	if len(c.stack) == 0 {
		return nil
	}
	return c.stack[len(c.stack)-1]
}

// node notes a cut at n if there is one, and reports whether to look inside.
func (c *cutter) node(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.Ident:
		c.ident(n)
	case *ast.UnaryExpr:
		// [source]  &v
		// [code]    one reference, because a box already is the address
		if id, ok := ast.Unparen(n.X).(*ast.Ident); ok && n.Op == token.AND {
			if v := c.lookup(id); v != nil {
				c.cut(n, &ir.Ref{Var: v, Addr: true, InLit: c.lits > 0})
				return false
			}
		}
	case *ast.SelectorExpr:
		if id, ok := n.X.(*ast.Ident); ok {
			if pkg, ok := c.Info.Uses[id].(*types.PkgName); ok {
				c.cut(n, &ir.Qual{Path: pkg.Imported().Path(), Name: n.Sel.Name, Pkg: pkg.Imported().Name()})
				return false
			}
		}
	case *ast.CallExpr:
		if tv := c.Info.Types[n]; c.constants && tv.Value != nil && !c.isType(n.Fun) {
			c.cut(n, constText(tv.Type, tv.Value))
			return false
		}
		if code := c.closure(n); code != nil {
			c.cut(n, code...)
			return false
		}
		return c.call(n)
	case *ast.DeclStmt:
		if c.isMoved(n.Decl.(*ast.GenDecl)) {
			c.cut(n)
			return false
		}
	case *ast.ReturnStmt:
		if c.lits == 0 {
			c.cut(n, &ir.Terminator{Return: c.ret(n)})
			return false
		}
	case *ast.BranchStmt:
		if c.lits == 0 {
			if j := c.leaving(n); j != nil {
				var code ir.Code
				for _, it := range c.leaves(j) {
					code = append(append(code, stop(it)...), ir.Text("\n"))
				}
				c.cut(n, append(code, &ir.Terminator{Jump: j})...)
			}
			return false
		}
	case *ast.LabeledStmt:
		// The label stays. Labels of the machine avoid it.
	}
	return true
}

// call rewrites calls of functions of the annotations package that do not suspend.
//
//	[source]  co.Self()    co.Spawn(x)
//	[code]    t            rt.Spawn(t, x)
func (c *cutter) call(n *ast.CallExpr) bool {
	if c.lits > 0 || n == c.late {
		return true // the literal may run in another task, and the deferred call has no t
	}
	if c.exit != nil && c.isRecover(n) && !c.inFuncLoop(n) {
		c.cut(n, &ir.Ref{Var: c.exit, Operand: true}, ir.Text(".Recover()"))
		return false
	}
	if c.fn.Gen != nil {
		return true // no task runs a generator: the call finds the task of its caller
	}
	switch marker.Callee(c.Info, n) {
	case marker.Self:
		if _, ok := c.parent().(*ast.ExprStmt); ok {
			c.cut(n, ir.Text("_ = "), ir.Task{})
			return false
		}
		c.cut(n, ir.Task{})
		return false
	case marker.Spawn:
		c.cuts = append(c.cuts, cut{n.Pos(), n.Lparen + 1, ir.Code{
			&ir.Qual{Path: marker.RT, Name: "Spawn", Pkg: "rt"}, ir.Text("("), ir.Task{}, ir.Text(", "),
		}})
		c.stack = append(c.stack, n)
		for _, a := range n.Args {
			c.walk(a)
		}
		c.stack = c.stack[:len(c.stack)-1]
		return false
	}
	return true
}

// lookup returns the tracked variable that id mentions.
func (c *cutter) lookup(id *ast.Ident) *ir.Var {
	obj, _ := c.Info.ObjectOf(id).(*types.Var)
	if obj == nil {
		return nil
	}
	return c.vars[obj]
}

func (c *cutter) ident(id *ast.Ident) {
	if v := c.lookup(id); v != nil {
		ref := &ir.Ref{Var: v, InLit: c.lits > 0}
		switch p := c.parent().(type) {
		case *ast.SelectorExpr:
			if p.Sel == id {
				return
			}
			ref.Operand = true
			switch v.Type.Underlying().(type) {
			case *types.Pointer, *types.Interface:
			default:
				ref.Auto = true
			}
		case *ast.IndexExpr:
			if p.X == id {
				ref.Operand = true
				_, ref.Auto = v.Type.Underlying().(*types.Array)
			}
		case *ast.SliceExpr:
			if p.X == id {
				ref.Operand = true
				_, ref.Auto = v.Type.Underlying().(*types.Array)
			}
		case *ast.CallExpr:
			ref.Operand = p.Fun == id
		case *ast.TypeAssertExpr:
			ref.Operand = p.X == id
		case *ast.AssignStmt:
			ref.Set = p.Tok == token.ASSIGN && slices.Contains(p.Lhs, ast.Expr(id))
			ref.Write = ref.Set && len(c.stack) == 1
		}
		c.cut(id, ref)
		return
	}
	if c.bodyName(id) || c.hiddenName(id) {
		return
	}
	// The generated file has no dot imports, so their names are qualified.
	obj := c.Info.Uses[id]
	if c.orderer.fn != nil {
		if h := c.fn.Root().Hidden[obj]; h != nil {
			c.cut(id, h)
			return
		}
	}
	if obj == nil || obj.Pkg() == nil || obj.Pkg() == c.Pkg || obj.Parent() != obj.Pkg().Scope() {
		return
	}
	if p, ok := c.parent().(*ast.SelectorExpr); ok && p.Sel == id {
		return
	}
	c.cut(id, &ir.Qual{Path: obj.Pkg().Path(), Name: id.Name, Pkg: obj.Pkg().Name()})
}

// leaving returns the jump for b if its target lies outside the text that is being cut, or
// nil if the target lies inside.
func (c *cutter) leaving(b *ast.BranchStmt) *ir.Jump {
	if b.Tok == token.FALLTHROUGH {
		return nil
	}
	if b.Label != nil {
		label := c.Info.Uses[b.Label].(*types.Label)
		for _, n := range c.stack {
			if l, ok := n.(*ast.LabeledStmt); ok && c.Info.Defs[l.Label] == label {
				return nil
			}
		}
		if b.Tok == token.GOTO {
			for _, n := range c.stack {
				if within(label.Pos(), n) {
					return nil
				}
			}
			return &ir.Jump{Tok: token.GOTO, Label: label}
		}
		return &ir.Jump{Tok: b.Tok, Label: label, Of: c.labelled(label)}
	}
	for i := len(c.stack) - 1; i >= 0; i-- {
		switch c.stack[i].(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			return nil
		case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
			if b.Tok == token.BREAK {
				return nil
			}
		}
	}
	return &ir.Jump{Tok: b.Tok, Of: c.enclosing(b.Tok)}
}

// enclosing returns the opened statement that a break or continue without a label refers to.
func (o *orderer) enclosing(tok token.Token) ir.Stmt {
	for i := len(o.inner) - 1; i >= 0; i-- {
		s := o.stmts[o.inner[i]]
		switch s.(type) {
		case *ir.Loop:
			return s
		case *ir.Scope: // only a break with its label refers to it
		default:
			if tok == token.BREAK {
				return s
			}
		}
	}
	return nil
}

// labelled returns the opened statement that has the given label.
func (o *orderer) labelled(label *types.Label) ir.Stmt {
	for _, n := range o.inner {
		switch s := o.stmts[n].(type) {
		case *ir.Loop:
			if s.Label == label {
				return s
			}
		case *ir.Switch:
			if s.Label == label {
				return s
			}
		case *ir.Chain:
			if s.Label == label {
				return s
			}
		case *ir.Scope:
			if s.Label == label {
				return s
			}
		}
	}
	return nil
}

// ofMachine returns a mention of name in package machine.
func ofMachine(name string) *ir.Qual {
	return &ir.Qual{Path: marker.Machine, Name: name, Pkg: "machine"}
}
