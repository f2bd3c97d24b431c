package emit

// This file writes what is different in the machine of a generator. Its frame is a type that
// programs name, and Next takes the place of Poll.

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

// values writes the types of the values of a generator.
func (w *writer) values(fn *ir.Func) {
	for i, v := range fn.Gen.Values {
		if i > 0 {
			w.text(", ")
		}
		w.plain(fn.TypeCode(v))
	}
}

// title returns the name of a generator as its String says it: tree.walk for a method.
func title(fn *ir.Func) string {
	if fn.Recv != nil {
		return RecvName(fn.Recv.Type) + "." + fn.Name
	}
	return fn.Name
}

// of returns name, or the name of its twin for pairs of values.
func of(fn *ir.Func, name string) string {
	if len(fn.Gen.Values) == 2 {
		return name + "2"
	}
	return name
}

// pull writes the constructor of a generator up to its body, and returns the names of its inputs.
func pull(w *writer, fn *ir.Func, name string, taken naming.Set) (names []string) {
	names = head(w, fn, taken)
	w.line("*", name, fn.TypeArgs(), " {")
	return names
}

// sequence writes the iterator function that is fn with the inputs called names.
//
//	func(yield func(string) bool) { words(text, yield) }
//	l.All()
func sequence(w *writer, fn *ir.Func, names []string, taken naming.Set) {
	if fn.Gen.Lit != nil {
		w.text(callOf(fn, fn.Name, names))
		return
	}
	yield := taken.Pick("yield")
	w.text("func(" + yield + " func(")
	w.values(fn)
	w.text(") bool) { " + callOf(fn, fn.Name, withYield(fn, names, yield)) + " }")
}

// withYield returns names, the inputs of fn without its yield, with the yield where it stands.
func withYield(fn *ir.Func, names []string, yield string) []string {
	at := 0
	for v := range fn.Obj.Signature().Params().Variables() {
		if v == fn.Gen.Yield {
			break
		}
		at++
	}
	if fn.Recv != nil {
		at++
	}
	return append(append(append([]string{}, names[:at]...), yield), names[at:]...)
}

// generatorReference writes the generator of the reference backend, which runs the function
// itself.
func generatorReference(fn *ir.Func) *jen.Statement {
	w := &writer{}
	w.text(doc(fn, ", which runs it as it is."))
	taken := naming.Set{"machine": true, fn.Name: fn.Recv == nil, fn.Frame: true}
	names := pull(w, fn, fn.Frame, taken)
	w.text("return &" + fn.Frame + fn.TypeArgs() + "{")
	w.qual(machineQual(of(fn, "NewPull")))
	w.text(`("` + title(fn) + `", `)
	sequence(w, fn, names, taken)
	w.text(")}\n}\n\n")
	w.line("// ", fn.Frame, " is the generator of ", fn.Name, ".")
	w.text("type " + fn.Frame)
	w.plain(fn.TypeParamList())
	w.text(" struct{ ")
	w.qual(machineQual(of(fn, "Pull")))
	w.text("[")
	w.values(fn)
	w.text("] }")
	return w.statement()
}

