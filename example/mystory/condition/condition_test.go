package main

import (
	"io"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/mystory/condition/byhand"
	"github.com/coroutinegen/coroutinegen/example/mystory/inorder"
	"github.com/coroutinegen/coroutinegen/example/threeway"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The output of the page.
func TestOutput(t *testing.T) {
	const want = `starting manipulate_condition
consumer 4 is waiting
consumer 1 is waiting
consumer 0 is waiting
consumer 2 is waiting
consumer 3 is waiting
notifying 1 consumers
consumer 4 triggered
ending consumer 4
notifying 2 consumers
consumer 1 triggered
ending consumer 1
consumer 0 triggered
ending consumer 0
notifying remaining consumers
ending manipulate_condition
consumer 2 triggered
ending consumer 2
consumer 3 triggered
ending consumer 3
`
	loop, _ := inorder.Loop(t)
	var out strings.Builder
	_, err := rt.RunUntilComplete(loop, mainTaskAsync(&out, 4, 1, 0, 2, 3))
	if err != nil || loop.Time() != 300*time.Millisecond || out.String() != want {
		t.Errorf("%v, after %v\n%s", err, loop.Time(), &out)
	}
}

// The consumer by hand does what consumer does, whenever it is notified or cancelled.
func TestByHand(t *testing.T) {
	type consume = func(io.Writer, *locks.Condition, int) rt.Coroutine[rt.Void]
	form := func(name string, consume consume) threeway.Form[rt.Void] {
		return threeway.Form[rt.Void]{Name: name, New: func(s *threeway.Stage) rt.Expr[rt.Void] {
			s.Cancel(50*time.Millisecond, 150*time.Millisecond, 200*time.Millisecond)
			condition := locks.NewCondition(nil)
			rt.Start(s.Loop(), manipulateConditionAsync(io.Discard, condition))
			return consume(s.Writer("out"), condition, 1)
		}}
	}
	threeway.Explore(t, 0, form("this package", consumerAsync), form("by hand", byhand.Consume))
}
