//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio_test

// This file tests connections from the side of their tasks: closed, cancelled, shared, misused
// and forgotten.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func TestCloseWhileInUse(t *testing.T) {
	results := make(chan error)
	huge := make([]byte, 32<<20)
	s := startServer(t, func(c *netio.Conn) rt.Coroutine[rt.Void] {
		return async(func() error {
			if _, err := await(c.Read(make([]byte, 1))); err != nil { // otherwise a reset could end the dial
				return err
			}
			rt.Spawn(rt.Current(), async(func() error {
				_, err := await(c.Read(make([]byte, 10)))
				results <- err
				return nil
			}))
			rt.Spawn(rt.Current(), async(func() error {
				_, err := await(c.Write(huge))
				results <- err
				return nil
			}))
			for range 10 {
				await(rt.Yield())
			}
			return c.Close()
		})
	})
	conn := s.dial()
	conn.Write([]byte("x"))
	for range 2 {
		if err := <-results; !errors.Is(err, net.ErrClosed) {
			t.Errorf("operation in progress when the connection was closed: %v", err)
		}
	}
	// The write was interrupted: the peer must learn that.
	if n, err := io.Copy(io.Discard, conn); n >= int64(len(huge)) || !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the peer got %d bytes, %v", n, err)
	}
}

func TestCancelledReadLosesNothing(t *testing.T) {
	s := startServer(t, func(c *netio.Conn) rt.Coroutine[rt.Void] {
		return async(func() error {
			defer c.Close()
			for cancelled := 0; ; {
				scope := rt.Current().OpenScope()
				rt.Current().Loop().CallSoon(func() { scope.Cancel(nil) })
				buf := make([]byte, 3)
				n, err := await(c.Read(buf))
				scope.Close()
				switch {
				case err == nil:
					if _, err := await(c.Write(buf[:n])); err != nil {
						return err
					}
				case errors.Is(err, context.Canceled):
					if n != 0 {
						t.Errorf("a cancelled read returned %d bytes", n)
					}
					if cancelled++; cancelled == 1 {
						// Now the peer may send. Every read races with a cancellation.
						if _, err := await(c.Write([]byte("!"))); err != nil {
							return err
						}
					}
				default:
					return err
				}
			}
		})
	})
	conn := s.dial()
	wantRead(t, conn, "!")
	text := strings.Repeat("0123456789", 100)
	go func() {
		for i := range text {
			conn.Write([]byte{text[i]})
			if i%100 == 0 {
				runtime.Gosched()
			}
		}
		conn.CloseWrite()
	}()
	wantRead(t, conn, text)
	wantEOF(t, conn)
}

// A cancelled write returns how much it has written, and the next write goes on there.
func TestCancelledWrite(t *testing.T) {
	text := bytes.Repeat([]byte("0123456789"), 3<<20)
	s := startServer(t, func(c *netio.Conn) rt.Coroutine[rt.Void] {
		return async(func() error {
			defer c.Close()
			scope := rt.Current().OpenScope()
			writing := rt.Spawn(rt.Current(), c.Write(text))
			for range 100 {
				await(rt.Yield())
			}
			writing.Cancel(nil)
			n, err := await(c.Write(nil)) // refused, because the other write is still waiting
			if err == nil || !strings.Contains(err.Error(), "another task is writing already") {
				t.Errorf("second writer: %d, %v", n, err)
			}
			// The result contains the number of bytes and the error.
			n, err = await(writing)
			if !errors.Is(err, context.Canceled) || n == 0 || n == len(text) {
				t.Errorf("cancelled write: %d, %v", n, err)
			}
			scope.Close()
			rest := text[n:]
			scope = rt.Current().OpenScope()
			rt.Current().Loop().CallSoon(func() { scope.Cancel(nil) })
			n, err = await(c.Write(rest))
			scope.Close()
			if !errors.Is(err, context.Canceled) || n == len(rest) {
				t.Errorf("cancelled write: %d, %v", n, err)
			}
			_, err = await(c.Write(rest[n:]))
			return err
		})
	})
	conn := s.dial()
	got, err := io.ReadAll(conn)
	if err != nil || !bytes.Equal(text, got) {
		t.Errorf("got %d bytes, error %v; want all %d", len(got), err, len(text))
	}
}

