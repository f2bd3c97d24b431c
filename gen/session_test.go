package gen

// This file tests sessions. After every change, what a session has written must be what a run
// that keeps nothing generates, and what it reports must be what that run reports.

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sessionModule is a module with a package main of two builds, packages that it imports, one of
// them in another module, and one that has nothing to do with the others.
var sessionModule = map[string]string{
	"a/a.go": `package a

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"test/b"
	"test/lib"
)

//coroutine:async
func Run(n int) error {
	v := lib.Value()
	for i := 0; i < n; i++ {
		defer func() { println(i) }()
		if err := co.Wait(b.StepAsync(i)); err != nil {
			return err
		}
	}
	println(v)
	return nil
}
`,
	"a/a_other.go": `//go:build windows

package a

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"test/b"
)

//coroutine:async
func Other() error { return co.Wait(b.StepAsync(1)) }
`,
	"b/b.go": `package b

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"test/more"
)

//coroutine:async
func Step(i int) error {
	v := more.Value()
	if err := co.Wait(pauseAsync()); err != nil {
		return err
	}
	println(v)
	return nil
}

//coroutine:async
func pause() error { return nil }
`,
	"lib/lib.go": `package lib

import "test/lib/inner"

func Value() inner.T { return 0 }
`,
	"lib/inner/inner.go": "package inner\n\ntype T = int\n",
	"alone/alone.go":     "package alone\n\n//coroutine:async\nfunc Alone() error { return nil }\n",
	"more/go.mod":        "module test/more\n\ngo 1.26.0\n",
	"more/more.go":       "package more\n\nfunc Value() int { return 0 }\n",
}

// writeSessionModule writes sessionModule and a go.mod to a folder of its own.
func writeSessionModule(t testing.TB) (dir string) {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile("../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(mod), "\n")
	dir = t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	const self = "github.com/coroutinegen/coroutinegen"
	write("go.mod", "module test\n"+rest+"\nrequire "+self+" v0.0.0\nrequire test/more v0.0.0\n\nreplace "+self+" => "+root+"\nreplace test/more => ./more\n")
	write("go.sum", string(sum))
	for name, text := range sessionModule {
		write(name, text)
	}
	return dir
}

// An edit changes the module of a session.
type edit struct {
	name   string
	do     func(m *sessionFiles)
	lists  bool     // the go command has to be asked
	writes []string // the files that change
	wrong  string   // part of what is reported, or "" if nothing is wrong
	unsure bool     // all that is generated has to be checked
}

type sessionFiles struct {
	t   testing.TB
	dir string
}

func (m *sessionFiles) path(name string) string { return filepath.Join(m.dir, name) }

func (m *sessionFiles) write(name, text string) {
	m.t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(m.path(name)), 0o777), os.WriteFile(m.path(name), []byte(text), 0o666)); err != nil {
		m.t.Fatal(err)
	}
}

func (m *sessionFiles) replace(name, old, new string) {
	m.t.Helper()
	text, err := os.ReadFile(m.path(name))
	if err != nil || !strings.Contains(string(text), old) {
		m.t.Fatalf("%s does not contain %q: %v", name, old, err)
	}
	m.write(name, strings.Replace(string(text), old, new, 1))
}

func (m *sessionFiles) remove(name string) {
	m.t.Helper()
	if err := os.RemoveAll(m.path(name)); err != nil {
		m.t.Fatal(err)
	}
}

func (m *sessionFiles) rename(from, to string) {
	m.t.Helper()
	if err := os.Rename(m.path(from), m.path(to)); err != nil {
		m.t.Fatal(err)
	}
}

