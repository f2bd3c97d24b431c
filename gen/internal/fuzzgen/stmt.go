package fuzzgen

// This file makes simple statements.

import (
	"fmt"
	"strings"
)

// stmt adds a statement to the current scope. depth is the number of statements around
// the new one.
func (g *gen) stmt(depth int) {
	if g.chance(4) {
		g.add("// " + g.label())
	}
	nested := 3
	g.size--
	if depth > 3 || g.size <= 0 {
		nested = 0
	}
	nesting := 0
	if g.nesting {
		nesting = 2
	}
	do := func(f func() string) func() string {
		return func() string {
			s := f()
			if s != "" {
				g.add(g.comment(s))
			}
			return s
		}
	}
	nest := func(n int, f func(depth int) string) alt {
		return alt{n * nested, do(func() string { return f(depth + 1) })}
	}
	g.choose(
		alt{12, do(g.shortVar)},
		alt{4, do(g.varDecl)},
		alt{12, do(g.assign)},
		alt{5, do(g.awaitStmt)},
		alt{6, do(g.note)},
		alt{4, do(g.mutate)},
		alt{3, do(g.closure)},
		alt{2, do(g.channel)},
		alt{1, do(g.localType)},
		alt{1, do(g.panics)},
		alt{2, do(g.leave)},
		alt{3, do(g.deferred)},
		alt{1, do(g.task)},
		alt{3, do(g.drives)},
		alt{2, do(g.delegates)},
		alt{2, do(g.talks)},
		alt{2, do(g.converses)},
		alt{4, do(g.asyncYield)},
		alt{nesting, do(g.closureAwait)},
		alt{nesting, do(g.callLiteral)},
		alt{nesting, do(g.deferredAwait)},
		nest(4, g.ifStmt),
		nest(3, g.forStmt),
		nest(3, g.rangeStmt),
		nest(2, g.switchStmt),
		nest(1, g.typeSwitch),
		nest(1, g.block),
		nest(1, g.gotoBack),
		nest(1, g.gotoAhead),
		nest(1, g.selectStmt),
		nest(nesting, g.rangeFunc),
		nest(3, g.each),
	)
}

// comment adds a comment to s, now and then.
func (g *gen) comment(s string) string {
	if g.chance(4) && !strings.HasSuffix(s, ":") && !strings.Contains(s, "\n") {
		return s + " // " + g.label()
	}
	return s
}

func (g *gen) shortVar() string {
	switch g.r.IntN(8) {
	case 0, 1: // an await with its error
		if !g.canAwait() {
			return ""
		}
		call, t := g.fallible()
		if call == "" {
			return ""
		}
		a := g.declare(t)
		b := g.errVar(a)
		return g.two(a, b) + call
	case 2:
		a := g.declare(g.someType())
		b := g.declare(g.someType())
		for b.name == a.name {
			b.name = g.name()
		}
		s := a.name + ", " + b.name + " := " + g.typed(a.t, 0) + ", " + g.typed(b.t, 0)
		g.bind(a)
		g.bind(b)
		return s
	case 3: // one of two is there already
		old := g.sameScope()
		if old == nil {
			return ""
		}
		a := g.declare(g.someType())
		e := g.expr(old.t, 1)
		if old.t == tInt && g.chance(50) {
			e = "7"
		}
		if g.chance(50) {
			s := a.name + ", " + old.name + " := " + g.typed(a.t, 0) + ", " + e
			g.bind(a)
			return s
		}
		s := old.name + ", " + a.name + " := " + e + ", " + g.typed(a.t, 0)
		g.bind(a)
		return s
	case 4: // two results
		a, b := g.declare(tInt), g.declare(tString)
		if a.name == b.name {
			b.name = "_"
		}
		s := a.name + ", " + b.name + " := two(" + g.expr(tInt, 1) + ")"
		g.bind(a)
		if b.name != "_" {
			g.bind(b)
		}
		return s
	case 5: // comma ok
		a, b := g.declare(tInt), g.declare(tBool)
		if a.name == b.name {
			a.name = "_"
		}
		e := g.operand(tMap, 1) + "[" + g.expr(tString, 1) + "]"
		if g.chance(50) {
			e = g.paren(tAny) + ".(int)"
		}
		s := a.name + ", " + b.name + " := " + e
		if a.name != "_" {
			g.bind(a)
		}
		g.bind(b)
		return s
	}
	v := g.declare(g.someType())
	s := v.name + " := " + g.typed(v.t, 0)
	g.bind(v)
	return s
}

