package order_test

// This file tests the stage by tables: the body of a function, and its ordered statements.

import (
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/stagetest"
)

func TestOrder(t *testing.T) {
	stagetest.Run(t, []stagetest.Case{
		{
			Name: "an await is a statement",
			Body: `r = co.Must(q.Get())`,
			Want: `
				r = await q.Get()
				return r`,
		},
		{
			Name: "events before the last await move",
			Body: `r = price(1)*co.Must(q.Get()) + n + price(2)`,
			Want: `
				v1 := price(1)
				v2 = await q.Get()
				r = v1*v2 + n + price(2)
				return r`,
		},
		{
			Name: "what gc copies early",
			Body: `log.Print(*p, *p == 1, !on, co.Must(q.Get()))`,
			Want: `
				v1 := *p == 1
				v2 = await q.Get()
				log.Print(*p, v1, !on, v2)
				return r`,
		},
		{
			Name: "a condition of two parts",
			Body: `
			if on && co.Must(q.Get()) > 1 {
				log.Print("high")
			}`,
			Want: `
				if on {
					v1 = await q.Get()
					if v1 > 1 {
						log.Print("high")
					}
				}
				return r`,
		},
		{
			Name: "a value of two parts",
			Body: `
			on = on || co.Must(q.Get()) > 1`,
			Want: `
				ok1 := on
				if !ok1 {
					v2 = await q.Get()
					ok1 = v2 > 1
				}
				on = ok1
				return r`,
		},
		{
			Name: "a loop",
			Body: `
			for i := 0; i < co.Must(q.Get()); i++ {
				if i == n {
					continue
				}
				r += i
			}`,
			Want: `
				i := 0
				loop {
					v1 = await q.Get()
					if i >= v1 { break }
					if i == n {
						continue
					}
					r += i
					post {
						i++
					}
				}
				return r`,
		},
		{
			Name: "a range over a slice",
			Body: `
			for i, v := range list {
				r += i * v * co.Must(q.Get())
			}`,
			Want: `
				i := 0
				loop {
					if i >= len(list) { break }
					v := list[i]
					v1 = await q.Get()
					r += i * v * v1
					post {
						i++
					}
				}
				return r`,
		},
		{
			Name: "an await in a case",
			Body: `
			switch n {
			case 1, co.Must(q.Get()):
				r = 1
			default:
				r = 2
			}`,
			Want: `
				tag1 := n
				switch {
				case tag1 == 1:
				v2 = await q.Get()
				case tag1 == v2:
					r = 1
				default:
					r = 2
				}
				return r`,
		},
		{
			Name: "an await in a clause",
			Body: `
			switch {
			case on:
				r = co.Must(q.Get())
				fallthrough
			case n > 1:
				r++
			}`,
			Want: `
				switch {
				case on:
					r = await q.Get()
					fallthrough
				case n > 1:
					r++
				}
				return r`,
		},
		{
			Name: "operands of a deferred call",
			Body: `
			defer log.Print(*p, n)
			n = co.Must(q.Get())`,
			Want: `
				arg, arg := *p, n
				defer log.Print(arg, arg)
				n = await q.Get()
				return r`,
		},
		{
			Name: "a deferred call that awaits",
			Body: `
			defer co.Must(childAsync(q, *p))`,
			Want: `
				arm child: child(q, *p)
				defer await child
				return r`,
		},
		{
			Name: "a coroutine of the package",
			Body: `
			r = co.Must(childAsync(q, n)) + co.Must(childAsync(q, r))`,
			Want: `
				v1 = await child(q, n)
				v2 = await child(q, r)
				r = v1 + v2
				return r`,
		},
		{
			Name: "a literal that awaits",
			Body: `
			r = func(m int) int { return m + co.Must(q.Get()) + n }(2)`,
			Want: `
				r = await f.func1(2, q, n)
				return r`,
		},
		{
			Name: "text stays as it is",
			Body: `
			// Everything is counted.
			for i := range list {
				r += i // without an await
			}`,
			Want: `
				for i := range list {
					r += i // without an await
				}
				return r`,
		},
		{
			Name: "a jump to a label",
			Body: `
			again:
			r += co.Must(q.Get())
			if r < n {
				goto again
			}`,
			Want: `
				again:
				v1 = await q.Get()
				r += v1
				if r < n {
					goto again
				}
				return r`,
		},
		{
			Name: "a range over a function",
			Body: `
			for v := range func(yield func(int) bool) { yield(1) } {
				if co.Must(q.Get()) == v {
					return v
				}
			}`,
			Want: `
				iter1 := machine.RangeSeq(t, func(yield func(int) bool) { yield(1) })
				loop {
					if !iter1.Next() { break }
					v := iter1.Value()
					v2 = await q.Get()
					if v2 == v {
						return v
					}
				}
				return r`,
		},
	}, func(t *testing.T, fn *stagetest.Function) string { return fn.Body().FormatOrder() })
}
