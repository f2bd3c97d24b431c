package gen

// This file tests the pages that explain machines.

import (
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/page"
)

// explainText explains the functions in source.
func explainText(source string) (*Explanation, error) {
	pkgs, diags := load.FromSource(map[string]string{"in.go": source})
	if err := diags.Err(); err != nil {
		return nil, err
	}
	opts := &Options{}
	opts.defaults()
	return explainPackages(pkgs, opts, "", runtime.GOARCH)
}

// mustExplain returns the pages of the functions in source.
func mustExplain(t *testing.T, name, source string) *Explanation {
	t.Helper()
	e, err := explainText(source)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return e
}

// TestExplain demands of the pages of all goldens and probes that every await is linked both ways,
// that every line of a machine is linked or has a reason, and that a page is not too large.
func TestExplain(t *testing.T) {
	sources := lineSources(t)
	functions, largest := 0, 0
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		for _, fn := range mustExplain(t, name, sources[name]).pkgs[0].Functions {
			functions++
			to := map[int]bool{} // lines of the source with a line of the machine
			reasons := map[string]bool{}
			for _, r := range reasonTexts() {
				reasons[r.Word] = true
			}
			for _, l := range fn.Machine {
				to[l.From] = true
				if l.From == 0 && !reasons[l.Why] {
					t.Errorf("%s: %s: line %d has no reason: %s", name, fn.Name, l.No, l.Text)
				}
				if l.From > 0 && (l.From < fn.Source[0].No || l.From > fn.Source[len(fn.Source)-1].No) {
					t.Errorf("%s: %s: line %d comes from line %d, which is outside of the function", name, fn.Name, l.No, l.From)
				}
			}
			for _, l := range fn.Source {
				if l.Kind == "await" && !to[l.No] {
					t.Errorf("%s: %s: no line of the machine comes from the await in line %d: %s", name, fn.Name, l.No, l.Text)
				}
			}
			for _, m := range fn.Machines {
				for _, s := range m.States {
					if s.Line > 0 && !slices.ContainsFunc(fn.Source, func(l page.SourceLine) bool { return l.No == s.Line && l.Kind == "await" }) {
						t.Errorf("%s: %s: the state %s is at line %d, which has no await", name, m.Name, s.Name, s.Line)
					}
				}
			}
			text, err := fn.HTML(reasonTexts())
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if largest = max(largest, len(text)); len(text) > page.MaxBytes {
				t.Errorf("%s: the page of %s has %d bytes for %d lines", name, fn.Name, len(text), len(fn.Machine))
			}
		}
	}
	t.Logf("%d functions, the largest page has %d bytes", functions, largest)
}

// TestExplainEdges demands that a picture has exactly the ways that the blocks have.
func TestExplainEdges(t *testing.T) {
	sources := lineSources(t)
	edges := 0
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		g, _ := originsOf(t, name, sources[name])
		explained := map[string]*page.Machine{}
		for _, fn := range mustExplain(t, name, sources[name]).pkgs[0].Functions {
			for _, m := range fn.Machines {
				explained[fn.Name+" "+m.Name] = m
			}
		}
		for f, body := range g.all {
			m := explained[load.DeclKey(f.Decl, f.Name())+" "+body.Name]
			want, got := map[[2]int]bool{}, map[[2]int]bool{}
			for _, b := range g.layouts[body.Func].Blocks {
				b.Terminators(func(x *ir.Terminator) {
					if x.Jump != nil {
						want[[2]int{b.Index, x.Jump.To.Index}] = true
					}
				})
			}
			for _, e := range m.Edges {
				from, to := m.Nodes[e.From].Block, m.Nodes[e.To].Block
				if to >= 0 && e.Kind != "suspend" {
					got[[2]int{from, to}] = true
				}
			}
			for _, b := range g.layouts[body.Func].Blocks {
				returns, leads, cancelled := false, false, false
				b.Terminators(func(x *ir.Terminator) { returns = returns || x.Jump == nil })
				for _, e := range m.Edges {
					if m.Nodes[e.From].Block == b.Index {
						leads = leads || m.Nodes[e.To].Block < 0 && m.Nodes[e.To].Title != "panics" && e.Kind != "cancel"
						cancelled = cancelled || e.Kind == "cancel"
					}
				}
				if returns != leads {
					t.Errorf("%s: %s: block %d returns: %t, and an edge leads to an end: %t", name, body.Name, b.Index, returns, leads)
				}
				if a := b.Await; a != nil && a.Deferred && cancelled {
					t.Errorf("%s: %s: the await of block %d is shielded, and has an edge for a cancellation", name, body.Name, b.Index)
				} else if a != nil && !a.Deferred && a.Form.Err && b.End != nil && !cancelled {
					t.Errorf("%s: %s: the await of block %d has no edge for a cancellation", name, body.Name, b.Index)
				}
			}
			edges += len(want)
			for e := range want {
				if !got[e] {
					t.Errorf("%s: %s: no edge leads from block %d to block %d", name, body.Name, e[0], e[1])
				}
			}
			for e := range got {
				if !want[e] {
					t.Errorf("%s: %s: an edge leads from block %d to block %d, and no jump", name, body.Name, e[0], e[1])
				}
			}
		}
	}
	t.Logf("%d edges", edges)
}

