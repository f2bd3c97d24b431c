//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package streams_test

// This file tests the conversions to and from code that blocks, on real sockets.

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// pair returns two ends of a connection over a socket. The second is a connection of package
// net.
func pair(t *testing.T) (*netio.Conn, net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	theirs, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	ours, err := streams.FromNetConn(accepted)
	if err != nil {
		t.Fatal(err)
	}
	return ours, theirs
}

// The client of net/http runs on goroutines of its own over connections of a loop.
func TestHTTPClientOverLoop(t *testing.T) {
	testbed.Clean(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Write(body)
	}))
	defer server.Close()
	_, err := testbed.RunReal(t, do(func() error {
		l := rt.Current().Loop()
		client := &http.Client{Transport: &http.Transport{
			DialContext: func(_ context.Context, network, addr string) (net.Conn, error) {
				conn, err := rt.Block(rt.StartThreadsafe(l, netio.Dial(network, addr)))
				if err != nil {
					return nil, err
				}
				return streams.NetConn(conn), nil
			},
		}}
		for i := range 3 {
			body := strings.Repeat(fmt.Sprint(i), 200_000)
			got, err := await(rt.ToThread(func() (string, error) {
				response, err := client.Post(server.URL, "text/plain", strings.NewReader(body))
				if err != nil {
					return "", err
				}
				defer response.Body.Close()
				text, err := io.ReadAll(response.Body)
				return string(text), err
			}))
			if err != nil {
				return err
			}
			if got != body {
				t.Errorf("request %d: the response differs", i)
			}
		}
		return wait(rt.ToThread(func() (int, error) {
			client.CloseIdleConnections()
			return 0, nil
		}))
	}))
	if err != nil {
		t.Error(err)
	}
}

// A library that blocks runs as a task of the loop, in a lock-step coroutine.
func TestNetConnInLockstep(t *testing.T) {
	testbed.Clean(t)
	a, b := rttest.NewPipe(nil, "a", "b", 5)
	run(t, func() error {
		server := spawn(func() error {
			conn := streams.NetConn(b)
			defer conn.Close()
			lines := bufio.NewScanner(conn)
			for lines.Scan() {
				if _, err := fmt.Fprintln(conn, strings.ToUpper(lines.Text())); err != nil {
					return err
				}
			}
			return lines.Err()
		})
		s := streams.New(a)
		s.WriteString("hello\nworld\n")
		s.WriteEOF()
		got(await(s.ReadAll())).want(t, "HELLO\nWORLD\n", nil)
		s.Close()
		return wait(server)
	})
}

func TestNetConnDeadlines(t *testing.T) {
	testbed.Clean(t)
	ours, theirs := pair(t)
	defer theirs.Close()
	isTimeout := func(what string, err error) {
		t.Helper()
		var neterr net.Error
		if !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &neterr) || !neterr.Timeout() {
			t.Errorf("%s: %v, want a timeout", what, err)
		}
	}
	_, err := testbed.RunReal(t, do(func() error {
		if _, err := await(ours.Write([]byte("x"))); err != nil { // the connection belongs to the loop now
			return err
		}
		return wait(rt.ToThread(func() (int, error) {
			conn := streams.NetConn(ours)
			buf := make([]byte, 1<<20)
			past := time.Now().Add(-time.Second)
			conn.SetReadDeadline(past)
			_, err := conn.Read(buf)
			isTimeout("a read after its deadline", err)
			conn.SetReadDeadline(time.Time{})
			theirs.Write([]byte("y"))
			if n, err := conn.Read(buf); n != 1 || err != nil {
				t.Errorf("a read without a deadline: %d, %v", n, err)
			}
			// A deadline passes while a read waits.
			failed := make(chan error)
			go func() {
				_, err := conn.Read(buf)
				failed <- err
			}()
			conn.SetDeadline(time.Now().Add(time.Hour))
			conn.SetDeadline(past)
			isTimeout("a read that waits", <-failed)
			_, err = conn.Write(buf)
			isTimeout("a write after its deadline", err)
			conn.SetDeadline(time.Time{})
			if err := conn.Close(); err != nil {
				t.Error(err)
			}
			if _, err := conn.Read(buf); !errors.Is(err, net.ErrClosed) {
				t.Errorf("a read after close: %v", err)
			}
			return 0, nil
		}))
	}))
	if err != nil {
		t.Error(err)
	}
}

