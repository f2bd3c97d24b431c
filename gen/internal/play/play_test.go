package play

// This file records the tests of the examples, and tests of a module made for this.

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt/rttest/recording"
)

const module = "github.com/coroutinegen/coroutinegen/"

// examples are tests of the examples that run machines.
var examples = []struct{ folder, test string }{
	{"echo", "TestHandle"},
	{"echo", "TestServe"},
	{"crawl", "TestCrawl"},
	{"queue", "TestBoth"},
	{"ticker", "TestEvery"},
	{"proxy", "TestPipe"},
	{"handler", "TestVisitsAtOnce"},
}

// TestStatesAreThoseOfWhere demands that a frame which was recorded in a state stood at the await
// that the generated file lists for this state, and that a frame which had ended stood nowhere.
func TestStatesAreThoseOfWhere(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the tests of the examples")
	}
	for _, e := range examples {
		t.Run(e.folder+"/"+e.test, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join("..", "..", "..", "generated", e.folder)
			r, err := Record(t.Context(), Packages{Dir: dir}, e.test)
			if err != nil {
				t.Fatal(err)
			}
			lines := stateLines(t, dir)
			checked := 0
			check := func(frame string, p recording.Position, from bool) {
				if p.State == nil {
					if !from {
						t.Errorf("%s has no state at the end of a step", frame)
					}
					return
				}
				if want := lines[frame][*p.State]; p.Line != want {
					t.Errorf("%s in state %d stands at %q, want %q", frame, *p.State, p.Line, want)
				}
				checked++
			}
			for _, p := range r.Plays {
				for _, s := range p.Steps {
					for _, f := range s.Frames {
						if f.Package == module+"generated/"+e.folder && lines[f.Type] != nil {
							check(f.Type, f.From, true)
							check(f.Type, f.To, false)
							if s.End != recording.Suspended && f.To.Line != "" {
								t.Errorf("%s is suspended, but its task has %s", f.Type, s.End)
							}
						}
					}
				}
			}
			if checked == 0 {
				t.Error("no frame of the package was recorded")
			}
		})
	}
}

// stateLines returns, for each frame in the generated files in dir, the await that each of its
// states stands for.
func stateLines(t *testing.T, dir string) map[string]map[int]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	numbers := map[string]int{}
	tables := map[string]map[string]string{}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			d, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for i, spec := range d.Specs {
				spec, ok := spec.(*ast.ValueSpec)
				switch {
				case !ok:
				case d.Tok == token.CONST:
					numbers[spec.Names[0].Name] = i
				case strings.HasSuffix(spec.Names[0].Name, "Lines") && len(spec.Values) == 1:
					table := map[string]string{}
					literal, ok := spec.Values[0].(*ast.CompositeLit)
					if !ok {
						continue
					}
					for _, e := range literal.Elts {
						if e, ok := e.(*ast.KeyValueExpr); ok {
							table[e.Key.(*ast.Ident).Name], _ = strconv.Unquote(e.Value.(*ast.BasicLit).Value)
						}
					}
					tables[strings.TrimSuffix(spec.Names[0].Name, "Lines")+"Frame"] = table
				}
			}
		}
	}
	lines := map[string]map[int]string{}
	for frame, table := range tables {
		lines[frame] = map[int]string{}
		for name, line := range table {
			lines[frame][numbers[name]] = line
		}
	}
	return lines
}

