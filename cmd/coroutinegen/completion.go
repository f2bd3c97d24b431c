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

// A completableWord may be followed by one of After.
type completableWord struct {
	Name, About string
	After       []completableWord
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
	c := &completable{}
	values := map[string][]string{"backend": backends, "dump": dumpStages, "line": lineForms}
	new(command).flagSet().VisitAll(func(f *flag.Flag) {
		value, usage := flag.UnquoteUsage(f)
		c.Flags = append(c.Flags, completableFlag{f.Name, usage, value, values[f.Name], f.Name == "dump"})
	})
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
		if s.flags != nil {
			s.flags().VisitAll(func(f *flag.Flag) {
				after[s.name] = append(after[s.name], completableWord{Name: "-" + f.Name, About: f.Usage})
			})
		}
		c.Subcommands = append(c.Subcommands, completableWord{s.name, s.about, after[s.name]})
	}
	return c
}
