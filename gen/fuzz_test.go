package gen

// This file runs programs on all backends: the programs of testdata/fuzz, each of which
// once broke the tool, and random programs of package fuzzgen.

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/coroutinegen/coroutinegen/gen/internal/fuzzgen"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

var (
	fuzzPrograms = flag.String("fuzzprograms", "", "directory of programs for TestFuzzPrograms to run instead of testdata/fuzz")
	fuzzBatches  = flag.Int("fuzzbatches", 1, "how many batches of new programs TestFuzz runs")
	fuzzSeed     = flag.Uint64("fuzzseed", 1, "seed of the first program of TestFuzz; the others count on from it")
	fuzzSize     = flag.Int("fuzzsize", 6, "programs in a batch, which is built at once")
	fuzzKeep     = flag.String("fuzzkeep", "", "directory to leave failing programs in")
	fuzzReduce   = flag.Bool("fuzzreduce", false, "reduce failing programs")
)

const fuzzDir = "../testdata/fuzz"

//go:embed internal/fuzzgen/compare/compare.go
var compareSource string

// A trial holds the files of one program, built for every backend, and the result.
type trial struct {
	name     string
	in       string
	subjects []string
	refused  string // the diagnostics, if the tool refuses it
	failure  string // what is wrong; "" if nothing is
	versions map[string]string
	again    bool // reducing was started again
}

var trialVersions = []struct {
	name string
	opts Options
}{
	{"source", Options{Backend: "goroutine"}},
	{"machine", Options{}},
	{"large", Options{limits: everythingIsLarge}},
	{"baseline", Options{Baseline: true}},
}

var subjectPattern = regexp.MustCompile(`(?m)^func (Subject\w*)\(s \*(?:\w+\.)?Script\) \((?:\w+ )?string, (?:\w+ )?error\)`)

// generate makes all versions of the program.
func (p *trial) generate() {
	for _, m := range subjectPattern.FindAllStringSubmatch(p.in, -1) {
		p.subjects = append(p.subjects, m[1])
	}
	if n := strings.Count("\n"+p.in, "\nfunc Subject"); n != len(p.subjects) {
		p.failure = fmt.Sprintf("%d functions are called Subject, and %d of them are of the form that runs", n, len(p.subjects))
		return
	}
	p.versions = map[string]string{}
	defer func() {
		if v := recover(); v != nil {
			p.failure = fmt.Sprintf("the tool panics: %v\n%s", v, stackOf())
		}
	}()
	for _, v := range trialVersions {
		code, err := machineText(p.in, v.opts)
		if err != nil {
			if strings.Contains(err.Error(), "internal error") {
				p.failure = v.name + ": " + err.Error()
			} else {
				p.refused = err.Error()
			}
			return
		}
		p.versions[v.name] = code
		if again, _ := machineText(p.in, v.opts); again != code {
			p.failure = v.name + ": generating twice gives different output"
		}
		if formatted, err := format.Source([]byte(code)); err != nil || !bytes.Equal(formatted, []byte(code)) {
			p.failure = fmt.Sprintf("%s: gofmt changes the output: %v", v.name, err)
		}
	}
}

func stackOf() string {
	return string(debug.Stack())
}

func machineText(in string, opts Options) (string, error) {
	pkgs, diags := load.FromSource(map[string]string{"in.go": in})
	res, diags := generate(pkgs, diags, &opts)
	if len(diags) > 0 {
		return "", diags.Err()
	}
	if len(res.Files) != 1 {
		return "", fmt.Errorf("internal error: %d files", len(res.Files))
	}
	return string(res.Files[0].Content), nil
}

