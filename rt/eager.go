package rt

// This file is eager tasks: those whose first step is taken at once.

import "slices"

// SpawnEager is [Spawn], except that the first step of x is taken now, within
// the step of t. If x never has to wait, it has its result when SpawnEager
// returns, and the loop never sees it. As it changes the order in which things
// happen, use it where that saves something: caches, say, whose coroutine
// seldom awaits.
//
// A panic in the first step ends the new task, and goes to whoever awaits that.
func SpawnEager[T any, X Expr[T]](t *Task, x X) *TaskOf[T] {
	return startEager(t.loop, t, x.Awaitable())
}

// StartEager is [SpawnEager] for a callback.
func StartEager[T any, X Expr[T]](l *Loop, x X) *TaskOf[T] {
	return startEager(l, nil, x.Awaitable())
}

func startEager[T any](l *Loop, parent *Task, frame Awaitable[T]) *TaskOf[T] {
	t := &TaskOf[T]{frame: frame}
	t.self = t
	l.enlist(&t.Task, parent)
	l.runWithin(&t.Task)
	return t
}

// runWithin takes a step of t within that of another task, or in a callback.
func (l *Loop) runWithin(t *Task) {
	// What the step completes counts as completed by the one that it is within.
	outer, budget := l.current, l.budget-l.grant
	returned := false
	defer func() {
		if !returned {
			if v := recover(); v != nil {
				p := l.newPanic(t, v)
				t.unwound(p)
				l.panics = append(slices.DeleteFunc(l.panics, isTaken), p)
			} else { // Goexit: it ends the outer task, too
				t.unwound(nil)
			}
		}
		l.current, l.budget = outer, l.budget+budget
	}()
	if l.observers == nil {
		t.self.run(l)
	} else {
		l.runObserved(t.self)
	}
	returned = true
}
