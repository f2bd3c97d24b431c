package gen

// This file tests deferred calls on every way out of a function. One program, which runs
// on every backend, has all combinations of how the function ends, what it defers, whether
// the deferred call recovers, and how often it awaits.

import (
	"fmt"
	"strings"
	"testing"
)

// deferEnds are ways to end a function. Each has the text before the deferred calls and
// the text after them.
var deferEnds = []struct{ name, before, end string }{
	{"return", "", "return 2 * n, nil"},
	{"naked return", "", `for n := range 2 {
		err := fmt.Errorf("shadow %d", n)
		s.Note("%v", err)
	}
	return`},
	{"panic", "", `panic("own")`},
	{"again", "", `defer func() {
		v := recover()
		s.Note("first %v", v)
		n += co.Must(rttest.Step(s, "again", 5))
		panic(fmt.Sprint("again ", v))
	}()
	panic("own")`},
	{"again in a call that does not await", "", `defer func() {
		panic(fmt.Sprint("again ", recover()))
	}()
	panic("own")`},
	{"Goexit", "", "runtime.Goexit()\n\treturn"},
	{"Goexit in a deferred call", "", `defer func() {
		co.Await(rttest.Step(s, "before the exit", 1))
		runtime.Goexit()
	}()
	panic("own")`},
	{"cancel", "task := co.Self()", `task.Cancel(errors.New("cancelled"))
	_, err = co.Await(rttest.Step(s, "late", 1))
	return n, err`},
	{"cancelled scope", "scope := co.Self().OpenScope()\n\tdefer scope.Close()", `scope.Cancel(errors.New("cancelled"))
	return co.Await(rttest.Step(s, "late", 1))`},
}

// deferKinds are the calls that a function defers. AWAITS stands for the awaits in a
// literal, RECOVER for the code that recovers in it, and DIRECT for deferred awaits.
var deferKinds = []struct{ name, plain, recovering string }{
	{"named", "DIRECT\n\tdefer note(s)", "DIRECT\n\tdefer catch(s)"},
	{"literal", "defer func() {\n\t\tAWAITS\n\t\tn++\n\t}()", "defer func() {\n\t\tAWAITS\n\t\tRECOVER\n\t\tn++\n\t\tAWAITS\n\t}()"},
	{"literal with operands", "defer func(n int, rest ...string) {\n\t\tAWAITS\n\t\ts.Note(\"%d %q\", n, rest)\n\t}(n, \"a\", \"b\")\n\tn = 1",
		"defer func(v func(any) string) (err error) {\n\t\tAWAITS\n\t\ts.Note(v(recover()))\n\t\treturn err\n\t}(func(v any) string { n += 10; return fmt.Sprint(v) })"},
	{"method value", "note := catcher{s}.note\n\tdefer note()\n\tDIRECT", "r := catcher{s}\n\tDIRECT\n\tcatch := r.catch\n\tdefer catch()\n\tr.s = nil"},
	{"builtin", "m := map[int]int{1: 2}\n\tdefer func() { s.Note(\"%d\", len(m)) }()\n\tDIRECT\n\tdefer delete(m, 1)", "DIRECT\n\tdefer recover()\n\tDIRECT"},
	{"loop", "for i := range 2 {\n\t\tDIRECT\n\t\tdefer func() {\n\t\tAWAITS\n\t\ts.Note(\"loop %d\", i)\n\t\t}()\n\t}",
		"for i := range 3 {\n\t\tdefer s.Note(\"loop %d\", i)\n\t\tdefer func() {\n\t\tAWAITS\n\t\tif i == 1 {\n\t\tRECOVER\n\t\t}\n\t\t}()\n\t\tif i == 0 {\n\t\tDIRECT\n\t\t}\n\t}"},
	{"conditional", "if s.Steps() > 100 {\n\t\tdefer catch(s)\n\t}\n\tif n == 0 {\n\t\tDIRECT\n\t}",
		"if s.Steps() > 100 {\n\t\tdefer co.Must(rttest.Step(s, \"never\", 0))\n\t}\n\tif n == 0 {\n\t\tdefer func() {\n\t\tAWAITS\n\t\tRECOVER\n\t\t}()\n\t}\n\tDIRECT"},
	{"nested", "defer func() {\n\t\tdefer func() {\n\t\tAWAITS\n\t\ts.Note(\"inner %v\", recover())\n\t\t}()\n\t\tAWAITS\n\t}()",
		"defer func() {\n\t\tdefer func() {\n\t\tAWAITS\n\t\ts.Note(\"inner %v\", recover())\n\t\tpanic(\"inner\")\n\t\t}()\n\t\tRECOVER\n\t}()"},
}

const deferHeader = `package fz

import (
	"errors"
	"fmt"
	"runtime"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

var (
	_ = errors.New
	_ = runtime.Goexit
)

func note(s *rttest.Script) { s.Note("named") }

func catch(s *rttest.Script) { s.Note("named recovers %v", recover()) }

type catcher struct{ s *rttest.Script }

func (c catcher) note() { c.s.Note("method") }

func (c catcher) catch() { c.s.Note("method recovers %v", recover()) }
`

// deferredCalls returns the functions, each with a subject that calls it.
func deferredCalls() (funcs []string) {
	for _, end := range deferEnds {
		for _, kind := range deferKinds {
			for _, recovering := range []bool{false, true} {
				for awaits := range 3 {
					what, name := kind.plain, end.name+", "+kind.name
					if recovering {
						what, name = kind.recovering, name+" that recovers"
					}
					var inside, direct strings.Builder
					for i := range awaits {
						fmt.Fprintf(&inside, "n += co.Must(rttest.Step(s, \"await %d\", %d))\n\t\t", i, i+1)
						fmt.Fprintf(&direct, "defer co.Await(rttest.Step(s, \"direct %d\", n))\n\t", i)
					}
					inside.WriteString("s.Note(\"cancelled: %v\", co.Self().Err())")
					what = strings.NewReplacer("AWAITS", inside.String(), "DIRECT", direct.String(),
						"RECOVER", "s.Note(\"recovered %v\", recover())").Replace(what)
					funcs = append(funcs, fmt.Sprintf(`
// f%[1]d: %[2]s.
//
//coroutine:async
func f%[1]d(s *rttest.Script) (n int, err error) {
	defer s.Note("end")
	defer func() { s.Note("results %%d, %%v", n, err) }()
	%[3]s
	%[4]s
	n += co.Must(rttest.Step(s, "body", 3))
	%[5]s
}

//coroutine:async
func Subject%[1]d(s *rttest.Script) (string, error) {
	n, err := co.Await(f%[1]dAsync(s))
	return fmt.Sprint(n, err), err
}
`, len(funcs), fmt.Sprintf("%s, %d awaits", name, awaits), end.before, what, end.end))
				}
			}
		}
	}
	return funcs
}

func TestDeferredCalls(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs a program")
	}
	funcs := sample(t, deferredCalls())
	p := &trial{name: "defers", in: deferHeader + strings.Join(funcs, "")}
	runTrials(t, []*trial{p}, 1, *update)
	switch {
	case p.failure != "":
		t.Error(p.failure)
	case p.refused != "":
		t.Error("refused: " + p.refused)
	case len(p.subjects) != len(funcs):
		t.Errorf("%d subjects of %d functions", len(p.subjects), len(funcs))
	}
}
