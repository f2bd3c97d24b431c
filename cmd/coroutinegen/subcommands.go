package main

// This file lists the subcommands. The tool without one generates: that is what it is for, and
// the lines with go:generate stay as they are. Everything else that it can do has a name of its
// own. The name is the first argument, before all flags; a package with such a name is written
// as a path, ./help.

import (
	"flag"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/spelling"
)

// A subcommand is something else than generating.
type subcommand struct {
	name  string
	args  string // what follows the name, for usage
	about string // what it does, in a few words
	text  string // what -h prints, if it has flags
	flags func() *flag.FlagSet
	run   func(args []string, stdout, stderr *output) error
}

// subcommands returns all of them, in the order in which help lists them.
func subcommands() []subcommand {
	return []subcommand{
		{
			name: "explain", args: "[flags] [function] [packages]", about: "make pages that explain the machines", run: explain,
			text: explainUsage, flags: new(explaining).flagSet,
		},
		{
			name: "compare", args: "[flags] test [packages]", about: "lay a machine and its twin side by side", run: compareVersions,
			text: compareUsage, flags: new(compareFlags).flagSet,
		},
		{name: "help", args: "[topic|CODE]", about: "print a page of the manual, or explain a code", run: help},
		{name: "completion", args: "bash|zsh|fish", about: "print the completion for a shell", run: printCompletion},
		{name: "version", about: "print the version of the tool", run: printVersion},
	}
}

// findSubcommand returns the subcommand that args begin with, or nil.
func findSubcommand(args []string) *subcommand {
	if len(args) > 0 {
		for _, c := range subcommands() {
			if c.name == args[0] {
				return &c
			}
		}
	}
	return nil
}

// helpCommand returns the command that prints the usage of c.
func (c *subcommand) helpCommand() string {
	if c.text == "" {
		return "coroutinegen -h"
	}
	return "coroutinegen " + c.name + " -h"
}

// misspeltSubcommand returns the subcommand, or the flag without its hyphen, that was probably
// meant by args, which were taken for packages, or "".
func misspeltSubcommand(args []string) string {
	if len(args) == 0 || strings.ContainsAny(args[0], "./") {
		return ""
	}
	if new(command).flagSet().Lookup(args[0]) != nil {
		return "-" + args[0]
	}
	return spelling.Nearest(args[0], subcommandNames())
}

func subcommandNames() []string {
	var names []string
	for _, c := range subcommands() {
		names = append(names, c.name)
	}
	return names
}
