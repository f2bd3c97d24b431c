//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package testbed_test

// This file demands of every operation that it ends once: a poll after its end panics,
// and does not act again. It must be so whichever way the operation ended: at once,
// after a wait, or by a cancellation before its first poll or during a wait. The
// operations that have ended at once, and those that were cancelled before their first
// poll, are those of TestEveryOperationIsACheckpoint, which uses wait, too.

import (
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/queues"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
	"github.com/coroutinegen/coroutinegen/rt/streams"
	"github.com/coroutinegen/coroutinegen/rt/subprocess"
	"github.com/coroutinegen/coroutinegen/rt/tlsconn"
	"github.com/coroutinegen/coroutinegen/rt/transports"
)

// seen is what wait has seen since the test reset it.
var seen struct {
	waited   bool     // an operation has waited
	lasting  bool     // what was awaited may be awaited again: a task or a future
	failures []string // operations that did not panic
}

// wait awaits x, drops its value, and polls x once more.
func wait[T any](x rt.Expr[T]) error {
	_, err := rt.Block(&polledAgain[T]{x: x.Awaitable()})
	return err
}

// A polledAgain polls x once more after its end.
type polledAgain[T any] struct{ x rt.Awaitable[T] }

func (o *polledAgain[T]) Awaitable() rt.Awaitable[T] { return o }

func (o *polledAgain[T]) Poll(t *rt.Task) (v T, err error, ready bool) {
	if _, lasting := o.x.(rt.Waitable); lasting {
		seen.lasting = true
		return o.x.Poll(t)
	}
	v, err, ready = o.x.Poll(t)
	if !ready {
		seen.waited = true
	} else if what := pollPanics(func() { o.x.Poll(t) }); !strings.Contains(what, "awaited twice, or polled after it ended") {
		seen.failures = append(seen.failures, fmt.Sprintf("%T, polled after its end: %s", o.x, what))
	}
	return v, err, ready
}

func pollPanics(poll func()) (what string) {
	defer func() {
		if v := recover(); v != nil {
			what = fmt.Sprint(v)
		}
	}()
	poll()
	return "no panic"
}

// A waiting is an operation that has to wait until serve is called, or that somebody
// else serves if serve is nil.
type waiting func(t *testing.T) (await func() error, serve func())

