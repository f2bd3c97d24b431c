package main

import (
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/answers/pyrandom"
	"github.com/coroutinegen/coroutinegen/example/answers/randomints/byhand"
	"github.com/coroutinegen/coroutinegen/example/mystory/inorder"
	"github.com/coroutinegen/coroutinegen/example/threeway"
	"github.com/coroutinegen/coroutinegen/rt"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The output of the page's program in Python 3.11.7, with its colours, on a clock that begins at 0.
func TestOutput(t *testing.T) {
	const want = "\033[31mInitiated generate_random_int(0).\n" +
		"\033[31mgenerate_random_int(0) == 4 too low; retrying.\n" +
		"\033[32mInitiated generate_random_int(1).\n" +
		"\033[32mgenerate_random_int(1) == 4 too low; retrying.\n" +
		"\033[36mInitiated generate_random_int(2).\n" +
		"\033[36mgenerate_random_int(2) == 0 too low; retrying.\n" +
		"\033[31mgenerate_random_int(0) == 4 too low; retrying.\n" +
		"\033[32mgenerate_random_int(1) == 7 too low; retrying.\n" +
		"\033[31mgenerate_random_int(0) == 4 too low; retrying.\n" +
		"\033[36mgenerate_random_int(2) == 4 too low; retrying.\n" +
		"\033[31mgenerate_random_int(0) == 8 too low; retrying.\n" +
		"\033[32m---> Finished: generate_random_int(1) == 10\033[0m\n" +
		"\033[31mgenerate_random_int(0) == 7 too low; retrying.\n" +
		"\033[31mgenerate_random_int(0) == 8 too low; retrying.\n" +
		"\033[36mgenerate_random_int(2) == 4 too low; retrying.\n" +
		"\033[31mgenerate_random_int(0) == 7 too low; retrying.\n" +
		"\033[31mgenerate_random_int(0) == 1 too low; retrying.\n" +
		"\033[31mgenerate_random_int(0) == 6 too low; retrying.\n" +
		"\033[36m---> Finished: generate_random_int(2) == 9\033[0m\n" +
		"\033[31mgenerate_random_int(0) == 3 too low; retrying.\n" +
		"\033[31mgenerate_random_int(0) == 9 too low; retrying.\n" +
		"\033[31mgenerate_random_int(0) == 7 too low; retrying.\n" +
		"\033[31m---> Finished: generate_random_int(0) == 10\033[0m\n" +
		"\033[35m\n" +
		"Random INT 1: 10, Random INT 2: 10, Random INT 3: 9\n" +
		"\033[0m\n" +
		"\033[34mProgram Start Time: 0.0\n" +
		"Program End Time: 12.0\n" +
		"Program Execution Time: 12.00 seconds.\033[0m\n"
	loop, _ := inorder.Loop(t)
	var out strings.Builder
	if _, err := rt.RunUntilComplete(loop, programAsync(&out, pyrandom.Seed(444))); err != nil || out.String() != want {
		t.Errorf("%v\n%s", err, &out)
	}
}

// Cancelled or not, the machine by hand does what generateRandomInt does.
func TestByHand(t *testing.T) {
	form := func(name string, draw func(s *threeway.Stage) rt.Coroutine[int]) threeway.Form[int] {
		return threeway.Form[int]{Name: name, New: func(s *threeway.Stage) rt.Expr[int] {
			s.Cancel(500*time.Millisecond, time.Second, 2500*time.Millisecond)
			return draw(s)
		}}
	}
	threeway.Explore(t, 0,
		form("this package", func(s *threeway.Stage) rt.Coroutine[int] {
			return generateRandomIntAsync(s.Writer("out"), pyrandom.Seed(444), 0, 7)
		}),
		form("by hand", func(s *threeway.Stage) rt.Coroutine[int] {
			return byhand.GenerateRandomInt(s.Writer("out"), pyrandom.Seed(444), colors[1], colors[0], 0, 7)
		}))
}
