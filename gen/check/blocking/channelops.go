package blocking

// This file finds the operations on channels that need not block.

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/coroutinegen/coroutinegen/gen/internal/taskcode"
)

// channelOps says what a body does with channels, and the functions of the package that it
// calls. The variables stand for their classes.
type channelOps struct {
	c      *channels
	sends  map[*types.Var]bool // to which the body sends
	fills  map[*types.Var]bool // to which it sends although there may be room, or which it closes
	asked  map[*types.Var]bool // of which it asks for the length
	elems  typeutil.Map        // the elements of the channels that it fills
	others typeutil.Map        // the elements of those that no variable is known to hold
	around *channelOps         // of the code around a literal that a variable holds
}

func (c *channels) newOps() *channelOps {
	return &channelOps{c: c, sends: make(map[*types.Var]bool), fills: make(map[*types.Var]bool), asked: make(map[*types.Var]bool)}
}

// ops returns what b does with channels.
func (c *channels) ops(b *taskcode.Body) *channelOps {
	if known := c.of[b]; known != nil {
		return known // if b calls itself, what has been found so far
	}
	ops := c.newOps()
	c.of[b] = ops
	ops.add(b.Block)
	if b.Lit != nil && b.Callee != nil && b.Around != nil {
		ops.around = c.ops(b.Around)
	}
	return ops
}

// add adds what the goroutine does that runs root.
func (ops *channelOps) add(root ast.Node) {
	c := ops.c
	c.code.Walk(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.DeferStmt:
			return !c.code.IsBuiltin(n.Call, "close") // the channel is closed at the end
		case *ast.SendStmt:
			if v := c.variable(n.Chan); v != nil {
				ops.sends[v] = true
			}
			if c.mayHaveRoom(n.Chan) {
				ops.fill(n.Chan)
			}
		case *ast.CallExpr:
			switch {
			case len(n.Args) == 1 && c.code.IsBuiltin(n, "len"):
				if v := c.variable(n.Args[0]); v != nil {
					ops.asked[v] = true
				}
			case len(n.Args) == 1 && c.code.IsBuiltin(n, "close"):
				ops.fill(n.Args[0])
			default:
				ops.call(n)
			}
		}
		return true
	})
}

// fill records that something is put into the channel x, or that x is closed.
func (ops *channelOps) fill(x ast.Expr) {
	elem := elemOf(ops.c.info.TypeOf(x))
	if elem == nil {
		return
	}
	ops.elems.Set(elem, true)
	if v := ops.c.variable(x); v != nil {
		ops.fills[v] = true
	} else {
		ops.others.Set(elem, true)
	}
}

// call records which channels a call fills: its operands, and its result.
func (ops *channelOps) call(call *ast.CallExpr) {
	c := ops.c
	fn, args := c.code.Called(call)
	if fn == nil {
		if c.isDynamic(call) {
			for _, arg := range call.Args {
				if c.bufferOf(arg) == buffered {
					ops.fill(arg)
				}
			}
		}
		return
	}
	body := c.code.BodyOf(fn)
	if body == nil {
		return // a literal that is called where it stands: its operations are those of this body
	}
	for i, v := range c.params(fn) {
		if i >= len(args) || v == nil || !isChan(v.Type()) {
			continue
		}
		of, v := c.ops(body), c.root(v)
		if w := c.variable(args[i]); w != nil && of.sends[v] {
			ops.sends[w] = true
		}
		if of.fills[v] || of.sends[v] && c.mayHaveRoom(args[i]) {
			ops.fill(args[i])
		}
	}
	if v := c.result(fn); v != nil && c.ops(body).fills[c.root(v)] {
		ops.fill(call)
	}
}

// isDynamic reports whether call is of a function that the code does not name: the value of a
// variable, or a method of an interface.
func (c *channels) isDynamic(call *ast.CallExpr) bool {
	if t := c.info.Types[call.Fun]; t.IsType() || t.IsBuiltin() {
		return false
	}
	fn, ok := typeutil.Callee(c.info, call).(*types.Func)
	if !ok {
		return true
	}
	recv := fn.Signature().Recv()
	return recv != nil && types.IsInterface(recv.Type())
}

