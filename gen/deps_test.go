package gen

// This file holds the policy of what each package may import.

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// policy says what each package may import besides the standard library. It is
// a statement of policy: an import that it forbids is a question about the
// design, not about this file.
//
// A line has a package, a colon and the packages that it may import. Packages of this
// module are named by directory. A * stands for one name. The first line that matches
// counts.
//
//   - A user's program links little: rt needs golang.org/x/sys and nothing else,
//     annotations and generated code need rt and rt/machine.
//   - The generator names rt but does not import it, so that a tool which is one
//     version behind still works. What both share is a format: rt/rttest/recording.
//   - The data is at the bottom, and the stages are beside each other. A stage imports
//     the data, never another stage. Only gen knows the order of the stages.
const policy = `
	annotations:               rt rt/asyncgen rt/machine
	rt:                        golang.org/x/sys/unix rt/internal/inside
	rt/machine:                rt rt/internal/inside
	rt/internal/inside:
	rt/netio:                  rt golang.org/x/sys/unix
	rt/rttest/recording:
	rt/rttest:                 rt rt/internal/inside rt/netio rt/rttest/recording
	rt/observe:                rt
	rt/locks:                  rt rt/machine
	rt/queues:                 rt
	rt/streams:                rt rt/machine rt/netio
	rt/tlsconn:                rt rt/machine rt/netio
	rt/subprocess:             rt rt/netio rt/streams
	rt/files:                  rt
	rt/transports:             rt rt/netio rt/streams
	rt/asyncgen:               rt
	rt/asynciter:              annotations rt rt/asyncgen rt/locks rt/machine rt/queues
	rt/cleanup:                rt
	rt/internal/linear:        github.com/anishathalye/porcupine

	gen/spelling:
	gen/internal/diag:
	gen/internal/marker:
	gen/internal/naming:
	gen/internal/ir:           gen/internal/typeset
	gen/internal/typeset:
	gen/internal/digest:       gen/internal/marker gen/internal/typeset

	gen/internal/inputs:
	gen/internal/load:         gen/internal/diag gen/internal/digest gen/internal/inputs gen/internal/marker gen/internal/naming gen/spelling golang.org/x/tools/go/packages golang.org/x/tools/go/gcexportdata
	gen/internal/source:       gen/internal/ir gen/internal/load gen/internal/marker gen/internal/naming
	gen/internal/order:        gen/internal/diag gen/internal/ir gen/internal/marker gen/internal/naming gen/internal/typeset
	gen/internal/lower:        gen/internal/ir gen/internal/naming
	gen/internal/frame:        gen/internal/diag gen/internal/ir gen/internal/naming
	gen/internal/emit:         gen/internal/digest gen/internal/ir gen/internal/marker gen/internal/naming github.com/dave/jennifer/jen golang.org/x/tools/imports

	gen/internal/page/layered:
	gen/internal/page:         gen/internal/page/layered
	gen/internal/explain:      gen/internal/emit gen/internal/explain/python gen/internal/ir gen/internal/page rt/rttest/recording

	gen/internal/taskcode:     gen/internal/load gen/internal/marker golang.org/x/tools/go/analysis golang.org/x/tools/go/cfg golang.org/x/tools/go/types/typeutil

	gen/check/suite:           gen/check gen/check/blocking gen/check/deferrederr gen/check/detached gen/check/shielded gen/check/unawaited golang.org/x/tools/go/analysis
	gen/check/deferrederr:     gen/internal/marker gen/internal/taskcode golang.org/x/tools/go/analysis
	gen/check/detached:        gen/internal/marker gen/internal/taskcode golang.org/x/tools/go/analysis golang.org/x/tools/go/types/typeutil
	gen/check/shielded:        gen/internal/marker gen/internal/taskcode golang.org/x/tools/go/analysis golang.org/x/tools/go/types/typeutil
	gen/check/blocking:        gen/internal/load gen/internal/marker gen/internal/taskcode golang.org/x/tools/go/analysis golang.org/x/tools/go/cfg golang.org/x/tools/go/types/typeutil
	gen/check/unawaited:       gen/internal/marker gen/internal/taskcode golang.org/x/tools/go/analysis golang.org/x/tools/go/cfg golang.org/x/tools/go/types/typeutil
	gen/check:                 gen/internal/diag gen/internal/load gen/internal/marker gen/internal/typeset golang.org/x/tools/go/analysis golang.org/x/tools/go/ast/edge golang.org/x/tools/go/ast/inspector golang.org/x/tools/go/types/typeutil
	gen:                       gen/check gen/internal/compare gen/spelling gen/internal/diag gen/internal/digest gen/internal/ir gen/internal/marker gen/internal/naming gen/internal/typeset gen/internal/inputs gen/internal/load gen/internal/source gen/internal/order gen/internal/lower gen/internal/frame gen/internal/emit gen/internal/explain gen/internal/page gen/internal/play
	gen/coroutinetest:         gen/internal/load
	gen/internal/explain/python: gen/internal/marker
	gen/internal/play:         gen/spelling rt/rttest/recording
	gen/internal/compare:      gen/internal/play rt/rttest/recording golang.org/x/tools/go/packages
	cmd/coroutinegen:          gen gen/check/suite gen/spelling golang.org/x/tools/go/analysis/unitchecker

	# What only tests use.
	rt/internal/testbed:       rt rt/machine rt/netio rt/rttest go.uber.org/goleak
	gen/internal/asyncify:     gen/internal/marker
	gen/internal/asyncify/gotest:
	gen/internal/fuzzgen:
	gen/internal/ordermatrix:
	gen/internal/wants:        golang.org/x/tools/go/analysis golang.org/x/tools/go/analysis/checker golang.org/x/tools/go/packages
	gen/internal/stagetest:    gen/internal/ir gen/internal/load gen/internal/source gen/internal/order gen/internal/lower gen/internal/frame
	gen/internal/fuzzgen/compare: rt rt/rttest
	example/threeway:          rt rt/netio rt/rttest
	example/mystory/inorder:   rt rt/rttest

	# The pages From Zero to AsyncIO and My story of Async IO.
	example/fromzero/*:        annotations rt rt/machine example/fromzero/event
	generated/fromzero/*:      annotations rt rt/machine example/fromzero/event
	example/mystory/*/byhand:  rt rt/locks rt/machine
	example/mystory/*:         annotations rt rt/machine rt/locks rt/netio rt/queues rt/streams rt/transports example/mystory/say/byhand
	generated/mystory/*:       annotations rt rt/machine rt/locks rt/netio rt/queues rt/streams rt/transports example/mystory/say/byhand

	# The page How sausage is made: package asyncio is its loop.
	example/sausage/asyncio:   golang.org/x/sys/unix
	example/sausage/*/byhand:  rt rt/machine
	example/sausage/*:         annotations rt rt/machine rt/netio rt/streams rt/transports example/sausage/asyncio
	generated/sausage/*:       annotations rt rt/machine rt/netio rt/streams rt/transports example/sausage/asyncio

	# Questions and answers.
	example/answers/pyrandom:
	example/answers/selects:   golang.org/x/sys/unix
	example/answers/*/byhand:  rt rt/locks rt/machine example/answers/pyrandom
	example/answers/*:         annotations rt rt/asyncgen rt/files rt/locks rt/machine rt/netio rt/queues rt/streams rt/subprocess example/answers/pyrandom example/answers/selects
	generated/answers/*:       annotations rt rt/asyncgen rt/files rt/locks rt/machine rt/netio rt/queues rt/streams rt/subprocess example/answers/pyrandom example/answers/selects

	example/inotify:           rt golang.org/x/sys/unix

	# Ten constructs, for example/COMPARISON.md.
	example/constructs/byhand: rt rt/asyncgen rt/machine rt/locks

	# Examples, their twins, and what they need besides: as any user.
	example/ownasync/*/byhand: rt rt/machine
	example/ownasync/*:        annotations rt rt/machine rt/netio rt/queues golang.org/x/sys/unix example/ownasync/deadlines example/ownasync/sched
	generated/ownasync/*:      annotations rt rt/machine rt/netio rt/queues golang.org/x/sys/unix example/ownasync/deadlines example/ownasync/sched
	example/*/byhand:          rt rt/asyncgen rt/machine rt/netio rt/queues example/awaits/gate example/generators/arith
	example/*/*:               rt
	example/*:                 annotations rt rt/asyncgen rt/machine rt/locks rt/netio rt/queues example/awaits/gate example/generators/arith
	generated/*:               annotations rt rt/asyncgen rt/machine rt/locks rt/netio rt/queues example/awaits/gate example/generators/arith
`

