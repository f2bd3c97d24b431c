package locks

// This file implements the event.

import "github.com/coroutinegen/coroutinegen/rt"

// An Event is set or not set. Tasks wait until it is set. It corresponds to asyncio.Event. The
// zero Event is not set and is ready for use. An Event must not be copied.
type Event struct {
	home rt.Home
	set  bool
	line rt.Line[EventOp]
}

// Wait returns the operation that waits until the event is set. The tasks that
// wait when the event is set go on, even if it is cleared before they run.
func (e *Event) Wait() EventOp { return EventOp{e: e} }

// Set sets the event and lets all tasks that wait go on.
func (e *Event) Set() {
	e.set = true
	for e.line.Serve() != nil {
	}
}

// Clear makes the event not set.
func (e *Event) Clear() { e.set = false }

// IsSet reports whether the event is set.
func (e *Event) IsSet() bool { return e.set }

// String says whether the event is set, and how many tasks wait.
func (e *Event) String() string {
	if e.set {
		return "event, set"
	}
	return "event, not set" + waiting(e.line.Len())
}

// An EventOp is the operation that [Event.Wait] returns.
type EventOp struct {
	e      *Event
	stage  rt.Stage
	waiter rt.Waiter[EventOp]
}

// Poll implements [rt.Awaitable].
func (o *EventOp) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	return rt.PollContender(t, o, &o.stage)
}

// Try implements [rt.Contender].
func (o *EventOp) Try(t *rt.Task) (_ rt.Void, err error, ready bool) {
	o.e.home.Enter(t, "event")
	return rt.Void{}, nil, o.e.set
}

// Attempt implements [rt.Contender].
func (o *EventOp) Attempt(t *rt.Task, c *rt.Claim) (_ rt.Void, err error, ready bool) {
	e := o.e
	e.home.Enter(t, "event")
	switch {
	case o.waiter.Collect():
		ready = true
	case o.waiter.Waiting():
	case e.set:
		ready = c.Take()
	default:
		e.line.Join(t, o, &o.waiter, c)
	}
	return rt.Void{}, nil, ready
}

// Withdraw implements [rt.Contender].
func (o *EventOp) Withdraw(*rt.Task) bool { return o.waiter.Leave() }

// Awaitable implements [rt.Expr].
func (o EventOp) Awaitable() rt.Awaitable[rt.Void] { return &o }

// Contender implements [rt.Selectable].
func (o EventOp) Contender() rt.Contender[rt.Void] { return &o }
