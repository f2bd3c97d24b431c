package emit

// This file has the words that the code of a generator consists of.

import (
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
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

// of returns the name of package machine before+name, or that of its twin for pairs of values or for
// generators that take values.
func of(fn *ir.Func, before, name string) *ir.Qual {
	switch {
	case fn.Sends():
		name = "Send" + name
	case len(fn.Gen.Values) == 2:
		name += "2"
	}
	return machineQual(before + name)
}

// seqOf returns the name of the type that All of the generator fn returns.
func seqOf(fn *ir.Func) *ir.Qual {
	name := "Seq"
	if len(fn.Gen.Values) == 2 {
		name = "Seq2"
	}
	return &ir.Qual{Path: "iter", Name: name, Pkg: "iter"}
}

// kindArgs writes the type arguments of what of returns, of a type.
func (w *writer) kindArgs(fn *ir.Func) {
	w.text("[")
	w.values(fn)
	if fn.Sends() {
		w.text(", ")
		w.plain(fn.TypeCode(fn.Gen.In))
		w.text(", ")
		w.plain(resultType(fn, nil))
	}
	w.text("]")
}

// steps reports whether resume is a method around the one that runs the machine, step. Only after the
// deferred calls is it known whether the function returns.
func (m *Machine) steps() bool { return m.Fn.Sends() && len(m.Fn.Defers) > 0 }

// Resumes returns the name of the method that resumes the machine.
func (m *Machine) Resumes() string {
	switch {
	case m.steps():
		return "step"
	case m.Fn.Sends():
		return "resume"
	case m.Fn.Gen != nil:
		return "Next"
	}
	return "Poll"
}

// no returns what says that there is no value.
func (m *Machine) no() string {
	if m.deep {
		return "nil"
	}
	return "false"
}

// ends writes a return of Next without a value.
func (p *printer) ends() {
	p.text("return ")
	p.noValues()
	p.text(p.no())
}

// noValues writes the zero values of a generator, each with a comma behind it.
func (p *printer) noValues() {
	for _, v := range p.Fn.Gen.Values {
		p.plain(p.zeroOf(v))
		p.text(", ")
	}
}

// reentered writes the panic of a generator that its own function resumes.
func (w *writer) reentered(m *Machine) {
	w.text("panic(")
	w.qual(machineQual("Reentered"))
	w.line(`("`, title(m.Fn.Func), `"))`)
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

// handsBack reports whether another generator may use the result.
func (m *Machine) handsBack() bool {
	return m.Fn.Handed && len(m.Fn.Results) > 0 && !m.Fn.Sends()
}
