package emit

// This file writes Next, which takes the place of Poll in a generator, and the yields in it.

import (
	"github.com/dave/jennifer/jen"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// nextMethod writes Next, which runs the generator to its next yield.
func (m *Machine) nextMethod() *jen.Statement {
	fn := m.Fn
	if m.deep {
		return m.stepMethod()
	}
	p := m.printer()
	p.nextHead()
	p.push()
	if fn.Parts > 0 {
		p.runParts()
	} else {
		p.head(fn.Blocks)
		p.because(resumes)
		p.goOn()
		p.body(fn.Blocks)
	}
	p.pop()
	p.text("}")
	return p.statement()
}

// nextHead writes the beginning of the method that resumes the machine.
func (p *printer) nextHead() {
	if p.Fn.Sends() {
		p.resumeHead()
		return
	}
	p.line("// Next runs ", p.Fn.Name, " to its next yield and returns the value, or to its return.")
	p.method("Next", "")
	p.text(") (")
	p.values(p.Fn.Func)
	p.line(", bool) {")
	p.fromSource("return ", "Next()")
}

// goOn writes the jump to the yield at which the generator resumes. Meanwhile the state says that
// the generator is running, or, if no code of the function can resume it, that it has ended.
func (p *printer) goOn() {
	f, names := p.recv, p.Names
	guarded := names.Running != ""
	switch {
	case guarded && p.steps(): // resume has seen whether the generator has ended
		p.line("if ", f, ".state == ", names.Running, " {")
		p.reentered(p.Machine)
		p.line("}")
	case guarded && p.Fn.Sends():
		p.line("switch ", f, ".state {")
		p.line("case ", names.Running, ":")
		p.reentered(p.Machine)
		p.line("case ", names.Done, ":")
		p.ends()
		p.line("\n}")
	case guarded:
		p.line("switch {")
		p.line("case ", f, ".state == ", names.Running, " && ", f, ".more:")
		p.reentered(p.Machine)
		p.line("case ", f, ".state >= ", names.Running, ": // being stopped, or closed")
		p.ends()
		p.line("\n}")
	}
	if len(p.Fn.Awaits) > 0 || p.Fn.Parts > 0 {
		p.line(p.state, " := ", f, ".state")
	}
	if guarded {
		p.line(f, ".state = ", names.Running)
		p.line("defer ", f, ".unwind()")
	} else if len(p.Fn.Awaits) == 0 && p.Fn.Parts == 0 {
		p.line("if ", f, ".state == ", names.Done, " {")
		p.ends()
		p.line("\n}")
		p.line(f, ".state = ", names.Done)
	} else {
		p.line(f, ".state = ", names.Done, " // unless it yields")
	}
	if p.Fn.Parts > 0 {
		if !guarded {
			p.line("if ", p.state, " == ", names.Done, " {")
			p.ends()
			p.line("\n}")
		}
		return
	}
	if len(p.Fn.Awaits) > 0 {
		p.line("switch ", p.state, " {")
		for _, a := range p.Fn.Awaits {
			p.line("case ", p.awaits[a].state, ":\ngoto ", p.awaits[a].label)
		}
		if !guarded && !p.deep { // a deep generator does not resume a call that has returned
			p.line("case ", names.Done, ":")
			p.ends()
			p.text("\n")
		}
		p.line("}")
	}
	p.text("\n")
}

// runGeneratorParts writes the rest of Next of a generator that is split. name chooses a name of a
// local.
//
//	for {
//		var (
//			value int
//			ok    bool
//		)
//		switch {
//		case state < wordsEndIf32:
//			state, value, ok = f.part1(state)
//		default:
//			state, value, ok = f.part2(state)
//		}
//		if state == wordsDone {
//			return value, ok
//		}
//	}
func (p *printer) runGeneratorParts(name func(string) string) {
	p.goOn()
	p.line("for {")
	results := ""
	for _, v := range p.Fn.Gen.Values {
		value := name("value")
		p.text("var " + value + " ")
		p.plain(p.Fn.TypeCode(v))
		p.text("\n")
		results += value + ", "
	}
	ok := name("ok")
	p.line("var ", ok, " bool")
	p.callParts(results+ok, p.partArgs())
	p.line("}")
}

// suspend writes the way out of Next at a yield, unless the caller wants no more values.
//
//	f.state = wordsYieldWord
//	return word, true
func (p *printer) suspend(a *ir.Await) {
	p.capture(a.Args...)
	always := p.alwaysLeaves()
	if !always {
		p.line("if ", p.more(), " {")
	}
	p.line(p.recv, ".state = ", p.awaits[a].state)
	p.at(a.Pos)
	p.text("return ")
	p.nowhere()
	for _, v := range a.Args {
		p.emitCode(v)
		p.text(", ")
	}
	if p.deep {
		p.line(p.recv)
	} else {
		p.line("true")
	}
	p.own()
	if !always {
		p.line("}")
	}
}

// alwaysLeaves reports whether each yield leaves Next, whatever the caller wants.
func (m *Machine) alwaysLeaves() bool { return m.Fn.Polite && !m.Fn.Late || m.Fn.Sends() }

// leftAtYield reports whether control has left the machine at the yield with which b ends.
func (p *printer) leftAtYield(b *ir.Block) bool {
	if p.Fn.Gen == nil || len(b.Nodes) == 0 || !p.alwaysLeaves() {
		return false
	}
	arm, ok := b.Nodes[len(b.Nodes)-1].(*ir.Arm)
	return ok && arm.Await.Operand == ir.Yield
}

// yielded writes the result of a yield.
func (p *printer) yielded(a *ir.Await) {
	if p.Fn.Sends() {
		p.receiveAll(a, ir.Lit(p.sent), ir.Lit(p.thrown))
		return
	}
	if len(a.Dst) > 0 && p.wanted(a.Dst[0]) {
		p.define(&ir.Define{Pos: a.Pos, Vars: a.Dst, Rhs: ir.Code{ir.More{}}})
	}
}

// leaveGenerator writes a return of the function. Its deferred calls can read the results, and so
// can a generator that hands its yield to this one.
func (p *printer) leaveGenerator(r *ir.Return) {
	if p.Fn.Sends() {
		p.returnSent(r)
		return
	}
	p.capture(r.Results...)
	result := ir.Code(nil)
	if len(p.Fn.Results) > 0 {
		result = ir.Of(p.Fn.Results[0])
	}
	switch {
	case len(r.Results) == 0:
	case p.Fn.Kept:
		p.setResults(r.Results)
	case p.handsBack():
		result = r.Results[0]
	case p.needed(r.Results[0]):
		p.text("_ = ")
		p.emitCode(r.Results[0])
		p.text("\n")
	}
	if p.handsBack() && !(p.Fn.Kept && len(p.Fn.Defers) > 0) { // otherwise unwind does
		p.text(p.recv + ".result = ")
		p.emitCode(result)
		p.text("\n")
	}
	p.stops(r)
	if p.last() == '\n' {
		p.at(r.Pos)
	}
	p.leave(p.Names.Done)
}

// needed reports whether c must be written even though nobody uses its value: it may do something,
// or it is a local of Go, which must be used.
func (p *printer) needed(c ir.Code) bool {
	if r, ok := c[0].(*ir.Ref); ok && len(c) == 1 {
		return p.Fn.Home(r.Var) == ir.Inner
	}
	return p.acts(c)
}

// acts reports whether the evaluation of c may do more than read a variable.
func (p *printer) acts(c ir.Code) bool {
	if len(c) != 1 {
		return true
	}
	switch x := c[0].(type) {
	case *ir.Ref, ir.More:
		return false
	case ir.Text:
		return x != "true" && x != "false"
	}
	return true
}