// waitings holds the operations that are served at once among the checkpoints.
var waitings = map[string]waiting{
	"rt.StartIn": alone(func() error {
		g := rt.Current().OpenGroup()
		defer g.Scope().Close()
		return wait(rt.StartIn(g, func(s *rt.Starting[int]) rt.Expr[rt.Void] {
			return testbed.Do(func() error {
				defer s.Started(1)
				return testbed.Wait(rt.Yield())
			})
		}))
	}),
	"rt.TaskGroup.Join": alone(func() error {
		g := rt.Current().OpenGroup()
		rt.SpawnIn(g, pausing())
		return wait(g.Join())
	}),
	"rt.Wait":    alone(func() error { return wait(rt.Wait(rt.AllDone, rt.Spawn(rt.Current(), pausing()))) }),
	"rt.WaitFor": alone(func() error { return wait(rt.WaitFor(1<<40, rt.Spawn(rt.Current(), pausing()))) }),
	"rt.WaitOp.For": alone(func() error {
		return wait(rt.Wait(rt.AllDone, rt.Spawn(rt.Current(), pausing())).For(1 << 40))
	}),
	"rt.Timeout":       onFuture(func(f *rt.Future[int]) error { return wait(rt.Timeout[int](1<<40, f)) }),
	"rt.TimeoutAt":     onFuture(func(f *rt.Future[int]) error { return wait(rt.TimeoutAt[int](rt.Current().Loop().Now().Add(1<<40), f)) }),
	"rt.Shield":        onFuture(func(f *rt.Future[int]) error { return wait(rt.Shield[int](f)) }),
	"rt.Select":        onFuture(func(f *rt.Future[int]) error { return wait(rt.Select(rt.On[int](f))) }),
	"rt.SelectInOrder": onFuture(func(f *rt.Future[int]) error { return wait(rt.SelectInOrder(rt.On[int](f))) }),
	"rt.Receive": func(*testing.T) (func() error, func()) {
		ch := make(chan int, 1)
		return func() error { return wait(rt.Receive(ch)) }, func() { ch <- 1 }
	},
	"rt.Send": func(*testing.T) (func() error, func()) {
		ch := make(chan int, 2)
		ch <- 1
		ch <- 1
		return func() error { return wait(rt.Send(ch, 1)) }, func() { <-ch }
	},
	"rt.SignalQueue.Next": func(*testing.T) (func() error, func()) {
		q := rt.Signals(syscall.SIGUSR1)
		return func() error { return ends(wait(q.Next())) }, q.Close
	},

	"queues.Queue.Put": func(*testing.T) (func() error, func()) {
		q := queues.New[int](1)
		q.TryPut(1)
		return func() error { return wait(q.Put(2)) }, func() { q.TryGet() }
	},
	"queues.Queue.Get": func(*testing.T) (func() error, func()) {
		q := queues.New[int](1)
		return func() error { return wait(q.Get()) }, func() { q.TryPut(1) }
	},
	"queues.Queue.Get: threadsafe": func(*testing.T) (func() error, func()) {
		q := queues.New[int](1).Threadsafe()
		return func() error { return wait(q.Get()) }, func() { q.TryPut(1) }
	},
	"queues.Queue.Join": func(*testing.T) (func() error, func()) {
		q := queues.New[int](1)
		q.TryPut(1)
		return func() error { return wait(q.Join()) }, q.TaskDone
	},
	"queues.Receiver.Get": func(*testing.T) (func() error, func()) {
		b := queues.NewBroadcast[int](1)
		r := b.Subscribe()
		return func() error { return wait(r.Get()) }, func() { b.Send(1) }
	},
	"queues.Watcher.Changed": func(*testing.T) (func() error, func()) {
		w := queues.NewWatch(1)
		r := w.Subscribe()
		return func() error { return wait(r.Changed()) }, func() { w.Set(2) }
	},

	"locks.Lock.Acquire": func(*testing.T) (func() error, func()) {
		var l locks.Lock
		l.TryAcquire(rt.Current())
		return func() error { return with(l.Acquire(), l.Release) }, l.Release
	},
	"locks.RWLock.Acquire": func(*testing.T) (func() error, func()) {
		var l locks.RWLock
		must(testbed.Wait(l.Acquire()))
		return func() error { return with(l.Acquire(), l.Release) }, l.Release
	},
	"locks.RWLock.AcquireRead": func(*testing.T) (func() error, func()) {
		var l locks.RWLock
		must(testbed.Wait(l.Acquire()))
		return func() error { return with(l.AcquireRead(), l.ReleaseRead) }, l.Release
	},
	"locks.Semaphore.Acquire": func(*testing.T) (func() error, func()) {
		s := locks.NewSemaphore(0)
		return func() error { return wait(s.Acquire()) }, s.Release
	},
	"locks.CapacityLimiter.Acquire": func(*testing.T) (func() error, func()) {
		l := locks.NewCapacityLimiter(0)
		return func() error { return wait(l.Acquire()) }, func() { l.SetTotal(1) }
	},
	"locks.CapacityLimiter.AcquireFor": func(*testing.T) (func() error, func()) {
		l := locks.NewCapacityLimiter(0)
		return func() error { return wait(l.AcquireFor("me")) }, func() { l.SetTotal(1) }
	},
	"locks.Event.Wait": func(*testing.T) (func() error, func()) {
		var e locks.Event
		return func() error { return wait(e.Wait()) }, e.Set
	},
	"locks.Barrier.Wait": func(*testing.T) (func() error, func()) {
		b := locks.NewBarrier(2)
		return func() error { return wait(b.Wait()) }, func() { rt.Spawn(rt.Current(), b.Wait()) }
	},
	"locks.Barrier.Wait: reset": func(*testing.T) (func() error, func()) {
		b := locks.NewBarrier(2)
		return func() error { return ends(wait(b.Wait())) }, b.Reset
	},
	"locks.Condition.Wait": onCondition(func(c *locks.Condition, _ *bool) error { return wait(c.Wait()) }),
	"locks.Condition.WaitFor": onCondition(func(c *locks.Condition, holds *bool) error {
		return wait(c.WaitFor(func() bool { return *holds }))
	}),
	"locks.Once.Do": onFuture(func(f *rt.Future[int]) error {
		var o locks.Once[int]
		return wait(o.Do(rt.Expr[int](f)))
	}),
	"locks.Once.Do: of another": func(*testing.T) (func() error, func()) {
		f := rt.NewFuture[int]()
		var o locks.Once[int]
		testbed.Spawn(func() error { return testbed.Wait(o.Do(rt.Expr[int](f))) })
		testbed.Yields(2)
		return func() error { return wait(o.Do(rt.Expr[int](done()))) }, func() { f.Set(1) }
	},

	"netio.Conn.Read":       onConn(endless{}, func(c *netio.Conn) error { return wait(c.Read(make([]byte, 1))) }),
	"netio.Conn.Readable":   onReadable,
	"netio.Conn.Write":      onConn(endless{}, func(c *netio.Conn) error { return wait(c.Write([]byte("x"))) }),
	"netio.Conn.Sendfile":   onSendfile,
	"netio.Listener.Accept": onListener(func(l *netio.Listener) error { return wait(l.Accept()) }),
	"netio.Dial":            alone(func() error { return ends(wait(netio.Dial("tcp", unknownPort))) }),
	"netio.DialOp.From":     alone(func() error { return ends(wait(netio.Dial("tcp", unknownPort).From("127.0.0.1:0"))) }),

	"netio.PacketConn.ReadFrom": onPackets(func(c *netio.PacketConn) error { return wait(c.ReadFrom(make([]byte, 1))) }),
	"netio.PacketConn.Write":    onPackets(func(c *netio.PacketConn) error { return wait(c.Write([]byte("x"))) }),
	"netio.PacketConn.WriteTo": onPackets(func(c *netio.PacketConn) error {
		return wait(c.WriteTo([]byte("x"), netio.PacketAddr{}))
	}),

	"streams.Reader.Discard":      onReader(endless{}, func(r *streams.Reader) error { return wait(r.Discard(1)) }),
	"streams.Reader.Peek":         onReader(endless{}, func(r *streams.Reader) error { return wait(r.Peek(1)) }),
	"streams.Reader.Read":         onReader(endless{}, func(r *streams.Reader) error { return wait(r.Read(make([]byte, 1))) }),
	"streams.Reader.Read: large":  onReader(endless{}, func(r *streams.Reader) error { return wait(r.Read(make([]byte, 1<<16))) }),
	"streams.Reader.ReadExactly":  onReader(endless{}, func(r *streams.Reader) error { return wait(r.ReadExactly(1)) }),
	"streams.Reader.ReadFull":     onReader(endless{}, func(r *streams.Reader) error { return wait(r.ReadFull(make([]byte, 1))) }),
	"streams.Reader.ReadLine":     onReader(endless{}, func(r *streams.Reader) error { return wait(r.ReadLine()) }),
	"streams.Reader.ReadUntil":    onReader(endless{}, func(r *streams.Reader) error { return wait(r.ReadUntil("\n")) }),
	"streams.Reader.ReadUntilAny": onReader(endless{}, func(r *streams.Reader) error { return wait(r.ReadUntilAny("\r", "\n")) }),
	"streams.Reader.ReadAll":      onReader(ending{}, func(r *streams.Reader) error { return wait(r.ReadAll()) }),
	"streams.ReadAllOp.Limit":     onReader(ending{}, func(r *streams.Reader) error { return wait(r.ReadAll().Limit(1)) }),
	"streams.Stream.Read": func(t *testing.T) (func() error, func()) {
		e := &gated{under: endless{}}
		s := streams.New(netio.NewConn(e))
		t.Cleanup(func() { s.Abort() })
		return func() error { return wait(s.Read(make([]byte, 1))) }, e.serve
	},
	"streams.Writer.Drain": onWriter(func(w *streams.Writer) error {
		w.SetLimits(0, 0)
		return wait(w.Drain())
	}),
	"streams.Writer.Flush": onWriter(func(w *streams.Writer) error { return wait(w.Flush()) }),
	"streams.Writer.WaitClosed": onWriter(func(w *streams.Writer) error {
		w.Close()
		return wait(w.WaitClosed())
	}),
	"streams.Dial": alone(func() error { return ends(wait(streams.Dial("tcp", unknownPort))) }),
	"streams.Server.Serve": func(*testing.T) (func() error, func()) {
		l := netio.NewListener(&gatedAcceptor{})
		s := streams.NewServer(l, func(*netio.Conn) rt.Coroutine[rt.Void] { return nothing() })
		return func() error { return wait(s.Serve()) }, func() { s.Close() }
	},
	"tlsconn.Client": onConn(broken{}, func(c *netio.Conn) error {
		return ends(wait(tlsconn.Client(c, &tls.Config{ServerName: "x"})))
	}),
	"tlsconn.Server":  onConn(broken{}, func(c *netio.Conn) error { return ends(wait(tlsconn.Server(c, &tls.Config{}))) }),
	"tlsconn.Dial":    alone(func() error { return ends(wait(tlsconn.Dial("tcp", unknownPort, nil))) }),
	"transports.Dial": alone(func() error { return ends(wait(transports.Dial("tcp", unknownPort, nil))) }),

	"subprocess.Process.Wait": onCat(func(p *subprocess.Process) error { return wait(p.Wait()) }),
	"subprocess.Process.Communicate": onCat(func(p *subprocess.Process) error {
		return wait(p.Communicate(nil))
	}),
	"subprocess.CommunicateOp.Limit": onCat(func(p *subprocess.Process) error { return wait(p.Communicate(nil).Limit(1)) }),
	"subprocess.Run":                 alone(func() error { return wait(subprocess.Run(exec.Command("true"), nil)) }),
	"subprocess.RunOp.Limit":         alone(func() error { return wait(subprocess.Run(exec.Command("true"), nil).Limit(1)) }),

	"rttest.Step": alone(func() error { return wait(rttest.Step(&rttest.Script{Pending: 1}, "step", 1)) }),
}