var sessionEdits = []edit{
	{name: "nothing", do: func(m *sessionFiles) {}},
	{name: "a body", do: func(m *sessionFiles) { m.replace("a/a.go", "println(v", "println(n, v") },
		writes: []string{"a/a_coroutine.go"}},
	{name: "saved through a temporary file", do: func(m *sessionFiles) {
		text, _ := os.ReadFile(m.path("a/a.go"))
		m.write("a/4913", "")
		m.remove("a/4913")
		m.write("a/a.go~", strings.Replace(string(text), "println(n, v", "println(v", 1))
		m.rename("a/a.go~", "a/a.go")
	}, writes: []string{"a/a_coroutine.go"}},
	{name: "saved without a change", do: func(m *sessionFiles) { m.replace("a/a.go", "package", "package") }},
	{name: "a type in a package without coroutines",
		do: func(m *sessionFiles) {
			m.replace("lib/inner/inner.go", "= int", "= string")
			m.replace("lib/lib.go", "return 0", `return ""`)
		},
		writes: []string{"a/a_coroutine.go"}},
	{name: "a type in a package of another module",
		do:     func(m *sessionFiles) { m.replace("more/more.go", "int { return 0 }", "uint8 { return 0 }") },
		writes: []string{"b/b_coroutine.go"}},
	{name: "a function that others await", do: func(m *sessionFiles) { m.replace("b/b.go", "\tv := more", "\tw := 1; println(w); v := more") },
		writes: []string{"b/b_coroutine.go"}},
	{name: "a mistake in a body", do: func(m *sessionFiles) { m.replace("b/b.go", "w := 1", "w := x") },
		wrong: "undefined: x"},
	{name: "another one in a package that imports it", do: func(m *sessionFiles) { m.replace("a/a.go", "println(v", "println(y, v") },
		wrong: "undefined: y"},
	{name: "the first one corrected", do: func(m *sessionFiles) { m.replace("b/b.go", "w := x", "w := 2") },
		wrong: "undefined: y", writes: []string{"b/b_coroutine.go"}},
	{name: "the second one corrected", do: func(m *sessionFiles) { m.replace("a/a.go", "println(y, v", "println(v") }},
	{name: "half a file", do: func(m *sessionFiles) { m.replace("a/a.go", "\treturn nil\n}\n", "\tretu") },
		wrong: "expected '}'"},
	{name: "nothing in a file", do: func(m *sessionFiles) { m.rename("a/a.go", "a/kept"); m.write("a/a.go", "") },
		lists: true, wrong: "expected 'package'"},
	{name: "all of it", do: func(m *sessionFiles) {
		m.rename("a/kept", "a/a.go")
		m.replace("a/a.go", ")\n\tretu", ")\n\treturn nil\n}\n")
	},
		lists: true},
	{name: "an import", do: func(m *sessionFiles) {
		m.replace("a/a.go", "import (", "import (\n\t\"net/url\"")
		m.replace("a/a.go", "v := lib.Value()", "v := url.QueryEscape(lib.Value())")
	}, lists: true, writes: []string{"a/a_coroutine.go"}},
	{name: "an import of nothing", do: func(m *sessionFiles) { m.replace("a/a.go", "import (", "import (\n\t\"test/nothing\"") },
		lists: true, wrong: "test/nothing"},
	{name: "something there", do: func(m *sessionFiles) {
		m.write("nothing/n.go", "package nothing\n\ntype N int\n")
		m.replace("a/a.go", "url.QueryEscape(lib.Value())", "nothing.N(1)")
		m.replace("a/a.go", "\t\"net/url\"\n", "")
		m.replace("a/a.go", "\t\"test/lib\"\n", "")
	}, lists: true, writes: []string{"a/a_coroutine.go"}},
	{name: "the type there", do: func(m *sessionFiles) { m.replace("nothing/n.go", "int", "float64") },
		writes: []string{"a/a_coroutine.go"}},
	{name: "its name", do: func(m *sessionFiles) {
		m.replace("nothing/n.go", "N float64", "M float64; type N = M")
	}, writes: []string{"a/a_coroutine.go"}},
	{name: "a new file", do: func(m *sessionFiles) {
		m.write("a/new.go", "package a\n\n//coroutine:async\nfunc More() error { return nil }\n")
	},
		lists: true, writes: []string{"a/new_coroutine.go"}},
	{name: "its name", do: func(m *sessionFiles) { m.rename("a/new.go", "a/newer.go") },
		lists: true, writes: []string{"a/new_coroutine.go", "a/newer_coroutine.go"}},
	{name: "its directive gone", do: func(m *sessionFiles) { m.replace("a/newer.go", "//coroutine:async\n", "") },
		lists: true, writes: []string{"a/newer_coroutine.go"}},
	{name: "the file gone", do: func(m *sessionFiles) { m.remove("a/newer.go") }, lists: true},
	{name: "a generated file gone", do: func(m *sessionFiles) { m.remove("b/b_coroutine.go") },
		lists: true, writes: []string{"b/b_coroutine.go"}},
	{name: "a generated file edited", do: func(m *sessionFiles) { m.replace("b/b_coroutine.go", "return", "retrun") },
		writes: []string{"b/b_coroutine.go"}},
	{name: "a file of another build", do: func(m *sessionFiles) { m.replace("a/a_other.go", "StepAsync(1)", "StepAsync(2)") },
		writes: []string{"a/a_other_coroutine.go"}},
	{name: "a type that two builds depend on", do: func(m *sessionFiles) {
		m.replace("b/b.go", "Step(i int)", "Step(i int64)")
		m.replace("a/a.go", "StepAsync(i)", "StepAsync(int64(i))")
	}, writes: []string{"a/a_coroutine.go", "b/b_coroutine.go"}},
	{name: "a build tag", do: func(m *sessionFiles) { m.replace("a/a_other.go", "//go:build windows", "//go:build !windows") },
		lists: true, writes: []string{"a/a_other_coroutine.go"}},
	{name: "a build that no file is for any more", do: func(m *sessionFiles) { m.remove("a/a_other.go") },
		lists: true, writes: []string{"a/a_other_coroutine.go"}},
	{name: "a file that is not ours", do: func(m *sessionFiles) {
		m.write("a/hand.go", "package a\n\n//coroutine:async\nfunc Hand() error { return nil }\n")
		m.write("a/hand_coroutine.go", "package a\n")
	}, lists: true, wrong: "by hand"},
	{name: "moved away", do: func(m *sessionFiles) { m.remove("a/hand_coroutine.go") },
		lists: true, writes: []string{"a/hand_coroutine.go"}},
	{name: "the version of Go", do: func(m *sessionFiles) { m.replace("go.mod", "go 1.26.0", "go 1.26.1") }, lists: true},
	{name: "the version of Go of a file", do: func(m *sessionFiles) { m.replace("a/a.go", "package a", "//go:build go1.21\n\npackage a") },
		lists: true, writes: []string{"a/a_coroutine.go"}},
	{name: "a go.mod that is not one", do: func(m *sessionFiles) { m.replace("go.mod", "module test", "modul test") },
		lists: true, wrong: "go.mod"},
	{name: "corrected", do: func(m *sessionFiles) { m.replace("go.mod", "modul test", "module test") }, lists: true},
	{name: "a requirement gone", do: func(m *sessionFiles) { m.replace("go.mod", "require test/more", "// require test/more") },
		lists: true, wrong: "test/more"},
	{name: "and back", do: func(m *sessionFiles) { m.replace("go.mod", "// require test/more", "require test/more") }, lists: true},
	{name: "a new package", do: func(m *sessionFiles) {
		m.write("deep/below/c.go", "package c\n\nimport co \"github.com/coroutinegen/coroutinegen/annotations\"\nimport \"test/a\"\n\n//coroutine:async\nfunc C() error { return co.Wait(a.RunAsync(1)) }\n")
	}, lists: true, writes: []string{"deep/below/c_coroutine.go"}},
	{name: "what it awaits", do: func(m *sessionFiles) { m.replace("a/a.go", "Run(n int) error {", "Run(n int) error {\n\tprintln(1)") },
		writes: []string{"a/a_coroutine.go"}},
	{name: "the package gone", do: func(m *sessionFiles) { m.remove("deep") }, lists: true},
	{name: "a test with an async function", do: func(m *sessionFiles) {
		m.write("tests/t.go", "package tests\n\ntype T int\n")
		m.write("a/a_test.go", "package a\n\nimport co \"github.com/coroutinegen/coroutinegen/annotations\"\nimport \"test/tests\"\n\n//coroutine:async\nfunc inTest() error {\n\tvar t tests.T\n\terr := co.Wait(RunAsync(1))\n\tprintln(t)\n\treturn err\n}\n")
	}, lists: true, writes: []string{"a/a_coroutine_test.go"}},
	{name: "its body", do: func(m *sessionFiles) { m.replace("a/a_test.go", "RunAsync(1)", "RunAsync(2)") },
		writes: []string{"a/a_coroutine_test.go"}},
	{name: "a type that only the test depends on", do: func(m *sessionFiles) { m.replace("tests/t.go", "int", "string") },
		writes: []string{"a/a_coroutine_test.go"}},
	{name: "a mistake in the test", do: func(m *sessionFiles) { m.replace("a/a_test.go", "RunAsync(2)", "RunAsync(x)") },
		wrong: "undefined: x"},
	{name: "none", do: func(m *sessionFiles) { m.replace("a/a_test.go", "RunAsync(x)", "RunAsync(2)") }},
	{name: "a test in a package of its own", do: func(m *sessionFiles) {
		m.write("a/x_test.go", "package a_test\n\nimport co \"github.com/coroutinegen/coroutinegen/annotations\"\nimport \"test/a\"\n\n//coroutine:async\nfunc x() error { return co.Wait(a.RunAsync(1)) }\n")
	}, lists: true, writes: []string{"a/x_coroutine_test.go"}},
	{name: "what it tests", do: func(m *sessionFiles) { m.replace("a/a.go", "println(1)", "println(2)") },
		writes: []string{"a/a_coroutine.go"}},
	{name: "a test that is gone", do: func(m *sessionFiles) { m.remove("a/x_test.go") },
		lists: true, writes: []string{"a/x_coroutine_test.go"}},
	{name: "the directive of a test gone", do: func(m *sessionFiles) {
		m.replace("a/a_test.go", "//coroutine:async\n", "")
		m.replace("a/a_test.go", "co.Wait(RunAsync(2))", "co.Wait(nil); _ = 1")
	},
		lists: true, wrong: "AwaitOutsideAsync"},
	{name: "the test gone", do: func(m *sessionFiles) { m.remove("a/a_test.go") },
		lists: true, writes: []string{"a/a_coroutine_test.go"}},
	{name: "two packages in one folder", do: func(m *sessionFiles) { m.write("a/two.go", "package two\n") }, lists: true, wrong: "expected package a"},
	{name: "and one", do: func(m *sessionFiles) { m.remove("a/two.go") }, lists: true},
	{name: "an import cycle", do: func(m *sessionFiles) { m.replace("b/b.go", "import (", "import (\n\t_ \"test/a\"") }, lists: true, wrong: "cycle"},
	{name: "and none", do: func(m *sessionFiles) { m.replace("b/b.go", "\t_ \"test/a\"\n", "") }, lists: true},
}

