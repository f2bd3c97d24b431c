package emit

// This file writes the methods of a function whose deferred calls await. These calls are
// blocks of Poll, and a panic is parked until they have run.

import (
	"github.com/dave/jennifer/jen"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// catchMethod writes the method that Poll defers.
//
//	func (f *handleFrame) catch(t *rt.Task, ended *bool) {
//		switch {
//		case f.state != handleDone: // suspended, not ended
//		case *ended:
//			f.exit.Raise(t)
//		default:
//			f.exit.Park(t, recover())
//			f.state = handleUnwind
//			_, _, *ended = f.Poll(t)
//		}
//	}
func (m *Machine) catchMethod() *jen.Statement {
	if !m.Fn.Parks {
		return nil
	}
	p := m.printer()
	f := p.recv
	p.line("// ", m.methodName("catch"), " parks a panic that ends ", m.Fn.Name, ", and then ", m.Fn.AtEnd(), ".")
	p.method("catch", p.task+" *")
	p.qual(rtQual("Task"))
	p.text(", ")
	p.resultPointers()
	p.line(p.ended, " *bool) {")
	p.bindFrame()
	p.line("switch {")
	p.line("case ", f, ".state != ", m.Names.Done, ": // suspended, not ended")
	p.line("case *", p.ended, ":")
	p.line(f, ".exit.Raise(", p.task, ") // all deferred calls have run")
	p.line("default:")
	p.line(f, ".exit.Park(", p.task, ", recover())")
	p.line(f, ".state = ", m.Names.Unwind)
	value, err := "_", "_"
	if m.Fn.NumValues() > 0 {
		value = "*" + p.value
	}
	if m.Fn.Fallible {
		err = "*" + p.err
	}
	p.line(value, ", ", err, ", *", p.ended, " = ", m.pollee(), ".Poll(", p.task, ")")
	p.text("}\n}")
	return p.statement()
}

// stretches returns the number of groups of consecutive deferred calls without an await.
func stretches(fn *ir.Layout) (n int) {
	for i, d := range fn.Defers {
		if d.Await == nil && (i == 0 || fn.Defers[i-1].Await != nil) {
			n++
		}
	}
	return n
}

// unwindParked writes the method that runs the deferred calls that do not await. It contains
// the user's defer statements.
//
//	func (f *handleFrame) unwind(t *rt.Task, mask uint8) {
//		deferred := f.deferred & mask
//		f.deferred &^= mask
//		if deferred&handleDeferCloseConn != 0 {
//			defer f.conn.Close()
//		}
//		f.exit.Raise(t)
//	}
func (m *Machine) unwindParked() *jen.Statement {
	fn := m.Fn
	rows := stretches(fn)
	if rows == 0 {
		return nil
	}
	p := m.unwindPrinter()
	f := p.recv
	p.line("// ", m.methodName("unwind"), " runs deferred calls of ", fn.Name, " that do not await. A panic in flight continues there.")
	p.method("unwind", p.task+" *")
	p.qual(rtQual("Task"))
	list := f + ".deferred"
	p.push()
	defer p.pop()
	if fn.DeferList {
		p.line(") {")
		p.bindFrame()
		p.deferredDecls()
		n, calls := p.taken.Pick("n", "first"), p.taken.Pick("calls")
		p.text(n + " := len(" + list + ")\nfor " + n + " > 0")
		for _, d := range fn.Defers {
			if d.Await != nil {
				p.text(" && " + list + "[" + n + "-1].site != " + p.consts[d])
			}
		}
		p.line(" {\n", n, "--\n}")
		p.line(calls, " := ", list, "[", n, ":]")
		p.line(list, " = ", list, "[:", n, "]")
		p.deferList(calls)
	} else {
		var all []*ir.Defer
		for _, d := range fn.Defers {
			if d.Await == nil {
				all = append(all, d)
			}
		}
		record, mask := p.taken.Pick("deferred", "record"), ir.Marks(all).Join(p.constant)
		if rows > 1 {
			mask = p.taken.Pick("mask")
			p.text(", " + mask + " " + bitsType(len(fn.Recorded())))
			p.line(") {")
			p.bindFrame()
			p.deferredDecls()
			p.line(record, " := ", list, " & ", mask)
		} else {
			p.line(") {")
			p.bindFrame()
			p.deferredDecls()
			p.line(record, " := ", list)
		}
		p.line(list, " &^= ", mask)
		for _, d := range all {
			p.line("if ", record, "&", p.consts[d], " != 0 {")
			p.push()
			p.deferCall(d)
			p.pop()
			p.text("}\n")
		}
	}
	p.text(f + ".exit.Raise(" + p.task + ")\n}")
	return p.statement()
}

// runUnwind writes the call of unwind for consecutive deferred calls.
func (p *printer) runUnwind(n *ir.Unwind) {
	if !p.Fn.DeferList && stretches(p.Fn) > 1 {
		p.line(p.call("unwind"), p.task, ", ", ir.Marks(n.Defers).Join(p.constant), ")")
		return
	}
	p.line(p.call("unwind"), p.task, ")")
}

// release writes the code that removes d from the record and begins its call.
func (p *printer) release(d *ir.Defer) {
	list := p.recv + ".deferred"
	if p.Fn.DeferList {
		last := "[len(" + list + ")-1]"
		for _, x := range d.Saved {
			if x.To != nil {
				p.line(p.recv, ".", p.Fn.Field(x.To).Name, " = ", list, last, ".", p.Fn.Field(x.Var).Name)
			}
		}
		p.line(list, " = ", list, "[:len(", list, ")-1]")
	} else {
		p.line(list, " &^= ", p.consts[d])
	}
	p.line(p.recv, ".exit.Shield(", p.task, ")")
}

// deferList writes the user's defer statements for the calls in a list.
func (p *printer) deferList(list string) {
	p.line("for _, ", p.entry, " := range ", list, " {")
	p.line("switch ", p.entry, ".site {")
	for _, d := range p.Fn.Recorded() {
		if d.Await != nil {
			continue
		}
		p.line("case ", p.consts[d], ":")
		p.push()
		p.deferCall(d)
		p.pop()
	}
	p.text("}\n}\n")
}

// toUnwind writes the assignment of the results for a return that jumps to the deferred
// calls.
func (p *printer) toUnwind(r *ir.Return) {
	defer p.stops(r)
	if len(r.Results) == 0 {
		return
	}
	p.capture(r.Results...)
	if !r.Many {
		p.setResults(r.Results)
		return
	}
	for i, v := range p.Fn.Results {
		if i > 0 {
			p.text(", ")
		}
		p.ref(&ir.Ref{Var: v})
	}
	p.text(" = ")
	p.emitCode(r.Results[0])
	p.text("\n")
}
