package rt

// This file implements the task: a coroutine that a loop runs, and the handle of its result.

import (
	"fmt"
	"slices"
)

// The state of a task is a set of these flags.
const (
	// taskReady: the task is in the ready queue. Wake sets the flag, and the start of a step
	// clears it. So a task that is woken during its step runs again.
	taskReady uint32 = 1 << iota

	// taskDone: the coroutine has returned, panicked or ended its goroutine, and the result is
	// final. Never cleared. The task may still be in the ready queue from before. Waking it
	// does nothing.
	taskDone

	// taskCancelled: Err is not nil. Every change of a scope updates the flag, so that an await
	// tests one bit. It may be set and cleared while the task lives. It has no meaning once the
	// task is done.
	taskCancelled

	// taskGoexit: runtime.Goexit is ending the task, and deferred calls that might await are
	// still running. Never cleared.
	taskGoexit

	// taskPanicking: panics were in flight when the task suspended in a deferred call. Set
	// while the task is suspended.
	taskPanicking

	// taskWatched: the task is running a lock-step coroutine whose deferred calls may await.
	// Set only while that coroutine runs.
	taskWatched

	// taskJoined: whoever started the task will take its outcome, or its panic, although nobody
	// may be waiting for it yet. Set at the start, by Gather or StartThreadsafe, or by SetJoined.
	// Never cleared by the task itself.
	taskJoined

	// taskMain: RunUntilComplete waits for the task. Its end stops the loop, and its panic
	// passes through the loop.
	taskMain

	// taskChecked: in debug mode, a wake-up checks that it runs on the right goroutine.
	taskChecked

	// taskLate: the task was started from outside while its loop was being closed, or by such a
	// task. Set at the start, never cleared.
	taskLate

	// taskRetrieved: the result was asked for.
	taskRetrieved

	// taskOuter: a step of another task runs within the step of this one. Set during that step.
	taskOuter

	// taskKept: the task has failed, and its coroutine is kept for its name, which the report
	// of the failure says. Cleared when the result is asked for.
	taskKept
)

// A Task is a coroutine that a [Loop] runs concurrently with others. Task contains what does
// not depend on the type of the result: see [TaskOf]. Unless its documentation says otherwise,
// a method may be called only on the goroutine of the loop.
type Task struct {
	// Every field costs memory in an idle task, so fields that few tasks need are in rare.
	loop   *Loop
	self   runnable // the TaskOf that contains this Task
	scope  *Scope   // innermost open scope, or the scope that the task was started in
	waiter *Task    // the first task that waits for the end of this one
	rare   *rareTask
	err    error
	id     uint32
	parent uint32 // id of the parent: an id does not keep the ancestors of a task in memory
	index  uint32 // place in loop.tasks
	flags  uint32
}

// rareTask holds the fields that few tasks need.
type rareTask struct {
	name    string
	waiters []*Task        // further tasks that wait for the end, besides task.waiter
	onDone  []*func(*Task) // a pointer has an identity
	cancel  error          // cancellation of the whole task
	cancels int            // number of calls of Cancel that were not taken back
	vars    bindings
	failure *unretrieved // the error, until it is asked for
	panic   *Panic       // the panic that ended the task
	flying  []any        // values of the panics in flight, innermost first
	dying   int          // number of steps since Close cancelled the task
	spawned []uintptr    // stack of the call that spawned the task, in debug mode or WithSpawnSites
}

// A TaskOf is a [Task] whose coroutine returns a T. It may be awaited any number of times. It
// belongs to its loop: use [StartThreadsafe] to wait for a result elsewhere.
//
// If the task panicked, each await of it panics with the same value. A cancelled await leaves
// the task alone.
type TaskOf[T any] struct {
	Task
	value T
	frame Awaitable[T] // the coroutine; nil after its end, unless taskKept is set
}

// Spawn starts x as a task beside t and returns the handle of the task, as asyncio.create_task
// does. The new task first runs in the next turn. A cancellation of t does not cancel it.
//
// The second type parameter is inferred like the first. It saves an allocation, because x need
// not become an interface value.
func Spawn[T any, X Expr[T]](t *Task, x X) *TaskOf[T] {
	return start(t.loop, t, x.Awaitable())
}

