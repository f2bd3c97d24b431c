//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio_test

// This file tests connecting from a local address, and compares with package net.

import (
	"errors"
	"net"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

func TestDialFrom(t *testing.T) {
	checkLeaks(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	free, err := net.Listen("tcp", "127.0.0.1:0") // a port that was free just before
	if err != nil {
		t.Fatal(err)
	}
	from := free.Addr().String()
	free.Close()
	for _, test := range []struct{ local, want string }{
		{from, from},
		{"127.0.0.2:0", "127.0.0.2"},
		{"localhost:0", "127.0.0.1"},
		{":0", "127.0.0.1"},
	} {
		conn, err := testbed.RunReal(t, netio.Dial("tcp", l.Addr().String()).From(test.local))
		if errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, syscall.EADDRNOTAVAIL) {
			t.Logf("from %s: %v", test.local, err) // the port is in use by now, or the address is not one of this system
			continue
		}
		if err != nil {
			t.Errorf("from %s: %v", test.local, err)
			continue
		}
		peer, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		got := peer.RemoteAddr().String()
		if host, _, _ := net.SplitHostPort(got); got != test.want && host != test.want {
			t.Errorf("from %s: it came from %s", test.local, got)
		}
		if local := conn.LocalAddr().String(); local != got {
			t.Errorf("LocalAddr %s, want %s", local, got)
		}
		conn.Close()
		peer.Close()
	}
}

// Addresses of the other family are passed over, even if somebody listens there.
func TestDialFromOneFamily(t *testing.T) {
	checkLeaks(t)
	l, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Skip("this system has no IPv6:", err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	for _, local := range []string{"localhost:0", "[::1]:0", ":0"} {
		conn, err := testbed.RunReal(t, netio.Dial("tcp", "localhost:"+port).From(local))
		if err != nil {
			t.Errorf("from %s: %v", local, err)
			continue
		}
		conn.Close()
	}
	if _, err := testbed.RunReal(t, netio.Dial("tcp", "localhost:"+port).From("127.0.0.1:0")); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("from an IPv4 address: %v", err)
	}
}

func TestDialFromErrors(t *testing.T) {
	checkLeaks(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	addr := l.Addr().String()
	// Package net must fail in the same way.
	_, got := testbed.RunReal(t, netio.Dial("tcp", addr).From(addr))
	_, want := (&net.Dialer{LocalAddr: l.Addr()}).Dial("tcp", addr)
	if got == nil || want == nil || got.Error() != want.Error() || !errors.Is(got, syscall.EADDRINUSE) {
		t.Errorf("from an address in use: %v\npackage net: %v", got, want)
	}
	for _, test := range []struct{ network, addr, local string }{
		{"tcp", addr, "[::1]:0"}, // no family fits
		{"tcp", addr, "127.0.0.1"},
		{"tcp", addr, "127.0.0.1:http"},
		{"tcp", addr, "example.test:0"},
		{"tcp", "name.invalid:80", "example.test:0"}, // refused before anything is looked up
		{"unix", "/nowhere", "127.0.0.1:0"},
	} {
		_, err := testbed.RunReal(t, netio.Dial(test.network, test.addr).From(test.local))
		var operr *net.OpError
		if !errors.As(err, &operr) || operr.Op != "dial" {
			t.Errorf("%v: %v", test, err)
		}
		if lookup := new(net.DNSError); errors.As(err, &lookup) {
			t.Errorf("%v: %v", test, err)
		}
	}
}
