package rt_test

// This file tests cancellation: tasks, scopes, timeouts, shields.

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

var errCause = errors.New("cause")

func isCanceled(err error) bool { return errors.Is(err, context.Canceled) }
func isTimeout(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) && errors.Is(err, os.ErrDeadlineExceeded) && !isCanceled(err)
}

func TestCancelTask(t *testing.T) {
	run(t, func() error {
		var errs []error
		task := spawn(func() error {
			for range 3 { // the cancellation is level-triggered: it stays
				errs = append(errs, wait(rt.Sleep(time.Hour)))
			}
			errs = append(errs, wait(rt.Yield()), rt.Current().Err())
			return errs[0]
		})
		if err := wait(rt.Sleep(ms)); err != nil {
			return err
		}
		task.Cancel(errCause)
		task.Cancel(errors.New("the first cause counts"))
		err := wait(task)
		if now := rt.Current().Loop().Time(); now != ms {
			return fmt.Errorf("it took until %v", now)
		}
		for _, err := range append(errs, err) {
			if !isCanceled(err) || isTimeout(err) || !errors.Is(err, errCause) || err.Error() != "context canceled: cause" {
				return fmt.Errorf("error is %v", err)
			}
		}
		_, result, done := task.Result()
		if result != err || !done || task.Failure() != err || task.Cancelling() != 2 {
			return fmt.Errorf("it ended with %v, %v, %d requests", result, task.Failure(), task.Cancelling())
		}
		if task.Cancel(nil) || task.Cancelling() != 2 {
			return errors.New("cancelled after its end")
		}
		return rt.Current().Err()
	})
}

func TestCancelBeforeFirstStep(t *testing.T) {
	// The task begins nevertheless, so that it can clean up.
	run(t, func() error {
		began := false
		task := spawn(func() error {
			began = true
			return wait(rt.Yield())
		})
		task.Cancel(nil)
		if err := wait(task); !isCanceled(err) || err.Error() != "context canceled" || !began {
			return fmt.Errorf("error is %v, began: %v", err, began)
		}
		return nil
	})
}

func TestUncancel(t *testing.T) {
	run(t, func() error {
		self := rt.Current()
		if n := self.Uncancel(); n != 0 {
			return fmt.Errorf("Uncancel of a task that is not cancelled returned %d", n)
		}
		if !self.Cancel(errCause) || !self.Cancel(errors.New("another cause")) || self.Cancelling() != 2 {
			return fmt.Errorf("%d requests", self.Cancelling())
		}
		if err := wait(rt.Yield()); !errors.Is(err, errCause) {
			return err
		}
		if n := self.Uncancel(); n != 1 || self.Err() == nil {
			return fmt.Errorf("not cancelled any more, %d requests left", n)
		}
		if n := self.Uncancel(); n != 0 || self.Err() != nil {
			return fmt.Errorf("still cancelled: %v", self.Err())
		}
		return wait(rt.Yield())
	})
}

func TestCancelledAwaitLeavesTheTaskAlone(t *testing.T) {
	run(t, func() error {
		inner := rt.Spawn(rt.Current(), machine.Lockstep(func() (int, error) {
			return 7, wait(rt.Sleep(10 * ms))
		}))
		outer := spawn(func() error { return wait(inner) })
		if err := wait(rt.Sleep(ms)); err != nil {
			return err
		}
		outer.Cancel(nil)
		if err := wait(outer); !isCanceled(err) {
			return fmt.Errorf("error is %v", err)
		}
		if v, err := rt.Block(inner); v != 7 || err != nil {
			return fmt.Errorf("result is %d, %v", v, err)
		}
		return nil
	})
}

func TestTimeout(t *testing.T) {
	run(t, func() error {
		l := rt.Current().Loop()
		err := wait(rt.Timeout(5*ms, rt.Sleep(time.Hour)))
		if !isTimeout(err) || isCanceled(err) || l.Time() != 5*ms {
			return fmt.Errorf("error is %v at %v", err, l.Time())
		}
		if err := wait(rt.Timeout(time.Hour, rt.Sleep(ms))); err != nil {
			return err
		}
		if l.Timers() != 0 {
			return errors.New("the timer is still there")
		}
		began := false
		err = wait(rt.Timeout(0, do(func() error { began = true; return wait(rt.Yield()) })))
		if !isTimeout(err) || !began {
			return fmt.Errorf("timeout of 0: %v, began: %v", err, began)
		}
		if err := rt.Current().Err(); err != nil {
			return err
		}
		// Code that is not an await goes on, and its result is kept.
		v, err := rt.Block(rt.Timeout(ms, machine.Lockstep(func() (int, error) {
			wait(rt.Sleep(time.Hour))
			return 9, nil
		})))
		if v != 9 || err != nil {
			return fmt.Errorf("result is %d, %v", v, err)
		}
		return wait(rt.Yield())
	})
}

