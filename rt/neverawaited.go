package rt

// This file checks in debug mode that each coroutine is awaited, and by one task only.

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"weak"
)

// A NeverAwaitedError reports a coroutine that was made and dropped without being awaited: none
// of its code has run. The garbage collector finds such coroutines. In debug mode, the end of a
// loop runs the garbage collector if some coroutine has not begun.
type NeverAwaitedError struct {
	Coroutine string // function of the coroutine, as pkg.name
	Made      string // function and line of the call that made it
}

func (e *NeverAwaitedError) Error() string {
	return fmt.Sprintf("coroutine %s was never awaited, so it has not run: await it or spawn it; it was made in %s", e.Coroutine, e.Made)
}

// tracked is the frame of a coroutine made in debug mode.
type tracked[T any] struct {
	frame Awaitable[T]
	task  *Task // the task that awaits it
	note  *trackNote
}

// A trackNote is what remains of a coroutine after the garbage collector has freed it.
type trackNote struct {
	loop    *Loop       // nil: the coroutine was made outside of a loop
	settled atomic.Bool // the coroutine has begun, or was reported
	left    func() bool // reports whether the coroutine is still in memory
	held    atomic.Bool // reportNeverAwaited reports the coroutine, instead of collected
	err     NeverAwaitedError
}

// track wraps frame, the frame of a coroutine that is being made.
func track[T any](frame Awaitable[T]) Awaitable[T] {
	pcs := make([]uintptr, 8)
	note := &trackNote{err: NeverAwaitedError{Made: madeAt(pcs[:runtime.Callers(3, pcs)]), Coroutine: frameName(frame)}}
	switch as := occupation().(type) {
	case *Loop:
		note.loop = as
	case baton:
		note.loop = as.Task().loop
	}
	c := &tracked[T]{frame: frame, note: note}
	runtime.AddCleanup(c, (*trackNote).collected, note)
	if note.loop != nil && note.loop.debug != nil {
		at := weak.Make(c)
		note.left = func() bool { return at.Value() != nil }
		note.loop.debug.noteMade(note)
	}
	return c
}

// noteMade appends n to d.made. When d.made is long, noteMade first removes the notes of the
// coroutines that have begun. That takes constant time for each note on average: at least half
// of d.made is new each time.
func (d *debugging) noteMade(n *trackNote) {
	if len(d.made) >= d.prune {
		d.made = slices.DeleteFunc(d.made, func(n *trackNote) bool { return n.settled.Load() })
		d.prune = 2*len(d.made) + 64
	}
	d.made = append(d.made, n)
}

// reportNeverAwaited reports the coroutines that were made on the loop and dropped, and that
// the garbage collector has not found yet. Close calls it. It runs the garbage collector. In
// the meantime collected runs on another goroutine, and the held notes keep it from sending
// reports to a loop that is about to end.
func (d *debugging) reportNeverAwaited() {
	d.made = slices.DeleteFunc(d.made, func(n *trackNote) bool { return n.settled.Load() })
	if len(d.made) == 0 {
		return
	}
	for _, n := range d.made {
		n.held.Store(true)
	}
	runtime.GC()
	for _, n := range d.made {
		if n.left() {
			n.held.Store(false)
		}
		if !n.left() {
			n.arrive(d.loop)
		}
	}
	d.made = nil
}

// madeAt returns the [callSite] of the call of the Async function that makes a coroutine. The
// body of that function is not where an await is missing.
func madeAt(pcs []uintptr) string {
	frames := runtime.CallersFrames(pcs)
	for {
		frame, more := frames.Next()
		name, _, _ := strings.Cut(frame.Function, "[")
		switch {
		case isOurs(name) && more:
		case strings.HasSuffix(name, "Async") && more:
			caller, _ := frames.Next()
			if !strings.HasPrefix(caller.Function, "runtime.") { // otherwise a go statement called it
				frame = caller
			}
			return site(frame)
		default:
			return site(frame)
		}
	}
}

// collected is called on a goroutine of the Go runtime when the garbage collector has found
// that nobody can await the coroutine any more. If the coroutine was made on a loop that is
// open, the loop reports it. Otherwise collected does.
func (n *trackNote) collected() {
	if n.settled.Load() || n.held.Load() || n.loop != nil && n.loop.send(n) == nil {
		return
	}
	if n.settled.CompareAndSwap(false, true) {
		unhandled(&n.err)
	}
}

// arrive implements [arrival].
func (n *trackNote) arrive(l *Loop) {
	if n.settled.CompareAndSwap(false, true) {
		l.Report(&n.err)
	}
}

// Poll implements [Awaitable].
func (c *tracked[T]) Poll(t *Task) (v T, err error, ready bool) {
	c.begin(t)
	return c.frame.Poll(t)
}

// CallBy implements [callable].
func (c *tracked[T]) CallBy(b any) (v T, p *Panic, err error, ok bool) {
	if frame, ok := c.frame.(callable[T]); ok {
		c.begin(b.(baton).Task())
		return frame.CallBy(b)
	}
	return v, nil, nil, false
}

func (c *tracked[T]) begin(t *Task) {
	if c.task == nil {
		c.task = t
		c.note.settled.Store(true)
	}
	c.task.mustBe(t)
}

func (c *tracked[T]) wrapped() any { return c.frame }
