package transports_test

// This file tests transports over pipes in memory, with a fake clock and a shuffled order.

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
	"github.com/coroutinegen/coroutinegen/rt/streams"
	"github.com/coroutinegen/coroutinegen/rt/transports"
)

func TestMain(m *testing.M) { testbed.Main(m) }

var (
	do     = testbed.Do
	yields = testbed.Yields
)

func await[T any](x rt.Expr[T]) (T, error) { return rt.Block(x) }

func wait[T any](x rt.Expr[T]) error { return testbed.Wait(x) }

// run runs fn as the main task of a loop for tests.
func run(t *testing.T, fn func() error, opts ...rt.Option) {
	t.Helper()
	if _, err := testbed.Run(t, do(fn), opts...); err != nil {
		t.Error(err)
	}
}

// A recorder is a protocol that records its calls and does what its functions say.
type recorder struct {
	t        *transports.Transport
	events   []string
	data     bytes.Buffer
	keepOpen bool
	received func(p []byte)
	made     func()
	err      error
}

func (r *recorder) note(format string, args ...any) {
	r.events = append(r.events, fmt.Sprintf(format, args...))
}

func (r *recorder) ConnectionMade(t *transports.Transport) {
	r.t = t
	r.note("made")
	if r.made != nil {
		r.made()
	}
}

func (r *recorder) DataReceived(p []byte) {
	r.data.Write(p)
	if r.received != nil {
		r.received(p)
	}
}

func (r *recorder) EOFReceived() bool { r.note("eof"); return r.keepOpen }

func (r *recorder) ConnectionLost(err error) {
	r.note("lost")
	r.err = err
}

func (r *recorder) PauseWriting()  { r.note("pause") }
func (r *recorder) ResumeWriting() { r.note("resume") }

func (r *recorder) want(t *testing.T, events ...string) {
	t.Helper()
	if !slices.Equal(r.events, events) {
		t.Errorf("events are %q, want %q", r.events, events)
	}
}

// connect makes a transport over conn for r.
func connect(r *recorder, conn *netio.Conn) error {
	_, err := transports.New(rt.Current().Loop(), conn, r)
	return err
}

func TestEcho(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 7)
	run(t, func() error {
		r := &recorder{}
		r.received = func(p []byte) { r.t.Write(bytes.ToUpper(p)) }
		if err := connect(r, b); err != nil {
			return err
		}
		if r.t.Protocol() != transports.Protocol(r) || r.t.LocalAddr() != b.LocalAddr() || r.t.RemoteAddr() != b.RemoteAddr() || r.t.Loop() != rt.Current().Loop() {
			t.Error("the transport does not know its own")
		}
		s := streams.New(a)
		text := strings.Repeat("hello ", 1000)
		s.WriteString(text)
		s.WriteEOF()
		got, err := await(s.ReadAll())
		if string(got) != strings.ToUpper(text) || err != nil {
			t.Errorf("got %d bytes, %v", len(got), err)
		}
		if err := wait(r.t.Lost()); err != nil {
			return err
		}
		r.want(t, "made", "eof", "lost")
		if r.err != nil || r.data.String() != text {
			t.Errorf("lost with %v; received %d bytes", r.err, r.data.Len())
		}
		return s.Close()
	})
}

func TestFlowControl(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 10)
	run(t, func() error {
		r := &recorder{}
		if err := connect(r, b); err != nil {
			return err
		}
		r.t.SetWriteBufferLimits(20, 50)
		if low, high := r.t.WriteBufferLimits(); low != 20 || high != 50 {
			t.Errorf("limits %d, %d", low, high)
		}
		r.t.Write(make([]byte, 60)) // ten bytes go into the pipe
		r.want(t, "made")
		if n := r.t.WriteBufferSize(); n != 50 {
			t.Errorf("%d bytes wait", n)
		}
		r.t.Write(make([]byte, 1))
		r.t.Write(make([]byte, 10))
		r.want(t, "made", "pause")
		reader := streams.NewReader(a)
		for read := 0; read < 71; {
			n, err := await(reader.Read(make([]byte, 5)))
			if err != nil {
				return err
			}
			read += n
			yields(3)
			if resumed := len(r.events) == 3; resumed != (r.t.WriteBufferSize() <= 20) {
				t.Errorf("%q with %d bytes waiting", r.events, r.t.WriteBufferSize())
			}
		}
		r.want(t, "made", "pause", "resume")
		if err := r.t.WriteLines([]byte("one\n"), []byte("two\n")); err != nil {
			return err
		}
		r.t.WriteEOF()
		r.t.WriteEOF()
		if _, err := r.t.Write([]byte("x")); err == nil {
			t.Error("written after the end")
		}
		if rest, err := await(reader.ReadAll()); string(rest) != "one\ntwo\n" || err != nil {
			t.Errorf("%q, %v", rest, err)
		}
		r.t.Close()
		if err := wait(r.t.Lost()); err != nil {
			return err
		}
		return a.Close()
	})
}

