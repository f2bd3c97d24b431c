package main

// This file runs the tool as a generator, and shows the result. Package gen does the work.

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"os"
	"path/filepath"

	"github.com/coroutinegen/coroutinegen/gen"
)

// generate does what the command line says.
func generate(args []string, stdout, stderr *output) error {
	cmd, err := parse(args, stderr)
	if err != nil {
		return err
	}
	if cmd.version {
		return printVersion(nil, stdout, stderr)
	}
	if cmd.verbose {
		cmd.Logf = func(format string, args ...any) { fmt.Fprintf(stderr, format+"\n", args...) }
	}
	if cmd.watching {
		ctx, stop := untilInterrupted()
		defer stop()
		return cmd.watch(ctx, stderr, realClock{})
	}
	cmd.InGoGenerate = os.Getenv("GOFILE") != "" && os.Getenv("GOPACKAGE") != "" && !cmd.check && !cmd.diff
	status := newStatusLine(stderr, after)
	if cmd.dump == "" && !cmd.verbose {
		cmd.Progress = status.show
	}
	ctx, stop := untilInterrupted()
	defer stop()
	result, err := gen.Generate(ctx, cmd.Options)
	status.close()
	if err == nil {
		err = cmd.show(ctx, result, stdout, stderr)
	}
	if cmd.json && err != nil && !errors.As(err, new(interrupted)) {
		return printJSON(stdout, err)
	}
	return err
}

// show writes or prints the result, as the flags say.
func (cmd *command) show(ctx context.Context, result *gen.Result, stdout, stderr *output) error {
	stale := result.Stale()
	switch {
	case cmd.dump != "":
		fmt.Fprint(stdout, result.Dump)
		return nil
	case cmd.json && cmd.check:
		return staleFiles(stale)
	case cmd.check || cmd.diff:
		for _, f := range stale {
			name := relative(f.Path)
			if cmd.check {
				fmt.Fprintf(stdout, "%s is %s\n", name, state(f))
				for _, reason := range f.Reasons() {
					fmt.Fprintf(stdout, "\t%s\n", reason)
				}
			}
			if cmd.diff {
				fmt.Fprint(stdout, unified(name, f.Old, f.Content))
			}
		}
		if len(stale) > 0 {
			if cmd.check {
				fmt.Fprintln(stderr, "coroutinegen: not up to date: run go generate")
			}
			return errPrinted
		}
		return nil
	}
	if err := result.WriteContext(ctx); err != nil {
		return err
	}
	if cmd.verbose {
		fmt.Fprintf(stderr, "%d functions in %d files, %d of them written\n", result.Functions, len(result.Files), len(stale))
	}
	return nil
}

// state says what is wrong with a stale file.
func state(f gen.File) string {
	switch {
	case f.Old == nil:
		return "missing"
	case f.Content == nil:
		return "left over"
	}
	return "stale"
}

// staleFiles returns an error with a diagnostic for every file, or nil if there is none.
func staleFiles(files []gen.File) error {
	var list gen.Diagnostics
	for _, f := range files {
		message := "the generated file is " + state(f)
		for i, reason := range f.Reasons() {
			message += []string{": ", "; "}[min(i, 1)] + reason
		}
		list = append(list, gen.Diagnostics{{
			Pos:     token.Position{Filename: f.Path},
			Message: message, Remedy: "run go generate",
		}}...)
	}
	return list.Err()
}

// printJSON prints err as objects on lines of their own. An error that is not about the code
// of the user becomes an object as well, without a code, so that there is one place to look.
func printJSON(stdout *output, err error) error {
	var list gen.Diagnostics
	if !errors.As(err, &list) {
		list = gen.Diagnostics{{Message: err.Error()}}
	}
	dir, _ := os.Getwd()
	_ = list.PrintJSON(stdout, dir) // stdout keeps its error
	return errPrinted
}

// complain prints err. A list of diagnostics is printed one by one, any other error on a
// line with the name of the tool.
func complain(stderr *output, err error) {
	var list gen.Diagnostics
	if !errors.As(err, &list) {
		fmt.Fprintf(stderr, "coroutinegen: %v\n", err)
		return
	}
	dir, _ := os.Getwd()
	print := list.Print
	if stderr.colour {
		print = list.PrintColours
	}
	_ = print(stderr, dir) // an error of stderr cannot be reported
}

// relative returns path relative to the current directory if that is shorter.
func relative(path string) string {
	dir, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(dir, path); err == nil && len(rel) < len(path) {
		return rel
	}
	return path
}
