package emit

// This file writes how a generator ends: the deferred calls of Next, and Stop.

import (
	"github.com/dave/jennifer/jen"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// generatorUnwind writes the method that Next defers.
//
//	func (f *wordsGenerator) unwind() {
//		if f.state != wordsRunning {
//			return // suspended, not ended
//		}
//		defer func() { f.state = wordsDone }()
//		if f.deferred&wordsDeferClose != 0 {
//			defer f.file.Close()
//		}
//		if v := recover(); v != nil {
//			panic(v) // again, for the deferred calls to recover
//		}
//	}
func (m *Machine) generatorUnwind() *jen.Statement {
	fn := m.Fn
	if m.Names.Running == "" {
		return nil
	}
	p := m.unwindPrinter()
	f := p.recv
	calls := len(fn.Defers) > 0 || len(fn.Iters) > 0
	if !calls {
		p.line("// unwind notes that ", fn.Name, " has ended, unless it is suspended.")
		p.method("unwind", "")
		p.line(") {\nif ", f, ".state == ", m.Names.Running, " {")
		p.line(f, ".state = ", m.Names.Done, "\n}")
		p.text("}")
		return p.statement()
	}
	if len(fn.Defers) > 0 {
		p.line("// unwind runs the deferred calls of ", fn.Name, " when it ends, and does nothing when it suspends.")
	} else {
		p.line("// unwind ends the loops over functions of ", fn.Name, " that a panic goes through, and does nothing when it suspends.")
	}
	p.method("unwind", "")
	p.line(") {")
	p.push()
	p.deferredDecls()
	p.line("if ", f, ".state != ", m.Names.Running, " {\nreturn // suspended, not ended\n}")
	if m.handsBack() && fn.Kept {
		p.line("defer func() {")
		p.text(f + ".result = ")
		p.ref(&ir.Ref{Var: fn.Results[0]})
		p.line("\n", f, ".state = ", m.Names.Done, "\n}()")
	} else {
		p.line("defer func() { ", f, ".state = ", m.Names.Done, " }()")
	}
	p.deferredCalls()
	p.pop()
	p.text("}")
	return p.statement()
}

// stopMethod writes Stop.
func (m *Machine) stopMethod() *jen.Statement {
	if m.Fn.Sends() {
		return m.closeMethods()
	}
	w := m.printer()
	f, names := m.recv, m.Names
	w.line("// Stop ends ", m.Fn.Name, ": the yield at which it is suspended returns false.")
	w.line("func (", f, " *", m.frameName(), ") Stop() {")
	w.fromSource("", "Stop()")
	if m.deep {
		w.line("if ", f, ".state != ", names.Start, " {\n", f, ".run(false)\n}")
		w.line(f, ".leaf = nil")
		w.text("}")
		return w.statement()
	}
	last := names.Done
	w.line("switch {")
	w.line("case ", f, ".state == ", names.Start, ":")
	w.line(f, ".state = ", names.Done)
	if names.Running != "" {
		last = names.Running
		w.line("case ", f, ".state == ", names.Running, " && ", f, ".more:")
		w.reentered(m)
	}
	w.line("case ", f, ".state < ", last, ":")
	w.line(f, ".more = false")
	w.line(f, ".Next()")
	w.text("}\n}")
	return w.statement()
}
