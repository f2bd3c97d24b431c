package gen

// This file tests the tool with Go's own test suite. It makes the programs of
// $GOROOT/test async (see package asyncify), generates their machines, builds
// and runs them, and demands that they print what the original programs print.
//
//	go test ./gen -run Corpus                  a fast slice
//	go test ./gen -run Corpus -corpus          every program
//	go test ./gen -run Corpus -corpus-update   every program; writes what passes now to testdata/corpus
//	go test ./gen -run CorpusOne -v -program ken/array.go   shows one program and its result

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/gen/internal/asyncify"
	"github.com/coroutinegen/coroutinegen/gen/internal/asyncify/gotest"
	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/testdata/corpus/pause"
)

var (
	corpusAll    = flag.Bool("corpus", false, "run every program of $GOROOT/test, not only a few")
	corpusUpdate = flag.Bool("corpus-update", false, "run every program of $GOROOT/test, and write which of them pass to testdata/corpus")
	corpusRetry  = flag.Bool("corpus-retry", false, "with -corpus or -corpus-update: also run the programs that are skipped for good")
	corpusMatch  = flag.String("corpus-match", "", "with -corpus or -corpus-update: only the programs that match this regular expression")
	corpusOne    = flag.String("program", "", "the program of $GOROOT/test that TestCorpusOne shows")
	corpusKeep   = flag.String("corpus-keep", "", "directory to leave the sources of failing programs in")
)

const modulePath = "github.com/coroutinegen/coroutinegen/"

// corpusSeeds are the patterns of suspension that each program runs under: none of its
// awaits suspends, every await suspends, or a random half of them.
var corpusSeeds = []string{"0", "1", "7"}

// runLimit is how long a program may run. On an idle machine, no program takes half of
// it.
const runLimit = time.Minute

// A corpus runs programs of $GOROOT/test. One goroutine at a time may use it.
type corpus struct {
	tc   *gotest.Toolchain
	opts asyncify.Options
}

func newCorpora(t *testing.T, n int) []*corpus {
	if _, err := os.Stat(gotest.Dir()); err != nil {
		t.Skipf("this Go was installed without its test suite: %v", err)
	}
	tc, err := gotest.NewToolchain(t.TempDir(), modulePath+"annotations", modulePath+"rt", strings.TrimSuffix(pausePath, "/"))
	if err != nil {
		t.Fatal(err)
	}
	all := make([]*corpus, n)
	for i := range all {
		all[i] = &corpus{tc: tc, opts: asyncify.Options{
			Importer: tc.Importer(),
			Seed:     1,
			// No statements are left out in advance: the tool itself must refuse what
			// it cannot do, at the right place.
			Generic: true,
			Whole:   map[asyncify.Kind]bool{},
		}}
	}
	return all
}

const pausePath = modulePath + "testdata/corpus/pause"

// An outcome is the result of one program.
type outcome struct {
	path   string
	reason string // why the program did not pass; "" if it did
	size   size
	left   []asyncify.Left // functions and statements that are not async
	took   time.Duration
}

// A size is how much of a program was made async.
type size struct {
	Funcs, Awaits int
}

// A variant is one way to make a program async.
type variant struct {
	name  string
	dense bool
}

var variants = []variant{{"statements", false}, {"operands", true}}

// run makes p async in every way and runs it. The files are written to dir.
func (c *corpus) run(dir string, p *gotest.Program) (o outcome) {
	start := time.Now()
	defer func() { o.took = time.Since(start) }()
	o.path = p.Path
	if o.reason = p.Obstacle; o.reason != "" {
		return o
	}
	for _, v := range variants {
		built := c.build(filepath.Join(dir, v.name), p, v)
		if !v.dense {
			o.size, o.left = built.size, built.left
		}
		o.reason = built.reason
		if o.reason == "" {
			o.reason = c.compare(built.exe, p)
		}
		if o.reason != "" {
			if v.dense {
				o.reason += " (with awaits around operands)"
			}
			return o
		}
	}
	return o
}

// compare runs exe under every pattern of suspension. It returns how exe differs from p, or
// "" if it does not.
func (c *corpus) compare(exe string, p *gotest.Program) (reason string) {
	for _, seed := range corpusSeeds {
		got, err := c.tc.Run(exe, p.Args, []string{pause.Env + "=" + seed}, runLimit)
		switch {
		case errors.Is(err, gotest.ErrTimeout):
			return fmt.Sprintf("bug: timeout, seed %s", seed)
		case err != nil:
			return fmt.Sprintf("bug: seed %s: %v: %.300q", seed, err, got)
		case !bytes.Equal(got, p.Want):
			return fmt.Sprintf("bug: seed %s: prints %.300q", seed, got)
		}
	}
	return ""
}

// built is a program with machines.
type built struct {
	exe    string
	reason string // why the program could not be built; "" if it could
	size   size
	left   []asyncify.Left
	files  []string
}

// build makes p async, generates and builds it in dir.
func (c *corpus) build(dir string, p *gotest.Program, v variant) (b built) {
	opts := c.opts
	opts.Dense = v.dense
	program, err := asyncify.Parse("main.go", p.Source, opts)
	if err != nil {
		b.reason = "asyncify: " + firstLine(err.Error())
		return b
	}
	files, reason := generateCorpus(program)
	b.reason = reason
	b.size, b.left = size{program.Async(), program.Awaits()}, program.Left()
	c.buildFiles(&b, dir, p.Flags, files)
	return b
}

