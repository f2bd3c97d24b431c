package emit

import (
	"fmt"
	"strconv"
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
	w := &writer{}
	w.text(doc(fn, ", on a goroutine in lock-step with the loop."))
	names := signature(w, fn, lockstepNames(fn))
	w.text("return ")
	lockstep(w, fn, names)
	w.text("\n}")
	if fn.Frame != "" {
		w.text("\n\n")
		referenceFrame(w, fn)
	}
	return w.statement()
}

// fromSource writes the beginning of the constructor of a machine, which runs the function
// itself in a build from source. names are the inputs. In other builds it is no code, but the
// compiler checks that the function is still there and has the same signature.
//
//	if machine.FromSource {
//		return machine.LockstepVoid(func() error { return handle(conn) })
//	}
func fromSource(w *writer, fn *ir.Func, names []string) {
	w.text("if ")
	w.qual(machineQual("FromSource"))
	w.text(" {\nreturn ")
	lockstep(w, fn, names)
	w.text("\n}\n")
}

// lockstepNames returns the names that lockstep mentions, which the parameters must not have.
func lockstepNames(fn *ir.Func) naming.Set {
	taken := naming.Set{"rt": true, fn.Name: fn.Recv == nil}
	resultType(fn, nil).Idents(func(name string) { taken[name] = true })
	return taken
}

// lockstep writes the coroutine that runs fn itself with the inputs called names.
func lockstep(w *writer, fn *ir.Func, names []string) {
	call := callOf(fn, fn.Name, names)
	n := fn.NumValues()
	if fn.Fallible && n < 4 {
		// The literal has the results of fn.
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
	} else {
		w.qual(machineQual("Lockstep"))
		w.text("(func() (")
		w.plain(resultType(fn, nil))
		w.text(", error) {")
		lockstepBody(w, fn, call)
		w.text("}")
	}
	for _, place := range fn.Places { // places of deferred calls that await
		w.text(fmt.Sprintf(", %q", place))
	}
	w.text(")")
}

// lockstepBody writes the body of a literal that returns the results of call, a call of fn, as
// one value and an error.
func lockstepBody(w *writer, fn *ir.Func, call string) {
	n := fn.NumValues()
	var vars []string
	for i := range n {
		vars = append(vars, "v"+strconv.Itoa(i+1))
	}
	err := "nil"
	if fn.Fallible {
		err = "err"
		vars = append(vars, err)
	}
	if n == 1 && !fn.Fallible {
		w.text(" return " + call + ", nil ")
		return
	}
	w.text("\n")
	if len(vars) > 0 {
		w.text(strings.Join(vars, ", ") + " := ")
	}
	w.line(call)
	w.text("return ")
	if n == 0 {
		w.qual(rtQual("Void"))
	} else {
		w.plain(resultType(fn, nil))
	}
	w.text("{")
	for i := range n {
		if i > 0 {
			w.text(", ")
		}
		w.text(fmt.Sprintf("V%d: v%d", i+1, i+1))
	}
	w.line("}, ", err)
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
