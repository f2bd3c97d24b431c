//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package transports_test

// This file tests datagrams over a socket that follows a script.

import (
	"errors"
	"net"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/streams"
	"github.com/coroutinegen/coroutinegen/rt/transports"
)

// packets is a datagram socket that follows a script.
type packets struct {
	ready  rt.Readiness
	in     []any   // what is received: a text, an error, or nil for a spurious report
	room   int     // number of datagrams that can be sent
	refuse []error // errors of sending; nil: no error
	sent   []string
	peer   net.Addr
	closed int
}

func (p *packets) Attach(_ *rt.Loop, r rt.Readiness) error { p.ready = r; return nil }

func (p *packets) ReadFrom(buf []byte) (int, netio.PacketAddr, error) {
	if len(p.in) == 0 || p.in[0] == nil {
		return 0, netio.PacketAddr{}, netio.ErrWouldBlock
	}
	next := p.in[0]
	p.in = p.in[1:]
	if err, ok := next.(error); ok {
		return 0, netio.PacketAddr{}, err
	}
	return copy(buf, next.(string)), netio.PacketAddr{Path: "from"}, nil
}

func (p *packets) WriteTo(buf []byte, to netio.PacketAddr) error {
	if p.peer != nil && to != (netio.PacketAddr{}) {
		return net.ErrWriteToConnected
	}
	if len(p.refuse) > 0 {
		err := p.refuse[0]
		p.refuse = p.refuse[1:]
		if err != nil {
			return err
		}
	}
	if p.room == 0 {
		return netio.ErrWouldBlock
	}
	p.room--
	p.sent = append(p.sent, to.Path+":"+string(buf))
	return nil
}

func (p *packets) Close() error         { p.closed++; return nil }
func (p *packets) LocalAddr() net.Addr  { return nil }
func (p *packets) RemoteAddr() net.Addr { return p.peer }

// arrive adds to what is received.
func (p *packets) arrive(what ...any) {
	p.in = append(p.in, what...)
	p.ready.Ready(true, false)
}

func (p *packets) makeRoom(n int) {
	p.room += n
	p.ready.Ready(false, true)
}

func (p *packets) wantSent(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(p.sent, want) {
		t.Errorf("sent %q, want %q", p.sent, want)
	}
}

func (g *gram) wantErrors(t *testing.T, want ...error) {
	t.Helper()
	if len(g.errs) != len(want) {
		t.Errorf("errors are %v, want %v", g.errs, want)
		return
	}
	for i, err := range g.errs {
		if !errors.Is(err, want[i]) {
			t.Errorf("error %d is %v, want %v", i, err, want[i])
		}
	}
}

var there = netio.PacketAddr{Path: "there"}

func TestDatagramTransport(t *testing.T) {
	for _, test := range []struct {
		name string
		body func(t *testing.T, p *packets, g *gram)
	}{
		{"read_ready", func(t *testing.T, p *packets, g *gram) {
			var from netio.PacketAddr
			g.receive = func(_ []byte, a netio.PacketAddr) { from = a }
			p.arrive("data", "", "more")
			yields(4)
			if !slices.Equal(g.got, []string{"data", "", "more"}) || from.Path != "from" {
				t.Errorf("received %q from %v", g.got, from)
			}
		}},
		{"read_ready_tryagain", func(t *testing.T, p *packets, g *gram) {
			p.arrive(nil)
			yields(4)
			g.wantErrors(t)
			p.in = nil
			p.arrive("data")
			yields(4)
			if !slices.Equal(g.got, []string{"data"}) {
				t.Errorf("received %q", g.got)
			}
		}},
		{"read_ready_oserr", func(t *testing.T, p *packets, g *gram) {
			p.arrive(syscall.ECONNREFUSED, "data")
			yields(4)
			g.wantErrors(t, syscall.ECONNREFUSED)
			if !slices.Equal(g.got, []string{"data"}) || len(g.lost) > 0 {
				t.Errorf("received %q, lost with %v", g.got, g.lost)
			}
		}},
		{"sendto", func(t *testing.T, p *packets, g *gram) {
			p.room = 3
			data := []byte("data")
			g.t.SendTo(data, there)
			copy(data, "gone") // the transport has a copy
			g.t.SendTo(nil, there)
			yields(4)
			p.wantSent(t, "there:data", "there:")
		}},
		{"sendto_buffer", func(t *testing.T, p *packets, g *gram) {
			for _, text := range []string{"data1", "data2", "", "data3"} {
				g.t.SendTo([]byte(text), there)
				yields(2)
			}
			p.wantSent(t)
			if n := g.t.WriteBufferSize(); n != 15 {
				t.Errorf("%d bytes wait", n)
			}
			p.makeRoom(2)
			yields(4)
			p.wantSent(t, "there:data1", "there:data2")
			p.makeRoom(2)
			yields(4)
			p.wantSent(t, "there:data1", "there:data2", "there:", "there:data3")
			if n := g.t.WriteBufferSize(); n != 0 {
				t.Errorf("%d bytes wait", n)
			}
		}},
		{"sendto_ready_tryagain", func(t *testing.T, p *packets, g *gram) {
			g.t.SendTo([]byte("data"), there)
			yields(3)
			p.makeRoom(0) // a spurious report
			yields(3)
			p.wantSent(t)
			p.makeRoom(1)
			yields(3)
			p.wantSent(t, "there:data")
		}},
		{"sendto_ready_no_data", func(t *testing.T, p *packets, g *gram) {
			p.makeRoom(1)
			yields(3)
			p.wantSent(t)
		}},
		{"sendto_error_received", func(t *testing.T, p *packets, g *gram) {
			p.room, p.refuse = 9, []error{nil, syscall.ECONNREFUSED, nil}
			for _, text := range []string{"one", "two", "three"} {
				g.t.SendTo([]byte(text), there)
			}
			yields(5)
			p.wantSent(t, "there:one", "there:three")
			g.wantErrors(t, syscall.ECONNREFUSED)
			if len(g.lost) > 0 {
				t.Errorf("lost with %v", g.lost)
			}
		}},
		{"sendto_ready_error_received", func(t *testing.T, p *packets, g *gram) {
			g.t.SendTo([]byte("one"), there)
			g.t.SendTo([]byte("two"), there)
			yields(3)
			p.refuse = []error{syscall.ECONNREFUSED}
			p.makeRoom(1)
			yields(5)
			p.wantSent(t, "there:two")
			g.wantErrors(t, syscall.ECONNREFUSED)
		}},
		{"sendto_connected_addr", func(t *testing.T, p *packets, g *gram) {
			p.peer, p.room = &net.UnixAddr{Name: "peer"}, 1
			g.t.SendTo([]byte("astray"), there)
			g.t.Send([]byte("data"))
			yields(5)
			p.wantSent(t, ":data")
			g.wantErrors(t, net.ErrWriteToConnected)
		}},
		{"sendto_ready_closing", func(t *testing.T, p *packets, g *gram) {
			g.t.SendTo([]byte("one"), there)
			g.t.SendTo([]byte("two"), there)
			yields(3)
			g.t.Close()
			g.t.Close()
			if err := g.t.SendTo([]byte("three"), there); !errors.Is(err, net.ErrClosed) {
				t.Errorf("sent while closing: %v", err)
			}
			yields(3)
			if len(g.lost) > 0 {
				t.Error("lost before everything was sent")
			}
			p.makeRoom(5)
			yields(5)
			p.wantSent(t, "there:one", "there:two")
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, g := &packets{}, &gram{}
			run(t, func() error {
				transports.NewDatagram(rt.Current().Loop(), netio.NewPacketConn(p), g)
				yields(2)
				test.body(t, p, g)
				g.t.Close()
				yields(5)
				return nil
			})
			if g.made != 1 || len(g.lost) != 1 || g.lost[0] != nil || p.closed != 1 {
				t.Errorf("made %d, lost with %v, closed %d times", g.made, g.lost, p.closed)
			}
		})
	}
}

