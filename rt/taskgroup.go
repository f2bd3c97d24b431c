package rt

// This file implements the task group: any number of tasks, none of which outlives the group.

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// A TaskGroup is a number of tasks that belong together. The task that opened the group waits
// for them by [TaskGroup.Join]. Until then it goes on with its own work in the scope of the
// group.
//
//	g := co.Self().OpenGroup()
//	for _, addr := range addrs {
//		rt.SpawnIn(g, fetchAsync(addr))
//	}
//	if err := co.Wait(g.Join()); err != nil {
//		return err
//	}
//
// The tasks lie in that scope: what cancels the scope, or the task that opened it, cancels
// them. A function may leave before Join, for example with an error. Its tasks are then
// cancelled, but nobody waits for them. To wait for them, call Join in a deferred call:
//
//	defer func() {
//		g.Fail(err)
//		err = co.Wait(g.Join())
//	}()
//
// If the function panics, this waits for tasks that do not know of the panic. Call g.Cancel if
// the tasks might not end by themselves.
//
// The tasks of the group may call all methods except Join.
type TaskGroup struct {
	group  group
	over   bool
	result error // result of Join, when it is over
	cut    error // cancellation of the await of Join, and so of the tasks
	own    error // error with which the owner ended, which is no failure
}

// OpenGroup opens a task group. The first task that fails cancels the other tasks, and the
// awaits of t itself until Join. A task that was cancelled by itself has not failed.
func (t *Task) OpenGroup() *TaskGroup { return newTaskGroup(t, failFast) }

// OpenSupervisor opens a task group whose tasks do not depend on each other. A failure is kept
// for Join, and the other tasks go on.
func (t *Task) OpenSupervisor() *TaskGroup { return newTaskGroup(t, supervising) }

func newTaskGroup(t *Task, policy groupPolicy) *TaskGroup {
	g := &TaskGroup{group: group{scope: t.OpenScope(), policy: policy}}
	g.group.scope.group = &g.group
	return g
}

// SpawnIn starts x as a task of g, beside the current task. If the group is cancelled, the new
// task begins cancelled. After Join, SpawnIn panics.
func SpawnIn[T any, X Expr[T]](g *TaskGroup, x X) *TaskOf[T] {
	g.mustTake()
	return startIn(&g.group, x.Awaitable())
}

// mustTake panics if the group cannot take tasks any more.
func (g *TaskGroup) mustTake() {
	if g.closed() {
		panic(fmt.Errorf("%s starts a task in a group that is over: Join has returned, or its scope was left", caller()))
	}
}

// closed reports whether the group cannot take tasks any more.
func (g *TaskGroup) closed() bool {
	s := g.group.scope
	return g.over || !s.task.inScope(s)
}

// Len returns the number of tasks that have not ended.
func (g *TaskGroup) Len() int { return g.group.live }

// Scope returns the scope of the group, to set a deadline or to use it as a context.
func (g *TaskGroup) Scope() *Scope { return g.group.scope }

// Cancel cancels the tasks of g, and the awaits of its owner until Join. A call of Cancel is
// not a failure: if nothing fails, the error of Join is nil.
func (g *TaskGroup) Cancel(cause error) { g.group.scope.Cancel(cause) }

// Fail counts err as a failure of the group, unless err is nil or a cancellation. It is for the
// work that the owner of the group does itself. A cancellation of something else, and io.EOF,
// cancel the group, too, and are the error of Join if there is no other. After Join, a later
// Join returns err.
func (g *TaskGroup) Fail(err error) {
	switch {
	case err == nil:
	case g.over:
		g.result = err
	case g.group.cut(err):
		g.group.lost = true
	case isFailure(err):
		g.group.fail(nil, err)
	default: // it has ended, but not failed
		if g.own == nil {
			g.own = err
		}
		g.group.scope.Cancel(err)
	}
}

// Join returns the operation that waits until all tasks of g have ended, including tasks that
// they start in the meantime, and then closes the scope. The error is that of the task that
// failed, or a [*GroupError] if several failed. If a cancellation from outside ended a task
// early, the error is that cancellation. If a task panicked, Join panics. A cancellation of the
// await, for example by a [Timeout] around it, cancels the tasks, but Join still waits until
// they have ended. A second Join returns the result of the first. If the task was cancelled
// before it came to Join, and there is no other error, that cancellation is the error, as of
// every await.
func (g *TaskGroup) Join() GroupJoinOp { return GroupJoinOp{group: g} }

// A GroupJoinOp is the operation that [TaskGroup.Join] returns.
type GroupJoinOp struct {
	group *TaskGroup
	stage Stage
	late  error // why the task was cancelled when it came to Join
}

