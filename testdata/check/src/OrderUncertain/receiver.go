package p

import (
	"fmt"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

type adder interface{ add(n int) int }

type number int

func (n number) add(m int) int { return int(n) + m }

type other int

func (n other) add(m int) int { return int(n) - m }

type counter struct{ n int }

func (c *counter) add(m int) int { c.n += m; return c.n }

var setter func() int

// gc calls the method of a type that it knows, and then reads the receiver before the arguments.
//
//coroutine:async
func receivers() error {
	var known, several, pointers, escaped, given adder = number(1), number(1), new(counter), number(1), nil
	next := func() int {
		known, several, pointers, given = number(2), other(2), new(counter), setAdder()
		return 1
	}
	setter = func() int { escaped = number(2); return 1 }
	fmt.Println(known.add(next())) // want "OrderUncertain: gc reads known before or after the call of next, which may assign it"
	fmt.Println(several.add(next()), pointers.add(next()))
	fmt.Println(given.add(next()))     // want "OrderUncertain: gc reads given"
	fmt.Println(escaped.add(setter())) // want "OrderUncertain: gc reads escaped"
	fmt.Println(adder(number(3)).add(next()))
	return co.Wait(rt.Yield())
}

func setAdder() adder { return new(counter) }

type twin struct{ a, b int }

func (p twin) add(m int) int { return p.a + m }

func newAdder() adder { return twin{1, 2} }

func newPair() (twin, error) { return twin{1, 2}, nil }

// gc knows the types of variables that are assigned one of several results, or what a range,
// a conversion or an assertion gives, or what an inlined function returns.
//
//coroutine:async
func otherSources(list []twin, m map[int]twin) error {
	made, held := newAdder(), any(twin{1, 2})
	asserted, ok := held.(adder)
	var one, of, converted, ranged adder = twin{}, twin{}, twin{}, nil
	var err error
	one, err = newPair()
	of, ok = m[1]
	next := func() int {
		made, asserted, one, of, converted, ranged = newAdder(), twin{}, twin{}, twin{}, twin{}, twin{}
		return 1
	}
	fmt.Println(made.add(next()))             // want "OrderUncertain: gc reads made"
	fmt.Println(asserted.add(next()))         // want "OrderUncertain: gc reads asserted"
	fmt.Println(one.add(next()))              // want "OrderUncertain: gc reads one"
	fmt.Println(of.add(next()))               // want "OrderUncertain: gc reads of"
	fmt.Println(adder(converted).add(next())) // want "OrderUncertain: gc reads converted"
	for _, ranged = range list {
		fmt.Println(ranged.add(next())) // want "OrderUncertain: gc reads ranged"
	}
	switch x := held.(type) {
	case adder:
		change := func() int { x = twin{}; return 1 }
		fmt.Println(x.add(change())) // want "OrderUncertain: gc reads x"
	}
	defer made.add(next())
	fmt.Println(ok, err)
	return co.Wait(rt.Yield())
}

type runner interface{ run(f func() twin) twin }

type caller struct{}

func (caller) run(f func() twin) twin { return f() }

// gc inlines methods of a known type, and literals by their second name.
//
//coroutine:async
func inlined(unknown runner) error {
	var known runner = caller{}
	p, q, r := twin{1, 2}, twin{1, 2}, twin{1, 2}
	next := func() twin { q.a++; return q }
	again := next
	fmt.Println(p, known.run(func() twin { p.a++; return p })) // want "OrderUncertain: gc reads p"
	fmt.Println(q, again())                                    // want "OrderUncertain: gc reads q"
	fmt.Println(r, unknown.run(func() twin { r.a++; return r }))
	return co.Wait(rt.Yield())
}
