//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rt_test

// This file is a server under churn: connections that are opened, used and
// dropped at random, properly and not.
//
//	go test ./rt -run Churn -churn 1m -v
//
// is the long version: as many connections at once as there are descriptors
// for, up to 10,000, for that long.

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"runtime"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

var churnFor = flag.Duration("churn", 0, "how long TestChurn goes on, with all connections that there can be; 0: briefly")

// The ways in which a client leaves.
const (
	leaveProperly   = iota // it lets the server finish, and sees its end
	leaveUnread            // it closes without having read the last echo
	leaveMidMessage        // it closes in the middle of a write
	leaveAtOnce            // it says nothing at all
	leaveCancelled         // its task is cancelled while it waits
	leavings
)

// A churnFrame is one client after the other, by hand.
type churnFrame struct {
	port   int
	random *rand.Rand
	more   func() bool // another one?
	count  *[leavings]int
	failed func(error)

	state         int
	leave, rounds int
	conn          *rt.Conn
	out, in       []byte
	got           int
	dial          rt.DialOp
	write         rt.WriteOp
	read          rt.ReadOp
	scope         *rt.Scope
}

const (
	churnDial = iota
	churnDialing
	churnWrite
	churnRead
	churnEnd
)

func (f *churnFrame) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	for {
		switch f.state {
		case churnDial:
			if !f.more() {
				return rt.Void{}, nil, true
			}
			host := "127.0.0.1"
			if runtime.GOOS == "linux" { // enough ports for a minute
				host = fmt.Sprintf("127.0.%d.%d", f.random.IntN(2), 1+f.random.IntN(200))
			}
			f.leave, f.rounds = f.random.IntN(leavings), 1+f.random.IntN(4)
			f.dial = rt.Dial("tcp", net.JoinHostPort(host, fmt.Sprint(f.port)))
			f.state = churnDialing
		case churnDialing:
			conn, err, ready := f.dial.Poll(t)
			if !ready {
				return rt.Void{}, nil, false
			}
			if err != nil {
				return rt.Void{}, err, true
			}
			f.conn = conn
			if f.leave == leaveAtOnce {
				f.left()
				continue
			}
			f.begin()
		case churnWrite:
			if f.leave == leaveMidMessage && f.rounds == 0 && f.scope == nil {
				// One poll of the write, which the socket need not take whole.
				f.scope = t.OpenScope()
				if _, _, ready := f.write.Poll(t); !ready {
					f.scope.Cancel(nil)
					continue
				}
				f.scope.Close()
				f.scope = nil
				f.left()
				continue
			}
			_, err, ready := f.write.Poll(t)
			if !ready {
				return rt.Void{}, nil, false
			}
			if f.scope != nil { // the rest of the above
				f.scope.Close()
				f.scope = nil
				f.left()
				continue
			}
			if err != nil {
				return rt.Void{}, err, true
			}
			if f.leave == leaveUnread && f.rounds == 0 {
				f.left()
				continue
			}
			f.got = 0
			f.read = f.conn.Read(f.in[:len(f.out)])
			f.state = churnRead
		case churnRead:
			n, err, ready := f.read.Poll(t)
			if !ready {
				if f.leave == leaveCancelled && f.rounds == 0 && f.scope == nil {
					f.scope = t.OpenScope()
					f.scope.Cancel(nil)
					continue
				}
				return rt.Void{}, nil, false
			}
			if f.scope != nil {
				f.scope.Close()
				f.scope = nil
				f.left()
				continue
			}
			if err != nil {
				return rt.Void{}, err, true
			}
			if f.got += n; f.got < len(f.out) {
				f.read = f.conn.Read(f.in[f.got:len(f.out)])
				continue
			}
			if !bytes.Equal(f.in[:f.got], f.out) {
				f.failed(errors.New("the echo is not what was sent"))
			}
			if f.rounds > 0 {
				f.begin()
				continue
			}
			if f.leave != leaveProperly {
				f.left()
				continue
			}
			if err := f.conn.CloseWrite(); err != nil {
				return rt.Void{}, err, true
			}
			f.read = f.conn.Read(f.in[:1])
			f.state = churnEnd
		case churnEnd:
			n, err, ready := f.read.Poll(t)
			if !ready {
				return rt.Void{}, nil, false
			}
			if n != 0 || err != io.EOF {
				f.failed(fmt.Errorf("at the end: %d bytes, %v", n, err))
			}
			f.left()
		}
	}
}

