package rt

// This file is select: several operations at once, of which exactly one
// happens.
//
// It is done in two phases. First all of them register: each stands in line, or
// has its timer armed. Then whoever could serve one of them takes the claim of
// the select first, and passes it over if that is gone. So two queues that get
// a value at the same time do not both give it to the same select, and a value
// is never taken by an operation that loses.

import (
	"errors"
	"slices"

	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// A Contender is an operation that can take part in a [Select]. Besides
// polling, it can be given up before it has had an effect.
type Contender[T any] interface {
	// Try completes the operation if that is possible at once; it registers
	// nothing. t may be nil for operations that any goroutine can use.
	Try(t *Task) (v T, err error, ready bool)

	// Attempt is called again and again, as Poll is. It completes the operation
	// if it has been served, or if it can be completed now and c.Take()
	// succeeds. Otherwise it makes sure, once, that t is woken when another
	// attempt is worthwhile; whoever serves the operation meanwhile must have
	// taken c before (Line.Serve does so). After it has returned ready, the
	// operation is like new.
	Attempt(t *Task, c *Claim) (v T, err error, ready bool)

	// Withdraw undoes what Attempt registered; the operation is like new then.
	// It reports false, and does nothing, if the operation has been served and
	// only the next Attempt is missing.
	Withdraw(t *Task) bool
}

// PollContender is the Poll of an operation made of a [Contender]. s is a field of the
// operation, as in every other.
func PollContender[T any](t *Task, o Contender[T], s *Stage) (v T, err error, ready bool) {
	if s.task != t {
		if s.task != nil {
			s.refuse(t, frameName(o))
		}
		if err, ready := t.Checkpoint(); err != nil || !ready { // this much is inlined
			return v, err, ready
		}
	}
	s.task = stageOver
	v, err, ready = o.Attempt(t, nil)
	if !ready && t.flags&taskCancelled != 0 {
		if o.Withdraw(t) {
			return v, t.Err(), true
		}
		v, err, ready = o.Attempt(t, nil) // another goroutine has served it just now
	}
	if !ready {
		s.Suspend(t)
	}
	return v, err, ready
}

// A Selectable is a value that can be a case of a [Select]. As in [Expr], an
// operation is a plain value, and it is its pointer that is the [Contender].
type Selectable[T any] interface {
	Contender() Contender[T]
}

// A Case is an operation as a case of a [Select], and its result once it was
// chosen. It can be used again in the next Select, not in two at once. Its
// operation begins anew then: a sleep lasts its whole time again. For one that
// goes on from Select to Select, spawn it and use the task.
type Case[T any] struct {
	x    Contender[T]
	v    T
	err  error
	busy bool
}

// On returns a case for x: a Get or Put of a queue, a future, a task, a sleep,
// a channel ([Receive], [Send]), any [Selectable]. What is none, a read or a signal
// say, is spawned first, and its task is selected; that goes on if another case is
// chosen.
func On[T any](x Selectable[T]) *Case[T] { return &Case[T]{x: x.Contender()} }

// Result returns the result of the operation, when it was chosen last. If it
// was a task that panicked, so does Result.
func (c *Case[T]) Result() (T, error) {
	if p, ok := c.err.(panicked); ok {
		panic(p.take())
	}
	return c.v, c.err
}

// panicked is how contenders pass a panic on to [Case.Result].
type panicked struct{ *Panic }

// A Branch is a [*Case], whatever its type.
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

// Select waits until one of the operations of branches can happen, lets exactly
// that one happen and returns its case:
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
// The error is that of a cancellation; those of the operation are in the result
// of its case. If several can happen at once it chooses one at random, as Go's
// select does. Without branches it waits to be cancelled.
func Select(branches ...Branch) SelectOp {
	op := SelectOp{n: len(branches)}
	if op.n <= len(op.few) {
		copy(op.few[:], branches)
	} else {
		op.many = slices.Clone(branches)
	}
	return op
}

// SelectInOrder is [Select] that prefers, of those that can happen at once, the
// branch that stands first.
func SelectInOrder(branches ...Branch) SelectOp {
	op := Select(branches...)
	op.inOrder = true
	return op
}

// TrySelect is [Select] that does not wait, like Go's select with a default: if
// none of the operations can happen at once, it returns nil. It looks at one
// after the other: what other goroutines do to queues and channels meanwhile, it
// may not see. t is the current task.
func TrySelect(t *Task, branches ...Branch) Branch {
	op := Select(branches...)
	return op.try(t)
}

// A SelectOp is the operation that [Select] returns.
type SelectOp struct {
	n       int
	few     [4]Branch // if they fit: so nothing is allocated
	many    []Branch
	inOrder bool
	over    bool
	task    *Task // nil: not begun
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
	if o.over {
		panic(inside.Resumed("Select"))
	}
	if o.task == nil {
		if err, ready := t.Checkpoint(); err != nil || !ready {
			return nil, err, ready
		}
		if b := o.try(t); b != nil {
			return b, nil, true
		}
		o.reserve()
		o.task = t
		o.claim.channels = watchChannels(t, o.branches())
	}
	o.task.mustBe(t)
	suspended := false
	defer func() {
		if !suspended {
			o.finish(t)
		}
	}()
	for {
		// Of futures and the like several may be ready. Each has its chance to be
		// the first that is asked.
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
		// Another goroutine has served one of them just now.
	}
}

// try lets one branch happen that can at once, and returns nil if none can.
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

// finish withdraws every branch that has not happened. The claim has been
// taken, or a branch has panicked.
func (o *SelectOp) finish(t *Task) {
	o.over = true
	o.claim.Take() // so that the channels are given up
	for _, b := range o.branches() {
		b.withdraw(t)
		b.release()
	}
}

// reserve makes the branches those of this select, all or none.
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

// random returns a number below n: under the seed of the loop or, if it has
// none, by the number of such questions (splitmix64), so that a program that is
// run again sees the same.
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
