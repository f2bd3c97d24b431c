//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio_test

// This file tests datagrams.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

func TestUDP(t *testing.T) {
	for _, local := range []struct{ network, addr string }{{"udp", "127.0.0.1:0"}, {"udp4", ":0"}, {"udp", ":0"}, {"udp6", "[::1]:0"}} {
		t.Run(local.network+local.addr, func(t *testing.T) {
			checkLeaks(t)
			server, err := netio.ListenPacket(local.network, local.addr)
			if err != nil {
				t.Skip(err)
			}
			defer server.Close()
			to := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(server.LocalAddr().(*net.UDPAddr).Port))
			if local.network == "udp6" {
				to = netip.AddrPortFrom(netip.IPv6Loopback(), to.Port())
			}
			client, err := netio.DialPacket("udp", to.String())
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			_, err = testbed.RunReal(t, async(func() error {
				buf := make([]byte, 10)
				recv := rt.Spawn(rt.Current(), server.ReadFrom(buf))
				await(rt.Yield())
				if n, err := await(client.Write([]byte("hello"))); n != 5 || err != nil {
					return fmt.Errorf("wrote %d: %w", n, err)
				}
				got, err := await(recv)
				if err != nil || string(buf[:got.V1]) != "hello" {
					t.Errorf("read %q, %v", buf[:got.V1], err)
				}
				if got.V2.String() != client.LocalAddr().String() {
					t.Errorf("from %v, want %v", got.V2, client.LocalAddr())
				}
				if _, err := await(server.WriteTo([]byte("hi"), got.V2)); err != nil {
					return err
				}
				got, err = await(client.ReadFrom(buf))
				if err != nil || string(buf[:got.V1]) != "hi" || got.V2.UDP != to {
					t.Errorf("read %q from %v, %v", buf[:got.V1], got.V2, err)
				}
				// An empty datagram is a datagram. A long datagram loses its end.
				await(client.Write(nil))
				await(client.Write([]byte("longer than the buffer")))
				if got, err := await(server.ReadFrom(buf)); got.V1 != 0 || err != nil {
					t.Errorf("an empty datagram: %v, %v", got, err)
				}
				if got, err := await(server.ReadFrom(buf)); string(buf[:got.V1]) != "longer tha" || !errors.Is(err, io.ErrShortBuffer) {
					t.Errorf("a long datagram: %q, %v", buf[:got.V1], err)
				}
				if _, err := await(server.Write([]byte("to whom?"))); err == nil {
					t.Error("sent without an address")
				}
				if _, err := await(client.WriteTo([]byte("x"), got.V2)); !errors.Is(err, net.ErrWriteToConnected) {
					t.Errorf("sent to an address though connected: %v", err)
				}
				return nil
			}))
			if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCancelledAndClosedPacketRead(t *testing.T) {
	checkLeaks(t)
	c, err := netio.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, err = testbed.RunReal(t, async(func() error {
		buf := make([]byte, 10)
		read := rt.Spawn(rt.Current(), c.ReadFrom(buf))
		await(rt.Yield())
		await(rt.Yield())
		if _, err := await(c.ReadFrom(buf)); err == nil || !strings.Contains(err.Error(), "another task is reading") {
			t.Errorf("a second reader: %v", err)
		}
		read.Cancel(nil)
		if _, err := await(read); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled read: %v", err)
		}
		read = rt.Spawn(rt.Current(), c.ReadFrom(buf))
		await(rt.Yield())
		await(rt.Yield())
		c.Close()
		if _, err := await(read); !errors.Is(err, net.ErrClosed) {
			t.Errorf("read when closed: %v", err)
		}
		if err := c.Close(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("closed twice: %v", err)
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// The queue of the receiver is full: the sender waits, and nothing is lost.
func TestUnixgramBackpressure(t *testing.T) {
	checkLeaks(t)
	path := socketPath(t)
	server, err := netio.ListenPacket("unixgram", path)
	if err != nil {
		t.Fatal(err)
	}
	reply := path + "2"
	client, err := netio.ListenPacket("unixgram", reply)
	if err != nil {
		t.Fatal(err)
	}
	connected, err := netio.DialPacket("unixgram", path)
	if err != nil {
		t.Fatal(err)
	}
	const count = 500
	_, err = testbed.RunReal(t, async(func() error {
		for name, send := range map[string]func(p []byte) netio.WriteToOp{
			reply: func(p []byte) netio.WriteToOp { return client.WriteTo(p, netio.PacketAddr{Path: path}) },
			"":    connected.Write,
		} {
			sender := rt.Spawn(rt.Current(), async(func() error {
				for i := range count {
					if _, err := await(send(fmt.Append(nil, i))); err != nil {
						return err
					}
				}
				return nil
			}))
			for range 100 {
				await(rt.Yield())
			}
			if sender.Done() {
				t.Log("the queue holds everything")
			}
			buf := make([]byte, 100)
			for i := range count {
				got, err := await(server.ReadFrom(buf))
				if err != nil {
					return err
				}
				if string(buf[:got.V1]) != fmt.Sprint(i) || got.V2.Path != name {
					return fmt.Errorf("datagram %d is %q from %q", i, buf[:got.V1], got.V2)
				}
			}
			if _, err := await(sender); err != nil {
				return err
			}
		}
		return errors.Join(server.Close(), client.Close(), connected.Close())
	}))
	if err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(path); err == nil {
		t.Error("the file stays although the socket was closed")
	}
}

// Close ends at once a send that waits for room in the queue of the receiver.
func TestCloseWhileTheQueueIsFull(t *testing.T) {
	checkLeaks(t)
	path := socketPath(t)
	server, err := netio.ListenPacket("unixgram", path)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client, err := netio.DialPacket("unixgram", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = testbed.RunReal(t, async(func() error {
		l := rt.Current().Loop()
		send := rt.Spawn(rt.Current(), async(func() error {
			for {
				if _, err := await(client.Write([]byte("x"))); err != nil {
					return err
				}
			}
		}))
		for l.Timers() == 0 { // the sender tries again later
			await(rt.Yield())
		}
		client.Close()
		await(rt.Yield())
		await(rt.Yield())
		if !send.Done() || l.Timers() > 0 {
			t.Errorf("the send is over: %v; %d timers are left", send.Done(), l.Timers())
		}
		if _, err := await(send); !errors.Is(err, net.ErrClosed) {
			t.Errorf("send: %v", err)
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// Nobody listens at the destination of a datagram. The next operation of a connected socket
// fails, and the socket goes on.
func TestDatagramRefused(t *testing.T) {
	checkLeaks(t)
	nobody, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := nobody.LocalAddr().String()
	nobody.Close()
	client, err := netio.DialPacket("udp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	_, err = testbed.RunReal(t, async(func() error {
		buf := make([]byte, 10)
		read := rt.Spawn(rt.Current(), client.ReadFrom(buf))
		await(rt.Yield())
		if _, err := await(client.Write([]byte("anybody there?"))); err != nil {
			return err
		}
		var operr *net.OpError
		if _, err := await(read); !errors.Is(err, syscall.ECONNREFUSED) || !errors.As(err, &operr) || operr.Op != "read" {
			t.Errorf("read while nobody listens: %v", err)
		}
		if _, err := await(client.Write([]byte("hello?"))); err != nil {
			return err
		}
		if _, err := await(client.Write([]byte("hello?"))); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("the write after the one that was refused: %v", err)
		}
		server, err := netio.ListenPacket("udp", addr)
		if err != nil {
			return err
		}
		defer server.Close()
		if _, err := await(client.Write([]byte("welcome"))); err != nil {
			return err
		}
		if got, err := await(server.ReadFrom(buf)); string(buf[:got.V1]) != "welcome" || err != nil {
			t.Errorf("read %q, %v", buf[:got.V1], err)
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// An address without a socket is an error at once.
func TestPacketErrors(t *testing.T) {
	checkLeaks(t)
	fakeDNS(t)
	taken, err := netio.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	missing := socketPath(t)
	listen := func(network, addr string) error {
		c, err := netio.ListenPacket(network, addr)
		if err == nil {
			c.Close()
		}
		return err
	}
	dial := func(network, addr string) error {
		c, err := netio.DialPacket(network, addr)
		if err == nil {
			c.Close()
		}
		return err
	}
	is := func(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }
	as := func(want any) func(error) bool { return func(err error) bool { return errors.As(err, want) } }
	for _, test := range []struct {
		name string
		err  error
		want func(error) bool
	}{
		{"no_addrinfo", listen("udp", "unknown.test:0"), as(new(*net.DNSError))},
		{"no_addrinfo/resolve", second(testbed.RunReal(t, netio.Resolve("udp", "unknown.test:53"))), as(new(*net.DNSError))},
		{"addr_error", listen("udp", "nonsense"), as(new(*net.AddrError))},
		{"addr_error/dial", dial("udp", "nonsense"), func(err error) bool { return strings.Contains(err.Error(), "netio.Resolve") }},
		{"connect_err", dial("unixgram", missing), is(fs.ErrNotExist)},
		{"no_matching_family", listen("udp6", "127.0.0.1:0"), as(new(*net.AddrError))},
		{"no_matching_family/dial", dial("udp4", "[::1]:1"), as(new(*net.AddrError))},
		{"no_matching_family/write", second(testbed.RunReal(t, taken.WriteTo(nil, netio.PacketAddr{UDP: netip.MustParseAddrPort("[::1]:1")}))), as(new(*net.AddrError))},
		{"cant_bind", listen("udp4", taken.LocalAddr().String()), is(syscall.EADDRINUSE)},
		{"cant_bind/unix", listen("unixgram", missing+"/in/no/directory"), is(fs.ErrNotExist)},
	} {
		var operr *net.OpError
		if test.err == nil || !test.want(test.err) || !errors.As(test.err, &operr) && test.name != "no_addrinfo/resolve" {
			t.Errorf("%s: %v", test.name, test.err)
		}
	}
}

// A socket that was made elsewhere, with other options.
func TestFilePacketConn(t *testing.T) {
	checkLeaks(t)
	theirs, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ours, err := netio.FilePacketConn(theirs.(*net.UDPConn))
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	if ours.LocalAddr().String() != theirs.LocalAddr().String() || ours.RemoteAddr() != nil {
		t.Errorf("%v - %v, want %v", ours.LocalAddr(), ours.RemoteAddr(), theirs.LocalAddr())
	}
	theirs.Close()
	client, err := net.Dial("udp", ours.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := client.Write([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 10)
	_, err = testbed.RunReal(t, async(func() error {
		got, err := await(ours.ReadFrom(buf))
		if string(buf[:got.V1]) != "hello" || got.V2.String() != client.LocalAddr().String() || err != nil {
			t.Errorf("read %q from %v, %v", buf[:got.V1], got.V2, err)
		}
		_, err = await(ours.WriteTo([]byte("hi"), got.V2))
		return err
	}))
	if err != nil {
		t.Error(err)
	}
	if n, err := client.Read(buf); string(buf[:n]) != "hi" || err != nil {
		t.Errorf("read %q, %v", buf[:n], err)
	}
}

func TestPacketNetworks(t *testing.T) {
	checkLeaks(t)
	for _, test := range []struct{ network, addr string }{{"tcp", "127.0.0.1:1"}, {"udp", "localhost:1"}, {"udp", "nonsense"}} {
		if c, err := netio.DialPacket(test.network, test.addr); err == nil {
			c.Close()
			t.Errorf("dialed %v", test)
		}
	}
	if _, err := netio.ListenPacket("tcp", ":0"); err == nil {
		t.Error("listened for datagrams on tcp")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := netio.FilePacketConn(l.(*net.TCPListener)); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("datagrams of a stream socket: %v", err)
	}
	addrs, err := testbed.RunReal(t, netio.Resolve("udp", "localhost:53"))
	if err != nil || len(addrs) == 0 || addrs[0].Port() != 53 {
		t.Errorf("resolved to %v, %v", addrs, err)
	}
}

// A socket that was made elsewhere.
func TestDatagramsOverASocketMadeElsewhere(t *testing.T) {
	checkLeaks(t)
	theirs, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c, err := netio.FilePacketConn(theirs.(*net.UDPConn))
	if err != nil {
		t.Fatal(err)
	}
	if c.LocalAddr().String() != theirs.LocalAddr().String() || c.RemoteAddr() != nil {
		t.Errorf("%v - %v", c.LocalAddr(), c.RemoteAddr())
	}
	theirs.Close()
	_, err = testbed.RunReal(t, async(func() error {
		defer c.Close()
		self := netio.PacketAddr{UDP: c.LocalAddr().(*net.UDPAddr).AddrPort()}
		if _, err := await(c.WriteTo([]byte("still open"), self)); err != nil {
			return err
		}
		buf := make([]byte, 20)
		got, err := await(c.ReadFrom(buf))
		if string(buf[:got.V1]) != "still open" || err != nil {
			t.Errorf("read %q, %v", buf[:got.V1], err)
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// A datagram to an address where nobody listens does not break the socket, connected or not.
func TestDatagramToNobody(t *testing.T) {
	checkLeaks(t)
	nobody, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := nobody.LocalAddr().(*net.UDPAddr).AddrPort()
	nobody.Close()
	a, err := netio.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b, err := netio.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	connected, err := netio.DialPacket("udp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	_, err = testbed.RunReal(t, async(func() error {
		to := func(c *netio.PacketConn) netio.PacketAddr {
			return netio.PacketAddr{UDP: c.LocalAddr().(*net.UDPAddr).AddrPort()}
		}
		buf := make([]byte, 10)
		for _, text := range []string{"before", "after"} {
			for _, pair := range [][2]*netio.PacketConn{{a, b}, {b, a}} {
				if _, err := await(pair[0].WriteTo([]byte(text), to(pair[1]))); err != nil {
					return err
				}
				got, err := await(pair[1].ReadFrom(buf))
				if string(buf[:got.V1]) != text || err != nil {
					t.Errorf("read %q, %v", buf[:got.V1], err)
				}
			}
			if _, err := await(a.WriteTo([]byte("astray"), netio.PacketAddr{UDP: addr})); err != nil {
				t.Errorf("sent to nobody: %v", err)
			}
		}
		if _, err := await(connected.Write([]byte("astray"))); err != nil {
			return err
		}
		if _, err := await(connected.ReadFrom(buf)); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("read from nobody: %v", err)
		}
		again, err := netio.ListenPacket("udp", addr.String())
		if err != nil {
			t.Log("somebody has taken the port:", err)
			return nil
		}
		defer again.Close()
		if _, err := await(connected.Write([]byte("data"))); err != nil {
			return err
		}
		got, err := await(again.ReadFrom(buf))
		if string(buf[:got.V1]) != "data" || err != nil {
			t.Errorf("read %q, %v", buf[:got.V1], err)
		}
		return nil
	}))
	if err := errors.Join(err, a.Close(), b.Close(), connected.Close()); err != nil {
		t.Error(err)
	}
}
