//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

// This file tests the servers with clients on another goroutine.

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// What Python 3.11.7 prints for io_scheduler.py when two clients come and go. It writes an address
// as ('127.0.0.1', 52208).
const python = `Connection from ADDRESS
Connection from ADDRESS
Connection closed
Connection closed
`

// What the clients get from it.
var pythonAnswers = []string{"Got:hello", "Got:there", "Got:again"}

// twoClients is what the clients do: both connect, speak in turns and leave one after the other.
func twoClients(addr string) (answers []string, err error) {
	var conns [2]net.Conn
	for i := range conns {
		if conns[i], err = net.Dial("tcp", addr); err != nil {
			return nil, err
		}
		defer conns[i].Close()
	}
	for i, say := range []string{"hello", "there", "again"} {
		conn := conns[i%2]
		if _, err := io.WriteString(conn, say); err != nil {
			return nil, err
		}
		answer := make([]byte, len("Got:")+len(say))
		if _, err := io.ReadFull(conn, answer); err != nil {
			return nil, err
		}
		answers = append(answers, string(answer))
	}
	for _, conn := range conns {
		if err := leave(conn); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

// leave ends what conn sends, and waits until the server has closed.
func leave(conn net.Conn) error {
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		return err
	}
	rest, err := io.ReadAll(conn)
	if len(rest) > 0 {
		err = errors.Join(err, errors.New("there is more: "+string(rest)))
	}
	return err
}

// A variant is one of the two servers on the scheduler of the page.
type variant struct {
	name        string
	nonblocking bool
	server      func(s *Scheduler, w io.Writer, sock *Socket) Coroutine
}

var variants = []variant{
	{"blocking", false, func(s *Scheduler, w io.Writer, sock *Socket) Coroutine { return tcpServerPull(s, w, sock) }},
	{"nonblocking", true, func(s *Scheduler, w io.Writer, sock *Socket) Coroutine { return tryServerPull(s, w, sock) }},
}

// serve starts the server on a port of its own, and stops s when stop is called.
func (v variant) serve(t *testing.T, s *Scheduler, w io.Writer) (addr string, stop func()) {
	t.Helper()
	sock, addr, err := listen("127.0.0.1:0", v.nonblocking)
	if err != nil {
		t.Fatal(err)
	}
	s.NewTask(v.server(s, w, sock))
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reader.Close() })
	s.ReadWait(int(reader.Fd()), s.Stop)
	return addr, func() { writer.Close() }
}

// anonymous replaces the addresses in output.
func anonymous(output string) string {
	return regexp.MustCompile(`127\.0\.0\.1:\d+`).ReplaceAllString(output, "ADDRESS")
}

func TestServers(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			s := NewScheduler(func(err error) { t.Error(err) })
			var out strings.Builder
			addr, stop := v.serve(t, s, &out)
			done := make(chan struct{})
			go func() {
				defer close(done)
				defer stop()
				if answers, err := twoClients(addr); err != nil || !slices.Equal(answers, pythonAnswers) {
					t.Errorf("answers %q, error %v", answers, err)
				}
			}()
			if err := s.Run(); err != nil {
				t.Error(err)
			}
			<-done
			s.Close()
			if got := anonymous(out.String()); got != python {
				t.Error(got)
			}
		})
	}
}

func TestServerRT(t *testing.T) {
	var out strings.Builder
	if _, err := rt.Run(serveRTAsync(t, &out)); err != nil {
		t.Error(err)
	}
	if got := anonymous(out.String()); got != python {
		t.Error(got)
	}
}

//coroutine:async
func serveRT(t *testing.T, w io.Writer) error {
	l, err := netio.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	addr := l.Addr().String()
	server := co.Spawn(serverRTAsync(w, l))
	answers, err := co.Await(rt.ToThread(func() ([]string, error) { return twoClients(addr) }))
	if err != nil || !slices.Equal(answers, pythonAnswers) {
		t.Errorf("answers %q, error %v", answers, err)
	}
	server.Cancel(nil)
	_ = co.Wait(server) // it was cancelled
	return nil
}

// Without sockets: what a peer sends comes back.
func TestHandlerRT(t *testing.T) {
	conn := rttest.NewConn(nil, rttest.Peer{Name: "client", Sends: []string{"hello", "again"}, Takes: []int{3, 1}})
	var out strings.Builder
	if _, err := rttest.Run(t, handlerRTAsync(&out, conn.Conn)); err != nil || conn.Written() != "Got:helloGot:again" || out.String() != "Connection closed\n" {
		t.Errorf("error %v, written %q, output %q", err, conn.Written(), out.String())
	}
}

// A client that sends much before it reads gets everything back. Some of the server's writes do
// not fit.
func TestMuch(t *testing.T) {
	const size = 8 << 20
	for _, v := range variants[1:] { // a blocking write may wait until the client reads
		s := NewScheduler(func(err error) { t.Error(err) })
		addr, stop := v.serve(t, s, io.Discard)
		done := make(chan struct{})
		go func() {
			defer close(done)
			defer stop()
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			sent := make(chan error)
			go func() {
				_, err := conn.Write(make([]byte, size))
				sent <- errors.Join(err, conn.(*net.TCPConn).CloseWrite())
			}()
			answer, err := io.ReadAll(conn)
			if err := errors.Join(err, <-sent); err != nil {
				t.Error(err)
			}
			if n := bytes.Count(answer, []byte{0}); n != size {
				t.Errorf("got %d bytes back, of %d", n, size)
			}
		}()
		if err := s.Run(); err != nil {
			t.Error(err)
		}
		<-done
		s.Close()
	}
}

// A task that is always ready does not keep others from their sockets. On the page it does, for
// ever.
func TestSpinning(t *testing.T) {
	for _, v := range variants {
		s := NewScheduler(func(err error) { t.Error(err) })
		addr, stop := v.serve(t, s, io.Discard)
		s.NewTask(spinPull())
		done := make(chan struct{})
		go func() {
			defer close(done)
			defer stop()
			if answers, err := twoClients(addr); err != nil || !slices.Equal(answers, pythonAnswers) {
				t.Errorf("answers %q, error %v", answers, err)
			}
		}()
		if err := s.Run(); err != nil {
			t.Error(err)
		}
		<-done
		s.Close()
	}
}

//coroutine:generator
func spin(y co.Yielder[rt.Void, rt.Void]) error {
	for {
		if _, err := y.Yield(rt.Void{}); err != nil {
			return err
		}
	}
}

// A bad address is an error.
func TestListen(t *testing.T) {
	for _, addr := range []string{"", "127.0.0.1", "[::1]:80", "192.0.2.1:0"} {
		if sock, at, err := listen(addr, false); err == nil {
			sock.Close()
			t.Errorf("listens on %q: %s", addr, at)
		}
	}
}
