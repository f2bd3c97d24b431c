//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio

// This file is the descriptor under a connection, a listener or a socket for
// datagrams: how a loop watches it, and who closes it if its owner does not.

import (
	"os"
	"runtime"
	"sync/atomic"
	"weak"

	"github.com/coroutinegen/coroutinegen/rt"
	"golang.org/x/sys/unix"
)

// A descriptor is what is left of its owner once nobody can use that any more.
// The poller knows the descriptor and not the owner: else no owner that was
// ever watched would become unreachable. A task that waits for an owner keeps it
// reachable, since the loop knows the task.
type descriptor struct {
	fd    int
	owner weak.Pointer[owner]
	loop  atomic.Pointer[rt.Loop] // that watches fd
	note  *rt.UnclosedError       // nil: not made in debug mode
}

// An owner is the part of an endpoint that has to do with its descriptor.
type owner struct {
	*descriptor
	ready  rt.Readiness // who is told; nil: nobody yet
	hangup bool         // short reads prove nothing: see HungUp
	unused runtime.Cleanup
}

// own makes fd the descriptor of o, which must be in its final place. As in
// package net, the descriptor is closed when o has become unreachable without
// having been closed.
func (o *owner) own(fd int, what string) {
	o.descriptor = &descriptor{fd: fd, owner: weak.Make(o), note: rt.NoteUnclosed(what)}
	o.unused = runtime.AddCleanup(o, (*descriptor).collected, o.descriptor)
}

// Attach lets the poller of l watch the descriptor on behalf of r.
func (o *owner) Attach(l *rt.Loop, r rt.Readiness) error {
	before := o.loop.Load()
	switch {
	case before == l: // after Conn.Detach
		o.ready = r
		return nil
	case before != nil && !before.Closed():
		return errOtherLoop
	}
	if err := l.Watch(o.fd, o.descriptor); err != nil {
		return err
	}
	o.loop.Store(l)
	o.ready = r
	return nil
}

// Close closes the descriptor, unless that was done before.
func (o *owner) Close() error {
	o.unused.Stop()
	fd := o.fd
	if fd < 0 {
		return nil
	}
	o.fd = -1
	if l := o.loop.Load(); l != nil {
		l.Unwatch(fd)
	}
	return os.NewSyscallError("close", unix.Close(fd))
}

// Ready implements [rt.Readiness].
func (d *descriptor) Ready(readable, writable bool) {
	if o := d.owner.Value(); o != nil {
		o.ready.Ready(readable, writable)
	}
}

// HungUp implements [rt.HangupReadiness].
func (d *descriptor) HungUp() {
	if o := d.owner.Value(); o != nil {
		o.hangup = true
	}
}

// collected is called on a goroutine of the garbage collector. The descriptor
// must not be closed there as long as the loop watches it: its number could be
// that of another one before the loop knows.
func (d *descriptor) collected() {
	l := d.loop.Load()
	if l != nil && l.UnwatchThreadsafe(d.fd, func() { d.closeUnused(l) }) == nil {
		return
	}
	d.closeUnused(nil)
}

// closeUnused closes a descriptor that nobody has closed, and tells l, or whoever
// listens if that is nil.
func (d *descriptor) closeUnused(l *rt.Loop) {
	unix.Close(d.fd)
	d.note.Report(l)
}
