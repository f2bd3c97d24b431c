package rt

// This file makes operations of Go's channels.
//
// A channel cannot reserve a value for a select: the only way to know that a channel has a
// value is to take it. So a select with channels has a goroutine. The goroutine waits in a
// select statement for all of these channels and for one more. On that one it gives the claim
// of the [Select] to whoever wants to serve another operation. The select statement ensures
// that only one of these happens.

import (
	"errors"
	"reflect"

	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// ErrChannelClosed is the error of receiving from a channel that is closed and empty.
var ErrChannelClosed = errors.New("channel is closed")

// Receive returns the operation that receives from ch. While the operation waits, it has a
// goroutine.
func Receive[T any](ch <-chan T) ReceiveOp[T] { return ReceiveOp[T]{ch: ch} }

// A ReceiveOp is the operation that [Receive] returns.
type ReceiveOp[T any] struct {
	ch   <-chan T
	v    T
	ok   bool
	done bool // the goroutine has received v, ok
	solo *solo[T]
}

// Poll implements [Awaitable].
func (o *ReceiveOp[T]) Poll(t *Task) (v T, err error, ready bool) {
	if o.solo == nil {
		o.solo = newSolo(On(Receive(o.ch)))
	}
	return o.solo.poll(t)
}

// Try implements [Contender].
func (o *ReceiveOp[T]) Try(*Task) (v T, err error, ready bool) {
	select {
	case v, ok := <-o.ch:
		return v, errUnless(ok), true
	default:
		return v, nil, false
	}
}

// Attempt implements [Contender].
func (o *ReceiveOp[T]) Attempt(*Task, *Claim) (v T, err error, ready bool) {
	if !o.done {
		return v, nil, false
	}
	v, o.v, o.done = o.v, v, false
	return v, errUnless(o.ok), true
}

// Withdraw implements [Contender].
func (o *ReceiveOp[T]) Withdraw(*Task) bool { return !o.done }

func (o *ReceiveOp[T]) selectCase() reflect.SelectCase {
	return reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(o.ch)}
}

func (o *ReceiveOp[T]) chosen(v reflect.Value, ok bool) {
	o.ok, o.done = ok, true
	if ok {
		reflect.ValueOf(&o.v).Elem().Set(v)
	}
}

func errUnless(ok bool) error {
	if !ok {
		return ErrChannelClosed
	}
	return nil
}

// Awaitable implements [Expr].
func (o ReceiveOp[T]) Awaitable() Awaitable[T] { return &o }

// Contender implements [Selectable].
func (o ReceiveOp[T]) Contender() Contender[T] { return &o }

// Send returns the operation that sends v to ch. While the operation waits, it has a goroutine.
// If ch is closed, the operation panics.
func Send[T any](ch chan<- T, v T) SendOp[T] { return SendOp[T]{ch: ch, v: v} }

// A SendOp is the operation that [Send] returns.
type SendOp[T any] struct {
	ch   chan<- T
	v    T
	done bool // the goroutine has sent v
	solo *solo[Void]
}

// Poll implements [Awaitable].
func (o *SendOp[T]) Poll(t *Task) (_ Void, err error, ready bool) {
	if o.solo == nil {
		o.solo = newSolo(On(Send(o.ch, o.v)))
	}
	return o.solo.poll(t)
}

// Try implements [Contender].
func (o *SendOp[T]) Try(*Task) (_ Void, err error, ready bool) {
	select {
	case o.ch <- o.v:
		return Void{}, nil, true
	default:
		return Void{}, nil, false
	}
}

// Attempt implements [Contender].
func (o *SendOp[T]) Attempt(*Task, *Claim) (_ Void, err error, ready bool) {
	ready = o.done
	o.done = false
	return Void{}, nil, ready
}

// Withdraw implements [Contender].
func (o *SendOp[T]) Withdraw(*Task) bool { return !o.done }

func (o *SendOp[T]) selectCase() reflect.SelectCase {
	return reflect.SelectCase{Dir: reflect.SelectSend, Chan: reflect.ValueOf(o.ch), Send: reflect.ValueOf(&o.v).Elem()}
}

func (o *SendOp[T]) chosen(reflect.Value, bool) { o.done = true }

// Awaitable implements [Expr].
func (o SendOp[T]) Awaitable() Awaitable[Void] { return &o }

// Contender implements [Selectable].
func (o SendOp[T]) Contender() Contender[Void] { return &o }

// A solo is a select with one case.
type solo[T any] struct {
	c  *Case[T]
	op SelectOp
}

func newSolo[T any](c *Case[T]) *solo[T] { return &solo[T]{c: c, op: Select(c)} }

func (s *solo[T]) poll(t *Task) (v T, err error, ready bool) {
	if _, err, ready := s.op.Poll(t); err != nil || !ready {
		return v, err, ready
	}
	v, err = s.c.Result()
	return v, err, true
}

// A channelOp is a contender that waits for a channel.
type channelOp interface {
	selectCase() reflect.SelectCase
	chosen(v reflect.Value, ok bool) // called on the loop
}

// A channelWait is the goroutine of a select that waits for its channels.
type channelWait struct {
	task     *Task
	branches []Branch
	cases    []reflect.SelectCase
	offer    chan struct{} // the goroutine gives up the claim here
	over     chan struct{} // closed when the goroutine has ended

	// The goroutine sets these before it closes over.
	won   Branch // nil: the goroutine gave up the claim
	value reflect.Value
	ok    bool
	panic *Panic
}

// watchChannels starts to wait for those of branches that are channels. It returns nil if none
// of them is a channel.
func watchChannels(t *Task, branches []Branch) *channelWait {
	var w *channelWait
	for _, b := range branches {
		op := b.channel()
		if op == nil {
			continue
		}
		if w == nil {
			w = &channelWait{task: t, offer: make(chan struct{}), over: make(chan struct{})}
		}
		w.branches = append(w.branches, b)
		w.cases = append(w.cases, op.selectCase())
	}
	if w != nil {
		w.cases = append(w.cases, reflect.SelectCase{Dir: reflect.SelectSend, Chan: reflect.ValueOf(w.offer), Send: reflect.ValueOf(struct{}{})})
		t.loop.threads.Add(1)
		go w.run()
	}
	return w
}

func (w *channelWait) run() {
	defer func() {
		if v := recover(); v != nil { // it sent to a closed channel
			w.panic = &Panic{Task: w.task, Value: v, Stack: inside.PanicStack()}
		}
		close(w.over)
		if w.won != nil || w.panic != nil {
			w.task.WakeThreadsafe()
		}
		w.task.loop.threads.Add(-1)
	}()
	i, v, ok := reflect.Select(w.cases)
	if i < len(w.branches) {
		w.won, w.value, w.ok = w.branches[i], v, ok
	}
}

// giveUp takes the claim from the goroutine and reports whether the goroutine still had it.
// giveUp may have to wait, but only until the goroutine has begun to wait itself.
func (w *channelWait) giveUp() bool {
	select {
	case <-w.offer:
		return true
	case <-w.over:
		return false
	}
}

// chosen returns the branch whose channel was ready, completed, or nil.
func (w *channelWait) chosen() Branch {
	if w == nil {
		return nil
	}
	select {
	case <-w.over:
	default:
		return nil
	}
	if w.panic != nil {
		w.panic.rethrow(w.task.loop)
	}
	if w.won != nil {
		w.won.channel().chosen(w.value, w.ok)
		w.won.attempt(w.task, nil)
	}
	return w.won
}
