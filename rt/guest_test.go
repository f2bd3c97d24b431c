package rt_test

// This file tests guest mode.

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func TestTurn(t *testing.T) {
	clock := new(rttest.Clock)
	poller := rttest.NewPoller(clock)
	l := testbed.NewLoop(t, rt.WithClock(clock), rt.WithPoller(poller))
	poller.Serve(l)
	wait1 := func(want time.Duration) {
		t.Helper()
		if pause, err := l.Turn(); err != nil || pause != want {
			t.Errorf("at %v: wait for %v, %v, want %v", l.Time(), pause, err, want)
		}
	}
	wait1(-1)
	woken := 0
	l.OnWake(func() { woken++ })
	var f rt.Future[int]
	task := rt.Start(l, do(func() error {
		if err := wait(rt.Sleep(10 * ms)); err != nil {
			return err
		}
		if err := wait(rt.Yield()); err != nil {
			return err
		}
		return wait(&f)
	}))
	if woken != 1 {
		t.Errorf("woken %d times by the start of a task, want once", woken)
	}
	woken = 0
	wait1(10 * ms)
	clock.Advance(4 * ms)
	wait1(6 * ms)
	clock.Advance(6 * ms)
	wait1(0) // the timer has fired
	wait1(0) // the task yields
	wait1(-1)
	if woken != 0 {
		t.Errorf("woken %d times for nothing", woken)
	}
	f.Set(7)
	f.Set(8)
	l.CallSoonThreadsafe(func() {})
	if woken != 1 {
		t.Errorf("woken %d times, want once", woken)
	}
	wait1(0)
	wait1(-1)
	if !task.Done() || task.Failure() != nil {
		t.Errorf("%v: %v", task, task.Failure())
	}
	if _, err := rt.RunUntilComplete(l, rt.Sleep(ms)); err != nil { // the loop is not attached any more
		t.Error(err)
	}
	l.Close()
	if _, err := l.Turn(); err != rt.ErrLoopClosed {
		t.Errorf("a closed loop: %v", err)
	}
}

// The host has a queue of functions. Time and descriptors are real.
func TestAttach(t *testing.T) {
	host := make(chan func(), 1)
	l := testbed.RealLoop(t)
	var result error
	ended := errors.New("not ended")
	rt.Start(l, do(func() error {
		defer l.Stop()
		result = func() error {
			if err := wait(rt.Sleep(ms)); err != nil {
				return err
			}
			if err := wait(rt.ToThread(func() (int, error) { return 1, nil })); err != nil {
				return err
			}
			if err := wait(rt.Go(func() (int, error) { return 1, nil })); err != nil {
				return err
			}
			if runtime.GOOS == "js" {
				return nil // rt has no sockets on this system
			}
			return loopback()
		}()
		return nil
	}))
	l.Attach(func(fn func()) { host <- fn }, func(err error) {
		ended = err
		close(host)
	})
	for fn := range host {
		fn()
	}
	if err := errors.Join(result, ended, l.Close()); err != nil {
		t.Error(err)
	}
}

// Work that the host gives the loop between two turns ends the wait that the loop asked for.
func TestHostGivesWork(t *testing.T) {
	clock := new(rttest.Clock)
	poller := rttest.NewPoller(clock)
	l := testbed.NewLoop(t, rt.WithClock(clock), rt.WithPoller(poller))
	poller.Serve(l)
	woken := 0
	l.OnWake(func() { woken++ })
	waiting := rt.Start(l, do(func() error { wait(new(rt.Future[int])); return nil }))
	idle := func() {
		t.Helper()
		for range 10 {
			if pause, err := l.Turn(); err != nil {
				t.Fatal(err)
			} else if pause != 0 {
				woken = 0
				return
			}
		}
		t.Fatal("there is always something to do")
	}
	var tr trace
	for _, host := range []struct {
		name string
		does func()
	}{
		{"start", func() { rt.Start(l, do(func() error { tr.add("start"); return nil })) }},
		{"call", func() { l.CallSoon(func() { tr.add("call") }) }},
		{"call later", func() { l.CallLater(ms, func() { tr.add("call later") }) }},
		{"start eagerly", func() {
			rt.StartEager(l, do(func() error {
				defer tr.add("start eagerly")
				return wait(rt.Sleep(ms))
			}))
		}},
		{"cancel", func() { waiting.OnDone(func(*rt.Task) { tr.add("cancel") }); waiting.Cancel(nil) }},
		{"stop", func() { l.Stop(); tr.add("stop") }},
	} {
		idle()
		host.does()
		host.does()
		if woken != 1 {
			t.Errorf("%s: woken %d times, want once", host.name, woken)
		}
		clock.Advance(ms)
		idle()
		if woken != 0 {
			t.Errorf("%s: woken %d times by the turns", host.name, woken)
		}
	}
	tr.check(t, "start", "start", "call", "call", "call later", "call later", "start eagerly", "start eagerly", "cancel", "cancel", "stop", "stop")
	if _, err := rt.RunUntilComplete(l, rt.Sleep(ms)); err != nil {
		t.Error(err)
	}
}