func TestEveryOperationEndsOnce(t *testing.T) {
	testbed.Clean(t)
	cases := map[string]waiting{}
	covered := map[string]bool{}
	for name, c := range waitings {
		cases[name] = c
		name, _, _ = strings.Cut(name, ":")
		covered[name] = true
	}
	for name, c := range checkpoints {
		of, _, _ := strings.Cut(name, ":")
		if !covered[of] && name == of { // it always has to wait
			cases[name] = func(t *testing.T) (func() error, func()) { return c(t), nil }
		}
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		for _, cancelled := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/cancelled=%t", name, cancelled), func(t *testing.T) { endsOnce(t, cases[name], cancelled) })
		}
	}
}

// endsOnce lets an operation wait, and then be served or cancelled.
func endsOnce(t *testing.T, make waiting, cancelled bool) {
	seen.waited, seen.lasting, seen.failures = false, false, nil
	testbed.RunReal(t, testbed.Do(func() error {
		await, serve := make(t)
		task := testbed.Spawn(await)
		testbed.Yields(2) // in the first of these turns, it may be later than this task
		if cancelled {
			task.Cancel(errDue)
		}
		testbed.Yields(3)
		if serve != nil {
			serve()
		}
		testbed.Wait(task)
		return nil
	}), rt.WithHandler(func(error) {}))
	for _, failure := range seen.failures {
		t.Error(failure)
	}
	if !seen.waited && !seen.lasting {
		t.Error("did not have to wait")
	}
}

