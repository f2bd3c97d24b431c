package gen

// This file tests machines that are generated differently because they are large.

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// everythingIsLarge makes the tool treat every program as a large one.
var everythingIsLarge = limits{frames: 1, blocks: 1, part: 1}

// TestFramesHoldFew demands a limit for functions that await each other, once or twice on
// each level: each frame holds at most as many frames as the limit says, and a child.
func TestFramesHoldFew(t *testing.T) {
	for calls := 1; calls <= 2; calls++ {
		var b strings.Builder
		b.WriteString("package p\n\nimport (\n\tco \"github.com/coroutinegen/coroutinegen/annotations\"\n\t\"github.com/coroutinegen/coroutinegen/rt\"\n)\n")
		for i := range 200 {
			fmt.Fprintf(&b, "\n//coroutine:async\nfunc f%d() {\n\tco.Must(rt.Yield())\n", i)
			for callee := max(0, i-calls); callee < i; callee++ {
				fmt.Fprintf(&b, "\tco.Must(f%dAsync())\n", callee)
			}
			b.WriteString("}\n")
		}
		text, err := machineText(b.String(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		sizes := frameSizes(t, text)
		largest := 0
		for _, n := range sizes {
			largest = max(largest, n)
		}
		if most := 1 + 2*(limits{}).orDefault().frames; len(sizes) != 200 || largest > most || largest < most/4 {
			t.Errorf("%d awaits on each level: the largest of %d frames holds %d, want at most %d", calls, len(sizes), largest, most)
		}
	}
}

// frameSizes returns the number of frames in each frame of text, itself included.
func frameSizes(t *testing.T, text string) map[string]int {
	file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	frames := map[string]*ast.StructType{}
	for _, d := range file.Decls {
		if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.TYPE {
			s := d.Specs[0].(*ast.TypeSpec)
			if x, ok := s.Type.(*ast.StructType); ok && strings.HasSuffix(s.Name.Name, "Frame") {
				frames[s.Name.Name] = x
			}
		}
	}
	sizes := map[string]int{}
	var size func(name string) int
	size = func(name string) int {
		if n := sizes[name]; n > 0 {
			return n
		}
		n := 1
		for _, f := range frames[name].Fields.List {
			if id, ok := f.Type.(*ast.Ident); ok && frames[id.Name] != nil {
				n += size(id.Name)
			}
		}
		sizes[name] = n
		return n
	}
	for name := range frames {
		size(name)
	}
	return sizes
}

// A function that is split but never awaits: its Poll hands the task to its parts. The
// fuzzer found that, with seeds 900000 and 900009.
func TestLargeWithoutAwait(t *testing.T) {
	const in = `package p

//coroutine:async
func f(n int) (int, error) {
again:
	n--
	if n > 0 {
		goto again
	}
	return n, nil
}
`
	text, err := machineText(in, Options{limits: everythingIsLarge})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, ".part2(t, state)") {
		t.Errorf("the function is not split:\n%s", text)
	}
}
