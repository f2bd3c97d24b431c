package gen

// This file tests that a session notices everything that the go command reads, wherever it lies:
// files that did not exist, files that are not Go, and packages outside of the module.

import (
	"context"
	"testing"
)

// testEdits makes the edits in a session for the patterns in the folder sub of a module.
func testEdits(t *testing.T, sub string, patterns []string, prepare func(m *sessionFiles), edits []edit) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs the go command")
	}
	m := &sessionFiles{t, writeSessionModule(t)}
	prepare(m)
	opts := Options{Dir: m.path(sub), Patterns: patterns}
	s, err := NewSession(opts)
	if err != nil {
		t.Fatal(err)
	}
	if _, wrong := updates(t, s); wrong != "" {
		t.Fatal(wrong)
	}
	runEdits(t, s, m, opts, edits)
}

// What a build has left over and another build generates stays, in whichever order they are found.
func TestSessionOtherBuild(t *testing.T) {
	testEdits(t, ".", []string{"./..."}, func(m *sessionFiles) {
		m.remove("a")
		m.remove("b")
		m.write("lib/u.go", "package lib\n\n//coroutine:async\nfunc U() error { return nil }\n")
	}, []edit{
		{name: "a package for another build", do: func(m *sessionFiles) { m.replace("alone/alone.go", "package", "//go:build windows\n\npackage") },
			lists: true, writes: []string{"alone/alone_coroutine.go"}},
		{name: "a file for another build", do: func(m *sessionFiles) { m.replace("lib/u.go", "package", "//go:build windows\n\npackage") },
			lists: true, writes: []string{"lib/u_coroutine.go"}},
		{name: "its body", do: func(m *sessionFiles) { m.replace("lib/u.go", "return nil", "println(1); return nil") },
			lists: true, writes: []string{"lib/u_coroutine.go"}},
		{name: "a mistake", do: func(m *sessionFiles) { m.replace("lib/u.go", "println(1)", "println(x)") },
			lists: true, wrong: "undefined: x"},
		{name: "corrected, for this build", do: func(m *sessionFiles) {
			m.replace("lib/u.go", "println(x)", "println(1)")
			m.replace("lib/u.go", "windows", "!windows")
		}, lists: true, writes: []string{"lib/u_coroutine.go"}},
		{name: "for another build again", do: func(m *sessionFiles) { m.replace("lib/u.go", "!windows", "windows") },
			lists: true, writes: []string{"lib/u_coroutine.go"}},
		{name: "not async", do: func(m *sessionFiles) { m.replace("lib/u.go", "//coroutine:async\n", "") },
			lists: true, writes: []string{"lib/u_coroutine.go"}},
	})
}

// A go.work that appears, and the go.mod of a module that go.work uses, matter even if nothing of
// the module is loaded.
func TestSessionWorkspace(t *testing.T) {
	testEdits(t, "alone", nil, func(m *sessionFiles) {
		m.write("third/go.mod", "module third\n\ngo 1.26.0\n")
	}, []edit{
		{name: "a workspace", do: func(m *sessionFiles) { m.write("go.work", "go 1.26.0\n\nuse (\n\t./third\n)\n") },
			lists: true, wrong: "go.work"},
		{name: "with this module", do: func(m *sessionFiles) { m.replace("go.work", "use (\n", "use (\n\t.\n") }, lists: true},
		{name: "a mistake in the other module", do: func(m *sessionFiles) { m.replace("third/go.mod", "module", "modul") },
			lists: true, wrong: "third/go.mod"},
		{name: "corrected", do: func(m *sessionFiles) { m.replace("third/go.mod", "modul", "module") }, lists: true},
		{name: "its go.mod gone", do: func(m *sessionFiles) { m.remove("third/go.mod") }, lists: true, wrong: "third"},
		{name: "no workspace", do: func(m *sessionFiles) { m.remove("go.work") }, lists: true},
		{name: "a module of its own", do: func(m *sessionFiles) { m.write("alone/go.mod", "module alone\n\ngo 1.26.0\n") },
			lists: true, wrong: "generated code has no runtime"},
		{name: "and none", do: func(m *sessionFiles) { m.remove("alone/go.mod") }, lists: true},
	})
}

// A package that does not exist yet matters although no pattern reaches it.
func TestSessionMissingImport(t *testing.T) {
	testEdits(t, "alone", nil, func(m *sessionFiles) {}, []edit{
		{name: "an import of nothing", do: func(m *sessionFiles) {
			m.replace("alone/alone.go", "package alone\n", "package alone\n\nimport \"test/no/thing\"\n\nvar _ thing.T\n")
		}, lists: true, wrong: "test/no/thing"},
		{name: "something there", do: func(m *sessionFiles) { m.write("no/thing/n.go", "package thing\n\ntype T int\n") },
			lists: true},
		{name: "a module of its own", do: func(m *sessionFiles) { m.write("no/go.mod", "module no\n") }, lists: true, wrong: "test/no/thing"},
		{name: "and none", do: func(m *sessionFiles) { m.remove("no/go.mod") }, lists: true},
		{name: "nothing in a replaced module", do: func(m *sessionFiles) {
			m.replace("alone/alone.go", "test/no/thing", "test/more/thing")
		}, lists: true, wrong: "test/more/thing"},
		{name: "something there", do: func(m *sessionFiles) { m.write("more/thing/n.go", "package thing\n\ntype T int\n") },
			lists: true},
	})
}

