package rt

// This file closes a loop.

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// dyingSteps is the number of steps that a task may take, cancelled and unshielded, while its
// loop is being closed.
const dyingSteps = 1000

// A StuckError reports tasks that did not end although they were cancelled: each of their
// awaits failed, and they went on to the next. If one of the tasks is a lock-step coroutine,
// its goroutine stays behind.
type StuckError struct{ Tasks []string }

func (e *StuckError) Error() string {
	return fmt.Sprintf("given up on tasks that did not end when cancelled: %s (an await that fails with context.Canceled must end the loop that it is in)",
		strings.Join(e.Tasks, ", "))
}

// losses is what the loop could not finish when it was closed.
type losses struct {
	stuck  *StuckError  // tasks that did not end; nil: none
	unsent *UnsentError // data that was written but not sent; nil: none
}

// Close cancels every task, runs the loop until the tasks have ended, and releases the
// resources of the loop. It waits while a task is shielded or waits for a thread. Close gives
// up a task that keeps running although it is cancelled, and reports it in a [*StuckError]. It
// reports, as a [*Panic], a panic of a task that another task awaited and never received. It
// reports data that was written to a connection and not sent in an [*UnsentError]. Closing a
// closed loop does nothing.
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
		if !finished { // a panic or Goexit leaves Close: the other tasks still have to end
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

// seal refuses new calls of other goroutines. Calls that have arrived may still start tasks.
// Without seal, calls that never cease would keep Close from ending. What ends the existing
// tasks still arrives.
func (l *Loop) seal() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sealed = true
}

// early reports whether t, or the task that it descends from, existed before the loop began to
// close.
func (t *Task) early() bool { return t.flags&taskLate == 0 }

// shut closes the inbox, or empties it if it cannot be closed yet. All tasks have ended, so
// shut drops their wake-ups: wake-ups that never cease would keep Close from ending.
func (l *Loop) shut() bool {
	l.mu.Lock()
	l.sealed = true
	l.inbox = slices.DeleteFunc(l.inbox, isWakeup)
	l.closed = len(l.inbox) == 0 && l.taken == len(l.arrived)
	l.mu.Unlock()
	if !l.closed {
		l.takeInbox()
	}
	return l.closed
}

// isWakeup reports whether a does nothing but wake a task.
func isWakeup(a arrival) bool {
	_, ok := a.(*Task)
	return ok
}

// gaveUp counts the steps of tasks that ignore their cancellation, and ends a task that takes
// too many.
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
