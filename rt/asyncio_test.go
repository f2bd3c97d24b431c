package rt_test

// This file checks the tables in testdata/asyncio, which say what became of
// each of asyncio's own test cases that describes behaviour.
//
// One file per module of CPython's test suite (3.13), one line per case:
//
//	Class.case | TestName              ported: this test demands the same
//	Class.case | TestName/sub, Other   several, or a part of one
//	Class.case | n/a: reason           there is nothing here that it could test
//	Class.case | differs: reason       rt does something else, on purpose
//
// A line that begins with # is a comment; "# portable: N" says how many cases
// the module has. The tests are written from what the cases demonstrate: no code
// was copied.

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

// A conformance counts the lines of a table, or of several.
type conformance struct{ ported, differs, na int }

func (c conformance) total() int { return c.ported + c.differs + c.na }

func (c *conformance) add(d conformance) {
	c.ported += d.ported
	c.differs += d.differs
	c.na += d.na
}

func (c conformance) String() string {
	return fmt.Sprintf("%d cases: %d ported, %d differ, %d do not apply", c.total(), c.ported, c.differs, c.na)
}

func TestAsyncioTables(t *testing.T) {
	testbed.Clean(t)
	tests := testFunctions(t)
	tables, err := filepath.Glob("testdata/asyncio/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all conformance
	for _, table := range tables {
		c := checkTable(t, table, tests)
		t.Logf("%s: %v", filepath.Base(table), c)
		all.add(c)
	}
	t.Logf("all: %v", all)
	if applies := all.ported + all.differs; 10*all.ported < 9*applies {
		t.Errorf("%d of %d cases that apply are ported, want nine of ten", all.ported, applies)
	}
}

var portableRE = regexp.MustCompile(`^# portable: (\d+)$`)

func checkTable(t *testing.T, table string, tests map[string]string) (c conformance) {
	t.Helper()
	f, err := os.Open(table)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	seen := make(map[string]bool)
	want := ""
	in := bufio.NewScanner(f)
	for n := 1; in.Scan(); n++ {
		line := strings.TrimSpace(in.Text())
		if m := portableRE.FindStringSubmatch(line); m != nil {
			want = m[1]
		}
		if line == "" || line[0] == '#' {
			continue
		}
		name, what, ok := strings.Cut(line, " | ")
		if !ok || seen[name] {
			t.Errorf("%s:%d: %q is not a case, a bar and what became of it, or comes twice", table, n, line)
			continue
		}
		seen[name] = true
		switch kind, reason, _ := strings.Cut(what, ":"); kind {
		case "n/a", "differs":
			if strings.TrimSpace(reason) == "" {
				t.Errorf("%s:%d: %s without a reason", table, n, kind)
			}
			if kind == "n/a" {
				c.na++
			} else {
				c.differs++
			}
		default:
			c.ported++
			for test := range strings.SplitSeq(what, ", ") {
				if !hasTest(tests, test) {
					t.Errorf("%s:%d: there is no test %q in rt or below", table, n, test)
				}
			}
		}
	}
	if got := fmt.Sprint(c.total()); want != "" && got != want {
		t.Errorf("%s: %s cases, want %s", table, got, want)
	}
	return c
}

// hasTest reports whether there is a test function of that name, and whether
// the file that it is in mentions the rest of the name.
func hasTest(tests map[string]string, name string) bool {
	function, sub, _ := strings.Cut(name, "/")
	file, ok := tests[function]
	return ok && strings.Contains(file, `"`+sub)
}

var testRE = regexp.MustCompile(`(?m)^func ((?:Test|Example)\w*)\(`)

// testFunctions maps the names of the tests of this package and of those below
// it to the text of the files that they are in.
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
	if err != nil {
		t.Fatal(err)
	}
	return tests
}
