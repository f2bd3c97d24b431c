package rttest_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func TestMain(m *testing.M) { testbed.Main(m) }

func sleep(d time.Duration) error {
	_, err := rt.Block(rt.Sleep(d))
	return err
}

var async = testbed.Do

func TestClockJumpsWhenIdle(t *testing.T) {
	l := testbed.NewLoop(t)
	_, err := rt.RunUntilComplete(l, async(func() error { return sleep(24 * time.Hour) }))
	if err != nil || l.Time() != 24*time.Hour {
		t.Errorf("a day of sleep: %v, time is %v", err, l.Time())
	}
	if got := l.Now().Format(time.DateTime); got != "2000-01-02 00:00:00" {
		t.Errorf("date is %s", got)
	}
}

func TestClockWaitsForThreads(t *testing.T) {
	_, err := testbed.Run(t, async(func() error {
		release := make(chan int)
		thread := rt.Spawn(rt.Current(), rt.ToThread(func() (int, error) { return <-release, nil }))
		sleeper := rt.Spawn(rt.Current(), rt.Sleep(time.Hour))
		if _, err := rt.Block(rt.Yield()); err != nil {
			return err
		}
		close(release)
		if _, err := rt.Block(thread); err != nil {
			return err
		}
		if rt.Current().Loop().Time() != 0 {
			return errors.New("the clock jumped while a thread was at work")
		}
		_, err := rt.Block(sleeper)
		return err
	}))
	if err != nil {
		t.Error(err)
	}
}

// fakeTB records what a helper tells the test.
type fakeTB struct {
	testing.TB
	log     []string
	failed  bool
	cleanup []func()
}

func (f *fakeTB) Helper()           {}
func (f *fakeTB) Name() string      { return "TestFake" }
func (f *fakeTB) Failed() bool      { return f.failed }
func (f *fakeTB) Cleanup(fn func()) { f.cleanup = append(f.cleanup, fn) }
func (f *fakeTB) Error(args ...any) { f.Errorf("%s", fmt.Sprint(args...)) }
func (f *fakeTB) Errorf(format string, args ...any) {
	f.failed = true
	f.Logf(format, args...)
}
func (f *fakeTB) Logf(format string, args ...any) {
	f.log = append(f.log, fmt.Sprintf(format, args...))
}
func (f *fakeTB) goexit() { runtime.Goexit() }
func (f *fakeTB) end() string {
	for len(f.cleanup) > 0 {
		last := len(f.cleanup) - 1
		fn := f.cleanup[last]
		f.cleanup = f.cleanup[:last]
		fn()
	}
	return strings.Join(f.log, "\n")
}