// pullMethod writes the constructor of a generator.
//
//	func wordsPull(text string) *wordsGenerator {
//		if machine.FromSource {
//			return &wordsGenerator{source: machine.RunSource("words", func(yield func(string) bool) { words(text, yield) })}
//		}
//		return &wordsGenerator{text: text, more: true}
//	}
func (m *Machine) pullMethod() *jen.Statement {
	fn := m.Fn
	w := m.printer()
	how := "."
	if len(fn.Iters) > 0 {
		how = ". Stop it: while it is in a loop over another iterator function, it has a goroutine."
	}
	w.text(doc(fn.Func, how))
	taken := naming.Set{"machine": true, fn.Name: fn.Recv == nil, m.Names.Frame: true, "true": true}
	if fn.Gen.Lit != nil {
		taken = naming.Set{} // text of the source mentions the parameters
	}
	names := pull(w.writer, fn.Func, m.Names.Frame, taken)
	if m.Beside {
		w.text("if ")
		w.qual(machineQual("FromSource"))
		w.text(" {\nreturn &" + m.frameName() + "{source: ")
		w.qual(machineQual(of(fn.Func, "RunSource")))
		w.text(`("` + title(fn.Func) + `", `)
		sequence(w.writer, fn.Func, names, taken)
		w.text(")}\n}\n")
	}
	if fn.Gen.Lit != nil {
		if fn.Setup != nil {
			w.at(m.Fn.SetupPos)
			w.plain(fn.Setup)
			w.text("\n")
			w.own()
		}
		names = nil
		for _, v := range fn.Captures {
			names = append(names, v.Name)
		}
	}
	if m.deep {
		f := taken.Pick(m.recv, "frame")
		w.text(f + " := &")
		m.own().literal(w.writer, inputs(w.writer, fn, names))
		w.line("\n", f, ".leaf = ", f)
		w.text("return " + f + "\n}")
		return w.statement()
	}
	w.text("return &")
	m.own().literal(w.writer, inputs(w.writer, fn, names))
	w.text("\n}")
	return w.statement()
}

