package rt_test

// This file tests guest mode.

import (
	"errors"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
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
	wait1(10 * ms)
	clock.Advance(4 * ms)
	wait1(6 * ms)
	clock.Advance(6 * ms)
	wait1(0) // the timer has fired
	wait1(0) // it yields
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
	if _, err := rt.RunUntilComplete(l, rt.Sleep(ms)); err != nil { // a guest no more
		t.Error(err)
	}
	l.Close()
	if _, err := l.Turn(); err != rt.ErrLoopClosed {
		t.Errorf("a closed loop: %v", err)
	}
}

// A host with a queue of functions, on real time and real descriptors.
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

// loopback sends a byte to itself over a connection.
func loopback() error {
	l, err := rt.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer l.Close()
	accepting := rt.Spawn(rt.Current(), l.Accept())
	client, err := rt.Block(rt.Dial("tcp", l.Addr().String()))
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
