package rt_test

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
)

func TestGo(t *testing.T) {
	run(t, func() error {
		v, err := rt.Block(rt.Go(func() (int, error) { return 7, errMine }))
		if v != 7 || err != errMine {
			return errors.Join(errors.New("another result"), err)
		}
		if v := panicOf(func() { rt.Block(rt.Go(func() (int, error) { return 0, bug("boom") })) }); v != "boom" {
			t.Errorf("panic with %v", v)
		}
		err = wait(rt.Go(func() (int, error) { runtime.Goexit(); return 0, nil }))
		return want(err != nil, "a goroutine that exits is no failure")
	})
}

func TestCallback(t *testing.T) {
	run(t, func() error {
		f := rt.Callback(func(done func(int, error)) {
			go func() {
				done(7, nil)
				done(8, errMine)
			}()
		})
		v, err := rt.Block(f)
		return errors.Join(err, want(v == 7, "%d", v))
	})
}

func TestContexts(t *testing.T) {
	run(t, func() error {
		ctx, cancel := context.WithCancelCause(t.Context())
		self := rt.Current()
		var inner error
		task := spawn(func() error {
			s := rt.Current().OpenContext(ctx)
			inner = wait(new(rt.Future[int]))
			s.Close()
			return wait(rt.Yield())
		})
		ended := rt.FromContext(ctx)
		self.Loop().CallSoon(func() { go cancel(errMine) })
		if err := wait(ended); !errors.Is(err, errMine) || !isCanceled(err) {
			return errors.Join(errors.New("another cause"), err)
		}
		if err := wait(task); err != nil || !errors.Is(inner, errMine) {
			return errors.Join(errors.New("another cause in the scope"), err, inner)
		}
		s := self.OpenContext(ctx) // ctx has ended
		err := wait(rt.Yield())
		s.Close()
		return errors.Join(want(errors.Is(err, errMine), "%v", err), wait(rt.Yield()))
	})
}
