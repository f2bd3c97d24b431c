//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

// This file puts coroutines on top of the scheduler, with the operations that they wait for.

import (
	"slices"
	"time"

	"golang.org/x/sys/unix"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/ownasync/ioscheduler

// A Coroutine is a generator that only lets others run.
type Coroutine interface {
	Next() (rt.Void, bool)
	Result() (rt.Void, error)
	Close() error
}

// A Task makes a coroutine look like a callback.
type Task struct {
	s     *Scheduler
	coro  Coroutine
	ended bool
}

// step runs the coroutine to its next yield. It is __call__ of the page.
func (t *Task) step() {
	if t.ended {
		panic("a task was called that has ended") // cannot reuse already awaited coroutine
	}
	t.s.current = t
	if _, more := t.coro.Next(); !more {
		t.ended = true
		t.s.tasks = slices.DeleteFunc(t.s.tasks, func(other *Task) bool { return other == t })
		if _, err := t.coro.Result(); err != nil {
			t.s.failed(err)
		}
		return
	}
	if t.s.current != nil { // it has only let others run
		t.s.CallSoon(t.step)
	}
}

// NewTask is new_task.
func (s *Scheduler) NewTask(coro Coroutine) {
	t := &Task{s: s, coro: coro}
	s.tasks = append(s.tasks, t)
	s.CallSoon(t.step)
}

// Close ends the tasks that are left, with their deferred calls.
func (s *Scheduler) Close() {
	for _, t := range s.tasks {
		if err := t.coro.Close(); err != nil {
			s.failed(err)
		}
	}
	s.tasks = nil
}

// disappear takes the current task from the scheduler. Its caller must see to it that the task is
// called again, and yield.
func (s *Scheduler) disappear() *Task {
	t := s.current
	s.current = nil
	return t
}

// Sleep is sleep.
//
//coroutine:generator
func (s *Scheduler) Sleep(d time.Duration, y co.Yielder[rt.Void, rt.Void]) error {
	s.CallLater(d, s.disappear().step)
	_, err := y.Yield(rt.Void{})
	return err
}

// Recv is recv: it waits until there is something to read, and reads. After the last byte, n is 0.
//
//coroutine:generator
func (s *Scheduler) Recv(sock *Socket, p []byte, y co.Yielder[rt.Void, rt.Void]) (n int, err error) {
	s.ReadWait(sock.fd, s.disappear().step)
	if _, err := y.Yield(rt.Void{}); err != nil {
		return 0, err
	}
	return unix.Read(sock.fd, p)
}

// Send is send: it waits until something can be written, and writes. It may write less than p.
//
//coroutine:generator
func (s *Scheduler) Send(sock *Socket, p []byte, y co.Yielder[rt.Void, rt.Void]) (n int, err error) {
	s.WriteWait(sock.fd, s.disappear().step)
	if _, err := y.Yield(rt.Void{}); err != nil {
		return 0, err
	}
	return unix.Write(sock.fd, p)
}

// Accept is accept: it waits until a client has come.
//
//coroutine:generator
func (s *Scheduler) Accept(sock *Socket, y co.Yielder[rt.Void, rt.Void]) (client *Socket, addr string, err error) {
	s.ReadWait(sock.fd, s.disappear().step)
	if _, err := y.Yield(rt.Void{}); err != nil {
		return nil, "", err
	}
	return sock.accept()
}
