//go:build linux

package inotify_test

// This file tests that an operation of our own has all that those of the runtime have.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/example/inotify"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// watched runs fn, as the main task of a loop, with the watcher of a new directory.
func watched(t *testing.T, fn func(w *inotify.Watcher, dir string) error) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "watched")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := rt.Run(machine.LockstepVoid(func() error {
		w, err := inotify.Watch(rt.Current().Loop(), dir)
		if err != nil {
			return err
		}
		defer w.Close()
		return fn(w, dir)
	}))
	if err != nil {
		t.Error(err)
	}
}

func create(dir, name string) error { return os.WriteFile(filepath.Join(dir, name), nil, 0o600) }

// next spawns a task that waits for the next event, and lets it begin.
func next(w *inotify.Watcher) (*rt.TaskOf[string], error) {
	task := rt.Spawn(rt.Current(), w.Next())
	_, err := rt.Block(rt.Yield())
	return task, err
}

// A task waits until something happens, and what has happened before is not lost.
func TestNext(t *testing.T) {
	watched(t, func(w *inotify.Watcher, dir string) error {
		task, err := next(w)
		if err != nil {
			return err
		}
		if task.Done() {
			return errors.New("an event of nothing")
		}
		if err := errors.Join(create(dir, "a"), create(dir, "b")); err != nil {
			return err
		}
		for _, want := range []string{"a", "b"} {
			if want == "b" {
				task = rt.Spawn(rt.Current(), w.Next())
			}
			if name, err := rt.Block(task); name != want || err != nil {
				return fmt.Errorf("event %q, %v; want %q", name, err, want)
			}
		}
		return nil
	})
}

// The removal of the directory ends the events.
func TestNextOfARemovedDirectory(t *testing.T) {
	watched(t, func(w *inotify.Watcher, dir string) error {
		task, err := next(w)
		if err := errors.Join(err, os.Remove(dir)); err != nil {
			return err
		}
		for range 2 { // that lasts
			if _, err := rt.Block(task); err != io.EOF {
				return fmt.Errorf("error is %v, want io.EOF", err)
			}
			task = rt.Spawn(rt.Current(), w.Next())
		}
		_, err = rt.Block(task)
		if err == io.EOF {
			err = nil
		}
		return err
	})
}

// A task that waits hears that the watcher was closed.
func TestNextOfAClosedWatcher(t *testing.T) {
	watched(t, func(w *inotify.Watcher, dir string) error {
		task, err := next(w)
		if err := errors.Join(err, w.Close()); err != nil {
			return err
		}
		if _, err := rt.Block(task); !errors.Is(err, os.ErrClosed) {
			return fmt.Errorf("error is %v, want os.ErrClosed", err)
		}
		if _, err := rt.Block(w.Next()); !errors.Is(err, os.ErrClosed) {
			return fmt.Errorf("afterwards the error is %v, want os.ErrClosed", err)
		}
		return nil
	})
}

// A cancelled task waits no longer, and takes no event.
func TestNextOfACancelledTask(t *testing.T) {
	watched(t, func(w *inotify.Watcher, dir string) error {
		task, err := next(w)
		if err != nil {
			return err
		}
		task.Cancel(nil)
		if err := create(dir, "a"); err != nil {
			return err
		}
		name, err := rt.Block(task)
		if name == "a" && err == nil {
			return nil // delivered in the same moment: nothing is lost
		}
		if !errors.Is(err, context.Canceled) {
			return fmt.Errorf("error is %v, want a cancellation", err)
		}
		if name, err := rt.Block(w.Next()); name != "a" || err != nil {
			return fmt.Errorf("the next event is %q, %v", name, err)
		}
		return nil
	})
}

// A task for which there is always an event lets others run: another task gets its turn
// before the events are over.
func TestNextDrawsOnTheBudget(t *testing.T) {
	const events = 2000
	watched(t, func(w *inotify.Watcher, dir string) error {
		for i := range events {
			if err := create(dir, fmt.Sprintf("%04d", i)); err != nil {
				return err
			}
		}
		taken, seen := 0, 0
		reader := rt.Spawn(rt.Current(), rt.NewCoroutine[rt.Void](&takeAll{w: w, taken: &taken, left: events}))
		other := rt.Spawn(rt.Current(), machine.LockstepVoid(func() error {
			seen = taken
			return nil
		}))
		if _, err := rt.Block(rt.Gather[rt.Void](reader, other)); err != nil {
			return err
		}
		if taken != events || seen == events {
			return fmt.Errorf("%d events were taken, %d before the other task had its turn", taken, seen)
		}
		return nil
	})
}

