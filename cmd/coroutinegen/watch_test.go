package main

// This file tests -watch with a clock that stands still: each time the tool waits, the test
// changes files.

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/gen"
)

// A scriptClock runs a step of a script whenever the tool waits. It knows how long the tool
// waited.
type scriptClock struct {
	at    time.Time
	look  time.Duration // what a look at the files takes
	steps []func()
	waits []time.Duration
	end   context.CancelFunc
}

func (c *scriptClock) now() time.Time {
	c.at = c.at.Add(c.look)
	return c.at
}

func (c *scriptClock) wait(ctx context.Context, d time.Duration) {
	c.at = c.at.Add(d)
	c.waits = append(c.waits, d)
	if len(c.steps) == 0 {
		c.end()
		return
	}
	c.steps[0]()
	c.steps = c.steps[1:]
}

// watchTest runs -watch in a module with one package, under a script. Each step is told what
// the tool has printed since the step before.
type watchTest struct {
	t      *testing.T
	dir    string
	clock  *scriptClock
	stderr bytes.Buffer
}

func newWatchTest(t *testing.T) *watchTest {
	t.Helper()
	repo, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	w := &watchTest{t: t, dir: t.TempDir(), clock: &scriptClock{}}
	if err := writeModule(repo, w.dir); err != nil {
		t.Fatal(err)
	}
	w.write("x.go", watched)
	return w
}

const watched = "package x\n\n//coroutine:async\nfunc f() error { return nil }\n"

func (w *watchTest) write(name, text string) {
	w.t.Helper()
	path := filepath.Join(w.dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(text), 0o666)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *watchTest) step(f func(printed string)) {
	w.clock.steps = append(w.clock.steps, func() {
		printed := strings.ReplaceAll(w.stderr.String(), w.dir+string(filepath.Separator), "")
		w.stderr.Reset()
		f(printed)
	})
}

// idle adds steps in which nothing happens, and nothing must be printed.
func (w *watchTest) idle(n int) {
	for range n {
		w.step(func(printed string) {
			if printed != "" {
				w.t.Errorf("printed without a reason:\n%s", printed)
			}
		})
	}
}

// want adds a step that demands what was printed, and then does something.
func (w *watchTest) want(text string, do func()) {
	w.step(func(printed string) {
		if printed != text {
			w.t.Errorf("printed\n%s\nwant\n%s", printed, text)
		}
		do()
	})
}

func (w *watchTest) run() error {
	ctx, end := context.WithCancel(context.Background())
	defer end()
	w.clock.end = end
	cmd := &command{Options: gen.Options{Dir: w.dir}}
	return cmd.watch(ctx, newOutput(&w.stderr), w.clock)
}

func (w *watchTest) generated() string {
	text, _ := os.ReadFile(filepath.Join(w.dir, "x_coroutine.go"))
	return string(text)
}

func TestWatch(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	const wrote = "coroutinegen: generating\ncoroutinegen: wrote x_coroutine.go\ncoroutinegen: no errors\n"
	w := newWatchTest(t)
	w.want("coroutinegen: watching; Ctrl-C ends it\n"+wrote, func() {})
	w.idle(6) // it sees what it has written, and that is all
	w.want("", func() { w.write("x.go", strings.Replace(watched, "return nil", "return oops", 1)) })
	w.idle(1)
	w.want("coroutinegen: generating\n"+
		"x.go:4:25: undefined: oops [DoesNotCompile]\ncoroutinegen: 1 error\n", func() {
		w.write("x.go", strings.Replace(watched, "return nil", "/* the same */ return oops", 1))
	})
	w.idle(1)
	w.want("coroutinegen: generating\n"+
		"x.go:4:40: undefined: oops [DoesNotCompile]\ncoroutinegen: 1 error\n", func() { w.write("y.go", "package x\n") })
	w.idle(4) // nothing is new
	w.want("", func() { w.write("x.go", strings.Replace(watched, "return nil", "println(); return nil", 1)) })
	w.idle(1)
	w.want(wrote, func() { os.Remove(filepath.Join(w.dir, "x_coroutine.go")) })
	w.idle(1)
	w.want(wrote, func() {
		if !strings.Contains(w.generated(), "println") {
			t.Error("the generated file was not written again")
		}
		w.write("x.go", strings.Replace(watched, "//coroutine:async\n", "", 1))
	})
	w.idle(1)
	w.want("coroutinegen: generating\ncoroutinegen: removed x_coroutine.go\ncoroutinegen: no errors\n", func() {})
	w.idle(4)
	if err := w.run(); err != nil {
		t.Error(err)
	}
	if got := w.stderr.String(); got != "coroutinegen: no longer watching\n" {
		t.Errorf("at the end, printed %q", got)
	}
}

// While an editor writes, the tool waits.
func TestWatchBurst(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	w := newWatchTest(t)
	var before string
	w.step(func(string) { before = w.generated() })
	w.idle(3)
	const n = 20
	for i := range n {
		w.step(func(string) {
			if w.generated() != before {
				t.Errorf("written in the middle of step %d", i)
			}
			w.write("x.go", strings.Replace(watched, "return nil", strings.Repeat("println();", i)+"return nil", 1))
		})
	}
	w.idle(1)
	w.step(func(string) {
		if got := strings.Count(w.generated(), "println()"); got != n-1 {
			t.Errorf("%d calls are in what was generated, want %d", got, n-1)
		}
	})
	if err := w.run(); err != nil {
		t.Error(err)
	}
	longest, run := 0, 0
	for _, d := range w.clock.waits {
		if run++; d != quiet {
			run = 0
		}
		longest = max(longest, run)
	}
	if longest != n {
		t.Errorf("waited %v", w.clock.waits)
	}
}

func TestWatchFolderGone(t *testing.T) {
	w := newWatchTest(t)
	w.step(func(string) {})
	moved := w.dir + "-moved"
	w.step(func(string) { os.Rename(w.dir, moved) })
	w.step(func(string) { os.Rename(moved, w.dir) }) // a moment later it is back
	w.step(func(string) {})
	w.step(func(string) { os.RemoveAll(w.dir) })
	for range 3 {
		w.step(func(string) {})
	}
	if err := w.run(); err == nil || err.Error() != "the folder "+w.dir+" is gone" {
		t.Errorf("got %v", err)
	}
	if n := len(w.clock.steps); n == 0 {
		t.Error("it went on")
	}
}

// A look at very many files takes a small part of the time.
func TestWatchShare(t *testing.T) {
	w := newWatchTest(t)
	w.clock.look = time.Second
	w.step(func(string) {})
	if err := w.run(); err != nil {
		t.Error(err)
	}
	if want := share * time.Second; w.clock.waits[0] != want {
		t.Errorf("waited %v, want %v", w.clock.waits[0], want)
	}
}
