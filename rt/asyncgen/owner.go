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
}

func (e *ForgottenError) Error() string {
	return fmt.Sprintf("generator %s was never closed, and %s, which owns it, has ended: close it, in a deferred call say, in the task that calls the first Next, or choose another owner", e.Generator, e.Owner)
}

// Unwrap returns [rt.ErrGeneratorExit].
func (e *ForgottenError) Unwrap() error { return rt.ErrGeneratorExit }

// own makes the loop call ownerEnded.
func (c *core[Out, In]) own() { c.disown = c.owner.OnDone(c.ownerEnded) }

// setOwner makes t the owner.
func (c *core[Out, In]) setOwner(t *rt.Task) {
	if c.ended() {
		return
	}
	c.home.Enter(t, "asynchronous generator")
	c.owner = t
	if c.task != nil {
		c.disown()
		c.own()
	}
}

// ownerEnded closes the generator if nobody has. If the loop is being closed, it has cancelled the
// function already.
func (c *core[Out, In]) ownerEnded(owner *rt.Task) {
	if owner != c.owner { // setOwner came after the end of owner, and before this call
		return
	}
	if c.closing || c.task.Done() && (c.seen || c.task.Cancelling() == 0) {
		return
	}
	c.forgotten = &ForgottenError{Generator: c.name, Owner: owner.Name()}
	owner.Loop().Report(c.forgotten)
	if !c.task.Done() {
		c.shut()
	}
}

// functionEnded ends a Yield that another task than that of the function has left behind.
func (c *core[Out, In]) functionEnded(*rt.Task) {
	c.disown()
	if c.yielding != nil && !c.resumed {
		c.resume(rt.ErrGeneratorExit)
	}
	if c.forgotten != nil {
		if _, err := c.task.Outcome(); rt.IsGeneratorExit(err) {
			c.task.Failure() // the error was reported
		}
	}
}
