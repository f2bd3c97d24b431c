package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/gen"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The page prints nothing; this is what the functions return.
func TestAllowed(t *testing.T) {
	loop := rttest.NewLoop(t)
	var out strings.Builder
	_, err := rt.RunUntilComplete(loop, allAsync(&out))
	if err != nil || loop.Time() != time.Second || out.String() != "foo 1\nf 10\ng 2\n" {
		t.Errorf("%v, after %v\n%s", err, loop.Time(), &out)
	}
}

func TestGeneratorBased(t *testing.T) {
	loop := rttest.NewLoop(t)
	if err := runUntilComplete(loop, generatorBasedPull()); err != nil || loop.Time() != time.Second {
		t.Errorf("%v, after %v", err, loop.Time())
	}
}

// What is a SyntaxError in Python is refused.
func TestRefused(t *testing.T) {
	for name, want := range map[string]string{
		"await":     "AwaitOutsideAsync",
		"yieldfrom": "DoesNotCompile",
	} {
		_, err := gen.Generate(t.Context(), gen.Options{Dir: "../../../example/answers/rules/testdata/" + name})
		var wrong gen.Diagnostics
		if !errors.As(err, &wrong) || !strings.Contains(wrong.Error(), want) {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}
