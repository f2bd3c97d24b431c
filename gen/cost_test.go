package gen

// This file measures the cost of the tool, and demands that a program twice as long, or
// twice as deep, costs twice as much.

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

var (
	costSizes = flag.String("cost", "", "sizes, such as 1000,2000,4000, for which TestCostTable prints what the tool costs")
	costOnly  = flag.String("costshape", "", "regular expression: only these shapes")
	costKeep  = flag.String("costkeep", "", "directory to leave the programs of TestCostTable in, with what they become")
)

// A cost is the cost of the tool for one program. Only cpu depends on the machine.
type cost struct {
	objects, bytes uint64 // allocated
	source, output int    // bytes
	cpu            time.Duration
}

func (s costShape) measure(t *testing.T, n int) (c cost) {
	t.Helper()
	source := s.source(n)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := cpuTime()
	pkgs, diags := load.FromSource(map[string]string{"in.go": source})
	res, diags := generate(pkgs, diags, &Options{})
	c.cpu = cpuTime() - start
	runtime.ReadMemStats(&after)
	if len(diags) > 0 {
		t.Fatalf("%s, %d: %s", s.name, n, cutText(diags.Err().Error(), 500))
	}
	c.objects, c.bytes = after.Mallocs-before.Mallocs, after.TotalAlloc-before.TotalAlloc
	c.source, c.output = len(source), len(res.Files[0].Content)
	if *costKeep != "" {
		dir := filepath.Join(*costKeep, fmt.Sprintf("%s_%d", strings.Map(func(r rune) rune {
			if r == ' ' || r == ',' {
				return '_'
			}
			return r
		}, s.name), n))
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"in.go": source, "in_coroutine.go": string(res.Files[0].Content)} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	return c
}

// TestCost demands that the allocations and the output of the tool grow as the program
// does.
func TestCost(t *testing.T) {
	if testing.Short() {
		t.Skip("generates long programs")
	}
	const n = 300
	shapes := costShapes
	if *costOnly == "" {
		shapes = sample(t, shapes)
	}
	for _, s := range shapes {
		if *costOnly != "" && !regexp.MustCompile(*costOnly).MatchString(s.name) {
			continue
		}
		if s.known != "" {
			continue
		}
		s.measure(t, 2) // loads what all programs import
		a, b := s.measure(t, n), s.measure(t, 2*n)
		for _, x := range []struct {
			what string
			a, b uint64
		}{
			{"objects", a.objects, b.objects},
			{"bytes", a.bytes, b.bytes},
			{"output", uint64(a.output), uint64(b.output)},
		} {
			if ratio := float64(x.b) / float64(x.a); ratio > 2.3 {
				t.Errorf("%s: a program twice as large takes %.2f times as many %s: %d, then %d", s.name, ratio, x.what, x.a, x.b)
			}
		}
	}
}

// TestCostTable prints the costs of the tool.
func TestCostTable(t *testing.T) {
	if *costSizes == "" {
		t.Skip("prints a table if -cost tells sizes")
	}
	for _, s := range costShapes {
		if *costOnly != "" && !regexp.MustCompile(*costOnly).MatchString(s.name) {
			continue
		}
		line := fmt.Sprintf("%-42s", s.name)
		for _, size := range strings.Split(*costSizes, ",") {
			n, err := strconv.Atoi(size)
			if err != nil {
				t.Fatal(err)
			}
			c := s.measure(t, n)
			line += fmt.Sprintf(" | %5d %6.2fs %6d kB %6d MB", n, c.cpu.Seconds(), c.output>>10, c.bytes>>20)
			if c.cpu > 20*time.Second {
				break // the next size would take minutes
			}
		}
		fmt.Println(line)
	}
}
