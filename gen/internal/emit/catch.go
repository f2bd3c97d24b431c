package emit

// This file writes what a function needs whose deferred calls await: they are
// blocks of Poll, and a panic is parked until they have run.

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// catch writes the method that Poll defers.
//
//	func (f *handleFrame) catch(t *rt.Task, ready *bool) {
//		switch {
//		case f.state != handleDone: // it only suspends
//		case *ready:
//			f.exit.Raise(t)
//		default:
//			f.exit.Park(t, recover())
//			f.state = handleUnwind
//			_, _, *ready = f.Poll(t)
//		}
//	}
func (m *Machine) catch(p *poll) *jen.Statement {
	if !m.Fn.Parks {
		return nil
	}
	w := &writer{}
	p.writer = w
	f := p.recv
	w.line("// ", m.methodName("catch"), " parks the panic that ends ", m.Fn.Name, ", and runs what it deferred.")
	m.method(p, "catch", p.task+" *")
	w.qual(rtQual("Task"))
	w.text(", ")
	m.resultPointers(p)
	w.line(p.ready, " *bool) {")
	m.begins(p)
	w.line("switch {")
	w.line("case ", f, ".state != ", m.Names.Done, ": // it only suspends")
	w.line("case *", p.ready, ":")
	w.line(f, ".exit.Raise(", p.task, ") // it has run everything")
	w.line("default:")
	w.line(f, ".exit.Park(", p.task, ", recover())")
	w.line(f, ".state = ", m.Names.Unwind)
	value, err := "_", "_"
	if m.Fn.NumValues() > 0 {
		value = "*" + p.value
	}
	if m.Fn.Fallible {
		err = "*" + p.err
	}
	w.line(value, ", ", err, ", *", p.ready, " = ", m.polled(p), ".Poll(", p.task, ")")
	w.text("}\n}")
	return w.statement()
}

// stretches returns how many rows of deferred calls without an await there are.
func stretches(fn *ir.Layout) (n int) {
	for i, d := range fn.Defers {
		if d.Await == nil && (i == 0 || fn.Defers[i-1].Await != nil) {
			n++
		}
	}
	return n
}

// unwindParked writes the method that runs the deferred calls that do not
// await. The user's own defer statements stand in it.
//
//	func (f *handleFrame) unwind(t *rt.Task, mask uint8) {
//		deferred := f.deferred & mask
//		f.deferred &^= mask
//		if deferred&1 != 0 {
//			defer f.conn.Close()
//		}
//		f.exit.Raise(t)
//	}
func (m *Machine) unwindParked(p *poll) *jen.Statement {
	fn := m.Fn
	rows := stretches(fn)
	if rows == 0 {
		return nil
	}
	w := &writer{}
	p.writer = w
	f := p.recv
	w.line("// ", m.methodName("unwind"), " runs what ", fn.Name, " deferred that does not await; a panic in flight goes on in it.")
	m.method(p, "unwind", p.task+" *")
	w.qual(rtQual("Task"))
	list := f + ".deferred"
	p.push()
	defer p.pop()
	types := func() {
		for _, l := range fn.Types {
			if l.Fixed && slices.ContainsFunc(fn.Defers, func(d *ir.Defer) bool { return d.Call.MentionsLocal(l) }) {
				p.plain(l.Code)
				w.text("\n\n")
			}
		}
	}
	if fn.DeferList {
		w.line(") {")
		m.begins(p)
		types()
		n, calls := pick(p.taken, "n", "first"), pick(p.taken, "calls")
		w.text(n + " := len(" + list + ")\nfor " + n + " > 0")
		for _, d := range fn.Defers {
			if d.Await != nil {
				w.text(fmt.Sprintf(" && %s[%s-1].site != %d", list, n, d.Site))
			}
		}
		w.line(" {\n", n, "--\n}")
		w.line(calls, " := ", list, "[", n, ":]")
		w.line(list, " = ", list, "[:", n, "]")
		p.deferList(calls)
	} else {
		var all []*ir.Defer
		for _, d := range fn.Defers {
			if d.Await == nil {
				all = append(all, d)
			}
		}
		record, mask := pick(p.taken, "deferred", "record"), strings.Trim(fn.Mask(all...), "()")
		if rows > 1 {
			mask = pick(p.taken, "mask")
			w.text(", " + mask + " " + bitsType(len(fn.Recorded())))
			w.line(") {")
			m.begins(p)
			types()
			w.line(record, " := ", list, " & ", mask)
		} else {
			w.line(") {")
			m.begins(p)
			types()
			w.line(record, " := ", list)
		}
		w.line(list, " &^= ", mask)
		for _, d := range all {
			w.line("if ", record, "&", fn.Mask(d), " != 0 {")
			p.push()
			p.deferCall(d)
			p.pop()
			w.text("}\n")
		}
	}
	w.text(f + ".exit.Raise(" + p.task + ")\n}")
	return w.statement()
}

// runUnwind writes the call of unwind for a row of deferred calls.
func (p *poll) runUnwind(n *ir.Unwind) {
	if !p.fn.DeferList && stretches(p.fn) > 1 {
		p.line(p.method("unwind"), p.task, ", ", strings.Trim(p.fn.Mask(n.Defers...), "()"), ")")
		return
	}
	p.line(p.method("unwind"), p.task, ")")
}

// release takes d from the record and begins it.
func (p *poll) release(d *ir.Defer) {
	list := p.recv + ".deferred"
	if p.fn.DeferList {
		last := "[len(" + list + ")-1]"
		for _, x := range d.Saved {
			if x.To != nil {
				p.line(p.recv, ".", p.fn.Field(x.To).Name, " = ", list, last, ".", p.fn.Field(x.Var).Name)
			}
		}
		p.line(list, " = ", list, "[:len(", list, ")-1]")
	} else {
		p.line(list, " &^= ", strings.Trim(p.fn.Mask(d), "()"))
	}
	p.line(p.recv, ".exit.Shield(", p.task, ")")
}

// deferList writes the user's defer statements for the calls in a list.
func (p *poll) deferList(list string) {
	p.line("for _, ", p.entry, " := range ", list, " {")
	p.line("switch ", p.entry, ".site {")
	for _, d := range p.fn.Recorded() {
		if d.Await != nil {
			continue
		}
		p.line("case ", strconv.Itoa(d.Site), ":")
		p.push()
		p.deferCall(d)
		p.pop()
	}
	p.text("}\n}\n")
}

// toUnwind sets the results of a return that jumps to the deferred calls.
func (p *poll) toUnwind(r *ir.Return) {
	defer p.stops(r)
	if len(r.Results) == 0 {
		return
	}
	p.capture(r.Results...)
	if !r.Many {
		p.setResults(r.Results)
		return
	}
	for i, v := range p.fn.Results {
		if i > 0 {
			p.text(", ")
		}
		p.ref(&ir.Ref{Var: v})
	}
	p.text(" = ")
	p.emitCode(r.Results[0])
	p.text("\n")
}
