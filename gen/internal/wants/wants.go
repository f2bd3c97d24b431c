// Package wants compares what an analyzer reports with what comments in its test data want:
//
//	code // want "regexp" "regexp"  on this line
//	// want@+2 "regexp"             two lines further down
//
// Every diagnostic must be wanted, and every want must be met once.
package wants

// This file reads the comments.

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A Problem is one diagnostic, wanted or found.
type Problem struct {
	File string // as ShortName returns it
	Line int
	Text string // what is reported, or a regular expression that matches its beginning
}

func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text) }

// ShortName returns the base names of the directory and the file of path.
func ShortName(path string) string {
	return filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path)
}

var (
	comment = regexp.MustCompile(`want(?:@([+-]\d+))?((?: "(?:[^"\\]|\\.)*")+)`)
	quoted  = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
)

// In returns what the comments in the Go files of the directories want.
func In(t *testing.T, dirs ...string) []Problem {
	t.Helper()
	var wants []Problem
	for _, dir := range dirs {
		files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for i, line := range strings.Split(string(text), "\n") {
				_, text, ok := strings.Cut(line, "// ")
				if !ok {
					continue
				}
				m := comment.FindStringSubmatch(text)
				if m == nil {
					continue
				}
				offset, _ := strconv.Atoi(m[1])
				for _, q := range quoted.FindAllString(m[2], -1) {
					re, err := strconv.Unquote(q)
					if err != nil {
						t.Fatalf("%s:%d: %v", file, i+1, err)
					}
					wants = append(wants, Problem{ShortName(file), i + 1 + offset, re})
				}
			}
		}
	}
	return wants
}

// Compare matches what was found with what was wanted.
func Compare(t *testing.T, wants, found []Problem) {
	t.Helper()
	wants = slices.Clone(wants)
	for _, p := range found {
		i := slices.IndexFunc(wants, func(w Problem) bool {
			ok, err := regexp.MatchString("^(?:"+w.Text+")", p.Text)
			if err != nil {
				t.Fatal(w, err)
			}
			return ok && w.File == p.File && w.Line == p.Line
		})
		if i < 0 {
			t.Errorf("unexpected: %v", p)
			continue
		}
		wants = slices.Delete(wants, i, i+1)
	}
	for _, w := range wants {
		t.Errorf("missing: %v", w)
	}
}
