package emit

import (
	"fmt"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
	"github.com/dave/jennifer/jen"
)

// This file writes the coroutine that runs the function itself on a goroutine: the reference, and
// the branch of a machine's constructor for builds from source.

// reference writes the constructor of the reference backend, which runs the function itself
// on a goroutine in lock-step with the loop.
func reference(fn *ir.Func) *jen.Statement {
	if fn.Gen != nil {
		return generatorReference(fn)
	}
	w := &writer{}
	w.text(doc(fn, ", on a goroutine in lock-step with the loop."))
	taken := lockstepNames(fn)
	names := signature(w, fn, taken)
	w.text("return ")
	lockstep(w, fn, names, taken)
	w.text("\n")
	signed(w, fn)
	if fn.Frame != "" {
		w.text("\n\n")
		referenceFrame(w, fn)
	}
	return w.statement()
}

// sourceBranch writes the beginning of the constructor of a machine, which runs the function
// itself in a build from source. names are the inputs, and taken the names in the constructor. In
// other builds it is no code, but the compiler checks that the function is still there and that
// the call fits it.
//
//	if machine.FromSource {
//		return machine.LockstepVoid(func() error { return handle(conn) })
//	}
func sourceBranch(w *writer, fn *ir.Func, names []string, taken naming.Set) {
	w.text("if ")
	w.qual(machineQual("FromSource"))
	w.text(" {\nreturn ")
	lockstep(w, fn, names, taken)
	w.text("\n}\n")
}

// lockstepNames returns the names that lockstep mentions, which the parameters must not have.
func lockstepNames(fn *ir.Func) naming.Set {
	taken := naming.Set{"rt": true, "error": true, "nil": true, fn.Name: fn.Recv == nil}
	resultType(fn, nil).Idents(func(name string) { taken[name] = true })
	return taken
}

// lockstep writes the coroutine that runs fn itself with the inputs called names. It adds to
// taken the names that it declares.
func lockstep(w *writer, fn *ir.Func, names []string, taken naming.Set) {
	call := callOf(fn, fn.Name, names)
	n := fn.NumValues()
	switch {
	case fn.Fallible: // the literal has the results of fn
		w.qual(machineQual([]string{"LockstepVoid", "Lockstep", "Lockstep2", "Lockstep3"}[n]))
		w.text("(func() ")
		if n > 0 {
			w.text("(")
		}
		for _, r := range fn.Results[:n] {
			w.plain(fn.TypeCode(r.Type))
			w.text(", ")
		}
		w.text("error")
		if n > 0 {
			w.text(")")
		}
		w.text(" { return " + call + " }")
	case n == 0:
		w.qual(machineQual("LockstepVoid"))
		w.line("(func() error {\n", call, "\nreturn nil")
		w.text("}")
	case n == 1:
		w.qual(machineQual("Lockstep"))
		w.text("(func() (")
		w.plain(resultType(fn, nil))
		w.text(", error) { return " + call + ", nil }")
	default:
		// The body mentions no type, so its variable hides none.
		results := taken.Pick("results")
		w.qual(machineQual("Lockstep"))
		w.text("(func() (" + results + " ")
		w.plain(resultType(fn, nil))
		w.line(", _ error) {")
		for i := range n {
			if i > 0 {
				w.text(", ")
			}
			w.text(fmt.Sprintf("%s.V%d", results, i+1))
		}
		w.line(" = ", call)
		w.line("return ", results, ", nil")
		w.text("}")
	}
	for _, place := range fn.Places { // places of deferred calls that await
		w.text(fmt.Sprintf(", %q", place))
	}
	w.text(")")
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
