package rt

// This file implements the stage of an operation, with which every Poll of a leaf begins.

import "github.com/coroutinegen/coroutinegen/rt/internal/inside"

// A Stage says how far an operation is: it has not begun, it is suspended, or it is over. It is
// a field of the operation and enforces the rules of [Awaitable]. The first poll begins with
// [Task.Checkpoint], only one task polls the operation, and nobody polls it after its end. The
// zero Stage has not begun.
//
//	func (o *ReadOp) Poll(t *rt.Task) (n int, err error, ready bool) {
//		first, err, ready := o.stage.Begin(t, "read")
//		if err != nil || !ready {
//			return 0, err, ready
//		}
//		if first {
//			... // make sure that the operation may begin
//		}
//		n, err = read(o.fd, o.p)
//		if err != syscall.EAGAIN {
//			return n, err, true
//		}
//		if err := t.Err(); err != nil {
//			... // withdraw what was registered
//			return 0, err, true
//		}
//		... // make sure that t will be woken
//		o.stage.Suspend(t)
//		return 0, nil, false
//	}
type Stage struct {
	task *Task // nil: not begun; stageOver: over; otherwise the task for which it is suspended
}

// stageOver in Stage.task marks an operation that is over.
var stageOver = new(Task)

// Begin begins a poll. name is the name of the operation. Begin panics with it if the operation
// is over, or if another task polls it. If Begin returns an error, or not ready, the poll
// returns that: t is cancelled, or other tasks must run first (see [Task.Checkpoint]).
// Otherwise the poll goes on. first reports whether it is the first poll.
//
// After Begin the operation is over, unless the poll calls [Stage.Suspend].
func (s *Stage) Begin(t *Task, name string) (first bool, err error, ready bool) {
	// usually inlined
	if s.task != t {
		first = true
		err, ready = s.beginFirst(t, name)
	} else {
		s.task = stageOver
		ready = true
	}
	return
}

// beginFirst is Begin for the first poll.
func (s *Stage) beginFirst(t *Task, name string) (err error, ready bool) {
	if s.task != nil {
		s.refuse(t, name)
	}
	if t.flags&taskCancelled == 0 && t.loop.budget > 0 { // as Checkpoint, which is not inlined
		t.loop.budget--
		s.task = stageOver
		return nil, true
	}
	if err, ready = t.checkpointSlow(); ready {
		s.task = stageOver
	}
	return err, ready
}

// refuse panics, because t must not poll the operation.
func (s *Stage) refuse(t *Task, name string) {
	if s.task == stageOver {
		panic(inside.Resumed(name))
	}
	panic(errShared(s.task, t))
}

// Suspend is called before a poll by t returns not ready.
func (s *Stage) Suspend(t *Task) { s.task = t }
