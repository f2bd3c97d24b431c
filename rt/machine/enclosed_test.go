package machine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// An Enclosed runs and appears in a chain as a machine does whose frame has methods.
func TestMachine(t *testing.T) {
	type waitFrame struct {
		sleep rt.SleepOp
		polls int
	}
	poll := func(m *machine.Enclosed[waitFrame, int], t *rt.Task) (int, error, bool) {
		f := &m.Frame
		if f.polls++; f.polls == 1 {
			f.sleep = rt.Sleep(time.Second)
		}
		if _, err, ready := f.sleep.Poll(t); !ready {
			return 0, err, false
		}
		return f.polls, nil, true
	}
	where := func(m *machine.Enclosed[waitFrame, int]) (line string, on any) {
		if m.Frame.polls == 0 {
			return "", nil
		}
		return "wait.go:3  co.Wait(rt.Sleep(time.Second))", &m.Frame.sleep
	}
	l := testbed.NewLoop(t)
	task := rt.Start(l, rt.NewCoroutine(&machine.Enclosed[waitFrame, int]{Run: poll, At: where}))
	other := rt.Start(l, rt.NewCoroutine(&machine.Enclosed[waitFrame, int]{Run: poll}))
	var stack string
	l.CallLater(ms, func() { stack = task.Stack() + "\n" + other.Stack() })
	for _, task := range []*rt.TaskOf[int]{task, other} {
		if v, err := rt.RunUntilComplete(l, task); v != 2 || err != nil {
			t.Errorf("got %d, %v, want 2", v, err)
		}
	}
	for _, want := range []string{"machine_test.wait  wait.go:3  co.Wait(rt.Sleep(time.Second))\n\trt.SleepOp", "machine_test.wait"} {
		before, after, ok := strings.Cut(stack, want)
		if !ok {
			t.Fatalf("no %q in\n%s", want, stack)
		}
		stack = before + after
	}
}
