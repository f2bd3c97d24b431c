package blocking

// This file finds the channels whose operations need not block.

import (
	"go/ast"
	"go/constant"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/taskcode"
)

// channels says of variables and fields whether the channels that are assigned to them have
// a buffer.
type channels map[types.Object]buffer

type buffer uint8

const (
	unknown buffer = iota
	buffered
	unbuffered // some have none, or it is not known
)

// channelsOf returns the channels of a package.
func channelsOf(info *types.Info, files []*load.File) channels {
	found := make(channels)
	set := func(obj types.Object, value ast.Expr) {
		if obj == nil || !isChan(obj.Type()) {
			return
		}
		if found[obj] != unbuffered && (hasBuffer(info, value) || found[object(info, value)] == buffered) {
			found[obj] = buffered
		} else if !isNil(info, value) {
			found[obj] = unbuffered
		}
	}
	for _, f := range files {
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for i, l := range n.Lhs {
					if len(n.Lhs) == len(n.Rhs) {
						set(object(info, l), n.Rhs[i])
					} else {
						set(object(info, l), nil)
					}
				}
			case *ast.ValueSpec:
				for i, id := range n.Names {
					if len(n.Names) == len(n.Values) {
						set(info.Defs[id], n.Values[i])
					} else if len(n.Values) > 0 {
						set(info.Defs[id], nil)
					}
				}
			case *ast.CompositeLit:
				fields(info, n, set)
			}
			return true
		})
	}
	return found
}

// fields calls set for each field that lit sets.
func fields(info *types.Info, lit *ast.CompositeLit, set func(types.Object, ast.Expr)) {
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
			set(object(info, kv.Key), kv.Value)
		} else {
			set(st.Field(i), e)
		}
	}
}

// object returns the variable or field that x names, or nil.
func object(info *types.Info, x ast.Expr) types.Object {
	if x == nil {
		return nil
	}
	id := marker.NameIn(ast.Unparen(x))
	if id == nil {
		return nil
	}
	if v, ok := info.ObjectOf(id).(*types.Var); ok {
		return v.Origin()
	}
	return nil
}

// hasBuffer reports whether x makes a channel with a buffer.
func hasBuffer(info *types.Info, x ast.Expr) bool {
	if x == nil {
		return false
	}
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok || !isBuiltin(info, call, "make") || len(call.Args) != 2 {
		return false
	}
	n := info.Types[call.Args[1]].Value
	return n == nil || constant.Sign(n) > 0
}

func isNil(info *types.Info, x ast.Expr) bool { return x != nil && info.Types[x].IsNil() }

func isBuiltin(info *types.Info, call *ast.CallExpr, name string) bool {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return false
	}
	b, ok := info.Uses[id].(*types.Builtin)
	return ok && b.Name() == name
}

// channelOps says what a body does with channels.
type channelOps struct {
	p     *pass
	fills map[types.Object]bool // to which the body sends, or which it closes
	asked map[types.Object]bool // of which the body asks for the length
}

// channelOps returns what b does with channels. A literal that a variable holds may use what
// the code around it has done.
func (p *pass) channelOps(b *taskcode.Body) *channelOps {
	ops := &channelOps{p, make(map[types.Object]bool), make(map[types.Object]bool)}
	for ; b != nil; b = b.Around {
		p.code.Walk(b.Block, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.DeferStmt:
				return !isBuiltin(p.TypesInfo, n.Call, "close") // the channel is closed at the end
			case *ast.SendStmt:
				obj := object(p.TypesInfo, n.Chan)
				ops.fills[obj] = ops.fills[obj] || p.channels[obj] == buffered
			case *ast.CallExpr:
				switch {
				case len(n.Args) != 1:
				case isBuiltin(p.TypesInfo, n, "len"):
					ops.asked[object(p.TypesInfo, n.Args[0])] = true
				case isBuiltin(p.TypesInfo, n, "close"):
					ops.fills[object(p.TypesInfo, n.Args[0])] = true
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
		obj := object(ops.p.TypesInfo, send.Chan)
		return hasBuffer(ops.p.TypesInfo, send.Chan) || obj != nil && ops.p.channels[obj] == buffered
	}
	if receive, ok := op.(*ast.UnaryExpr); ok {
		return ops.hasValue(receive.X)
	}
	return false
}

// hasValue reports whether a receive from ch need not block as far as is known.
func (ops *channelOps) hasValue(ch ast.Expr) bool {
	obj := object(ops.p.TypesInfo, ch)
	return obj != nil && (ops.asked[obj] || ops.fills[obj])
}
