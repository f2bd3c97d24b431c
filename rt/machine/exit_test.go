package machine_test

// This file tests awaits in deferred calls, made by a machine as coroutinegen generates it and
// by plain Go on the reference backend.

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// A deferring machine calls body and then awaits each of deferred.
type deferring struct {
	body     func() error
	deferred []func() rt.Awaitable[rt.Void]
	op       rt.Awaitable[rt.Void]
	errs     *[]error // errors of the deferred awaits
	err      error
	exit     machine.Exit
	state    deferringState
}

type deferringState uint8

const (
	deferringStart deferringState = iota
	deferringAwaitOp
	deferringUnwind
	deferringDone
)

func (f *deferring) Poll(t *rt.Task) (_ rt.Void, failure error, ready bool) {
	state := f.state
	f.state = deferringDone
	defer f.catch(t, &failure, &ready)
	switch state {
	case deferringAwaitOp:
		goto awaitOp
	case deferringUnwind:
		goto unwind
	}
	f.err = f.body()

unwind:
	if len(f.deferred) == 0 {
		return rt.Void{}, f.err, true
	}
	f.op = f.deferred[len(f.deferred)-1]()
	f.deferred = f.deferred[:len(f.deferred)-1]
	f.exit.Shield(t)

awaitOp:
	{
		_, err, ready := f.op.Poll(t)
		if !ready {
			f.exit.Suspend(t)
			f.state = deferringAwaitOp
			return rt.Void{}, nil, false
		}
		*f.errs = append(*f.errs, err)
		f.exit.Unshield()
	}
	goto unwind
}

func (f *deferring) catch(t *rt.Task, failure *error, ready *bool) {
	switch {
	case f.state != deferringDone:
	case *ready:
		f.exit.Raise(t)
	default:
		f.exit.Park(t, recover())
		f.state = deferringUnwind
		_, *failure, *ready = f.Poll(t)
	}
}

func (f *deferring) Awaitable() rt.Awaitable[rt.Void] { return f }

// backends returns a coroutine that runs body and defers awaits, both as a machine and as plain
// Go. The awaits record their errors in errs.
func backends(body func() error, errs *[]error, awaits ...func() rt.Awaitable[rt.Void]) map[string]rt.Expr[rt.Void] {
	_, file, line, _ := runtime.Caller(0)
	place := fmt.Sprintf("%s:%d", file[strings.LastIndexByte(file, '/')+1:], line+4) // where the deferred literal begins
	reference := machine.Lockstep(func() (v rt.Void, err error) {
		for _, x := range awaits {
			defer func() {
				_, err := rt.Block(pollFunc[rt.Void](x().Poll))
				*errs = append(*errs, err)
			}()
		}
		return v, body()
	}, place)
	return map[string]rt.Expr[rt.Void]{"machine": &deferring{body: body, deferred: awaits, errs: errs}, "reference": reference}
}

func yieldOp() rt.Awaitable[rt.Void] { return rt.Yield().Awaitable() }

func TestDeferredAwaitsKeepThePanic(t *testing.T) {
	var errs []error
	for name, x := range backends(func() error { return bug("boom") }, &errs, yieldOp, yieldOp) {
		errs = nil
		run(t, func() error {
			task := rt.Spawn(rt.Current(), x)
			if v := panicOf(func() { rt.Block(task) }); v != "boom" {
				return fmt.Errorf("%s: await panics with %v", name, v)
			}
			if stack := string(task.Panic().Stack); !strings.Contains(stack, "machine_test.bug") {
				return fmt.Errorf("%s: stack is %s", name, stack)
			}
			return nil
		})
		if len(errs) != 2 || errs[0] != nil || errs[1] != nil {
			t.Errorf("%s: the deferred awaits result in %v", name, errs)
		}
	}
}

func TestDeferredAwaitsAreShielded(t *testing.T) {
	var errs []error
	var task *rt.TaskOf[rt.Void]
	timeout := func() rt.Awaitable[rt.Void] { return rt.Timeout[rt.Void](ms, rt.Sleep(1000*ms)).Awaitable() }
	for name, x := range backends(func() error { task.Cancel(nil); return nil }, &errs, timeout, yieldOp) {
		errs = nil
		run(t, func() error {
			task = rt.Spawn(rt.Current(), x)
			return wait(task)
		})
		if len(errs) != 2 || errs[0] != nil || !errors.Is(errs[1], context.DeadlineExceeded) {
			t.Errorf("%s: the deferred awaits result in %v", name, errs)
		}
	}
}

func TestDeferredAwaitsUnderGoexit(t *testing.T) {
	var errs []error
	stubborn := func() rt.Awaitable[rt.Void] {
		return pollFunc[rt.Void](func(*rt.Task) (v rt.Void, _ error, ready bool) { return v, nil, false })
	}
	shielded := func() rt.Awaitable[rt.Void] { return rt.Shield[rt.Void](rt.Sleep(ms)).Awaitable() }
	for name, x := range backends(func() error { runtime.Goexit(); return nil }, &errs, yieldOp, shielded) {
		errs = nil
		returned := onGoroutine(func() { testbed.RunFake(t, x) })
		if returned || len(errs) != 2 {
			t.Errorf("%s: returned: %v, the deferred awaits result in %v", name, returned, errs)
		}
		for _, err := range errs {
			if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "runtime.Goexit") {
				t.Errorf("%s: a deferred await results in %v", name, err)
			}
		}
	}
	for name, x := range backends(func() error { runtime.Goexit(); return nil }, &errs, yieldOp, stubborn) {
		errs = nil
		var v any
		onGoroutine(func() {
			defer func() { v = recover() }()
			testbed.RunFake(t, x)
		})
		if err, ok := v.(error); !ok || !strings.Contains(err.Error(), "runtime.Goexit") || len(errs) != 1 {
			t.Errorf("%s: panics with %v, the deferred awaits result in %v", name, v, errs)
		}
	}
}
