package gen

// This file keeps the lists of testdata/corpus: the programs that pass, a list that only
// grows, and the programs that do not, with the reasons.

import (
	"bufio"
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/gen/internal/asyncify/gotest"
)

var corpusDir = filepath.Join("..", "testdata", "corpus")

// TestCorpus fails if a program listed in pass.txt does not pass, or with fewer
// async functions or awaits than listed. Run in full it also fails if a program
// of $GOROOT/test is in neither list or in both.
func TestCorpus(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs programs")
	}
	pass := readPass(t)
	skip := readSkip(t)
	var programs []*gotest.Program
	full := *corpusAll || *corpusUpdate
	if full {
		var err error
		if programs, err = gotest.Programs(); err != nil {
			t.Skipf("this Go was installed without its test suite: %v", err)
		}
		complete(t, programs, pass, skip)
		match, err := regexp.Compile(*corpusMatch)
		if err != nil {
			t.Fatal(err)
		}
		programs = slices.DeleteFunc(programs, func(p *gotest.Program) bool {
			return !again(skip[p.Path]) || !match.MatchString(p.Path)
		})
	} else {
		programs = sample(t, fastSlice(t, pass))
	}

	start := time.Now()
	var total size
	passed := 0
	plain := map[string]int{}
	each(t, programs, func(p *gotest.Program, o outcome) {
		listed, ok := pass[p.Path]
		switch {
		case o.reason != "" && ok:
			t.Errorf("%s passed before: %s", p.Path, o.reason)
		case o.reason != "":
			if skip[p.Path] == "" {
				t.Errorf("%s: %s", p.Path, o.reason)
				skip[p.Path] = brief(o.reason)
			}
		case o.size.Funcs < listed.Funcs || o.size.Awaits < listed.Awaits:
			t.Errorf("%s passes with %d functions and %d awaits only, and had %d and %d: what of it is refused now? %v",
				p.Path, o.size.Funcs, o.size.Awaits, listed.Funcs, listed.Awaits, o.left)
		default:
			if full && !*corpusUpdate && o.size != listed {
				t.Logf("%s passes with %d functions and %d awaits: run with -corpus-update", p.Path, o.size.Funcs, o.size.Awaits)
			}
			pass[p.Path] = o.size
			delete(skip, p.Path)
		}
		if o.reason == "" {
			passed++
			total.Funcs += o.size.Funcs
			total.Awaits += o.size.Awaits
			for _, l := range o.left {
				plain[l.Reason]++
			}
		}
		if o.took > 10*time.Second {
			t.Logf("%s took %.0f s", p.Path, o.took.Seconds())
		}
	})
	t.Logf("%d of %d programs pass, with %d async functions and %d awaits, in %.0f s",
		passed, len(programs), total.Funcs, total.Awaits, time.Since(start).Seconds())
	for _, reason := range slices.Sorted(maps.Keys(plain)) {
		t.Logf("%5d places in them stay plain: %s", plain[reason], reason)
	}
	if *corpusUpdate {
		writeLists(t, pass, skip)
	}
}

// complete demands that every program is in exactly one list, and that the lists
// contain nothing else.
func complete(t *testing.T, programs []*gotest.Program, pass map[string]size, skip map[string]string) {
	exists := map[string]bool{}
	for _, p := range programs {
		exists[p.Path] = true
		_, passes := pass[p.Path]
		_, skipped := skip[p.Path]
		if passes == skipped && !*corpusUpdate {
			t.Errorf("%s must be in exactly one of pass.txt and skip.txt", p.Path)
		}
	}
	for _, path := range append(slices.Collect(maps.Keys(pass)), slices.Collect(maps.Keys(skip))...) {
		if !exists[path] {
			t.Errorf("%s is listed, but not a program of %s", path, runtime.Version())
		}
	}
}

// again reports whether to run a program again that was skipped for the given reason. It
// may pass if the tool supports more now.
func again(reason string) bool {
	return reason == "" || *corpusRetry || strings.HasPrefix(reason, "bug") || strings.HasPrefix(reason, "refused:")
}

var (
	changing = regexp.MustCompile(`/tmp/\S*/|0x[0-9a-f]+|main(_coroutine)?\.go:[0-9]+:[0-9]+: `)
	spaces   = regexp.MustCompile(`\s+`)
)

// brief returns the part of reason that is the same in every run.
func brief(reason string) string {
	reason = spaces.ReplaceAllString(changing.ReplaceAllString(reason, ""), " ")
	return strings.TrimSpace(reason[:min(len(reason), 140)])
}

// fastSlice returns the programs of fast.txt.
func fastSlice(t *testing.T, pass map[string]size) (programs []*gotest.Program) {
	for _, path := range readLines(t, "fast.txt") {
		if _, ok := pass[path]; !ok {
			t.Errorf("%s is in fast.txt but not in pass.txt", path)
			continue
		}
		p, err := gotest.Load(path)
		if err != nil {
			t.Skipf("this Go was installed without its test suite: %v", err)
		}
		programs = append(programs, p)
	}
	return programs
}

func readPass(t *testing.T) map[string]size {
	pass := map[string]size{}
	for _, line := range readLines(t, "pass.txt") {
		var path string
		var s size
		if _, err := fmt.Sscan(line, &path, &s.Funcs, &s.Awaits); err != nil {
			t.Fatalf("pass.txt: %q: %v", line, err)
		}
		pass[path] = s
	}
	return pass
}

func readSkip(t *testing.T) map[string]string {
	skip := map[string]string{}
	for _, line := range readLines(t, "skip.txt") {
		path, reason, ok := strings.Cut(line, ": ")
		if !ok {
			t.Fatalf("skip.txt: %q has no reason", line)
		}
		skip[path] = reason
	}
	return skip
}

// readLines returns the lines of a list, without its comments.
func readLines(t *testing.T, name string) (lines []string) {
	data, err := os.ReadFile(filepath.Join(corpusDir, name))
	if err != nil {
		t.Fatal(err)
	}
	s := bufio.NewScanner(bytes.NewReader(data))
	for s.Scan() {
		if line := strings.TrimSpace(s.Text()); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}

const (
	passHeader = `# Programs of $GOROOT/test that print what Go says they print when all that can be
# made async in them is: path, async functions, awaits between statements. This
# list only grows; "go test ./gen -run Corpus -corpus-update" makes it grow.
`
	skipHeader = `# Programs of $GOROOT/test that do not pass, with the reason. Those that say "bug"
# or "refused" run each time and move to pass.txt by themselves.
`
)

func writeLists(t *testing.T, pass map[string]size, skip map[string]string) {
	var b bytes.Buffer
	b.WriteString(passHeader)
	for _, path := range slices.Sorted(maps.Keys(pass)) {
		fmt.Fprintln(&b, path, pass[path].Funcs, pass[path].Awaits)
	}
	writeList(t, "pass.txt", b.Bytes())
	b.Reset()
	b.WriteString(skipHeader)
	for _, path := range slices.Sorted(maps.Keys(skip)) {
		fmt.Fprintf(&b, "%s: %s\n", path, skip[path])
	}
	writeList(t, "skip.txt", b.Bytes())
}

func writeList(t *testing.T, name string, data []byte) {
	if err := os.WriteFile(filepath.Join(corpusDir, name), data, 0o666); err != nil {
		t.Error(err)
	}
}
