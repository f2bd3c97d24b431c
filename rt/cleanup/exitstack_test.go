package cleanup_test

import (
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/cleanup"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

var (
	errBoom = errors.New("boom")
	errBang = errors.New("bang")
)

// A pusher pushes clean-ups that add to a trace.
type pusher struct {
	stack cleanup.ExitStack
	trace trace
}

// push pushes a clean-up that waits, adds name and returns err.
func (p *pusher) push(name string, err error) {
	p.stack.Push(func() rt.Expr[rt.Void] {
		return do(func() error {
			if err := wait(rt.Sleep(time.Second)); err != nil {
				return err
			}
			p.trace.add(name)
			return err
		})
	})
}

// panics pushes a clean-up that panics with v after a wait.
func (p *pusher) panics(name string, v any) {
	p.stack.Push(func() rt.Expr[rt.Void] {
		return do(func() error {
			noWait := wait(rt.Sleep(time.Second))
			p.trace.add(name)
			panic(errors.Join(noWait, v.(error)))
		})
	})
}

// A closer is an [io.Closer].
type closer func() error

func (c closer) Close() error { return c() }

func (p *pusher) pushCloser(name string, err error) {
	p.stack.PushCloser(closer(func() error { p.trace.add(name); return err }))
}

func TestExitStack(t *testing.T) {
	t.Run("empty", func(t *testing.T) {
		run(t, func() {
			var p pusher
			noError(t, wait(p.stack.Close()))
		})
	})
	t.Run("last first", func(t *testing.T) {
		run(t, func() {
			var p pusher
			p.push("a", nil)
			p.pushCloser("b", nil)
			p.push("c", nil)
			want(t, "length", p.stack.Len(), 3)
			noError(t, wait(p.stack.Close()))
			p.trace.check(t, "c", "b", "a")
			want(t, "length", p.stack.Len(), 0)
			p.push("again", nil)
			noError(t, wait(p.stack.Close()))
			p.trace.check(t, "c", "b", "a", "again")
		})
	})
	t.Run("deferred", func(t *testing.T) {
		run(t, func() {
			var p pusher
			func() {
				defer wait(p.stack.Close()) // the operation reads the stack when it begins
				p.push("a", nil)
				p.push("b", nil)
				p.trace.add("body")
			}()
			p.trace.check(t, "body", "b", "a")
		})
	})
	t.Run("errors", func(t *testing.T) {
		run(t, func() {
			var p pusher
			p.push("a", errBoom)
			p.push("b", nil)
			p.pushCloser("c", errBang)
			err := wait(p.stack.Close())
			want(t, "error", err.Error(), "bang\nboom")
			want(t, "is", errors.Is(err, errBoom) && errors.Is(err, errBang), true)
			p.trace.check(t, "c", "b", "a")
		})
	})
	t.Run("pop all", func(t *testing.T) {
		run(t, func() {
			var p pusher
			p.push("a", nil)
			all := p.stack.PopAll()
			p.push("b", nil)
			noError(t, wait(p.stack.Close()))
			p.trace.check(t, "b")
			noError(t, wait(all.Close()))
			p.trace.check(t, "b", "a")
		})
	})
	t.Run("pushed by a clean-up", func(t *testing.T) {
		run(t, func() {
			var p pusher
			p.push("a", nil)
			p.stack.PushCloser(closer(func() error { p.push("b", nil); return nil }))
			noError(t, wait(p.stack.Close()))
			p.trace.check(t, "b", "a")
		})
	})
}

func TestExitStackHidesCancellation(t *testing.T) {
	for _, before := range []bool{false, true} {
		run(t, func() {
			var p pusher
			p.push("a", nil)
			p.push("b", nil)
			task := start(func() error {
				if before {
					want(t, "cancelled", isCanceled(wait(rt.Sleep(time.Hour))), true)
				}
				noError(t, wait(p.stack.Close()))
				return wait(rt.Yield())
			})
			task.Cancel(nil)
			want(t, "cancelled", isCanceled(wait(task)), true)
			p.trace.check(t, "b", "a")
		})
	}
}

func TestExitStackGoesOnAfterAPanic(t *testing.T) {
	var reports []error
	run(t, func() {
		var p pusher
		p.push("a", errBoom)
		p.panics("b", errBang)
		p.stack.Push(func() rt.Expr[rt.Void] { panic(errBoom) }) // replaced by the one of b
		p.pushCloser("c", nil)
		wantPanic(t, func() { wait(p.stack.Close()) }, "bang")
		p.trace.check(t, "c", "b", "a")
	}, rt.WithHandler(func(err error) { reports = append(reports, err) }))
	if len(reports) != 1 || !errors.Is(reports[0], errBoom) {
		t.Errorf("reports are %v", reports)
	}
}

// Clean-ups that need not wait run although runtime.Goexit ends the goroutine.
func TestExitStackUnderGoexit(t *testing.T) {
	var p pusher
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		testbed.RunFake(t, do(func() error {
			p.pushCloser("a", nil)
			p.stack.PushCloser(closer(func() error { runtime.Goexit(); return nil }))
			p.pushCloser("c", nil)
			return wait(p.stack.Close())
		}))
	}()
	<-ended
	p.trace.check(t, "c", "a")
}
