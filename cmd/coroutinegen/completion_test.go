package main

// This file tests the completion in the shells that are installed.

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// completionTests say what the words that begin a command line are completed to, the last of
// them in the making. The directory has a folder called here.
var completionTests = []struct {
	line string
	want []string // all words
}{
	{line: "-ba", want: []string{"-backend", "-baseline"}},
	{line: "-chec", want: []string{"-check"}},
	{line: "-backend ", want: []string{"goroutine", "machine"}},
	{line: "-backend=mach", want: []string{"machine"}},
	{line: "-dump lo", want: []string{"lower"}},
	{line: "-dump order,fr", want: []string{"order,frame"}},
	{line: "-line ", want: []string{"absolute", "relative"}},
	{line: "-o he", want: []string{"here"}},
	{line: "-goos ", want: nil},
	{line: "-check he", want: []string{"here"}},
	{line: "-check hel", want: nil}, // no subcommand any more
	{line: "he", want: []string{"help", "here"}},
	{line: "comp", want: []string{"compare", "completion"}},
	{line: "explain -fo", want: []string{"-format"}},
	{line: "compare -", want: []string{"-format", "-o"}},
	{line: "help lang", want: []string{"language"}},
	{line: "help AwaitIn", want: []string{"AwaitInClosure", "AwaitInGo"}},
	{line: "help language c", want: nil},
	{line: "completion ", want: []string{"bash", "fish", "zsh"}},
	{line: "version ", want: nil},
	{line: "compare -f", want: []string{"-format"}},
	{line: "compare -format ", want: []string{"html", "json", "md", "text"}},
	{line: "compare -format md TestHandle he", want: []string{"here"}},
	{line: "compare -format js", want: []string{"json"}},
	{line: "compare -back", want: nil},
	{line: "compare -o he", want: []string{"here"}},
	{line: "explain -format sv", want: []string{"svg"}},
	{line: "explain -o he", want: []string{"here"}},
	{line: "explain -pl", want: []string{"-play"}},
	{line: "explain handle he", want: []string{"here"}},
}

// testCompletion runs completionTests. complete returns what the shell completes each of some
// lines to, with the script.
func testCompletion(t *testing.T, shell string, complete func(t *testing.T, script string, lines []string) [][]string) {
	t.Helper()
	if _, err := exec.LookPath(shell); err != nil {
		t.Skipf("%s is not installed: its completion is not tested", shell)
	}
	script := filepath.Join(t.TempDir(), "completion")
	if err := os.WriteFile(script, []byte(printed(t, "completion", shell)), 0o666); err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	t.Setenv("HOME", t.TempDir()) // without the settings of the user
	if err := os.Mkdir("here", 0o777); err != nil {
		t.Fatal(err)
	}
	var typed []string
	for _, test := range completionTests {
		typed = append(typed, "coroutinegen "+test.line)
	}
	completed := complete(t, script, typed)
	for i, test := range completionTests {
		var got []string
		for _, word := range completed[i] {
			// Shells differ in what they show of -flag=value and of directories.
			word = strings.TrimSuffix(strings.TrimPrefix(word, "-backend="), "/")
			if word = strings.TrimSuffix(word, "="); word != "" {
				got = append(got, word)
			}
		}
		slices.Sort(got)
		if got = slices.Compact(got); !slices.Equal(got, test.want) {
			t.Errorf("%q: got %q, want %q", test.line, got, test.want)
		}
	}
}

func TestBash(t *testing.T) {
	testCompletion(t, "bash", each(func(t *testing.T, script, line string) []string {
		// Bash makes a word of each =, and an empty one of a space at the end.
		words := strings.Fields(strings.ReplaceAll(line, "=", " = "))
		if strings.HasSuffix(line, " ") {
			words = append(words, "")
		}
		cmd := exec.Command("bash", append([]string{"--norc", "-c", `
			source "$1"; shift
			COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
			_coroutinegen
			printf '%s\n' "${COMPREPLY[@]}"`, "bash", script}, words...)...)
		return outputLines(t, cmd)
	}))
}

func TestFish(t *testing.T) {
	testCompletion(t, "fish", each(func(t *testing.T, script, line string) []string {
		cmd := exec.Command("fish", "-c", `source $argv[1]; complete -C $argv[2]`, script, line)
		var words []string
		for _, line := range outputLines(t, cmd) {
			word, _, _ := strings.Cut(line, "\t") // its description follows
			words = append(words, word)
		}
		return words
	}))
}

// each completes one line after the other.
func each(complete func(t *testing.T, script, line string) []string) func(t *testing.T, script string, lines []string) [][]string {
	return func(t *testing.T, script string, lines []string) (completed [][]string) {
		for _, line := range lines {
			completed = append(completed, complete(t, script, line))
		}
		return completed
	}
}

func outputLines(t *testing.T, cmd *exec.Cmd) []string {
	t.Helper()
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("%v: %v: %s", cmd.Args, err, stderr.String())
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// The lines that page completion has for the settings of a shell work, also where coroutinegen
// is a function that calls go tool.
func TestPageCompletion(t *testing.T) {
	_, text, _ := strings.Cut(page("completion"), "\nBASH, ZSH\n")
	line := func(prefix string) string {
		for l := range strings.Lines(text) {
			if l = strings.TrimSpace(l); strings.HasPrefix(l, prefix) {
				return l
			}
		}
		t.Fatalf("no line begins with %q", prefix)
		return ""
	}
	posix, fish := line("coroutinegen() {"), line("function coroutinegen;")
	load := func(shell string) string { return strings.ReplaceAll(line("source <("), "SHELL", shell) }
	runScript(t, "completion", `
[!unix] stop
chmod 755 bin/go
env PATH=$WORK/bin${:}$PATH
env HOME=$WORK
[exec:bash] exec bash bash
[exec:bash] stdout '-F _coroutinegen coroutinegen'
[exec:zsh] exec zsh -f zsh
[exec:zsh] stdout '^_coroutinegen$'
[exec:fish] exec fish fish
[exec:fish] stdout '^-backend\b'
grep -count=1 '^tool$' called
-- bin/go --
#!/bin/sh
echo $1 >called
shift
exec "$@"
-- bash --
`+posix+"\n"+load("bash")+`
complete -p coroutinegen
-- zsh --
autoload -Uz compinit && compinit -u -D
`+posix+"\n"+load("zsh")+`
print $_comps[coroutinegen]
-- fish --
`+fish+"\n"+line("coroutinegen completion fish")+`
complete -C 'coroutinegen -back'
`)
}
