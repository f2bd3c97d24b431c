//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio_test

// This file tests what happens to connections, listeners and sockets that were used and never
// closed, while their loop goes on.

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// untilCollected lets the loop and the garbage collector work until done reports true.
func untilCollected(done func() bool) error {
	for !done() {
		runtime.GC()
		if err := wait(rt.Yield()); err != nil {
			return err
		}
	}
	return nil
}

// over calls fn on a goroutine and returns functions that report its end and its result.
func over(fn func() error) (done func() bool, result func() error) {
	ended := make(chan error, 1)
	go func() { ended <- fn() }()
	return func() bool { return len(ended) > 0 }, func() error { return <-ended }
}

// forgotten makes and uses something, forgets it, and returns a function that fails, or ends,
// once the thing has been closed.
var forgotten = map[string]struct {
	what string
	make func(t *testing.T) (closed func() error, err error)
}{
	"accepted": {"connection", func(t *testing.T) (func() error, error) {
		l, err := netio.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		peer, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			return nil, err
		}
		t.Cleanup(func() { peer.Close() })
		conn, err := rt.Block(l.Accept())
		if err != nil {
			return nil, err
		}
		io.WriteString(peer, "x")
		if _, err := rt.Block(conn.Read(make([]byte, 10))); err != nil {
			return nil, err
		}
		return readsEOF(peer), nil
	}},
	"dialed": {"connection", func(t *testing.T) (func() error, error) { return forgetDialed(t, "tcp", "127.0.0.1:0") }},
	"unix": {"connection", func(t *testing.T) (func() error, error) {
		return forgetDialed(t, "unix", filepath.Join(t.TempDir(), "socket"))
	}},
	"detached": {"connection", func(t *testing.T) (func() error, error) {
		a, b, err := socketPair(t)
		if err != nil {
			return nil, err
		}
		if _, err := rt.Block(a.Write([]byte("x"))); err != nil {
			return nil, err
		}
		end, err := a.Detach()
		if err != nil {
			return nil, err
		}
		again := netio.NewConn(end)
		if _, err := rt.Block(again.Write([]byte("x"))); err != nil {
			return nil, err
		}
		if _, err := io.ReadFull(b, make([]byte, 2)); err != nil {
			return nil, err
		}
		return readsEOF(b), nil
	}},
	"pipe": {"connection", func(t *testing.T) (func() error, error) {
		r, w, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		t.Cleanup(func() { r.Close() })
		conn, err := netio.FileConn(w)
		if err := errors.Join(err, w.Close()); err != nil {
			return nil, err
		}
		if _, err := rt.Block(conn.Write([]byte("x"))); err != nil {
			return nil, err
		}
		if _, err := r.Read(make([]byte, 1)); err != nil {
			return nil, err
		}
		return readsEOF(r), nil
	}},
	"listener": {"listener", func(t *testing.T) (func() error, error) {
		l, err := netio.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		addr := l.Addr().String()
		peer, err := net.Dial("tcp", addr)
		if err != nil {
			return nil, err
		}
		peer.Close()
		conn, err := rt.Block(l.Accept())
		if err != nil {
			return nil, err
		}
		conn.Close()
		return func() error { // the address is free again
			for {
				l, err := net.Listen("tcp", addr)
				if err == nil {
					return l.Close()
				}
				runtime.Gosched()
			}
		}, nil
	}},
	"datagrams": {"socket for datagrams", func(t *testing.T) (func() error, error) {
		c, err := netio.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		addr := c.LocalAddr()
		if _, err := rt.Block(c.WriteTo([]byte("x"), netio.PacketAddr{UDP: addr.(*net.UDPAddr).AddrPort()})); err != nil {
			return nil, err
		}
		return func() error {
			for {
				c, err := net.ListenPacket("udp", addr.String())
				if err == nil {
					return c.Close()
				}
				runtime.Gosched()
			}
		}, nil
	}},
}

func readsEOF(r io.Reader) func() error {
	return func() error {
		if _, err := r.Read(make([]byte, 1)); err != io.EOF {
			return errors.Join(errors.New("read"), err)
		}
		return nil
	}
}

func forgetDialed(t *testing.T, network, addr string) (func() error, error) {
	l, err := net.Listen(network, addr)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	conn, err := rt.Block(netio.Dial(network, l.Addr().String()))
	if err != nil {
		return nil, err
	}
	peer, err := l.Accept()
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { peer.Close() })
	if _, err := rt.Block(conn.Write([]byte("x"))); err != nil {
		return nil, err
	}
	if _, err := peer.Read(make([]byte, 1)); err != nil {
		return nil, err
	}
	return readsEOF(peer), nil
}

