package asyncgen

// This file closes generators that are forgotten.

import (
	"fmt"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A ForgottenError reports a generator that had not ended when the task that owns it ended. The
// generator is then closed. If another task waits for its next value, or asks for it later, it gets
// the ForgottenError, which is an [rt.ErrGeneratorExit].
type ForgottenError struct {
	Generator string // name of the generator
	Owner     string // name of the task that owns it
	Ignored   bool   // the generator was closed, but its function yielded again
}

func (e *ForgottenError) Error() string {
	if e.Ignored {
		return fmt.Sprintf("generator %s did not end when it was closed, and %s, which owns it, has ended: its function yields again; return the error of Yield", e.Generator, e.Owner)
	}
	return fmt.Sprintf("generator %s was never closed, and %s, which owns it, has ended: close it, in a deferred call say, in the task that calls the first Next, or choose another owner", e.Generator, e.Owner)
}

// Unwrap returns [rt.ErrGeneratorExit].
func (e *ForgottenError) Unwrap() error { return rt.ErrGeneratorExit }

// own makes the loop call ownerEnded.
func (c *core[Out, In]) own() { c.disown = c.owner.OnDone(c.ownerEnded) }

// setOwner makes t the owner.
func (c *core[Out, In]) setOwner(t *rt.Task) {
	if c.ended() && !c.unseen() {
		return
	}
	c.home.Enter(t, "asynchronous generator")
	c.owner = t
	if c.phase == begun {
		c.disown()
		c.own()
	}
}

// unseen reports whether the function has failed, or panicked, and nobody has seen that.
func (c *core[Out, In]) unseen() bool {
	if c.phase != begun || c.seen {
		return false
	}
	_, err := c.task.Outcome()
	return err != nil
}

// see records that somebody sees the outcome of the function, which has ended.
func (c *core[Out, In]) see() {
	c.seen = true
	c.disown()
}

// functionEnded ends a Yield that another task than that of the function has left behind. An error
// that nobody has seen stays with the owner.
func (c *core[Out, In]) functionEnded(*rt.Task) {
	c.left = true
	if !c.unseen() {
		c.disown()
	}
	if c.yielding != nil && !c.resumed {
		c.resume(rt.ErrGeneratorExit)
	}
	if c.forgotten != nil {
		if _, err := c.task.Outcome(); rt.IsGeneratorExit(err) {
			c.task.Failure() // the error was reported
		}
	}
}

// ownerEnded closes the generator if nobody has, and reports what nobody has seen. If the loop is
// being closed, it has cancelled the function already.
func (c *core[Out, In]) ownerEnded(owner *rt.Task) {
	if owner != c.owner { // setOwner came after the end of owner, and before this call
		return
	}
	ended := c.left || c.task.Done() && (c.seen || c.task.Cancelling() == 0)
	if !ended && !c.closing {
		c.forgotten = &ForgottenError{Generator: c.name, Owner: owner.Name(), Ignored: c.ignored}
		owner.Loop().Report(c.forgotten)
		if !c.task.Done() {
			c.shut()
		}
	}
	if c.task.Panic() != nil && c.consumer == nil && len(c.closers) == 0 {
		c.seen = true
	}
	c.task.SetJoined(false) // if there is a panic, this may panic
}
