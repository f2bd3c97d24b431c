//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio_test

// This file checks that a request on a connection allocates nothing.

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// A clientFrame sends requests and awaits their echoes, after some requests to warm up.
type clientFrame struct {
	dial     netio.DialOp
	conn     *netio.Conn
	request  []byte
	reply    []byte
	got      int
	write    netio.WriteOp
	read     netio.ReadOp
	state    int
	left     int
	warmup   int
	started  func()
	finished func()
}

func (f *clientFrame) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	for {
		switch f.state {
		case 0:
			conn, err, ready := f.dial.Poll(t)
			if !ready || err != nil {
				return rt.Void{}, err, ready
			}
			f.conn = conn
			f.state = 1
		case 1:
			if f.left == 0 {
				f.finished()
				return rt.Void{}, f.conn.Close(), true
			}
			f.left--
			if f.warmup--; f.warmup == 0 {
				f.started()
			}
			f.write = f.conn.Write(f.request)
			f.state = 2
		case 2:
			if _, err, ready := f.write.Poll(t); !ready || err != nil {
				return rt.Void{}, err, ready
			}
			f.got = 0
			f.read = f.conn.Read(f.reply)
			f.state = 3
		case 3:
			n, err, ready := f.read.Poll(t)
			if !ready || err != nil {
				return rt.Void{}, err, ready
			}
			f.got += n
			if f.got < len(f.request) {
				f.read = f.conn.Read(f.reply)
				continue
			}
			f.state = 1
		}
	}
}

// Both ends are tasks of one loop, so the test covers clients, too.
func TestRequestAllocatesNothing(t *testing.T) {
	checkLeaks(t)
	for _, size := range []int{1, 100, 4096, 1 << 16} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			const warmup, requests = 100, 1000
			l, err := netio.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			var before, after runtime.MemStats
			client := &clientFrame{
				dial:     netio.Dial("tcp", l.Addr().String()),
				request:  make([]byte, size),
				reply:    make([]byte, 4096),
				left:     warmup + requests,
				warmup:   warmup,
				started:  func() { runtime.ReadMemStats(&before) },
				finished: func() { runtime.ReadMemStats(&after) },
			}
			loop, err := rt.NewLoop()
			if err != nil {
				t.Fatal(err)
			}
			rt.Start(loop, serve(l, func(c *netio.Conn) rt.Coroutine[rt.Void] { return echo(c, 4096) }))
			if _, err := rt.RunUntilComplete(loop, rt.NewCoroutine[rt.Void](client)); err != nil {
				t.Error(err)
			}
			if err := loop.Close(); err != nil {
				t.Error(err)
			}
			// The Go runtime itself allocates now and then.
			if n := after.Mallocs - before.Mallocs; n > requests/20 {
				t.Errorf("%d allocations in %d requests, want 0 for each", n, requests)
			}
		})
	}
}
