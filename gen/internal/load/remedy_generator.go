package load

// This file finds remedies for errors of the Go type checker that come from a misuse of
// generators.

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// remedyOfGenerator returns the remedy if err, below path, is about a generator that is used in
// the manner of another kind of function: one of the other kind of generators, or a coroutine.
func (c *remedies) remedyOfGenerator(err types.Error, path []ast.Node) string {
	for i, n := range slices.Backward(path) {
		switch n := n.(type) {
		case *ast.CallExpr:
			if remedy := c.handedOn(n, path[:i]); remedy != "" {
				return remedy
			}
			if len(n.Args) == 0 || err.Pos < n.Args[0].Pos() || n.Args[0].End() <= err.Pos {
				continue
			}
			if marker.Callee(c.pkg.Info, n) == marker.Each {
				return c.eachRemedy(n.Args[0])
			}
			if remedy := c.notAwaited(n, err); remedy != "" {
				return remedy
			}
		case *ast.RangeStmt:
			if n.X.Pos() != err.Pos || !strings.HasPrefix(err.Msg, "cannot range over") {
				continue
			}
			switch t := c.typeOf(n.X); {
			case isPullGenerator(t):
				return fmt.Sprintf("range over %s.All()", types.ExprString(n.X))
			case isAsyncIterator(t):
				return fmt.Sprintf("range over %s(%s, &err)", marker.Each.In(c.file), types.ExprString(n.X))
			}
		case *ast.FuncLit, *ast.FuncDecl:
			return ""
		}
	}
	return ""
}

// handedOn returns the remedy if call, below path, calls the constructor of a generator with a
// Yielder, which is for the function itself.
func (c *remedies) handedOn(call *ast.CallExpr, path []ast.Node) string {
	fn := c.constructed(call)
	if fn == nil || !fn.Generator && !fn.AsyncGenerator || !slices.ContainsFunc(call.Args, func(x ast.Expr) bool { return marker.YielderOf(c.typeOf(x)) != "" }) {
		return ""
	}
	if fn.AsyncGenerator {
		return fmt.Sprintf("%s makes an async generator, and takes no Yielder: %s", fn.AsyncName(), c.takeValues(types.ExprString(call.Fun), path))
	}
	var args []string
	for _, x := range call.Args {
		args = append(args, types.ExprString(x))
	}
	name := strings.TrimSuffix(types.ExprString(call.Fun), PullName(""))
	return fmt.Sprintf("%s(%s) hands on its values", name, strings.Join(args, ", "))
}

// takeValues says how to take the values of the generator that the function called constructor
// makes. In an async generator, whose declaration is in path, it also says how to hand them on.
func (c *remedies) takeValues(constructor string, path []ast.Node) string {
	loop := fmt.Sprintf("for v := range %s(%s(...), &err)", marker.Each.In(c.file), constructor)
	for _, n := range path {
		decl, ok := n.(*ast.FuncDecl)
		if !ok {
			continue
		}
		for _, fn := range c.pkg.Async {
			if fn.Decl == decl && fn.AsyncGenerator && fn.Yield != nil {
				await := marker.AwaitOfYield(c.typeOf(fn.Yield.Name))
				return fmt.Sprintf("hand on its values in a loop: %s, with %s(%s.Yield(v))", loop, await.In(c.file), fn.Yield.Name.Name)
			}
		}
	}
	return "take its values in a loop: " + loop
}

