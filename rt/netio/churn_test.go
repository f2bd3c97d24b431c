//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio_test

// This file tests a server whose connections are opened, used and dropped at random, properly
// or not.
//
//	go test ./rt/netio -run Churn -churn 1m -v
//
// runs the long version. It has as many connections at once as there are descriptors for, up to
// 10,000, and lasts one minute. Both ends take their descriptors from the same process. The
// server notices that a client has left more slowly than clients come back, so the descriptors
// sometimes run out on either side.

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
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

var churnFor = flag.Duration("churn", 0, "how long TestChurn goes on, with all connections that there can be; 0: briefly")

// The ways in which a client leaves.
const (
	leaveProperly   = iota // the client lets the server finish and sees the end
	leaveUnread            // the client closes without having read the last echo
	leaveMidMessage        // the client closes in the middle of a write
	leaveAtOnce            // the client sends nothing at all
	leaveCancelled         // the task of the client is cancelled while it waits
	leavings
)

// A churnFrame, written by hand, runs one client after another.
type churnFrame struct {
	port   int
	random *rand.Rand
	more   func() bool // reports whether to run another client
	count  *[leavings]int
	failed func(error)

	state         int
	leave, rounds int
	conn          *netio.Conn
	out, in       []byte
	got           int
	dial          netio.DialOp
	write         netio.WriteOp
	read          netio.ReadOp
	scope         *rt.Scope
	pause         rt.SleepOp
}

const (
	churnDial = iota
	churnDialing
	churnPause
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
			f.dial = netio.Dial("tcp", net.JoinHostPort(host, fmt.Sprint(f.port)))
			f.state = churnDialing
		case churnDialing:
			conn, err, ready := f.dial.Poll(t)
			if !ready {
				return rt.Void{}, nil, false
			}
			if errors.Is(err, syscall.EMFILE) {
				f.pause = rt.Sleep(time.Millisecond)
				f.state = churnPause
				continue
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
		case churnPause:
			if _, err, ready := f.pause.Poll(t); !ready || err != nil {
				return rt.Void{}, err, ready
			}
			f.state = churnDial
		case churnWrite:
			if f.leave == leaveMidMessage && f.rounds == 0 && f.scope == nil {
				// One poll of the write: the socket need not take all of it.
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
			if f.scope != nil { // the rest of the write
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
			if t.Err() != nil {
				return rt.Void{}, err, true // another client has failed
			}
			if n != 0 || err != io.EOF {
				f.failed(fmt.Errorf("at the end: %d bytes, %w", n, err))
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

// left ends a client, whatever the client is doing.
func (f *churnFrame) left() {
	f.count[f.leave]++
	f.conn.Close()
	f.conn = nil
	f.state = churnDial
}

// churnStay is the number of clients that stay.
const churnStay = 10

// Nothing is lost and nothing is left behind. Clients that stay are served all the time.
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
		l, err := netio.Listen("tcp", ":0")
		if err != nil {
			t.Fatal(err)
		}
		port := l.Addr().(*net.TCPAddr).Port
		server := testbed.RealLoop(t, rt.WithHandler(func(err error) {
			var errno syscall.Errno // the echo to a client that has left fails with it
			if !errors.As(err, &errno) && !errors.Is(err, io.EOF) {
				t.Error(err)
			}
		}))
		ended := make(chan bool)
		go func() {
			defer close(ended)
			rt.RunUntilComplete(server, serve(l, func(c *netio.Conn) rt.Coroutine[rt.Void] { return echo(c, 1024) }))
			if err := server.Close(); err != nil {
				t.Error(err)
			}
		}()
		runtime.GC()
		runtime.ReadMemStats(&before)

		var count [leavings]int
		total := func() (n int) {
			for _, k := range count {
				n += k
			}
			return n
		}
		done := 0
		rounds, worst := make([]int, churnStay), 0
		_, err = testbed.RunReal(t, async(func() error {
			loop := rt.Current().Loop()
			var tasks []rt.Expr[rt.Void]
			for i := range churnStay {
				c, err := await(netio.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)))
				if err != nil {
					return err
				}
				tasks = append(tasks, async(func() error {
					defer c.Close()
					ping, pong := []byte("are you there?"), make([]byte, 100)
					for done < lanes {
						before := total()
						if _, err := await(c.Write(ping)); err != nil {
							return err
						}
						if n, err := await(c.Read(pong)); err != nil || !bytes.Equal(pong[:n], ping) {
							return fmt.Errorf("a client that stays got %q, %w", pong[:n], err)
						}
						rounds[i]++
						worst = max(worst, total()-before)
					}
					return nil
				}))
			}
			start := loop.Time()
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
			if _, err := await(rt.Gather(tasks...)); err != nil {
				return err
			}
			if n := loop.Timers(); n > 0 {
				t.Errorf("the clients have left %d timers", n)
			}
			// The server notices that all clients have left: only the accept loop remains.
			for tasks, timers := 2, 0; tasks > 1; {
				counted := rt.NewFuture[rt.Void]()
				server.CallSoonThreadsafe(func() {
					tasks, timers = len(server.Tasks()), server.Timers()
					counted.Set(rt.Void{})
				})
				if _, err := await(counted); err != nil {
					return err
				}
				if tasks == 1 && timers > 0 {
					t.Errorf("the server has %d timers left", timers)
				}
			}
			return nil
		}))
		if err != nil {
			t.Error(err)
		}
		t.Logf("%d connections in %d lanes, by the way they left: %v", total(), lanes, count)
		t.Logf("rounds of those that stay: %v; meanwhile at most %d others have left", rounds, worst)
		if want := lanes * each; *churnFor == 0 && total() != want {
			t.Errorf("%d connections were made, want %d", total(), want)
		}
		// A round takes a few turns of both loops, so a lane cannot be last often.
		if worst > 3*lanes {
			t.Errorf("a client that stays has waited while %d others came and left, in %d lanes", worst, lanes)
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
