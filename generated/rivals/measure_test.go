//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rivals

// This file measures everything and writes the table.

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/example/threeway"
)

var measure = flag.Bool("measure", false, "measure everything and write the table in "+readme)

const (
	readme = "../../example/rivals/README.md"
	begin  = "<!-- written by go test ./generated/rivals -run Measure -measure -->\n"
	end    = "<!-- end -->\n"
)

// A row is a line of the table.
type row struct {
	what              string
	tasks, goroutines float64
	unit              string
	more              bool // is better
	with              string
}

// better is how many times better the tasks are.
func (r row) better() float64 {
	if r.more {
		return r.tasks / r.goroutines
	}
	return r.goroutines / r.tasks
}

func (r row) String() string {
	figure := func(x float64) string {
		if x < 100 {
			return fmt.Sprintf("%.1f %s", x, r.unit)
		}
		return fmt.Sprintf("%s %s", thousands(int(x+0.5)), r.unit)
	}
	return fmt.Sprintf("| %s | %s | %s | %.2f | %s |\n", r.what, figure(r.tasks), figure(r.goroutines), r.better(), r.with)
}

// thousands writes n with commas.
func thousands(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// A table collects rows.
type table struct {
	t    *testing.T
	rows []row
}

func (b *table) add(r row) {
	b.t.Helper()
	b.rows = append(b.rows, r)
	b.t.Log(strings.TrimSpace(r.String()))
}

// slices measures two things that take nanoseconds.
func (b *table) slices(what string, tasks, goroutines func(n int), with string) {
	b.t.Helper()
	c := threeway.Compare(threeway.Timed{Run: tasks}, threeway.Timed{Run: goroutines}, nil)
	b.add(row{what: what, tasks: c.A, goroutines: c.A * c.Ratio, unit: "ns", with: with})
}

// turns measures two things that take seconds, in turn, and takes the medians.
func turns(tasks, goroutines func() float64) (a, b float64) {
	const times = 5
	var as, bs []float64
	for range times {
		as, bs = append(as, tasks()), append(bs, goroutines())
	}
	slices.Sort(as)
	slices.Sort(bs)
	return as[times/2], bs[times/2]
}

func TestMeasure(t *testing.T) {
	if !*measure {
		t.Skip("run with -measure, on a machine that does nothing else")
	}
	b := &table{t: t}
	for _, p := range pairs {
		b.slices(p.what, p.runTasks(t), p.goroutines, p.with)
	}
	b.slices("a word to another thread, and the answer", wakeLoop(t, false), wakeupGoroutines, "channels")
	b.slices("the same, to a loop with a socket", wakeLoop(t, true), wakeupGoroutines, "channels")
	word, rivalWord := turns(
		func() float64 { return rested(wakeLoop(t, true)) },
		func() float64 { return rested(wakeGoroutine(t)) })
	b.add(row{"the same, after a rest of a millisecond", word, rivalWord, "ns", false, "channels"})

	const million = 1_000_000
	cpu, rival := turns(
		func() float64 { return spent(million, timersOfLoop(t)) },
		func() float64 { return spent(million, timersAfterFunc) })
	b.add(row{"a million timers, half of them cancelled: processor, each", cpu, rival, "ns", false, "`time.AfterFunc`"})

	var bytes, rivalBytes float64
	ns, rivalNs := turns(
		func() (ns float64) { bytes, ns = weigh(million, parkTasks(t)); return ns },
		func() (ns float64) { rivalBytes, ns = weigh(million, parkGoroutines); return ns })
	b.add(row{"a million that wait for a value: memory, each", bytes, rivalBytes, "B", false, "a channel"})
	b.add(row{"to start, wake and end one of them", ns, rivalNs, "ns", false, "a channel"})

	tasks, borrowing, goroutines := servers[0].serve, servers[1].serve, servers[2].serve
	const few = 20_000
	a, r := turns(
		func() float64 { return ask(t, tasks, few) },
		func() float64 { return ask(t, goroutines, few) })
	b.add(row{"echo, one client in the same process: requests", a, r, "/s", true, "package net"})
	for _, connections := range []int{1, 64, 1000} {
		var own, theirs []float64 // processor
		a, r := turns(
			func() float64 { return b.echo(tasks, connections, &own) },
			func() float64 { return b.echo(goroutines, connections, &theirs) })
		b.add(row{fmt.Sprintf("echo, %d connections: requests", connections), a, r, "/s", true, "package net"})
		slices.Sort(own)
		slices.Sort(theirs)
		b.add(row{"of the server's processor, each", own[len(own)/2], theirs[len(theirs)/2], "ns", false, "package net"})
	}
	b.add(row{"echo, idle connection with a buffer of 4 KB", idle(t, tasks), idle(t, goroutines), "B", false, "package net"})
	b.add(row{"the same, buffers borrowed", idle(t, borrowing), idle(t, goroutines), "B", false, "package net"})
	b.write()
}

// rested returns the median of what a word takes, in nanoseconds, if each is said after a
// rest: the other side has gone to sleep by then.
func rested(say func(n int)) float64 {
	const times = 500
	took := make([]time.Duration, times)
	for i := range took {
		time.Sleep(time.Millisecond)
		begin := time.Now()
		say(1)
		took[i] = time.Since(begin)
	}
	slices.Sort(took)
	return float64(took[times/2])
}

// echo returns the requests per second, and appends what one cost the server.
func (b *table) echo(serve server, connections int, spent *[]float64) float64 {
	addr, stop := serve(b.t)
	defer stop()
	n := 200_000 / max(connections, 10)
	before := processor()
	took := requests(b.t, addr, connections, n)
	total := float64(connections * n)
	*spent = append(*spent, float64(processor()-before)/total)
	return total / took.Seconds()
}

// write replaces the table in the README.
func (b *table) write() {
	old, err := os.ReadFile(readme)
	if err != nil {
		b.t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(old), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		b.t.Fatalf("%s has no place for the table", readme)
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s%s\n%s, %s/%s, %d processors, %s.\n\n", before, begin,
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), time.Now().Format("January 2006"))
	text.WriteString("| | tasks | goroutines | times better | with |\n|---|---:|---:|---:|---|\n")
	for _, r := range b.rows {
		text.WriteString(r.String())
	}
	fmt.Fprintf(&text, "\n%s%s", end, after)
	if err := os.WriteFile(readme, []byte(text.String()), 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// TestReadme holds the table to what is measured.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pairs {
		if !strings.Contains(string(text), "\n| "+p.what+" | ") {
			t.Errorf("%s has no line for %q: run with -measure", readme, p.what)
		}
	}
}
