package main

// This file lists the subcommands. The tool without one generates: that is what it is for, and
// the lines with go:generate stay as they are. Everything else that it can do has a name of its
// own. The name is the first argument, before all flags; a package with such a name is written
// as a path, ./help.

import (
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/spelling"
)

// A subcommand is something else than generating.
type subcommand struct {
	name  string
	args  string // what follows the name, for usage
	about string // what it does, in a few words
	run   func(args []string, stdout, stderr *output) error
}

// subcommands returns all of them, in the order in which help lists them.
func subcommands() []subcommand {
	return []subcommand{
		{"explain", "[flags] [function] [packages]", "make pages that explain the machines", explain},
		{"compare", "[flags] test [packages]", "lay a machine and its twin side by side", compareVersions},
		{"help", "[topic|CODE]", "print a page of the manual, or explain a code", help},
		{"completion", "bash|zsh|fish", "print the completion for a shell", printCompletion},
		{"version", "", "print the version of the tool", printVersion},
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

// misspeltSubcommand returns the subcommand that was probably meant by args, which were taken
// for packages, or "".
func misspeltSubcommand(args []string) string {
	if len(args) == 0 || strings.ContainsAny(args[0], "./") {
		return ""
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
