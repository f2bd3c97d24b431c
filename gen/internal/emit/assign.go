package emit

// This file writes awaits, declarations, returns and jumps: the code that assigns variables
// or leaves Poll.

import (
	"go/types"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// await writes the poll of a, the suspension if a is not ready, and the assignment of the
// results.
//
//	n, err, ready := f.read.Poll(t)
//	if !ready {
//		f.state = handleAwaitRead
//		return rt.Void{}, nil, false
//	}
func (p *printer) await(a *ir.Await) {
	if a.Operand == ir.Yield {
		p.yielded(a)
		return
	}
	if p.Fn.Gen != nil {
		p.delegate(a)
		return
	}
	// The locals that the poll declares, and the assignments after it.
	value, errName := "_", "_"
	var after []func()
	take := func(d ir.Dst) string {
		name, assign := p.receive(d)
		if assign != nil {
			after = append(after, assign)
		}
		return name
	}
	dst := a.Dst
	whole := p.passesOn(a)
	for len(dst) < a.Form.Results() {
		dst = append(dst, ir.Dst{})
	}
	switch {
	case whole:
		value = p.fresh("results")
	case a.Form.Values == 1:
		value = take(dst[0])
	case a.Form.Values > 1 && slices.ContainsFunc(dst[:a.Form.Values], p.wanted):
		value = p.fresh("results")
		many := &ir.Define{Vars: dst[:a.Form.Values]}
		for i := range a.Form.Values {
			if i > 0 {
				many.Rhs = append(many.Rhs, ir.Text(", "))
			}
			many.Rhs = append(many.Rhs, ir.Text(value+".V"+string(rune('1'+i))))
		}
		after = append(after, func() { p.define(many) })
	}
	if a.Form.Err {
		errName = take(dst[a.Form.Values])
	} else if a.Operand != ir.Child || a.Callee.Fallible {
		errName = p.fresh(p.thrownName())
		after = append([]func(){func() { p.line("if ", errName, " != nil {\npanic(", errName, ")\n}") }}, after...)
	}
	p.declare(p.ready)
	p.at(a.Pos)
	p.text(value + ", " + errName + ", " + p.ready + " := ")
	if a.Direct != nil {
		p.ref(&ir.Ref{Var: a.Direct, Operand: true})
	} else {
		p.text(p.recv + "." + p.Fn.Ops[a].Name)
	}
	p.line(".Poll(", p.task, ")")
	p.own()
	p.because(suspends)
	p.line("if !", p.ready, " {")
	if a.Deferred {
		p.line(p.recv, ".exit.Suspend(", p.task, ")")
	}
	p.line(p.recv, ".state = ", p.awaits[a].state)
	p.leave(p.Names.Done)
	p.line("\n}")
	p.because(joins)
	for _, do := range after {
		do()
	}
	if whole {
		p.text("return ")
		p.nowhere()
		p.line(value, ", ", errName, ", true")
	}
}

// thrownName returns the name of the local for an error that becomes a panic: err, or
// another name if the frame holds an err of the user.
func (m *Machine) thrownName() string {
	if slices.ContainsFunc(m.Fn.Fields, func(f *ir.Field) bool { return f.Name == "err" }) {
		return "awaitErr"
	}
	return "err"
}

// passesOn reports whether the function returns the results of a unchanged, as in return
// co.Await2(x). Then they are passed on in one value.
func (p *printer) passesOn(a *ir.Await) bool {
	x := p.block.End
	if a.Form.Values < 2 || !a.Form.Err || !p.Fn.Fallible || len(p.block.Nodes) > 0 || p.Fn.Kept ||
		x == nil || x.Return == nil || len(x.Return.Stops) > 0 || len(x.Return.Results) != len(a.Dst) || len(a.Dst) != len(p.Fn.Results) {
		return false
	}
	for i, d := range a.Dst {
		r := x.Return.Results[i]
		if len(r) != 1 || d.Var == nil || p.Fn.Home(d.Var) != ir.Inner || !types.Identical(d.Var.Type, p.Fn.Results[i].Type) {
			return false
		}
		if ref, ok := r[0].(*ir.Ref); !ok || ref.Var != d.Var {
			return false
		}
	}
	return true
}

// wanted reports whether the value that d receives is ever used.
func (p *printer) wanted(d ir.Dst) bool {
	if d.Var == nil {
		return false
	}
	if p.Fn.Place(d.Var).PerBlock {
		return p.readIn[p.block][d.Var] || p.setIn[p.block][d.Var]
	}
	return p.read[d.Var] || p.written[d.Var] || p.Fn.Home(d.Var) != ir.Inner
}

// isNew reports whether d declares its variable, or the block's own copy of its variable.
func (p *printer) isNew(d ir.Dst) bool {
	return d.New || p.Fn.Place(d.Var).PerBlock && !p.isDeclared(p.idents[d.Var])
}

func (p *printer) isDeclared(name string) bool {
	for _, s := range p.scopes {
		if s.names[name] {
			return true
		}
	}
	return false
}

// receive returns the name of the local that receives the value for d in a short
// declaration. assign writes the code that must follow the declaration.
func (p *printer) receive(d ir.Dst) (name string, assign func()) {
	if !p.wanted(d) {
		return "_", nil
	}
	v := d.Var
	if p.Fn.Home(v) == ir.Inner && (p.isNew(d) || p.top().names[p.idents[v]]) {
		p.declare(p.idents[v])
		if !p.reads(v) {
			return p.idents[v], func() { p.line("_ = ", p.idents[v]) }
		}
		return p.idents[v], nil
	}
	name = p.local(v)
	return name, func() { p.store(d, name) }
}

// store assigns the local name to d.
func (p *printer) store(d ir.Dst, name string) {
	v := d.Var
	switch {
	case p.Fn.Home(v) == ir.Boxed && d.New:
		p.line(p.recv, ".", p.Fn.Field(v).Name, " = &", name)
		p.top().aliases[v] = alias{name: name}
	case p.Fn.Home(v) == ir.InFrame:
		aliased, why := !v.Assigned && !v.Given(), ""
		if aliased && p.readIn[p.block][v] {
			why = " // for later blocks" // this one reads the local
		}
		p.line(p.recv, ".", p.Fn.Field(v).Name, " = ", name, why)
		if aliased {
			p.top().aliases[v] = alias{name: name}
		}
	default:
		p.ref(&ir.Ref{Var: v})
		p.line(" = ", name)
	}
}

// shares reports whether v and w share one local or one field.
func (p *printer) shares(v, w *ir.Var) bool {
	switch {
	case p.Fn.Home(v) != p.Fn.Home(w):
		return false
	case p.Fn.Home(v) == ir.Hoisted:
		return p.idents[v] == p.idents[w]
	}
	return p.Fn.Home(v) == ir.InFrame && p.Fn.Field(v) == p.Fn.Field(w)
}

// define writes a declaration or an assignment.
func (p *printer) define(n *ir.Define) {
	if n.Rhs == nil {
		for _, d := range n.Vars {
			p.zero(d, n.Type)
		}
		return
	}
	if len(n.Vars) == 1 && len(n.Rhs) == 1 && n.Vars[0].Var != nil {
		if r, ok := n.Rhs[0].(*ir.Ref); ok && p.shares(n.Vars[0].Var, r.Var) {
			return
		}
	}
	var some, short, boxes bool
	all := true
	for _, d := range n.Vars {
		if !p.wanted(d) {
			all = false
			continue
		}
		some = true
		switch {
		case p.Fn.Home(d.Var) == ir.Inner && p.isNew(d):
			short = true
		case p.Fn.Home(d.Var) == ir.Boxed && d.New:
			boxes = true
		}
	}
	list := func(name func(d ir.Dst) string) {
		for i, d := range n.Vars {
			if i > 0 {
				p.text(", ")
			}
			p.text(name(d))
		}
	}
	if n.Type != nil && some && !all {
		short = true // the blanks have the type as well
	}
	if !short && !boxes {
		// All variables exist already, so one assignment suffices.
		if !some && n.Type != nil {
			p.top().declares = true // no goto may jump over it
			p.text("var ")
			list(func(ir.Dst) string { return "_" })
			p.text(" ")
			p.emitCode(n.Type)
			p.text(" = ")
		} else {
			for i, d := range n.Vars {
				if i > 0 {
					p.text(", ")
				}
				if !p.wanted(d) {
					p.text("_")
				} else {
					p.forget(d.Var)
					p.ref(&ir.Ref{Var: d.Var})
				}
			}
			p.text(" = ")
		}
		p.emitCode(n.Rhs)
		p.text("\n")
		return
	}
	var after []func()
	rhs := p.apart()
	rhs.emitCode(n.Rhs) // the new variables are not in scope on the right side
	names := make([]string, len(n.Vars))
	for i, d := range n.Vars {
		var assign func()
		names[i], assign = p.receive(d)
		if assign != nil {
			after = append(after, assign)
		}
	}
	if n.Type != nil {
		p.text("var ")
	}
	for i, name := range names {
		if i > 0 {
			p.text(", ")
		}
		p.text(name)
	}
	if n.Type != nil {
		p.text(" ")
		p.emitCode(n.Type)
		p.text(" = ")
	} else {
		p.text(" := ")
	}
	p.append(rhs.writer)
	p.text("\n")
	p.own()
	for _, do := range after {
		do()
	}
}

// forget drops the alias of a variable that is assigned.
func (p *printer) forget(v *ir.Var) {
	if p.Fn.Home(v) != ir.InFrame {
		return
	}
	for _, s := range p.scopes {
		delete(s.aliases, v)
	}
}

// zero writes var v T.
func (p *printer) zero(d ir.Dst, typ ir.Code) {
	if !p.wanted(d) {
		return
	}
	v := d.Var
	if typ == nil {
		typ = p.Fn.TypeCode(v.Type)
	}
	switch p.Fn.Home(v) {
	case ir.Inner:
		p.declare(p.idents[v])
		p.text("var " + p.idents[v] + " ")
		p.emitCode(typ)
		p.text("\n")
		p.use(v, p.idents[v])
	case ir.Boxed:
		name := p.local(v)
		p.text("var " + name + " ")
		p.emitCode(typ)
		p.text("\n")
		p.store(d, name)
	default:
		p.ref(&ir.Ref{Var: v})
		p.text(" = ")
		p.plain(p.zeroOf(v.Type))
		p.text("\n")
	}
}

// zeroOf returns the zero value of t in Poll.
func (p *printer) zeroOf(t types.Type) ir.Code {
	if p.none != "" && types.Identical(t, p.Fn.Results[0].Type) {
		return ir.Lit(p.none)
	}
	return zeroValue(t, p.Fn.TypeCode)
}

// zeroValue returns the zero value of t. code returns the code of a type.
func zeroValue(t types.Type, code func(types.Type) ir.Code) ir.Code {
	if isTypeParam(t) {
		return append(append(ir.Lit("*new("), code(t)...), ir.Text(")"))
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsBoolean != 0:
			return ir.Lit("false")
		case u.Info()&types.IsString != 0:
			return ir.Lit(`""`)
		case u.Kind() == types.UnsafePointer:
			return ir.Lit("nil")
		}
		return ir.Lit("0")
	case *types.Struct, *types.Array:
		return append(code(t), ir.Text("{}"))
	}
	return ir.Lit("nil")
}

