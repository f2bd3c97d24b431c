package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/mystory/inorder"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// What becomes of each way to wait. The pages print nothing.
func TestWaits(t *testing.T) {
	for _, test := range []struct {
		wait, want string
		took       time.Duration
		err        error
	}{
		{"blind", `thread 2 finds no task
thread 3 finds no task
thread 4 finds no task
thread 1 executes task 5
`, 4 * time.Second, nil},
		{"full", `thread 1 executes task 5
thread 2 still waits
thread 3 still waits
thread 4 still waits
`, time.Hour, context.DeadlineExceeded}, // "a blinking cursor"
		{"flag", `thread 1 executes task 5
thread 2 executes task 6
thread 3 finds no task
thread 4 finds no task
`, 4 * time.Second, nil},
		{"barrier", `thread 1 executes task 5
thread 2 executes task 6
thread 3 finds no task
thread 4 finds no task
`, 4 * time.Second, nil},
	} {
		loop, _ := inorder.Loop(t)
		var out strings.Builder
		_, err := rt.RunUntilComplete(loop, rt.Timeout(time.Hour, programAsync(&out, test.wait)))
		took := loop.Time().Round(10 * time.Millisecond) // the flag is seen a bit later
		if !errors.Is(err, test.err) || took != test.took || out.String() != test.want {
			t.Errorf("%s: %v, after %v\n%s", test.wait, err, loop.Time(), &out)
		}
	}
}

// tasks returns who has what, in the order of the tasks.
func tasks(output string) []string {
	var got []string
	for line := range strings.Lines(output) {
		words := strings.SplitN(strings.TrimSpace(line), " ", 3) // thread 1 executes task 5
		got = append(got, words[2])
	}
	slices.Sort(got)
	return got
}

var want = []string{"executes task 5", "executes task 6", "finds no task", "finds no task"}

// With the barrier, every task is executed once, whatever the order of the threads.
func TestAnyOrder(t *testing.T) {
	for seed := range uint64(20) {
		loop := rttest.NewLoop(t, rt.WithSeed(seed))
		var out strings.Builder
		_, err := rt.RunUntilComplete(loop, programAsync(&out, "barrier"))
		if err != nil || loop.Time() != 4*time.Second || !slices.Equal(tasks(out.String()), want) {
			t.Errorf("seed %d: %v, after %v\n%s", seed, err, loop.Time(), &out)
		}
	}
}

func TestGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		var out strings.Builder
		goroutines(&out)
		if time.Since(begun) != 4*time.Second || !slices.Equal(tasks(out.String()), want) {
			t.Errorf("after %v\n%s", time.Since(begun), &out)
		}
	})
}