// alone is an operation that nobody has to serve.
func alone(await func() error) waiting {
	return func(*testing.T) (func() error, func()) { return await, nil }
}

func pausing() rt.Coroutine[rt.Void] {
	return testbed.Do(func() error { return errors.Join(testbed.Wait(rt.Yield()), testbed.Wait(rt.Yield())) })
}

func onFuture(await func(*rt.Future[int]) error) waiting {
	return func(*testing.T) (func() error, func()) {
		f := rt.NewFuture[int]()
		return func() error { return await(f) }, func() { f.Set(1) }
	}
}

func onCondition(await func(*locks.Condition, *bool) error) waiting {
	return func(*testing.T) (func() error, func()) {
		c := locks.NewCondition(nil)
		holds := false
		return func() error {
				if err := testbed.Wait(c.Acquire()); err != nil {
					return err
				}
				defer c.Release()
				return await(c, &holds)
			}, func() {
				must(testbed.Wait(c.Acquire()))
				holds = true
				c.NotifyAll()
				c.Release()
			}
	}
}

// unknownPort is an address that has to be looked up, in vain: a connection to this system
// may be refused at once.
const unknownPort = "127.0.0.1:no-such-service"

// A gate is closed until it is served.
type gate struct {
	served bool
	r      rt.Readiness // nil: nothing is attached
}

func (g *gate) Attach(_ *rt.Loop, r rt.Readiness) error { g.r = r; return nil }

