package emit

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
	"github.com/dave/jennifer/jen"
)

// This file writes the reference, which runs the function itself on a goroutine.

// reference writes the constructor of the reference backend, which runs the function itself
// on a goroutine in lock-step with the loop.
func reference(fn *ir.Func) *jen.Statement {
	w := &writer{}
	w.text(doc(fn, ", on a goroutine in lock-step with the loop."))
	taken := naming.Set{"rt": true, fn.Name: fn.Recv == nil}
	resultType(fn, nil).Idents(func(name string) { taken[name] = true }) // the literal mentions it
	names := signature(w, fn, taken)
	call := callOf(fn, fn.Name, names)
	w.text("return ")
	w.qual(machineQual("Lockstep"))
	w.text("(func() (")
	w.plain(resultType(fn, nil))
	w.text(", error) {\n")
	n := fn.NumValues()
	var vars []string
	for i := range n {
		vars = append(vars, "v"+strconv.Itoa(i+1))
	}
	if fn.Fallible {
		vars = append(vars, "err")
	}
	value := func() {
		switch n {
		case 0:
			w.qual(rtQual("Void"))
			w.text("{}")
		case 1:
			w.text("v1")
		default:
			w.plain(resultType(fn, nil))
			w.text("{")
			for i := range n {
				if i > 0 {
					w.text(", ")
				}
				w.text(fmt.Sprintf("V%d: v%d", i+1, i+1))
			}
			w.text("}")
		}
	}
	switch {
	case len(vars) == 0:
		w.line(call)
		w.text("return ")
		value()
		w.line(", nil")
	case n == 0:
		w.text("return ")
		value()
		w.line(", ", call)
	case n == 1 && fn.Fallible:
		w.line("return ", call)
	case n == 1:
		w.line("return ", call, ", nil")
	default:
		w.line(strings.Join(vars, ", "), " := ", call)
		w.text("return ")
		value()
		if fn.Fallible {
			w.line(", err")
		} else {
			w.line(", nil")
		}
	}
	w.text("}")
	for _, place := range fn.Places { // places of deferred calls that await
		w.text(fmt.Sprintf(", %q", place))
	}
	w.text(")\n}")
	if fn.Frame != "" {
		w.text("\n\n")
		referenceFrame(w, fn)
	}
	return w.statement()
}

// referenceFrame writes the frame that a coroutine of another package holds. The frame must
// not depend on the backend.
func referenceFrame(w *writer, fn *ir.Func) {
	w.line("// ", fn.Frame, " is ", fn.Name, " for a coroutine of another package to hold.")
	w.text("type " + fn.Frame)
	w.plain(fn.TypeParamList())
	w.text(" struct{ ")
	w.qual(rtQual("Coroutine"))
	w.text("[")
	w.plain(resultType(fn, nil))
	w.text("] }\n\n")
	taken := naming.Set{"rt": true, fn.Async: true}
	f := taken.Pick("f")
	w.line("// Init sets ", f, " to the beginning of ", fn.Name, ".")
	w.text("func (" + f + " *" + fn.Frame + fn.TypeArgs() + ") Init(")
	names := parameters(w, fn, fn.Inputs(), taken)
	w.text(") { " + f + ".Coroutine = " + callOf(fn, fn.Async, names) + " }")
}

// callOf returns a call of name, a function or method with the inputs of fn. names are the
// inputs.
func callOf(fn *ir.Func, name string, names []string) string {
	if fn.Recv != nil {
		name, names = names[0]+"."+name, names[1:]
	}
	call := name + fn.OwnTypeArgs() + "(" + strings.Join(names, ", ")
	if fn.Variadic {
		call += "..."
	}
	return call + ")"
}
