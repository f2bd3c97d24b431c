package fuzzgen

// This file makes functions and whole programs.

import (
	"fmt"
	"strings"
)

// program returns the declarations of a program.
func (g *gen) program(number int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "func %sthree(n int) (int, string, error) { return n, fmt.Sprint(n), nil }\n\n", g.prefix)
	// Package-level variables have names that locals also have.
	for range g.r.IntN(3) {
		v := &variable{name: fmt.Sprintf("%s%c", g.prefix, 'a'+g.r.IntN(3)), t: tInt, at: -1, fixed: true}
		for _, w := range g.globals {
			if w.name == v.name {
				v = nil
				break
			}
		}
		if v != nil {
			g.globals = append(g.globals, v)
			fmt.Fprintf(&b, "var %s = %d\n\n", v.name, 100+g.r.IntN(9))
		}
	}
	for i := range 1 + g.r.IntN(3) {
		b.WriteString(g.function(i))
	}
	if g.chance(50) {
		for i := range 1 + g.r.IntN(3) {
			b.WriteString(g.generator(i))
		}
	}
	if g.chance(50) {
		for i := range g.r.IntN(3) {
			b.WriteString(g.sendGenerator(i))
		}
		for i := range g.r.IntN(3) {
			b.WriteString(g.asyncGenerator(i))
		}
	}
	g.fn = &function{name: fmt.Sprint("Subject", number), results: []*typ{tString}, err: true}
	b.WriteString(g.declaration(g.fn, 40))
	return b.String()
}

// function makes an async function that later functions may call.
func (g *gen) function(i int) string {
	f := &function{name: fmt.Sprintf("%sf%d", g.prefix, i), err: g.chance(70), named: g.chance(40), recurse: g.chance(15)}
	if g.chance(10) {
		f.name = fmt.Sprintf("%sFrame%d", g.prefix, i)
	}
	f.generic = g.generic && g.chance(50)
	g.inX = f.generic
	if g.go127 && f.generic && g.chance(50) {
		f.recv = [...]*typ{tStruct, tPtrT}[g.r.IntN(2)]
	}
	f.params = g.paramTypes(f)
	for range [...]int{0, 1, 1, 1, 1, 1, 1, 2, 2}[g.r.IntN(9)] {
		t := g.valueType()
		for t == tError {
			t = g.valueType()
		}
		f.results = append(f.results, t)
	}
	if len(f.results) == 0 && !f.err {
		f.named = false
	}
	s := g.declaration(f, 16)
	g.funcs = append(g.funcs, f)
	g.inX = false
	return s
}

// paramTypes makes up the types of the parameters of f.
func (g *gen) paramTypes(f *function) (list []*typ) {
	if f.recurse {
		list = append(list, tInt)
	}
	for range g.r.IntN(3) {
		list = append(list, g.valueType())
	}
	return list
}

// resultList returns the results of f as they are written in its signature, after a space.
func (f *function) resultList(results []string) string {
	switch {
	case len(results) == 0:
		return ""
	case len(results) == 1 && !f.named:
		return " " + results[0]
	}
	return " (" + strings.Join(results, ", ") + ")"
}

// declaration returns the declaration of f with about n statements.
func (g *gen) declaration(f *function, n int) string {
	g.fn, g.outer = f, f
	g.fuel = false
	g.scopes = nil
	g.push(scope{await: true, once: true})
	recv := ""
	if f.recv != nil {
		v := g.bind(&variable{name: g.name(), t: f.recv, at: -1})
		recv = "(" + v.name + " " + f.recv.name + ") "
	}
	var params []string
	params = append(params, "s *rttest.Script")
	for i, t := range f.params {
		v := &variable{name: g.name(), t: t, at: -1}
		if i == 0 && f.recurse {
			v.name, v.fixed = "depth", true
		}
		if g.chance(5) && !v.fixed {
			params = append(params, "_ "+t.name)
			continue
		}
		g.bind(v)
		params = append(params, v.name+" "+t.name)
	}
	var results []string
	for _, t := range f.results {
		name := ""
		if f.named {
			v := g.bind(&variable{name: g.name(), t: t, at: -1})
			f.vars = append(f.vars, v)
			name = v.name + " "
		}
		results = append(results, name+t.name)
	}
	if f.err {
		name := ""
		if f.named {
			v := g.bind(&variable{name: g.name(), t: tError, at: -1})
			f.vars = append(f.vars, v)
			name = v.name + " "
		}
		results = append(results, name+"error")
	}
	// For names, the body is in the same scope as the parameters, so that nothing is
	// declared twice.
	for g.size = n/2 + g.r.IntN(n); g.size > 0; {
		g.stmt(0)
	}
	switch {
	case f.recurse && f.async:
		g.add(g.asyncDelegate(f))
	case f.recurse && f.sends:
		g.add(g.sendDelegate(f))
	case f.recurse && g.yields:
		g.add(g.delegate(f))
	case f.recurse:
		g.add(g.recursion(f))
	}
	ret := g.finish(f)
	if ret != "" {
		g.add(ret)
	}
	body := g.pop()
	if strings.Contains(body, "fuel") {
		body = "fuel := " + fmt.Sprint(8+g.r.IntN(8)) + "\n" + body
	}
	name := f.name
	if f.generic {
		name += "[X any]"
	}
	head := "//coroutine:async\nfunc " + recv + name + "(" + strings.Join(params, ", ") + ")"
	end := ""
	switch {
	case f.sends:
		head = f.sendHead(params, results)
	case g.yields:
		head, end = f.generatorHead(params, results)
	case f.async:
		head = g.asyncHead(f, params, results)
	default:
		head += f.resultList(results)
	}
	return head + " {\n" + body + "\n}" + end + "\n\n"
}

// recursion returns a call of f itself.
func (g *gen) recursion(f *function) string {
	args := []string{"s", "depth-1"}
	for _, t := range f.params[1:] {
		args = append(args, g.expr(t, 1))
	}
	name := g.receiver(f, 2) + f.name + "Async"
	if f.generic {
		name += "[X]"
	}
	call := name + "(" + strings.Join(args, ", ") + ")"
	await := map[int]string{0: "_ = co.Wait(", 1: "_, _ = co.Await(", 2: "_, _, _ = co.Await2("}[len(f.results)]
	if !f.err {
		await = map[int]string{0: "co.Must(", 1: "_ = co.Must(", 2: "_, _ = co.Must2("}[len(f.results)]
	}
	return "if depth > 0 {\n" + await + call + ")\n}"
}

// finish returns the last return of f. If it can, it returns the values of most
// visible variables, so that a wrong value is noticed.
func (g *gen) finish(f *function) string {
	if len(f.results) == 0 || f.results[0] != tString || g.chance(5) {
		if len(f.results) == 0 && !f.err {
			return ""
		}
		return g.ret()
	}
	var parts []string
	for _, v := range g.visible(func(v *variable) bool { return true }) {
		if g.chance(85) {
			v.used = true
			parts = append(parts, "show("+v.name+")")
		}
	}
	if len(parts) == 0 {
		return g.ret()
	}
	list := []string{"fmt.Sprint(" + strings.Join(parts, ", ") + ")"}
	for _, t := range f.results[1:] {
		list = append(list, g.expr(t, 1))
	}
	if f.err {
		e := "nil"
		if g.chance(20) {
			e = g.expr(tError, 1)
		}
		list = append(list, e)
	}
	return "return " + strings.Join(list, ", ")
}
