//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package testbed_test

// This file checks that every operation is a checkpoint. A loop that only awaits the operation,
// which always completes at once, lets a timer fire, and ends when its task is cancelled.

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/files"
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

// A repeated makes an operation that is awaited again and again. It is called on the task that
// awaits the operation.
type repeated func(t *testing.T) (await func() error)

// checkpoints lists each operation under the name that exportedOperations gives it. A name with
// a colon adds the situation.
var checkpoints = map[string]repeated{
	"rt.Sleep":     op(func() error { return wait(rt.Sleep(0)) }),
	"rt.Sleep: d":  op(func() error { return wait(rt.Sleep(1)) }),
	"rt.Yield":     op(func() error { return wait(rt.Yield()) }),
	"rt.NewFuture": op(func() error { return wait(done()) }),
	"rt.NewFuture: failed": op(func() error {
		f := rt.NewFuture[int]()
		f.Fail(io.ErrUnexpectedEOF)
		return ends(wait(f))
	}),
	"rt.Callback":    op(func() error { return wait(rt.Callback(func(set func(int, error)) { set(1, nil) })) }),
	"rt.FromContext": op(func() error { return ends(wait(rt.FromContext(expired()))) }),
	"rt.Go":          op(func() error { return wait(rt.Go(zero)) }),

	"rt.Spawn":           ended(func() *rt.TaskOf[rt.Void] { return rt.Spawn(rt.Current(), nothing()) }),
	"rt.SpawnEager":      ended(func() *rt.TaskOf[rt.Void] { return rt.SpawnEager(rt.Current(), nothing()) }),
	"rt.SpawnEager: new": op(func() error { return wait(rt.SpawnEager(rt.Current(), nothing())) }),
	"rt.SpawnIn": ended(func() *rt.TaskOf[rt.Void] {
		g := rt.Current().OpenGroup()
		task := rt.SpawnIn(g, nothing())
		must(wait(g.Join()))
		return task
	}),
	"rt.Start":      ended(func() *rt.TaskOf[rt.Void] { return rt.Start(rt.Current().Loop(), nothing()) }),
	"rt.StartEager": ended(func() *rt.TaskOf[rt.Void] { return rt.StartEager(rt.Current().Loop(), nothing()) }),
	"rt.StartThreadsafe": op(func() error {
		return wait(rt.StartThreadsafe(rt.Current().Loop(), rt.Expr[rt.Void](nothing())))
	}),
	"rt.StartIn": op(func() error {
		g := rt.Current().OpenGroup()
		defer g.Scope().Close()
		return wait(rt.StartIn(g, func(s *rt.Starting[int]) rt.Expr[rt.Void] {
			return testbed.Do(func() error { s.Started(1); return nil })
		}))
	}),
	"rt.TaskGroup.Join": op(func() error { return wait(rt.Current().OpenGroup().Join()) }),
	"rt.TaskGroup.Join: of tasks": op(func() error {
		g := rt.Current().OpenGroup()
		rt.SpawnIn(g, nothing())
		return wait(g.Join())
	}),
	"rt.TaskGroup.Join: of tasks that have ended": op(func() error {
		g := rt.Current().OpenGroup()
		rt.SpawnIn(g, nothing())
		for g.Len() > 0 {
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
		return wait(g.Join())
	}),
	"rt.TaskGroup.Join: supervisor": op(func() error { return wait(rt.Current().OpenSupervisor().Join()) }),
	"rt.TaskGroup.Join: second": func(*testing.T) func() error {
		g := rt.Current().OpenGroup()
		must(wait(g.Join()))
		return func() error { return wait(g.Join()) }
	},
	"rt.TaskGroup.Join: cancelled": op(func() error {
		g := rt.Current().OpenGroup()
		g.Cancel(nil)
		return wait(g.Join())
	}),
	"rt.TaskGroup.Join: left": op(func() error {
		g := rt.Current().OpenGroup()
		g.Scope().Close()
		return wait(g.Join())
	}),

	"rt.Gather":            op(func() error { return wait(rt.Gather[rt.Void](nothing())) }),
	"rt.Gather: nothing":   op(func() error { return wait(rt.Gather[rt.Void]()) }),
	"rt.Gather2":           op(func() error { return wait(rt.Gather2[rt.Void, rt.Void](nothing(), nothing())) }),
	"rt.Race":              op(func() error { return wait(rt.Race[rt.Void](nothing())) }),
	"rt.Race: nobody":      op(func() error { return ends(wait(rt.Race[rt.Void]())) }),
	"rt.RaceOp.Discard":    op(func() error { return wait(rt.Race[rt.Void](nothing(), nothing()).Discard(func(rt.Void) {})) }),
	"rt.StaggeredRace":     op(func() error { return wait(rt.StaggeredRace[rt.Void](-1, nothing())) }),
	"rt.Wait":              waits(func(task *rt.TaskOf[rt.Void]) error { return wait(rt.Wait(rt.AllDone, task)) }),
	"rt.Wait: for nothing": op(func() error { return wait(rt.Wait[*rt.Task](rt.FirstCompleted)) }),
	"rt.WaitOp.For":        waits(func(task *rt.TaskOf[rt.Void]) error { return wait(rt.Wait(rt.AllDone, task).For(0)) }),
	"rt.WaitFor":           waits(func(task *rt.TaskOf[rt.Void]) error { return wait(rt.WaitFor(time.Hour, task)) }),
	"rt.WaitFor: no time":  waits(func(task *rt.TaskOf[rt.Void]) error { return wait(rt.WaitFor(0, task)) }),
	"rt.Completions.Next": op(func() error {
		c := rt.AsCompleted[rt.Void](rt.Current(), nothing())
		defer c.Close()
		return wait(c.Next())
	}),

	"rt.Timeout":          op(func() error { return wait(rt.Timeout[int](time.Hour, done())) }),
	"rt.Timeout: no time": op(func() error { return ends(wait(rt.Timeout[int](0, done()))) }),
	"rt.TimeoutAt":        op(func() error { return wait(rt.TimeoutAt[int](time.Time{}, done())) }),
	"rt.Shield":           op(func() error { return wait(rt.Shield[int](done())) }),

	"rt.Select":          op(func() error { return wait(rt.Select(rt.On[int](done()))) }),
	"rt.Select: sleep":   op(func() error { return wait(rt.Select(rt.On[rt.Void](rt.Sleep(0)))) }),
	"rt.Select: channel": op(func() error { return wait(rt.Select(rt.On[int](rt.Receive(closed())))) }),
	"rt.SelectInOrder":   op(func() error { return wait(rt.SelectInOrder(rt.On[int](done()))) }),
	"rt.Receive":         op(func() error { return ends(wait(rt.Receive(closed()))) }),
	"rt.Send": func(*testing.T) func() error {
		ch := make(chan int, 1<<20)
		return func() error { return wait(rt.Send(ch, 1)) }
	},

	"queues.Queue.Put": op(func() error { return wait(queues.New[int](1).Put(1)) }),
	"queues.Queue.Put: closed": func(*testing.T) func() error {
		q := queues.New[int](0)
		q.Close()
		return func() error { return ends(wait(q.Put(1))) }
	},
	"queues.Queue.Get":             func(*testing.T) func() error { return fed(queues.New[int](0)) },
	"queues.Queue.Get: threadsafe": func(*testing.T) func() error { return fed(queues.New[int](0).Threadsafe()) },
	"queues.Queue.Get: store":      func(*testing.T) func() error { return fed(queues.NewLifo[int](0)) },
	"queues.Queue.Get: closed": func(*testing.T) func() error {
		q := queues.New[int](0)
		q.Close()
		return func() error { return ends(wait(q.Get())) }
	},
	"queues.Queue.Join": op(func() error { return wait(queues.New[int](1).Join()) }),
	"queues.Receiver.Get": func(*testing.T) func() error {
		b := queues.NewBroadcast[int](1)
		r := b.Subscribe()
		return func() error { b.Send(1); return wait(r.Get()) }
	},
	"queues.Receiver.Get: closed": func(*testing.T) func() error {
		r := queues.NewBroadcast[int](1).Subscribe()
		r.Close()
		return func() error { return ends(wait(r.Get())) }
	},
	"queues.Watcher.Changed": func(*testing.T) func() error {
		w := queues.NewWatch(1)
		r := w.Subscribe()
		return func() error { w.Set(2); return wait(r.Changed()) }
	},

	"locks.Lock.Acquire": func(*testing.T) func() error {
		var l locks.Lock
		return func() error { return with(l.Acquire(), l.Release) }
	},
	"locks.RWLock.Acquire": func(*testing.T) func() error {
		var l locks.RWLock
		return func() error { return with(l.Acquire(), l.Release) }
	},
	"locks.RWLock.AcquireRead": func(*testing.T) func() error {
		var l locks.RWLock
		return func() error { return with(l.AcquireRead(), l.ReleaseRead) }
	},
	"locks.Semaphore.Acquire": op(func() error { return wait(locks.NewSemaphore(1).Acquire()) }),
	"locks.CapacityLimiter.Acquire": op(func() error {
		return wait(locks.NewCapacityLimiter(1).Acquire())
	}),
	"locks.CapacityLimiter.AcquireFor": op(func() error { return wait(locks.NewCapacityLimiter(1).AcquireFor("me")) }),
	"locks.Event.Wait": func(*testing.T) func() error {
		var e locks.Event
		e.Set()
		return func() error { return wait(e.Wait()) }
	},
	"locks.Barrier.Wait": op(func() error { return wait(locks.NewBarrier(1).Wait()) }),
	"locks.Barrier.Wait: broken": func(*testing.T) func() error {
		b := locks.NewBarrier(2)
		b.Abort()
		return func() error { return ends(wait(b.Wait())) }
	},
	// Nobody notifies. A timeout ends each Wait.
	"locks.Condition.Wait": func(*testing.T) func() error {
		c := locks.NewCondition(nil)
		must(wait(c.Acquire()))
		return func() error { return timedOut(wait(rt.Timeout[rt.Void](0, c.Wait()))) }
	},
	"locks.Condition.WaitFor": func(*testing.T) func() error {
		c := locks.NewCondition(nil)
		must(wait(c.Acquire()))
		return func() error { return wait(c.WaitFor(func() bool { return true })) }
	},
	"locks.Once.Do": func(*testing.T) func() error {
		var o locks.Once[int]
		return func() error { return wait(o.Do(rt.Expr[int](done()))) }
	},
	"locks.Once.Do: fails": func(*testing.T) func() error {
		var o locks.Once[rt.Void]
		fails := func() error { return io.ErrUnexpectedEOF }
		return func() error { return ends(wait(o.Do(testbed.Do(fails)))) }
	},

	"rt.ToThread":             op(func() error { return wait(rt.ToThread(zero)) }),
	"rt.ToThreadContext":      op(func() error { return wait(rt.ToThreadContext(zeroContext)) }),
	"rt.RunInExecutor":        op(func() error { return wait(rt.RunInExecutor(rt.NewExecutor(1), zeroContext)) }),
	"rt.ThreadOp.Abandonable": op(func() error { return wait(rt.ToThread(zero).Abandonable()) }),
	"netio.Resolve":           op(func() error { return wait(netio.Resolve("tcp", "127.0.0.1:1")) }),
	"netio.Resolve: nonsense": op(func() error { return ends(wait(netio.Resolve("nonsense", "127.0.0.1:1"))) }),
	"rt.SignalQueue.Next": func(*testing.T) func() error {
		q := rt.Signals(syscall.SIGUSR1)
		q.Close()
		return func() error { return ends(wait(q.Next())) }
	},

	"netio.Conn.Read":              overConn(endless{}, func(c *netio.Conn) error { return wait(c.Read(make([]byte, 1))) }),
	"netio.Conn.Read: nothing":     overConn(endless{}, func(c *netio.Conn) error { return wait(c.Read(nil)) }),
	"netio.Conn.Read: end":         overConn(ending{}, func(c *netio.Conn) error { return ends(wait(c.Read(make([]byte, 1)))) }),
	"netio.Conn.Read: broken":      overConn(broken{}, func(c *netio.Conn) error { return ends(wait(c.Read(make([]byte, 1)))) }),
	"netio.Conn.Read: closed":      overClosed(func(c *netio.Conn) error { return ends(wait(c.Read(make([]byte, 1)))) }),
	"netio.Conn.Readable":          overConn(endless{}, func(c *netio.Conn) error { return wait(c.Readable()) }),
	"netio.Conn.Readable: closed":  overClosed(func(c *netio.Conn) error { return ends(wait(c.Readable())) }),
	"netio.Conn.Write":             overConn(endless{}, func(c *netio.Conn) error { return wait(c.Write([]byte("x"))) }),
	"netio.Conn.Write: nothing":    overConn(endless{}, func(c *netio.Conn) error { return wait(c.Write(nil)) }),
	"netio.Conn.Write: broken":     overConn(broken{}, func(c *netio.Conn) error { return ends(wait(c.Write([]byte("x")))) }),
	"netio.Conn.Write: closed":     overClosed(func(c *netio.Conn) error { return ends(wait(c.Write([]byte("x")))) }),
	"netio.Conn.Sendfile":          overConn(endless{}, func(c *netio.Conn) error { return wait(c.Sendfile(nil, 0, 0)) }),
	"netio.Conn.Sendfile: closed":  overClosed(func(c *netio.Conn) error { return ends(wait(c.Sendfile(nil, 0, 0))) }),
	"netio.Conn.Sendfile: invalid": overConn(endless{}, func(c *netio.Conn) error { return ends(wait(c.Sendfile(nil, -1, 0))) }),
	"netio.Listener.Accept": op(func() error {
		return wait(netio.NewListener(acceptor{}).Accept())
	}),
	"netio.Listener.Accept: the same": func(*testing.T) func() error {
		l := netio.NewListener(acceptor{})
		return func() error { return wait(l.Accept()) }
	},
	"netio.Listener.Accept: closed": func(*testing.T) func() error {
		l := netio.NewListener(acceptor{})
		l.Close()
		return func() error { return ends(wait(l.Accept())) }
	},
	"netio.Dial":        op(func() error { return ends(wait(netio.Dial("nonsense", ""))) }),
	"netio.DialOp.From": op(func() error { return ends(wait(netio.Dial("tcp", "127.0.0.1:1").From("nonsense"))) }),
	"netio.PacketConn.WriteTo": overPackets(func(c *netio.PacketConn) error {
		return wait(c.WriteTo([]byte("x"), netio.PacketAddr{}))
	}),
	"netio.PacketConn.Write":    overPackets(func(c *netio.PacketConn) error { return wait(c.Write([]byte("x"))) }),
	"netio.PacketConn.ReadFrom": overPackets(func(c *netio.PacketConn) error { return wait(c.ReadFrom(make([]byte, 1))) }),
	"netio.PacketConn.ReadFrom: closed": func(*testing.T) func() error {
		c := netio.NewPacketConn(packets{})
		c.Close()
		return func() error { return ends(wait(c.ReadFrom(nil))) }
	},
	"netio.PacketConn.WriteTo: closed": func(*testing.T) func() error {
		c := netio.NewPacketConn(packets{})
		c.Close()
		return func() error { return ends(wait(c.WriteTo(nil, netio.PacketAddr{}))) }
	},

	"streams.Reader.Discard":           reads(func(r *streams.Reader) error { return wait(r.Discard(1)) }),
	"streams.Reader.Discard: nothing":  reads(func(r *streams.Reader) error { return wait(r.Discard(0)) }),
	"streams.Reader.Peek":              reads(func(r *streams.Reader) error { return wait(r.Peek(1)) }),
	"streams.Reader.Read":              reads(func(r *streams.Reader) error { return wait(r.Read(make([]byte, 1))) }),
	"streams.Reader.Read: nothing":     reads(func(r *streams.Reader) error { return wait(r.Read(nil)) }),
	"streams.Reader.ReadExactly":       reads(func(r *streams.Reader) error { return wait(r.ReadExactly(1)) }),
	"streams.Reader.ReadExactly: none": reads(func(r *streams.Reader) error { return wait(r.ReadExactly(0)) }),
	"streams.Reader.ReadFull":          reads(func(r *streams.Reader) error { return wait(r.ReadFull(make([]byte, 1))) }),
	"streams.Reader.ReadFull: nothing": reads(func(r *streams.Reader) error { return wait(r.ReadFull(nil)) }),
	"streams.Reader.ReadLine":          reads(func(r *streams.Reader) error { return wait(r.ReadLine()) }),
	"streams.Reader.ReadUntil":         reads(func(r *streams.Reader) error { return wait(r.ReadUntil("\n")) }),
	"streams.Reader.ReadUntilAny":      reads(func(r *streams.Reader) error { return wait(r.ReadUntilAny("\r", "\n")) }),
	"streams.Reader.ReadUntilAny: empty": reads(func(r *streams.Reader) error {
		return ends(wait(r.ReadUntilAny("\r", strings.Repeat("x", 1<<20))))
	}),
	"streams.Reader.ReadAll":          atEnd(func(r *streams.Reader) error { return wait(r.ReadAll()) }),
	"streams.ReadAllOp.Limit":         atEnd(func(r *streams.Reader) error { return wait(r.ReadAll().Limit(1)) }),
	"streams.Reader.Peek: end":        atEnd(func(r *streams.Reader) error { return ends(wait(r.Peek(1))) }),
	"streams.Reader.Read: end":        atEnd(func(r *streams.Reader) error { return ends(wait(r.Read(make([]byte, 1)))) }),
	"streams.Reader.ReadLine: end":    atEnd(func(r *streams.Reader) error { return ends(wait(r.ReadLine())) }),
	"streams.Reader.ReadExactly: end": atEnd(func(r *streams.Reader) error { return ends(wait(r.ReadExactly(1))) }),
	"streams.Reader.Discard: end":     atEnd(func(r *streams.Reader) error { return ends(wait(r.Discard(1))) }),
	"streams.Stream.Read": func(t *testing.T) func() error {
		s := streams.New(netio.NewConn(endless{}))
		t.Cleanup(func() { s.Abort() })
		return func() error { return wait(s.Read(make([]byte, 1))) }
	},
	"streams.Writer.Drain":         writes(func(w *streams.Writer) error { return wait(w.Drain()) }),
	"streams.Writer.Flush":         writes(func(w *streams.Writer) error { return wait(w.Flush()) }),
	"streams.Writer.WaitClosed":    writesClosed(func(w *streams.Writer) error { return ends(wait(w.WaitClosed())) }),
	"streams.Writer.Drain: closed": writesClosed(func(w *streams.Writer) error { return ends(wait(w.Drain())) }),
	"streams.Dial":                 op(func() error { return ends(wait(streams.Dial("nonsense", ""))) }),
	"streams.Server.Serve": func(*testing.T) func() error {
		l := netio.NewListener(acceptor{})
		l.Close()
		s := streams.NewServer(l, func(*netio.Conn) rt.Coroutine[rt.Void] { return nothing() })
		return func() error {
			if err := wait(s.Serve()); errors.Is(err, errDue) {
				return err
			}
			return nil // the listener is closed
		}
	},
	"tlsconn.Client": overClosed(func(c *netio.Conn) error { return ends(wait(tlsconn.Client(c, &tls.Config{ServerName: "x"}))) }),
	"tlsconn.Server": overClosed(func(c *netio.Conn) error { return ends(wait(tlsconn.Server(c, &tls.Config{}))) }),
	"tlsconn.Client: broken": op(func() error {
		return ends(wait(tlsconn.Client(netio.NewConn(broken{}), &tls.Config{ServerName: "x"})))
	}),
	"tlsconn.Dial":    op(func() error { return ends(wait(tlsconn.Dial("nonsense", "", nil))) }),
	"transports.Dial": op(func() error { return ends(wait(transports.Dial("nonsense", "", nil))) }),
	"transports.Transport.Lost": func(*testing.T) func() error {
		tr, err := transports.New(rt.Current().Loop(), netio.NewConn(ending{}), protocol{})
		must(err)
		tr.Abort()
		return func() error { return wait(tr.Lost()) }
	},

	"subprocess.Process.Wait": onProcess(func(p *subprocess.Process) error { return wait(p.Wait()) }),
	"subprocess.Process.Exited": onProcess(func(p *subprocess.Process) error {
		return wait(p.Exited())
	}),
	"subprocess.Process.Communicate": onProcess(func(p *subprocess.Process) error { return wait(p.Communicate(nil)) }),
	"subprocess.Process.Communicate: again": onProcess(func(p *subprocess.Process) error {
		return ends(wait(p.Communicate([]byte("x"))))
	}),
	"subprocess.CommunicateOp.Limit": onProcess(func(p *subprocess.Process) error { return wait(p.Communicate(nil).Limit(1)) }),
	"subprocess.RunOp.Limit":         op(func() error { return ends(wait(subprocess.Run(exec.Command("/nonsense"), nil).Limit(1))) }),
	"subprocess.Run":                 op(func() error { return ends(wait(subprocess.Run(exec.Command("/nonsense"), nil))) }),

	"files.Open":      inDir(func(dir string) error { return ends(wait(files.Open(dir + "/none"))) }),
	"files.OpenFile":  inDir(func(dir string) error { return ends(wait(files.OpenFile(dir+"/none", os.O_RDONLY, 0))) }),
	"files.Create":    inDir(func(dir string) error { return ends(wait(files.Create(dir))) }),
	"files.ReadFile":  inDir(func(dir string) error { return ends(wait(files.ReadFile(dir + "/none"))) }),
	"files.WriteFile": inDir(func(dir string) error { return wait(files.WriteFile(dir+"/a", nil, 0o600)) }),
	"files.ReadDir":   inDir(func(dir string) error { return wait(files.ReadDir(dir)) }),
	"files.Stat":      inDir(func(dir string) error { return wait(files.Stat(dir)) }),
	"files.Remove":    inDir(func(dir string) error { return ends(wait(files.Remove(dir + "/none"))) }),
	"files.Rename":    inDir(func(dir string) error { return ends(wait(files.Rename(dir+"/none", dir+"/no"))) }),
	"files.MkdirAll":  inDir(func(dir string) error { return wait(files.MkdirAll(dir, 0o700)) }),

	"files.File.Read":     onFile(func(f *files.File) error { return ends(wait(f.Read(make([]byte, 1)))) }),
	"files.File.ReadAt":   onFile(func(f *files.File) error { return ends(wait(f.ReadAt(make([]byte, 1), 0))) }),
	"files.File.Write":    onFile(func(f *files.File) error { return wait(f.Write([]byte("x"))) }),
	"files.File.WriteAt":  onFile(func(f *files.File) error { return wait(f.WriteAt([]byte("x"), 0)) }),
	"files.File.SeekTo":   onFile(func(f *files.File) error { return wait(f.SeekTo(0, io.SeekEnd)) }),
	"files.File.Stat":     onFile(func(f *files.File) error { return wait(f.Stat()) }),
	"files.File.Truncate": onFile(func(f *files.File) error { return wait(f.Truncate(0)) }),
	"files.File.Sync":     onFile(func(f *files.File) error { return wait(f.Sync()) }),
	"files.File.Close":    onFile(func(f *files.File) error { return ends(wait(f.Close())) }),

	"rttest.Step": func(t *testing.T) func() error {
		return func() error { return wait(rttest.Step(new(rttest.Script), "step", 1)) }
	},
}

// calls are operations that only call something. They are checkpoints if what they call is.
var calls = []string{"rt.NewCoroutine", "machine.Lockstep", "machine.Lockstep2", "machine.Lockstep3", "machine.LockstepVoid"}

// transparent are operations that pass through the result of what they wait for. Whether they
// see a cancellation depends on that. They always let other tasks run.
var transparent = map[string]repeated{
	"Timeout":   op(func() error { return wait(rt.Timeout[rt.Void](time.Hour, nothing())) }),
	"TimeoutAt": op(func() error { return wait(rt.TimeoutAt[rt.Void](time.Time{}, nothing())) }),
	"Shield":    op(func() error { return wait(rt.Shield[rt.Void](nothing())) }),
}

// atMost is the number of awaits in a row that may complete while a timer is due: the awaits of
// three steps.
const atMost = 3 * 128

func TestEveryOperationIsACheckpoint(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(checkpoints)) {
		t.Run(name, func(t *testing.T) {
			letsTimerFire(t, checkpoints[name], !strings.HasPrefix(name, "rt.Shield") && !hidesCancellation[name])
		})
	}
	for name, make := range transparent {
		t.Run("transparent/"+name, func(t *testing.T) { letsTimerFire(t, make, false) })
	}
}

