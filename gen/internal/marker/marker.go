// Package marker recognises the functions of the annotations package, and the types of rt
// that matter to the generator. It compares objects and not names, so renamed imports, dot
// imports and shadowed names do not mislead it.
package marker

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// The packages that the generator knows by name. Their paths are spelled nowhere else.
const (
	Module      = "github.com/coroutinegen/coroutinegen"
	Annotations = Module + "/annotations"
	RT          = Module + "/rt"
	Machine     = RT + "/machine"
)

// A Func is one of the functions of the annotations package.
type Func string

const (
	Await  Func = "Await"
	Await2 Func = "Await2"
	Await3 Func = "Await3"
	Wait   Func = "Wait"
	Must   Func = "Must"
	Must2  Func = "Must2"
	Must3  Func = "Must3"
	Self   Func = "Self"
	Spawn  Func = "Spawn"

	Async     Func = "Async"
	AsyncVoid Func = "AsyncVoid"
	Async2    Func = "Async2"
	Async3    Func = "Async3"
)

// Awaits reports whether f suspends its caller.
func (f Func) Awaits() bool { _, _, ok := f.Form(); return ok }

// Form returns the number of results of a call of f besides the error, and whether the
// error is a result. ok is false if f is not an await.
func (f Func) Form() (values int, err, ok bool) {
	switch f {
	case Await:
		return 1, true, true
	case Await2:
		return 2, true, true
	case Await3:
		return 3, true, true
	case Wait:
		return 0, true, true
	case Must:
		return 1, false, true
	case Must2:
		return 2, false, true
	case Must3:
		return 3, false, true
	}
	return 0, false, false
}

// AwaitOf returns the await for the given number of results besides the error, at most
// three. If fails is set, the await returns the error. Otherwise it panics with the error.
func AwaitOf(values int, fails bool) Func {
	if fails {
		return [...]Func{Wait, Await, Await2, Await3}[values]
	}
	return [...]Func{Must, Must, Must2, Must3}[values]
}

// AsyncOf returns the function that makes a coroutine of a function with the given number
// of results besides the error, at most three.
func AsyncOf(values int) Func { return [...]Func{AsyncVoid, Async, Async2, Async3}[values] }

// Awaited returns the type of the value that an await of a t delivers. ok says that t can be
// awaited, because it has the method of rt.Expr.
func Awaited(t types.Type) (result types.Type, ok bool) {
	if t == nil {
		return nil, false
	}
	obj, _, _ := types.LookupFieldOrMethod(t, false, nil, "Awaitable")
	fn, ok := obj.(*types.Func)
	if !ok {
		return nil, false
	}
	sig := fn.Signature()
	if sig.Params().Len() != 0 || sig.Results().Len() != 1 {
		return nil, false
	}
	args, ok := Named(sig.Results().At(0).Type(), "Awaitable")
	if !ok || args.Len() != 1 {
		return nil, false
	}
	return args.At(0), true
}

// NumResults returns the number of results besides the error that an await of a t delivers.
// ok says that t can be awaited.
func NumResults(t types.Type) (n int, ok bool) {
	result, ok := Awaited(t)
	if !ok {
		return 0, false
	}
	for n, name := range []string{0: "Void", 2: "Two", 3: "Three"} {
		if _, ok := Named(result, name); ok && name != "" {
			return n, true
		}
	}
	return 1, true
}

// Callee returns the function of the annotations package that call calls, or "".
func Callee(info *types.Info, call *ast.CallExpr) Func {
	return funcOf(info.Uses[NameIn(Unindexed(call.Fun))])
}

// Unindexed returns fun without the parentheses around it and without explicit type
// arguments: co.Await of (co.Await[int]).
func Unindexed(fun ast.Expr) ast.Expr {
	switch x := ast.Unparen(fun).(type) {
	case *ast.IndexExpr:
		return ast.Unparen(x.X)
	case *ast.IndexListExpr:
		return ast.Unparen(x.X)
	default:
		return x
	}
}