// Start starts x as a task of l. It is for code outside of tasks.
func Start[T any, X Expr[T]](l *Loop, x X) *TaskOf[T] {
	return start(l, nil, x.Awaitable())
}

func start[T any](l *Loop, parent *Task, frame Awaitable[T]) *TaskOf[T] {
	t := &TaskOf[T]{frame: frame}
	t.self = t
	l.adopt(&t.Task, parent)
	return t
}

// adopt makes t a task of l that is ready to run.
func (l *Loop) adopt(t *Task, parent *Task) {
	l.enlist(t, parent)
	t.Wake()
}

// enlist makes t a task of l.
func (l *Loop) enlist(t *Task, parent *Task) {
	l.mustBeOpen()
	if l.debug != nil {
		l.debug.check("Start")
		t.flags |= taskChecked
	}
	if l.spawnSites {
		t.noteSpawn()
	}
	l.started++
	t.loop, t.id = l, l.started
	if parent != nil {
		t.parent = parent.id
		if parent.rare != nil && parent.rare.vars != nil {
			t.ensureRare().vars = parent.rare.vars
		}
	}
	t.index = uint32(len(l.tasks))
	l.tasks = append(l.tasks, t)
	if l.closing {
		if parent == nil || parent.flags&taskLate != 0 {
			t.flags |= taskLate
		}
		t.Cancel(ErrLoopClosed)
	}
	if l.observers != nil {
		l.noteStarted(t)
	}
}

// run makes one step: it polls the coroutine, and ends the task if the coroutine has returned.
func (t *TaskOf[T]) run(l *Loop) {
	t.flags &^= taskReady
	if t.flags&(taskDone|taskPanicking) != 0 {
		t.runRare(l)
		return
	}
	l.current, l.budget = &t.Task, l.grant
	v, err, ready := t.frame.Poll(&t.Task)
	l.current = nil
	if ready {
		t.complete(v, err)
	}
}

// runRare makes a step of a task with rare flags. If the task has ended, runRare does nothing.
// Otherwise it polls the coroutine within the panics that were in flight when the task
// suspended, so that Go prints all of them if another panic takes their place and is not
// recovered.
func (t *TaskOf[T]) runRare(l *Loop) {
	if t.flags&taskDone != 0 {
		return
	}
	var v T
	var err error
	var ready bool
	l.current, l.budget = &t.Task, l.grant
	t.within(t.takeFlying(), func() { v, err, ready = t.frame.Poll(&t.Task) })
	l.current = nil
	if ready {
		t.complete(v, err)
	}
}

// complete ends a task whose coroutine has returned.
func (t *TaskOf[T]) complete(v T, err error) {
	t.value, t.err = v, err
	t.end()
	if err == nil || !t.keeps() {
		t.frame = nil
	}
}

// drop drops the coroutine of a task that ended without returning.
func (t *TaskOf[T]) drop() { t.frame = nil }

func (t *TaskOf[T]) coroutine() any { return t.frame }

// end tells everybody who waits that t has ended.
func (t *Task) end() {
	l := t.loop
	t.flags |= taskDone
	for t.scope != nil && t.scope.task == t {
		t.scope.Close() // closes scopes that no deferred call of the coroutine closed
	}
	if l.observers != nil {
		l.noteEnded(t)
	}
	if g := t.group(); g != nil {
		g.ended(t)
	}
	last := l.tasks[len(l.tasks)-1]
	l.tasks[t.index], last.index = last, t.index
	l.tasks[len(l.tasks)-1] = nil
	l.tasks = l.tasks[:len(l.tasks)-1]
	if t.flags&taskMain != 0 || l.closing && len(l.tasks) == 0 {
		l.Stop()
	}
	if t.err != nil {
		t.noteUnawaited()
	}
	if t.waiter != nil {
		t.waiter.Wake()
	}
	if r := t.rare; r != nil {
		for _, w := range r.waiters {
			w.Wake()
		}
		for _, fn := range r.onDone {
			l.CallSoon(func() { (*fn)(t) })
		}
		r.onDone = nil
	}
}

// Wake makes t ready: its coroutine will be polled in the next turn. Waking a task that is
// ready already, or has ended, does nothing.
func (t *Task) Wake() {
	if t.flags&(taskReady|taskDone|taskChecked) == 0 {
		t.flags |= taskReady
		t.loop.ready.push(t.self)
	} else if t.flags&taskChecked != 0 {
		t.wakeChecked()
	}
}