func TestCancelledBeforeItBegins(t *testing.T) {
	s := startServer(t, func(c *netio.Conn) rt.Coroutine[rt.Void] {
		return async(func() error {
			defer c.Close()
			scope := rt.Current().OpenScope()
			scope.Cancel(errors.New("enough"))
			if n, err := await(c.Read(make([]byte, 1))); n != 0 || !errors.Is(err, context.Canceled) {
				t.Errorf("read in a cancelled scope: %d, %v", n, err)
			}
			if n, err := await(c.Write([]byte("x"))); n != 0 || !errors.Is(err, context.Canceled) {
				t.Errorf("write in a cancelled scope: %d, %v", n, err)
			}
			scope.Close()
			return nil
		})
	})
	wantEOF(t, s.dial())
}

func TestSecondReaderIsRefused(t *testing.T) {
	s := startServer(t, func(c *netio.Conn) rt.Coroutine[rt.Void] {
		return async(func() error {
			defer c.Close()
			first := rt.Spawn(rt.Current(), async(func() error {
				buf := make([]byte, 5)
				n, err := await(c.Read(buf))
				if err == nil && string(buf[:n]) != "first" {
					err = fmt.Errorf("read %q", buf[:n])
				}
				return err
			}))
			await(rt.Yield())
			await(rt.Yield())
			_, err := await(c.Read(make([]byte, 1)))
			if err == nil || !strings.Contains(err.Error(), "another task is reading already") {
				t.Errorf("a second reader got: %v", err)
			}
			if _, err := await(c.Write([]byte("!"))); err != nil {
				return err
			}
			if _, err := await(first); err != nil {
				t.Errorf("the first reader got: %v", err)
			}
			// The side is free again, even after a reader that was abandoned.
			abandoned := c.Read(make([]byte, 1))
			rt.Spawn(rt.Current(), rt.NewCoroutine[int](once[int](&abandoned)))
			await(rt.Yield())
			await(rt.Yield())
			if _, err := await(c.Write([]byte("!"))); err != nil {
				return err
			}
			_, err = await(c.Read(make([]byte, 1)))
			if err != nil {
				t.Errorf("read after an abandoned one: %v", err)
			}
			return nil
		})
	})
	conn := s.dial()
	wantRead(t, conn, "!")
	conn.Write([]byte("first"))
	wantRead(t, conn, "!")
	conn.Write([]byte("x"))
	wantEOF(t, conn)
}

// once polls x once and ends, whatever the result is.
func once[T any](x rt.Awaitable[T]) rt.Awaitable[T] { return onceFrame[T]{x} }

type onceFrame[T any] struct{ x rt.Awaitable[T] }

func (f onceFrame[T]) Poll(t *rt.Task) (T, error, bool) {
	v, err, _ := f.x.Poll(t)
	return v, err, true
}

// Two reads in one task work, because each poll of the task polls both.
func TestTwoReadsInOneTask(t *testing.T) {
	s := startServer(t, func(c *netio.Conn) rt.Coroutine[rt.Void] {
		var a, b [1]byte
		return rt.NewCoroutine[rt.Void](&bothFrame{conn: c, a: c.Read(a[:]), b: c.Read(b[:])})
	})
	conn := s.dial()
	conn.Write([]byte("x"))
	wantRead(t, conn, "1")
	conn.Write([]byte("y"))
	wantRead(t, conn, "2")
	wantEOF(t, conn)
}

// A read that ends must not take the wake-up of the other read.
func TestReadSurvivesAnotherInItsTask(t *testing.T) {
	s := startServer(t, func(c *netio.Conn) rt.Coroutine[rt.Void] {
		return rt.NewCoroutine[rt.Void](&asideFrame{conn: c, read: c.Read(make([]byte, 1)), aside: c.Read(nil)})
	})
	conn := s.dial()
	wantRead(t, conn, "!")
	conn.Write([]byte("x"))
	wantEOF(t, conn)
}

// An asideFrame reads. While it waits, it begins and ends another read.
type asideFrame struct {
	conn  *netio.Conn
	read  netio.ReadOp
	aside netio.ReadOp
	write netio.WriteOp
	step  int
}

