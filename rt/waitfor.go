package rt

// This file implements WaitFor, an await that cancels its task when it gives up.

import "time"

// WaitFor waits for task. After d, or at once if d is not positive, it cancels task. It also
// cancels task when the await itself is cancelled. In both cases WaitFor goes on waiting until
// task has ended. If task has a result after all, or an error other than the cancellation,
// WaitFor returns that. Otherwise the error is a [*CanceledError], by a timeout or like that of
// the await. If task has ended before, WaitFor only returns its result. WaitFor corresponds to
// asyncio.wait_for.
//
// [Timeout] of a task only stops waiting for the task.
func WaitFor[T any](d time.Duration, task *TaskOf[T]) WaitForOp[T] {
	return WaitForOp[T]{d: d, on: task}
}

// A WaitForOp is the operation that [WaitFor] returns.
type WaitForOp[T any] struct {
	d     time.Duration
	on    *TaskOf[T]
	stage Stage
	state *waitingFor // nil before the first poll
}

type waitingFor struct {
	timer  timer
	reason error // why on was cancelled
}

// Poll implements [Awaitable].
func (o *WaitForOp[T]) Poll(t *Task) (v T, err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "WaitFor")
	if err == nil && !ready {
		return v, nil, false // other tasks must run first
	}
	w := o.state
	if first {
		t.mayAwait(&o.on.Task)
		if o.on.Done() {
			if err != nil {
				return v, err, true
			}
			return o.on.Result()
		}
		// If the await is cancelled, the code below cancels the task, too.
		w = new(waitingFor)
		o.state = w
		if o.d <= 0 {
			w.reason = &CanceledError{Timeout: true}
			o.on.Cancel(w.reason)
		} else {
			t.loop.timers.arm(&w.timer, t.loop.after(o.d), t)
		}
	}
	if o.on.Done() {
		t.loop.timers.disarm(&w.timer)
		o.on.unjoin(t)
		return o.result()
	}
	if !o.on.joined(t) {
		o.on.join(t)
	}
	if w.reason == nil {
		if err := t.Err(); err != nil {
			w.reason = err
		} else if w.timer.pos == 0 {
			w.reason = &CanceledError{Timeout: true}
		}
		if w.reason != nil {
			t.loop.timers.disarm(&w.timer)
			o.on.Cancel(w.reason)
		}
	}
	o.stage.Suspend(t)
	return v, nil, false
}

// result returns the result of the task, or why the task was cancelled.
func (o *WaitForOp[T]) result() (v T, err error, ready bool) {
	v, err, _ = o.on.Result()
	if reason := o.state.reason; reason != nil && o.on.wasCancelled() {
		return v, reason, true
	}
	return v, err, true
}

// Where implements [Locator].
func (o *WaitForOp[T]) Where() (line string, on any) { return "", o.on }

// Awaitable implements [Expr].
func (o WaitForOp[T]) Awaitable() Awaitable[T] { return &o }

// Loop returns the loop of the task.
func (o WaitForOp[T]) Loop() *Loop { return o.on.loop }
