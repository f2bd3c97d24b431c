package rt

// This file is errors that nobody looks at. A task or future that has failed,
// and whose error was not asked for until nothing refers to it any more, is
// reported once; those that are left when their loop is closed, then.

import (
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
)

// An UnretrievedError reports a task or future that failed without anyone
// awaiting it or asking for its result. A task that was cancelled, and one that
// ends with io.EOF, have not failed.
type UnretrievedError struct {
	Task    string // and what it ran; "": a future
	Err     error  // with which it ended
	Spawned string // function and line, in debug mode
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
	loop *Loop       // of the task; nil: a future's
	id   uint32      // of the task
	over atomic.Bool // looked at, or reported
	err  UnretrievedError
}

// noteUnawaited is noteFailure unless somebody is going to take the result.
func (t *Task) noteUnawaited() {
	if t.flags&(taskMain|taskJoined) == 0 && !t.awaited() {
		t.noteFailure()
	}
}

// noteFailure sees to it that the error of t, which has ended, is reported if
// nobody looks at it.
func (t *Task) noteFailure() {
	r := t.ensureRare()
	if r.failure != nil || r.panic != nil || t.err == errUnwound || t.flags&taskRetrieved != 0 || !t.failed() {
		return
	}
	u := &unretrieved{loop: t.loop, id: t.id, err: UnretrievedError{Task: t.String(), Err: t.err, Spawned: t.SpawnedAt()}}
	r.failure = u
	if t.loop.failures == nil {
		t.loop.failures = make(map[*unretrieved]bool)
	}
	t.loop.failures[u] = true
	runtime.AddCleanup(t, (*unretrieved).collected, u)
}

// retrieve notes that somebody looks at the result of t.
func (t *Task) retrieve() {
	if t.err == nil || t.flags&taskRetrieved != 0 {
		return
	}
	t.flags |= taskRetrieved
	if t.rare != nil && t.rare.failure != nil {
		t.rare.failure.over.Store(true)
		delete(t.loop.failures, t.rare.failure)
	}
}

// collected is called on a goroutine of the garbage collector, when nobody can
// look at the result any more.
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

// reportFailures reports what nobody has looked at when l is closed, and in debug mode
// what was not sent.
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
