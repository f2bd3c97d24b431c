//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

// This file has real clients, over sockets: net/http and curl.

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"os/exec"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// listen serves on another goroutine until the test ends, and returns the address.
func listen(t *testing.T, work job) string {
	t.Helper()
	l, err := netio.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	loop, err := rt.NewLoop()
	if err != nil {
		t.Fatal(err)
	}
	server := rt.Start(loop, serveAsync(l, work))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if _, err := rt.RunUntilComplete(loop, server); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := loop.Close(); err != nil {
			t.Error(err)
		}
	}()
	t.Cleanup(func() {
		loop.CallSoonThreadsafe(func() { server.Cancel(nil) })
		<-ended
	})
	return addr
}

// The response stays open until all is reported: the work on a number is not done before the
// client has received the number before it.
func TestStaysOpen(t *testing.T) {
	may := make(chan rt.Void)
	addr := listen(t, func(int) rt.Coroutine[rt.Void] { return rt.NewCoroutine(rt.Receive(may).Awaitable()) })
	transport := new(http.Transport)
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: time.Minute}
	r, err := client.Get("http://" + addr + "/through")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if len(r.TransferEncoding) != 1 || r.TransferEncoding[0] != "chunked" {
		t.Errorf("transfer encoding %q", r.TransferEncoding)
	}
	body := bufio.NewReader(r.Body)
	for _, part := range []string{"Start", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"} {
		buf := make([]byte, len(part))
		if _, err := io.ReadFull(body, buf); string(buf) != part {
			t.Fatalf("got %q, %v, want %q", buf, err, part)
		}
		if part == "10" {
			break // End comes by itself
		}
		if body.Buffered() > 0 {
			t.Errorf("more than %s has come", part)
		}
		may <- rt.Void{}
	}
	if rest, err := io.ReadAll(body); string(rest) != "End" || err != nil {
		t.Errorf("the rest: %q, %v", rest, err)
	}
}

// "Desired result is".
func TestCurl(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("NOT TESTED: no curl here, apt-get install curl")
	}
	addr := listen(t, pauses(time.Millisecond))
	for path, want := range map[string]string{"": desired, "/none": "StartEnd", "/direct": desired} {
		cmd := exec.Command(curl, "--silent", "--show-error", "--no-buffer", "--noproxy", "*", "--max-time", "60", "http://"+addr+path)
		out, err := cmd.CombinedOutput()
		if string(out) != want || err != nil {
			t.Errorf("curl %s: %q, %v", path, out, err)
		}
	}
}
