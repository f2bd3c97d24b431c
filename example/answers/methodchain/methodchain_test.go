package main

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/answers/selects"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The numbers are those of the answer's list "Method chain again, in case of recv()".
const want = `   there is nothing to receive: the socket is registered for select, with a new future
   a future has come all the way to the task, which adds itself as a callback
1. select waits
2. a ready socket is returned
3. its data is moved into a buffer
4. future.set_result("data")
5. the task is woken up
6. the task calls send, which goes all the way into the innermost coroutine
7. "data" is returned to our humble user
`

// pair returns both ends of a connection.
func pair(t *testing.T) (a, b int) {
	a, b, err := selects.Pair()
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		selects.Close(a)
		selects.Close(b)
	})
	return a, b
}

func TestOutput(t *testing.T) {
	a, b := pair(t)
	system := &selects.Fake{}
	system.At(time.Second, func() { selects.Send(b, []byte("data")) })
	var out strings.Builder
	l := &loop{w: &out, system: system, readers: map[int]*future{}}
	if err := l.runUntilComplete(l.outerPull(a)); err != nil || system.Now() != time.Second || out.String() != want {
		t.Errorf("%v, at %v\n%s", err, system.Now(), &out)
	}
}

// If there is something, nobody waits.
func TestAtOnce(t *testing.T) {
	a, b := pair(t)
	selects.Send(b, []byte("data"))
	var out strings.Builder
	l := &loop{w: &out, system: &selects.Fake{}, readers: map[int]*future{}}
	if err := l.runUntilComplete(l.outerPull(a)); err != nil || out.String() != "7. \"data\" is returned to our humble user\n" {
		t.Errorf("%v\n%s", err, &out)
	}
}

// A future that nobody sets is an error.
func TestStuck(t *testing.T) {
	l := &loop{w: io.Discard, readers: map[int]*future{}}
	if err := l.runUntilComplete(awaits{new(future)}); err != errStuck {
		t.Error(err)
	}
}

// awaits awaits a future, by hand.
type awaits struct{ f *future }

func (a awaits) Next() (*future, bool) { return a.f, true }
func (a awaits) Result() (rt.Void, error) {
	return rt.Void{}, rt.ErrNoResult
}
func (a awaits) Close() error { return nil }

func TestOnRt(t *testing.T) {
	loop := rttest.NewLoop(t)
	sock, peer := rttest.NewPipe(nil, "sock", "peer", 100)
	loop.CallLater(time.Second, func() { rt.Start(loop, peer.Write([]byte("data"))) })
	var out strings.Builder
	_, err := rt.RunUntilComplete(loop, rtOuterAsync(&out, sock))
	if err != nil || loop.Time() != time.Second || out.String() != "7. \"data\" is returned to our humble user\n" {
		t.Errorf("%v, at %v\n%s", err, loop.Time(), &out)
	}
}
