package rt

// This file watches over coroutines in debug mode: that each is awaited, in
// one task.

import (
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
)

// A NeverAwaitedError reports a coroutine that was made and dropped: none of
// its code has run. It is found by the garbage collector.
type NeverAwaitedError struct {
	Coroutine string // its function, as pkg.name
	Made      string // function and line of the call that made it
}

func (e *NeverAwaitedError) Error() string {
	return fmt.Sprintf("coroutine %s was never awaited, so it has not run: await it or spawn it; it was made in %s", e.Coroutine, e.Made)
}

// tracked is the frame of a coroutine made in debug mode.
type tracked[T any] struct {
	frame Awaitable[T]
	task  *Task // that awaits it
	note  *trackNote
}

// A trackNote is what is left of a coroutine when it has been collected.
type trackNote struct {
	loop  *Loop // nil: it was made outside of one
	begun atomic.Bool
	err   NeverAwaitedError
}

// track wraps frame, whose coroutine is being made.
func track[T any](frame Awaitable[T]) Awaitable[T] {
	pcs := make([]uintptr, 8)
	note := &trackNote{err: NeverAwaitedError{Made: madeAt(pcs[:runtime.Callers(3, pcs)]), Coroutine: frameName(frame)}}
	switch as := occupation().(type) {
	case *Loop:
		note.loop = as
	case *baton:
		note.loop = as.task.loop
	}
	c := &tracked[T]{frame: frame, note: note}
	runtime.AddCleanup(c, (*trackNote).collected, note)
	return c
}

// madeAt is [callSite] of the call of the Async function that makes a coroutine:
// the function itself is not where somebody forgot to await it.
func madeAt(pcs []uintptr) string {
	frames := runtime.CallersFrames(pcs)
	for {
		frame, more := frames.Next()
		name, _, _ := strings.Cut(frame.Function, "[")
		switch {
		case isOurs(name) && more:
		case strings.HasSuffix(name, "Async") && more:
			caller, _ := frames.Next()
			if !strings.HasPrefix(caller.Function, "runtime.") { // else it was called by go
				frame = caller
			}
			return site(frame)
		default:
			return site(frame)
		}
	}
}

// collected is called on a goroutine of the garbage collector.
func (n *trackNote) collected() {
	if n.begun.Load() || n.loop != nil && n.loop.send(n) == nil {
		return
	}
	unhandled(&n.err)
}

// arrive implements [arrival].
func (n *trackNote) arrive(l *Loop) { l.Report(&n.err) }

// Poll implements [Awaitable].
func (c *tracked[T]) Poll(t *Task) (v T, err error, ready bool) {
	c.begin(t)
	return c.frame.Poll(t)
}

// callBy implements [callable].
func (c *tracked[T]) callBy(b *baton) (v T, err error, p *Panic, ok bool) {
	if frame, ok := c.frame.(callable[T]); ok {
		c.begin(b.task)
		return frame.callBy(b)
	}
	return v, nil, nil, false
}

func (c *tracked[T]) begin(t *Task) {
	if c.task == nil {
		c.task = t
		c.note.begun.Store(true)
	}
	c.task.mustBe(t)
}

func (c *tracked[T]) wrapped() any { return c.frame }
