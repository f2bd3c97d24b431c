package load

// This file keeps from one load to the next what takes long: the list of packages, for which
// the go command runs, and the types of imported packages, which are read from export data.
//
// A list stays right as long as nothing changes that the go command reads to make it: go.mod and
// its like, which files there are, and in each Go file everything up to the last import. If the
// rest of a file changes, the list stays right except for the export data of its package. Such a
// package is type-checked from source, and so is every package that imports it. What lies in
// GOROOT and in the module cache does not change, unless it is a root or part of a main module.
//
// A package outside of the main modules is read from export data in a load that keeps nothing, with
// the files that this tool has generated for the package. If such a package has async functions or
// generated files, no load reads it from source because of a change: the list is made again,
// and the go command compiles the package.
//
// A list that is wrong is made again without export data, which would have the go command compile
// packages in the middle of a change. What is known of the export data stays right where nothing
// has changed. The go command is asked for that of new packages of GOROOT and the module cache,
// of packages that use cgo, and of packages with async functions outside of the main modules.

import (
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
	// Files are the files that the loads depend on. Each load adds the files that it finds to
	// depend on. Before a load, Files must be scanned.
	Files *inputs.Scanner
	// Output, if not "", is a folder in which the files do not matter to any load.
	Output string
	// Listed counts the runs of the go command.
	Listed int
	// Again says that a load found files whose state before the go command ran is not known. The
	// next load asks the go command again.
	Again bool

	fset     *token.FileSet
	listings map[string]*listing
	imported map[Platform]*imported
	ranges   [][2]int        // of fset, those of export data
	start    inputs.Snapshot // what there was before the go command ran
	local    *localModules   // as the go command has seen them
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
	at       inputs.Snapshot // the files as the go command saw them
	volatile bool            // it holds an error, or files were not known before
	tests    bool            // it has packages with tests
	fixed    []string        // folders below which nothing changes, but for roots and main modules
	roots    map[*packages.Package]bool
	outside  map[string]bool   // the folders of packages that are no roots and in no main module
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

// before records the state of the files before the go command runs, and adds the files that the
// go command is known to read.
func (k *Keeper) before(ctx context.Context, cfg Config) (fixed []string) {
	k.Listed++
	fixed, files, local := goEnv(ctx, cfg)
	k.local = local
	for _, name := range slices.Concat(files, local.files) {
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
	before := l.kept
	l.use(old, now)
	if len(changed) > 0 && old.needsExport(changed) {
		l.kept = before
		return false
	}
	for dir := range changed {
		l.changed[dir] = true
	}
	return true
}

// needsExport reports whether a package that only the compiler can make the types of, see
// isForeign, lies in one of the folders or depends on a package there.
func (l *listing) needsExport(changed map[string]bool) bool {
	stale := map[*packages.Package]bool{}
	found := false
	packages.Visit(l.pkgs, nil, func(p *packages.Package) {
		stale[p] = changed[p.Dir]
		for _, path := range slices.Sorted(maps.Keys(p.Imports)) {
			stale[p] = stale[p] || stale[p.Imports[path]]
		}
		found = found || stale[p] && l.isForeign(p)
	})
	return found
}

// isForeign reports whether p lies outside of the main modules, is no root, and has async functions
// or generated files.
func (l *listing) isForeign(p *packages.Package) bool {
	return l.outside[p.Dir] && slices.ContainsFunc(l.folders[p.Dir], func(path string) bool {
		if l.now[path].Ours || filepath.Ext(path) != ".go" {
			return l.now[path].Ours
		}
		src, err := os.ReadFile(path)
		return err == nil && mentionsDirective(src)
	})
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
		case e.Sum != old.Sum && e.Ours && l.outside[filepath.Dir(path)]:
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
	kept := &listing{
		keeper: k, pkgs: pkgs, at: inputs.Snapshot{}, fixed: fixed, tests: mode&packages.NeedForTest != 0,
		roots: map[*packages.Package]bool{}, outside: map[string]bool{},
	}
	inRoot := map[string]bool{} // folders
	for _, p := range pkgs {
		if p.PkgPath != marker.Machine {
			kept.roots[p] = true
			inRoot[p.Dir] = true
		}
	}
	packages.Visit(pkgs, nil, func(p *packages.Package) {
		for _, e := range p.Errors {
			kept.volatile = kept.volatile || !strings.HasPrefix(e.Msg, "# ")
		}
		if p.Dir == "" {
			for _, dir := range k.local.dirsOf(p.PkgPath) {
				k.Files.Folder(dir, false) // the package may yet come
			}
		} else if !kept.isFixed(p) {
			k.watch(p)
			if p.Module != nil && p.Module.Main && p.Module.Dir != "" && slices.ContainsFunc(patterns, growing) {
				k.Files.Folder(p.Module.Dir, true)
			}
			if !inRoot[p.Dir] && (p.Module == nil || !p.Module.Main) {
				kept.outside[p.Dir] = true
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

// watch adds the files that p depends on, but for those of other packages.
func (k *Keeper) watch(p *packages.Package) {
	k.Files.Folder(p.Dir, false)
	if m := p.Module; m != nil && m.GoMod != "" {
		k.Files.File(m.GoMod)
		for dir := filepath.Dir(p.Dir); m.Dir != "" && strings.HasPrefix(dir, m.Dir+string(filepath.Separator)); dir = filepath.Dir(dir) {
			k.Files.File(filepath.Join(dir, "go.mod")) // which would take p out of the module
		}
	}
	for _, pattern := range p.EmbedPatterns {
		pattern = strings.TrimPrefix(pattern, p.Dir+string(filepath.Separator)) // package packages adds the folder
		pattern = strings.TrimPrefix(filepath.ToSlash(pattern), "all:")
		k.Files.Names(p.Dir, pattern)
		k.Files.Names(p.Dir, pattern+"/*") // if pattern matches a folder, what is in the folder
	}
	for _, path := range p.EmbedFiles {
		if name, err := filepath.Rel(p.Dir, path); err == nil {
			k.Files.Names(p.Dir, literal.Replace(filepath.ToSlash(name)))
		}
	}
}

// literal makes a pattern that matches a name.
var literal = strings.NewReplacer(`*`, `\*`, `?`, `\?`, `[`, `\[`, `\`, `\\`)

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
// package for which nothing below changes, so that compiling it takes a while only once, or of a
// package whose generated files are part of it.
func (l *listing) needsCompiler(p *packages.Package) bool {
	return !l.mayChange(p, map[*packages.Package]bool{}) || l.usesCgo(p) || l.isForeign(p)
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

// withRuntime adds to sum what generated code imports, if there is a Keeper.
func (l *loader) withRuntime(sum inputs.Sum) inputs.Sum {
	if l.kept == nil {
		return sum
	}
	for _, p := range l.kept.pkgs {
		if p.PkgPath == marker.Machine {
			more := l.kept.key(p)
			sum = inputs.SumOf(slices.Concat(sum[:], more[:]))
		}
	}
	return sum
}

// isFixed reports whether p lies where nothing changes, and is not what the user works on.
func (l *listing) isFixed(p *packages.Package) bool {
	if p.Dir == "" {
		return true
	}
	if l.roots[p] || p.Module != nil && p.Module.Main {
		return false
	}
	return slices.ContainsFunc(l.fixed, func(dir string) bool { return strings.HasPrefix(p.Dir, dir+string(filepath.Separator)) })
}

// goEnv returns the folders below which nothing changes, and the files that the go command reads
// or looks for besides those of packages.
func goEnv(ctx context.Context, cfg Config) (fixed, files []string, local *localModules) {
	cmd := exec.CommandContext(ctx, "go", "env", "-json", "GOROOT", "GOMODCACHE", "GOMOD", "GOWORK", "GOENV", "GOFLAGS")
	cmd.Dir, cmd.Env = cfg.Dir, cfg.Env
	var env struct{ GOROOT, GOMODCACHE, GOMOD, GOWORK, GOENV, GOFLAGS string }
	if out, err := cmd.Output(); err != nil || json.Unmarshal(out, &env) != nil {
		return nil, nil, &localModules{} // then nothing is taken for fixed
	}
	for _, dir := range []string{env.GOROOT, env.GOMODCACHE} {
		if dir != "" {
			fixed = append(fixed, dir)
		}
	}
	if filepath.IsAbs(env.GOENV) {
		files = append(files, env.GOENV)
	}
	known := func(path string) string {
		if !filepath.IsAbs(path) || path == os.DevNull {
			return ""
		}
		return path
	}
	env.GOMOD, env.GOWORK = known(env.GOMOD), known(env.GOWORK)
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		dir = cfg.Dir
	}
	for at := dir; ; at = filepath.Dir(at) { // a nearer one counts
		files = append(files, filepath.Join(at, "go.work"), filepath.Join(at, "go.mod"))
		if at == filepath.Dir(at) {
			break
		}
	}
	for _, flag := range slices.Concat(strings.Fields(env.GOFLAGS), cfg.BuildFlags) {
		name, value, _ := strings.Cut(strings.TrimLeft(strings.Trim(flag, `"'`), "-"), "=")
		if name == "overlay" && value != "" { // with -modfile, package packages does not work
			files = append(files, inFolder(dir, value))
		}
	}
	return fixed, files, readModules(env.GOWORK, env.GOMOD)
}

// key returns a hash of everything that the result of p depends on. Of files that this tool
// wrote, what counts is only that they are there, unless p is outside of the main modules.
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
		hashModule(&b, p)
		l.hashFolder(&b, p.Dir)
	}
	l.hashImports(&b, p)
	l.keys[p] = inputs.SumOf([]byte(b.String()))
	return l.keys[p]
}

// outsideOf returns a hash of everything that the result of p depends on besides the files of p.
func (l *listing) outsideOf(p *packages.Package) inputs.Sum {
	var b strings.Builder
	hashModule(&b, p)
	l.hashImports(&b, p)
	return inputs.SumOf([]byte(b.String()))
}

func (l *listing) hashImports(b *strings.Builder, p *packages.Package) {
	for _, path := range slices.Sorted(maps.Keys(p.Imports)) {
		fmt.Fprintf(b, "%q %x\n", path, l.key(p.Imports[path]))
	}
}

func hashModule(b *strings.Builder, p *packages.Package) {
	if m := p.Module; m != nil {
		fmt.Fprintf(b, "%q %q %q %t\n", m.Path, m.Dir, m.GoVersion, m.Main)
	}
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
		if e.Ours && !l.outside[dir] {
			e.Sum = inputs.Sum{}
		}
		fmt.Fprintf(b, "%q %t %x\n", path, e.Ours, e.Sum)
	}
}
