//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// big is more than a read takes, and more than the buffer of a socket at first.
var big = strings.Repeat("sausage ", 1<<17)

// talk sends the messages in turns over two connections, and expects them back, and then sends
// big over each at once.
func talk(addr string) error {
	var conns [2]net.Conn
	for i := range conns {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			return err
		}
		defer conn.Close()
		conns[i] = conn
	}
	for _, what := range []string{"hello", "world"} {
		for _, conn := range conns {
			got := make([]byte, len(what))
			if _, err := io.WriteString(conn, what); err != nil {
				return err
			}
			if _, err := io.ReadFull(conn, got); err != nil || string(got) != what {
				return errors.Join(err, errors.New("echo: "+string(got)))
			}
		}
	}
	for _, conn := range conns {
		sent := make(chan error)
		go func() {
			_, err := io.WriteString(conn, big)
			sent <- errors.Join(err, conn.(*net.TCPConn).CloseWrite())
		}()
		got, err := io.ReadAll(conn)
		if err := errors.Join(err, <-sent); err != nil {
			return err
		}
		if string(got) != big {
			return errors.New("big came back changed")
		}
	}
	return nil
}

func TestOnSlides(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	talked := make(chan error, 1)
	go func() { talked <- talk(l.Addr().String()) }()
	err = onSlides(l, func(n int, cancel func()) {
		if n == 2 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := <-talked; err != nil {
		t.Error(err)
	}
}

func TestOnRt(t *testing.T) {
	l, err := netio.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	loop, err := rt.NewLoop()
	if err != nil {
		t.Fatal(err)
	}
	defer loop.Close()
	server := rt.Start(loop, acceptConnectionsAsync(l))
	if _, err := rt.RunUntilComplete(loop, rt.ToThread(func() (rt.Void, error) {
		return rt.Void{}, talk(l.Addr().String())
	})); err != nil {
		t.Error(err)
	}
	server.Cancel(nil)
	if _, err := rt.RunUntilComplete(loop, server); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