// TestEchoShowsEverything demands that the plays of the echo server's handle, as a page shows
// them, have what can happen at each of its awaits: it is ready, pending, fails, panics, and is
// cancelled.
func TestEchoShowsEverything(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "generated", "echo")
	r, err := Record(t.Context(), Packages{Dir: dir}, "TestHandle")
	if err != nil {
		t.Fatal(err)
	}
	plays, notes := r.Choose(module+"generated/echo", "handleFrame", PageLimits)
	t.Logf("%d plays of %d; %q", len(plays), len(r.Plays), notes)
	file, err := os.ReadFile(filepath.Join(dir, "echo.go"))
	if err != nil {
		t.Fatal(err)
	}
	code := strings.Split(string(file), "\n")
	seen := map[string]bool{}
	for _, p := range plays {
		if len(p.Steps) > PageLimits.Steps {
			t.Errorf("a play has %d steps", len(p.Steps))
		}
		for _, s := range p.Steps {
			var handle *recording.Frame
			for i := range s.Frames {
				if s.Frames[i].Type == "handleFrame" {
					handle = &s.Frames[i]
				}
			}
			if handle == nil {
				t.Fatalf("a step without handle: %+v", s)
			}
			await := func(line string) string { return regexp.MustCompile(`Read|Write|$`).FindString(line) }
			if s.End == recording.Suspended {
				seen["pending "+await(handle.To.Line)] = true
			}
			if s.End == recording.Cancelled && strings.Contains(s.Error, "context canceled") {
				seen["cancelled "+await(handle.From.Line)] = true
			}
			// An event has the line of the machine at which it happened.
			for _, e := range s.Events {
				if len(e.At) == 0 || e.At[0].Method != "Poll" {
					continue
				}
				at := await(strings.Replace(strings.Replace(code[e.At[0].Line-1], "read.Poll", "Read", 1), "write.Poll", "Write", 1))
				switch {
				case strings.HasSuffix(e.Text, "fails") && s.End == recording.Failed:
					seen["failing "+at] = true
				case strings.HasSuffix(e.Text, "panics") && s.End == recording.Panicked && s.Value == "injected":
					seen["panicking "+at] = true
				case strings.Contains(e.Text, `"`):
					seen["ready "+at] = true
				}
			}
		}
	}
	for _, await := range []string{"Read", "Write"} {
		for _, what := range []string{"ready", "pending", "failing", "panicking", "cancelled"} {
			if !seen[what+" "+await] {
				t.Errorf("no play shows %s %s", what, await)
			}
		}
	}
	i := slices.IndexFunc(plays[0].Steps[0].Frames[0].Fields, func(f recording.Field) bool { return f.Name == "buf" })
	if i < 0 || !strings.HasPrefix(plays[0].Steps[0].Frames[0].Fields[i].Value, "4096 bytes: ") {
		t.Errorf("the frame of the first play is %+v", plays[0].Steps[0].Frames[0])
	}
}

