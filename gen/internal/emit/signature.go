package emit

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

// This file writes the doc comment and the signature of a constructor, and other lists of names
// with their types.

// doc returns the doc comment of the constructor of fn.
func doc(fn *ir.Func, how string) string {
	what := "coroutine"
	if fn.Gen != nil {
		what = "generator"
	}
	s := fmt.Sprintf("// %s returns %s as a %s%s\n", fn.Async, fn.Name, what, how)
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
// names of the receiver and the parameters, which avoid the names in taken.
func signature(w *writer, fn *ir.Func, taken naming.Set) (names []string) {
	names = head(w, fn, taken)
	w.qual(rtQual("Coroutine"))
	w.text("[")
	w.plain(resultType(fn, nil))
	w.text("] {\n")
	return names
}

// head writes a signature without its result.
func head(w *writer, fn *ir.Func, taken naming.Set) (names []string) {
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
	names = append(names, parameters(w, fn, fn.Params, taken)...)
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
