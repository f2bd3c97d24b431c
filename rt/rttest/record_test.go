package rttest_test

// This file tests what is recorded of tasks.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
	"github.com/coroutinegen/coroutinegen/rt/rttest/recording"
)

// recordedBy returns the plays that are recorded while run runs, with the name of a test.
func recordedBy(t *testing.T, run func(tb *fakeTB)) []recording.Play {
	t.Helper()
	path := filepath.Join(t.TempDir(), "recording")
	restore := rttest.RecordTo(path)
	defer restore()
	tb := &fakeTB{TB: t}
	run(tb)
	tb.end()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	entries, broken, err := recording.Read(file)
	if err != nil || broken > 0 {
		t.Fatal(broken, err)
	}
	var plays []recording.Play
	for _, e := range entries {
		if e.Play != nil {
			plays = append(plays, *e.Play)
		}
	}
	return plays
}

// told returns a play as text: for each step the states of its frames, the events and the end.
func told(p recording.Play) string {
	var b strings.Builder
	for _, s := range p.Steps {
		fmt.Fprintf(&b, "%d:", s.Number)
		for _, e := range s.Events {
			fmt.Fprintf(&b, " %s;", e.Text)
		}
		for _, f := range s.Frames {
			fmt.Fprintf(&b, " %s %s>%s", f.Type, f.From, f.To)
			if f.To.Line != "" {
				b.WriteString(" at " + f.To.Line)
			}
		}
		fmt.Fprintf(&b, " %s", s.End)
		if s.Value+s.Error != "" {
			fmt.Fprintf(&b, " %s", s.Value+s.Error)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// pairFrame awaits two steps, the second one in a coroutine of its own. Then it ends with end.
type pairFrame struct {
	s     *rttest.Script
	first rttest.StepOp[int]
	one   oneFrame
	end   func() error
	state uint8 // 0: not begun, 1, 2: suspended, 3: done
}

type oneFrame struct {
	step  rttest.StepOp[int]
	state uint8 // 0: not begun, 1: suspended, 2: done
}

func (f *oneFrame) Poll(t *rt.Task) (int, error, bool) {
	v, err, ready := f.step.Poll(t)
	f.state = 2
	if !ready {
		f.state = 1
	}
	return v, err, ready
}

func (f *oneFrame) Where() (line string, on any) {
	if f.state == 1 {
		return "one.go:1  one", &f.step
	}
	return "", nil
}

func (f *pairFrame) Poll(t *rt.Task) (int, error, bool) {
	state := f.state
	f.state = 3
	switch state {
	case 0:
		f.first = rttest.Step(f.s, "first", 1)
		fallthrough
	case 1:
		if _, err, ready := f.first.Poll(t); err != nil || !ready {
			f.suspend(1, ready)
			return 0, err, ready
		}
		f.one = oneFrame{step: rttest.Step(f.s, "second", 2)}
	}
	v, err, ready := f.one.Poll(t)
	if err != nil || !ready {
		f.suspend(2, ready)
		return 0, err, ready
	}
	return v, f.end(), true
}

func (f *pairFrame) suspend(state uint8, ready bool) {
	if !ready {
		f.state = state
	}
}

func (f *pairFrame) Where() (line string, on any) {
	switch f.state {
	case 1:
		return "pair.go:1  first", &f.first
	case 2:
		return "pair.go:2  second", &f.one
	}
	return "", nil
}

func pair(s *rttest.Script, end func() error) rt.Coroutine[int] {
	return rt.NewCoroutine[int](&pairFrame{s: s, end: end})
}

func nothing() error { return nil }

func TestRecording(t *testing.T) {
	testbed.Clean(t)
	for _, c := range []struct {
		name   string
		script rttest.Script
		end    func() error
		want   string
	}{
		{"ready", rttest.Script{}, nothing, "1: step 1; first(0) is ready: 1; second(1) is ready: 2; value: 2; pairFrame 0>3 returned 2\n"},
		{"pending", rttest.Script{Pending: 3}, nothing, `1: step 1; first(0) suspends; pairFrame 0>1 at pair.go:1  first StepOp ->- suspended
2: step 2; first(0) is ready: 1; second(1) suspends; pairFrame 1>2 at pair.go:2  second oneFrame ->1 at one.go:1  one StepOp ->- suspended
3: step 3; second(1) is ready: 2; value: 2; pairFrame 2>3 oneFrame 1>2 returned 2
`},
		{"failing", rttest.Script{Inject: rttest.Failure}, nothing, "1: step 1; first(0) fails; error: injected by the script; pairFrame 0>3 failed injected by the script\n"},
		{"cancelled", rttest.Script{Pending: 2, Inject: rttest.CancelNow, At: 1}, nothing, `1: step 1; first(0) is ready: 1; second(1) suspends; second(1) is cancelled; pairFrame 0>2 at pair.go:2  second oneFrame ->1 at one.go:1  one StepOp ->- suspended
2: step 2; second(1) fails: context canceled: injected by the script; error: context canceled: injected by the script; pairFrame 2>3 oneFrame 1>2 cancelled context canceled: injected by the script
`},
		{"panics", rttest.Script{Inject: rttest.PanicNow}, nothing, "1: step 1; first(0) panics; panic: injected by the script; pairFrame 0>3 panicked injected by the script\n"},
		{"end of input", rttest.Script{}, func() error { return io.EOF }, "1: step 1; first(0) is ready: 1; second(1) is ready: 2; error: EOF; pairFrame 0>3 failed EOF\n"},
	} {
		plays := recordedBy(t, func(tb *fakeTB) {
			s := c.script
			rttest.Trace(tb, &s, pair(&s, c.end))
		})
		if len(plays) != 1 || told(plays[0]) != c.want {
			t.Errorf("%s: %d plays\n%s\nwant\n%s", c.name, len(plays), told(plays[0]), c.want)
			continue
		}
		if p := plays[0]; p.Test != "TestFake" || p.Script != c.script.String() {
			t.Errorf("%s: test %q, script %q", c.name, p.Test, p.Script)
		}
		calls := plays[0].Steps[0].Events[1].At
		if len(calls) != 1 || calls[0].Type != "pairFrame" || calls[0].Method != "Poll" || calls[0].File != "record_test.go" {
			t.Errorf("%s: the first await was at %+v", c.name, calls)
		}
	}
}

// What is not a step of a script is recorded as well: other tasks, panics that leave the loop,
// tasks that are left.
func TestRecordingOfALoop(t *testing.T) {
	testbed.Clean(t)
	suspended := rttest.Script{Pending: 1}
	told := func(plays []recording.Play) string {
		var all []string
		for _, p := range plays {
			all = append(all, told(p))
		}
		return strings.Join(all, "\n")
	}
	expectPanic := func(value string, f func()) {
		defer func() {
			if v := recover(); fmt.Sprint(v) != value {
				t.Errorf("panic: %v, want %s", v, value)
			}
		}()
		f()
	}
	for name, c := range map[string]struct {
		run  func(tb *fakeTB)
		want string
	}{
		"run": {
			func(tb *fakeTB) { rttest.Run(tb, pair(&suspended, nothing)) },
			"1: first(0) suspends; pairFrame 0>1 at pair.go:1  first StepOp ->- suspended\n" +
				"2: first(0) is ready: 1; second(1) is ready: 2; pairFrame 1>3 returned 2\n",
		},
		"timeout": {
			func(tb *fakeTB) { rttest.Run(tb, rt.Timeout(time.Hour, pair(new(rttest.Script), nothing))) },
			"1: first(0) is ready: 1; second(1) is ready: 2; returned 2\n",
		},
		"main task panics": {
			func(tb *fakeTB) {
				expectPanic("ouch", func() { rttest.Run(tb, pair(new(rttest.Script), func() error { panic("ouch") })) })
			},
			"1: first(0) is ready: 1; second(1) is ready: 2; pairFrame 0>3 panicked\n",
		},
		"task panics": {
			func(tb *fakeTB) {
				l := rttest.NewLoop(tb, rt.WithHandler(func(error) {}))
				rt.Start(l, pair(new(rttest.Script), func() error { panic(errors.New("ouch")) }))
				if _, err := rt.RunUntilComplete(l, rt.Sleep(1)); err != nil {
					t.Error(err)
				}
			},
			"1: first(0) is ready: 1; second(1) is ready: 2; pairFrame 0>3 panicked ouch\n\n1: SleepOp ->- suspended\n2: returned\n",
		},
		"goexit": {
			func(tb *fakeTB) {
				done := make(chan bool)
				go func() {
					defer close(done)
					l := rttest.NewLoop(tb)
					defer l.Close()
					rt.RunUntilComplete(l, pair(new(rttest.Script), func() error { tb.goexit(); return nil }))
				}()
				<-done
			},
			"1: first(0) is ready: 1; second(1) is ready: 2; pairFrame 0>3 exited\n",
		},
		"failing and left": {
			func(tb *fakeTB) {
				l := rttest.NewLoop(tb, rt.WithHandler(func(error) {}))
				failed := rt.Start(l, pair(new(rttest.Script), func() error { return errors.New("ouch") }))
				rt.Start(l, rt.Timeout(time.Hour, rt.Shield(pair(&rttest.Script{Pending: 3}, nothing))))
				if _, err := rt.RunUntilComplete(l, rt.Yield()); err != nil {
					t.Error(err)
				}
				if failed.Failure() == nil {
					t.Error("the task has not failed")
				}
			},
			"",
		},
	} {
		plays := recordedBy(t, c.run)
		if got := told(plays); got != c.want && c.want != "" {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
		if name == "failing and left" && len(plays) != 3 {
			t.Errorf("%s:\n%s", name, told(plays))
		}
	}
}

// A recording does not count as asking for the result of a task.
func TestRecordingReportsFailures(t *testing.T) {
	testbed.Clean(t)
	var reported error
	plays := recordedBy(t, func(tb *fakeTB) {
		l := rttest.NewLoop(tb, rt.WithHandler(func(err error) { reported = err }))
		rt.Start(l, pair(new(rttest.Script), func() error { return errors.New("ouch") }))
		if _, err := rt.RunUntilComplete(l, rt.Sleep(1)); err != nil {
			t.Error(err)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, ok := errors.AsType[*rt.UnretrievedError](reported); !ok {
		t.Errorf("reported: %v", reported)
	}
	if len(plays) != 2 {
		t.Errorf("%d plays", len(plays))
	}
}

// A lock-step coroutine has no frame to show, but a task.
func TestRecordingOfTheReference(t *testing.T) {
	testbed.Clean(t)
	plays := recordedBy(t, func(tb *fakeTB) {
		s := &rttest.Script{Pending: 1}
		rttest.Trace(tb, s, machine.Lockstep(func() (int, error) { return rt.Block(rttest.Step(s, "step", 1)) }))
	})
	if len(plays) != 1 || len(plays[0].Steps) != 2 || plays[0].Steps[0].Frames[0].To.State != nil || plays[0].Steps[1].End != recording.Returned {
		t.Errorf("%+v", plays)
	}
}

// Many runs that are alike are not written, and the last word is that some are missing.
func TestRecordingIsShort(t *testing.T) {
	testbed.Clean(t)
	path := filepath.Join(t.TempDir(), "recording")
	defer rttest.RecordTo(path)()
	tb := &fakeTB{TB: t}
	version := rttest.Version[int]{Name: "pair", New: func(s *rttest.Script) rt.Expr[int] { return pair(s, nothing) }}
	for range 3 {
		rttest.Compare(tb, 2, version)
	}
	long := rttest.NewLoop(tb)
	if _, err := rt.RunUntilComplete(long, async(func() error {
		for range 1000 {
			if _, err := rt.Block(rt.Yield()); err != nil {
				return err
			}
		}
		return nil
	})); err != nil {
		t.Error(err)
	}
	tb.end()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	entries, _, err := recording.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	pairs, cut := 0, 0
	for _, e := range entries {
		if p := e.Play; p != nil && p.Version == "pair" {
			pairs++
		} else if p != nil && p.Cut && len(p.Steps) == 100 {
			cut++
		}
	}
	if most := 4 * 7; pairs < 10 || pairs > most || cut != 1 { // one for each script
		t.Errorf("%d plays of pair, want at most %d; %d are cut", pairs, most, cut)
	}
}

// A hostile value is printed without any of its methods.
type hostile struct{ text string }

func (hostile) String() string { panic("String was called") }
func (hostile) Error() string  { panic("Error was called") }

type node struct {
	name string
	next *node
}

// fillFrame hands what it points to to another goroutine.
type fillFrame struct {
	m     map[int]int
	p     *int
	s     []int
	b     []byte
	e     any
	c     chan int
	name  string
	op    rt.ThreadOp[rt.Void]
	state uint8
}

func (f *fillFrame) Poll(t *rt.Task) (v rt.Void, err error, ready bool) {
	hold := make(chan struct{})
	if f.state == 0 {
		m, p, s := f.m, f.p, f.s
		f.op = rt.ToThread(func() (rt.Void, error) {
			<-hold
			for i := range 10000 {
				m[i], *p, s[0] = i, i, i
			}
			return rt.Void{}, nil
		})
	}
	f.state = 1
	_, err, ready = f.op.Poll(t)
	close(hold)
	if ready {
		f.state = 2
	}
	return v, err, ready
}

// While a thread runs, nothing is read that it may be changing.
func TestRecordingBesideThread(t *testing.T) {
	testbed.Clean(t)
	plays := recordedBy(t, func(tb *fakeTB) {
		n := 1
		f := &fillFrame{m: map[int]int{}, p: &n, s: []int{1}, b: []byte("ab"), e: &n, c: make(chan int), name: "x"}
		rttest.Run(tb, rt.NewCoroutine[rt.Void](f))
	})
	if len(plays) != 1 || len(plays[0].Steps) != 2 {
		t.Fatalf("%+v", plays)
	}
	for i, want := range []string{
		`m=map[int]int{…} p=&… s=[]int{1 elements} b=2 bytes e=&… c=chan int name="x" op=`,
		`m=map[int]int{10000 elements} p=&9999 s=[]int{9999} b=2 bytes: "ab" e=&9999 c=chan int (0 of 0) name="x" op=`,
	} {
		var got []string
		for _, f := range plays[0].Steps[i].Frames[0].Fields {
			got = append(got, f.Name+"="+f.Value)
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("step %d: %s\nwant %s", i+1, got, want)
		}
	}
}

// A string that is torn, as another goroutine assigns it, does not end the program.
func TestBriefOfATornString(t *testing.T) {
	testbed.Clean(t)
	frame := &struct{ v string }{}
	*(*[2]uintptr)(unsafe.Pointer(&frame.v)) = [2]uintptr{1 << 16, 5}
	if got := rttest.Brief(frame); got != "…" {
		t.Errorf("got %s", got)
	}
}

func TestBrief(t *testing.T) {
	testbed.Clean(t)
	cycle := &node{name: "a"}
	cycle.next = cycle
	var self any
	self = &self
	type frame[T any] struct{ v T }
	for _, c := range []struct {
		frame any
		want  string
	}{
		{&frame[int8]{-3}, "-3"},
		{&frame[uint64]{1 << 63}, "9223372036854775808"},
		{&frame[float32]{0.1}, "0.1"},
		{&frame[complex128]{1i}, "(0+1i)"},
		{&frame[bool]{true}, "true"},
		{&frame[string]{"a\n<b>"}, `"a\n<b>"`},
		{&frame[string]{strings.Repeat("x", 100)}, `"` + strings.Repeat("x", 61) + `"… (100 bytes)`},
		{&frame[[]byte]{nil}, "nil"},
		{&frame[[]byte]{[]byte("hello\x00\x00")}, `7 bytes: "hello"…`},
		{&frame[[]byte]{make([]byte, 9)}, "9 bytes: 0…"},
		{&frame[[40]byte]{[40]byte{1}}, `40 bytes: "\x01"…`},
		{&frame[[]int]{[]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}}, "[]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …}"},
		{&frame[map[string]int]{map[string]int{"b": 2, "a": 1}}, "map[string]int{2 elements}"},
		{&frame[*struct{ m map[string]int }]{&struct{ m map[string]int }{map[string]int{"b": 2}}}, "&struct { m map[string]int }{m: map[string]int{1 elements}}"},
		{&frame[time.Duration]{time.Second}, "1s"},
		{&frame[hostile]{hostile{"x"}}, `rttest_test.hostile{text: "x"}`},
		{&frame[error]{hostile{"x"}}, `rttest_test.hostile{text: "x"}`},
		{&frame[error]{nil}, "nil"},
		{&frame[error]{io.EOF}, `&errors.errorString{s: "EOF"}`},
		{&frame[*node]{cycle}, `&rttest_test.node{name: "a", next: &rttest_test.node{name: "a", next: &rttest_test.node{…}}}`},
		{&frame[any]{self}, "&&&…"},
		{&frame[*int]{nil}, "nil"},
		{&frame[func()]{nil}, "nil"},
		{&frame[func()]{func() {}}, "func()"},
		{&frame[chan int]{make(chan int, 2)}, "chan int (0 of 2)"},
		{&frame[sync.Mutex]{}, "sync.Mutex{…}"},
		{&frame[context.Context]{context.Background()}, "context.backgroundCtx{…}"},
		{&frame[*rt.Loop]{new(rt.Loop)}, "&rt.Loop{…}"},
		{&frame[rt.Two[int, bool]]{rt.Two[int, bool]{V1: 1, V2: true}}, "rt.Two[int,bool]{V1: 1, V2: true}"},
		{&frame[[]string]{[]string{strings.Repeat("x", 64), strings.Repeat("y", 64), strings.Repeat("z", 64), strings.Repeat("w", 64), "v"}}, ""},
	} {
		got := rttest.Brief(c.frame)
		if got != c.want && c.want != "" || len(got) > 256 {
			t.Errorf("%T: %s, want %s", c.frame, got, c.want)
		}
	}
}
