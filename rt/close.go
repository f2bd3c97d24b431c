package rt

// This file is the end of a loop.

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// dyingSteps is how many steps a task may take, cancelled and unshielded, while
// its loop is being closed.
const dyingSteps = 1000

// A StuckError reports tasks that did not end although they were cancelled:
// every await of theirs failed, and they went on to the next. If one of them is
// a lock-step coroutine, its goroutine stays behind.
type StuckError struct{ Tasks []string }

func (e *StuckError) Error() string {
	return fmt.Sprintf("given up on tasks that did not end when cancelled: %s (an await that fails with context.Canceled must end the loop that it is in)",
		strings.Join(e.Tasks, ", "))
}

// losses is what the end of a loop did not bring to its end.
type losses struct {
	stuck  *StuckError  // tasks; nil: none
	unsent *UnsentError // what was written to connections; nil: nothing
}

// Close cancels every task, runs the loop until they have ended, and releases
// what the loop holds. It waits as long as a task is shielded or in a thread;
// one that keeps running although cancelled is given up and reported in a
// [*StuckError], and so is, as a [*Panic], a panic of a task whose await has
// never come to it. What was written to a connection and could not be sent any more
// is reported in an [*UnsentError]. Closing a closed loop does nothing.
func (l *Loop) Close() error {
	if l.Closed() {
		return nil
	}
	defer l.drive()()
	l.closing = true
	for _, t := range l.Tasks() {
		t.Cancel(ErrLoopClosed)
	}
	return l.shutdown()
}

func (l *Loop) shutdown() (err error) {
	finished := false
	defer func() {
		if !finished { // a panic or Goexit is passing: the other tasks have to end
			l.shutdown()
		}
	}()
	for {
		for len(l.tasks) > 0 && err == nil {
			if !l.sealed && !slices.ContainsFunc(l.tasks, (*Task).early) {
				l.seal()
			}
			l.stopped = false
			err = l.turn()
		}
		if err != nil {
			l.abandonAll()
		}
		for l.batch = l.ready.n; l.batch > 0; { // the last callbacks
			l.runBatch()
		}
		if len(l.tasks) == 0 && l.shut() {
			break
		}
	}
	finished = true
	l.reportFailures()
	if l.debug != nil {
		l.debug.reportNeverAwaited()
	}
	l.SetDebug(false)
	if l.ended.stuck != nil {
		err = errors.Join(err, l.ended.stuck)
	}
	if len(l.abandoned) > 0 {
		err = errors.Join(err, &AbandonedError{slices.Sorted(maps.Values(l.abandoned))})
	}
	for _, p := range l.panics {
		if !isTaken(p) {
			err = errors.Join(err, p)
		}
	}
	standardError.flush()
	standardError.forget(l)
	l.fds = nil
	return errors.Join(err, l.lostUnsent(), l.poller.Close())
}

// seal refuses calls of other goroutines from now on. Those that have come may
// start tasks; but should they never cease, Close would never be done. What ends
// the tasks that there are still comes through.
func (l *Loop) seal() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sealed = true
}

// early reports whether t, or the task that it descends from, was there before
// the loop began to close.
func (t *Task) early() bool { return t.flags&taskLate == 0 }

// shut closes the inbox, or empties it if that cannot be done yet.
func (l *Loop) shut() bool {
	l.mu.Lock()
	l.sealed = true
	l.closed = len(l.inbox) == 0 && l.taken == len(l.arrived)
	l.mu.Unlock()
	if !l.closed {
		l.takeInbox()
	}
	return l.closed
}

// gaveUp counts the steps of the tasks that do not heed that they are
// cancelled, and ends them if there are too many.
func (l *Loop) gaveUp(t *Task) bool {
	if t == nil || t.flags&(taskCancelled|taskDone) != taskCancelled {
		return false
	}
	r := t.ensureRare()
	if r.dying++; r.dying <= dyingSteps {
		return false
	}
	l.abandon(t)
	return true
}

func (l *Loop) abandonAll() {
	for _, t := range l.Tasks() {
		l.abandon(t)
	}
}

func (l *Loop) abandon(t *Task) {
	if l.ended.stuck == nil {
		l.ended.stuck = new(StuckError)
	}
	l.ended.stuck.Tasks = append(l.ended.stuck.Tasks, t.String())
	t.unwound(nil)
}
