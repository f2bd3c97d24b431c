package rt

// This file is the task: a coroutine that a loop drives, and a handle on its
// result.

import (
	"fmt"
	"slices"
)

// The state of a task is a set of these flags.
const (
	// taskReady: the task stands in the ready queue. Set by Wake, cleared as a
	// step begins; so a task that is woken during its step runs again.
	taskReady uint32 = 1 << iota

	// taskDone: the coroutine has returned, panicked or ended its goroutine;
	// the result is final. Never cleared. A wake-up then does nothing, although
	// the task may still stand in the ready queue from before.
	taskDone

	// taskCancelled: Err is not nil. Kept up to date by every change of a
	// scope, so that an await tests one bit. May come and go while the task
	// lives; means nothing once it is done.
	taskCancelled

	// taskGoexit: runtime.Goexit is ending the task, and deferred calls that
	// might await run still. Never cleared.
	taskGoexit

	// taskPanicking: panics were in flight when the task suspended, in a
	// deferred call. Set while it is suspended.
	taskPanicking

	// taskWatched: the task is running a lock-step coroutine whose deferred
	// calls may await. Set only while that runs.
	taskWatched

	// taskJoined: whoever started the task will take its outcome, a panic too,
	// although nobody may be waiting for it yet. Set at the start (Gather,
	// StartThreadsafe), never cleared.
	taskJoined

	// taskMain: RunUntilComplete waits for it: its end stops the loop, its
	// panic passes through the loop.
	taskMain

	// taskChecked: in debug mode, a wake-up sees to it that it comes on the
	// right goroutine.
	taskChecked

	// taskLate: it was started from outside while its loop was being closed, or
	// by such a task. Set at the start, never cleared.
	taskLate

	// taskRetrieved: somebody has looked at the result.
	taskRetrieved
)

// A Task is one coroutine being run by a [Loop], concurrently with others. The
// type is the part that does not depend on the type of the result: see
// [TaskOf]. Unless it says otherwise, a method may be called only on the
// goroutine of the loop.
type Task struct {
	// An idle task costs memory for each field: what is rare is in rare.
	loop   *Loop
	self   runnable // the TaskOf that this is part of
	scope  *Scope   // innermost open scope, or the one it was started in
	waiter *Task    // the first to wait for the end of this one
	rare   *rareTask
	err    error
	id     uint32
	parent uint32 // its id, so that a task does not keep its ancestors alive
	index  uint32 // place in loop.tasks
	flags  uint32
}

// rareTask is what few tasks have.
type rareTask struct {
	name    string
	waiters []*Task        // that wait for the end besides task.waiter
	onDone  []*func(*Task) // a pointer has an identity
	cancel  error          // of the whole task
	cancels int            // calls of Cancel that were not taken back
	vars    bindings
	failure *unretrieved // the error, while nobody has looked at it
	panic   *Panic       // by which it ended
	flying  []any        // the values of panics in flight, the innermost first
	dying   int          // steps since it was cancelled in Close
	spawned []uintptr    // the stack of that, in debug mode or WithSpawnSites
}

// A TaskOf is a [Task] whose coroutine results in a T. Awaiting it gives that
// result, as often as you like. It belongs to its loop: to wait elsewhere, use
// [StartThreadsafe].
//
// If the task panicked, so does each await of it, with the same value. An
// await that is cancelled leaves the task alone.
type TaskOf[T any] struct {
	Task
	value T
	frame Awaitable[T] // the coroutine, until it ends
}

// Spawn starts x as a task beside t and returns its handle. It is
// asyncio.create_task: the new task runs first in the next turn and is not
// cancelled with t.
//
// The second type parameter, inferred like the first, saves an allocation: x
// need not become an interface value.
func Spawn[T any, X Expr[T]](t *Task, x X) *TaskOf[T] {
	return start(t.loop, t, x.Awaitable())
}

// Start starts x as a task of l, from outside of a task.
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

// run is one step: poll the coroutine, and end the task with it.
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

// runRare is a step of a task that has ended, which does nothing, or that polls the
// coroutine within the panics that were in flight when it suspended. Should another
// panic take their place and nobody recover it, Go prints all.
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
	t.frame = nil
}

// drop lets go of the coroutine of a task that ended without returning.
func (t *TaskOf[T]) drop() { t.frame = nil }

func (t *TaskOf[T]) coroutine() any { return t.frame }

