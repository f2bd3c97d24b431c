package rt

// This file reports errors that nobody looks at. If a task or future has failed and nothing
// refers to it any more, its error is reported once, unless somebody asked for it. The end of a
// loop reports the errors that are left.

import (
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
)

// An UnretrievedError reports a task or future that failed and whose result nobody awaited or
// asked for. A task that was cancelled, or ended with io.EOF, has not failed.
type UnretrievedError struct {
	Task    string // name of the task and its coroutine; "": a future
	Err     error  // error of the task or future
	Spawned string // function and line that spawned the task, in debug mode
}

func (e *UnretrievedError) Error() string {
	who := e.Task
	if who == "" {
		who = "a future"
	}
	text := fmt.Sprintf("%s failed, and nobody has asked for its result: %v", who, e.Err)
	if e.Spawned != "" {
		text += "\nspawned by " + e.Spawned
	}
	return text
}

// Unwrap returns the error of the task.
func (e *UnretrievedError) Unwrap() error { return e.Err }

// unretrieved is a failure that nobody has looked at yet.
type unretrieved struct {
	loop *Loop       // loop of the task; nil: the failure of a future
	id   uint32      // id of the task
	over atomic.Bool // the error was looked at, or reported
	err  UnretrievedError
}

// keeps reports whether the coroutine of t, which has ended with an error, is kept for its
// name: the error may have to be reported later.
func (t *Task) keeps() bool {
	if t.flags&taskRetrieved != 0 || t.rare != nil && t.rare.failure != nil || !t.failed() {
		return false
	}
	t.flags |= taskKept
	return true
}

// forgetCoroutine drops the coroutine if it was kept.
func (t *Task) forgetCoroutine() {
	if t.flags&taskKept != 0 {
		t.flags &^= taskKept
		t.self.(interface{ drop() }).drop()
	}
}

// noteUnawaited calls noteFailure unless somebody is going to take the result.
func (t *Task) noteUnawaited() {
	if t.flags&(taskMain|taskJoined) == 0 && !t.awaited() {
		t.noteFailure()
	}
}

// noteFailure arranges that the error of t, which has ended, is reported if nobody looks at it.
func (t *Task) noteFailure() {
	r := t.ensureRare()
	if r.failure != nil || r.panic != nil || t.err == errUnwound || t.flags&taskRetrieved != 0 || !t.failed() {
		return
	}
	u := &unretrieved{loop: t.loop, id: t.id, err: UnretrievedError{Task: t.String(), Err: t.err, Spawned: t.SpawnedAt()}}
	t.forgetCoroutine()
	r.failure = u
	if t.loop.failures == nil {
		t.loop.failures = make(map[*unretrieved]bool)
	}
	t.loop.failures[u] = true
	runtime.AddCleanup(t, (*unretrieved).collected, u)
}

// retrieve records that somebody looks at the result of t.
func (t *Task) retrieve() {
	if t.err == nil || t.flags&taskRetrieved != 0 {
		return
	}
	t.flags |= taskRetrieved
	t.forgetCoroutine()
	if t.rare != nil && t.rare.failure != nil {
		t.rare.failure.over.Store(true)
		delete(t.loop.failures, t.rare.failure)
	}
}

// collected is called on a goroutine of the garbage collector when nobody can look at the
// result any more.
func (u *unretrieved) collected() {
	if u.over.Load() || u.loop != nil && u.loop.send(u) == nil {
		return
	}
	if u.over.CompareAndSwap(false, true) {
		unhandled(&u.err)
	}
}

// arrive implements [arrival].
func (u *unretrieved) arrive(l *Loop) {
	delete(l.failures, u)
	if u.over.CompareAndSwap(false, true) {
		l.Report(&u.err)
	}
}

// reportFailures reports, when l is closed, the errors that nobody has looked at and, in debug
// mode, the data that was not sent.
func (l *Loop) reportFailures() {
	left := make([]*unretrieved, 0, len(l.failures))
	for u := range l.failures {
		left = append(left, u)
	}
	slices.SortFunc(left, func(a, b *unretrieved) int { return int(int32(a.id - b.id)) })
	for _, u := range left {
		u.arrive(l)
	}
	if l.debug != nil && l.ended.unsent != nil {
		l.Report(l.ended.unsent)
	}
}
