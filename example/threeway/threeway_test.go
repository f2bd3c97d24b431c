package threeway

// This file tests the comparison itself: that it takes every way there is, and
// that a form which goes wrong in any of them is found.

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// twice reads twice from conn and closes it.
func twice(conn *netio.Conn) error {
	defer conn.Close()
	buf := make([]byte, 10)
	for range 2 {
		if _, err := rt.Block(conn.Read(buf)); err != nil {
			return err
		}
	}
	return nil
}

func reference(s *Stage) rt.Expr[rt.Void] {
	conn := s.Conn("conn", "a", "b")
	return machine.Lockstep(func() (rt.Void, error) { return rt.Void{}, twice(conn) })
}

// A twiceFrame is twice by hand, with deliberate faults.
type twiceFrame struct {
	conn      *netio.Conn
	buf       [10]byte
	read      netio.ReadOp
	reads     int
	polls     int // of the form that suspends once too often
	suspended bool
	fault     string
}

// The faults of a twiceFrame. Each shows in some scripts only.
var faults = []string{
	"does not close after a panic",
	"does not close after an error",
	"takes a cancellation for success",
	"begins the read again when it is woken",
	"suspends once too often",
	"forgets the second read",
}

func (f *twiceFrame) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	returned := false
	defer func() {
		if returned && !(err != nil && f.fault == "does not close after an error") ||
			!returned && !f.suspended && f.fault != "does not close after a panic" {
			f.conn.Close()
		}
	}()
	if f.fault == "suspends once too often" && f.polls == 0 {
		f.polls++
		t.Wake()
		f.suspended = true
		return rt.Void{}, nil, false
	}
	if f.polls == 1 {
		f.polls++
		f.suspended = false
	}
	for f.reads < 2 {
		if !f.suspended || f.reads == 0 && f.fault == "begins the read again when it is woken" {
			f.read = f.conn.Read(f.buf[:])
		}
		f.suspended = false
		_, err, ready := f.read.Poll(t)
		if !ready {
			f.suspended = true
			return rt.Void{}, nil, false
		}
		if err != nil {
			if errors.Is(err, ErrInjected) && t.Err() != nil && f.fault == "takes a cancellation for success" {
				err = nil
			}
			returned = true
			return rt.Void{}, err, true
		}
		f.reads++
		if f.fault == "forgets the second read" {
			break
		}
	}
	returned = true
	return rt.Void{}, nil, true
}

// A failing is a test that notes whether it failed.
type failing struct {
	testing.TB
	message string
}

func (f *failing) Helper()                   {}
func (f *failing) Cleanup(func())            {}
func (f *failing) Logf(string, ...any)       {}
func (f *failing) Fatalf(s string, a ...any) { f.message = fmt.Sprintf(s, a...); panic(f) }

func explored(t *testing.T, forms ...Form[rt.Void]) (message string) {
	f := &failing{TB: t}
	defer func() {
		if v := recover(); v != nil && v != any(f) {
			panic(v)
		}
		message = f.message
	}()
	Explore(f, 0, forms...)
	return ""
}

func TestFaultsAreFound(t *testing.T) {
	form := func(fault string) Form[rt.Void] {
		return Form[rt.Void]{Name: fault, New: func(s *Stage) rt.Expr[rt.Void] {
			return rt.NewCoroutine(&twiceFrame{conn: s.Conn("conn", "a", "b"), fault: fault})
		}}
	}
	right := Form[rt.Void]{Name: "reference", New: reference}
	if message := explored(t, right, form("none")); message != "" {
		t.Errorf("without a fault: %s", message)
	}
	for _, fault := range faults {
		if explored(t, right, form(fault)) == "" {
			t.Errorf("a form that %s passes for the reference", fault)
		}
	}
	if message := explored(t, form("does not close after a panic")); !strings.HasPrefix(message, "left open: [conn]") {
		t.Errorf("a connection that nobody closes: %q", message)
	}
}

// Every sequence of choices is taken, once.
func TestEveryChoice(t *testing.T) {
	seen := map[string]int{}
	Explore(t, 0, Form[int]{New: func(s *Stage) rt.Expr[int] {
		path := fmt.Sprint(s.Choose(2))
		if path == "1" {
			path += fmt.Sprint(s.Choose(3), s.Choose(2))
		}
		seen[path]++
		return Op(s, "op", 1)
	}})
	want := []string{"0", "10 0", "10 1", "11 0", "11 1", "12 0", "12 1"}
	if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, want) {
		t.Errorf("paths %q, want %q", got, want)
	}
	for path, n := range seen {
		if n != int(panicLater)+1 {
			t.Errorf("path %s taken %d times, want once for each answer to op", path, n)
		}
	}
}

// What the world does shows in the trace: an example of each answer.
func TestTraces(t *testing.T) {
	got := map[string]bool{}
	for script := []int{}; script != nil; {
		s := run(t, Form[int]{New: func(s *Stage) rt.Expr[int] {
			s.Cancel(time.Second)
			return Op(s, "op", 1)
		}}, script, nil)
		got[strings.ReplaceAll(s.Trace(), "\n", "; ")] = true
		script = following(s.choices)
	}
	for _, want := range []string{
		"step 1; op; result: 1, <nil>; loop closes: <nil>; ",
		"step 1; op suspends; step 2; op; result: 1, <nil>; loop closes: <nil>; ",
		"step 1; task-1 is cancelled; op; result: 1, <nil>; loop closes: <nil>; ",
		"step 1; op suspends; task-1 is cancelled; step 2; op: context canceled: injected; result: 0, context canceled: injected; loop closes: <nil>; ",
		"step 1; op suspends; task-1 is cancelled; step 2; op; result: 1, <nil>; loop closes: <nil>; ",
		"step 1; op fails; result: 0, injected; loop closes: <nil>; ",
		"step 1; op suspends; step 2; op fails; result: 0, injected; loop closes: <nil>; ",
		"step 1; op panics; nobody waits for: task-1 panicked: injected; loop closes: <nil>; ",
		"step 1; op suspends; step 2; op panics; nobody waits for: task-1 panicked: injected; loop closes: <nil>; ",
		"task-1 is cancelled; step 1; op: context canceled: injected; result: 0, context canceled: injected; loop closes: <nil>; ",
	} {
		if !got[want] {
			t.Errorf("missing: %s", want)
		}
		delete(got, want)
	}
	for trace := range got {
		t.Errorf("unexpected: %s", trace)
	}
}