func TestNestedTimeouts(t *testing.T) {
	for _, test := range []struct {
		outer, inner time.Duration
		want         string
	}{
		{2 * ms, 1 * ms, "inner timed out, outer did not"},
		{1 * ms, 2 * ms, "inner did not time out, outer did"},
		{1 * ms, 1 * ms, "inner timed out, outer did"},
	} {
		run(t, func() error {
			self := rt.Current()
			outer := self.OpenTimeout(test.outer)
			inner := self.OpenTimeout(test.inner)
			err := wait(rt.Sleep(time.Hour))
			if !isTimeout(err) {
				return fmt.Errorf("error is %v", err)
			}
			got := "inner did not time out"
			if inner.Cause() != nil {
				got = "inner timed out"
			}
			inner.Close()
			if outer.Cause() != nil {
				got += ", outer did"
				if err := wait(rt.Yield()); !isTimeout(err) {
					return fmt.Errorf("await in the outer scope: %v", err)
				}
			} else {
				got += ", outer did not"
				if err := wait(rt.Yield()); err != nil {
					return fmt.Errorf("await in the outer scope: %v", err)
				}
			}
			outer.Close()
			if got != test.want {
				return fmt.Errorf("timeouts %v, %v: %s, want %s", test.outer, test.inner, got, test.want)
			}
			return wait(rt.Yield())
		})
	}
}

func TestScope(t *testing.T) {
	run(t, func() error {
		self := rt.Current()
		s := self.OpenScope()
		self.Loop().CallLater(ms, func() { s.Cancel(errCause) })
		if err := wait(rt.Sleep(time.Hour)); !errors.Is(err, errCause) || !isCanceled(err) || err != s.Cause() {
			return fmt.Errorf("error is %v", err)
		}
		s.Close()
		s.Close()
		s.Cancel(nil) // too late
		if err := wait(rt.Yield()); err != nil {
			return err
		}

		// Closing a scope closes the scopes that were left open in it.
		outer := self.OpenScope()
		inner := self.OpenTimeout(time.Hour)
		inner.Cancel(nil)
		outer.Close()
		inner.Close()
		if self.Loop().Timers() != 0 {
			return errors.New("the timer is still there")
		}
		return wait(rt.Yield())
	})
}

func TestSetTimeout(t *testing.T) {
	run(t, func() error {
		l := rt.Current().Loop()
		s := rt.Current().OpenTimeout(ms)
		defer s.Close()
		s.SetTimeout(10 * ms)
		if err := wait(rt.Sleep(5 * ms)); err != nil {
			return err
		}
		s.SetTimeout(ms)
		if err := wait(rt.Sleep(time.Hour)); !isTimeout(err) || l.Time() != 6*ms {
			return fmt.Errorf("error is %v at %v", err, l.Time())
		}
		s.SetTimeout(time.Hour) // too late
		if err := wait(rt.Yield()); !isTimeout(err) || l.Timers() != 0 {
			return fmt.Errorf("error is %v", err)
		}
		return nil
	})
}

func TestShield(t *testing.T) {
	run(t, func() error {
		l := rt.Current().Loop()
		task := spawn(func() error {
			err := wait(rt.Shield(do(func() error {
				if err := wait(rt.Sleep(5 * ms)); err != nil {
					return fmt.Errorf("shielded: %w", err)
				}
				if err := wait(rt.Timeout(ms, rt.Sleep(time.Hour))); !isTimeout(err) {
					return fmt.Errorf("timeout in a shield: %v", err)
				}
				if err := rt.Current().Err(); err != nil {
					return fmt.Errorf("shielded: %w", err)
				}
				return nil
			})))
			if err != nil {
				return err
			}
			return wait(rt.Yield()) // fails with the cancellation
		})
		if err := wait(rt.Sleep(ms)); err != nil {
			return err
		}
		task.Cancel(errCause)
		if err := wait(task); err == nil || err.Error() != "context canceled: cause" || l.Time() != 6*ms {
			return fmt.Errorf("error is %v at %v", err, l.Time())
		}
		return nil
	})
}

