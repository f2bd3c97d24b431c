package streams_test

// This file tests the writer: order, water marks, ends and failures.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

func TestWriterSendsWithoutDrain(t *testing.T) {
	conn := rttest.NewConn(nil, rttest.Peer{Takes: []int{1, 2, 3}})
	run(t, func() error {
		w := streams.NewWriter(conn)
		fmt.Fprintf(w, "one %d, ", 1)
		w.WriteString("two, ")
		w.WriteByte('3')
		if conn.Written() != "" {
			t.Error("Write waited, or sent in pieces")
		}
		yields(10)
		if got := conn.Written(); got != "one 1, two, 3" || w.Buffered() != 0 {
			t.Errorf("sent %q, %d bytes are left", got, w.Buffered())
		}
		w.WriteString(" four")
		if err := wait(w.Flush()); err != nil || conn.Written() != "one 1, two, 3 four" {
			t.Errorf("flushed: %v, sent %q", err, conn.Written())
		}
		return w.Close()
	})
	if !conn.Closed() {
		t.Error("the connection is open")
	}
}

// A slow reader holds up the writer at the high water mark until the low one is reached. Then
// all tasks that wait go on.
func TestDrainAtWaterMarks(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 10)
	run(t, func() error {
		w := streams.NewWriter(a)
		w.SetLimits(30, 100)
		if low, high := w.Limits(); low != 30 || high != 100 {
			t.Errorf("limits are %d, %d", low, high)
		}
		w.Write(make([]byte, 100))
		if err := wait(w.Drain()); err != nil { // at the mark, not above it
			return err
		}
		w.Write(make([]byte, 100))
		var drains []*rt.TaskOf[rt.Void]
		for range 3 {
			drains = append(drains, rt.Spawn(rt.Current(), w.Drain()))
		}
		yields(20)
		if drains[0].Done() || w.Buffered() != 200 && w.Buffered() != 190 {
			t.Errorf("drained: %v, with %d bytes buffered", drains[0].Done(), w.Buffered())
		}
		buf := make([]byte, 10)
		for read := 0; read < 200; {
			n, err := await(b.Read(buf))
			if err != nil {
				return err
			}
			read += n
			yields(3)
			if drains[0].Done() && w.Buffered() > 30 {
				t.Errorf("drained with %d bytes buffered", w.Buffered())
			}
		}
		for _, d := range drains {
			if err := wait(d); err != nil {
				return err
			}
		}
		cancelled := rt.Spawn(rt.Current(), w.Flush())
		w.Write(make([]byte, 50))
		yields(3)
		cancelled.Cancel(nil)
		if err := wait(cancelled); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled flush: %v", err)
		}
		err := errors.Join(w.Abort(), b.Close())
		yields(2) // the task that sends sees it
		return err
	})
}

func TestSetLimitsMisuse(t *testing.T) {
	testbed.Clean(t)
	w := streams.NewWriter(rttest.NewConn(nil, rttest.Peer{}))
	for _, marks := range [][2]int{{-1, 5}, {6, 5}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("marks %v: no panic", marks)
				}
			}()
			w.SetLimits(marks[0], marks[1])
		}()
	}
}

func TestCloseSendsTheRest(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 3)
	run(t, func() error {
		w := streams.NewWriter(a)
		w.WriteString("a long goodbye")
		if err := w.Close(); err != nil || !w.Closing() {
			t.Errorf("close: %v", err)
		}
		if _, err := w.WriteString("?"); !errors.Is(err, net.ErrClosed) {
			t.Errorf("write after close: %v", err)
		}
		if err := w.WriteEOF(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("end after close: %v", err)
		}
		waiter := rt.Spawn(rt.Current(), w.WaitClosed())
		yields(5)
		if waiter.Done() {
			t.Error("closed before everything was sent")
		}
		got(await(streams.NewReader(b).ReadAll())).want(t, "a long goodbye", nil)
		if err := wait(waiter); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			t.Errorf("closed twice: %v", err)
		}
		if err := wait(w.WaitClosed()); err != nil {
			t.Errorf("waited twice: %v", err)
		}
		return b.Close()
	})
}

func TestWriteEOF(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 3)
	run(t, func() error {
		s, peer := streams.New(a), streams.New(b)
		s.WriteString("question")
		if err := s.WriteEOF(); err != nil {
			return err
		}
		if _, err := s.Write([]byte("?")); err == nil || errors.Is(err, net.ErrClosed) {
			t.Errorf("write after the end: %v", err)
		}
		flush := rt.Spawn(rt.Current(), s.Flush())
		got(await(peer.ReadAll())).want(t, "question", nil)
		if err := wait(flush); err != nil {
			return err
		}
		peer.WriteString("answer")
		peer.Close()
		got(await(s.ReadAll())).want(t, "answer", nil)
		return s.Close()
	})
}