// takeAll is a coroutine that takes events.
type takeAll struct {
	w     *inotify.Watcher
	op    inotify.NextOp
	begun bool
	taken *int
	left  int
}

func (f *takeAll) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	for ; f.left > 0; f.left-- {
		if !f.begun {
			f.op, f.begun = f.w.Next(), true
		}
		if _, err, ready := f.op.Poll(t); err != nil || !ready {
			return rt.Void{}, err, ready
		}
		f.begun = false
		*f.taken++
	}
	return rt.Void{}, nil, true
}

func (f *takeAll) Awaitable() rt.Awaitable[rt.Void] { return f }

// The dump of the loop says who waits, and for what.
func TestNextInADump(t *testing.T) {
	watched(t, func(w *inotify.Watcher, dir string) error {
		task, err := next(w)
		if err != nil {
			return err
		}
		task.SetName("reload")
		if dump := rt.Current().Loop().Dump(); !strings.Contains(dump, "reload") || !strings.Contains(dump, "inotify.NextOp") {
			t.Errorf("the dump does not tell who waits for what:\n%s", dump)
		}
		task.Cancel(nil)
		rt.Block(task)
		return nil
	})
}

// What cannot be watched is named.
func TestWatchOfNothing(t *testing.T) {
	l, err := rt.NewLoop()
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	path := filepath.Join(t.TempDir(), "nothing")
	_, err = inotify.Watch(l, path)
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("error is %v, want one that names %s", err, path)
	}
}

// A task of another loop must not wait: events would wake it on the wrong goroutine.
func TestNextOnAnotherLoop(t *testing.T) {
	l, err := rt.NewLoop()
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	w, err := inotify.Watch(l, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	op := w.Next()
	if _, err := rt.Run[string](polled{&op}); err == nil || !strings.Contains(err.Error(), "another loop") {
		t.Errorf("error is %v", err)
	}
}

// Two tasks at once are refused, and so is a second await of one operation.
func TestNextMisused(t *testing.T) {
	watched(t, func(w *inotify.Watcher, dir string) error {
		task, err := next(w)
		if err != nil {
			return err
		}
		if _, err := rt.Block(w.Next()); err == nil || !strings.Contains(err.Error(), "already") {
			t.Errorf("two tasks wait at once: %v", err)
		}
		if err := create(dir, "a"); err != nil {
			return err
		}
		_, err = rt.Block(task)
		op := w.Next()
		if err := errors.Join(err, create(dir, "b")); err != nil {
			return err
		}
		if _, err := rt.Block(rt.Expr[string](polled{&op})); err != nil {
			return err
		}
		defer func() {
			if v := recover(); v == nil || !strings.Contains(fmt.Sprint(v), "Watcher.Next: awaited twice") {
				t.Errorf("the second await of one operation panics with %v", v)
			}
		}()
		op.Poll(rt.Current())
		return nil
	})
}

// polled is an operation that is kept where a test can see it.
type polled struct{ op *inotify.NextOp }

func (p polled) Awaitable() rt.Awaitable[string] { return p.op }

// A watcher that nobody has closed is closed by the garbage collector, and in debug mode
// the loop hears who called Watch.
func TestWatcherThatIsNotClosed(t *testing.T) {
	dir := t.TempDir()
	var reports []error
	_, err := rt.Run(machine.LockstepVoid(func() error {
		err := forget(dir)
		for err == nil && len(reports) == 0 {
			runtime.GC()
			_, err = rt.Block(rt.Yield())
		}
		return err
	}), rt.WithDebug(), rt.WithHandler(func(err error) { reports = append(reports, err) }))
	if err != nil {
		t.Fatal(err)
	}
	links, _ := filepath.Glob("/proc/self/fd/*")
	for _, link := range links {
		if to, _ := os.Readlink(link); strings.Contains(to, "inotify") {
			t.Errorf("descriptor %s is open", filepath.Base(link))
		}
	}
	unclosed, ok := errors.AsType[*rt.UnclosedError](reports[0])
	if !ok || len(reports) != 1 || !strings.HasPrefix(unclosed.Made, "inotify_test.forget ") {
		t.Errorf("reports: %v", reports)
	}
}

// forget makes a watcher that nobody closes.
func forget(dir string) error {
	_, err := inotify.Watch(rt.Current().Loop(), dir)
	return err
}
