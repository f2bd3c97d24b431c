package load

// This file finds remedies for errors of the Go type checker that come from a misuse of
// package annotations.

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// remedies finds the remedies for errors in one file.
type remedies struct {
	*checker
	file *ast.File // nil: unknown
}

// remedy returns the remedy for err, or "" if none is known.
func (c *checker) remedy(err types.Error) string {
	path := c.pathTo(err.Pos)
	r := &remedies{checker: c}
	if len(path) > 0 {
		r.file, _ = path[0].(*ast.File)
	}
	return r.of(err, path)
}

// of returns the remedy for err, below path.
func (c *remedies) of(err types.Error, path []ast.Node) string {
	return cmp.Or(c.missing(err, path), remedyOfCycle(err.Msg), c.remedyOfGenerator(err, path), c.remedyOfUse(err, path), c.remedyOfOperand(err, path), c.remedyOfArgument(err, path), c.forgotten(err, path))
}

// pathTo returns the nodes that contain pos, the outermost first.
func (c *checker) pathTo(pos token.Pos) (path []ast.Node) {
	for _, f := range c.unit.sources {
		if pos < f.Syntax.FileStart || f.Syntax.FileEnd <= pos {
			continue
		}
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			if n == nil || pos < n.Pos() || n.End() <= pos {
				return false
			}
			path = append(path, n)
			return true
		})
	}
	return path
}

// remedyOfCycle returns the remedy if msg says that the initialiser of a variable needs the
// variable itself: a table of constructors, for example, that one of the functions reads.
func remedyOfCycle(msg string) string {
	if !strings.HasPrefix(msg, "initialization cycle") {
		return ""
	}
	return "let an init function assign the variable"
}

// mismatches are the beginnings of errors about a call with too many or too few results.
var mismatches = []string{
	"assignment mismatch", "multiple-value", "too many return values", "not enough return values",
	"too many arguments in call", "not enough arguments in call",
}

// remedyOfUse returns the remedy if err, below path, says that the source takes more or
// fewer results of an await than the await has.
func (c *remedies) remedyOfUse(err types.Error, path []ast.Node) string {
	if !slices.ContainsFunc(mismatches, func(m string) bool { return strings.HasPrefix(err.Msg, m) }) {
		return ""
	}
	for i, n := range path {
		from, taken := c.taking(n, path[:i])
		if len(from) != 1 || from[0].Pos() != err.Pos {
			continue
		}
		if call, ok := ast.Unparen(from[0]).(*ast.CallExpr); ok && marker.Callee(c.pkg.Info, call).Awaits() {
			return c.awaitRemedy(call, taken)
		}
	}
	return ""
}

// taking returns the expressions that n, below path, takes results from, and the number of
// results that it takes.
func (c *remedies) taking(n ast.Node, path []ast.Node) (from []ast.Expr, taken int) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		return n.Rhs, len(n.Lhs)
	case *ast.ValueSpec:
		return n.Values, len(n.Names)
	case *ast.ReturnStmt:
		for _, around := range slices.Backward(path) {
			switch around := around.(type) {
			case *ast.FuncLit:
				return n.Results, around.Type.Results.NumFields()
			case *ast.FuncDecl:
				return n.Results, around.Type.Results.NumFields()
			}
		}
	case *ast.CallExpr:
		if marker.Callee(c.pkg.Info, n).Awaits() {
			return []ast.Expr{n}, 1
		}
		if sig, ok := c.pkg.Info.TypeOf(n.Fun).(*types.Signature); ok && !sig.Variadic() {
			return n.Args, sig.Params().Len()
		}
	}
	return nil, 0
}