func TestWriterFails(t *testing.T) {
	conn := rttest.NewConn(nil, rttest.Peer{Takes: []int{4}, Refuses: syscall.ECONNRESET})
	run(t, func() error {
		w := streams.NewWriter(conn)
		w.WriteString("some and no more")
		for _, err := range []error{wait(w.Flush()), wait(w.Drain()), wait(w.WaitClosed()), w.Err(), w.WriteByte('x'), w.WriteEOF()} {
			if !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("error is %v", err)
			}
		}
		if conn.Written() != "some" || w.Buffered() != 0 {
			t.Errorf("sent %q, %d left", conn.Written(), w.Buffered())
		}
		return w.Close()
	})
	if !conn.Closed() {
		t.Error("the connection is open")
	}
}

func TestCloseFailsToSend(t *testing.T) {
	conn := rttest.NewConn(nil, rttest.Peer{Refuses: syscall.EPIPE})
	run(t, func() error {
		w := streams.NewWriter(conn)
		w.WriteString("x")
		w.Close()
		if err := wait(w.WaitClosed()); !errors.Is(err, syscall.EPIPE) {
			t.Errorf("closed with %v", err)
		}
		return nil
	})
	if !conn.Closed() {
		t.Error("the connection is open")
	}
}

func TestAbort(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 3)
	run(t, func() error {
		w := streams.NewWriter(a)
		w.WriteString("cut short")
		flush := rt.Spawn(rt.Current(), w.Flush())
		yields(5)
		if err := w.Abort(); err != nil {
			return err
		}
		if err := wait(flush); !errors.Is(err, net.ErrClosed) {
			t.Errorf("flush of what was aborted: %v", err)
		}
		wantCut(t, b, "cut")
		if err := w.Abort(); err != nil {
			t.Errorf("aborted twice: %v", err)
		}
		return b.Close()
	})
}

// A connection is closed under its writer at various moments. The peer reads the end of the
// stream only if it has read everything.
func TestConnClosedUnderWriter(t *testing.T) {
	const size, moments = 150_000, 6 // size is several blocks
	cut, whole := 0, 0
	for moment := range moments {
		for _, room := range []int{10, 2 * size} {
			for _, data := range []int{0, size} {
				for _, eof := range []bool{false, true} {
					a, b := rttest.NewPipe(nil, "a", "b", room)
					run(t, func() error {
						w := streams.NewWriter(a)
						w.Write(make([]byte, data))
						if eof {
							w.WriteEOF()
						}
						yields(moment)
						unsent := w.Buffered()
						if err := a.Close(); err != nil {
							return err
						}
						r := streams.NewReader(b)
						_, err := await(r.ReadAll())
						if unsent > 0 {
							cut++
							if !errors.Is(err, syscall.ECONNRESET) {
								t.Errorf("moment %d, room %d, eof %v: %d bytes of %d are lost, and the end is %v, want a reset", moment, room, eof, unsent, data, err)
							}
						} else {
							whole++
							if err != nil {
								t.Errorf("moment %d, room %d, eof %v: all %d bytes were sent, and the end is %v", moment, room, eof, data, err)
							}
						}
						yields(3)
						if tasks := rt.Current().Loop().Tasks(); len(tasks) != 1 {
							t.Errorf("%v are left", tasks)
						}
						return b.Close()
					})
				}
			}
		}
	}
	if cut < moments || whole <= 4*moments { // 4*moments connections have nothing to send
		t.Errorf("%d were cut off and %d were not: the moments are not what they should be", cut, whole)
	}
}

// A swallower is an Endpoint that takes everything at once.
type swallower struct {
	loopback
	taken   int
	aborted bool
}

func (e *swallower) Write(p []byte) (int, error) {
	e.taken += len(p)
	return len(p), nil
}

func (e *swallower) Abort() error {
	e.aborted = true
	return nil
}

// A connection is closed while its writer, which has sent much, lets other tasks run before the
// next write.
func TestConnClosedBetweenWrites(t *testing.T) {
	const size = 32 << 20
	end := &swallower{}
	run(t, func() error {
		conn := netio.NewConn(end)
		w := streams.NewWriter(conn)
		w.Write(make([]byte, size))
		for end.taken == 0 {
			yields(1)
		}
		if end.taken == size {
			t.Error("all was sent in one step")
		}
		if err := conn.Close(); err != nil {
			return err
		}
		if !end.aborted {
			t.Errorf("%d bytes of %d were sent, and the connection was not aborted", end.taken, size)
		}
		yields(3) // the writer ends
		return nil
	})
}

// Data that the connection takes without waiting is sent although the loop ends.
func TestWriterAtTheEndOfTheLoop(t *testing.T) {
	for _, test := range []struct {
		size  int
		close bool
		want  string
	}{{100, false, "goodbye"}, {100, true, "goodbye"}, {4, true, "good"}} {
		a, b := rttest.NewPipe(nil, "a", "b", test.size)
		w := streams.NewWriter(a)
		l := testbed.NewLoop(t)
		_, err := rt.RunUntilComplete(l, do(func() error {
			w.WriteString("goodbye")
			if test.close {
				return w.Close()
			}
			return nil
		}))
		if err != nil {
			t.Error(err)
		}
		var unsent *rt.UnsentError
		if err := l.Close(); errors.As(err, &unsent) != (test.size < len("goodbye")) || unsent == nil && err != nil {
			t.Errorf("%v: Close returned %v", test, err)
		}
		if err := w.Err(); (err == nil) != (test.size == 100) || err != nil && !errors.Is(err, rt.ErrLoopClosed) {
			t.Errorf("%v: error is %v", test, err)
		}
		if !test.close {
			w.Close()
		}
		run(t, func() error {
			if test.size < len("goodbye") {
				wantCut(t, b, test.want)
				return nil
			}
			got(await(streams.NewReader(b).ReadAll())).want(t, test.want, nil)
			return nil
		})
	}
}