func TestShieldInACancelledTask(t *testing.T) {
	// Await in a cancelled scope, as in a deferred call that has to await.
	run(t, func() error {
		self := rt.Current()
		self.Cancel(nil)
		if err := wait(rt.Sleep(ms)); !isCanceled(err) {
			return fmt.Errorf("error is %v", err)
		}
		if err := wait(rt.Shield(rt.Sleep(ms))); err != nil {
			return fmt.Errorf("shielded: %v", err)
		}
		s := self.OpenShield()
		if err := self.Err(); err != nil {
			return fmt.Errorf("shielded: %v", err)
		}
		if err := wait(rt.Sleep(ms)); err != nil || self.Loop().Time() != 2*ms {
			return fmt.Errorf("shielded: %v at %v", err, self.Loop().Time())
		}
		s.Close()
		if self.Err() == nil {
			return errors.New("the cancellation is forgotten")
		}
		return nil
	})
}

func TestEveryNewAwaitFails(t *testing.T) {
	// An await that would be ready fails, too, and so does one of something awaited before.
	run(t, func() error {
		self := rt.Current()
		var f rt.Future[int]
		f.Set(1)
		q := queues.New[int](0)
		q.TryPut(1)
		task := spawn(func() error { return nil })
		late := spawn(func() error { return wait(rt.Sleep(2 * ms)) })
		var unset rt.Future[int]
		self.Loop().CallLater(ms, func() { unset.Set(1) })
		if err := errors.Join(wait(&f), wait(task), wait(&unset), wait(late)); err != nil {
			return err
		}
		self.Cancel(nil)
		for i, err := range []error{
			wait(&f), wait(task), wait(&unset), wait(late), wait(q.Get()), wait(q.Put(1)), wait(rt.Yield()), wait(rt.Sleep(0)),
			wait(rt.ToThread(func() (int, error) { return 0, nil })),
			wait(rt.Gather[int]()), wait(rt.Gather2(q.Get(), q.Get())), wait(rt.Timeout(ms, &f)),
		} {
			if !isCanceled(err) {
				return fmt.Errorf("await %d: %v", i, err)
			}
		}
		if q.Len() != 1 {
			return fmt.Errorf("%d values in the queue", q.Len())
		}
		return nil
	})
}

func TestShieldIsLeftByAPanic(t *testing.T) {
	run(t, func() error {
		self := rt.Current()
		self.Cancel(nil)
		shielded := rt.Shield(do(func() error { return bug("boom") }))
		if v := panicOf(func() { rt.Block(shielded) }); v != "boom" {
			return fmt.Errorf("panic with %v", v)
		}
		if self.Err() == nil {
			return errors.New("the shield outlives the await")
		}
		self.Uncancel()
		return nil
	})
}

func TestDeliveredValueIsNotLost(t *testing.T) {
	// The value and the cancellation come in the same turn, in either order.
	var f rt.Future[int]
	q := queues.New[int](1)
	q.TryPut(0)
	free := queues.New[int](0)
	for name, op := range map[string]struct {
		x       rt.Expr[int]
		deliver func()
	}{
		"future": {&f, func() { f.Set(7) }},
		"get":    {free.Get(), func() { free.TryPut(7) }},
		"put": {machine.Lockstep(func() (int, error) { return 7, wait(q.Put(7)) }), func() {
			q.TryGet()
		}},
	} {
		run(t, func() error {
			task := rt.Spawn(rt.Current(), op.x)
			if err := wait(rt.Sleep(ms)); err != nil {
				return err
			}
			op.deliver()
			task.Cancel(nil)
			if v, err := rt.Block(task); v != 7 || err != nil {
				return fmt.Errorf("%s: result is %d, %v", name, v, err)
			}
			return nil
		})
	}
	run(t, func() error { // a sleep that has ended
		task := rt.Spawn(rt.Current(), rt.Sleep(ms))
		task.Loop().CallLater(ms, func() { task.Cancel(nil) })
		return wait(task)
	})
}