// runTrials builds and runs the programs, and records failures. If all is set, it also
// runs their baselines, and go vet. Errors of the test itself are reported to t.
func runTrials(t *testing.T, trials []*trial, seed uint64, all bool) {
	t.Helper()
	versions := trialVersions
	if !all {
		versions = versions[:3] // each is a package to compile
	}
	build := newScratch(t)
	build.add("compare/compare.go", compareSource)
	var imports, tests strings.Builder
	byName := map[string]*trial{}
	n := 0
	vetted := []string{"vet", "-assign=false", "-bools=false", "-unusedresult=false", "-printf=false"}
	for _, p := range trials {
		if p.versions == nil {
			p.generate()
		}
		if p.failure != "" || p.refused != "" {
			continue
		}
		n++
		byName[p.name] = p
		for _, v := range versions {
			dir := "p/" + p.name + "/" + v.name
			build.add(dir+"/in.go", p.in)
			build.add(dir+"/in_coroutine.go", p.versions[v.name])
			fmt.Fprintf(&imports, "\t%s_%s %q\n", v.name, p.name, "scratch/"+dir)
		}
		vetted = append(vetted, "./p/"+p.name+"/machine")
		for _, subject := range p.subjects {
			fmt.Fprintf(&tests, "func Test_%s_%s(t *testing.T) {\n\tcompare.Versions(t, %d,\n", p.name, subject, seed)
			for _, v := range versions {
				fmt.Fprintf(&tests, "\t\tcompare.Version{Name: %q, New: func(s *rttest.Script) rt.Expr[string] { return %s_%s.%sAsync(s) }},\n", v.name, v.name, p.name, subject)
			}
			fmt.Fprintf(&tests, "\t)\n}\n\n")
		}
	}
	if n == 0 {
		return
	}
	build.add("fuzz_test.go", "package fuzzrun\n\nimport (\n\t\"testing\"\n\t\"scratch/compare\"\n\t\"github.com/coroutinegen/coroutinegen/rt\"\n\t\"github.com/coroutinegen/coroutinegen/rt/rttest\"\n"+
		imports.String()+")\n\n"+tests.String())

	bin := filepath.Join(build.dir, "fuzz.test")
	if out, err := build.run("test", "-c", "-vet=off", noDWARF, "-o", bin, "."); err != nil {
		if !blame(out, byName, "does not build") {
			t.Errorf("the programs do not build:\n%s", out)
			return
		}
		again := trials[:0:0]
		for _, p := range trials {
			if p.failure == "" {
				again = append(again, p)
			}
		}
		runTrials(t, again, seed, all)
		return
	}
	if !all {
		// The golden programs of package gen are vetted. Vetting these would only take time.
	} else if out, err := build.run(vetted...); err != nil && !blame(out, byName, "go vet") {
		t.Errorf("go vet: %s", out)
	}
	runBinary(t, bin, byName)
}

// A place is below the scratch folder, or below the one of an earlier test: go vet keeps
// what it printed, and prints it again.
var placePattern = regexp.MustCompile(`(?m)^(?:# |vet: )?(?:\S*/)?p/(\w+)/(\w+)\b.*`)

// blame records the errors in out at the programs that caused them.
func blame(out string, byName map[string]*trial, what string) (found bool) {
	for _, m := range placePattern.FindAllStringSubmatch(out, -1) {
		if strings.HasPrefix(m[0], "#") {
			continue
		}
		if m[2] == "source" && strings.Contains(m[0], "in.go") || strings.Contains(m[0], "/in.go") {
			if what == "go vet" {
				found = true
				continue // an error in the user's file
			}
		}
		if p := byName[m[1]]; p != nil && p.failure == "" {
			p.failure = what + ": " + m[0]
			found = true
		} else if p != nil {
			found = true
		}
	}
	return found
}

// runBinary runs the tests in bin. A test that hangs or crashes does not stop the
// others.
func runBinary(t *testing.T, bin string, byName map[string]*trial) {
	var skip []string
	for {
		args := []string{"-test.v", "-test.timeout=5m"}
		if len(skip) > 0 {
			args = append(args, "-test.skip=^("+strings.Join(skip, "|")+")$")
		}
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
		cmd := exec.CommandContext(ctx, bin, args...)
		cmd.Dir = filepath.Dir(bin)
		out, err := cmd.CombinedOutput()
		cancel()
		running := ""
		var text []string
		verdict := func(failed bool) {
			if p := byName[programOf(running)]; p != nil && failed && p.failure == "" {
				p.failure = running + ":\n" + cutText(strings.Join(text, "\n"), 6000)
			}
			skip = append(skip, running)
			running, text = "", nil
		}
		for _, line := range strings.Split(string(out), "\n") {
			switch {
			case strings.HasPrefix(line, "=== RUN"):
				running = strings.TrimSpace(strings.TrimPrefix(line, "=== RUN"))
				text = nil
			case strings.HasPrefix(line, "--- FAIL"):
				verdict(true)
			case strings.HasPrefix(line, "--- PASS"):
				verdict(false)
			default:
				text = append(text, line)
			}
		}
		if running == "" || err == nil {
			return
		}
		verdict(true) // the test ended the process
	}
}

func cutText(s string, n int) string {
	if len(s) > n {
		return s[:n] + "..."
	}
	return s
}

func programOf(test string) string {
	name := strings.TrimPrefix(test, "Test_")
	if i := strings.LastIndex(name, "_Subject"); i >= 0 {
		name = name[:i]
	}
	return name
}

// programs returns the programs in dir: archives with an in.go, or Go files.
func programs(t *testing.T, dir string) (list []*trial) {
	paths, err := filepath.Glob(dir + "/*")
	if err != nil || len(paths) == 0 {
		t.Fatal("no programs in "+dir, err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name, ext, _ := strings.Cut(filepath.Base(path), ".")
		name = strings.ReplaceAll(name, "-", "_")
		in := string(data)
		if ext == "txtar" {
			for _, f := range txtar.Parse(data).Files {
				if f.Name == "in.go" {
					in = string(f.Data)
				}
			}
		}
		if !skipNewer(t, name, in) {
			list = append(list, &trial{name: name, in: in})
		}
	}
	return list
}

// TestFuzzPrograms runs the programs that have broken the tool.
func TestFuzzPrograms(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs programs")
	}
	dir := fuzzDir
	if *fuzzPrograms != "" {
		dir = *fuzzPrograms
	}
	list := programs(t, dir)
	if *fuzzPrograms == "" {
		list = sample(t, list)
	}
	runTrials(t, list, 1, *fuzzPrograms != "")
	for _, p := range list {
		t.Run(p.name, func(t *testing.T) {
			switch {
			case p.failure != "":
				t.Error(p.failure)
			case p.refused != "":
				t.Errorf("refused: %s", p.refused)
			case len(p.subjects) == 0:
				t.Error("it has no Subject")
			}
		})
	}
}

