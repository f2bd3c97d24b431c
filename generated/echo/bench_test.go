package main

// This file lays the machine beside its twin written by hand and beside plain
// Go on goroutines.
//
//	go test ./generated/echo -run '^$' -bench .
//	go test ./generated/echo -run TestRatio -ratio -v
//
// The second prints generated / by hand; the target is 1.05.

import (
	"flag"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/coroutinegen/coroutinegen/example/echo/byhand"
	"github.com/coroutinegen/coroutinegen/example/threeway"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

var ratio = flag.Bool("ratio", false, "print how long the machine takes, compared with its twin written by hand")

const requestSize = 64

// A handleFunc is handle as a coroutine.
type handleFunc func(*netio.Conn) rt.Coroutine[rt.Void]

func newLoop(tb testing.TB) *rt.Loop {
	l, err := rt.NewLoop()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := l.Close(); err != nil {
			tb.Error(err)
		}
	})
	return l
}

// ready returns a function that lets handle echo n requests of a peer that
// never lets it wait.
func ready(tb testing.TB, handle handleFunc) func(n int) {
	l := newLoop(tb)
	return func(n int) {
		if _, err := rt.RunUntilComplete(l, handle(netio.NewConn(&hasty{n}))); err != io.EOF {
			tb.Fatal(err)
		}
	}
}

// A hasty peer makes n requests at once and takes every answer.
type hasty struct{ n int }

func (h *hasty) Read(p []byte) (int, error) {
	if h.n == 0 {
		return 0, io.EOF
	}
	h.n--
	return requestSize, nil
}

func (h *hasty) Write(p []byte) (int, error)             { return len(p), nil }
func (h *hasty) Attach(_ *rt.Loop, _ rt.Readiness) error { return nil }
func (h *hasty) CloseWrite() error                       { return nil }
func (h *hasty) Close() error                            { return nil }
func (h *hasty) LocalAddr() net.Addr                     { return nil }
func (h *hasty) RemoteAddr() net.Addr                    { return nil }

// waiting returns a function that lets handle echo n requests of a client on
// the same loop, which waits for each answer: so each read suspends.
func waiting(tb testing.TB, handle handleFunc) func(n int) {
	l := newLoop(tb)
	return func(n int) {
		a, b := new(wire), new(wire)
		server := rt.Start(l, handle(netio.NewConn(&end{in: a, out: b})))
		if _, err := rt.RunUntilComplete(l, rt.NewCoroutine(&client{conn: netio.NewConn(&end{in: b, out: a}), n: n})); err != nil {
			tb.Fatal(err)
		}
		if _, err := rt.RunUntilComplete(l, server); err != io.EOF {
			tb.Fatal(err)
		}
	}
}

// A client makes n requests, one after the other. It is written by hand, as it
// is to be the same for all.
type client struct {
	conn  *netio.Conn
	buf   [requestSize]byte
	n     int
	state int
	read  netio.ReadOp
	write netio.WriteOp
}

func (c *client) Poll(t *rt.Task) (rt.Void, error, bool) {
	for {
		switch c.state {
		case 0:
			if c.n == 0 {
				return rt.Void{}, c.conn.Close(), true
			}
			c.n--
			c.write = c.conn.Write(c.buf[:])
			c.state = 1
		case 1:
			if _, err, ready := c.write.Poll(t); err != nil || !ready {
				return rt.Void{}, err, ready
			}
			c.read = c.conn.Read(c.buf[:])
			c.state = 2
		case 2:
			if _, err, ready := c.read.Poll(t); err != nil || !ready {
				return rt.Void{}, err, ready
			}
			c.state = 0
		}
	}
}

// A wire carries one request at a time, one way.
type wire struct {
	full, closed bool
	reader       rt.Readiness
}

// An end is one of two that wires connect.
type end struct{ in, out *wire }

func (e *end) Attach(_ *rt.Loop, r rt.Readiness) error {
	e.in.reader = r
	return nil
}

func (e *end) Read(p []byte) (int, error) {
	switch {
	case e.in.full:
		e.in.full = false
		return requestSize, nil
	case e.in.closed:
		return 0, io.EOF
	}
	return 0, netio.ErrWouldBlock
}

func (e *end) Write(p []byte) (int, error) {
	e.out.full = true
	e.out.report()
	return len(p), nil
}

