package rt

// This file does for deferred calls that await what needs the state of a task: it keeps the
// panics that are in flight while the task is suspended, and makes awaits fail during
// runtime.Goexit. The rest is in package machine.

import (
	"errors"
	"slices"
)

// fly records that p, and the panics that p has replaced, are in flight while t is suspended.
// They lie further out than the panics recorded before: the innermost coroutine suspends first.
func (t *Task) fly(p *Panic) {
	t.flags |= taskPanicking
	rare := t.ensureRare()
	rare.flying = append(rare.flying, p.Value)
	for _, v := range slices.Backward(p.replaced) {
		rare.flying = append(rare.flying, v)
	}
}

// takeFlying returns the panics that were in flight when t suspended, outermost first.
func (t *Task) takeFlying() []any {
	t.flags &^= taskPanicking
	values := t.rare.flying
	t.rare.flying = nil
	slices.Reverse(values)
	return values
}

// within panics with each of values and calls step in the deferred call of the last panic. Each
// panic is raised in the deferred call of the one before it. Every deferred call recovers its
// panic, so no panic is left when step returns.
func (t *Task) within(values []any, step func()) {
	if len(values) == 0 {
		step()
		return
	}
	defer func() {
		recover()
		t.within(values[1:], step)
	}()
	panic(values[0])
}

var (
	errGoexit          = errors.New("runtime.Goexit ends the goroutine, nothing can be awaited any more")
	errSuspendedGoexit = errors.New("a deferred call suspends although runtime.Goexit ends its goroutine: what it awaits ignores Task.Err")
)

// goexit records that runtime.Goexit is ending t. Goexit cannot be held up, so each await in a
// deferred call fails as if t was cancelled, and no shield protects it.
func (t *Task) goexit() {
	if t.flags&taskGoexit == 0 {
		t.flags |= taskGoexit
		t.updateCancelled()
	}
}

// watched looks for deferred calls if t is running a lock-step coroutine that has some.
func (t *Task) watched() {
	if t.flags&taskWatched == 0 {
		return
	}
	if b, ok := occupation().(baton); ok && b.Task() == t {
		b.Watch()
	}
}
