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
	const want = `acquiring the lock before starting coroutines
lock acquired: true
waiting for coroutines
coro1 waiting for the lock
coro2 waiting for the lock
callback releasing lock
coro1 acquired lock
coro1 released lock
coro2 acquired lock
coro2 released lock
`
	for name, program := range map[string]func(*strings.Builder) rt.Coroutine[rt.Void]{
		"held":  func(w *strings.Builder) rt.Coroutine[rt.Void] { return heldAsync(w) },
		"owned": func(w *strings.Builder) rt.Coroutine[rt.Void] { return ownedAsync(w) },
	} {
		loop, _ := inorder.Loop(t)
		var out strings.Builder
		_, err := rt.RunUntilComplete(loop, program(&out))
		if err != nil || loop.Time() != 2*time.Second || out.String() != want {
			t.Errorf("%s: %v, after %v\n%s", name, err, loop.Time(), &out)
		}
	}
}
