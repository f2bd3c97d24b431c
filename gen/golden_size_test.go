package gen

// This file tests the sizes of frames and the allocations of machines. The file
// testdata/golden/sizes.txt has both for every golden program.

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const sizesHeader = `# What the machines of the golden programs take: the bytes of each frame where a word has
# 64 bits, and the objects that a run allocates, its arguments, script and steps included,
# if every await is ready at once. "go test ./gen -run Golden -update" writes it.
`

var frameTypePattern = regexp.MustCompile(`(?m)^type (\w+Frame) struct`)

// addSizes adds a test to build that measures the machines. The test
// writes the lines of sizes.txt to the file of that name, for the programs that every
// version of Go understands.
func addSizes(build *scratch, list []*golden, machines map[string]string) {
	var imports, b strings.Builder
	b.WriteString("func TestSizes(t *testing.T) {\n\tvar b strings.Builder\n\tvar objects uint64\n\tl, err := rt.NewLoop()\n\tif err != nil {\n\t\tt.Fatal(err)\n\t}\n")
	for _, g := range list {
		if needs(g.file("in.go")) != "" {
			continue
		}
		fmt.Fprintf(&imports, "\tmachine_%s %q\n", g.name, "scratch/"+g.name+"/machine")
		frames := "\n"
		for _, m := range frameTypePattern.FindAllStringSubmatch(machines[g.name], -1) {
			frames += fmt.Sprintf("\t{%q, unsafe.Sizeof(%s{})},\n", m[1], m[1])
		}
		build.add(g.name+"/machine/sizes.go", "package golden\n\nimport \"unsafe\"\n\n"+
			"// Sizes are the sizes of the frames.\nvar Sizes = []struct {\n\tName string\n\tSize uintptr\n}{"+frames+"}\n")
		fmt.Fprintf(&b, `	objects, _ = threeway.Allocations(func() {
		defer func() { recover() }()
		rt.RunUntilComplete(l, machine_%[1]s.SubjectAsync(new(rttest.Script)))
	})
	fmt.Fprintf(&b, "%[1]s: %%d objects\n", objects)
	for _, f := range machine_%[1]s.Sizes {
		fmt.Fprintf(&b, "\t%%s %%d\n", f.Name, f.Size)
	}
`, g.name)
	}
	b.WriteString("\tif err := os.WriteFile(\"sizes.txt\", []byte(b.String()), 0o666); err != nil {\n\t\tt.Fatal(err)\n\t}\n}\n")
	build.add("sizes_test.go", "package goldenrun\n\nimport (\n\t\"fmt\"\n\t\"os\"\n\t\"strings\"\n\t\"testing\"\n"+
		"\t\"github.com/coroutinegen/coroutinegen/example/threeway\"\n\t\"github.com/coroutinegen/coroutinegen/rt\"\n\t\"github.com/coroutinegen/coroutinegen/rt/rttest\"\n"+
		imports.String()+")\n\n"+b.String())
}

// compareSizes compares the output of the test of addSizes with the recorded sizes, or
// records it.
func compareSizes(t *testing.T, build *scratch) {
	if strconv.IntSize != 64 {
		return
	}
	got, err := os.ReadFile(filepath.Join(build.dir, "sizes.txt"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(goldenDir, "sizes.txt")
	text := sizesHeader + string(got)
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("machines take more or less than they did (-want +got; -update records it):\n%s", diff)
	}
}
