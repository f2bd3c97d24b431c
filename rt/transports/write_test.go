package transports_test

// This file tests how a transport sends, and how it ends with something to send.

import (
	"errors"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// TestWrite sends to a peer that takes the data in pieces or refuses it. The names are those of
// asyncio's cases.
func TestWrite(t *testing.T) {
	type conn = *rttest.Conn
	for _, test := range []struct {
		name  string
		takes []int // bytes that the system takes from each call; then it takes everything
		end   error // error that the system returns instead
		body  func(t *testing.T, r *recorder, c conn)
		want  string // data that has arrived
		lost  error
	}{
		{name: "write", want: "data", body: func(t *testing.T, r *recorder, c conn) {
			if n, err := r.t.Write([]byte("data")); n != 4 || err != nil {
				t.Errorf("wrote %d, %v", n, err)
			}
			if c.Written() != "data" || r.t.WriteBufferSize() != 0 {
				t.Errorf("%q has arrived at once, %d bytes wait", c.Written(), r.t.WriteBufferSize())
			}
		}},
		{name: "write_no_data", takes: []int{1}, want: "data", body: func(t *testing.T, r *recorder, c conn) {
			r.t.Write([]byte("data"))
			if n, err := r.t.Write(nil); n != 0 || err != nil || c.Written() != "d" || r.t.WriteBufferSize() != 3 {
				t.Errorf("wrote %d, %v; %q has arrived", n, err, c.Written())
			}
		}},
		{name: "write_partial", takes: []int{2}, want: "data", body: func(t *testing.T, r *recorder, c conn) {
			data := []byte("data")
			r.t.Write(data)
			copy(data, "gone") // the transport has a copy
			if c.Written() != "da" || r.t.WriteBufferSize() != 2 {
				t.Errorf("%q has arrived, %d bytes wait", c.Written(), r.t.WriteBufferSize())
			}
		}},
		{name: "write_buffer", takes: []int{2}, want: "data1data2", body: func(t *testing.T, r *recorder, c conn) {
			r.t.Write([]byte("data1"))
			r.t.Write([]byte("data2")) // goes behind the other data, although there is room
			if c.Written() != "da" || r.t.WriteBufferSize() != 8 {
				t.Errorf("%q has arrived, %d bytes wait", c.Written(), r.t.WriteBufferSize())
			}
		}},
		{name: "write_ready_partial", takes: []int{1, 1, 1}, want: "data", body: func(t *testing.T, r *recorder, c conn) {
			r.t.Write([]byte("data"))
		}},
		{name: "writelines_full", want: "data1data2", body: func(t *testing.T, r *recorder, c conn) {
			r.t.WriteLines([]byte("data1"), []byte("data2"))
			if c.Written() != "data1data2" {
				t.Errorf("%q has arrived", c.Written())
			}
		}},
		{name: "writelines_partial", takes: []int{2, 4}, want: "data1data2", body: func(t *testing.T, r *recorder, c conn) {
			r.t.WriteLines([]byte("data1"), []byte("data2"))
			if c.Written() != "da" {
				t.Errorf("%q has arrived", c.Written())
			}
		}},
		{name: "write_exception", takes: []int{}, end: syscall.EPIPE, lost: syscall.EPIPE, body: func(t *testing.T, r *recorder, c conn) {
			r.t.Write([]byte("data"))
			for range 3 {
				if _, err := r.t.Write([]byte("data")); !errors.Is(err, net.ErrClosed) {
					t.Errorf("write after a failure: %v", err)
				}
			}
			r.want(t, "made") // not while Write runs
		}},
		{name: "write_ready_exception", takes: []int{1}, end: syscall.EPIPE, lost: syscall.EPIPE, want: "d", body: func(t *testing.T, r *recorder, c conn) {
			r.t.Write([]byte("data"))
			r.want(t, "made")
			yields(2)
			if n := r.t.WriteBufferSize(); n != 0 {
				t.Errorf("%d bytes wait for nobody", n)
			}
		}},
		{name: "write_eof", want: "data", body: func(t *testing.T, r *recorder, c conn) {
			r.t.Write([]byte("data"))
			r.t.WriteEOF()
			r.t.WriteEOF()
			if !c.WriteClosed() || r.t.Closing() {
				t.Error("the end was not sent, or the transport is closing")
			}
		}},
		{name: "write_eof_buffer", takes: []int{1}, want: "data", body: func(t *testing.T, r *recorder, c conn) {
			r.t.Write([]byte("data"))
			r.t.WriteEOF()
			if c.WriteClosed() {
				t.Error("the end was sent before the data")
			}
			yields(3)
			if !c.WriteClosed() {
				t.Error("the end was not sent")
			}
		}},
		{name: "write_eof_after_close", body: func(t *testing.T, r *recorder, c conn) {
			r.t.Close()
			yields(1)
			r.t.WriteEOF()
			if c.WriteClosed() {
				t.Error("an end was sent after Close")
			}
		}},
		{name: "write_ready_closing", takes: []int{1, 1}, want: "data", body: func(t *testing.T, r *recorder, c conn) {
			r.t.Write([]byte("data"))
			r.t.Close()
			if c.Closed() {
				t.Error("closed with something to send")
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := rttest.NewConn(nil, rttest.Peer{Idle: true, Takes: test.takes, Refuses: test.end})
			r := &recorder{}
			run(t, func() error {
				if err := connect(r, c.Conn); err != nil {
					return err
				}
				test.body(t, r, c)
				yields(5)
				r.t.Close()
				return wait(r.t.Lost())
			})
			if c.Written() != test.want || r.err != test.lost || !c.Closed() {
				t.Errorf("%q has arrived, want %q; lost with %v, closed: %v", c.Written(), test.want, r.err, c.Closed())
			}
			r.want(t, "made", "lost")
		})
	}
}

// Abort loses data that is not sent. It tells the protocol once.
func TestAbort(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 3)
	run(t, func() error {
		r := &recorder{}
		if err := connect(r, b); err != nil {
			return err
		}
		r.t.Write([]byte("more than fits"))
		r.t.Close()
		r.t.Abort()
		r.want(t, "made")
		if !r.t.Closing() || r.t.WriteBufferSize() != 0 {
			t.Errorf("closing: %v, %d bytes wait", r.t.Closing(), r.t.WriteBufferSize())
		}
		r.t.Abort()
		if err := wait(r.t.Lost()); err != nil {
			return err
		}
		r.t.Abort()
		r.t.Close()
		yields(5)
		r.want(t, "made", "lost")
		reader := streams.NewReader(a)
		if _, err := await(reader.ReadAll()); !errors.Is(err, syscall.ECONNRESET) || r.err != nil {
			t.Errorf("the peer read %v in the end; lost with %v", err, r.err)
		}
		if got, err := await(reader.ReadExactly(reader.Buffered())); string(got) != "mor" || err != nil {
			t.Errorf("%q has arrived, %v", got, err)
		}
		return a.Close()
	})
}

// stuck is a connection on which nothing happens, even if it is said to be ready.
type stuck struct {
	netio.Endpoint
	ready         rt.Readiness
	reads, writes int
}

func (s *stuck) Attach(_ *rt.Loop, r rt.Readiness) error { s.ready = r; return nil }
func (s *stuck) Read([]byte) (int, error)                { s.reads++; return 0, netio.ErrWouldBlock }
func (s *stuck) Write([]byte) (int, error)               { s.writes++; return 0, netio.ErrWouldBlock }
func (s *stuck) Close() error                            { return nil }
func (s *stuck) LocalAddr() net.Addr                     { return nil }
func (s *stuck) RemoteAddr() net.Addr                    { return nil }

// A spurious report of readiness does no harm. Without a report a transport does not try.
func TestWouldBlock(t *testing.T) {
	run(t, func() error {
		s, r := &stuck{}, &recorder{}
		if err := connect(r, netio.NewConn(s)); err != nil {
			return err
		}
		r.t.Write([]byte("data1"))
		r.t.Write([]byte("data2"))
		yields(5)
		if s.reads != 1 || s.writes != 1 {
			t.Errorf("%d reads and %d writes, want one each", s.reads, s.writes)
		}
		s.ready.Ready(true, true)
		yields(5)
		if s.reads != 2 || s.writes != 2 {
			t.Errorf("%d reads and %d writes, want two each", s.reads, s.writes)
		}
		r.t.PauseReading()
		s.ready.Ready(true, false)
		yields(5)
		r.t.Close() // there is something to send
		s.ready.Ready(true, false)
		yields(5)
		r.want(t, "made")
		if s.reads != 2 || s.writes != 2 || r.t.WriteBufferSize() != 10 {
			t.Errorf("%d reads and %d writes, %d bytes wait", s.reads, s.writes, r.t.WriteBufferSize())
		}
		r.t.Abort()
		s.ready.Ready(true, true)
		yields(5)
		r.want(t, "made", "lost")
		if s.reads != 2 || s.writes != 2 {
			t.Errorf("%d reads and %d writes after the end", s.reads, s.writes)
		}
		return nil
	})
}

// If reading is paused in ConnectionMade, reading has not begun.
func TestPauseReadingInConnectionMade(t *testing.T) {
	run(t, func() error {
		r := &recorder{}
		r.made = func() { r.t.PauseReading() }
		if err := connect(r, rttest.NewConn(nil, rttest.Peer{Sends: []string{"data"}, Idle: true}).Conn); err != nil {
			return err
		}
		yields(5)
		if r.data.Len() > 0 || r.t.Reading() {
			t.Errorf("received %q", r.data.String())
		}
		r.t.ResumeReading()
		yields(5)
		if r.data.String() != "data" || !r.t.Reading() {
			t.Errorf("received %q", r.data.String())
		}
		r.t.Close()
		if r.t.Reading() {
			t.Error("reading although closed")
		}
		return wait(r.t.Lost())
	})
}

// A panic in any method of a protocol ends the connection.
func TestProtocolPanicsAnywhere(t *testing.T) {
	for _, where := range []string{"data", "eof", "resume"} {
		t.Run(where, func(t *testing.T) {
			var reports []error
			conn := rttest.NewConn(nil, rttest.Peer{Sends: []string{"x"}, Idle: where != "eof", Takes: []int{1}})
			p := &panicky{where: where}
			run(t, func() error {
				if err := connect(&p.recorder, conn.Conn); err != nil {
					return err
				}
				p.t.SetProtocol(p)
				p.t.SetWriteBufferLimits(0, 1)
				p.t.Write([]byte("data"))
				return wait(p.t.Lost())
			}, rt.WithHandler(func(err error) { reports = append(reports, err) }))
			if len(reports) != 1 || !strings.Contains(reports[0].Error(), "bug in "+where) {
				t.Errorf("reports: %v", reports)
			}
			if p.err == nil || !conn.Closed() || p.events[len(p.events)-1] != "lost" {
				t.Errorf("lost with %v, closed: %v", p.err, conn.Closed())
			}
		})
	}
}

// A panicky protocol panics in the given method.
type panicky struct {
	recorder
	where string
}

func (p *panicky) at(where string) {
	if where == p.where {
		panic("bug in " + where)
	}
}

func (p *panicky) DataReceived([]byte) { p.at("data") }
func (p *panicky) EOFReceived() bool   { p.at("eof"); return true }
func (p *panicky) ResumeWriting()      { p.at("resume") }

func TestHardLimit(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 3)
	r := &recorder{}
	run(t, func() error {
		if err := connect(r, b); err != nil {
			return err
		}
		r.t.SetHardLimit(10)
		for _, text := range []string{"1234567890", "abc"} { // 3 bytes are sent at once
			if n, err := r.t.Write([]byte(text)); n != len(text) || err != nil {
				t.Errorf("wrote %d, %v", n, err)
			}
		}
		var full *streams.FullError
		if n, err := r.t.Write([]byte("d")); n != 0 || !errors.As(err, &full) || full.Limit != 10 || full.Buffered != 10 || r.t.HardLimit() != 10 {
			t.Errorf("wrote %d, %v", n, err)
		}
		r.t.Close()
		if got, err := await(streams.NewReader(a).ReadAll()); string(got) != "1234567890abc" || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
		return a.Close()
	})
}
