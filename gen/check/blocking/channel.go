package blocking

// This file finds out which channels have a buffer.

import (
	"go/ast"
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/coroutinegen/coroutinegen/gen/internal/taskcode"
)

// channels says which channels of a package have a buffer. Variables, fields and results of
// functions that may hold the same channel are one class, which one of them stands for.
type channels struct {
	code  *taskcode.Code
	info  *types.Info
	pkg   *types.Package
	next  map[*types.Var]*types.Var // towards the one that stands for the class
	class map[*types.Var]buffer     // by the one that stands for the class
	made  typeutil.Map              // by the type of the elements: whether all have a buffer
	full  map[*types.Var]bool       // classes that hold something before a task can receive
	of    map[*taskcode.Body]*channelOps
}

type buffer uint8

const (
	unknown buffer = iota
	unbuffered
	mixed    // some have none, and of some it is not known
	buffered // at least one has a buffer
)

// channelsOf returns the channels of a package.
func channelsOf(code *taskcode.Code, info *types.Info, pkg *types.Package) *channels {
	c := &channels{code: code, info: info, pkg: pkg, next: make(map[*types.Var]*types.Var), class: make(map[*types.Var]buffer),
		full: make(map[*types.Var]bool), of: make(map[*taskcode.Body]*channelOps)}
	for _, f := range code.Files {
		ast.PreorderStack(f.Syntax, nil, func(n ast.Node, stack []ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				c.assign(n.Lhs, n.Rhs)
			case *ast.ValueSpec:
				if len(n.Values) > 0 {
					var names []ast.Expr
					for _, id := range n.Names {
						names = append(names, id)
					}
					c.assign(names, n.Values)
				}
			case *ast.CompositeLit:
				c.fields(n)
			case *ast.ReturnStmt:
				if v := c.resultOf(stack); v != nil && len(n.Results) == 1 {
					c.set(v, n.Results[0])
				}
			case *ast.CallExpr:
				if lit, ok := ast.Unparen(n.Fun).(*ast.FuncLit); ok {
					for i, v := range c.params(lit) {
						if i < len(n.Args) {
							c.set(v, n.Args[i])
						}
					}
				}
				if now := c.makes(n); now != unknown {
					elem := info.TypeOf(n).Underlying().(*types.Chan).Elem()
					all, found := c.made.At(elem).(bool)
					c.made.Set(elem, now == buffered && (all || !found))
				}
			}
			return true
		})
	}
	c.fillFirst()
	c.fillParams()
	return c
}

func (c *channels) assign(lhs, rhs []ast.Expr) {
	for i, l := range lhs {
		if len(lhs) == len(rhs) {
			c.set(c.code.Variable(l), rhs[i])
		} else {
			c.set(c.code.Variable(l), nil)
		}
	}
}

// set records that v may hold value, or something that is not known if value is nil.
func (c *channels) set(v *types.Var, value ast.Expr) {
	if v == nil || !isChan(v.Type()) || value != nil && c.info.Types[value].IsNil() {
		return
	}
	v = c.root(v)
	now := mixed
	if value != nil {
		if w := c.variable(value); w != nil {
			if now = c.class[w]; now == unknown && w.Kind() == types.ParamVar {
				now = mixed
			}
			if w != v {
				c.next[w] = v
			}
		} else if now = c.makes(value); now == unknown {
			now = mixed
		}
	}
	c.class[v] = max(c.class[v], now)
}

// root returns the variable that stands for the class of v.
func (c *channels) root(v *types.Var) *types.Var {
	for c.next[v] != nil {
		if far := c.next[c.next[v]]; far != nil {
			c.next[v] = far
		}
		v = c.next[v]
	}
	return v
}

// variable returns what stands for the class of the channel x, or nil: x names a variable, or
// calls a function of the package.
func (c *channels) variable(x ast.Expr) *types.Var {
	if v := c.code.Variable(x); v != nil {
		return c.root(v)
	}
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return nil
	}
	if c.info.Types[call.Fun].IsType() && len(call.Args) == 1 {
		return c.variable(call.Args[0]) // a conversion
	}
	if fn, _ := c.code.Called(call); fn != nil {
		if v := c.result(fn); v != nil {
			return c.root(v)
		}
	}
	return nil
}

// params returns the parameters of fn, a *ast.FuncDecl or a *ast.FuncLit. Those without a name
// are nil.
func (c *channels) params(fn ast.Node) []*types.Var {
	var list *ast.FieldList
	switch fn := fn.(type) {
	case *ast.FuncLit:
		list = fn.Type.Params
	case *ast.FuncDecl:
		list = fn.Type.Params
	}
	var found []*types.Var
	for _, field := range list.List {
		for _, id := range field.Names {
			v, _ := c.info.Defs[id].(*types.Var)
			found = append(found, v)
		}
		if len(field.Names) == 0 {
			found = append(found, nil)
		}
	}
	return found
}

// result returns the result of a function that returns a channel and nothing else, or nil.
func (c *channels) result(fn ast.Node) *types.Var {
	var sig types.Type
	switch fn := fn.(type) {
	case *ast.FuncLit:
		sig = c.info.TypeOf(fn)
	case *ast.FuncDecl:
		if obj := c.info.Defs[fn.Name]; obj != nil {
			sig = obj.Type()
		}
	}
	if sig, ok := sig.(*types.Signature); ok && sig.Results().Len() == 1 && isChan(sig.Results().At(0).Type()) {
		return sig.Results().At(0)
	}
	return nil
}

// resultOf returns the result of the innermost function in stack, as [channels.result] does.
func (c *channels) resultOf(stack []ast.Node) *types.Var {
	for i := len(stack) - 1; i >= 0; i-- {
		switch stack[i].(type) {
		case *ast.FuncLit, *ast.FuncDecl:
			return c.result(stack[i])
		}
	}
	return nil
}

// fields records the fields that lit sets.
func (c *channels) fields(lit *ast.CompositeLit) {
	t := c.info.TypeOf(lit)
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
			c.set(c.code.Variable(kv.Key), kv.Value)
		} else {
			c.set(st.Field(i).Origin(), e)
		}
	}
}

// makes says whether x makes a channel, and whether that has a buffer.
func (c *channels) makes(x ast.Expr) buffer {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return unknown
	}
	if c.info.Types[call.Fun].IsType() && len(call.Args) == 1 {
		return c.makes(call.Args[0]) // a conversion
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

// bufferOf says whether the channel x has a buffer: x makes it, or stands for a class.
func (c *channels) bufferOf(x ast.Expr) buffer {
	if now := c.makes(x); now != unknown {
		return now
	}
	if v := c.variable(x); v != nil {
		return c.class[v]
	}
	return unknown
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
	elem := elemOf(c.info.TypeOf(x))
	if elem == nil {
		return false
	}
	all, _ := c.made.At(elem).(bool)
	return all
}

// isHidden reports whether x is a channel of which the code does not say which one it is: it is
// behind a pointer or an interface, or the receiver of a method of a type of channels.
func (c *channels) isHidden(x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.StarExpr, *ast.TypeAssertExpr:
		return true
	case *ast.Ident:
		v, ok := c.info.Uses[x].(*types.Var)
		return ok && v.Kind() == types.RecvVar
	}
	return false
}

// elemOf returns the type of the elements of the channel type t, or nil.
func elemOf(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	if ch, ok := t.Underlying().(*types.Chan); ok {
		return ch.Elem()
	}
	return nil
}
