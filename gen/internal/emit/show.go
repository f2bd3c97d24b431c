package emit

// This file writes what else programs call of a generator: All, Where and String.

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

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
		if a.Operand == ir.Child || a.Operand == ir.From {
			x := w.polled(a)
			if a.Operand == ir.From {
				x += ".To"
			}
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
