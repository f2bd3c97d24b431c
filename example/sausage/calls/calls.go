// Calls makes each call of the slide of "asyncio: how sausage is made" that lists what a loop can
// do, once.
//
//	call_soon(func, *args)          loop.CallSoon(func() { fn(args) })
//	call_later(delay, func, *args)  loop.CallLater(delay, ...)
//	call_at(when, func, *args)      loop.CallAt(when, ...), with loop.Time()
//	add_reader(fd, func, *args)     loop.AddReader(fd, ...), loop.RemoveReader(fd)
//	add_writer(fd, func, *args)     loop.AddWriter(fd, ...), loop.RemoveWriter(fd)
//	run_forever(), stop()           loop.RunForever(), loop.Stop()
//	run_until_complete(future)      rt.RunUntilComplete(loop, future)
//
// package rt takes functions without parameters: a literal captures the arguments.
//
//	go run ./generated/sausage/calls
package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/sausage/calls

func main() {
	loop, err := rt.NewLoop()
	if err != nil {
		log.Fatal(err)
	}
	defer loop.Close()
	if err := run(loop, os.Stdout, time.Second); err != nil {
		log.Fatal(err)
	}
}

// run makes the calls. unit is the unit of the delays.
func run(loop *rt.Loop, w io.Writer, unit time.Duration) error {
	say := func(line string) { fmt.Fprintln(w, line) }
	loop.CallLater(2*unit, func() { say("call_later") })
	loop.CallAt(loop.Time()+unit, func() { say("call_at") })
	loop.CallSoon(func() { say("call_soon") })
	loop.CallLater(unit, func() { say("never") }).Cancel()
	loop.CallLater(3*unit, loop.Stop)
	if err := loop.RunForever(); err != nil {
		return err
	}
	say("run_forever has been stopped")

	if err := pipe(loop, say); err != nil {
		return err
	}
	result, err := rt.RunUntilComplete(loop, answerAsync(unit))
	if err != nil {
		return err
	}
	say(fmt.Sprint("run_until_complete has returned ", result))
	return nil
}

// answer is 42 after a while.
//
//coroutine:async
func answer(unit time.Duration) (int, error) {
	return 42, co.Wait(rt.Sleep(unit))
}

// pipe writes to a pipe when that can be done, and reads from it when there is something.
func pipe(loop *rt.Loop, say func(string)) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	defer w.Close()
	in, err := fd(r)
	if err != nil {
		return err
	}
	out, err := fd(w)
	if err != nil {
		return err
	}
	if err := loop.AddReader(in, func() {
		buf := make([]byte, 100)
		n, err := r.Read(buf) // does not wait
		say(fmt.Sprintf("add_reader: read %q, %v", buf[:n], err))
		say(fmt.Sprint("remove_reader: ", loop.RemoveReader(in)))
		say(fmt.Sprint("remove_reader: ", loop.RemoveReader(in)))
		loop.Stop()
	}); err != nil {
		return err
	}
	if err := loop.AddWriter(out, func() {
		_, err := w.WriteString("hello")
		say(fmt.Sprintf("add_writer: wrote \"hello\", %v", err))
		say(fmt.Sprint("remove_writer: ", loop.RemoveWriter(out)))
	}); err != nil {
		return err
	}
	return loop.RunForever()
}

// fd is f.fileno(). The descriptor is non-blocking, as Go makes it.
func fd(f *os.File) (fd int, err error) {
	conn, err := f.SyscallConn()
	if err != nil {
		return 0, err
	}
	err = conn.Control(func(p uintptr) { fd = int(p) })
	return fd, err
}
