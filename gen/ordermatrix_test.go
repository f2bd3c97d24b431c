package gen

// This file compares the order of evaluation in machines with the order that gc
// chooses.

import (
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/ordermatrix"
)

var (
	orderMatrix = flag.Bool("ordermatrix", false, "TestOrderMatrix runs all cells, not only a slice")
	orderCells  = flag.String("ordercells", "", "TestOrderMatrix runs the cells whose names match")
	orderSlice  = flag.Int("orderslice", 0, "which slice of the cells TestOrderMatrix runs")
)

// matrixBatch is how many cells are built at once.
const matrixBatch = 1500

// matrixStride is the distance between the cells in the slice that runs with -all. It is a
// prime, so that the slice has cells of every form, context and place.
const matrixStride = 101

func TestOrderMatrix(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs programs")
	}
	all := ordermatrix.Cells()
	stride := matrixStride
	if !*runAll {
		stride *= sampleStride
	}
	var cells []ordermatrix.Cell
	for i, c := range all {
		switch {
		case rowExample(c.Name()):
		case *orderCells != "":
			if !regexp.MustCompile(*orderCells).MatchString(c.Name()) {
				continue
			}
		case !*orderMatrix && i%stride != *orderSlice%stride:
			continue
		}
		cells = append(cells, c)
	}
	t.Logf("%d of %d cells", len(cells), len(all))
	dropped, refused, failed, differs := 0, 0, 0, map[string]bool{}
	for len(cells) > 0 {
		n := min(matrixBatch, len(cells))
		var batch []ordermatrix.Cell
		batch, cells = cells[:n], cells[n:]
		batch = accepted(t, batch, Options{Backend: "goroutine"}, func(c ordermatrix.Cell, message string) {
			dropped++
			t.Logf("dropped: %s: %s", c.Name(), message)
		})
		batch = accepted(t, batch, Options{}, func(c ordermatrix.Cell, message string) {
			refused++
			if !strings.HasSuffix(message, "[OrderUncertain]") || !c.Lent() {
				t.Errorf("refused: %s: %s", c.Name(), message)
			}
		})
		failed += runMatrix(t, batch, differs)
	}
	t.Logf("%d dropped, %d refused, %d failed", dropped, refused, failed)
	for _, r := range ordermatrix.Rows {
		if !differs[r.Example] {
			t.Errorf("%s: gc and the machine do the same in the example %s", r.Text, r.Example)
		}
	}
}

// rowExample reports whether the cell called name is the example of a row.
func rowExample(name string) bool {
	return slices.ContainsFunc(ordermatrix.Rows, func(r ordermatrix.Row) bool { return r.Example == name })
}

// TestOrderRows demands that the manual lists everything that differs.
func TestOrderRows(t *testing.T) {
	manual, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(manual)), " ")
	for _, r := range ordermatrix.Rows {
		if !strings.Contains(text, r.Text) {
			t.Errorf("gen/doc.go does not say: %s", r.Text)
		}
	}
}

var cellErrorPattern = regexp.MustCompile(`in\.go:(\d+):\d+: (.*)`)

// accepted returns the cells that the tool accepts. It calls rejected for the others.
func accepted(t *testing.T, cells []ordermatrix.Cell, opts Options, rejected func(c ordermatrix.Cell, message string)) []ordermatrix.Cell {
	for range 50 {
		if len(cells) == 0 {
			return nil
		}
		in := ordermatrix.Program(cells)
		_, err := machineText(in, opts)
		if err == nil {
			return cells
		}
		lines := strings.Split(in, "\n")
		bad := map[int]bool{}
		for _, m := range cellErrorPattern.FindAllStringSubmatch(err.Error(), -1) {
			line, _ := strconv.Atoi(m[1])
			for ; line > 0; line-- {
				if i, ok := cellOf(lines[line-1]); ok {
					if !bad[i] {
						rejected(cells[i], m[2])
					}
					bad[i] = true
					break
				}
			}
			if line == 0 {
				t.Fatalf("the matrix does not compile: %s", m[0])
			}
		}
		if len(bad) == 0 {
			t.Fatal(err)
		}
		var rest []ordermatrix.Cell
		for i, c := range cells {
			if !bad[i] {
				rest = append(rest, c)
			}
		}
		cells = rest
	}
	t.Fatal("too many errors")
	return nil
}

func cellOf(line string) (int, bool) {
	m := regexp.MustCompile(`^func c(\d+)[[(]`).FindStringSubmatch(line)
	if m == nil {
		return 0, false
	}
	i, err := strconv.Atoi(m[1])
	return i, err == nil
}

// runMatrix runs the cells on all backends and returns how many fail. It records the cells
// that may differ and do differ.
func runMatrix(t *testing.T, cells []ordermatrix.Cell, differs map[string]bool) (failed int) {
	if len(cells) == 0 {
		return 0
	}
	build := newScratch(t)
	in := ordermatrix.Program(cells)
	for _, v := range trialVersions {
		code, err := machineText(in, v.opts)
		if err != nil {
			t.Fatal(err)
		}
		build.add("p/"+v.name+"/in.go", in)
		build.add("p/"+v.name+"/in_coroutine.go", code)
	}
	build.add("matrix_test.go", matrixRunner)
	if out, err := build.run("test", "-vet=off", noDWARF, "-timeout=5m", "."); err != nil {
		t.Fatalf("%s", out)
	}
	data, err := os.ReadFile(filepath.Join(build.dir, "traces.json"))
	if err != nil {
		t.Fatal(err)
	}
	var traces [][2]map[string]string // by cell, ready or pending, and version
	if err := json.Unmarshal(data, &traces); err != nil {
		t.Fatal(err)
	}
	for i, c := range cells {
		for p, name := range []string{"ready", "pending"} {
			got := traces[i][p]
			if got["machine"] == got["source"] && got["baseline"] == got["source"] {
				continue
			}
			if got["machine"] == got["baseline"] && slices.ContainsFunc(ordermatrix.Rows, func(r ordermatrix.Row) bool { return r.Fits(c) }) {
				differs[c.Name()] = true
				break
			}
			failed++
			t.Errorf("%s: %s:\nsource:   %s\nmachine:  %s\nbaseline: %s", c.Name(), name,
				oneLine(got["source"]), oneLine(got["machine"]), oneLine(got["baseline"]))
			break
		}
	}
	return failed
}

func oneLine(s string) string { return fmt.Sprintf("%q", s) }

const matrixRunner = `package matrix

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
	baseline "scratch/p/baseline"
	machine "scratch/p/machine"
	source "scratch/p/source"
)

func TestMatrix(t *testing.T) {
	var traces [][2]map[string]string
	for i := range source.Cells {
		var both [2]map[string]string
		for p, pending := range []uint64{0, ^uint64(0)} {
			both[p] = map[string]string{}
			for _, v := range []struct {
				name string
				cell func(*rttest.Script) rt.Expr[int]
			}{{"source", source.Cells[i]}, {"machine", machine.Cells[i]}, {"baseline", baseline.Cells[i]}} {
				s := &rttest.Script{Pending: pending}
				both[p][v.name] = rttest.Trace(t, s, v.cell(s))
			}
		}
		traces = append(traces, both)
	}
	data, err := json.Marshal(traces)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("traces.json", data, 0o666); err != nil {
		t.Fatal(err)
	}
}
`
