package emit

// This file writes the constructor of a generator: of its machine, and of the reference backend, which
// runs the function itself.

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

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
	taken := pullNames(fn.Func)
	taken.Add(m.Names.Frame, "true")
	if fn.Gen.Lit != nil {
		taken = naming.Set{} // text of the source mentions the parameters
	}
	names := pull(w.writer, fn.Func, m.Names.Frame, taken)
	if m.Beside {
		w.text("if ")
		w.qual(machineQual("FromSource"))
		w.text(" {\nreturn &" + m.frameName() + "{source: ")
		w.qual(of(fn.Func, "Run", "Source"))
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

// pullNames returns the names that sequence mentions, which the parameters must not have.
func pullNames(fn *ir.Func) naming.Set {
	taken := naming.Set{"machine": true, "rt": true, "bool": true, "error": true, fn.Name: fn.Recv == nil}
	note := func(c ir.Code) { c.Idents(func(name string) { taken[name] = true }) }
	for _, t := range fn.Gen.Values {
		note(fn.TypeCode(t))
	}
	if fn.Sends() {
		note(fn.TypeCode(fn.Gen.In))
		note(resultType(fn, nil))
	}
	return taken
}

// pull writes the constructor of a generator up to its body, and returns the names of its inputs.
func pull(w *writer, fn *ir.Func, name string, taken naming.Set) (names []string) {
	names = head(w, fn, fn.Params, taken)
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
	if fn.Sends() {
		sendSequence(w, fn, names, taken)
		return
	}
	yield := taken.Pick("yield")
	w.text("func(" + yield + " func(")
	w.values(fn)
	w.text(") bool) { " + callOf(fn, fn.Name, withYield(fn, names, yield)) + " }")
}

// withYield returns names, the inputs of fn without its yield, with the yield where it stands.
func withYield(fn *ir.Func, names []string, yield string) []string {
	at := fn.YieldIndex()
	if fn.Recv != nil {
		at++
	}
	return slices.Insert(slices.Clone(names), at, yield)
}

// generatorReference writes the generator of the reference backend, which runs the function
// itself.
func generatorReference(fn *ir.Func) *jen.Statement {
	w := &writer{}
	w.text(doc(fn, ", which runs it as it is."))
	taken := pullNames(fn)
	taken.Add(fn.Frame)
	names := pull(w, fn, fn.Frame, taken)
	w.text("return &" + fn.Frame + fn.TypeArgs() + "{")
	w.qual(of(fn, "New", "Pull"))
	w.text(`("` + title(fn) + `", `)
	sequence(w, fn, names, taken)
	w.text(")}\n}\n\n")
	w.line("// ", fn.Frame, " is the generator of ", fn.Name, ".")
	w.text("type " + fn.Frame)
	w.plain(fn.TypeParamList())
	w.text(" struct{ ")
	w.qual(of(fn, "", "Pull"))
	w.kindArgs(fn)
	w.text(" }")
	return w.statement()
}
