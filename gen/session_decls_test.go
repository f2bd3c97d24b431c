package gen

// This file tests edits of one declaration that change what is generated from others, and edits
// that seem to.

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// declsModule is a package whose functions depend on each other and on other declarations.
var declsModule = map[string]string{
	"d/d.go": `package d

import (
	"fmt"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"test/d/kinds"
)

// child waits.
//
//coroutine:async
func child(n int) (item, error) {
	// It waits.
	if err := co.Wait(rt.Sleep(time.Duration(n))); err != nil {
		return item{}, err
	}
	return item{n: n}, nil
}

//coroutine:async
func parent(l items) (int, error) {
	sum := limit
	for _, x := range l {
		got := co.Must(childAsync(int(x.n)))
		sum += got.size()
	}
	return sum, nil
}

//coroutine:async
func alone(k kinds.K) error {
	same := k == kinds.Zero
	if err := co.Wait(rt.Sleep(limit)); err != nil {
		return fmt.Errorf("%v: %w", same, err)
	}
	return nil
}

//coroutine:async
func each[T any](l []T, do func(T) error) error {
	for _, x := range l {
		co.Must(child2Async(1))
		if err := do(x); err != nil {
			return err
		}
	}
	return nil
}

//coroutine:async
func child2(n int) (int, error) { return n, co.Wait(rt.Sleep(1)) }
`,
	"d/e.go": `package d

const limit = 3

type item struct {
	n int
}

func (i item) size() int { return i.n }

type items []item

func help(n int) error { return nil }
`,
	"d/f.go": `package d

import co "github.com/coroutinegen/coroutinegen/annotations"

//coroutine:async
func (l items) all() error {
	n := co.Must(parentAsync(l))
	return help(n)
}
`,
	"d/kinds/k.go": "package kinds\n\ntype K struct{ n int }\n\nvar Zero K\n",
}

const (
	dFile = "d/d_coroutine.go"
	eFile = "d/e_coroutine.go"
	fFile = "d/f_coroutine.go"
)

