package emit

// This file writes the code that tells package rt at which line a suspended coroutine stands,
// and which operation it awaits.

import (
	"fmt"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

// place returns file, line and text for text at pos in the source of fn.
func place(fn *ir.Func, pos token.Pos, text string) string {
	at := fn.Fset.Position(pos)
	return fmt.Sprintf("%s:%d  %s", filepath.Base(at.Filename), at.Line, text)
}

// lineTable writes the table of the places of the awaits in the source.
//
//	var handleLines = [...]string{
//		handleAwaitRead: "echo.go:17  co.Await(conn.Read(buf))",
//	}
func (m *Machine) lineTable() *jen.Statement {
	if m.Names.Lines == "" {
		return nil
	}
	w := &writer{}
	what := "awaits"
	if m.Fn.Gen != nil {
		what = "yields"
	}
	w.line("// ", m.Names.Lines, " lists the ", what, " of ", m.Fn.Name, " with their source lines.")
	w.line("var ", m.Names.Lines, " = [...]string{")
	if m.Fn.Gen != nil {
		w.line(m.Names.Start, `: "created",`)
	}
	for _, a := range m.Fn.Awaits {
		w.line(m.awaits[a].state, ": ", quoted(place(m.Fn.Func, a.Pos, a.Text)), ",")
	}
	if m.Names.Running != "" {
		w.line(m.Names.Running, `: "running",`)
	}
	if m.Fn.Gen != nil {
		w.line(m.Names.Done, `: "closed",`)
	}
	w.text("}")
	return w.statement()
}

// whereMethod writes the method of rt.Locator. It has one case for all awaits on the same
// field.
//
//	func (f *handleFrame) Where() (line string, on any) {
//		switch f.state {
//		case handleAwaitRead, handleAwaitRead2:
//			return handleLines[f.state], &f.read
//		}
//		return "", nil
//	}
func (m *Machine) whereMethod(scope naming.Set) *jen.Statement {
	if len(m.Fn.Awaits) == 0 {
		return nil
	}
	p := m.printer()
	p.line("// ", m.methodName("Where"), " returns the await at which ", m.Fn.Name, " is suspended, and what it polls.")
	p.method("Where", "")
	p.line(") (line string, on ", m.anyType(scope), ") {")
	p.bindFrame()
	p.line("switch ", p.recv, ".state {")
	states := map[string][]string{}
	var on []string
	for _, a := range p.Fn.Awaits {
		x := p.polled(a)
		if states[x] == nil {
			on = append(on, x)
		}
		states[x] = append(states[x], p.awaits[a].state)
	}
	for _, x := range on {
		p.text("case ")
		for i, s := range states[x] {
			switch {
			case i == 0:
			case i%4 == 0:
				p.text(",\n")
			default:
				p.text(", ")
			}
			p.text(s)
		}
		p.line(":")
		p.line("return ", p.Names.Lines, "[", p.recv, ".state], ", x)
	}
	p.line("}")
	p.line(`return "", nil`)
	p.text("}")
	return p.statement()
}

// anyType returns the type any as code.
func (m *Machine) anyType(scope naming.Set) string {
	if scope["any"] || slices.ContainsFunc(m.Fn.TypeParams, func(t *ir.TypeParam) bool { return t.Name == "any" }) {
		return "interface{}"
	}
	return "any"
}

// quoted returns s as a string literal.
func quoted(s string) string {
	if strings.Contains(s, `"`) && strconv.CanBackquote(s) {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}

// polled returns the pointer or the interface that is polled for the await a.
func (p *printer) polled(a *ir.Await) string {
	if a.Direct != nil {
		field := p.recv + "." + p.Fn.Field(a.Direct).Name
		if a.Operand == ir.Op && p.Fn.Home(a.Direct) == ir.InFrame {
			return "&" + field
		}
		return field
	}
	field := p.recv + "." + p.Fn.Ops[a].Name
	if a.Operand == ir.Op || a.Operand == ir.Child && !p.Fn.Ops[a].Pointer {
		return "&" + field
	}
	return field
}
