package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/answers/selects"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// random makes a file in place of /dev/urandom.
func random(t *testing.T) (path string) {
	path = filepath.Join(t.TempDir(), "urandom")
	if err := os.WriteFile(path, make([]byte, 1024*32), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// The output of the page's program (sections 2 to 3.4, with these numbers) in Python 3.11.7, where
// each select takes 7.3 µs.
const want = `background step 1 at 0.00
read urandom at 0
background step 2 at 0.10
background step 3 at 0.20
done urandom at 0
got 32768 B
background step 4 at 0.30
background step 5 at 0.40
`

func TestOutput(t *testing.T) {
	var out strings.Builder
	path := random(t)
	p := &program{w: &out, system: &selects.Fake{Cost: 7300 * time.Nanosecond}}
	err := p.run(p.sleepyPull("background", 5), p.readyPull(path, 1024*32))
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip(err)
	}
	if got := strings.ReplaceAll(out.String(), path, "urandom"); err != nil || got != want {
		t.Errorf("%v\n%s", err, got)
	}
}

func TestWritable(t *testing.T) {
	var out strings.Builder
	err := (&program{w: &out, system: selects.New()}).writable(random(t))
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil || out.String() != "1 writable\n" {
		t.Errorf("%v, %q", err, &out)
	}
}

// When a coroutine fails, the loop returns its error, and ends the others.
func TestFails(t *testing.T) {
	p := &program{w: io.Discard, system: &selects.Fake{}}
	if err := p.run(p.sleepyPull("background", 5), p.readyPull("/nowhere/to/read", 1)); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// On rt the lines are the same; how many steps there are before the file is read depends on the
// thread that reads it.
func TestOnRt(t *testing.T) {
	var out strings.Builder
	path := random(t)
	if _, err := rttest.Run(t, rtBothAsync(&out, path)); err != nil {
		t.Error(err)
	}
	sorted := func(text string) []string { return slices.Sorted(strings.Lines(text)) }
	if got := strings.ReplaceAll(out.String(), path, "urandom"); !slices.Equal(sorted(got), sorted(want)) {
		t.Errorf("got\n%s", got)
	}
}
