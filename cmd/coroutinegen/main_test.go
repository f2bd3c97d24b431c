package main

// This file tests the command line itself.

import (
	"strings"
	"testing"
)

func TestUsageErrors(t *testing.T) {
	tests := []struct {
		args string
		want string
	}{
		{"-nosuch", "flag provided but not defined: -nosuch"},
		{"-backend=thread", `-backend is machine or goroutine, not "thread"`},
		{"-dump=order", "-dump needs the name of a function"},
		{"-dump=order,parse f", `-dump takes order, lower, dot and frame, not "parse"`},
		{". -check", "flag -check stands after the packages"},
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

func TestHelp(t *testing.T) {
	var stdout, stderr strings.Builder
	if status := run([]string{"-h"}, &stdout, &stderr); status != exitOK {
		t.Errorf("exit status %d", status)
	}
	for _, flag := range []string{"-backend", "-o", "-check", "-diff", "-dump", "-baseline", "-v"} {
		if !strings.Contains(stderr.String(), "\n  "+flag+" ") {
			t.Errorf("help does not mention %s", flag)
		}
	}
}
