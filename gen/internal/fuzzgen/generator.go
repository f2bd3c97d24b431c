package fuzzgen

// This file makes generators. Where an async function awaits a value, a generator yields and goes
// on with the value.

import (
	"fmt"
	"strings"
)

// generatorPrelude is the part of the prelude that generators need.
const generatorPrelude = `
func got[X any](s *rttest.Script, more bool, v X) X {
	s.Note("more %v", more)
	return v
}
func gotErr[X any](s *rttest.Script, more bool, v X) (X, error) {
	if !more {
		return v, errors.New("no more")
	}
	return v, nil
}

// drive calls Next n times, and then Stop and Next.
func drive(s *rttest.Script, name string, g rt.Generator[int], n int) {
	step := func(what string, f func() (int, bool)) {
		defer func() {
			if v := recover(); v != nil {
				s.Note("%s %s panics: %v", name, what, v)
			}
		}()
		v, ok := f()
		s.Note("%s %s: %d %v", name, what, v, ok)
	}
	for range n {
		step("Next", g.Next)
	}
	step("Stop", func() (int, bool) { g.Stop(); return 0, false })
	step("Next", g.Next)
}
`

// generator makes a generator that later functions may drive and hand their yields to.
func (g *gen) generator(i int) string {
	f := &function{name: fmt.Sprintf("%sg%d", g.prefix, i), named: g.chance(40), recurse: g.chance(30), literal: g.chance(40)}
	f.params = g.paramTypes(f)
	if !f.literal && g.chance(50) {
		f.results = []*typ{tBool}
	}
	f.named = f.named && len(f.results) > 0
	g.yields = true
	s := g.declaration(f, 12)
	g.yields = false
	g.generators = append(g.generators, f)
	return s
}

// generatorHead returns the signature of the generator f and the end of its body.
func (f *function) generatorHead(params, results []string) (head, end string) {
	head = "//coroutine:generator\nfunc " + f.name + "(" + strings.Join(params, ", ")
	const yield = "yield func(int) bool"
	if f.literal {
		return head + ") iter.Seq[int] {\nreturn func(" + yield + ")", "\n}"
	}
	return head + ", " + yield + ")" + f.resultList(results), ""
}

// yieldStmt returns a yield whose result leaves the function, or is not used.
func (g *gen) yieldStmt() string {
	yield := "yield(" + g.expr(tInt, 1) + ")"
	if g.chance(60) {
		return "if !" + yield + " {\n" + g.ret() + "\n}"
	}
	return yield
}

// delegate returns a statement that hands on the values of another generator, or of f itself.
func (g *gen) delegate(f *function) string {
	self := f == g.fn
	args := g.generatorArgs(f)
	call := ""
	switch {
	case f.literal && g.chance(80):
		call = "for v := range " + f.name + "(" + args + ") {\nif !yield(v) {\n" + g.ret() + "\n}\n}"
	case f.literal:
		call = "for v := range " + f.name + "(" + args + ") {\nyield(v + 1)\n}"
	default:
		call = f.name + "(" + args + ", yield)"
		if len(f.results) > 0 && g.chance(60) {
			call = "if !" + call + " {\n" + g.ret() + "\n}"
		}
	}
	if self {
		return "if depth > 0 {\n" + call + "\n}"
	}
	return call
}

// delegates returns a statement that hands on the values of an earlier generator, or "".
func (g *gen) delegates() string {
	if g.yields && g.outer.sends {
		if !g.canAwait() || len(g.senders) == 0 {
			return ""
		}
		return g.sendDelegate(g.senders[g.r.IntN(len(g.senders))])
	}
	if !g.yields || !g.canAwait() || len(g.generators) == 0 {
		return ""
	}
	return g.delegate(g.generators[g.r.IntN(len(g.generators))])
}

// drives returns a statement in which an async function drives a generator, or "".
func (g *gen) drives() string {
	if g.yields || len(g.generators) == 0 {
		return ""
	}
	f := g.generators[g.r.IntN(len(g.generators))]
	return fmt.Sprintf("drive(s, %q, %s, %d)", f.name, f.name+"Pull("+g.generatorArgs(f)+")", g.r.IntN(9))
}

// generatorArgs returns arguments for f, without a yield.
func (g *gen) generatorArgs(f *function) string {
	args := []string{"s"}
	for i, p := range f.params {
		switch {
		case i > 0 || !f.recurse:
			args = append(args, g.expr(p, 1))
		case f == g.fn:
			args = append(args, "depth-1")
		default:
			args = append(args, fmt.Sprint(g.r.IntN(3)))
		}
	}
	return strings.Join(args, ", ")
}

// sequence returns a call of a generator that returns its iterator function, or "".
func (g *gen) sequence() string {
	var list []*function
	for _, f := range g.generators {
		if f.literal {
			list = append(list, f)
		}
	}
	if len(list) == 0 {
		return ""
	}
	f := list[g.r.IntN(len(list))]
	return f.name + "(" + g.generatorArgs(f) + ")"
}
