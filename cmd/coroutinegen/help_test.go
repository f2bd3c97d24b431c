package main

// This file tests the pages of the manual: what they name exists, and their programs run.

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/coroutinegen/coroutinegen/gen"
)

// printed runs the tool and returns what it prints.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr strings.Builder
	if status := run(args, &stdout, &stderr); status != exitOK || stderr.Len() > 0 {
		t.Fatalf("%q: exit status %d, %s", args, status, stderr.String())
	}
	return stdout.String()
}

func TestOverview(t *testing.T) {
	text := printed(t, "help")
	if !strings.HasPrefix(text, usage) {
		t.Error("help does not begin with what -h prints")
	}
	files, err := filepath.Glob("help/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, f := range files {
		found = append(found, strings.TrimSuffix(filepath.Base(f), ".txt"))
	}
	if want := slices.Sorted(slices.Values(topics)); !slices.Equal(found, want) {
		t.Errorf("the folder help has %q, and topics are %q", found, want)
	}
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(doc), "page of the manual: ")
	list, _, _ = strings.Cut(list, "coroutinegen help CODE")
	for _, topic := range topics {
		if !strings.Contains(text, "\n  "+topic+" ") {
			t.Errorf("help does not list %s", topic)
		}
		if !strings.Contains(list, topic) {
			t.Errorf("doc.go does not list %s", topic)
		}
	}
	for name, topic := range synonyms {
		if !strings.Contains(text, "\n  "+name+" ") {
			t.Errorf("help does not list %s", name)
		}
		if got := printed(t, "help", name); got != page(topic) {
			t.Errorf("help %s: %s", name, got)
		}
	}
	for _, c := range subcommands() {
		if !strings.Contains(text, "  "+c.usage()+" ") {
			t.Errorf("help does not list %s", c.name)
		}
		if !strings.Contains(string(doc), "\n\tcoroutinegen "+c.name) {
			t.Errorf("doc.go does not list %s", c.name)
		}
		if got := printed(t, "help", c.name); c.name != "completion" && !strings.HasPrefix(got, "usage: "+c.usage()+"\n") {
			t.Errorf("help %s: %s", c.name, got)
		}
	}
}

var (
	inCommand  = regexp.MustCompile(`(?m)coroutinegen((?: -[a-z]+(?:=\S+)?)+)`)
	codeName   = regexp.MustCompile(`\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b`)
	exported   = regexp.MustCompile(`\b(co|rt|rttest)\.([A-Z]\w*)`)
	helpTopic  = regexp.MustCompile(`coroutinegen help ([A-Za-z]+)`)
	otherNames = []string{"RunThreadsafe", "TaskGroup"} // that look like codes
)

// Every page fits into 80 columns, and names flags, codes, topics and functions that exist.
func TestPages(t *testing.T) {
	flags := new(command).flagSet()
	declared := map[string]map[string]bool{
		"co":     declarations(t, "../../annotations"),
		"rt":     declarations(t, "../../rt"),
		"rttest": declarations(t, "../../rt/rttest"),
	}
	texts := map[string]string{"usage": usage}
	for _, topic := range topics {
		texts[topic] = printed(t, "help", topic)
		if !strings.HasPrefix(texts[topic], topic+": ") {
			t.Errorf("%s does not begin with its name", topic)
		}
	}
	for _, code := range codes() {
		texts[code] = printed(t, "help", code)
	}
	for name, text := range texts {
		for line := range strings.Lines(text) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 && name != "usage" {
				t.Errorf("%s: %d columns: %s", name, n, line)
			}
		}
		for _, m := range inCommand.FindAllStringSubmatch(text, -1) {
			for _, f := range strings.Fields(m[1]) {
				f, _, _ = strings.Cut(f[1:], "=")
				if flags.Lookup(f) == nil && f != "h" {
					t.Errorf("%s: there is no flag -%s", name, f)
				}
			}
		}
		for _, m := range helpTopic.FindAllStringSubmatch(text, -1) {
			if topic := m[1]; !slices.Contains(slices.Concat(topics, codes(), analyzers()), topic) {
				t.Errorf("%s: there is no help on %s", name, topic)
			}
		}
		for _, m := range exported.FindAllStringSubmatch(text, -1) {
			if !declared[m[1]][m[2]] {
				t.Errorf("%s: there is no %s", name, m[0])
			}
		}
	}
	for _, name := range codeName.FindAllString(texts["errors"], -1) {
		if !slices.Contains(codes(), name) && !slices.Contains(otherNames, name) {
			t.Errorf("errors: there is no code %s", name)
		}
	}
}

