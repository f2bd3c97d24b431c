package gen

// This file tests the generator on testdata/golden, which has the source and the machine
// of every construct. The text of the machine must be the recorded text, and under every
// script the machine must do what the source itself does.

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

var update = flag.Bool("update", false, "record the machines of testdata/golden, once they behave like their sources")

const goldenDir = "../testdata/golden"

// A golden is one archive: a sentence of intent, in.go, its function Subject after order
// and after lower, and the generated file.
type golden struct {
	name     string
	path     string
	archive  *txtar.Archive
	recorded []txtar.File
}

func goldens(t *testing.T) (list []*golden) {
	paths, err := filepath.Glob(goldenDir + "/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		g := &golden{name: strings.TrimSuffix(filepath.Base(path), ".txtar"), path: path, archive: a}
		if len(strings.TrimSpace(string(a.Comment))) == 0 {
			t.Errorf("%s: the archive does not begin with a sentence of intent", path)
		}
		for _, f := range a.Files {
			if !slices.Contains([]string{"in.go", "want.order", "want.blocks", "want.go"}, f.Name) {
				t.Errorf("%s: unknown section %s", path, f.Name)
			}
		}
		if !skipNewer(t, g.name, g.file("in.go")) {
			list = append(list, g)
		}
	}
	return list
}

func (g *golden) file(name string) string {
	for _, f := range g.archive.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// generate returns the output of the tool for in.go.
func (g *golden) generate(t *testing.T, opts Options) string {
	t.Helper()
	return string(g.result(t, opts).Files[0].Content)
}

// stages returns Subject after order and after lower.
func (g *golden) stage(t *testing.T, name string) string {
	t.Helper()
	return g.result(t, Options{DumpStages: []string{name}, DumpFunc: "Subject"}).Dump
}

func (g *golden) result(t *testing.T, opts Options) *Result {
	t.Helper()
	pkgs, diags := load.FromSource(map[string]string{"in.go": g.file("in.go")})
	res, diags := generate(pkgs, diags, &opts)
	if len(diags) > 0 {
		t.Fatalf("%s: %v", g.name, diags)
	}
	if len(res.Files) != 1 {
		t.Fatalf("%s: %d files", g.name, len(res.Files))
	}
	return res
}

// TestGoldenTexts compares the output of the tool with the recorded output. It builds
// nothing, so it finds a broken rule in seconds.
func TestGoldenTexts(t *testing.T) {
	if *update {
		t.Skip("TestGolden records")
	}
	for _, g := range goldens(t) {
		t.Run(g.name, func(t *testing.T) { g.compareAll(t) })
	}
}

// A goldenVersion is one way to run the source of a golden.
type goldenVersion struct {
	name string
	opts Options
}

var goldenVersions = []goldenVersion{
	{"source", Options{Backend: "goroutine"}},
	{"machine", Options{}},
	{"baseline", Options{Baseline: true}},
	{"large", Options{limits: everythingIsLarge}},
}

// addGoldens adds the goldens of list to build, in all versions, and a test of each that
// demands the same trace of every version. It returns the texts of the version machine.
func addGoldens(t *testing.T, build *scratch, list []*golden, versions []goldenVersion) (machines map[string]string) {
	machines = map[string]string{}
	main, tests := &strings.Builder{}, &strings.Builder{}
	fmt.Fprintf(main, "package goldenrun\n\nimport (\n\t\"testing\"\n"+
		"\t\"github.com/coroutinegen/coroutinegen/rt\"\n\t\"github.com/coroutinegen/coroutinegen/rt/rttest\"\n")
	for _, g := range list {
		fmt.Fprintf(tests, "func TestMachine_%s(t *testing.T) {\n\tversions := []rttest.Version[string]{\n", g.name)
		for _, v := range versions {
			pkg, text := g.name+"/"+v.name, g.generate(t, v.opts)
			if v.name == "machine" {
				machines[g.name] = text
			}
			build.add(pkg+"/in.go", g.file("in.go"))
			build.add(pkg+"/in_coroutine.go", text)
			fmt.Fprintf(main, "\t%s_%s %q\n", v.name, g.name, "scratch/"+pkg)
			fmt.Fprintf(tests, "\t\trttest.Version[string]{Name: %q, New: func(s *rttest.Script) rt.Expr[string] { return %s_%s.SubjectAsync(s) }},\n", v.name, v.name, g.name)
		}
		fmt.Fprintf(tests, "\t}\n\trttest.Compare(t, source_%s.Steps, versions...)\n"+
			"\tt.Logf(\"%s: %%d steps\", rttest.ComparePatterns(t, 14, versions...))\n}\n\n", g.name, g.name)
	}
	fmt.Fprintf(main, ")\n\n%s", tests)
	build.add("golden_test.go", main.String())
	return machines
}

// TestGolden demands that each machine does what its source does, under every script. With
// -update it then records the machines.
func TestGolden(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs all machines")
	}
	list := goldens(t)
	build := newScratch(t)
	machines := addGoldens(t, build, list, goldenVersions)
	addSizes(build, list, machines)

	out, err := build.run("test", "-vet=all", noDWARF, "-v", ".")
	for _, m := range regexp.MustCompile(`(?m)^.*: (\w+: \d+ steps)$`).FindAllStringSubmatch(string(out), -1) {
		t.Log(m[1])
	}
	if err == nil {
		out, err = build.run("vet", "./...")
	}
	if err != nil {
		t.Fatalf("the machines do not do what their sources do:\n%s", out)
	}
	compareSizes(t, build)
	for _, g := range list {
		if machines[g.name] != g.generate(t, Options{}) {
			t.Errorf("%s: generating twice gives different output", g.name)
		}
		if *update {
			g.compareAll(t)
			g.write(t)
		}
	}
}