func (e *end) Close() error {
	e.out.closed = true
	e.out.report()
	return nil
}

func (w *wire) report() {
	if w.reader != nil {
		w.reader.Ready(true, false)
	}
}

func (e *end) CloseWrite() error    { return nil }
func (e *end) LocalAddr() net.Addr  { return nil }
func (e *end) RemoteAddr() net.Addr { return nil }

// echoOnGoroutine is handle in plain Go.
func echoOnGoroutine(conn io.ReadWriteCloser) error {
	defer conn.Close()
	buf := make([]byte, 4096)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return err
		}
		if _, err := conn.Write(buf[:n]); err != nil {
			return err
		}
	}
}

// clients connects a number of clients with addr and returns a function that
// lets them make n requests together, each waiting for its answers. They are
// goroutines, whatever the server is.
func clients(tb testing.TB, addr string, number int) func(n int) {
	conns := make([]net.Conn, number)
	for i := range conns {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { conn.Close() })
		conns[i] = conn
	}
	return func(n int) {
		var group sync.WaitGroup
		for i, conn := range conns {
			share := n / number
			if i < n%number {
				share++
			}
			group.Go(func() {
				var buf [requestSize]byte
				for range share {
					if _, err := conn.Write(buf[:]); err != nil {
						tb.Error(err)
						return
					}
					if _, err := io.ReadFull(conn, buf[:]); err != nil {
						tb.Error(err)
						return
					}
				}
			})
		}
		group.Wait()
	}
}

// serveOnGoroutines is serve in plain Go. It returns the address.
func serveOnGoroutines(tb testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go echoOnGoroutine(conn)
		}
	}()
	return l.Addr().String()
}

func Benchmark(b *testing.B) {
	bench := func(name string, run func(tb testing.TB) func(n int)) {
		b.Run(name, func(b *testing.B) {
			run := run(b)
			run(64) // connects
			b.ReportAllocs()
			b.ResetTimer()
			run(b.N)
		})
	}
	type runner = func(testing.TB) func(int)
	bench("ready/generated", func(tb testing.TB) func(int) { return ready(tb, handleAsync) })
	bench("ready/byhand", func(tb testing.TB) func(int) { return ready(tb, byhand.Handle) })
	bench("ready/goroutine", func(tb testing.TB) func(int) {
		return func(n int) { echoOnGoroutine(&hasty{n}) }
	})
	bench("waiting/generated", func(tb testing.TB) func(int) { return waiting(tb, handleAsync) })
	bench("waiting/byhand", func(tb testing.TB) func(int) { return waiting(tb, byhand.Handle) })
	bench("waiting/goroutine", func(tb testing.TB) func(int) {
		server, conn := net.Pipe()
		tb.Cleanup(func() { conn.Close() })
		go echoOnGoroutine(server)
		return func(n int) {
			var buf [requestSize]byte
			for range n {
				conn.Write(buf[:])
				io.ReadFull(conn, buf[:])
			}
		}
	})
	for _, number := range []struct {
		name    string
		clients int
	}{{"1client", 1}, {"64clients", 64}} {
		served := func(serve func(*netio.Listener) rt.Coroutine[rt.Void]) runner {
			return func(tb testing.TB) func(int) { return clients(tb, threeway.Serve(tb, serve), number.clients) }
		}
		bench(number.name+"/generated", served(serveAsync))
		bench(number.name+"/byhand", served(byhand.Serve))
		bench(number.name+"/goroutine", func(tb testing.TB) func(int) {
			return clients(tb, serveOnGoroutines(tb), number.clients)
		})
	}
}

func TestRatio(t *testing.T) {
	if !*ratio {
		t.Skip("run with -ratio")
	}
	compare := func(what string, byHand, generated func(int)) {
		threeway.Ratio(t, what, threeway.Timed{Name: "by hand", Run: byHand}, threeway.Timed{Name: "generated", Run: generated})
	}
	compare("ready", ready(t, byhand.Handle), ready(t, handleAsync))
	compare("waiting", waiting(t, byhand.Handle), waiting(t, handleAsync))
	compare("1 client",
		clients(t, threeway.Serve(t, byhand.Serve), 1), clients(t, threeway.Serve(t, serveAsync), 1))
	compare("64 clients",
		clients(t, threeway.Serve(t, byhand.Serve), 64), clients(t, threeway.Serve(t, serveAsync), 64))
}
