package play

// This file runs go test.

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

// goTest runs go test with args for the packages, and returns what it printed. variable, if it is
// not empty, is set for the tests.
func goTest(ctx context.Context, in Packages, variable string, args ...string) ([]byte, error) {
	args = append([]string{"test"}, args...)
	if in.Tags != "" {
		args = append(args, "-tags="+in.Tags)
	}
	cmd := exec.CommandContext(ctx, "go", append(args, in.Patterns...)...)
	cmd.Dir = in.Dir
	if variable != "" {
		cmd.Env = append(cmd.Environ(), variable)
	}
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // go test ends its tests, too
	cmd.WaitDelay = 5 * time.Second
	return cmd.CombinedOutput()
}

// pattern returns the value of -run for one test.
func pattern(test string) string {
	parts := strings.Split(test, "/")
	for i, part := range parts {
		parts[i] = "^(" + regexp.QuoteMeta(part) + ")$"
	}
	return strings.Join(parts, "/")
}

// ran reports whether out, which go test -v printed, says that the test was begun.
func ran(out []byte, test string) bool {
	return regexp.MustCompile(`(?m)^=== RUN +` + regexp.QuoteMeta(test) + `$`).Match(out)
}

var (
	notBuilt  = regexp.MustCompile(`(?m)^FAIL\t.*\[(build|setup) failed\]$`)
	notPassed = regexp.MustCompile(`(?m)^\s*--- FAIL: |^exit status |^panic: |^FAIL\t.*s$`)
)

// onlyOthersFailed reports whether out, of a run that failed, says that it failed because some
// packages do not compile, and that the others passed.
func onlyOthersFailed(out []byte) bool { return notBuilt.Match(out) && !notPassed.Match(out) }

// The limits of the output of a test that is shown.
const (
	mostLines = 40
	mostBytes = 4 << 10
)

// tail returns the end of what go test printed, without the lines about tests that begin and go on.
func tail(out []byte) string {
	var lines []string
	for line := range strings.Lines(string(bytes.ToValidUTF8(out, []byte("?")))) {
		if !strings.HasPrefix(line, "=== ") {
			lines = append(lines, strings.TrimRight(line, "\r\n"))
		}
	}
	lines = lines[max(0, len(lines)-mostLines):]
	text := strings.Join(lines, "\n")
	if len(text) > mostBytes {
		text = "..." + strings.ToValidUTF8(text[len(text)-mostBytes:], "")
	}
	return strings.TrimSpace(text)
}

// indent puts a tab before every line.
func indent(text string) string {
	return "\t" + strings.ReplaceAll(text, "\n", "\n\t")
}
