package subprocess

// This file tests output that is buffered although nobody reads it.

import (
	"bytes"
	"net"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// endless is a pipe that always has more to read, up to a point that no reader must reach.
type endless struct{ n int }

func (e *endless) Attach(*rt.Loop, rt.Readiness) error { return nil }
func (e *endless) Read(p []byte) (int, error) {
	if e.n > 64*drainLimit {
		return 0, netio.ErrWouldBlock
	}
	for i := range p {
		p[i] = byte(e.n % 251)
		e.n++
	}
	return len(p), nil
}
func (e *endless) Write([]byte) (int, error) { panic("written to") }
func (e *endless) CloseWrite() error         { return nil }
func (e *endless) Close() error              { return nil }
func (e *endless) LocalAddr() net.Addr       { return nil }
func (e *endless) RemoteAddr() net.Addr      { return nil }

// A process that writes for ever is held up, and goes on when its output is read.
func TestDrainIsLimited(t *testing.T) {
	end := new(endless)
	o := &output{below: end}
	o.conn = netio.NewConn(o)
	_, err := testbed.Run(t, machine.Lockstep(func() (rt.Void, error) {
		if err := o.drain(rt.Current().Loop()); err != nil {
			return rt.Void{}, err
		}
		if end.n < drainLimit || end.n > 4*drainLimit {
			t.Errorf("%d bytes were taken in", end.n)
		}
		buf, want := make([]byte, 10_000), make([]byte, 10_000)
		for at := 0; at < 5*drainLimit; {
			n, err := rt.Block(o.conn.Read(buf))
			if err != nil {
				return rt.Void{}, err
			}
			for i := range want[:n] {
				want[i] = byte((at + i) % 251)
			}
			if !bytes.Equal(buf[:n], want[:n]) {
				t.Fatalf("what was read after %d bytes is something else", at)
			}
			at += n
			if ahead := end.n - at; ahead > 4*drainLimit {
				t.Fatalf("%d bytes were taken in that nobody has read", ahead)
			}
		}
		return rt.Void{}, o.conn.Close()
	}))
	if err != nil {
		t.Error(err)
	}
}

// silent is a pipe that does not report when there is something to read.
type silent struct {
	endless
	data string
}

func (s *silent) Read(p []byte) (int, error) {
	n := copy(p, s.data)
	s.data = s.data[n:]
	return n, netio.ErrWouldBlock
}

// A reader that waits gets the output that is buffered when the process ends. The poller
// reports nothing about output that is no longer in the pipe.
func TestDrainWakesTheReader(t *testing.T) {
	end := new(silent)
	o := &output{below: end}
	o.conn = netio.NewConn(o)
	_, err := testbed.Run(t, testbed.Do(func() error {
		buf := make([]byte, 10)
		read := rt.Spawn(rt.Current(), o.conn.Read(buf))
		testbed.Yields(2)
		end.data = "last"
		if err := o.drain(rt.Current().Loop()); err != nil {
			return err
		}
		if n, err := rt.Block(read); string(buf[:n]) != "last" || err != nil {
			t.Errorf("%q, %v", buf[:n], err)
		}
		return o.conn.Close()
	}))
	if err != nil {
		t.Error(err)
	}
}
