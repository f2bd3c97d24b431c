package emit

// This file writes the code that makes an awaited operation ready to be polled, and the code
// that sets the frame of a coroutine to its beginning.

import (
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// arm makes the operation of a ready to be polled.
func (p *printer) arm(a *ir.Await) {
	if a.Operand == ir.Yield {
		p.suspend(a)
		return
	}
	p.capture(append([]ir.Code{a.X}, a.Args...)...)
	p.at(a.Pos)
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

// armChild sets the frame of a child to its beginning.
func (p *printer) armChild(a *ir.Await, field string) {
	if p.isInnerCall(a) {
		p.innerCall(a, field)
		return
	}
	p.beginChild(a, field)
}

// beginChild sets the frame of a child to its beginning. It allocates a frame that the field only
// points to, except for an inner call of a deep generator.
func (p *printer) beginChild(a *ir.Await, field string) {
	m := p.Of(a.Callee)
	child := instance{m.Fn, m.Names, p.Fn.Func, a}
	var params []func()
	param := func(v *ir.Var, c ir.Code) {
		params = append(params, func() {
			if m.Fn.Home(v) != ir.Boxed || v.Kind == ir.Capture && m.Fn.Gen == nil {
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
	if child.fn.Gen != nil && child.fn.Gen.Lit != nil {
		args = p.captured(a, child.fn, args)
	}
	for i, v := range child.fn.Inputs() {
		param(v, args[i])
	}
	if p.Fn.Ops[a].Pointer && child.fn.Gen != nil && !p.isInnerCall(a) {
		p.text("if " + field + " == nil {\n" + field + " = new(")
		p.plain(child.frame())
		p.line(")\n}")
		p.at(a.Pos)
	} else if p.Fn.Ops[a].Pointer && child.fn.Gen == nil {
		p.text(field + " = &")
		child.literal(p.writer, params)
		p.text("\n")
		return
	}
	child.begin(p.writer, field, field, params)
	if p.isInnerCall(a) || !child.fn.IsDeep() {
		return
	}
	if p.Fn.Ops[a].Pointer {
		p.line(field, ".leaf = ", field)
	} else {
		p.line(field, ".leaf = &", field)
	}
}

// captured returns what the captures of fn, a generator whose function returns a literal, are in
// the call of the function with args at a. It evaluates the others.
func (p *printer) captured(a *ir.Await, fn *ir.Layout, args []ir.Code) (list []ir.Code) {
	inputs := fn.Func.Inputs()
	for i, v := range inputs {
		if !slices.ContainsFunc(fn.Captures, func(c *ir.Var) bool { return c.Obj == v.Obj }) && p.needed(args[i]) {
			p.text("_ = ")
			p.emitCode(args[i])
			p.text("\n")
			p.at(a.Pos)
		}
	}
	for _, c := range fn.Captures {
		list = append(list, args[slices.IndexFunc(inputs, func(v *ir.Var) bool { return c.Obj == v.Obj })])
	}
	return list
}