func (g *gen) paren(t *typ) string { return "(" + g.typed(t, 1) + ")" }

// two returns the left side of a short declaration of a and b, and binds them. b may
// exist already.
func (g *gen) two(a, b *variable) string {
	if b == nil {
		g.bind(a)
		return a.name + ", _ := "
	}
	g.bind(a)
	if b.at >= 0 && g.find(b) == nil {
		g.bind(b)
	}
	return a.name + ", " + b.name + " := "
}

func (g *gen) find(v *variable) *variable {
	for _, w := range g.top().vars {
		if w == v {
			return w
		}
	}
	return nil
}

// sameScope returns an assignable variable of the current scope.
func (g *gen) sameScope() *variable {
	vars := g.top().vars
	if len(vars) == 0 {
		return nil
	}
	v := vars[g.r.IntN(len(vars))]
	if v.fixed {
		return nil
	}
	return v
}

// errVar returns the variable for an error beside a: that of the current scope,
// a new one, or none.
func (g *gen) errVar(a *variable) *variable {
	if g.chance(10) {
		return nil
	}
	for _, v := range g.top().vars {
		if v.t == tError && !v.fixed && v.name != a.name && g.chance(80) {
			return v
		}
	}
	b := g.declare(tError)
	if g.chance(70) {
		b.name = "err"
		for _, v := range g.top().vars {
			if v.name == "err" {
				return nil
			}
		}
	}
	if b.name == a.name {
		return nil
	}
	return b
}

// fallible returns an await with an error, and the type of its other result.
func (g *gen) fallible() (string, *typ) {
	if g.yields && g.outer.sends {
		t := g.valueType()
		return "heardErr(s, " + g.typed(t, 1) + ")(yielder.Yield(" + g.expr(tInt, 1) + "))", t
	}
	if g.yields {
		t := g.valueType()
		return "gotErr(s, yield(" + g.expr(tInt, 1) + "), " + g.typed(t, 1) + ")", t
	}
	if g.chance(40) {
		var list []*function
		for _, f := range g.funcs {
			if len(f.results) == 1 {
				list = append(list, f)
			}
		}
		if len(list) > 0 {
			f := list[g.r.IntN(len(list))]
			call, results := g.callAsync(f, 1)
			return "co.Await(" + call + ")", results[0]
		}
	}
	if g.chance(20) {
		if v := g.variable(func(v *variable) bool {
			return v.t == tPtrT || v.t == tP || !v.fixed && (v.t == tStruct || v.t == tE)
		}); v != nil {
			return "co.Await(" + v.name + ".bumpAsync(s, " + g.expr(tInt, 1) + "))", tInt
		}
	}
	t := g.printable()
	return "co.Await(rttest.Step(s, \"" + g.label() + "\", " + g.typed(t, 1) + "))", t
}