// nextMethod writes Next, which runs the generator to its next yield.
func (m *Machine) nextMethod() *jen.Statement {
	fn := m.Fn
	if m.deep {
		return m.stepMethod()
	}
	p := m.printer()
	p.line("// Next runs ", fn.Name, " to its next yield and returns the value, or to its return.")
	p.method("Next", "")
	p.text(") (")
	p.values(fn.Func)
	p.line(", bool) {")
	p.push()
	p.fromSource("return ", "Next()")
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

// fromSource writes the call of the function itself, in a build from source.
func (p *printer) fromSource(before, call string) {
	if !p.Beside {
		return
	}
	p.text("if ")
	p.qual(machineQual("FromSource"))
	p.line(" {\n", before, p.recv, ".source.", call)
	if before == "" {
		p.line("return")
	}
	p.line("}")
}

// goOn writes the jump to the yield at which the generator resumes. Meanwhile the state says that
// the generator is running, or, if no code of the function can resume it, that it has ended.
func (p *printer) goOn() {
	f, names := p.recv, p.Names
	guarded := names.Running != ""
	if guarded {
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
	p.callParts(results+ok, "")
	p.line("}")
}

// Resumes returns the name of the method that resumes the machine.
func (m *Machine) Resumes() string {
	if m.Fn.Gen != nil {
		return "Next"
	}
	return "Poll"
}

// ends writes a return of Next without a value.
func (p *printer) ends() {
	p.text("return ")
	p.noValues()
	p.text(p.no())
}

// no returns what says that there is no value.
func (m *Machine) no() string {
	if m.deep {
		return "nil"
	}
	return "false"
}

// reentered writes the panic of a generator that its own function resumes.
func (w *writer) reentered(m *Machine) {
	w.text("panic(")
	w.qual(machineQual("Reentered"))
	w.line(`("`, title(m.Fn.Func), `"))`)
}

// noValues writes the zero values of a generator, each with a comma behind it.
func (p *printer) noValues() {
	for _, v := range p.Fn.Gen.Values {
		p.plain(p.zeroOf(v))
		p.text(", ")
	}
}

// suspend writes the way out of Next at a yield, unless the caller wants no more values.
//
//	f.state = wordsYieldWord
//	return word, true
func (p *printer) suspend(a *ir.Await) {
	p.capture(a.Args...)
	polite := p.Fn.Polite && !p.Fn.Late
	if !polite {
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
	if !polite {
		p.line("}")
	}
}

// yielded writes the result of a yield.
func (p *printer) yielded(a *ir.Await) {
	if len(a.Dst) > 0 && p.wanted(a.Dst[0]) {
		p.define(&ir.Define{Pos: a.Pos, Vars: a.Dst, Rhs: ir.Code{ir.More{}}})
	}
}

// leaveGenerator writes a return of the function. Its deferred calls can read the results, and so
// can a generator that hands its yield to this one.
func (p *printer) leaveGenerator(r *ir.Return) {
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

// handsBack reports whether another generator may use the result.
func (m *Machine) handsBack() bool { return m.Fn.Handed && len(m.Fn.Results) > 0 }

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

// yieldOf writes Where.
func (m *Machine) yieldOf(scope naming.Set) *jen.Statement {
	w := m.printer()
	f, lines := m.recv, m.Names.Lines+"["+m.recv+".state]"
	none := m.Names.Start + ", "
	if m.Names.Running != "" {
		none += m.Names.Running + ", "
	}
	w.line("// Where returns the yield at which ", m.Fn.Name, " is suspended.")
	w.line("func (", f, " *", m.frameName(), ") Where() (line string, on ", m.anyType(scope), ") {")
	if m.deep {
		w.line("if ", f, ".up == nil && ", f, ".leaf == nil {\nreturn \"\", nil // running or closed\n}")
	}
	w.line("switch ", f, ".state {")
	w.line("case ", none, m.Names.Done, ":")
	w.line("return \"\", nil")
	states := map[string]string{} // at which the generator waits for another, by the field of that
	var on []string
	for _, a := range m.Fn.Awaits {
		if a.Operand == ir.Child {
			x := w.polled(a)
			if states[x] == "" {
				on = append(on, x)
			} else {
				states[x] += ", "
			}
			states[x] += m.awaits[a].state
		}
	}
	for _, x := range on {
		w.line("case ", states[x], ":")
		w.line("return ", lines, ", ", x)
	}
	w.line("}")
	w.line("return ", lines, ", nil")
	w.text("}")
	return w.statement()
}

// allMethod writes All.
func (m *Machine) allMethod() *jen.Statement {
	w := &writer{}
	names := naming.Set{m.recv: true}
	yield := names.Pick("yield")
	vars := ""
	for i := range m.Fn.Gen.Values {
		if len(m.Fn.Gen.Values) == 2 && i == 0 {
			vars = names.Pick("k") + ", "
			continue
		}
		vars += names.Pick("v")
	}
	ok := names.Pick("ok")
	w.line("// All returns the values that are left. A loop that ends early leaves ", m.recv, " suspended.")
	w.text("func (" + m.recv + " *" + m.frameName() + ") All() ")
	w.qual(seqOf(m.Fn.Func))
	w.text("[")
	w.values(m.Fn.Func)
	w.text("] {\nreturn func(" + yield + " func(")
	w.values(m.Fn.Func)
	w.line(") bool) {")
	w.line("for ", vars, ", ", ok, " := ", m.recv, ".Next(); ", ok, " && ", yield, "(", vars, "); ", vars, ", ", ok, " = ", m.recv, ".Next() {\n}")
	w.text("}\n}")
	return w.statement()
}

// seqOf returns the name of the type that All of the generator fn returns.
func seqOf(fn *ir.Func) *ir.Qual {
	return &ir.Qual{Path: "iter", Name: of(fn, "Seq"), Pkg: "iter"}
}

// stringMethod writes String.
func (m *Machine) stringMethod() *jen.Statement {
	w := m.printer()
	f := m.recv
	w.line("// String returns the state of ", m.Fn.Name, ".")
	w.line("func (", f, " *", m.frameName(), ") String() string {")
	w.fromSource("return ", "String()")
	say := func(text string) string { return fmt.Sprintf("%q", title(m.Fn.Func)+": "+text) }
	if m.deep {
		w.line("switch {")
		w.line("case ", f, ".up != nil: // an inner call")
		w.line("return ", say(""), " + ", m.Names.Lines, "[", f, ".state]")
		if m.Fn.Reenters {
			w.line("case ", f, `.running:`)
			w.line("return ", say("running"))
		}
		w.line("case ", f, ".leaf == nil:")
		w.line("return ", say("closed"), "\n}")
		w.line("return ", say(""), " + ", m.Names.Lines, "[", f, ".leaf.state]")
		w.text("}")
		return w.statement()
	}
	w.line("return ", say(""), " + ", m.Names.Lines, "[", f, ".state]")
	w.text("}")
	return w.statement()
}
