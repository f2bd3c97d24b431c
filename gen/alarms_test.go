package gen

// This file keeps account of what the analyzers report on code that nobody wrote for them: our own
// packages, and Go's programs and packages made async (see package asyncify). Each alarm has a
// verdict in testdata/alarms.
//
//	go test ./gen -run Alarms                      our own packages without tests, and a slice of the others
//	go test ./gen -run Alarms -alarms              everything
//	go test ./gen -run Alarms -alarms -update      adds new alarms, which then need a verdict, and
//	                                               removes those that are no more

import (
	"cmp"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/coroutinegen/coroutinegen/gen/check/suite"
	"github.com/coroutinegen/coroutinegen/gen/internal/asyncify"
	"github.com/coroutinegen/coroutinegen/gen/internal/asyncify/gotest"
)

var alarmsAll = flag.Bool("alarms", false, "TestAlarms runs the analyzers over every program and package, not only a slice")

// An alarm is a diagnostic of an analyzer, at a line of the original source.
type alarm struct {
	file     string // "chan/sieve1.go"
	line     int
	analyzer string
	message  string
}

// alarms returns what the analyzers report on pkgs. at returns the file and the line to name for
// a position.
func alarms(t *testing.T, pkgs []*packages.Package, at func(token.Position) (string, int)) (found []alarm) {
	graph, err := checker.Analyze(suite.Analyzers(), pkgs, nil)
	if err != nil {
		t.Error(err)
		return nil
	}
	for action := range graph.All() {
		if action.Err != nil {
			t.Errorf("%v: %v", action, action.Err)
		}
		for _, d := range action.Diagnostics {
			file, line := at(action.Package.Fset.PositionFor(d.Pos, false))
			found = append(found, alarm{file, line, action.Analyzer.Name, d.Message})
		}
	}
	slices.SortFunc(found, func(a, b alarm) int {
		return cmp.Or(strings.Compare(a.file, b.file), a.line-b.line, strings.Compare(a.analyzer, b.analyzer), strings.Compare(a.message, b.message))
	})
	return slices.Compact(found)
}

// treeAlarms returns the alarms on our own packages, and on their tests if tests is set.
func treeAlarms(t *testing.T, tests bool) []alarm {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	// The packages that tests are compiled with once more are no packages that the pattern
	// matches, and need their syntax, too.
	mode := packages.LoadSyntax
	if tests {
		mode = packages.LoadAllSyntax
	}
	pkgs, err := packages.Load(&packages.Config{Mode: mode | packages.NeedModule, Dir: root, Tests: tests}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	if packages.PrintErrors(pkgs) > 0 {
		t.Fatal("the module does not compile")
	}
	return alarms(t, pkgs, func(pos token.Position) (string, int) {
		file, err := filepath.Rel(root, pos.Filename)
		if err != nil {
			t.Error(err)
		}
		return filepath.ToSlash(file), pos.Line
	})
}

// asyncAlarms returns the alarms on a program or package that was made async.
func asyncAlarms(t *testing.T, imp types.Importer, path string, program *asyncify.Program, original []asyncify.File) []alarm {
	files, reason := generateCorpus(program)
	if reason != "" || program.Async() == 0 {
		return nil // TestCorpus and TestRealCode say whether that is right
	}
	dir := t.TempDir()
	pkg := &packages.Package{ID: path, PkgPath: path, Fset: token.NewFileSet(), TypesSizes: types.SizesFor("gc", runtime.GOARCH),
		TypesInfo: &types.Info{
			Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
			Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{}, Scopes: map[ast.Node]*types.Scope{},
			Selections: map[*ast.SelectorExpr]*types.Selection{}, FileVersions: map[*ast.File]string{},
		}}
	for _, f := range files {
		name := filepath.Join(dir, filepath.Base(f.Path))
		if err := os.WriteFile(name, f.Content, 0o666); err != nil {
			t.Error(err)
			return nil
		}
		syntax, err := parser.ParseFile(pkg.Fset, name, f.Content, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Error(err)
			return nil
		}
		pkg.Syntax = append(pkg.Syntax, syntax)
	}
	pkg.Name = pkg.Syntax[0].Name.Name
	conf := types.Config{Importer: imp, Sizes: pkg.TypesSizes}
	var err error
	if pkg.Types, err = conf.Check(path, pkg.Fset, pkg.Syntax, pkg.TypesInfo); err != nil {
		t.Error(err)
		return nil
	}
	lines := originalLines(t, pkg, original)
	return alarms(t, []*packages.Package{pkg}, func(pos token.Position) (string, int) {
		return filepath.Base(pos.Filename), lines(pos)
	})
}

// originalLines returns a function that maps the positions in the async copies of functions to
// the lines of the original functions. A copy has as many lines as its original.
func originalLines(t *testing.T, pkg *packages.Package, original []asyncify.File) func(token.Position) int {
	key := func(file string, fn *ast.FuncDecl, name string) string {
		recv := ""
		if fn.Recv != nil {
			recv = types.ExprString(fn.Recv.List[0].Type)
		}
		return filepath.Base(file) + " " + recv + " " + name
	}
	begins := make(map[string]int)
	for _, f := range original {
		fset := token.NewFileSet()
		syntax, err := parser.ParseFile(fset, f.Name, f.Text, parser.SkipObjectResolution)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, d := range syntax.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				begins[key(f.Name, fn, asyncify.CopyName(fn))] = fset.PositionFor(fn.Pos(), false).Line
			}
		}
	}
	return func(pos token.Position) int {
		for _, f := range pkg.Syntax {
			if pkg.Fset.PositionFor(f.FileStart, false).Filename != pos.Filename {
				continue
			}
			for _, d := range f.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok || pos.Offset < pkg.Fset.PositionFor(fn.Pos(), false).Offset || pos.Offset >= pkg.Fset.PositionFor(fn.End(), false).Offset {
					continue
				}
				if line, ok := begins[key(pos.Filename, fn, copySuffix.ReplaceAllString(fn.Name.Name, ""))]; ok {
					return line + pos.Line - pkg.Fset.PositionFor(fn.Pos(), false).Line
				}
			}
		}
		t.Errorf("%v lies in no copy of a function", pos)
		return pos.Line
	}
}

