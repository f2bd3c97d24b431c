package main

// This file tests the server of pages, and the picture in the README.

import (
	"context"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen"
)

var updatePicture = flag.Bool("update-picture", false, "draw the picture in the README anew")

// echoDir is the folder of the example.
var echoDir = filepath.Join("..", "..", "example", "echo")

// TestExplainServe asks the server for pages.
func TestExplainServe(t *testing.T) {
	x := &explaining{format: "html"}
	x.Dir, x.Patterns = echoDir, []string{"."}
	server := httptest.NewServer(x.handler(newOutput(io.Discard)))
	defer server.Close()
	foreign, link := http.Header{"Sec-Fetch-Site": {"cross-site"}}, http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Dest": {"document"}}
	for _, test := range []struct {
		method, path string
		status       int
		want         string
		header       http.Header
	}{
		{"GET", "/", 200, `<a href="handle.html">`, nil},
		{"GET", "/handle.html", 200, "handleAwaitRead", nil},
		{"GET", "/handle.html", 200, "handleAwaitRead", link},
		{"GET", "/handle.html", 403, "only pages from here may ask", foreign},
		{"HEAD", "/handle.html", 200, "", nil},
		{"GET", "/nothing.html", 404, "", nil},
		{"GET", "/../../../etc/passwd", 404, "", nil},
		{"POST", "/handle.html", 405, "there is nothing to change here", nil},
	} {
		req, err := http.NewRequest(test.method, server.URL+test.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if test.header != nil {
			req.Header = test.header
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != test.status || !strings.Contains(string(body), test.want) {
			t.Errorf("%s %s: %s, %v, without %q", test.method, test.path, resp.Status, err, test.want)
		}
	}
}

// TestExplainServeError demands that the server shows what is wrong, and goes on.
func TestExplainServeError(t *testing.T) {
	x := &explaining{format: "html", function: "<nothing>"}
	x.Dir, x.Patterns = echoDir, []string{"."}
	w := httptest.NewRecorder()
	x.handler(newOutput(io.Discard)).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if body := w.Body.String(); w.Code != 500 || !strings.Contains(body, "there is no async function or generator &lt;nothing&gt;") {
		t.Errorf("%d: %s", w.Code, body)
	}
}

// TestOnlyLoopback demands that a server on localhost answers to no other name.
func TestOnlyLoopback(t *testing.T) {
	h := onlyLoopback(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for host, want := range map[string]int{
		"localhost": 200, "localhost:8080": 200, "127.0.0.1:8080": 200, "[::1]:8080": 200, "[::1]": 200,
		"example.com": 403, "localhost.example.com:8080": 403, "192.168.1.1:8080": 403, "": 403,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%q: %d, want %d", host, w.Code, want)
		}
	}
}

// TestServeEnds demands that the server ends when it is interrupted, and that a port that is taken
// is an error.
func TestServeEnds(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	x := &explaining{serve: "localhost:0"}
	done := make(chan error)
	go func() { done <- x.serveUntil(ctx, newOutput(io.Discard)) }()
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	taken := httptest.NewServer(http.NotFoundHandler())
	defer taken.Close()
	x.serve = taken.Listener.Addr().String()
	if err := x.serveUntil(context.Background(), newOutput(io.Discard)); err == nil {
		t.Error("the server uses a port that is taken")
	}
}

// TestReadmePicture demands that the picture in the README is that of the machine.
func TestReadmePicture(t *testing.T) {
	e, err := gen.Explain(t.Context(), gen.Options{Dir: echoDir, Patterns: []string{"."}}, "handle")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := e.Pages("svg", "")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(echoDir, "handle.svg")
	if *updatePicture {
		if err := os.WriteFile(path, pages[0].Content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != string(pages[0].Content) {
		t.Errorf("%s is not the picture of the machine (%v): go test ./cmd/coroutinegen -run ReadmePicture -update-picture", path, err)
	}
}