// Stopping a turn does not stop the next turn.
func TestStopInATurn(t *testing.T) {
	clock := new(rttest.Clock)
	poller := rttest.NewPoller(clock)
	l := testbed.NewLoop(t, rt.WithClock(clock), rt.WithPoller(poller))
	poller.Serve(l)
	var tr trace
	l.CallSoon(l.Stop)
	l.CallLater(ms, func() { tr.add("timer") })
	l.CallSoonThreadsafe(func() { tr.add("sent") })
	clock.Advance(ms)
	for range 3 {
		if _, err := l.Turn(); err != nil {
			t.Error(err)
		}
	}
	tr.check(t, "timer", "sent")
}

// The host is told of everything late: the loop waits for ever when the host starts a task, and
// waits again when the host stops the loop.
func TestHostOfAnAttachedLoop(t *testing.T) {
	l, err := rt.NewLoop(testbed.Real(t)...)
	if err != nil {
		t.Fatal(err)
	}
	host := make(chan func(), 1)
	ended := errors.New("not ended")
	l.Attach(func(fn func()) { host <- fn }, func(err error) {
		ended = err
		close(host)
	})
	ran := false
	for turn := 0; ; turn++ {
		fn, ok := <-host
		if !ok {
			break
		}
		fn()
		if turn == 0 { // there is nothing to do, so the loop waits unless the host gives it work
			rt.Start(l, do(func() error { ran = true; return nil }))
		} else if ran {
			l.Stop()
		}
	}
	if err := errors.Join(ended, l.Close()); err != nil || !ran {
		t.Errorf("%v, the task ran: %v", err, ran)
	}
}

// A panic that leaves the loop goes to the host, and the loop is no longer attached.
func TestAttachedLoopPanics(t *testing.T) {
	l, err := rt.NewLoop(testbed.Real(t)...)
	if err != nil {
		t.Fatal(err)
	}
	host := make(chan func(), 1)
	ended := make(chan error, 1)
	attach := func() {
		l.Attach(func(fn func()) { host <- fn }, func(err error) { ended <- err })
	}
	l.CallSoon(func() { panic("boom") })
	attach()
	if v := panicOf(<-host); v != "boom" {
		t.Errorf("panic with %v", v)
	}
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "has left the event loop") {
		t.Errorf("ended with %v", err)
	}
	l.CallSoon(l.Stop)
	attach()
	(<-host)()
	if err := errors.Join(<-ended, l.Close()); err != nil {
		t.Error(err)
	}
}

// loopback sends a byte to itself over a connection.
func loopback() error {
	l, err := netio.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer l.Close()
	accepting := rt.Spawn(rt.Current(), l.Accept())
	client, err := rt.Block(netio.Dial("tcp", l.Addr().String()))
	if err != nil {
		return err
	}
	defer client.Close()
	server, err := rt.Block(accepting)
	if err != nil {
		return err
	}
	defer server.Close()
	if err := wait(client.Write([]byte("x"))); err != nil {
		return err
	}
	return wait(server.Read(make([]byte, 1)))
}
