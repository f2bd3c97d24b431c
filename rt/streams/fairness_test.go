//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package streams_test

// This file measures how long clients that send all the time hold up a client that asks now and
// then.
//
//	go test ./rt/streams -run Fairness -measure -v
//
// prints a table. Its columns are the cost of a line for the server, the number of flooders,
// the times of the answers to the quiet client (median and worst of 1,000) alone and beside the
// flooders, and the lines per second of the flooders. The last is a fraction of the rate on a
// loop without time slices, measured in turn. All run in one process. The two columns of the
// client that is alone show what else the machine does.

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

var measure = flag.Bool("measure", false, "print how long flooders hold up a quiet client")

const (
	fairnessAnswers = 1000                   // answers to the quiet client
	fairnessRounds  = 15                     // rounds of flooding with and without slices
	fairnessRound   = 100 * time.Millisecond // length of each round
)

// A lineServer answers the lines that begin with a q. Each line costs it work.
type lineServer struct {
	addr  string
	work  time.Duration
	lines atomic.Int64
}

// serveLine takes as long as a line costs.
func (s *lineServer) serveLine() {
	for start := time.Now(); time.Since(start) < s.work; {
	}
	s.lines.Add(1)
}

// lineFrame serves one connection of a lineServer.
type lineFrame struct {
	server *lineServer
	reader *streams.Reader
	writer *streams.Writer
	state  int
	line   streams.ReadLineOp
	drain  streams.DrainOp
}

func (f *lineFrame) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	for {
		switch f.state {
		case 0:
			f.line = f.reader.ReadLine()
			f.state = 1
		case 1:
			line, err, ready := f.line.Poll(t)
			if !ready {
				return rt.Void{}, nil, false
			}
			if err != nil {
				return rt.Void{}, nil, true // the client has gone
			}
			f.server.serveLine()
			f.state = 0
			if line[0] == 'q' {
				f.writer.Write([]byte(line))
				f.drain = f.writer.Drain()
				f.state = 2
			}
		case 2:
			if _, err, ready := f.drain.Poll(t); !ready || err != nil {
				return rt.Void{}, nil, ready
			}
			f.state = 0
		}
	}
}

// countingClock is the clock of the system as another type, so the loop has no time slices.
type countingClock struct{ began time.Time }

func (c countingClock) Epoch() time.Time       { return c.began }
func (c countingClock) Elapsed() time.Duration { return time.Since(c.began) }

// startLineServer serves lines until the test is over.
func startLineServer(t *testing.T, work time.Duration, opts ...rt.Option) *lineServer {
	t.Helper()
	loop, err := rt.NewLoop(opts...)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := netio.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &lineServer{addr: listener.Addr().String(), work: work}
	main := rt.Start(loop, streams.NewServer(listener, func(conn *netio.Conn) rt.Coroutine[rt.Void] {
		return rt.NewCoroutine[rt.Void](&lineFrame{server: s, reader: streams.NewReader(conn), writer: streams.NewWriter(conn)})
	}).Serve())
	main.OnDone(func(*rt.Task) { loop.Stop() })
	ended := make(chan bool)
	go func() {
		defer close(ended)
		loop.RunForever()
		loop.Close()
	}()
	t.Cleanup(func() {
		loop.CallSoonThreadsafe(func() { main.Cancel(nil) })
		<-ended
	})
	return s
}

// quiet returns the median and the worst time that a client waits for an answer.
func (s *lineServer) quiet(t *testing.T) (median, worst time.Duration) {
	t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var took []time.Duration
	for range fairnessAnswers {
		start := time.Now()
		conn.Write([]byte("q\n"))
		if _, err := io.ReadFull(conn, make([]byte, 2)); err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	return took[len(took)/2], took[len(took)-1]
}

// flood sends lines on n connections until stop is called.
func (s *lineServer) flood(t *testing.T, n int) (stop func()) {
	t.Helper()
	var group sync.WaitGroup
	var conns []net.Conn
	for range n {
		conn, err := net.Dial("tcp", s.addr)
		if err != nil {
			t.Fatal(err)
		}
		conns = append(conns, conn)
		group.Go(func() {
			block := bytes.Repeat([]byte("x\n"), 16<<10)
			for {
				if _, err := conn.Write(block); err != nil {
					return
				}
			}
		})
	}
	return func() {
		for _, conn := range conns {
			conn.(*net.TCPConn).SetLinger(0) // drops what has not been sent
			conn.Close()
		}
		group.Wait()
	}
}

// rate returns the number of lines per second that n flooders send.
func (s *lineServer) rate(t *testing.T, n int) float64 {
	t.Helper()
	stop := s.flood(t, n)
	defer stop()
	time.Sleep(fairnessRound / 10) // until all have begun
	start, before := time.Now(), s.lines.Load()
	time.Sleep(fairnessRound)
	return float64(s.lines.Load()-before) / time.Since(start).Seconds()
}

func TestFairness(t *testing.T) {
	if !*measure {
		t.Skip("run with -measure, on a machine that does nothing else")
	}
	t.Log("| work | flooders | alone: median | worst | flooded: median | worst | flooders' lines/s, slices / counts (quartiles) |")
	for _, work := range []time.Duration{0, 20 * time.Microsecond, 100 * time.Microsecond} {
		for _, flooders := range []int{1, 5} {
			t.Run(fmt.Sprintf("%v/%d", work, flooders), func(t *testing.T) {
				measureFairness(t, work, flooders)
			})
		}
	}
}

// measureFairness measures and prints one line of the table.
func measureFairness(t *testing.T, work time.Duration, flooders int) {
	testbed.Clean(t)
	sliced := startLineServer(t, work)
	counted := startLineServer(t, work, rt.WithClock(countingClock{time.Now()}))
	t.Logf("a quiet client that is alone: %d answers", fairnessAnswers)
	aloneMedian, aloneWorst := sliced.quiet(t)
	t.Log("the quiet client, and flooders")
	stop := sliced.flood(t, flooders)
	median, worst := sliced.quiet(t)
	stop()
	t.Logf("flooders: %d times with slices and %d without, %v each", fairnessRounds, fairnessRounds, fairnessRound)
	var ratios []float64
	for i := range fairnessRounds {
		first, second := sliced, counted
		if i%2 == 1 {
			first, second = counted, sliced
		}
		a, b := first.rate(t, flooders), second.rate(t, flooders)
		if first == counted {
			a, b = b, a
		}
		ratios = append(ratios, a/b)
	}
	slices.Sort(ratios)
	t.Logf("| %v | %d | %v | %v | %v | %v | %.3f (%.3f to %.3f) |", work, flooders,
		aloneMedian, aloneWorst, median, worst,
		ratios[len(ratios)/2], ratios[len(ratios)/4], ratios[len(ratios)*3/4])
}
