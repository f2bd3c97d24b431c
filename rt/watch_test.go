//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rt_test

// This file tests how a loop watches descriptors, with real ones.

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A reader that panics is called again for the data that it has left unread.
func TestReaderThatPanics(t *testing.T) {
	var r reports
	l, err := rt.NewLoop(testbed.Real(t, r.option())...)
	if err != nil {
		t.Fatal(err)
	}
	var ends [2]int
	if err := unix.Pipe(ends[:]); err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(ends[0])
	defer syscall.Close(ends[1])
	if err := unix.SetNonblock(ends[0], true); err != nil {
		t.Fatal(err)
	}
	got, calls := "", 0
	err = l.AddReader(ends[0], func() {
		if calls++; calls == 1 {
			panic("boom")
		}
		buf := make([]byte, 10)
		n, err := syscall.Read(ends[0], buf)
		got = string(buf[:max(n, 0)])
		l.RemoveReader(ends[0])
		l.Stop()
		if err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	l.CallSoon(func() { syscall.Write(ends[1], []byte("x")) })
	if err := errors.Join(l.RunForever(), l.Close()); err != nil {
		t.Error(err)
	}
	if got != "x" || calls != 2 || len(r.errs) != 1 {
		t.Errorf("read %q in %d calls; reported: %v", got, calls, r.errs)
	}
}

// A reader is not called for data that came before it was added and that others have read in
// the meantime.
func TestReaderAddedAfterTheData(t *testing.T) {
	l, err := rt.NewLoop(testbed.Real(t)...)
	if err != nil {
		t.Fatal(err)
	}
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(ends[0])
	defer syscall.Close(ends[1])
	unix.SetNonblock(ends[0], true)
	syscall.Write(ends[1], []byte("x"))
	var tr trace
	written := 0
	writer := func() {
		if written++; written > 1 {
			l.RemoveWriter(ends[0])
			l.RemoveReader(ends[0])
			l.Stop()
			return
		}
		syscall.Read(ends[0], make([]byte, 10))
		if err := l.AddReader(ends[0], func() { tr.add("reader") }); err != nil {
			t.Error(err)
		}
	}
	if err := l.AddWriter(ends[0], writer); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(l.RunForever(), l.Close()); err != nil {
		t.Error(err)
	}
	tr.check(t)
}

// A reader stops the loop while another one is ready, too. Each is called once, whenever the
// loop runs again.
func TestReaderStopsTheLoop(t *testing.T) {
	l, err := rt.NewLoop(testbed.Real(t)...)
	if err != nil {
		t.Fatal(err)
	}
	var calls [2]int
	for i := range calls {
		ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer syscall.Close(ends[0])
		defer syscall.Close(ends[1])
		unix.SetNonblock(ends[0], true)
		if err := l.AddReader(ends[0], func() {
			calls[i]++
			syscall.Read(ends[0], make([]byte, 10))
			l.RemoveReader(ends[0])
			l.Stop()
		}); err != nil {
			t.Fatal(err)
		}
		syscall.Write(ends[1], []byte("x"))
	}
	for calls[0]+calls[1] < 2 {
		if err := l.RunForever(); err != nil {
			t.Fatal(err)
		}
	}
	l.CallSoon(func() { l.CallSoon(l.Stop) })
	if err := errors.Join(l.RunForever(), l.Close()); err != nil || calls != [2]int{1, 1} {
		t.Errorf("%v, calls: %v", err, calls)
	}
}

// Closing a descriptor that has a reader is reported once. The next descriptor with the same
// number is not affected.
func TestReaderOfAClosedDescriptor(t *testing.T) {
	l, err := rt.NewLoop(testbed.Real(t)...)
	if err != nil {
		t.Fatal(err)
	}
	pipe := func() (ends [2]int) {
		if err := unix.Pipe(ends[:]); err != nil {
			t.Fatal(err)
		}
		return ends
	}
	old := pipe()
	if err := l.AddReader(old[0], func() { t.Error("the old reader was called") }); err != nil {
		t.Fatal(err)
	}
	syscall.Close(old[0])
	syscall.Close(old[1])
	var ends [2]int
	for range 10 { // usually the first new descriptor gets the number
		if ends = pipe(); ends[0] == old[0] {
			break
		}
		defer syscall.Close(ends[0])
		defer syscall.Close(ends[1])
	}
	if ends[0] != old[0] {
		t.Fatal("its number was given to somebody else")
	}
	defer syscall.Close(ends[0])
	defer syscall.Close(ends[1])
	if err := l.AddReader(ends[0], l.Stop); err == nil || !strings.Contains(err.Error(), "before closing it") {
		t.Errorf("the first attempt: %v", err)
	}
	if err := l.AddReader(ends[0], l.Stop); err != nil {
		t.Fatal(err)
	}
	syscall.Write(ends[1], []byte("x"))
	if err := l.RunForever(); err != nil {
		t.Error(err)
	}
	l.RemoveReader(ends[0])
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// told is a Readiness that wakes a task and records its calls.
type told struct {
	task *rt.Task
	log  trace
}

func (r *told) Ready(readable, writable bool) {
	r.log.add("readable %t", readable)
	r.task.Wake()
}

func (r *told) HungUp() { r.log.add("hung up") }

// A Readiness is told of the events of its descriptor, and of a hang-up before the event that
// comes with it. It is told of nothing after the end of the watch.
func TestWatch(t *testing.T) {
	_, err := testbed.RunReal(t, do(func() error {
		l := rt.Current().Loop()
		pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
		if err != nil {
			return err
		}
		defer unix.Close(pair[0])
		r := &told{task: rt.Current()}
		if err := l.Watch(pair[0], r); err != nil {
			return err
		}
		if err := l.Watch(pair[0], r); err == nil {
			return errors.New("watched twice")
		}
		if err := unix.Close(pair[1]); err != nil {
			return err
		}
		for !slices.Contains(r.log, "hung up") {
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
		if next := slices.Index(r.log, "hung up") + 1; next >= len(r.log) || r.log[next] != "readable true" {
			return fmt.Errorf("told %q, want readable directly after the hang-up", r.log)
		}
		if err := l.Unwatch(pair[0]); err != nil {
			return err
		}
		if err := l.Unwatch(pair[0]); err == nil {
			return errors.New("no longer watched twice")
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// Any goroutine may end the watch of a descriptor to which nobody refers any more, and then
// close it.
func TestUnwatchThreadsafe(t *testing.T) {
	clock := new(rttest.Clock)
	poller := rttest.NewPoller(clock)
	l, err := rt.NewLoop(testbed.Fake(t, rt.WithClock(clock), rt.WithPoller(poller))...)
	if err != nil {
		t.Fatal(err)
	}
	poller.Serve(l)
	const fd = 7
	if err := l.Watch(fd, new(told)); err != nil {
		t.Fatal(err)
	}
	asked := make(chan error)
	go func() {
		asked <- l.UnwatchThreadsafe(fd, func() {
			if poller.Watched(fd) {
				t.Error("the descriptor is still watched when it may be closed")
			}
			l.Stop()
		})
	}()
	if err := <-asked; err != nil {
		t.Fatal(err)
	}
	if !poller.Watched(fd) {
		t.Error("another goroutine has changed the poller")
	}
	if err := l.RunForever(); err != nil {
		t.Error(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{
		"Watch":             l.Watch(fd, new(told)),
		"Unwatch":           l.Unwatch(fd),
		"UnwatchThreadsafe": l.UnwatchThreadsafe(fd, func() { t.Error("called on a closed loop") }),
	} {
		if !errors.Is(err, rt.ErrLoopClosed) {
			t.Errorf("%s on a closed loop: %v", name, err)
		}
	}
}