func TestLimitsMisuse(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 10)
	run(t, func() error {
		r := &recorder{}
		if err := connect(r, b); err != nil {
			return err
		}
		for _, limits := range [][2]int{{-1, 1}, {2, 1}} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("limits %v: no panic", limits)
					}
				}()
				r.t.SetWriteBufferLimits(limits[0], limits[1])
			}()
		}
		r.t.Abort()
		r.want(t, "made") // not before Abort has returned
		yields(3)
		r.want(t, "made", "lost")
		if err := connect(&recorder{}, b); !errors.Is(err, net.ErrClosed) {
			t.Errorf("two transports of one connection: %v", err)
		}
		return a.Close()
	})
}

func TestCloseSendsTheRest(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 3)
	run(t, func() error {
		r := &recorder{}
		if err := connect(r, b); err != nil {
			return err
		}
		r.t.Write([]byte("a long goodbye"))
		r.t.Close()
		r.t.Close()
		if !r.t.Closing() || r.t.Reading() {
			t.Error("not closing")
		}
		if _, err := r.t.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
			t.Errorf("write after close: %v", err)
		}
		await(a.Write([]byte("no"))) // nothing is received any more
		yields(5)
		r.want(t, "made")
		got, err := await(streams.NewReader(a).ReadAll())
		if string(got) != "a long goodbye" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
		if err := wait(r.t.Lost()); err != nil {
			return err
		}
		r.want(t, "made", "lost")
		if r.data.Len() > 0 || r.err != nil {
			t.Errorf("received %q, lost with %v", r.data.String(), r.err)
		}
		return a.Close()
	})
}

func TestPauseReading(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 10)
	run(t, func() error {
		r := &recorder{keepOpen: true}
		r.received = func([]byte) { r.t.PauseReading() }
		if err := connect(r, b); err != nil {
			return err
		}
		await(a.Write([]byte("one")))
		yields(3)
		await(a.Write([]byte("two")))
		yields(5)
		if r.data.String() != "one" || r.t.Reading() {
			t.Errorf("received %q", r.data.String())
		}
		r.t.ResumeReading()
		yields(3)
		if r.data.String() != "onetwo" {
			t.Errorf("received %q", r.data.String())
		}
		a.CloseWrite()
		yields(3)
		r.want(t, "made") // the end of the stream waits, too
		r.t.ResumeReading()
		yields(3)
		r.want(t, "made", "eof")
		r.t.Write([]byte("kept open"))
		r.t.Close()
		if got, err := await(streams.NewReader(a).ReadAll()); string(got) != "kept open" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
		if err := wait(r.t.Lost()); err != nil {
			return err
		}
		return a.Close()
	})
}

func TestFailures(t *testing.T) {
	run(t, func() error {
		r := &recorder{}
		if err := connect(r, rttest.NewConn(nil, rttest.Peer{Sends: []string{"x"}, End: syscall.ECONNRESET}).Conn); err != nil {
			return err
		}
		if err := wait(r.t.Lost()); err != nil {
			return err
		}
		r.want(t, "made", "lost")
		if r.err != syscall.ECONNRESET || r.data.String() != "x" {
			t.Errorf("received %q, lost with %v", r.data.String(), r.err)
		}
		// At once, and later.
		for _, takes := range [][]int{nil, {1}} {
			r = &recorder{}
			conn := rttest.NewConn(nil, rttest.Peer{Idle: true, Takes: takes, Refuses: syscall.EPIPE})
			if err := connect(r, conn.Conn); err != nil {
				return err
			}
			if n, err := r.t.Write([]byte("abc")); n != 3 || err != nil {
				t.Errorf("write: %d, %v", n, err)
			}
			if err := wait(r.t.Lost()); err != nil {
				return err
			}
			r.want(t, "made", "lost")
			if r.err != syscall.EPIPE || !conn.Closed() {
				t.Errorf("lost with %v", r.err)
			}
		}
		return nil
	})
}

// A panic of the protocol ends its connection, and goes where panics of callbacks go.
func TestProtocolPanics(t *testing.T) {
	var reports []error
	conn := rttest.NewConn(nil, rttest.Peer{Sends: []string{"x"}, Idle: true})
	run(t, func() error {
		r := &recorder{received: func([]byte) { panic("bug") }}
		if err := connect(r, conn.Conn); err != nil {
			return err
		}
		if err := wait(r.t.Lost()); err != nil {
			return err
		}
		r.want(t, "made", "lost")
		if r.err == nil {
			t.Error("lost without an error")
		}
		return nil
	}, rt.WithHandler(func(err error) { reports = append(reports, err) }))
	if len(reports) != 1 || !strings.Contains(reports[0].Error(), "bug") || !conn.Closed() {
		t.Errorf("reports: %v; closed: %v", reports, conn.Closed())
	}
}

// The end of the loop ends its transports.
func TestLoopEnds(t *testing.T) {
	conn := rttest.NewConn(nil, rttest.Peer{Idle: true})
	l := testbed.NewLoop(t)
	r := &recorder{}
	if _, err := rt.RunUntilComplete(l, do(func() error { return connect(r, conn.Conn) })); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	r.want(t, "made", "lost")
	if !errors.Is(r.err, rt.ErrLoopClosed) || !conn.Closed() {
		t.Errorf("lost with %v", r.err)
	}
}