func (g *gen) varDecl() string {
	v := g.declare(g.someType())
	var s string
	switch g.r.IntN(5) {
	case 0, 1:
		s = "var " + v.name + " " + v.t.name
	case 2:
		s = "var " + v.name + " " + v.t.name + " = " + g.expr(v.t, 0)
	case 3:
		if v.t == tAny || v.t == tError {
			s = "var " + v.name + " " + v.t.name + " = " + g.expr(v.t, 0)
			break
		}
		s = "var " + v.name + " = " + g.typed(v.t, 0)
	case 4:
		b := g.declare(v.t)
		if b.name == v.name {
			b.name = "_"
		}
		switch v.t {
		case tAny:
			s = "var " + v.name + ", " + b.name + " any = " + g.expr(g.printable(), 0) + ", " + g.expr(tInt, 0)
		default:
			s = "var " + v.name + ", " + b.name + " " + v.t.name + " = " + g.expr(v.t, 0) + ", " + g.expr(v.t, 0)
		}
		if b.name != "_" {
			g.bind(b)
		}
	}
	g.bind(v)
	return s
}

// place returns something that can be assigned, and its type.
func (g *gen) place(d int) (string, *typ) {
	v := g.variable(func(v *variable) bool { return !v.fixed })
	if v == nil {
		return "", nil
	}
	elem := func(t *typ) (string, *typ) {
		switch t {
		case tArray:
			return "[" + g.index(d+1) + "]", tInt
		case tMap:
			return "[" + g.operand(tString, d+1) + "]", tInt
		}
		switch g.r.IntN(4) {
		case 0:
			return ".s", tString
		case 1:
			return ".in.b", tInt
		case 2:
			return ".arr[" + g.index(d+1) + "]", tInt
		}
		return ".a", tInt
	}
	switch v.t {
	case tPtr:
		if g.chance(60) {
			return "*" + v.name, tInt
		}
	case tArray, tMap, tStruct, tPtrT, tE, tP:
		if v.t == tMap && g.chance(60) {
			break // it may be nil
		}
		if g.chance(60) {
			s, t := elem(v.t)
			if v.t == tP && t == tString {
				return v.name + ".s", tString
			}
			return v.name + s, t
		}
	}
	return v.name, v.t
}

func (g *gen) assign() string {
	lhs, t := g.place(0)
	if t == nil {
		return ""
	}
	switch g.r.IntN(7) {
	case 0:
		if t == tInt {
			if g.chance(50) {
				return lhs + [...]string{"++", "--"}[g.r.IntN(2)]
			}
			return lhs + [...]string{" += ", " -= ", " *= ", " ^= ", " |= ", " &^= "}[g.r.IntN(6)] + g.expr(tInt, 0)
		}
		if t == tString || t == tFloat {
			return lhs + " += " + g.typed(t, 0)
		}
		if t == tSlice {
			return lhs + " = append(" + lhs + ", " + g.list(tInt, 0, 2) + ")"
		}
	case 1: // swaps and the like
		lhs2, t2 := g.place(0)
		if lhs2 != lhs {
			return lhs + ", " + lhs2 + " = " + g.expr(t, 0) + ", " + g.expr(t2, 0)
		}
	case 2:
		if call, ct := g.awaitFor(); call != "" {
			var err string
			if v := g.variable(assignable(tError)); v != nil && g.chance(80) {
				err = v.name
			} else {
				err = "_"
			}
			if ct == t && err != lhs {
				return lhs + ", " + err + " = " + call
			}
			if err != "_" {
				return "_, " + err + " = " + call
			}
		}
	}
	return lhs + " = " + g.expr(t, 0)
}

func (g *gen) awaitFor() (string, *typ) {
	if !g.canAwait() {
		return "", nil
	}
	return g.fallible()
}

