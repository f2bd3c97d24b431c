// Condition is the slide "Condition" of "My story of Async IO": five consumers wait for a
// condition, and are notified one, two and all at a time.
//
//	with await condition:       co.Wait(condition.Acquire()); defer condition.Release()
//	await condition.wait()      co.Wait(condition.Wait())
//	condition.notify(n=i)       condition.Notify(i)
//	condition.notify_all()      condition.NotifyAll()
//
// asyncio.wait keeps its coroutines in a set, so the consumers of the page begin in some order:
// it shows 4, 1, 0, 2, 3. Here they begin in the order in which they are started.
//
//	go run ./generated/mystory/condition
package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/mystory/condition

func main() {
	if _, err := rt.Run(mainTaskAsync(os.Stdout, 0, 1, 2, 3, 4)); err != nil {
		log.Fatal(err)
	}
}

//coroutine:async
func consumer(w io.Writer, condition *locks.Condition, n int) error {
	if err := co.Wait(condition.Acquire()); err != nil {
		return err
	}
	err := func() error { // the block of with
		defer condition.Release() // the task holds the lock again after Wait, with an error, too
		fmt.Fprintf(w, "consumer %d is waiting\n", n)
		if err := co.Wait(condition.Wait()); err != nil {
			return err
		}
		fmt.Fprintf(w, "consumer %d triggered\n", n)
		return nil
	}()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "ending consumer %d\n", n)
	return nil
}

// manipulateCondition is manipulate_condition.
//
//coroutine:async
func manipulateCondition(w io.Writer, condition *locks.Condition) error {
	fmt.Fprintln(w, "starting manipulate_condition")
	if err := co.Wait(rt.Sleep(100 * time.Millisecond)); err != nil {
		return err
	}
	for i := 1; i < 3; i++ {
		if err := co.Wait(condition.Acquire()); err != nil {
			return err
		}
		fmt.Fprintf(w, "notifying %d consumers\n", i)
		condition.Notify(i)
		condition.Release()
		if err := co.Wait(rt.Sleep(100 * time.Millisecond)); err != nil {
			return err
		}
	}
	if err := co.Wait(condition.Acquire()); err != nil {
		return err
	}
	fmt.Fprintln(w, "notifying remaining consumers")
	condition.NotifyAll()
	condition.Release()
	fmt.Fprintln(w, "ending manipulate_condition")
	return nil
}

// mainTask is main, with the numbers of the consumers in the order in which they begin.
//
//coroutine:async
func mainTask(w io.Writer, order ...int) error {
	condition := locks.NewCondition(nil)
	group := co.Self().OpenGroup()
	rt.SpawnIn(group, manipulateConditionAsync(w, condition))
	for _, n := range order {
		rt.SpawnIn(group, consumerAsync(w, condition, n))
	}
	return co.Wait(group.Join())
}
