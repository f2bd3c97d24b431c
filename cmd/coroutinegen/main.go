package main

// This file begins and ends the process.

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"golang.org/x/tools/go/analysis/unitchecker"

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

// run runs the tool and returns its exit status.
func run(args []string, stdout, stderr io.Writer) int {
	out, errs := newOutput(stdout), newOutput(stderr)
	var status int
	if c := findSubcommand(args); c != nil {
		status = exitStatus(c.run(args[1:], out, errs), c.helpCommand(), errs)
	} else {
		status = exitStatus(generate(args, out, errs), "coroutinegen -h", errs)
		if c := misspeltSubcommand(args); c != "" && status == exitFailed {
			fmt.Fprintf(errs, "\tdid you mean 'coroutinegen %s'?\n", c)
		}
	}
	if out.err != nil {
		fmt.Fprintf(errs, "coroutinegen: not everything was printed: %v\n", out.err)
		status = max(status, exitFailed)
	}
	return status
}

// errPrinted is the error of a run that has printed why it failed.
var errPrinted = errors.New("see above")

// A usageError says what is wrong with the command line.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// exitStatus prints err and returns the exit status of the tool. usage is the command that prints
// the usage.
func exitStatus(err error, usage string, stderr *output) int {
	var stopped interrupted
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.As(err, new(usageError)):
		fmt.Fprintf(stderr, "coroutinegen: %v\nrun '%s' for usage\n", err, usage)
		return exitUsage
	case errors.As(err, &stopped):
		fmt.Fprintf(stderr, "coroutinegen: %v\n", err)
		return stopped.status()
	case !errors.Is(err, errPrinted):
		complain(stderr, err)
	}
	return exitFailed
}