func (g *gate) serve() {
	g.served = true
	if g.r != nil {
		g.r.Ready(true, true)
	}
}

// gated is under behind a gate.
type gated struct {
	gate
	under netio.Endpoint
}

func (e *gated) CloseWrite() error    { return nil }
func (e *gated) Close() error         { return nil }
func (e *gated) LocalAddr() net.Addr  { return nil }
func (e *gated) RemoteAddr() net.Addr { return nil }

func (e *gated) Read(p []byte) (int, error) {
	if !e.served {
		return 0, netio.ErrWouldBlock
	}
	return e.under.Read(p)
}

func (e *gated) Write(p []byte) (int, error) {
	if !e.served {
		return 0, netio.ErrWouldBlock
	}
	return e.under.Write(p)
}

func onConn(under netio.Endpoint, await func(*netio.Conn) error) waiting {
	return func(*testing.T) (func() error, func()) {
		e := &gated{under: under}
		c := netio.NewConn(e)
		return func() error { return await(c) }, e.serve
	}
}

// onReadable awaits that a connection is readable after a read has found nothing: before
// that, the connection does not know.
func onReadable(*testing.T) (func() error, func()) {
	e := &gated{under: endless{}}
	c := netio.NewConn(e)
	must(timedOut(testbed.Wait(rt.Timeout[int](1, c.Read(make([]byte, 1))))))
	return func() error { return wait(c.Readable()) }, e.serve
}

func onReader(under netio.Endpoint, await func(*streams.Reader) error) waiting {
	return onConn(under, func(c *netio.Conn) error { return await(streams.NewReader(c)) })
}

func onWriter(await func(*streams.Writer) error) waiting {
	return func(t *testing.T) (func() error, func()) {
		e := &gated{under: endless{}}
		w := streams.NewWriter(netio.NewConn(e))
		t.Cleanup(func() { w.Abort() })
		return func() error {
			if _, err := w.WriteString("x"); err != nil {
				return err
			}
			return await(w)
		}, e.serve
	}
}

func onSendfile(t *testing.T) (func() error, func()) {
	f, err := os.Create(filepath.Join(t.TempDir(), "file"))
	must(err)
	t.Cleanup(func() { f.Close() })
	f.WriteString("x")
	return onConn(endless{}, func(c *netio.Conn) error { return wait(c.Sendfile(f, 0, -1)) })(t)
}

// gatedAcceptor is acceptor behind a gate.
type gatedAcceptor struct {
	acceptor
	gate
}

func (a *gatedAcceptor) Attach(l *rt.Loop, r rt.Readiness) error { return a.gate.Attach(l, r) }

func (a *gatedAcceptor) Accept() (*netio.Conn, error) {
	if !a.served {
		return nil, netio.ErrWouldBlock
	}
	return a.acceptor.Accept()
}

func onListener(await func(*netio.Listener) error) waiting {
	return func(*testing.T) (func() error, func()) {
		a := &gatedAcceptor{}
		l := netio.NewListener(a)
		return func() error { return await(l) }, a.serve
	}
}

// gatedPackets is packets behind a gate.
type gatedPackets struct {
	packets
	gate
}

func (p *gatedPackets) Attach(l *rt.Loop, r rt.Readiness) error { return p.gate.Attach(l, r) }

func (p *gatedPackets) ReadFrom(b []byte) (int, netio.PacketAddr, error) {
	if !p.served {
		return 0, netio.PacketAddr{}, netio.ErrWouldBlock
	}
	return p.packets.ReadFrom(b)
}

func (p *gatedPackets) WriteTo(b []byte, to netio.PacketAddr) error {
	if !p.served {
		return netio.ErrWouldBlock
	}
	return p.packets.WriteTo(b, to)
}

func onPackets(await func(*netio.PacketConn) error) waiting {
	return func(*testing.T) (func() error, func()) {
		p := &gatedPackets{}
		c := netio.NewPacketConn(p)
		return func() error { return await(c) }, p.serve
	}
}

// onCat awaits on a process that ends when its input does.
func onCat(await func(*subprocess.Process) error) waiting {
	return func(*testing.T) (func() error, func()) {
		cmd := exec.Command("cat")
		cmd.Stdin = subprocess.Pipe
		p, err := subprocess.Start(cmd)
		must(err)
		return func() error { return await(p) }, func() {
			p.Stdin.Close()
			must(testbed.Wait(p.Wait()))
		}
	}
}
