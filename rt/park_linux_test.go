package rt

// This file tests that a loop waits as a goroutine, without a thread of its own.

import (
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// threads returns how many threads this process has now.
func threads(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// Ten thousand loops that wait are ten thousand goroutines, and each of them can be woken.
func TestIdleLoopsUseNoThreads(t *testing.T) {
	Clean(t)
	n := 10_000
	if testing.Short() {
		n = 500
	}
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if most := int(limit.Cur)/3 - 100; n > most {
		t.Logf("%d loops in place of %d: a process may have %d descriptors", most, n, limit.Cur)
		n = most
	}
	before := threads(t)
	loops := make([]*Loop, n)
	started, ended := new(sync.WaitGroup), new(sync.WaitGroup)
	for i := range loops {
		l, err := NewLoop()
		if err != nil {
			t.Fatal(err)
		}
		loops[i] = l
		// Every second loop watches something, as loops do that serve.
		if i%2 == 0 {
			fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
			if err != nil {
				t.Fatal(err)
			}
			defer unix.Close(fd)
			if err := l.poller.Add(fd, silent{}); err != nil {
				t.Fatal(err)
			}
		}
		started.Add(1)
		ended.Add(1)
		l.CallSoon(started.Done)
		go func() {
			defer ended.Done()
			if err := l.RunForever(); err != nil {
				t.Error(err)
			}
		}()
	}
	started.Wait()
	if more := threads(t) - before; more > 50 {
		t.Errorf("%d waiting loops have %d threads", n, more)
	}
	for _, l := range loops {
		if err := l.CallSoonThreadsafe(l.Stop); err != nil {
			t.Fatal(err)
		}
	}
	ended.Wait()
	for _, l := range loops {
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// To wait, to be woken and to time out does not allocate, also where the loop really waits.
func TestParkingAllocatesNothing(t *testing.T) {
	Clean(t)
	p, _, _ := newTestPoller(t)
	wake := make(chan bool)
	defer close(wake)
	go func() {
		for range wake {
			p.Wakeup()
		}
	}()
	for _, timeout := range []time.Duration{-1, time.Hour} {
		if n := testing.AllocsPerRun(1000, func() {
			wake <- true
			if err := p.Wait(timeout); err != nil {
				t.Fatal(err)
			}
		}); n > 0 {
			t.Errorf("%v allocations for each wait of %v that is woken, want 0", n, timeout)
		}
	}
	if n := testing.AllocsPerRun(100, func() {
		if err := p.Wait(1); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations for each wait that times out, want 0", n)
	}
}

// A wake-up holds beside deadlines that come and go, and descriptors that are ready. It is
// the deadline of the same file that both set.
func TestWakeupBesideDeadlines(t *testing.T) {
	Clean(t)
	p, _, watch := newTestPoller(t)
	pair := socketPair(t)
	watch("a", pair[0])
	if err := p.Wait(0); err != nil {
		t.Fatal(err)
	}
	times := int64(100_000)
	if testing.Short() {
		times = 10_000
	}
	wake := make(chan int64)
	defer close(wake)
	var sent atomic.Int64 // as a loop has an inbox: first the letter, then the wake-up
	go func() {
		for i := range wake {
			if i%7 == 0 {
				unix.Write(pair[1], []byte("x"))
			}
			sent.Store(i)
			if err := p.Wakeup(); err != nil {
				t.Error(err)
			}
		}
	}()
	timeouts := []time.Duration{-1, 0, time.Hour, 1, -1, time.Microsecond, -1, -1, 24 * time.Hour}
	for i := range times {
		wake <- i
		for round := int64(0); sent.Load() < i; round++ {
			if err := p.Wait(timeouts[(i+round)%int64(len(timeouts))]); err != nil { // hangs if a wake-up is lost
				t.Fatal(err)
			}
		}
	}
}

// More loops watch one open file than Linux lets watch it as goroutines. All of them can be woken,
// fire timers and see that the file is ready.
func TestManyLoopsWatchOneFile(t *testing.T) {
	Clean(t)
	pair := socketPair(t)
	var woken, fired, ended sync.WaitGroup
	blocking := 0
	loops := make([]*Loop, 120)
	for i := range loops {
		l := newSocketLoop(t)
		loops[i] = l
		if err := l.AddReader(pair[0], l.Stop); err != nil {
			t.Fatal(err)
		}
		if l.poller.(*epoll).parking.thread {
			blocking++
		}
		fired.Add(1)
		l.CallLater(time.Millisecond, fired.Done)
		ended.Go(func() {
			if err := l.RunForever(); err != nil {
				t.Error(err)
			}
		})
	}
	if blocking == 0 {
		t.Error("Linux lets all of the loops watch the file as goroutines: is the way for the others still needed?")
	}
	wake := func() {
		for _, l := range loops {
			woken.Add(1)
			if err := l.CallSoonThreadsafe(woken.Done); err != nil {
				t.Fatal(err)
			}
		}
		woken.Wait()
	}
	wake()
	fired.Wait()
	wake() // now no loop has a timer
	send(t, pair[1], "x")
	ended.Wait()
}
