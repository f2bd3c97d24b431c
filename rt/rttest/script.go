package rttest

// This file holds scripts. A script decides what each await of a coroutine does, and
// records the trace of the coroutine.

import (
	"errors"
	"fmt"
	"strings"

	"github.com/coroutinegen/coroutinegen/rt"
)

// ErrInjected is the cause of what a [Script] injects: failures, panics and
// cancellations.
var ErrInjected = errors.New("injected by the script")

// A Script decides what the steps of one coroutine do, and records what happens. The
// steps are numbered from 0 in the order of their first polls. The zero Script lets
// every step complete at once.
type Script struct {
	// Pending has bit k set if step k suspends once before it completes.
	Pending uint64

	// Inject is what happens in step At. A failure or a panic happens when the
	// step would complete. A cancellation happens when the step suspends. If the
	// step is ready instead, it completes in spite of the cancellation.
	Inject Injection
	At     int

	next     int
	events   []string
	recorder *Recorder
	quiet    bool // Note does nothing: the run is measured
}

// An Injection is a fault that a [Script] makes happen.
type Injection int

// The faults that a [Script] can inject.
const (
	Nothing   Injection = iota
	Failure             // the await fails with ErrInjected
	PanicNow            // the await panics with ErrInjected
	CancelNow           // the task is cancelled with ErrInjected as cause
)

func (i Injection) String() string {
	return [...]string{"nothing", "failure", "panic", "cancel"}[i]
}

// String returns the script in words.
func (s *Script) String() string {
	text := fmt.Sprintf("pending %b", s.Pending)
	if s.Inject != Nothing {
		text += fmt.Sprintf(", %v at %d", s.Inject, s.At)
	}
	return text
}

// Note adds an event of the coroutine itself to the trace.
func (s *Script) Note(format string, args ...any) {
	if s.quiet {
		return
	}
	text := fmt.Sprintf(format, args...)
	s.events = append(s.events, text)
	if plays != nil {
		s.record(text)
	}
}

// record notes an event of a script whose loop is being recorded.
func (s *Script) record(text string) {
	if s.recorder == nil {
		t := rt.TryCurrent()
		if t == nil {
			return
		}
		r, ok := recorders.Load(t.Loop())
		if !ok {
			return
		}
		s.recorder = r.(*Recorder)
	}
	s.recorder.note(text)
}

// Trace returns the events so far, one per line.
func (s *Script) Trace() string { return strings.Join(s.events, "\n") }

// Steps returns the number of steps that have begun.
func (s *Script) Steps() int { return s.next }

// Step returns an operation that does what s says and results in v.
func Step[T any](s *Script, label string, v T) StepOp[T] {
	return StepOp[T]{script: s, label: label, v: v}
}

// A StepOp is the operation that [Step] returns.
type StepOp[T any] struct {
	script *Script
	label  string
	v      T
	stage  rt.Stage
	number int
}

// Poll implements [rt.Awaitable].
func (o *StepOp[T]) Poll(t *rt.Task) (v T, err error, ready bool) {
	s := o.script
	first, err, ready := o.stage.Begin(t, o.label)
	if err != nil || !ready {
		if ready {
			s.Note("%s fails: %v", o.label, err)
		}
		return v, err, ready
	}
	if first {
		o.number = s.next
		s.next++
	}
	k := o.number
	inject := s.Inject
	if k != s.At {
		inject = Nothing
	}
	if first && s.Pending>>k&1 != 0 {
		s.Note("%s(%d) suspends", o.label, k)
		t.Wake()
		if inject == CancelNow {
			s.Note("%s(%d) is cancelled", o.label, k)
			t.Cancel(ErrInjected)
		}
		o.stage.Suspend(t)
		return v, nil, false
	}
	switch {
	case inject == PanicNow:
		s.Note("%s(%d) panics", o.label, k)
		panic(ErrInjected)
	case inject == Failure:
		s.Note("%s(%d) fails", o.label, k)
		return v, ErrInjected, true
	case inject == CancelNow && first:
		s.Note("%s(%d) is ready before the cancellation", o.label, k)
		t.Cancel(ErrInjected)
	case !first && t.Err() != nil:
		s.Note("%s(%d) fails: %v", o.label, k, t.Err())
		return v, t.Err(), true
	}
	s.Note("%s(%d) is ready: %v", o.label, k, o.v)
	return o.v, nil, true
}

// Awaitable implements [rt.Expr].
func (o StepOp[T]) Awaitable() rt.Awaitable[T] { return &o }
