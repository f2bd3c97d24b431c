package rt

// This file lets others see what a loop does: debug mode, a tracer, a profiler, an inspector.

import "slices"

// An Observer watches a loop. The loop calls the methods on its goroutine in the middle of its
// work. The methods may read, but must not start, wake or cancel anything. Steps can nest: a
// task that is started eagerly takes its first step within a step of its parent.
type Observer interface {
	Started(t *Task)   // t is new and has not run
	StepBegan(t *Task) // t is nil for a callback
	StepEnded(t *Task) // the step returned or panicked
	Ended(t *Task)     // t has its result
}

// WithObserver lets o watch the loop. A loop may have several observers.
func WithObserver(o Observer) Option { return func(l *Loop) { l.Observe(o) } }

// Observe lets o watch l from the next step on, until stop is called.
func (l *Loop) Observe(o Observer) (stop func()) {
	entry := &o
	l.observers = append(slices.Clip(l.observers), entry)
	return func() {
		l.observers = slices.DeleteFunc(slices.Clone(l.observers), func(e *Observer) bool { return e == entry })
	}
}

// runObserved runs a step and tells the observers.
func (l *Loop) runObserved(r runnable) {
	observers := l.observers // the observers that see the beginning also see the end
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
