package p

import (
	"context"
	"errors"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

func work() rt.Coroutine[int] {
	return co.Async(func() (int, error) { return 1, nil })
}

func library(ctx context.Context) error { return ctx.Err() }

func takes(s *rt.Scope) {}

type holder struct{ scope *rt.Scope }

//coroutine:async
func neverClosed(h *holder) error {
	s := co.Self().OpenTimeout(time.Second) // want "s is never closed: it lies around whatever this task does next; defer its Close"
	s.SetTimeout(time.Minute)
	if err := library(s); err != nil {
		return err
	}
	co.Self().OpenScope() // want "the scope that is opened here is dropped"
	elsewhere := co.Self().OpenScope()
	takes(elsewhere)
	kept := co.Self().OpenScope()
	h.scope = kept
	_ = co.Self().OpenShield()
	return nil
}

//coroutine:async
func closed() error {
	s := co.Self().OpenTimeout(time.Second)
	defer s.Close()
	inner := co.Self().OpenShield()
	inner.Cancel(nil)
	_, err := co.Await(work())
	return err
}

//coroutine:async
func onOneWay(n int) error {
	s := co.Self().OpenTimeout(time.Second) // want "s is not closed on the way to the return in line 52"
	if _, err := co.Await(work()); err != nil {
		return err
	}
	s.Close()
	return nil
}

//coroutine:async
func loops(n int) error {
	for range n {
		s := co.Self().OpenTimeout(time.Second) // want "s is not closed on one way round the loop"
		if _, err := co.Await(work()); err != nil {
			continue
		}
		s.Close()
	}
	for range n {
		s := co.Self().OpenTimeout(time.Second)
		_, err := co.Await(work())
		s.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

//coroutine:async
func everyWay(n int) error {
	s := co.Self().OpenTimeout(time.Second)
	switch n {
	case 1:
		s.Close()
		return nil
	case 2:
		panic("2")
	}
	defer func() { s.Close() }()
	return co.Wait(rt.Yield())
}

//coroutine:async
func falls(n int) {
	s := co.Self().OpenTimeout(time.Second) // want "s is not closed on the way to the return in line 98"
	if n > 0 {
		s.Close()
	}
}

//coroutine:async
func groups() error {
	g := co.Self().OpenGroup() // want "g is never joined: nobody waits for its tasks; await its Join"
	rt.SpawnIn(g, work())
	g.Fail(errors.New("failed"))
	g.Scope().Cancel(nil)
	supervisor := co.Self().OpenSupervisor()
	rt.SpawnIn(supervisor, work())
	defer func() {
		co.Must(supervisor.Join())
	}()
	co.Self().OpenGroup() // want "the task group that is opened here is dropped: nobody waits for its tasks; await its Join"
	given := co.Self().OpenGroup()
	fill(given)
	return nil
}

//coroutine:async
func joined(n int) error {
	g := co.Self().OpenGroup()
	if n > 3 {
		return errors.New("too many") // the tasks are cancelled
	}
	for range n {
		rt.SpawnIn(g, work())
		s := co.Self().OpenScope() // the group closes it
		s.SetTimeout(1)
	}
	return co.Wait(g.Join())
}

func fill(g *rt.TaskGroup) { rt.SpawnIn(g, work()) }

func literal() rt.Coroutine[rt.Void] {
	return co.AsyncVoid(func() error {
		s := co.Self().OpenScope() // want "s is never closed"
		s.Cancel(nil)
		func() {
			s := co.Self().OpenScope()
			defer s.Close()
		}()
		return nil
	})
}

// The scopes of a task are closed when it ends.
func tasks(g *rt.TaskGroup) {
	rt.Run(co.AsyncVoid(func() error {
		s := co.Self().OpenScope()
		s.Cancel(nil)
		return nil
	}))
	rt.SpawnIn(g, co.AsyncVoid(func() error {
		s := co.Self().OpenScope()
		s.Cancel(nil)
		g := co.Self().OpenGroup() // want "g is never joined"
		g.Len()
		return nil
	}))
}
