package testbed_test

// This file checks the rules for tests of rt and of the packages below it. It reads all of
// these tests. The rules are:
//
//   - Every test checks at its end that it leaves nothing behind (testbed.Clean).
//   - Every loop of a test runs in an order that is shuffled with a seed.
//   - No test waits for the wall clock, or asks what time it is.
//
// The rules do not apply to examples and benchmarks. The map excused lists other exceptions.

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

// excused lists the functions that may break the last two rules, and why.
var excused = map[string]string{
	"rt.TestLoopMisuse":                     "these panic instead of making a loop",
	"rt/netio.TestRequestAllocatesNothing":  "shuffling allocates",
	"rt/machine.TestReplacedPanicIsPrinted": "a program of its own, with one task",
	"rt.runUntilInterrupted":                "a program of its own, with one task",
	"rt.handleOneSignal":                    "a program of its own, without tasks",
	"rt/netio.serveWithoutDescriptors":      "its subject is a loop that cannot be made",

	"rt.TestSlicesNeedARealClock":           "a loop with a seed has no slices",
	"rt.TestSliceTimer":                     "a loop with a seed has no slice timer",
	"rt.TestSliceTimerStartsWithShortTurns": "a loop with a seed has no slice timer",

	"rt.TestRunThreadsafeIsCancelled":              "a context has its deadline by the wall clock",
	"rt.TestRunThreadsafeOnALoopThatNobodyRuns":    "a context has its deadline by the wall clock",
	"rt.TestRealClock":                             "is about the real clock",
	"rt.TestPollerWaitIsNeverTooShort":             "is about the real time that the poller of the system waits",
	"rt/streams.measureFairness":                   "measures, with -measure",
	"rt/streams.startLineServer":                   "is for TestFairness, which measures",
	"rt/streams.serveLine":                         "is for TestFairness, which measures",
	"rt/streams.quiet":                             "is for TestFairness, which measures",
	"rt/streams.rate":                              "is for TestFairness, which measures",
	"rt/streams.Elapsed":                           "is for TestFairness, which measures",
	"rt/streams.TestNetConnDeadlines":              "a net.Conn has its deadlines by the wall clock; nothing waits for one",
	"rt/streams.TestNetConnOfManyGoroutines":       "a net.Conn has its deadlines by the wall clock; nothing waits for one",
	"rt/tlsconn.configs":                           "a certificate is valid at the time of today",
	"rt/rttest.TestTimerOfPackageTimeIsNoDeadlock": "is about what rttest makes of real timers",
	"rt/rttest.TestGoroutineThatRunsIsNoDeadlock":  "is about what rttest makes of a goroutine that sleeps",
}

// looks are the functions that arrange that the test is checked at its end.
var looks = []string{
	"testbed.Clean", "testbed.NewLoop", "testbed.Run", "testbed.FIFO", "testbed.Fake", "testbed.RunFake",
	"testbed.Real", "testbed.RunReal", "testbed.RealLoop", "rt.Clean", "Clean",
}

// makers are the functions that make a loop. The loop runs in a shuffled order only if its
// options come from one of seeds.
var (
	makers = []string{"rt.NewLoop", "rt.Run", "rt.RunLoops", "rt.NewRunner"}
	seeds  = []string{"testbed.Fake", "testbed.Real", "testLoop", "rt.WithSeed"}
)

// clocks are the functions that use the wall clock.
var clocks = []string{
	"time.Sleep", "time.After", "time.AfterFunc", "time.NewTimer", "time.NewTicker", "time.Tick",
	"time.Now", "time.Since", "time.Until", "context.WithTimeout", "context.WithTimeoutCause",
	"context.WithDeadline", "context.WithDeadlineCause",
}

func TestRules(t *testing.T) {
	testbed.Clean(t)
	idle := maps.Clone(excused)
	for dir, functions := range testFunctions(t, "../..") {
		for name, fn := range functions {
			if strings.HasPrefix(name, "Test") && name != "TestMain" && !reaches(functions, name, looks, map[string]bool{}) {
				t.Errorf("%s: %s does not look at what it leaves behind: let it begin with testbed.Clean(t)", dir, name)
			}
			if len(fn.broken) == 0 {
				continue
			}
			who := path.Join("rt", dir) + "." + name
			delete(idle, who)
			if excused[who] == "" {
				t.Errorf("%s %s: use package testbed, or say why not in rules_test.go", who, strings.Join(fn.broken, " and "))
			}
		}
	}
	for who := range idle {
		t.Errorf("%s is excused, but does nothing that is forbidden", who)
	}
}

// A function is a function or a variable of a test file.
type function struct {
	mentions []string // names, as name or package.name, of what it mentions
	broken   []string // the rules that it breaks
}

// reaches reports whether the function name mentions one of targets, or another function that
// does. A method is known by its name alone.
func reaches(functions map[string]*function, name string, targets []string, seen map[string]bool) bool {
	fn := functions[name]
	if fn == nil || seen[name] {
		return false
	}
	seen[name] = true
	return slices.ContainsFunc(fn.mentions, func(m string) bool {
		return slices.Contains(targets, m) || reaches(functions, m[strings.LastIndex(m, ".")+1:], targets, seen)
	})
}

// testFunctions reads the test files below root and returns their functions by directory and
// name.
func testFunctions(t *testing.T, root string) map[string]map[string]*function {
	dirs := map[string]map[string]*function{}
	files := token.NewFileSet()
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "bench_test.go") {
			return err
		}
		parsed, err := parser.ParseFile(files, file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return err
		}
		dir = filepath.ToSlash(dir)
		if dirs[dir] == nil {
			dirs[dir] = map[string]*function{}
		}
		read := func(name string, n ast.Node) {
			if strings.HasPrefix(name, "Example") || strings.HasPrefix(name, "Benchmark") {
				return
			}
			if dirs[dir][name] == nil {
				dirs[dir][name] = new(function)
			}
			dirs[dir][name].read(files, n)
		}
		for _, decl := range parsed.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				read(decl.Name.Name, decl)
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok {
						read(v.Names[0].Name, v)
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return dirs
}

// read adds what n mentions.
func (fn *function) read(files *token.FileSet, n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			fn.mentions = append(fn.mentions, n.Name)
		case *ast.SelectorExpr:
			name := selected(n)
			fn.mentions = append(fn.mentions, name)
			fn.read(files, n.X)
			if slices.Contains(clocks, name) {
				fn.broken = append(fn.broken, fmt.Sprintf("(%v) goes by the wall clock with %s", position(files, n), name))
			}
			return false // the name after the dot does not belong to this package
		case *ast.CallExpr:
			maker, ok := n.Fun.(*ast.SelectorExpr)
			if !ok || !slices.Contains(makers, selected(maker)) {
				break
			}
			var args function
			for _, arg := range n.Args {
				args.read(files, arg)
			}
			if !slices.ContainsFunc(args.mentions, func(m string) bool { return slices.Contains(seeds, m) }) {
				fn.broken = append(fn.broken, fmt.Sprintf("(%v) has %s make a loop without a seed", position(files, n), selected(maker)))
			}
		}
		return true
	})
}

// selected returns x as package.name if x.X is a name.
func selected(n *ast.SelectorExpr) string {
	if x, ok := n.X.(*ast.Ident); ok {
		return x.Name + "." + n.Sel.Name
	}
	return n.Sel.Name
}

func position(files *token.FileSet, n ast.Node) string {
	at := files.Position(n.Pos())
	return fmt.Sprintf("%s:%d", filepath.Base(at.Filename), at.Line)
}
