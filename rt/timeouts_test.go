package rt_test

// This file tests scopes with a deadline. It ports the cases of CPython's test_timeouts: see
// testdata/asyncio/timeouts.txt.

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// within runs body in a scope that lasts for d and returns the scope and the error.
func within(d time.Duration, body func(s *rt.Scope) error) (*rt.Scope, error) {
	s := rt.Current().OpenTimeout(d)
	defer s.Close()
	return s, body(s)
}

func sleeps(d time.Duration) func(*rt.Scope) error {
	return func(*rt.Scope) error { return wait(rt.Sleep(d)) }
}

func TestTimeoutScopes(t *testing.T) {
	now := func() time.Duration { return rt.Current().Loop().Time() }
	for name, body := range map[string]func() error{
		"basic": func() error {
			s, err := within(10*ms, sleeps(time.Hour))
			return want(isTimeout(err) && s.Expired() && now() == 10*ms, "%v at %v, %v", err, now(), s)
		},
		"at": func() error {
			when := rt.Current().Loop().Now().Add(10 * ms)
			s := rt.Current().OpenTimeoutAt(when)
			err := wait(rt.Sleep(time.Hour))
			got, ok := s.Deadline()
			s.Close()
			return errors.Join(want(isTimeout(err) && s.Expired() && got.Equal(when) && ok, "%v, deadline %v", err, got),
				want(isTimeout(wait(rt.TimeoutAt(when.Add(ms), rt.Sleep(time.Hour)))) && now() == 11*ms, "at %v", now()))
		},
		"nested": func() error {
			var inner *rt.Scope
			outer, err := within(10*ms, func(*rt.Scope) (err error) {
				inner, err = within(10*ms, sleeps(time.Hour))
				return err
			})
			return want(isTimeout(err) && outer.Expired() && inner.Expired() && err == inner.Cause(), "%v, %v, %v", err, outer, inner)
		},
		"not needed": func() error {
			s, err := within(10*time.Second, sleeps(10*ms))
			when, _ := s.Deadline()
			return errors.Join(err, want(!s.Expired() && when.After(rt.Current().Loop().Now()), "%v", s))
		},
		"disabled": func() error {
			s := rt.Current().OpenTimeoutAt(time.Time{})
			err := wait(rt.Sleep(time.Hour))
			_, ok := s.Deadline()
			s.Close()
			return errors.Join(err, want(!ok && !s.Expired(), "%v", s))
		},
		"zero": func() error {
			s, err := within(0, sleeps(time.Hour))
			return want(isTimeout(err) && s.Expired() && now() == 0, "%v", err)
		},
		"zero and Sleep 0": func() error {
			s, err := within(0, sleeps(0))
			return want(isTimeout(err) && s.Expired(), "%v", err)
		},
		"past": func() error {
			s, err := within(-time.Hour, sleeps(0))
			when, _ := s.Deadline()
			return want(isTimeout(err) && s.Expired() && !when.After(rt.Current().Loop().Now()), "%v, %v", err, when)
		},
		"errors of others pass": func() error {
			s, err := within(10*ms, func(*rt.Scope) error { return errMine })
			return want(err == errMine && !s.Expired(), "%v", err)
		},
		"errors of others pass after the timeout": func() error {
			s, err := within(10*ms, func(*rt.Scope) error { return errors.Join(errMine, wait(rt.Sleep(time.Hour))) })
			return want(errors.Is(err, errMine) && isTimeout(err) && s.Expired(), "%v", err)
		},
		"cancelled from outside": func() error {
			task := spawn(func() error {
				s, err := within(10*time.Second, func(*rt.Scope) error {
					rt.Current().Cancel(errCause)
					return wait(rt.Sleep(time.Hour))
				})
				return errors.Join(err, want(!s.Expired(), "expired"))
			})
			err := wait(task)
			return want(errors.Is(err, errCause) && !isTimeout(err), "%v", err)
		},
		"the task is not cancelled": func() error {
			task := spawn(func() error {
				_, err := within(ms, sleeps(time.Hour))
				return want(isTimeout(err), "%v", err)
			})
			err := wait(task)
			return errors.Join(err, want(task.Cancelling() == 0, "cancelled"))
		},
		"nested in a finally": func() error {
			// Awaits of the cleaning up fail, too, unless the cleaning up is shielded.
			_, err := within(10*ms, func(*rt.Scope) error {
				err := wait(rt.Sleep(time.Second))
				shield := rt.Current().OpenShield()
				defer shield.Close()
				_, inner := within(10*ms, sleeps(time.Hour))
				return errors.Join(err, want(isTimeout(inner) && now() == 20*ms, "%v at %v", inner, now()))
			})
			return want(isTimeout(err), "%v", err)
		},
		"after a cancellation": func() error {
			self := rt.Current()
			self.Cancel(nil)
			err := wait(rt.Sleep(time.Second))
			self.Uncancel()
			_, inner := within(0, sleeps(time.Second))
			return want(isCanceled(err) && isTimeout(inner), "%v, %v", err, inner)
		},
		"cancelled in it after a cancellation": func() error {
			self := rt.Current()
			self.Cancel(nil)
			err := wait(rt.Sleep(time.Second))
			self.Uncancel()
			_, inner := within(time.Second, func(*rt.Scope) error { self.Cancel(nil); return wait(rt.Sleep(2 * time.Second)) })
			self.Uncancel()
			return want(isCanceled(err) && isCanceled(inner), "%v, %v", err, inner)
		},
		"rescheduled": func() error {
			l := rt.Current().Loop()
			first := l.Now().Add(10 * time.Second)
			var s *rt.Scope
			task := spawn(func() error {
				s = rt.Current().OpenTimeoutAt(first)
				defer s.Close()
				return wait(rt.Sleep(50 * time.Second))
			})
			wait(rt.Sleep(0))
			wait(rt.Sleep(0))
			at, _ := s.Deadline()
			if !at.Equal(first) {
				return fmt.Errorf("deadline is %v", at)
			}
			if second := first.Add(20 * time.Second); !s.SetDeadline(second) {
				return errors.New("not moved")
			} else if at, _ := s.Deadline(); !at.Equal(second) {
				return fmt.Errorf("deadline is %v", at)
			}
			s.SetDeadline(time.Time{})
			if at, ok := s.Deadline(); ok {
				return fmt.Errorf("deadline is %v", at)
			}
			task.Cancel(nil)
			err := wait(task)
			return want(isCanceled(err) && !s.Expired(), "%v", err)
		},
		"finished": func() error {
			s, err := within(10*ms, func(*rt.Scope) error { return nil })
			return errors.Join(err, want(!s.SetTimeout(20*ms) && !s.SetDeadline(time.Time{}), "moved"), want(s.String() == "scope (closed)", "%v", s))
		},
		"expired": func() error {
			s, err := within(10*ms, func(s *rt.Scope) error {
				err := wait(rt.Sleep(time.Second))
				return errors.Join(err, want(!s.SetTimeout(20*ms), "moved while it expires"))
			})
			return errors.Join(want(isTimeout(err) && !strings.Contains(err.Error(), "moved"), "%v", err), want(!s.SetTimeout(20*ms), "moved"),
				want(s.String() == "scope (its time was up)", "%v", s))
		},
		"in words": func() error {
			_, err := within(10*time.Second, func(s *rt.Scope) error { return want(s.String() == "scope (open for 10s)", "%v", s) })
			s := rt.Current().OpenScope()
			defer s.Close()
			err = errors.Join(err, want(s.String() == "scope (open)", "%v", s))
			s.Cancel(errMine)
			return errors.Join(err, want(s.String() == "scope (context canceled: my error)", "%v", s))
		},
		"a group in it": func() error {
			_, err := within(10*ms, func(*rt.Scope) error {
				return inGroup(func(g *rt.TaskGroup) error {
					rt.SpawnIn(g, cleanup(2*time.Second, errZero))
					wait(rt.Sleep(time.Second))
					return errMine
				})
			})
			return wantErrs(err, errZero, errMine)
		},
	} {
		t.Run(name, func(t *testing.T) { run(t, body) })
	}
}

// The loop is busy while the deadlines of both scopes pass.
func TestNestedTimeoutsOfABusyLoop(t *testing.T) {
	for _, outer := range []time.Duration{2 * ms, 100 * ms} {
		clock := new(rttest.Clock)
		poller := rttest.NewPoller(clock)
		l := testbed.NewLoop(t, rt.WithClock(clock), rt.WithPoller(poller))
		poller.Serve(l)
		_, err := rt.RunUntilComplete(l, do(func() error {
			_, err := within(outer, func(*rt.Scope) error {
				_, err := within(10*ms, func(*rt.Scope) error {
					clock.Advance(100 * ms)
					return wait(rt.Sleep(time.Second))
				})
				if !isTimeout(err) {
					return err
				}
				return wait(rt.Sleep(10 * time.Second)) // the outer scope ends it
			})
			return want(isTimeout(err) && l.Time() == 100*ms, "%v at %v", err, l.Time())
		}))
		if err != nil {
			t.Error(err)
		}
	}
}