// end tells everybody that t has ended.
func (t *Task) end() {
	l := t.loop
	t.flags |= taskDone
	for t.scope != nil && t.scope.task == t {
		t.scope.Close() // by a deferred call that is missing in t
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

// Wake makes t ready: its coroutine will be polled in the next turn. Waking a
// task that is ready or has ended does nothing.
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

// WakeThreadsafe is Wake for every goroutine.
func (t *Task) WakeThreadsafe() {
	t.loop.send(t) // a closed loop has no tasks to wake
}

func (t *Task) arrive(*Loop) { t.Wake() }
func (t *Task) expire()      { t.Wake() }
func (t *Task) task() *Task  { return t }

// Checkpoint is how the first poll of a leaf operation begins. In the common
// case it returns (nil, true), and the operation tries to complete. It returns
// an error if t is cancelled, and (nil, false) if this step has completed so many
// operations, or lasted so long, that it is the turn of others: t is ready again
// then, and the poll after this one is still the first.
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

// mayGoOn is the checkpoint of an operation that does nothing but poll another one,
// whose own checkpoint looks at cancellations: it reports false if it is the turn of
// others.
func (t *Task) mayGoOn() bool {
	err, ready := t.Checkpoint()
	return ready || err != nil
}

// Err returns nil, or why the innermost cancelled scope around the coroutine
// is cancelled: its awaits fail with this error until that scope is left.
// A shield hides what is outside of it. See [Task.Cancel] for the error.
func (t *Task) Err() error {
	if t.flags&(taskCancelled|taskWatched) == 0 {
		return nil
	}
	return t.watchedErr()
}

// watchedErr is the rest of Err, which is small enough to be inlined without it.
func (t *Task) watchedErr() error {
	t.watched()
	return t.cancellation()
}

// Loop returns the loop that t belongs to. Any goroutine may call it.
func (t *Task) Loop() *Loop { return t.loop }

// Done reports whether t has ended.
func (t *Task) Done() bool { return t.flags&taskDone != 0 }

// Cancelled reports whether t has ended by a cancellation: with an error that is
// context.Canceled, of whichever scope, and nothing else. A timeout is a failure,
// and so is a tree of errors (see [errors.Join]) of which one leaf is. Plain
// context.Canceled, which a function returns that had a scope as its context, counts
// beside a [*CanceledError], and if t itself was cancelled when it ended. Unlike
// [Task.Failure] it does not count as asking for the error.
func (t *Task) Cancelled() bool { return t.Done() && t.wasCancelled() }

// OnDone lets the loop call fn once t has ended, in the order of these calls.
// The function that it returns takes that back; it reports false if t has ended
// or fn was removed before.
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

// Failure returns the error with which t has ended, or nil. Unlike Result it
// does not panic if t did: then the error is the [*Panic].
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

// Panic returns the panic by which t ended, or nil.
func (t *Task) Panic() *Panic {
	if t.rare == nil {
		return nil
	}
	return t.rare.panic
}

// Name returns the name of t, by default task-N for the Nth task of its loop.
func (t *Task) Name() string {
	if t.rare != nil && t.rare.name != "" {
		return t.rare.name
	}
	return defaultName(t.id)
}

func defaultName(id uint32) string { return fmt.Sprintf("task-%d", id) }

// SetName gives t a name.
func (t *Task) SetName(name string) {
	t.ensureRare().name = name
	if d := t.loop.debug; d != nil {
		d.watchdog.renamed(t)
	}
}

// Parent returns the task that spawned t, or nil if that has ended or there was
// none. It looks through the tasks of the loop.
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

// Result returns the result of t if it has ended: done reports that. If t
// panicked, so does Result.
func (t *TaskOf[T]) Result() (v T, err error, done bool) {
	if !t.Done() {
		return v, nil, false
	}
	t.rethrow()
	t.retrieve()
	return t.value, t.err, true
}

// Poll implements [Awaitable].
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

// mayAwait panics if t cannot wait for the end of other. Those of a loop that is
// closed have ended.
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

// join enters by among those that are woken when t ends. It stays there until
// it polls again, so that it is known not to be polling for the first time. As a rule one
// task waits for another: it has a field of its own, and the wait allocates nothing.
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

// without returns waiters without the ith. They are woken, and so as a rule leave,
// in their order: the first goes without moving the rest.
func without(waiters []*Task, i int) []*Task {
	if i == 0 {
		waiters[0] = nil
		return waiters[1:]
	}
	return slices.Delete(waiters, i, i+1)
}

// awaited reports whether a panic of t has somewhere to go. That of the second
// member of a group to fail has not: its task will panic as the first did, or
// return that one's error.
func (t *Task) awaited() bool {
	g := t.group()
	return t.waiter != nil || t.rare != nil && len(t.rare.waiters) > 0 ||
		t.flags&taskJoined != 0 && (g == nil || g.failed == nil)
}