// eachRemedy returns the remedy for x, the first argument of Each, which is no async iterator.
func (c *remedies) eachRemedy(x ast.Expr) string {
	x = ast.Unparen(x)
	if isPullGenerator(c.typeOf(x)) {
		return fmt.Sprintf("%s is for async generators: range over %s.All()", marker.Each.In(c.file), types.ExprString(x))
	}
	call, ok := x.(*ast.CallExpr)
	if !ok {
		return ""
	}
	name := types.ExprString(marker.Unindexed(call.Fun))
	if fn := c.funcOf(c.named(marker.Unindexed(call.Fun))); fn != nil && fn.AsyncGenerator {
		return fmt.Sprintf("%s is an async generator: write %s(%s(...), &err)", name, marker.Each.In(c.file), AsyncName(name))
	}
	if fn := c.constructed(call); fn != nil && !fn.AsyncGenerator && AsyncYieldOf(fn.Decl) != nil {
		return fmt.Sprintf("%s makes a coroutine: put //coroutine:generator above %s as well", name, fn.Name())
	}
	return ""
}

// notAwaited returns the remedy if err says that call, which awaits or runs its first argument,
// cannot do so because that is a generator.
func (c *remedies) notAwaited(call *ast.CallExpr, err types.Error) string {
	x := ast.Unparen(call.Args[0])
	if x.Pos() != err.Pos {
		return ""
	}
	what := marker.Callee(c.pkg.Info, call)
	callee := c.named(marker.Unindexed(call.Fun))
	runs := callee != nil && marker.RunsLoop(callee)
	if !what.Awaits() && what != marker.Spawn && !runs {
		return ""
	}
	constructor, made := types.ExprString(x), c.typeOf(x)
	if arg, ok := x.(*ast.CallExpr); ok {
		constructor = types.ExprString(marker.Unindexed(arg.Fun))
		if fn := c.funcOf(c.named(marker.Unindexed(arg.Fun))); fn != nil && (fn.Generator || fn.AsyncGenerator) {
			constructor = strings.TrimSuffix(constructor, fn.Name()) + fn.AsyncName()
			if fn.AsyncGenerator {
				return c.asyncNotAwaited(constructor+"(...)", runs)
			}
			return fmt.Sprintf("%s is a generator, which is not awaited: range over %s(...).All()", fn.Name(), constructor)
		}
		constructor += "(...)"
	}
	switch {
	case isAsyncIterator(made):
		return c.asyncNotAwaited(constructor, runs)
	case isPullGenerator(made):
		return fmt.Sprintf("a generator is not awaited: range over %s.All()", constructor)
	}
	return ""
}

// asyncNotAwaited returns the remedy for the async generator x, which is awaited or, if runs is
// set, run.
func (c *remedies) asyncNotAwaited(x string, runs bool) string {
	loop := fmt.Sprintf("for v := range %s(%s, &err)", marker.Each.In(c.file), x)
	if runs {
		return fmt.Sprintf("an async generator is not run: take its values in an async function, with %s, and run that", loop)
	}
	return "an async generator is not awaited: take its values in a loop, " + loop
}

// funcOf returns what the package generates from obj, the object of a function as it is written.
// It returns nil if obj is nil, or something else.
func (c *checker) funcOf(obj *types.Func) *Func {
	if obj == nil {
		return nil
	}
	for _, fn := range c.pkg.Async {
		if fn.Obj == obj.Origin() {
			return fn
		}
	}
	return nil
}

// constructed returns the function of the package whose constructor call calls, or nil.
func (c *remedies) constructed(call *ast.CallExpr) *Func {
	callee := c.named(marker.Unindexed(call.Fun))
	if callee == nil {
		return nil
	}
	for _, fn := range c.pkg.Async {
		if name := c.stubs[fn]; name != nil && c.pkg.Info.Defs[name] == callee.Origin() {
			return fn
		}
	}
	return nil
}

// isPullGenerator reports whether t is the type of a generator that does not await.
func isPullGenerator(t types.Type) bool {
	return t != nil && !isAsyncIterator(t) && marker.IsGenerator(t)
}

