package main

// This file compares machines with their twins. Package gen does the work.

import (
	"flag"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen"
)

// compareUsage says how the subcommand is used.
const compareUsage = `usage: coroutinegen compare [flags] test [packages]

Runs a test that calls rttest.Compare or rttest.ComparePatterns with a machine and a twin
written by hand. Prints the first difference of their traces, lines of code, the size of
their frames, and the allocations and the time of a run, measured on this machine. The
exit status is 1 if they differ.

  -format text|md|json|html  what to print (text); a page in html loads nothing
  -o file                    write to a file instead

examples:

  coroutinegen compare TestHandle
  coroutinegen compare -format=html -o twins.html TestHandle/slow ./server
`

// compareFlags are the flags of the subcommand.
type compareFlags struct{ format, output string }

// flagSet returns the flags that set the fields of f.
func (f *compareFlags) flagSet() *flag.FlagSet {
	flags := flag.NewFlagSet("coroutinegen compare", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&f.format, "format", "text", "what to print: text, md, json or html")
	flags.StringVar(&f.output, "o", "", "write to `file` instead")
	return flags
}

// compareVersions prints what the test that args name compares.
func compareVersions(args []string, stdout, stderr *output) error {
	var f compareFlags
	args, err := parseFlags(f.flagSet(), args, compareUsage, stderr)
	if err != nil {
		return err
	}
	switch {
	case len(args) == 0:
		return usagef("compare needs the name of a test as its first argument: coroutinegen compare TestHandle")
	case !gen.IsTest(args[0]):
		return usagef("compare needs the name of a test as its first argument, and %q does not begin with Test or Example", args[0])
	case !slices.Contains(gen.ComparisonFormats, f.format):
		return usagef("-format must be one of %s, not %q", strings.Join(gen.ComparisonFormats, ", "), f.format)
	}
	if err := flagsFirst(args[1:], "the test"); err != nil {
		return err
	}
	status := newStatusLine(stderr, after)
	status.show("running %s", args[0])
	ctx, stop := untilInterrupted()
	defer stop()
	report, err := gen.Compare(ctx, "", args[1:], args[0])
	status.close()
	if report == nil {
		return err
	}
	if werr := writeComparison(report, f, stdout); werr != nil {
		return werr
	}
	if err == nil && report.Differ() {
		return errPrinted
	}
	return err
}

// writeComparison prints report, or writes it to the file that the flags name.
func writeComparison(report *gen.Comparison, f compareFlags, stdout *output) error {
	if f.output == "" {
		return report.Write(stdout, f.format)
	}
	file, err := os.Create(f.output)
	if err != nil {
		return err
	}
	err = report.Write(file, f.format)
	if cerr := file.Close(); err == nil {
		err = cerr
	}
	return err
}
