package lower

// This file lowers the deferred calls of a function, if one of them awaits.

import (
	"go/token"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// deferred:
//
//	[source]  defer a(); defer co.Wait(b); defer c()
//	[blocks]  unwind:
//	              if deferred { run c }
//	              if !deferred { goto endIf }
//	          awaitB:
//	              poll b
//	          endIf:
//	              if deferred { run a }
//	              return
//
// After a panic in a deferred call, control begins at unwind again. Calls that have begun
// are no longer recorded.
func (b *builder) deferred() {
	b.start(b.unwind)
	for _, e := range slices.Backward(b.fn.Eaches) {
		end := b.block("endEach", e.Iter.Pos, "")
		b.add(&ir.Guard{Cond: ir.Code{&ir.Ref{Var: e.Iter}, ir.Text(" == nil")}, Then: ir.Seq{End: jumpTo(end)}})
		b.list(e.Closing)
		b.start(end)
	}
	if b.fn.DeferList {
		b.deferredList()
		return
	}
	list := b.fn.Defers
	for i := len(list) - 1; i >= 0; i-- {
		d := list[i]
		if d.Await != nil {
			end := b.block("endDefer", d.Pos, "")
			b.add(&ir.Guard{Cond: test(" == 0", d), Then: ir.Seq{End: jumpTo(end)}})
			b.release(d)
			b.start(end)
			continue
		}
		run := []*ir.Defer{d}
		for ; i > 0 && list[i-1].Await == nil; i-- {
			run = append([]*ir.Defer{list[i-1]}, run...)
		}
		b.add(&ir.Guard{Cond: test(" != 0", run...), Then: ir.Seq{Nodes: []ir.Node{&ir.Unwind{Defers: run}}}, Joins: true})
	}
	b.terminate(b.results())
}

// test returns the code that compares the bits of list with 0.
func test(compare string, list ...*ir.Defer) ir.Code {
	return ir.Code{ir.Deferred{}, ir.Text("&"), ir.Marks(list), ir.Text(compare)}
}

// results returns the return that follows the deferred calls.
func (b *builder) results() *ir.Terminator {
	return &ir.Terminator{Return: &ir.Return{Naked: len(b.fn.Results) > 0}}
}

// release begins the call of d, awaits it and ends it.
func (b *builder) release(d *ir.Defer) {
	b.add(&ir.Release{Defer: d})
	b.await(d.Await)
	b.add(ir.Released{})
}

// deferredList is deferred for a record that is a list.
//
//	[blocks]  unwind:
//	              if len(deferred) == 0 { return }
//	              switch last(deferred).site { case waitB: goto case1; default: run them; goto unwind }
//	          case1:
//	          awaitB:
//	              poll b
//	              goto unwind
func (b *builder) deferredList() {
	b.add(&ir.Guard{Cond: ir.Code{ir.Text("len("), ir.Deferred{}, ir.Text(") == 0")}, Then: ir.Seq{End: b.results()}})
	x := &ir.Dispatch{Head: ir.Code{ir.Text("switch "), ir.Deferred{}, ir.Text("[len("), ir.Deferred{}, ir.Text(")-1].site ")}}
	others := &ir.Unwind{}
	var bodies []*ir.Block
	var awaiting []*ir.Defer
	for _, d := range b.fn.Defers {
		if d.Await == nil {
			others.Defers = append(others.Defers, d)
			continue
		}
		body := b.block("site", d.Pos, d.Text)
		bodies = append(bodies, body)
		awaiting = append(awaiting, d)
		x.Clauses = append(x.Clauses, &ir.DispatchClause{Case: ir.Code{ir.Text("case "), ir.Marks{d}, ir.Text(":")}, Seq: ir.Seq{End: jumpTo(body)}})
	}
	if len(others.Defers) > 0 {
		x.Clauses = append(x.Clauses, &ir.DispatchClause{Case: ir.Lit("default:"), Seq: ir.Seq{Nodes: []ir.Node{others}, End: jumpTo(b.unwind)}})
		b.add(x)
	} else if len(bodies) > 1 {
		last := x.Clauses[len(x.Clauses)-1]
		last.Case = ir.Lit("default:")
		b.add(x)
	}
	for i, body := range bodies {
		if len(others.Defers) > 0 || len(bodies) > 1 {
			b.cur = nil
		}
		b.start(body)
		b.release(awaiting[i])
		b.terminate(&ir.Terminator{Jump: &ir.Jump{Tok: token.GOTO, To: b.unwind}})
	}
}
