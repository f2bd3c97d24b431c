package rttest_test

// This file tests how tests that await end.

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func (f *fakeTB) FailNow() {
	f.failed = true
	runtime.Goexit()
}

func (f *fakeTB) Fatalf(format string, args ...any) {
	f.Logf(format, args...)
	f.FailNow()
}

// inTest runs fn as a test, and returns what the test has said at its end.
func inTest(t *testing.T, fn func(tb *fakeTB)) (said string) {
	t.Helper()
	t.Setenv(rttest.SeedVariable, "1")
	tb := &fakeTB{TB: t}
	done := make(chan bool)
	go func() { // which runtime.Goexit may end
		defer close(done)
		defer func() { said = tb.end() }()
		fn(tb)
	}()
	<-done
	return said
}

// closer is what a coroutine does that is no machine: it awaits, and says so.
func closer(said *[]string, what string) rt.Coroutine[rt.Void] {
	return async(func() error {
		err := sleep(time.Hour)
		*said = append(*said, what)
		return err
	})
}

func TestCleanupAwaits(t *testing.T) {
	testbed.Clean(t)
	var order []string
	said := inTest(t, func(tb *fakeTB) {
		l := rttest.NewLoop(tb)
		rttest.Cleanup(tb, closer(&order, "first"))
		tb.Cleanup(func() { order = append(order, "between") })
		_, err := rt.RunUntilComplete(l, async(func() error {
			rttest.Cleanup(tb, closer(&order, "last"))
			rt.Spawn(rt.Current(), closer(&order, "task"))
			return nil
		}))
		if err != nil {
			t.Error(err)
		}
	})
	// The task that the test has left sleeps as long as the cleanup that comes first, so it
	// may end before or after it.
	if got := strings.Join(order, " "); got != "task last between first" && got != "last task between first" && got != "last between task first" || said != "" {
		t.Errorf("cleaned up %s, and the test says %q", got, said)
	}
}

func TestCleanupFails(t *testing.T) {
	testbed.Clean(t)
	said := inTest(t, func(tb *fakeTB) {
		rttest.Run(tb, async(func() error {
			rttest.Cleanup(tb, async(func() error { return errors.New("no way out") }))
			return nil
		}))
	})
	if !strings.Contains(said, "cleanup: no way out") {
		t.Errorf("the test says %q", said)
	}
	said = inTest(t, func(tb *fakeTB) { rttest.Cleanup(tb, rt.Sleep(1)) })
	if !strings.Contains(said, "rttest.Cleanup: TestFake has no loop yet: call rttest.NewLoop before") {
		t.Errorf("the test says %q", said)
	}
	said = inTest(t, func(tb *fakeTB) {
		l := rttest.NewLoop(tb)
		rttest.Cleanup(tb, rt.Sleep(1))
		l.Close()
	})
	if !strings.Contains(said, "cleanup: "+rt.ErrLoopClosed.Error()) {
		t.Errorf("the test says %q", said)
	}
}

// A test that gives up cleans up, too, whether a machine runs or the source.
func TestCleanupAfterFailNow(t *testing.T) {
	testbed.Clean(t)
	for _, version := range []struct {
		name string
		make func(fn func() error) rt.Coroutine[rt.Void]
	}{
		{"lock-step", async},
		{"machine", func(fn func() error) rt.Coroutine[rt.Void] {
			return rt.NewCoroutine(&once{fn: fn})
		}},
	} {
		var order []string
		said := inTest(t, func(tb *fakeTB) {
			rttest.Run(tb, version.make(func() error {
				rttest.Cleanup(tb, closer(&order, "closed"))
				tb.Fatalf("it broke")
				return nil
			}))
			t.Errorf("%s: the test goes on after FailNow", version.name)
		})
		if len(order) != 1 || !strings.HasPrefix(said, "it broke") || strings.Contains(said, "left on the loop") || strings.Contains(said, "cleanup:") {
			t.Errorf("%s: cleaned up %q, and the test says %q", version.name, order, said)
		}
	}
}

// once is a machine without awaits.
type once struct{ fn func() error }

func (o *once) Poll(*rt.Task) (rt.Void, error, bool) { return rt.Void{}, o.fn(), true }