// letsTimerFire awaits what make returns until a timer that is due has fired, and then once
// more. If seesCancellation is set, that await must fail.
func letsTimerFire(t *testing.T, make repeated, seesCancellation bool) {
	t.Helper()
	seen.failures = nil
	_, err := testbed.RunReal(t, testbed.Do(func() error {
		await := make(t)
		task := rt.Current()
		fired := false
		task.Loop().CallLater(0, func() {
			fired = true
			task.Cancel(errDue)
		})
		for awaited := 0; !fired; awaited++ {
			if awaited > atMost {
				return fmt.Errorf("starves the loop: %d awaits, and a timer that is due has not fired", awaited)
			}
			if err := await(); err != nil && !fired {
				return fmt.Errorf("await %d: %w", awaited, err)
			} else if errors.Is(err, errDue) {
				return nil
			}
		}
		if err := await(); seesCancellation && !errors.Is(err, errDue) {
			return fmt.Errorf("does not see that its task is cancelled: %v", err)
		}
		return nil
	}), rt.WithHandler(func(error) {}))
	if _, abandoned := errors.AsType[*rt.AbandonedError](err); err != nil && !errors.Is(err, errDue) && !abandoned {
		t.Error(err)
	}
	for _, failure := range slices.Compact(seen.failures) {
		t.Error(failure)
	}
}

