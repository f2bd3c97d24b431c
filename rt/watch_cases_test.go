package rt_test

// This file tests callbacks on raw descriptors. The descriptors are numbers that a test makes
// ready, or sockets.

import (
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// watching is a loop whose descriptors are only numbers.
type watching struct {
	*rt.Loop
	poller *rttest.Poller
	trace
}

func newWatching(t *testing.T, opts ...rt.Option) *watching {
	clock := new(rttest.Clock)
	w := &watching{poller: rttest.NewPoller(clock)}
	w.Loop = testbed.NewLoop(t, append([]rt.Option{rt.WithClock(clock), rt.WithPoller(w.poller)}, opts...)...)
	w.poller.Serve(w.Loop)
	return w
}

// read and write register callbacks that record their names.
func (w *watching) read(t *testing.T, fd int, name string) {
	t.Helper()
	if err := w.AddReader(fd, func() { w.add("%s", name) }); err != nil {
		t.Fatal(err)
	}
}

func (w *watching) write(t *testing.T, fd int, name string) {
	t.Helper()
	if err := w.AddWriter(fd, func() { w.add("%s", name) }); err != nil {
		t.Fatal(err)
	}
}

// happens makes fd ready, runs a turn of the loop, and checks which callbacks were called.
func (w *watching) happens(t *testing.T, fd int, readable, writable bool, want ...string) {
	t.Helper()
	w.trace = nil
	w.poller.Ready(fd, readable, writable)
	w.CallLater(ms, w.Stop)
	if err := w.RunForever(); err != nil {
		t.Fatal(err)
	}
	w.check(t, want...)
}

func TestReadersAndWriters(t *testing.T) {
	for _, test := range []struct {
		name string
		body func(t *testing.T, w *watching)
	}{
		{"add_reader", func(t *testing.T, w *watching) {
			w.read(t, 1, "r")
			w.happens(t, 1, true, true, "r")
			w.happens(t, 1, false, true)
			w.happens(t, 1, true, false, "r")
		}},
		{"add_reader_existing", func(t *testing.T, w *watching) {
			w.read(t, 1, "old")
			w.write(t, 1, "w")
			w.read(t, 1, "r")
			w.happens(t, 1, true, true, "r", "w")
		}},
		{"add_reader_existing_writer", func(t *testing.T, w *watching) {
			w.write(t, 1, "w")
			w.read(t, 1, "r")
			w.happens(t, 1, true, true, "r", "w")
		}},
		{"add_writer", func(t *testing.T, w *watching) {
			w.write(t, 1, "w")
			w.happens(t, 1, true, true, "w")
			w.happens(t, 1, true, false)
			w.happens(t, 1, false, true, "w")
		}},
		{"add_writer_existing", func(t *testing.T, w *watching) {
			w.write(t, 1, "old")
			w.read(t, 1, "r")
			w.write(t, 1, "w")
			w.happens(t, 1, true, true, "r", "w")
		}},
		{"remove_reader", func(t *testing.T, w *watching) {
			w.read(t, 1, "r")
			if !w.RemoveReader(1) || w.RemoveReader(1) || w.poller.Watched(1) {
				t.Error("the reader is still there")
			}
			w.happens(t, 1, true, true)
		}},
		{"remove_reader_read_write", func(t *testing.T, w *watching) {
			w.read(t, 1, "r")
			w.write(t, 1, "w")
			if !w.RemoveReader(1) || !w.poller.Watched(1) {
				t.Error("the writer is gone too")
			}
			w.happens(t, 1, true, true, "w")
		}},
		{"remove_reader_unknown", func(t *testing.T, w *watching) {
			w.write(t, 1, "w")
			if w.RemoveReader(1) || w.RemoveReader(2) || w.RemoveReader(-1) {
				t.Error("removed a reader that was not there")
			}
			w.happens(t, 1, true, true, "w")
		}},
		{"remove_writer", func(t *testing.T, w *watching) {
			w.write(t, 1, "w")
			if !w.RemoveWriter(1) || w.RemoveWriter(1) || w.poller.Watched(1) {
				t.Error("the writer is still there")
			}
			w.happens(t, 1, true, true)
		}},
		{"remove_writer_read_write", func(t *testing.T, w *watching) {
			w.read(t, 1, "r")
			w.write(t, 1, "w")
			if !w.RemoveWriter(1) || !w.poller.Watched(1) {
				t.Error("the reader is gone too")
			}
			w.happens(t, 1, true, true, "r")
		}},
		{"remove_writer_unknown", func(t *testing.T, w *watching) {
			w.read(t, 1, "r")
			if w.RemoveWriter(1) || w.RemoveWriter(2) || w.RemoveWriter(-1) {
				t.Error("removed a writer that was not there")
			}
			w.happens(t, 1, true, true, "r")
		}},
		// The callback is removed between the event and its call.
		{"process_events_read_cancelled", func(t *testing.T, w *watching) {
			w.read(t, 2, "r")
			w.AddReader(1, func() { w.add("one"); w.RemoveReader(2) })
			w.poller.Ready(1, true, false)
			w.happens(t, 2, true, false, "one")
		}},
		{"process_events_write_cancelled", func(t *testing.T, w *watching) {
			w.write(t, 2, "w")
			w.AddWriter(1, func() { w.add("one"); w.RemoveWriter(2) })
			w.poller.Ready(1, false, true)
			w.happens(t, 2, false, true, "one")
		}},
		{"replaced before its call", func(t *testing.T, w *watching) {
			w.read(t, 2, "old")
			w.AddReader(1, func() { w.add("one"); w.read(t, 2, "new") })
			w.poller.Ready(1, true, false)
			w.happens(t, 2, true, false, "one", "new")
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWatching(t)
			test.body(t, w)
			for _, fd := range []int{1, 2} {
				w.RemoveReader(fd)
				w.RemoveWriter(fd)
			}
		})
	}
}

func TestClosedLoopWatchesNothing(t *testing.T) {
	w := newWatching(t)
	w.read(t, 1, "r")
	w.write(t, 2, "w")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if w.RemoveReader(1) || w.RemoveWriter(2) {
		t.Error("a closed loop has readers")
	}
	if err := w.AddReader(1, func() {}); err != rt.ErrLoopClosed {
		t.Errorf("AddReader: %v", err)
	}
	if err := w.AddWriter(2, func() {}); err != rt.ErrLoopClosed {
		t.Errorf("AddWriter: %v", err)
	}
}