// A loud gram panics when it is told of an error.
type loud struct{ gram }

func (l *loud) ErrorReceived(err error) { panic(err) }

// A panic of the protocol ends its transport, and goes where panics go.
func TestDatagramProtocolPanics(t *testing.T) {
	for name, happens := range map[string]func(p *packets, l *loud){
		"received": func(p *packets, l *loud) {
			l.receive = func([]byte, netio.PacketAddr) { panic(syscall.EIO) }
			p.arrive("data")
		},
		"error received": func(p *packets, l *loud) { p.arrive(syscall.EIO) },
		"error sent": func(p *packets, l *loud) {
			p.refuse = []error{syscall.EIO}
			l.t.SendTo([]byte("one"), there)
			l.t.SendTo([]byte("two"), there)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var reports []error
			p, l := &packets{}, &loud{}
			run(t, func() error {
				transports.NewDatagram(rt.Current().Loop(), netio.NewPacketConn(p), l)
				yields(2)
				happens(p, l)
				yields(6)
				if err := l.t.SendTo(nil, there); !errors.Is(err, net.ErrClosed) {
					t.Errorf("sent after the end: %v", err)
				}
				return nil
			}, rt.WithHandler(func(err error) { reports = append(reports, err) }))
			if len(reports) != 1 || !errors.Is(reports[0], syscall.EIO) {
				t.Errorf("reports: %v", reports)
			}
			if p.closed != 1 || len(l.lost) != 1 || l.lost[0] == nil || !strings.Contains(l.lost[0].Error(), "panicked") {
				t.Errorf("closed %d times, lost with %v", p.closed, l.lost)
			}
		})
	}
}

// A hasty gram closes its transport when the peer does not keep up.
type hasty struct{ gram }

func (h *hasty) PauseWriting()  { h.t.Close() }
func (h *hasty) ResumeWriting() {}

func TestDatagramClosedInPauseWriting(t *testing.T) {
	p, h := &packets{room: 1}, &hasty{}
	run(t, func() error {
		d := transports.NewDatagram(rt.Current().Loop(), netio.NewPacketConn(p), h)
		d.SetWriteBufferLimits(0, 0)
		if err := d.SendTo([]byte("last"), there); err != nil {
			t.Error(err)
		}
		yields(6)
		return nil
	})
	p.wantSent(t, "there:last")
	if p.closed != 1 || len(h.lost) != 1 || h.lost[0] != nil {
		t.Errorf("closed %d times, lost with %v", p.closed, h.lost)
	}
}

func TestDatagramHardLimit(t *testing.T) {
	p, g := &packets{}, &gram{}
	run(t, func() error {
		d := transports.NewDatagram(rt.Current().Loop(), netio.NewPacketConn(p), g)
		d.SetHardLimit(10)
		var full *streams.FullError
		if err := d.SendTo(make([]byte, 8), there); err != nil {
			t.Error(err)
		}
		if err := d.SendTo(make([]byte, 3), there); !errors.As(err, &full) || full.Limit != 10 || full.Buffered != 8 || d.HardLimit() != 10 {
			t.Errorf("sent beyond the limit: %v", err)
		}
		if err := d.SendTo(make([]byte, 2), there); err != nil {
			t.Error(err)
		}
		d.Abort()
		yields(5)
		return nil
	})
}
