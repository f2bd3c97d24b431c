package gen

// This file tests that the machines of a package do not depend on its tests.

import (
	"fmt"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// scopeSource has machines that take names of many kinds.
const scopeSource = `package x

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:async
func run(n int) (int, error) {
	done, async := rt.Yield(), rt.Yield()
	if err := co.Wait(done); err != nil {
		return 0, err
	}
	if err := co.Wait(async); err != nil {
		return 0, err
	}
	return n, FetchLocal([]int{n}[0])
}

func FetchLocal(int) error { return nil }

//coroutine:async
func Fetch[T any](v T) (T, error) { return v, co.Wait(rt.Yield()) }

//coroutine:async
func local(n int) int {
	type pair struct{ a, b int }
	p := pair{n, n}
	co.Must(rt.Yield())
	return p.a
}
`

// scopeTest is a test with an async function, after declarations.
const scopeTest = `package x

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	%s
)

%s

//coroutine:async
func %s() error { return co.Wait(rt.Yield()) }
`

// generatedWith returns what is generated from scopeSource beside a test, if any.
func generatedWith(t *testing.T, test string) (string, error) {
	t.Helper()
	files := map[string]string{"x.go": scopeSource}
	if test != "" {
		files["x_test.go"] = test
	}
	pkgs, diags := load.FromSource(files)
	res, diags := generate(pkgs, diags, &Options{})
	if err := diags.Err(); err != nil {
		return "", err
	}
	if err := failure(res); err != nil {
		t.Fatal(err)
	}
	for _, f := range res.Files {
		if f.Path == "x_coroutine.go" {
			return string(f.Content), nil
		}
	}
	t.Fatal("nothing is generated from x.go")
	return "", nil
}

func TestMachinesDoNotDependOnTests(t *testing.T) {
	want, err := generatedWith(t, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ imports, decls, async string }{
		{"", "", "inTest"},
		{"", "type t struct{}; type f int; type ready int; type state int", "inTest"},
		{"", "var T = 2", "inTest"},
		{"", "func (*fetch) State() {}; type fetch struct{ fetchState, runState int }", "runAwait2"},
		{`pack "strings"`, "var _ = pack.ToUpper", "runAwaitYield"},
		{"", "type runFrame2 int", "run2"},
		{"", "type inner struct{}", "Local"},
	} {
		test := fmt.Sprintf(scopeTest, c.imports, c.decls, c.async)
		got, err := generatedWith(t, test)
		if err != nil {
			t.Errorf("%v\n%s", err, test)
		} else if got != want {
			t.Errorf("line %s; with this test:\n%s", firstDifferent([]byte(want), []byte(got)), test)
		}
	}
	if t.Failed() {
		t.Log(want)
	}
}

func TestTestTakesNameOfMachine(t *testing.T) {
	const taken = "x_test.go:%s: this test takes the name %s, which the code in x_coroutine.go needs [DuplicateName]"
	for _, c := range []struct{ imports, decls, async, want string }{
		{"", "type runState int", "inTest", fmt.Sprintf(taken, "9:6", "runState")},
		{"", "var z, runLines = 1, 2", "inTest", fmt.Sprintf(taken, "9:8", "runLines")},
		{"", "const runAwaitDone = 1", "inTest", fmt.Sprintf(taken, "9:7", "runAwaitDone")},
		{"", "func runDone() {}; type runFrame int", "inTest", fmt.Sprintf(taken, "9:6", "runDone")},
		{"", "type FetchFrame int; var _ FetchFrame = 1", "inTest", fmt.Sprintf(taken, "9:6", "FetchFrame")},
		{"", "type pair int", "inTest", fmt.Sprintf(taken, "9:6", "pair")},
		{"", "func machine() {}", "inTest", fmt.Sprintf(taken, "9:6", "machine")},
		{`pair "strings"`, "var _ = pair.ToUpper", "inTest", fmt.Sprintf(taken, "6:2", "pair")},
		{"", "", "runAwait", fmt.Sprintf(taken, "12:6", "runAwaitAsync")},
		{"", "type any int", "inTest", "x_test.go:9:6: this declaration hides the predeclared any, which generated code must use [PredeclaredHidden]"},
	} {
		test := fmt.Sprintf(scopeTest, c.imports, c.decls, c.async)
		if _, err := generatedWith(t, test); err == nil || err.Error() != c.want {
			t.Errorf("%v\nwant %s\n%s", err, c.want, test)
		}
	}
	// Nothing is generated from a file that is no test: the names are free.
	pkgs, diags := load.FromSource(map[string]string{"x_test.go": fmt.Sprintf(scopeTest, "", "type any int; type inTestState int; func machine() {}", "inTest")})
	if _, diags = generate(pkgs, diags, &Options{}); len(diags) > 0 {
		t.Error(diags.Err())
	}
}

// firstDifferent returns the first line that differs in two texts.
func firstDifferent(a, b []byte) string {
	x, y := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("line %d is %q or %q", i+1, x[i], y[i])
		}
	}
	return "one of them has more lines"
}
