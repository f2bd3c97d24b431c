package asyncgen_test

import (
	"errors"
	"fmt"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
)

// ticks returns a generator of 1, 2, ..., with a pause before each.
func ticks(pause time.Duration) *asyncgen.Generator[int, rt.Void, rt.Void] {
	return asyncgen.New("ticks", func(y asyncgen.Yielder[int, rt.Void]) rt.Expr[rt.Void] {
		return co.AsyncVoid(func() error {
			defer fmt.Println("ticks cleans up")
			for tick := 1; ; tick++ {
				if err := co.Wait(rt.Sleep(pause)); err != nil {
					return err
				}
				if err := co.Wait(y.Yield(tick)); err != nil {
					return err
				}
			}
		})
	})
}

// The loop is left by break. The generator has cleaned up before the next statement.
func ExampleEach() {
	rt.Run(co.AsyncVoid(func() error {
		var err error
		for tick := range asyncgen.Each(ticks(time.Millisecond), &err) {
			fmt.Println("tick", tick)
			if tick == 2 {
				break
			}
		}
		fmt.Println("after the loop:", err)
		return err
	}))
	// Output:
	// tick 1
	// tick 2
	// ticks cleans up
	// after the loop: <nil>
}

// A Next that times out loses nothing.
func ExampleGenerator_Next() {
	_, err := rt.Run(co.AsyncVoid(func() error {
		g := ticks(20 * time.Millisecond)
		defer co.Wait(g.Close())
		for {
			tick, ok, err := co.Await2(rt.Timeout(time.Millisecond, g.Next()))
			if err == nil {
				fmt.Println("tick", tick, ok)
				return nil
			}
		}
	}))
	fmt.Println(err)
	// Output:
	// tick 1 true
	// ticks cleans up
	// <nil>
}

// The function keeps the average of what it is sent.
func ExampleGenerator_Send() {
	g := asyncgen.New("average", func(y asyncgen.Yielder[float64, float64]) rt.Expr[rt.Void] {
		return co.AsyncVoid(func() error {
			sum, average := 0.0, 0.0
			for n := 1.0; ; n++ {
				v, err := co.Await(y.Yield(average))
				if err != nil {
					return err
				}
				sum += v
				average = sum / n
			}
		})
	})
	rt.Run(co.AsyncVoid(func() error {
		defer co.Wait(g.Close())
		_, _, err := co.Await2(g.Next()) // to the first Yield
		for _, v := range []float64{10, 20, 60} {
			average, _, failed := co.Await2(g.Send(v))
			err = errors.Join(err, failed)
			fmt.Println(average)
		}
		return err
	}))
	// Output:
	// 10
	// 15
	// 30
}
