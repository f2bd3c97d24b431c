//go:build unix

package main

// This file tests Ctrl-C. The go command never ends here, but the tool must end and say
// so.

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestInterrupt starts the tool, which is this binary, in a package with something to do.
func TestInterrupt(t *testing.T) {
	if os.Getenv("BE_THE_TOOL") != "" {
		os.Exit(run(nil, os.Stdout, os.Stderr))
	}
	for _, test := range []struct {
		signal syscall.Signal
		status int
	}{{syscall.SIGINT, 130}, {syscall.SIGTERM, 143}} {
		t.Run(test.signal.String(), func(t *testing.T) {
			dir := t.TempDir()
			pipe := filepath.Join(dir, "pipe")
			if err := syscall.Mkfifo(pipe, 0o666); err != nil {
				t.Skip(err)
			}
			for name, text := range map[string]string{
				"x/x.go":   "package x\n\n//coroutine:async\nfunc f() error { return nil }\n",
				"x/go.mod": "module x\n",
				"bin/go":   "#!/bin/sh\necho loading > " + pipe + "\nexec sleep 1000\n",
			} {
				path := filepath.Join(dir, name)
				if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(text), 0o777)); err != nil {
					t.Fatal(err)
				}
			}
			var stderr bytes.Buffer
			cmd := exec.Command(os.Args[0], "-test.run=^TestInterrupt$")
			cmd.Dir = filepath.Join(dir, "x")
			cmd.Env = append(os.Environ(), "BE_THE_TOOL=1", "PATH="+filepath.Join(dir, "bin")+":/bin:/usr/bin")
			cmd.Stderr = &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			file, err := os.Open(pipe) // when the go command has begun
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			if _, err := io.ReadAll(file); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Process.Signal(test.signal); err != nil {
				t.Fatal(err)
			}
			cmd.Wait()
			if got := cmd.ProcessState.ExitCode(); got != test.status {
				t.Errorf("exit status %d, want %d", got, test.status)
			}
			if want := "coroutinegen: " + test.signal.String() + ": nothing was written\n"; !strings.HasSuffix(stderr.String(), want) || strings.Contains(stderr.String(), "DoesNotCompile") {
				t.Errorf("got %q, want %q", stderr.String(), want)
			}
			if files, _ := filepath.Glob(filepath.Join(dir, "x", "*_coroutine.go")); len(files) > 0 {
				t.Errorf("written: %v", files)
			}
		})
	}
}

// Ctrl-C may arrive twice, from the terminal and from "go tool". That is one signal.
func TestSecondSignal(t *testing.T) {
	for _, test := range []struct {
		name   string
		second syscall.Signal
		after  time.Duration
		exits  bool
	}{
		{"the echo of the first", syscall.SIGINT, echo - 1, false},
		{"the same, later", syscall.SIGINT, echo, true},
		{"another", syscall.SIGTERM, 0, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			now := time.Unix(0, 0)
			canceled, exited := 0, 0
			signals := make(chan os.Signal, 2)
			signals <- syscall.SIGINT
			signals <- test.second
			close(signals)
			obey(signals, func() time.Time { now = now.Add(test.after); return now },
				func(error) { canceled++ }, func(int) { exited++ })
			if canceled != 1 || (exited == 1) != test.exits {
				t.Errorf("canceled %d times, exited %d times", canceled, exited)
			}
		})
	}
}

// TestWatchInterrupt runs the tool, which is this binary, with -watch: it generates when a file
// is saved, and Ctrl-C ends it. The test waits for what the tool prints, as a user does.
func TestWatchInterrupt(t *testing.T) {
	if dir := os.Getenv("BE_THE_WATCHER"); dir != "" {
		os.Exit(run([]string{"-watch", "./..."}, os.Stdout, os.Stderr))
	}
	if testing.Short() {
		t.Skip("runs the go command")
	}
	w := newWatchTest(t)
	cmd := exec.Command(os.Args[0], "-test.run=^TestWatchInterrupt$")
	cmd.Dir, cmd.Env = w.dir, append(os.Environ(), "BE_THE_WATCHER=1", "GOPROXY=off", "GOWORK=off")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stderr)
	until := func(want string) {
		t.Helper()
		for lines.Scan() {
			if lines.Text() == want {
				return
			}
		}
		t.Fatalf("the tool ended and did not print %q", want)
	}
	until("coroutinegen: watching; Ctrl-C ends it")
	until("coroutinegen: no errors")
	w.write("x.go", watched+"\nvar v int = \"\"\n")
	until("./x.go:6:13: cannot use \"\" (untyped string constant) as int value in variable declaration [DoesNotCompile]")
	until("coroutinegen: 1 error")
	w.write("x.go.new", watched+"\n//coroutine:async\nfunc g() error { return nil }\n")
	if err := os.Rename(filepath.Join(w.dir, "x.go.new"), filepath.Join(w.dir, "x.go")); err != nil {
		t.Fatal(err)
	}
	until("coroutinegen: wrote x_coroutine.go")
	until("coroutinegen: no errors")
	if !strings.Contains(w.generated(), "gAsync") {
		t.Error("g was not generated")
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	until("coroutinegen: no longer watching")
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if files, _ := filepath.Glob(filepath.Join(w.dir, ".coroutinegen*")); len(files) > 0 {
		t.Errorf("left behind: %v", files)
	}
}