// A folder with a go.mod leaves the module, and comes back without.
func TestSessionNestedModule(t *testing.T) {
	testEdits(t, ".", []string{"./..."}, func(m *sessionFiles) {
		m.remove("a")
		m.remove("b")
	}, []edit{
		{name: "a go.mod", do: func(m *sessionFiles) { m.write("alone/go.mod", "module alone\n") }, lists: true},
		{name: "a body", do: func(m *sessionFiles) { m.replace("alone/alone.go", "return nil", "println(1); return nil") }},
		{name: "none", do: func(m *sessionFiles) { m.remove("alone/go.mod") }, lists: true, writes: []string{"alone/alone_coroutine.go"}},
	})
}

// Which files a package embeds matters. What is in the files does not.
func TestSessionEmbed(t *testing.T) {
	testEdits(t, "alone", nil, func(m *sessionFiles) {
		m.write("alone/x.txt", "x")
		m.write("alone/s/x.txt", "x")
		m.write("alone/e.go", "package alone\n\nimport \"embed\"\n\n//go:embed x.txt s\nvar _ embed.FS\n")
	}, []edit{
		{name: "what is in the file", do: func(m *sessionFiles) { m.write("alone/x.txt", "other") }},
		{name: "the file gone", do: func(m *sessionFiles) { m.remove("alone/x.txt") }, lists: true, wrong: "x.txt"},
		{name: "and back", do: func(m *sessionFiles) { m.write("alone/x.txt", "x") }, lists: true},
		{name: "a folder empty", do: func(m *sessionFiles) { m.remove("alone/s/x.txt") }, lists: true, wrong: "embed"},
		{name: "and full", do: func(m *sessionFiles) { m.write("alone/s/y.txt", "x") }, lists: true},
		{name: "another pattern", do: func(m *sessionFiles) { m.replace("alone/e.go", "x.txt s", "all:z*") }, lists: true, wrong: "z*"},
		{name: "what matches it", do: func(m *sessionFiles) { m.write("alone/z", "z") }, lists: true},
	})
}

// A package of another module has the coroutines that its generated files declare, and no others.
func TestSessionForeign(t *testing.T) {
	testEdits(t, "b", nil, func(m *sessionFiles) {
		m.write("more/slow.go", "package more\n\n//coroutine:async\nfunc Slow() error { return nil }\n")
		res, err := Generate(context.Background(), Options{Dir: m.dir, Patterns: []string{"test/more"}})
		if err != nil {
			m.t.Fatal(err)
		}
		if err := res.Write(); err != nil {
			m.t.Fatal(err)
		}
		m.replace("b/b.go", "co.Wait(pauseAsync())", "co.Wait(more.SlowAsync())")
	}, []edit{
		{name: "a body", do: func(m *sessionFiles) { m.replace("more/slow.go", "return nil", "println(1); return nil") }, lists: true},
		{name: "no directive", do: func(m *sessionFiles) { m.replace("more/slow.go", "//coroutine:async\n", "") }, lists: true},
		{name: "a body without", do: func(m *sessionFiles) { m.replace("more/slow.go", "println(1)", "println(2)") }, lists: true},
		{name: "a directive that nothing was generated for", do: func(m *sessionFiles) {
			m.replace("more/more.go", "func Value", "//coroutine:async\nfunc Other() error { return nil }\n\nfunc Value")
			m.replace("b/b.go", "more.SlowAsync", "more.OtherAsync")
		}, lists: true, wrong: "more.OtherAsync"},
		{name: "a generated file that others write", do: func(m *sessionFiles) {
			m.replace("b/b.go", "more.OtherAsync", "more.SlowAsync")
			m.replace("more/slow_coroutine.go", "SlowAsync(", "Slow2Async(")
		}, lists: true, wrong: "more.SlowAsync"},
	})
}

// The file that -overlay names matters.
func TestSessionOverlay(t *testing.T) {
	testEdits(t, "alone", nil, func(m *sessionFiles) {
		m.write("overlay.json", "{}")
		t.Setenv("GOFLAGS", "-overlay="+m.path("overlay.json"))
	}, []edit{
		{name: "a mistake", do: func(m *sessionFiles) { m.write("overlay.json", "{") }, lists: true, wrong: "overlay"},
		{name: "corrected", do: func(m *sessionFiles) { m.write("overlay.json", "{}") }, lists: true},
	})
}
