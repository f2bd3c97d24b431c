package fuzzgen

// This file makes generators that take values and errors.

import (
	"fmt"
	"strings"
)

// yielderPrelude is the part of the prelude that these generators need.
const yielderPrelude = `
// heard returns a function for the results of a Yield, which returns v.
func heard[X any](s *rttest.Script, v X) func(int, error) X {
	return func(in int, err error) X {
		s.Note("in %d %v", in, err)
		return v
	}
}
func heardErr[X any](s *rttest.Script, v X) func(int, error) (X, error) {
	return func(in int, err error) (X, error) { return heard(s, v)(in, err), err }
}

// converse resumes g as script says: n for Next, s for Send, t for Throw, c for Close.
func converse[R any](s *rttest.Script, name string, g rt.SendGenerator[int, int, R], script string) {
	for _, op := range script + "cc" {
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
				v, ok = g.Next()
			case 's':
				v, ok = g.Send(len(script))
			case 't':
				v, ok = g.Throw(errors.New("thrown"))
			case 'c':
				err = g.Close()
			}
			s.Note("%s %c: %d %v %v", name, op, v, ok, err)
		}()
	}
	r, err := g.Result()
	s.Note("%s: %v %v", name, show(r), err)
}
`

// sendGenerator makes a generator with a Yielder that later functions may drive and hand their
// Yielders to.
func (g *gen) sendGenerator(i int) string {
	f := &function{name: fmt.Sprintf("%ss%d", g.prefix, i), sends: true, err: true, named: g.chance(40), recurse: g.chance(30)}
	f.params = g.paramTypes(f)
	if g.chance(50) {
		f.results = []*typ{tInt}
	}
	g.yields = true
	s := g.declaration(f, 12)
	g.yields = false
	g.senders = append(g.senders, f)
	return s
}

// sendHead returns the signature of f, a generator with a Yielder.
func (f *function) sendHead(params, results []string) string {
	return "//coroutine:generator\nfunc " + f.name + "(" + strings.Join(params, ", ") + ", yielder co.Yielder[int, int])" + f.resultList(results)
}

// sendStmt returns a Yield of a generator with a Yielder.
func (g *gen) sendStmt() string {
	yield := "yielder.Yield(" + g.expr(tInt, 1) + ")"
	switch v := g.variable(assignable(tInt)); {
	case v != nil && g.chance(30):
		return "{\nvar no error\n" + v.name + ", no = " + yield + "\nif no != nil {\n" + g.ret() + "\n}\n}"
	case g.chance(20):
		return "s.Note(fmt.Sprint(" + yield + "))"
	case g.chance(20):
		return "_, _ = " + yield
	default:
		return "if _, no := " + yield + "; no != nil {\n" + g.ret() + "\n}"
	}
}

// sendDelegate returns a statement in which a generator hands its Yielder to f, or lets the
// generator of f yield in its place.
func (g *gen) sendDelegate(f *function) string {
	args := g.generatorArgs(f)
	blanks := strings.Repeat("_, ", len(f.results))
	call := f.name + "(" + args + ", yielder)"
	if g.chance(40) {
		call = "co.YieldFrom(yielder, " + f.name + "Pull(" + args + "))"
		blanks = "_, "
	}
	s := "if " + blanks + "no := " + call + "; no != nil {\n" + g.ret() + "\n}"
	if f == g.fn {
		return "if depth > 0 {\n" + s + "\n}"
	}
	return s
}

// converses returns a statement in which an async function drives a generator with a Yielder, or "".
func (g *gen) converses() string {
	if g.yields || len(g.senders) == 0 {
		return ""
	}
	f := g.senders[g.r.IntN(len(g.senders))]
	script := ""
	for range g.r.IntN(7) {
		script += [...]string{"n", "n", "s", "s", "t", "c"}[g.r.IntN(6)]
	}
	return fmt.Sprintf("converse(s, %q, %sPull(%s), %q)", f.name, f.name, g.generatorArgs(f), script)
}
