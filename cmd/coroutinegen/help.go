package main

// This file prints pages of the manual. The pages stand in the folder help, one in each file:
// the first line says what the page is about. A line that begins at the margin is a heading.
// The page about a code is the comment of the code in package diag.

import (
	"cmp"
	"embed"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen"
	"github.com/coroutinegen/coroutinegen/gen/check/suite"
	"github.com/coroutinegen/coroutinegen/gen/spelling"
)

//go:embed help/*.txt
var pages embed.FS

// topics are the names of the pages, in the order in which help lists them.
var topics = []string{"language", "backends", "testing", "debugging", "errors", "vet", "ci", "editors", "completion"}

// synonyms are other names of pages: what a reader may look for that has no page of its own.
var synonyms = map[string]string{"generators": "language", "async": "language"}

// help prints the page that args name.
func help(args []string, stdout, _ *output) error {
	switch {
	case len(args) == 0:
		fmt.Fprint(stdout, overview())
		return nil
	case len(args) > 1:
		return usagef("help takes one topic, not %d", len(args))
	}
	name := strings.Trim(args[0], "[]") // as in a message
	name = cmp.Or(synonyms[strings.ToLower(name)], name)
	for _, topic := range topics {
		if strings.EqualFold(topic, name) {
			text := page(topic)
			if topic == "errors" {
				text += codeList()
			}
			printPage(stdout, text)
			return nil
		}
	}
	for _, d := range gen.CodeDocs() {
		if strings.EqualFold(string(d.Code), name) {
			printPage(stdout, explanation(d))
			return nil
		}
	}
	for _, a := range suite.Analyzers() {
		if a.Name == name {
			about, text, _ := strings.Cut(a.Doc, "\n")
			printPage(stdout, fmt.Sprintf("%s: %s\n\n%s\nhelp vet says how to run it, and what its flags are.\n", a.Name, about, wrap("    ", text)))
			return nil
		}
	}
	for _, c := range subcommands() {
		if c.name == name {
			fmt.Fprint(stdout, cmp.Or(c.text, fmt.Sprintf("usage: %s\n\n%s\n", c.usage(), sentence(c.about))))
			return nil
		}
	}
	return unknownTopic(args[0])
}

// overview returns what "coroutinegen help" prints.
func overview() string {
	var b strings.Builder
	b.WriteString(usage + "\nsubcommands:\n\n")
	for _, c := range subcommands() {
		fmt.Fprintf(&b, "  %-39s %s\n", c.usage(), c.about)
	}
	b.WriteString("\ntopics of help:\n\n")
	for _, topic := range topics {
		fmt.Fprintf(&b, "  %-12s %s\n", topic, about(topic))
	}
	for _, name := range slices.Sorted(maps.Keys(synonyms)) {
		fmt.Fprintf(&b, "  %-12s see %s\n", name, synonyms[name])
	}
	return b.String()
}

// usage returns how c is called.
func (c *subcommand) usage() string {
	return strings.TrimSpace("coroutinegen " + c.name + " " + c.args)
}

// unknownTopic returns the error for a topic that there is not.
func unknownTopic(name string) error {
	names := slices.Concat(codes(), topics, slices.Sorted(maps.Keys(synonyms)), subcommandNames(), analyzers())
	if found := spelling.Nearest(strings.Trim(name, "[]"), names); found != "" {
		return usagef("there is no help on %q; did you mean %s?", name, found)
	}
	return usagef("there is no help on %q; 'coroutinegen help' lists the topics, and 'coroutinegen help errors' the codes", name)
}

// page returns the page about a topic.
func page(topic string) string {
	text, err := pages.ReadFile(path.Join("help", topic+".txt"))
	if err != nil {
		panic(err) // every topic has a page
	}
	return string(text)
}

// about returns what the first line of a page says after the name of its topic.
func about(topic string) string {
	line, _, _ := strings.Cut(page(topic), "\n")
	return strings.TrimPrefix(line, topic+": ")
}

// codes returns the names of all codes.
func codes() []string {
	var names []string
	for _, d := range gen.CodeDocs() {
		names = append(names, string(d.Code))
	}
	return names
}

// analyzers returns the names of all analyzers.
func analyzers() []string {
	var names []string
	for _, a := range suite.Analyzers() {
		names = append(names, a.Name)
	}
	return names
}

// codeList returns the section of page errors that lists all codes. Each has one sentence.
func codeList() string {
	var b strings.Builder
	b.WriteString("\nALL CODES\n")
	for _, d := range gen.CodeDocs() {
		first, _, _ := strings.Cut(d.Occurs, ". ")
		first, _, _ = strings.Cut(first, ": ")
		first = strings.TrimPrefix(first, string(d.Code)+" occurs ")
		fmt.Fprintf(&b, "    %s\n%s", d.Code, wrap("        ", strings.TrimSuffix(first, ".")))
	}
	return b.String()
}

// explanation returns the page about a code.
func explanation(d gen.CodeDoc) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s", d.Code, wrap("    ", sentence(strings.TrimPrefix(d.Occurs, string(d.Code)+" "))))
	section := func(heading, text string) {
		if text != "" {
			fmt.Fprintf(&b, "\n%s\n%s", heading, text)
		}
	}
	section("EXAMPLE", indent(d.Example))
	section("REMEDY", wrap("    ", d.Remedy))
	section("INSTEAD", indent(d.Instead))
	return b.String()
}

// indent returns code as the body of a section, or "".
func indent(code string) string {
	var b strings.Builder
	for line := range strings.Lines(code) {
		if strings.TrimSpace(line) != "" {
			line = "    " + line
		}
		b.WriteString(line)
	}
	if code != "" {
		b.WriteByte('\n')
	}
	return b.String()
}

// wrap breaks text into lines that begin with margin.
func wrap(margin, text string) string {
	var b strings.Builder
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(margin)+len(line)+1+len(word) > width {
			b.WriteString(margin + line + "\n")
			line = ""
		}
		line = strings.TrimLeft(line+" "+word, " ")
	}
	b.WriteString(margin + line + "\n")
	return b.String()
}

// sentence begins text with a capital letter.
func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// printPage prints text. On a terminal, headings are bold.
func printPage(stdout *output, text string) {
	for line := range strings.Lines(text) {
		if heading := strings.TrimSuffix(line, "\n"); stdout.colour && heading != "" && heading[0] != ' ' && heading[0] != '\t' {
			line = "\x1b[1m" + heading + "\x1b[0m\n"
		}
		fmt.Fprint(stdout, line)
	}
}
