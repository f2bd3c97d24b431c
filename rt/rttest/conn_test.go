//go:build !plan9

package rttest_test

// This file tests scripted connections. It runs an echo server and a proxy on the reference
// backend and written by hand, through every pattern.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// echo is the source: it echoes until the peer closes.
func echo(conn *netio.Conn) error {
	defer conn.Close()
	buf := make([]byte, 4)
	for {
		n, err := rt.Block(conn.Read(buf))
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := rt.Block(conn.Write(buf[:n])); err != nil {
			return err
		}
	}
}

// An echoFrame is echo written by hand.
type echoFrame struct {
	conn    *netio.Conn
	buf     [4]byte
	read    netio.ReadOp
	write   netio.WriteOp
	begun   bool
	writing bool
}

func (f *echoFrame) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	suspended := false
	defer func() {
		if !suspended {
			f.conn.Close()
		}
	}()
	if !f.begun {
		f.begun = true
		f.read = f.conn.Read(f.buf[:])
	}
	for {
		if !f.writing {
			n, err, ready := f.read.Poll(t)
			if !ready {
				suspended = true
				return rt.Void{}, nil, false
			}
			if err == io.EOF {
				return rt.Void{}, nil, true
			}
			if err != nil {
				return rt.Void{}, err, true
			}
			f.write = f.conn.Write(f.buf[:n])
			f.writing = true
		}
		if _, err, ready := f.write.Poll(t); !ready {
			suspended = true
			return rt.Void{}, nil, false
		} else if err != nil {
			return rt.Void{}, err, true
		}
		f.writing = false
		f.read = f.conn.Read(f.buf[:])
	}
}

func compareEcho(t *testing.T, steps int, peer rttest.Peer) {
	t.Helper()
	rttest.Compare(t, steps,
		rttest.Version[rt.Void]{Name: "source", New: func(s *rttest.Script) rt.Expr[rt.Void] {
			conn := rttest.NewConn(s, peer).Conn
			return async(func() error { return echo(conn) })
		}},
		rttest.Version[rt.Void]{Name: "by hand", New: func(s *rttest.Script) rt.Expr[rt.Void] {
			return rt.NewCoroutine[rt.Void](&echoFrame{conn: rttest.NewConn(s, peer).Conn})
		}})
}

func TestCompareEcho(t *testing.T) {
	testbed.Clean(t)
	compareEcho(t, 7, rttest.Peer{Sends: []string{"ab", "cdefg"}})
}

func TestCompareEchoWithShortWrites(t *testing.T) {
	testbed.Clean(t)
	compareEcho(t, 7, rttest.Peer{Sends: []string{"abcd", "e"}, Takes: []int{1, 2, 0}})
}

func TestCompareEchoWithTrouble(t *testing.T) {
	testbed.Clean(t)
	compareEcho(t, 3, rttest.Peer{Sends: []string{"ab"}, End: syscall.ECONNRESET})
	compareEcho(t, 2, rttest.Peer{Sends: []string{"ab"}, Refuses: syscall.EPIPE})
	compareEcho(t, 3, rttest.Peer{Sends: []string{"abcd"}, Takes: []int{3}, Refuses: syscall.ECONNRESET})
}

func TestConnFollowsItsScript(t *testing.T) {
	s := &rttest.Script{Pending: 0b10110}
	conn := rttest.NewConn(s, rttest.Peer{Name: "client", Sends: []string{"hello", "!"}, Takes: []int{2}})
	_, err := testbed.Run(t, async(func() error { return echo(conn.Conn) }))
	if err != nil {
		t.Error(err)
	}
	if conn.Written() != "hello!" || !conn.Closed() || conn.WriteClosed() {
		t.Errorf("written %q, closed %v, write closed %v", conn.Written(), conn.Closed(), conn.WriteClosed())
	}
	const want = `client read(0): "hell"
client write(1) suspends
client write(1): "he"
client write(2) suspends
client write(2): "ll"
client read(3): "o"
client write(4) suspends
client write(4): "o"
client read(5): "!"
client write(6): "!"
client read(7) fails: EOF
client close`
	if got := s.Trace(); got != want {
		t.Errorf("trace:\n%s\n\nwant:\n%s", got, want)
	}
}

func TestConnErrorsNameThePeer(t *testing.T) {
	conn := rttest.NewConn(nil, rttest.Peer{Name: "client", End: syscall.ECONNRESET})
	_, err := testbed.Run(t, conn.Read(make([]byte, 1)))
	if !errors.Is(err, syscall.ECONNRESET) || err.Error() != "read rttest client->client-peer: connection reset by peer" {
		t.Error(err)
	}
}

