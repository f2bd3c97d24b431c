package rt

// This file implements select: an operation over several operations, exactly one of which
// happens.
//
// A select has two phases. First, all operations register: each joins a line or arms its timer.
// Then whoever could serve one of them takes the claim of the select first, and passes over the
// operation if the claim is taken. So two queues that get a value at the same time do not both
// give it to the same select, and an operation that loses never takes a value.

import (
	"errors"
	"slices"
)

// A Contender is an operation that can take part in a [Select]. It can be polled, and it can
// also be withdrawn before it has had an effect.
type Contender[T any] interface {
	// Try completes the operation if that is possible at once. It registers nothing. t may be
	// nil for operations that any goroutine can use.
	Try(t *Task) (v T, err error, ready bool)

	// Attempt is called repeatedly, as Poll is. It completes the operation if it has been
	// served, or if it can be completed now and c.Take() succeeds. Otherwise it arranges, once,
	// that t is woken when another attempt is worthwhile. Whoever serves the operation in the
	// meantime must take c first, as Line.Serve does. Once Attempt has returned ready, the
	// operation can be used again.
	Attempt(t *Task, c *Claim) (v T, err error, ready bool)

	// Withdraw undoes what Attempt registered. The operation can then be used again. If the
	// operation has been served and only the next Attempt is missing, Withdraw does nothing and
	// reports false.
	Withdraw(t *Task) bool
}

// PollContender implements Poll for an operation that is a [Contender]. s is a field of the
// operation, as in every operation with a [Stage].
func PollContender[T any](t *Task, o Contender[T], s *Stage) (v T, err error, ready bool) {
	if s.task != t {
		if s.task != nil {
			s.refuse(t, frameName(o))
		}
		if err, ready := t.Checkpoint(); err != nil || !ready { // small enough to be inlined
			if ready {
				s.task = stageOver
			}
			return v, err, ready
		}
	}
	s.task = stageOver
	v, err, ready = o.Attempt(t, nil)
	if !ready && t.flags&taskCancelled != 0 {
		if o.Withdraw(t) {
			return v, t.Err(), true
		}
		v, err, ready = o.Attempt(t, nil) // another goroutine has served the operation just now
	}
	if !ready {
		s.Suspend(t)
	}
	return v, err, ready
}

// A Selectable is a value that can be a case of a [Select]. As with [Expr], an operation is a
// plain value, and its pointer is the [Contender].
type Selectable[T any] interface {
	Contender() Contender[T]
}

// A Case is an operation as a case of a [Select], with the result of the operation if the case
// was chosen. A Case can be used again in a later Select, but not in two at once. Its operation
// then begins again: a sleep lasts its full time. To let an operation go on from one Select to
// the next, spawn it and select its task.
type Case[T any] struct {
	x    Contender[T]
	v    T
	err  error
	busy bool
}

// On returns a case for x: a Get or Put of a queue, a future, a task, a sleep, a channel
// operation ([Receive], [Send]), or any other [Selectable]. Spawn an operation that is not
// Selectable, such as a read, and select its task. The task goes on if another case is chosen.
func On[T any](x Selectable[T]) *Case[T] { return &Case[T]{x: x.Contender()} }

// Result returns the result of the operation from the last Select that chose the case. If the
// operation was a task that panicked, Result panics.
func (c *Case[T]) Result() (T, error) {
	if p, ok := c.err.(panicked); ok {
		panic(p.take())
	}
	return c.v, c.err
}

// panicked passes a panic from a contender to [Case.Result].
type panicked struct{ *Panic }

// A Branch is a [*Case] of any type.
type Branch interface {
	try(t *Task) bool
	attempt(t *Task, c *Claim) bool
	withdraw(t *Task)
	reserve()
	release()
	channel() channelOp
}

func (c *Case[T]) try(t *Task) (ready bool) {
	c.mustBeFree()
	c.v, c.err, ready = c.x.Try(t)
	return ready
}

func (c *Case[T]) attempt(t *Task, claim *Claim) (ready bool) {
	c.v, c.err, ready = c.x.Attempt(t, claim)
	return ready
}

func (c *Case[T]) withdraw(t *Task) { c.x.Withdraw(t) }

func (c *Case[T]) reserve() {
	c.mustBeFree()
	c.busy = true
}

func (c *Case[T]) release() { c.busy = false }

func (c *Case[T]) mustBeFree() {
	if c.busy {
		panic(errors.New("case stands in two selects, or twice in one: make one for each with rt.On"))
	}
}

func (c *Case[T]) channel() channelOp {
	op, _ := c.x.(channelOp)
	return op
}