// copySuffix matches what package asyncify appends to the name of a copy.
var copySuffix = regexp.MustCompile(`_co[0-9]*$`)

// TestAlarms fails if an analyzer reports something that has no verdict, or no longer reports
// something that has one.
func TestAlarms(t *testing.T) {
	if testing.Short() {
		t.Skip("type-checks programs")
	}
	t.Run("tree", func(t *testing.T) {
		found := treeAlarms(t, *alarmsAll)
		checkAlarms(t, "tree.txt", found, func(file string) bool { return *alarmsAll || !strings.HasSuffix(file, "_test.go") })
	})
	t.Run("programs", func(t *testing.T) {
		skipOtherGo(t)
		pass := readPass(t)
		programs := fastSlice(t, pass)
		if *alarmsAll {
			all, err := gotest.Programs()
			if err != nil {
				t.Skipf("this Go was installed without its test suite: %v", err)
			}
			programs = slices.DeleteFunc(all, func(p *gotest.Program) bool { _, ok := pass[p.Path]; return !ok })
		}
		var found []alarm
		ran := make(map[string]bool)
		var mu sync.Mutex
		var wg sync.WaitGroup
		work := make(chan *gotest.Program)
		for _, c := range newCorpora(t, runtime.NumCPU()) {
			wg.Go(func() {
				for p := range work {
					program, err := asyncify.Parse("main.go", p.Source, c.opts)
					if err != nil {
						t.Error(err)
						continue
					}
					list := asyncAlarms(t, c.opts.Importer, "main", program, []asyncify.File{{Name: "main.go", Text: p.Source}})
					mu.Lock()
					ran[p.Path] = true
					for _, a := range list {
						a.file = p.Path
						found = append(found, a)
					}
					mu.Unlock()
				}
			})
		}
		for _, p := range programs {
			work <- p
		}
		close(work)
		wg.Wait()
		checkAlarms(t, "programs.txt", found, func(file string) bool { return ran[file] })
	})
	t.Run("packages", func(t *testing.T) {
		skipOtherGo(t)
		list := readRealCode(t)
		if !*alarmsAll {
			list = list[:1]
		}
		tc, err := gotest.NewToolchain(t.TempDir(), modulePath+"annotations", modulePath+"rt", pausePath)
		if err != nil {
			t.Fatal(err)
		}
		var found []alarm
		ran := make(map[string]bool)
		for _, p := range list {
			pkg, err := gotest.LoadPackage(p.path)
			if err != nil {
				t.Skipf("this Go was installed without its sources: %v", err)
			}
			ran[p.path] = true
			files := readFiles(t, pkg.Dir, pkg.Files)
			tests := readFiles(t, pkg.Dir, append(pkg.Tests, pkg.XTests...))
			for i, mode := range realModes {
				opts := mode.opts
				opts.Importer, opts.Seed, opts.Generic, opts.Whole = tc.Importer(), uint64(i+1), true, map[asyncify.Kind]bool{}
				program, err := asyncify.ParsePackage(pkg.Path, files, tests, opts)
				if err != nil {
					t.Fatal(err)
				}
				for _, a := range asyncAlarms(t, opts.Importer, pkg.Path, program, files) {
					a.file = pkg.Path + "/" + a.file
					found = append(found, a)
				}
			}
		}
		checkAlarms(t, "packages.txt", found, func(file string) bool { return ran[path.Dir(file)] })
	})
}

