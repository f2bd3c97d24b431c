package main

import (
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/answers/pyrandom"
	"github.com/coroutinegen/coroutinegen/example/mystory/inorder"
	"github.com/coroutinegen/coroutinegen/rt"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The output of python async_chained.py 11 8 5 in Python 3.11.7, on a clock that begins at 0.
func TestOutput(t *testing.T) {
	const want = "\033[31mfunction1(11) is sleeping for 4 seconds.\033[0m\n" +
		"\033[31mfunction1(8) is sleeping for 4 seconds.\033[0m\n" +
		"\033[31mfunction1(5) is sleeping for 0 seconds.\033[0m\n" +
		"\033[31mReturning function1(5) == result5-1.\033[0m\n" +
		"\033[32mfunction2(5, 'result5-1') is sleeping for 4 seconds.\033[0m\n" +
		"\033[31mReturning function1(11) == result11-1.\033[0m\n" +
		"\033[32mfunction2(11, 'result11-1') is sleeping for 7 seconds.\033[0m\n" +
		"\033[31mReturning function1(8) == result8-1.\033[0m\n" +
		"\033[32mfunction2(8, 'result8-1') is sleeping for 4 seconds.\033[0m\n" +
		"\033[32mReturning function2(5, 'result5-1') == result5-2 derived from result5-1.\033[0m\n" +
		"\033[36m--> Chained result5 => result5-2 derived from result5-1 (took 4.00 seconds).\033[0m\n" +
		"\033[32mReturning function2(8, 'result8-1') == result8-2 derived from result8-1.\033[0m\n" +
		"\033[36m--> Chained result8 => result8-2 derived from result8-1 (took 8.00 seconds).\033[0m\n" +
		"\033[32mReturning function2(11, 'result11-1') == result11-2 derived from result11-1.\033[0m\n" +
		"\033[36m--> Chained result11 => result11-2 derived from result11-1 (took 11.00 seconds).\033[0m\n" +
		"\033[34mProgram Start Time: 0.0\n" +
		"Program End Time: 11.0\n" +
		"Program Execution Time: 11.00 seconds.\033[0m\n"
	loop, _ := inorder.Loop(t)
	var out strings.Builder
	p := &program{&out, pyrandom.Seed(444)}
	if _, err := rt.RunUntilComplete(loop, p.runAsync(11, 8, 5)); err != nil || out.String() != want {
		t.Errorf("%v\n%s", err, &out)
	}
}
