package rt_test

// This file tests Wait and AsCompleted.

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
)

// tasks starts one task for each of ds, which sleeps for that time.
func tasks(ds ...time.Duration) (ts []*rt.TaskOf[time.Duration]) {
	for _, d := range ds {
		ts = append(ts, rt.Spawn(rt.Current(), after(d, d)))
	}
	return ts
}

func TestWait(t *testing.T) {
	now := func() time.Duration { return rt.Current().Loop().Time() }
	for name, body := range map[string]func() error{
		"all": func() error {
			ts := tasks(100*ms, 150*ms)
			got, err := rt.Block(rt.Wait(rt.AllDone, ts...))
			if err != nil || len(got.Done) != 2 || len(got.Pending) != 0 || now() != 150*ms {
				return fmt.Errorf("%v, %v at %v", got, err, now())
			}
			again, err := rt.Block(rt.Wait(rt.AllDone, ts...))
			return errors.Join(err, want(slices.Equal(again.Done, ts), "again: %v", again))
		},
		"none": func() error {
			got, err := rt.Block(rt.Wait[*rt.Task](rt.FirstCompleted))
			return errors.Join(err, want(len(got.Done)+len(got.Pending) == 0, "%v", got))
		},
		"twice the same": func() error {
			ts := tasks(ms)
			got, err := rt.Block(rt.Wait(rt.AllDone, ts[0], ts[0]))
			return errors.Join(err, want(len(got.Done) == 2, "%v", got))
		},
		"first completed": func() error {
			ts := tasks(10*time.Second, 100*ms)
			got, err := rt.Block(rt.Wait(rt.FirstCompleted, ts...))
			if err != nil || !slices.Equal(got.Done, ts[1:]) || !slices.Equal(got.Pending, ts[:1]) || now() != 100*ms {
				return fmt.Errorf("%v, %v at %v", got, err, now())
			}
			return wait(ts[0])
		},
		"really done": func() error {
			// Both end in one turn, so both are done.
			ts := tasks(0, 0)
			wait(rt.Sleep(ms))
			got, err := rt.Block(rt.Wait(rt.FirstCompleted, ts...))
			if err != nil || len(got.Done) != 2 {
				return fmt.Errorf("%v, %v", got, err)
			}
			got, err = rt.Block(rt.Wait(rt.FirstCompleted, tasks(ms, ms)...)) // the tasks end while Wait waits
			return errors.Join(err, want(len(got.Done) == 2, "%v", got))
		},
		"first error": func() error {
			a, b := spawn(func() error { return wait(rt.Sleep(10 * time.Second)) }), rt.Spawn(rt.Current(), fails(0, errZero))
			got, err := rt.Block(rt.Wait(rt.FirstError, a, b))
			if err != nil || len(got.Done) != 1 || got.Done[0] != b || now() != 0 || b.Failure() != errZero {
				return fmt.Errorf("%v, %v at %v", got, err, now())
			}
			return wait(a)
		},
		"first error later": func() error {
			a, b := spawn(func() error { return wait(rt.Sleep(10 * time.Second)) }), rt.Spawn(rt.Current(), fails(50*ms, errZero))
			ok := spawn(func() error { return wait(rt.Sleep(20 * ms)) })
			got, err := rt.Block(rt.Wait(rt.FirstError, a, b, ok))
			if err != nil || len(got.Done) != 2 || now() != 50*ms || b.Failure() != errZero {
				return fmt.Errorf("%v, %v at %v", got, err, now())
			}
			return wait(a)
		},
		"all with an error": func() error {
			a, b := spawn(func() error { return wait(rt.Sleep(100 * ms)) }), rt.Spawn(rt.Current(), fails(150*ms, errZero))
			got, err := rt.Block(rt.Wait(rt.AllDone, a, b))
			return errors.Join(err, want(len(got.Done) == 2 && b.Failure() == errZero, "%v", got))
		},
		"limited": func() error {
			ts := tasks(100*ms, 150*ms)
			got, err := rt.Block(rt.Wait(rt.AllDone, ts...).For(110 * ms))
			if err != nil || !slices.Equal(got.Done, ts[:1]) || !slices.Equal(got.Pending, ts[1:]) || now() != 110*ms {
				return fmt.Errorf("%v, %v at %v", got, err, now())
			}
			return wait(ts[1])
		},
		"limited but in time": func() error {
			ts := tasks(100*ms, 150*ms)
			got, err := rt.Block(rt.Wait(rt.AllDone, ts...).For(time.Hour))
			return errors.Join(err, want(len(got.Done) == 2 && rt.Current().Loop().Timers() == 0 && now() == 150*ms, "%v", got))
		},
		"limited to the very moment": func() error {
			ts := tasks(100*ms, 150*ms)
			got, err := rt.Block(rt.Wait(rt.AllDone, ts...).For(100 * ms))
			if err != nil || !slices.Equal(got.Done, ts[:1]) || !slices.Equal(got.Pending, ts[1:]) || now() != 100*ms {
				return fmt.Errorf("%v, %v at %v", got, err, now())
			}
			return wait(ts[1])
		},
		"cancelled": func() error {
			ts := tasks(10 * ms)
			err := wait(rt.Timeout(ms, rt.Wait(rt.AllDone, ts...)))
			return errors.Join(want(isTimeout(err) && !ts[0].Done(), "%v", err), wait(ts[0]))
		},
		"futures and tasks": func() error {
			f := new(rt.Future[int])
			rt.Current().Loop().CallLater(5*ms, func() { f.Set(1) })
			task := tasks(ms)[0]
			got, err := rt.Block(rt.Wait[rt.Waitable](rt.AllDone, f, task))
			return errors.Join(err, want(len(got.Done) == 2 && now() == 5*ms, "%v", got))
		},
		"a future of a goroutine": func() error {
			f := rt.Go(func() (int, error) { return 7, nil })
			got, err := rt.Block(rt.Wait(rt.FirstCompleted, f))
			v, _, _ := f.Result()
			return errors.Join(err, want(len(got.Done) == 1 && v == 7, "%v", got))
		},
		"as a task": func() error {
			// The tasks are not protected from other cancellations.
			ts := tasks(time.Hour)
			waiting := rt.Spawn(rt.Current(), rt.Wait(rt.AllDone, ts...))
			wait(rt.Sleep(ms))
			ts[0].Cancel(nil)
			got, err := rt.Block(waiting)
			return errors.Join(err, want(len(got.Done) == 1 && isCanceled(ts[0].Failure()), "%v", got))
		},
		"many at once": func() error {
			ts := tasks(slices.Repeat([]time.Duration{ms}, 1000)...)
			got, err := rt.Block(rt.Wait(rt.AllDone, ts...))
			return errors.Join(err, want(len(got.Done) == 1000, "%d", len(got.Done)))
		},
	} {
		t.Run(name, func(t *testing.T) { run(t, body) })
	}
}

