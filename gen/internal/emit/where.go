package emit

// This file writes the map back to the source that package rt can read: where a
// suspended coroutine stands, and on what.

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// place returns where a stands: its file, line and text.
func place(fn *ir.Func, a *ir.Await) string {
	at := fn.Fset.Position(a.Pos)
	return fmt.Sprintf("%s:%d  %s", filepath.Base(at.Filename), at.Line, a.Text)
}

// where writes the method of rt.Locator.
//
//	func (f *handleFrame) Where() (line string, on any) {
//		switch f.state {
//		case handleAwaitRead:
//			return "echo.go:17  co.Await(conn.Read(buf))", &f.read
//		}
//		return "", nil
//	}
func (m *Machine) where(p *poll, scope Scope) *jen.Statement {
	if len(m.Fn.Awaits) == 0 {
		return nil
	}
	w := &writer{}
	p.writer = w
	if m.Fn.Parts > 0 {
		w.line("// ", m.Names.Lines, " are the awaits of ", m.Fn.Name, ".")
		w.line("var ", m.Names.Lines, " = [...]string{")
		for _, a := range m.Fn.Awaits {
			w.line(p.awaits[a].state, ": ", quoted(place(m.Fn.Func, a)), ",")
		}
		w.text("}\n\n")
	}
	w.line("// ", m.methodName("Where"), " tells at which await ", m.Fn.Name, " is suspended, and on what.")
	anyType := "any"
	if scope["any"] || slices.ContainsFunc(m.Fn.TypeParams, func(t *ir.TypeParam) bool { return t.Name == "any" }) {
		anyType = "interface{}"
	}
	m.method(p, "Where", "")
	w.line(") (line string, on ", anyType, ") {")
	m.begins(p)
	w.line("switch ", p.recv, ".state {")
	if m.Fn.Parts > 0 {
		m.whereOf(w, p)
	} else {
		for _, a := range m.Fn.Awaits {
			w.line("case ", p.awaits[a].state, ":")
			w.line("return ", quoted(place(m.Fn.Func, a)), ", ", p.polled(a))
		}
	}
	w.line("}")
	w.line(`return "", nil`)
	w.text("}")
	return w.statement()
}

// whereOf writes the cases of Where for a function that is split, one for all awaits on
// the same field.
//
//	case handleAwaitRead, handleAwaitRead2, handleAwaitRead3:
//		return handleLines[f.state], &f.read
func (m *Machine) whereOf(w *writer, p *poll) {
	states := map[string][]string{}
	var on []string
	for _, a := range m.Fn.Awaits {
		x := p.polled(a)
		if states[x] == nil {
			on = append(on, x)
		}
		states[x] = append(states[x], p.awaits[a].state)
	}
	for _, x := range on {
		w.text("case ")
		for i, s := range states[x] {
			switch {
			case i == 0:
			case i%4 == 0:
				w.text(",\n")
			default:
				w.text(", ")
			}
			w.text(s)
		}
		w.line(":")
		w.line("return ", m.Names.Lines, "[", p.recv, ".state], ", x)
	}
}

// quoted returns s as a string literal.
func quoted(s string) string {
	if strings.Contains(s, `"`) && strconv.CanBackquote(s) {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}

// polled returns the pointer or the interface that is polled for a.
func (p *poll) polled(a *ir.Await) string {
	if a.Direct != nil {
		return p.recv + "." + p.fn.Field(a.Direct).Name
	}
	field := p.recv + "." + p.fn.Ops[a].Name
	if a.Operand == ir.Op || a.Operand == ir.Child && !p.fn.Ops[a].Pointer {
		return "&" + field
	}
	return field
}
