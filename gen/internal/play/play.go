// Package play has tests record what machines do, and chooses from the recording what a page
// shows. Package rt/rttest records, and package rt/rttest/recording is the format.
package play

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/spelling"
	"github.com/coroutinegen/coroutinegen/rt/rttest/recording"
)

// A Recording is what a test recorded.
type Recording struct {
	Test  string
	Plays []recording.Play // in the order in which the runs ended
	Notes []string         // what is missing, and why
}

// Packages are the packages with a test, and how to build them.
type Packages struct {
	Dir      string   // the folder in which go test runs; "" is the current one
	Tags     string   // build tags, as for the flag -tags of the go command; "" means none but those in GOFLAGS
	Patterns []string // as for go test
}

// Record runs the test or example called test of the packages, and returns what it recorded. test
// may name a subtest, as TestHandle/slow.
//
// If the test fails, the error is a [*TestError], and the recording is not nil if there is one:
// it shows how the test came to fail.
func Record(ctx context.Context, in Packages, test string) (*Recording, error) {
	entries, notes, err := run(ctx, in, test, recording.Variable)
	failed, isFailure := errors.AsType[*TestError](err)
	if err != nil && !isFailure {
		return nil, err
	}
	r := &Recording{Test: test, Notes: notes}
	var dropped []string
	for _, e := range entries {
		switch {
		case e.Play != nil && len(e.Play.Steps) > 0:
			r.Plays = append(r.Plays, *e.Play)
		case e.Dropped != nil && !slices.Contains(dropped, e.Dropped.Test):
			dropped = append(dropped, e.Dropped.Test)
		}
	}
	for _, name := range dropped {
		r.Notes = append(r.Notes, fmt.Sprintf("%s has more runs than were recorded: most of those that show nothing new were left out", name))
	}
	if len(r.Plays) == 0 {
		if isFailure {
			return nil, failed
		}
		return nil, nothingRecorded(test)
	}
	if isFailure {
		r.Notes = append(r.Notes, fmt.Sprintf("%s failed", test))
		return r, failed
	}
	return r, nil
}

// nothingRecorded returns the error for a test that ran, and recorded nothing.
func nothingRecorded(test string) error {
	why := "it makes its loop in another way, as by rt.Run or rt.NewLoop: use rttest.Run or rttest.NewLoop, or call rttest.Record with its loop"
	if isExample(test) {
		why = "an example has no testing.TB to give to them, and runs on rt.Run: name a test that runs the function"
	}
	if strings.Contains(os.Getenv("GOFLAGS"), "coroutine_source") {
		why = "GOFLAGS has the tag coroutine_source, with which no machine runs: leave it out"
	}
	return fmt.Errorf("%s recorded nothing: only tasks on loops of package rttest are recorded, and %s", test, why)
}

// isExample reports whether name is that of an example.
func isExample(name string) bool { return strings.HasPrefix(name, "Example") }

// testName is the name of a test, or of an example, and then those of subtests.
var testName = regexp.MustCompile(`^(Test|Example)([^a-z/][^/]*)?(/.*)?$`)

// IsTest reports whether name can be the name of a test or an example, and not that of a
// function or a package.
func IsTest(name string) bool {
	return testName.MatchString(name) && !strings.HasSuffix(name, "...")
}

// run runs test with variable set to a file, and returns the entries of that file. The error is a
// [*TestError] if the test failed.
func run(ctx context.Context, in Packages, test, variable string) (entries []recording.Entry, notes []string, err error) {
	if !IsTest(test) {
		return nil, nil, fmt.Errorf("%q is not the name of a test: it begins with Test or Example", test)
	}
	folder, err := os.MkdirTemp("", "coroutinegen")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "recording")
	out, err := goTest(ctx, in, variable+"="+path, "-run", pattern(test), "-count=1", "-v")
	if ctx.Err() != nil {
		return nil, nil, context.Cause(ctx)
	}
	var failed *TestError
	if err != nil {
		switch {
		case !ran(out, test):
			return nil, nil, fmt.Errorf("the test cannot be run: %w\n%s", err, indent(tail(out)))
		case onlyOthersFailed(out):
			notes = append(notes, "the tests of some packages do not compile and are left out")
		default:
			failed = &TestError{Test: test, Output: tail(out)}
		}
	} else if !ran(out, test) {
		return nil, nil, noSuchTest(ctx, in, test)
	}
	file, err := os.Open(path)
	if err == nil {
		defer file.Close()
		var broken int
		if entries, broken, err = recording.Read(file); broken > 0 {
			notes = append(notes, fmt.Sprintf("%d lines of the recording of %s cannot be read and are left out", broken, test))
		}
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) { // a test that records nothing makes no file
		return nil, nil, err
	}
	if strings.Contains(string(out), "--- SKIP: "+test+" ") {
		notes = append(notes, fmt.Sprintf("%s was skipped", test))
	}
	if failed != nil {
		return entries, notes, failed
	}
	return entries, notes, nil
}

// A TestError says that the test failed.
type TestError struct {
	Test   string
	Output string // the end of what it printed
}

func (e *TestError) Error() string {
	return fmt.Sprintf("%s fails\n%s", e.Test, indent(e.Output))
}

// noSuchTest returns the error for a test that is in none of the packages.
func noSuchTest(ctx context.Context, in Packages, test string) error {
	name, sub, _ := strings.Cut(test, "/")
	out, err := goTest(ctx, in, "", "-list", "^(Test|Example)")
	if err != nil {
		return fmt.Errorf("there is no test %s, and the tests cannot be listed: %w\n%s", test, err, indent(tail(out)))
	}
	var names []string
	for word := range strings.FieldsSeq(string(out)) {
		if IsTest(word) {
			names = append(names, word)
		}
	}
	where := strings.Join(in.Patterns, " ")
	if where == "" {
		where = "this folder"
	}
	switch {
	case slices.Contains(names, name) && sub != "":
		return fmt.Errorf("%s of %s has no subtest %s", name, where, sub)
	case slices.Contains(names, name):
		return fmt.Errorf("%s of %s does not run: go test -run %s says more", name, where, name)
	case len(names) == 0:
		return fmt.Errorf("there is no test %s: %s has no tests", name, where)
	}
	if isExample(name) {
		where += " that runs: an example without a comment // Output does not"
	}
	if found := spelling.Nearest(name, names); found != "" {
		return fmt.Errorf("there is no test %s in %s; did you mean %s?", name, where, found)
	}
	slices.Sort(names)
	return fmt.Errorf("there is no test %s in %s; there are %s", name, where, strings.Join(slices.Compact(names), ", "))
}
