package emit

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

// This file writes the doc comment and the signature of a constructor, and other lists of names
// with their types.

// doc returns the doc comment of the constructor of fn.
func doc(fn *ir.Func, how string) string {
	what := "a coroutine"
	switch {
	case fn.Gen != nil:
		what = "a generator"
	case fn.Yields != nil:
		what = "an asynchronous generator"
	}
	s := fmt.Sprintf("// %s returns %s as %s%s\n", fn.Async, fn.Name, what, how)
	if fn.Doc != "" {
		s += "//\n"
		for _, l := range strings.Split(strings.TrimRight(fn.Doc, "\n"), "\n") {
			if l == "" {
				s += "//\n"
			} else {
				s += "// " + l + "\n"
			}
		}
	}
	return s
}

// signature writes the receiver, name, parameters and result of nameAsync. It returns the
// names of the receiver and the parameters, which avoid the names in taken. For an async generator,
// it also writes the beginning of the function that makes the coroutine.
//
//	func ticksAsync(n int) *asyncgen.Generator[int, rt.Void, rt.Void] {
//		return asyncgen.New("ticks", func(y asyncgen.Yielder[int, rt.Void]) rt.Expr[rt.Void] {
func signature(w *writer, fn *ir.Func, taken naming.Set) (names []string) {
	if fn.Yields != nil {
		return asyncGenerator(w, fn, taken)
	}
	names = head(w, fn, fn.Params, taken)
	w.qual(rtQual("Coroutine"))
	w.text("[")
	w.plain(resultType(fn, nil))
	w.text("] {\n")
	return names
}

// asyncGenerator writes the signature of the constructor of fn, an async generator.
func asyncGenerator(w *writer, fn *ir.Func, taken naming.Set) (names []string) {
	taken["asyncgen"] = true
	fn.TypeCode(fn.Yields.Type()).Idents(func(name string) { taken[name] = true })
	at := fn.YieldIndex()
	names = head(w, fn, slices.Delete(slices.Clone(fn.Params), at, at+1), taken)
	y := taken.Pick("y", "yielder")
	yielder := types.Unalias(fn.Yields.Type()).(*types.Named)
	w.text("*")
	w.qual(asyncgenQual("Generator"))
	w.text("[")
	for t := range yielder.TypeArgs().Types() {
		w.plain(fn.TypeCode(t))
		w.text(", ")
	}
	w.plain(resultType(fn, nil))
	w.line("] {")
	w.text("return ")
	w.qual(asyncgenQual("New"))
	w.text(`("` + title(fn) + `", func(` + y + " ")
	w.plain(fn.TypeCode(yielder))
	w.text(") ")
	w.qual(rtQual("Expr"))
	w.text("[")
	w.plain(resultType(fn, nil))
	w.line("] {")
	return withYield(fn, names, y)
}

// signed writes what ends the constructor of fn.
func signed(w *writer, fn *ir.Func) {
	if fn.Yields != nil {
		w.text("})\n")
	}
	w.text("}")
}

// asyncgenQual returns a mention of name in package asyncgen.
func asyncgenQual(name string) *ir.Qual {
	return &ir.Qual{Path: marker.AsyncGen, Name: name, Pkg: "asyncgen"}
}

// head writes a signature with the parameters params, without its result.
func head(w *writer, fn *ir.Func, params []*ir.Var, taken naming.Set) (names []string) {
	for _, t := range fn.TypeParams {
		taken[t.Name] = true
	}
	w.text("func ")
	if fn.Recv != nil {
		names = append(names, inputName(fn.Recv, taken, "recv"))
		w.text("(" + names[0] + " ")
		w.plain(fn.TypeCode(fn.Recv.Type))
		w.text(") ")
	}
	w.text(fn.Async)
	w.plain(fn.OwnTypeParamList())
	w.text("(")
	names = append(names, parameters(w, fn, params, taken)...)
	w.text(") ")
	return names
}

// inputName returns a name for the parameter v that is not in taken, and adds it to taken.
func inputName(v *ir.Var, taken naming.Set, spare string) string {
	if v.Name == "" || v.Name == "_" {
		return taken.Pick(spare)
	}
	return taken.Pick(v.Name)
}

// parameters writes the list of parameters vars of fn and returns their names.
func parameters(w *writer, fn *ir.Func, vars []*ir.Var, taken naming.Set) (names []string) {
	var list []typed
	for i, v := range vars {
		names = append(names, inputName(v, taken, "arg"))
		x := typed{name: names[i], typ: fn.TypeCode(v.Type)}
		if fn.Variadic && i == len(vars)-1 {
			x.typ = variadic(x.typ)
		}
		if i > 0 && !(fn.Variadic && i == len(vars)-1) {
			x.sameType = types.Identical(vars[i-1].Type, v.Type)
		}
		list = append(list, x)
	}
	w.typed(list, "", ", ")
	return names
}

// variadic returns the type of a variadic parameter. code is its slice type.
func variadic(code ir.Code) ir.Code {
	first := ir.Lit("...")
	if s, ok := code[0].(ir.Text); ok {
		first = ir.Lit("..." + strings.TrimPrefix(string(s), "[]"))
	}
	return append(first, code[1:]...)
}

// A typed is a name in a list of names with their types.
type typed struct {
	name     string
	typ      ir.Code
	sameType bool // the name shares the type with the name before it: dst, src *netio.Conn
}

// typed writes a list of names with their types. Joined names form a row, which has its type
// once. The text before stands before each row. The text between stands between rows.
func (w *writer) typed(list []typed, before, between string) {
	for i, x := range list {
		switch {
		case x.sameType:
			w.text(", ")
		case i > 0:
			w.text(between + before)
		default:
			w.text(before)
		}
		w.text(x.name)
		if i == len(list)-1 || !list[i+1].sameType {
			w.text(" ")
			w.plain(x.typ)
		}
	}
}

// resultType returns the type T if the coroutine of fn is an rt.Coroutine[T].
//
// names are the names of fn. They may be nil if fn has at most three results.
func resultType(fn *ir.Func, names *Names) ir.Code {
	n := fn.NumValues()
	if n == 1 {
		return fn.TypeCode(fn.Results[0].Type)
	}
	if n > 3 {
		return ir.Lit(names.Results + typeArgs(fn))
	}
	code := ir.Code{rtQual([...]string{0: "Void", 2: "Two", 3: "Three"}[n])}
	for i := range n {
		sep := ", "
		if i == 0 {
			sep = "["
		}
		code = append(append(code, ir.Text(sep)), fn.TypeCode(fn.Results[i].Type)...)
	}
	if n > 0 {
		code = append(code, ir.Text("]"))
	}
	return code
}
