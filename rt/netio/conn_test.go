//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio_test

// This file tests connections against real sockets whose peers, made by package net, are many,
// slow, flooding, resetting or gone.

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

func wantRead(t *testing.T, r io.Reader, text string) {
	t.Helper()
	got := make([]byte, len(text))
	if n, err := io.ReadFull(r, got); err != nil {
		t.Fatalf("read %q, then: %v; want %q", got[:n], err, text)
	}
	if string(got) != text {
		t.Fatalf("read %q, want %q", got, text)
	}
}

func wantEOF(t *testing.T, r io.Reader) {
	t.Helper()
	var b [1]byte
	if n, err := r.Read(b[:]); n != 0 || err != io.EOF {
		t.Fatalf("read %d bytes and error %v, want the end of the stream", n, err)
	}
}

func TestEchoHundredsOfClients(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	s := startServer(t, func(c *netio.Conn) rt.Coroutine[rt.Void] { return echo(c, 512) })
	const clients, rounds = 300, 20
	// All are connected before the first one sends something.
	var conns []net.Conn
	for range clients {
		conns = append(conns, s.dial())
	}
	var wg sync.WaitGroup
	for i, conn := range conns {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		wg.Go(func() {
			defer conn.Close()
			for range rounds {
				sent := make([]byte, 1+random.IntN(4000))
				for i := range sent {
					sent[i] = byte(random.Uint32())
				}
				if _, err := conn.Write(sent); err != nil {
					t.Error(err)
					return
				}
				got := make([]byte, len(sent))
				if _, err := io.ReadFull(conn, got); err != nil {
					t.Error(err)
					return
				}
				if !bytes.Equal(got, sent) {
					t.Error("the echo is not what was sent")
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestOneByteAtATime(t *testing.T) {
	s := startServer(t, func(c *netio.Conn) rt.Coroutine[rt.Void] { return echo(c, 1) })
	conn := s.dial()
	const text = "one byte at a time, however many come at once"
	echoes(t, conn, text)
	for _, b := range []byte(text) {
		echoes(t, conn, string(b))
	}
	conn.CloseWrite()
	wantEOF(t, conn)
}

// The last bytes and the end of the stream come in one event. The short read must not be taken
// for a drained socket that will report again.
func TestLastBytesAndEnd(t *testing.T) {
	got := make(chan string)
	begin := make(chan bool)
	s := startServer(t, func(c *netio.Conn) rt.Coroutine[rt.Void] {
		return async(func() error {
			defer c.Close()
			await(rt.ToThread(func() (bool, error) { return <-begin, nil }))
			var all []byte
			for {
				buf := make([]byte, 100)
				n, err := await(c.Read(buf))
				all = append(all, buf[:n]...)
				if err != nil {
					got <- fmt.Sprintf("%s, %v", all, err)
					return nil
				}
			}
		})
	})
	for range 20 {
		conn := s.dial()
		conn.Write([]byte("goodbye"))
		conn.Close()
		begin <- true
		if text := <-got; text != "goodbye, EOF" {
			t.Errorf("got %q", text)
		}
	}
	// The same, but the server is already reading.
	for range 20 {
		conn := s.dial()
		begin <- true
		conn.Write([]byte("goodbye"))
		conn.Close()
		if text := <-got; text != "goodbye, EOF" {
			t.Errorf("got %q", text)
		}
	}
}

func TestHalfClose(t *testing.T) {
	s := startServer(t, func(c *netio.Conn) rt.Coroutine[rt.Void] {
		return async(func() error {
			defer c.Close()
			var all []byte
			buf := make([]byte, 10)
			for {
				n, err := await(c.Read(buf))
				all = append(all, buf[:n]...)
				if err == io.EOF {
					break
				}
				if err != nil {
					return err
				}
			}
			if n, err := await(c.Read(buf)); n != 0 || err != io.EOF {
				t.Errorf("a read after the end: %d, %v", n, err)
			}
			if _, err := await(c.Write(bytes.ToUpper(all))); err != nil {
				return err
			}
			if err := c.CloseWrite(); err != nil {
				return err
			}
			if _, err := await(c.Write(all)); !errors.Is(err, syscall.EPIPE) {
				t.Errorf("write after CloseWrite: %v", err)
			}
			return nil
		})
	})
	conn := s.dial()
	conn.Write([]byte("half closed is not closed"))
	conn.CloseWrite()
	wantRead(t, conn, "HALF CLOSED IS NOT CLOSED")
	wantEOF(t, conn)
}

// A client reads nothing, and later everything. The write waits, and others are served.
func TestHugeWriteToSlowReader(t *testing.T) {
	huge := bytes.Repeat([]byte("\x00123456789"), 3<<20)
	wrote := make(chan int, 1)
	s := startServer(t, func(c *netio.Conn) rt.Coroutine[rt.Void] {
		return async(func() error {
			var kind [1]byte
			if _, err := await(c.Read(kind[:])); err != nil {
				return err
			}
			if kind[0] == 'e' {
				_, err := await(echo(c, 100))
				return err
			}
			defer c.Close()
			n, err := await(c.Write(huge))
			wrote <- n
			return err
		})
	})
	slow, other := s.dial(), s.dial()
	slow.Write([]byte("h"))
	wantRead(t, slow, "\x00")
	other.Write([]byte("e"))
	for range 100 {
		echoes(t, other, "meanwhile")
	}
	select {
	case <-wrote:
		t.Error("the write ended although its bytes were not read")
	default:
	}
	got, err := io.ReadAll(slow)
	if err != nil || !bytes.Equal(got, huge[1:]) {
		t.Errorf("read %d bytes, error %v; want the %d that were written", len(got), err, len(huge)-1)
	}
	if n := <-wrote; n != len(huge) {
		t.Errorf("write returned %d, want %d", n, len(huge))
	}
}

// A client writes without reading. It is held up once all buffers are full, because the server
// does not read while its write waits. Others are served.
func TestFloodingPeer(t *testing.T) {
	s := startServer(t, func(c *netio.Conn) rt.Coroutine[rt.Void] { return echo(c, 4096) })
	flood, other := s.dial(), s.dial()
	const total = 32 << 20
	var sent sync.WaitGroup
	sent.Go(func() {
		block := make([]byte, 1<<20)
		for range total / len(block) {
			if _, err := flood.Write(block); err != nil {
				t.Error(err)
				return
			}
		}
		flood.CloseWrite()
	})
	for range 100 {
		echoes(t, other, "meanwhile")
	}
	n, err := io.Copy(io.Discard, flood)
	if n != total || err != nil {
		t.Errorf("got %d bytes back, error %v; want %d", n, err, total)
	}
	sent.Wait()
}

// The peer resets the connection while a write waits for it, and while a read does.
func TestPeerResets(t *testing.T) {
	type outcome struct {
		op  string
		n   int
		err error
	}
	outcomes := make(chan outcome)
	huge := make([]byte, 32<<20)
	s := startServer(t, func(c *netio.Conn) rt.Coroutine[rt.Void] {
		return async(func() error {
			var kind [1]byte
			if _, err := await(c.Read(kind[:])); err != nil {
				return err
			}
			if kind[0] == 'e' {
				_, err := await(echo(c, 100))
				return err
			}
			defer c.Close()
			if kind[0] == 'w' {
				n, err := await(c.Write(huge))
				outcomes <- outcome{"write", n, err}
				return err
			}
			if _, err := await(c.Write(kind[:])); err != nil {
				return err
			}
			n, err := await(c.Read(kind[:]))
			outcomes <- outcome{"read", n, err}
			return err
		})
	})
	other := s.dial()
	other.Write([]byte("e"))
	for _, kind := range []string{"w", "r"} {
		conn := s.dial()
		conn.Write([]byte(kind))
		conn.Read(make([]byte, 1)) // the write is in progress
		conn.SetLinger(0)
		conn.Close()
		got := <-outcomes
		if !errors.Is(got.err, syscall.ECONNRESET) && !errors.Is(got.err, syscall.EPIPE) {
			t.Errorf("%s: %v, want connection reset", got.op, got.err)
		}
		var operr *net.OpError
		if !errors.As(got.err, &operr) || operr.Op != got.op || operr.Net != "tcp" || operr.Addr.String() != conn.LocalAddr().String() {
			t.Errorf("%s: the error %q is not like one of package net", got.op, got.err)
		}
		if got.op == "write" && (got.n == 0 || got.n == len(huge)) {
			t.Errorf("%d bytes were written before the reset, want some of them", got.n)
		}
		echoes(t, other, "still here")
	}
}

func TestWriteToClosed(t *testing.T) {
	done := make(chan bool)
	closed := make(chan bool)
	s := startServer(t, func(c *netio.Conn) rt.Coroutine[rt.Void] {
		return async(func() error {
			defer close(done)
			await(rt.ToThread(func() (bool, error) { return <-closed, nil }))
			// The peer has closed, and answers the first write with a reset.
			var err error
			for err == nil {
				_, err = await(c.Write([]byte("anybody there?")))
			}
			if !errors.Is(err, syscall.EPIPE) && !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("write to a peer that has closed: %v", err)
			}
			// The connection was closed on this side.
			if err := c.Close(); err != nil {
				t.Error(err)
			}
			for op, err := range map[string]error{
				"write": second(await(c.Write([]byte("x")))),
				"read":  second(await(c.Read(make([]byte, 1)))),
				"close": c.Close(),
			} {
				if !errors.Is(err, net.ErrClosed) || !strings.HasPrefix(err.Error(), op+" tcp 127.0.0.1:") {
					t.Errorf("%s of a closed connection: %v", op, err)
				}
			}
			if err := c.CloseWrite(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("CloseWrite of a closed connection: %v", err)
			}
			return nil
		})
	})
	conn := s.dial()
	conn.Close()
	closed <- true
	<-done
}

func second[T any](_ T, err error) error { return err }
