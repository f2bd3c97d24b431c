package rt_test

// This file tests waiting until there is something to read, over pipes in memory.

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func TestReadable(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 100)
	run(t, func() error {
		// A new connection does not know whether there is something: the first Read finds out.
		if err := wait(a.Readable()); err != nil {
			return err
		}
		buf := make([]byte, 10)
		read := rt.Spawn(rt.Current(), a.Read(buf))
		for range 3 {
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
		if err := wait(a.Readable()); err == nil {
			t.Error("waited while another task was reading")
		}
		if _, err := rt.Block(b.Write([]byte("one"))); err != nil {
			return err
		}
		if n, err := rt.Block(read); string(buf[:n]) != "one" || err != nil {
			t.Errorf("read %q, %v", buf[:n], err)
		}
		// The connection has been drained and knows from now on.
		short := rt.Spawn(rt.Current(), a.Read(buf))
		for range 3 {
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
		short.Cancel(nil)
		if err := wait(short); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
		for _, step := range []struct {
			make func() error
			want string
			err  error
		}{
			{func() error { return wait(b.Write([]byte("two"))) }, "two", nil},
			{b.CloseWrite, "", io.EOF},
		} {
			readable := rt.Spawn(rt.Current(), a.Readable())
			for range 3 {
				if err := wait(rt.Yield()); err != nil {
					return err
				}
			}
			if readable.Done() {
				t.Error("readable although there is nothing")
			}
			if err := step.make(); err != nil {
				return err
			}
			if err := wait(readable); err != nil {
				return err
			}
			if n, err := rt.Block(a.Read(buf)); string(buf[:n]) != step.want || err != step.err {
				t.Errorf("read %q, %v", buf[:n], err)
			}
			drain := rt.Spawn(rt.Current(), a.Read(buf)) // the connection learns that there is nothing
			for range 3 {
				if err := wait(rt.Yield()); err != nil {
					return err
				}
			}
			if step.err == nil {
				drain.Cancel(nil)
			}
			wait(drain)
		}
		a.Close()
		if err := wait(a.Readable()); !errors.Is(err, net.ErrClosed) {
			t.Errorf("readable when closed: %v", err)
		}
		return b.Close()
	})
}

func TestReadableIsCancelledAndClosed(t *testing.T) {
	conn := rttest.NewConn(nil, rttest.Peer{Idle: true})
	run(t, func() error {
		read := rt.Spawn(rt.Current(), conn.Read(make([]byte, 1))) // the connection learns that there is nothing
		yields := func() {
			for range 3 {
				if err := wait(rt.Yield()); err != nil {
					t.Error(err)
				}
			}
		}
		yields()
		read.Cancel(nil)
		wait(read)
		task := rt.Spawn(rt.Current(), conn.Readable())
		yields()
		task.Cancel(nil)
		if err := wait(task); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		task = rt.Spawn(rt.Current(), conn.Readable())
		yields()
		conn.Close()
		if err := wait(task); !errors.Is(err, net.ErrClosed) {
			t.Errorf("closed: %v", err)
		}
		return nil
	})
}
