package blocking

// This file finds the channels whose operations need not block.

import (
	"go/ast"
	"go/constant"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/taskcode"
)

// channels says of variables and fields whether the channels that are assigned to them have
// a buffer.
type channels map[*types.Var]buffer

type buffer uint8

const (
	unknown buffer = iota
	buffered
	unbuffered // some have none, or it is not known
)

// channelsOf returns the channels of a package.
func channelsOf(code *taskcode.Code, info *types.Info) channels {
	found := make(channels)
	set := func(obj *types.Var, value ast.Expr) {
		if obj == nil || !isChan(obj.Type()) {
			return
		}
		if found[obj] != unbuffered && (hasBuffer(code, info, value) || found[code.Variable(value)] == buffered) {
			found[obj] = buffered
		} else if !isNil(info, value) {
			found[obj] = unbuffered
		}
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
			}
			return true
		})
	}
	return found
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

// hasBuffer reports whether x makes a channel with a buffer.
func hasBuffer(code *taskcode.Code, info *types.Info, x ast.Expr) bool {
	if x == nil {
		return false
	}
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok || !code.IsBuiltin(call, "make") || len(call.Args) != 2 {
		return false
	}
	n := info.Types[call.Args[1]].Value
	return n == nil || constant.Sign(n) > 0
}

func isNil(info *types.Info, x ast.Expr) bool { return x != nil && info.Types[x].IsNil() }

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
				ops.fills[obj] = ops.fills[obj] || p.channels[obj] == buffered
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
		obj := ops.p.code.Variable(send.Chan)
		return hasBuffer(ops.p.code, ops.p.TypesInfo, send.Chan) || obj != nil && ops.p.channels[obj] == buffered
	}
	if receive, ok := op.(*ast.UnaryExpr); ok {
		return ops.hasValue(receive.X)
	}
	return false
}

// hasValue reports whether a receive from ch need not block as far as is known.
func (ops *channelOps) hasValue(ch ast.Expr) bool {
	obj := ops.p.code.Variable(ch)
	return obj != nil && (ops.asked[obj] || ops.fills[obj])
}
