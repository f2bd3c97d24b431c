package load

// This file keeps from one load to the next what takes long: the list of packages, for which
// the go command runs, and the types of imported packages, which are read from export data.
//
// A list stays right as long as nothing changes that the go command reads to make it: go.mod and
// its like, which files there are, and in each Go file everything up to the last import. If the
// rest of a file changes, the list stays right except for the export data of its package. Such a
// package is type-checked from source, and so is every package that imports it. What lies in
// GOROOT and in the module cache does not change.
//
// A list that is wrong is made again without export data, which would have the go command compile
// packages in the middle of a change. What is known of the export data stays right where nothing
// has changed. Only for new packages of GOROOT and the module cache, the go command is asked.

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/coroutinegen/coroutinegen/gen/internal/inputs"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// A Keeper keeps what loads leave to later loads in the same process. Loads with the same
// Keeper must not run at the same time.
type Keeper struct {
	// Files are the files that the loads depend on. Each load adds those that it finds. Before
	// a load, Files must be scanned.
	Files *inputs.Scanner
	// Output, if not "", is a folder in which the files do not matter to any load.
	Output string
	// Listed counts the runs of the go command.
	Listed int
	// Again says that files were found whose state before the go command ran is not known. The
	// next load asks the go command again.
	Again bool

	fset     *token.FileSet
	listings map[string]*listing
	imported map[Platform]*imported
	ranges   [][2]int        // of fset, those of export data
	start    inputs.Snapshot // what there was before the go command ran
}

// NewKeeper returns a Keeper that keeps nothing yet.
func NewKeeper() *Keeper {
	k := &Keeper{Files: inputs.NewScanner(), fset: token.NewFileSet(), listings: map[string]*listing{}, imported: map[Platform]*imported{}}
	k.Files.Ours = IsGenerated
	return k
}

// A listing is an answer of the go command, and what was made of it.
type listing struct {
	keeper   *Keeper
	pkgs     []*packages.Package
	at       inputs.Snapshot   // the files as the go command saw them
	volatile bool              // it holds an error, or files were not known before
	tests    bool              // it has packages with tests
	fixed    []string          // folders below which nothing changes
	exportOf map[string]export // by ID of a package

	// Of the load at hand.

	now     inputs.Snapshot
	folders map[string][]string // the files of now, by folder
	keys    map[*packages.Package]inputs.Sum
}

// imported holds the types that were read from export data.
type imported struct {
	exports  map[string]string // as in loader: the files that were read, by import path
	importer types.Importer
}

// export is a file with export data.
type export struct {
	dir, file string
	key       inputs.Sum // what it was made from
}

// prune removes the files from k.fset that an earlier load has parsed.
func (k *Keeper) prune() {
	var old []*token.File
	i := 0
	k.fset.Iterate(func(f *token.File) bool {
		for i < len(k.ranges) && f.Base() >= k.ranges[i][1] {
			i++
		}
		if i == len(k.ranges) || f.Base() < k.ranges[i][0] {
			old = append(old, f)
		}
		return true
	})
	for _, f := range old {
		k.fset.RemoveFile(f)
	}
}

// read records that export data was read into a range of the file set.
func (k *Keeper) read(from, to int) {
	if from < to {
		k.ranges = append(k.ranges, [2]int{from, to})
	}
}

// before records the state of the files before the go command runs, and those that it is known
// to read.
func (k *Keeper) before(ctx context.Context, cfg Config) (fixed []string) {
	k.Listed++
	fixed, files := goEnv(ctx, cfg)
	for _, name := range files {
		k.Files.File(name)
	}
	k.Files.Scan()
	k.start = k.snapshot()
	return fixed
}

// snapshot returns the files that matter.
func (k *Keeper) snapshot() inputs.Snapshot {
	now := k.Files.Snapshot()
	if k.Output != "" {
		maps.DeleteFunc(now, func(path string, _ inputs.Entry) bool { return filepath.Dir(path) == k.Output })
	}
	return now
}

