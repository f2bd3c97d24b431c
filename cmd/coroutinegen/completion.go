package main

// This file prints the completion for shells. The scripts stand in the folder completion, as
// templates; what can be completed comes from the command line itself.

import (
	"embed"
	"flag"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"github.com/coroutinegen/coroutinegen/gen"
)

//go:embed completion
var completions embed.FS

// shells are those with a completion.
var shells = []string{"bash", "zsh", "fish"}

// printCompletion prints the completion for the shell that args name.
func printCompletion(args []string, stdout, _ *output) error {
	if len(args) != 1 || !slices.Contains(shells, args[0]) {
		return usagef("completion takes the name of a shell: %s", strings.Join(shells, ", "))
	}
	script := template.New(args[0]).Funcs(template.FuncMap{
		"names": names,
		"words": func(list []string) string { return strings.Join(list, " ") },
	})
	text, err := completions.ReadFile("completion/" + args[0])
	if err == nil {
		script, err = script.Parse(string(text))
	}
	var b strings.Builder
	if err == nil {
		err = script.Execute(&b, newCompletable())
	}
	if err != nil {
		panic(err) // every shell has a script
	}
	fmt.Fprint(stdout, b.String())
	return nil
}

// completable is what the scripts complete.
type completable struct {
	Flags       []completableFlag
	Subcommands []completableWord
}

// A completableWord may be followed by one of After, or by Flags and directories.
type completableWord struct {
	Name, About string
	After       []completableWord
	Flags       []completableFlag
}

// completableFlag is a flag. Value is what kind of value follows, "" if none does. Words are
// the values, if there are few. List says that several of them may stand there, with commas.
type completableFlag struct {
	Name, Usage, Value string
	Words              []string
	List               bool
}

// names returns the names of words with spaces between them.
func names(words []completableWord) string {
	var list []string
	for _, w := range words {
		list = append(list, w.Name)
	}
	return strings.Join(list, " ")
}

func newCompletable() *completable {
	c := &completable{Flags: completableFlags(new(command).flagSet(), map[string][]string{"backend": backends, "dump": dumpStages, "line": lineForms})}
	after := map[string][]completableWord{}
	for _, topic := range topics {
		after["help"] = append(after["help"], completableWord{Name: topic, About: about(topic)})
	}
	for _, code := range codes() {
		after["help"] = append(after["help"], completableWord{Name: code, About: "explain this code"})
	}
	for _, shell := range shells {
		after["completion"] = append(after["completion"], completableWord{Name: shell, About: "for " + shell})
	}
	for _, s := range subcommands() {
		c.Subcommands = append(c.Subcommands, completableWord{s.name, s.about, after[s.name], subcommandFlags(s)})
	}
	return c
}

// subcommandFlags returns the flags of s.
func subcommandFlags(s subcommand) []completableFlag {
	if s.flags == nil {
		return nil
	}
	formats := map[string][]string{"explain": gen.ExplainFormats, "compare": gen.ComparisonFormats}
	return completableFlags(s.flags(), map[string][]string{"format": formats[s.name]})
}

// completableFlags returns the flags of a command line. values are the words that a flag takes, by
// the name of the flag.
func completableFlags(set *flag.FlagSet, values map[string][]string) []completableFlag {
	var flags []completableFlag
	set.VisitAll(func(f *flag.Flag) {
		value, usage := flag.UnquoteUsage(f)
		flags = append(flags, completableFlag{f.Name, usage, value, values[f.Name], f.Name == "dump"})
	})
	return flags
}
