package compare

// This file compares the examples with their twins, and prints reports.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coroutinegen/coroutinegen/rt/rttest/recording"
)

// TestExamples compares the machines of the examples with the twins. Both have frames, and the
// frames of the twins are in package byhand.
func TestExamples(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the tests of the examples")
	}
	for _, e := range []struct {
		folder, test    string
		machine, byHand string // the frames
	}{
		{"echo", "TestHandle", "handleFrame", "Handler"},
		{"echo", "TestServe", "serveFrame handleFrame", "Server Handler"},
		{"crawl", "TestCrawl", "crawlFrame crawlVisitFrame", "Crawler Visit"},
		{"queue", "TestBoth", "producerFrame consumerFrame", "Producer Consumer"},
		{"ticker", "TestEvery", "everyFrame", "Ticker"},
		{"proxy", "TestPipe", "pipeFrame", "Pipeline"},
	} {
		t.Run(e.folder+"/"+e.test, func(t *testing.T) {
			r, err := Run(t.Context(), filepath.Join("..", "..", "..", "generated", e.folder), nil, e.test)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("\n%s", r.text())
			if len(r.Comparisons) != 1 || r.Differ() || len(r.Notes) > 0 {
				t.Fatalf("%+v", r)
			}
			c := r.Comparisons[0]
			if len(c.Versions) != 2 || c.Versions[0].Name != "this package" || c.Versions[1].Name != "by hand" || c.Scripts < 10 {
				t.Fatalf("%+v", c)
			}
			names := func(v Version) string {
				var list []string
				for _, f := range v.Frames {
					list = append(list, f.Type)
					if f.Lines < 20 || f.Lines > 150 || f.Bytes < 16 || f.File != e.folder+".go" {
						t.Errorf("%s: %+v", v.Name, f)
					}
				}
				return strings.Join(list, " ")
			}
			if got := names(c.Versions[0]); got != e.machine {
				t.Errorf("frames of the machine: %s", got)
			}
			if got := names(c.Versions[1]); got != e.byHand {
				t.Errorf("frames of the twin: %s", got)
			}
			if len(c.Costs) != 2 {
				t.Fatalf("costs: %+v", c.Costs)
			}
			for _, cost := range c.Costs {
				if len(cost.Runs) != 2 || len(cost.Pairs) != 2 {
					t.Fatalf("%+v", cost)
				}
				for i, run := range cost.Runs {
					p := cost.Pairs[i]
					if run.Objects < 1 || run.Bytes < 16 || run.Nanoseconds <= 0 || p.Low > p.Ratio || p.Ratio > p.High || p.Low <= 0 {
						t.Errorf("%s: %+v, %+v", cost.What, run, p)
					}
				}
			}
		})
	}
}

// hostile is text that is markup in HTML and in Markdown.
const hostile = "\x1b[2J</td><script>alert(1)</script> | `x` [a](b) *b* <img src=x onerror=alert(1)> \"'&"

func report() *Report {
	return &Report{
		Test: hostile, Machine: "plan9/arm, 1 CPUs", Notes: []string{hostile},
		Comparisons: []Comparison{
			{
				Test: hostile, Scripts: 3,
				Versions:   []Version{{Name: hostile, Lines: 7, Bytes: 8, Frames: []Frame{{Layout: recording.Layout{Package: hostile, Type: hostile, Bytes: 8}}}}, {Name: "reference"}},
				Difference: &recording.Difference{Script: hostile, Version: 1, Line: 8, Traces: [2]string{strings.Repeat("same\n", 8) + hostile, strings.Repeat("same\n", 8)}},
			},
			{
				Test: "TestX", Scripts: 1,
				Versions: []Version{{Name: "a"}, {Name: "b"}},
				Costs: []recording.Cost{{
					What: "all is ready",
					Runs: []recording.RunCost{{Objects: 1, Bytes: 16, Nanoseconds: 1234}, {Objects: 2.5, Bytes: 123456, Nanoseconds: 5}}, Pairs: []recording.PairCost{{Ratio: 1, Low: 1, High: 1}, {Ratio: 0.5, Low: 0.25, High: 0.75}},
				}},
			},
		},
	}
}

