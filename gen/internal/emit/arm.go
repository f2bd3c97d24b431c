package emit

// This file writes how an awaited operation is made ready to be polled, and how
// the frame of a coroutine is set to its beginning.

import (
	"go/types"
	"slices"
	"strings"

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
			p.qual(rtQual("Box"))
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
// what fn reads before it writes is set. So is a short list.
//
//	f.fetch = fetchFrame{client: c, url: url, limit: 10}
//	f.fetch.url, f.fetch.state = url, fetchStart
func (x instance) begin(w *writer, whole, target string, params []func()) {
	fn := x.fn
	if len(params)+len(fn.Zeroed) > 2 && !holdsFrames(fn) || fn.IsEnclosed() {
		w.text(whole + " = ")
		x.literal(w, params)
		w.text("\n")
		return
	}
	var fields []string
	values := slices.Clone(params)
	for _, v := range fn.Inputs() {
		fields = append(fields, fn.Field(v).Name)
	}
	set := func(field string, zero ir.Code) {
		fields = append(fields, field)
		values = append(values, func() { w.plain(zero) })
	}
	for _, v := range fn.Zeroed {
		set(fn.Field(v).Name, x.zero(v.Type))
	}
	switch {
	case fn.DeferList:
		set("deferred", ir.Lit("nil"))
	case len(fn.Recorded()) > 0:
		set("deferred", ir.Lit("0"))
	}
	set("state", ir.Lit(x.names.Start))
	w.text(target + "." + strings.Join(fields, ", "+target+"."))
	w.text(" = ")
	for i, value := range values {
		if i > 0 {
			w.text(", ")
		}
		value()
	}
	w.text("\n")
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
