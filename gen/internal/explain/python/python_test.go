package python_test

// This file runs functions in both languages, and compares what they print and return.

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/coroutinegen/coroutinegen/gen"
	"github.com/coroutinegen/coroutinegen/gen/internal/explain/python"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// packages loads files as a package in memory.
func packages(t *testing.T, files map[string]string) *load.Package {
	t.Helper()
	pkgs, diags := load.FromSource(files)
	if len(diags) > 0 || len(pkgs) == 0 {
		t.Fatal(diags)
	}
	return pkgs[0]
}

func print(p *load.Package, f *load.Func) (string, []python.Reason) {
	return python.Print(p.Fset, p.Info, f.Decl)
}

// callPattern matches a line that says with what a function is called: the arguments stand for
// themselves in both languages.
var callPattern = regexp.MustCompile(`^// call: (\w+)(.*)$`)

// others are the arguments of functions that need more than literals.
var others = map[string][2]string{
	"queued": {"queues.New[int](0)", "Queue(0)"},
	"locked": {"new(locks.Lock), new(locks.Event), locks.NewSemaphore(0)", "asyncio.Lock(), asyncio.Event(), asyncio.Semaphore(0)"},
	"writes": {"os.Stdout", "sys.stdout"},
}

const chain = `point("a", point("b", point("c", None)))`

func TestBothLanguages(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	python3, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed: what is printed is not run; install Python 3.11 or newer")
	}
	if exec.Command(python3, "-c", "import asyncio; asyncio.TaskGroup").Run() != nil {
		t.Skip("python3 is older than Python 3.11: what is printed is not run")
	}
	source, err := os.ReadFile("testdata/subjects.go")
	if err != nil {
		t.Fatal(err)
	}
	shim, err := os.ReadFile("testdata/shim.py")
	if err != nil {
		t.Fatal(err)
	}
	p := packages(t, map[string]string{"subjects.go": string(source), "main.go": "package main\n\nfunc main() {}\n"})
	goMain, pyMain := &strings.Builder{}, &strings.Builder{}
	pyMain.Write(shim)
	for _, f := range p.Async {
		text, reasons := print(p, f)
		for _, r := range reasons {
			t.Errorf("%s: %s: %s", f.Name(), r.Pos, r.Message)
		}
		pyMain.WriteString("\n\n" + text)
		if f.Decl.Recv != nil {
			fmt.Fprintf(pyMain, "\n\npoint.%s = %[1]s\n", f.Name())
		}
	}
	called := map[string]bool{}
	for _, line := range strings.Split(string(source), "\n") {
		m := callPattern.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		name, args := m[1], strings.ReplaceAll(strings.TrimSpace(m[2]), " ", ", ")
		called[name] = true
		goArgs, pyArgs := args, args
		if o, ok := others[name]; ok {
			goArgs, pyArgs = o[0], o[1]
		}
		async, coroutine := name+"Async("+goArgs+")", name+"("+pyArgs+")"
		if name == "points" {
			async, coroutine = `(&point{"a", &point{"b", &point{"c", nil}}}).pointsAsync()`, chain+".points()"
		}
		fmt.Fprintf(goMain, "\toutcome(%q, %s)\n", name+" "+args, async)
		fmt.Fprintf(pyMain, "outcome(%q, %s)\n", name+" "+args, coroutine)
	}
	if t.Failed() {
		return
	}
	want := runGo(t, string(source), goMain.String())
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "subjects.py"), []byte(pyMain.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python3, "subjects.py")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "PYTHONIOENCODING=utf-8")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, pyMain.String())
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(string(out), "\n")); diff != "" {
		t.Errorf("-Go +Python:\n%s\n%s", diff, pyMain.String())
	}
	for _, f := range p.Async {
		if !called[f.Name()] && strings.Count(string(source), f.AsyncName()+"(") == 0 {
			t.Errorf("nothing calls %s", f.Name())
		}
	}
}

// runGo runs the subjects in Go. calls are statements of main.
func runGo(t *testing.T, source, calls string) string {
	t.Helper()
	root, err := filepath.Abs("../../../..")
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
	_, rest, _ := strings.Cut(string(mod), "\n")
	const self = "github.com/coroutinegen/coroutinegen"
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":      "module subjects\n" + rest + "\nrequire " + self + " v0.0.0\n\nreplace " + self + " => " + root + "\n",
		"go.sum":      string(sum),
		"subjects.go": source,
		"main.go": `package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

var _ locks.Lock
var _ = os.Stdout

func outcome[T any](name string, x rt.Coroutine[T]) {
	fmt.Println("--", name)
	v, err := rt.Run(x)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		fmt.Println("timeout")
	case errors.Is(err, queues.ErrClosed):
		fmt.Println("closed")
	case err != nil:
		fmt.Println("error", err)
	default:
		text := strings.Trim(fmt.Sprint(v), "{}")
		if _, isVoid := any(v).(rt.Void); isVoid {
			text = "nothing"
		}
		fmt.Println("returned", text)
	}
}

func main() {
` + calls + "}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GOWORK", "off")
	res, err := gen.Generate(context.Background(), gen.Options{Dir: dir})
	if err == nil {
		err = res.Write()
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "run", ".")
	cmd.Dir = dir
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		t.Fatalf("%v\n%s%s", err, out, exit.Stderr)
	} else if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

var _ = ast.Inspect
var _ = parser.ParseFile
var _ = token.NoPos
var _ = txtar.Parse