func isTypeParam(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}

// zeroResult writes the value that Poll returns when the function has no result.
func (p *printer) zeroResult() {
	switch p.Fn.NumValues() {
	case 0:
		p.qual(rtQual("Void"))
		p.text("{}")
	case 1:
		p.plain(p.zeroOf(p.Fn.Results[0].Type))
	default:
		p.plain(p.resultType())
		p.text("{}")
	}
}

// terminate writes a return or a jump.
func (p *printer) terminate(x *ir.Terminator) {
	if x.Jump != nil {
		switch to := x.Jump.To; {
		case to.Part == p.block.Part:
			p.text("goto " + p.labels[to])
		case x == p.block.End && p.leftAtYield(p.block): // nothing is left to do
		default:
			p.leave(p.stateOf(to))
		}
		return
	}
	r := x.Return
	if p.Fn.Gen != nil {
		p.leaveGenerator(r)
		return
	}
	p.capture(r.Results...)
	n := p.Fn.NumValues()
	values := r.Results
	switch {
	case r.Naked:
		values = nil
		for _, v := range p.Fn.Results {
			if v.Name == "_" && !p.Fn.Kept {
				values = append(values, p.zeroOf(v.Type))
				continue
			}
			values = append(values, ir.Of(v))
		}
	case r.Many:
		// return g() with several results: Go allows no other operand beside such a call.
		var names []string
		for range p.Fn.Results {
			names = append(names, p.fresh("result"))
		}
		for i, name := range names {
			if i > 0 {
				p.text(", ")
			}
			p.text(name)
		}
		p.text(" := ")
		p.emitCode(r.Results[0])
		p.text("\n")
		values = nil
		for _, name := range names {
			values = append(values, ir.Lit(name))
		}
	}
	if len(r.Stops) > 0 && !p.Fn.Kept {
		values = p.early(r, values)
	}
	if p.Fn.Kept && !r.Naked && len(values) > 0 {
		// Other code may read the results, so they are set first.
		p.setResults(values)
		values = nil
		for _, v := range p.Fn.Results {
			values = append(values, ir.Of(v))
		}
	}
	p.stops(r)
	err := ir.Lit("nil")
	if p.Fn.Fallible {
		err = values[n]
	}
	result := func() { p.result(values[:n]) }
	if n > 1 && p.Fn.Unwinds() && !p.named {
		// gc would build the struct in the result itself. If a call panics meanwhile and
		// a deferred call recovers, the result would be half built.
		results, failure := p.fresh("results"), ""
		p.text(results)
		if err.String() != "nil" {
			failure = p.fresh("err")
			p.text(", " + failure)
		}
		p.text(" := ")
		result()
		if failure != "" {
			p.text(", error(")
			p.emitCode(err)
			p.text(")")
			err = ir.Lit(failure)
		}
		p.text("\n")
		result = func() { p.text(results) }
	}
	if p.last() == '\n' {
		p.at(r.Pos)
	}
	p.text("return ")
	p.nowhere()
	result()
	p.text(", ")
	p.emitCode(err)
	p.text(", true")
}

