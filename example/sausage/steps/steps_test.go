package main

import (
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/mystory/inorder"
	"github.com/coroutinegen/coroutinegen/example/threeway"
	"github.com/coroutinegen/coroutinegen/rt"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// python is what the code on the slides prints in Python 3.11.7, where CancelledError prints as
// context.Canceled does.
const python = `-- values
values: next()
values: waits for a future
values: send(1)
got 1
values: yields nothing, call_soon(_step)
values: next()
values: waits for a future
values: throw(bad)
caught bad
values: set_result(done)
result: done, None
-- failure
failure: next()
failure: waits for a future
failure: throw(bad)
failure: set_exception(bad)
result: None, bad
-- cancelled
cancelled: next()
cancelled: waits for a future
cancelled: throw(context canceled)
cancelled: cancelled
result: None, context canceled
-- stubborn
stubborn: next()
stubborn: waits for a future
stubborn: throw(context canceled)
caught context canceled
stubborn: waits for a future
stubborn: send(2)
stubborn: set_result(2)
result: 2, None
-- not begun
not begun: throw(context canceled)
not begun: cancelled
result: None, context canceled
-- foreign
foreign: next()
foreign: yields what it cannot wait for
foreign: throw(RuntimeError())
foreign: set_exception(RuntimeError())
result: None, RuntimeError()
`

func TestSlides(t *testing.T) {
	want := strings.NewReplacer("None", "<nil>", "RuntimeError()", "the future belongs to another loop").Replace(python)
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		for _, name := range programs {
			run(&out, name)
		}
		if out.String() != want {
			t.Errorf("got\n%s\nwant\n%s", &out, want)
		}
	})
}

func TestOnRt(t *testing.T) {
	const want = `values: Poll
values: not ready
values: Poll
got 1
values: not ready
values: Poll
values: not ready
values: Poll
caught bad
values: ready
result: done, <nil>
`
	for name, values := range map[string]func(io.Writer, *rt.Loop) rt.Coroutine[string]{
		"machine": valuesOnRtAsync,
		"by hand": valuesByHand,
	} {
		loop, _ := inorder.Loop(t)
		var out strings.Builder
		onRt(&out, loop, values)
		if out.String() != want || loop.Time() != 2*time.Second {
			t.Errorf("%s: at %v\n%s", name, loop.Time(), &out)
		}
	}
}

// Cancelled or not, the machine by hand does what the generated one does.
func TestByHand(t *testing.T) {
	form := func(name string, values func(io.Writer, *rt.Loop) rt.Coroutine[string]) threeway.Form[string] {
		return threeway.Form[string]{Name: name, New: func(s *threeway.Stage) rt.Expr[string] {
			s.Cancel(500*time.Millisecond, time.Second, 1500*time.Millisecond, 2*time.Second)
			return values(s.Writer("out"), s.Loop())
		}}
	}
	threeway.Explore(t, 0, form("this package", valuesOnRtAsync), form("by hand", valuesByHand))
}