func TestNothingIsRecorded(t *testing.T) {
	dir := t.TempDir()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	_, requirements, _ := strings.Cut(string(mod), "\n")
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module sample\n"+requirements+"\nrequire github.com/coroutinegen/coroutinegen v0.0.0\nreplace github.com/coroutinegen/coroutinegen => "+filepath.ToSlash(root)+"\n")
	write("go.sum", string(sum))
	write("sample.go", "package sample\n")
	write("sample_test.go", `package sample

import (
	"os"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func TestRun(t *testing.T) { rt.Run(rt.Sleep(0)) }

func Example_run() {
	rt.Run(rt.Sleep(0))
	// Output:
}

func Example_silent() {}

func TestFails(t *testing.T) {
	rttest.Run(t, rt.Sleep(0))
	t.Error("on <purpose>")
}

func TestBroken(t *testing.T) {
	rttest.Run(t, rt.Sleep(0))
	t.Cleanup(func() {
		f, _ := os.OpenFile(os.Getenv("COROUTINEGEN_RECORD"), os.O_APPEND|os.O_WRONLY, 0)
		f.WriteString("{\"format\":1,\"play\":{\n{\"format\":99,\"play\":{\"test\":\"later\",\"steps\":[{}]}}\n{\"form")
		f.Close()
	})
	t.Run("sub", func(t *testing.T) { rttest.Run(t, rt.Sleep(0)) })
}

func TestSkipped(t *testing.T) { t.Skip("not here") }
`)
	t.Setenv("GOFLAGS", "-mod=mod")
	record := func(test string) (*Recording, error) { return Record(context.Background(), Packages{Dir: dir}, test) }
	for _, c := range []struct{ test, want string }{
		{"TestRun", "TestRun recorded nothing: only tasks on loops of package rttest are recorded, and it makes its loop in another way, as by rt.Run"},
		{"Example_run", "Example_run recorded nothing: only tasks on loops of package rttest are recorded, and an example has no testing.TB"},
		{"Example_silent", "there is no test Example_silent in this folder that runs: an example without a comment // Output does not; there are Example_run, "},
		{"TestRum", "there is no test TestRum in this folder; did you mean TestRun?"},
		{"TestOther", "there is no test TestOther in this folder; there are Example_run, TestBroken, TestFails, TestRun, TestSkipped"},
		{"TestBroken/other", "TestBroken of this folder has no subtest other"},
		{"TestSkipped", "TestSkipped recorded nothing"},
		{"handle", `"handle" is not the name of a test`},
	} {
		_, err := record(c.test)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v\nwant %s", c.test, err, c.want)
		}
	}
	r, err := record("TestFails")
	if failed, ok := errors.AsType[*TestError](err); !ok || !strings.Contains(failed.Output, "on <purpose>") || r == nil || len(r.Plays) != 1 {
		t.Errorf("a test that fails: %v, %+v", err, r)
	}
	r, err = record("TestBroken")
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Plays) != 1 || fmt.Sprint(r.Notes) != "[2 lines of the recording of TestBroken cannot be read and are left out]" {
		t.Errorf("a broken recording: %d plays, %q", len(r.Plays), r.Notes)
	}
	if r, err = record("TestBroken/sub"); err != nil || len(r.Plays) != 1 {
		t.Errorf("a subtest: %v", err)
	}
	write("tagged_test.go", "//go:build special\n\npackage sample\n\nimport (\n\t\"testing\"\n\n\t\"github.com/coroutinegen/coroutinegen/rt\"\n"+
		"\t\"github.com/coroutinegen/coroutinegen/rt/rttest\"\n)\n\nfunc TestTagged(t *testing.T) { rttest.Run(t, rt.Sleep(0)) }\n")
	if r, err = Record(context.Background(), Packages{Dir: dir, Tags: "special,other"}, "TestTagged"); err != nil || len(r.Plays) != 1 {
		t.Errorf("a test with a build tag: %v", err)
	}
	if err := os.Mkdir(filepath.Join(dir, "other"), 0o777); err != nil {
		t.Fatal(err)
	}
	write("other/other_test.go", "package other\nvar x int = 1 +\n")
	r, err = Record(context.Background(), Packages{Dir: dir, Patterns: []string{"./..."}}, "TestBroken/sub")
	if err != nil || len(r.Plays) != 1 || !slices.Contains(r.Notes, "the tests of some packages do not compile and are left out") {
		t.Errorf("beside a package that does not compile: %v, %+v", err, r)
	}
	write("sample.go", "package sample\nvar x int = 1 +\n")
	if _, err := record("TestRun"); err == nil || !strings.HasPrefix(err.Error(), "the test cannot be run: ") || !strings.Contains(err.Error(), "sample.go:3") {
		t.Errorf("a package that does not compile: %v", err)
	}
}

// TestChoose demands that limits are kept, and said.
func TestChoose(t *testing.T) {
	state := func(n int) *int { return &n }
	r := &Recording{Test: "TestX"}
	for i := range 100 {
		p := recording.Play{Test: "TestX", Task: fmt.Sprint("task-", i)}
		for n := range i + 1 {
			p.Steps = append(p.Steps, recording.Step{Number: n + 1, End: recording.Suspended, Frames: []recording.Frame{
				{Package: "p", Type: "fFrame", From: recording.Position{State: state(n)}, To: recording.Position{State: state(n + 1)}},
				{Package: "p", Type: "gFrame", To: recording.Position{State: state(1)}, Fields: []recording.Field{{Name: "x", Type: "int", Value: "1"}}},
			}})
		}
		r.Plays = append(r.Plays, p)
	}
	plays, notes := r.Choose("p", "fFrame", Limits{Plays: 5, Steps: 3, Bytes: 1 << 20})
	if len(plays) != 5 || len(plays[4].Steps) != 3 || plays[4].Cut != true || plays[0].Task != "task-0" || plays[0].Steps[0].Frames[1].Fields != nil {
		t.Errorf("%d plays: %+v", len(plays), plays)
	}
	if len(r.Plays[99].Steps) != 100 || r.Plays[0].Steps[0].Frames[1].Fields == nil {
		t.Error("the recording was changed")
	}
	if want := "[95 more plays are left out, as the page would be too large 2 plays end after 3 steps, although the test went on]"; fmt.Sprint(notes) != want {
		t.Errorf("notes %q, want %s", notes, want)
	}
	if plays, notes := r.Choose("p", "hFrame", PageLimits); plays != nil || len(notes) != 1 {
		t.Errorf("of another type: %v, %q", plays, notes)
	}
}
