package machine_test

// This file tests what is printed of a panic that another panic has replaced.

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

// replaced lists coroutines that end with a panic which has replaced another one, in deferred
// calls that may suspend, and what is printed of both panics.
var replaced = map[string]struct {
	x    func() rt.Expr[rt.Void]
	want string
}{
	"ready":              {func() rt.Expr[rt.Void] { return panicking(thenPanic(0, "b")) }, "a, b"},
	"suspended":          {func() rt.Expr[rt.Void] { return panicking(thenPanic(1, "b")) }, "a, b"},
	"suspended twice":    {func() rt.Expr[rt.Void] { return panicking(thenPanic(2, "b")) }, "a, b"},
	"three":              {func() rt.Expr[rt.Void] { return panicking(thenPanic(1, "c"), thenPanic(1, "b")) }, "a, b, c"},
	"suspended in vain":  {func() rt.Expr[rt.Void] { return panicking(yieldOp) }, "a"},
	"after one returned": {func() rt.Expr[rt.Void] { return panicking(thenPanic(1, "b"), yieldOp) }, "a, b"},
	"recovered": {func() rt.Expr[rt.Void] {
		f := panicking()
		f.deferred = append(f.deferred, recovering(f, thenPanic(1, "b")))
		return f
	}, "a, b"},
	"recovered before": {func() rt.Expr[rt.Void] {
		f := panicking(thenPanic(1, "b"))
		f.deferred = append(f.deferred, recovering(f, yieldOp))
		return f
	}, "b"},
	"three, one of them recovered": {func() rt.Expr[rt.Void] {
		f := panicking(yieldOp, thenPanic(1, "c"))
		f.deferred = append(f.deferred, recovering(f, thenPanic(1, "b")))
		return f
	}, "a, b, c"},
	"nested, and a parent that suspends": {func() rt.Expr[rt.Void] {
		child := panicking(thenPanic(0, "b"))
		return &deferring{
			body:     func() error { _, _, _ = child.Poll(rt.Current()); return nil },
			deferred: []func() rt.Awaitable[rt.Void]{yieldOp}, errs: new([]error),
		}
	}, "a, b"},
	"nested": {func() rt.Expr[rt.Void] {
		return panicking(func() rt.Awaitable[rt.Void] {
			f := panicking(thenPanic(1, "c"))
			f.body = func() error { panic("b") }
			return f
		})
	}, "a, b, c"},
}

// panicking returns a machine that panics with "a" and has deferred awaits.
func panicking(awaits ...func() rt.Awaitable[rt.Void]) *deferring {
	return &deferring{body: func() error { panic("a") }, deferred: awaits, errs: new([]error)}
}

// thenPanic suspends a number of times and then panics with v.
func thenPanic(times int, v any) func() rt.Awaitable[rt.Void] {
	return func() rt.Awaitable[rt.Void] {
		var op rt.Awaitable[rt.Void]
		return pollFunc[rt.Void](func(t *rt.Task) (rt.Void, error, bool) {
			for ; times > 0; times-- {
				if op == nil {
					op = yieldOp()
				}
				if _, _, ready := op.Poll(t); !ready {
					return rt.Void{}, nil, false
				}
				op = nil
			}
			panic(v)
		})
	}
}

// recovering recovers the panic of f and goes on with the result of then.
func recovering(f *deferring, then func() rt.Awaitable[rt.Void]) func() rt.Awaitable[rt.Void] {
	return func() rt.Awaitable[rt.Void] {
		f.exit.Recover()
		return then()
	}
}

var printedPanic = regexp.MustCompile(`(?m)^\t*panic: (\w+)`)

func TestReplacedPanicIsPrinted(t *testing.T) {
	testbed.NeedsProcesses(t)
	testbed.Clean(t)
	if name := os.Getenv("RT_TEST_REPLACED"); name != "" {
		rt.Run(replaced[name].x())
		return
	}
	for name, c := range replaced {
		cmd := exec.Command(os.Args[0], "-test.run=^TestReplacedPanicIsPrinted$")
		cmd.Env = append(os.Environ(), "RT_TEST_REPLACED="+name)
		out, _ := cmd.CombinedOutput()
		var got []string
		for _, m := range printedPanic.FindAllStringSubmatch(string(out), -1) {
			if v := m[1]; len(got) == 0 || got[len(got)-1] != v { // otherwise the test framework panics with the value, too
				got = append(got, v)
			}
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: printed %v, want %s:\n%s", name, got, c.want, out)
		}
	}
}