func TestLeaksAndSeedAreReported(t *testing.T) {
	testbed.Clean(t)
	t.Setenv(rttest.SeedVariable, "42")
	tb := &fakeTB{TB: t}
	l := rttest.NewLoop(tb)
	l.CallLater(time.Hour, func() {})
	_, err := rt.RunUntilComplete(l, async(func() error {
		rt.Spawn(rt.Current(), rt.Sleep(time.Hour)).SetName("forgotten")
		_, err := rt.Block(rt.Yield())
		return err
	}))
	if err != nil {
		t.Fatal(err)
	}
	got := tb.end()
	for _, want := range []string{"left on the loop: forgotten (rt.SleepOp)\n", "\tspawned by rttest_test.TestLeaksAndSeedAreReported", "rttest_test.go:", "left on the loop: 2 timers", "RTTEST_SEED=42 go test -run '^TestFake$'"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
}

func TestSeedRepeatsOrder(t *testing.T) {
	order := func(seed string) string {
		t.Setenv(rttest.SeedVariable, seed)
		var got []string
		l := testbed.NewLoop(t)
		for i := range 8 {
			rt.Start(l, async(func() error {
				got = append(got, fmt.Sprint(i))
				return nil
			}))
		}
		if _, err := rt.RunUntilComplete(l, rt.Sleep(1)); err != nil {
			t.Fatal(err)
		}
		return strings.Join(got, "")
	}
	first := order("1")
	if again := order("1"); again != first {
		t.Errorf("seed 1 gave %s, then %s", first, again)
	}
	different := false
	for seed := range 8 {
		different = different || order(fmt.Sprint(seed+2)) != first
	}
	if !different {
		t.Errorf("every seed gave %s", first)
	}
}

func TestFakeDescriptors(t *testing.T) {
	clock := new(rttest.Clock)
	poller := rttest.NewPoller(clock)
	l := testbed.NewLoop(t, rt.WithClock(clock), rt.WithPoller(poller))
	poller.Serve(l)
	var calls []string
	if err := l.AddReader(3, func() {
		calls = append(calls, "read")
		l.RemoveReader(3)
		l.Stop()
	}); err != nil {
		t.Fatal(err)
	}
	poller.Ready(4, true, true)  // nobody watches this descriptor
	poller.Ready(3, false, true) // nobody watches it for this
	poller.Ready(3, true, false)
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(calls) != "[read]" || poller.Watched(3) {
		t.Errorf("calls %v, still watched: %v", calls, poller.Watched(3))
	}
}

// sum is the coroutine of the comparison below: three awaits in a loop.
func sum(s *rttest.Script) (int, error) {
	defer s.Note("deferred")
	total := 0
	for i := range 3 {
		n, err := rt.Block(rttest.Step(s, "step", i))
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

func reference(s *rttest.Script) rt.Expr[int] {
	return machine.Lockstep(func() (int, error) { return sum(s) })
}

// sumFrame is sum written by hand.
type sumFrame struct {
	state    int // 0: not begun, 1: suspended, 2: done
	s        *rttest.Script
	i, total int
	step     rttest.StepOp[int]

	forgetDefer, keepSum bool // deliberate faults
}

func (f *sumFrame) Poll(t *rt.Task) (_ int, err error, ready bool) {
	suspended := false
	defer func() {
		if !suspended && !f.forgetDefer {
			f.s.Note("deferred")
		}
	}()
	state := f.state
	f.state = 2
	switch state {
	case 1:
		goto await
	case 2:
		panic(machine.Resumed("sum"))
	}
loop:
	if f.i == 3 {
		return f.total, nil, true
	}
	f.step = rttest.Step(f.s, "step", f.i)
await:
	n, err, ready := f.step.Poll(t)
	if !ready {
		f.state = 1
		suspended = true
		return 0, nil, false
	}
	if err != nil {
		return f.total, err, true
	}
	if f.keepSum {
		f.total = n
	} else {
		f.total += n
	}
	f.i++
	goto loop
}

func TestCompare(t *testing.T) {
	testbed.Clean(t)
	hand := func(change func(*sumFrame)) rttest.Version[int] {
		return rttest.Version[int]{Name: "hand", New: func(s *rttest.Script) rt.Expr[int] {
			f := &sumFrame{s: s}
			change(f)
			return rt.NewCoroutine[int](f)
		}}
	}
	ref := rttest.Version[int]{Name: "reference", New: reference}
	rttest.Compare(t, 3, ref, hand(func(*sumFrame) {}))

	for name, change := range map[string]func(*sumFrame){
		"forgets to defer":    func(f *sumFrame) { f.forgetDefer = true },
		"computes wrong":      func(f *sumFrame) { f.keepSum = true },
		"leaves out an await": func(f *sumFrame) { f.i = 1 },
	} {
		tb := &fakeTB{TB: t}
		rttest.Compare(tb, 3, ref, hand(change))
		if !tb.failed {
			t.Errorf("a version that %s passes for the reference", name)
		}
	}
}

// Compare says which number of steps it is to be given.
func TestCompareSteps(t *testing.T) {
	testbed.Clean(t)
	ref := rttest.Version[int]{Name: "reference", New: reference}
	for _, test := range []struct {
		steps   int
		version rttest.Version[int]
		want    string
	}{
		{5, ref, "no version takes more than 3 steps: call Compare with 3 steps, not 5"},
		{1, rttest.Version[int]{Name: "deaf", New: func(*rttest.Script) rt.Expr[int] { return reference(&rttest.Script{}) }},
			"no version has awaited a step of its script"},
	} {
		tb := &fakeTB{TB: t}
		rttest.Compare(tb, test.steps, test.version)
		if got := strings.Join(tb.log, "\n"); !tb.failed || !strings.Contains(got, test.want) {
			t.Errorf("%d steps: got %q, want %q", test.steps, got, test.want)
		}
	}
}
