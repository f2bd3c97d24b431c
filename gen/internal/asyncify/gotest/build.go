package gotest

// This file builds and runs one program at a time, with the compiler and the
// linker themselves: cmd/go would take several times as long.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A Toolchain compiles programs against the standard library and the packages
// of this module. It may be used by several goroutines.
type Toolchain struct {
	compile, link string
	importcfg     string // file
	exports       map[string]string
}

// NewToolchain prepares a toolchain in dir, a directory for its files, whose
// programs may import the standard library and packages, import paths that
// make sense in the current directory.
func NewToolchain(dir string, packages ...string) (*Toolchain, error) {
	tc := &Toolchain{importcfg: filepath.Join(dir, "importcfg"), exports: map[string]string{}}
	tools, err := output("go", "env", "GOTOOLDIR")
	if err != nil {
		return nil, err
	}
	tc.compile = filepath.Join(strings.TrimSpace(string(tools)), "compile")
	tc.link = filepath.Join(strings.TrimSpace(string(tools)), "link")
	args := append([]string{"list", "-export", "-deps", "-f", "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}", "std"}, packages...)
	list, err := output("go", args...)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(list)) {
		path, file, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "packagefile "), "=")
		if ok {
			tc.exports[path] = file
		}
	}
	return tc, os.WriteFile(tc.importcfg, list, 0o666)
}

func output(name string, args ...string) ([]byte, error) {
	out, err := exec.Command(name, args...).Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		err = fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, exit.Stderr)
	}
	return out, err
}

// Importer returns a new importer for the packages that programs may import.
// One goroutine at a time may use it.
func (tc *Toolchain) Importer() types.Importer {
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		file, ok := tc.exports[path]
		if !ok {
			return nil, fmt.Errorf("no export data for %q", path)
		}
		return os.Open(file)
	})
}

// Build compiles and links the named files of dir, package main, and returns
// the path of the program, which is in dir too. The error has what the
// compiler or linker said.
func (tc *Toolchain) Build(dir string, flags []string, files ...string) (exe string, err error) {
	object, exe := filepath.Join(dir, "main.a"), filepath.Join(dir, "main.exe")
	args := append([]string{"-p=main", "-importcfg=" + tc.importcfg, "-o", object}, flags...)
	if out, err := command(dir, tc.compile, append(args, files...)...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("compile: %w\n%s", err, out)
	}
	if out, err := command(dir, tc.link, "-s", "-w", "-buildid=test", "-importcfg="+tc.importcfg, "-o", exe, object).CombinedOutput(); err != nil {
		return "", fmt.Errorf("link: %w\n%s", err, out)
	}
	return exe, os.Remove(object)
}

func command(dir, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	return cmd
}

// ErrTimeout is the error of a program that was stopped because it took too
// long.
var ErrTimeout = errors.New("timeout")

// Run runs exe in [Dir] with env added to the environment. It returns what it
// printed, standard output and error together, and an error if it failed or
// took longer than limit.
func (tc *Toolchain) Run(exe string, args, env []string, limit time.Duration) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, exe, args...)
	cmd.Dir = Dir()
	cmd.Env = append(os.Environ(), "PWD="+cmd.Dir, "GOROOT="+goroot(), "GOENV=off", "GOFLAGS=",
		"STDLIB_IMPORTCFG="+tc.importcfg) // for tests that call the compiler
	cmd.Env = append(cmd.Env, env...)
	cmd.WaitDelay = time.Second // a child of it may hold the pipe open
	out := &limited{left: 1 << 20}
	cmd.Stdout, cmd.Stderr = out, out // one writer: exec serialises them
	err := cmd.Run()
	if ctx.Err() != nil {
		err = ErrTimeout
	}
	return bytes.ReplaceAll(out.kept.Bytes(), []byte("\r\n"), []byte("\n")), err
}

// limited keeps the first bytes that are written to it.
type limited struct {
	kept bytes.Buffer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	keep := min(len(p), l.left)
	l.left -= keep
	l.kept.Write(p[:keep])
	return len(p), nil
}
