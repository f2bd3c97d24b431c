package threeway

// This file tells coroutinegen compare what the forms cost.

import (
	"io"
	"log"
	"os"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func newComparison[T any](tb testing.TB, forms []Form[T]) *rttest.Comparison {
	var names []string
	for _, f := range forms {
		names = append(names, f.Name)
	}
	return rttest.NewComparison(tb, names...)
}

// measureForms measures forms in a world in which everything is ready, and in one in which
// every operation suspends once.
func measureForms[T any](c *rttest.Comparison, forms []Form[T]) {
	log.SetOutput(io.Discard)
	defer log.SetOutput(os.Stderr)
	for _, a := range []answer{now, later} {
		what := "every operation is ready"
		if a == later {
			what = "every operation suspends once"
		}
		c.Measure(what, func(i int) func(n int) {
			return func(n int) { repeat(forms[i], a, n) }
		})
	}
}

// repeat runs form n times.
func repeat[T any](form Form[T], always answer, n int) {
	var loop *rt.Loop
	for range n {
		if loop == nil {
			loop = bareLoop()
		}
		s := &Stage{measured: true, always: always, loop: loop, open: make(map[string]bool)}
		w := &watched[T]{stage: s}
		main := rt.Start(loop, rt.NewCoroutine[T](w))
		s.main = &main.Task
		w.x = form.New(s).Awaitable()
		main.OnDone(func(*rt.Task) { loop.Stop() })
		if loop.RunForever() != nil || len(loop.Tasks()) > 0 || loop.Timers() > 0 {
			_ = loop.Close() // what is left belongs to this run
			loop = nil
		}
	}
	if loop != nil {
		_ = loop.Close()
	}
}

// bareLoop returns a loop with a fake clock.
func bareLoop() *rt.Loop {
	clock := new(rttest.Clock)
	poller := rttest.NewPoller(clock)
	loop, err := rt.NewLoop(rt.WithClock(clock), rt.WithPoller(poller), rt.WithHandler(func(error) {}))
	if err != nil {
		panic(err)
	}
	poller.Serve(loop)
	return loop
}