// skipOtherGo skips a test whose verdicts are about the sources of another version of Go.
func skipOtherGo(t *testing.T) {
	if got := runtime.Version(); got != alarmsGo {
		t.Skipf("the verdicts are about the sources of %s, and this is %s", alarmsGo, got)
	}
}

// alarmsGo is the version of Go that the lists name lines of.
const alarmsGo = "go1.26.8"

// A group is the alarms of a file that say the same, and their verdict.
type group struct{ file, analyzer, what string }

// groupsOf returns the lines of the alarms by their groups.
func groupsOf(found []alarm) map[group][]int {
	groups := make(map[group][]int)
	for _, a := range found {
		what := a.message
		if heldMutex.MatchString(what) {
			what = "a mutex is held across the await"
		} else if i := alarmEnd.FindStringIndex(what); i != nil {
			what = what[:i[0]]
		}
		g := group{a.file, a.analyzer, what}
		groups[g] = append(groups[g], a.line)
	}
	for g, lines := range groups {
		slices.Sort(lines)
		groups[g] = slices.Compact(lines)
	}
	return groups
}

var (
	heldMutex = regexp.MustCompile(`^\S+ is held across the await`)
	alarmEnd  = regexp.MustCompile(` blocks the goroutine that|[;:,]| of line \d`)
)

// checkAlarms compares the alarms with the list of verdicts in testdata/alarms. It leaves out the
// verdicts on the files that did not run.
func checkAlarms(t *testing.T, name string, found []alarm, ran func(file string) bool) {
	file := filepath.Join("..", "testdata", "alarms", name)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	groups := groupsOf(found)
	if name == "tree.txt" {
		for g, lines := range groups {
			groups[g] = []int{len(lines)} // the lines change with every edit
		}
	}
	var kept []string // the lines of the list that remain
	var header strings.Builder
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			header.WriteString(line + "\n")
			continue
		}
		fields := strings.Split(line, " | ")
		if len(fields) != 5 {
			t.Fatalf("%s: %q does not have five fields", name, line)
		}
		g := group{fields[0], fields[1], fields[2]}
		if !ran(g.file) {
			kept = append(kept, line)
			continue
		}
		if verdict, reason, _ := strings.Cut(fields[4], ": "); verdict != "true" {
			t.Errorf("%s: %q: the verdict is %q %q; an alarm that is not true is a fault of the analyzer", name, line, verdict, reason)
		}
		lines, ok := groups[g]
		delete(groups, g)
		if got := fmt.Sprint(lines); ok && got == "["+fields[3]+"]" {
			kept = append(kept, line)
		} else if ok {
			t.Errorf("%s: %v: there are alarms at %v now, and were at %s", name, g, lines, fields[3])
			kept = append(kept, alarmLine(g, lines, fields[4]))
		} else {
			t.Errorf("%s: %v: it is no longer reported", name, g)
		}
	}
	for g, lines := range groups {
		t.Errorf("%s: %v: a new alarm, at %v; read the code, and write a verdict", name, g, lines)
		kept = append(kept, alarmLine(g, lines, "?"))
	}
	if *update {
		slices.Sort(kept)
		if err := os.WriteFile(file, []byte(header.String()+strings.Join(kept, "\n")+"\n"), 0o666); err != nil {
			t.Error(err)
		}
	}
}

func alarmLine(g group, lines []int, verdict string) string {
	return strings.Join([]string{g.file, g.analyzer, g.what, strings.Trim(fmt.Sprint(lines), "[]"), verdict}, " | ")
}
