package streams_test

// This file tests that a program learns which data it has written and not sent.

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// The pipe takes 10 of 1000 bytes, and its other end reads nothing. Whatever the main task does
// with the writer, exactly the lost data is reported.
func TestRunReportsWhatWasNotSent(t *testing.T) {
	for name, test := range map[string]struct {
		end  func(s *streams.Stream) error
		lost int
	}{
		"forgotten":         {func(s *streams.Stream) error { return nil }, 990},
		"closed":            {func(s *streams.Stream) error { return s.Close() }, 990},
		"end of the stream": {func(s *streams.Stream) error { return s.WriteEOF() }, 990},
		"drained": {func(s *streams.Stream) error {
			s.SetLimits(990, 990)
			return wait(s.Drain())
		}, 990},
		"timeout": {func(s *streams.Stream) error {
			s.Close()
			if err := wait(rt.Timeout(time.Second, s.WaitClosed())); !errors.Is(err, context.DeadlineExceeded) {
				return fmt.Errorf("WaitClosed: %v", err)
			}
			return nil
		}, 990},
		"aborted":               {func(s *streams.Stream) error { return s.Abort() }, 0},
		"the connection closed": {func(s *streams.Stream) error { return s.Conn().Close() }, 0},
	} {
		for _, debug := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, debug %v", name, debug), func(t *testing.T) {
				a, _ := rttest.NewPipe(nil, "a", "b", 10)
				var reported []error
				opts := []rt.Option{rt.WithHandler(func(err error) { reported = append(reported, err) })}
				if debug {
					opts = append(opts, rt.WithDebug())
				}
				_, err := testbed.RunFake(t, do(func() error {
					s := streams.New(a)
					fmt.Fprint(s, strings.Repeat("x", 1000))
					yields(3)
					return test.end(s)
				}), opts...)
				var unsent *rt.UnsentError
				if !errors.As(err, &unsent) {
					if err != nil || test.lost > 0 || len(reported) > 0 {
						t.Errorf("Run returned %v; reported: %v", err, reported)
					}
					return
				}
				if len(unsent.Lost) != 1 {
					t.Fatalf("%d connections lost something", len(unsent.Lost))
				}
				u := unsent.Lost[0]
				if u.Bytes != test.lost || u.Local.String() != "a" || u.Remote.String() != "b" {
					t.Errorf("lost: %v", u)
				}
				if site := strings.Contains(u.Written, "TestRunReportsWhatWasNotSent") && strings.Contains(u.Written, "unsent_test.go:"); site != debug {
					t.Errorf("written in %q", u.Written)
				}
				if known := len(reported) == 1 && reported[0] == error(unsent); known != debug {
					t.Errorf("reported: %v", reported)
				}
			})
		}
	}
}

// The error of a main task that was cancelled, as by Ctrl-C, contains the cancellation and the
// lost data.
func TestCancelledRunReportsWhatWasNotSent(t *testing.T) {
	a, _ := rttest.NewPipe(nil, "a", "b", 10)
	_, err := testbed.RunFake(t, do(func() error {
		s := streams.New(a)
		s.Write(make([]byte, 1000))
		yields(3)
		rt.Current().Cancel(nil)
		return wait(s.Flush())
	}))
	if _, ok := errors.AsType[*rt.UnsentError](err); !ok || !errors.Is(err, context.Canceled) {
		t.Errorf("Run returned %v", err)
	}
}

// The error contains each of many connections. Its text lists some.
func TestManyConnectionsWithSomethingUnsent(t *testing.T) {
	const conns = 100
	_, err := testbed.RunFake(t, do(func() error {
		for range conns {
			a, _ := rttest.NewPipe(nil, "a", "b", 10)
			streams.NewWriter(a).Write(make([]byte, 1000))
		}
		return nil
	}))
	unsent, ok := errors.AsType[*rt.UnsentError](err)
	if !ok || len(unsent.Lost) != conns {
		t.Fatalf("Run returned %v", err)
	}
	if text := unsent.Error(); strings.Count(text, "990 bytes to b, from a") != 10 || !strings.HasSuffix(text, "and 90 more connections") {
		t.Errorf("the text is %q", text)
	}
}

// If a test ends while a writer sends, the report says which connection that is and what to
// call.
func TestWriterLeftOnTheLoopOfATest(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 10)
	l := testbed.NewLoop(t)
	var left string
	if _, err := rt.RunUntilComplete(l, do(func() error {
		s := streams.New(a)
		s.Write(make([]byte, 1000))
		yields(3)
		for _, task := range l.Tasks() {
			left += task.Stack()
		}
		read := spawn(func() error { _, err := await(streams.NewReader(b).ReadExactly(1000)); return err })
		return errors.Join(wait(s.Flush()), wait(read), s.Close())
	})); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"sending 1000 bytes to b", "Flush", "WaitClosed", "Abort"} {
		if !strings.Contains(left, want) {
			t.Errorf("no %q in %q", want, left)
		}
	}
}

// Data that a connection takes in pieces without waiting is sent at the end of the loop and is
// not lost.
func TestPiecesAtTheEndOfTheLoop(t *testing.T) {
	for _, takes := range [][]int{{10, 990}, {10, 10, 10, 970}} {
		conn := rttest.NewConn(nil, rttest.Peer{Idle: true, Takes: takes})
		_, err := testbed.RunFake(t, do(func() error {
			_, err := streams.NewWriter(conn.Conn).Write(make([]byte, 1000))
			return err
		}))
		if err != nil || len(conn.Written()) != 1000 {
			t.Errorf("%v: %d bytes were sent, and Run returned %v", takes, len(conn.Written()), err)
		}
	}
}