func TestFormats(t *testing.T) {
	r := report()
	out := map[string]string{}
	for _, format := range Formats {
		var b bytes.Buffer
		if err := r.Write(&b, format); err != nil {
			t.Fatal(err)
		}
		out[format] = b.String()
	}
	if err := r.Write(new(bytes.Buffer), "pdf"); err == nil {
		t.Error("there is a format pdf")
	}
	var again Report
	if err := json.Unmarshal([]byte(out["json"]), &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, &again); diff != "" {
		t.Errorf("JSON: %s", diff)
	}
	for _, forbidden := range []string{"<script", "<img", "src=", "href=", "http:", "https:", "url("} {
		if found := strings.Index(out["html"], forbidden); found >= 0 && forbidden != "src=" || strings.Contains(out["html"], `<img`) {
			t.Errorf("the page has %s", forbidden)
		}
	}
	for _, forbidden := range []string{"<script", "<img", "[a](b)", "*b* "} {
		if strings.Contains(strings.ReplaceAll(out["md"], `\*b\* `, ""), forbidden) {
			t.Errorf("the Markdown has %s", forbidden)
		}
	}
	for _, line := range strings.Split(out["md"], "\n") {
		if cells := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|"); cells != 0 && cells != 4 {
			t.Errorf("a line of the table has %d bars: %s", cells, line)
		}
	}
	_, text, _ := strings.Cut(out["text"], "\nTestX")
	want := `: the traces are the same under 1 script

                 a            b
  lines of code  none         none
  frames, bytes  none         none
  all is ready
    allocations  1, 16 bytes  2.5, 123.5 kB
    time         1.23µs       10ns
    time, ratio  1            0.50 (0.25 to 0.75)

Allocations and times are those of a whole run with its task and what the test sets up, measured on this machine (plan9/arm, 1 CPUs), without the collection of garbage.`
	if !strings.HasPrefix(text, want) {
		t.Errorf("text (-want +got):\n%s", cmp.Diff(want, text))
	}
	first, _, _ := strings.Cut(out["text"], "\nTestX")
	if strings.Count(first, "same") != 2*around || !strings.Contains(first, "\n> "+strings.Replace(hostile, "\x1b", "�", 1)+"\n") {
		t.Errorf("the difference:\n%s", first)
	}
}

// TestLines counts the lines of a frame.
func TestLines(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module sample\ngo 1.26\n")
	write("frame.go", `package sample

// A frame has 6 lines.
type (
	frame struct {
		text  string // with a comment

		/* a comment
		of two lines */
		state state
	}
	other struct{}
)

type state int // 1 line

const ( // 4 lines
	zero state = iota
	one
)

var (
	used   = "1 line"
	unused = 7
)

//line other.go:1
func newFrame() *frame { // 5 lines, and 2 more
	return &frame{text: `+"`a\n\n\tb`"+`}
}

func (f *frame) Poll() { // 4 lines
	f.state, f.text = one, used
	helper()
}

func (other) Poll() { _ = frame{} }

func (o other) Make() *frame { o.Poll(); return &frame{} }

func helper() {}

type generic[T any] struct { // 3 lines
	v T
}

func (g *generic[T]) Poll() { helper() } // 1 line

func makeGeneric[T any](v T) any { return &generic[T]{v} } // 1 line
`)
	write("frame_test.go", "package sample\n\nvar _ = &frame{}\n\nfunc make() any { return &frame{} }\n")
	layout := func(name string) recording.Layout { return recording.Layout{Package: "sample", Type: name, Bytes: 8} }
	compared := []recording.Comparison{{Test: "TestX", Versions: []recording.Version{
		{Name: "a", Frames: []recording.Layout{layout("frame"), layout("generic"), {Package: "nowhere", Type: "lost", Bytes: 1, Inside: true}}},
		{Name: "b", Frames: []recording.Layout{layout("generic")}},
	}}}
	t.Setenv("GOFLAGS", "-mod=mod")
	code, err := loadCode(t.Context(), dir, compared)
	if err != nil {
		t.Fatal(err)
	}
	lines := func(name string) int { return len(code.lines(code.types[typeName{"sample", name}])) }
	// type frame 4 (struct, text, state, end), state 1, const 4, used 1, newFrame 5, Poll 4
	if got := lines("frame"); got != 4+1+4+1+5+4 {
		t.Errorf("frame has %d lines", got)
	}
	if got := lines("generic"); got != 3+1+1 {
		t.Errorf("generic has %d lines", got)
	}
	c := code.comparison(compared[0])
	if len(c.Versions[0].Frames) != 2 || len(c.Versions[1].Frames) != 0 || c.Versions[0].Bytes != 8 || c.Versions[0].Lines != 19 {
		t.Errorf("%+v", c)
	}
	if i := slices.IndexFunc(c.Versions[0].Frames, func(f Frame) bool { return f.Type == "frame" }); i < 0 || c.Versions[0].Frames[i].File != "frame.go" || c.Versions[0].Frames[i].Line != 5 {
		t.Errorf("%+v", c.Versions[0].Frames)
	}
	if fmt.Sprint(code.notes) != "[the declaration of nowhere.lost is not found: its lines are not counted]" {
		t.Errorf("notes %q", code.notes)
	}
}

// A test that fails before it compares anything is an error, and so is one that does not exist.
func TestErrors(t *testing.T) {
	if _, err := Run(t.Context(), ".", nil, "TestFormat"); err == nil || !strings.Contains(err.Error(), "did you mean TestFormats?") {
		t.Errorf("a test that does not exist: %v", err)
	}
	if _, err := Run(t.Context(), ".", nil, "TestFormats"); err == nil || !strings.HasPrefix(err.Error(), "TestFormats compares nothing") {
		t.Errorf("a test that compares nothing: %v", err)
	}
}
