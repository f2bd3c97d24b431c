package fuzzgen

// This file makes expressions.

import (
	"fmt"
	"slices"
	"strings"
)

// expr returns an expression of type t. The greater d, the smaller it is.
func (g *gen) expr(t *typ, d int) string {
	if d > 3 || g.chance(10*d) {
		return g.leaf(t)
	}
	return g.choose(
		alt{6, func() string { return g.leaf(t) }},
		alt{4, func() string { return g.await(t, d) }},
		alt{1, func() string { return g.event(t, d) }},
		alt{6, func() string { return g.compound(t, d+1) }},
	)
}

// leaf returns a variable or a literal.
func (g *gen) leaf(t *typ) string {
	if g.chance(75) {
		if v := g.variable(is(t)); v != nil {
			return v.name
		}
	}
	return g.literal(t)
}

func (g *gen) small() string { return fmt.Sprint(g.r.IntN(6)) }

// literal returns a simple expression of type t.
func (g *gen) literal(t *typ) string {
	switch t {
	case tInt:
		return g.small()
	case tString:
		return fmt.Sprintf("%q", [...]string{"", "x", "yz", "é世", "a\xffb", "//", "`"}[g.r.IntN(7)])
	case tBool:
		return [...]string{"true", "false"}[g.r.IntN(2)]
	case tByte:
		return "uint8(" + fmt.Sprint(g.r.IntN(256)) + ")"
	case tFloat:
		return [...]string{"1.5", "0.0", "float64(3)", "-2.25"}[g.r.IntN(4)]
	case tSlice:
		return [...]string{"[]int{1, 2, 3}", "[]int(nil)", "[]int{7}"}[g.r.IntN(3)]
	case tArray:
		return [...]string{"[3]int{1, 2, 3}", "[3]int{}", "[...]int{2: 5}"}[g.r.IntN(3)]
	case tMap:
		return [...]string{`map[string]int{"k": 1}`, `map[string]int{}`}[g.r.IntN(2)]
	case tPtr:
		return "new(int)"
	case tStruct:
		return [...]string{`T{a: 1}`, `T{}`, `T{s: "q", arr: [3]int{1}}`}[g.r.IntN(3)]
	case tPtrT:
		return [...]string{`&T{a: 2}`, `new(T)`}[g.r.IntN(2)]
	case tE:
		return "E{T{a: 3}, 4}"
	case tP:
		return "P{&T{a: 5}, \"p\"}"
	case tAny:
		return [...]string{"any(1)", `any("any")`, "any(nil)", "any(V(3))", "any(T{a: 1})"}[g.r.IntN(5)]
	case tError:
		return [...]string{`errors.New("e")`, "error(nil)"}[g.r.IntN(2)]
	case tFunc:
		return "func() int { return " + g.small() + " }"
	case tIface:
		return [...]string{"I(V(2))", "I(&T{a: 6})"}[g.r.IntN(2)]
	case tParam:
		return "*new(X)"
	}
	panic("fuzzgen: no literal of " + t.name)
}

// await returns an await that results in a t.
func (g *gen) await(t *typ, d int) string {
	if !g.canAwait() {
		return ""
	}
	if !g.yields && g.chance(30) {
		if s := g.asyncCall(t, d); s != "" {
			return s
		}
	}
	if g.yields && g.outer.sends {
		return "heard(s, " + g.expr(t, d+1) + ")(yielder.Yield(" + g.expr(tInt, d+1) + "))"
	}
	if g.yields {
		return "got(s, yield(" + g.expr(tInt, d+1) + "), " + g.expr(t, d+1) + ")"
	}
	if !t.print {
		return "" // the trace would show an address
	}
	comment := ""
	if g.chance(3) {
		comment = " /* c */"
	}
	inst := ""
	if g.chance(5) {
		inst = "[" + t.name + "]"
	}
	return "co.Must(rttest.Step" + inst + "(s, \"" + g.label() + "\"" + comment + ", " + g.expr(t, d+1) + "))"
}