func TestScopeAsContext(t *testing.T) {
	run(t, func() error {
		self := rt.Current()
		epoch := self.Loop().Now()
		outer := self.OpenTimeout(10 * ms)
		inner := self.OpenTimeout(time.Hour)
		shield := self.OpenShield()
		if d, ok := inner.Deadline(); !ok || !d.Equal(epoch.Add(10*ms)) {
			return fmt.Errorf("deadline is %v, %v", d, ok)
		}
		if d, ok := shield.Deadline(); ok {
			return fmt.Errorf("deadline of a shield is %v", d)
		}
		if inner.Err() != nil || inner.Value("key") != nil {
			return errors.New("a fresh scope has ended or has a value")
		}
		derived, cancel := context.WithCancel(inner)
		defer cancel()
		called := make(chan string, 2)
		context.AfterFunc(inner, func() { called <- "called" })
		stop := context.AfterFunc(inner, func() { called <- "stopped" })
		if !stop() || stop() {
			return errors.New("the function could not be stopped")
		}
		if err := wait(rt.Sleep(11 * ms)); err != nil { // runs in the shield
			return err
		}
		<-inner.Done()
		<-inner.Done()
		<-outer.Done()
		<-derived.Done()
		if got := <-called; got != "called" {
			return errors.New(got)
		}
		if inner.Err() != context.DeadlineExceeded || outer.Err() != context.DeadlineExceeded {
			return fmt.Errorf("errors are %v, %v", inner.Err(), outer.Err())
		}
		select {
		case <-shield.Done():
			return errors.New("the shield ended")
		default:
		}
		if shield.Err() != nil {
			return shield.Err()
		}
		shield.Close()
		<-shield.Done()
		if shield.Err() != context.Canceled {
			return fmt.Errorf("a closed scope: %v", shield.Err())
		}
		late := make(chan int)
		context.AfterFunc(shield, func() { close(late) })
		<-late
		outer.Close()
		return self.Err()
	})
}

func TestContextSeesTaskCancelled(t *testing.T) {
	run(t, func() error {
		task := spawn(func() error {
			s := rt.Current().OpenScope()
			defer s.Close()
			// A library that knows only contexts runs on another goroutine.
			return wait(rt.ToThread(func() (int, error) {
				<-s.Done()
				return 0, context.Cause(s)
			}))
		})
		if err := wait(rt.Yield()); err != nil {
			return err
		}
		if err := wait(rt.Yield()); err != nil {
			return err
		}
		task.Cancel(nil)
		if err := wait(task); err != context.Canceled {
			return fmt.Errorf("error is %v", err)
		}
		return nil
	})
}

// TestScopesAgainstModel cancels a task with scopes and shields at every moment, and compares
// the result with a model of the scopes.
func TestScopesAgainstModel(t *testing.T) {
	l := testbed.NewLoop(t)
	const turns = 12
	for at := range turns {
		var log []string
		task := rt.Start(l, do(func() error {
			self := rt.Current()
			step := func(where string) {
				err := wait(rt.Yield())
				log = append(log, fmt.Sprintf("%s:%v", where, err != nil))
			}
			step("a")
			outer := self.OpenScope()
			step("b")
			shield := self.OpenShield()
			step("c")
			inner := self.OpenScope()
			step("d")
			inner.Cancel(nil)
			step("e")
			inner.Close()
			step("f")
			shield.Close()
			step("g")
			outer.Close()
			step("h")
			return nil
		}))
		turn := 0
		var tick func()
		tick = func() {
			if turn == at {
				task.Cancel(nil)
			}
			if turn++; turn < turns+5 {
				l.CallSoon(tick)
			} else {
				l.Stop()
			}
		}
		l.CallSoon(tick)
		if err := l.RunForever(); err != nil {
			t.Fatal(err)
		}
		if !task.Done() {
			t.Fatal("not done")
		}
		// Outside of the shield, the context has not ended before the cancellation and has
		// ended after it. Inside, it has not ended, except in the scope that cancels itself.
		cancelled := false
		for _, e := range log {
			where, failed := e[0], e[2:] == "true"
			switch where {
			case 'c', 'd', 'f':
				if failed {
					t.Errorf("cancelled in turn %d: %v", at, log)
				}
			case 'e':
				if !failed {
					t.Errorf("cancelled in turn %d: %v", at, log)
				}
			default:
				if cancelled && !failed {
					t.Errorf("cancelled in turn %d: %v", at, log)
				}
				cancelled = failed
			}
		}
	}
}

func TestTimeoutAtFarAway(t *testing.T) {
	run(t, func() error {
		for _, when := range []time.Time{{}, time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)} {
			if v, err := rt.Block(rt.TimeoutAt(when, after(ms, 1))); v != 1 || err != nil {
				return fmt.Errorf("until %v: %v, %v", when, v, err)
			}
		}
		err := wait(rt.TimeoutAt(time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC), after(ms, 1)))
		return want(isTimeout(err), "long ago: %v", err)
	})
}