// testModules are the modules that only _test.go files, and packages for tests, import.
// These files may also import all packages of this module, and everything that the packages
// may import.
var testModules = []string{
	"github.com/rogpeppe/go-internal",
	"github.com/google/go-cmp",
	"pgregory.net/rapid",
	"go.uber.org/goleak",
	"github.com/anishathalye/porcupine",
	"golang.org/x/tools",
	"golang.org/x/sys",
}

// forbidden are packages that only tests may import, because the code must work with the
// race detector, every GOARCH and the next release of Go.
var forbidden = []string{"unsafe", "C"}

const self = "github.com/coroutinegen/coroutinegen/"

func TestDependencies(t *testing.T) {
	type rule struct {
		pattern string
		allowed []string
	}
	var rules []rule
	for line := range strings.Lines(policy) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		pattern, list, ok := strings.Cut(line, ":")
		if !ok {
			t.Fatalf("policy: no colon in %q", line)
		}
		rules = append(rules, rule{pattern, strings.Fields(list)})
	}
	used := map[string]bool{}
	packages, tests := imports(t, "..")
	for _, dir := range slices.Sorted(maps.Keys(packages)) {
		i := slices.IndexFunc(rules, func(r rule) bool {
			fits, err := path.Match(r.pattern, dir)
			if err != nil {
				t.Fatal(err)
			}
			return fits
		})
		if i < 0 {
			t.Errorf("the policy says nothing about %s", dir)
			continue
		}
		used[rules[i].pattern] = true
		for _, path := range packages[dir] {
			if !slices.Contains(rules[i].allowed, strings.TrimPrefix(path, self)) {
				t.Errorf("%s may not import %s", dir, path)
			}
		}
	}
	for _, r := range rules {
		if !used[r.pattern] && !strings.HasPrefix(r.pattern, "gen/internal/fuzzgen") {
			t.Errorf("the policy speaks of %s, but there is no such package", r.pattern)
		}
	}
	for dir, list := range tests {
		for _, path := range list {
			if !strings.HasPrefix(path, self) && !slices.ContainsFunc(testModules, func(m string) bool { return strings.HasPrefix(path+"/", m+"/") }) {
				t.Errorf("tests in %s may not import %s", dir, path)
			}
		}
	}
}

// imports returns what every package of the module in root imports from other modules and
// from this one, in files for any platform, and what its tests import.
func imports(t *testing.T, root string) (packages, tests map[string][]string) {
	packages, tests = map[string][]string{}, map[string][]string{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if name == "testdata" || file != root && (strings.HasPrefix(name, ".") || isModule(file)) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasPrefix(name, ".") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return err
		}
		dir = filepath.ToSlash(dir)
		into, isTest := packages, strings.HasSuffix(name, "_test.go")
		if isTest {
			into = tests
		}
		into[dir] = append(into[dir], nil...) // an empty list counts
		for _, s := range f.Imports {
			path, err := strconv.Unquote(s.Path.Value)
			if err != nil {
				return err
			}
			if !isTest && slices.Contains(forbidden, path) {
				t.Errorf("%s imports %s", file, path)
			}
			// Paths outside of the standard library have a dot in the first element.
			if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") && !slices.Contains(into[dir], path) {
				into[dir] = append(into[dir], path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return packages, tests
}
