package fuzzgen

// This file makes nested functions that await: closures that are coroutines, literals
// that are called where they stand, and deferred literals. They change variables, so
// they stand in statements of their own.

import (
	"strings"
)

// levels returns the number of function literals around the current scope that await.
func (g *gen) levels() (n int) {
	for _, s := range g.scopes {
		if s.fn {
			n++
		}
	}
	return n
}

// inFunction returns the scopes of the innermost function that may await.
func (g *gen) inFunction() []*scope {
	for i := len(g.scopes) - 1; i > 0; i-- {
		if g.scopes[i].fn {
			return g.scopes[i:]
		}
	}
	return g.scopes
}

// nested returns the body of a literal with the results of f and about n statements.
// first declares the parameters of the literal.
func (g *gen) nested(f *function, n int, first func()) string {
	fn, size := g.fn, g.size
	g.fn = f
	g.push(scope{await: true, once: true, fn: true})
	if first != nil {
		first()
	}
	for g.size = n; g.size > 0; {
		g.stmt(2)
	}
	if len(f.results) > 0 || f.err {
		g.add(g.ret())
	}
	body := g.pop()
	g.fn, g.size = fn, size-n
	return body
}

func (g *gen) canNest() bool { return !g.yields && g.canAwait() && g.levels() < 2 && g.size > 2 }

// async returns a closure that is a coroutine.
func (g *gen) async(t *typ) string {
	return "co.Async(func() (" + t.name + ", error) {\n" + g.nested(&function{results: []*typ{t}, err: true}, 2+g.r.IntN(4), nil) + "\n})"
}

// closureAwait awaits a closure at once, later, or as a separate task.
func (g *gen) closureAwait() string {
	if !g.canNest() {
		return ""
	}
	t := g.valueType()
	for t == tError {
		t = g.valueType()
	}
	if g.chance(50) {
		c := g.async(t)
		a := g.declare(t)
		b := g.errVar(a)
		return g.two(a, b) + "co.Await(" + c + ")"
	}
	c := "c" + g.label()
	first := c + " := " + g.async(t)
	if g.chance(50) {
		first = c + " := co.Spawn(" + g.async(t) + ")"
	}
	g.push(scope{await: true, once: g.top().once})
	g.add(first)
	for range 1 + g.r.IntN(2) {
		g.stmt(3)
	}
	g.add("{\nv, err := co.Await(" + c + ")\ns.Note(\"%v %v\", show(v), err)\n}")
	return "{\n" + g.pop() + "\n}"
}

// callLiteral calls a literal that awaits where it stands.
func (g *gen) callLiteral() string {
	if !g.canNest() {
		return ""
	}
	t := g.valueType()
	p := &variable{name: g.name(), t: g.valueType(), at: -1}
	arg := g.expr(p.t, 1)
	f := &function{results: []*typ{t}, named: g.chance(30)}
	result := t.name
	body := g.nested(f, 2+g.r.IntN(3), func() {
		g.bind(p)
		if f.named {
			r := g.declare(t)
			if r.name == p.name {
				r.name = "res" + g.label()
			}
			r.at = -1
			g.bind(r)
			f.vars = append(f.vars, r)
			result = "(" + r.name + " " + t.name + ")"
		}
	})
	call := "func(" + p.name + " " + p.t.name + ") " + result + " {\n" + body + "\n}(" + arg + ")"
	if w := g.variable(assignable(t)); w != nil && g.chance(40) {
		return w.name + " = " + call
	}
	v := g.declare(t)
	g.bind(v)
	return v.name + " := " + call
}

// deferredAwait defers a call that awaits.
func (g *gen) deferredAwait() string {
	if !g.canNest() || g.fn.defers > 6 {
		return ""
	}
	for _, s := range g.inFunction() {
		if s.lit || (s.loop || !s.once) && g.chance(70) {
			return ""
		}
	}
	g.fn.defers++
	if g.chance(25) {
		return "defer " + [...]string{"co.Await", "co.Must"}[g.r.IntN(2)] + "(rttest.Step(s, \"" + g.label() + "\", " + g.expr(tInt, 1) + "))"
	}
	head, args := "", ""
	p := &variable{name: g.name(), t: tInt, at: -1}
	if g.chance(30) {
		head, args = p.name+" int", g.expr(tInt, 1)
	}
	body := g.nested(&function{}, 1+g.r.IntN(3), func() {
		if head != "" {
			g.bind(p)
		}
		if g.chance(35) {
			g.add("if v := recover(); v != nil {\ns.Note(\"recovered %v\", v)\n}")
		}
	})
	return "defer func(" + head + ") {\n" + body + "\n}(" + args + ")"
}

// rangeFunc returns a loop over a function.
func (g *gen) rangeFunc(depth int) string {
	label := g.labelled()
	return g.in(func() string {
		loop := scope{loop: true, seq: true, label: label}
		n := "(" + g.nonConst(tInt, 1) + "&3)"
		var seq string
		var vars []*variable
		own := ""
		if g.chance(40) {
			own = g.sequence()
		}
		switch kind := g.r.IntN(4); {
		case own != "":
			seq = own
			vars = []*variable{g.declare(tInt)}
		case kind == 0:
			seq = "seq0(s, " + n + ")"
		case kind == 1:
			seq = "seq2(s, " + n + ")"
			vars = []*variable{g.declare(tInt), g.declare(tString)}
		case kind == 2:
			seq = "seq[" + tString.name + "](s, " + n + ", " + g.expr(tString, 1) + ")"
			vars = []*variable{g.declare(tString)}
		default:
			seq = "seq(s, " + n + ", 1)"
			vars = []*variable{g.declare(tInt)}
		}
		var names []string
		for _, v := range vars {
			v.at, v.used = -1, true
			for _, name := range names {
				if name == v.name {
					v.name = "_"
				}
			}
			names = append(names, v.name)
			if v.name != "_" {
				g.bind(v)
			}
		}
		head := ""
		if len(names) > 0 {
			head = strings.Join(names, ", ") + " := "
		}
		g.fuel = true
		return withLabel(label, "for "+head+"range "+header(seq)+" "+g.body(loop, depth, func() { g.add("if fuel--; fuel < 0 {\nbreak\n}") }))
	})
}