// awaitStmt returns an await whose results are not used.
func (g *gen) awaitStmt() string {
	if !g.canAwait() {
		return ""
	}
	if g.yields && g.outer.sends {
		return g.sendStmt()
	}
	if g.yields {
		return g.yieldStmt()
	}
	if g.chance(20) && len(g.funcs) > 0 {
		f := g.funcs[g.r.IntN(len(g.funcs))]
		call, results := g.callAsync(f, 0)
		await := "co.Must"
		switch {
		case len(f.results) == 0 && f.err:
			await = "_ = co.Wait"
		case len(f.results) == 2:
			await = "co.Must2"
			if g.chance(50) {
				a, b := g.declare(results[0]), g.declare(results[1])
				if a.name != b.name {
					s := a.name + ", " + b.name + " := co.Must2(" + call + ")"
					g.bind(a)
					g.bind(b)
					return s
				}
			}
		}
		return await + "(" + call + ")"
	}
	call, _ := g.fallible()
	if g.chance(50) {
		return strings.Replace(call, "co.Await", "co.Must", 1)
	}
	return call
}

// note records some variables.
func (g *gen) note() string {
	list := g.visible(func(v *variable) bool { return true })
	if len(list) == 0 {
		return ""
	}
	format, args := "", ""
	for range 1 + g.r.IntN(3) {
		v := list[g.r.IntN(len(list))]
		v.used = true
		format += v.name + "=%v "
		if v.t.print {
			args += ", " + v.name
		} else {
			args += ", show(" + v.name + ")"
		}
	}
	if g.chance(40) {
		args += ", " + g.expr(g.printable(), 1)
		format += "%v"
	}
	return fmt.Sprintf("s.Note(%q%s)", format, args)
}

// noteAll records the variables of s.
func (g *gen) noteAll(s *scope) string {
	format, args := "", ""
	for i, v := range s.vars {
		hidden := false
		for _, w := range s.vars[i+1:] {
			hidden = hidden || w.name == v.name
		}
		if hidden {
			continue
		}
		v.used = true
		format += v.name + "=%v "
		args += ", show(" + v.name + ")"
	}
	if args == "" {
		return ""
	}
	return fmt.Sprintf("s.Note(%q%s)", format, args)
}

// mutate returns a statement that only calls a function which changes variables.
func (g *gen) mutate() string {
	v := g.variable(func(v *variable) bool {
		return g.callable(v) || v.t == tPtrT || v.t == tP || v.t == tIface || !v.fixed && (v.t == tStruct || v.t == tE)
	})
	if v == nil {
		return ""
	}
	call := v.name + "()"
	if v.t != tFunc {
		call = v.name + ".inc(" + g.expr(tInt, 1) + ")"
	}
	switch g.r.IntN(3) {
	case 0:
		w := g.declare(tInt)
		g.bind(w)
		return w.name + " := " + call
	case 1:
		if w := g.variable(assignable(tInt)); w != nil {
			return w.name + " = " + call
		}
	}
	return call
}

// closure declares a function literal that changes the variables that it captures.
func (g *gen) closure() string {
	v := g.declare(tFunc)
	g.push(scope{lit: true, await: false})
	for range 1 + g.r.IntN(3) {
		g.choose(
			alt{3, func() string { s := g.assign(); g.add(s); return s }},
			alt{1, func() string { s := g.note(); g.add(s); return s }},
			alt{1, func() string { s := g.shortVar(); g.add(s); return s }},
			alt{1, func() string { s := "s.Note(\"lit\")"; g.add(s); return s }},
		)
	}
	g.add("return " + g.expr(tInt, 1))
	body := g.pop()
	if old := g.variable(assignable(tFunc)); old != nil && g.chance(30) {
		return old.name + " = func() int {\n" + body + "\n}"
	}
	g.bind(v)
	v.fixed = g.chance(50)
	return v.name + " := func() int {\n" + body + "\n}"
}

// channel sends to, and receives from, a channel that has room.
func (g *gen) channel() string {
	a, b := g.declare(tInt), g.declare(tBool)
	if a.name == b.name || a.name == "ch" || b.name == "ch" {
		return ""
	}
	s := "ch := make(chan int, 3)\n"
	if g.hidden("ch") {
		return ""
	}
	s += "ch <- " + g.expr(tInt, 0) + "\nch <- " + g.expr(tInt, 1) + "\n"
	s += a.name + " := " + g.operand(tInt, 2) + " + <-ch\n"
	s += "_, " + b.name + " := <-ch"
	// A block keeps the statements together.
	return "{\n" + s + "\ns.Note(\"%v %v\", " + a.name + ", " + b.name + ")\n}"
}