// A library that knows only contexts sees the cause.
func TestContextCauseOfAScope(t *testing.T) {
	run(t, func() error {
		self := rt.Current()
		for _, c := range []struct {
			end  func(s *rt.Scope)
			err  error
			want error
		}{
			{func(s *rt.Scope) { s.Cancel(errMine) }, context.Canceled, errMine},
			{func(s *rt.Scope) { s.Cancel(nil) }, context.Canceled, context.Canceled},
			{func(s *rt.Scope) { s.Cancel(context.DeadlineExceeded) }, context.Canceled, context.DeadlineExceeded},
			{func(s *rt.Scope) { s.SetTimeout(0) }, context.DeadlineExceeded, context.DeadlineExceeded},
			{func(s *rt.Scope) { s.Close() }, context.Canceled, context.Canceled},
			{func(s *rt.Scope) { self.Cancel(errOther); self.Uncancel() }, context.Canceled, errOther},
		} {
			outer := self.OpenScope()
			inner := self.OpenScope()
			derived, cancel := context.WithCancel(inner)
			defer cancel()
			if err := context.Cause(outer); err != nil {
				return fmt.Errorf("cause of an open scope: %v", err)
			}
			c.end(outer)
			<-derived.Done()
			for _, ctx := range []context.Context{outer, inner, derived} {
				if ctx.Err() != c.err || context.Cause(ctx) != c.want {
					return fmt.Errorf("%T: %v, because of %v; want %v, %v", ctx, ctx.Err(), context.Cause(ctx), c.err, c.want)
				}
			}
			outer.Close()
			if context.Cause(outer) != c.want {
				return fmt.Errorf("closed: %v, want %v", context.Cause(outer), c.want)
			}
		}
		return nil
	})
}

// deadlineContext is a context with a deadline by the clock of a loop.
type deadlineContext struct {
	context.Context
	at time.Time
}

func (c deadlineContext) Deadline() (time.Time, bool) { return c.at, true }

func TestScopeOfAContextHasItsValues(t *testing.T) {
	type key struct{}
	user := rt.NewVar("user", "nobody")
	run(t, func() error {
		self := rt.Current()
		defer user.Set(self, "somebody")()
		deadline := self.Loop().Now().Add(time.Hour)
		ctx := deadlineContext{context.WithValue(context.Background(), key{}, 7), deadline}
		s := self.OpenContext(ctx)
		check := func(s context.Context) error {
			name, _ := user.From(s)
			d, _ := s.Deadline()
			return want(s.Value(key{}) == 7 && s.Value("key") == nil && name == "somebody" && d.Equal(deadline),
				"%v, %v, %v, %v", s.Value(key{}), s.Value("key"), name, d)
		}
		err := errors.Join(check(s), check(self.OpenTimeout(2*time.Hour)))
		g := self.OpenGroup()
		rt.SpawnIn(g, do(func() error { return check(rt.Current().OpenScope()) }))
		err = errors.Join(err, wait(g.Join()))
		shield := self.OpenShield()
		_, hasDeadline := shield.Deadline()
		return errors.Join(err, want(!hasDeadline && shield.Value(key{}) == 7, "a shield: %v, %v", hasDeadline, shield.Value(key{})))
	})
}

// The text of a cancellation appears once, however often it is passed on.
func TestCancellationTextAppearsOnce(t *testing.T) {
	testbed.Clean(t)
	stopped := &rt.SignalError{Signal: os.Interrupt}
	signal := os.Interrupt.String() // js has another name for it
	once := &rt.CanceledError{Cause: stopped}
	for want, err := range map[string]error{
		"context canceled": &rt.CanceledError{Cause: context.Canceled},
		"context canceled: received signal: " + signal:                          &rt.CanceledError{Cause: &rt.CanceledError{Cause: once}},
		"context canceled: context deadline exceeded":                           &rt.CanceledError{Cause: &rt.CanceledError{Timeout: true}},
		"context deadline exceeded: context canceled":                           &rt.CanceledError{Timeout: true, Cause: &rt.CanceledError{}},
		"context deadline exceeded":                                             &rt.CanceledError{Timeout: true, Cause: context.DeadlineExceeded},
		"context canceled: flush: context canceled: received signal: " + signal: &rt.CanceledError{Cause: fmt.Errorf("flush: %w", once)},
		"context canceled: context canceledness":                                &rt.CanceledError{Cause: errors.New("context canceledness")},
	} {
		if got := err.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if !errors.Is(err, err.(*rt.CanceledError).Cause) {
			t.Errorf("%v: the cause is gone", err)
		}
	}
}
