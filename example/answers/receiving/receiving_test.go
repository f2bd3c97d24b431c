package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/answers/selects"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// random makes a file in place of /dev/urandom.
func random(t *testing.T) (path string) {
	path = filepath.Join(t.TempDir(), "urandom")
	if err := os.WriteFile(path, make([]byte, 1024*4), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// pair returns both ends of a connection; whoever connects closes the first.
func pair(t *testing.T) (a, b int) {
	a, b, err := selects.Pair()
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { selects.Close(b) })
	return a, b
}

// The output of the page's program (sections 2 to 4) in Python 3.11.7, where each select takes 7.3 µs,
// and the rest arrives at the socket after 70 ms.
const want = `background step 1 at 0.00
read localhost:25000 at 0
read urandom at 0
done urandom at 0 got 4096 B
done localhost:25000 at 0 got 32768 B
background step 2 at 0.10
background step 3 at 0.20
background step 4 at 0.30
background step 5 at 0.40
`

func TestOutput(t *testing.T) {
	a, b := pair(t)
	if err := selects.Send(b, make([]byte, 20000)); err != nil {
		t.Fatal(err)
	}
	system := &selects.Fake{Cost: 7300 * time.Nanosecond}
	system.At(70*time.Millisecond, func() { selects.Send(b, make([]byte, 12768)) })
	var out strings.Builder
	path := random(t)
	p := &program{w: &out, loop: loop{system: system}}
	connect := func() (int, error) { return a, nil }
	err := p.run(p.sleepyPull("background", 5), p.recvPull("localhost:25000", connect, 1024*32), p.readPull(path, 1024*4))
	if got := strings.ReplaceAll(out.String(), path, "urandom"); err != nil || got != want {
		t.Errorf("%v\n%s", err, got)
	}
}

// A once waits for a descriptor, and receives five bytes.
type once struct {
	fd    int
	begun bool
	got   int
}

func (o *once) Next() (any, bool) {
	if !o.begun {
		o.begun = true
		return &asyncRecv{connection: o.fd}, true
	}
	o.got, _ = selects.Recv(o.fd, make([]byte, 5))
	return nil, false
}

func (o *once) Result() (rt.Void, error) { return rt.Void{}, nil }
func (o *once) Close() error             { return nil }

// Two coroutines wait for the same socket: on the page the first of them never goes on.
func TestTwoReaders(t *testing.T) {
	a, b := pair(t)
	defer selects.Close(a)
	system := &selects.Fake{}
	system.At(1*time.Second, func() { selects.Send(b, make([]byte, 10)) })
	p := &program{w: io.Discard, loop: loop{system: system}}
	first, second := &once{fd: a}, &once{fd: a}
	if err := p.run(first, second); err != nil || first.got != 5 || second.got != 5 {
		t.Errorf("%v, %d bytes and %d", err, first.got, second.got)
	}
}

// When the other side closes too early, that is an error; the page's loop would turn for ever.
func TestEarlyEnd(t *testing.T) {
	a, b := pair(t)
	system := &selects.Fake{}
	system.At(1*time.Second, func() { selects.Shutdown(b) })
	p := &program{w: io.Discard, loop: loop{system: system}}
	connect := func() (int, error) { return a, nil }
	if err := p.run(p.sleepyPull("background", 5), p.recvPull("pair", connect, 10)); err != io.ErrUnexpectedEOF {
		t.Error(err)
	}
}

// On rt the lines are the same. How many steps there are before the file is read depends on the
// thread that reads it.
func TestOnRt(t *testing.T) {
	loop := rttest.NewLoop(t)
	here, there := rttest.NewPipe(nil, "here", "there", 1024*32)
	rt.Start(loop, there.Write(make([]byte, 20000)))
	loop.CallLater(70*time.Millisecond, func() { rt.Start(loop, there.Write(make([]byte, 12768))) })
	dialed := rt.NewFuture[*netio.Conn]()
	dialed.Set(here)
	var out strings.Builder
	path := random(t)
	if _, err := rt.RunUntilComplete(loop, rtAllAsync(&out, "localhost:25000", dialed, path)); err != nil {
		t.Error(err)
	}
	there.Close()
	got := strings.ReplaceAll(out.String(), path, "urandom")
	if !slices.Equal(slices.Sorted(strings.Lines(got)), slices.Sorted(strings.Lines(want))) {
		t.Errorf("got\n%s", got)
	}
}