// socketPair returns the two ends of a TCP connection. The caller must not close the second
// end.
func socketPair(t *testing.T) (*netio.Conn, net.Conn, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	defer l.Close()
	conn, err := rt.Block(netio.Dial("tcp", l.Addr().String()))
	if err != nil {
		return nil, nil, err
	}
	peer, err := l.Accept()
	if err != nil {
		conn.Close()
		return nil, nil, err
	}
	t.Cleanup(func() { peer.Close() })
	return conn, peer, nil
}

// What was used and never closed is closed while the loop goes on. In debug mode it is reported
// with the place that made it.
func TestUnclosed(t *testing.T) {
	for name, test := range forgotten {
		for _, debug := range []bool{false, true} {
			mode := "/usual"
			if debug {
				mode = "/debug"
			}
			t.Run(name+mode, func(t *testing.T) {
				checkLeaks(t)
				var reports []error
				opts := []rt.Option{rt.WithHandler(func(err error) {
					if _, slow := err.(*rt.SlowStepError); !slow {
						reports = append(reports, err)
					}
				})}
				if debug {
					opts = append(opts, rt.WithDebug())
				}
				_, err := testbed.RunReal(t, async(func() error {
					// The task ends, and its stack with it.
					forget := rt.Spawn(rt.Current(), machine.Lockstep(func() (func() error, error) { return test.make(t) }))
					closed, err := await(forget)
					if err != nil {
						return err
					}
					forget = nil
					done, result := over(closed)
					if err := untilCollected(done); err != nil {
						return err
					}
					if err := result(); err != nil {
						return err
					}
					if debug {
						return untilCollected(func() bool { return len(reports) > 0 })
					}
					return nil
				}), opts...)
				if err != nil {
					t.Error(err)
				}
				if !debug {
					if len(reports) > 0 {
						t.Errorf("reports: %v", reports)
					}
					return
				}
				var unclosed *rt.UnclosedError
				if len(reports) != 1 || !errors.As(reports[0], &unclosed) || unclosed.What != test.what || !strings.Contains(unclosed.Made, "unclosed_test.go:") {
					t.Errorf("reports: %v", reports)
				}
			})
		}
	}
}

// A task that waits keeps its connection in memory. Nothing else has to.
func TestConnInUseIsNotCollected(t *testing.T) {
	checkLeaks(t)
	_, err := testbed.RunReal(t, async(func() error {
		conn, peer, err := socketPair(t)
		if err != nil {
			return err
		}
		reading := rt.Spawn(rt.Current(), &readAndClose{conn: conn})
		conn = nil
		for range 10 {
			runtime.GC()
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
		io.WriteString(peer, "x")
		return wait(reading)
	}))
	if err != nil {
		t.Error(err)
	}
}

// readAndClose is a coroutine with the only reference to its connection.
type readAndClose struct {
	conn  *netio.Conn
	read  netio.ReadOp
	begun bool
}

func (f *readAndClose) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	if !f.begun {
		f.begun = true
		f.read = f.conn.Read(make([]byte, 1))
	}
	if _, err, ready = f.read.Poll(t); ready {
		err = errors.Join(err, f.conn.Close())
	}
	return rt.Void{}, err, ready
}

func (f *readAndClose) Awaitable() rt.Awaitable[rt.Void] { return f }

// The garbage collector closes connections while others are made and used: new descriptors
// reuse the numbers at once.
func TestUnclosedAmongOthers(t *testing.T) {
	checkLeaks(t)
	const rounds, each = 20, 10
	_, err := testbed.RunReal(t, async(func() error {
		l, err := netio.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer l.Close()
		ended := 0
		for round := range rounds {
			for i := range each {
				dial := rt.Spawn(rt.Current(), netio.Dial("tcp", l.Addr().String()))
				theirs, err := await(l.Accept())
				if err != nil {
					return err
				}
				ours, err := await(dial)
				if err != nil {
					return err
				}
				spawn(func() error {
					defer theirs.Close()
					buf := make([]byte, 2)
					for {
						n, err := await(theirs.Read(buf))
						if err != nil {
							ended++
							if err != io.EOF {
								t.Errorf("round %d: %v", round, err)
							}
							return nil
						}
						if err := wait(theirs.Write(buf[:n])); err != nil {
							return err
						}
					}
				})
				if err := wait(ours.Write([]byte("x"))); err != nil {
					return err
				}
				if n, err := await(ours.Read(make([]byte, 2))); n != 1 || err != nil {
					t.Errorf("round %d: read %d, %v", round, n, err)
				}
				if i%2 == 0 { // the others are forgotten
					if err := ours.Close(); err != nil {
						return err
					}
				}
			}
			runtime.GC()
		}
		return untilCollected(func() bool { return ended == rounds*each })
	}))
	if err != nil {
		t.Error(err)
	}
}
