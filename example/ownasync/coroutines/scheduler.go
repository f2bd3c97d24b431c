package main

// This file is the scheduler of yieldo.py. What it drives are generators.

import (
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/ownasync/deadlines"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/ownasync/coroutines

// A Task is what the scheduler drives: a generator, which coroutinegen makes of a function that
// has a co.Yielder. On the page it is what the call of an async def returns.
type Task interface {
	Next() (rt.Void, bool)    // send(None): false stands for StopIteration
	Result() (rt.Void, error) // after that: what the function returned
}

// A Scheduler runs tasks in turns.
type Scheduler struct {
	ready    []Task
	sleeping deadlines.Heap[Task]
	current  Task // the task that runs now; nil once it has put itself elsewhere
}

// NewTask is new_task.
func (s *Scheduler) NewTask(t Task) { s.ready = append(s.ready, t) }

// disappear takes the current task from the scheduler. Its caller must put it somewhere, and
// yield: then the task sleeps until it is ready again.
func (s *Scheduler) disappear() Task {
	t := s.current
	s.current = nil
	return t
}

// Sleep is sleep, and y.Yield is await switch() of the page: nothing is handed out, and nothing
// comes back. Who calls Sleep passes its own y on. That is the await of this scheduler: what Sleep
// yields, its caller yields.
//
//coroutine:generator
func (s *Scheduler) Sleep(d time.Duration, y co.Yielder[rt.Void, rt.Void]) error {
	s.sleeping.Push(time.Now().Add(d), s.disappear())
	_, err := y.Yield(rt.Void{})
	return err
}

// Run is run. It ends when there is nothing left to run. If a task fails, Run returns its error.
func (s *Scheduler) Run() error {
	for len(s.ready) > 0 || s.sleeping.Len() > 0 {
		if len(s.ready) == 0 {
			deadline, t := s.sleeping.Pop()
			time.Sleep(time.Until(deadline))
			s.ready = append(s.ready, t)
		}
		t := s.ready[0]
		s.ready = s.ready[1:]
		s.current = t
		if _, more := t.Next(); !more {
			if _, err := t.Result(); err != nil {
				return err
			}
			continue
		}
		if s.current != nil { // it has only let others run
			s.ready = append(s.ready, t)
		}
	}
	return nil
}