var declsEdits = []edit{
	{name: "a body", do: func(m *sessionFiles) { m.replace("d/d.go", "sum := limit", "sum := 1 + limit") }, writes: []string{dFile}},
	{name: "lines above", do: func(m *sessionFiles) { m.replace("d/d.go", "// child waits", "// a\n\n// b\n\n// child waits") }, writes: []string{dFile}},
	{name: "lines between", do: func(m *sessionFiles) {
		m.replace("d/d.go", "//coroutine:async\nfunc alone", "// alone is alone.\n//\n//coroutine:async\nfunc alone")
	}, writes: []string{dFile}},
	{name: "a comment in a body", do: func(m *sessionFiles) { m.replace("d/d.go", "// It waits.", "// It waits for long.") }, writes: []string{dFile}},
	{name: "a comment between", do: func(m *sessionFiles) { m.replace("d/d.go", "// b\n", "// c\n") }},
	{name: "no lines above", do: func(m *sessionFiles) { m.replace("d/d.go", "// a\n\n// c\n\n", "") }, writes: []string{dFile}},
	{name: "a line directive", do: func(m *sessionFiles) {
		m.replace("d/d.go", "//coroutine:async\nfunc parent", "//line p.y:100\n\n//coroutine:async\nfunc parent")
	}, writes: []string{dFile}},
	{name: "another one", do: func(m *sessionFiles) { m.replace("d/d.go", "//line p.y:100", "//line q.y:200") }, writes: []string{dFile}},
	{name: "a line directive inside", do: func(m *sessionFiles) { m.replace("d/d.go", "\tsum := 1", "//line r.y:7\n\tsum := 1") }, writes: []string{dFile}},
	{name: "none", do: func(m *sessionFiles) {
		m.replace("d/d.go", "//line r.y:7\n", "")
		m.replace("d/d.go", "//line q.y:200\n\n", "")
	}, writes: []string{dFile}},
	{name: "a constant with a type", do: func(m *sessionFiles) { m.replace("d/e.go", "limit = 3", "limit = 'x'") }, wrong: "mismatched types rune and int"},
	{name: "and without", do: func(m *sessionFiles) { m.replace("d/e.go", "limit = 'x'", "limit = 4") }},
	{name: "a variable for a constant", do: func(m *sessionFiles) {
		m.replace("d/e.go", "const limit = 4", "var limit = 4")
		m.replace("d/d.go", "rt.Sleep(limit)", "rt.Sleep(time.Duration(limit))")
	}, writes: []string{dFile}},
	{name: "a variable that begins with a coroutine", do: func(m *sessionFiles) {
		m.replace("d/e.go", "var limit = 4", "var limit = len(start)\n\nvar start = []any{child2Async(4)}")
	}, unsure: true},
	{name: "in a function", do: func(m *sessionFiles) { m.replace("d/e.go", "{child2Async(4)}", "{func() { child2Async(4) }}") }, wrong: "AsyncValueDropped"},
	{name: "and the constant", do: func(m *sessionFiles) {
		m.replace("d/e.go", "var limit = len(start)\n\nvar start = []any{func() { child2Async(4) }}", "const limit = 4")
	}, writes: []string{dFile}},
	{name: "the type of a field", do: func(m *sessionFiles) {
		m.replace("d/e.go", "n int\n", "n int64\n")
		m.replace("d/e.go", "return i.n", "return int(i.n)")
		m.replace("d/d.go", "item{n: n}", "item{n: int64(n)}")
	}, writes: []string{dFile}},
	{name: "a field that no machine mentions", do: func(m *sessionFiles) { m.replace("d/e.go", "n int64\n", "n int64\n\tname string\n") }, writes: []string{dFile, fFile}},
	{name: "a field that locks", do: func(m *sessionFiles) {
		m.replace("d/e.go", "package d\n", "package d\n\nimport \"sync\"\n")
		m.replace("d/e.go", "name string", "name sync.Mutex")
	}, lists: true, writes: []string{dFile, fFile}},
	{name: "one that does not", do: func(m *sessionFiles) {
		m.replace("d/e.go", "\n\nimport \"sync\"\n", "\n")
		m.replace("d/e.go", "name sync.Mutex", "name string")
	}, lists: true, writes: []string{dFile, fFile}},
	{name: "what is ranged over", do: func(m *sessionFiles) { m.replace("d/e.go", "items []item", "items map[int]item") }, writes: []string{dFile, fFile}},
	{name: "an array", do: func(m *sessionFiles) { m.replace("d/e.go", "items map[int]item", "items [limit]item") }, writes: []string{dFile, fFile}},
	{name: "of another size", do: func(m *sessionFiles) { m.replace("d/e.go", "limit = 4", "limit = 5") }, writes: []string{dFile}},
	{name: "a slice", do: func(m *sessionFiles) { m.replace("d/e.go", "items [limit]item", "items []item") }, writes: []string{dFile, fFile}},
	{name: "a method on a pointer", do: func(m *sessionFiles) { m.replace("d/e.go", "(i item) size", "(i *item) size") }, writes: []string{dFile}},
	{name: "a promoted method", do: func(m *sessionFiles) {
		m.replace("d/e.go", "(i *item) size() int { return int(i.n) }", "(b base) size() int { return 1 }\n\ntype base struct{}")
		m.replace("d/e.go", "\tn int64\n", "\tbase\n\tn int64\n")
	}, writes: []string{dFile}},
	{name: "no method", do: func(m *sessionFiles) { m.replace("d/e.go", "size()", "length()") }, wrong: "size"},
	{name: "again", do: func(m *sessionFiles) { m.replace("d/e.go", "length()", "size()") }},
	{name: "the name of an import", do: func(m *sessionFiles) {
		m.replace("d/d.go", "\t\"time\"\n", "\tclock \"time\"\n")
		m.replace("d/d.go", "(time.Duration(n", "(clock.Duration(n")
		m.replace("d/d.go", "(time.Duration(limit", "(clock.Duration(limit")
	}, lists: true, writes: []string{dFile}},
	{name: "an import with the name of another", do: func(m *sessionFiles) {
		m.replace("d/d.go", "\tclock \"time\"\n", "\ttime \"test/d/kinds\"\n\tclock \"time\"\n")
	}, lists: true, wrong: "imported as time and not used"},
	{name: "back", do: func(m *sessionFiles) {
		m.replace("d/d.go", "\ttime \"test/d/kinds\"\n\tclock \"time\"\n", "\t\"time\"\n")
		m.replace("d/d.go", "(clock.Duration(n", "(time.Duration(n")
		m.replace("d/d.go", "(clock.Duration(limit", "(time.Duration(limit")
	}, lists: true, writes: []string{dFile}},
	{name: "an imported type", do: func(m *sessionFiles) { m.replace("d/kinds/k.go", "struct{ n int }", "int") }, writes: []string{dFile}},
	{name: "one that cannot be compared", do: func(m *sessionFiles) { m.replace("d/kinds/k.go", "K int", "K []int") }, wrong: "k == kinds.Zero"},
	{name: "one that can", do: func(m *sessionFiles) { m.replace("d/kinds/k.go", "K []int", "K struct{ m int }") }, writes: []string{dFile}},
	{name: "the name of a frame", do: func(m *sessionFiles) { m.replace("d/e.go", "func help", "type childFrame int\n\nfunc help") }, writes: []string{dFile}},
	{name: "of a method of it", do: func(m *sessionFiles) {
		m.replace("d/e.go", "type childFrame int", "func (parentFrame) Poll() {}\n\ntype parentFrame int")
	}, writes: []string{dFile, fFile}},
	{name: "of a table", do: func(m *sessionFiles) {
		m.replace("d/e.go", "func (parentFrame) Poll() {}\n\ntype parentFrame int", "var parentLines int")
	}},
	{name: "of an import", do: func(m *sessionFiles) { m.replace("d/e.go", "var parentLines int", "var machine int") }, lists: true, writes: []string{dFile, fFile}},
	{name: "of nothing", do: func(m *sessionFiles) { m.replace("d/e.go", "var machine int\n\n", "") }, lists: true, writes: []string{dFile, fFile}},
	{name: "a name that machines need", do: func(m *sessionFiles) { m.replace("d/e.go", "func help", "func panic() {}\n\nfunc help") }, wrong: "hides the predeclared panic"},
	{name: "any", do: func(m *sessionFiles) { m.replace("d/e.go", "func panic() {}", "type any = interface{}") }, writes: []string{dFile, fFile}},
	{name: "neither", do: func(m *sessionFiles) { m.replace("d/e.go", "type any = interface{}\n\n", "") }, writes: []string{dFile, fFile}},
	{name: "an import with the name of a frame", do: func(m *sessionFiles) {
		m.replace("d/e.go", "package d\n", "package d\n\nimport childFrame \"fmt\"\n\nvar _ = childFrame.Sprint()\n")
	}, lists: true, wrong: "already declared through import"},
	{name: "without it", do: func(m *sessionFiles) {
		m.replace("d/e.go", "\n\nimport childFrame \"fmt\"\n\nvar _ = childFrame.Sprint()\n", "\n")
	}, lists: true},
	{name: "a function that becomes async", do: func(m *sessionFiles) {
		m.replace("d/e.go", "func help(n int) error { return nil }", "//coroutine:async\nfunc help(n int) error { return nil }")
	}, lists: true, writes: []string{eFile}},
	{name: "and is awaited", do: func(m *sessionFiles) { m.replace("d/f.go", "return help(n)", "return co.Wait(helpAsync(n))") }, writes: []string{fFile}},
	{name: "and awaits", do: func(m *sessionFiles) {
		m.replace("d/e.go", "{ return nil }", "{\n\t_, err := co.Await(child2Async(n))\n\treturn err\n}")
	}, wrong: "undefined: co"},
	{name: "with an import", do: func(m *sessionFiles) {
		m.replace("d/e.go", "package d\n", "package d\n\nimport co \"github.com/coroutinegen/coroutinegen/annotations\"\n")
	}, lists: true, writes: []string{eFile}},
	{name: "a frame inside that grows", do: func(m *sessionFiles) {
		m.replace("d/d.go", "{ return n, co.Wait(rt.Sleep(1)) }", "{\n\ta, b := n, \"b\"\n\terr := co.Wait(rt.Sleep(1))\n\treturn a + len(b), err\n}")
	}, writes: []string{dFile}},
	{name: "its fields in another order", do: func(m *sessionFiles) { m.replace("d/d.go", "a, b := n, \"b\"", "b, a := \"b\", n") }, writes: []string{dFile}},
	{name: "and of another type", do: func(m *sessionFiles) {
		m.replace("d/d.go", "b, a := \"b\", n", "b, a := \"b\", int64(n)")
		m.replace("d/d.go", "return a + len(b)", "return int(a) + len(b)")
	}, writes: []string{dFile}},
	{name: "a function renamed", do: func(m *sessionFiles) {
		m.replace("d/d.go", "func child2", "func sleep")
		m.replace("d/d.go", "child2Async", "sleepAsync")
	}, wrong: "undefined: child2Async"},
	{name: "everywhere", do: func(m *sessionFiles) { m.replace("d/e.go", "child2Async", "sleepAsync") }, writes: []string{dFile, eFile}},
	{name: "two that change names", do: func(m *sessionFiles) {
		m.replace("d/d.go", "func child(n", "func other(n")
		m.replace("d/d.go", "func alone(", "func child(")
		m.replace("d/d.go", "childAsync(", "otherAsync(")
	}, writes: []string{dFile}},
	{name: "a function that moves", do: func(m *sessionFiles) {
		text, _ := os.ReadFile(m.path("d/d.go"))
		before, after, _ := strings.Cut(string(text), "//coroutine:async\nfunc parent")
		moved, rest, _ := strings.Cut(after, "\n}\n")
		m.write("d/d.go", before+strings.TrimLeft(rest, "\n")+"\n//coroutine:async\nfunc parent"+moved+"\n}\n")
	}, writes: []string{dFile}},
	{name: "to another file", do: func(m *sessionFiles) {
		text, _ := os.ReadFile(m.path("d/d.go"))
		before, moved, _ := strings.Cut(string(text), "//coroutine:async\nfunc parent")
		m.write("d/d.go", before)
		m.write("d/f.go", strings.Replace(m.read("d/f.go"), "//coroutine:async", "//coroutine:async\nfunc parent"+moved+"\n//coroutine:async", 1))
	}, writes: []string{dFile, fFile}},
	{name: "generic code", do: func(m *sessionFiles) { m.replace("d/d.go", "each[T any]", "each[T comparable]") }, writes: []string{dFile}},
	{name: "more of it", do: func(m *sessionFiles) {
		m.replace("d/d.go", "each[T comparable](l []T", "each[T comparable, L ~[]T](l L")
	}, writes: []string{dFile}},
	{name: "the type of a result", do: func(m *sessionFiles) {
		m.replace("d/d.go", "func sleep(n int) (int, error)", "func sleep(n int) (time.Duration, error)")
		m.replace("d/d.go", "return int(a) + len(b), err", "return time.Duration(a) + time.Duration(len(b)), err")
	}, writes: []string{dFile, eFile}},
	{name: "no function for an import", do: func(m *sessionFiles) {
		m.replace("d/d.go", "fmt.Errorf(\"%v: %w\", same, err)", "err")
		m.replace("d/d.go", "\t\"fmt\"\n", "")
		m.replace("d/d.go", "same := k", "_ = k")
	}, lists: true, writes: []string{dFile}},
	{name: "one for it", do: func(m *sessionFiles) {
		m.replace("d/d.go", "import (\n", "import (\n\t\"fmt\"\n")
		m.replace("d/d.go", "_ = k", "fmt.Println(); _ = k")
	}, lists: true, writes: []string{dFile}},
	{name: "a mistake", do: func(m *sessionFiles) { m.replace("d/d.go", "fmt.Println()", "fmt.Printline()") }, wrong: "Printline"},
	{name: "and another body", do: func(m *sessionFiles) { m.replace("d/f.go", "sum := 1", "sum := 2") }, wrong: "Printline"},
	{name: "none again", do: func(m *sessionFiles) { m.replace("d/d.go", "fmt.Printline()", "fmt.Println()") }, writes: []string{fFile}},
	{name: "an old version of Go", do: func(m *sessionFiles) { m.replace("d/d.go", "package d", "//go:build go1.21\n\npackage d") }, lists: true, writes: []string{dFile}},
	{name: "a test", do: func(m *sessionFiles) {
		m.write("d/d_test.go", "package d\n\nimport co \"github.com/coroutinegen/coroutinegen/annotations\"\n\n//coroutine:async\nfunc inTest() error { return co.Wait(items{}.allAsync()) }\n")
	}, lists: true, writes: []string{"d/d_coroutine_test.go"}},
	{name: "what it tests", do: func(m *sessionFiles) { m.replace("d/f.go", "sum := 2", "sum := 3") }, writes: []string{fFile}},
	{name: "a test that takes a name", do: func(m *sessionFiles) {
		m.replace("d/d_test.go", "//coroutine:async", "type parentState int\n\n//coroutine:async")
	}, wrong: "takes the name"},
	{name: "the test gone", do: func(m *sessionFiles) { m.remove("d/d_test.go") }, lists: true, writes: []string{"d/d_coroutine_test.go"}},
}

func (m *sessionFiles) read(name string) string {
	text, err := os.ReadFile(m.path(name))
	if err != nil {
		m.t.Fatal(err)
	}
	return string(text)
}

func TestSessionDeclarations(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command often")
	}
	for _, lines := range []string{"", "relative"} {
		t.Run("Lines="+lines, func(t *testing.T) {
			m := &sessionFiles{t, writeSessionModule(t)}
			for name, text := range declsModule {
				m.write(name, text)
			}
			opts := Options{Dir: filepath.Join(m.dir, "d"), Lines: lines}
			s, err := NewSession(opts)
			if err != nil {
				t.Fatal(err)
			}
			if written, wrong := updates(t, s); len(written) != 2 || wrong != "" {
				t.Fatalf("at first: written %v, wrong: %s", written, wrong)
			}
			edits := declsEdits
			if lines != "" && !*runAll {
				edits = edits[:14] // those that move lines, and a few
			}
			runEdits(t, s, m, opts, edits)
		})
	}
}