func (f *asideFrame) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	if _, err, ready := f.read.Poll(t); ready {
		f.conn.Close()
		return rt.Void{}, err, true
	}
	if f.step++; f.step == 1 {
		f.aside.Poll(t)
		f.write = f.conn.Write([]byte("!"))
		f.write.Poll(t)
	}
	return rt.Void{}, nil, false
}

// A bothFrame polls two reads in one task and writes the number of reads that are over whenever
// that changes.
type bothFrame struct {
	conn         *netio.Conn
	a, b         netio.ReadOp
	aDone, bDone bool
	over         byte
	write        netio.WriteOp
	writing      bool
}

func (f *bothFrame) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	for {
		if f.writing {
			if _, _, ready := f.write.Poll(t); !ready {
				return rt.Void{}, nil, false
			}
			f.writing = false
			if f.aDone && f.bDone {
				return rt.Void{}, f.conn.Close(), true
			}
		}
		over := f.over
		if !f.bDone {
			_, _, f.bDone = f.b.Poll(t)
			if f.bDone {
				over++
			}
		}
		if !f.aDone {
			_, _, f.aDone = f.a.Poll(t)
			if f.aDone {
				over++
			}
		}
		if over == f.over {
			return rt.Void{}, nil, false
		}
		f.over = over
		f.writing = true
		f.write = f.conn.Write([]byte{'0' + over})
	}
}

func TestEmptyReadAndWrite(t *testing.T) {
	s := startServer(t, func(c *netio.Conn) rt.Coroutine[rt.Void] {
		return async(func() error {
			defer c.Close()
			if n, err := await(c.Read(nil)); n != 0 || err != nil {
				t.Errorf("read of nothing: %d, %v", n, err)
			}
			if n, err := await(c.Write(nil)); n != 0 || err != nil {
				t.Errorf("write of nothing: %d, %v", n, err)
			}
			return nil
		})
	})
	wantEOF(t, s.dial())
}

func TestConnAddresses(t *testing.T) {
	s := startServer(t, func(c *netio.Conn) rt.Coroutine[rt.Void] {
		return async(func() error {
			_, err := await(c.Write(fmt.Appendf(nil, "%v %v.", c.LocalAddr(), c.RemoteAddr())))
			c.Close()
			_ = c.LocalAddr().(*net.TCPAddr).Port // also when closed
			return err
		})
	})
	conn := s.dial()
	wantRead(t, conn, fmt.Sprintf("%v %v.", conn.RemoteAddr(), conn.LocalAddr()))
	wantEOF(t, conn)
}

