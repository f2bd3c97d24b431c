package streams_test

// This file tests the reader with peers that send in pieces.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// reader returns a reader of the pieces, followed by the end of the stream.
func reader(limit int, pieces ...string) *streams.Reader {
	return streams.NewReaderLimit(rttest.NewConn(nil, rttest.Peer{Sends: pieces}), limit)
}

// A result is the outcome of an operation. Its method want compares it.
type result struct {
	v   any
	err error
}

func got[T any](v T, err error) result {
	if p, ok := any(v).([]byte); ok {
		return result{string(p), err}
	}
	return result{v, err}
}

func (r result) want(t *testing.T, v any, err error) {
	t.Helper()
	if r.v != v || r.err != err && !errors.Is(r.err, err) {
		t.Errorf("got %#v, %v; want %#v, %v", r.v, r.err, v, err)
	}
}

func TestReadLine(t *testing.T) {
	run(t, func() error {
		r := reader(100, "one\ntw", "o\n\nthree\nno end")
		for _, line := range []string{"one\n", "two\n", "\n", "three\n", "no end"} {
			got(await(r.ReadLine())).want(t, line, nil)
		}
		got(await(r.ReadLine())).want(t, "", io.EOF)
		got(await(r.ReadLine())).want(t, "", io.EOF)
		return nil
	})
}

func TestReadLineLimit(t *testing.T) {
	run(t, func() error {
		// The end of the line has not come yet, comes too late, or comes just in time.
		for _, pieces := range [][]string{{"toolong", "er\nnext\n"}, {"toolonger\nnext\n"}} {
			r := reader(4, pieces...)
			_, err := await(r.ReadLine())
			var limit *streams.LimitError
			if !errors.As(err, &limit) || limit.Limit != 4 || limit.Consumed < 4 || limit.Consumed > 9 {
				t.Errorf("%q: %v", pieces, err)
				continue
			}
			got(await(r.Discard(limit.Consumed))).want(t, limit.Consumed, nil)
			if _, err := await(r.ReadUntil("\n")); err != nil {
				t.Errorf("%q: the rest of the line: %v", pieces, err)
			}
			got(await(r.ReadLine())).want(t, "next\n", nil)
		}
		got(await(reader(4, "fits\n").ReadLine())).want(t, "fits\n", nil)
		if _, err := await(reader(4, "fits!\n").ReadLine()); err == nil {
			t.Error("five bytes were read under a limit of four")
		}
		return nil
	})
}

func TestReadUntil(t *testing.T) {
	run(t, func() error {
		r := reader(100, "a--b-", "-c-", "d", "---", "rest")
		for _, want := range []string{"a--", "b--", "c-d--"} {
			got(await(r.ReadUntil("--"))).want(t, want, nil)
		}
		got(await(r.ReadUntil("--"))).want(t, "-rest", io.ErrUnexpectedEOF)
		got(await(r.ReadUntil("--"))).want(t, "", io.EOF)
		if _, err := await(reader(3, "abcdef--").ReadUntil("--")); err == nil {
			t.Error("six bytes were read under a limit of three")
		}
		return nil
	})
}

func TestReadUntilAny(t *testing.T) {
	run(t, func() error {
		r := reader(100, "one,two;thr", "ee\r", "\nfour\nfive\r\n")
		for _, want := range []string{"one,", "two;", "three\r\n"} {
			got(await(r.ReadUntilAny(",", "\r\n", ";"))).want(t, want, nil)
		}
		// Of separators that end at the same place, the one that begins first counts.
		got(await(r.ReadUntilAny("\n", "r\n"))).want(t, "four\n", nil)
		got(await(r.ReadUntilAny("\n", "\r\n"))).want(t, "five\r\n", nil)
		// The separator that ends first counts, even if another one begins first.
		got(await(reader(100, "xabcdx").ReadUntilAny("abcd", "bc"))).want(t, "xabc", nil)
		got(await(reader(100, "xabc").ReadUntilAny("abcd", "bc"))).want(t, "xabc", nil)
		return nil
	})
}

func TestReadExactly(t *testing.T) {
	run(t, func() error {
		r := reader(4, "123", "4567", "89")
		got(await(r.ReadExactly(0))).want(t, "", nil)
		got(await(r.ReadExactly(5))).want(t, "12345", nil)
		got(await(r.ReadExactly(2))).want(t, "67", nil)
		got(await(r.ReadExactly(3))).want(t, "89", io.ErrUnexpectedEOF)
		got(await(r.ReadExactly(3))).want(t, "", io.EOF)
		buf := make([]byte, 4)
		r = reader(4, "123", "4567", "89")
		got(await(r.ReadFull(buf))).want(t, 4, nil)
		if string(buf) != "1234" {
			t.Errorf("ReadFull: %q", buf)
		}
		return nil
	})
}

func TestReadRest(t *testing.T) {
	run(t, func() error {
		r := reader(4, "123456", "78", "9")
		buf := make([]byte, 4)
		got(await(r.Read(nil))).want(t, 0, nil)
		got(await(r.Read(buf))).want(t, 4, nil)
		got(await(r.Peek(3))).want(t, "567", nil)
		got(await(r.Discard(1))).want(t, 1, nil)
		got(await(r.ReadAll())).want(t, "6789", nil)
		got(await(r.ReadAll())).want(t, "", nil)
		got(await(r.Read(buf))).want(t, 0, io.EOF)
		got(await(r.Peek(1))).want(t, "", io.EOF)
		got(await(r.Discard(1))).want(t, 0, io.EOF)
		r = reader(4, strings.Repeat("x", 5000), strings.Repeat("y", 5000))
		big := make([]byte, 10_000)
		got(await(r.Read(big))).want(t, 5000, nil)
		got(await(r.Discard(4000))).want(t, 4000, nil)
		got(await(r.ReadExactly(1000))).want(t, strings.Repeat("y", 1000), nil)
		return nil
	})
}

