package p

import (
	"fmt"
	"strings"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

type node struct{ next *node }

type pair struct{ a, b int }

type table [3]int

var sink func()

//coroutine:async
func list(p *node) error {
	q := p
	next := func() *node { q = q.next; return q }
	fmt.Println(q, next()) // want "OrderUncertain: gc reads q before or after the call of next, which assigns it"
	fmt.Println(p, next())
	fmt.Println(next(), q)
	return co.Wait(rt.Yield())
}

// The call may be an await, a literal, or a function that calls the literal, also through
// another one.
//
//coroutine:async
func calls() error {
	on, pairs, m := true, pair{1, 2}, map[any]int{}
	key := any(1)
	flip := func() bool { on = !on; return on }
	twice := func() bool { return flip() && flip() }
	fmt.Println(on, flip(), co.Wait(rt.Yield()))                               // want "OrderUncertain: gc reads on .* call of flip"
	fmt.Println(on, twice())                                                   // want "OrderUncertain: .*call of twice"
	fmt.Println(on, strings.IndexFunc("x", func(rune) bool { return flip() })) // want "OrderUncertain: .*call of IndexFunc"
	same := pairs == pair{1, 2} != func() bool { pairs.a++; return true }()    // want "OrderUncertain: gc reads pairs .* call of the function literal"
	m[key] = func() int { key = 2; return 1 }()                                // want "OrderUncertain: gc reads key"
	fmt.Println(on, same, pairs)
	var x, y any = on, flip() // want "OrderUncertain"
	fmt.Println(x, y)
	return co.Wait(rt.Yield())
}

//coroutine:async
func each(f func() int) (int, error) { return f(), co.Wait(rt.Yield()) }

// A variable that is in memory, whatever gc inlines, is read after the call. So is a word, or
// what does not fit registers.
//
//coroutine:async
func memory(param bool) error {
	escapes, addressed, deferred, n, text, big := true, true, true, 1, "a", table{}
	f := func() bool { escapes = false; return true }
	sink = func() { f() }
	store := func() { escapes = true }
	sink = store
	pointer := &addressed
	defer func() { deferred = false }()
	fmt.Println(escapes, f())
	kept := true
	change := func() int { kept = false; return 1 }
	fmt.Println(kept, co.Must(eachAsync(change)), change())
	fmt.Println(addressed, func() bool { addressed = false; return *pointer }())
	fmt.Println(deferred, func() bool { deferred = false; return true }())
	fmt.Println(param, func() bool { param = false; return true }())
	fmt.Println(n, text, big, func() bool { n, text, big[0] = 2, "b", 2; return true }())
	return co.Wait(rt.Yield())
}

// The values of the operands of a call, and of the left side of &&, are used before what
// follows.
//
//coroutine:async
func used() error {
	on := true
	flip := func() bool { on = !on; return on }
	fmt.Println(fmt.Sprint(on), flip(), any(on) == any(true) && flip())
	return co.Wait(rt.Yield())
}

// A literal that stays text has the order of the source.
//
//coroutine:async
func verbatim() error {
	sink = func() {
		on := true
		fmt.Println(on, func() bool { on = false; return true }())
	}
	return co.Wait(rt.Yield())
}
