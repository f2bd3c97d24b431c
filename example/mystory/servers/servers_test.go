//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/mystory/inorder"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A listener hands out the ends of pipes.
type listener struct {
	conns chan net.Conn
	close sync.Once
}

func newListener() *listener { return &listener{conns: make(chan net.Conn, 200)} }

func (l *listener) Addr() net.Addr { return nil }
func (l *listener) Close() error {
	l.close.Do(func() { close(l.conns) })
	return nil
}

func (l *listener) Accept() (net.Conn, error) {
	conn, ok := <-l.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (l *listener) dial() net.Conn {
	client, server := net.Pipe()
	l.conns <- server
	return client
}

// answered starts a server and so many clients that are silent, and reports whether a client
// that comes after them is answered. Time passes only if nobody can do anything.
func answered(t *testing.T, serve func(net.Listener, io.Writer), silent int) (answered bool) {
	synctest.Test(t, func(t *testing.T) {
		l := newListener()
		go serve(l, io.Discard)
		var clients []net.Conn
		for range silent {
			clients = append(clients, l.dial())
		}
		client := l.dial()
		clients = append(clients, client)
		client.SetDeadline(time.Now().Add(time.Hour))
		buf := make([]byte, 10)
		if _, err := client.Write([]byte("hi")); err == nil {
			n, _ := client.Read(buf)
			answered = string(buf[:n]) == "hi"
		}
		l.Close()
		for _, conn := range clients {
			conn.Close()
		}
	})
	return answered
}

// Which server lets which clients wait. In Python 3.11.7 the server with thread_pool.map does not
// answer the second client either.
func TestSilentClients(t *testing.T) {
	for _, test := range []struct {
		name   string
		serve  func(net.Listener, io.Writer)
		silent int
		want   bool
	}{
		{"one", oneClient, 0, true},
		{"one", oneClient, 1, false},
		{"threads", threads, 100, true},
		{"map", poolMap, 0, true},
		{"map", poolMap, 1, false},
		{"pool", pool, 4, true},
		{"pool", pool, 5, false},
	} {
		if got := answered(t, test.serve, test.silent); got != test.want {
			t.Errorf("%s: after %d silent clients, answered: %v", test.name, test.silent, got)
		}
	}
}

// On the loop, a hundred silent clients do not hold up anybody.
func TestSilentClientsOnLoop(t *testing.T) {
	const silent = 100
	var events []any
	for range silent {
		events = append(events, rttest.NewConn(nil, rttest.Peer{Name: "silent", Idle: true}))
	}
	talker := rttest.NewConn(nil, rttest.Peer{Name: "talker", Sends: []string{"hi"}, Idle: true})
	l := rttest.NewListener(nil, "l", append(events, talker)...)
	loop, _ := inorder.Loop(t)
	var out strings.Builder
	server := rt.Start(loop, serveAsync(l, &out))
	if _, err := rt.RunUntilComplete(loop, rt.Sleep(time.Second)); err != nil {
		t.Error(err)
	}
	if _, err, done := server.Result(); !done || !errors.Is(err, net.ErrClosed) {
		t.Errorf("the server: %v", err) // no more events
	}
	want := strings.Repeat("Connection address: silent-peer\n", silent) +
		"Connection address: talker-peer\nreceived data: \"hi\"\n"
	if out.String() != want || talker.Written() != "hi" || !talker.Closed() {
		t.Errorf("written %q\n%s", talker.Written(), &out)
	}
	loop.Close() // ends the silent ones
}

// The prints of the slides, by a client over a socket.
func TestOutput(t *testing.T) {
	for _, k := range kinds {
		var out output
		addr, stop, err := k.start("127.0.0.1:0", &out)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(conn, "hello")
		buf := make([]byte, 10)
		n, err := conn.Read(buf)
		want := fmt.Sprintf("Connection address: %s\nreceived data: \"hello\"\n", conn.LocalAddr())
		if got := out.String(); string(buf[:n]) != "hello" || got != want {
			t.Errorf("%s: answer %q, %v\n%s", k.name, buf[:n], err, got)
		}
		conn.Close()
		stop()
	}
}

// An output is a strings.Builder for several goroutines.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// The measurements run, with few clients. What they measure depends on the machine.
func TestCosts(t *testing.T) {
	for _, k := range kinds {
		c, err := measure(k, 8, 3)
		if err != nil {
			t.Error(err)
		}
		if want := served(k.name, 8); c.accepted != want {
			t.Errorf("%s has accepted %d clients, want %d", k.name, c.accepted, want)
		}
	}
}