// TestExplainFrames compiles the machines of all goldens, and compares the offsets and sizes of
// their fields with those on the pages.
func TestExplainFrames(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles all goldens")
	}
	build := newScratch(t)
	want := map[string]string{}
	for _, g := range sample(t, goldens(t)) {
		source := g.file("in.go")
		code, err := machineText(source, Options{})
		if err != nil {
			t.Fatal(err)
		}
		dir := "p/" + g.name
		build.add(dir+"/in.go", source)
		build.add(dir+"/in_coroutine.go", code)
		var test strings.Builder
		fmt.Fprintf(&test, "package %s\n\nimport (\n\t\"fmt\"\n\t\"testing\"\n\t\"unsafe\"\n)\n\nfunc TestFrames(t *testing.T) {\n", packageName(source))
		for _, fn := range mustExplain(t, g.name, source).pkgs[0].Functions {
			for _, m := range fn.Machines {
				if m.Frame == nil || !strings.Contains(code, "\ntype "+m.Frame.Name+" struct") {
					continue // generic, or declared in a constructor
				}
				key := g.name + " " + m.Frame.Name
				fmt.Fprintf(&test, "\t{\n\t\tvar x %s\n\t\tfmt.Println(\"\\n= %s\", unsafe.Sizeof(x)", m.Frame.Name, key)
				var text strings.Builder
				fmt.Fprint(&text, m.Frame.Size)
				for _, f := range m.Frame.Fields {
					fmt.Fprintf(&test, ", unsafe.Offsetof(x.%s), unsafe.Sizeof(x.%s)", f.Name, f.Name)
					fmt.Fprintf(&text, " %d %d", f.Offset, f.Size)
				}
				test.WriteString(")\n\t}\n")
				want[key] = text.String()
			}
		}
		test.WriteString("}\n")
		build.add(dir+"/frames_test.go", test.String())
	}
	out, err := build.run("test", "-vet=off", "-count=1", "-v", "-run=TestFrames", "./p/...")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got := map[string]string{}
	for line := range strings.Lines(out) {
		if rest, ok := strings.CutPrefix(line, "= "); ok {
			golden, rest, _ := strings.Cut(strings.TrimSpace(rest), " ")
			frame, numbers, _ := strings.Cut(rest, " ")
			got[golden+" "+frame] = numbers
		}
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if got[key] != want[key] {
			t.Errorf("%s: the page says %s, and the compiler %s", key, want[key], got[key])
		}
	}
	t.Logf("%d frames", len(want))
	if *runAll && len(want) < 50 {
		t.Error("they are too few")
	}
}

// packageName returns the name of the package of source.
func packageName(source string) string {
	for line := range strings.Lines(source) {
		if name, ok := strings.CutPrefix(line, "package "); ok {
			return strings.Fields(name)[0]
		}
	}
	return ""
}