// localType declares a type and a constant, and uses them.
func (g *gen) localType() string {
	if g.top().lit || g.top().depth > 2 {
		return ""
	}
	n := g.label()
	v := g.declare(tInt)
	typ, con := g.prefix+"type"+n, g.prefix+"const"+n
	s := "type " + typ + " struct{ u, w int }\nconst " + con + " = iota + " + g.small() + "\n"
	s += v.name + " := " + typ + "{" + g.expr(tInt, 0) + ", " + con + "}.u + " + con
	v.at = -1
	s += "\n_ = " + v.name
	g.bind(v)
	return s
}

func (g *gen) panics() string {
	if !g.chance(8) {
		return ""
	}
	cond := "if " + header(g.expr(tBool, 1)) + " {\n"
	switch g.r.IntN(3) {
	case 0:
		return cond + "panic(" + g.expr(tString, 1) + ")\n}"
	case 1:
		return cond + "panic(" + g.literal(tError) + ")\n}"
	}
	return cond + "var none *T\nnone.a = " + g.expr(tInt, 1) + "\n}"
}

// leave returns a branch or a return statement, under a condition.
func (g *gen) leave() string {
	var out string
	for i := len(g.scopes) - 1; i >= 0 && out == ""; i-- {
		s := g.scopes[i]
		if s.lit {
			return ""
		}
		if s.fn {
			break
		}
		switch {
		case s.loop && s.label != "" && g.chance(40):
			out = [...]string{"break ", "continue "}[g.r.IntN(2)] + s.label
		case s.sw && s.label != "" && g.chance(40):
			out = "break " + s.label
		case s.loop:
			inner := ""
			for j := i + 1; j < len(g.scopes); j++ {
				if g.scopes[j].sw || g.scopes[j].loop {
					inner = "switch"
				}
			}
			if inner == "" && g.chance(50) {
				out = "break"
			} else if g.chance(70) {
				nested := false
				for j := i + 1; j < len(g.scopes); j++ {
					nested = nested || g.scopes[j].loop
				}
				if !nested {
					out = "continue"
				}
			}
		case s.sw && g.chance(20):
			nested := false
			for j := i + 1; j < len(g.scopes); j++ {
				nested = nested || g.scopes[j].loop
			}
			if !nested {
				out = "break"
			}
		}
	}
	if out == "" && g.chance(75) {
		return ""
	}
	if out == "" || g.chance(8) {
		out = g.ret()
	}
	if g.chance(20) {
		return "if " + header(g.expr(tBool, 0)) + " {\n" + g.note() + "\n" + out + "\n}"
	}
	return "if " + header(g.expr(tBool, 0)) + " {\n" + out + "\n}"
}

// ret returns a return statement of the current function.
func (g *gen) ret() string {
	f := g.fn
	for _, s := range g.inFunction() {
		if s.lit {
			return "return " + g.expr(tInt, 1)
		}
	}
	if f.named && g.chance(40) {
		shadowed := false
		for _, v := range f.vars {
			for _, s := range g.inFunction()[1:] {
				for _, w := range s.vars {
					shadowed = shadowed || v.name == w.name
				}
			}
		}
		if !shadowed {
			return "return"
		}
	}
	if len(f.results) == 0 && !f.err {
		return "return"
	}
	if f.err && !g.yields && len(f.results) == 1 && g.canAwait() && g.chance(15) && f.results[0].print {
		return "return co.Await(rttest.Step(s, \"" + g.label() + "\", " + g.typed(f.results[0], 1) + "))"
	}
	if f.err && len(f.results) == 2 && f.results[0] == tInt && f.results[1] == tString && g.chance(20) {
		return "return " + g.prefix + "three(" + g.expr(tInt, 1) + ")"
	}
	var list []string
	for _, t := range f.results {
		list = append(list, g.expr(t, 0))
	}
	if f.err {
		switch {
		case g.chance(40):
			list = append(list, "nil")
		default:
			list = append(list, g.expr(tError, 1))
		}
	}
	return "return " + strings.Join(list, ", ")
}