// begin begins the next round.
func (f *churnFrame) begin() {
	f.rounds--
	f.out = f.out[:0]
	for range 1 + f.random.IntN(1<<f.random.IntN(12)) {
		f.out = append(f.out, byte(f.random.Uint32()))
	}
	if f.in == nil {
		f.in = make([]byte, 1<<12)
	}
	f.write = f.conn.Write(f.out)
	f.state = churnWrite
}

// left ends a client, whatever it is in the middle of.
func (f *churnFrame) left() {
	f.count[f.leave]++
	f.conn.Close()
	f.conn = nil
	f.state = churnDial
}

// Nothing is lost, nothing is left, and clients that stay are served all the
// while.
func TestChurn(t *testing.T) {
	lanes, each := 100, 20
	if testing.Short() {
		lanes, each = 50, 5
	}
	if *churnFor > 0 {
		var limit syscall.Rlimit
		if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
			t.Fatal(err)
		}
		lanes = min(10_000, (int(limit.Cur)-200)/2)
	}
	seed := rttest.Seed(t)
	checkLeaks(t)
	var before, after runtime.MemStats
	t.Run("", func(t *testing.T) {
		l, err := rt.Listen("tcp", ":0")
		if err != nil {
			t.Fatal(err)
		}
		port := l.Addr().(*net.TCPAddr).Port
		server := testbed.RealLoop(t, rt.WithHandler(func(err error) {
			var errno syscall.Errno // of a client that has left, in an echo
			if !errors.As(err, &errno) && !errors.Is(err, io.EOF) {
				t.Error(err)
			}
		}))
		ended := make(chan bool)
		go func() {
			defer close(ended)
			rt.RunUntilComplete(server, serve(l, func(c *rt.Conn) rt.Coroutine[rt.Void] { return echo(c, 1024) }))
			if err := server.Close(); err != nil {
				t.Error(err)
			}
		}()
		runtime.GC()
		runtime.ReadMemStats(&before)

		var count [leavings]int
		served, done := 0, 0
		_, err = testbed.RunReal(t, async(func() error {
			loop := rt.Current().Loop()
			start := loop.Time()
			var tasks []rt.Expr[rt.Void]
			for lane := range lanes {
				left := each
				tasks = append(tasks, rt.NewCoroutine[rt.Void](&churnFrame{
					port: port, random: rand.New(rand.NewPCG(seed, uint64(lane))), count: &count, failed: func(err error) { t.Error(err) },
					more: func() bool {
						left--
						more := left >= 0
						if *churnFor > 0 {
							more = loop.Time()-start < *churnFor
						}
						if !more {
							done++
						}
						return more
					}}))
			}
			for range 10 { // those that stay
				tasks = append(tasks, async(func() error {
					c, err := await(rt.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)))
					if err != nil {
						return err
					}
					defer c.Close()
					ping, pong := []byte("are you there?"), make([]byte, 100)
					rounds := 0
					for done < lanes {
						if _, err := await(c.Write(ping)); err != nil {
							return err
						}
						if n, err := await(c.Read(pong)); err != nil || !bytes.Equal(pong[:n], ping) {
							return fmt.Errorf("a client that stays got %q, %w", pong[:n], err)
						}
						rounds++
					}
					if rounds > 0 {
						served++
					}
					return nil
				}))
			}
			_, err := await(rt.Gather(tasks...))
			return err
		}))
		if err != nil {
			t.Error(err)
		}
		total := 0
		for _, n := range count {
			total += n
		}
		t.Logf("%d connections in %d lanes, by the way they left: %v", total, lanes, count)
		if served != 10 {
			t.Errorf("%d of 10 clients that stay were served", served)
		}
		server.CallSoonThreadsafe(func() { l.Close() })
		<-ended
	})
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 2<<20 {
		t.Errorf("%d bytes of memory have stayed behind", grown)
	}
}