// Poll implements [Awaitable].
func (o *GroupJoinOp) Poll(t *Task) (_ Void, err error, ready bool) {
	g := o.group
	first, err, ready := o.stage.Begin(t, "TaskGroup.Join")
	if err == nil && !ready {
		return Void{}, nil, false // other tasks must run first; a cancelled task also waits
	}
	if first {
		o.late = g.outside(t)
	}
	if g.over {
		return Void{}, cmp.Or(g.result, o.late), true
	}
	if err, ready = g.group.finish(t); !ready {
		if cut := t.Err(); cut != nil && effective(t, g.group.scope) == nil {
			g.cut = cut // in a scope inside of the scope of the group
			g.group.scope.cancel(cut)
		}
		o.stage.Suspend(t)
		return Void{}, nil, false
	}
	if err == nil && g.group.lost {
		err = g.cut
	}
	if err == nil {
		err = g.own
	}
	g.over, g.result = true, err
	return Void{}, cmp.Or(err, o.late), true
}

// outside returns why awaits of t fail outside of the group.
func (g *TaskGroup) outside(t *Task) error {
	if s := g.group.scope; t.inScope(s) {
		return effective(t, s.outer)
	}
	return t.Err()
}

// Where implements [Locator].
func (o *GroupJoinOp) Where() (line string, on any) { return o.group.group.waits(), nil }

// Awaitable implements [Expr].
func (o GroupJoinOp) Awaitable() Awaitable[Void] { return &o }

// StartIn starts a task in g that has to get ready first, and waits until the task is ready.
// make gets the handshake, on which the task calls Started, and returns the coroutine of the
// task. StartIn corresponds to nursery.start of trio.
//
//	addr, err := co.Await(rt.StartIn(g, func(s *rt.Starting[net.Addr]) rt.Expr[rt.Void] {
//		return serveAsync(s)
//	}))
//
// Until it calls Started, the task lies in the scope of the await: a cancellation of that scope
// cancels the task. The end of g cancels the task, too, because it cannot become a task of g
// any more. If the task ends before it calls Started, StartIn returns an error. After Started,
// the task is a task of g like any other.
func StartIn[V, T any](g *TaskGroup, make func(s *Starting[V]) Expr[T]) StartOp[V, T] {
	return StartOp[V, T]{group: g, make: make}
}

// Starting is the handshake between a task and the task that starts it.
type Starting[V any] struct {
	value   V
	started bool
	moved   bool
	move    func() bool // moves the task into its group
}

// Started says that the task is ready, with a value for the task that started it. A second call
// panics. If the group is over by then, the task is cancelled.
func (s *Starting[V]) Started(v V) {
	if s.started {
		panic(fmt.Errorf("%s calls Started twice", caller()))
	}
	s.value, s.started = v, true
	s.moved = s.move()
}

// ErrNotStarted is the error of [StartIn] if the task ended without an error and had not called
// Started, or had called it too late for its group.
var ErrNotStarted = errors.New("task ended without calling Started")

// A StartOp is the operation that [StartIn] returns.
type StartOp[V, T any] struct {
	group *TaskGroup
	make  func(*Starting[V]) Expr[T]
	stage Stage
	s     *Starting[V] // nil before the first poll
	early *group       // group of the task until it has started
}

// Poll implements [Awaitable].
func (o *StartOp[V, T]) Poll(t *Task) (v V, err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "StartIn")
	if err != nil || !ready {
		return v, err, ready
	}
	if first {
		o.group.mustTake()
		s := new(Starting[V])
		o.s = s
		early := openGroup(t, gathering)
		o.early = early
		into := o.group
		task := startIn(early, o.make(s).Awaitable())
		into.group.starting = append(into.group.starting, early)
		s.move = func() bool { return early.move(&task.Task, into) }
	}
	if err, ready = o.early.finish(t); !ready {
		o.stage.Suspend(t)
		return v, nil, false
	}
	g := &o.group.group
	if i := slices.Index(g.starting, o.early); i >= 0 {
		g.starting = slices.Delete(g.starting, i, i+1)
	}
	if o.s.moved {
		return o.s.value, nil, true
	}
	if err == nil {
		err = ErrNotStarted
	}
	return v, err, true
}

// Where implements [Locator].
func (o *StartOp[V, T]) Where() (line string, on any) { return o.early.waits(), nil }

// Awaitable implements [Expr].
func (o StartOp[V, T]) Awaitable() Awaitable[V] { return &o }

// move makes t, the only member of g, a task of into. It reports whether it could.
func (g *group) move(t *Task, into *TaskGroup) bool {
	if t.Done() || into.closed() {
		g.scope.Cancel(errTooLate)
		return false
	}
	if t.scope == g.scope {
		t.scope = into.group.scope
	} else {
		outermost := t.scope // outermost scope of t itself
		for outermost.outer != g.scope {
			outermost = outermost.outer
		}
		outermost.setOuter(into.group.scope)
	}
	g.members, g.live = nil, 0
	into.group.add(t)
	t.updateCancelled()
	g.scope.task.Wake()
	return true
}

var errTooLate = errors.New("the group that the task was started for is over")
