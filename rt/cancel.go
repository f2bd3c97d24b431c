package rt

// This file is the cancellation of a task as a whole, from outside: asyncio's
// cancel, uncancel and cancelling. Scopes are the part from inside (scope.go).

// Cancel cancels t as a whole: each of its awaits fails from now on, with a
// [*CanceledError] around cause, which may be nil; only an await that has its
// result by now still returns that. It reports false if t has ended. A task that
// is cancelled before its first step still begins, and its first await fails.
//
// In asyncio the await of that moment fails and the next one does not: a
// request that is caught is gone. Here it stands until it is taken back: code
// that catches a cancellation and goes on all the same calls [Task.Uncancel].
// Requests are counted, as there, so that two who cancel one task for reasons
// of their own do not undo each other; the first cause counts. Scopes that t
// has open lie inside of this: a shield hides it, and leaving a scope that was
// cancelled by itself, or whose time was up, changes nothing about it.
//
// From another goroutine, pass a call of Cancel to [Loop.CallSoonThreadsafe].
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

// Uncancel takes back one call of [Task.Cancel] and returns how many are left.
// With the last of them awaits succeed again. While the loop is being closed,
// the last one stays.
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

// Cancelling returns how many calls of [Task.Cancel] have not been taken back.
func (t *Task) Cancelling() int {
	if t.rare == nil {
		return 0
	}
	return t.rare.cancels
}
