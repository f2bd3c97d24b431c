package constructs

// This file makes example/COMPARISON.md: ten constructs in Python, as source, as machine and by
// hand, with what they cost. Everything on that page is from the files it names.
//
//	go test ./generated/constructs -run Comparison -update         the page
//	go test ./generated/constructs -run Comparison -update -times  measures again; needs python3

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
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/example/constructs/byhand"
	"github.com/coroutinegen/coroutinegen/rt"
)

var (
	update = flag.Bool("update", false, "write the page, or the times")
	times  = flag.Bool("times", false, "measure the times")
)

const (
	sources = "../../example/constructs/"
	page    = "../../example/COMPARISON.md"
)

// A construct is a section of the page.
type construct struct {
	title  string
	run    string   // the name of its run
	text   string   // what to look at
	python []string // functions of constructs.py
	source []string // functions of constructs.go
	made   []string // declarations of the machine
	byHand []string // declarations of package byhand
	frame  reflect.Type
	twin   reflect.Type
}

var page10 = []construct{
	{
		"A coroutine with awaits in a loop", "sum",
		"What Python keeps in its interpreter, the frame keeps in its fields: where the coroutine stands, and the variables that are needed after the await. The frame of `double` is a part of that of `sum`: an await of it allocates nothing.",
		[]string{"double", "sum"}, []string{"double", "sum"},
		[]string{"sumFrame", "sumFrame.Poll"}, []string{"Sum", "Sum.Poll"},
		reflect.TypeFor[sumFrame](), reflect.TypeFor[byhand.Sum](),
	},
	{
		"A condition with an await", "size",
		"The condition ends in the middle, at the await, and goes on with its value.",
		[]string{"size"}, []string{"size"},
		[]string{"sizeFrame", "sizeFrame.Poll"}, []string{"Size", "Size.Poll"},
		reflect.TypeFor[sizeFrame](), reflect.TypeFor[byhand.Size](),
	},
	{
		"try and finally: defer", "guarded",
		"A method that suspends returns, too, so its own `defer` must know whether the coroutine has ended. The flag `deferred` says which calls wait for that.",
		[]string{"guarded"}, []string{"guarded"},
		[]string{"guardedFrame", "guardedFrame.Poll", "guardedFrame.unwind"}, []string{"Guarded", "Guarded.Poll"},
		reflect.TypeFor[guardedFrame](), reflect.TypeFor[byhand.Guarded](),
	},
	{
		"gather", "both",
		"Each of the two gets a task. In Python the first failure leaves the other one running; here it cancels it.",
		[]string{"both"}, []string{"both"},
		[]string{"bothFrame", "bothFrame.Poll"}, []string{"Both", "Both.Poll"},
		reflect.TypeFor[bothFrame](), reflect.TypeFor[byhand.Both](),
	},
	{
		"A task group", "group",
		"`async with` waits at its end. Go has no such block, so the wait is written: `Join`.",
		[]string{"group"}, []string{"group"},
		[]string{"groupFrame", "groupFrame.Poll"}, []string{"Group", "Group.Poll"},
		reflect.TypeFor[groupFrame](), reflect.TypeFor[byhand.Group](),
	},
	{
		"A timeout", "patient",
		"The timeout is an operation around another one, and lies in the frame with its timer.",
		[]string{"patient"}, []string{"patient"},
		[]string{"patientFrame", "patientFrame.Poll"}, []string{"Patient", "Patient.Poll"},
		reflect.TypeFor[patientFrame](), reflect.TypeFor[byhand.Patient](),
	},
	{
		"A generator", "count",
		"`Next` runs to the next `yield`. `more` is what that returns: false after `Stop`. The twin has no `Stop`, and so needs no state.",
		[]string{"count"}, []string{"count"},
		[]string{"countGenerator", "countGenerator.Next"}, []string{"Count", "Count.Next"},
		reflect.TypeFor[countGenerator](), reflect.TypeFor[byhand.Count](),
	},
	{
		"yield from, and send", "totals",
		"A value that is sent goes straight to the inner generator, which is a part of the outer one. `resume` is what `Next`, `Send`, `Throw` and `Close` call. The twin has both generators in one, and takes no errors.",
		[]string{"total", "totals"}, []string{"total", "totals"},
		[]string{"totalGenerator.resume", "totalsGenerator", "totalsGenerator.resume"}, []string{"Totals", "Totals.Send"},
		reflect.TypeFor[totalsGenerator](), reflect.TypeFor[byhand.Totals](),
	},
	{
		"An async generator, and async for", "listen",
		"The loop closes the generator however it is left, as `aclosing` does in Python, and a panic waits for that: `catch` and `unwind`. Python's loop closes nothing. The twin does without: the body of its loop cannot panic. The frame is that of `listen`; the generator has a task of its own.",
		[]string{"ticks", "listen"}, []string{"ticks", "listen"},
		[]string{"listenFrame", "listenFrame.Poll"}, []string{"Listen", "Listen.Poll"},
		reflect.TypeFor[listenFrame](), reflect.TypeFor[byhand.Listen](),
	},
	{
		"A lock", "locked",
		"Two awaits, so two states. The lock is released when the coroutine ends, and not when it suspends.",
		[]string{"locked"}, []string{"locked"},
		[]string{"lockedFrame", "lockedFrame.Poll", "lockedFrame.unwind"}, []string{"Locked", "Locked.Poll"},
		reflect.TypeFor[lockedFrame](), reflect.TypeFor[byhand.Locked](),
	},
}

