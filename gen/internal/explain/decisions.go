package explain

// This file lists what the tool decided.

import (
	"fmt"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/emit"
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/page"
)

// decisions returns what was decided about the variables and the awaits of m, in the order of
// the source.
func (s *Source) decisions(m *emit.Machine) (list []page.Decision) {
	fn := m.Fn
	sharing := map[*ir.Field][]*ir.Var{}
	for _, v := range fn.Vars {
		if f := fn.Field(v); f != nil {
			sharing[f] = append(sharing[f], v)
		}
	}
	for _, v := range fn.Vars {
		if v.Kind == ir.Temp || v.Name == "" || v.Name == "_" || !v.Pos.IsValid() || fn.Place(v).Why == "" {
			continue
		}
		where := map[ir.Home]string{
			ir.Inner:   "a local of its block",
			ir.Hoisted: "a local of " + m.Resumes(),
			ir.InFrame: "in the frame",
			ir.Boxed:   "in a box, to which the frame points",
		}[fn.Home(v)]
		text := where + ": " + fn.Place(v).Why
		if f := fn.Field(v); f != nil && len(sharing[f]) > 1 {
			text += "; shares the field with a namesake, which is never needed at the same time"
		}
		list = append(list, page.Decision{Line: s.place(v.Pos).Line, Name: v.Name, Text: text})
	}
	for _, a := range fn.Awaits {
		if text := awaitDecision(fn, a); text != "" {
			list = append(list, page.Decision{Line: s.place(a.Pos).Line, Name: a.Name, Text: text})
		}
	}
	for _, it := range fn.Iters {
		list = append(list, page.Decision{Line: s.place(it.Pos).Line, Name: "range",
			Text: "iter.Pull calls the iterator function, on a goroutine that lives until the loop ends"})
	}
	slices.SortStableFunc(list, func(a, b page.Decision) int { return a.Line - b.Line })
	return list
}

// awaitDecision says how the operand of a is kept.
func awaitDecision(fn *ir.Layout, a *ir.Await) (text string) {
	switch {
	case a.Direct != nil:
		text = fmt.Sprintf("polled where it is, in %s", a.Direct)
	case fn.DelegatesToItself(a):
		text = "the inner call has a frame of its own, which is kept for the next one"
	case a.Callee != nil && fn.Ops[a].Pointer:
		text = fmt.Sprintf("the frame of %s is allocated: ours cannot hold it", a.Callee.Name)
	case a.Callee != nil:
		text = fmt.Sprintf("the frame of %s is part of ours: nothing is allocated", a.Callee.Name)
	case a.Operand == ir.From:
		text = "any generator: each value passes through an interface"
	case a.Operand == ir.Dynamic:
		text = "only an interface is known: what it holds may be allocated"
	}
	if a.Deferred {
		if text != "" {
			text += "; "
		}
		text += "a deferred call: a cancellation waits until it is done"
	}
	return text
}