// wantCut reads to the end. It checks that the text comes and that something is missing.
func wantCut(t *testing.T, conn *netio.Conn, text string) {
	t.Helper()
	r := streams.NewReader(conn)
	if _, err := await(r.ReadAll()); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the end is %v, want a reset", err)
	}
	got(await(r.ReadExactly(r.Buffered()))).want(t, text, nil)
}

func TestStreamOverPipe(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 7)
	run(t, func() error {
		const lines = 1000
		server := spawn(func() error {
			s := streams.New(b)
			defer s.Close()
			for {
				line, err := await(s.ReadLine())
				if err == io.EOF {
					return nil
				}
				if err != nil {
					return err
				}
				s.WriteString(strings.ToUpper(string(line)))
				if err := wait(s.Drain()); err != nil {
					return err
				}
			}
		})
		s := streams.New(a)
		for i := range lines {
			fmt.Fprintf(s, "line %d\n", i)
		}
		s.WriteEOF()
		for i := range lines {
			got(await(s.ReadLine())).want(t, fmt.Sprintf("LINE %d\n", i), nil)
		}
		got(await(s.ReadLine())).want(t, "", io.EOF)
		if err := wait(server); err != nil {
			return err
		}
		return s.Close()
	})
}

// A write that would exceed the hard limit is refused as a whole. The writes before and after
// it are sent.
func TestHardLimit(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 1)
	run(t, func() error {
		w := streams.NewWriter(a)
		w.SetHardLimit(10)
		for _, test := range []struct {
			write    func() (int, error)
			refused  bool
			buffered int
		}{
			{func() (int, error) { return w.Write([]byte("12345678")) }, false, 8},
			{func() (int, error) { return w.Write([]byte("abc")) }, true, 8},
			{func() (int, error) { return w.WriteString("abc") }, true, 8},
			{func() (int, error) { return w.WriteString("9") }, false, 9},
			{func() (int, error) { return 1, w.WriteByte('0') }, false, 10},
			{func() (int, error) { return 0, w.WriteByte('a') }, true, 10},
			{func() (int, error) { return w.Write(nil) }, false, 10},
		} {
			n, err := test.write()
			var full *streams.FullError
			if test.refused && (n != 0 || !errors.As(err, &full) || *full != streams.FullError{Limit: 10, Buffered: test.buffered}) || !test.refused && err != nil {
				t.Errorf("wrote %d, %v; refused: %v", n, err, test.refused)
			}
			if w.Buffered() != test.buffered {
				t.Errorf("%d bytes wait, want %d", w.Buffered(), test.buffered)
			}
		}
		reading := spawn(func() error {
			got(await(streams.NewReader(b).ReadAll())).want(t, "1234567890more", nil)
			return nil
		})
		if err := wait(w.Flush()); err != nil {
			return err
		}
		if _, err := w.WriteString("more"); err != nil || w.HardLimit() != 10 {
			t.Errorf("after the peer has read: %v", err)
		}
		w.Close()
		return errors.Join(wait(reading), wait(w.WaitClosed()), b.Close())
	})
}

// A server that broadcasts buffers no more than the limit for a client that never reads, and
// goes on for the others.
func TestBroadcastToOneThatNeverReads(t *testing.T) {
	const limit, rounds = 1000, 500
	slow, _ := rttest.NewPipe(nil, "slow", "asleep", 10)
	fast, reader := rttest.NewPipe(nil, "fast", "awake", 10)
	run(t, func() error {
		reading := spawn(func() error {
			p, err := await(streams.NewReader(reader).ReadAll())
			if len(p) != rounds*len("a line\n") || err != nil {
				t.Errorf("the other one got %d bytes, %v", len(p), err)
			}
			return nil
		})
		var clients []*streams.Writer
		for _, conn := range []*netio.Conn{slow, fast} {
			w := streams.NewWriter(conn)
			w.SetHardLimit(limit)
			clients = append(clients, w)
		}
		dropped, most := 0, 0
		for range rounds {
			for _, w := range clients {
				var full *streams.FullError
				if _, err := w.WriteString("a line\n"); errors.As(err, &full) {
					dropped++
					w.Abort()
				}
				most = max(most, w.Buffered())
			}
			if err := wait(rt.Sleep(time.Millisecond)); err != nil {
				return err
			}
		}
		if dropped != 1 || most > limit || !clients[0].Closing() {
			t.Errorf("%d were dropped, and up to %d bytes waited", dropped, most)
		}
		clients[1].Close()
		return errors.Join(wait(reading), reader.Close())
	})
}
