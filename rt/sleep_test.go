package rt_test

// This file tests operations that wait for nothing. They let other tasks run, which may cancel
// the task.

import (
	"errors"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
)

// An await that only lets others run delivers nothing, so it fails if they cancel its task.
func TestCancelledWhileOthersRun(t *testing.T) {
	ways := map[string]func() error{
		"Yield":            func() error { return wait(rt.Yield()) },
		"Sleep(0)":         func() error { return wait(rt.Sleep(0)) },
		"Sleep(-1)":        func() error { return wait(rt.Sleep(-1)) },
		"Timeout of Yield": func() error { return wait(rt.Timeout[rt.Void](time.Hour, rt.Yield())) },
		"Gather":           func() error { return wait(rt.Gather[rt.Void](rt.Yield())) },
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			run(t, func() error {
				begun := false
				task := spawn(func() error {
					for {
						begun = true
						if err := way(); err != nil {
							return err
						}
						if rt.Current().Err() != nil {
							return errors.New("it succeeded although its task was cancelled")
						}
					}
				})
				for !begun {
					wait(rt.Yield())
				}
				task.Cancel(errCause)
				err := wait(task)
				return want(errors.Is(err, errCause), "%v", err)
			})
		})
		t.Run(name+", a scope", func(t *testing.T) {
			run(t, func() error {
				var s *rt.Scope
				task := spawn(func() error {
					s = rt.Current().OpenScope()
					defer s.Close()
					for s.Cause() == nil {
						if err := way(); err != nil {
							return err
						}
					}
					return errors.New("it succeeded although its scope was cancelled")
				})
				for s == nil {
					wait(rt.Yield())
				}
				s.Cancel(errCause)
				err := wait(task)
				return want(errors.Is(err, errCause), "%v", err)
			})
		})
	}
	t.Run("in a shield", func(t *testing.T) {
		run(t, func() error {
			task := spawn(func() error { return wait(rt.Shield[rt.Void](rt.Yield())) })
			wait(rt.Yield())
			task.Cancel(errCause)
			return wait(task)
		})
	})
	t.Run("taken back", func(t *testing.T) {
		run(t, func() error {
			task := spawn(func() error { return wait(rt.Yield()) })
			wait(rt.Yield())
			task.Cancel(errCause)
			task.Uncancel()
			return wait(task)
		})
	})
}
