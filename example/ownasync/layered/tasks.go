package main

// This file puts coroutines on top of the callback scheduler (../sched/scheduler.go). It does not
// change that scheduler: all that tasks need is to be called soon or later.

import (
	"errors"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/ownasync/sched"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/ownasync/layered

// A Coroutine is a generator that only lets others run.
type Coroutine interface {
	Next() (rt.Void, bool)
	Result() (rt.Void, error)
}

// A Task makes a coroutine look like a callback.
type Task struct {
	s    *Scheduler
	coro Coroutine
}

// step runs the coroutine to its next yield. It is __call__ of the page, and what the scheduler
// calls.
func (t *Task) step() {
	t.s.current = t
	if _, more := t.coro.Next(); !more {
		_, err := t.coro.Result()
		t.s.err = errors.Join(t.s.err, err)
		return
	}
	if t.s.current != nil { // it has only let others run
		t.s.CallSoon(t.step)
	}
}

// A Scheduler is a callback scheduler that also has tasks.
type Scheduler struct {
	sched.Caller
	current *Task // the task that runs now; nil once it has put itself elsewhere
	err     error // of the tasks that have failed
}

// NewTask is new_task.
func (s *Scheduler) NewTask(coro Coroutine) {
	t := &Task{s, coro}
	s.CallSoon(t.step)
}

// disappear takes the current task from the scheduler. Its caller must see to it that the task is
// called again, and yield.
func (s *Scheduler) disappear() *Task {
	t := s.current
	s.current = nil
	return t
}

// Sleep is sleep: the task is called later.
//
//coroutine:generator
func (s *Scheduler) Sleep(d time.Duration, y co.Yielder[rt.Void, rt.Void]) error {
	s.CallLater(d, s.disappear().step)
	_, err := y.Yield(rt.Void{})
	return err
}
