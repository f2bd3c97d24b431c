package streams_test

// This file checks how much the streams allocate.

import (
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// linesFrame, written by hand, echoes lines from its own stream to itself.
type linesFrame struct {
	reader *streams.Reader
	writer *streams.Writer
	left   int
	state  int
	line   streams.ReadLineOp
	drain  streams.DrainOp
}

func (f *linesFrame) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	for {
		switch f.state {
		case 0:
			if f.left == 0 {
				return rt.Void{}, f.writer.Abort(), true
			}
			f.left--
			f.writer.WriteString("a line of some length\n")
			f.drain = f.writer.Drain()
			f.state = 1
		case 1:
			if _, err, ready := f.drain.Poll(t); !ready || err != nil {
				return rt.Void{}, err, ready
			}
			f.line = f.reader.ReadLine()
			f.state = 2
		case 2:
			if _, err, ready := f.line.Poll(t); !ready || err != nil {
				return rt.Void{}, err, ready
			}
			f.state = 0
		}
	}
}

// A line that is written, drained and read costs one allocation, for the task that sends.
func TestLineAllocations(t *testing.T) {
	const lines = 1000
	least := 1e9
	for range 3 {
		end := &loopback{}
		conn := netio.NewConn(end)
		l := testbed.FIFO(t)
		n := testing.AllocsPerRun(1, func() {
			end.data = make([]byte, 0, 1000)
			conn = netio.NewConn(end)
			f := &linesFrame{reader: streams.NewReader(conn), writer: streams.NewWriter(conn), left: lines}
			if _, err := rt.RunUntilComplete(l, rt.NewCoroutine[rt.Void](f)); err != nil {
				t.Error(err)
			}
		})
		least = min(least, n)
	}
	if least > lines*1.05 {
		t.Errorf("%v allocations for %d lines", least, lines)
	}
}
