package fuzzgen

// This file makes statements that contain other statements.

import (
	"fmt"
	"strings"
)

// body returns the statements of a block whose scope is s, in braces.
func (g *gen) body(s scope, depth int, more func()) string {
	outer := g.top()
	s.await = outer.await && !g.chance(25)
	p := g.push(s)
	p.lit = false
	for _, o := range g.inFunction() {
		p.lit = p.lit || o.lit
	}
	if more != nil {
		more()
	}
	for range g.r.IntN(4) + 1 {
		g.stmt(depth)
		if g.size <= 0 {
			break
		}
	}
	if g.chance(30) {
		g.add(g.noteAll(p))
	}
	return "{\n" + g.pop() + "\n}"
}

func (g *gen) once() bool { return g.top().once }

// in makes a scope for the head of a statement. do writes the statement.
func (g *gen) in(do func() string) string {
	g.push(scope{await: g.top().await, once: g.top().once})
	s := do()
	top := g.top()
	g.scopes = g.scopes[:len(g.scopes)-1]
	for _, v := range top.vars {
		if !v.used {
			return "{\n" + s + "\n}" // does not compile, so the program is dropped
		}
	}
	return s
}

// init returns a simple statement with its semicolon, or "".
func (g *gen) init() string {
	if !g.chance(30) {
		return ""
	}
	v := g.declare(g.valueType())
	v.at = -1
	e := g.typed(v.t, 0)
	if strings.Contains(e, "{") {
		e = "(" + e + ")"
	}
	g.bind(v)
	v.used = false
	return v.name + " := " + e + "; "
}

// cond returns a condition that mentions the variable of init.
func (g *gen) cond(d int) string {
	e := g.expr(tBool, d)
	for _, v := range g.top().vars {
		if !v.used {
			v.used = true
			e = "(" + e + ") == (fmt.Sprint(show(" + v.name + ")) != \"\")"
		}
	}
	return header(e)
}

func (g *gen) ifStmt(depth int) string {
	return g.in(func() string {
		s := "if " + g.init()
		s += g.cond(0) + " " + g.body(scope{once: g.once()}, depth, nil)
		switch g.r.IntN(5) {
		case 0:
			s += " else " + g.body(scope{once: g.once()}, depth, nil)
		case 1:
			s += " else " + g.ifStmt(depth+1)
		}
		return s
	})
}

func (g *gen) block(depth int) string { return g.body(scope{once: g.once()}, depth, nil) }

// labelled returns a label for a loop or a switch. The body may mention the label.
func (g *gen) labelled() string {
	if !g.chance(25) {
		return ""
	}
	return [...]string{"loop", "outer", "L", "endLoop", "again", "awaitStep"}[g.r.IntN(6)] + g.label()
}

// withLabel puts the label before s if s mentions it.
func withLabel(label, s string) string {
	if label == "" || !strings.Contains(s, "break "+label) && !strings.Contains(s, "continue "+label) {
		return s
	}
	return label + ":\n" + s
}

func (g *gen) forStmt(depth int) string {
	label := g.labelled()
	return g.in(func() string {
		loop := scope{loop: true, label: label}
		switch g.r.IntN(5) {
		case 0: // while
			g.fuel = true
			return withLabel(label, "for fuel > 0 && "+header(g.operand(tBool, 0))+" "+g.body(loop, depth, func() { g.add("fuel--") }))
		case 1: // for ever
			g.fuel = true
			b := g.body(loop, depth, func() { g.add("if fuel--; fuel < 0 {\nbreak\n}") })
			return withLabel(label, "for "+b)
		}
		v := g.declare(tInt)
		v.at, v.used = -1, true
		init := header(g.expr(tInt, 2))
		if g.chance(60) {
			init = "0"
		}
		g.bind(v)
		g.fuel = true
		cond := v.name + " < " + header(g.operand(tInt, 1)) + " && fuel > 0"
		if g.chance(50) {
			cond = v.name + " < " + fmt.Sprint(1+g.r.IntN(3)) + " && fuel > 0"
		}
		if g.chance(20) {
			cond = "fuel > 0 && (" + cond + " || " + g.operand(tBool, 1) + ")"
		}
		post := v.name + "++"
		if g.chance(30) {
			post = v.name + " += 1 + " + header(g.operand(tInt, 1)) + "&1"
		}
		other := ""
		if g.chance(20) {
			w := g.declare(tInt)
			if w.name != v.name {
				w.at, w.used = -1, true
				g.bind(w)
				other = w.name
				init += ", 5"
				post = v.name + ", " + w.name + " = " + v.name + "+1, " + w.name + "-" + header(g.operand(tInt, 2))
			}
		}
		names := v.name
		if other != "" {
			names += ", " + other
		}
		v.fixed = g.chance(50)
		return withLabel(label, "for "+names+" := "+init+"; "+cond+"; "+post+" "+g.body(loop, depth, func() { g.add("fuel--") }))
	})
}