// isAsyncIterator reports whether t has the method Next of asyncgen.Iterator.
func isAsyncIterator(t types.Type) bool {
	if t == nil {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(t, false, nil, "Next")
	fn, ok := obj.(*types.Func)
	return ok && fn.Signature().Results().Len() == 1 && marker.TypeOfAsyncGen(fn.Signature().Results().At(0).Type()) == "NextOp"
}

// missing returns the remedy if err, below path, says that the constructor nameAsync or namePull
// does not exist, and there is a function name: its directive is missing, or its constructor has
// the other name.
func (c *remedies) missing(err types.Error, path []ast.Node) string {
	var wanted string
	var find func(name string) types.Object
	if name, ok := strings.CutPrefix(err.Msg, "undefined: "); ok && !strings.Contains(name, ".") {
		wanted, find = name, c.pkg.Types.Scope().Lookup
	} else if len(path) > 1 && strings.Contains(err.Msg, " undefined (type ") {
		sel, ok := path[len(path)-2].(*ast.SelectorExpr)
		if !ok || sel.Sel.Pos() != err.Pos || c.typeOf(sel.X) == nil {
			return ""
		}
		wanted, find = sel.Sel.Name, func(name string) types.Object {
			obj, _, _ := types.LookupFieldOrMethod(c.typeOf(sel.X), true, c.pkg.Types, name)
			return obj
		}
	} else {
		return ""
	}
	name, pulls := strings.CutSuffix(wanted, PullName(""))
	if !pulls {
		var ok bool
		if name, ok = strings.CutSuffix(wanted, AsyncName("")); !ok {
			return ""
		}
	}
	obj, ok := find(name).(*types.Func)
	if !ok || obj.Pkg() != c.pkg.Types {
		return ""
	}
	if fn := c.funcOf(obj); fn != nil {
		return otherName(fn, pulls)
	}
	return c.noDirective(obj, pulls)
}

// otherName returns the remedy for fn, which is marked, but generates no constructor of the name
// that is called.
func otherName(fn *Func, pulls bool) string {
	switch {
	case pulls == fn.Generator:
		return "" // another error says why
	case fn.Generator:
		return fmt.Sprintf("%s is a generator that does not await: write %s", fn.Name(), fn.AsyncName())
	case fn.AsyncGenerator:
		return fmt.Sprintf("%s is an async generator: write %s", fn.Name(), fn.AsyncName())
	case AsyncYieldOf(fn.Decl) != nil:
		return fmt.Sprintf("put //coroutine:generator above the function %s as well, and write %s", fn.Name(), fn.AsyncName())
	}
	return fmt.Sprintf("%s is async, and no generator: write %s", fn.Name(), fn.AsyncName())
}

// noDirective returns the remedy for fn, which is not marked. pulls is set if namePull is called,
// and not nameAsync.
func (c *remedies) noDirective(fn *types.Func, pulls bool) string {
	decl := c.declOf(fn)
	var has marker.Func
	for v := range fn.Signature().Params().Variables() {
		if is := marker.YielderOf(v.Type()); is != "" {
			has = is
		}
	}
	and := ""
	switch {
	case has == "AsyncYielder":
		if pulls {
			and = ", and write " + AsyncName(fn.Name())
		}
		return fmt.Sprintf("put //coroutine:async above the function %s, and //coroutine:generator as well, if %s is to range over its values%s", fn.Name(), marker.Each.In(c.file), and)
	case has == "Yielder" || pulls && decl != nil && YieldOf(decl) != nil:
		if !pulls {
			and = ", and write " + PullName(fn.Name())
		}
		return fmt.Sprintf("put //coroutine:generator above the function %s%s", fn.Name(), and)
	case !pulls:
		return "put //coroutine:async above the function " + fn.Name()
	}
	return ""
}

// declOf returns the declaration of fn, a function of the package, or nil if it is not found.
func (c *remedies) declOf(fn *types.Func) *ast.FuncDecl {
	for _, n := range c.pathTo(fn.Origin().Pos()) {
		if decl, ok := n.(*ast.FuncDecl); ok {
			return decl
		}
	}
	return nil
}