func TestSession(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command often")
	}
	m := &sessionFiles{t, writeSessionModule(t)}
	opts := Options{Dir: m.dir, Patterns: []string{"./..."}}
	s, err := NewSession(opts)
	if err != nil {
		t.Fatal(err)
	}
	written, wrong := updates(t, s)
	if len(written) != 4 || wrong != "" {
		t.Fatalf("at first: written %v, wrong: %s", written, wrong)
	}
	runEdits(t, s, m, opts, sessionEdits)
}

// runEdits makes the edits. After each, the session must write and report what the edit demands, and
// what a run that keeps nothing does.
func runEdits(t *testing.T, s *Session, m *sessionFiles, opts Options, edits []edit) {
	t.Helper()
	before := ""
	for i, e := range edits {
		e.do(m)
		listed := s.keeper.Listed
		changed, _ := s.Changed()
		written, wrong := updates(t, s)
		if !changed {
			wrong = before // what was said still counts
		}
		before = wrong
		for i, path := range written {
			written[i], _ = filepath.Rel(m.dir, path)
		}
		if !slices.Equal(written, e.writes) {
			t.Errorf("%d %s: written %v, want %v", i, e.name, written, e.writes)
		}
		if (wrong != "") != (e.wrong != "") || !strings.Contains(wrong, e.wrong) {
			t.Errorf("%d %s: reported %q, want %q", i, e.name, wrong, e.wrong)
		}
		if lists := s.keeper.Listed != listed; lists && !e.lists {
			t.Errorf("%d %s: the go command was asked", i, e.name)
		}
		res, err := Generate(context.Background(), opts)
		if err == nil {
			if err = res.Write(); err == nil && len(res.Stale()) > 0 {
				t.Errorf("%d %s: stale: %s %v", i, e.name, res.Stale()[0].Path, res.Stale()[0].Reasons())
			}
		}
		if unsure := s.unsure(); unsure != e.unsure && wrong == "" && opts.Lines == "" {
			t.Errorf("%d %s: unsure = %v, want %v", i, e.name, unsure, e.unsure)
		}
		if want := fmt.Sprint(cmpErr(err)); want != wrong {
			t.Errorf("%d %s: the session reports\n%s\na run\n%s", i, e.name, wrong, want)
		}
	}
}

