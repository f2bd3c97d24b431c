package gen

// This file tests that a run ends when its context ends, whatever the run is doing, and what a run
// makes of files for other builds.

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

var errStop = errors.New("told to stop")

// interruptible returns the directory of a package and options to generate for it.
func interruptible(t *testing.T) (string, Options) {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp(filepath.Join(root, "testdata"), "run") // below the module
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	put(t, filepath.Join(dir, "x.go"), `package x

import co "github.com/coroutinegen/coroutinegen/annotations"

//coroutine:async
func f(n int) error { return co.Wait(fAsync(n)) }
`)
	return dir, Options{Dir: dir}
}

// Nothing checks the context while the tool computes.
func TestGenerateInterruptedComputing(t *testing.T) {
	dir, opts := interruptible(t)
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	busy, over := make(chan struct{}), make(chan struct{})
	defer func() { <-over }()
	goOn := make(chan struct{})
	defer close(goOn)
	opts.Logf = func(format string, args ...any) {
		select {
		case <-busy:
		default:
			close(busy)
			cancel(errStop)
			<-goOn
			close(over)
		}
	}
	res, err := Generate(ctx, opts)
	if !errors.Is(err, errStop) || res != nil {
		t.Errorf("got %v, %v", res, err)
	}
	select {
	case <-busy:
	default:
		t.Error("it was not interrupted while it computed")
	}
	if got := tree(t, dir); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}

func TestGenerateInterruptedBefore(t *testing.T) {
	_, opts := interruptible(t)
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errStop)
	if res, err := Generate(ctx, opts); !errors.Is(err, errStop) || res != nil {
		t.Errorf("got %v, %v", res, err)
	}
}

// The context ends while the go command loads the packages.
func TestGenerateInterruptedLoading(t *testing.T) {
	_, opts := interruptible(t)
	ctx, cancel := context.WithCancelCause(context.Background())
	opts.Progress = func(format string, args ...any) { cancel(errStop) }
	if res, err := Generate(ctx, opts); !errors.Is(err, errStop) || res != nil {
		t.Errorf("got %v, %v", res, err)
	}
}

func TestWriteInterrupted(t *testing.T) {
	dir := t.TempDir()
	f := File{Path: filepath.Join(dir, "x_coroutine.go"), Content: []byte("new")}
	f.Old = put(t, f.Path, header)
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errStop)
	r := &Result{Files: []File{f}, dirs: []string{dir}}
	if err := r.WriteContext(ctx); !errors.Is(err, errStop) {
		t.Errorf("got %v", err)
	}
	if got := tree(t, dir); len(got) != 1 || got["x_coroutine.go"] != header {
		t.Errorf("got %v", got)
	}
}

// A generated file that is a leftover in one build and has content in another stays.
func TestGenerateAfterBuildLineChanged(t *testing.T) {
	dir, opts := interruptible(t)
	const async = "import co \"github.com/coroutinegen/coroutinegen/annotations\"\n\n//coroutine:async\nfunc %s(n int) error { return co.Wait(%[1]sAsync(n)) }\n"
	sources := map[string]string{
		"u.go":      "package x\n\n" + fmt.Sprintf(async, "u"),
		"t_test.go": "package x\n\n" + fmt.Sprintf(async, "t"),
		"e_test.go": "package x_test\n\n" + fmt.Sprintf(async, "e"),
	}
	for _, build := range []string{"", "//go:build windows\n\n", "//go:build !windows\n\n"} {
		for name, text := range sources {
			put(t, filepath.Join(dir, name), build+text)
		}
		res, err := Generate(t.Context(), opts)
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Write(); err != nil {
			t.Fatal(err)
		}
		got := tree(t, dir)
		for name := range sources {
			target := load.TargetOf(name)
			if text, ok := got[target]; !ok || !strings.Contains(text, "\n"+build+"package x") {
				t.Errorf("with %q, %s is %.200q", build, target, text)
			}
		}
	}
}
