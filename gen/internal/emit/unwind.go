package emit

// This file writes the method unwind, which runs the deferred calls of a function.

import (
	"fmt"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// unwindBody writes the body of the method that Poll defers. The body contains the user's
// defer statements, so Go itself handles recover, Goexit and panics in deferred calls.
//
//	func (f *handleFrame) unwind(ended *bool) {
//		if f.state != handleDone {
//			return // suspended, not ended
//		}
//		*ended = true // in case a deferred call recovers
//		if f.deferred&handleDeferCloseConn != 0 {
//			defer f.conn.Close()
//		}
//		if v := recover(); v != nil {
//			panic(v) // again, for the deferred calls to recover
//		}
//	}
func (p *printer) unwindBody() {
	p.line("if ", p.recv, ".state != ", p.Names.Done, " {\nreturn // suspended, not ended\n}")
	p.text("*" + p.ended + " = true // in case a deferred call recovers\n")
	if p.named {
		p.line("defer func() {")
		p.copyResults()
		p.line("}()")
	}
	p.deferredCalls()
}

// deferredCalls writes the user's defer statements, and the way of a panic through them.
func (p *printer) deferredCalls() {
	for _, d := range p.Fn.Defers {
		if d.Always {
			p.deferCall(d)
		}
	}
	switch list := p.Fn.Recorded(); {
	case p.Fn.DeferList:
		p.deferList(p.recv + ".deferred")
	default:
		for _, d := range list {
			p.line("if ", p.recv, ".deferred&", p.consts[d], " != 0 {")
			p.push()
			p.deferCall(d)
			p.pop()
			p.text("}\n")
		}
	}
	if len(p.Fn.Iters) > 0 {
		p.unwindIters()
		return
	}
	v := p.pick("v", "cause")
	p.line("if ", v, " := recover(); ", v, " != nil {\npanic(", v, ") // again, for the deferred calls to recover\n}")
}

// unwindIters writes the call by which a panic continues through the loops over functions,
// innermost first.
func (p *printer) unwindIters() {
	p.qual(machineQual("Unwind"))
	p.text("(recover()")
	for _, it := range slices.Backward(p.Fn.Iters) {
		p.text(", ")
		p.ref(&ir.Ref{Var: it})
	}
	p.line(")")
}

// deferCall writes the user's defer statement.
func (p *printer) deferCall(d *ir.Defer) {
	p.captureDeferred(d.Call)
	p.at(d.Pos)
	p.text("defer ")
	p.emitDeferred(d.Call)
	p.text("\n")
	p.own()
}

// deferStmt writes the code that records that control reached a defer statement.
func (p *printer) deferStmt(d *ir.Defer) {
	switch {
	case d.Always:
		p.line("// ", d.Text, ": see unwind", p.comes(d.Pos))
	case p.Fn.DeferList:
		var values []ir.Code
		for _, x := range d.Saved {
			values = append(values, x.Value)
		}
		p.capture(values...)
		list := p.recv + ".deferred"
		p.at(d.Pos)
		p.text(list + " = append(" + list + ", " + p.Names.Defer + typeArgs(p.Fn.Func) + "{site: " + p.consts[d])
		for _, x := range d.Saved {
			if x.Var.Entry {
				p.text(", " + p.Fn.Field(x.Var).Name + ": ")
				p.emitCode(x.Value)
			}
		}
		p.line("}) // ", d.Text)
		p.own()
	default:
		p.at(d.Pos)
		p.line(p.recv, ".deferred |= ", p.consts[d], " // ", d.Text)
		p.own()
	}
}

// deferConstants writes the constants of the record of deferred calls.
//
//	const (
//		handleDeferCloseConn = 1 << iota // echo.go:15  defer conn.Close()
//	)
func (m *Machine) deferConstants() *jen.Statement {
	first := " = 1 << iota"
	if m.Fn.DeferList {
		first = " = iota"
	}
	w := &writer{}
	for i, d := range m.Fn.Recorded() {
		if i == 0 {
			w.line("// The calls that ", m.Fn.Name, " may have deferred.")
			w.line("const (")
		}
		w.line(m.consts[d], first, " // ", place(m.Fn.Func, d.Pos, d.Text))
		first = ""
	}
	if first != "" {
		return nil
	}
	w.text(")")
	return w.statement()
}

// constant returns the constant of a defer statement.
func (m *Machine) constant(d *ir.Defer) string { return m.consts[d] }

// captureDeferred declares locals for the variables of a deferred call that other literals
// capture as well, because these literals may outlive the use of the frame.
func (p *printer) captureDeferred(c ir.Code) {
	var outlive ir.Code
	c.Refs(func(r *ir.Ref) {
		if r.Var.Captured {
			outlive = append(outlive, r)
		}
	})
	p.capture(outlive)
}

// emitDeferred writes a deferred call. The call runs before the frame is used again, so its
// literal may refer to the frame.
func (p *printer) emitDeferred(c ir.Code) {
	for _, x := range c {
		if r, ok := x.(*ir.Ref); ok && !r.Var.Captured {
			direct := *r
			direct.InLit = false
			x = &direct
		}
		p.emitCode(ir.Code{x})
	}
}

// copyResults writes the code that copies the named results of the function to the results of
// Poll.
func (p *printer) copyResults() {
	n := p.Fn.NumValues()
	field := func(i int) {
		p.ref(&ir.Ref{Var: p.Fn.Results[i]})
	}
	switch {
	case n == 1:
		p.text("*" + p.value + " = ")
		field(0)
		p.text("\n")
	case n > 1:
		for i := range n {
			p.text(fmt.Sprintf("%s.V%d = ", p.value, i+1))
			field(i)
			p.text("\n")
		}
	}
	if p.Fn.Fallible {
		p.text("*" + p.err + " = ")
		field(n)
		p.text("\n")
	}
}

func (m *Machine) unwindMethod() *jen.Statement {
	fn := m.Fn
	if !fn.Unwinds() {
		return nil
	}
	if fn.Parks {
		return m.unwindParked()
	}
	p := m.unwindPrinter()
	p.line("// ", m.methodName("unwind"), " runs the deferred calls of ", fn.Name, " when it ends, and does nothing when it suspends.")
	p.method("unwind", "")
	p.resultPointers()
	p.line(p.ended, " *bool) {")
	p.bindFrame()
	p.push()
	p.deferredDecls()
	p.unwindBody()
	p.pop()
	p.text("}")
	return p.statement()
}

// leaver returns the name of the method that leaveMethod writes. If the deferred calls are
// blocks, the method is separate, because a panic must leave the loops before it is parked.
func leaver(fn *ir.Layout) string {
	if fn.Parks {
		return "leave"
	}
	return "unwind"
}

// leaveMethod writes the method that lets a panic pass through the loops over functions,
// unless unwind does so.
//
//	func (f *findFrame) unwind() {
//		if f.state == findDone {
//			machine.Unwind(recover(), f.iter)
//		}
//	}
func (m *Machine) leaveMethod() *jen.Statement {
	fn := m.Fn
	if len(fn.Iters) == 0 || len(fn.Defers) > 0 && !fn.Parks {
		return nil
	}
	p := m.printer()
	name := leaver(fn)
	p.line("// ", m.methodName(name), " passes a panic of ", m.methodName("Poll"), " through the iterators of ", fn.Name, ".")
	p.method(name, "")
	p.line(") {")
	p.bindFrame()
	p.line("if ", p.recv, ".state == ", m.Names.Done, " {")
	p.unwindIters()
	p.text("}\n}")
	return p.statement()
}

// resultPointers writes the parameters by which a method sets the results of Poll.
func (p *printer) resultPointers() {
	if !p.named {
		return
	}
	if p.Fn.NumValues() > 0 {
		p.text(p.value + " *")
		p.plain(p.resultType())
		p.text(", ")
	}
	if p.Fn.Fallible {
		p.text(p.err + " *error, ")
	}
}