// A measurement is what times.json holds.
type measurement struct {
	Machine, Date, Go, Python string
	Constructs                map[string]cost
}

// A cost is that of one run, in nanoseconds, and Python's size in bytes.
type cost struct {
	Machine, ByHand, Python float64
	PythonBytes             int
}

func TestComparison(t *testing.T) {
	if reflect.TypeFor[uintptr]().Size() != 8 {
		t.Skip("the sizes on the page are those of 64 bits")
	}
	if *times {
		measure(t)
	}
	text, err := os.ReadFile(sources + "testdata/times.json")
	if err != nil {
		t.Fatal(err)
	}
	var m measurement
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	got := render(t, m)
	if *update {
		if err := os.WriteFile(page, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(page)
	if err != nil || got != strings.ReplaceAll(string(want), "\r\n", "\n") {
		t.Errorf("%s is stale (%v): go test ./generated/constructs -run Comparison -update", page, err)
	}
}

// render returns the page.
func render(t *testing.T, m measurement) string {
	python := read(t, sources+"python/constructs.py")
	source := parse(t, sources+"constructs.go")
	made := parse(t, "constructs.go")
	twins := parse(t, sources+"byhand/byhand.go", sources+"byhand/generators.go", sources+"byhand/asyncgen.go")

	var b strings.Builder
	b.WriteString(`<!-- Made by generated/constructs/comparison_test.go. DO NOT EDIT. -->

# Ten constructs side by side

Each construct in Python, as it is written here, as the machine that the tool makes of it, and as one would
write that by hand. The code is from
[constructs.py](constructs/python/constructs.py), [constructs.go](constructs/constructs.go),
[its mirror](../generated/constructs/constructs.go) and [byhand](constructs/byhand), and a test keeps
this page up to date. It shows of a machine what it keeps, and the method that runs it.

`)
	fmt.Fprintf(&b, "| | frame: machine | by hand | Python | a run: machine | by hand | Python |\n|---|---:|---:|---:|---:|---:|---:|\n")
	for _, c := range page10 {
		cost, ok := m.Constructs[c.run]
		if !ok {
			t.Fatalf("no times of %s: -times", c.run)
		}
		fmt.Fprintf(&b, "| [%s](#%s) | %d B | %d B | %d B | %s | %s | %s |\n", c.title, anchor(c.title),
			c.frame.Size(), c.twin.Size(), cost.PythonBytes, nanoseconds(cost.Machine), nanoseconds(cost.ByHand), nanoseconds(cost.Python))
	}
	fmt.Fprintf(&b, `
A frame is what a call keeps while it is suspended. That of Python is `+"`sys.getsizeof`"+` of the coroutine or
generator, without the ones that it awaits; a machine contains the frames of those, and the operation that it
waits for. A run is one of `+"`runs`"+` in [the test](constructs/constructs_test.go) and of `+"`RUNS`"+` in
[constructs.py](constructs/python/constructs.py), which do the same. The times were measured on %s, on %s, with
%s and Python %s; read them as ratios.
`, m.Date, m.Machine, m.Go, m.Python)

	for _, c := range page10 {
		var pythons, goes []string
		for _, name := range c.python {
			pythons = append(pythons, pythonFunc(t, python, name))
		}
		for _, name := range c.source {
			goes = append(goes, source.decl(t, name))
		}
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", c.title, c.text)
		columns(&b, "Python", code("python", pythons), "source", code("go", goes))
		b.WriteString("\n")
		list := func(f files, names []string) (text []string) {
			for _, name := range names {
				text = append(text, f.decl(t, name))
			}
			return text
		}
		columns(&b, "machine", code("go", list(made, c.made)), "by hand", code("go", list(twins, c.byHand)))
	}
	return b.String()
}

// columns lays two texts side by side.
func columns(b *strings.Builder, head1, text1, head2, text2 string) {
	fmt.Fprintf(b, "<table><tr><th>%s</th><th>%s</th></tr><tr><td valign=\"top\">\n\n%s\n</td><td valign=\"top\">\n\n%s\n</td></tr></table>\n", head1, head2, text1, text2)
}

func code(language string, parts []string) string {
	return fmt.Sprintf("```%s\n%s\n```\n", language, strings.Join(parts, "\n\n"))
}

// anchor is that of a heading, as GitHub makes it.
func anchor(title string) string {
	return strings.ReplaceAll(regexp.MustCompile(`[^a-z ]`).ReplaceAllString(strings.ToLower(title), ""), " ", "-")
}

func nanoseconds(ns float64) string {
	switch {
	case ns < 100:
		return fmt.Sprintf("%.0f ns", ns)
	case ns < 10000:
		return fmt.Sprintf("%.2f µs", ns/1000)
	}
	return fmt.Sprintf("%.0f µs", ns/1000)
}

func read(t *testing.T, name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// pythonFunc returns a function at the top of a file.
func pythonFunc(t *testing.T, text, name string) string {
	found := regexp.MustCompile(`(?m)^(async )?def ` + name + `\(.*\n(\n*[ ].*\n)*`).FindString(text)
	if found == "" {
		t.Fatalf("no %s in Python", name)
	}
	return strings.TrimRight(found, "\n")
}

// files are the declarations of some files, by their names: f, T, T.Method.
type files map[string]string

func parse(t *testing.T, names ...string) files {
	decls := files{}
	for _, name := range names {
		text := read(t, name)
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, text, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		add := func(key string, doc *ast.CommentGroup, n ast.Node) {
			from := n.Pos()
			if doc != nil {
				from = doc.Pos()
			}
			decls[key] = text[fset.Position(from).Offset:fset.Position(n.End()).Offset]
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				key := d.Name.Name
				if d.Recv != nil {
					receiver := d.Recv.List[0].Type
					if star, ok := receiver.(*ast.StarExpr); ok {
						receiver = star.X
					}
					key = receiver.(*ast.Ident).Name + "." + key
				}
				add(key, d.Doc, d)
			case *ast.GenDecl:
				if d.Tok == token.TYPE && len(d.Specs) == 1 {
					add(d.Specs[0].(*ast.TypeSpec).Name.Name, d.Doc, d)
				}
			}
		}
	}
	return decls
}

func (f files) decl(t *testing.T, name string) string {
	if f[name] == "" {
		t.Fatalf("no declaration of %s", name)
	}
	return f[name]
}

// measure writes times.json.
func measure(t *testing.T) {
	if !*update {
		t.Fatal("-times needs -update")
	}
	out, err := exec.CommandContext(t.Context(), "python3", filepath.FromSlash(sources+"python/constructs.py")).Output()
	if err != nil {
		t.Fatal(err)
	}
	var python struct {
		Version    string
		Constructs map[string]struct {
			Result string
			Bytes  int
			NS     float64
		}
	}
	if err := json.Unmarshal(out, &python); err != nil {
		t.Fatal(err)
	}
	m := measurement{Machine: processor(), Date: time.Now().Format(time.DateOnly), Go: runtime.Version(), Python: python.Version, Constructs: map[string]cost{}}
	for _, r := range runs {
		p := python.Constructs[r.name]
		if got := strings.NewReplacer("'", "", ",", "").Replace(p.Result); got != r.python {
			t.Errorf("Python returns %s for %s, and not %s", got, r.name, r.python)
		}
		ns := timesOf(t, r.machine, r.byHand)
		c := cost{Python: round(p.NS), PythonBytes: p.Bytes, Machine: round(ns[0]), ByHand: round(ns[1])}
		m.Constructs[r.name] = c
	}
	text, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(sources+"testdata/times.json", append(text, '\n'), 0o666); err != nil {
		t.Fatal(err)
	}
}

// timesOf returns the times of one run of each form, on a loop that does nothing else: the least of
// many short measurements, in turns, since other programs may have the processor meanwhile.
func timesOf(t *testing.T, forms ...func() rt.Coroutine[any]) []float64 {
	const runs = 5000
	least := make([]float64, len(forms))
	for range 30 {
		for i, of := range forms {
			loop, err := rt.NewLoop()
			if err != nil {
				t.Fatal(err)
			}
			again := rt.NewCoroutine(&repeated[any]{n: runs, of: of, result: func() any { return nil }})
			begun := time.Now()
			_, err = rt.RunUntilComplete(loop, again)
			ns := float64(time.Since(begun).Nanoseconds()) / runs
			if err := errors.Join(err, loop.Close()); err != nil {
				t.Fatal(err)
			}
			if least[i] == 0 || ns < least[i] {
				least[i] = ns
			}
		}
	}
	return least
}

// round leaves three digits: the rest is noise.
func round(ns float64) float64 {
	var v float64
	fmt.Sscanf(fmt.Sprintf("%.3g", ns), "%g", &v)
	return v
}

// processor names the machine.
func processor() string {
	name := "an unnamed processor"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if found := regexp.MustCompile(`model name\s*: (.*)`).FindSubmatch(text); found != nil {
			name = string(found[1])
		}
	}
	return fmt.Sprintf("%s/%s with %d processors (%s)", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), name)
}