// asyncCall returns an await of an async function of the program with one result
// of type t.
func (g *gen) asyncCall(t *typ, d int) string {
	if t == tInt && g.chance(40) {
		if v := g.variable(is(tStruct, tE, tP, tPtrT)); v != nil {
			return "co.Must(" + v.name + ".waitAsync(s, " + g.expr(tInt, d+1) + "))"
		}
	}
	var list []*function
	for _, f := range g.funcs {
		if len(f.results) == 1 && (f.results[0] == t || f.results[0] == tParam && slices.Contains(typeArgs, t)) {
			list = append(list, f)
		}
	}
	if len(list) == 0 {
		return ""
	}
	f := list[g.r.IntN(len(list))]
	return "co.Must(" + g.callWith(f, d, t) + ")"
}

// callAsync returns a call that makes the coroutine of f, and the types of its results.
func (g *gen) callAsync(f *function, d int) (call string, results []*typ) {
	x := g.typeArg()
	for _, t := range f.results {
		if t == tParam {
			t = x
		}
		results = append(results, t)
	}
	return g.callWith(f, d, x), results
}

// callWith returns a call that makes the coroutine of f, with the type argument x if f is
// generic.
func (g *gen) callWith(f *function, d int, x *typ) string {
	if f.generic && x != tParam && !slices.Contains(typeArgs, x) {
		x = g.typeArg()
	}
	inferred := false
	args := []string{"s"}
	for i, p := range f.params {
		if i == 0 && f.recurse {
			args = append(args, fmt.Sprint(g.r.IntN(3)))
			continue
		}
		if p == tParam {
			p, inferred = x, true
		}
		args = append(args, g.expr(p, d+1))
	}
	name := g.receiver(f, d) + f.name + "Async"
	if f.generic && (!inferred || g.chance(50)) {
		name += "[" + x.name + "]"
	}
	return name + "(" + strings.Join(args, ", ") + ")"
}

// receiver returns the receiver of f in a call, with a dot, or "" if f is not a method.
func (g *gen) receiver(f *function, d int) string {
	if f.recv == nil {
		return ""
	}
	if v := g.variable(is(tStruct, tPtrT, tE, tP)); v != nil && g.chance(60) {
		return v.name + "."
	}
	return "(" + g.expr(f.recv, d+1) + ")."
}

// event returns a call that only records a note.
func (g *gen) event(t *typ, d int) string {
	return "fn(s, \"" + g.label() + "\", " + g.typed(t, d+1) + ")"
}

// typed returns an expression whose type is t even without context.
func (g *gen) typed(t *typ, d int) string {
	e := g.expr(t, d)
	switch t {
	case tAny, tError, tFloat, tIface:
		return t.name + "(" + e + ")"
	}
	return e
}

// index returns an index into something of length 3, now and then out of range.
func (g *gen) index(d int) string {
	switch {
	case g.chance(2):
		return "id(3)"
	case g.chance(40):
		return "int(uint(" + g.nonConst(tInt, d+1) + ")%3)"
	}
	return fmt.Sprint(g.r.IntN(3))
}