// The page about errors names the codes that go vet cannot find, as the documentation does.
func TestPageNamesLateCodes(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	late := func(text, heading string) []string {
		_, text, _ = strings.Cut(text, heading)
		text, _, _ = strings.Cut(text, ".")
		return codeName.FindAllString(text, -1)
	}
	got, want := late(page("errors"), "reported by the tool alone:"), late(string(doc), "only the tool reports them:")
	if !slices.Equal(got, want) || len(got) == 0 {
		t.Errorf("got %q, want %q", got, want)
	}
}

// declarations returns the names that the package in dir declares at package level.
func declarations(t *testing.T, dir string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(dir, err)
	}
	names := map[string]bool{}
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				names[decl.Name.Name] = names[decl.Name.Name] || decl.Recv == nil
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						names[spec.Name.Name] = true
					case *ast.ValueSpec:
						for _, n := range spec.Names {
							names[n.Name] = true
						}
					}
				}
			}
		}
	}
	return names
}

// The page about a code is the comment of the code.
func TestHelpCode(t *testing.T) {
	for _, d := range gen.CodeDocs() {
		code := string(d.Code)
		text := printed(t, "help", "["+strings.ToLower(code)+"]")
		squeezed := strings.Join(strings.Fields(text), " ")
		for _, want := range []string{
			code + " Occurs when ", strings.TrimPrefix(d.Occurs, code+" occurs "),
			"EXAMPLE " + strings.Join(strings.Fields(d.Example), " "), "REMEDY " + d.Remedy,
			strings.Join(strings.Fields(d.Instead), " "),
		} {
			if !strings.Contains(squeezed, want) {
				t.Errorf("%s lacks %q:\n%s", code, want, text)
			}
		}
		if !strings.Contains(printed(t, "help", "errors"), "\n    "+code+"\n") {
			t.Errorf("help errors does not list %s", code)
		}
	}
}

// TestHelpProgram runs the program of help language, as a module of its own.
func TestHelpProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	_, program, ok := strings.Cut(page("language"), "\nEXAMPLE\n")
	program, _, ok2 := strings.Cut(program, "\nSEE ALSO\n")
	if !ok || !ok2 {
		t.Fatal("no program")
	}
	script := "exec coroutinegen\nexec go vet\nexec go run .\ncmp stdout want\n" +
		"-- main.go --\n" + unindent(program) +
		"-- want --\nhello, second\nhello, first\n"
	runScript(t, "language", script)
}

// TestHelpTests runs the tests of help testing, as machines and as source, and looks for what go
// vet would report.
func TestHelpTests(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	_, text, ok := strings.Cut(page("testing"), "\nEXAMPLE\n    The package, in login.go:\n")
	source, tests, ok2 := strings.Cut(text, "\n    Its tests, in login_test.go:\n")
	tests, _, ok3 := strings.Cut(tests, "\nSEE ALSO\n")
	if !ok || !ok2 || !ok3 {
		t.Fatal("no program")
	}
	var script strings.Builder
	script.WriteString("[!unix] stop\n" +
		"exec coroutinegen\nexists login_coroutine.go login_coroutine_test.go\n" +
		"exec sh -c 'go vet -vettool=$(command -v coroutinegen)'\n" +
		"exec go test -count=20\nexec go test -count=20 -tags=coroutine_source -v\n")
	for _, m := range regexp.MustCompile(`(?m)^func (Test\w+)`).FindAllStringSubmatch(unindent(tests), -1) {
		script.WriteString("stdout '^--- PASS: " + m[1] + " '\n")
	}
	script.WriteString("-- login.go --\n" + unindent(source) + "-- login_test.go --\n" + unindent(tests))
	runScript(t, "testing", script.String())
}

