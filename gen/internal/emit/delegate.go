package emit

// This file writes delegation: a generator that hands on the values of another one. The frame
// holds the other generator. A generator that delegates to itself is deep: Next
// resumes the innermost call at once, so a value passes from any depth in the same time.

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// more returns what tells whether the caller of a generator wants more values.
func (m *Machine) more() string {
	if m.deep {
		return m.wants
	}
	return m.recv + ".more"
}

// delegate writes the resumption of the generator to which a delegates, and the suspension if that
// has yielded.
//
//	f.words.more = f.more
//	if v, ok := f.words.Next(); ok {
//		f.state = textYieldFromWords
//		return v, true
//	}
func (p *printer) delegate(a *ir.Await) {
	inner := p.recv + "." + p.Fn.Ops[a].Name
	if p.Fn.Sends() {
		p.delegateSend(a, inner)
		return
	}
	if !p.isInnerCall(a) {
		p.at(a.Pos)
		if p.Of(a.Callee).Fn.IsDeep() {
			p.passOn(a, inner+".run("+p.more()+")")
		} else {
			p.line(inner, ".more = ", p.more())
			p.passOn(a, inner+".Next()")
		}
		p.own()
	}
	if len(a.Dst) > 0 && p.wanted(a.Dst[0]) {
		p.define(&ir.Define{Pos: a.Pos, Vars: a.Dst, Rhs: ir.Lit(inner + ".result")})
	}
}

// passOn writes the call that resumes another generator, and the way out if that has yielded.
func (p *printer) passOn(a *ir.Await, call string) {
	p.because(suspends)
	in := p.inner()
	names := ""
	for range p.Fn.Gen.Values {
		names += in.fresh("v") + ", "
	}
	ok, is, last := in.fresh("ok"), "", "true"
	if p.deep {
		last = p.recv
	}
	if p.isInnerCall(a) {
		ok, is = in.fresh("leaf"), " != nil"
		last = ok
	}
	p.line("if ", names, ok, " := ", call, "; ", ok, is, " {")
	p.line(p.recv, ".state = ", p.awaits[a].state)
	p.text("return ")
	p.nowhere()
	p.line(names, last, "\n}")
	p.because(joins)
}

// isInnerCall reports whether a delegates to the function itself, in a deep generator.
func (m *Machine) isInnerCall(a *ir.Await) bool { return m.deep && m.Fn.DelegatesToItself(a) }

// innerCall writes the beginning of an inner call of a deep generator, and its first run. The frame
// of the inner call is kept for the next delegation.
//
//	if f.walk == nil {
//		f.walk = &treeWalkGenerator{up: f}
//	}
//	f.walk.t, f.walk.state = f.t.left, treeWalkStart
//	if v, leaf := f.walk.step(more); leaf != nil {
//		f.state = treeWalkYieldFromWalk
//		return v, leaf
//	}
func (p *printer) innerCall(a *ir.Await, field string) {
	p.line("if ", field, " == nil {\n", field, " = &", p.frameName(), "{up: ", p.recv, "}\n}")
	p.at(a.Pos)
	p.beginChild(a, field)
	p.passOn(a, field+".step("+p.stepArgs()+")")
}

// stepArgs returns the arguments of step.
func (p *printer) stepArgs() string {
	if p.Fn.Sends() {
		return p.sent + ", " + p.thrown
	}
	return p.wants
}

// stepParams writes the parameters of step.
func (p *printer) stepParams() {
	if p.Fn.Sends() {
		p.sendParams()
		return
	}
	p.text(p.wants + " bool")
}

// deepMethods writes the methods of a deep generator: Next, and run, which Stop calls as well. A
// generator that takes values has resume in place of run.
//
//	func (f *treeWalkGenerator) run(more bool) (int, bool) {
//		leaf := f.leaf
//		f.leaf = nil // unless it yields
//		for ; leaf != nil; leaf = leaf.up {
//			if v, at := leaf.step(more); at != nil {
//				f.leaf = at
//				return v, true
//			}
//		}
//		return 0, false
//	}
func (m *Machine) deepMethods() *jen.Statement {
	if !m.deep {
		return nil
	}
	fn := m.Fn
	p := m.printer()
	f, run := p.recv, "run"
	if fn.Sends() {
		run = "resume"
	} else {
		p.nextHead()
		p.line("return ", f, ".run(true)\n}\n")
	}
	p.line("// ", run, " resumes the innermost call of ", fn.Name, ", and then those around it that it returns to.")
	p.method(run, "")
	p.stepParams()
	p.text(") (")
	p.values(fn.Func)
	p.line(", bool) {")
	switch {
	case fn.Reenters && fn.Sends():
		p.line("if ", f, ".running {")
		p.reentered(m)
		p.line("}")
		p.line(f, ".running = true")
		p.line("defer func() { ", f, ".running = false }()")
	case fn.Reenters:
		p.line("if ", f, ".running && !", f, ".stopping {")
		p.reentered(m)
		p.line("}")
		p.line("if ", f, ".running {")
		p.text("return ")
		p.noValues()
		p.line("false\n}")
		p.line(f, ".running, ", f, ".stopping = true, !", p.wants)
		p.line("defer func() { ", f, ".running = false }()")
	}
	names := slices.Repeat([]string{"v"}, len(fn.Gen.Values))
	if len(names) == 2 {
		names[0] = "k"
	}
	values := ""
	for _, name := range names {
		values += name + ", "
	}
	p.line("leaf := ", f, ".leaf")
	p.line(f, ".leaf = nil // unless it yields")
	p.line("for ; leaf != nil; leaf = leaf.up {")
	p.line("if ", values, "at := leaf.step(", p.stepArgs(), "); at != nil {")
	p.line(f, ".leaf = at")
	p.line("return ", values, "true\n}\n}")
	p.text("return ")
	p.noValues()
	p.text("false\n}")
	return p.statement()
}

// stepMethod writes the machine of one call of a deep generator.
func (m *Machine) stepMethod() *jen.Statement {
	fn := m.Fn
	p := m.printer()
	p.line("// step runs one call of ", fn.Name, ". It returns a value and the call that has yielded it, or nil.")
	p.method("step", "")
	p.stepParams()
	p.text(") (")
	p.values(fn.Func)
	p.line(", *", p.frameName(), ") {")
	p.push()
	p.head(fn.Blocks)
	p.because(resumes)
	p.goOn()
	p.body(fn.Blocks)
	p.pop()
	p.text("}")
	return p.statement()
}
