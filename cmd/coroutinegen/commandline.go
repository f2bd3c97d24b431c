package main

// This file reads the command line of the tool as a generator. Subcommands read their own.

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen"
	"github.com/coroutinegen/coroutinegen/gen/spelling"
)

// command is the command line.
type command struct {
	gen.Options
	check, diff, json bool
	watching          bool
	dump              string
	verbose, version  bool
}

// flagSet returns the flags that set the fields of cmd. The completion of shells shows what
// it says about them.
func (cmd *command) flagSet() *flag.FlagSet {
	flags := flag.NewFlagSet("coroutinegen", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&cmd.Backend, "backend", "machine", "what to write: state machines, or functions on goroutines")
	flags.StringVar(&cmd.Output, "o", "", "write a complete package into `dir` instead")
	flags.StringVar(&cmd.GOOS, "goos", "", "generate for this `GOOS` only")
	flags.StringVar(&cmd.GOARCH, "goarch", "", "generate for this `GOARCH` only")
	flags.StringVar(&cmd.Tags, "tags", "", "generate for these build `tags` only")
	flags.BoolVar(&cmd.check, "check", false, "write nothing and list stale files")
	flags.BoolVar(&cmd.diff, "diff", false, "write nothing and print what would change")
	flags.BoolVar(&cmd.json, "json", false, "print what is wrong as JSON")
	flags.BoolVar(&cmd.watching, "watch", false, "generate whenever a file is saved, until Ctrl-C")
	flags.StringVar(&cmd.dump, "dump", "", "write nothing and print a function after these `stages`")
	flags.BoolVar(&cmd.Baseline, "baseline", false, "omit what only makes the output shorter or faster")
	flags.StringVar(&cmd.Lines, "line", "", "write line directives for traces and debuggers")
	flags.BoolVar(&cmd.verbose, "v", false, "print a line for each decision")
	flags.BoolVar(&cmd.version, "version", false, "print the version of the tool")
	return flags
}

// backends are the values that -backend accepts.
var backends = []string{"machine", "goroutine"}

// lineForms are the values that -line accepts.
var lineForms = []string{"relative", "absolute"}

// dumpStages are the stages that -dump accepts.
var dumpStages = []string{"order", "lower", "dot", "frame"}

// parse reads the command line into a command.
func parse(args []string, stderr io.Writer) (*command, error) {
	cmd := new(command)
	var err error
	if cmd.Patterns, err = parseFlags(cmd.flagSet(), args, usage, stderr); err != nil {
		return nil, err
	}
	if !slices.Contains(backends, cmd.Backend) {
		return nil, usagef("-backend must be machine or goroutine, not %q", cmd.Backend)
	}
	if cmd.Lines != "" && !slices.Contains(lineForms, cmd.Lines) {
		return nil, usagef("-line must be relative or absolute, not %q", cmd.Lines)
	}
	if cmd.json && (cmd.diff || cmd.dump != "") {
		return nil, usagef("-json goes with neither -diff nor -dump, which print texts of their own")
	}
	if cmd.watching && (cmd.check || cmd.diff || cmd.json || cmd.dump != "") {
		return nil, usagef("-watch goes with none of -check, -diff, -json and -dump: it writes files, and prints what is wrong as text")
	}
	if cmd.dump != "" {
		if len(cmd.Patterns) == 0 {
			return nil, usagef("-dump needs the name of a function as the first argument")
		}
		cmd.DumpFunc, cmd.Patterns = cmd.Patterns[0], cmd.Patterns[1:]
		if strings.ContainsAny(cmd.DumpFunc, "/") || strings.HasPrefix(cmd.DumpFunc, ".") {
			return nil, usagef("-dump needs the name of a function before the packages, but %s is not one", cmd.DumpFunc)
		}
		if cmd.Backend == "goroutine" {
			return nil, usagef("-backend=goroutine has no stages: -dump prints those of a machine")
		}
		for stage := range strings.SplitSeq(cmd.dump, ",") {
			if !slices.Contains(dumpStages, stage) {
				return nil, usagef("-dump takes order, lower, dot and frame, not %q", stage)
			}
			cmd.DumpStages = append(cmd.DumpStages, stage)
		}
	}
	return cmd, flagsFirst(cmd.Patterns, "the packages")
}

// parseFlags sets flags from args, and returns the arguments behind them. For -h it prints usage.
func parseFlags(flags *flag.FlagSet, args []string, usage string, stderr io.Writer) ([]string, error) {
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stderr, usage)
		return nil, err
	}
	if err != nil {
		return nil, usageError{guessFlag(err, flags)}
	}
	return flags.Args(), nil
}

// flagsFirst returns an error if one of args is a flag. before says what it comes after.
func flagsFirst(args []string, before string) error {
	for _, arg := range args {
		if strings.HasPrefix(arg, "-") {
			return usagef("flag %s comes after %s: flags must come first", arg, before)
		}
	}
	return nil
}

// guessFlag adds to err, an error of flags, which flag or subcommand was probably meant.
func guessFlag(err error, flags *flag.FlagSet) error {
	name, unknown := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !unknown {
		return err
	}
	var names []string
	flags.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	if found := spelling.Nearest(name, names); found != "" {
		return fmt.Errorf("%w; did you mean -%s?", err, found)
	}
	if found := spelling.Nearest(name, subcommandNames()); found != "" {
		return fmt.Errorf("%w; did you mean 'coroutinegen %s'?", err, found)
	}
	return err
}
