//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

// This file tests that the scheduler does not have the mistake that a reader of the page found in
// that of the workshop. It took a function from the sleeping list to see how long to wait,
// and made it ready after the wait, whatever had ended the wait. When the list was empty, the
// variable still held the last function. So the first client that came when countdown, countup,
// producer and consumer had ended made one of them run again: "cannot reuse already awaited
// coroutine".

import (
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// A fakeClock is the clock of a scheduler: it moves when nothing is ready.
type fakeClock struct {
	time time.Time
	idle func() // is called when nothing but a descriptor can wake the scheduler
}

func (c *fakeClock) now() time.Time { return c.time }

func (c *fakeClock) poll(fds []unix.PollFd, timeout time.Duration) error {
	if timeout < 0 {
		c.idle()
		return poll(fds, timeout)
	}
	if err := poll(fds, 0); err != nil {
		return err
	}
	if !slices.ContainsFunc(fds, func(p unix.PollFd) bool { return p.Revents != 0 }) {
		c.time = c.time.Add(timeout)
	}
	return nil
}

//coroutine:generator
func countdown(s *Scheduler, w io.Writer, n int, y co.Yielder[rt.Void, rt.Void]) error {
	for n > 0 {
		fmt.Fprintln(w, "Down", n)
		if err := s.Sleep(4*time.Second, y); err != nil {
			return err
		}
		n--
	}
	return nil
}

func countup(s *Scheduler, w io.Writer, stop int) {
	var run func(x int)
	run = func(x int) {
		if x < stop {
			fmt.Fprintln(w, "Up", x)
			s.CallLater(time.Second, func() { run(x + 1) })
		} else {
			fmt.Fprintln(w, "Up is done")
		}
	}
	run(0)
}

// talk has two clients who get their answers.
func talk(addr string) error {
	_, err := twoClients(addr)
	return err
}

// knock has a client who comes, and does not wait for anything.
func knock(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	return conn.Close()
}

// afterAll runs countdown and countup beside a server, whose clients come when both have ended. It
// returns the output.
func afterAll(t *testing.T, v variant, up int, clients func(addr string) error, run func(s *Scheduler) error) string {
	t.Helper()
	s := NewScheduler(func(err error) { t.Error(err) })
	var out strings.Builder
	addr, stop := v.serve(t, s, &out)
	done := make(chan error, 1)
	var once sync.Once
	clock := &fakeClock{idle: func() {
		once.Do(func() {
			go func() {
				defer stop()
				done <- clients(addr)
			}()
		})
	}}
	s.now, s.poll = clock.now, clock.poll
	s.NewTask(countdownPull(s, &out, 2))
	s.CallSoon(func() { countup(s, &out, up) })
	err := run(s)
	if err := <-done; err != nil {
		t.Error(err)
	}
	s.Close()
	if err != nil {
		fmt.Fprintln(&out, err)
	}
	return anonymous(out.String())
}

// The task is the last to end, or the callback.
func TestClientsAfterAll(t *testing.T) {
	for _, v := range variants {
		for up, want := range map[int]string{
			2: "Down 2\nUp 0\nUp 1\nUp is done\nDown 1\n" + python,
			9: "Down 2\nUp 0\nUp 1\nUp 2\nUp 3\nDown 1\nUp 4\nUp 5\nUp 6\nUp 7\nUp 8\nUp is done\n" + python,
		} {
			if got := afterAll(t, v, up, talk, (*Scheduler).Run); got != want {
				t.Errorf("%s, up to %d:\n%s", v.name, up, got)
			}
		}
	}
}

// The test would find the mistake.
func TestMistake(t *testing.T) {
	for up, want := range map[int]string{
		2: "a task was called that has ended",
		9: "Up is done\nConnection from ADDRESS\nUp is done\n",
	} {
		if got := afterAll(t, variants[0], up, knock, mistaken); !strings.Contains(got, want) {
			t.Errorf("up to %d:\n%s", up, got)
		}
	}
}

// mistaken is Run with the mistake. A panic is an error.
func mistaken(s *Scheduler) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%v", v)
		}
	}()
	var fn func()
	for !s.stopped {
		if len(s.ready) == 0 {
			// Take a function from the heap, and wait. wait sees a heap without it.
			if s.sleeping.Len() > 0 {
				var deadline time.Time
				deadline, fn = s.sleeping.Pop()
				if err := s.poll(nil, max(0, deadline.Sub(s.now()))); err != nil {
					return err
				}
			} else if err := s.wait(); err != nil {
				return err
			}
			if fn != nil {
				s.ready = append(s.ready, fn)
			}
		}
		for len(s.ready) > 0 {
			next := s.ready[0]
			s.ready = s.ready[1:]
			next()
		}
	}
	return nil
}
