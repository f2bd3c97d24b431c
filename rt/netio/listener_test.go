//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio_test

// This file tests listeners against real sockets.

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

func TestListenAddresses(t *testing.T) {
	checkLeaks(t)
	for _, test := range []struct{ network, addr, dial string }{
		{"tcp", "127.0.0.1:0", "127.0.0.1"},
		{"tcp4", "127.0.0.1:0", "127.0.0.1"},
		{"tcp", "localhost:0", "localhost"},
		{"tcp", ":0", "127.0.0.1"},
		{"tcp4", ":0", "127.0.0.1"},
		{"tcp6", "[::1]:0", "::1"},
		{"tcp", "[::1]:0", "::1"},
		{"tcp", ":0", "::1"},
	} {
		t.Run(test.network+test.addr, func(t *testing.T) {
			if strings.Contains(test.dial, ":") {
				l, err := net.Listen("tcp6", "[::1]:0")
				if err != nil {
					t.Skip("this system has no IPv6:", err)
				}
				l.Close()
			}
			l, err := netio.Listen(test.network, test.addr)
			if err != nil {
				t.Fatal(err)
			}
			port := l.Addr().(*net.TCPAddr).Port
			conn, err := net.Dial("tcp", net.JoinHostPort(test.dial, fmt.Sprint(port)))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			accepted, err := testbed.RunReal(t, l.Accept())
			if err != nil {
				t.Fatal(err)
			}
			if got, want := accepted.RemoteAddr().String(), conn.LocalAddr().String(); got != want {
				t.Errorf("RemoteAddr %s, want %s", got, want)
			}
			if got, want := accepted.LocalAddr().String(), conn.RemoteAddr().String(); got != want {
				t.Errorf("LocalAddr %s, want %s", got, want)
			}
			if err := errors.Join(accepted.Close(), l.Close()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestListenErrorsAreThoseOfPackageNet(t *testing.T) {
	checkLeaks(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, test := range []struct{ network, addr string }{
		{"tcp", taken.Addr().String()},
		{"udp", "127.0.0.1:0"},
		{"tcp9", "127.0.0.1:0"},
		{"tcp", "127.0.0.1"},
		{"tcp", "127.0.0.1:99999"},
		{"tcp6", "127.0.0.1:0"},
	} {
		got, gotErr := netio.Listen(test.network, test.addr)
		want, wantErr := net.Listen(test.network, test.addr)
		if got != nil || gotErr == nil {
			t.Errorf("Listen(%q, %q) worked", test.network, test.addr)
			continue
		}
		if test.network == "udp" {
			wantErr = nil // package net reports an unexpected address type
		}
		if want == nil && wantErr != nil && gotErr.Error() != wantErr.Error() {
			t.Errorf("Listen(%q, %q): %v, package net has %v", test.network, test.addr, gotErr, wantErr)
		}
		var operr *net.OpError
		if !errors.As(gotErr, &operr) || operr.Op != "listen" {
			t.Errorf("Listen(%q, %q): %#v, want a *net.OpError", test.network, test.addr, gotErr)
		}
	}
	if _, err := netio.Listen("tcp", taken.Addr().String()); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("listen on a taken port: %v", err)
	}
}

// A closed listener refuses new peers, and those that were waiting in its queue.
func TestClosedListenerRefuses(t *testing.T) {
	checkLeaks(t)
	l, err := netio.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	waiting, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer waiting.Close()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if n, err := waiting.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Errorf("read %d, %v", n, err)
	}
	if conn, err := net.Dial("tcp", l.Addr().String()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("dial: %v, %v", conn, err)
	}
}

func TestCloseListenerWhileAccepting(t *testing.T) {
	checkLeaks(t)
	_, err := testbed.RunReal(t, async(func() error {
		l, err := netio.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		accepting := rt.Spawn(rt.Current(), l.Accept())
		await(rt.Yield())
		await(rt.Yield())
		_, err = await(l.Accept())
		if err == nil || !strings.Contains(err.Error(), "another task is accepting already") {
			t.Errorf("second accept: %v", err)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		for op, err := range map[string]error{
			"accept": second(await(accepting)),
			"later":  second(await(l.Accept())),
			"close":  l.Close(),
		} {
			var operr *net.OpError
			if !errors.Is(err, net.ErrClosed) || !errors.As(err, &operr) || operr.Addr.String() != l.Addr().String() {
				t.Errorf("%s: %v", op, err)
			}
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

func TestCancelledAcceptLosesNoConnection(t *testing.T) {
	checkLeaks(t)
	_, err := testbed.RunReal(t, async(func() error {
		l, err := netio.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer l.Close()
		scope := rt.Current().OpenScope()
		rt.Current().Loop().CallSoon(func() { scope.Cancel(nil) })
		if _, err := await(l.Accept()); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled accept: %v", err)
		}
		scope.Close()
		client, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			return err
		}
		defer client.Close()
		conn, err := await(l.Accept())
		if err != nil {
			return err
		}
		return conn.Close()
	}))
	if err != nil {
		t.Error(err)
	}
}

// More peers connect than the queue holds. Those without a place try again by themselves, and
// all are served once somebody accepts. This test waits for the system, which tries again after
// a second.
func TestFullListenQueue(t *testing.T) {
	checkLeaks(t)
	f, addr := shortQueue(t, 1)
	l, err := netio.FileListener(f)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, err = testbed.RunReal(t, async(func() error {
		const clients = 6
		var calls []*rt.TaskOf[rt.Void]
		connected := 0
		for i := range clients {
			calls = append(calls, rt.Spawn(rt.Current(), async(func() error {
				c, err := await(netio.Dial("tcp", addr))
				if err != nil {
					return err
				}
				defer c.Close()
				connected++
				if _, err := await(c.Write([]byte{byte(i)})); err != nil {
					return err
				}
				buf := make([]byte, 2)
				if n, err := await(c.Read(buf)); n != 1 || buf[0] != byte(i) {
					return fmt.Errorf("client %d: read %d bytes, %d, %w", i, n, buf[0], err)
				}
				return nil
			})))
		}
		for range 100 {
			await(rt.Yield())
		}
		if connected == clients {
			t.Log("this system connects however full the queue is")
		}
		for range clients {
			c, err := await(l.Accept())
			if err != nil {
				return err
			}
			rt.Spawn(rt.Current(), async(func() error {
				defer c.Close()
				buf := make([]byte, 1)
				if _, err := await(c.Read(buf)); err != nil {
					return err
				}
				_, err := await(c.Write(buf))
				return err
			}))
		}
		for _, call := range calls {
			if _, err := await(call); err != nil {
				t.Error(err)
			}
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// shortQueue returns a socket that listens on 127.0.0.1 with a queue of the given length, and
// its address.
func shortQueue(t *testing.T, backlog int) (f *os.File, addr string) {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	f = os.NewFile(uintptr(fd), "listener")
	t.Cleanup(func() { f.Close() })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, backlog); err != nil {
		t.Fatal(err)
	}
	at, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	return f, fmt.Sprintf("127.0.0.1:%d", at.(*syscall.SockaddrInet4).Port)
}

// Peers that arrive during a suspension do not end it: each would cost a system call that
// fails.
func TestSuspensionIsNotCutShort(t *testing.T) {
	end := &exhausted{}
	l := netio.NewListener(end)
	loop := testbed.NewLoop(t, rt.WithHandler(func(error) {}))
	_, err := rt.RunUntilComplete(loop, async(func() error {
		accepting := rt.Spawn(rt.Current(), l.Accept())
		for range 10 {
			if _, err := await(rt.Sleep(400 * time.Microsecond)); err != nil {
				return err
			}
			end.r.Ready(true, false)
		}
		if end.calls != 1 {
			t.Errorf("%d calls in the first 4 ms, want 1", end.calls)
		}
		if _, err := await(rt.Sleep(2 * time.Second)); err != nil {
			return err
		}
		// After 0, 5, 15, 35, 75, 155, 315, 635 and 1275 ms, then every second.
		if end.calls != 9 {
			t.Errorf("%d calls in the first 2 s, want 9", end.calls)
		}
		if err := l.Close(); err != nil {
			return err
		}
		await(accepting)
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// Accepts that are cancelled do not end a suspension, and Close leaves no timer behind.
func TestCancelledInSuspension(t *testing.T) {
	end := &exhausted{}
	l := netio.NewListener(end)
	loop := testbed.NewLoop(t, rt.WithHandler(func(error) {}))
	_, err := rt.RunUntilComplete(loop, async(func() error {
		for range 3 {
			_, err := await(rt.Timeout(time.Microsecond, l.Accept()))
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("accept: %v", err)
			}
		}
		if end.calls != 1 {
			t.Errorf("%d calls in the first microseconds, want 1", end.calls)
		}
		return l.Close()
	}))
	if err != nil {
		t.Error(err)
	}
}

// exhausted is an Acceptor that never gets a descriptor.
type exhausted struct {
	netio.Acceptor
	r     rt.Readiness
	calls int
}

func (e *exhausted) Attach(_ *rt.Loop, r rt.Readiness) error { e.r = r; return nil }
func (e *exhausted) Addr() net.Addr                          { return nil }
func (e *exhausted) Close() error                            { return nil }

func (e *exhausted) Accept() (*netio.Conn, error) {
	e.calls++
	return nil, syscall.EMFILE
}

// TestOutOfDescriptors takes all descriptors from a server in a process of its own. The server
// goes on with its connections, and accepts the other peers later.
func TestOutOfDescriptors(t *testing.T) {
	if os.Getenv("RT_OUT_OF_DESCRIPTORS") != "" {
		serveWithoutDescriptors(t)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestOutOfDescriptors$")
	cmd.Env = append(os.Environ(), "RT_OUT_OF_DESCRIPTORS=1")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer in.Close()
	lines := bufio.NewScanner(out)
	line := func(want string) string {
		t.Helper()
		if !lines.Scan() || !strings.Contains(lines.Text(), want) {
			t.Fatalf("the server said %q, want %q", lines.Text(), want)
		}
		return lines.Text()
	}
	_, addr, _ := strings.Cut(line("listening on "), "on ")
	dial := func() net.Conn {
		t.Helper()
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		return conn
	}
	first := dial()
	echoes(t, first, "served")

	fmt.Fprintln(in, "exhaust")
	line("exhausted")
	var waiting []net.Conn
	for range 10 {
		waiting = append(waiting, dial())
	}
	report := line("reported: ")
	if !strings.Contains(report, "accept tcp "+addr) || !strings.Contains(report, "too many open files") {
		t.Errorf("%s", report)
	}
	for range 100 {
		echoes(t, first, "still served")
	}

	fmt.Fprintln(in, "release")
	line("released")
	for _, conn := range waiting {
		echoes(t, conn, "served at last")
	}
	echoes(t, dial(), "business as usual")
	in.Close()
	line("PASS") // no second report and no error
}

func serveWithoutDescriptors(t *testing.T) {
	s := startServer(t, func(c *netio.Conn) rt.Coroutine[rt.Void] { return echo(c, 100) })
	go func() {
		for err := range s.reports {
			fmt.Println("reported:", err)
		}
	}()
	fmt.Println("listening on", s.listener.Addr())
	var usual syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &usual); err != nil {
		t.Fatal(err)
	}
	commands := bufio.NewScanner(os.Stdin)
	var taken []*os.File
	for commands.Scan() {
		switch commands.Text() {
		case "exhaust":
			limit := usual
			limit.Cur = min(usual.Cur, 100)
			if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
				t.Fatal(err)
			}
			for {
				f, err := os.Open(os.DevNull)
				if err != nil {
					break
				}
				taken = append(taken, f)
			}
			// Operations that need a descriptor fail now and say why.
			for what, err := range map[string]error{
				"loop":    second(rt.NewLoop()),
				"dial":    second(rt.Block(rt.StartThreadsafe(s.loop, netio.Dial("tcp", s.listener.Addr().String())))),
				"listen":  second(netio.Listen("tcp", "127.0.0.1:0")),
				"packets": second(netio.ListenPacket("udp", "127.0.0.1:0")),
			} {
				if !errors.Is(err, syscall.EMFILE) {
					t.Errorf("%s without descriptors: %v", what, err)
				}
			}
			fmt.Println("exhausted")
		case "release":
			if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &usual); err != nil {
				t.Fatal(err)
			}
			fmt.Println("released")
		}
	}
	for _, f := range taken {
		f.Close()
	}
	close(s.reports)
}