// What a transport has not sent when the loop ends is lost, and the loop says so. Data
// that the program gives up is not reported.
func TestLoopEndsBeforeEverythingIsSent(t *testing.T) {
	for name, test := range map[string]struct {
		end  func(t *transports.Transport)
		lost int // of 1000 bytes, of which the pipe takes 10
	}{
		"open":    {func(t *transports.Transport) {}, 990},
		"closing": {(*transports.Transport).Close, 990},
		"ended":   {(*transports.Transport).WriteEOF, 990},
		"aborted": {(*transports.Transport).Abort, 0},
	} {
		t.Run(name, func(t *testing.T) {
			a, _ := rttest.NewPipe(nil, "a", "b", 10)
			r := &recorder{}
			_, err := testbed.RunFake(t, do(func() error {
				if err := connect(r, a); err != nil {
					return err
				}
				r.t.Write(make([]byte, 1000))
				test.end(r.t)
				yields(3)
				return nil
			}))
			unsent, reported := errors.AsType[*rt.UnsentError](err)
			if reported != (test.lost > 0) || !reported && err != nil {
				t.Fatalf("Run returned %v", err)
			}
			if !reported {
				return
			}
			if u := unsent.Lost[0]; len(unsent.Lost) != 1 || u.Bytes != test.lost || u.Local.String() != "a" || u.Remote.String() != "b" {
				t.Errorf("lost: %v", unsent.Lost)
			}
		})
	}
}

// A server that cancels its clients breaks off: that is nothing to report.
func TestCancelledServerOfTransportsLosesOnPurpose(t *testing.T) {
	a, _ := rttest.NewPipe(nil, "a", "b", 10)
	r := &recorder{}
	run(t, func() error {
		server := transports.Serve(netio.NewListener(&testbed.Accepts{a}), func() transports.Protocol { return r })
		serve := testbed.Start(func() error { return wait(server.Serve()) })
		server.Close()
		r.t.Write(make([]byte, 1000))
		server.CancelClients(nil)
		return wait(serve)
	}, rt.WithHandler(func(err error) { t.Errorf("reported: %v", err) }))
}

// A buffered is a protocol with buffers of its own.
type buffered struct {
	recorder
	buf []byte
}

func (b *buffered) GetBuffer(hint int) []byte { return b.buf[:min(hint, len(b.buf))] }
func (b *buffered) BufferUpdated(n int)       { b.note("%s", b.buf[:n]) }

func TestBufferedProtocol(t *testing.T) {
	run(t, func() error {
		b := &buffered{buf: make([]byte, 4)}
		conn := rttest.NewConn(nil, rttest.Peer{Sends: []string{"hello", "x"}})
		transport, err := transports.New(rt.Current().Loop(), conn, b)
		if err != nil {
			return err
		}
		if err := wait(transport.Lost()); err != nil {
			return err
		}
		b.want(t, "made", "hell", "o", "x", "eof", "lost")
		if b.data.Len() != 0 {
			t.Error("DataReceived was called too")
		}
		return nil
	})
}

func TestSetProtocolAndRelease(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 10)
	run(t, func() error {
		first, second := &recorder{}, &recorder{}
		first.received = func([]byte) { first.t.SetProtocol(second) }
		if err := connect(first, b); err != nil {
			return err
		}
		await(a.Write([]byte("one")))
		yields(4)
		await(a.Write([]byte("two")))
		yields(4)
		if first.data.String() != "one" || second.data.String() != "two" {
			t.Errorf("received %q and %q", first.data.String(), second.data.String())
		}
		first.t.Write(make([]byte, 11))
		if _, err := first.t.Release(); err == nil {
			t.Error("released with something to send")
		}
		if err := wait(streams.NewReader(a).ReadExactly(11)); err != nil {
			return err
		}
		yields(3)
		conn, err := first.t.Release()
		if err != nil {
			return err
		}
		yields(3)
		first.want(t, "made")
		second.want(t)
		await(a.Write([]byte("three")))
		buf := make([]byte, 10)
		if n, err := await(conn.Read(buf)); string(buf[:n]) != "three" || err != nil {
			t.Errorf("%q, %v", buf[:n], err)
		}
		if _, err := await(a.Write([]byte("x"))); err != nil {
			return err
		}
		return errors.Join(conn.Close(), a.Close())
	})
}

var _ io.Writer = (*transports.Transport)(nil)

// Base ignores all data, and closes the connection when the peer ends the stream.
func TestBase(t *testing.T) {
	run(t, func() error {
		type plain struct {
			transports.Base
			quiet
		}
		conn := rttest.NewConn(nil, rttest.Peer{Sends: []string{"ignored"}})
		transport, err := transports.New(rt.Current().Loop(), conn, plain{})
		if err != nil {
			return err
		}
		return wait(transport.Lost())
	})
	var base transports.Base
	base.DatagramReceived(nil, netio.PacketAddr{})
	base.ErrorReceived(nil)
}

type quiet struct{}

func (quiet) ConnectionMade(*transports.Transport) {}