func (g *gen) rangeStmt(depth int) string {
	label := g.labelled()
	return g.in(func() string {
		loop := scope{loop: true, label: label}
		over := [...]struct {
			t        *typ
			key, val *typ
		}{
			{tSlice, tInt, tInt}, {tSlice, tInt, tInt}, {tArray, tInt, tInt}, {tString, tInt, nil}, {tInt, tInt, nil}, {tMap, tString, tInt},
		}[g.r.IntN(6)]
		var x string
		switch over.t {
		case tMap: // one entry: their order is random
			x = "map[string]int{" + g.operand(tString, 1) + ": " + g.expr(tInt, 1) + "}"
		case tInt:
			x = "(" + g.nonConst(tInt, 1) + "&3)"
			if g.chance(30) {
				x = fmt.Sprint(g.r.IntN(4))
			}
		case tArray:
			x = g.expr(tArray, 1)
			if v := g.variable(assignable(tArray)); v != nil && g.chance(30) {
				x = "&" + v.name
			}
		case tSlice:
			// A slice may grow while it is ranged over, but its length is taken once.
			x = g.expr(tSlice, 1)
			if strings.Contains(x, "append") {
				x = g.literal(tSlice)
			}
		default:
			x = g.expr(over.t, 1)
		}
		x = header(x)
		head := ""
		assign := false
		switch g.r.IntN(6) {
		case 0:
		case 1: // existing variables
			assign = true
			k := g.variable(assignable(over.key))
			if k == nil {
				break
			}
			head = k.name
			if over.val != nil && g.chance(60) {
				p, t := g.place(1)
				if t == over.val && p != head {
					head += ", " + p
				}
			}
			head += " = "
		default:
			k := g.declare(over.key)
			k.at, k.used = -1, true
			names := []string{k.name}
			if g.chance(20) {
				names[0] = "_"
			} else {
				g.bind(k)
			}
			if over.val != nil && g.chance(70) || names[0] == "_" && over.val != nil {
				v := g.declare(over.val)
				if v.name != k.name {
					v.at, v.used = -1, true
					g.bind(v)
					names = append(names, v.name)
				}
			} else if over.t == tString && g.chance(60) {
				names = append(names, "_")
			}
			if len(names) == 1 && names[0] == "_" {
				head = ""
				break
			}
			if names[0] == "_" && names[len(names)-1] == "_" {
				head = "_, _ = "
				break
			}
			head = strings.Join(names, ", ") + " := "
		}
		_ = assign
		g.fuel = true
		return withLabel(label, "for "+head+"range "+x+" "+g.body(loop, depth, func() { g.add("if fuel--; fuel < 0 {\nbreak\n}") }))
	})
}

func (g *gen) switchStmt(depth int) string {
	label := g.labelled()
	return g.in(func() string {
		init := g.init()
		t := [...]*typ{tInt, tInt, tString, tBool, nil, nil}[g.r.IntN(6)]
		tag := ""
		if t != nil {
			tag = header(g.nonConst(t, 1))
			if g.chance(50) {
				tag = header(g.operand(t, 0))
			}
		}
		if init != "" {
			for _, v := range g.top().vars {
				v.used = true
			}
			init = strings.TrimSuffix(init, " ")
			tag = " " + tag
		}
		n := 1 + g.r.IntN(4)
		def := g.r.IntN(n + 2)
		var b strings.Builder
		names := ""
		for _, v := range g.top().vars {
			names += "_ = " + v.name + "\n"
		}
		for i := range n {
			switch {
			case i == def:
				b.WriteString("default:\n")
			case t == nil:
				b.WriteString("case " + g.expr(tBool, 1))
				if g.chance(30) {
					b.WriteString(", " + g.expr(tBool, 1))
				}
				b.WriteString(":\n")
			default:
				b.WriteString("case " + g.nonConst(t, 1))
				if g.chance(30) {
					b.WriteString(", " + g.nonConst(t, 1))
				}
				b.WriteString(":\n")
			}
			body := g.body(scope{sw: true, label: label, once: g.once()}, depth, nil)
			if i == 0 {
				b.WriteString(names)
			}
			b.WriteString(body[2 : len(body)-2])
			if i < n-1 && g.chance(20) {
				b.WriteString("\nfallthrough")
			}
			b.WriteString("\n")
		}
		return withLabel(label, "switch "+init+tag+" {\n"+b.String()+"}")
	})
}

