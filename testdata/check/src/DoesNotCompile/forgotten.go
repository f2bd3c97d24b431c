package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// What nobody awaits.
//
//coroutine:async
func forgets(handlers func(func(int) rt.Coroutine[rt.Void])) (int, error) {
	n, err := fAsync()                 // want "DoesNotCompile: assignment mismatch: .*; nobody awaits fAsync\\(\\): write co.Await\\(fAsync\\(\\)\\); or co.Must, which panics if there is an error$"
	if m := fAsync(); m > 3 || 3 > m { // want "DoesNotCompile: invalid operation: m > 3 .*; nobody awaits m: write co.Await" "DoesNotCompile: invalid operation: 3 > m .*; nobody awaits m: write co.Await"
		return m, nil // want "DoesNotCompile: cannot use m .*; nobody awaits m: write co.Await\\(m\\)"
	}
	if err := rt.Sleep(1); err != nil { // want "DoesNotCompile: invalid operation: err != nil .*; nobody awaits err: write co.Wait\\(err\\)$"
		return 0, rt.Sleep(1) // want "DoesNotCompile: cannot use rt.Sleep.*; nobody awaits rt.Sleep\\(1\\): write co.Wait\\(rt.Sleep\\(1\\)\\)$"
	}
	for range fAsync() { // want "DoesNotCompile: cannot range over .*; nobody awaits fAsync\\(\\): write co.Await"
	}
	takesInt(fAsync())               // want "DoesNotCompile: cannot use .*; nobody awaits fAsync\\(\\): write co.Await"
	handlers(void)                   // want "DoesNotCompile: cannot use void .*; void is async: write voidAsync$"
	rt.Gather(fAsync(), rt.Sleep(1)) // want "DoesNotCompile: in call to rt.Gather, .* does not match inferred type rt.Expr\\[int\\] for rt.Expr\\[T\\]$"
	co.Spawn[string](fAsync())       // want "DoesNotCompile: cannot use fAsync.*\\n.*\\n.*$"
	_, _ = n, err
	return fAsync() // want "DoesNotCompile: not enough return values.*\\n.*\\n.*; nobody awaits fAsync\\(\\): write co.Await"
}

func takesInt(int) {}

// Slices of operations in place of slices of interfaces.
//
//coroutine:async
func slices(cs []rt.Coroutine[string], sleeps []rt.SleepOp, cases []*rt.Case[int], tasks map[string][]*rt.TaskOf[rt.Two[int, T]], ints []int, exprs []rt.Expr[string]) {
	_ = rt.Gather(cs...)                   // want "DoesNotCompile: in call to rt.Gather, .*; declare cs as \\[\\]rt.Expr\\[string\\]$"
	_ = rt.Gather[string](cs...)           // want "DoesNotCompile: cannot use cs .*; declare cs as \\[\\]rt.Expr\\[string\\]$"
	_ = rt.Race(sleeps...)                 // want "DoesNotCompile: in call to rt.Race, .*; declare sleeps as \\[\\]rt.Expr\\[rt.Void\\]$"
	_ = rt.StaggeredRace(1, tasks["a"]...) // want "DoesNotCompile: in call to rt.StaggeredRace, .*; declare tasks\\[\"a\"\\] as \\[\\]rt.Expr\\[rt.Two\\[int, T\\]\\]$"
	_ = rt.AsCompleted(co.Self(), cs...)   // want "DoesNotCompile: in call to rt.AsCompleted, .*; declare cs as \\[\\]rt.Expr\\[string\\]$"
	_ = rt.Select(cases...)                // want "DoesNotCompile: cannot use cases .*; declare cases as \\[\\]rt.Branch$"
	_ = rt.Gather(ints...)                 // want "DoesNotCompile: in call to rt.Gather, .*rt.Expr\\[T\\] .cannot infer T.$"
	_ = rt.Gather(exprs...)
}

type T struct{}

//coroutine:async
func void(int) error { return nil }
