package threeway

// This file is the world that a coroutine under test lives in, for one run.

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// ErrInjected is the cause of every fault: what a panic has as its value, what
// a cancellation has as its cause, and what a failing operation returns.
var ErrInjected = errors.New("injected")

// A Stage is the world of one run: it makes the choices and keeps the trace.
type Stage struct {
	// Borrows says that closing connections is not up to the coroutines. If
	// they do own them, one that is left open is an error.
	Borrows bool

	loop     *rt.Loop
	recorder *rttest.Recorder
	main     *rt.Task
	script   []int // the first choices
	choices  []choice
	unusual  []string // the choices in words, without those that are the simplest
	faulty   bool     // there has been a fault
	open     map[string]bool
	time     time.Duration
	trace    strings.Builder
	measured bool   // there is no trace, and no choice
	always   answer // to every operation, if measured
}

type choice struct{ made, of int }

// Loop returns the loop of the run.
func (s *Stage) Loop() *rt.Loop { return s.loop }

// Note adds an event to the trace.
func (s *Stage) Note(format string, args ...any) {
	if s.measured {
		return
	}
	if now := s.loop.Time(); now != s.time {
		fmt.Fprintf(&s.trace, "%v later\n", now-s.time)
		s.time = now
	}
	fmt.Fprintf(&s.trace, format+"\n", args...)
	s.recorder.Note(format, args...)
}

// Trace returns the events so far, one per line.
func (s *Stage) Trace() string { return s.trace.String() }

// Choose returns a number from 0 to n-1: over all runs, every one of them. 0
// is the simplest.
func (s *Stage) Choose(n int) int {
	if s.measured {
		return 0
	}
	made := 0
	if k := len(s.choices); k < len(s.script) {
		made = s.script[k]
	}
	s.choices = append(s.choices, choice{made, n})
	return made
}

// story says what the choices of the run were.
func (s *Stage) story() string {
	if len(s.unusual) == 0 {
		return "everything is ready at once"
	}
	return strings.Join(s.unusual, ", ")
}

// Cancel cancels the main task as one fault: before its first step, once the
// loop's clock shows one of the given times, or not at all.
func (s *Stage) Cancel(at ...time.Duration) {
	switch k := s.Choose(len(at) + 2); k {
	case 0:
	case 1:
		s.faulty = true
		s.unusual = append(s.unusual, "cancelled at the start")
		s.cancel()
	default:
		s.faulty = true
		s.unusual = append(s.unusual, fmt.Sprintf("cancelled after %v", at[k-2]))
		s.loop.CallAt(at[k-2], s.cancel)
	}
}

func (s *Stage) cancel() {
	if s.main.Done() {
		return
	}
	s.Note("%s is cancelled", s.main.Name())
	s.main.Cancel(ErrInjected)
}

// An answer is what the world does when it is asked for something.
type answer int

const (
	now            answer = iota // do it
	later                        // let it suspend; ready in the next turn
	cancelNow                    // cancel the main task and do it all the same
	cancelLater                  // let it suspend; cancel in the next turn
	cancelledReady               // let it suspend; ready and cancelled in the next turn
	failNow                      // fail with ErrInjected
	failLater                    // suspend, then fail
	panicNow                     // panic with ErrInjected
	panicLater                   // suspend, then panic
)

func (a answer) String() string {
	return [...]string{
		"is ready", "suspends", "is ready while cancelled", "is cancelled", "is cancelled when it becomes ready",
		"fails", "suspends and fails", "panics", "suspends and panics",
	}[a]
}

// ask chooses the answer to the operation called name.
func (s *Stage) ask(name string) answer {
	if s.measured {
		return s.always
	}
	n := panicLater + 1
	if s.faulty {
		n = later + 1
	}
	a := answer(s.Choose(int(n)))
	if a > later {
		s.faulty = true
	}
	if a != now {
		s.unusual = append(s.unusual, fmt.Sprintf("%s %v", name, a))
	}
	return a
}

// A gate is one place where operations come one after the other: one
// direction of a connection, a listener.
type gate struct {
	stage   *Stage
	name    string
	wake    func() // reports that trying again is worthwhile
	waiting answer // what the operation that is suspended will get; or now
}

// pass returns nil if the operation may go on, or its error; ErrWouldBlock to
// make it suspend.
func (g *gate) pass() error {
	s := g.stage
	a := g.waiting
	g.waiting = now
	if a == now {
		a = s.ask(g.name)
		switch a {
		case later, cancelLater, cancelledReady, failLater, panicLater:
			s.Note("%s suspends", g.name)
			g.waiting = a
			s.loop.CallSoon(func() {
				if a != cancelLater {
					g.wake()
				}
				if a == cancelLater || a == cancelledReady {
					s.cancel()
				}
			})
			return netio.ErrWouldBlock
		}
	}
	switch a {
	case cancelNow:
		s.cancel()
	case failNow, failLater:
		s.Note("%s fails", g.name)
		return ErrInjected
	case panicNow, panicLater:
		s.Note("%s panics", g.name)
		panic(ErrInjected)
	}
	return nil
}

// Leaf returns the Poll of a leaf operation, for one after the other of that
// name: each answers as the stage chooses.
func (s *Stage) Leaf(name string) func(*rt.Task) (err error, ready bool) {
	g := &gate{stage: s, name: name}
	woken := false
	return func(t *rt.Task) (err error, ready bool) {
		if suspended := g.waiting != now; !suspended || !woken {
			if err := t.Err(); err != nil {
				g.waiting = now
				text, _, _ := strings.Cut(err.Error(), "\n") // without the stack of a panic
				s.Note("%s: %s", name, text)
				return err, true
			}
			if suspended {
				return nil, false
			}
		}
		woken = false
		g.wake = func() {
			woken = true
			t.Wake()
		}
		switch err := g.pass(); err {
		case nil:
			s.Note("%s", name)
			return nil, true
		case netio.ErrWouldBlock:
			return nil, false
		default:
			return err, true
		}
	}
}

// Op returns a coroutine that answers as the stage chooses: by suspending,
// failing, panicking, or with v.
func Op[T any](s *Stage, name string, v T) rt.Coroutine[T] {
	return rt.NewCoroutine[T](&op[T]{s.Leaf(name), v})
}

type op[T any] struct {
	poll func(*rt.Task) (error, bool)
	v    T
}

// Harness implements [rttest.Harness].
func (o *op[T]) Harness() {}

// Poll implements [rt.Awaitable].
func (o *op[T]) Poll(t *rt.Task) (v T, err error, ready bool) {
	if err, ready = o.poll(t); err == nil && ready {
		v = o.v
	}
	return v, err, ready
}

// Writer returns a writer whose Write cannot wait, but panic, fail or be the
// moment at which the main task is cancelled.
func (s *Stage) Writer(name string) io.Writer { return &writer{s, name} }

type writer struct {
	stage *Stage
	name  string
}

func (w *writer) Write(p []byte) (int, error) {
	s := w.stage
	n := 3
	if s.faulty {
		n = 1
	}
	k := s.Choose(n)
	s.faulty = s.faulty || k > 0
	s.Note("%s: %q", w.name, p)
	switch k {
	case 1:
		s.cancel()
	case 2:
		panic(ErrInjected)
	}
	return len(p), nil
}
