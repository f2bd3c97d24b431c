// Methodchain is the end of the answer "How does asyncio work?": what happens between a socket that
// has data and the coroutine that has awaited it. A future, a task and a loop are built as the answer
// describes them, and each says what it does.
//
//	__await__ of a future                  await, which yields the future
//	future.add_done_callback(...)          addDoneCallback
//	task                                   a task resumes its coroutine when a future is done
//	loop                                   select, and a future for each socket
//
// rt.go has the coroutine on package rt, where none of this is to be seen.
//
//	go run ./generated/answers/methodchain
package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/answers/selects"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/answers/methodchain

func main() {
	a, b, err := selects.Pair()
	if err != nil {
		log.Fatal(err)
	}
	defer selects.Close(a)
	defer selects.Close(b)
	time.AfterFunc(time.Second, func() { selects.Send(b, []byte("data")) })
	l := &loop{w: os.Stdout, system: selects.New(), readers: map[int]*future{}}
	if err := l.runUntilComplete(l.outerPull(a)); err != nil {
		log.Fatal(err)
	}
	fmt.Println("once more on package rt:")
	if err := runOnRt(os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// A future has a result at some time.
type future struct {
	done      bool
	result    string
	callbacks []func()
}

// setResult is set_result: the callbacks are called soon.
func (f *future) setResult(l *loop, result string) {
	l.say("4. future.set_result(%q)", result)
	f.done, f.result = true, result
	l.soon = append(l.soon, f.callbacks...)
	f.callbacks = nil
}

// addDoneCallback is add_done_callback.
func (f *future) addDoneCallback(fn func()) { f.callbacks = append(f.callbacks, fn) }

// await is __await__: it yields the future to the task, unless that is done.
//
//coroutine:generator
func (f *future) await(y co.Yielder[*future, rt.Void]) (string, error) {
	if !f.done {
		if _, err := y.Yield(f); err != nil {
			return "", err
		}
	}
	return f.result, nil
}

// A coroutine is what a task runs.
type coroutine interface {
	Next() (f *future, ok bool)
	Result() (rt.Void, error)
	Close() error
}

// A task runs a coroutine.
type task struct {
	loop *loop
	coro coroutine
	done bool
}

// step resumes the coroutine, and binds the task to the future that comes out of it.
func (t *task) step() {
	f, ok := t.coro.Next()
	if !ok {
		t.done = true
		return
	}
	t.loop.say("   a future has come all the way to the task, which adds itself as a callback")
	f.addDoneCallback(func() {
		t.loop.say("5. the task is woken up")
		t.loop.say("6. the task calls send, which goes all the way into the innermost coroutine")
		t.step()
	})
}

// A loop calls what is ready, and waits for sockets.
type loop struct {
	w       io.Writer
	system  selects.System
	soon    []func()
	readers map[int]*future
}

func (l *loop) say(format string, args ...any) { fmt.Fprintf(l.w, format+"\n", args...) }

var errStuck = errors.New("the task waits for a future that nobody sets")

// runUntilComplete runs a coroutine until it has returned.
func (l *loop) runUntilComplete(coro coroutine) error {
	defer coro.Close()
	t := &task{loop: l, coro: coro}
	l.soon = append(l.soon, t.step)
	for !t.done {
		if len(l.soon) == 0 {
			if err := l.wait(); err != nil {
				return err
			}
		}
		next := l.soon[0]
		l.soon = l.soon[1:]
		next()
	}
	_, err := coro.Result()
	return err
}

// wait waits for a socket, moves its data into a buffer, and sets its future.
func (l *loop) wait() error {
	if len(l.readers) == 0 {
		return errStuck
	}
	var fds []int
	for fd := range l.readers {
		fds = append(fds, fd)
	}
	l.say("1. select waits")
	ready, _, err := l.system.Select(fds, nil, -1)
	if err != nil {
		return err
	}
	l.say("2. a ready socket is returned")
	for _, fd := range ready {
		buffer := make([]byte, 1024)
		n, err := selects.Recv(fd, buffer)
		if err != nil {
			return err
		}
		l.say("3. its data is moved into a buffer")
		f := l.readers[fd]
		delete(l.readers, fd)
		f.setResult(l, string(buffer[:n]))
	}
	return nil
}

// recv is the innermost coroutine. If there is nothing yet, it awaits a future for the socket.
//
//coroutine:generator
func (l *loop) recv(sock int, y co.Yielder[*future, rt.Void]) (string, error) {
	buffer := make([]byte, 1024)
	n, err := selects.Recv(sock, buffer)
	if err != selects.ErrWouldBlock {
		return string(buffer[:n]), err
	}
	l.say("   there is nothing to receive: the socket is registered for select, with a new future")
	f := new(future)
	l.readers[sock] = f
	return f.await(y)
}

// outer is our humble user.
//
//coroutine:generator
func (l *loop) outer(sock int, y co.Yielder[*future, rt.Void]) error {
	data, err := l.recv(sock, y)
	if err != nil {
		return err
	}
	l.say("7. %q is returned to our humble user", data)
	return nil
}