// TestExplainMarks demands that text of the user that looks like the marks of the tool is text.
func TestExplainMarks(t *testing.T) {
	source := "package p\n\nimport (\n\tco \"github.com/coroutinegen/coroutinegen/annotations\"\n\t\"github.com/coroutinegen/coroutinegen/rt\"\n)\n\n" +
		"//coroutine:async\nfunc f() (string, error) {\n" +
		"\ts := \"x \uE000line 3\" // and \uE000line 77\n" +
		"\traw := `a\n//line +5\n//line +-joins in block 2 label\n \uE000line 3\nb \uE000line z\n`\n" +
		"\t/* c \uE000line 4 */\n\t// \uE000line\n\t// d \uE000\uE000line 5\n" +
		"\terr := co.Wait(rt.Yield()) // \uE000line 6\n" +
		"\treturn s + raw, err\n}\n"
	fn := mustExplain(t, "marks", source).pkgs[0].Functions[0]
	lines := strings.Split(source, "\n")
	found := 0
	for _, l := range fn.Machine {
		if text := strings.TrimSpace(l.Text); strings.Contains(text, "\uE000") && l.From > 0 {
			found++
			if want := strings.TrimSpace(lines[l.From-1]); !strings.HasSuffix(text, want[len(want)-8:]) {
				t.Errorf("%q comes from %q", text, want)
			}
		}
	}
	if found < 5 {
		t.Errorf("%d lines with a mark of the user are linked, want 5 or more", found)
	}
}

// TestExplainOneLine demands that what gofmt makes several lines of comes from the one line in
// the source.
func TestExplainOneLine(t *testing.T) {
	source := "package p\n\nimport (\n\tco \"github.com/coroutinegen/coroutinegen/annotations\"\n\t\"github.com/coroutinegen/coroutinegen/rt\"\n)\n\n" +
		"//coroutine:async\nfunc f(n int) (r int, err error) { " +
		"for i := 0; i < n; i++ { if i == 3 { continue }; switch { case i == 4: co.Must(rt.Yield()); default: }; L: for { break L } }; " +
		"select { case <-make(chan int): default: }; return n, co.Wait(rt.Yield()) }\n" +
		"//coroutine:async\nfunc g() { for { } }\n"
	for i, fn := range mustExplain(t, "one line", source).pkgs[0].Functions {
		for _, l := range fn.Machine {
			if l.From != 0 && l.From != 9+2*i {
				t.Errorf("line %d of %s comes from line %d: %s", l.No, fn.Name, l.From, l.Text)
			}
		}
	}
}

// TestExplainRandom explains random programs. Their comments and defer statements stand in places
// that the goldens do not have.
func TestExplainRandom(t *testing.T) {
	if testing.Short() {
		t.Skip("makes programs")
	}
	explained := 0
	for seed := uint64(1000); seed < 1040; seed++ {
		in, err := fuzzProgram(0, seed)
		if err != nil || fuzzRefused(in) {
			continue
		}
		explained++
		if _, err := explainText(in); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
	t.Logf("%d programs", explained)
}

// TestExplainEscapes demands that text of the user cannot become markup.
func TestExplainEscapes(t *testing.T) {
	source := "package p\n\nimport (\n\tco \"github.com/coroutinegen/coroutinegen/annotations\"\n\t\"github.com/coroutinegen/coroutinegen/rt\"\n)\n\n" +
		"// f is </script><script>alert(1)</script> and <img src=x onerror=alert(2)>.\n//\n//coroutine:async\nfunc f(名 string) error {\n" +
		"\ts := \"</script><script>alert(3)</script>\" // </style></title><b>\n" +
		"\traw := `</script>\n<!-- <script>\n${alert(4)}'\"`\n" +
		"\tif s != \"<img src=x onerror=alert(5)>\" && raw != \"]]>\" {\n\t\treturn nil\n\t}\n" +
		"\tfor 名 != \"<&>\" {\n\t\tif err := co.Wait(g(\"</text></svg><script>alert(6)</script>\" + s)); err != nil {\n\t\t\treturn err\n\t\t}\n\t}\n" +
		"\treturn co.Wait(rt.Yield())\n}\n\nfunc g(string) rt.YieldOp { return rt.Yield() }\n"
	e := mustExplain(t, "hostile", source)
	fn := e.pkgs[0].Functions[0]
	fn.Plays = []page.Play{{Name: "</option><script>alert(7)</script>", Test: "<b>", Moments: []page.Moment{{Text: "</script><script>alert(8)</script>", Fields: []page.Value{{Name: "<b>", Value: "</script>"}}}}}}
	for _, format := range ExplainFormats {
		text, err := fn.Format(format, reasonTexts())
		if err != nil {
			t.Fatal(err)
		}
		switch format {
		case "html":
			for _, bad := range []string{"<script>alert", "<img", "<title><b>", "<!-- <script>"} {
				if strings.Contains(string(text), bad) {
					t.Errorf("%s is in the page", bad)
				}
			}
			if n := strings.Count(string(text), "<script"); n != 2 {
				t.Errorf("the page has %d scripts, want the data and its own", n)
			}
		case "svg":
			d := xml.NewDecoder(strings.NewReader(string(text)))
			for {
				if _, err := d.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Fatalf("the picture is no XML: %v\n%s", err, text)
				}
			}
			if strings.Contains(string(text), "<script") {
				t.Error("a script is in the picture")
			}
		case "md":
			if strings.Contains(string(text), "\n```\n</script>") {
				t.Error("a raw string ends the block of code")
			}
		}
	}
}