// fillFirst finds what is filled before any task runs: by initializers, and by functions init.
func (c *channels) fillFirst() {
	first := c.newOps()
	for _, f := range c.code.Files {
		for _, decl := range f.Syntax.Decls {
			switch decl := decl.(type) {
			case *ast.GenDecl:
				first.add(decl)
			case *ast.FuncDecl:
				if decl.Name.Name == "init" && decl.Recv == nil && decl.Body != nil {
					first.add(decl.Body)
				}
			}
		}
	}
	for v := range first.fills {
		c.full[v] = true
	}
}

// fillParams finds the parameters of the functions that only this package calls, and that are
// given channels with something in them wherever they are called.
func (c *channels) fillParams() {
	uses := make(map[ast.Node]int) // of the functions that have channels as parameters
	for _, b := range c.code.Bodies {
		if b.Lit == nil && b.Callee != nil && (!b.Callee.Exported() || c.pkg.Name() == "main") &&
			slices.ContainsFunc(c.params(b.Decl), func(v *types.Var) bool { return v != nil && isChan(v.Type()) }) {
			uses[b.Decl] = 0
		}
	}
	if len(uses) == 0 {
		return
	}
	for _, f := range c.code.Files {
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && c.info.Uses[id] != nil {
				if b := c.code.Body(c.code.Source(c.info.Uses[id])); b != nil && b.Lit == nil {
					if _, ok := uses[b.Decl]; ok {
						uses[b.Decl]++
					}
				}
			}
			return true
		})
	}
	given := make(map[*types.Var]int) // how many times something with a value
	for _, b := range c.code.Bodies {
		c.code.Walk(b.Block, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			fn, args := c.code.Called(call)
			if _, ok := uses[fn]; !ok {
				return true
			}
			for i, v := range c.params(fn) {
				if i < len(args) && v != nil && isChan(v.Type()) && c.ops(b).hasValue(args[i]) {
					given[v]++
				}
			}
			return true
		})
	}
	for fn, n := range uses {
		for _, v := range c.params(fn) {
			if v != nil && n > 0 && given[v] == n {
				c.full[c.root(v)] = true
			}
		}
	}
}

// mayPass reports whether op, a send or a receive, need not block as far as is known. A channel
// with a buffer may have room.
func (ops *channelOps) mayPass(op ast.Node) bool {
	switch op := op.(type) {
	case *ast.SendStmt:
		return ops.c.isHidden(op.Chan) || ops.c.mayHaveRoom(op.Chan)
	case *ast.UnaryExpr:
		return ops.hasValue(op.X)
	}
	return false
}

// releases reports whether a receive from ch whose value is dropped may release a semaphore: ch
// has a buffer, and other functions can send to it. A local channel is waited for instead.
func (ops *channelOps) releases(ch ast.Expr) bool {
	v := ops.c.code.Variable(ch)
	if v == nil {
		return false
	}
	if v.IsField() || v.Parent() == v.Pkg().Scope() {
		return ops.c.bufferOf(ch) == buffered
	}
	return v.Kind() == types.ParamVar && ops.c.mayHaveRoom(ch)
}

// hasValue reports whether a receive from ch need not block as far as is known. It may take what
// the same body has sent, or find the channel closed, and the body may have looked whether there
// is something. A literal that a variable holds may use what the code around it has done.
func (ops *channelOps) hasValue(ch ast.Expr) bool {
	c := ops.c
	if c.isHidden(ch) {
		return true
	}
	elem := elemOf(c.info.TypeOf(ch))
	if elem == nil {
		return false
	}
	v := c.variable(ch)
	if v != nil && c.full[v] {
		return true
	}
	for o := ops; o != nil; o = o.around {
		switch {
		case v == nil:
			if o.elems.At(elem) != nil {
				return true
			}
		case o.asked[v] || o.fills[v] || c.class[v] == buffered && o.others.At(elem) != nil:
			return true
		}
	}
	return false
}