// NameIn returns the name that fun is, without its qualifier, or nil if fun is no name.
func NameIn(fun ast.Expr) *ast.Ident {
	switch x := fun.(type) {
	case *ast.Ident:
		return x
	case *ast.SelectorExpr:
		return x.Sel
	}
	return nil
}

func funcOf(obj types.Object) Func {
	fn, ok := obj.(*types.Func)
	if !ok || fn.Pkg() == nil || fn.Pkg().Path() != Annotations {
		return ""
	}
	return Func(fn.Name())
}

// IsAwaitFunc reports whether obj is a function that suspends its caller.
func IsAwaitFunc(obj types.Object) bool { return funcOf(obj).Awaits() }

// IsLockstep reports whether fn is machine.Lockstep or a variant of it.
func IsLockstep(fn *types.Func) bool {
	return fn.Pkg() != nil && fn.Pkg().Path() == Machine && strings.HasPrefix(fn.Name(), "Lockstep")
}

// IsAwait reports whether n is a call that suspends its caller.
func IsAwait(info *types.Info, n ast.Node) bool {
	call, ok := n.(*ast.CallExpr)
	return ok && Callee(info, call).Awaits()
}

// Named reports whether t is the type called name in package rt. It returns the type
// arguments of t.
func Named(t types.Type, name string) (args *types.TypeList, ok bool) {
	n, isNamed := types.Unalias(t).(*types.Named)
	if !isNamed || n.Obj().Name() != name || n.Obj().Pkg() == nil || n.Obj().Pkg().Path() != RT {
		return nil, false
	}
	return n.TypeArgs(), true
}

// FrameName returns the name of the frame of a coroutine that other packages can hold by
// value, or "" if they cannot see the frame. async is the name of the constructor. recv is
// the name of its receiver type, or "".
//
//	FetchAsync          FetchFrame
//	(*Client).DoAsync   ClientDoFrame
func FrameName(recv, async string) string {
	if !token.IsExported(async) || recv != "" && !token.IsExported(recv) {
		return ""
	}
	return recv + strings.TrimSuffix(async, "Async") + "Frame"
}

// Frame returns the frame type of the coroutine that fn constructs, if fn was
// generated and its package exports the frame. It has Poll and a method Init,
// which takes the receiver and the parameters of fn.
func Frame(fn *types.Func) *types.TypeName {
	if fn.Pkg() == nil {
		return nil
	}
	sig := fn.Signature()
	recv, inputs := "", sig.Params().Len()
	if r := sig.Recv(); r != nil {
		inputs++
		t := r.Type()
		if p, ok := types.Unalias(t).(*types.Pointer); ok {
			t = p.Elem()
		}
		n, ok := types.Unalias(t).(*types.Named)
		if !ok {
			return nil
		}
		recv = n.Obj().Name()
	}
	name := FrameName(recv, fn.Name())
	if name == "" {
		return nil
	}
	frame, _ := fn.Pkg().Scope().Lookup(name).(*types.TypeName)
	if frame == nil || !HasPoll(types.NewPointer(frame.Type())) {
		return nil
	}
	obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(frame.Type()), false, nil, "Init")
	init, ok := obj.(*types.Func)
	if !ok || init.Signature().Variadic() != sig.Variadic() || init.Signature().Params().Len() != inputs {
		return nil
	}
	return frame
}

// HasPoll reports whether t itself has the method Poll of rt.Awaitable.
func HasPoll(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, false, nil, "Poll")
	fn, ok := obj.(*types.Func)
	if !ok {
		return false
	}
	sig := fn.Signature()
	if sig.Params().Len() != 1 || sig.Results().Len() != 3 {
		return false
	}
	p, ok := types.Unalias(sig.Params().At(0).Type()).(*types.Pointer)
	if !ok {
		return false
	}
	_, ok = Named(p.Elem(), "Task")
	return ok
}