// recall makes l use the listing for patterns, if there is one that is right.
func (l *loader) recall(k *Keeper, patterns []string, p Platform, mode packages.LoadMode) bool {
	old := k.listings[listingKey(patterns, p, mode)]
	if old == nil || old.volatile {
		return false
	}
	now := k.snapshot()
	changed, ok := old.changes(now)
	if !ok || !old.complete() {
		return false
	}
	l.use(old, now)
	for dir := range changed {
		l.changed[dir] = true
	}
	return true
}

// knows reports whether there is a listing for patterns, right or wrong.
func (k *Keeper) knows(patterns []string, p Platform, mode packages.LoadMode) bool {
	return k.listings[listingKey(patterns, p, mode)] != nil
}

func listingKey(patterns []string, p Platform, mode packages.LoadMode) string {
	return fmt.Sprintf("%q %q %v", patterns, []string{p.GOOS, p.GOARCH, p.Tags, p.Cgo}, mode)
}

// changes returns the folders with Go files that have changed behind their imports. It returns
// false if anything else has changed.
func (l *listing) changes(now inputs.Snapshot) (folders map[string]bool, ok bool) {
	folders = map[string]bool{}
	for path, e := range now {
		old, had := l.at[path]
		switch {
		case e.Rest:
		case !had || e.Head != old.Head || e.Ours != old.Ours:
			return nil, false
		case e.Sum != old.Sum && !e.Ours && (l.tests || !IsTest(path)):
			folders[filepath.Dir(path)] = true
		}
	}
	for path, old := range l.at {
		if _, has := now[path]; !has && !old.Rest || old.Cgo && folders[filepath.Dir(path)] {
			return nil, false // cgo makes types that only the compiler knows
		}
	}
	return folders, true
}

// complete reports whether the export data that the listing names is still there.
func (l *listing) complete() bool {
	ok := true
	packages.Visit(l.pkgs, func(p *packages.Package) bool { return ok }, func(p *packages.Package) {
		if p.ExportFile != "" {
			if _, err := os.Stat(p.ExportFile); err != nil {
				ok = false
			}
		}
	})
	return ok
}

// use makes l work with a listing.
func (l *loader) use(kept *listing, now inputs.Snapshot) {
	l.kept = kept
	kept.now, kept.folders, kept.keys = now, map[string][]string{}, map[*packages.Package]inputs.Sum{}
	for _, path := range slices.Sorted(maps.Keys(now)) {
		dir := filepath.Dir(path)
		kept.folders[dir] = append(kept.folders[dir], path)
	}
}

// keep records what the go command has said about patterns. Below the folders fixed, nothing
// changes.
func (l *loader) keep(ctx context.Context, cfg Config, patterns, fixed []string, pkgs []*packages.Package, mode packages.LoadMode) {
	k, key := cfg.Keeper, listingKey(patterns, cfg.Platform, mode)
	before := k.listings[key]
	kept := &listing{keeper: k, pkgs: pkgs, at: inputs.Snapshot{}, fixed: fixed, tests: mode&packages.NeedForTest != 0}
	packages.Visit(pkgs, nil, func(p *packages.Package) {
		for _, e := range p.Errors {
			kept.volatile = kept.volatile || !strings.HasPrefix(e.Msg, "# ")
		}
		if p.Dir != "" && !kept.isFixed(p) {
			k.Files.Folder(p.Dir, false)
			if p.Module != nil && p.Module.Main && p.Module.Dir != "" && slices.ContainsFunc(patterns, growing) {
				k.Files.Folder(p.Module.Dir, true)
			}
			if p.Module != nil && p.Module.GoMod != "" {
				k.Files.File(p.Module.GoMod)
			}
		}
	})
	k.Files.Scan()
	now := k.snapshot()
	for path, e := range now {
		old, had := k.start[path]
		if !had {
			old, kept.volatile, k.Again = e, true, true
		}
		kept.at[path] = old
	}
	for path, old := range k.start {
		kept.at[path] = old // a file that is gone now makes the listing wrong
	}
	l.use(kept, now)
	kept.fill(ctx, cfg, before, maps.Equal(now, kept.at))
	k.listings[key] = kept
}

