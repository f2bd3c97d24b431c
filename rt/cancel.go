package rt

// This file implements the cancellation of a whole task from outside: cancel, uncancel and
// cancelling of asyncio. Scopes (scope.go) cancel a part of a task from inside.

// Cancel cancels the whole of t: from now on each await of t fails with a [*CanceledError]
// around cause, which may be nil. An await that already has its result still returns it. Cancel
// reports false if t has ended. A task that is cancelled before its first step still begins,
// and its first await fails.
//
// In asyncio the current await fails and the next one does not: a request that is caught is
// gone. Here a request stands until it is taken back. Code that catches a cancellation and goes
// on must call [Task.Uncancel]. Requests are counted, as in asyncio, so two callers that cancel
// one task for different reasons do not undo each other. The first cause counts. The open
// scopes of t lie inside of this cancellation: a shield hides it, and closing a scope that was
// cancelled by itself, or whose time was up, does not change it.
//
// Another goroutine passes a call of Cancel to [Loop.CallSoonThreadsafe].
func (t *Task) Cancel(cause error) bool {
	t.loop.check("Task.Cancel")
	if t.Done() {
		return false
	}
	r := t.ensureRare()
	r.cancels++
	if r.cancels == 1 {
		r.cancel = &CanceledError{Cause: cause}
		t.updateCancelled()
	}
	return true
}

// Uncancel takes back one call of [Task.Cancel] and returns the number of calls that are left.
// After the last one is taken back, awaits succeed again. While the loop is being closed, the
// last call stays.
func (t *Task) Uncancel() int {
	if t.Cancelling() == 0 {
		return 0
	}
	if t.rare.cancels == 1 && t.loop.closing {
		return 1
	}
	t.rare.cancels--
	if t.rare.cancels == 0 {
		t.rare.cancel = nil
		if !t.Done() {
			t.updateCancelled()
		}
	}
	return t.rare.cancels
}

// Cancelling returns the number of calls of [Task.Cancel] that have not been taken back.
func (t *Task) Cancelling() int {
	if t.rare == nil {
		return 0
	}
	return t.rare.cancels
}
