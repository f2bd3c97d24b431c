package asyncgen

// This file implements the state that a generator shares with the task of its function. One place
// holds the value that was yielded, and one what the Yield returns.

import (
	"fmt"
	"sync/atomic"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A phase says whether the function of a generator has begun.
type phase uint8

const (
	// created: nothing has happened yet. The first Next makes it beginning. Close and Throw make it
	// never.
	created phase = iota

	// beginning: the first Next calls the body, for the coroutine of the function. Whatever the body
	// asks of its own generator fails with ErrRunning. It is begun when the body returns, and never
	// if the body panics.
	beginning

	// begun: the function has a task, until the end and after it. For its further states see core.
	begun

	// never: the function will not begin. It is the last phase.
	never
)

// A core is a generator without the type of its result. Once it has begun, the function is in one
// of these states:
//
//	(1) The function runs, or waits for something that is no Yield: yielding is nil. Its Yield leads
//	    to (2), its end to (4).
//	(2) It is suspended at a Yield: yielding is set, resumed is not. Next, Send, Throw and Close give
//	    the Yield what it is going to return, and lead to (3). A cancellation of the task that
//	    yields leads to (1).
//	(3) It is about to go on: yielding and resumed are set. The next poll of the Yield leads to (1).
//	(4) It has ended: task is done. If a task of the function is still in (2), its Yield fails.
//
// The value has a place of its own, because a Yield that is cancelled leaves its value behind. The
// place is full from the time of the Yield until a Next takes the value, or Close drops it. A
// further Yield then waits with its value, not yet handed over, until the place is free.
//
// At most one task is the consumer, from the time when it makes the function go on, or finds no
// value, until it has the value or the end, or is cancelled.
//
// Closing begins when Close is called, or the owner ends. It is over if the function yields again,
// and otherwise lasts for ever.
type core[Out, In any] struct {
	home  rt.Home
	loop  atomic.Pointer[rt.Loop] // nil: not begun
	name  string
	fn    function
	phase phase
	err   error    // the result, if the phase is never
	task  *rt.Task // runs the function, if it has begun
	seen  bool     // the outcome of the task was returned, or a panic reported

	yielding *YieldOp[Out, In]
	yielder  *rt.Task // the task of yielding

	// What yielding is going to return.
	resumed bool
	in      In
	thrown  error

	// The value, if there is one that nobody has taken.
	full bool
	out  Out

	consumer *rt.Task
	waiting  bool // the consumer is suspended, and has joined waits
	waits    awaiting

	owner  *rt.Task // nil: the task of the first Next
	disown func() bool
	left   bool // functionEnded was called

	closing   bool
	cancelled bool            // the task was cancelled for that
	ignored   bool            // the function has yielded again
	forgotten *ForgottenError // closing began because the owner has ended
	closers   []closer
}

// A function is the function of a generator, as core sees it.
type function interface {
	start(t *rt.Task) *rt.Task // starts the function for t, and returns its task
	await() awaiting
	result() error // the error of the function, which has ended; panics if the function panicked
}

// awaiting is a task that awaits the end of the function. It gets a panic of the function.
type awaiting interface {
	join(t *rt.Task)
	leave(t *rt.Task)
}

// ended reports whether the function has returned, or never will begin.
func (c *core[Out, In]) ended() bool { return c.phase == never || c.phase == begun && c.task.Done() }

func (c *core[Out, In]) state() string {
	switch {
	case c.ended():
		return "closed"
	case c.phase == created:
		return "created"
	case c.yielding != nil && !c.resumed:
		return "suspended"
	}
	return "running"
}

// Where implements [rt.Locator].
func (c *core[Out, In]) Where() (line string, on any) {
	if c.phase != begun || c.task.Done() {
		return "", nil
	}
	return "", c.task
}

// Loop returns the loop of the function, or nil if it has not begun. Any goroutine may call it.
func (c *core[Out, In]) Loop() *rt.Loop { return c.loop.Load() }

// start starts the task of the function for t.
func (c *core[Out, In]) start(t *rt.Task) {
	c.phase = beginning
	defer func() {
		if c.phase == beginning { // the body has panicked
			c.phase, c.err = never, rt.ErrNoResult
		}
	}()
	c.task = c.fn.start(t)
	c.phase = begun
	c.loop.Store(t.Loop())
	c.waits = c.fn.await()
	c.task.OnDone(c.functionEnded)
	if c.owner == nil {
		c.owner = t
	}
	c.own()
}

// mayBegin returns an error if t must not begin a Next, Send or Throw now.
func (c *core[Out, In]) mayBegin(t *rt.Task) error {
	switch {
	case c.phase == beginning:
		return fmt.Errorf("%w: %s is only beginning", ErrRunning, c.name)
	case c.phase == begun && t == c.task:
		return fmt.Errorf("%w: %s awaits itself, it would wait for ever", ErrRunning, c.name)
	case c.awaited() && c.consumer != t:
		return ErrRunning
	case c.ended():
		return nil
	case c.forgotten != nil:
		return c.forgotten
	case c.closing:
		return fmt.Errorf("%w: %s is being closed", ErrRunning, c.name)
	}
	return nil
}

// awaited reports whether a Next waits, or has not yet taken what it has waited for.
func (c *core[Out, In]) awaited() bool { return c.consumer != nil && !c.consumer.Done() }

// PollNext implements [Poller].
func (c *core[Out, In]) PollNext(t *rt.Task, first bool) (v rt.Two[Out, bool], err error, ready bool) {
	if !first {
		return c.wait(t, true)
	}
	c.home.Enter(t, "asynchronous generator")
	if err := c.mayBegin(t); err != nil {
		return v, err, true
	}
	switch {
	case c.ended():
	case c.phase == created:
		c.start(t)
	case c.yielding != nil && !c.full && !c.resumed:
		return c.resumeNow(t, nil)
	}
	return c.wait(t, false)
}

// errUntaken is the error of a Send or a Throw that would lose a value.
var errUntaken = fmt.Errorf("%w: it has a value that a cancelled Next did not take: call Next", ErrRunning)

// mayResume returns an error if no Yield waits for what t is going to send or throw. The function
// has begun. After its end, the error is nil unless a value is left.
func (c *core[Out, In]) mayResume(t *rt.Task) error {
	if err := c.mayBegin(t); err != nil {
		return err
	}
	switch {
	case c.full:
		return errUntaken
	case c.ended():
		return nil
	case c.yielding == nil || c.resumed:
		return ErrRunning
	}
	return nil
}

// pollSend is the poll of a Send.
func (c *core[Out, In]) pollSend(t *rt.Task, first bool, in In) (v rt.Two[Out, bool], err error, ready bool) {
	if !first {
		return c.wait(t, true)
	}
	c.home.Enter(t, "asynchronous generator")
	if c.phase == created {
		panic(fmt.Errorf("coroutinegen: %s has not begun, and no Yield waits for the value of Send: call Next first", c.name))
	}
	if err := c.mayResume(t); err != nil {
		return v, err, true
	}
	if !c.ended() {
		c.in = in
		return c.resumeNow(t, nil)
	}
	return c.wait(t, false)
}

// pollThrow is the poll of a Throw.
func (c *core[Out, In]) pollThrow(t *rt.Task, first bool, thrown error) (v rt.Two[Out, bool], err error, ready bool) {
	if !first {
		return c.wait(t, true)
	}
	c.home.Enter(t, "asynchronous generator")
	if c.phase == created {
		c.phase, c.err = never, thrown
		return v, thrown, true
	}
	if err := c.mayResume(t); err != nil {
		return v, err, true
	}
	if !c.ended() {
		return c.resumeNow(t, thrown)
	}
	return c.wait(t, false)
}

// resume makes the Yield at which the function is suspended return c.in, or fail with thrown.
func (c *core[Out, In]) resume(thrown error) {
	c.thrown, c.resumed = thrown, true
	c.yielder.Wake()
}

// resumeNow is resume for t, which asks for the next value. The function runs to its next Yield at
// once, if it does not have to wait before. In the meantime, no other task may ask. resumeNow returns
// what wait returns.
func (c *core[Out, In]) resumeNow(t *rt.Task, thrown error) (v rt.Two[Out, bool], err error, ready bool) {
	c.takeTurn(t)
	c.thrown, c.resumed = thrown, true
	c.yielder.WakeNow()
	return c.wait(t, true)
}

// wait waits for a value or for the end of the function. pending reports whether t has
// asked before, and the function has run since.
func (c *core[Out, In]) wait(t *rt.Task, pending bool) (v rt.Two[Out, bool], err error, ready bool) {
	switch {
	case c.full:
		c.leave(t)
		return rt.Two[Out, bool]{V1: c.take(), V2: true}, nil, true
	case c.ended():
		c.leave(t)
		return v, c.finish(pending), true
	}
	if err := t.Err(); err != nil {
		c.leave(t)
		return v, err, true
	}
	c.takeTurn(t)
	if !c.waiting {
		c.waiting = true
		c.waits.join(t)
	}
	return v, nil, false
}

// takeTurn makes t the consumer, in place of one that has ended.
func (c *core[Out, In]) takeTurn(t *rt.Task) {
	if c.consumer != nil && c.consumer != t {
		c.leave(c.consumer)
	}
	c.consumer = t
}

// leave makes t the consumer no longer.
func (c *core[Out, In]) leave(t *rt.Task) {
	if c.consumer != t {
		return
	}
	c.consumer = nil
	if c.waiting {
		c.waiting = false
		c.waits.leave(t)
	}
}

// take takes the value that was handed over. If a further Yield waits for its place, it hands over
// its value now.
func (c *core[Out, In]) take() Out {
	v := c.out
	var zero Out
	c.out, c.full = zero, false
	if c.yielding != nil {
		c.yielding.handOver()
	}
	return v
}

// drop drops the value that was handed over, unless a Next waits for it, and that of a Yield that
// waits for its place.
func (c *core[Out, In]) drop() {
	var zero Out
	if c.yielding != nil {
		c.yielding.v, c.yielding.handed = zero, true
	}
	if c.consumer == nil {
		c.out, c.full = zero, false
	}
}

// finish returns the error of the function, which has ended, to a Next. pending reports whether
// that Next waited for the end.
func (c *core[Out, In]) finish(pending bool) error {
	switch {
	case c.phase == never:
		return nil
	case c.closing && pending && c.task.Panic() != nil:
		return c.fn.result()
	case c.forgotten != nil:
		return c.forgotten
	case c.closing && pending:
		return rt.ErrGeneratorExit
	case c.closing || c.seen: // the error is for Close, or was returned
		return nil
	}
	c.see()
	return c.fn.result()
}
