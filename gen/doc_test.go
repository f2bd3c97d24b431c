package gen

// This file compares the documentation with the tool: the tool generates the code that
// gen/doc.go and README.md show as generated.
//
//	go test ./gen -run 'Theory|Readme' -v      also prints all output for each source

import (
	"fmt"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// shown maps a line of gen/doc.go to the options for the excerpt that follows the line. It
// is an excerpt of the output for the last source.
var shown = map[string]Options{
	"Becomes:":                           {DumpStages: []string{"order"}},
	"Blocks:":                            {DumpStages: []string{"lower"}},
	"As a graph, with -dump=dot:":        {DumpStages: []string{"dot"}},
	"Generated:":                         {},
	"Generated with -baseline:":          {Baseline: true},
	"Generated with -backend=goroutine:": {Backend: "goroutine"},
}

// theoryImports are the imports that the sources in gen/doc.go may use.
var theoryImports = map[string]string{
	"asyncgen": marker.RT + "/asyncgen",
	"co":       marker.Annotations,
	"rt":       marker.RT,
	"machine":  marker.Machine,
	"netio":    marker.RT + "/netio",
	"queues":   marker.RT + "/queues",
	"fmt":      "fmt",
	"iter":     "iter",
	"log":      "log",
}

// theoryHelpers declares the other functions that the sources call.
const theoryHelpers = `package x

func price(n int) int { return n }
`

func TestTheory(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	section, label, source := "", "", ""
	checked := map[string]int{}
	var awaiting string // the section whose source shows no result yet
	for _, block := range new(comment.Parser).Parse(file.Doc.Text()).Content {
		switch block := block.(type) {
		case *comment.Heading:
			section, label, source = plainText(block.Text), "", ""
			if awaiting != "" {
				t.Errorf("section %q does not show what its source becomes", awaiting)
			}
			awaiting = ""
		case *comment.Paragraph:
			label = plainText(block.Text)
		case *comment.Code:
			opts, isShown := shown[label]
			switch {
			case label == "Source:":
				source, awaiting = block.Text, section
			case isShown && source == "":
				t.Errorf("section %q: %s comes before any source", section, label)
			case isShown:
				awaiting = ""
				checked[label]++
				got := theoryOutput(t, section, source, opts)
				if testing.Verbose() {
					t.Logf("section %q: %s\n%s", section, label, got)
				}
				if missing := excerpt(block.Text, got); missing != "" {
					t.Errorf("section %q: what is shown as %s\n%s\nis not what the tool makes of it:\n\n%s", section, label, missing, got)
				}
			case strings.HasSuffix(label, ":") && len(strings.Fields(label)) < 4:
				t.Errorf("section %q: unknown kind of excerpt %q", section, label)
			}
		}
	}
	for label := range shown {
		if checked[label] == 0 {
			t.Errorf("nothing is shown as %q", label)
		}
	}
}

// plainText returns the text of a heading or paragraph on one line.
func plainText(text []comment.Text) string {
	var b strings.Builder
	for _, x := range text {
		switch x := x.(type) {
		case comment.Plain:
			b.WriteString(string(x))
		case comment.Italic:
			b.WriteString(string(x))
		case *comment.DocLink:
			b.WriteString(plainText(x.Text))
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

var (
	funcPattern    = regexp.MustCompile(`(?m)^func \w+[[(]`)
	namePattern    = regexp.MustCompile(`(?m)^func (?:\(.*?\) )?(\w+)[[(]`)
	packagePattern = regexp.MustCompile(`\b(\w+)\.`)
)

// theoryOutput returns the output of the tool for source. All functions are async, unless source has
// directives.
func theoryOutput(t *testing.T, section, source string, opts Options) string {
	t.Helper()
	head := "package x;"
	var seen []string
	for _, m := range packagePattern.FindAllStringSubmatch(source, -1) {
		if path := theoryImports[m[1]]; path != "" && !slices.Contains(seen, path) {
			seen = append(seen, path)
			head += fmt.Sprintf(" import %s %q;", m[1], path)
		}
	}
	opts.DumpFunc = namePattern.FindStringSubmatch(source)[1]
	if !strings.Contains(source, "//coroutine:") {
		source = funcPattern.ReplaceAllString(source, "//coroutine:async\n$0")
	}
	pkgs, diags := load.FromSource(map[string]string{"x.go": head + "\n" + source, "helpers.go": theoryHelpers})
	res, diags := generate(pkgs, diags, &opts)
	if len(diags) > 0 {
		t.Fatalf("section %q: %v", section, diags)
	}
	if len(opts.DumpStages) > 0 {
		return res.Dump
	}
	return string(res.Files[0].Content)
}

// excerpt returns the part of text that full does not contain, or "" if full contains all of
// text. White space does not count. A line of three dots stands for any number of lines.
func excerpt(text, full string) (missing string) {
	rest := squeeze(full)
	for part := range strings.SplitSeq("\n"+text+"\n", "\n...\n") {
		want := squeeze(part)
		if len(want) == 0 {
			continue
		}
		at := -1
		for i := 0; i+len(want) <= len(rest) && at < 0; i++ {
			if slices.Equal(rest[i:i+len(want)], want) {
				at = i
			}
		}
		if at < 0 {
			return strings.Trim(part, "\n")
		}
		rest = rest[at+len(want):]
	}
	return ""
}

// squeeze returns the lines of text that are not empty, with white space folded.
func squeeze(text string) (lines []string) {
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 0 {
			lines = append(lines, strings.Join(words, " "))
		}
	}
	return lines
}

// TestTheoryContents demands that the list of contents names every section, in order.
func TestTheoryContents(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(file.Doc.Text(), "# Contents\n")
	contents, sections, _ := strings.Cut(after, "\n# ")
	contents = strings.Join(strings.Fields(contents), " ")
	for line := range strings.Lines("# " + sections) {
		heading, ok := strings.CutPrefix(line, "# ")
		if !ok {
			continue
		}
		_, rest, found := strings.Cut(contents, strings.TrimSpace(heading))
		if !found {
			t.Errorf("the list of contents does not name %q, or not in its place", strings.TrimSpace(heading))
			continue
		}
		contents = rest
	}
}

// TestTheoryCodes demands that the codes in "What is refused" exist.
func TestTheoryCodes(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(file.Doc.Text(), "# What is refused")
	text, _, _ = strings.Cut(text, "\n# ")
	sources := ""
	for _, name := range []string{"codes.go", "stagecodes.go"} {
		src, err := os.ReadFile(filepath.Join("internal", "diag", name))
		if err != nil {
			t.Fatal(err)
		}
		sources += string(src)
	}
	n := 0
	for _, m := range regexp.MustCompile(`(?m)^  - ([A-Z]\w+(?:, [A-Z]\w+)*):`).FindAllStringSubmatch(text, -1) {
		for code := range strings.SplitSeq(m[1], ", ") {
			n++
			if !strings.Contains(sources, fmt.Sprintf("%s Code = %q", code, diag.Code(code))) {
				t.Errorf("there is no code %s", code)
			}
		}
	}
	if n == 0 {
		t.Error("no codes found")
	}
}

// TestVetPromise demands that the documentation names the codes that go vet cannot
// report. These are the codes about the user's code that package check does not report.
func TestVetPromise(t *testing.T) {
	src, err := os.ReadFile(filepath.Join("internal", "diag", "stagecodes.go"))
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, m := range regexp.MustCompile(`(?m)^\t(\w+) +Code = `).FindAllStringSubmatch(string(src), -1) {
		if code := m[1]; code != string(diag.NoSuchFunction) && code != string(diag.MirrorImpossible) && code != string(diag.Internal) {
			want = append(want, code)
		}
	}
	for _, path := range []string{"../cmd/coroutinegen/doc.go", "../annotations/doc.go"} {
		doc, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, text, _ := strings.Cut(string(doc), "only the tool reports them:")
		text, _, _ = strings.Cut(text, ".")
		got := regexp.MustCompile(`[A-Z]\w+`).FindAllString(text, -1)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: what go vet cannot find (-codes +documentation):\n%s", path, diff)
		}
	}
}

var (
	fromPattern = regexp.MustCompile("<!-- from (\\S+) -->\n```go\n((?s).*?)```\n")
	linkPattern = regexp.MustCompile(`\]\(([\w./-]+)\)`)
)

// TestReadme demands that the code in README.md that is marked as a part of a file is a part
// of that file, and that the links of README.md and CONTRIBUTING.md lead to files.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := fromPattern.FindAllStringSubmatch(string(text), -1)
	if len(blocks) < 2 {
		t.Errorf("found %d blocks of code, want source and machine at least", len(blocks))
	}
	for _, m := range blocks {
		file, err := os.ReadFile(filepath.Join("..", m[1]))
		if err != nil {
			t.Error(err)
			continue
		}
		if missing := excerpt(m[2], string(file)); missing != "" {
			t.Errorf("README.md shows code that is not in %s:\n%s", m[1], missing)
		}
	}
	contributing, err := os.ReadFile("../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range linkPattern.FindAllStringSubmatch(string(text)+string(contributing), -1) {
		if _, err := os.Stat(filepath.Join("..", m[1])); err != nil {
			t.Errorf("a link leads nowhere: %v", err)
		}
	}
}

// TestManual demands that the program in the manual, in the section on ordinary
// goroutines, is a part of the example that is compiled and tested.
func TestManual(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../annotations/doc.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("../example/handler/handler.go")
	if err != nil {
		t.Fatal(err)
	}
	section, found := "", 0
	for _, block := range new(comment.Parser).Parse(file.Doc.Text()).Content {
		switch block := block.(type) {
		case *comment.Heading:
			section = plainText(block.Text)
		case *comment.Code:
			if section != "From ordinary goroutines" || !strings.Contains(block.Text, "func ") {
				continue
			}
			found++
			for decl := range strings.SplitSeq(strings.TrimSuffix(block.Text, "\n"), "\n}\n\n") {
				if !strings.Contains(string(example), strings.TrimSuffix(decl, "\n}")+"\n}\n") {
					t.Errorf("annotations/doc.go shows what is not in example/handler/handler.go:\n%s", decl)
				}
			}
		}
	}
	if found == 0 {
		t.Error("the manual has no program in this section")
	}
}