// fill finds the export data of the packages, if a listing before has it. Packages of this module
// are left without if they have changed, and then read from source. If not calm, something has
// changed while the go command ran, so nobody knows what the export data of such a package was
// made from.
func (l *listing) fill(ctx context.Context, cfg Config, before *listing, calm bool) {
	missing := map[string]*packages.Package{}
	packages.Visit(l.pkgs, nil, func(p *packages.Package) {
		if before == nil || p.PkgPath == "unsafe" || p.PkgPath == "C" {
			return
		}
		old := before.exportOf[p.ID]
		switch {
		case old.file != "" && old.dir == p.Dir && old.key == l.key(p):
			p.ExportFile = old.file
		case p.ID == p.PkgPath && l.needsCompiler(p):
			missing[p.PkgPath] = p
		}
	})
	if len(missing) > 0 {
		found, _ := packages.Load(&packages.Config{ // without export data, importing the package fails
			Mode: packages.NeedName | packages.NeedExportFile, Context: ctx,
			Dir: cfg.Dir, Env: cfg.Env, BuildFlags: cfg.BuildFlags,
		}, slices.Sorted(maps.Keys(missing))...)
		for _, p := range found {
			if m := missing[p.PkgPath]; m != nil {
				m.ExportFile = p.ExportFile
			}
		}
	}
	l.exportOf = map[string]export{}
	packages.Visit(l.pkgs, nil, func(p *packages.Package) {
		if p.ExportFile != "" && (calm || !l.mayChange(p, map[*packages.Package]bool{})) {
			l.exportOf[p.ID] = export{p.Dir, p.ExportFile, l.key(p)}
		}
	})
}

// needsCompiler reports whether only the compiler can make the types of p: those of cgo, or of a
// package for which nothing below changes, so that compiling it takes a while only once.
func (l *listing) needsCompiler(p *packages.Package) bool {
	return !l.mayChange(p, map[*packages.Package]bool{}) || l.usesCgo(p)
}

func (l *listing) usesCgo(p *packages.Package) bool {
	return slices.ContainsFunc(l.folders[p.Dir], func(path string) bool { return l.now[path].Cgo })
}

// mayChange reports whether p, or a package below, lies where something changes.
func (l *listing) mayChange(p *packages.Package, seen map[*packages.Package]bool) bool {
	if seen[p] {
		return false
	}
	seen[p] = true
	if !l.isFixed(p) {
		return true
	}
	for _, imp := range p.Imports {
		if l.mayChange(imp, seen) {
			return true
		}
	}
	return false
}

// growing reports whether new packages of the module may match the import path pattern.
func growing(pattern string) bool {
	return !isLocal(pattern) && (strings.Contains(pattern, "...") || pattern == "all" || pattern == "work")
}

// readExports makes l read export data with the importer of an earlier load, unless a package that
// it has read has other export data now.
func (l *loader) readExports(cfg Config, units map[string]*unit) {
	k := cfg.Keeper
	if k == nil {
		return
	}
	old := k.imported[cfg.Platform]
	if old != nil {
		for path, file := range old.exports {
			if u := units[path]; u != nil && u.export != file {
				old = nil
				break
			}
		}
	}
	if old == nil {
		exports := map[string]string{}
		old = &imported{exports, importer.ForCompiler(l.fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })}
		k.imported[cfg.Platform] = old
	}
	l.exports, l.exported = old.exports, old.importer
}

