// Package cleanup cleans up things whose number is not known beforehand.
package cleanup

import (
	"errors"
	"io"
	"slices"

	"github.com/coroutinegen/coroutinegen/rt"
)

// An ExitStack runs clean-ups in the reverse order in which they were pushed, as deferred calls do.
// It is for things whose number is not known beforehand, and for things that a function hands to
// its caller when it succeeds. It corresponds to contextlib.AsyncExitStack. The zero ExitStack is
// empty and ready for use. It belongs to one task and must not be copied.
//
// Here err is the result of the function. A defer co.Wait(stack.Close()) would drop the errors of the
// clean-ups.
//
//	var stack cleanup.ExitStack
//	defer func() { err = errors.Join(err, co.Wait(stack.Close())) }()
//	for _, addr := range addrs {
//		conn, err := co.Await(netio.Dial("tcp", addr))
//		if err != nil {
//			return err
//		}
//		stack.PushCloser(conn)
//	}
type ExitStack struct {
	entries []entry
}

// An entry is a clean-up that awaits, or a Closer.
type entry struct {
	await  func() rt.Expr[rt.Void]
	closer io.Closer
}

// Push adds a clean-up: what fn returns is awaited.
//
//	stack.Push(func() rt.Expr[rt.Void] { return generator.Close() })
func (s *ExitStack) Push(fn func() rt.Expr[rt.Void]) {
	s.entries = append(s.entries, entry{await: fn})
}

// PushCloser adds a clean-up that calls c.Close.
func (s *ExitStack) PushCloser(c io.Closer) {
	s.entries = append(s.entries, entry{closer: c})
}

// PopAll moves the clean-ups to another stack, which it returns, without running them. A function
// that has succeeded calls it and returns the result.
func (s *ExitStack) PopAll() *ExitStack {
	all := &ExitStack{entries: s.entries}
	s.entries = nil
	return all
}

// Len returns the number of clean-ups.
func (s *ExitStack) Len() int { return len(s.entries) }

// Close returns the operation that runs the clean-ups, last first, and removes them. The operation
// hides cancellations from them, as [rt.Shield] does: put an [rt.Timeout] into a clean-up that
// might never end. A clean-up that fails or panics does not keep the others from running. The
// error joins their errors in the order in which they happened (see [errors.Join]). If a clean-up
// panics, the operation panics with the value of the last panic, and the errors go to the handler
// of the loop.
//
// A clean-up may push others. The operation runs them, too. The stack can then be used again.
func (s *ExitStack) Close() CloseOp { return CloseOp{s: s} }

// A CloseOp is the operation that [ExitStack.Close] returns.
type CloseOp struct {
	s       *ExitStack
	running rt.Awaitable[rt.Void] // the clean-up that waits; nil: none
	errs    []error
	panics  bool
	panic   any // the last panic
	stage   rt.Stage
	scope   *rt.Scope
}

// Poll implements [rt.Awaitable].
func (o *CloseOp) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "ExitStack.Close")
	if err == nil && !ready {
		return rt.Void{}, nil, false
	}
	if first { // although t may be cancelled
		o.scope = t.OpenShield()
	}
	suspended := false
	defer func() {
		if suspended {
			o.stage.Suspend(t)
		} else {
			o.scope.Close()
		}
	}()
	for o.running != nil || len(o.s.entries) > 0 {
		if !o.step(t) {
			suspended = true
			return rt.Void{}, nil, false
		}
	}
	if err = errors.Join(o.errs...); !o.panics {
		return rt.Void{}, err, true
	}
	if err != nil {
		t.Loop().Report(err)
	}
	panic(o.panic)
}

// step begins the next clean-up, or goes on with the one that runs. It reports false if that one
// has to wait.
func (o *CloseOp) step(t *rt.Task) (ready bool) {
	returned := false
	defer func() {
		if returned {
			return
		}
		o.running = nil
		if v := recover(); v != nil {
			o.panic, o.panics, ready = v, true, true
			return
		}
		for len(o.s.entries) > 0 { // runtime.Goexit: nothing can wait any more
			o.step(t)
			o.running = nil
		}
	}()
	err, ready := o.poll(t)
	returned = true
	if ready {
		o.running = nil
		if err != nil {
			o.errs = append(o.errs, err)
		}
	}
	return ready
}

func (o *CloseOp) poll(t *rt.Task) (err error, ready bool) {
	if o.running == nil {
		last := len(o.s.entries) - 1
		e := o.s.entries[last]
		o.s.entries = slices.Delete(o.s.entries, last, last+1)
		if e.closer != nil {
			return e.closer.Close(), true
		}
		o.running = e.await().Awaitable()
	}
	_, err, ready = o.running.Poll(t)
	return err, ready
}

// Where implements [rt.Locator].
func (o *CloseOp) Where() (line string, on any) {
	if o.running == nil {
		return "", nil
	}
	return "", o.running
}

// Awaitable implements [rt.Expr].
func (o CloseOp) Awaitable() rt.Awaitable[rt.Void] { return &o }