func (t *Task) wakeChecked() {
	if d := t.loop.debug; d != nil {
		d.check("Task.Wake")
	}
	if t.flags&(taskReady|taskDone) == 0 {
		t.flags |= taskReady
		t.loop.ready.push(t.self)
	}
}

// WakeThreadsafe is like [Task.Wake]. Any goroutine may call it.
func (t *Task) WakeThreadsafe() {
	t.loop.send(t) // a closed loop has no tasks to wake
}

func (t *Task) arrive(*Loop) { t.Wake() }
func (t *Task) expire()      { t.Wake() }
func (t *Task) task() *Task  { return t }

// The first poll of a leaf operation begins with Checkpoint. Checkpoint usually returns (nil,
// true), and the operation then tries to complete. It returns an error if t is cancelled. It
// returns (nil, false) if this step has completed so many operations, or lasted so long, that
// other tasks must run first. t is then ready again, and the next poll is still the first poll
// of the operation.
//
//	if err, ready := t.Checkpoint(); err != nil || !ready {
//		return 0, err, ready
//	}
func (t *Task) Checkpoint() (err error, ready bool) {
	if t.flags&taskCancelled == 0 && t.loop.budget > 0 {
		t.loop.budget--
		return nil, true
	}
	return t.checkpointSlow()
}

func (t *Task) checkpointSlow() (err error, ready bool) {
	l := t.loop
	if t.flags&taskGoexit == 0 && l.budget <= 0 && !l.grantMore() {
		t.Wake()
		return nil, false
	}
	l.budget--
	return t.Err(), true
}

// Err returns why the innermost cancelled scope around the coroutine is cancelled, or nil. The
// awaits of the coroutine fail with this error until it leaves that scope. A shield hides what
// is outside of it. See [Task.Cancel] for the error.
func (t *Task) Err() error {
	if t.flags&(taskCancelled|taskWatched) == 0 {
		return nil
	}
	return t.watchedErr()
}

// watchedErr is the rest of Err, kept apart so that Err can be inlined.
func (t *Task) watchedErr() error {
	t.watched()
	return t.cancellation()
}

// Loop returns the loop that t belongs to. Any goroutine may call it.
func (t *Task) Loop() *Loop { return t.loop }

// Done reports whether t has ended.
func (t *Task) Done() bool { return t.flags&taskDone != 0 }

// Cancelled reports whether t has ended by a cancellation: its error is context.Canceled, of
// any scope, and nothing else. A timeout is a failure. A tree of errors (see [errors.Join]) is
// a failure if one of its leaves is. Plain context.Canceled, which a function returns that had
// a scope as its context, counts as a cancellation beside a [*CanceledError], or if t itself
// was cancelled when it ended. Unlike [Task.Failure], Cancelled does not count as asking for
// the error.
func (t *Task) Cancelled() bool { return t.Done() && t.wasCancelled() }

// OnDone makes the loop call fn once t has ended. Functions are called in the order of the
// calls of OnDone. The function remove takes fn back. It reports false if t has ended or fn was
// removed before.
func (t *Task) OnDone(fn func(*Task)) (remove func() bool) {
	if t.Done() {
		t.loop.CallSoon(func() { fn(t) })
		return func() bool { return false }
	}
	r := t.ensureRare()
	entry := &fn
	r.onDone = append(r.onDone, entry)
	return func() bool {
		i := slices.Index(r.onDone, entry)
		if i >= 0 {
			r.onDone = slices.Delete(r.onDone, i, i+1)
		}
		return i >= 0
	}
}

// Failure returns the error with which t ended, or nil. If t panicked, the error is the
// [*Panic]; unlike Result, Failure does not panic.
func (t *Task) Failure() error {
	if !t.Done() {
		return nil
	}
	t.retrieve()
	if p := t.Panic(); p != nil {
		p.taken.Store(true)
	}
	return t.err
}

// Panic returns the panic that ended t, or nil.
func (t *Task) Panic() *Panic {
	if t.rare == nil {
		return nil
	}
	return t.rare.panic
}

