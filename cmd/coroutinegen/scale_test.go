//go:build unix

package main

// This file measures the time of the tool on a large package, beside the time of loading
// it with go/packages, and on a huge function. The tool may take twice as long as loading,
// and its time must grow about linearly in both cases. cpu-ms/op leaves out the go command,
// which both call, and other programs, so it shows how the tool itself grows. It is several
// times the cpu-ms/op of loading, which mostly waits for the go command.
//
//	go test -run=NONE -bench='Large|Huge' ./cmd/coroutinegen

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/tools/go/packages"

	"github.com/coroutinegen/coroutinegen/gen"
)

// largeFile returns a file of ten lines for each of n types and n async
// functions, each of which awaits the one before.
func largeFile(n int) string {
	var b strings.Builder
	b.WriteString("package large\n\nimport (\n\tco \"github.com/coroutinegen/coroutinegen/annotations\"\n\t\"github.com/coroutinegen/coroutinegen/rt/queues\"\n)\n")
	for i := range n {
		callee := max(0, i-1)
		awaited := fmt.Sprintf("work%dAsync(q, step%d)", callee, i)
		if i%10 == 0 { // so that a frame does not hold a thousand others
			awaited = fmt.Sprintf("q.Put(step%d)", i)
		}
		fmt.Fprintf(&b, `
type item%[1]d struct{ n int }

//coroutine:async
func work%[1]d(q *queues.Queue[int], n int) error {
	it := item%[1]d{n: co.Must(q.Get())}
	for step%[1]d := range n { it.n += step%[1]d
		if err := co.Wait(%[2]s); err != nil { return err }
	}
	return co.Wait(q.Put(it.n)) }
`, i, awaited)
	}
	return b.String()
}

// largePackage writes a module with one such file to a directory of its own.
func largePackage(b *testing.B, text string) (dir string) {
	b.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		b.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		b.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		b.Fatal(err)
	}
	const self = "github.com/coroutinegen/coroutinegen"
	_, rest, _ := strings.Cut(string(mod), "\n")
	rest += "\nrequire " + self + " v0.0.0\n\nreplace " + self + " => " + root + "\n"
	dir = b.TempDir()
	for name, content := range map[string]string{"go.mod": "module large\n" + rest, "go.sum": string(sum), "large.go": text} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}

// reportCPU returns a function that reports the CPU time of this process since the call of
// reportCPU.
func reportCPU(b *testing.B) func() {
	cpu := func() time.Duration {
		var u unix.Rusage
		if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	start := cpu()
	return func() { b.ReportMetric(float64((cpu()-start).Milliseconds())/float64(b.N), "cpu-ms/op") }
}

// hugeFile returns a file with one function of n scopes. Each scope declares the same names
// and keeps them across awaits.
func hugeFile(n int) string {
	var b strings.Builder
	b.WriteString("package large\n\nimport (\n\tco \"github.com/coroutinegen/coroutinegen/annotations\"\n\t\"github.com/coroutinegen/coroutinegen/rt/queues\"\n)\n\n" +
		"//coroutine:async\nfunc huge(q *queues.Queue[int], sum int) int {\n")
	for range n {
		b.WriteString(`	{
		v := co.Must(q.Get())
		w := v * co.Must(q.Get())
		if v > w && co.Must(q.Get()) > v || co.Must(q.Get()) < w {
			v += w
		}
		for i := range w {
			sum += i*v + co.Must(q.Get())
		}
	}
`)
	}
	b.WriteString("\treturn sum\n}\n")
	return b.String()
}

// BenchmarkHuge shows how the time grows with the size of one function.
func BenchmarkHuge(b *testing.B) {
	for _, n := range []int{250, 500, 1000} {
		dir := largePackage(b, hugeFile(n))
		b.Run(fmt.Sprintf("scopes=%d", n), func(b *testing.B) {
			defer reportCPU(b)()
			for b.Loop() {
				if _, err := gen.Generate(context.Background(), gen.Options{Dir: dir}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLarge(b *testing.B) {
	for _, n := range []int{250, 500, 1000} {
		dir := largePackage(b, largeFile(n))
		b.Run(fmt.Sprintf("functions=%d/coroutinegen", n), func(b *testing.B) {
			defer reportCPU(b)()
			for b.Loop() {
				if _, err := gen.Generate(context.Background(), gen.Options{Dir: dir}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("functions=%d/packages", n), func(b *testing.B) {
			// It must compile; what is generated for that is to count little.
			res, err := gen.Generate(context.Background(), gen.Options{Dir: dir, Backend: "goroutine"})
			if err != nil {
				b.Fatal(err)
			}
			if err := res.Write(); err != nil {
				b.Fatal(err)
			}
			defer reportCPU(b)()
			mode := packages.LoadSyntax | packages.NeedModule
			for b.Loop() {
				pkgs, err := packages.Load(&packages.Config{Mode: mode, Dir: dir}, ".")
				if err != nil || packages.PrintErrors(pkgs) > 0 {
					b.Fatal("the package does not load", err)
				}
			}
		})
	}
}
