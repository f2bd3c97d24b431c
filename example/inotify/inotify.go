//go:build linux

// Package inotify makes something awaitable that the runtime does not ship: what happens
// to the files of a directory. It shows what that takes for any descriptor that can be
// waited for, a timerfd, a pidfd or that of a library. It uses exported names of
// package rt only, as package netio does, which has the sockets.
//
// The package is for Linux, as inotify is.
package inotify

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"runtime"
	"weak"

	"golang.org/x/sys/unix"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A Watcher watches a directory on behalf of the tasks of one loop. A Watcher that nobody
// can use any more and that nobody has closed is closed by the garbage collector.
type Watcher struct {
	fd     int // -1: closed
	loop   *rt.Loop
	task   *rt.Task // that waits for the next event; nil: none
	buf    [4096]byte
	left   []byte // of buf: events that were read and not taken
	gone   bool   // the directory
	unused runtime.Cleanup
}

// ready is what the loop knows of a Watcher. It does not keep the Watcher reachable.
type ready struct{ of weak.Pointer[Watcher] }

// ErrOverflow is the error of a Next after more events than the system keeps: some were
// lost. The events after that come as usual.
var ErrOverflow = errors.New("events were lost: look at the directory itself")

// Watch returns a Watcher of dir. Close it when it is not needed any more.
func Watch(l *rt.Loop, dir string) (*Watcher, error) {
	fd, err := unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("inotify_init1", err)
	}
	w := &Watcher{fd: fd, loop: l}
	if _, err = unix.InotifyAddWatch(fd, dir, unix.IN_CREATE|unix.IN_DELETE|unix.IN_ONLYDIR); err != nil {
		err = &os.PathError{Op: "watch", Path: dir, Err: err}
	} else {
		err = l.Watch(fd, ready{weak.Make(w)})
	}
	if err != nil {
		return nil, errors.Join(err, unix.Close(fd))
	}
	unclosed := rt.NoteUnclosed("inotify watcher", 1) // names who calls Watch
	w.unused = runtime.AddCleanup(w, func(fd int) { closeUnused(l, fd, unclosed) }, fd)
	return w, nil
}

// closeUnused is called on a goroutine of the garbage collector. The loop closes the
// descriptor: as long as it watches the descriptor, the number must not be that of
// another one.
func closeUnused(l *rt.Loop, fd int, unclosed *rt.UnclosedError) {
	if l.UnwatchThreadsafe(fd, func() { unix.Close(fd); unclosed.Report(l) }) != nil {
		unix.Close(fd) // the loop was closed
		unclosed.Report(nil)
	}
}

// Ready implements [rt.Readiness].
func (r ready) Ready(readable, writable bool) {
	if w := r.of.Value(); w != nil {
		w.wake()
	}
}

func (w *Watcher) wake() {
	if w.task != nil {
		w.task.Wake()
	}
}

// Close ends the watch. A Next that is waiting, and all later ones, fail with
// [os.ErrClosed].
func (w *Watcher) Close() error {
	if w.fd < 0 {
		return os.ErrClosed
	}
	w.loop.Unwatch(w.fd) // fails on a closed loop, which watches nothing any more
	err := unix.Close(w.fd)
	w.fd = -1
	w.unused.Stop()
	w.wake()
	return err
}

// Next returns the operation that waits for the next file of the directory to be made or
// removed, and results in its name. When the directory itself was removed, the error is
// io.EOF. One task at a time may wait.
func (w *Watcher) Next() NextOp { return NextOp{watcher: w} }

// A NextOp is the operation that [Watcher.Next] returns.
type NextOp struct {
	watcher *Watcher
	stage   rt.Stage
}

// Poll implements [rt.Awaitable].
func (o *NextOp) Poll(t *rt.Task) (name string, err error, ready bool) {
	w := o.watcher
	first, err, ready := o.stage.Begin(t, "Watcher.Next")
	if err != nil || !ready {
		return "", err, ready
	}
	if t.Loop() != w.loop {
		return "", errors.New("the watcher belongs to another loop"), true
	}
	if first && w.task != nil && !w.task.Done() {
		return "", errors.New("another task waits for the next event already"), true
	}
	w.task = nil
	if name, err = w.take(); err != unix.EAGAIN {
		return name, err, true
	}
	if err := t.Err(); err != nil {
		return "", err, true // cancelled: no event was taken
	}
	w.task = t
	o.stage.Suspend(t)
	return "", nil, false
}

// Loop returns the loop on which the operation has to be awaited.
func (o NextOp) Loop() *rt.Loop { return o.watcher.loop }

// Awaitable implements [rt.Expr].
func (o NextOp) Awaitable() rt.Awaitable[string] { return &o }

// take takes the next event, and reads more if there is none. The error is EAGAIN if
// nothing has happened.
func (w *Watcher) take() (name string, err error) {
	switch {
	case w.fd < 0:
		return "", os.ErrClosed
	case w.gone:
		return "", io.EOF
	}
	if len(w.left) == 0 {
		n, err := unix.Read(w.fd, w.buf[:])
		if err != nil {
			return "", err
		}
		w.left = w.buf[:n]
	}
	event := w.left[:unix.SizeofInotifyEvent] // int wd, uint32 mask, cookie, len; then the name
	mask, size := binary.NativeEndian.Uint32(event[4:]), binary.NativeEndian.Uint32(event[12:])
	padded := w.left[len(event):][:size]
	w.left = w.left[len(event)+len(padded):]
	switch {
	case mask&unix.IN_Q_OVERFLOW != 0:
		return "", ErrOverflow
	case mask&(unix.IN_IGNORED|unix.IN_UNMOUNT) != 0:
		w.gone = true
		return "", io.EOF
	}
	return string(bytes.TrimRight(padded, "\x00")), nil
}
