package streams_test

// This file tests what happens to the connections of a server after their handlers have
// returned: what was written arrives, or both sides learn that it is lost.

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// serving starts a server of conn that runs handler, lets it run until it waits, and stops
// listening.
func serving(conn *netio.Conn, handler func(*netio.Conn) error) (*streams.Server, *rt.TaskOf[rt.Void]) {
	server := streams.NewServer(netio.NewListener(&testbed.Accepts{conn}), func(conn *netio.Conn) rt.Coroutine[rt.Void] {
		return do(func() error { return handler(conn) })
	})
	serve := testbed.Start(func() error { return wait(server.Serve()) })
	server.Close()
	return server, serve
}

// passing lists ways in which a handler writes more than the connection takes and returns.
var passing = map[string]func(*netio.Conn, string) error{
	"closed": func(conn *netio.Conn, text string) error {
		s := streams.New(conn)
		defer s.Close()
		_, err := s.WriteString(text)
		return err
	},
	"forgotten": func(conn *netio.Conn, text string) error {
		_, err := streams.New(conn).WriteString(text)
		return err
	},
	"end of file": func(conn *netio.Conn, text string) error {
		w := streams.NewWriter(conn)
		w.WriteString(text)
		return w.WriteEOF()
	},
	"failed": func(conn *netio.Conn, text string) error {
		s := streams.New(conn)
		defer s.Close()
		s.WriteString(text)
		return io.EOF
	},
	"over another connection": func(conn *netio.Conn, text string) error {
		end, err := conn.Detach()
		if err != nil {
			return err
		}
		s := streams.New(netio.NewConn(end))
		defer s.Close()
		_, err = s.WriteString(text)
		return err
	},
	"forgotten over another": func(conn *netio.Conn, text string) error {
		end, err := conn.Detach()
		if err != nil {
			return err
		}
		_, err = streams.New(netio.NewConn(end)).WriteString(text)
		return err
	},
}

const rest = 1000 // number of bytes that a handler leaves behind; the pipe takes 10

// handlers runs fn for each of these ways, with a server whose handler has returned, and the
// other end of the connection.
func handlers(t *testing.T, fn func(t *testing.T, server *streams.Server, serve *rt.TaskOf[rt.Void], client *netio.Conn) error) {
	for name, pass := range passing {
		t.Run(name, func(t *testing.T) {
			a, b := rttest.NewPipe(nil, "a", "b", 10)
			run(t, func() error {
				server, serve := serving(a, func(conn *netio.Conn) error { return pass(conn, strings.Repeat("x", rest)) })
				if serve.Done() || server.Clients() != 1 {
					t.Errorf("Serve has ended: %v; %d clients", serve.Done(), server.Clients())
				}
				return errors.Join(fn(t, server, serve, b), b.Close())
			})
		})
	}
}

func TestServerSendsTheRest(t *testing.T) {
	handlers(t, func(t *testing.T, server *streams.Server, serve *rt.TaskOf[rt.Void], client *netio.Conn) error {
		if got, err := await(streams.NewReader(client).ReadAll()); len(got) != rest || err != nil {
			t.Errorf("the client got %d bytes, %v", len(got), err)
		}
		return wait(serve)
	})
}

// A cancelled server sends the rest to a peer that takes it.
func TestCancelledServerSendsTheRest(t *testing.T) {
	handlers(t, func(t *testing.T, server *streams.Server, serve *rt.TaskOf[rt.Void], client *netio.Conn) error {
		serve.Cancel(io.ErrNoProgress)
		if got, err := await(streams.NewReader(client).ReadAll()); len(got) != rest || err != nil {
			t.Errorf("the client got %d bytes, %v", len(got), err)
		}
		if err := wait(serve); !errors.Is(err, io.ErrNoProgress) {
			t.Errorf("Serve ended with %v", err)
		}
		return nil
	})
}

// A cancelled server does not wait for a peer that does not read. The peer learns that data is
// missing, and so does the handler of the loop.
func TestCancelledServerBreaksOff(t *testing.T) {
	handlers(t, func(t *testing.T, server *streams.Server, serve *rt.TaskOf[rt.Void], client *netio.Conn) error {
		var reports []error
		rt.Current().Loop().SetHandler(func(err error) { reports = append(reports, err) })
		serve.Cancel(io.ErrNoProgress)
		if err := wait(serve); !errors.Is(err, io.ErrNoProgress) {
			t.Errorf("Serve ended with %v", err)
		}
		cut, ok := reports[0].(*streams.CutOffError)
		if !ok || len(reports) != 1 || cut.Local.String() != "a" || cut.Remote.String() != "b" {
			t.Errorf("reports: %v", reports)
		}
		wantCut(t, client, "xxxxxxxxxx")
		return nil
	})
}

func TestCloseClientsBreaksOff(t *testing.T) {
	handlers(t, func(t *testing.T, server *streams.Server, serve *rt.TaskOf[rt.Void], client *netio.Conn) error {
		server.CloseClients()
		if err := wait(serve); err != nil {
			return err
		}
		wantCut(t, client, "xxxxxxxxxx")
		return nil
	})
}