func TestFromNetConn(t *testing.T) {
	testbed.Clean(t)
	ours, theirs := net.Pipe() // net.Pipe has no descriptor, so the connection uses goroutines
	conn, err := streams.FromNetConn(ours)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("all that blocks ", 10_000)
	echoed := make(chan error)
	go func() {
		_, err := io.Copy(theirs, io.LimitReader(theirs, int64(len(text))))
		echoed <- err
	}()
	_, err = testbed.RunReal(t, do(func() error {
		s := streams.New(conn)
		read := rt.Spawn(rt.Current(), s.ReadExactly(len(text)))
		yields(1)
		s.WriteString(text)
		if err := wait(s.Flush()); err != nil {
			return err
		}
		got(await(read)).want(t, text, nil)
		if err := <-echoed; err != nil {
			t.Error(err)
		}
		// A cancelled read loses nothing.
		short := rt.Spawn(rt.Current(), s.ReadExactly(3))
		yields(2)
		short.Cancel(nil)
		if err := wait(short); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled read: %v", err)
		}
		go theirs.Write([]byte("end"))
		got(await(s.ReadExactly(3))).want(t, "end", nil)
		waiting := rt.Spawn(rt.Current(), s.ReadExactly(1))
		yields(2)
		if err := conn.Close(); err != nil {
			return err
		}
		got(await(waiting)).want(t, "", net.ErrClosed)
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
	theirs.Close()
}

// A patientConn waits in CloseWrite and in Close until it is released.
type patientConn struct {
	net.Conn
	t        *testing.T
	calls    chan string
	released chan bool
	closed   atomic.Bool
}

func (c *patientConn) CloseWrite() error { return c.wait("CloseWrite") }

func (c *patientConn) Close() error {
	defer c.closed.Store(true)
	return errors.Join(c.wait("Close"), c.Conn.Close())
}

func (c *patientConn) wait(call string) error {
	if rt.TryCurrent() != nil {
		c.t.Errorf("%s holds up the loop", call)
		return nil
	}
	c.calls <- call
	<-c.released
	return nil
}

// A connection that waits for its peer in Close does not hold up the loop, except at the end of
// the loop: nothing is left behind.
func TestFromNetConnClosesAside(t *testing.T) {
	testbed.Clean(t)
	ours, theirs := net.Pipe()
	defer theirs.Close()
	patient := &patientConn{Conn: ours, t: t, calls: make(chan string, 2), released: make(chan bool, 2)}
	_, err := testbed.RunReal(t, do(func() error {
		conn, err := streams.FromNetConn(patient)
		if err != nil {
			return err
		}
		if err := conn.Attach(rt.Current().Loop()); err != nil {
			return err
		}
		if err := conn.CloseWrite(); err != nil {
			t.Errorf("close of one half: %v", err)
		}
		if t.Failed() {
			return conn.Close()
		}
		got(await(conn.Write([]byte("x")))).want(t, 0, io.ErrClosedPipe)
		if err := conn.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		yields(5)
		if call := <-patient.calls; call != "CloseWrite" || len(patient.calls) > 0 {
			t.Errorf("%s is called at first, and %d more", call, len(patient.calls))
		}
		patient.released <- true
		if call := <-patient.calls; call != "Close" {
			t.Errorf("%s is called then", call)
		}
		rt.Spawn(rt.Current(), do(func() error {
			wait(rt.Sleep(time.Hour)) // until the loop is being closed
			patient.released <- true
			return nil
		}))
		return nil
	}))
	if err != nil || !patient.closed.Load() {
		t.Errorf("%v; closed: %t", err, patient.closed.Load())
	}
}

// lazyWriter writes only half of each block and does not report that.
type lazyWriter struct{}

func (lazyWriter) Write(p []byte) (int, error) { return len(p) / 2, nil }

type stuckReader struct{ release chan bool }

func (r stuckReader) Read([]byte) (int, error) { <-r.release; return 0, io.EOF }

func TestFromReaderAndWriter(t *testing.T) {
	testbed.Clean(t)
	_, err := testbed.RunReal(t, do(func() error {
		r := streams.FromReader(strings.NewReader("what blocks"))
		got(await(streams.NewReader(r).ReadAll())).want(t, "what blocks", nil)
		if err := wait(r.Write([]byte("x"))); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("written to a reader: %v", err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		var out bytes.Buffer
		w := streams.FromWriter(&out)
		got(await(w.Write([]byte(strings.Repeat("0123456789", 10_000))))).want(t, 100_000, nil)
		if out.Len() != 100_000 {
			t.Errorf("%d bytes came through", out.Len())
		}
		if err := wait(w.Read(make([]byte, 1))); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("read from a writer: %v", err)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		w = streams.FromWriter(lazyWriter{})
		if err := wait(w.Write([]byte("ab"))); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("half of it was written, without an error: %v", err)
		}
		w.Close()
		// A call that cannot be interrupted is left behind, and Close says so.
		stuck := stuckReader{make(chan bool)}
		r = streams.FromReader(stuck)
		read := rt.Spawn(rt.Current(), r.Read(make([]byte, 1)))
		yields(2)
		read.Cancel(nil)
		if err := wait(read); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled read: %v", err)
		}
		if err := r.Close(); err == nil || !strings.Contains(err.Error(), "left behind in a call of streams_test.stuckReader") {
			t.Errorf("close: %v", err)
		}
		close(stuck.release)
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// TestStandardStreams runs the test program as a filter from Stdin to Stdout, over pipes and
// over files.
func TestStandardStreams(t *testing.T) {
	if os.Getenv("RT_STREAMS_FILTER") != "" {
		filter(t)
		return
	}
	var text, want strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&text, "line %d\n", i)
		fmt.Fprintf(&want, "LINE %d\n", i)
	}
	file := filepath.Join(t.TempDir(), "stdin")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, stdin := range []string{"pipe", "file"} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestStandardStreams$")
		cmd.Env = append(os.Environ(), "RT_STREAMS_FILTER=1")
		cmd.Stdin = strings.NewReader(text.String())
		if stdin == "file" {
			f, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			cmd.Stdin = f
		}
		var problems bytes.Buffer
		cmd.Stderr = &problems
		got, err := cmd.Output()
		if err != nil {
			t.Errorf("%s: %v\n%s", stdin, err, &problems)
		}
		if !strings.HasPrefix(string(got), want.String()) || !strings.Contains(problems.String(), "5000 lines\n") {
			t.Errorf("%s: %d bytes came back, and %q; want %d", stdin, len(got), &problems, want.Len())
		}
	}
}

func filter(t *testing.T) {
	_, err := testbed.RunReal(t, do(func() error {
		in, out := streams.NewReader(streams.Stdin()), streams.NewWriter(streams.Stdout())
		for n := 0; ; n++ {
			line, err := await(in.ReadLine())
			if err == io.EOF {
				complain := streams.NewWriter(streams.Stderr())
				fmt.Fprintf(complain, "%d lines\n", n)
				return errors.Join(wait(out.Flush()), wait(complain.Flush()))
			}
			if err != nil {
				return err
			}
			out.Write(bytes.ToUpper(line))
			if err := wait(out.Drain()); err != nil {
				return err
			}
		}
	}))
	if err != nil {
		t.Error(err)
	}
}

func TestStdoutIsNotClosed(t *testing.T) {
	testbed.Clean(t)
	_, err := testbed.RunReal(t, do(func() error {
		for _, open := range []func() *netio.Conn{streams.Stdout, streams.Stderr, streams.Stdin} {
			conn := open()
			if conn.LocalAddr().String() != "stdin" {
				if err := wait(conn.Write(nil)); err != nil {
					return err
				}
			}
			if err := conn.Close(); err != nil {
				return err
			}
		}
		_, err := os.Stdout.Stat()
		return err
	}))
	if err != nil {
		t.Error(err)
	}
}

// An overConn has a method that returns the connection below it.
type overConn struct {
	net.Conn
	below  net.Conn
	closed atomic.Int32
}

func (c *overConn) NetConn() net.Conn { return c.below }
func (c *overConn) Close() error      { c.closed.Add(1); return c.Conn.Close() }

// Abort closes the socket below a connection. If there is none, or the connection does not name
// one, Abort closes the connection.
func TestAbortOfConnWithoutSocket(t *testing.T) {
	for _, name := range []string{"nil", "itself", "each other", "two layers"} {
		t.Run(name, func(t *testing.T) {
			ours, theirs := net.Pipe()
			defer theirs.Close()
			top := &overConn{Conn: ours}
			switch name {
			case "itself":
				top.below = top
			case "each other":
				top.below = &overConn{Conn: ours, below: top}
			case "two layers":
				top.below = &overConn{Conn: ours}
			}
			c, err := streams.FromNetConn(top)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := testbed.RunFake(t, machine.LockstepVoid(func() error {
				c.Attach(rt.Current().Loop())
				return c.Abort()
			})); err != nil {
				t.Error(err)
			}
			if _, err := theirs.Read(make([]byte, 1)); err != io.EOF || top.closed.Load() == 0 {
				t.Errorf("the connection was closed %d times, and the peer reads %v", top.closed.Load(), err)
			}
		})
	}
}
