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
	"github.com/coroutinegen/coroutinegen/rt/queues"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The output of the question. The queue becomes empty at the fifth look, just before it, as on the
// page: a loop runs first what has waited longest.
func TestPoll(t *testing.T) {
	loop, _ := inorder.Loop(t)
	var out strings.Builder
	_, err := rt.RunUntilComplete(loop, pollAsync(&out))
	if want := "0\n0\n0\n0\nNIL\n"; err != nil || loop.Time() != time.Second || out.String() != want {
		t.Errorf("%v, after %v\n%s", err, loop.Time(), &out)
	}
}

// The answers, of which the page prints none, whatever the order of the tasks.
func TestAnswers(t *testing.T) {
	for _, test := range []struct {
		name string
		run  func(io.Writer) rt.Coroutine[rt.Void]
		want string
		took time.Duration
	}{
		{"reply", replyAsync, "1\n", 0},
		{"either", eitherAsync, "the second worker answers 20\nthe first worker answers 10\n", while1},
		{"select", selectFirstAsync, "the second worker answers 20\n", while2},
		{"feed", feedAsync, `worker 2 has done job 2
worker 2 has done job 3
worker 1 has done job 1
worker 2 has done job 4
worker 1 has done job 5
`, 2 * while1},
		{"both", bothAsync, "10 20\n", while1},
		{"reader", readerTestAsync, "[0 1 2 3 4 5 6 7 8 9]\n", time.Second},
	} {
		for seed := range uint64(10) {
			loop := rttest.NewLoop(t, rt.WithSeed(seed))
			var out strings.Builder
			_, err := rt.RunUntilComplete(loop, test.run(&out))
			if err != nil || loop.Time() != test.took || out.String() != test.want {
				t.Errorf("%s: %v, after %v\n%s", test.name, err, loop.Time(), &out)
			}
		}
	}
}

// The real thread, on the real clock.
func TestThread(t *testing.T) {
	var out strings.Builder
	if _, err := rt.Run(threadAsync(&out)); err != nil || out.String() != "1\n" {
		t.Errorf("%v\n%s", err, &out)
	}
}

func TestGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		replyGo(&out)
		begun := time.Now()
		selectGo(&out)
		took := time.Since(begun)
		time.Sleep(while1) // the other worker ends, too
		if took != while2 || out.String() != "1\nthe second worker answers 20\n" {
			t.Errorf("after %v\n%s", took, &out)
		}
	})
}

// foo by hand does what foo does, whether it waits for a request or for room for its reply, and
// whenever it is cancelled.
func TestByHand(t *testing.T) {
	form := func(name string, foo func(in, out *queues.Queue[int]) rt.Coroutine[rt.Void]) threeway.Form[rt.Void] {
		return threeway.Form[rt.Void]{Name: name, New: func(s *threeway.Stage) rt.Expr[rt.Void] {
			s.Cancel(time.Second, 3*time.Second)
			in, out := queues.New[int](1), queues.New[int](1)
			out.TryPut(0)
			s.Loop().CallLater(2*time.Second, func() { s.Note("request: %v", in.TryPut(1)) })
			for range 2 {
				s.Loop().CallLater(4*time.Second, func() {
					x, ok := out.TryGet()
					s.Note("reply: %v, %v", x, ok)
				})
			}
			return foo(in, out)
		}}
	}
	threeway.Explore(t, 0, form("this package", fooAsync), form("by hand", fooByHand))
}
