package rt

// This file makes contenders of futures, tasks and sleeps. Each of them only looks at a state
// that never changes back.

import "slices"

// Contender implements [Selectable]. A select that chooses another branch leaves the future
// alone.
func (f *Future[T]) Contender() Contender[T] { return &futureContender[T]{f: f} }

type futureContender[T any] struct {
	f     *Future[T]
	waits bool
}

func (o *futureContender[T]) Try(*Task) (v T, err error, ready bool) {
	f := o.f
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.panic != nil {
		return v, panicked{f.panic}, true
	}
	f.retrieve()
	return f.value, f.err, f.done
}

func (o *futureContender[T]) Attempt(t *Task, c *Claim) (v T, err error, ready bool) {
	f := o.f
	f.mu.Lock()
	if !f.done && !o.waits {
		f.join(t)
		o.waits = true
	}
	done := f.done
	f.mu.Unlock()
	if !done || !c.Take() {
		return v, nil, false
	}
	defer o.Withdraw(t)
	return o.Try(t)
}

func (o *futureContender[T]) Withdraw(t *Task) bool {
	if o.waits {
		o.waits = false
		f := o.f
		f.mu.Lock()
		defer f.mu.Unlock()
		if i := slices.Index(f.waiters, t); i >= 0 {
			f.leave(i)
		}
		if f.done && len(f.waiters) == 0 {
			f.noteFailure()
		}
	}
	return true
}

// Contender implements [Selectable]. A select that chooses another branch leaves the task
// alone.
func (t *TaskOf[T]) Contender() Contender[T] { return &taskContender[T]{of: t} }

type taskContender[T any] struct {
	of    *TaskOf[T]
	waits bool
}

func (o *taskContender[T]) Try(by *Task) (v T, err error, ready bool) {
	of := o.of
	by.mayAwait(&of.Task)
	if !of.Done() {
		return v, nil, false
	}
	if p := of.Panic(); p != nil {
		return v, panicked{p}, true
	}
	of.retrieve()
	return of.value, of.err, true
}

func (o *taskContender[T]) Attempt(by *Task, c *Claim) (v T, err error, ready bool) {
	if !o.of.Done() {
		if !o.waits {
			o.of.join(by)
			o.waits = true
		}
		return v, nil, false
	}
	if !c.Take() {
		return v, nil, false
	}
	defer o.Withdraw(by)
	return o.Try(by)
}

func (o *taskContender[T]) Withdraw(by *Task) bool {
	if o.waits {
		o.waits = false
		o.of.unjoin(by)
		if o.of.Done() && o.of.err != nil {
			o.of.noteUnawaited()
		}
	}
	return true
}

// Contender implements [Selectable].
func (o SleepOp) Contender() Contender[Void] { return &o }

// Try implements [Contender].
func (o *SleepOp) Try(*Task) (_ Void, err error, ready bool) {
	return Void{}, nil, o.d <= 0
}

// Attempt implements [Contender].
func (o *SleepOp) Attempt(t *Task, c *Claim) (_ Void, err error, ready bool) {
	if o.timer.target == nil {
		t.loop.timers.arm(&o.timer, t.loop.after(o.d), t)
	}
	if o.timer.pos != 0 || !c.Take() {
		return Void{}, nil, false
	}
	o.timer = timer{}
	return Void{}, nil, true
}

// Withdraw implements [Contender].
func (o *SleepOp) Withdraw(t *Task) bool {
	t.loop.timers.disarm(&o.timer)
	o.timer = timer{}
	return true
}
