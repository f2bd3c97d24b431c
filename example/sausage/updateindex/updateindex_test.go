package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/sausage/asyncio"
	"github.com/coroutinegen/coroutinegen/example/sausage/updateindex/byhand"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The output of the slides' coroutines in Python 3.11.7.
const (
	oneByOne = `3 s: page a
4 s: page b
6 s: page c
8 s: database a+b+c
8 s: cache a+b+c
`
	atOnce = `1 s: page b
2 s: page c
3 s: page a
5 s: database a+b+c
5 s: cache a+b+c
`
)

func TestWithoutLoop(t *testing.T) {
	for _, form := range []struct {
		name string
		run  func(*index, []page)
		want string
	}{
		{"boring", boring, oneByOne},
		{"goroutines", goroutines, atOnce},
	} {
		synctest.Test(t, func(t *testing.T) {
			var out strings.Builder
			form.run(newIndex(&out, realTime()), pages)
			if out.String() != form.want {
				t.Errorf("%s:\n%s", form.name, &out)
			}
		})
	}
}

func TestOutput(t *testing.T) {
	for _, form := range []struct {
		name string
		of   func(*index, []page) rt.Coroutine[rt.Void]
		want string
	}{
		{"in order", inOrderAsync, oneByOne},
		{"gathered", gatheredAsync, atOnce},
		{"by hand", handmade, atOnce},
	} {
		loop := rttest.NewLoop(t)
		var out strings.Builder
		if _, err := rt.RunUntilComplete(loop, form.of(newIndex(&out, loop.Time), pages)); err != nil || out.String() != form.want {
			t.Errorf("%s: %v\n%s", form.name, err, &out)
		}
	}
}

// handmade is gathered, by hand.
func handmade(x *index, pages []page) rt.Coroutine[rt.Void] {
	s := byhand.Steps{Process: x.processDataAsync, Database: x.updateDatabaseAsync, UpdateCache: x.updateCache}
	for _, p := range pages {
		s.Request = append(s.Request, x.requestURLAsync(p))
	}
	return byhand.UpdateIndex(s)
}

// Cancelled at any time, all of it ends.
func TestCancelled(t *testing.T) {
	for name, form := range map[string]func(*index, []page) rt.Coroutine[rt.Void]{"machine": gatheredAsync, "by hand": handmade} {
		for _, after := range []time.Duration{1500, 3500, 4500} {
			loop := rttest.NewLoop(t)
			var out strings.Builder
			x := form(newIndex(&out, loop.Time), pages)
			_, err := rt.RunUntilComplete(loop, rt.Timeout(after*time.Millisecond, x))
			if err == nil || strings.Contains(out.String(), "database") || loop.Time() != after*time.Millisecond {
				t.Errorf("%s: %v, at %v\n%s", name, err, loop.Time(), &out)
			}
		}
	}
}

func TestOnSlides(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		loop := asyncio.NewLoop(asyncio.Sleep{})
		if err := onSlides(newIndex(&out, loop.Time), loop, pages); err != nil || out.String() != atOnce {
			t.Errorf("%v\n%s", err, &out)
		}
	})
}