// awaitRemedy returns the remedy for call, an await of which the given number of results
// is taken.
func (c *remedies) awaitRemedy(call *ast.CallExpr, taken int) string {
	what := marker.Callee(c.pkg.Info, call)
	values, fails, _ := what.Form()
	if len(call.Args) == 1 {
		n, ok := marker.NumResults(c.pkg.Info.TypeOf(call.Args[0]))
		fits := n == taken || fails && n == taken-1
		switch {
		case ok && n == 0 && !fails, ok && n == values && taken != values:
			return ""
		case ok && n != values && (n == 0 || !fits):
			return c.otherAwait(call.Args[0], n, fails)
		}
	}
	switch {
	case fails && taken == values:
		return fmt.Sprintf("%s returns an error, too: take it; or write %s, which panics if there is one", what.In(c.file), marker.AwaitOf(values, false).In(c.file))
	case fails && taken > 1 && taken <= 4:
		return fmt.Sprintf("for an error and %d more there is %s", taken-1, marker.AwaitOf(taken-1, true).In(c.file))
	case !fails && taken > 0 && taken <= 3:
		return fmt.Sprintf("for %d, and an error to panic with, there is %s", taken, marker.AwaitOf(taken, false).In(c.file))
	}
	return ""
}

// otherAwait names the await that fits x, which has n results besides its error.
func (c *remedies) otherAwait(x ast.Expr, n int, fails bool) string {
	remedy := fmt.Sprintf("%s has %s: write %s", types.ExprString(x), counted(n), marker.AwaitOf(n, fails).In(c.file))
	if fails {
		remedy += c.orMust(n)
	}
	return remedy
}

// orMust names the await for n results that panics if there is an error, "" if n is 0.
func (c *remedies) orMust(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("; or %s, which panics if there is an error", marker.AwaitOf(n, false).In(c.file))
}

// counted returns n results besides the error in words.
func counted(n int) string {
	switch n {
	case 0:
		return "no result but its error"
	case 1:
		return "one result besides its error"
	}
	return fmt.Sprintf("%d results besides its error", n)
}

// remedyOfOperand returns the remedy if err, below path, says that a function of package
// annotations does not take its argument.
func (c *remedies) remedyOfOperand(err types.Error, path []ast.Node) string {
	for _, n := range slices.Backward(path) {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 || err.Pos != call.Args[0].Pos() {
			continue
		}
		what, x := marker.Callee(c.pkg.Info, call), ast.Unparen(call.Args[0])
		t := c.pkg.Info.TypeOf(x)
		switch {
		case what == "" || t == nil || t == types.Typ[types.Invalid]:
		case what.Makes():
			return c.makeRemedy(what, t)
		case what.Awaits() || what == marker.Spawn:
			return c.operandRemedy(what, x, t)
		}
	}
	return ""
}

// operandRemedy returns what to await, or to spawn, instead of x of type t.
func (c *remedies) operandRemedy(what marker.Func, x ast.Expr, t types.Type) string {
	if n, ok := marker.NumResults(t); ok {
		values, fails, awaits := what.Form()
		if !awaits || n == values {
			return ""
		}
		return c.otherAwait(x, n, fails)
	}
	fun := x
	if call, ok := x.(*ast.CallExpr); ok {
		fun = call.Fun
	}
	fun = marker.Unindexed(fun)
	fn, name := c.named(fun), types.ExprString(fun)
	switch {
	case fn != nil && c.isAsync(fn):
		return fmt.Sprintf("%s is async: write %s(%s(...))", name, what.In(c.file), AsyncName(name))
	case fn != nil && fn.Pkg() == c.pkg.Types:
		return fmt.Sprintf("only coroutines, operations, tasks and futures can be awaited: put //coroutine:async above %s, and write %s(%s(...))", fn.Name(), what.In(c.file), AsyncName(name))
	}
	if sig, ok := t.Underlying().(*types.Signature); ok {
		if values, fails := NumValues(sig.Results()); fails && sig.Params().Len() == 0 && values <= 3 {
			return fmt.Sprintf("make a coroutine of the function: %s(%s(...))", what.In(c.file), marker.AsyncOf(values).In(c.file))
		}
	}
	return ""
}