// A connection belongs to one loop until that loop is closed.
func TestConnBelongsToItsLoop(t *testing.T) {
	checkLeaks(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	first := testbed.RealLoop(t)
	conn, err := rt.RunUntilComplete(first, netio.Dial("tcp", l.Addr().String()))
	if err != nil {
		t.Fatal(err)
	}
	peer, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	if _, err := testbed.RunReal(t, conn.Write([]byte("x"))); err == nil || !strings.Contains(err.Error(), "another loop") {
		t.Errorf("used on a second loop: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := testbed.RunReal(t, conn.Write([]byte("after"))); err != nil {
		t.Error(err)
	}
	wantRead(t, peer, "after")
	// On an ordinary goroutine each await has a loop of its own.
	go echoOnce(peer, "hello")
	if _, err := await(conn.Write([]byte("hello"))); err != nil {
		t.Error(err)
	}
	buf := make([]byte, 10)
	if n, err := await(conn.Read(buf)); err != nil || string(buf[:n]) != "hello" {
		t.Errorf("read %q, error %v", buf[:n], err)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	if _, err := await(conn.Read(buf)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("read of a closed connection on a new loop: %v", err)
	}
}

// An await on an ordinary goroutine, of an operation of a connection in use, happens on the
// loop of that connection.
func TestBlockOnConnOfARunningLoop(t *testing.T) {
	conns := make(chan *netio.Conn)
	release := rt.NewFuture[bool]()
	s := startServer(t, func(c *netio.Conn) rt.Coroutine[rt.Void] {
		return async(func() error {
			defer c.Close()
			if _, err := await(c.Write([]byte("!"))); err != nil {
				return err
			}
			conns <- c
			await(release)
			return nil
		})
	})
	client := s.dial()
	c := <-conns
	wantRead(t, client, "!")
	client.Write([]byte("to whom it may concern"))
	buf := make([]byte, 100)
	n, err := await(c.Read(buf))
	if err != nil || string(buf[:n]) != "to whom it may concern" {
		t.Errorf("read %q, %v", buf[:n], err)
	}
	if _, err := await(c.Write([]byte("received"))); err != nil {
		t.Error(err)
	}
	wantRead(t, client, "received")
	release.Set(true)
	wantEOF(t, client)
}

// Polling an operation that has ended is a bug of a machine. A value may be awaited again,
// which is a new operation.
func TestOperationPolledAfterItsEnd(t *testing.T) {
	conn := rttest.NewConn(nil, rttest.Peer{Sends: []string{"a", "b"}}).Conn
	listener := rttest.NewListener(nil, "l", conn)
	_, err := testbed.Run(t, async(func() error {
		var buf [1]byte
		read, write, accept := conn.Read(buf[:]), conn.Write([]byte("x")), listener.Accept()
		dial := netio.Dial("tcp9", "")
		task := rt.Current()
		for name, poll := range map[string]func(){
			"read":   func() { read.Poll(task) },
			"write":  func() { write.Poll(task) },
			"accept": func() { accept.Poll(task) },
			"dial":   func() { dial.Poll(task) },
		} {
			poll()
			func() {
				defer func() {
					if v := recover(); v == nil || !strings.Contains(fmt.Sprint(v), name+": awaited twice") {
						t.Errorf("%s polled after its end: panic %v", name, v)
					}
				}()
				poll()
			}()
		}
		again := conn.Read(buf[:])
		for _, want := range []error{nil, io.EOF} {
			if _, err := await(again); err != want {
				t.Errorf("read %v, want %v", err, want)
			}
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// A connection that nobody closed, and that nobody can close any more, is closed some time
// after its loop.
func TestForgottenConnIsClosed(t *testing.T) {
	checkLeaks(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := testbed.RunReal(t, netio.Dial("tcp", l.Addr().String())); err != nil {
		t.Fatal(err)
	}
	peer, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	closed := make(chan error)
	go func() {
		_, err := peer.Read(make([]byte, 1))
		closed <- err
	}()
	for {
		runtime.GC()
		select {
		case err := <-closed:
			if err != io.EOF {
				t.Errorf("the peer read: %v", err)
			}
			return
		default:
		}
	}
}

func echoOnce(conn net.Conn, text string) {
	buf := make([]byte, len(text))
	io.ReadFull(conn, buf)
	conn.Write(buf)
}

// After a read that drained the connection, the system is not asked again until it has reported
// something.
func TestShortReadSavesTheNext(t *testing.T) {
	end := &countingEnd{unread: 1}
	conn := netio.NewConn(end)
	_, err := testbed.Run(t, async(func() error {
		reading := rt.Spawn(rt.Current(), async(func() error {
			for range 4 {
				if n, err := await(conn.Read(make([]byte, 10))); n != 1 || err != nil {
					return fmt.Errorf("read %d, %w", n, err)
				}
			}
			return nil
		}))
		for range 3 {
			for range 5 { // the reader waits
				await(rt.Yield())
			}
			if _, err := await(conn.Write([]byte("x"))); err != nil {
				return err
			}
		}
		_, err := await(reading)
		return err
	}))
	if err != nil {
		t.Error(err)
	}
	if end.reads != 4 {
		t.Errorf("%d reads, want 4: the others were for nothing", end.reads)
	}
}

// A countingEnd has one byte to read for each byte that was written.
type countingEnd struct {
	netio.Endpoint
	r             rt.Readiness
	unread, reads int
}

func (e *countingEnd) Attach(_ *rt.Loop, r rt.Readiness) error { e.r = r; return nil }

func (e *countingEnd) Read(p []byte) (int, error) {
	e.reads++
	if e.unread == 0 {
		return 0, netio.ErrWouldBlock
	}
	e.unread--
	return 1, netio.ErrWouldBlock
}

func (e *countingEnd) Write(p []byte) (int, error) {
	e.unread++
	e.r.Ready(true, false)
	return len(p), nil
}
