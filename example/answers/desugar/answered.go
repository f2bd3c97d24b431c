package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/coroutinegen/coroutinegen/example/answers/selects"
)

// This file has the translation as the answer corrects it. An await suspends only if what it awaits
// says so. Then the coroutine returns, and says so itself, up to the event loop.

// A status is what a part of a coroutine returns: SUSPEND of the answer, or the end.
type status bool

const (
	suspend status = true
	ended   status = false
)

// read is the awaitable of the answer. If there is nothing to read, the loop will call the current
// coroutine again.
func read(loop *eventLoop, sock, n int) (data []byte, s status, err error) {
	data = make([]byte, n)
	n, err = selects.Recv(sock, data)
	if err == selects.ErrWouldBlock {
		loop.addReader(sock, loop.current)
		return nil, suspend, nil
	}
	return data[:n], ended, err
}

// An answered coroutine is class Coro. The await is a part of its own, because it is what a
// coroutine begins with when it is called again.
type answered struct {
	w     io.Writer
	loop  *eventLoop
	name  string
	sock  int
	data  []byte // a variable that is kept
	parts []func() status
	pos   int
	err   error
}

func newAnswered(w io.Writer, loop *eventLoop, name string, sock int) *answered {
	c := &answered{w: w, loop: loop, name: name, sock: sock}
	c.parts = []func() status{c.before, c.await, c.after}
	return c
}

// call runs the part at which the coroutine stands.
func (c *answered) call() status { return c.parts[c.pos]() }

// next goes on with the next part.
func (c *answered) next() status {
	c.pos++
	return c.parts[c.pos]()
}

func (c *answered) before() status {
	fmt.Fprintln(c.w, "before", c.name)
	return c.next()
}

// await is data = await read(sock, 1024).
func (c *answered) await() status {
	data, s, err := read(c.loop, c.sock, 1024)
	if s == suspend {
		return suspend
	}
	if err != nil {
		c.err = err
		return ended
	}
	c.data = data
	return c.next()
}

func (c *answered) after() status {
	fmt.Fprintln(c.w, "after", c.name, string(c.data))
	return ended
}

// An eventLoop runs what can run, and waits in select if there is nothing.
type eventLoop struct {
	system   selects.System
	runnable []*answered
	readers  map[int]*answered // the coroutine that waits for a descriptor
	current  *answered
}

func newLoop(system selects.System) *eventLoop {
	return &eventLoop{system: system, readers: map[int]*answered{}}
}

func (l *eventLoop) start(c *answered) { l.runnable = append(l.runnable, c) }

func (l *eventLoop) addReader(fd int, c *answered) { l.readers[fd] = c }

// run runs until all coroutines have ended, or one has failed.
func (l *eventLoop) run() error {
	for len(l.runnable)+len(l.readers) > 0 {
		if len(l.runnable) == 0 {
			if err := l.wait(); err != nil {
				return err
			}
		}
		l.current, l.runnable = l.runnable[0], l.runnable[1:]
		if l.current.call() == ended && l.current.err != nil {
			return l.current.err
		}
	}
	return nil
}

// wait waits for the descriptors, and makes their coroutines runnable.
func (l *eventLoop) wait() error {
	var fds []int
	for fd := range l.readers {
		fds = append(fds, fd)
	}
	slices.Sort(fds)
	ready, _, err := l.system.Select(fds, nil, -1)
	for _, fd := range ready {
		l.runnable = append(l.runnable, l.readers[fd])
		delete(l.readers, fd)
	}
	return err
}