// remedyOfArgument returns the remedy if err, below path, says that a function does not take
// an argument although a change of its form would do: an async function in place of its
// coroutine, or a slice of coroutines in place of a slice of rt.Expr.
func (c *remedies) remedyOfArgument(err types.Error, path []ast.Node) string {
	for _, n := range slices.Backward(path) {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			continue
		}
		callee := c.named(marker.Unindexed(call.Fun))
		i := slices.IndexFunc(call.Args, func(x ast.Expr) bool { return x.Pos() == err.Pos })
		if callee == nil || i < 0 || callee.Signature().Params().Len() == 0 {
			continue
		}
		sig, x := callee.Signature(), call.Args[i]
		param := sig.Params().At(min(i, sig.Params().Len()-1)).Type()
		if list, ok := param.(*types.Slice); ok && sig.Variadic() {
			param = list.Elem()
		}
		if call.Ellipsis.IsValid() && i == len(call.Args)-1 {
			return c.sliceRemedy(x, param)
		}
		fun := ast.Unparen(x)
		if call, ok := fun.(*ast.CallExpr); ok {
			fun = call.Fun
		}
		fun = marker.Unindexed(fun)
		if _, awaits := marker.Awaited(param); awaits {
			if fn := c.named(fun); fn != nil && c.isAsync(fn) {
				return fmt.Sprintf("%[1]s is async: write %[2]s(...)", types.ExprString(fun), AsyncName(types.ExprString(fun)))
			}
		}
	}
	return ""
}

// sliceRemedy returns the remedy for the slice x, the last argument of a call f(x...). The
// variadic parameter has elements of type want, an interface, and those of x implement it.
func (c *remedies) sliceRemedy(x ast.Expr, want types.Type) string {
	t := c.typeOf(x)
	if t == nil {
		return ""
	}
	list, ok := t.Underlying().(*types.Slice)
	if !ok || !types.IsInterface(want) {
		return ""
	}
	if _, ok := marker.Named(want, "Expr"); ok { // its type argument may be a type parameter of the function
		result, ok := marker.Awaited(list.Elem())
		if !ok {
			return ""
		}
		inst, err := types.Instantiate(nil, want.(*types.Named).Origin(), []types.Type{result}, false)
		if err != nil {
			return ""
		}
		want = inst
	}
	if types.Identical(list.Elem(), want) || !types.AssignableTo(list.Elem(), want) {
		return ""
	}
	return fmt.Sprintf("declare %s as []%s", types.ExprString(x), types.TypeString(want, c.qualify))
}

// qualify returns the qualifier of package p in the file.
func (c *remedies) qualify(p *types.Package) string {
	if p == c.pkg.Types {
		return ""
	}
	for _, spec := range c.file.Imports {
		if name := c.pkg.Info.PkgNameOf(spec); name != nil && name.Imported() == p && name.Name() != "_" {
			return strings.TrimPrefix(name.Name(), ".")
		}
	}
	return p.Name()
}

// named returns the function or method that fun names, or nil if there is none.
func (c *checker) named(fun ast.Expr) *types.Func {
	fn, _ := c.pkg.Info.Uses[marker.NameIn(fun)].(*types.Func)
	return fn
}

// isAsync reports whether fn is an async function, of this package or another, and no generator.
func (c *checker) isAsync(fn *types.Func) bool {
	if f := c.funcOf(fn); f != nil {
		return !f.Generator && !f.AsyncGenerator
	}
	return IsAsync(c.fset, fn.Origin())
}

// makeRemedy returns the remedy for a call of what, which makes coroutines but not from a
// function of type t.
func (c *remedies) makeRemedy(what marker.Func, t types.Type) string {
	sig, ok := t.Underlying().(*types.Signature)
	if !ok {
		return ""
	}
	values, fails := NumValues(sig.Results())
	switch {
	case sig.Params().Len() > 0:
		return fmt.Sprintf("%s takes a function without parameters: put a function literal with the parameters around it, which returns the coroutine", what.In(c.file))
	case values > 3:
		return "return a struct: there are three results at most besides the error"
	case !fails:
		return fmt.Sprintf("let the function return an error, as its last result, and write %s", marker.AsyncOf(values).In(c.file))
	case marker.AsyncOf(values) != what:
		return fmt.Sprintf("the function has %s: write %s", counted(values), marker.AsyncOf(values).In(c.file))
	}
	return ""
}

// NumValues returns the number of results of a function besides an error at the end, and
// whether there is such an error.
func NumValues(results *types.Tuple) (n int, fails bool) {
	n = results.Len()
	if n > 0 && IsError(results.At(n-1).Type()) {
		return n - 1, true
	}
	return n, false
}
