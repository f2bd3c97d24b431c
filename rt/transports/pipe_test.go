//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package transports_test

// This file tests transports over one end of a pipe, which correspond to connect_read_pipe and
// connect_write_pipe of asyncio.

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// overPipe runs fn with a transport over one end of a pipe, and the other end.
func overPipe(t *testing.T, write bool, fn func(r *recorder, other *os.File) error) {
	t.Helper()
	testbed.Clean(t)
	ours, other, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	if write {
		ours, other = other, ours
	}
	defer other.Close()
	conn, err := netio.FileConn(ours)
	if err := errors.Join(err, ours.Close()); err != nil {
		t.Fatal(err)
	}
	r := &recorder{}
	if _, err := testbed.RunReal(t, do(func() error {
		if err := connect(r, conn); err != nil {
			return err
		}
		if err := fn(r, other); err != nil {
			return err
		}
		if r.t.Reading() || !r.t.Closing() {
			t.Error("a transport that was lost is reading, or not closing")
		}
		// All of these come too late and do no harm.
		r.t.PauseReading()
		r.t.PauseReading()
		r.t.ResumeReading()
		r.t.WriteEOF()
		r.t.Close()
		r.t.Abort()
		if _, err := r.t.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
			t.Errorf("write: %v", err)
		}
		yields(5)
		return nil
	})); err != nil {
		t.Error(err)
	}
	if last := r.events[len(r.events)-1]; last != "lost" {
		t.Errorf("events: %q", r.events)
	}
}

// until lets the loop run until done reports true.
func until(done func() bool) {
	for !done() {
		yields(1)
	}
}

func TestReadPipe(t *testing.T) {
	t.Run("data and end", func(t *testing.T) {
		overPipe(t, false, func(r *recorder, w *os.File) error {
			for _, text := range []string{"1", "2345"} {
				before := r.data.Len()
				fmt.Fprint(w, text)
				until(func() bool { return r.data.Len() >= before+len(text) })
			}
			r.want(t, "made")
			w.Close()
			if err := wait(r.t.Lost()); err != nil {
				return err
			}
			r.want(t, "made", "eof", "lost")
			if r.data.String() != "12345" || r.err != nil {
				t.Errorf("received %q, lost with %v", r.data.String(), r.err)
			}
			return nil
		})
	})
	t.Run("pause", func(t *testing.T) {
		overPipe(t, false, func(r *recorder, w *os.File) error {
			r.t.ResumeReading() // reading was not paused
			r.t.PauseReading()
			r.t.PauseReading()
			fmt.Fprint(w, "x")
			yields(200) // the poller is asked once in 64 steps
			if r.data.Len() > 0 {
				t.Errorf("received %q while paused", r.data.String())
			}
			r.t.ResumeReading()
			r.t.ResumeReading()
			until(func() bool { return r.data.Len() > 0 })
			r.t.Close()
			r.want(t, "made")
			return wait(r.t.Lost())
		})
	})
	t.Run("close", func(t *testing.T) {
		overPipe(t, false, func(r *recorder, w *os.File) error {
			r.t.Close()
			r.t.Close()
			if err := wait(r.t.Lost()); err != nil {
				return err
			}
			r.want(t, "made", "lost")
			if _, err := w.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) || r.err != nil {
				t.Errorf("write to the other end: %v; lost with %v", err, r.err)
			}
			return nil
		})
	})
}

func TestWritePipe(t *testing.T) {
	more := make([]byte, 1<<20) // more than a pipe holds
	t.Run("data and close", func(t *testing.T) {
		overPipe(t, true, func(r *recorder, other *os.File) error {
			buf := make([]byte, 10)
			for _, text := range []string{"1", "2345"} {
				r.t.Write([]byte(text))
				if n, err := other.Read(buf); string(buf[:n]) != text || err != nil {
					t.Errorf("the other end read %q, %v", buf[:n], err)
				}
			}
			yields(200)
			r.want(t, "made")
			r.t.Close()
			return wait(r.t.Lost())
		})
	})
	t.Run("reader leaves", func(t *testing.T) {
		overPipe(t, true, func(r *recorder, other *os.File) error {
			other.Close()
			if err := wait(r.t.Lost()); err != nil {
				return err
			}
			if r.err != nil {
				t.Errorf("lost with %v", r.err)
			}
			return nil
		})
	})
	t.Run("reader leaves something", func(t *testing.T) {
		overPipe(t, true, func(r *recorder, other *os.File) error {
			r.t.Write(more)
			yields(3)
			other.Close()
			if err := wait(r.t.Lost()); err != nil {
				return err
			}
			if !errors.Is(r.err, syscall.EPIPE) {
				t.Errorf("lost with %v", r.err)
			}
			return nil
		})
	})
	t.Run("write after the reader has left", func(t *testing.T) {
		overPipe(t, true, func(r *recorder, other *os.File) error {
			other.Close()
			for range 2 {
				if _, err := r.t.Write([]byte("x")); err != nil && !errors.Is(err, net.ErrClosed) {
					t.Errorf("write: %v", err)
				}
			}
			if err := wait(r.t.Lost()); err != nil {
				return err
			}
			if !errors.Is(r.err, syscall.EPIPE) {
				t.Errorf("lost with %v", r.err)
			}
			return nil
		})
	})
	for _, end := range []string{"eof behind data", "close behind data"} {
		t.Run(end, func(t *testing.T) {
			overPipe(t, true, func(r *recorder, other *os.File) error {
				r.t.Write(more)
				if end == "eof behind data" {
					r.t.WriteEOF()
				} else {
					r.t.Close()
				}
				yields(3)
				if r.t.Lost().Done() {
					t.Error("lost before everything was sent")
				}
				task := rt.Spawn(rt.Current(), rt.ToThread(func() (int, error) {
					n := 0
					buf := make([]byte, 1<<16)
					for {
						k, err := other.Read(buf)
						n += k
						if err != nil {
							return n, nil
						}
					}
				}))
				if n, err := await(task); n != len(more) || err != nil {
					t.Errorf("the other end read %d, %v", n, err)
				}
				if err := wait(r.t.Lost()); err != nil {
					return err
				}
				if r.err != nil || r.t.WriteBufferSize() != 0 {
					t.Errorf("lost with %v, %d bytes wait", r.err, r.t.WriteBufferSize())
				}
				return nil
			})
		})
	}
	t.Run("abort", func(t *testing.T) {
		overPipe(t, true, func(r *recorder, _ *os.File) error {
			r.t.Write(more)
			r.t.Abort()
			if r.t.WriteBufferSize() != 0 {
				t.Error("something is still to be sent")
			}
			if err := wait(r.t.Lost()); err != nil {
				return err
			}
			r.want(t, "made", "pause", "lost")
			return nil
		})
	})
}
