package blocking

// This file finds the channels whose operations need not block.

import (
	"go/ast"
	"go/constant"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/taskcode"
)

// channels says which channels of a package have a buffer.
type channels struct {
	code *taskcode.Code
	info *types.Info
	vars map[*types.Var]buffer // by the variables and fields that hold them
	made []made
}

// A made is a call of make that makes a channel.
type made struct {
	elem   types.Type
	buffer bool
}

type buffer uint8

const (
	unknown buffer = iota
	unbuffered
	mixed    // some have none, and of some it is not known
	buffered // at least one has a buffer
)

// channelsOf returns the channels of a package.
func channelsOf(code *taskcode.Code, info *types.Info) *channels {
	c := &channels{code: code, info: info, vars: make(map[*types.Var]buffer)}
	set := func(v *types.Var, value ast.Expr) {
		if v == nil || !isChan(v.Type()) || value != nil && info.Types[value].IsNil() {
			return
		}
		now := mixed
		if value != nil {
			if now = c.bufferOf(value); now == unknown {
				now = mixed
			}
		}
		c.vars[v] = max(c.vars[v], now)
	}
	for _, f := range code.Files {
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for i, l := range n.Lhs {
					if len(n.Lhs) == len(n.Rhs) {
						set(code.Variable(l), n.Rhs[i])
					} else {
						set(code.Variable(l), nil)
					}
				}
			case *ast.ValueSpec:
				for i, id := range n.Names {
					if len(n.Names) == len(n.Values) {
						set(code.Variable(id), n.Values[i])
					} else if len(n.Values) > 0 {
						set(code.Variable(id), nil)
					}
				}
			case *ast.CompositeLit:
				fields(code, info, n, set)
			case *ast.CallExpr:
				if now := c.bufferOf(n); now != unknown {
					c.made = append(c.made, made{info.TypeOf(n).Underlying().(*types.Chan).Elem(), now == buffered})
				}
			}
			return true
		})
	}
	return c
}

// fields calls set for each field that lit sets.
func fields(code *taskcode.Code, info *types.Info, lit *ast.CompositeLit, set func(*types.Var, ast.Expr)) {
	t := info.TypeOf(lit)
	if t == nil {
		return
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem() // &T{...} without the & and the T, in a composite literal
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			set(code.Variable(kv.Key), kv.Value)
		} else {
			set(st.Field(i).Origin(), e)
		}
	}
}

// bufferOf says whether the channel x has a buffer: x makes it, or names a variable.
func (c *channels) bufferOf(x ast.Expr) buffer {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return c.vars[c.code.Variable(x)]
	}
	if !c.code.IsBuiltin(call, "make") || !isChan(c.info.TypeOf(call)) {
		return unknown
	}
	if len(call.Args) == 2 {
		if n := c.info.Types[call.Args[1]].Value; n == nil || constant.Sign(n) > 0 {
			return buffered
		}
	}
	return unbuffered
}

// mayHaveRoom reports whether the channel x has a buffer. If it is not known where x was made,
// it counts that the package makes channels for such values with a buffer only.
func (c *channels) mayHaveRoom(x ast.Expr) bool {
	switch c.bufferOf(x) {
	case buffered:
		return true
	case unbuffered:
		return false
	}
	ch, ok := c.info.TypeOf(x).Underlying().(*types.Chan)
	if !ok {
		return false
	}
	found := false
	for _, m := range c.made {
		if types.Identical(m.elem, ch.Elem()) {
			if !m.buffer {
				return false
			}
			found = true
		}
	}
	return found
}

// channelOps says what a body does with channels.
type channelOps struct {
	p     *pass
	fills map[*types.Var]bool // to which the body sends, or which it closes
	asked map[*types.Var]bool // of which the body asks for the length
}

// channelOps returns what b does with channels. A literal that a variable holds may use what
// the code around it has done.
func (p *pass) channelOps(b *taskcode.Body) *channelOps {
	ops := &channelOps{p, make(map[*types.Var]bool), make(map[*types.Var]bool)}
	for ; b != nil; b = b.Around {
		p.code.Walk(b.Block, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.DeferStmt:
				return !p.code.IsBuiltin(n.Call, "close") // the channel is closed at the end
			case *ast.SendStmt:
				obj := p.code.Variable(n.Chan)
				ops.fills[obj] = ops.fills[obj] || p.channels.vars[obj] == buffered
			case *ast.CallExpr:
				switch {
				case len(n.Args) != 1:
				case p.code.IsBuiltin(n, "len"):
					ops.asked[p.code.Variable(n.Args[0])] = true
				case p.code.IsBuiltin(n, "close"):
					ops.fills[p.code.Variable(n.Args[0])] = true
				}
			}
			return true
		})
		if b.Callee == nil {
			break
		}
	}
	return ops
}

// mayPass reports whether op, a send or a receive, need not block as far as is known. A channel
// with a buffer may have room. A receive may take what the same body has sent, or find the
// channel closed, and the body may have looked whether there is something.
func (ops *channelOps) mayPass(op ast.Node) bool {
	if send, ok := op.(*ast.SendStmt); ok {
		return ops.p.channels.mayHaveRoom(send.Chan)
	}
	if receive, ok := op.(*ast.UnaryExpr); ok {
		return ops.hasValue(receive.X)
	}
	return false
}

// releases reports whether a receive from ch whose value is dropped may release a semaphore: ch
// has a buffer, and other functions can send to it. A local channel is waited for instead.
func (ops *channelOps) releases(ch ast.Expr) bool {
	v := ops.p.code.Variable(ch)
	return v != nil && ops.p.channels.vars[v] == buffered && (v.IsField() || v.Parent() == v.Pkg().Scope())
}

// hasValue reports whether a receive from ch need not block as far as is known.
func (ops *channelOps) hasValue(ch ast.Expr) bool {
	obj := ops.p.code.Variable(ch)
	return obj != nil && (ops.asked[obj] || ops.fills[obj])
}
