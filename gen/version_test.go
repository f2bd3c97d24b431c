package gen

// This file skips programs for a newer Go than the one that runs the tests.

import (
	"go/build"
	"go/build/constraint"
	"go/version"
	"strings"
	"testing"
)

// goVersion is the version of the language that tests are run with.
func goVersion() string { return build.Default.ReleaseTags[len(build.Default.ReleaseTags)-1] }

// needs returns the version of Go that the build constraint of src demands, or "" if there
// is none.
func needs(src string) string {
	for line := range strings.Lines(src) {
		if strings.HasPrefix(line, "package ") {
			break
		}
		if expr, err := constraint.Parse(strings.TrimSpace(line)); err == nil {
			return constraint.GoVersion(expr)
		}
	}
	return ""
}

// skipNewer reports whether the program called name needs a newer Go. If so, it skips a test
// with this name.
func skipNewer(t *testing.T, name, src string) bool {
	v := needs(src)
	if version.Compare(v, goVersion()) <= 0 {
		return false
	}
	t.Run(name, func(t *testing.T) {
		t.Skipf("it is written in %s, and this is %s: run the tests with the newer one, too (GOTOOLCHAIN=%s.1)", v, goVersion(), v)
	})
	return true
}
