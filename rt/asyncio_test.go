package rt_test

// This file checks the tables in testdata/asyncio. They list the test cases of asyncio that
// describe behaviour, and say what rt does about each.
//
// There is one file for each module of CPython's test suite (3.13), with one line for each
// case:
//
//	Class.case | TestName              ported: this test demands the same
//	Class.case | SubjectName           ported: this probe of testdata/probes does
//	Class.case | TestName/sub, Other   several, or a part of one
//	Class.case | n/a: reason           there is nothing here that it could test
//	Class.case | differs: reason       rt does something else, on purpose
//
// A line that begins with # is a comment; "# portable: N" is the number of cases that the
// module has. The tests are written from the behaviour that the cases show. No code was copied.

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

const asyncioTables = "testdata/asyncio"

// An asyncioTable lists the cases of one module.
type asyncioTable struct {
	module string // name of the module without test_
	cases  []asyncioCase
}

// An asyncioCase is a line of a table.
type asyncioCase struct {
	name string
	fate fate
	text string // names of the tests, or the reason
}

// A fate says what rt does about a case.
type fate string

const (
	ported  fate = "ported"
	differs fate = "differs"
	na      fate = "n/a"
)

// count returns the number of cases with the fate f.
func (table asyncioTable) count(f fate) (n int) {
	for _, c := range table.cases {
		if c.fate == f {
			n++
		}
	}
	return n
}

func TestAsyncioTables(t *testing.T) {
	testbed.Clean(t)
	tests := testFunctions(t)
	files, err := filepath.Glob(asyncioTables + "/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	var tables []asyncioTable
	all := asyncioTable{module: "all"}
	for _, file := range files {
		table := readTable(t, file, tests)
		tables = append(tables, table)
		all.cases = append(all.cases, table.cases...)
	}
	if applies := all.count(ported) + all.count(differs); 10*all.count(ported) < 9*applies {
		t.Errorf("%d of %d cases that apply are ported, want nine of ten", all.count(ported), applies)
	}
	checkReadme(t, asyncioReadme(tables, all))
}

var portableRE = regexp.MustCompile(`(?m)^# portable: (\d+)$`)

// readTable reads a table and checks each of its lines.
func readTable(t *testing.T, file string, tests map[string]string) asyncioTable {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	table := asyncioTable{module: strings.TrimSuffix(filepath.Base(file), ".txt")}
	seen := make(map[string]bool)
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		c, ok := parseCase(line)
		if !ok || seen[c.name] {
			t.Errorf("%s:%d: %q is not of the form \"case | result\", or its case is listed twice", file, n, line)
			continue
		}
		seen[c.name] = true
		table.cases = append(table.cases, c)
		if c.fate == ported {
			for test := range strings.SplitSeq(c.text, ", ") {
				if !hasTest(tests, test) {
					t.Errorf("%s:%d: there is no test %q in rt or below, and no such probe", file, n, test)
				}
			}
		}
	}
	if m := portableRE.FindStringSubmatch(string(text)); m == nil || m[1] != strconv.Itoa(len(table.cases)) {
		t.Errorf("%s: %d cases, but the line with their number is %q", file, len(table.cases), m)
	}
	return table
}

func parseCase(line string) (c asyncioCase, ok bool) {
	name, what, ok := strings.Cut(line, " | ")
	for _, f := range []fate{differs, na} {
		if reason, is := strings.CutPrefix(what, string(f)+":"); is {
			reason = strings.TrimSpace(reason)
			return asyncioCase{name, f, reason}, reason != ""
		}
	}
	return asyncioCase{name, ported, what}, ok
}

// hasTest reports whether there is a test function of that name whose file contains the names
// of its subtests.
func hasTest(tests map[string]string, name string) bool {
	function, sub, _ := strings.Cut(name, "/")
	file, ok := tests[function]
	return ok && strings.Contains(file, `"`+sub)
}

var testRE = regexp.MustCompile(`(?m)^func ((?:Test|Example|Subject)\w*)\(`)

// testFunctions maps the names of the tests of this package, of the packages below it, and of the
// probes to the texts of their files.
func testFunctions(t *testing.T) map[string]string {
	tests := make(map[string]string)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range testRE.FindAllStringSubmatch(string(text), -1) {
			tests[m[1]] += string(text)
		}
		return err
	})
	probes, globErr := filepath.Glob("../testdata/probes*/*.go")
	if err := errors.Join(err, globErr); err != nil || len(probes) == 0 {
		t.Fatal("no probes: ", err)
	}
	for _, name := range probes {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range testRE.FindAllStringSubmatch(string(text), -1) {
			tests[m[1]] += string(text)
		}
	}
	return tests
}
