// Steps is the slides "Inside" of "asyncio: how sausage is made" that show the task: _step with a
// value and with an error, and _wakeup. Each program on them logs every step: what goes into the
// coroutine, and what comes out.
//
//	_step(value)   coroutine.send(value)   a value for the yield
//	_step(None)    next(coroutine)         nothing for the yield
//	_step(exc)     coroutine.throw(exc)    an error for the yield
//	a future       comes out of the yield, which waits for it: its callback is _wakeup
//	nothing        comes out of the yield, which waits for the next turn
//	StopIteration  the result of the task
//
// rt.go has the same on package rt, and rtbyhand.go has that by hand. There is one kind of step:
// Poll. Nothing is sent into it: the coroutine polls what it waits for, and that returns the value
// or the error.
//
//	go run ./generated/sausage/steps
package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/sausage/asyncio"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/sausage/steps

func main() {
	for _, name := range programs {
		run(os.Stdout, name)
	}
	fmt.Println("once more on package rt:")
	loop, err := rt.NewLoop()
	if err != nil {
		log.Fatal(err)
	}
	defer loop.Close()
	onRt(os.Stdout, loop, valuesOnRtAsync)
}

// programs are the names of what run runs.
var programs = []string{"values", "failure", "cancelled", "stubborn", "not begun", "foreign"}

var errBad = errors.New("bad")

// run runs a program on the loop of the slides.
func run(w io.Writer, name string) {
	fmt.Fprintf(w, "-- %s\n", name)
	loop := asyncio.NewLoop(asyncio.Sleep{})
	var task *asyncio.Task
	switch name {
	case "values":
		task = asyncio.NewTask(loop, name, valuesPull(w, loop))
	case "failure":
		task = asyncio.NewTask(loop, name, failurePull(loop))
	case "cancelled":
		task = asyncio.NewTask(loop, name, waitPull(asyncio.NewFuture(loop)))
		loop.CallLater(time.Second, func() { task.Cancel() })
	case "stubborn":
		task = asyncio.NewTask(loop, name, stubbornPull(w, loop))
		loop.CallLater(time.Second, func() { task.Cancel() })
	case "not begun":
		task = asyncio.NewTask(loop, name, valuesPull(w, loop))
		task.Cancel()
	case "foreign":
		task = asyncio.NewTask(loop, name, waitPull(asyncio.NewFuture(nil)))
	}
	loop.Log = func(format string, args ...any) {
		if format[:6] != "select" {
			fmt.Fprintf(w, format+"\n", args...)
		}
	}
	result, err := loop.RunUntilComplete(task)
	fmt.Fprintf(w, "result: %v, %v\n", result, err)
}

// after returns a future that gets a value or an error in a second.
func after(loop *asyncio.Loop, v any, err error) *asyncio.Future {
	f := asyncio.NewFuture(loop)
	loop.CallLater(time.Second, func() {
		if err != nil {
			f.SetException(err)
		} else {
			f.SetResult(v)
		}
	})
	return f
}

// values gets a value, waits for a turn, and gets an error.
//
//coroutine:generator
func values(y co.Yielder[asyncio.Waitable, any], w io.Writer, loop *asyncio.Loop) (any, error) {
	v, err := y.Yield(after(loop, 1, nil))
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(w, "got", v)
	if _, err := y.Yield(nil); err != nil {
		return nil, err
	}
	if _, err := y.Yield(after(loop, nil, errBad)); err != nil {
		fmt.Fprintln(w, "caught", err)
	}
	return "done", nil
}

// failure does not catch the error.
//
//coroutine:generator
func failure(y co.Yielder[asyncio.Waitable, any], loop *asyncio.Loop) (any, error) {
	return y.Yield(after(loop, nil, errBad))
}

// wait waits for whatever it is given.
//
//coroutine:generator
func wait(y co.Yielder[asyncio.Waitable, any], f asyncio.Waitable) (any, error) {
	return y.Yield(f)
}

// stubborn goes on when it is cancelled.
//
//coroutine:generator
func stubborn(y co.Yielder[asyncio.Waitable, any], w io.Writer, loop *asyncio.Loop) (any, error) {
	if _, err := y.Yield(asyncio.NewFuture(loop)); err != nil {
		fmt.Fprintln(w, "caught", err)
	}
	return y.Yield(after(loop, 2, nil))
}
