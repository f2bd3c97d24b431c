package generated

// This file checks the tables of the gallery: example/README.md and those of the documents.

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	galleryLink = regexp.MustCompile(`\]\(([^)#:]+)\)`)
	// `name: TestA`, `TestB`
	galleryTests = regexp.MustCompile("`([a-z/0-9]+): (Test[A-Za-z0-9_]*)`((?:, `Test[A-Za-z0-9_]*`)*)")
	galleryTest  = regexp.MustCompile("Test[A-Za-z0-9_]*")
)

// Every link of a table leads somewhere, and every test that it names exists. Every example is
// named.
func TestGallery(t *testing.T) {
	pages, err := filepath.Glob("../example/*/README.md")
	if err != nil {
		t.Fatal(err)
	}
	const start = "../example/README.md"
	tests := 0
	for _, page := range append(pages, start) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Dir(page)
		for _, m := range galleryLink.FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join(dir, m[1])); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
		for _, m := range galleryTests.FindAllStringSubmatch(string(text), -1) {
			source := sourceOfTests(t, filepath.Join(dir, m[1]))
			for _, name := range galleryTest.FindAllString(m[2]+m[3], -1) {
				if tests++; !strings.Contains(source, "func "+name+"(") {
					t.Errorf("%s: %s has no %s", page, m[1], name)
				}
			}
		}
	}
	if tests < 50 {
		t.Errorf("found %d tests", tests)
	}
	text, _ := os.ReadFile(start)
	dirs, _ := os.ReadDir("../example")
	for _, d := range dirs {
		if d.IsDir() && !strings.Contains(string(text), "]("+d.Name()+"/") {
			t.Errorf("%s does not name %s", start, d.Name())
		}
	}
}

// sourceOfTests returns the tests of the package in dir.
func sourceOfTests(t *testing.T, dir string) string {
	files, _ := filepath.Glob(dir + "/*_test.go")
	if len(files) == 0 {
		t.Errorf("%s has no tests", dir)
	}
	var all strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}
