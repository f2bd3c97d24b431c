package emit

// This file writes what is special about generators that take values: functions with a co.Yielder.

import (
	"fmt"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

// sendSequence writes the function that runs fn as it is with the inputs called names.
//
//	func(y rt.Yielder[int, string]) (bool, error) { return talk(y, name) }
func sendSequence(w *writer, fn *ir.Func, names []string, taken naming.Set) {
	y := taken.Pick("y")
	call := callOf(fn, fn.Name, withYield(fn, names, y))
	w.text("func(" + y + " ")
	w.qual(rtQual("Yielder"))
	w.text("[")
	w.values(fn)
	w.text(", ")
	w.plain(fn.TypeCode(fn.Gen.In))
	w.text("]) (")
	result, n := "", fn.NumValues()
	if n > 1 {
		result = taken.Pick("results")
		w.text(result + " ")
	}
	w.plain(resultType(fn, nil))
	switch {
	case n == 0 && fn.Fallible:
		w.text(", error) { return ")
		w.plain(resultType(fn, nil))
		w.text("{}, " + call + " }")
	case n == 0:
		w.line(", error) {\n", call)
		w.text("return ")
		w.plain(resultType(fn, nil))
		w.text("{}, nil\n}")
	case n == 1 && fn.Fallible:
		w.text(", error) { return " + call + " }")
	case n == 1:
		w.text(", error) { return " + call + ", nil }")
	default:
		err := taken.Pick("err")
		w.line(", ", err, " error) {")
		for i := range n {
			if i > 0 {
				w.text(", ")
			}
			w.text(fmt.Sprintf("%s.V%d", result, i+1))
		}
		if fn.Fallible {
			w.text(", " + err)
		}
		w.line(" = ", call)
		w.line("return ", result, ", ", err)
		w.text("}")
	}
}

// resumeHead writes the beginning of the method that runs the generator to its next Yield.
func (p *printer) resumeHead() {
	if p.steps() {
		p.line("// resume runs step, and notes whether that returns: it may panic, or a deferred call may recover.")
		p.resumeSignature("resume")
		p.line("if ", p.recv, ".state == ", p.Names.Done, " {")
		p.ends()
		p.line("\n}")
		p.line("v, ok := ", p.recv, ".step(", p.sent, ", ", p.thrown, ")")
		p.line(p.recv, ".returned = !ok")
		p.line("return v, ok\n}\n")
	}
	p.line("// ", p.Resumes(), " runs ", p.Fn.Name, " to its next Yield and returns the value, or to its return.")
	p.resumeSignature(p.Resumes())
}

func (p *printer) resumeSignature(name string) {
	p.text("func (" + p.recv + " *" + p.frameName() + ") " + name + "(")
	p.sendParams()
	p.text(") (")
	p.values(p.Fn.Func)
	p.line(", bool) {")
}

// sendParams writes the parameters for what the Yield returns.
func (p *printer) sendParams() {
	p.text(p.sent + " ")
	p.plain(p.Fn.TypeCode(p.Fn.Gen.In))
	p.text(", " + p.thrown + " error")
}

// partArgs returns the first arguments of the methods of a generator that is split.
func (p *printer) partArgs() string {
	if p.Fn.Sends() {
		return p.sent + ", " + p.thrown + ", "
	}
	return ""
}

// receiveAll writes the assignment of values to the destinations of a that are wanted.
func (p *printer) receiveAll(a *ir.Await, values ...ir.Code) {
	x := &ir.Define{Pos: a.Pos}
	for i, d := range a.Dst {
		if p.wanted(d) {
			if len(x.Vars) > 0 {
				x.Rhs = append(x.Rhs, ir.Text(", "))
			}
			x.Vars = append(x.Vars, d)
			x.Rhs = append(x.Rhs, values[i]...)
		}
	}
	if len(x.Vars) > 0 {
		p.define(x)
	}
}

// delegateSend writes the resumption of the generator to which a delegates, and what it has returned.
//
//	if v, ok := f.inner.resume(sent, thrown); ok {
//		f.state = outerYieldFromInner
//		return v, true
//	}
//	n, err := f.inner.result, f.inner.err
func (p *printer) delegateSend(a *ir.Await, inner string) {
	p.at(a.Pos)
	if a.Operand == ir.From {
		p.passOn(a, inner+".Resume("+p.sent+", "+p.thrown+")")
		p.own()
		if len(a.Dst) > 0 {
			p.define(&ir.Define{Pos: a.Pos, Vars: a.Dst, Rhs: ir.Lit(inner + ".Result()")})
		}
		return
	}
	if !p.isInnerCall(a) {
		p.passOn(a, inner+".resume("+p.sent+", "+p.thrown+")")
	}
	p.own()
	callee := p.Of(a.Callee).Fn
	var results []ir.Code
	for _, v := range callee.Results {
		result := inner + "." + callee.Field(v).Name
		if callee.Home(v) == ir.Boxed {
			result = "*" + result
		}
		results = append(results, ir.Lit(result))
	}
	p.receiveAll(a, results...)
}

// returnSent writes a return of the function. The results are kept for Result. A function with
// deferred calls has not returned yet: see resumeHead.
func (p *printer) returnSent(r *ir.Return) {
	p.at(r.Pos)
	switch {
	case p.steps():
		p.toUnwind(r)
	case len(r.Stops) > 0 || r.Many:
		p.toUnwind(r)
		p.line(p.recv, ".returned = true")
	default:
		p.capture(r.Results...)
		values := r.Results
		if len(values) == 0 { // a naked return
			for _, v := range p.Fn.Results {
				values = append(values, ir.Of(v))
			}
		}
		p.setResults(values, p.recv+".returned")
	}
	p.own()
	p.leave(p.Names.Done)
}

// sendMethods writes Next, Send and Throw.
//
//	func (f *averageGenerator) Next() (float64, bool) { return f.resume(0, nil) }
//
//	func (f *averageGenerator) Send(x float64) (float64, bool) {
//		if f.state == averageStart {
//			panic(machine.NotBegun("average"))
//		}
//		return f.resume(x, nil)
//	}
//
//	func (f *averageGenerator) Throw(err error) (float64, bool) {
//		err = machine.Thrown(err)
//		if f.state == averageStart { // it never begins
//			f.state, f.err, f.returned = averageDone, err, true
//		}
//		return f.resume(0, err)
//	}
func (m *Machine) sendMethods() *jen.Statement {
	if !m.Fn.Sends() {
		return nil
	}
	p := m.printer()
	f, fn := m.recv, m.Fn
	method := func(name, param string, typ ir.Code) {
		p.text("func (" + f + " *" + m.frameName() + ") " + name + "(" + param)
		p.plain(typ)
		p.text(") (")
		p.values(fn.Func)
		p.line(", bool) {")
	}
	none := func() { p.plain(p.zeroOf(fn.Gen.In)) }
	names := naming.Set{f: true, "rt": true, "machine": true}
	typ := fn.TypeCode(fn.Gen.In)
	typ.Idents(func(name string) { names[name] = true })
	in, err := names.Pick("in", "value"), names.Pick("err", "failure")
	p.line("// Next resumes ", fn.Name, ": its Yield returns the zero value.")
	method("Next", "", nil)
	p.fromSource("return ", "Next()")
	p.text("return " + f + ".resume(")
	none()
	p.line(", nil)\n}\n")

	p.line("// Send resumes ", fn.Name, ": its Yield returns ", in, ".")
	method("Send", in+" ", typ)
	p.fromSource("return ", "Send("+in+")")
	p.line("if ", f, ".state == ", m.Names.Start, " {")
	p.text("panic(")
	p.qual(machineQual("NotBegun"))
	p.line(`("`, title(fn.Func), `"))`)
	p.line("}\nreturn ", f, ".resume(", in, ", nil)\n}\n")

	p.line("// Throw resumes ", fn.Name, ": its Yield returns ", err, ". Before the beginning, it ends ", fn.Name, ".")
	method("Throw", err+" ", ir.Lit("error"))
	p.fromSource("return ", "Throw("+err+")")
	p.text(err + " = ")
	p.qual(machineQual("Thrown"))
	p.line("(", err, ")")
	p.line("if ", f, ".state == ", m.Names.Start, " { // it never begins")
	p.text(f + ".state, ")
	if m.failsApart() {
		p.text(f + ".failed")
	} else {
		p.errorField()
	}
	p.line(", ", f, ".returned = ", m.Names.Done, ", ", err, ", true")
	if m.deep {
		p.line(f, ".leaf = nil")
	}
	p.line("}")
	p.text("return " + f + ".resume(")
	none()
	p.text(", " + err + ")\n}")
	return p.statement()
}

// errorField writes the field for the error of the function.
func (p *printer) errorField() { p.ref(&ir.Ref{Var: p.Fn.Results[p.Fn.NumValues()]}) }

// failsApart reports whether the error that ends the generator before it begins has a field of its
// own: the function has no error, or its results exist only once it has begun.
func (m *Machine) failsApart() bool {
	return !m.Fn.Fallible || slices.ContainsFunc(m.Fn.Results, func(v *ir.Var) bool { return m.Fn.Home(v) == ir.Boxed })
}

// closeMethods writes Close and Result.
//
//	func (f *averageGenerator) Close() error {
//		if f.state == averageDone {
//			return nil
//		}
//		if _, ok := f.Throw(rt.ErrGeneratorExit); ok {
//			return rt.ErrIgnoredExit
//		}
//		return machine.Closed(f.err)
//	}
func (m *Machine) closeMethods() *jen.Statement {
	p := m.printer()
	f, fn := m.recv, m.Fn
	p.line("// Close ends ", fn.Name, ": the Yield at which it is suspended fails.")
	p.line("func (", f, " *", m.frameName(), ") Close() error {")
	p.fromSource("return ", "Close()")
	running := ""
	if m.deep && fn.Reenters { // the call that runs has the state of one that has ended
		running = " && !" + f + ".running"
	}
	p.line("if ", f, ".state == ", m.Names.Done, running, " {\nreturn nil\n}")
	p.text("if _, ok := " + f + ".Throw(")
	p.qual(rtQual("ErrGeneratorExit"))
	p.line("); ok {")
	p.text("return ")
	p.qual(rtQual("ErrIgnoredExit"))
	p.line("\n}")
	if m.failsApart() {
		p.line("_, err := ", f, ".Result()")
	}
	p.text("return ")
	p.qual(machineQual("Closed"))
	p.text("(")
	if m.failsApart() {
		p.text("err")
	} else {
		p.errorField()
	}
	p.line(")\n}\n")

	p.line("// Result returns what ", fn.Name, " has returned.")
	p.text("func (" + f + " *" + m.frameName() + ") Result() (")
	p.plain(resultType(fn.Func, nil))
	p.line(", error) {")
	p.fromSource("return ", "Result()")
	p.line("if !", f, ".returned {")
	p.text("return ")
	p.zeroResult()
	p.text(", ")
	p.qual(rtQual("ErrNoResult"))
	p.line("\n}")
	if m.failsApart() {
		p.line("if ", f, ".failed != nil {")
		p.text("return ")
		p.zeroResult()
		p.line(", ", f, ".failed\n}")
	}
	p.text("return ")
	n := fn.NumValues()
	var values []ir.Code
	for _, v := range fn.Results[:n] {
		values = append(values, ir.Of(v))
	}
	p.result(values)
	p.text(", ")
	if fn.Fallible {
		p.errorField()
	} else {
		p.text("nil")
	}
	p.text("\n}")
	return p.statement()
}