// TestFuzz runs random programs.
func TestFuzz(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs programs")
	}
	seed := *fuzzSeed
	var stats struct{ programs, dropped, refused, failed int }
	for range *fuzzBatches {
		var seeds []uint64
		all := fuzzgen.Header(goVersion())
		for len(seeds) < *fuzzSize {
			in, err := fuzzProgram(len(seeds), seed)
			_, body, ok := strings.Cut(in, "\n// seed ")
			switch {
			case err != nil || !ok:
				stats.dropped++
				t.Logf("seed %d is dropped: %v", seed, err)
			case fuzzRefused(in):
				stats.refused++
			default:
				seeds = append(seeds, seed)
				all += "\n// seed " + body
			}
			seed++
		}
		stats.programs += len(seeds)
		batch := &trial{name: "batch", in: all}
		runTrials(t, []*trial{batch}, seeds[0], true)
		if batch.failure == "" && batch.refused == "" {
			continue
		}
		var singles []*trial
		for _, s := range seeds {
			in, _ := fuzzProgram(0, s)
			singles = append(singles, &trial{name: fmt.Sprint("seed", s), in: in})
		}
		runTrials(t, singles, seeds[0], true)
		alone := false
		for i, p := range singles {
			switch {
			case p.failure != "":
				stats.failed++
				alone = true
				fuzzReport(t, seeds[i], p)
			case p.refused != "":
				stats.refused++
				alone = true
				t.Logf("seed %d is refused: %s", seeds[i], p.refused)
			}
		}
		if !alone {
			t.Errorf("the batch of the seeds %v fails, but none of its programs alone: %s%s", seeds, batch.failure, batch.refused)
		}
	}
	t.Logf("%+v", stats)
}

// fuzzProgram returns the program of seed. If uses of variables are all that the program
// needs to compile, fuzzProgram adds them.
func fuzzProgram(number int, seed uint64) (string, error) {
	in := fuzzgen.Header(goVersion()) + "\n" + fuzzgen.Program(goVersion(), seed, number)
	return fuzzRepair(in)
}

// fuzzRefused reports whether the tool refuses in.
func fuzzRefused(in string) (refused bool) {
	defer func() { recover() }() // a panic is not a refusal, and will be found later
	_, err := machineText(in, Options{})
	return err != nil && !strings.Contains(err.Error(), "internal error")
}

var unusedPattern = regexp.MustCompile(`in\.go:(\d+):(\d+): (?:declared and not used: (\w+)|(\w+) declared and not used)`)

var labelPattern = regexp.MustCompile(`in\.go:(\d+):(\d+): label (\w+) declared and not used`)

func fuzzRepair(in string) (string, error) {
	for range 5 {
		_, err := machineText(in, Options{Backend: "goroutine"})
		if err == nil {
			out, err := format.Source([]byte(in))
			return string(out), err
		}
		if m := labelPattern.FindStringSubmatch(err.Error()); m != nil {
			in = regexp.MustCompile(`(?m)^\s*`+m[3]+`:\s*$`).ReplaceAllString(in, "")
			continue
		}
		var unused []fuzzgen.Unused
		for _, m := range unusedPattern.FindAllStringSubmatch(err.Error(), -1) {
			line, _ := strconv.Atoi(m[1])
			column, _ := strconv.Atoi(m[2])
			unused = append(unused, fuzzgen.Unused{Line: line, Column: column, Name: m[3] + m[4]})
		}
		if len(unused) == 0 || len(unused) < strings.Count(err.Error(), "in.go:") {
			return in, err
		}
		in = fuzzgen.Use(in, unused)
	}
	return in, errors.New("its variables are still not used")
}

func fuzzReport(t *testing.T, seed uint64, p *trial) {
	t.Errorf("seed %d: %s", seed, p.failure)
	if *fuzzReduce {
		p = reduce(t, p, seed)
		t.Errorf("reduced: %s\n%s", p.failure, p.in)
	}
	if *fuzzKeep != "" {
		if err := os.MkdirAll(*fuzzKeep, 0o777); err != nil {
			t.Error(err)
		}
		name := filepath.Join(*fuzzKeep, fmt.Sprintf("seed%d.go", seed))
		if err := os.WriteFile(name, []byte(p.in), 0o666); err != nil {
			t.Error(err)
		}
		if err := os.WriteFile(name+".failure", []byte(p.failure), 0o666); err != nil {
			t.Error(err)
		}
	}
}