// deferred returns a defer statement, mostly where it is executed at most once, or "".
func (g *gen) deferred() string {
	for _, s := range g.inFunction() {
		if s.lit || (s.loop || !s.once) && g.chance(70) {
			return ""
		}
	}
	if g.fn.defers > 6 {
		return ""
	}
	g.fn.defers++
	switch g.r.IntN(7) {
	case 0:
		return "defer s.Note(\"deferred %v %v\", " + g.mixed(1) + ", " + g.expr(tInt, 1) + ")"
	case 1:
		if v := g.variable(g.callable); v != nil {
			return "defer " + v.name + "()"
		}
	case 2:
		if v := g.variable(func(v *variable) bool {
			return v.t == tPtrT || v.t == tP || v.t == tIface || !v.fixed && (v.t == tStruct || v.t == tE)
		}); v != nil {
			return "defer " + v.name + ".inc(" + g.expr(tInt, 1) + ")"
		}
	case 3:
		if v := g.variable(is(tPtrT, tP, tStruct, tE, tIface)); v != nil {
			return "defer func(n int) { s.Note(\"got %d %d\", n, " + v.name + ".get()) }(" + g.expr(tInt, 1) + ")"
		}
	case 4:
		return "defer func() {\nif v := recover(); v != nil {\ns.Note(\"recovered %v\", v)\n" + g.inDeferred() + "\n}\n}()"
	}
	return "defer func() {\n" + g.inDeferred() + "\n}()"
}

// inDeferred returns the body of a deferred literal.
func (g *gen) inDeferred() string {
	g.push(scope{lit: true})
	for range 1 + g.r.IntN(2) {
		g.choose(
			alt{3, func() string { s := g.assign(); g.add(s); return s }},
			alt{2, func() string { s := g.note(); g.add(s); return s }},
			alt{1, func() string { s := g.mutate(); g.add(s); return s }},
			alt{1, func() string { s := "func() {\n" + g.assignOr() + "\n}()"; g.add(s); return s }},
		)
	}
	if g.chance(4) {
		g.add("panic(\"in deferred\")")
	}
	return g.pop()
}

func (g *gen) assignOr() string {
	if s := g.assign(); s != "" {
		return s
	}
	return "s.Note(\"lit\")"
}

// task starts a coroutine and awaits it later.
func (g *gen) task() string {
	if g.yields || !g.canAwait() {
		return ""
	}
	var list []*function
	for _, f := range g.funcs {
		if len(f.results) == 1 && !f.recurse {
			list = append(list, f)
		}
	}
	if len(list) == 0 {
		return ""
	}
	f := list[g.r.IntN(len(list))]
	call, results := g.callAsync(f, 1)
	v := &variable{name: g.name(), t: results[0], at: len(g.top().stmts)}
	c := "c" + g.label()
	var s string
	switch g.r.IntN(3) {
	case 0:
		if !f.generic {
			name, args, _ := strings.Cut(call, "(")
			s = c + " := " + name + "\n_ = " + c + "\n" + c + "2 := " + name + "(" + args
			c += "2"
			break
		}
		s = c + " := " + call
	case 1:
		s = c + " := " + call
	default:
		s = "var " + c + " interface{ Awaitable() rt.Awaitable[" + results[0].name + "] } = " + call
	}
	g.add(s)
	v.at = len(g.top().stmts)
	s = v.name + " := co.Must(" + c + ")"
	g.bind(v)
	return s
}
