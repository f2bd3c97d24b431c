package main

// This file tests the command line itself.

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestUsageErrors(t *testing.T) {
	tests := []struct {
		args string
		want string
	}{
		{"-nosuch", "flag provided but not defined: -nosuch"},
		{"-chekc", "flag provided but not defined: -chekc; did you mean -check?"},
		{"--goarhc=arm", "flag provided but not defined: -goarhc; did you mean -goarch?"},
		{"-completion bash", "flag provided but not defined: -completion; did you mean 'coroutinegen completion'?"},
		{"-backend", "flag needs an argument: -backend"},
		{"-backend=thread", `-backend must be machine or goroutine, not "thread"`},
		{"-dump=order", "-dump needs the name of a function"},
		{"-dump=order,parse f", `-dump takes order, lower, dot and frame, not "parse"`},
		{"-backend=goroutine -dump=order f", "-backend=goroutine has no stages"},
		{"-json -diff", "-json goes with neither -diff nor -dump"},
		{"-json -dump=order f", "-json goes with neither -diff nor -dump"},
		{"-watch -check", "-watch goes with none of -check, -diff, -json and -dump"},
		{"-watch -json", "-watch goes with none of"},
		{"help nosuch", `there is no help on "nosuch"; 'coroutinegen help' lists the topics`},
		{"help langauge", "did you mean language?"},
		{"help [AwaitInClosur]", "did you mean AwaitInClosure?"},
		{"help language ci", "help takes one topic, not 2"},
		{"help -check", `there is no help on "-check"`},
		{"completion", "completion takes the name of a shell: bash, zsh, fish"},
		{"completion tcsh", "completion takes the name of a shell"},
		{"completion bash zsh", "completion takes the name of a shell"},
		{"version 2", "version takes no arguments"},
		{". -check", "flag -check comes after the packages"},
	}
	for _, test := range tests {
		var stdout, stderr strings.Builder
		if status := run(strings.Fields(test.args), &stdout, &stderr); status != exitUsage {
			t.Errorf("%s: exit status %d, want %d", test.args, status, exitUsage)
		}
		if !strings.Contains(stderr.String(), test.want) || !strings.Contains(stderr.String(), "coroutinegen -h") || stdout.String() != "" {
			t.Errorf("%s: got\n%s%s\nwant %s", test.args, stdout.String(), stderr.String(), test.want)
		}
	}
}

// A package that there is not may have been meant as a subcommand or a flag.
func TestMisspeltSubcommand(t *testing.T) {
	for arg, want := range map[string]string{
		"explian": "explain", "comapre": "compare", "watch": "-watch", "check": "-check", "diff": "-diff",
		"./watch": "", "server": "",
	} {
		if got := misspeltSubcommand([]string{arg}); got != want {
			t.Errorf("%s: got %q, want %q", arg, got, want)
		}
	}
}

// The usage of a subcommand is its own.
func TestSubcommandUsageErrors(t *testing.T) {
	for _, test := range []struct{ args, want, usage string }{
		{"explain -nosuch", "flag provided but not defined: -nosuch", "coroutinegen explain -h"},
		{"explain -format=pdf", `-format must be one of`, "coroutinegen explain -h"},
		{"explain -serve=8080", `-serve takes host:port, as in -serve=localhost:8080, not "8080"`, "coroutinegen explain -h"},
		{"compare", "compare needs the name of a test", "coroutinegen compare -h"},
	} {
		var stdout, stderr strings.Builder
		status := run(strings.Fields(test.args), &stdout, &stderr)
		want := "run '" + test.usage + "' for usage\n"
		if got := stderr.String(); status != exitUsage || !strings.Contains(got, test.want) || !strings.HasSuffix(got, want) {
			t.Errorf("%s: exit status %d, got\n%s\nwant %s\n%s", test.args, status, got, test.want, want)
		}
	}
}

func TestHelp(t *testing.T) {
	var stdout, stderr strings.Builder
	if status := run([]string{"-h"}, &stdout, &stderr); status != exitOK {
		t.Errorf("exit status %d", status)
	}
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	new(command).flagSet().VisitAll(func(f *flag.Flag) {
		if !strings.Contains(stderr.String(), "\n  -"+f.Name+" ") {
			t.Errorf("help does not mention -%s", f.Name)
		}
		if !regexp.MustCompile(`\n\t-` + f.Name + `\b`).Match(doc) {
			t.Errorf("the documentation does not mention -%s", f.Name)
		}
	})
	for _, stage := range dumpStages {
		word := regexp.MustCompile(`\b` + stage + `\b`)
		_, line, _ := strings.Cut(stderr.String(), "-dump ")
		line, _, _ = strings.Cut(line, " ")
		_, text, _ := strings.Cut(string(doc), "-dump stages")
		text, _, _ = strings.Cut(text, "separated by commas")
		if !word.MatchString(line) || !word.MatchString(text) {
			t.Errorf("stage %s of -dump: help %q, documentation %q", stage, line, text)
		}
	}
}
