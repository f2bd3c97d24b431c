package rt_test

// This file tests WaitFor. It ports the cases of CPython's test_waitfor: see
// testdata/asyncio/waitfor.txt.

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

func TestWaitFor(t *testing.T) {
	now := func() time.Duration { return rt.Current().Loop().Time() }
	for name, body := range map[string]func() error{
		"in time": func() error {
			v, err := rt.Block(rt.WaitFor(time.Second, rt.Spawn(rt.Current(), after(ms, 7))))
			return errors.Join(err, want(v == 7 && now() == ms && rt.Current().Loop().Timers() == 0, "%d", v))
		},
		"cancelled": func() error {
			exited := false
			slow := spawn(func() error {
				defer func() { exited = true }()
				return wait(rt.Sleep(time.Second))
			})
			waiting := rt.Spawn(rt.Current(), rt.WaitFor(2*time.Second, slow))
			wait(rt.Sleep(0))
			wait(rt.Sleep(0))
			waiting.Cancel(errCause)
			err := wait(waiting)
			return want(exited && slow.Done() && errors.Is(err, errCause) && now() == 0, "%v; exited: %v", err, exited)
		},
		"cancelled while the task cleans up": func() error {
			cleaned := false
			slow := spawn(func() error {
				err := wait(rt.Sleep(time.Hour))
				wait(rt.Shield(rt.Sleep(200 * ms)))
				cleaned = true
				return err
			})
			waiting := rt.Spawn(rt.Current(), rt.WaitFor(time.Hour, slow))
			wait(rt.Sleep(ms))
			waiting.Cancel(errCause)
			err := wait(waiting)
			return want(cleaned && slow.Cancelled() && errors.Is(err, errCause) && now() == 201*ms, "%v at %v; cleaned: %v", err, now(), cleaned)
		},
		"too late": func() error {
			running := false
			slow := spawn(func() error {
				running = true
				defer func() { running = false }()
				return wait(rt.Sleep(time.Second))
			})
			err := wait(rt.WaitFor(500*ms, slow))
			return want(isTimeout(err) && slow.Done() && isCanceled(slow.Failure()) && !running && now() == 500*ms, "%v at %v", err, now())
		},
		"not positive but done": func() error {
			task := rt.Spawn(rt.Current(), after(0, "done"))
			wait(task)
			v, err := rt.Block(rt.WaitFor(0, task))
			return errors.Join(err, want(v == "done", "%q", v))
		},
		"not positive": func() error {
			for _, d := range []time.Duration{0, -1} {
				running := false
				task := spawn(func() error {
					running = true
					defer func() { running = false }()
					return wait(rt.Sleep(time.Second))
				})
				wait(rt.Sleep(0))
				if err := wait(rt.WaitFor(d, task)); !isTimeout(err) || !task.Done() || running {
					return errors.Join(errors.New("not cancelled"), err)
				}
			}
			return nil
		},
		"result and timeout at once": func() error {
			f := new(rt.Future[string])
			task := rt.Spawn(rt.Current(), rt.WaitFor(200*ms, rt.Spawn(rt.Current(), machine.Lockstep(func() (string, error) { return rt.Block(f) }))))
			rt.Current().Loop().CallLater(200*ms, func() { f.Set("ok") })
			v, err := rt.Block(task)
			return want(v == "ok" && err == nil || isTimeout(err) && v == "", "%q, %v", v, err)
		},
		"set soon": func() error {
			f := new(rt.Future[string])
			rt.Current().Loop().CallSoon(func() { f.Set("ok") })
			v, err := rt.Block(rt.Timeout(200*ms, f))
			return errors.Join(err, want(v == "ok", "%q", v))
		},
		"the task returns a value all the same": func() error {
			task := rt.Spawn(rt.Current(), machine.Lockstep(func() (int, error) { wait(rt.Sleep(time.Second)); return 42, nil }))
			v, err := rt.Block(rt.WaitFor(10*ms, task))
			return errors.Join(err, want(v == 42 && now() == 10*ms, "%d at %v", v, now()))
		},
		"waits for the cleaning up": func() error {
			for _, d := range []time.Duration{ms, 0} {
				cleaned := false
				task := spawn(func() error {
					err := wait(rt.Sleep(time.Hour))
					wait(rt.Shield(rt.Sleep(ms)))
					cleaned = true
					return err
				})
				wait(rt.Sleep(ms))
				if err := wait(rt.WaitFor(d, task)); !isTimeout(err) || !cleaned {
					return errors.Join(errors.New("not waited for"), err)
				}
			}
			return nil
		},
		"an error of the cleaning up": func() error {
			err := wait(rt.WaitFor(ms, rt.Spawn(rt.Current(), cleanup(200*ms, errMine))))
			return want(err == errMine, "%v", err)
		},
		"the end of a stream instead of the cleaning up": func() error {
			err := wait(rt.WaitFor(ms, rt.Spawn(rt.Current(), cleanup(200*ms, io.EOF))))
			return want(err == io.EOF, "%v", err)
		},
		"no result is lost to a cancellation": func() error {
			inner := rt.Spawn(rt.Current(), machine.Lockstep(func() (string, error) { return "done", nil }))
			reached := false
			task := spawn(func() error {
				if _, err := rt.Block(rt.WaitFor(100*time.Second, inner)); err != nil {
					return err
				}
				err := wait(rt.Sleep(time.Second))
				reached = err == nil
				return err
			})
			wait(rt.Sleep(0))
			task.Cancel(nil)
			err := wait(task)
			v, innerErr, _ := inner.Result()
			return errors.Join(innerErr, want(isCanceled(err) && v == "done" && !reached, "%v, %q", err, v))
		},
		"a task that cannot be had for cancelling": func() error {
			// As with asyncio.wait_for around asyncio.shield, only the wait ends.
			task := rt.Spawn(rt.Current(), after(100*ms, "done"))
			for _, d := range []time.Duration{0, 10 * ms} {
				if err := wait(rt.Timeout(d, task)); !isTimeout(err) || task.Done() {
					return errors.Join(errors.New("not left alone"), err)
				}
			}
			v, err := rt.Block(task)
			return errors.Join(err, want(v == "done", "%q", v))
		},
	} {
		t.Run(name, func(t *testing.T) { run(t, body) })
	}
}

func TestTaskWaitsForItself(t *testing.T) {
	run(t, func() error {
		for name, waits := range map[string]func(self *rt.TaskOf[rt.Void]) error{
			"WaitFor": func(self *rt.TaskOf[rt.Void]) error { return wait(rt.WaitFor(time.Hour, self)) },
			"Wait":    func(self *rt.TaskOf[rt.Void]) error { return wait(rt.Wait(rt.AllDone, self)) },
		} {
			var self *rt.TaskOf[rt.Void]
			self = spawn(func() error { return waits(self) })
			err, _ := panicOf(func() { wait(self) }).(error)
			if err == nil || !strings.Contains(err.Error(), "awaits itself") {
				return fmt.Errorf("%s: %v", name, err)
			}
		}
		return nil
	})
}

// Waiting for a task that has ended lets others run now and then.
func TestWaitForIsFair(t *testing.T) {
	run(t, func() error {
		done := spawn(func() error { return nil })
		if err := wait(done); err != nil {
			return err
		}
		other := spawn(func() error { return nil })
		for range 1000 {
			if err := wait(rt.WaitFor(time.Hour, done)); err != nil {
				return err
			}
		}
		return want(other.Done(), "nobody else has run")
	})
}
