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
	fmt.Println(several.add(next()), pointers.add(next()), given.add(next()))
	fmt.Println(escaped.add(setter())) // want "OrderUncertain: gc reads escaped"
	fmt.Println(adder(number(3)).add(next()))
	return co.Wait(rt.Yield())
}

func setAdder() adder { return new(counter) }
