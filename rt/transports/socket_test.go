//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package transports_test

// This file tests transports over sockets, also with encryption and with datagrams.

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/transports"
)

func TestServeAndDial(t *testing.T) {
	testbed.Clean(t)
	l, err := netio.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	const clients = 20
	text := strings.Repeat("over the wire ", 20_000)
	_, err = testbed.RunReal(t, do(func() error {
		var served []*recorder
		server := transports.Serve(l, func() transports.Protocol {
			r := &recorder{keepOpen: true}
			r.received = func(p []byte) { r.t.Write(p) }
			served = append(served, r)
			return r
		})
		serve := rt.Spawn(rt.Current(), server.Serve())
		var made []*recorder
		for range clients {
			r := &recorder{}
			r.made = func() { r.t.Write([]byte(text)) }
			r.received = func([]byte) {
				if r.data.Len() == len(text) {
					r.t.Close()
				}
			}
			if _, err := await(transports.Dial("tcp", l.Addr().String(), func() transports.Protocol { return r })); err != nil {
				return err
			}
			made = append(made, r)
		}
		for _, r := range made {
			if err := wait(r.t.Lost()); err != nil {
				return err
			}
			if r.data.String() != text || r.err != nil {
				t.Errorf("received %d bytes, lost with %v", r.data.Len(), r.err)
			}
		}
		server.Close()
		server.CancelClients(nil) // the clients keep their connections open
		if err := wait(serve); err != nil {
			return err
		}
		if len(served) != clients {
			t.Errorf("%d were served", len(served))
		}
		for _, r := range served {
			if last := r.events[len(r.events)-1]; last != "lost" {
				t.Errorf("events: %q", r.events)
			}
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

func TestDialFails(t *testing.T) {
	testbed.Clean(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	r := &recorder{}
	if _, err := testbed.RunReal(t, transports.Dial("tcp", l.Addr().String(), func() transports.Protocol { return r })); err == nil {
		t.Error("connected to nobody")
	}
	r.want(t)
}

// A gram records the datagrams that it gets.
type gram struct {
	transports.Base
	t       *transports.DatagramTransport
	got     []string
	errs    []error
	made    int
	lost    []error
	receive func(p []byte, from netio.PacketAddr)
}

func (g *gram) ConnectionMade(t *transports.DatagramTransport) { g.t = t; g.made++ }
func (g *gram) ErrorReceived(err error)                        { g.errs = append(g.errs, err) }
func (g *gram) ConnectionLost(err error)                       { g.lost = append(g.lost, err) }
func (g *gram) DatagramReceived(p []byte, from netio.PacketAddr) {
	g.got = append(g.got, string(p))
	if g.receive != nil {
		g.receive(p, from)
	}
}

func TestDatagrams(t *testing.T) {
	testbed.Clean(t)
	server, err := netio.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client, err := netio.DialPacket("udp", server.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	_, err = testbed.RunReal(t, do(func() error {
		l := rt.Current().Loop()
		s, c := &gram{}, &gram{}
		s.receive = func(p []byte, from netio.PacketAddr) { s.t.SendTo([]byte(strings.ToUpper(string(p))), from) }
		answered := rt.NewFuture[rt.Void]()
		c.receive = func([]byte, netio.PacketAddr) {
			if len(c.got) == 3 {
				answered.Set(rt.Void{})
			}
		}
		transports.NewDatagram(l, server, s)
		transports.NewDatagram(l, client, c)
		for _, text := range []string{"a", "", "b"} {
			if err := c.t.Send([]byte(text)); err != nil {
				return err
			}
		}
		if err := wait(answered); err != nil {
			return err
		}
		if !slices.Equal(c.got, []string{"A", "", "B"}) || !slices.Equal(s.got, []string{"a", "", "b"}) {
			t.Errorf("got %q and %q", s.got, c.got)
		}
		c.t.Send(make([]byte, 100_000)) // too long: an error, and the transport goes on
		for len(c.errs) == 0 {
			yields(1)
		}
		c.t.Send([]byte("last"))
		c.t.Close() // after that
		if err := c.t.Send(nil); !errors.Is(err, net.ErrClosed) {
			t.Errorf("sent when closed: %v", err)
		}
		for len(c.lost) == 0 || len(s.got) < 4 {
			yields(1)
		}
		if s.got[3] != "last" || c.lost[0] != nil || c.made != 1 || c.t.WriteBufferSize() != 0 {
			t.Errorf("got %q, lost with %v", s.got, c.lost)
		}
		s.t.Abort()
		yields(3)
		if len(s.lost) != 1 || s.lost[0] != nil {
			t.Errorf("lost with %v", s.lost)
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// A heldGram records when it is held up.
type heldGram struct {
	gram
	events []string
}

func (g *heldGram) PauseWriting() {
	g.events = append(g.events, fmt.Sprint("pause at ", g.t.WriteBufferSize()))
}
func (g *heldGram) ResumeWriting() {
	g.events = append(g.events, fmt.Sprint("resume at ", g.t.WriteBufferSize()))
}

// The receiver is slow. The sender is told at the high water mark, and again at the low one.
func TestDatagramFlowControl(t *testing.T) {
	testbed.Clean(t)
	dir, err := os.MkdirTemp("", "rt")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	server, err := netio.ListenPacket("unixgram", filepath.Join(dir, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client, err := netio.DialPacket("unixgram", filepath.Join(dir, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = testbed.RunReal(t, do(func() error {
		g := new(heldGram)
		transports.NewDatagram(rt.Current().Loop(), client, g)
		g.t.SetWriteBufferLimits(1000, 10_000)
		if low, high := g.t.WriteBufferLimits(); low != 1000 || high != 10_000 {
			t.Errorf("limits are %d, %d", low, high)
		}
		const count = 1000
		for i := range count {
			if err := g.t.Send(fmt.Appendf(nil, "%100d", i)); err != nil {
				return err
			}
		}
		if want := []string{"pause at 10100"}; !slices.Equal(g.events, want) {
			t.Errorf("events are %q, want %q", g.events, want)
		}
		buf := make([]byte, 200)
		for i := range count {
			got, err := await(server.ReadFrom(buf))
			if want := fmt.Sprintf("%100d", i); string(buf[:got.V1]) != want || err != nil {
				return fmt.Errorf("datagram %d is %q, %w", i, buf[:got.V1], err)
			}
		}
		if want := []string{"pause at 10100", "resume at 1000"}; !slices.Equal(g.events, want) {
			t.Errorf("events are %q, want %q", g.events, want)
		}
		for range count { // the socket is stuck from now on
			g.t.Send(make([]byte, 100))
		}
		l := rt.Current().Loop()
		for l.Timers() == 0 {
			yields(1)
		}
		g.t.Abort()
		yields(4)
		if len(g.lost) != 1 || l.Timers() > 0 || len(l.Tasks()) != 1 {
			t.Errorf("lost with %v; %d timers and %d tasks are left", g.lost, l.Timers(), len(l.Tasks())-1)
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// stuckPackets is a socket that has no room.
type stuckPackets struct{ closed bool }

func (s *stuckPackets) Attach(*rt.Loop, rt.Readiness) error { return nil }
func (s *stuckPackets) ReadFrom([]byte) (int, netio.PacketAddr, error) {
	return 0, netio.PacketAddr{}, netio.ErrWouldBlock
}
func (s *stuckPackets) WriteTo([]byte, netio.PacketAddr) error {
	if s.closed {
		return io.ErrClosedPipe
	}
	return netio.ErrWouldBlock
}
func (s *stuckPackets) Close() error         { s.closed = true; return nil }
func (s *stuckPackets) LocalAddr() net.Addr  { return nil }
func (s *stuckPackets) RemoteAddr() net.Addr { return nil }

func TestDatagramAbortAndLoopEnd(t *testing.T) {
	testbed.Clean(t)
	for _, abort := range []bool{true, false} {
		end := &stuckPackets{}
		g := &gram{}
		l := testbed.NewLoop(t)
		if _, err := rt.RunUntilComplete(l, do(func() error {
			transports.NewDatagram(rt.Current().Loop(), netio.NewPacketConn(end), g)
			g.t.Send([]byte("one"))
			g.t.Send([]byte("two"))
			yields(3)
			if g.t.WriteBufferSize() != 6 {
				t.Errorf("%d bytes wait", g.t.WriteBufferSize())
			}
			if abort {
				g.t.Abort()
				yields(5)
			}
			return nil
		})); err != nil {
			t.Error(err)
		}
		err := l.Close()
		unsent, reported := errors.AsType[*rt.UnsentError](err)
		if reported == abort || reported && (len(unsent.Lost) != 1 || unsent.Lost[0].Bytes != 6) || !reported && err != nil {
			t.Errorf("abort %v: Close returned %v", abort, err)
		}
		if !end.closed || len(g.lost) != 1 || (g.lost[0] == nil) != abort {
			t.Errorf("abort %v: closed %v, lost %v", abort, end.closed, g.lost)
		}
	}
}
