package rt_test

// This file tests races.

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

func TestRace(t *testing.T) {
	now := func() time.Duration { return rt.Current().Loop().Time() }
	index := func(i int, d time.Duration, err error) rt.Expr[string] {
		return machine.Lockstep(func() (string, error) {
			if d > 0 {
				if err := wait(rt.Sleep(d)); err != nil {
					return "", err
				}
			}
			return fmt.Sprintf("result %d", i), err
		})
	}
	won := func(got rt.Contest[string], err error, i int) error {
		return errors.Join(err, want(got.Winner == i && got.Value == fmt.Sprintf("result %d", i), "%v", got))
	}
	for name, body := range map[string]func() error{
		"nobody": func() error {
			err := wait(rt.StaggeredRace[int](-1))
			return want(err == rt.ErrNoContender, "%v", err)
		},
		"the first succeeds": func() error {
			got, err := rt.Block(rt.StaggeredRace(-1, index(0, 0, nil), index(1, 0, nil)))
			return won(got, err, 0)
		},
		"the first fails": func() error {
			got, err := rt.Block(rt.StaggeredRace(-1, index(0, 0, errZero), index(1, 0, nil)))
			return won(got, err, 1)
		},
		"the first takes too long": func() error {
			got, err := rt.Block(rt.StaggeredRace(100*ms, index(0, 10*time.Second, nil), index(1, 0, nil), index(2, 0, nil)))
			return errors.Join(won(got, err, 1), want(now() == 100*ms && rt.Current().Loop().Timers() == 0, "at %v", now()))
		},
		"the first is late and wins": func() error {
			got, err := rt.Block(rt.StaggeredRace(100*ms, index(0, 150*ms, nil), index(1, time.Second, nil)))
			return errors.Join(won(got, err, 0), want(now() == 150*ms, "at %v", now()))
		},
		"a failure starts the next at once": func() error {
			got, err := rt.Block(rt.StaggeredRace(100*ms, index(0, 10*ms, errZero), index(1, 10*ms, nil)))
			return errors.Join(won(got, err, 1), want(now() == 20*ms, "at %v", now()))
		},
		"all fail": func() error {
			return errors.Join(
				wantErrs(wait(rt.StaggeredRace(-1, index(0, 0, errZero), index(1, 0, errMine))), errZero, errMine),
				wantErrs(wait(rt.StaggeredRace(ms, index(0, 5*ms, errZero), index(1, 2*ms, errMine))), errZero, errMine))
		},
		"at once": func() error {
			got, err := rt.Block(rt.Race(index(0, 5*ms, nil), index(1, 2*ms, errMine), index(2, 3*ms, nil)))
			return errors.Join(won(got, err, 2), want(now() == 3*ms, "at %v", now()))
		},
		"cancelled": func() error {
			err := wait(rt.Timeout(ms, rt.StaggeredRace(10*ms, index(0, time.Hour, nil), index(1, time.Hour, nil))))
			return want(isTimeout(err) && now() == ms && rt.Current().Loop().Timers() == 0, "%v at %v", err, now())
		},
		"waits for the losers": func() error {
			cleaned := false
			_, err := rt.Block(rt.Race[rt.Void](fails(ms, nil), do(func() error {
				err := wait(rt.Sleep(time.Hour))
				wait(rt.Shield(rt.Sleep(ms)))
				cleaned = true
				return err
			})))
			return errors.Join(err, want(cleaned, "not waited for"))
		},
		"a result that comes too late": func() error {
			var late []string
			stubborn := machine.Lockstep(func() (string, error) { wait(rt.Sleep(time.Hour)); return "late", nil })
			got, err := rt.Block(rt.Race(index(0, ms, nil), stubborn).Discard(func(v string) { late = append(late, v) }))
			return errors.Join(won(got, err, 0), want(fmt.Sprint(late) == "[late]", "%v", late))
		},
		"two at once": func() error {
			f := new(rt.Future[int])
			both := func(i int) rt.Expr[int] {
				return machine.Lockstep(func() (int, error) { return i, wait(f) })
			}
			setter := machine.Lockstep(func() (int, error) { f.Set(0); return 0, wait(rt.Sleep(time.Hour)) })
			var late []int
			got, err := rt.Block(rt.StaggeredRace(100*ms, both(0), both(1), setter).Discard(func(i int) { late = append(late, i) }))
			return errors.Join(err, want(got.Value == got.Winner && len(late) == 1 && late[0]+got.Winner == 1, "%v, discarded %v", got, late))
		},
		"a panic": func() error {
			v := panicOf(func() {
				rt.Block(rt.Race[rt.Void](do(func() error { return bug("boom") }), rt.Sleep(time.Hour)))
			})
			return errors.Join(want(v == "boom" && now() == 0, "%v", v), wait(rt.Yield()))
		},
	} {
		t.Run(name, func(t *testing.T) { run(t, body) })
	}
}

// stubborn returns a contender that succeeds although it is cancelled.
func stubborn(v string) rt.Expr[string] {
	return machine.Lockstep(func() (string, error) { wait(rt.Sleep(time.Hour)); return v, nil })
}

func TestRaceDiscards(t *testing.T) {
	first := machine.Lockstep(func() (string, error) { return "first", wait(rt.Sleep(ms)) })
	t.Run("and panics", func(t *testing.T) {
		run(t, func() error {
			v := panicOf(func() {
				rt.Block(rt.Race(first, stubborn("late")).Discard(func(v string) { panic(v) }))
			})
			return errors.Join(want(v == "late", "%v", v), wait(rt.Yield()))
		})
	})
	t.Run("all after a panic", func(t *testing.T) {
		var got []string
		run(t, func() error {
			first := machine.Lockstep(func() (string, error) { return "first", wait(rt.Sleep(ms)) })
			buggy := machine.Lockstep(func() (string, error) { wait(rt.Sleep(time.Hour)); panic("boom") })
			v := panicOf(func() {
				rt.Block(rt.Race(first, buggy, stubborn("late")).Discard(func(v string) { got = append(got, v) }))
			})
			return want(v == "boom" && fmt.Sprint(got) == "[first late]", "panic %v, discarded %v", v, got)
		})
	})
}
