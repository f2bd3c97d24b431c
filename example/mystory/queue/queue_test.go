package main

import (
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/mystory/inorder"
	"github.com/coroutinegen/coroutinegen/rt"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The output of the same program in Python 3.11.7, each task by itself. Between the tasks there is
// a difference: here a value goes to the consumer that waits for it at once, and its place in the
// queue is free; in Python it lies in the queue until the consumer runs.
func TestOutput(t *testing.T) {
	want := map[string]string{
		"consumer 0": "starting,has item 0,has item 2,has item 4,has item None,ending",
		"consumer 1": "starting,has item 1,has item 3,has item 5,has item None,ending",
		"producer": "starting,added task 0 to the queue,added task 1 to the queue,added task 2 to the queue," +
			"added task 3 to the queue,added task 4 to the queue,added task 5 to the queue," +
			"adding stop signals to the queue,waiting for queue to empty,ending",
	}
	loop, _ := inorder.Loop(t)
	var out strings.Builder
	if _, err := rt.RunUntilComplete(loop, allAsync(&out)); err != nil {
		t.Error(err)
	}
	got := map[string][]string{}
	for line := range strings.Lines(out.String()) {
		who, what, _ := strings.Cut(strings.TrimSpace(line), ": ")
		got[who] = append(got[who], what)
	}
	for who := range want {
		if !slices.Equal(got[who], strings.Split(want[who], ",")) {
			t.Errorf("%s: got %q, want %s", who, got[who], want[who])
		}
	}
}

// The output of Python 3.11.7, but for commas.
func TestOrders(t *testing.T) {
	const want = `Queue [2 3 1]
LifoQueue [1 3 2]
PriorityQueue [1 2 3]
`
	var out strings.Builder
	orders(&out)
	if out.String() != want {
		t.Errorf("got\n%s", &out)
	}
}
