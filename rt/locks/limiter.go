package locks

// This file implements the capacity limiter.

import (
	"fmt"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A CapacityLimiter bounds how many tasks do something at the same time. It corresponds to
// trio.CapacityLimiter. Unlike a [Semaphore], it knows its borrowers: nobody can return a token
// twice, or return a token without having one. The total can be changed at any time.
type CapacityLimiter struct {
	home      rt.Home
	total     int
	borrowers map[any]bool // true: has a token; false: waits for one
	borrowed  int
	line      rt.Line[LimiterOp]
}

// NewCapacityLimiter returns a limiter with total tokens. It panics if total is
// negative.
func NewCapacityLimiter(total int) *CapacityLimiter {
	l := &CapacityLimiter{borrowers: make(map[any]bool)}
	l.SetTotal(total)
	return l
}

// Acquire returns the operation that waits for a token and borrows it for the
// current task. The task has the token if the error is nil, and only then. The
// operation panics if the task has a token or waits for one.
func (l *CapacityLimiter) Acquire() LimiterOp { return LimiterOp{l: l} }

// AcquireFor is [CapacityLimiter.Acquire] for any borrower. The borrower must be a
// value that can be the key of a map.
func (l *CapacityLimiter) AcquireFor(borrower any) LimiterOp {
	return LimiterOp{l: l, borrower: borrower}
}

// Release returns the token of the current task. It panics if the task has none.
func (l *CapacityLimiter) Release() {
	t := l.home.Current()
	if t == nil {
		panic(fmt.Errorf("a token is returned outside of a task: name the borrower with ReleaseFor"))
	}
	l.ReleaseFor(t)
}

// ReleaseFor returns the token of borrower. It panics if borrower has none.
func (l *CapacityLimiter) ReleaseFor(borrower any) {
	if !l.borrowers[borrower] {
		panic(fmt.Errorf("%v returns a token that it has not borrowed: acquire it first, and release it once", borrower))
	}
	delete(l.borrowers, borrower)
	l.borrowed--
	l.serve()
}

// serve lends the tokens that are free to the borrowers that have waited longest.
func (l *CapacityLimiter) serve() {
	for l.borrowed < l.total {
		op := l.line.Serve()
		if op == nil {
			return
		}
		l.lend(op.as)
	}
}

func (l *CapacityLimiter) lend(borrower any) {
	l.borrowers[borrower] = true
	l.borrowed++
}

// Total returns the number of tokens, borrowed or not.
func (l *CapacityLimiter) Total() int { return l.total }

// SetTotal changes the number of tokens. If more tokens than that are borrowed,
// nobody gets one until enough of them have come back. SetTotal panics if total is
// negative.
func (l *CapacityLimiter) SetTotal(total int) {
	if total < 0 {
		panic(fmt.Errorf("limiter with %d tokens: there cannot be less than none", total))
	}
	l.total = total
	l.serve()
}

// Borrowed returns the number of tokens that are borrowed.
func (l *CapacityLimiter) Borrowed() int { return l.borrowed }

// Available returns the number of tokens that are not borrowed.
func (l *CapacityLimiter) Available() int { return max(0, l.total-l.borrowed) }

// String says how many tokens are borrowed, and how many borrowers wait for one.
func (l *CapacityLimiter) String() string {
	return fmt.Sprintf("limiter, %d/%d borrowed", l.borrowed, l.total) + waiting(l.line.Len())
}

// A LimiterOp is the operation that [CapacityLimiter.Acquire] returns.
type LimiterOp struct {
	l        *CapacityLimiter
	borrower any // nil: the task
	as       any // the borrower in use
	stage    rt.Stage
	waiter   rt.Waiter[LimiterOp]
}

// Poll implements [rt.Awaitable].
func (o *LimiterOp) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	return rt.PollContender(t, o, &o.stage)
}

// Try implements [rt.Contender].
func (o *LimiterOp) Try(t *rt.Task) (_ rt.Void, err error, ready bool) {
	o.enter(t)
	if o.l.borrowed >= o.l.total {
		return rt.Void{}, nil, false
	}
	o.l.lend(o.as)
	return rt.Void{}, nil, true
}

// enter sets o.as, and panics if that borrower has a token or waits for one.
func (o *LimiterOp) enter(t *rt.Task) {
	o.l.home.Enter(t, "limiter")
	if o.as = o.borrower; o.as == nil {
		o.as = t
	}
	if has, ok := o.l.borrowers[o.as]; has {
		panic(fmt.Errorf("%v borrows a second token: it may have one, and would wait for itself", o.as))
	} else if ok {
		panic(fmt.Errorf("%v borrows a token while it waits for one", o.as))
	}
}

// Attempt implements [rt.Contender].
func (o *LimiterOp) Attempt(t *rt.Task, c *rt.Claim) (_ rt.Void, err error, ready bool) {
	l := o.l
	switch {
	case o.waiter.Collect():
		return rt.Void{}, nil, true
	case o.waiter.Waiting():
		return rt.Void{}, nil, false
	}
	o.enter(t)
	switch {
	case l.borrowed >= l.total:
		l.line.Join(t, o, &o.waiter, c)
		l.borrowers[o.as] = false
	case c.Take():
		l.lend(o.as)
		ready = true
	}
	return rt.Void{}, nil, ready
}

// Withdraw implements [rt.Contender].
func (o *LimiterOp) Withdraw(*rt.Task) bool {
	waited := o.waiter.Waiting()
	left := o.waiter.Leave()
	if waited {
		delete(o.l.borrowers, o.as)
	}
	return left
}

// Awaitable implements [rt.Expr].
func (o LimiterOp) Awaitable() rt.Awaitable[rt.Void] { return &o }

// Contender implements [rt.Selectable].
func (o LimiterOp) Contender() rt.Contender[rt.Void] { return &o }
