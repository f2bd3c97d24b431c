package load

// This file loads packages that exist in memory only. Tests of every stage load
// hundreds of tiny packages, so their imports are listed once per process.

import (
	"context"
	"go/build"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/tools/go/packages"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// MemoryPath is the module path of what [FromSource] loads: the files of the
// top directory are the package MemoryPath, those of b/ are MemoryPath/b.
const MemoryPath = "test"

// FromSource loads the given files, named by slash-separated path, as
// if they lay in a module called test that requires this one. They may import
// each other, the standard library, rt and annotations. It returns one package
// per directory, the top one first.
//
// FromSource is meant for tests. It calls the go command in the current directory, once
// per process for most imports. It is safe for concurrent use.
func FromSource(files map[string]string) ([]*Package, diag.List) {
	memory.Lock()
	defer memory.Unlock()

	l := newLoader()
	l.inMemory = true
	l.fset, l.exports, l.exported = memory.fset, memory.exports, memory.exported
	units := make(map[string]*unit)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		dir := path.Dir(name)
		u := units[dir]
		if u == nil {
			u = &unit{path: path.Join(MemoryPath, dir), dir: dir, root: true, concerned: true, source: true,
				goVersion: goVersion(), imports: make(map[string]*unit)}
			units[dir] = u
		}
		u.files = append(u.files, name)
		l.texts[name] = []byte(files[name])
	}
	roots := slices.SortedFunc(maps.Values(units), func(a, b *unit) int { return strings.Compare(a.path, b.path) })
	needed := []string{marker.Machine}
	for _, u := range roots {
		l.parse(u)
		if len(u.sources) > 0 {
			u.name = u.sources[0].Syntax.Name.Name
		}
		for _, p := range importsOf(u) {
			if dir, ok := strings.CutPrefix(p, MemoryPath); ok && units[path.Join(".", dir)] != nil {
				u.imports[p] = units[path.Join(".", dir)]
			} else {
				needed = append(needed, p)
			}
		}
	}
	if err := memory.list(needed); err != nil {
		l.diags.Add(diag.Diagnostic{Code: diag.DoesNotCompile, Message: err.Error()})
		return nil, l.diags
	}
	l.sizes = memory.loader.sizes
	l.runtime = memory.units[marker.Machine]
	for _, u := range roots {
		for _, p := range importsOf(u) {
			if u.imports[p] == nil && memory.units[p] != nil {
				u.imports[p] = memory.units[p]
			}
		}
	}
	return l.check(roots), l.diags
}

// importsOf returns the import paths that the files of u name.
func importsOf(u *unit) []string {
	var paths []string
	for _, f := range u.sources {
		for _, spec := range f.Syntax.Imports {
			if p, err := strconv.Unquote(spec.Path.Value); err == nil {
				paths = append(paths, p)
			}
		}
	}
	return paths
}

// goVersion is the version that in-memory packages are compiled under.
func goVersion() string { return build.Default.ReleaseTags[len(build.Default.ReleaseTags)-1] }

// memory is the state that all calls of FromSource share.
var memory = shared{
	loader: newLoader(),
	units:  make(map[string]*unit),
}

type shared struct {
	sync.Mutex
	*loader
	units map[string]*unit
}

// usual are the imports of most tests. Listing all of them costs no more than listing
// one.
var usual = []string{marker.Annotations, marker.Machine, "bytes", "context", "errors", "fmt", "io", "iter", "maps",
	"math", "net", "os", "runtime", "slices", "sort", "strconv", "strings", "sync", "testing", "time"}

// list adds to units all paths that are missing there and exist.
func (m *shared) list(paths []string) error {
	paths = slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return p == "C" || m.units[p] != nil })
	if len(paths) == 0 {
		return nil
	}
	if len(m.units) == 0 {
		paths = append(paths, usual...)
	}
	slices.Sort(paths)
	pkgs, err := packages.Load(&packages.Config{Mode: listMode, Context: context.Background()}, slices.Compact(paths)...)
	if err != nil {
		return err
	}
	byPackage := make(map[string]*unit)
	for _, pkg := range pkgs {
		if m.sizes == nil {
			m.sizes = pkg.TypesSizes
		}
		m.add(m.unit(pkg, byPackage))
	}
	return nil
}

// add records u and everything that u imports. A package that was recorded before keeps
// its unit, so that it is type-checked or read only once.
func (m *shared) add(u *unit) {
	if m.units[u.path] != nil {
		return
	}
	m.units[u.path] = u
	for _, p := range slices.Sorted(maps.Keys(u.imports)) {
		imp := u.imports[p]
		m.add(imp)
		u.imports[p] = m.units[imp.path]
	}
	m.markSource(u)
	if m.runtime == nil && u.path == marker.Machine {
		m.runtime = u
	}
}
