package emit

// This file writes how an awaited operation is made ready to be polled, and how
// the frame of a coroutine is set to its beginning.

import (
	"go/types"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// arm makes the operation of a ready to be polled.
func (p *printer) arm(a *ir.Await) {
	p.capture(append([]ir.Code{a.X}, a.Args...)...)
	field := p.recv + "." + p.Fn.Ops[a].Name
	switch {
	case a.Operand == ir.Child:
		p.armChild(a, field)
		return
	case a.Foreign:
		p.text(field + ".Init(")
		for i, arg := range a.Args {
			if i > 0 {
				p.text(", ")
			}
			p.emitCode(arg)
		}
		p.text(")")
	case a.Operand == ir.Dynamic:
		p.text(field + " = (")
		p.emitCode(a.X)
		p.text(").Awaitable()")
	default:
		p.text(field + " = ")
		p.emitCode(a.X)
	}
	p.text("\n")
}

// armChild gives the frame of a child its parameters.
func (p *printer) armChild(a *ir.Await, field string) {
	m := p.Of(a.Callee)
	child := instance{m.Fn, m.Names, p.Fn.Func, a}
	var params []func()
	param := func(v *ir.Var, c ir.Code) {
		params = append(params, func() {
			if m.Fn.Home(v) != ir.Boxed || v.Kind == ir.Capture {
				p.emitCode(c)
				return
			}
			p.qual(machineQual("Box"))
			p.text("[")
			p.plain(child.typ(v.Type))
			p.text("](")
			p.emitCode(c)
			p.text(")")
		})
	}
	args := a.Args
	if child.fn.Recv != nil {
		args = slices.Insert(slices.Clone(args), 0, a.X)
	}
	for i, v := range child.fn.Inputs() {
		param(v, args[i])
	}
	if p.Fn.Ops[a].Pointer {
		p.text(field + " = &")
		child.literal(p.writer, params)
		p.text("\n")
		return
	}
	child.begin(p.writer, field, field, params)
}

// An instance is the coroutine fn as it is written in one machine: its own, or
// that of in, where call awaits it.
type instance struct {
	fn    *ir.Layout
	names *Names
	in    *ir.Func
	call  *ir.Await // nil in its own machine
}

// frame returns the type of the frame.
func (x instance) frame() ir.Code {
	if x.fn.IsEnclosed() {
		return machineType(x.fn.Func, x.names)
	}
	if x.call == nil {
		return ir.Lit(x.names.Frame + x.fn.TypeArgs())
	}
	return append(ir.Lit(x.names.Frame), x.in.TypeArgCode(x.call.TypeArgs)...)
}

// typ returns t, a type of the signature of the coroutine.
func (x instance) typ(t types.Type) ir.Code {
	if x.call == nil {
		return x.fn.TypeCode(t)
	}
	return x.in.CalleeCode(x.call, t)
}

// zero returns the zero value of t.
func (x instance) zero(t types.Type) ir.Code {
	if x.call != nil {
		if arg := x.call.TypeArg(t); arg != t {
			return zeroValue(arg, x.in.TypeCode)
		}
	}
	return zeroValue(t, x.typ)
}

// begin sets the frame, which is called whole and has the fields of target, to
// its beginning; params write the receiver and the parameters. A frame that holds
// others is not zeroed as a whole, which would be quadratic in their depth: only
// what fn reads before it writes is set, by a method if that is a list.
//
//	f.fetch = fetchFrame{client: c, url: url, limit: 10}
//	f.fetch.begin(c, url)
//	f.fetch.url, f.fetch.state = url, fetchStart
func (x instance) begin(w *writer, whole, target string, params []func()) {
	switch {
	case x.beginsWhole():
		w.text(whole + " = ")
		x.literal(w, params)
	case x.call != nil && x.hasBegin():
		w.text(target + ".begin(")
		for i, param := range params {
			if i > 0 {
				w.text(", ")
			}
			param()
		}
		w.text(")")
	default:
		x.set(w, target, params)
	}
	w.text("\n")
}

// beginsWhole reports whether the frame is set to its beginning as a whole.
func (x instance) beginsWhole() bool {
	return len(x.fn.Inputs())+len(x.fn.Zeroed) > 2 && !holdsFrames(x.fn) || x.fn.IsEnclosed()
}

// hasBegin reports whether the frame has a method that sets it to its beginning.
func (x instance) hasBegin() bool {
	fields, _ := x.beginning()
	return x.fn.Held && !x.beginsWhole() && len(x.fn.Inputs())+len(fields) > 2
}

// beginning returns the fields that begin sets besides the inputs, and their values.
func (x instance) beginning() (fields []string, values []ir.Code) {
	for _, v := range x.fn.Zeroed {
		fields = append(fields, x.fn.Field(v).Name)
		values = append(values, x.zero(v.Type))
	}
	switch {
	case x.fn.DeferList:
		fields, values = append(fields, "deferred"), append(values, ir.Lit("nil"))
	case len(x.fn.Recorded()) > 0:
		fields, values = append(fields, "deferred"), append(values, ir.Lit("0"))
	}
	return append(fields, "state"), append(values, ir.Lit(x.names.Start))
}

// set writes the assignment that sets what fn reads before it writes.
func (x instance) set(w *writer, target string, params []func()) {
	var fields []string
	for _, v := range x.fn.Inputs() {
		fields = append(fields, x.fn.Field(v).Name)
	}
	others, values := x.beginning()
	fields = append(fields, others...)
	w.text(target + "." + strings.Join(fields, ", "+target+"."))
	w.text(" = ")
	for i := range fields {
		if i > 0 {
			w.text(", ")
		}
		if i < len(params) {
			params[i]()
		} else {
			w.plain(values[i-len(params)])
		}
	}
}

// beginningNames returns the names that a method which sets the frame to its beginning
// mentions: its parameters must have others.
func (m *Machine) beginningNames() map[string]bool {
	names := map[string]bool{"rt": true, m.Names.Frame: true, m.Names.Start: true}
	for _, t := range m.Fn.TypeParams {
		names[t.Name] = true
	}
	_, values := m.own().beginning()
	for _, v := range values {
		v.Idents(func(name string) { names[name] = true })
	}
	return names
}

// beginMethod writes the method that sets the frame to its beginning, for the frames that
// hold it.
//
//	func (f *fetchFrame) begin(c *client, url string) {
//		f.c, f.url, f.state = c, url, fetchStart
//	}
func (m *Machine) beginMethod() *jen.Statement {
	x := m.own()
	if !x.hasBegin() {
		return nil
	}
	taken := m.beginningNames()
	f := pick(taken, m.recv, "frame")
	w := &writer{}
	w.line("// begin sets ", f, " to the beginning of ", m.Fn.Name, ".")
	w.text("func (" + f + " *" + m.frameName() + ") begin(")
	var params []func()
	inputs := m.Fn.Inputs()
	for i, v := range inputs {
		name := pick(taken, m.Fn.Field(v).Name)
		params = append(params, func() { w.text(name) })
		typ := m.fieldType(m.Fn.Field(v))
		w.text(name)
		if i+1 < len(inputs) && m.fieldType(m.Fn.Field(inputs[i+1])).String() == typ.String() {
			w.text(", ") // client, server *netio.Conn
			continue
		}
		w.text(" ")
		w.plain(typ)
		if i+1 < len(inputs) {
			w.text(", ")
		}
	}
	w.text(") {\n")
	x.set(w, f, params)
	w.text("\n}")
	return w.statement()
}

// literal writes the frame at its beginning.
func (x instance) literal(w *writer, params []func()) {
	w.plain(x.frame())
	w.text("{")
	if x.fn.IsEnclosed() {
		w.text("Frame: " + x.names.Frame + "{")
	}
	for i, v := range x.fn.Inputs() {
		if i > 0 {
			w.text(", ")
		}
		w.text(x.fn.Field(v).Name + ": ")
		params[i]()
	}
	w.text("}")
	if x.fn.IsEnclosed() {
		w.text(", Run: " + x.names.Methods["Poll"])
		if len(x.fn.Awaits) > 0 {
			w.text(", At: " + x.names.Methods["Where"])
		}
		w.text("}")
	}
}

// holdsFrames reports whether the frame of fn embeds others.
func holdsFrames(fn *ir.Layout) bool {
	for _, f := range fn.Fields {
		if f.Child != nil && !f.Pointer {
			return true
		}
	}
	return false
}
