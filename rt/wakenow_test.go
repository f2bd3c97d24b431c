package rt_test

// This file tests WakeNow. Each test wakes a task that waits at a door.

import (
	"errors"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A door is an operation that is ready once it is open.
type door struct {
	open  bool
	stage rt.Stage
}

func (g *door) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	if _, err, ready := g.stage.Begin(t, "door"); err != nil || !ready {
		return rt.Void{}, err, ready
	}
	if g.open {
		return rt.Void{}, nil, true
	}
	if err := t.Err(); err != nil {
		return rt.Void{}, err, true
	}
	g.stage.Suspend(t)
	return rt.Void{}, nil, false
}

func (g *door) Awaitable() rt.Awaitable[rt.Void] { return g }

// waiting starts a joined task that waits at a door and then runs fn.
func waiting(fn func() error) (*rt.TaskOf[rt.Void], *door) {
	g := &door{}
	task := eager(func() error {
		if err := wait(g); err != nil {
			return err
		}
		return fn()
	})
	task.SetJoined(true)
	return task, g
}

func TestWakeNow(t *testing.T) {
	for name, test := range map[string]func(self *rt.Task) error{
		"it runs now": func(self *rt.Task) error {
			ran := false
			task, g := waiting(func() error { ran = rt.Current() != self; return nil })
			task.WakeNow() // spurious
			if task.Done() {
				return errors.New("it has passed a closed door")
			}
			g.open = true
			task.WakeNow()
			return errors.Join(want(ran && task.Done() && rt.Current() == self, "ran: %v, done: %v", ran, task.Done()), wait(task))
		},
		"it was ready": func(self *rt.Task) error {
			ran := false
			task, g := waiting(func() error { ran = true; return nil })
			g.open = true
			task.Wake()
			task.WakeNow()
			return errors.Join(want(!ran, "it did not wait for its turn"), wait(task))
		},
		"it has ended": func(self *rt.Task) error {
			task, g := waiting(func() error { return nil })
			g.open = true
			task.WakeNow()
			task.WakeNow()
			return want(task.Done(), "not done")
		},
		"it is in the middle of its step": func(self *rt.Task) error {
			inner, g := waiting(func() error { self.WakeNow(); return nil })
			g.open = true
			self.WakeNow()
			inner.WakeNow()
			return want(inner.Done() && rt.Current() == self, "done: %v", inner.Done())
		},
		"it fails": func(self *rt.Task) error {
			task, g := waiting(func() error { return errCause })
			g.open = true
			task.WakeNow()
			return want(errors.Is(wait(task), errCause), "no error")
		},
		"it panics": func(self *rt.Task) (err error) {
			task, g := waiting(func() error { panic("bad") })
			g.open = true
			task.WakeNow()
			defer func() { err = want(recover() == "bad", "another panic") }()
			return wait(task)
		},
		"it is cancelled": func(self *rt.Task) error {
			task, _ := waiting(func() error { return nil })
			task.Cancel(errCause) // makes it ready
			task.WakeNow()
			return want(errors.Is(wait(task), errCause), "not cancelled")
		},
		"nobody awaits it": func(self *rt.Task) error {
			task, g := waiting(func() error { return nil })
			task.SetJoined(false)
			g.open = true
			task.WakeNow()
			return errors.Join(want(!task.Done(), "it did not wait for its turn"), wait(task))
		},
		"from a callback": func(self *rt.Task) error {
			task, g := waiting(func() error { return nil })
			g.open = true
			now := true
			self.Loop().CallSoon(func() { task.WakeNow(); now = task.Done() })
			return errors.Join(wait(task), want(!now, "it ran within the callback"))
		},
	} {
		t.Run(name, func(t *testing.T) { run(t, func() error { return test(rt.Current()) }) })
	}
}

// Two tasks that only wake each other do not keep a third one from running.
func TestWakeNowIsFair(t *testing.T) {
	run(t, func() error {
		stop, rounds := false, 0
		other := rt.Spawn(rt.Current(), do(func() error { stop = true; return nil }))
		var g *door
		server, first := waiting(func() error {
			for !stop {
				g = &door{}
				if err := wait(g); err != nil {
					return err
				}
			}
			return nil
		})
		g = first
		for !stop {
			rounds++
			if rounds > 1_000_000 {
				return errors.New("the other task never ran")
			}
			g.open = true
			server.WakeNow()
			if err := wait(open()); err != nil {
				return err
			}
		}
		g.open = true
		server.WakeNow()
		return errors.Join(wait(server), wait(other))
	})
}

// open returns a door that is open. To pass it is an operation.
func open() *door { return &door{open: true} }