func TestWaitDoesNotHideErrors(t *testing.T) {
	got := unretrievedOf(t, func() error {
		task := rt.Spawn(rt.Current(), fails(ms, errMine))
		return wait(rt.Wait(rt.AllDone, task))
	})
	if len(got) != 1 || !errors.Is(got[0], errMine) {
		t.Errorf("reported: %v", got)
	}
}

func TestAsCompleted(t *testing.T) {
	now := func() time.Duration { return rt.Current().Loop().Time() }
	for name, body := range map[string]func() error{
		"in the order of their ends": func() error {
			c := rt.AsCompleted[string](rt.Current(), after(10*ms, "b"), after(5*ms, "a"), after(15*ms, "c"))
			defer c.Close()
			var got []string
			for c.Left() > 0 {
				v, err := rt.Block(c.Next())
				if err != nil {
					return err
				}
				got = append(got, fmt.Sprintf("%s%d@%v", v, c.Index(), now()))
			}
			return want(fmt.Sprint(got) == "[a1@5ms b0@10ms c2@15ms]", "%v", got)
		},
		"those that are ready at once": func() error {
			c := rt.AsCompleted[int](rt.Current(), after(0, 1), after(0, 2))
			defer c.Close()
			sum := 0
			for c.Left() > 0 {
				v, err := rt.Block(c.Next())
				if err != nil {
					return err
				}
				sum += v
			}
			return want(sum == 3, "%d", sum)
		},
		"tasks": func() error {
			ts := tasks(3*ms, ms)
			c := rt.AsCompleted[time.Duration](rt.Current(), ts[0], ts[1])
			defer c.Close()
			a, err := rt.Block(c.Next())
			first := c.Index()
			b, err2 := rt.Block(c.Next())
			return errors.Join(err, err2, want(a == ms && b == 3*ms && first == 1 && c.Index() == 0, "%v %v", a, b))
		},
		"errors": func() error {
			c := rt.AsCompleted[rt.Void](rt.Current(), fails(ms, errMine), fails(2*ms, nil))
			defer c.Close()
			err := wait(c.Next())
			return errors.Join(want(err == errMine, "%v", err), wait(c.Next()))
		},
		"with a timeout": func() error {
			s := rt.Current().OpenTimeout(120 * ms)
			defer s.Close()
			c := rt.AsCompleted[string](rt.Current(), after(100*ms, "a"), after(150*ms, "b"))
			defer c.Close()
			v, err := rt.Block(c.Next())
			_, late := rt.Block(c.Next())
			return errors.Join(err, want(v == "a" && isTimeout(late) && now() == 120*ms, "%q, %v", v, late))
		},
		"with a timeout that is not needed": func() error {
			s := rt.Current().OpenTimeout(time.Second)
			defer s.Close()
			c := rt.AsCompleted[string](rt.Current(), after(10*ms, "a"))
			defer c.Close()
			v, err := rt.Block(c.Next())
			return errors.Join(err, want(v == "a" && now() == 10*ms, "%q", v))
		},
		"taken late": func() error {
			c := rt.AsCompleted[string](rt.Current(), after(2*ms, "b"), after(ms, "a"))
			defer c.Close()
			wait(rt.Sleep(time.Second))
			a, err := rt.Block(c.Next())
			wait(rt.Sleep(time.Second))
			b, err2 := rt.Block(c.Next())
			return errors.Join(err, err2, want(a+b == "ab", "%q", a+b))
		},
		"left early": func() error {
			cleaned := false
			c := rt.AsCompleted[rt.Void](rt.Current(), fails(ms, nil), do(func() error {
				defer func() { cleaned = true }()
				return wait(rt.Sleep(time.Hour))
			}))
			err := wait(c.Next())
			c.Close()
			wait(rt.Sleep(ms))
			return errors.Join(err, want(cleaned && now() == 2*ms, "not cancelled"))
		},
		"too many": func() error {
			c := rt.AsCompleted[rt.Void](rt.Current())
			defer c.Close()
			return want(panicOf(func() { wait(c.Next()) }) != nil, "no panic")
		},
		"a panic": func() error {
			c := rt.AsCompleted[rt.Void](rt.Current(), do(func() error { return bug("boom") }))
			defer c.Close()
			v := panicOf(func() { wait(c.Next()) })
			return want(v == "boom", "%v", v)
		},
	} {
		t.Run(name, func(t *testing.T) { run(t, body) })
	}
}