// compareAll compares all sections that the tool writes.
func (g *golden) compareAll(t *testing.T) {
	g.compare(t, "want.order", g.stage(t, "order"))
	g.compare(t, "want.blocks", g.stage(t, "lower"))
	g.compare(t, "want.go", g.generate(t, Options{}))
}

// compare compares one section with the recorded section, or records it.
func (g *golden) compare(t *testing.T, section, got string) {
	t.Helper()
	if want := g.file(section); got != want && !*update {
		t.Errorf("%s reads differently (-want +got; -update records it):\n%s", section, cmp.Diff(want, got))
	}
	g.recorded = append(g.recorded, txtar.File{Name: section, Data: []byte(got)})
}

// write writes the archive with the sections that compare has recorded.
func (g *golden) write(t *testing.T) {
	a := &txtar.Archive{Comment: g.archive.Comment, Files: []txtar.File{{Name: "in.go", Data: []byte(g.file("in.go"))}}}
	a.Files = append(a.Files, g.recorded...)
	if err := os.WriteFile(g.path, txtar.Format(a), 0o666); err != nil {
		t.Fatal(err)
	}
}

// A scratch is a module of generated packages that uses this one.
type scratch struct {
	t   *testing.T
	dir string
}

func newScratch(t *testing.T) *scratch {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	m := &scratch{t, t.TempDir()}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	const self = "github.com/coroutinegen/coroutinegen"
	text := strings.Replace(string(mod), "module "+self, "module scratch", 1)
	text = regexp.MustCompile(`(?m)^tool .*$`).ReplaceAllString(text, "")
	m.add("go.mod", fmt.Sprintf("%s\nrequire %s v0.0.0\n\nreplace %s => %s\n", text, self, self, root))
	m.add("go.sum", string(sum))
	return m
}

func (m *scratch) add(name, content string) {
	path := filepath.Join(m.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		m.t.Fatal(err)
	}
}

// noDWARF leaves out the data for debuggers, which takes an eighth of the time of a
// build.
const noDWARF = "-gcflags=scratch/...=-dwarf=false"

// run runs the go command in the module.
func (m *scratch) run(args ...string) (string, error) {
	out, err := m.command(args).CombinedOutput()
	return string(out), err
}

// command returns a call of the go command in the module. Packages that were built before
// come from the build cache, because their directories are not part of their contents.
func (m *scratch) command(args []string) *exec.Cmd {
	cmd := exec.Command("go", args...)
	cmd.Dir = m.dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod -trimpath", "GOWORK=off")
	return cmd
}
