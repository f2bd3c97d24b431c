package rt_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// outerFrame awaits greet. It knows where it stands, as a machine does.
type outerFrame struct {
	greet greetFrame
	begun bool
}

func (f *outerFrame) Poll(t *rt.Task) (rt.Void, error, bool) {
	f.begun = true
	return f.greet.Poll(t)
}

func (f *outerFrame) Where() (line string, on any) {
	if !f.begun {
		return "", nil
	}
	return "outer.go:12  co.Await(greetAsync())", &f.greet
}

func (f *greetFrame) Where() (line string, on any) {
	if f.state != greetAwaitSleep {
		return "", nil
	}
	return "greet.go:7  co.Await(rt.Sleep(time.Second))", &f.sleep
}

func TestChain(t *testing.T) {
	l := testbed.NewLoop(t)
	inner := rt.Start(l, rt.Shield(rt.NewCoroutine[rt.Void](&outerFrame{greet: greetFrame{name: "chain"}})))
	inner.SetName("inner")
	middle := rt.Start(l, rt.Timeout(time.Hour, inner))
	middle.SetName("middle")
	outer := rt.Start(l, machine.Lockstep(func() (rt.Void, error) { return rt.Block(middle) }))
	outer.SetName("outer")
	idle := rt.Start(l, do(func() error { return nil }))
	if got := idle.Stack(); got != "task-4\n\tdo" {
		t.Errorf("not begun: %s", got)
	}
	l.CallLater(ms, func() { // all of them wait by now
		got := outer.Stack()
		want := `outer
	TestChain  chain_test.go:NN
	middle
	rt.TimeoutOp
	inner
	rt.ShieldOp
	rt_test.outer  outer.go:12  co.Await(greetAsync())
	rt_test.greet  greet.go:7  co.Await(rt.Sleep(time.Second))
	rt.SleepOp`
		_, after, _ := strings.Cut(got, "chain_test.go:")
		line, _, _ := strings.Cut(after, "\n")
		if got = strings.Replace(got, line, "NN", 1); got != want {
			t.Errorf("got:\n%s\nwant:\n%s", got, want)
		}
		var kinds []string
		for c, place := range outer.Frames() {
			if place.Function == "rt_test.greet" {
				break
			}
			kinds = append(kinds, strings.TrimPrefix(fmt.Sprintf("%T", c), "*"))
		}
		if fmt.Sprint(kinds[1:]) != "[rt.Task rt.TimeoutOp[github.com/coroutinegen/coroutinegen/rt.Void] rt.Task rt.ShieldOp[github.com/coroutinegen/coroutinegen/rt.Void] rt_test.outerFrame]" {
			t.Errorf("frames of %q", kinds)
		}
	})
	if _, err := rt.RunUntilComplete(l, outer); err != nil {
		t.Error(err)
	}
	if got := outer.Stack(); got != "outer" {
		t.Errorf("after its end: %s", got)
	}
}

// Two tasks await each other. The chain is finite and shows the cycle.
func TestChainOfACycle(t *testing.T) {
	l := testbed.NewLoop(t)
	var a, b *rt.TaskOf[rt.Void]
	a = rt.Start(l, do(func() error { return wait(b) }))
	b = rt.Start(l, do(func() error { return wait(a) }))
	l.CallLater(ms, func() {
		chain := a.Chain()
		var names []string
		for _, place := range chain {
			names = append(names, place.Function)
		}
		if got := fmt.Sprint(names); got != "[do task-2 do task-1]" {
			t.Errorf("chain is %v", chain)
		}
		a.Cancel(nil)
	})
	rt.RunUntilComplete(l, b)
}

func TestDump(t *testing.T) {
	l := testbed.NewLoop(t)
	main := rt.Start(l, pollFunc[rt.Void](func(self *rt.Task) (rt.Void, error, bool) {
		if self.Name() != "main" {
			self.SetName("main")
			a := rt.Spawn(self, rt.Sleep(2*ms))
			a.SetName("a")
			rt.Spawn(&a.Task, rt.Shield(rt.Sleep(ms))).SetName("below a")
			rt.Spawn(self, rt.Sleep(5*ms)).SetName("b")
			l.CallLater(3*ms, self.Wake)
			return rt.Void{}, nil, false
		}
		return rt.Void{}, nil, true
	}))
	l.CallLater(ms/2, func() {
		want := `main
  . rt_test.pollFunc
	a
	  . rt.SleepOp
		below a
		  . rt.ShieldOp
		  . rt.SleepOp
	b
	  . rt.SleepOp
task-2
  . main
  . rt_test.pollFunc
`
		if got := l.Dump(); got != want {
			t.Errorf("got:\n%swant:\n%s", got, want)
		}
	})
	if _, err := rt.RunUntilComplete(l, main); err != nil {
		t.Error(err)
	}
	if _, err := rt.RunUntilComplete(l, rt.Sleep(3*ms)); err != nil {
		t.Error(err)
	}
}

// The chain of a task that waits for several tasks names them.
func TestChainOfGroups(t *testing.T) {
	l := testbed.NewLoop(t)
	for name, test := range map[string]struct {
		body func() error
		want string
	}{
		"gather":   {func() error { return wait(rt.Gather(rt.Sleep(2*ms), rt.Sleep(0), rt.Sleep(3*ms))) }, "rt.GatherOp  waits for a, b"},
		"gather 2": {func() error { return wait(rt.Gather2(rt.Sleep(2*ms), rt.Sleep(0))) }, "rt.Gather2Op  waits for a"},
		"group": {func() error {
			return inGroup(func(g *rt.TaskGroup) error {
				for range 15 {
					rt.SpawnIn(g, rt.Sleep(2*ms))
				}
				return nil
			})
		}, "rt.GroupJoinOp  waits for a, b, c, d, e, f, g, h, i, j, and 5 more"},
		"race": {func() error { return wait(rt.Race(rt.Sleep(2*ms), rt.Sleep(3*ms))) }, "rt.RaceOp  waits for a, b"},
		"next": {func() error {
			c := rt.AsCompleted[rt.Void](rt.Current(), rt.Sleep(2*ms), rt.Sleep(3*ms))
			defer c.Close()
			return wait(c.Next())
		}, "rt.NextOp  waits for a, b"},
	} {
		task := rt.Start(l, do(test.body))
		l.CallLater(ms/2, func() { // one member of each gather has ended by then
			for i, member := range l.Tasks()[2:] {
				if strings.HasPrefix(member.Name(), "task-") {
					member.SetName(string(rune('a' + i)))
				}
			}
		})
		l.CallLater(ms, func() {
			chain := task.Chain()
			got := chain[len(chain)-1].String()
			if got != test.want {
				t.Errorf("%s: got %q, want %q", name, got, test.want)
			}
		})
		if _, err := rt.RunUntilComplete(l, task); err != nil {
			t.Error(err)
		}
		if _, err := rt.RunUntilComplete(l, rt.Sleep(5*ms)); err != nil {
			t.Error(err)
		}
	}
}