// The manual shows a part of the tests that TestHelpTests runs.
func TestManualShowsTests(t *testing.T) {
	text, err := os.ReadFile("../../annotations/doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(text), "\n# Tests\n")
	section, _, ok2 := strings.Cut(section, "\n# ")
	if !ok || !ok2 {
		t.Fatal("the manual has no section on tests")
	}
	var code strings.Builder
	for line := range strings.Lines(section) {
		if strings.HasPrefix(line, "\t") || strings.TrimSpace(line) == "" && code.Len() > 0 {
			code.WriteString(line)
		}
	}
	decls := strings.Split(strings.TrimSpace(code.String()), "\n\n")
	if len(decls) < 2 {
		t.Errorf("the manual shows %d declarations", len(decls))
	}
	tests := strings.Join(strings.Fields(page("testing")), " ")
	for _, decl := range decls {
		if !strings.Contains(tests, strings.Join(strings.Fields(decl), " ")) {
			t.Errorf("the manual shows what is not in help testing:\n%s", decl)
		}
	}
}

// TestManualGenerators runs the program in the manual, in the section on generators, as machines and
// as source, and tests the other functions there.
func TestManualGenerators(t *testing.T) {
	program, want := manualProgram(t, "Generators", 5, "fmt", "iter", "strings", "", rtPath)
	at := func(text string) string { // as Where tells it
		before, _, _ := strings.Cut(program, text)
		return fmt.Sprintf("main.go:%d  %s", strings.Count(before, "\n")+1, text)
	}
	runManual(t, "generators", program, want, `
import (
	"fmt"
	"slices"
	"testing"
)

var sample = &Tree{&Tree{nil, &Tree{value: 2}, 1}, nil, 3}

func TestManual(t *testing.T) {
	want := []int{1, 2, 3}
	if got := slices.Collect(sample.AllPull().All()); !slices.Equal(got, want) {
		t.Errorf("All: %v", got)
	}
	if got := slices.Collect(sample.pushPull().All()); !slices.Equal(got, want) {
		t.Errorf("push: %v", got)
	}
}

func Example_stack() {
	g := sample.AllPull()
	g.Next()
	v, _ := g.Next()
	fmt.Println(v)
	stack(g)
	// Output: 2
	// `+at("t.left.All()")+`
	// `+at("t.right.All()")+`
	// `+at("yield(t.value)")+`
}
`)
}

// TestManualYielders does the same for the section on generators that take values.
func TestManualYielders(t *testing.T) {
	program, want := manualProgram(t, "Generators that take values", 2, "errors", "fmt", "", "co "+annotationsPath, rtPath)
	runManual(t, "yielders", program, want, `
import (
	"errors"
	"fmt"
	"testing"

	"`+rtPath+`"
)

func TestManual(t *testing.T) {
	var trace string
	note := func(v int, ok bool) { trace += fmt.Sprintln(v, ok) }
	g := tenfoldPull(totalsPull(2))
	note(g.Next())
	note(g.Send(5))
	note(g.Send(7))
	note(g.Throw(errUndo))
	note(g.Send(0)) // the first total returns 5
	note(g.Send(1))
	note(g.Send(0))
	n, err := g.Result()
	if want := "0 true\n5 true\n12 true\n5 true\n0 true\n1 true\n0 false\n"; trace != want || n != 60 || err != nil {
		t.Errorf("%s, result %d, %v", trace, n, err)
	}
	if s := g.String(); s != "tenfold: closed" {
		t.Error(s)
	}

	// Closed in the second total.
	inner := totalsPull(2)
	g = tenfoldPull(inner)
	g.Next()
	g.Send(5)
	g.Send(0)
	if err := g.Close(); err != nil {
		t.Error(err)
	}
	if n, err := inner.Result(); n != 5 || !errors.Is(err, rt.ErrGeneratorExit) {
		t.Errorf("result %d, %v", n, err)
	}
}

// Before the beginning, Send panics, and Close and Throw end the generator.
func TestBegin(t *testing.T) {
	g := totalPull(1)
	if s := g.String(); s != "total: created" {
		t.Error(s)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("Send before Next does not panic")
			}
		}()
		g.Send(1)
	}()
	if _, ok := g.Throw(errUndo); ok {
		t.Error("a value")
	}
	if _, err := g.Result(); err != errUndo {
		t.Error(err)
	}
}
`)
}

// TestManualAsyncGenerators does the same for the section on async generators.
func TestManualAsyncGenerators(t *testing.T) {
	program, want := manualProgram(t, "Async generators", 4, "context", "errors", "fmt", "log", "time", "", "co "+annotationsPath, rtPath, rtPath+"/cleanup")
	runManual(t, "asyncgenerators", program, want, `
import (
	"io"
	"os"
	"slices"
	"testing"

	co "`+annotationsPath+`"
	"`+rtPath+`"
	"`+rtPath+`/rttest"
)

//coroutine:async
func collect() (list []int, err error) {
	for v := range co.Each(pairsAsync(2), &err) {
		list = append(list, v)
	}
	return list, err
}

func TestManual(t *testing.T) {
	if got, err := rttest.Run(t, collectAsync()); !slices.Equal(got, []int{0, 1, 10, 11}) || err != nil {
		t.Errorf("%v, %v", got, err)
	}
}

func TestPrinted(t *testing.T) {
	for want, x := range map[string]rt.Coroutine[rt.Void]{
		".\n.\n.\n0\n.\n.\n.\n1\nticks has ended\n": patientAsync(),
		"0\n0\nticks has ended\nticks has ended\n": headsAsync(2),
	} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		stdout := os.Stdout
		os.Stdout = w
		_, err = rttest.Run(t, x)
		os.Stdout = stdout
		w.Close()
		if got, _ := io.ReadAll(r); string(got) != want || err != nil {
			t.Errorf("%s%v", got, err)
		}
	}
}
`)
}

// What programs of the manual import.
const (
	annotationsPath = "github.com/coroutinegen/coroutinegen/annotations"
	rtPath          = "github.com/coroutinegen/coroutinegen/rt"
)

// manualProgram returns the program that the manual shows in a section, and what it says that the
// program prints. decls is the number of blocks with functions, and imports are those of the program.
func manualProgram(t *testing.T, section string, decls int, imports ...string) (program, want string) {
	t.Helper()
	if testing.Short() {
		t.Skip("builds a program")
	}
	text, err := os.ReadFile("../../annotations/doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(string(text), "\n# "+section+"\n")
	body, _, _ = strings.Cut(body, "\n# ")
	_, printed, _ := strings.Cut(body, "\nThis program prints\n")
	want, _, ok := strings.Cut(strings.TrimPrefix(printed, "\n"), "\n\n")
	if !ok {
		t.Fatal("the manual does not say what its program prints")
	}
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n")
	for _, path := range imports {
		name, path, named := strings.Cut(path, " ")
		switch {
		case name == "":
			b.WriteString("\n")
		case named:
			fmt.Fprintf(&b, "\t%s %q\n", name, path)
		default:
			fmt.Fprintf(&b, "\t%q\n", name)
		}
	}
	b.WriteString(")\n\n")
	found := 0
	for _, block := range regexp.MustCompile(`(?m)(?:^(?:\t.*)?\n)+`).FindAllString(body, -1) {
		if code := regexp.MustCompile(`(?m)^\t`).ReplaceAllString(block, ""); strings.Contains(code, "\nfunc ") {
			b.WriteString(code)
			found++
		}
	}
	if found != decls {
		t.Errorf("the manual shows %d blocks of declarations, want %d:\n%s", found, decls, b.String())
	}
	return b.String(), strings.ReplaceAll(want, "\t", "")
}

// runManual runs a program and its tests with both backends, and as source. Examples, which show where
// a machine stands, are for machines only.
func runManual(t *testing.T, name, program, want, tests string) {
	t.Helper()
	runScript(t, name, `
exec coroutinegen
exec go vet
exec go run .
cmp stdout want
exec go test -v
stdout 'PASS: TestManual'
exec go run -tags=coroutine_source .
cmp stdout want
exec go test -tags=coroutine_source -run=Test
exec coroutinegen -backend=goroutine
exec go run .
cmp stdout want
exec go test -run=Test
-- want --
`+want+`
-- main_test.go --
package main
`+tests+`
-- main.go --
`+program)
}

// unindent returns the text of a page, in the EXAMPLE, without its margin.
func unindent(text string) string { return regexp.MustCompile(`(?m)^    `).ReplaceAllString(text, "") }

// runScript runs a script as those of testdata/script.
func runScript(t *testing.T, name, script string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name+".txtar")
	if err := os.WriteFile(path, []byte(script), 0o666); err != nil {
		t.Fatal(err)
	}
	params := scriptParams(t)
	params.Files = []string{path}
	testscript.Run(t, params)
}

// The problem matcher of VS Code finds every diagnostic that the tool prints, and nothing else.
func TestProblemMatcher(t *testing.T) {
	var tasks struct {
		Tasks []struct {
			Args           []string
			ProblemMatcher struct {
				Pattern struct {
					Regexp                            string
					File, Line, Column, Message, Code int
				}
			}
		}
	}
	decode(t, "VS CODE", &tasks)
	if len(tasks.Tasks) != 1 {
		t.Fatalf("%d tasks", len(tasks.Tasks))
	}
	p := tasks.Tasks[0].ProblemMatcher.Pattern
	pattern := regexp.MustCompile(p.Regexp)
	list := gen.Diagnostics{
		{Pos: token.Position{Filename: "/w/my dir/p.go", Line: 8, Column: 31}, Code: "AwaitInGo", Message: "a message [with] a: colon", Remedy: "x.go:1:2: no [Such]"},
		{Code: "NoSuchFunction", Message: "nowhere"},
	}
	var b strings.Builder
	if err := list.Print(&b, "/w"); err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(b.String()) {
		if m := pattern.FindStringSubmatch(strings.TrimSuffix(line, "\n")); m != nil {
			got = append(got, fmt.Sprintf("%s|%s|%s|%s|%s", filepath.ToSlash(m[p.File]), m[p.Line], m[p.Column], m[p.Message], m[p.Code]))
		}
	}
	if want := []string{"./my dir/p.go|8|31|a message [with] a: colon|AwaitInGo"}; !slices.Equal(got, want) {
		t.Errorf("in\n%s\nit finds %q, want %q", b.String(), got, want)
	}
}

// The task of Zed is well-formed.
func TestZedTask(t *testing.T) {
	var tasks []struct {
		Label, Command string
		Args           []string
	}
	decode(t, "ZED", &tasks)
	if len(tasks) != 1 || tasks[0].Command != "go" || !slices.Equal(tasks[0].Args, []string{"tool", "coroutinegen", "./..."}) {
		t.Errorf("got %+v", tasks)
	}
}

// The patterns of the background task match what -watch prints.
func TestBackgroundTask(t *testing.T) {
	var task struct {
		Args           []string
		IsBackground   bool
		ProblemMatcher struct {
			Background struct {
				ActiveOnStart              bool
				BeginsPattern, EndsPattern string
			}
		}
	}
	decode(t, "AS FILES ARE SAVED", &task)
	if !task.IsBackground || !slices.Contains(task.Args, "-watch") {
		t.Errorf("got %+v", task)
	}
	begins, ends := regexp.MustCompile(task.ProblemMatcher.Background.BeginsPattern), regexp.MustCompile(task.ProblemMatcher.Background.EndsPattern)
	for _, line := range []string{"coroutinegen: watching; Ctrl-C ends it", "coroutinegen: generating"} {
		if !begins.MatchString(line) || ends.MatchString(line) {
			t.Errorf("%q does not begin", line)
		}
	}
	for n := range 3 {
		if line := "coroutinegen: " + errorCount(n); begins.MatchString(line) || !ends.MatchString(line) {
			t.Errorf("%q does not end", line)
		}
	}
	if line := "coroutinegen: wrote x_coroutine.go"; begins.MatchString(line) || ends.MatchString(line) {
		t.Errorf("%q begins or ends", line)
	}
}

// decode reads the JSON in a section of page editors.
func decode(t *testing.T, section string, v any) {
	t.Helper()
	_, text, _ := strings.Cut(page("editors"), "\n"+section+"\n")
	i := strings.IndexAny(text, "{[")
	if i < 0 {
		t.Fatalf("no JSON in %s", section)
	}
	if err := json.NewDecoder(strings.NewReader(text[i:])).Decode(v); err != nil {
		t.Fatal(err)
	}
}

// A flag that flagSet does not describe has nothing to show in a shell.
func TestFlagsAreDescribed(t *testing.T) {
	new(command).flagSet().VisitAll(func(f *flag.Flag) {
		if f.Usage == "" {
			t.Errorf("-%s has no description", f.Name)
		}
	})
}

// Output that cannot be printed is an error.
func TestOutputFails(t *testing.T) {
	for _, args := range []string{"help", "help errors", "help AwaitInGo", "version", "-version", "completion bash", "completion zsh", "completion fish"} {
		var stderr strings.Builder
		status := run(strings.Fields(args), full{}, &stderr)
		if want := "coroutinegen: not everything was printed: no space\n"; status != exitFailed || stderr.String() != want {
			t.Errorf("%s: exit status %d, %q; want %q", args, status, stderr.String(), want)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space") }

// The command of Neovim shows what the tool reports, at its place, and nothing once it is
// corrected.
func TestNeovim(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the tool")
	}
	if _, err := exec.LookPath("nvim"); err != nil {
		t.Skip("nvim is not installed: the command for it is not tested")
	}
	_, snippet, _ := strings.Cut(page("editors"), "\nNEOVIM\n")
	_, snippet, _ = strings.Cut(snippet, "\n\n")
	snippet, _, ok := strings.Cut(snippet, "\nAS FILES ARE SAVED\n")
	if !ok {
		t.Fatal("no command for Neovim")
	}
	runScript(t, "neovim", `
env HOME=$WORK/home
mkdir home
exec nvim --headless -u init.lua p.go -c Coroutinegen -c 'luafile show.lua' -c 'luafile correct.lua' -c 'luafile show.lua' -c qall
cmp report want
-- init.lua --
`+regexp.MustCompile(`(?m)^    `).ReplaceAllString(snippet, "")+`
-- show.lua --
local report = io.open("report", "a")
for _, d in ipairs(vim.diagnostic.get(nil)) do
  local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(d.bufnr), ":t")
  local shown = { name, d.lnum, d.col, d.end_lnum, d.end_col, d.code, (d.message:gsub("\n.*", "")) }
  report:write(table.concat(shown, "|") .. "\n")
end
report:write("end\n")
report:close()
-- correct.lua --
vim.fn.writefile({ "package p" }, "p.go")
vim.cmd("Coroutinegen")
-- p.go --
package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

func outside() error { return co.Wait(rt.Yield()) }
-- want --
p.go|7|30|7|49|AwaitOutsideAsync|Wait in outside, which is not async
end
end
`)
}

// The script of the stranger runs every command that the recipes for CI have.
func TestPageOfRecipes(t *testing.T) {
	script, err := os.ReadFile("../../testdata/script/stranger.txtar")
	if err != nil {
		t.Fatal(err)
	}
	commands := regexp.MustCompile(`(?m)^ +(?:- run|entry): (.*)$`).FindAllStringSubmatch(page("ci"), -1)
	if len(commands) != 4 {
		t.Errorf("%d commands in the recipes, want 4", len(commands))
	}
	for _, m := range commands {
		line := "\nexec " + m[1] + "\n"
		if strings.Contains(m[1], "$(") {
			line = "\nexec sh -c '" + m[1] + "'\n"
		}
		if !strings.Contains(string(script), line) {
			t.Errorf("no script runs %s", m[1])
		}
	}
}
