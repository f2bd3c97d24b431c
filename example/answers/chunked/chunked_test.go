package main

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/threeway"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/queues"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// get serves one client on the fake clock, where each number takes pause, and returns the body.
func get(t *testing.T, request string, pause time.Duration, opts ...rt.Option) (status int, body string, took time.Duration) {
	t.Helper()
	conn := rttest.NewConn(nil, rttest.Peer{Name: "client", Sends: []string{request}, Idle: true})
	loop := rttest.NewLoop(t, opts...)
	if _, err := rt.RunUntilComplete(loop, handleAsync(conn.Conn, pauses(pause))); err != nil {
		t.Errorf("%q: %v", request, err)
	}
	took = loop.Time()
	r, err := http.ReadResponse(bufio.NewReader(strings.NewReader(conn.Written())), nil)
	if err != nil {
		t.Fatalf("%q: %v", request, err)
	}
	got, err := io.ReadAll(r.Body)
	if err != nil || !conn.Closed() {
		t.Errorf("%q: %v, closed: %v", request, err, conn.Closed())
	}
	return r.StatusCode, string(got), took
}

func request(path string) string { return "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n" }

const desired = "Start12345678910End"

// The outputs of the question, and when End comes if a number takes a second, or nothing.
func TestWays(t *testing.T) {
	for _, test := range []struct {
		path  string
		pause time.Duration
		body  string
		took  time.Duration
	}{
		{"/none", 0, "StartEnd", 0}, // "So output from curl is"
		{"/none", time.Second, "StartEnd", 0},
		{"/sleep", 0, desired, 5 * time.Second},                                  // "way too long"
		{"/sleep", 510 * time.Millisecond, "Start123456789End", 5 * time.Second}, // "too short"
		{"/ack", 0, "", 0},                                                       // see TestRace
		{"/through", 0, desired, 0},
		{"/through", time.Second, desired, 10 * time.Second},
		{"/through", time.Hour, desired, 10 * time.Hour},
		{"/direct", 0, desired, 0},
		{"/direct", time.Second, desired, 10 * time.Second},
	} {
		status, body, took := get(t, request(test.path), test.pause)
		if status != 200 || took != test.took || test.body != "" && body != test.body {
			t.Errorf("%s, %v: status %d, %q after %v", test.path, test.pause, status, body, took)
		}
	}
}

// After the acknowledgement of /ack the last numbers may still be in a mailbox. On the way of
// /through nothing can be left behind, in whatever order the tasks run.
func TestRace(t *testing.T) {
	complete, short := 0, 0
	for seed := range uint64(50) {
		switch _, body, _ := get(t, request("/ack"), time.Second, rt.WithSeed(seed)); body {
		case desired:
			complete++
		case "Start123456789End":
			short++
		default:
			t.Errorf("seed %d: %q", seed, body)
		}
		if _, body, _ := get(t, request("/through"), time.Second, rt.WithSeed(seed)); body != desired {
			t.Errorf("seed %d: %q", seed, body)
		}
	}
	if complete == 0 || short == 0 {
		t.Errorf("/ack: %d times complete, %d times short", complete, short)
	}
}

func TestRefused(t *testing.T) {
	for request, want := range map[string]int{
		request("/all"):               404,
		"GET  /none HTTP/1.1\r\n\r\n": 400,
		"\r\n\r\n":                    400,
		"POST /none HTTP/1.1\r\n\r\n": 405,
		"GET /none HTTP/1.0\r\n\r\n":  505,
	} {
		if status, body, _ := get(t, request, 0); status != want {
			t.Errorf("%q: status %d, %q", request, status, body)
		}
	}
}

// A client that leaves before it has asked is an error of the handler, and no more.
func TestLeft(t *testing.T) {
	conn := rttest.NewConn(nil, rttest.Peer{Name: "client", Sends: []string{"GET /"}})
	loop := rttest.NewLoop(t)
	if _, err := rt.RunUntilComplete(loop, handleAsync(conn.Conn, pauses(0))); err != io.ErrUnexpectedEOF || !conn.Closed() {
		t.Errorf("%v, closed: %v", err, conn.Closed())
	}
}

func TestGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		w := httptest.NewRecorder()
		handler(time.Second).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if body := w.Body.String(); body != desired || !w.Flushed || time.Since(begun) != 10*time.Second {
			t.Errorf("%q, after %v", body, time.Since(begun))
		}
	})
}

// The process that works, by hand, does what threadListener does, whenever it waits for a message
// or for its job, and whenever it is cancelled.
func TestByHand(t *testing.T) {
	form := func(name string, listen func(mailbox, job) rt.Coroutine[rt.Void]) threeway.Form[rt.Void] {
		return threeway.Form[rt.Void]{Name: name, New: func(s *threeway.Stage) rt.Expr[rt.Void] {
			s.Cancel(500*time.Millisecond, 1500*time.Millisecond, 8*time.Second)
			self, core, main := queues.New[any](0), queues.New[any](0), queues.New[any](0)
			send := func(m any) { s.Loop().CallSoon(func() { self.TryPut(m) }) }
			send(work{core, 1})
			s.Loop().CallLater(2*time.Second, func() {
				for _, m := range []any{work{core, 2}, pleaseAck{main}, forward{core, pleaseAck{main}}, "unknown", work{core, 3}} {
					send(m)
				}
			})
			s.Loop().CallLater(9*time.Second, func() {
				for m, ok := core.TryGet(); ok; m, ok = core.TryGet() {
					s.Note("core: %T", m)
				}
				s.Note("main: %d", main.Len())
				self.Close()
			})
			return listen(self, pauses(time.Second))
		}}
	}
	threeway.Explore(t, 0, form("this package", threadListenerAsync), form("by hand", threadByHand))
}