// A failure is that of the connection. It takes nothing.
func TestReadFails(t *testing.T) {
	run(t, func() error {
		conn := rttest.NewConn(nil, rttest.Peer{Sends: []string{"half a li"}, End: syscall.ECONNRESET})
		r := streams.NewReader(conn)
		got(await(r.ReadLine())).want(t, "", syscall.ECONNRESET)
		got(await(r.ReadExactly(20))).want(t, "", syscall.ECONNRESET)
		got(await(r.ReadAll())).want(t, "", syscall.ECONNRESET)
		got(await(r.ReadExactly(9))).want(t, "half a li", nil)
		got(await(r.Read(make([]byte, 1)))).want(t, 0, syscall.ECONNRESET)
		return nil
	})
}

func TestCancelledReadTakesNothing(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 100)
	run(t, func() error {
		r := streams.NewReader(a)
		for _, op := range []rt.Expr[[]byte]{r.ReadLine(), r.ReadUntil("--"), r.ReadExactly(50), r.Peek(50), r.ReadAll()} {
			read := rt.Spawn(rt.Current(), op)
			yields(3)
			if _, err := await(b.Write([]byte("part "))); err != nil {
				return err
			}
			yields(3)
			if err := wait(r.ReadLine()); err == nil || !strings.Contains(err.Error(), "one task at a time") {
				t.Errorf("a second reader: %v", err)
			}
			read.Cancel(nil)
			got(await(read)).want(t, "", context.Canceled)
		}
		b.Close()
		got(await(r.ReadAll())).want(t, strings.Repeat("part ", 5), nil)
		return a.Close()
	})
}

// The same is read in whatever pieces it comes.
func TestReaderAgainstRandomPieces(t *testing.T) {
	seed := rttest.Seed(t)
	random := rand.New(rand.NewPCG(seed, 1))
	run(t, func() error {
		for range 200 {
			// A random sequence of operations and the stream that they read.
			var stream bytes.Buffer
			var want []string
			var ops []func(r *streams.Reader) rt.Expr[[]byte]
			for range 1 + random.IntN(20) {
				text := strings.Repeat("x-", random.IntN(1<<random.IntN(13)))
				switch random.IntN(4) {
				case 0:
					text += "\n"
					ops = append(ops, func(r *streams.Reader) rt.Expr[[]byte] { return r.ReadLine() })
				case 1:
					text += "---"
					text = strings.Replace(text, "----", "-+---", 1)
					ops = append(ops, func(r *streams.Reader) rt.Expr[[]byte] { return r.ReadUntil("---") })
				case 2:
					text += ";!"
					ops = append(ops, func(r *streams.Reader) rt.Expr[[]byte] { return r.ReadUntilAny("---", ";!") })
				default:
					n := len(text)
					ops = append(ops, func(r *streams.Reader) rt.Expr[[]byte] { return r.ReadExactly(n) })
				}
				want = append(want, text)
				stream.WriteString(text)
			}
			var pieces []string
			for left := stream.String(); left != ""; {
				n := min(len(left), 1+random.IntN(1<<random.IntN(14)))
				pieces = append(pieces, left[:n])
				left = left[n:]
			}
			r := reader(1<<20, pieces...)
			for i, op := range ops {
				p, err := await(op(r))
				if string(p) != want[i] || err != nil {
					return fmt.Errorf("operation %d of %d: got %d bytes, %v; want %d", i, len(ops), len(p), err, len(want[i]))
				}
			}
			got(await(r.ReadAll())).want(t, "", nil)
		}
		return nil
	})
}

func TestReaderMisuse(t *testing.T) {
	for what, fn := range map[string]func(){
		"limit 0":         func() { reader(0) },
		"negative limit":  func() { reader(-1) },
		"empty separator": func() { reader(1).ReadUntil("") },
		"negative count":  func() { reader(1).ReadExactly(-1) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", what)
				}
			}()
			fn()
		}()
	}
	r := reader(4, "abc\n")
	run(t, func() error {
		if err := wait(r.Peek(4)); err != nil {
			return err
		}
		if got := r.String(); got != "streams.Reader(4 bytes buffered, limit 4)" {
			t.Errorf("String: %s", got)
		}
		op := r.ReadLine()
		p := op.Awaitable()
		if _, err, ready := p.Poll(rt.Current()); err != nil || !ready {
			t.Errorf("%v, %v", err, ready)
		}
		defer func() {
			if recover() == nil {
				t.Error("an operation could be awaited twice")
			}
		}()
		p.Poll(rt.Current())
		return nil
	})
}

// ReadAll may have a limit. Data that has come is left in the reader.
func TestReadAllLimit(t *testing.T) {
	for _, limit := range []int{1, 4, 5, 6, 100_000} {
		conn := rttest.NewConn(nil, rttest.Peer{Sends: []string{"abc", "de"}})
		run(t, func() error {
			r := streams.NewReader(conn)
			p, err := await(r.ReadAll().Limit(limit))
			var long *streams.TooLongError
			if limit >= 5 && (string(p) != "abcde" || err != nil) || limit < 5 && (!errors.As(err, &long) || long.Limit != limit) {
				t.Errorf("limit %d: %q, %v", limit, p, err)
			}
			if limit < 5 {
				got(await(r.ReadAll())).want(t, "abcde", nil)
			}
			return nil
		})
	}
}