// buildFiles writes files to dir and builds them, unless there is a reason not to.
func (c *corpus) buildFiles(b *built, dir string, flags []string, files []File) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		b.reason = err.Error()
		return
	}
	for _, f := range files {
		path := filepath.Join(dir, filepath.Base(f.Path))
		b.files = append(b.files, path)
		if err := os.WriteFile(path, f.Content, 0o666); err != nil {
			b.reason = err.Error()
			return
		}
	}
	if b.reason != "" {
		return
	}
	var err error
	if b.exe, err = c.tc.Build(dir, flags, b.files...); err != nil {
		b.reason = "bug: does not build: " + err.Error()
	}
}

// generateCorpus generates the machines of program, and returns them with the source of
// program. What the tool refuses is given up piece by piece, until the tool accepts the
// rest.
func generateCorpus(program *asyncify.Program) (files []File, reason string) {
	for range 20 {
		files = nil
		texts := map[string]string{}
		for _, f := range program.Source() {
			files = append(files, File{Path: f.Name, Content: f.Text})
			texts[f.Name] = string(f.Text)
		}
		if program.Async() == 0 || program.Awaits() == 0 {
			return files, plainReason(program)
		}
		res, diags := generateSource(texts)
		if len(diags) == 0 {
			return append(files, res.Files...), ""
		}
		for _, d := range diags {
			if d.Code == diag.Internal || d.Code == diag.DoesNotCompile {
				return files, fmt.Sprintf("bug: %s: %s: %s", d.Code, d.Pos, d.Message)
			}
			if !program.GiveUp(d.Pos.Filename, offsetOf(texts[d.Pos.Filename], d.Pos.Line, d.Pos.Column), string(d.Code)) {
				return files, "refused: " + string(d.Code) // the refusal is outside the async functions
			}
		}
	}
	return files, "bug: still refused after everything refused was taken back"
}

// generateSource is [Generate] for files in memory.
func generateSource(files map[string]string) (res *Result, diags diag.List) {
	defer func() {
		if v := recover(); v != nil {
			diags = diag.List{{Code: diag.Internal, Message: fmt.Sprintf("the tool panics: %v\n%s", v, debug.Stack())}}
		}
	}()
	pkgs, diags := load.FromSource(files)
	res, diags = generate(pkgs, diags, &Options{})
	return res, diags
}

// plainReason says why no function of program is async.
func plainReason(program *asyncify.Program) string {
	var codes []string
	for _, l := range program.Left() {
		codes = append(codes, l.Reason)
	}
	if len(codes) == 0 {
		return "nothing to make async"
	}
	slices.Sort(codes)
	return "refused: " + strings.Join(slices.Compact(codes), ", ")
}

func offsetOf(source string, line, column int) int {
	offset := 0
	for range line - 1 {
		offset += strings.IndexByte(source[offset:], '\n') + 1
	}
	return offset + column - 1
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

// each runs several programs at once. It calls done with the outcomes, one at a time.
func each(t *testing.T, programs []*gotest.Program, done func(*gotest.Program, outcome)) {
	work := make(chan *gotest.Program)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, c := range newCorpora(t, runtime.NumCPU()) {
		wg.Go(func() {
			for p := range work {
				dir, err := os.MkdirTemp(t.TempDir(), "")
				if err != nil {
					t.Error(err)
					continue
				}
				o := c.run(dir, p)
				if o.reason != "" && *corpusKeep != "" {
					keep(t, dir, p)
				}
				os.RemoveAll(dir)
				mu.Lock()
				done(p, o)
				mu.Unlock()
			}
		})
	}
	for _, p := range programs {
		work <- p
	}
	close(work)
	wg.Wait()
}

// keep copies the Go files of dir to -corpus-keep.
func keep(t *testing.T, dir string, p *gotest.Program) {
	target := filepath.Join(*corpusKeep, strings.ReplaceAll(strings.TrimSuffix(p.Path, ".go"), "/", "_"))
	os.RemoveAll(target)
	for _, v := range variants {
		from := filepath.Join(dir, v.name)
		exes, _ := filepath.Glob(filepath.Join(from, "main.exe"))
		for _, exe := range exes {
			os.Remove(exe)
		}
		if _, err := os.Stat(from); err != nil {
			continue
		}
		if err := os.CopyFS(filepath.Join(target, v.name), os.DirFS(from)); err != nil {
			t.Error(err)
		}
	}
}

// TestCorpusOne shows the result for the program that -program names. It is a program of
// $GOROOT/test, or the absolute path of a file with annotated functions, whose output is
// shown.
func TestCorpusOne(t *testing.T) {
	if *corpusOne == "" {
		t.Skip("no -program")
	}
	c := newCorpora(t, 1)[0]
	if filepath.IsAbs(*corpusOne) {
		source, err := os.ReadFile(*corpusOne)
		if err != nil {
			t.Fatal(err)
		}
		res, diags := generateSource(map[string]string{"main.go": string(source)})
		if len(diags) > 0 {
			t.Fatal(diags.Err())
		}
		var b built
		c.buildFiles(&b, t.TempDir(), nil, append(res.Files, File{Path: "main.go", Content: source}))
		t.Logf("%s", res.Files[0].Content)
		for _, seed := range corpusSeeds {
			if b.reason == "" {
				out, err := c.tc.Run(b.exe, nil, []string{pause.Env + "=" + seed}, runLimit)
				t.Logf("seed %s: %v\n%s", seed, err, out)
			}
		}
		t.Log(b.reason)
		return
	}
	p, err := gotest.Load(*corpusOne)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range variants {
		b := c.build(t.TempDir(), p, v)
		for _, path := range b.files {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s, %s:\n%s", v.name, filepath.Base(path), text)
		}
		for _, left := range b.left {
			t.Logf("%s stays plain: %s", left.What, left.Reason)
		}
		if b.reason == "" {
			b.reason = c.compare(b.exe, p)
		}
		t.Logf("%s: %d functions, %d awaits: %s", v.name, b.size.Funcs, b.size.Awaits, cmp.Or(b.reason, "passes"))
	}
}
