package emit

// This file writes the unwind method, which runs what a function deferred.

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// unwindMethod writes the method that Poll defers. The user's own defer
// statements stand in it, so that recover, Goexit and panics in deferred calls
// are Go's own.
//
//	func (f *handleFrame) unwind(ready *bool) {
//		if f.state != handleDone {
//			return
//		}
//		*ready = true
//		if f.deferred&1 != 0 {
//			defer f.conn.Close()
//		}
//		if v := recover(); v != nil {
//			panic(v)
//		}
//	}
func (p *poll) unwindMethod() {
	v := p.pick("v", "cause")
	p.line("if ", p.recv, ".state != ", p.names.Done, " {\nreturn // it only suspends\n}")
	p.text("*" + p.ready + " = true // should a deferred call recover\n")
	if p.named {
		p.line("defer func() {")
		p.copyResults()
		p.line("}()")
	}
	for _, d := range p.fn.Defers {
		if d.Always {
			p.deferCall(d)
		}
	}
	switch list := p.fn.Recorded(); {
	case p.fn.DeferList:
		p.deferList(p.recv + ".deferred")
	default:
		for _, d := range list {
			p.line("if ", p.recv, ".deferred&", p.fn.Mask(d), " != 0 {")
			p.push()
			p.deferCall(d)
			p.pop()
			p.text("}\n")
		}
	}
	if len(p.fn.Iters) > 0 {
		p.unwindIters()
		return
	}
	p.line("if ", v, " := recover(); ", v, " != nil {\npanic(", v, ")\n}")
}

// unwindIters writes that the panic goes on, through the loops over functions,
// innermost first.
func (p *poll) unwindIters() {
	p.qual(rtQual("Unwind"))
	p.text("(recover()")
	for _, it := range slices.Backward(p.fn.Iters) {
		p.text(", ")
		p.ref(&ir.Ref{Var: it})
	}
	p.line(")")
}

// deferCall writes the user's defer statement.
func (p *poll) deferCall(d *ir.Defer) {
	p.captureDeferred(d.Call)
	p.text("defer ")
	p.emitDeferred(d.Call)
	p.text("\n")
}

// deferStmt records that control came to a defer statement.
func (p *poll) deferStmt(d *ir.Defer) {
	switch {
	case d.Always:
		p.line("// ", d.Text, ": see unwind")
	case p.fn.DeferList:
		var values []ir.Code
		for _, x := range d.Saved {
			values = append(values, x.Value)
		}
		p.capture(values...)
		list := p.recv + ".deferred"
		p.text(list + " = append(" + list + ", " + p.names.Defer + typeArgs(p.fn.Func) + "{site: " + strconv.Itoa(d.Site))
		for _, x := range d.Saved {
			if x.Var.Entry {
				p.text(", " + p.fn.Field(x.Var).Name + ": ")
				p.emitCode(x.Value)
			}
		}
		p.line("}) // ", d.Text)
	default:
		p.line(p.recv, ".deferred |= ", strings.Trim(p.fn.Mask(d), "()"), " // ", d.Text)
	}
}

// captureDeferred makes locals of the variables that outlive the frame's
// activation because another literal captures them as well.
func (p *poll) captureDeferred(c ir.Code) {
	var outlive ir.Code
	c.Refs(func(r *ir.Ref) {
		if r.Var.Captured {
			outlive = append(outlive, r)
		}
	})
	p.capture(outlive)
}

// emitDeferred writes a deferred call: it runs before the frame is done with,
// so its literal uses the frame itself.
func (p *poll) emitDeferred(c ir.Code) {
	for _, x := range c {
		if r, ok := x.(*ir.Ref); ok && !r.Var.Captured {
			direct := *r
			direct.InLit = false
			x = &direct
		}
		p.emitCode(ir.Code{x})
	}
}

// copyResults sets the results of Poll to the named results of the function.
func (p *poll) copyResults() {
	n := p.fn.NumValues()
	field := func(i int) {
		p.ref(&ir.Ref{Var: p.fn.Results[i]})
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
	if p.fn.Fallible {
		p.text("*" + p.err + " = ")
		field(n)
		p.text("\n")
	}
}
