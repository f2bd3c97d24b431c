// Lock is the slide "Locks" of "My story of Async IO": a callback of the loop releases a lock for
// which two coroutines wait.
//
// The lock of asyncio has no owner: whoever likes may release it, here a callback. That is a
// semaphore with one permit (held). A locks.Lock belongs to the task that has acquired it, and so
// its owner has to release it (owned). Both print the same.
//
//	with await lock:                       co.Wait(lock.Acquire()); defer lock.Release()
//	loop.call_later(2, partial(...))       loop.CallLater(2*time.Second, func() { ... })
//	await asyncio.wait([coro1, coro2])     a task group and its Join
//
//	go run ./generated/mystory/lock
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
//go:generate go tool coroutinegen -o ../../../generated/mystory/lock

func main() {
	for _, program := range []rt.Coroutine[rt.Void]{heldAsync(os.Stdout), ownedAsync(os.Stdout)} {
		if _, err := rt.Run(program); err != nil {
			log.Fatal(err)
		}
	}
}

// held is main of the page.
//
//coroutine:async
func held(w io.Writer) error {
	lock := locks.NewSemaphore(1)
	fmt.Fprintln(w, "acquiring the lock before starting coroutines")
	if err := co.Wait(lock.Acquire()); err != nil {
		return err
	}
	fmt.Fprintln(w, "lock acquired:", lock.Locked())
	co.Self().Loop().CallLater(2*time.Second, func() { unlock(w, lock) })
	fmt.Fprintln(w, "waiting for coroutines")
	group := co.Self().OpenGroup()
	rt.SpawnIn(group, coro1Async(w, lock))
	rt.SpawnIn(group, coro2Async(w, lock))
	return co.Wait(group.Join())
}

func unlock(w io.Writer, lock *locks.Semaphore) {
	fmt.Fprintln(w, "callback releasing lock")
	lock.Release()
}

// coro1 holds the lock in a block of its own, as with await lock does.
//
//coroutine:async
func coro1(w io.Writer, lock *locks.Semaphore) error {
	fmt.Fprintln(w, "coro1 waiting for the lock")
	if err := co.Wait(lock.Acquire()); err != nil {
		return err
	}
	func() {
		defer lock.Release()
		fmt.Fprintln(w, "coro1 acquired lock")
	}()
	fmt.Fprintln(w, "coro1 released lock")
	return nil
}

// coro2 has try and finally.
//
//coroutine:async
func coro2(w io.Writer, lock *locks.Semaphore) error {
	fmt.Fprintln(w, "coro2 waiting for the lock")
	if err := co.Wait(lock.Acquire()); err != nil {
		return err
	}
	defer func() {
		fmt.Fprintln(w, "coro2 released lock")
		lock.Release()
	}()
	fmt.Fprintln(w, "coro2 acquired lock")
	return nil
}

// owned is the program with a locks.Lock. The task that holds the lock releases it.
//
//coroutine:async
func owned(w io.Writer) error {
	var lock locks.Lock
	fmt.Fprintln(w, "acquiring the lock before starting coroutines")
	if err := co.Wait(lock.Acquire()); err != nil {
		return err
	}
	fmt.Fprintln(w, "lock acquired:", lock.Locked())
	fmt.Fprintln(w, "waiting for coroutines")
	group := co.Self().OpenGroup()
	for n := 1; n <= 2; n++ {
		rt.SpawnIn(group, ownerAsync(w, n, &lock))
	}
	err := co.Wait(rt.Sleep(2 * time.Second))
	fmt.Fprintln(w, "callback releasing lock")
	lock.Release()
	if err != nil {
		return err
	}
	return co.Wait(group.Join())
}

// owner is coro1 and coro2.
//
//coroutine:async
func owner(w io.Writer, n int, lock *locks.Lock) error {
	fmt.Fprintf(w, "coro%d waiting for the lock\n", n)
	if err := co.Wait(lock.Acquire()); err != nil {
		return err
	}
	defer lock.Release()
	fmt.Fprintf(w, "coro%d acquired lock\n", n)
	fmt.Fprintf(w, "coro%d released lock\n", n)
	return nil
}
