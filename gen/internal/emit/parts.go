package emit

// This file writes functions that are split. Each part is a method, and Poll calls one part
// after the other.

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

// parts returns the blocks of each part of fn.
func parts(fn *ir.Layout) (list [][]*ir.Block) {
	for i, b := range fn.Blocks {
		if i == 0 || b.Part != fn.Blocks[i-1].Part {
			list = append(list, nil)
		}
		list[len(list)-1] = append(list[len(list)-1], b)
	}
	return list
}

// stateOf returns the state at which the function resumes at b, or "" if there is none.
func (m *Machine) stateOf(b *ir.Block) string {
	switch {
	case b.Await != nil || b.Across:
		return m.states[b]
	case b == m.Fn.Unwind:
		return m.Names.Unwind
	}
	return ""
}

// runParts writes the body of the Poll of a function that is split.
//
//	for {
//		var (
//			value int
//			err   error
//			ready bool
//		)
//		switch {
//		case state < handleEndIf32:
//			state, value, err, ready = f.part1(t, state)
//		default:
//			state, value, err, ready = f.part2(t, state)
//		}
//		if state == handleDone {
//			return value, err, ready
//		}
//	}
func (p *printer) runParts() {
	p.because(resumes)
	if p.Fn.Gen == nil {
		p.prologue(true)
	}
	own := naming.Set{p.recv: true, p.task: true, p.state: true, p.ready: true}
	name := func(name string) string {
		name = naming.Free(func(name string) bool { return own[name] || p.isFixed(name) || p.reserved[name] }, name)
		own.Add(name)
		return name
	}
	if p.Fn.Gen != nil {
		p.runGeneratorParts(name)
		return
	}
	value, err := p.value, p.err
	var declared [][2]any
	if !p.named || p.Fn.NumValues() == 0 {
		value = name("value")
		declared = append(declared, [2]any{value, p.resultType()})
	}
	if !p.named || !p.Fn.Fallible {
		err = name("err")
		declared = append(declared, [2]any{err, ir.Lit("error")})
	}
	ready := p.ended
	if !p.Fn.Unwinds() {
		ready = p.ready
		declared = append(declared, [2]any{ready, ir.Lit("bool")})
	}
	p.line("for {")
	for _, d := range declared {
		p.text("var " + d[0].(string) + " ")
		p.plain(d[1].(ir.Code))
		p.text("\n")
	}
	p.callParts(fmt.Sprintf("%s, %s, %s", value, err, ready), p.task+", ")
	p.line("}")
}

// callParts writes the call of the part to which the state belongs. results are what Poll
// returns, and task is the first argument.
func (p *printer) callParts(results, task string) {
	p.line("switch {")
	list := parts(p.Fn)
	for i := range list {
		if i+1 < len(list) {
			p.line("case ", p.state, " < ", p.firstState(list[i+1]), ":")
		} else {
			p.line("default:")
		}
		p.line(p.state, ", ", results, " = ", p.recv, ".", ir.PartName(i+1), "(", task, p.state, ")")
	}
	p.line("}")
	p.line("if ", p.state, " == ", p.Names.Done, " {\nreturn ", results, "\n}")
}

// firstState returns the first state of a part. Every part has a state, because control
// enters it.
func (p *printer) firstState(blocks []*ir.Block) string {
	for _, b := range blocks {
		if s := p.stateOf(b); s != "" {
			return s
		}
	}
	panic("internal error: nothing leads to a part of " + p.Fn.Name)
}

// partMethods writes the methods of a function that is split.
//
//	// part2 runs handle from handleEndIf32 on. It returns the state at which to continue, or what Poll returns.
//	func (f *handleFrame) part2(t *rt.Task, state handleState) (handleState, int, error, bool) {
//		switch state {
//		case handleEndIf32:
//			goto endIf32
//		...
func (m *Machine) partMethods() *jen.Statement {
	if m.Fn.Parts == 0 {
		return nil
	}
	p := m.printer()
	for i, blocks := range parts(p.Fn) {
		first := m.Names.Start
		if i > 0 {
			p.text("\n\n")
			first = p.firstState(blocks)
		}
		p.line("// ", ir.PartName(i+1), " runs ", p.Fn.Name, " from ", first, " on. It returns the state at which to continue, or what ", m.Resumes(), " returns.")
		p.text("func (" + p.recv + " *" + m.frameName() + ") " + ir.PartName(i+1) + "(")
		if m.Fn.Gen != nil {
			if m.Fn.Sends() {
				p.sendParams()
				p.text(", ")
			}
			p.text(p.state + " " + m.Names.State + ") (" + m.Names.State + ", ")
			p.values(m.Fn.Func)
			p.line(", bool) {")
		} else {
			p.text(p.task + " *")
			p.qual(rtQual("Task"))
			p.text(", " + p.state + " " + m.Names.State + ") (" + m.Names.State + ", ")
			p.plain(p.resultType())
			p.line(", error, bool) {")
		}
		p.push()
		p.head(blocks)
		p.because(resumes)
		p.line("switch ", p.state, " {")
		for _, b := range blocks {
			if s := p.stateOf(b); s != "" {
				p.line("case ", s, ":\ngoto ", p.labels[b])
			}
		}
		p.line("}\n")
		p.body(blocks)
		p.pop()
		p.text("}")
	}
	return p.statement()
}

// leave writes a return without a result. In a part, it also returns state: the state at
// which Poll continues, or Done.
func (p *printer) leave(state string) {
	p.text("return ")
	if p.Fn.Parts > 0 {
		p.text(state + ", ")
	}
	if p.Fn.Gen != nil {
		p.noValues()
		p.text(p.no())
		return
	}
	p.zeroResult()
	p.text(", nil, false")
}

// nowhere writes the state Done in a return of a part that ends the function.
func (p *printer) nowhere() {
	if p.Fn.Parts > 0 {
		p.text(p.Names.Done + ", ")
	}
}