var errDue = errors.New("the timer has fired")

func TestCheckpointsAreAllOperations(t *testing.T) {
	testbed.Clean(t)
	covered := map[string]bool{}
	for _, name := range calls {
		covered[name] = true
	}
	for name := range checkpoints {
		name, _, _ = strings.Cut(name, ":")
		covered[name] = true
	}
	operations := exportedOperations(t)
	for name := range operations {
		if !covered[name] {
			t.Errorf("%s is not among the checkpoints", name)
		}
	}
	for name := range covered {
		if !operations[name] {
			t.Errorf("there is no operation %s", name)
		}
	}
}

func op(await func() error) repeated { return func(*testing.T) func() error { return await } }

// ends checks that err is not nil, and drops err unless it is the cancellation.
func ends(err error) error {
	switch {
	case err == nil:
		return errors.New("there is no error")
	case errors.Is(err, errDue):
		return err
	}
	return nil
}

func timedOut(err error) error {
	if testbed.IsTimeout(err) {
		return nil
	}
	return err
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func nothing() rt.Coroutine[rt.Void] { return rt.NewCoroutine[rt.Void](new(atOnce)) }

// atOnce is a coroutine without awaits.
type atOnce struct{}

func (*atOnce) Poll(*rt.Task) (_ rt.Void, err error, ready bool) { return rt.Void{}, nil, true }

func zero() (int, error)                       { return 0, nil }
func zeroContext(context.Context) (int, error) { return 0, nil }

func done() *rt.Future[int] {
	f := rt.NewFuture[int]()
	f.Set(1)
	return f
}

func closed() <-chan int {
	ch := make(chan int)
	close(ch)
	return ch
}

func expired() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// ended awaits a task that has ended.
func ended(start func() *rt.TaskOf[rt.Void]) repeated {
	return func(*testing.T) func() error {
		task := start()
		must(testbed.Wait(task))
		return func() error { return wait(task) }
	}
}

func waits(await func(*rt.TaskOf[rt.Void]) error) repeated {
	return func(*testing.T) func() error {
		task := rt.Spawn(rt.Current(), nothing())
		must(testbed.Wait(task))
		return func() error { return await(task) }
	}
}

func fed(q *queues.Queue[int]) func() error {
	return func() error { q.TryPut(1); return wait(q.Get()) }
}

func with[X rt.Expr[rt.Void]](acquire X, release func()) error {
	err := wait(rt.Expr[rt.Void](acquire))
	if err == nil {
		release()
	}
	return err
}

func overConn(end netio.Endpoint, await func(*netio.Conn) error) repeated {
	return func(*testing.T) func() error {
		c := netio.NewConn(end)
		return func() error { return await(c) }
	}
}

func overClosed(await func(*netio.Conn) error) repeated {
	return func(*testing.T) func() error {
		c := netio.NewConn(endless{})
		c.Close()
		return func() error { return await(c) }
	}
}

func overPackets(await func(*netio.PacketConn) error) repeated {
	return func(*testing.T) func() error {
		c := netio.NewPacketConn(packets{})
		return func() error { return await(c) }
	}
}

func reads(await func(*streams.Reader) error) repeated {
	return func(*testing.T) func() error {
		r := streams.NewReader(netio.NewConn(endless{}))
		return func() error { return await(r) }
	}
}

func atEnd(await func(*streams.Reader) error) repeated {
	return func(*testing.T) func() error {
		r := streams.NewReader(netio.NewConn(ending{}))
		return func() error { return await(r) }
	}
}

func writes(await func(*streams.Writer) error) repeated {
	return func(t *testing.T) func() error {
		w := streams.NewWriter(netio.NewConn(endless{}))
		t.Cleanup(func() { w.Abort() })
		return func() error { return await(w) }
	}
}

func writesClosed(await func(*streams.Writer) error) repeated {
	return func(*testing.T) func() error {
		w := streams.NewWriter(netio.NewConn(broken{}))
		w.WriteString("x")
		testbed.Wait(w.Flush())
		w.Close()
		return func() error { return await(w) }
	}
}

func onProcess(await func(*subprocess.Process) error) repeated {
	return func(*testing.T) func() error {
		p, err := subprocess.Start(exec.Command("true"))
		must(err)
		must(testbed.Wait(p.Wait()))
		return func() error { return await(p) }
	}
}

func inDir(await func(dir string) error) repeated {
	return func(t *testing.T) func() error {
		dir := t.TempDir()
		return func() error { return await(dir) }
	}
}

func onFile(await func(*files.File) error) repeated {
	return func(t *testing.T) func() error {
		f, err := rt.Block(files.Create(filepath.Join(t.TempDir(), "file")))
		must(err)
		t.Cleanup(func() { f.OS().Close() })
		return func() error { return await(f) }
	}
}

// endless is an Endpoint that always has something to read and takes all writes.
type endless struct{}

func (endless) Attach(*rt.Loop, rt.Readiness) error { return nil }
func (endless) Read(p []byte) (int, error)          { return copy(p, bytes.Repeat([]byte("\n"), len(p))), nil }
func (endless) Write(p []byte) (int, error)         { return len(p), nil }
func (endless) CloseWrite() error                   { return nil }
func (endless) Close() error                        { return nil }
func (endless) LocalAddr() net.Addr                 { return nil }
func (endless) RemoteAddr() net.Addr                { return nil }

// ending is an Endpoint whose stream has ended.
type ending struct{ endless }

func (ending) Read([]byte) (int, error) { return 0, io.EOF }

// broken is an Endpoint on which everything fails.
type broken struct{ endless }

func (broken) Read([]byte) (int, error)  { return 0, syscall.ECONNRESET }
func (broken) Write([]byte) (int, error) { return 0, syscall.ECONNRESET }

// acceptor is an Acceptor that always has a client.
type acceptor struct{}

func (acceptor) Attach(*rt.Loop, rt.Readiness) error { return nil }
func (acceptor) Accept() (*netio.Conn, error)        { return netio.NewConn(endless{}), nil }
func (acceptor) Close() error                        { return nil }
func (acceptor) Addr() net.Addr                      { return nil }

// packets is a socket that always has a datagram and takes every datagram.
type packets struct{}

func (packets) Attach(*rt.Loop, rt.Readiness) error              { return nil }
func (packets) ReadFrom(p []byte) (int, netio.PacketAddr, error) { return 0, netio.PacketAddr{}, nil }
func (packets) WriteTo([]byte, netio.PacketAddr) error           { return nil }
func (packets) Close() error                                     { return nil }
func (packets) LocalAddr() net.Addr                              { return nil }
func (packets) RemoteAddr() net.Addr                             { return nil }

type protocol struct{}

func (protocol) ConnectionMade(*transports.Transport) {}
func (protocol) DataReceived([]byte)                  {}
func (protocol) EOFReceived() bool                    { return false }
func (protocol) ConnectionLost(error)                 {}
