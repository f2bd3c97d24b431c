package python_test

// This file runs functions in both languages, and compares what they print and return. In both
// runs, time is a fake: it stands still while a task can run.

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
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
		if name == "print_" {
			coroutine = "print__(" + pyArgs + ")"
		}
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
	stderr := &strings.Builder{}
	cmd.Stderr = stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s%s\n%s", err, out, stderr, pyMain.String())
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
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

var _ locks.Lock
var _ = os.Stdout

func outcome[T any](name string, x rt.Coroutine[T]) {
	fmt.Println("--", name)
	clock := new(rttest.Clock)
	v, err := rt.Run(x, rt.WithClock(clock), rt.WithPoller(rttest.NewPoller(clock)))
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

// TestRefused demands that what means something else in Python, or might, is refused.
func TestRefused(t *testing.T) {
	for _, test := range []struct{ name, code, want string }{
		{"sum", "s += n; return s, nil", "may overflow"},
		{"counter that begins anywhere", "n++; return n, nil", "may overflow"},
		{"product", "return n * 2, nil", "may overflow"},
		{"difference", "return n - 1, nil", "may overflow"},
		{"shift", "return n << 1, nil", "may overflow"},
		{"division", "return n / 2, nil", "rounds in another direction"},
		{"remainder", "return n % 2, nil", "rounds in another direction"},
		{"negative", "return -n, nil", "has no counterpart"},
		{"length of a string", "return len(text), nil", "counts bytes"},
		{"byte of a string", "fmt.Println(text[0])", "out of range"},
		{"range over a string", "for i, r := range text { fmt.Println(i, r) }", "ranged over by its bytes"},
		{"bytes", `text = "\xff"`, "no UTF-8"},
		{"element", "return list[n], nil", "count from the end"},
		{"range over a map", "for k := range table { fmt.Println(k) }", "order of a map"},
		{"boolean", "fmt.Println(n == 1)", "print in the same way"},
		{"float", "fmt.Println(1.5)", "integers"},
		{"list", "fmt.Println(list)", "print in the same way"},
		{"verb", `fmt.Printf("%x", n)`, "print in the same way"},
		{"flag", `fmt.Printf("%5d", n)`, "print in the same way"},
		{"too few operands", `fmt.Printf("%d%d", n)`, "more verbs"},
		{"duration", "fmt.Println(d)", "print in the same way"},
		{"sum of durations", "return 0, co.Wait(rt.Sleep(d + d))", "may be rounded"},
		{"no time", "return 0, co.Wait(rt.Timeout(0, rt.Sleep(d)))", "at once"},
		{"dropped error", "co.Wait(rt.Sleep(d))", "the error is dropped"},
		{"error that is looked at", "err := co.Wait(rt.Sleep(d)); if err == io.EOF { return 0, nil }; return 0, err", "not returned at once"},
		{"other error", "if err := co.Wait(rt.Sleep(d)); err != nil { return 0, io.EOF }", "not returned at once"},
		{"something before the error", "if err := co.Wait(rt.Sleep(d)); err != nil { fmt.Println(); return 0, err }", "not returned at once"},
		{"something beside the error", "if err := co.Wait(rt.Sleep(d)); err != nil { return list[0], err }", "not returned at once"},
		{"nil is tested", "if err := co.Wait(rt.Sleep(d)); err == nil { return 0, err }", "not returned at once"},
		{"another error is tested", "err := co.Wait(rt.Sleep(d)); other := co.Wait(rt.Sleep(d)); if err != nil { return 0, err }; return 0, other", "not returned at once"},
		{"error variable", "return 0, io.EOF", "the error is a value"},
		{"wrapped", `return 0, fmt.Errorf("%w", io.EOF)`, "print in the same way"},
		{"bare return", "s = 1; return", "may still change"},
		{"literal", "f := func() {}; f()", "closures"},
		{"go", "go println()", "no counterpart"},
		{"select", "select {}", "no counterpart"},
		{"label", "a: for { break a }", "no counterpart"},
		{"break in a switch", "for { switch { case n > 1: break } }", "break leaves the switch"},
		{"fallthrough", "switch { case n > 1: fallthrough; default: }", "no fallthrough"},
		{"continue before a post statement", "for i := n; i > 2; s = 1 { continue }", "skip the post statement"},
		{"defer in a loop", "for range n { defer fmt.Println() }", "deferred call in a block"},
		{"argument of a deferred call", "s = 2; defer fmt.Println(s)", "evaluated now"},
		{"literal that is deferred", "defer func() {}()", "no known counterpart"},
		{"shared list", "other := list; fmt.Println(len(other))", "share elements"},
		{"append to a parameter", "list = append(list, 1)", "others share"},
		{"append to what others have", "var l []int; table2[n] = n; co.Spawn(keepAsync(l)); l = append(l, 1)", "others share"},
		{"loop over what is appended to", "var l []int; for range l { l = append(l, 1) }", "course of the loop"},
		{"struct", "a := pair{}; fmt.Println(a.x)", "copied"},
		{"copy", "q := *p; fmt.Println(q.x)", "no counterpart"},
		{"address", "q := &n; fmt.Println(*q)", "no counterpart"},
		{"await in an operand", "fmt.Println(n, co.Must(fAsync(0)))", "inside an expression"},
		{"name", "\u00e9 := 1; fmt.Println(\u00e9)", "normalizes"},
		{"package variable", "limit = 2", "variable of the package"},
		{"nil slice", "if list == nil { return 1, nil }", "only a pointer"},
		{"interface", "if v == nil { return 1, nil }", "only a pointer"},
		{"unknown function", "fmt.Println(strings.ToUpper(text))", "no known counterpart"},
		{"unknown operation", "return 0, co.Wait(rt.Shield(keepAsync(nil)))", "not among the operations"},
		{"constructor by hand", "return 0, co.Wait(handAsync())", "was not generated"},
		{"method value", "f := p.m; f()", "not a field"},
		{"list of coroutines", "cs := []rt.Expr[rt.Void]{}; if _, err := co.Await(rt.Gather(cs...)); err != nil { return 0, err }", "known to be coroutines"},
		{"type assertion", "fmt.Println(v.(int))", "no counterpart"},
		{"conversion", "fmt.Println(int8(n))", "no known counterpart"},
		{"variable of another package", "fmt.Println(os.Args)", "another package"},
	} {
		t.Run(test.name, func(t *testing.T) {
			code := strings.ReplaceAll(test.code, "\\u00e9", "é")
			source := "package main\n\nimport (\n\t\"fmt\"\n\t\"io\"\n\t\"os\"\n\t\"strings\"\n\t\"time\"\n\n\tco \"github.com/coroutinegen/coroutinegen/annotations\"\n\t\"github.com/coroutinegen/coroutinegen/rt\"\n)\n" + `
type pair struct{ x, y int }

func (p *pair) m() {}

var limit = 1
var _, _, _, _, _, _, _ = fmt.Println, io.EOF, os.Args, strings.ToUpper, time.Second, rt.Yield, co.Self

func handAsync() rt.Coroutine[rt.Void] { return keepAsync(nil) }

//coroutine:async
func keep(l []int) error { return nil }

//coroutine:async
func f(n int, text string, list []int, table map[string]int, table2 map[int]int, d time.Duration, p *pair, v any) (s int, err error) {
	` + code + `
	return 0, nil
}
`
			pkgs, _ := load.FromSource(map[string]string{"x.go": strings.ReplaceAll(source, "co.Must(fAsync(0))", "co.Must(gAsync(0))") + "\n//coroutine:async\nfunc g(n int) int { return n }\n"})
			for _, f := range pkgs[0].Async {
				if f.Name() != "f" {
					continue
				}
				text, reasons := print(pkgs[0], f)
				var all []string
				for _, r := range reasons {
					all = append(all, r.Message)
					if !r.Pos.IsValid() {
						t.Errorf("no position: %s", r.Message)
					}
				}
				if text != "" || !strings.Contains(strings.Join(all, "\n"), test.want) {
					t.Errorf("got\n%s%s\nwant %s", text, strings.Join(all, "\n"), test.want)
				}
			}
		})
	}
}

// pages says which functions of the examples have a counterpart, and why the others have none.
var pages = map[string]string{
	"awaits.Idle":    "",
	"awaits.Nested1": "may overflow",
	"awaits.Sleep":   "",
	"awaits.Spawn":   "not among the operations",
	"awaits.Three":   "not among the operations",
	"crawl.crawl":    "closures",
	"crawl.fetch":    "",
	"echo.handle":    "not among the operations",
	"echo.serve":     "no known counterpart",
	"handler.serve":  "not among the operations",
	"handler.visit":  "may overflow",
	"proxy.exchange": "",
	"proxy.forward":  "no known counterpart",
	"proxy.pipe":     "may overflow",
	"proxy.serve":    "no known counterpart",
	"queue.consumer": "may overflow",
	"queue.producer": "",
	"ticker.every":   "no known counterpart",
	"ticker.work":    "may be rounded or wrap",
}

func TestExamples(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	loaded, err := load.Load(context.Background(), load.Config{Dir: "../../../../example", Patterns: []string{"./awaits", "./crawl", "./echo", "./handler", "./proxy", "./queue", "./ticker", "./rivals"}})
	if err != nil || len(loaded.Diags) > 0 {
		t.Fatal(err, loaded.Diags)
	}
	seen := map[string]bool{}
	for _, p := range loaded.Packages {
		for _, f := range p.Async {
			name := filepath.Base(p.Dir) + "." + f.Name()
			text, reasons := print(p, f)
			t.Logf("%s\n%s", name, text)
			for _, r := range reasons {
				t.Logf("\t%s:%d: %s", filepath.Base(r.Pos.Filename), r.Pos.Line, r.Message)
			}
			want, known := pages[name]
			seen[name] = true
			if !known {
				if strings.HasPrefix(name, "rivals.") || strings.HasPrefix(name, "awaits.") {
					continue
				}
				t.Errorf("%s is not in the table", name)
				continue
			}
			found := want == "" && text != ""
			for _, r := range reasons {
				found = found || want != "" && strings.Contains(r.Message, want)
			}
			if !found {
				t.Errorf("%s: want %q, got %v\n%s", name, want, reasons, text)
			}
		}
	}
	for name := range pages {
		if !seen[name] {
			t.Errorf("there is no %s", name)
		}
	}
}

// TestAnything prints every function of the goldens, probes and programs that once broke the
// tool, async or not, with types and without, and half of each: nothing panics, and there is either
// a text or a reason.
func TestAnything(t *testing.T) {
	var sources []string
	for _, dir := range []string{"golden", "probes", "fuzz"} {
		paths, err := filepath.Glob(filepath.Join("../../../../testdata", dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			a, err := txtar.ParseFile(path)
			if err != nil {
				continue
			}
			if text, err := os.ReadFile(path); err == nil && filepath.Ext(path) == ".go" {
				sources = append(sources, string(text))
			}
			for _, f := range a.Files {
				if filepath.Ext(f.Name) == ".go" {
					sources = append(sources, string(f.Data))
				}
			}
		}
	}
	if len(sources) < 20 {
		t.Fatalf("only %d sources", len(sources))
	}
	printed, refused := 0, 0
	try := func(fset *token.FileSet, info *types.Info, file *ast.File) {
		for _, d := range file.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				text, reasons := python.Print(fset, info, d)
				if (text == "") == (len(reasons) == 0) {
					t.Errorf("%s: text %q, reasons %v", fset.Position(d.Pos()), text, reasons)
				}
				if text != "" {
					printed++
				} else {
					refused++
				}
			}
		}
	}
	for _, source := range sources {
		if pkgs, _ := load.FromSource(map[string]string{"in.go": source}); len(pkgs) > 0 {
			for _, f := range pkgs[0].Files {
				try(pkgs[0].Fset, pkgs[0].Info, f.Syntax)
			}
		}
		for _, n := range []int{len(source), len(source) / 2, len(source) / 3} {
			fset := token.NewFileSet()
			file, _ := parser.ParseFile(fset, "in.go", source[:n], parser.SkipObjectResolution)
			if file == nil {
				continue
			}
			try(fset, &types.Info{}, file)
			info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
				Selections: map[*ast.SelectorExpr]*types.Selection{}, Implicits: map[ast.Node]types.Object{}}
			conf := types.Config{Error: func(error) {}}
			conf.Check("in", fset, []*ast.File{file}, info)
			try(fset, info, file)
		}
	}
	t.Logf("%d printed, %d refused", printed, refused)
}
