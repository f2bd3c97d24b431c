//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio

// This file implements the descriptor under a connection, a listener or a datagram socket: how
// a loop watches it, and who closes it if its owner does not.

import (
	"os"
	"runtime"
	"sync/atomic"
	"weak"

	"golang.org/x/sys/unix"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A descriptor is what remains of its owner once nobody can use the owner any more. The poller
// refers to the descriptor and not to the owner. Otherwise no owner that was ever watched would
// become unreachable. A task that waits for an owner keeps the owner reachable, since the loop
// refers to the task.
type descriptor struct {
	fd    int
	owner weak.Pointer[owner]
	loop  atomic.Pointer[rt.Loop] // loop that watches fd
	note  *rt.UnclosedError       // nil: not made in debug mode
}

// An owner is the part of an endpoint that handles its descriptor.
type owner struct {
	*descriptor
	ready  rt.Readiness // told of events; nil: not attached
	hangup bool         // short reads prove nothing: see HungUp
	unused runtime.Cleanup
}

// own makes fd the descriptor of o, which must not be moved any more. As in package net, the
// descriptor is closed if o becomes unreachable without having been closed.
func (o *owner) own(fd int, what string) {
	o.descriptor = &descriptor{fd: fd, owner: weak.Make(o), note: rt.NoteUnclosed(what, 0)}
	o.unused = runtime.AddCleanup(o, (*descriptor).collected, o.descriptor)
}

// Attach makes l watch the descriptor and tell r of its events.
func (o *owner) Attach(l *rt.Loop, r rt.Readiness) error {
	before := o.loop.Load()
	switch {
	case before == l: // attached again after Conn.Detach
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

// Close closes the descriptor unless it is closed already.
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

// collected is called on a goroutine of the garbage collector. It must not close the descriptor
// while the loop watches it: a new descriptor could get the number before the loop knows.
func (d *descriptor) collected() {
	l := d.loop.Load()
	if l != nil && l.UnwatchThreadsafe(d.fd, func() { d.closeUnused(l) }) == nil {
		return
	}
	d.closeUnused(nil)
}

// closeUnused closes a descriptor that nobody has closed. It reports that to l, or, if l is
// nil, to whoever gets the errors that belong to no loop.
func (d *descriptor) closeUnused(l *rt.Loop) {
	unix.Close(d.fd)
	d.note.Report(l)
}
