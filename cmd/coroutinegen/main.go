package main

// This file reads the command line and shows the result. Package gen does the work.

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/coroutinegen/coroutinegen/gen"
	"github.com/coroutinegen/coroutinegen/gen/check/suite"
)

// The exit statuses.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	if calledByVet(os.Args[1:]) {
		unitchecker.Main(suite.Analyzers()...)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400) // the tool does not run for long
	}
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// calledByVet reports whether the arguments are those of a call by go vet, as its
// -vettool.
func calledByVet(args []string) bool {
	return len(args) > 0 &&
		(strings.HasPrefix(args[0], "-V=") || args[0] == "-flags" || strings.HasSuffix(args[len(args)-1], ".cfg"))
}

// command is the command line.
type command struct {
	gen.Options
	check, diff bool
	dump        string
	verbose     bool
}

func run(args []string, stdout, stderr io.Writer) int {
	cmd, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		fmt.Fprintf(stderr, "coroutinegen: %v\nrun 'coroutinegen -h' for usage\n", err)
		return exitUsage
	}
	if cmd.verbose {
		cmd.Logf = func(format string, args ...any) { fmt.Fprintf(stderr, format+"\n", args...) }
	}
	cmd.InGoGenerate = os.Getenv("GOFILE") != "" && os.Getenv("GOPACKAGE") != "" && !cmd.check && !cmd.diff
	status := newStatusLine(stderr)
	if cmd.dump == "" && !cmd.verbose {
		cmd.Progress = status.show
	}
	ctx, stop := untilInterrupted()
	defer stop()
	result, err := gen.Generate(ctx, cmd.Options)
	status.clear()
	if err == nil {
		err = cmd.show(ctx, result, stdout, stderr)
	}
	return exitStatus(err, stderr)
}

// errStale says that -check or -diff found something and printed it.
var errStale = errors.New("not up to date")

// exitStatus prints err and returns the exit status of the tool.
func exitStatus(err error, stderr io.Writer) int {
	var stopped interrupted
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &stopped):
		fmt.Fprintf(stderr, "coroutinegen: %v\n", err)
		return stopped.status()
	case !errors.Is(err, errStale):
		complain(stderr, err)
	}
	return exitFailed
}

// flagSet returns the flags that set the fields of cmd.
func (cmd *command) flagSet() *flag.FlagSet {
	flags := flag.NewFlagSet("coroutinegen", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&cmd.Backend, "backend", "machine", "")
	flags.StringVar(&cmd.Output, "o", "", "")
	flags.StringVar(&cmd.GOOS, "goos", "", "")
	flags.StringVar(&cmd.GOARCH, "goarch", "", "")
	flags.StringVar(&cmd.Tags, "tags", "", "")
	flags.BoolVar(&cmd.check, "check", false, "")
	flags.BoolVar(&cmd.diff, "diff", false, "")
	flags.StringVar(&cmd.dump, "dump", "", "")
	flags.BoolVar(&cmd.Baseline, "baseline", false, "")
	flags.StringVar(&cmd.Lines, "line", "", "")
	flags.BoolVar(&cmd.verbose, "v", false, "")
	return flags
}

// dumpStages are the stages that -dump accepts.
var dumpStages = []string{"order", "lower", "dot", "frame"}

// parse reads the command line into a command.
func parse(args []string, stderr io.Writer) (*command, error) {
	cmd := new(command)
	flags := cmd.flagSet()
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprint(stderr, usage)
		}
		return nil, err
	}
	cmd.Patterns = flags.Args()
	if cmd.Backend != "machine" && cmd.Backend != "goroutine" {
		return nil, fmt.Errorf("-backend must be machine or goroutine, not %q", cmd.Backend)
	}
	if cmd.Lines != "" && cmd.Lines != "relative" && cmd.Lines != "absolute" {
		return nil, fmt.Errorf("-line must be relative or absolute, not %q", cmd.Lines)
	}
	if cmd.dump != "" {
		if len(cmd.Patterns) == 0 {
			return nil, errors.New("-dump needs the name of a function as the first argument")
		}
		cmd.DumpFunc, cmd.Patterns = cmd.Patterns[0], cmd.Patterns[1:]
		if strings.ContainsAny(cmd.DumpFunc, "/") || strings.HasPrefix(cmd.DumpFunc, ".") {
			return nil, fmt.Errorf("-dump needs the name of a function before the packages, but %s is not one", cmd.DumpFunc)
		}
		for stage := range strings.SplitSeq(cmd.dump, ",") {
			if !slices.Contains(dumpStages, stage) {
				return nil, fmt.Errorf("-dump takes order, lower, dot and frame, not %q", stage)
			}
			cmd.DumpStages = append(cmd.DumpStages, stage)
		}
	}
	for _, p := range cmd.Patterns {
		if strings.HasPrefix(p, "-") {
			return nil, fmt.Errorf("flag %s comes after the packages: flags must come first", p)
		}
	}
	return cmd, nil
}

// show writes or prints the result, as the flags say.
func (cmd *command) show(ctx context.Context, result *gen.Result, stdout, stderr io.Writer) error {
	stale := result.Stale()
	switch {
	case cmd.dump != "":
		fmt.Fprint(stdout, result.Dump)
		return nil
	case cmd.check || cmd.diff:
		for _, f := range stale {
			name := relative(f.Path)
			if cmd.check {
				fmt.Fprintf(stdout, "%s is %s\n", name, state(f))
			}
			if cmd.diff {
				fmt.Fprint(stdout, unified(name, f.Old, f.Content))
			}
		}
		if len(stale) > 0 {
			if cmd.check {
				fmt.Fprintln(stderr, "coroutinegen: not up to date: run go generate")
			}
			return errStale
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

// complain prints err. A list of diagnostics is printed one by one, any other error on a
// line with the name of the tool.
func complain(stderr io.Writer, err error) {
	var list interface {
		Print(w io.Writer, dir string) error
	}
	if errors.As(err, &list) {
		dir, _ := os.Getwd()
		_ = list.Print(stderr, dir) // an error of stderr cannot be reported
		return
	}
	fmt.Fprintf(stderr, "coroutinegen: %v\n", err)
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
