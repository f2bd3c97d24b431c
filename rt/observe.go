package rt

// This file is the seam for whoever wants to see what a loop does: debug mode,
// a tracer, a profiler, an inspector.

import "slices"

// An Observer watches a loop. Its methods are called on the goroutine of the
// loop, in the middle of its work: they may read, but not start, wake or cancel
// anything. Steps can nest: a task that is started eagerly takes its first step
// within one of its parent.
type Observer interface {
	Started(t *Task)   // t is new; it has not run
	StepBegan(t *Task) // nil: a callback
	StepEnded(t *Task) // or panicked
	Ended(t *Task)     // t has its result
}

// WithObserver lets o watch the loop. There may be several.
func WithObserver(o Observer) Option { return func(l *Loop) { l.Observe(o) } }

// Observe lets o watch l from the next step on, until stop is called.
func (l *Loop) Observe(o Observer) (stop func()) {
	entry := &o
	l.observers = append(slices.Clip(l.observers), entry)
	return func() {
		l.observers = slices.DeleteFunc(slices.Clone(l.observers), func(e *Observer) bool { return e == entry })
	}
}

// runObserved is a step with observers.
func (l *Loop) runObserved(r runnable) {
	observers := l.observers // those that see the beginning see the end
	t := r.task()
	if t != nil && t.flags&taskDone != 0 {
		r.run(l)
		return
	}
	for _, o := range observers {
		(*o).StepBegan(t)
	}
	defer func() {
		for _, o := range slices.Backward(observers) {
			(*o).StepEnded(t)
		}
	}()
	r.run(l)
}

func (l *Loop) noteStarted(t *Task) {
	for _, o := range l.observers {
		(*o).Started(t)
	}
}

func (l *Loop) noteEnded(t *Task) {
	for _, o := range l.observers {
		(*o).Ended(t)
	}
}
