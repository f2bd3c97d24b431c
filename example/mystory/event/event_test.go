package main

import (
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/mystory/inorder"
	"github.com/coroutinegen/coroutinegen/rt"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The output of the page.
func TestOutput(t *testing.T) {
	const want = `event start state: false
coro1 waiting for event
coro2 waiting for event
setting event in callback
coro1 triggered
coro2 triggered
event end state: true
`
	loop, _ := inorder.Loop(t)
	var out strings.Builder
	_, err := rt.RunUntilComplete(loop, mainTaskAsync(&out))
	if err != nil || loop.Time() != 2*time.Second || out.String() != want {
		t.Errorf("%v, after %v\n%s", err, loop.Time(), &out)
	}
}