// keyOf returns the hash of u in keys, with that of what generated code imports.
func (l *loader) keyOf(u *unit, keys map[*unit]inputs.Sum) inputs.Sum {
	sum := keys[u]
	for _, p := range l.kept.pkgs {
		if p.PkgPath == marker.Machine {
			more := l.kept.key(p)
			sum = inputs.SumOf(slices.Concat(sum[:], more[:]))
		}
	}
	return sum
}

// isFixed reports whether p lies where nothing changes.
func (l *listing) isFixed(p *packages.Package) bool {
	if p.Dir == "" {
		return true
	}
	return slices.ContainsFunc(l.fixed, func(dir string) bool { return strings.HasPrefix(p.Dir, dir+string(filepath.Separator)) })
}

// goEnv returns the folders below which nothing changes, and the files that the go command reads
// besides those of packages.
func goEnv(ctx context.Context, cfg Config) (fixed, files []string) {
	cmd := exec.CommandContext(ctx, "go", "env", "-json", "GOROOT", "GOMODCACHE", "GOMOD", "GOWORK", "GOENV")
	cmd.Dir, cmd.Env = cfg.Dir, cfg.Env
	var env struct{ GOROOT, GOMODCACHE, GOMOD, GOWORK, GOENV string }
	if out, err := cmd.Output(); err != nil || json.Unmarshal(out, &env) != nil {
		return nil, nil // then nothing is taken for fixed
	}
	for _, dir := range []string{env.GOROOT, env.GOMODCACHE} {
		if dir != "" {
			fixed = append(fixed, dir)
		}
	}
	for _, mod := range []string{env.GOMOD, env.GOWORK} {
		if !filepath.IsAbs(mod) || mod == os.DevNull {
			continue
		}
		dir := filepath.Dir(mod)
		sum := map[string]string{"go.mod": "go.sum", "go.work": "go.work.sum"}[filepath.Base(mod)]
		files = append(files, mod, filepath.Join(dir, cmp.Or(sum, "go.sum")), filepath.Join(dir, "vendor", "modules.txt"))
	}
	if filepath.IsAbs(env.GOENV) {
		files = append(files, env.GOENV)
	}
	return fixed, files
}

// key returns a hash of everything that the result of p depends on. Of files that this tool
// wrote, it is only that they are there.
func (l *listing) key(p *packages.Package) inputs.Sum {
	if sum, done := l.keys[p]; done {
		return sum
	}
	l.keys[p] = inputs.Sum{} // an import cycle, which is an error, ends here
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q\n", p.ID, p.Name)
	if l.isFixed(p) {
		fmt.Fprintf(&b, "%q\n", p.Dir) // which names the version
	} else {
		fmt.Fprintf(&b, "%q %q %q\n", p.Dir, p.GoFiles, p.IgnoredFiles)
		for _, e := range p.Errors {
			if !strings.HasPrefix(e.Msg, "# ") {
				fmt.Fprintf(&b, "%v\n", e)
			}
		}
		if m := p.Module; m != nil {
			fmt.Fprintf(&b, "%q %q %q %t\n", m.Path, m.Dir, m.GoVersion, m.Main)
		}
		l.hashFolder(&b, p.Dir)
	}
	for _, path := range slices.Sorted(maps.Keys(p.Imports)) {
		fmt.Fprintf(&b, "%q %x\n", path, l.key(p.Imports[path]))
	}
	l.keys[p] = inputs.SumOf([]byte(b.String()))
	return l.keys[p]
}

// folderKey is like key for a folder without a package.
func (l *listing) folderKey(dir string) inputs.Sum {
	var b strings.Builder
	l.hashFolder(&b, dir)
	return inputs.SumOf([]byte(b.String()))
}

func (l *listing) hashFolder(b *strings.Builder, dir string) {
	for _, path := range l.folders[dir] {
		e := l.now[path]
		if e.Ours {
			e.Sum = inputs.Sum{}
		}
		fmt.Fprintf(b, "%q %t %x\n", path, e.Ours, e.Sum)
	}
}
