package rt

// This file is what deferred calls that await need of a task: what is in flight while the
// task is suspended, and that runtime.Goexit cannot be held up. The rest is in package
// machine.

import (
	"errors"
	"slices"
)

// fly notes that p, and what it has replaced, is in flight while t is suspended, further out
// than what was noted before: the innermost coroutine suspends first.
func (t *Task) fly(p *Panic) {
	t.flags |= taskPanicking
	rare := t.ensureRare()
	rare.flying = append(rare.flying, p.Value)
	for _, v := range slices.Backward(p.replaced) {
		rare.flying = append(rare.flying, v)
	}
}

// takeFlying returns what was in flight when t suspended, outermost first.
func (t *Task) takeFlying() []any {
	t.flags &^= taskPanicking
	values := t.rare.flying
	t.rare.flying = nil
	slices.Reverse(values)
	return values
}

// within calls step in the deferred call of a panic with the last of values, that in
// the deferred call of one with the value before it, and so on. All have been recovered
// by then, and are over when step returns.
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

// goexit notes that runtime.Goexit is ending t. It cannot be held up, so each
// await in deferred calls fails, as if t was cancelled, and no shield protects.
func (t *Task) goexit() {
	if t.flags&taskGoexit == 0 {
		t.flags |= taskGoexit
		t.updateCancelled()
	}
}

// watched looks for deferred calls if t is a lock-step coroutine that has some.
func (t *Task) watched() {
	if t.flags&taskWatched == 0 {
		return
	}
	if b, ok := occupation().(baton); ok && b.Task() == t {
		b.Watch()
	}
}