// Select waits until the operation of one of branches can happen. It lets exactly that
// operation happen and returns its case:
//
//	job, quit := rt.On(jobs.Get()), rt.On(stop)
//	late := rt.On(rt.Sleep(time.Minute))
//	chosen, err := co.Await(rt.Select(job, quit, late))
//	if err != nil {
//		return err // cancelled: nothing has happened
//	}
//	switch chosen {
//	case job:
//		v, err := job.Result()
//		...
//	case quit, late:
//		return nil
//	}
//
// The error is that of a cancellation. An error of the operation is in the result of its case.
// If several operations can happen at once, Select chooses one at random, as Go's select does.
// Without branches, Select waits until it is cancelled.
func Select(branches ...Branch) SelectOp {
	op := SelectOp{n: len(branches)}
	if op.n <= len(op.few) {
		copy(op.few[:], branches)
	} else {
		op.many = slices.Clone(branches)
	}
	return op
}

// SelectInOrder is like [Select], but chooses the first branch of those that can happen at
// once.
func SelectInOrder(branches ...Branch) SelectOp {
	op := Select(branches...)
	op.inOrder = true
	return op
}

// TrySelect is like [Select], but does not wait: if no operation can happen at once, it returns
// nil. It corresponds to Go's select with a default. TrySelect looks at one branch after
// another and may not see what other goroutines do to queues and channels in the meantime. t is
// the current task.
func TrySelect(t *Task, branches ...Branch) Branch {
	op := Select(branches...)
	return op.try(t)
}

// A SelectOp is the operation that [Select] returns.
type SelectOp struct {
	n       int
	few     [4]Branch // holds the branches if they fit, which saves an allocation
	many    []Branch
	inOrder bool
	stage   Stage
	claim   Claim
}

func (o *SelectOp) branches() []Branch {
	if o.many != nil {
		return o.many
	}
	return o.few[:o.n]
}

// Poll implements [Awaitable].
func (o *SelectOp) Poll(t *Task) (chosen Branch, err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Select")
	if err != nil || !ready {
		return nil, err, ready
	}
	if first {
		if b := o.try(t); b != nil {
			return b, nil, true
		}
		o.reserve()
		o.claim.channels = watchChannels(t, o.branches())
	}
	suspended := false
	defer func() {
		if suspended {
			o.stage.Suspend(t)
		} else {
			o.finish(t)
		}
	}()
	for {
		// Several futures and the like may be ready. Each has the same chance to be asked
		// first.
		first := 0
		if !o.inOrder && o.n > 1 {
			first = t.loop.random(o.n)
		}
		for i := range o.n {
			if b := o.branches()[(first+i)%o.n]; b.attempt(t, &o.claim) {
				return b, nil, true
			}
		}
		if b := o.claim.channels.chosen(); b != nil {
			return b, nil, true
		}
		if t.flags&taskCancelled == 0 {
			suspended = true
			return nil, nil, false
		}
		if o.claim.Take() {
			return nil, t.Err(), true
		}
		// Another goroutine has served one of the branches just now.
	}
}

// try lets one branch happen that can happen at once. It returns nil if there is none.
func (o *SelectOp) try(t *Task) Branch {
	branches := o.branches()
	var few [8]int
	order := few[:]
	if o.n > len(few) {
		order = make([]int, o.n)
	}
	order = order[:o.n]
	for i := range order {
		order[i] = i
		if !o.inOrder {
			j := t.loop.random(i + 1)
			order[i], order[j] = order[j], i
		}
	}
	for _, i := range order {
		if branches[i].try(t) {
			return branches[i]
		}
	}
	return nil
}

// finish withdraws every branch that has not happened. The claim was taken, or a branch
// panicked.
func (o *SelectOp) finish(t *Task) {
	o.claim.Take() // makes the channels give up
	for _, b := range o.branches() {
		b.withdraw(t)
		b.release()
	}
}

// reserve marks all branches as used by this select. If one is in use already, reserve marks
// none and panics.
func (o *SelectOp) reserve() {
	reserved := 0
	defer func() {
		if reserved < o.n {
			for _, b := range o.branches()[:reserved] {
				b.release()
			}
		}
	}()
	for _, b := range o.branches() {
		b.reserve()
		reserved++
	}
}

// Awaitable implements [Expr].
func (o SelectOp) Awaitable() Awaitable[Branch] { return &o }

// random returns a number below n. It uses the seed of the loop or, without a seed, the number
// of calls so far (splitmix64), so that a program that runs again gets the same numbers.
func (l *Loop) random(n int) int {
	if l.shuffle != nil {
		return l.shuffle.IntN(n)
	}
	l.choices++
	z := l.choices * 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return int((z ^ z>>31) % uint64(n))
}
