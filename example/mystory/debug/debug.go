// Debug is the slide "Debug" of "My story of Async IO": debug mode, and a log that shows what it
// finds: a step that blocks the loop, a coroutine that nobody awaits, and a task whose error
// nobody looks at (the last one is reported without debug mode, too).
//
//	PYTHONASYNCIODEBUG=1                            COROUTINEDEBUG=1
//	loop.set_debug(True)                            loop.SetDebug(true)
//	logging.basicConfig(level=..., format=...)      rt.WithHandler, and a format of one's own
//
//	go run ./generated/mystory/debug
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/mystory/debug

func main() {
	if err := run(os.Stderr, time.Sleep); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run logs to w. block is what a step must not call.
func run(w io.Writer, block func(time.Duration), opts ...rt.Option) error {
	handler := rt.WithHandler(func(err error) { report(w, err) })
	_, err := rt.Run(mainTaskAsync(block), append(opts, handler)...)
	return err
}

// report writes a record of the log, in the format '%(levelname)7s: %(message)s' of the page and
// in the words of asyncio. The text of err itself says more: the line, and what to do.
func report(w io.Writer, err error) {
	var slow *rt.SlowStepError
	var never *rt.NeverAwaitedError
	var failed *rt.UnretrievedError
	level, message := "ERROR", err.Error()
	switch {
	case errors.As(err, &slow):
		name, _, _ := strings.Cut(slow.Task, " ")
		level, message = "WARNING", fmt.Sprintf("Executing %s took %.3f seconds", name, slow.Took.Seconds())
	case errors.As(err, &never):
		name := never.Coroutine[strings.LastIndex(never.Coroutine, ".")+1:]
		level, message = "WARNING", fmt.Sprintf("coroutine '%s' was never awaited", name)
	case errors.As(err, &failed):
		message = fmt.Sprintf("Task exception was never retrieved: %v", failed.Err)
	}
	fmt.Fprintf(w, "%7s: %s\n", level, message)
}

//coroutine:async
func mainTask(block func(time.Duration)) error {
	co.Self().Loop().SetDebug(true)
	t := co.Spawn(slowAsync(block))
	t.SetName("slow")
	if err := co.Wait(t); err != nil {
		return err
	}
	co.Spawn(failsAsync())
	if err := co.Wait(rt.Sleep(10 * time.Millisecond)); err != nil {
		return err
	}
	_ = neverAsync()
	return nil
}

// slow holds up all other tasks.
//
//coroutine:async
func slow(block func(time.Duration)) error {
	block(150 * time.Millisecond)
	return nil
}

//coroutine:async
func fails() error { return errors.New("x") }

//coroutine:async
func never() error { return nil }