// unsure reports whether s does not know of the output of a package that it compiles.
func (s *Session) unsure() (found bool) {
	for _, b := range s.builds {
		for _, o := range b.inOrder {
			for _, m := range o.memories {
				found = found || m.verified == nil
			}
		}
	}
	return found
}

func cmpErr(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// updates updates until nothing changes any more. It returns the files that were written, and
// what is wrong in the end. No file may be removed and then written again.
func updates(t *testing.T, s *Session) (written []string, wrong string) {
	t.Helper()
	var removed []string
	defer func() {
		for _, path := range removed {
			if _, err := os.Stat(path); err == nil {
				t.Errorf("%s was removed and written again", path)
			}
		}
	}()
	for n := 0; ; n++ {
		changed, err := s.Changed()
		if err != nil {
			t.Fatal(err)
		}
		if !changed {
			slices.Sort(written)
			return slices.Compact(written), wrong
		}
		if n == 5 {
			t.Fatal("there is always something to do")
		}
		u, err := s.Update(context.Background())
		if err == nil {
			stale := u.Result.Stale()
			if err = u.Write(context.Background()); err == nil {
				for _, f := range stale {
					written = append(written, f.Path)
					if f.Content == nil {
						removed = append(removed, f.Path)
					}
				}
				err = u.Diagnostics.Err()
			}
		}
		wrong = cmpErr(err)
	}
}

// A session that writes a mirror copies what changes, whatever it is, and is not woken by what
// it has written.
func TestSessionMirror(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	m := &sessionFiles{t, writeSessionModule(t)}
	m.write("b/asm.s", "")
	m.write("b/text.txt", "one")
	m.write("b/embed.go", "package b\n\nimport _ \"embed\"\n\n//go:embed text.txt\nvar text string\n")
	s, err := NewSession(Options{Dir: m.dir, Patterns: []string{"./b"}, Output: filepath.Join(m.dir, "mirror")})
	if err != nil {
		t.Fatal(err)
	}
	if written, wrong := updates(t, s); len(written) != 4 || wrong != "" {
		t.Fatalf("at first: written %v, wrong: %s", written, wrong)
	}
	for _, e := range []edit{
		{name: "what is embedded", do: func(m *sessionFiles) { m.write("b/text.txt", "two") }, writes: []string{"mirror/b.go", "mirror/text.txt"}},
		{name: "a body", do: func(m *sessionFiles) { m.replace("b/b.go", "println(v", "println(1, v") }, writes: []string{"mirror/b.go"}},
		{name: "a copy gone", do: func(m *sessionFiles) { m.remove("mirror/embed.go") }, writes: []string{"mirror/embed.go"}},
		{name: "its source gone", do: func(m *sessionFiles) { m.remove("b/embed.go") }, writes: []string{"mirror/b.go", "mirror/embed.go", "mirror/text.txt"}},
	} {
		e.do(m)
		written, wrong := updates(t, s)
		for i, path := range written {
			written[i], _ = filepath.Rel(m.dir, path)
		}
		if wrong != "" || !slices.Equal(written, e.writes) {
			t.Errorf("%s: written %v, want %v; reported %s", e.name, written, e.writes, wrong)
		}
	}
}

// A folder that is gone ends a session, unless a pattern with ... has found it.
func TestSessionFolderGone(t *testing.T) {
	m := &sessionFiles{t, t.TempDir()}
	m.write("x/go.mod", "module x\n")
	m.write("x/below/b.go", "package below\n")
	s, err := NewSession(Options{Dir: m.path("x"), Patterns: []string{"./...", "./below"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Changed(); err != nil {
		t.Fatal(err)
	}
	if _, err := NewSession(Options{Dir: m.path("x"), Patterns: []string{"./other/..."}}); err == nil || !strings.Contains(err.Error(), "there is no folder") {
		t.Errorf("got %v", err)
	}
	m.remove("x/below")
	if _, err := s.Changed(); err == nil || !strings.Contains(err.Error(), "below is gone") {
		t.Errorf("got %v", err)
	}
}

// What changes while an update is at work is not taken for what it has read.
func TestSessionChangedMeanwhile(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	m := &sessionFiles{t, writeSessionModule(t)}
	s, err := NewSession(Options{Dir: m.dir, Patterns: []string{"./alone"}})
	if err != nil {
		t.Fatal(err)
	}
	updates(t, s)
	m.replace("alone/alone.go", "return nil", "println(1); return nil")
	if changed, _ := s.Changed(); !changed {
		t.Fatal("a change was not seen")
	}
	u, err := s.Update(context.Background())
	if err != nil || len(u.Result.Stale()) != 1 {
		t.Fatal(err, u.Result.Stale())
	}
	m.replace("alone/alone.go", "println(1); ", "println(22); ") // of another length
	m.replace("alone/alone.go", "println(22); ", "println(1); ") // as it was read
	if err := u.Write(context.Background()); !errors.Is(err, ErrChanged) {
		t.Errorf("Write returned %v", err)
	}
	if text, _ := os.ReadFile(m.path("alone/alone_coroutine.go")); strings.Contains(string(text), "println") {
		t.Error("the file was written")
	}
	if written, wrong := updates(t, s); len(written) != 1 || wrong != "" {
		t.Errorf("afterwards: written %v, wrong: %s", written, wrong)
	}
}