// compound returns an expression with operands.
func (g *gen) compound(t *typ, d int) string {
	e := func(t *typ) string { return g.expr(t, d) }
	w := func(n int, f func() string) alt { return alt{n, f} }
	field := func(types []*typ, suffix string) func() string {
		return func() string {
			if v := g.variable(is(types...)); v != nil {
				return v.name + suffix
			}
			return ""
		}
	}
	structs := []*typ{tStruct, tPtrT, tE, tP}
	switch t {
	case tInt:
		return g.choose(
			w(6, func() string {
				return g.operand(tInt, d) + [...]string{" + ", " - ", "*", " ^ ", " | ", " & "}[g.r.IntN(6)] + g.operand(tInt, d)
			}),
			w(1, func() string { return g.operand(tInt, d) + "/(" + e(tInt) + "|1)" }),
			w(1, func() string {
				if v := g.variable(is(tPtr)); v != nil && g.chance(50) {
					return "100/ *" + v.name
				}
				if v := g.variable(is(tInt)); v != nil && !v.fixed {
					return "100/" + v.name
				}
				return ""
			}),
			w(1, func() string { return "(" + e(tInt) + " << " + fmt.Sprint(g.r.IntN(4)) + ")" }),
			w(1, func() string { return "(1 << (uint(" + g.nonConst(tInt, d) + ")%8))" }),
			w(1, func() string { return "-" + g.operand(tInt, d) }),
			w(2, func() string { return "len(" + e(tString) + ")" }),
			w(2, func() string { return "len(" + e(tSlice) + ")" }),
			w(1, func() string { return "len(" + e(tMap) + ")" }),
			w(2, field(structs, ".a")),
			w(1, field(structs, ".in.b")),
			w(1, func() string {
				if v := g.variable(is(structs...)); v != nil {
					return v.name + ".arr[" + g.index(d) + "]"
				}
				return ""
			}),
			w(2, func() string {
				if v := g.variable(is(tArray)); v != nil {
					return v.name + "[" + g.index(d) + "]"
				}
				return ""
			}),
			w(1, func() string { return "(" + e(tArray) + ")[" + g.index(d) + "]" }),
			w(2, func() string { return "pick(" + e(tSlice) + ", " + e(tInt) + ")" }),
			w(1, func() string { return g.operand(tMap, d) + "[" + e(tString) + "]" }),
			w(2, func() string {
				if v := g.variable(is(tPtr)); v != nil {
					return "*" + v.name
				}
				return ""
			}),
			w(1, func() string {
				if v := g.variable(g.callable); v != nil {
					return v.name + "()"
				}
				return ""
			}),
			w(1, func() string {
				if v := g.variable(is(structs...)); v != nil {
					return v.name + ".get()"
				}
				return ""
			}),
			w(1, func() string {
				if v := g.variable(is(tIface)); v != nil {
					return v.name + ".get()"
				}
				return ""
			}),
			w(1, func() string { return "T.get(" + e(tStruct) + ")" }),
			w(1, func() string { return "int(" + e(tByte) + ")" }),
			w(1, func() string { return "num(" + e(tBool) + ")" }),
			w(1, func() string { return "sum(" + g.list(tInt, d, 3) + ")" }),
			w(1, func() string { return "sum(" + e(tSlice) + "...)" }),
			w(1, func() string { return [...]string{"min", "max"}[g.r.IntN(2)] + "(" + e(tInt) + ", " + e(tInt) + ")" }),
			w(1, func() string { return "id(" + e(tInt) + ")" }),
			w(1, func() string {
				return "func(x int) int { return x + " + g.quiet(func() string { return g.expr(tInt, 3) }) + " }(" + e(tInt) + ")"
			}),
			w(1, func() string {
				if !g.go127 {
					return ""
				}
				return [...]string{
					"Fn(id)(" + e(tInt) + ")",
					"[]Fn{id, 1: func(x int) int { return -x }}[" + g.small() + "%2](" + e(tInt) + ")",
					"struct{ f Fn; n int }{f: id, n: " + e(tInt) + "}.f(" + e(tInt) + ")",
					"map[bool]Fn{true: id, false: id}[" + e(tBool) + "](" + e(tInt) + ")",
				}[g.r.IntN(4)]
			}),
			w(1, func() string { return "struct{ u, v int }{" + e(tInt) + ", " + e(tInt) + "}.v" }),
			w(1, func() string {
				if v := g.variable(is(tAny)); v != nil && g.chance(8) {
					return v.name + ".(int)"
				}
				return ""
			}),
		)
	case tString:
		return g.choose(
			w(4, func() string { return g.operand(tString, d) + " + " + g.operand(tString, d) }),
			w(4, func() string {
				return "fmt.Sprint(" + g.mixed(d) + ")"
			}),
			w(2, func() string { return "cat(" + e(tInt) + ", " + e(tString) + ")" }),
			w(1, func() string { return "cat(two(" + e(tInt) + "))" }),
			w(1, func() string { return "strings.ToUpper(" + e(tString) + ")" }),
			w(1, func() string { return "string([]byte(" + e(tString) + "))" }),
			w(1, func() string { return "(" + e(tString) + ")[:0]" }),
			w(2, field([]*typ{tStruct, tPtrT, tE}, ".s")),
			w(1, func() string { return "`raw\n" + g.small() + "` + " + g.operand(tString, d) }),
			w(1, func() string { return "id[string](" + e(tString) + ")" }),
		)
	case tBool:
		return g.choose(
			w(4, func() string {
				return g.operand(tInt, d) + [...]string{" < ", " >= ", " == ", " != ", " > "}[g.r.IntN(5)] + g.operand(tInt, d)
			}),
			w(2, func() string {
				return g.operand(tString, d) + [...]string{" == ", " < "}[g.r.IntN(2)] + g.operand(tString, d)
			}),
			w(5, func() string {
				return g.operand(tBool, d) + [...]string{" && ", " || "}[g.r.IntN(2)] + g.operand(tBool, d)
			}),
			w(2, func() string { return "!" + g.operand(tBool, d) }),
			w(1, func() string { return "(" + e(tArray) + ") == (" + e(tArray) + ")" }),
			w(1, func() string { return "(" + e(tStruct) + ") != (" + e(tStruct) + ")" }),
			w(1, func() string { return g.operand(tError, d) + " == nil" }),
			w(1, func() string { return g.operand(tFloat, d) + " < " + g.operand(tFloat, d) }),
		)
	case tByte:
		return g.choose(
			w(2, func() string { return "uint8(" + g.nonConst(tInt, d) + ")" }),
			w(2, func() string {
				return g.operand(tByte, d) + [...]string{" + ", " - ", "*"}[g.r.IntN(3)] + g.nonConst(tByte, d)
			}),
		)
	case tFloat:
		return g.choose(
			w(2, func() string { return "float64(" + e(tInt) + ")" }),
			w(2, func() string {
				return g.operand(tFloat, d) + [...]string{" + ", "*"}[g.r.IntN(2)] + "float64(" + g.nonConst(tInt, d) + ")"
			}),
		)
	case tSlice:
		return g.choose(
			w(4, func() string { return "[]int{" + g.list(tInt, d, 4) + "}" }),
			w(2, func() string { return "append([]int(nil), " + g.list(tInt, d, 3) + ")" }),
			w(2, func() string { return "append([]int{" + e(tInt) + "}, " + e(tSlice) + "...)" }),
			w(1, func() string { return "make([]int, uint(" + g.nonConst(tInt, d) + ")%4)" }),
		)
	case tArray:
		return g.choose(
			w(2, func() string { return "[3]int{" + e(tInt) + ", " + e(tInt) + ", " + e(tInt) + "}" }),
			w(1, func() string { return "[...]int{2: " + e(tInt) + ", 0: " + e(tInt) + "}" }),
			w(1, field(structs, ".arr")),
		)
	case tMap:
		return "map[string]int{" + g.operand(tString, d) + ": " + e(tInt) + "}"
	case tPtr:
		return g.choose(
			w(3, func() string {
				if v := g.variable(assignable(tInt)); v != nil {
					return "&" + v.name
				}
				return ""
			}),
			w(1, func() string {
				if v := g.variable(assignable(tStruct, tE, tPtrT)); v != nil {
					return [...]string{"&" + v.name + ".a", "&" + v.name + ".arr[" + g.index(d) + "]", "&" + v.name + ".in.b"}[g.r.IntN(3)]
				}
				return ""
			}),
			w(1, func() string {
				if v := g.variable(assignable(tArray)); v != nil {
					return "&" + v.name + "[" + g.index(d) + "]"
				}
				return ""
			}),
			w(1, func() string { return "new(int)" }),
		)
	case tStruct:
		return g.choose(
			w(3, func() string { return "T{a: " + e(tInt) + ", s: " + e(tString) + "}" }),
			w(1, func() string {
				return "T{" + e(tInt) + ", " + e(tString) + ", " + e(tArray) + ", struct{ b int }{" + e(tInt) + "}}"
			}),
			w(1, func() string {
				if v := g.variable(is(tPtrT)); v != nil {
					return "*" + v.name
				}
				return ""
			}),
			w(1, field([]*typ{tE}, ".T")),
		)
	case tPtrT:
		return g.choose(
			w(2, func() string {
				if v := g.variable(assignable(tStruct)); v != nil {
					return "&" + v.name
				}
				return ""
			}),
			w(1, func() string {
				if v := g.variable(assignable(tE)); v != nil {
					return "&" + v.name + ".T"
				}
				return ""
			}),
			w(1, field([]*typ{tP}, ".T")),
			w(2, func() string { return "&T{a: " + e(tInt) + "}" }),
		)
	case tE:
		if g.go127 && g.chance(50) {
			keys := []string{"a: " + e(tInt), "s: " + e(tString), "n: " + e(tInt), "arr: " + e(tArray)}
			g.r.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
			return "E{" + strings.Join(keys[:1+g.r.IntN(len(keys))], ", ") + "}"
		}
		return "E{" + e(tStruct) + ", " + e(tInt) + "}"
	case tP:
		return "P{" + e(tPtrT) + ", " + e(tString) + "}"
	case tAny:
		return "any(" + e(g.printable()) + ")"
	case tError:
		return "fmt.Errorf(\"%s\", " + e(tString) + ")"
	case tFunc:
		return g.pureLiteral()
	case tParam:
		return "id(" + e(tParam) + ")"
	case tIface:
		return g.choose(
			w(1, func() string { return "I(V(" + e(tInt) + "))" }),
			w(1, func() string { return "I(" + e(tPtrT) + ")" }),
		)
	}
	panic("fuzzgen: no expression of " + t.name)
}

