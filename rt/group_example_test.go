package rt_test

import (
	"errors"
	"fmt"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// A group waits for its tasks. The first failure cancels the others. In code for coroutinegen,
// rt.Block is co.Await and rt.Current is co.Self.
func ExampleTaskGroup() {
	fetch := func(name string, d time.Duration, fail error) rt.Expr[string] {
		return co.Async(func() (string, error) {
			if _, err := co.Await(rt.Sleep(d)); err != nil {
				fmt.Printf("%s: %v\n", name, err)
				return "", err
			}
			return name, fail
		})
	}
	_, err := rt.Run(co.Async(func() (rt.Void, error) {
		g := rt.Current().OpenGroup()
		a := rt.SpawnIn(g, fetch("a", 0, nil))
		rt.SpawnIn(g, fetch("b", time.Millisecond, errors.New("no such page")))
		rt.SpawnIn(g, fetch("c", time.Hour, nil))
		_, err := co.Await(g.Join())
		v, _, _ := a.Result()
		fmt.Println("a is", v)
		return rt.Void{}, err
	}))
	fmt.Println(err)
	// Output:
	// c: context canceled: no such page
	// a is a
	// no such page
}

// A task works for the same user as the task that started it.
func ExampleVar() {
	user := rt.NewVar("user", "nobody")
	rt.Run(co.Async(func() (rt.Void, error) {
		self := rt.Current()
		defer user.Set(self, "ann")()
		child := rt.Spawn(self, co.Async(func() (rt.Void, error) {
			fmt.Println("the child works for", user.Get(rt.Current()))
			return rt.Void{}, nil
		}))
		return co.Await(child)
	}))
	// Output: the child works for ann
}

// A loop runs in a host that has a queue of functions.
func ExampleLoop_Attach() {
	host := make(chan func())
	loop, err := rt.NewLoop()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer loop.Close()
	rt.Start(loop, co.Async(func() (rt.Void, error) {
		fmt.Println("the guest sleeps")
		co.Await(rt.Sleep(time.Millisecond))
		fmt.Println("the guest leaves")
		loop.Stop()
		return rt.Void{}, nil
	}))
	loop.Attach(func(fn func()) { host <- fn }, func(error) { close(host) })
	for fn := range host {
		fn()
	}
	// Output:
	// the guest sleeps
	// the guest leaves
}
