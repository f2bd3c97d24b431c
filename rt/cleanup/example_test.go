package cleanup_test

import (
	"fmt"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/cleanup"
)

// Three things are opened, and closed in the reverse order.
func ExampleExitStack() {
	goodbye := func(name string) rt.Expr[rt.Void] {
		return co.AsyncVoid(func() error {
			err := co.Wait(rt.Sleep(time.Millisecond))
			fmt.Println("goodbye,", name)
			return err
		})
	}
	rt.Run(co.AsyncVoid(func() error {
		var stack cleanup.ExitStack
		defer co.Wait(stack.Close())
		for _, name := range []string{"Ada", "Brian", "Grace"} {
			fmt.Println("hello,", name)
			stack.Push(func() rt.Expr[rt.Void] { return goodbye(name) })
		}
		return nil
	}))
	// Output:
	// hello, Ada
	// hello, Brian
	// hello, Grace
	// goodbye, Grace
	// goodbye, Brian
	// goodbye, Ada
}
