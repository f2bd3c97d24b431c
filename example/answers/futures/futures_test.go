package main

import (
	"io"
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

// The output of async_futures.py and async_tasks.py in Python 3.11.7, on a clock that begins at 0.
func TestOutput(t *testing.T) {
	const futures = "\033[32mfoo will await the future\033[0m\n" +
		"\033[31mbar will sleep for 3 seconds\033[0m\n" +
		"\033[31mbar resolving the future\033[0m\n" +
		"\033[32mfoo finds the future resolved\033[0m\n" +
		"\033[34mFuture Start Time: 0.0\n" +
		"Future End Time: 3.0\n" +
		"Future Execution Time: 3.00 seconds.\033[0m\n"
	const tasks = "\033[31mbar will sleep for 3 seconds\033[0m\n" +
		"\033[32mfoo will await the future\033[0m\n" +
		"\033[31mbar resolving the future\033[0m\n" +
		"\033[32mfoo finds the future resolved\033[0m\n" +
		"\033[34mFuture Start Time: 0.0\n" +
		"Future End Time: 3.0\n" +
		"Future Execution Time: 3.00 seconds.\033[0m\n"
	for _, test := range []struct {
		both func(io.Writer) rt.Coroutine[rt.Void]
		want string
	}{{gatheredAsync, futures}, {asTasksAsync, tasks}} {
		loop, _ := inorder.Loop(t)
		var out strings.Builder
		if _, err := rt.RunUntilComplete(loop, timedAsync(&out, test.both)); err != nil || out.String() != test.want {
			t.Errorf("%v\n%s", err, &out)
		}
	}
}
