// Package ordermatrix makes programs that show the order of evaluation of gc. Each cell of
// the matrix is a function with one statement. In that statement, an operand of some form
// stands before an await in some context, and the await changes the place where the operand
// lives.
//
// The cells are the product of the forms, the contexts and the places that fit each
// other. Their order is fixed.
package ordermatrix

// This file is the matrix.

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Cell is one function.
type Cell struct {
	Form, Context, Place string
	Mode                 string // the values before and after the await
	code                 string // the function, with $N for its number
	start                string // an expression that makes its coroutine
}

// Name returns the coordinates of the cell.
func (c Cell) Name() string {
	return fmt.Sprintf("%s | %s | %s | %s", c.Form, c.Context, c.Place, c.Mode)
}

// Lent reports whether a function that gc may inline changes the value of the operand.
func (c Cell) Lent() bool {
	return c.Place == "lent" || c.Place == "called" || c.Place == "applied"
}

// A kind is a type of operands.
type kind struct {
	key, typ   string
	comparable bool
	keys       string // the entries of a map with keys of this kind
}

var kinds = map[string]kind{}

// Cells returns all cells: all contexts for operands that live in a global variable, and
// the core contexts for the other places. A global variable cannot have a type parameter as
// its type. For such operands the place "referent" takes the part of the global variable.
func Cells() (list []Cell) {
	for _, f := range forms {
		whole := "global"
		if bases[f.base].params != "" {
			whole = "referent"
		}
		for _, p := range places {
			if p.name != whole && (p.name == "global" || p.name == "referent") {
				continue
			}
			for i, m := range bases[f.base].modes {
				for _, c := range contexts {
					if p.name != whole && (!c.core || i > 0) {
						continue
					}
					if cell, ok := makeCell(f, c, p, m); ok {
						list = append(list, cell)
					}
				}
			}
		}
	}
	return list
}

// makeCell returns the cell with the given coordinates. ok is false if they do not fit.
func makeCell(f form, c context, p place, m mode) (cell Cell, ok bool) {
	b, k := bases[f.base], kinds[f.kind]
	if k.typ == "" || b.typ == "" {
		panic("unknown kind of " + f.expr)
	}
	if c.fits != nil && !c.fits(k) || p.name == "map element" && f.takesAddress() {
		return Cell{}, false
	}
	operand := strings.ReplaceAll(f.expr, "$P", p.expr)
	text := c.stmt
	await := "co.Must(changeAsync(s, set, 1))"
	if p.await != "" {
		await = p.await
	}
	text = strings.ReplaceAll(text, "$O", operand)
	text = strings.ReplaceAll(text, "$A", await)
	text = strings.ReplaceAll(text, "$B", `co.Must(changeAsync(s, func() {}, 1))`)
	results := "error"
	if c.results != "" {
		results = "(" + c.results + ", error)"
	}
	params, args := "", ""
	head := p.head
	switch p.name {
	case "parameter":
		params, args = ", v "+b.typ, ", "+strings.NewReplacer(".(E)", ".("+m.arg+")", "E(", m.arg+"(").Replace(m.before)
	case "named result":
		if c.results != "" {
			return Cell{}, false
		}
		results = "(v " + b.typ + ", err error)"
	}
	end := "return nil"
	switch {
	case c.results != "":
		end = ""
	case p.name == "named result":
		end = "return v, nil"
	}
	instance := ""
	if b.params != "" {
		instance = "[" + m.arg + "]"
	}
	code := fmt.Sprintf("//coroutine:async\nfunc c$N%s(s *rttest.Script%s) %s {\n%s\n%s\n%s\n}\n", b.params, params, results, head, text, end)
	code = strings.NewReplacer("$T", k.typ, "$K", k.key, "$V", b.typ, "$Q", f.base, "$1", m.before, "$2", m.after, "$M", k.keys).Replace(code)
	return Cell{
		Form: f.expr, Context: c.name, Place: p.name, Mode: m.before + " → " + m.after,
		code: code, start: "runCellAsync(s, c$NAsync" + instance + "(s" + args + "))",
	}, true
}

// Program returns the source of a package with the given cells. The functions are numbered
// by the index of the cell.
func Program(cells []Cell) string {
	var b strings.Builder
	b.WriteString(prelude)
	for _, k := range sortedKinds() {
		b.WriteString(strings.NewReplacer("$T", k.typ, "$K", k.key).Replace(perKind))
		if k.comparable {
			b.WriteString(strings.NewReplacer("$T", k.typ, "$K", k.key, "$M", k.keys).Replace(perKey))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(bases)) {
		if bases[key].params == "" {
			fmt.Fprintf(&b, "var global%s %s\n\n", key, bases[key].typ)
		}
	}
	b.WriteString("// Cells are the coroutines of all cells.\nvar Cells = []func(s *rttest.Script) rt.Expr[int]{\n")
	for i, c := range cells {
		fmt.Fprintf(&b, "\tfunc(s *rttest.Script) rt.Expr[int] { reset(); return %s },\n", number(c.start, i))
	}
	b.WriteString("}\n\n")
	for i, c := range cells {
		fmt.Fprintf(&b, "// %s\n%s\n", c.Name(), number(c.code, i))
	}
	return b.String()
}

func number(code string, i int) string { return strings.ReplaceAll(code, "$N", fmt.Sprint(i)) }
