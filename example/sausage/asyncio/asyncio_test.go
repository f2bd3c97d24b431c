package asyncio

import (
	"errors"
	"reflect"
	"testing"
	"testing/synctest"
	"time"
)

// What stop leaves in the queue runs in the next run, as with the code on the slides.
func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		loop := NewLoop(Sleep{})
		var ran []string
		add := func(what string) func() { return func() { ran = append(ran, what) } }
		loop.CallAt(loop.Time()+time.Hour, add("at"))
		loop.CallLater(time.Hour, loop.Stop)
		loop.CallLater(time.Hour, add("after stop"))
		if err := loop.RunForever(); err != nil || loop.Time() != time.Hour {
			t.Error(err, loop.Time())
		}
		loop.Stop()
		loop.CallSoon(add("soon"))
		if err := loop.RunForever(); err != nil {
			t.Error(err)
		}
		if want := []string{"at", "after stop"}; !reflect.DeepEqual(ran, want) {
			t.Errorf("ran %q, want %q", ran, want)
		}
		if err := loop.RunForever(); err != ErrNothing || len(ran) != 3 {
			t.Error(err, ran)
		}
	})
}

func TestFuture(t *testing.T) {
	loop := NewLoop(Sleep{})
	f := NewFuture(loop)
	calls := 0
	count := func(*Future) { calls++ }
	f.AddDoneCallback(count)()
	f.AddDoneCallback(count)
	if _, err := f.Result(); err != ErrNotReady {
		t.Error(err)
	}
	if err := errors.Join(f.SetResult(1), f.SetResult(2)); !errors.Is(err, ErrDone) || f.Cancel() {
		t.Error(err)
	}
	f.AddDoneCallback(count)
	if v, err := loop.RunUntilComplete(f); v != 1 || err != nil || calls != 2 {
		t.Error(v, err, calls)
	}
}

func TestGather(t *testing.T) {
	loop := NewLoop(Sleep{})
	if v, err := Gather(loop).Result(); err != nil || len(v.([]any)) != 0 {
		t.Error(v, err)
	}
	a, b := NewFuture(loop), NewFuture(loop)
	bad := errors.New("bad")
	loop.CallSoon(func() { b.SetException(bad) })
	if _, err := loop.RunUntilComplete(Gather(loop, a, b)); err != bad {
		t.Error(err)
	}
}