// stops writes the calls that stop the iterators of the loops that r leaves.
func (p *printer) stops(r *ir.Return) {
	for _, it := range r.Stops {
		p.ref(&ir.Ref{Var: it})
		p.line(".Stop()")
	}
}

// early writes the evaluation of the results of r that the stop of an iterator might change.
// It returns the code of all results.
func (p *printer) early(r *ir.Return, values []ir.Code) []ir.Code {
	values = slices.Clone(values)
	var names, from []ir.Code
	for i, early := range r.Early {
		if early {
			from = append(from, values[i])
			values[i] = ir.Lit(p.fresh("result"))
			names = append(names, values[i])
		}
	}
	for i, name := range names {
		if i > 0 {
			p.text(", ")
		}
		p.plain(name)
	}
	for i, c := range from {
		if i == 0 {
			p.text(" := ")
		} else {
			p.text(", ")
		}
		p.emitCode(c)
	}
	if len(from) > 0 {
		p.text("\n")
	}
	return values
}

// result writes the value that Poll returns for the given values, without the error.
func (p *printer) result(values []ir.Code) {
	switch len(values) {
	case 0:
		p.qual(rtQual("Void"))
		p.text("{}")
	case 1:
		p.emitCode(values[0])
	default:
		p.plain(p.resultType())
		p.text("{")
		for i, v := range values {
			if i > 0 {
				p.text(", ")
			}
			p.text("V" + string(rune('1'+i)) + ": ")
			p.emitCode(v)
		}
		p.text("}")
	}
}

// setResults writes the assignment of values to the named results, and of true to flags. It leaves
// out results that are assigned to themselves.
func (p *printer) setResults(values []ir.Code, flags ...string) {
	var to []*ir.Var
	var from []ir.Code
	for i, v := range p.Fn.Results {
		if len(values[i]) == 1 {
			if r, ok := values[i][0].(*ir.Ref); ok && r.Var == v {
				continue
			}
		}
		to = append(to, v)
		from = append(from, values[i])
	}
	for range flags {
		from = append(from, ir.Lit("true"))
	}
	if len(from) == 0 {
		return
	}
	for i, v := range to {
		if i > 0 {
			p.text(", ")
		}
		p.ref(&ir.Ref{Var: v})
	}
	for i, flag := range flags {
		if i+len(to) > 0 {
			p.text(", ")
		}
		p.text(flag)
	}
	for i, c := range from {
		if i == 0 {
			p.text(" = ")
		} else {
			p.text(", ")
		}
		p.emitCode(c)
	}
	p.text("\n")
}
