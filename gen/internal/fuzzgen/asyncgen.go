package fuzzgen

// This file makes async generators, and loops over their values.

import (
	"fmt"
	"slices"
	"strings"
)

// asyncGenPrelude is the part of the prelude that async generators need.
const asyncGenPrelude = `
func iterator(g asyncgen.Iterator[int]) asyncgen.Iterator[int] { return g }

// talk resumes g as script says: n for Next, s for Send, t for Throw, c for Close. Then it closes g.
//
//coroutine:async
func talk[R any](s *rttest.Script, name string, g *co.AsyncGenerator[int, int, R], script string) {
	for _, op := range script + "c" {
		func() {
			defer func() {
				if v := recover(); v != nil {
					s.Note("%s %c panics: %v", name, op, v)
				}
			}()
			var v int
			var ok bool
			var err error
			switch op {
			case 'n':
				v, ok, err = co.Await2(g.Next())
			case 's':
				v, ok, err = co.Await2(g.Send(len(script)))
			case 't':
				v, ok, err = co.Await2(g.Throw(errors.New("thrown")))
			case 'c':
				err = co.Wait(g.Close())
			}
			s.Note("%s %c: %d %v %v", name, op, v, ok, err)
		}()
	}
	r, err := g.Result()
	s.Note("%s: %v %v", name, show(r), err)
}
`

// asyncGenerator makes an async generator that later functions may range over.
func (g *gen) asyncGenerator(i int) string {
	f := &function{name: fmt.Sprintf("%sa%d", g.prefix, i), async: true, err: true, named: g.chance(40), recurse: g.chance(30)}
	f.params = g.paramTypes(f)
	if g.chance(40) {
		f.results = []*typ{tInt}
	}
	s := g.declaration(f, 14)
	g.asyncGens = append(g.asyncGens, f)
	return s
}

// asyncHead returns the signature of the async generator f.
func (g *gen) asyncHead(f *function, params, results []string) string {
	at := g.r.IntN(len(params) + 1)
	params = slices.Insert(params, at, "yielder co.AsyncYielder[int, int]")
	return "//coroutine:async\n//coroutine:generator\nfunc " + f.name + "(" + strings.Join(params, ", ") + ")" + f.resultList(results)
}

// asyncYields reports whether the current function is an async generator, or is inside of one.
func (g *gen) asyncYields() bool { return g.outer != nil && g.outer.async && g.canAwait() }

// asyncYield returns a Yield of an async generator.
func (g *gen) asyncYield() string {
	if !g.asyncYields() {
		return ""
	}
	yield := "yielder.Yield(" + g.expr(tInt, 1) + ")"
	switch v := g.variable(assignable(tInt)); {
	case v != nil && g.chance(30):
		return v.name + " = co.Must(" + yield + ")"
	case g.chance(30):
		return "s.Note(fmt.Sprint(co.Await(" + yield + ")))"
	case g.chance(20):
		return "co.Must(" + yield + ")"
	default:
		return "if _, no := co.Await(" + yield + "); no != nil {\n" + g.ret() + "\n}"
	}
}

// asyncSource returns a call that makes an async generator, and its function, or "".
func (g *gen) asyncSource() (string, *function) {
	if len(g.asyncGens) == 0 {
		return "", nil
	}
	f := g.asyncGens[g.r.IntN(len(g.asyncGens))]
	return f.name + "Async(" + g.generatorArgs(f) + ")", f
}

// talks returns a statement in which an async function drives an async generator, or "".
func (g *gen) talks() string {
	if g.yields || !g.canAwait() {
		return ""
	}
	source, f := g.asyncSource()
	if f == nil {
		return ""
	}
	script := ""
	for range g.r.IntN(6) {
		script += [...]string{"n", "n", "n", "s", "t", "c"}[g.r.IntN(6)]
	}
	return fmt.Sprintf("co.Must(talkAsync(s, %q, %s, %q))", f.name, source, script)
}

// each returns a loop over the values of an async generator, or "".
func (g *gen) each(depth int) string {
	if g.yields || !g.canAwait() || slices.ContainsFunc(g.inFunction(), func(s *scope) bool { return s.seq }) {
		return ""
	}
	source, f := g.asyncSource()
	if f == nil {
		return ""
	}
	if g.chance(25) {
		source = "iterator(" + source + ")"
	}
	failed, declaration := "", ""
	if v := g.variable(assignable(tError)); v != nil && g.chance(60) {
		failed = v.name
	} else {
		failed = "failed" + g.label()
		declaration = "var " + failed + " error\n"
	}
	label := g.labelled()
	head, kind := "", g.r.IntN(5)
	if v := g.variable(assignable(tInt)); v != nil && kind == 0 {
		head = v.name + " = "
	}
	return "{\n" + declaration + g.in(func() string {
		if kind > 1 {
			v := g.declare(tInt)
			v.at, v.used = -1, true
			g.bind(v)
			head = v.name + " := "
		}
		g.fuel = true
		body := g.body(scope{loop: true, label: label}, depth, func() { g.add("if fuel--; fuel < 0 {\nbreak\n}") })
		return withLabel(label, "for "+head+"range co.Each("+source+", &"+failed+") "+body)
	}) + "\ns.Note(\"each %v\", " + failed + ")\n}"
}

// asyncDelegate returns a loop in which f, an async generator, hands on values of its own.
func (g *gen) asyncDelegate(f *function) string {
	return "if depth > 0 {\nvar failed error\nfor v := range co.Each(" + f.name + "Async(" + g.generatorArgs(f) + "), &failed) {\n" +
		"if _, no := co.Await(yielder.Yield(v)); no != nil {\n" + g.ret() + "\n}\n}\ns.Note(\"delegate %v\", failed)\n}"
}
