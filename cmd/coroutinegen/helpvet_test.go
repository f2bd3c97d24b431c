package main

// This file tests the page about the analyzers.

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/check/suite"
)

// The page names every analyzer and flag, and each analyzer has a page.
func TestPageVet(t *testing.T) {
	text := printed(t, "help", "vet")
	for _, a := range suite.Analyzers() {
		if !strings.Contains(text, "\n    "+a.Name+" ") {
			t.Errorf("help vet does not list %s", a.Name)
		}
		a.Flags.VisitAll(func(f *flag.Flag) {
			if !strings.Contains(text, "-"+a.Name+"."+f.Name+"=") {
				t.Errorf("help vet does not say what -%s.%s does", a.Name, f.Name)
			}
		})
		about, _, _ := strings.Cut(a.Doc, "\n")
		if got := printed(t, "help", a.Name); !strings.HasPrefix(got, a.Name+": "+about+"\n") {
			t.Errorf("help %s: %s", a.Name, got)
		}
	}
}

// The files for golangci-lint are those of package suite, which a script tests.
func TestPageVetPlugin(t *testing.T) {
	text := printed(t, "help", "vet")
	source, err := os.ReadFile("../../gen/check/suite/suite.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, beginning := range []string{"package plugin\n", "version: v", "version: \"2\""} {
		block, err := codeBlock(string(source), beginning)
		if err != nil {
			t.Error(err)
			continue
		}
		if want := indent(strings.ReplaceAll(block, "\t", "    ")); !strings.Contains(text, strings.TrimSuffix(want, "\n")) {
			t.Errorf("help vet does not have this:\n%s", want)
		}
	}
}