// A handler that returns interrupts the write of another task.
func TestServerCutsOffAnotherTask(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 10)
	run(t, func() error {
		var writing *rt.TaskOf[int]
		_, serve := serving(a, func(conn *netio.Conn) error {
			writing = rt.Spawn(rt.Current(), conn.Write(make([]byte, rest)))
			return wait(rt.Yield())
		})
		if n, err := await(writing); n >= rest || !errors.Is(err, net.ErrClosed) {
			t.Errorf("the write ended with %d, %v", n, err)
		}
		if _, err := await(streams.NewReader(b).ReadAll()); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("the client read %v", err)
		}
		return errors.Join(wait(serve), b.Close())
	})
}

// A handler that returns interrupts a library that writes on a goroutine.
func TestServerCutsOffNetConn(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 10)
	run(t, func() error {
		var writing *rt.TaskOf[int]
		_, serve := serving(a, func(conn *netio.Conn) error {
			c := streams.NetConn(conn)
			if err := conn.Attach(rt.Current().Loop()); err != nil {
				return err
			}
			writing = rt.Spawn(rt.Current(), rt.ToThread(func() (int, error) { return c.Write(make([]byte, rest)) }))
			return wait(streams.NewReader(b).ReadExactly(10)) // the library is writing
		})
		if n, err := await(writing); n >= rest || !errors.Is(err, net.ErrClosed) {
			t.Errorf("the write ended with %d, %v", n, err)
		}
		if _, err := await(streams.NewReader(b).ReadAll()); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("the client read %v", err)
		}
		return errors.Join(wait(serve), b.Close())
	})
}

// Nobody can take over a connection while a writer has something to send.
func TestDetachWithSomethingToSend(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 10)
	run(t, func() error {
		w := streams.NewWriter(a)
		w.WriteString("a line")
		if _, err := a.Detach(); err == nil || !strings.Contains(err.Error(), "await its Flush") {
			t.Errorf("detached with something to send: %v", err)
		}
		if err := wait(w.Flush()); err != nil {
			return err
		}
		yields(2)
		end, err := a.Detach()
		if err != nil {
			return err
		}
		return errors.Join(end.Close(), b.Close())
	})
}

// A handler that fails because its own connection has ended is not reported. Every other
// failure is reported once, when the handler returns.
func TestServerReports(t *testing.T) {
	broken := errors.New("broken")
	of := func(conn *netio.Conn, err error) error {
		return &net.OpError{Op: "read", Net: "rttest", Source: conn.LocalAddr(), Addr: conn.RemoteAddr(), Err: os.NewSyscallError("read", err)}
	}
	other, _ := rttest.NewPipe(nil, "other", "peer", 1)
	for name, test := range map[string]struct {
		handler  func(conn *netio.Conn) error
		reported error // nil: nothing is reported
	}{
		"reset":              {func(c *netio.Conn) error { return of(c, syscall.ECONNRESET) }, nil},
		"vanished":           {func(c *netio.Conn) error { return of(c, syscall.ETIMEDOUT) }, nil},
		"broken pipe":        {func(c *netio.Conn) error { return fmt.Errorf("answer: %w", of(c, syscall.EPIPE)) }, nil},
		"reset twice":        {func(c *netio.Conn) error { return errors.Join(of(c, syscall.ECONNRESET), of(c, syscall.EPIPE)) }, nil},
		"reset and end":      {func(c *netio.Conn) error { return errors.Join(io.EOF, of(c, syscall.EPIPE)) }, nil},
		"end":                {func(*netio.Conn) error { return io.EOF }, nil},
		"reset and broken":   {func(c *netio.Conn) error { return errors.Join(of(c, syscall.ECONNRESET), broken) }, broken},
		"broken":             {func(*netio.Conn) error { return broken }, broken},
		"bad descriptor":     {func(c *netio.Conn) error { return of(c, syscall.EBADF) }, syscall.EBADF},
		"another connection": {func(*netio.Conn) error { return of(other, syscall.ECONNRESET) }, syscall.ECONNRESET},
		"closed by itself": {func(c *netio.Conn) error {
			c.Close()
			return wait(c.Write([]byte("x")))
		}, net.ErrClosed},
		"half a line": {func(*netio.Conn) error { return io.ErrUnexpectedEOF }, io.ErrUnexpectedEOF},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := rttest.NewPipe(nil, "a", "b", 10)
			var reports []error
			run(t, func() error {
				rt.Current().Loop().SetHandler(func(err error) { reports = append(reports, err) })
				_, serve := serving(a, test.handler)
				return errors.Join(wait(serve), b.Close())
			})
			var unretrieved *rt.UnretrievedError
			switch {
			case test.reported == nil && len(reports) == 0:
			case test.reported != nil && len(reports) == 1 && errors.As(reports[0], &unretrieved) && errors.Is(reports[0], test.reported):
			default:
				t.Errorf("reports: %v", reports)
			}
		})
	}
}

// If the server has closed a connection, the error of its handler is not reported.
func TestClosedClientsAreNotReported(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 10)
	run(t, func() error {
		rt.Current().Loop().SetHandler(func(err error) { t.Errorf("reported: %v", err) })
		server, serve := serving(a, func(conn *netio.Conn) error { return wait(conn.Read(make([]byte, 10))) })
		server.CloseClients()
		return errors.Join(wait(serve), b.Close())
	})
}
