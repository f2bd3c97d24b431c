package emit

import (
	"fmt"
	"go/token"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/dave/jennifer/jen"
)

// This file writes the types and constants that a machine adds to the package: the frame, the
// states, and the types of fields of the frame.

// structType begins a struct type. The text is says what the type is. The caller writes the
// fields and the brace at the end.
func (m *Machine) structType(name, is string) *writer {
	w := &writer{}
	w.line("// ", name, " is ", is)
	w.text("type " + name)
	w.plain(typeParamList(m.Fn.Func))
	w.line(" struct {")
	return w
}

// frameType writes the frame: variables, then awaited operations, then the fields of the
// machine itself.
func (m *Machine) frameType() *jen.Statement {
	is := "what " + m.Fn.Name + " keeps across an await."
	if m.Fn.Gen != nil {
		is = "the generator of " + m.Fn.Name + ", with what it keeps across a yield."
	}
	w := m.structType(m.Names.Frame, is)
	if m.Fn.Gen != nil && m.Beside {
		w.text("source ")
		w.qual(of(m.Fn.Func, "", "Source"))
		w.kindArgs(m.Fn.Func)
		w.line(" // nothing, but in a build from source")
	}
	var fields []typed
	for i, f := range m.Fn.Fields {
		x := typed{name: f.Name, typ: m.fieldType(f)}
		x.sameType = i > 0 && f.Param && x.typ.String() == fields[i-1].typ.String()
		fields = append(fields, x)
	}
	w.typed(fields, "", "\n")
	if len(fields) > 0 {
		w.text("\n")
	}
	if n := len(m.Fn.Recorded()); m.Fn.DeferList {
		w.line("deferred []", m.Names.Defer, typeArgs(m.Fn.Func))
	} else if n > 0 {
		w.line("deferred ", bitsType(n))
	}
	if m.Fn.Parks {
		w.text("exit ")
		w.qual(machineQual("Exit"))
		w.text("\n")
	}
	if m.deep {
		w.line("leaf *", m.frameName(), " // the innermost call, in the outermost")
		w.line("up *", m.frameName(), " // the call around this one")
		switch {
		case m.Fn.Reenters && m.Fn.Sends():
			w.line("running bool")
		case m.Fn.Reenters:
			w.line("running, stopping bool")
		}
	}
	switch {
	case m.Fn.Sends():
		if m.failsApart() {
			w.line("failed error // thrown before the beginning")
		}
		w.line("returned bool // so that there is a result")
	case m.Fn.Gen != nil && !m.deep:
		w.line("more bool // what a yield returns")
	}
	if m.handsBack() {
		w.line("result bool")
	}
	w.line("state ", m.Names.State)
	w.text("}")
	return w.statement()
}

// fieldType returns the type of f.
func (m *Machine) fieldType(f *ir.Field) (code ir.Code) {
	if f.Pointer {
		code = ir.Lit("*")
	}
	switch {
	case f.Child != nil && f.Child.IsEnclosed():
		return append(code, machineType(f.Child, m.Of(f.Child).Names)...)
	case f.Child != nil:
		return append(append(code, ir.Text(m.Of(f.Child).Names.Frame)), m.Fn.TypeArgCode(f.TypeArgs)...)
	case f.Dynamic != nil:
		code = append(code, rtQual("Awaitable"), ir.Text("["))
		code = append(code, m.Fn.TypeCode(f.Dynamic)...)
		return append(code, ir.Text("]"))
	case f.TypeCode != nil:
		return append(code, f.TypeCode...)
	}
	return append(code, m.Fn.TypeCode(f.Type)...)
}

// entryType writes the type of the entries in the record of deferred calls, if that is a list.
func (m *Machine) entryType() *jen.Statement {
	if !m.Fn.DeferList {
		return nil
	}
	w := m.structType(m.Names.Defer, "a deferred call of "+m.Fn.Name+": its defer statement and its operands.")
	w.line("site int")
	for _, f := range m.Fn.EntryFields {
		w.text(f.Name + " ")
		w.plain(m.Fn.TypeCode(f.Type))
		w.text("\n")
	}
	w.text("}")
	return w.statement()
}

// bitsType returns the smallest unsigned integer type that has n bits.
func bitsType(n int) string {
	for _, size := range []int{8, 16, 32} {
		if n <= size {
			return fmt.Sprintf("uint%d", size)
		}
	}
	return "uint64"
}

// resultsType writes the type of the results of a literal that runs where it stands, if it
// has more than three.
func (m *Machine) resultsType() *jen.Statement {
	if m.Fn.NumValues() <= 3 {
		return nil
	}
	w := m.structType(m.Names.Results, "the type of the results of "+m.Fn.Name+".")
	for i, r := range m.Fn.Results[:m.Fn.NumValues()] {
		w.text(fmt.Sprintf("V%d ", i+1))
		w.plain(m.Fn.TypeCode(r.Type))
		w.text("\n")
	}
	w.text("}")
	return w.statement()
}

// stateType writes the state constants.
func (m *Machine) stateType() *jen.Statement {
	fn := m.Fn
	w := &writer{}
	typ := "uint8"
	if len(fn.Awaits) > 250 || fn.Parts > 0 {
		typ = "uint16"
	}
	w.line("// ", m.Names.State, " says where ", fn.Name, " continues.")
	w.line("type ", m.Names.State, " ", typ, "\n")
	w.line("const (")
	for i, x := range m.States() {
		typ := ""
		if i == 0 {
			typ = " " + m.Names.State + " = iota"
		}
		w.line(x.Name, typ, m.stateComment(x))
	}
	w.text(")")
	return w.statement()
}

// A State is a value of the type of states.
type State struct {
	Name  string
	Block *ir.Block // where the function goes on; nil for the last state
}

// States returns the states of m in the order of their values.
func (m *Machine) States() []State {
	fn := m.Fn
	list := []State{{m.Names.Start, fn.Blocks[0]}}
	for _, b := range fn.Blocks {
		if b.Await != nil || b.Across || b == fn.Unwind && fn.Parts > 0 {
			list = append(list, State{m.stateOf(b), b})
		}
	}
	if fn.Parks && fn.Parts == 0 {
		list = append(list, State{m.Names.Unwind, fn.Unwind})
	}
	if m.Names.Running != "" {
		list = append(list, State{m.Names.Running, nil})
	}
	return append(list, State{m.Names.Done, nil})
}

// stateComment returns the comment behind the constant of s.
func (m *Machine) stateComment(s State) string {
	switch b := s.Block; {
	case b == nil || s.Name == m.Names.Start || b.Await != nil:
		return ""
	case b.Across:
		return " // not an await: another part continues there"
	case m.Fn.Parts > 0:
		return " // " + m.Fn.AtEnd()
	}
	return " // " + m.Fn.AtEnd() + " after a panic"
}

// localTypes writes the types and constants of the function that are declared at package
// level.
func (m *Machine) localTypes() *jen.Statement {
	if !slices.ContainsFunc(m.Fn.Types, func(l *ir.LocalDecl) bool { return l.Place == ir.AtPackage }) {
		return nil
	}
	w := &writer{}
	sep := ""
	for _, l := range m.Fn.Types {
		if l.Place != ir.AtPackage {
			continue
		}
		w.text(sep)
		sep = "\n\n"
		if len(l.Names) > 0 {
			kind := "is a constant"
			if l.Tok == token.TYPE {
				kind = "is a type"
			}
			w.line("// ", l.Names[0], " ", kind, " of ", m.Fn.Name, ".")
		}
		w.plain(l.Code)
	}
	return w.statement()
}