// Name returns the name of t. By default it is task-N for the Nth task of its loop.
func (t *Task) Name() string {
	if t.rare != nil && t.rare.name != "" {
		return t.rare.name
	}
	return defaultName(t.id)
}

func defaultName(id uint32) string { return fmt.Sprintf("task-%d", id) }

// SetName sets the name of t.
func (t *Task) SetName(name string) {
	t.ensureRare().name = name
	if d := t.loop.debug; d != nil {
		d.watchdog.renamed(t)
	}
}

// Parent returns the task that spawned t. It returns nil if there was none, or if it has ended.
// Parent searches the tasks of the loop.
func (t *Task) Parent() *Task {
	if t.parent == 0 {
		return nil
	}
	i := slices.IndexFunc(t.loop.tasks, func(p *Task) bool { return p.id == t.parent })
	if i < 0 {
		return nil
	}
	return t.loop.tasks[i]
}

func (t *Task) ensureRare() *rareTask {
	if t.rare == nil {
		t.rare = new(rareTask)
	}
	return t.rare
}

// Result returns the result of t. It reports done false if t has not ended. If t panicked,
// Result panics.
func (t *TaskOf[T]) Result() (v T, err error, done bool) {
	if !t.Done() {
		return v, nil, false
	}
	t.rethrow()
	t.retrieve()
	return t.value, t.err, true
}

// Poll implements [Awaitable]. A task has no Stage: any number of tasks await it, and
// as often as they like.
func (t *TaskOf[T]) Poll(by *Task) (v T, err error, ready bool) {
	by.mayAwait(&t.Task)
	if !t.joined(by) { // the first poll
		if err, ready := by.Checkpoint(); err != nil || !ready {
			return v, err, ready
		}
		if t.Done() {
			return t.Result()
		}
		t.join(by)
		return v, nil, false
	}
	if t.Done() {
		t.unjoin(by)
		return t.Result()
	}
	if err := by.Err(); err != nil {
		t.unjoin(by)
		return v, err, true
	}
	return v, nil, false
}

// mayAwait panics if t cannot wait for the end of other. The tasks of a closed loop have ended,
// so t may await them.
func (t *Task) mayAwait(other *Task) {
	switch {
	case t == other:
		panic(fmt.Errorf("%s awaits itself: it will not end while it waits for that", t))
	case t.loop != other.loop && !other.loop.Closed():
		panic(fmt.Errorf("%s belongs to another loop than %s, which awaits it: start it with rt.StartThreadsafe, or pass its result in an rt.Future", other, t))
	}
}

// Awaitable implements [Expr].
func (t *TaskOf[T]) Awaitable() Awaitable[T] { return t }

// join adds by to the tasks that are woken when t ends. by stays there until it polls again,
// which distinguishes that poll from the first one. Most tasks have one waiter. It has a field
// of its own, so that waiting allocates nothing.
func (t *Task) join(by *Task) {
	if t.waiter == nil && (t.rare == nil || len(t.rare.waiters) == 0) {
		t.waiter = by
	} else {
		r := t.ensureRare()
		r.waiters = append(r.waiters, by)
	}
}

func (t *Task) joined(by *Task) bool {
	return t.waiter == by || t.rare != nil && slices.Contains(t.rare.waiters, by)
}

func (t *Task) unjoin(by *Task) {
	if t.waiter == by {
		t.waiter = nil
	} else if t.rare != nil {
		if i := slices.Index(t.rare.waiters, by); i >= 0 {
			t.rare.waiters = without(t.rare.waiters, i)
		}
	}
}

// without returns waiters without the ith. Waiters usually leave in the order in which they are
// woken, so removing the first does not move the others.
func without(waiters []*Task, i int) []*Task {
	if i == 0 {
		waiters[0] = nil
		return waiters[1:]
	}
	return slices.Delete(waiters, i, i+1)
}

// awaited reports whether a panic of t has somewhere to go. A panic of a member of a group that
// is not the first to fail has not: the task of the group will panic as the first member did,
// or return the error of the first member.
func (t *Task) awaited() bool {
	g := t.group()
	return t.waiter != nil || t.rare != nil && len(t.rare.waiters) > 0 ||
		t.flags&taskJoined != 0 && (g == nil || g.failed == nil)
}