// header returns e so that it may stand before the brace of a statement.
func header(e string) string {
	if strings.Contains(e, "{") {
		return "(" + e + ")"
	}
	return e
}

// operand returns an expression of t that binds tighter than any operator.
func (g *gen) operand(t *typ, d int) string {
	e := g.expr(t, d)
	if strings.ContainsAny(e, " +-*/<>=&|!^") {
		return "(" + e + ")"
	}
	return e
}

// nonConst returns an expression that the compiler does not evaluate, so that the
// compiler reports no overflow.
func (g *gen) nonConst(t *typ, d int) string { return "id(" + g.typed(t, d) + ")" }

// list returns up to n expressions.
func (g *gen) list(t *typ, d, n int) string {
	var list []string
	for range 1 + g.r.IntN(n) {
		list = append(list, g.expr(t, d))
	}
	return strings.Join(list, ", ")
}

// mixed returns expressions to be printed.
func (g *gen) mixed(d int) string {
	var list []string
	for range 1 + g.r.IntN(3) {
		list = append(list, g.expr(g.printable(), d))
	}
	return strings.Join(list, ", ")
}

func (g *gen) printable() *typ {
	for {
		if t := g.someType(); t.print && t != tAny {
			return t
		}
	}
}

// quiet returns the result of do in the scope of a function literal that does not await.
func (g *gen) quiet(do func() string) string {
	g.scopes = append(g.scopes, &scope{lit: true})
	s := do()
	g.scopes = g.scopes[:len(g.scopes)-1]
	return s
}

// pureLiteral returns a function literal that changes nothing.
func (g *gen) pureLiteral() string {
	return g.quiet(func() string { return "func() int { return " + g.expr(tInt, 2) + " }" })
}