func (g *gen) typeSwitch(depth int) string {
	label := g.labelled()
	return g.in(func() string {
		x := "(" + g.typed(tAny, 0) + ")"
		v := &variable{name: g.name(), at: -1}
		bind := v.name + " := "
		if g.chance(20) {
			bind = ""
		}
		cases := []struct {
			head string
			t    *typ
		}{{"int", tInt}, {"string", tString}, {"T", tStruct}, {"nil", tAny}, {"V, bool", tAny}, {"error", tError}, {"default", tAny}}
		g.r.Shuffle(len(cases), func(i, j int) { cases[i], cases[j] = cases[j], cases[i] })
		var b strings.Builder
		used := false
		for _, c := range cases[:1+g.r.IntN(4)] {
			if c.head == "default" {
				b.WriteString("default:\n")
			} else {
				b.WriteString("case " + c.head + ":\n")
			}
			if bind != "" && g.hidden(c.head) {
				return ""
			}
			bound := *v
			bound.t = c.t
			body := g.body(scope{sw: true, label: label, once: g.once()}, depth, func() {
				if bind != "" {
					g.bind(&bound)
				}
			})
			used = used || bound.used
			b.WriteString(body[2:len(body)-2] + "\n")
			if bind != "" && !used {
				b.WriteString("_ = " + v.name + "\n")
				used = true
			}
		}
		return withLabel(label, "switch "+bind+x+".(type) {\n"+b.String()+"}")
	})
}

// gotoBack returns a loop made of goto.
func (g *gen) gotoBack(depth int) string {
	if g.top().lit {
		return ""
	}
	label := "back" + g.label()
	g.fuel = true
	b := g.body(scope{}, depth, nil)
	return label + ":\n" + b + "\nif fuel > 0 && " + header(g.operand(tBool, 1)) + " {\nfuel--\ngoto " + label + "\n}"
}

// gotoAhead returns a goto that jumps over a block.
func (g *gen) gotoAhead(depth int) string {
	if g.top().lit {
		return ""
	}
	label := "ahead" + g.label()
	return "{\nif " + header(g.expr(tBool, 1)) + " {\ngoto " + label + "\n}\n" + g.body(scope{once: g.once()}, depth, nil) + "\n" + label + ":\n" + g.noteOr() + "\n}"
}

func (g *gen) noteOr() string {
	if s := g.note(); s != "" {
		return s
	}
	return "s.Note(\"here\")"
}

// selectStmt returns a select statement with one communication and a default clause.
func (g *gen) selectStmt(depth int) string {
	label := g.labelled()
	clause := func() string {
		b := g.body(scope{sw: true, label: label}, depth, nil)
		return b[2:len(b)-2] + "\n"
	}
	if g.hidden("ch") {
		return ""
	}
	comm := "case ch <- " + g.expr(tInt, 1) + ":\n"
	switch g.r.IntN(4) {
	case 0:
		comm = "case <-ch:\n"
	case 1:
		if p, t := g.place(1); t == tInt {
			comm = "case " + p + " = <-ch:\n"
		}
	case 2:
		comm = "case got, ok := <-ch:\n_, _ = got, ok\n"
	}
	fill := ""
	if g.chance(50) {
		fill = "\nch <- " + g.expr(tInt, 2)
	}
	return "{\nch := make(chan int, 1)" + fill + "\n" + withLabel(label, "select {\n"+comm+clause()+"default:\n"+clause()+"}") + "\n}"
}