// A peer that sends nothing is no deadlock if there is a timer.
func TestIdlePeer(t *testing.T) {
	conn := rttest.NewConn(nil, rttest.Peer{Idle: true})
	_, err := testbed.Run(t, async(func() error {
		scope := rt.Current().OpenTimeout(time.Hour)
		defer scope.Close()
		return echo(conn.Conn)
	}))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestServerUnderScript(t *testing.T) {
	for pending := range uint64(1) << 8 {
		s := &rttest.Script{Pending: pending}
		a := rttest.NewConn(s, rttest.Peer{Name: "a", Sends: []string{"from a"}})
		b := rttest.NewConn(s, rttest.Peer{Name: "b", Sends: []string{"x"}, End: syscall.ECONNRESET})
		c := rttest.NewConn(s, rttest.Peer{Name: "c", Sends: []string{"from c"}, Takes: []int{1, 1, 1}})
		// Some peers give up before they are accepted, and there is a lasting shortage of
		// descriptors.
		l := rttest.NewListener(s, "listener", a, syscall.ECONNABORTED, b,
			syscall.EMFILE, syscall.ENFILE, syscall.EMFILE, c)
		var reports []string
		var failure *rt.UnretrievedError // failure of the task that serves b
		loop := testbed.NewLoop(t, rt.WithHandler(func(err error) {
			if !errors.As(err, &failure) {
				reports = append(reports, err.Error())
			}
		}))
		_, err := rt.RunUntilComplete(loop, async(func() error {
			for {
				conn, err := rt.Block(l.Accept())
				if err != nil {
					return err
				}
				rt.Spawn(rt.Current(), async(func() error { return echo(conn) }))
			}
		}))
		if !errors.Is(err, net.ErrClosed) {
			t.Errorf("the server ended with %v", err)
		}
		if err := loop.Close(); err != nil {
			t.Error(err)
		}
		if runtime.GOOS == "windows" {
			continue // only on Unix is it known which errors pass
		}
		if a.Written() != "from a" || b.Written() != "x" {
			t.Errorf("written to a %q, to b %q", a.Written(), b.Written())
		}
		if !a.Closed() || !b.Closed() || !c.Closed() {
			t.Error("a connection was left open")
		}
		if !errors.Is(failure, syscall.ECONNRESET) {
			t.Errorf("the task that serves b failed with %v", failure)
		}
		const want = "accept rttest listener: too many open files: trying again until it works"
		if len(reports) != 1 || reports[0] != want {
			t.Errorf("reports: %q, want one: %q", reports, want)
		}
		if loop.Time() != 5*time.Millisecond+10*time.Millisecond+20*time.Millisecond {
			t.Errorf("the listener paused for %v, want 5 + 10 + 20 ms", loop.Time())
		}
		if t.Failed() {
			t.Fatalf("%v:\n%s", s, s.Trace())
		}
	}
}

// While the listener is suspended it can be closed, and a cancelled accept returns.
func TestSuspendedListener(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("what passes and what does not is known for Unix only")
	}
	l := rttest.NewListener(nil, "listener", syscall.EMFILE, syscall.EMFILE)
	loop := testbed.NewLoop(t, rt.WithHandler(func(error) {}))
	_, err := rt.RunUntilComplete(loop, async(func() error {
		scope := rt.Current().OpenTimeout(time.Millisecond)
		if _, err := rt.Block(l.Accept()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("cancelled in the pause: %v", err)
		}
		scope.Close()
		loop.CallLater(time.Millisecond, func() { l.Close() })
		if _, err := rt.Block(l.Accept()); !errors.Is(err, net.ErrClosed) {
			t.Errorf("closed in the pause: %v", err)
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
	if loop.Time() != 2*time.Millisecond {
		t.Errorf("it took %v, want 2 ms: the pause goes on for nobody", loop.Time())
	}
}

// A proxy copies in both directions at once. The client asks, and the server answers.
func TestProxyThroughPipes(t *testing.T) {
	for pending := range uint64(1) << 8 {
		for _, size := range []int{1, 3, 100} {
			s := &rttest.Script{Pending: pending}
			client, front := rttest.NewPipe(s, "client", "front", size)
			back, server := rttest.NewPipe(s, "back", "server", size)
			_, err := testbed.Run(t, async(func() error {
				_, err := rt.Block(rt.Gather[rt.Void](
					async(func() error { return copyStream(back, front) }),
					async(func() error { return copyStream(front, back) }),
					async(func() error { return ask(client, "what is it?") }),
					async(func() error { return echo(server) }),
				))
				return err
			}))
			if err != nil {
				t.Fatalf("%v, buffers of %d: %v\n%s", s, size, err, s.Trace())
			}
		}
	}
}

func copyStream(to, from *netio.Conn) error {
	buf := make([]byte, 5)
	for {
		n, err := rt.Block(from.Read(buf))
		if err == io.EOF {
			return to.CloseWrite()
		}
		if err != nil {
			return err
		}
		if _, err := rt.Block(to.Write(buf[:n])); err != nil {
			return err
		}
	}
}

func ask(conn *netio.Conn, text string) error {
	defer conn.Close()
	write := rt.Spawn(rt.Current(), conn.Write([]byte(text)))
	var got strings.Builder
	for got.Len() < len(text) {
		buf := make([]byte, 2)
		n, err := rt.Block(conn.Read(buf))
		if err != nil {
			return err
		}
		got.Write(buf[:n])
	}
	if _, err := rt.Block(write); err != nil {
		return err
	}
	if err := conn.CloseWrite(); err != nil {
		return err
	}
	if n, err := rt.Block(conn.Read(make([]byte, 1))); n != 0 || err != io.EOF {
		return fmt.Errorf("after the answer: %d bytes, error %w", n, err)
	}
	if got.String() != text {
		return fmt.Errorf("got %q back", got.String())
	}
	return nil
}

func TestPipeEnds(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 10)
	_, err := testbed.Run(t, async(func() error {
		if _, err := rt.Block(a.Write([]byte("bye"))); err != nil {
			return err
		}
		waiting := rt.Spawn(rt.Current(), b.Write([]byte("more than there is room for")))
		if _, err := rt.Block(rt.Yield()); err != nil {
			return err
		}
		if err := a.Close(); err != nil {
			return err
		}
		if _, err := rt.Block(waiting); !errors.Is(err, syscall.EPIPE) {
			t.Errorf("write to a closed pipe: %v", err)
		}
		buf := make([]byte, 10)
		if n, err := rt.Block(b.Read(buf)); err != nil || string(buf[:n]) != "bye" {
			t.Errorf("read %q, %v", buf[:n], err)
		}
		if _, err := rt.Block(b.Read(buf)); err != io.EOF {
			t.Errorf("read at the end: %v", err)
		}
		return b.Close()
	}))
	if err != nil {
		t.Error(err)
	}
}
