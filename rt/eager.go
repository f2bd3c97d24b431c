package rt

// This file implements steps within other steps: eager tasks, which take their first step at once,
// and wake-ups that do not wait for the next turn.

import "slices"

// SpawnEager is like [Spawn], but takes the first step of x now, within the step of t. If x
// never has to wait, it has its result when SpawnEager returns, and the loop never sees the
// task. SpawnEager changes the order in which things happen. Use it where that saves something,
// as in caches whose coroutine seldom awaits.
//
// A panic in the first step ends the new task. Whoever awaits the task gets the panic.
func SpawnEager[T any, X Expr[T]](t *Task, x X) *TaskOf[T] {
	return startEager(t.loop, t, x.Awaitable())
}

// StartEager is [SpawnEager] for a callback.
func StartEager[T any, X Expr[T]](l *Loop, x X) *TaskOf[T] {
	task := startEager(l, nil, x.Awaitable())
	l.nudge() // the step may have set a timer, of which the host of a guest does not know
	return task
}

func startEager[T any](l *Loop, parent *Task, frame Awaitable[T]) *TaskOf[T] {
	t := &TaskOf[T]{frame: frame}
	t.self = t
	l.enlist(&t.Task, parent)
	l.runWithin(&t.Task)
	return t
}

// WakeNow is like [Task.Wake], but takes the step of t now, within the step of the running task,
// and returns when t suspends or ends. An operation that hands something to a task, and waits for
// the answer of this task, saves two turns by it. It must be able to complete when WakeNow returns.
//
// WakeNow is Wake if no task is running, if t is in the middle of its step, and if t is ready
// already. It is Wake as well if nobody awaits t and t is not joined ([Task.SetJoined]): a panic of t
// would have to leave the loop. The operations that t completes count for the budget of the running
// step. WakeNow changes the order in which tasks run. As with [SpawnEager], runtime.Goexit in the
// step of a machine ends the running task, too, because both run on one stack.
func (t *Task) WakeNow() {
	l := t.loop
	if t.flags&(taskReady|taskDone|taskOuter|taskMain) != 0 || l.current == nil || l.current == t || !t.awaited() {
		t.Wake()
		return
	}
	if d := l.debug; d != nil {
		d.check("Task.WakeNow")
	}
	l.runWithin(t)
}

// runWithin takes a step of t within the step of another task, or in a callback.
func (l *Loop) runWithin(t *Task) {
	// What t completes in this step counts for the budget of the outer step.
	outer, budget := l.current, l.budget-l.grant
	if outer != nil {
		outer.flags |= taskOuter
		defer func() { outer.flags &^= taskOuter }()
	}
	returned := false
	defer func() {
		if !returned {
			if v := recover(); v != nil {
				p := l.newPanic(t, v)
				t.unwound(p)
				l.panics = append(slices.DeleteFunc(l.panics, isTaken), p)
			} else { // Goexit ends the outer task, too
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