// TestExplainRefused demands that the page of a function that is refused shows the refusal at its
// line, and that the pages of the others say that they wait for it.
func TestExplainRefused(t *testing.T) {
	source := "package p\n\nimport (\n\tco \"github.com/coroutinegen/coroutinegen/annotations\"\n\t\"github.com/coroutinegen/coroutinegen/rt\"\n)\n\n" +
		"//line other.go:100\n//coroutine:async\nfunc bad() {\n\tgo func() {\n\t\tco.Wait(rt.Yield())\n\t}()\n}\n\n//coroutine:async\nfunc good() error { return co.Wait(rt.Yield()) }\n"
	e := mustExplain(t, "refused", source)
	bad, good := e.pkgs[0].Functions[0], e.pkgs[0].Functions[1]
	if len(bad.Refusals) != 1 || bad.Refusals[0].Code != "AwaitInGo" || bad.Refusals[0].Line != 12 {
		t.Errorf("the refusals are %v", bad.Refusals)
	}
	text, err := bad.HTML(nil)
	if err != nil || !strings.Contains(string(text), "AwaitInGo") || !strings.Contains(string(text), "bad is refused") {
		t.Errorf("the page does not say so: %v", err)
	}
	text, err = good.HTML(nil)
	if err != nil || len(good.Refusals) > 0 || !strings.Contains(string(text), "while something else in the package is refused") || !strings.Contains(string(text), "other.go:103: ") {
		t.Errorf("the page of the other function does not say why there is no machine: %v", err)
	}
	if text, err := bad.Format("svg", nil); err != nil || len(text) > 0 {
		t.Errorf("there is a picture of a function without a machine: %v", err)
	}
}

// A test runs in the module of Options.Dir, with the tags of the options, and on no other system.
func TestExplainPlays(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs a test")
	}
	dir := writeSessionModule(t)
	put(t, filepath.Join(dir, "b", "b_test.go"), `//go:build special

package b

import (
	"testing"

	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func TestPause(t *testing.T) { rttest.Run(t, pauseAsync()) }
`)
	opts := Options{Dir: dir, Patterns: []string{"./b"}, Tags: "special"}
	all := opts
	all.Patterns = []string{"./...", "test/more"}
	res, err := Generate(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Write(); err != nil {
		t.Fatal(err)
	}
	e, err := Explain(t.Context(), opts, "pause")
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Play(t.Context(), "TestPause"); err != nil {
		t.Fatal(err)
	}
	if fn := e.pkgs[0].Functions[0]; len(fn.Plays) != 1 {
		t.Errorf("%s has %d plays: %s", fn.Name, len(fn.Plays), fn.PlayNote)
	}
	opts.GOOS = "windows"
	if runtime.GOOS == opts.GOOS {
		opts.GOOS = "linux"
	}
	if e, err = Explain(t.Context(), opts, "pause"); err != nil {
		t.Fatal(err)
	}
	if err := e.Play(t.Context(), "TestPause"); err == nil || !strings.HasPrefix(err.Error(), "a test runs on this system") {
		t.Errorf("on another system: %v", err)
	}
}
