package ir

// This file defines what generators have besides what other functions have.

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// A Generator is what the generator of a function has besides what a Func has.
type Generator struct {
	Yield  *types.Var   // the parameter yield, or the co.Yielder
	Values []types.Type // of yield: one value or two
	In     types.Type   // for a co.Yielder, the type of the values that are sent; else nil
	// Lit is the iterator function if the function returns it. The machine is that of Lit, and
	// its inputs are the captures of Lit.
	Lit *ast.FuncLit
}

// Sends reports whether f is a generator to which its caller sends values.
func (f *Func) Sends() bool { return f.Gen != nil && f.Gen.In != nil }

// YieldIndex returns the index of the yield among the parameters of f, an async generator, or a
// generator that is no literal.
func (f *Func) YieldIndex() int {
	yield := f.Yields
	if f.Gen != nil {
		yield = f.Gen.Yield
	}
	i := 0
	for v := range f.Obj.Signature().Params().Variables() {
		if v == yield {
			return i
		}
		i++
	}
	return -1
}

// DelegatesToItself reports whether a, an await of g, delegates to the function of g, with the same
// type arguments.
func (g *Graph) DelegatesToItself(a *Await) bool {
	return a.Callee == g.Func && g.Gen != nil && slices.EqualFunc(a.TypeArgs, g.TypeParams, func(t types.Type, p *TypeParam) bool { return t == p.TypeParam })
}

// IsDeep reports whether g is a generator that delegates to itself, and has nothing to run when a
// panic goes through it. The machine of a deep generator resumes its innermost call at once.
func (g *Graph) IsDeep() bool {
	return g.Gen != nil && g.Parts == 0 && len(g.Defers) == 0 && len(g.Iters) == 0 && slices.ContainsFunc(g.Awaits, g.DelegatesToItself)
}

// Idle reports whether n, the last node of a block that then returns, does the same as the return:
// if !more { return }.
func Idle(n Node) bool {
	switch n := n.(type) {
	case *Guard:
		return !n.Joins && len(n.Then.Nodes) == 0 && n.Then.End != nil && isBare(n.Then.End) && n.Cond.outline() == "!MORE"
	case *Plain:
		return n.Code.outline() == "if!MORE{RETURN}" && isBare(n.Code[len(n.Code)-2].(*Terminator))
	}
	return false
}

// isBare reports whether x returns, and does nothing else.
func isBare(x *Terminator) bool {
	return x.Return != nil && x.Jump == nil && len(x.Return.Results) == 0 && !x.Return.Naked && len(x.Return.Stops) == 0
}

// outline returns the text of c without space and line marks, in which a word stands for each
// piece that is no text.
func (c Code) outline() string {
	var b strings.Builder
	for _, p := range c {
		switch p := p.(type) {
		case Text:
			for line := range strings.Lines(string(p)) {
				if !strings.HasPrefix(strings.TrimSpace(line), LineMark) {
					b.WriteString(strings.Join(strings.Fields(line), ""))
				}
			}
		case More:
			b.WriteString("MORE")
		case *Terminator:
			if p.Return == nil {
				return ""
			}
			b.WriteString("RETURN")
		default:
			return ""
		}
	}
	return b.String()
}
