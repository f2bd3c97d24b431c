//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio_test

// This file tests connections other than TCP: Unix sockets, pipes, and descriptors made
// elsewhere.

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// socketPath returns a path that is short enough for a socket.
func socketPath(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "rt")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return filepath.Join(dir, "socket")
}

// readAll reads c to its end.
func readAll(c *netio.Conn) (string, error) {
	var all []byte
	buf := make([]byte, 100)
	for {
		n, err := await(c.Read(buf))
		all = append(all, buf[:n]...)
		if err == io.EOF {
			return string(all), nil
		}
		if err != nil {
			return string(all), err
		}
	}
}

func TestUnixSocket(t *testing.T) {
	checkLeaks(t)
	path := socketPath(t)
	_, err := testbed.RunReal(t, async(func() error {
		l, err := netio.Listen("unix", path)
		if err != nil {
			return err
		}
		defer l.Close()
		accept := rt.Spawn(rt.Current(), l.Accept())
		client, err := await(netio.Dial("unix", path))
		if err != nil {
			return err
		}
		defer client.Close()
		server, err := await(accept)
		if err != nil {
			return err
		}
		defer server.Close()
		for _, c := range []struct {
			got  net.Addr
			want string
		}{{l.Addr(), path}, {server.LocalAddr(), path}, {client.RemoteAddr(), path}, {client.LocalAddr(), ""}} {
			if a, ok := c.got.(*net.UnixAddr); !ok || strings.TrimPrefix(a.Name, "@") != c.want || a.Net != "unix" {
				t.Errorf("address is %v, want %s", c.got, c.want)
			}
		}
		if _, err := await(client.Write([]byte("hello"))); err != nil {
			return err
		}
		if err := client.CloseWrite(); err != nil {
			return err
		}
		if got, err := readAll(server); got != "hello" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		if _, err := await(server.Write([]byte("bye"))); err != nil {
			return err
		}
		server.Close()
		if got, err := readAll(client); got != "bye" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

func TestUnixSocketErrorsAreThoseOfPackageNet(t *testing.T) {
	checkLeaks(t)
	path := socketPath(t)
	for _, addr := range []string{path, ""} {
		_, got := testbed.RunReal(t, netio.Dial("unix", addr))
		_, want := net.Dial("unix", addr)
		if got == nil || got.Error() != want.Error() {
			t.Errorf("Dial(%q): %v\npackage net: %v", addr, got, want)
		}
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, got := netio.Listen("unix", path)
	_, want := net.Listen("unix", path)
	if got == nil || got.Error() != want.Error() || !errors.Is(got, syscall.EADDRINUSE) {
		t.Errorf("listen where a file is: %v\npackage net: %v", got, want)
	}
	if _, err := netio.Listen("unix", strings.Repeat("x", 200)); err == nil {
		t.Error("listened on a path that is too long")
	}
}

func TestUnixSocketFile(t *testing.T) {
	checkLeaks(t)
	exists := func(path string) bool {
		_, err := os.Lstat(path)
		return !errors.Is(err, fs.ErrNotExist)
	}
	listen := func(path string, options ...netio.ListenOption) *netio.Listener {
		t.Helper()
		l, err := netio.Listen("unix", path, options...)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	path := socketPath(t)
	if l := listen(path); l.Close() != nil || exists(path) {
		t.Error("the file stays although the listener was closed")
	}
	if l := listen(path); os.Remove(path) != nil || l.Close() != nil {
		t.Error("trouble with a file that is gone")
	}
	l := listen(path)
	os.Remove(path)
	other := listen(path)
	if l.Close() != nil || !exists(path) {
		t.Error("the file of another listener was removed")
	}
	other.Close()
	if l := listen(path, netio.KeepFile()); l.Close() != nil || !exists(path) {
		t.Error("the file was removed although it was to be kept")
	}
}

// On Linux, connecting to a Unix socket whose queue is full fails with EAGAIN, and nothing
// reports when it has room.
func TestFullQueueOfUnixListener(t *testing.T) {
	checkLeaks(t)
	path := socketPath(t)
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	f := os.NewFile(uintptr(fd), "listener")
	defer f.Close()
	if err := syscall.Bind(fd, &syscall.SockaddrUnix{Name: path}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 1); err != nil {
		t.Fatal(err)
	}
	l, err := netio.FileListener(f)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, err = testbed.RunReal(t, async(func() error {
		const clients = 10
		var dials []*rt.TaskOf[*netio.Conn]
		for range clients {
			dials = append(dials, rt.Spawn(rt.Current(), netio.Dial("unix", path)))
		}
		for range 20 {
			await(rt.Yield())
		}
		waiting := 0
		for _, d := range dials {
			if !d.Done() {
				waiting++
			}
		}
		if waiting == 0 {
			t.Log("this system has no limit on the queue")
		}
		for range clients {
			c, err := await(l.Accept())
			if err != nil {
				return err
			}
			defer c.Close()
		}
		for _, d := range dials {
			c, err := await(d)
			if err != nil {
				return err
			}
			c.Close()
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

func TestPipeOfFiles(t *testing.T) {
	checkLeaks(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := netio.FileConn(r)
	if err != nil {
		t.Fatal(err)
	}
	out, err := netio.FileConn(w)
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	w.Close()
	_, err = testbed.RunReal(t, async(func() error {
		huge := strings.Repeat("0123456789", 50_000) // more than a pipe holds
		write := rt.Spawn(rt.Current(), out.Write([]byte(huge)))
		buf := make([]byte, 1<<20)
		n := 0
		for n < len(huge) {
			k, err := await(in.Read(buf[n:]))
			n += k
			if err != nil {
				return err
			}
		}
		if string(buf[:n]) != huge {
			t.Error("what was read is not what was written")
		}
		if n, err := await(write); n != len(huge) || err != nil {
			t.Errorf("wrote %d, %v", n, err)
		}
		if err := out.CloseWrite(); err != nil {
			return err
		}
		if n, err := await(in.Read(buf)); n != 0 || err != io.EOF {
			t.Errorf("at the end: %d, %v", n, err)
		}
		if _, err := await(out.Write([]byte("x"))); !errors.Is(err, syscall.EPIPE) {
			t.Errorf("write after CloseWrite: %v", err)
		}
		if err := out.CloseWrite(); err != nil {
			t.Errorf("ended twice: %v", err)
		}
		return errors.Join(in.Close(), out.Close())
	}))
	if err != nil {
		t.Error(err)
	}
}

func TestPipeWithoutReader(t *testing.T) {
	checkLeaks(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	out, err := netio.FileConn(w)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	_, err = testbed.RunReal(t, async(func() error {
		write := rt.Spawn(rt.Current(), out.Write(make([]byte, 1<<20)))
		await(rt.Yield())
		r.Close()
		if n, err := await(write); n == 1<<20 || !errors.Is(err, syscall.EPIPE) {
			t.Errorf("wrote %d, %v", n, err)
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

func TestFileConnOfOthers(t *testing.T) {
	checkLeaks(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ours, err := netio.FileListener(l.(*net.TCPListener))
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c, err := netio.FileConn(client.(*net.TCPConn))
	if err != nil {
		t.Fatal(err)
	}
	if c.LocalAddr().String() != client.LocalAddr().String() || c.RemoteAddr().String() != client.RemoteAddr().String() {
		t.Errorf("%v - %v, want %v - %v", c.LocalAddr(), c.RemoteAddr(), client.LocalAddr(), client.RemoteAddr())
	}
	client.Close()
	_, err = testbed.RunReal(t, async(func() error {
		peer, err := await(ours.Accept())
		if err != nil {
			return err
		}
		defer peer.Close()
		if _, err := await(c.Write([]byte("still open"))); err != nil {
			return err
		}
		c.Close()
		if got, err := readAll(peer); got != "still open" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}

	f, err := os.Open(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := netio.FileConn(f); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("a connection of a regular file: %v", err)
	}
	if _, err := netio.FileListener(f); err == nil {
		t.Error("a listener of a regular file")
	}
}

func TestDetach(t *testing.T) {
	checkLeaks(t)
	path := socketPath(t)
	_, err := testbed.RunReal(t, async(func() error {
		l, err := netio.Listen("unix", path)
		if err != nil {
			return err
		}
		defer l.Close()
		accept := rt.Spawn(rt.Current(), l.Accept())
		a, err := await(netio.Dial("unix", path))
		if err != nil {
			return err
		}
		b, err := await(accept)
		if err != nil {
			return err
		}
		defer b.Close()
		buf := make([]byte, 10)
		read := rt.Spawn(rt.Current(), a.Read(buf))
		await(rt.Yield())
		await(rt.Yield())
		if _, err := a.Detach(); err == nil {
			t.Error("detached while a task was reading")
		}
		await(b.Write([]byte("one")))
		if n, err := await(read); string(buf[:n]) != "one" || err != nil {
			t.Errorf("read %q, %v", buf[:n], err)
		}
		end, err := a.Detach()
		if err != nil {
			return err
		}
		if _, err := await(a.Read(buf)); !errors.Is(err, net.ErrClosed) {
			t.Errorf("read from what was detached: %v", err)
		}
		if err := a.Close(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("close of what was detached: %v", err)
		}
		if _, err := a.Detach(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("detached twice: %v", err)
		}
		c := netio.NewConn(end)
		defer c.Close()
		read = rt.Spawn(rt.Current(), c.Read(buf))
		await(rt.Yield())
		await(b.Write([]byte("two")))
		if n, err := await(read); string(buf[:n]) != "two" || err != nil {
			t.Errorf("read %q, %v", buf[:n], err)
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

func TestReusePort(t *testing.T) {
	checkLeaks(t)
	a, err := netio.Listen("tcp", "127.0.0.1:0", netio.ReusePort())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := netio.Listen("tcp", a.Addr().String(), netio.ReusePort())
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if _, err := netio.Listen("tcp", a.Addr().String()); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("a third listener, without the option: %v", err)
	}
}

// Two loops listen on one address, each on a goroutine of its own. The loop to which the system
// gives a connection serves it.
func TestLoopsShareAnAddress(t *testing.T) {
	checkLeaks(t)
	first, err := netio.Listen("tcp", "127.0.0.1:0", netio.ReusePort())
	if err != nil {
		t.Fatal(err)
	}
	listeners := []*netio.Listener{first}
	second, err := netio.Listen("tcp", first.Addr().String(), netio.ReusePort())
	if err != nil {
		t.Fatal(err)
	}
	listeners = append(listeners, second)
	const clients = 50
	var served [2]int
	var left atomic.Int32
	left.Store(clients)
	var done rt.Future[int] // all clients were served
	go func() {
		for range clients {
			conn, err := net.Dial("tcp", first.Addr().String())
			if err != nil {
				t.Error(err)
				return
			}
			if err := roundTrip(conn, "hello"); err != nil {
				t.Error(err)
			}
			conn.Close()
		}
	}()
	_, err = rt.RunLoops(2, func(i int) rt.Expr[rt.Void] {
		return async(func() error {
			g := rt.Current().OpenGroup()
			rt.SpawnIn(g, async(func() error {
				defer listeners[i].Close()
				for {
					conn, err := await(listeners[i].Accept())
					if err != nil {
						return err
					}
					served[i]++
					rt.SpawnIn(g, async(func() error {
						defer conn.Close()
						buf := make([]byte, 10)
						n, err := await(conn.Read(buf))
						if err != nil {
							return err
						}
						if _, err := await(conn.Write(buf[:n])); err != nil {
							return err
						}
						if left.Add(-1) == 0 {
							done.Set(1)
						}
						return nil
					}))
				}
			}))
			if _, err := await(&done); err != nil {
				return err
			}
			g.Cancel(nil)
			_, err := await(g.Join())
			return err
		})
	}, testbed.Real(t)...)
	if err != nil || served[0]+served[1] != clients {
		t.Errorf("%v; served %v", err, served)
	}
}

// roundTrip sends text and checks that it comes back.
func roundTrip(conn net.Conn, text string) error {
	if _, err := conn.Write([]byte(text)); err != nil {
		return err
	}
	got := make([]byte, len(text))
	if _, err := io.ReadFull(conn, got); err != nil || string(got) != text {
		return fmt.Errorf("got %q, %w", got, err)
	}
	return nil
}
