package load

// This file lists the packages, through one call of go/packages, and decides which of
// them are parsed.

import (
	"context"
	"fmt"
	"go/types"
	"go/version"
	"maps"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/inputs"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// A unit is a package before it is type-checked.
type unit struct {
	path, name, dir string
	goVersion       string
	module          string // path
	moduleDir       string
	files           []string // the Go files, the generated ones included
	ignored         []string // Go files that are not part of the build
	imports         map[string]*unit
	export          string // file with export data; "" if it does not build
	errors          []packages.Error
	outside         inputs.Sum // of what the package depends on besides its files, if there is a Keeper

	root      bool  // matches a pattern
	hidden    bool  // a root whose files are also those of a root with the tests of the package
	external  bool  // the tests of a package that stand in a package of their own
	of        *unit // for a unit with tests, the package that they test
	concerned bool  // a root that concerns this tool; see markSource
	inModule  bool  // belongs to a module that the user is working on
	dependent bool  // depends on rt, so it may hold something that awaits
	changed   bool  // the go command listed it before one of its files changed
	stale     bool  // changed, or depends on a package that is
	source    bool  // to be parsed and type-checked, rather than read from export
	sources   []*File
	generated []string

	checked *Package
	types   *types.Package
	state   int // of the walk in markSource: 0 unseen, 1 open, 2 done
}

const listMode = packages.NeedName | packages.NeedFiles | packages.NeedImports |
	packages.NeedDeps | packages.NeedExportFile | packages.NeedTypesSizes | packages.NeedModule |
	packages.NeedEmbedFiles | packages.NeedEmbedPatterns

// list returns the roots of cfg. It marks and parses everything that is to be
// type-checked.
func (l *loader) list(ctx context.Context, cfg Config) []*unit {
	patterns := slices.Clone(cfg.Patterns)
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	for i, p := range patterns {
		patterns[i] = directoryOf(p)
	}
	cfg.Env, cfg.BuildFlags = cfg.environ(cfg.Env), cfg.flags(cfg.BuildFlags)
	dirs := l.walk(cfg.Dir, patterns)
	if len(l.diags) > 0 {
		return nil
	}
	pkgs, ok := l.packages(ctx, cfg, append(patterns, marker.Machine), listMode)
	if !ok {
		return nil
	}
	units := make(map[string]*unit)
	known := make(map[string]bool) // folders
	var all, roots []*unit
	keys := make(map[*unit]inputs.Sum)
	for _, pkg := range pkgs {
		u := l.unit(pkg, units)
		if pkg.PkgPath == marker.Machine {
			l.runtime = u
			if !matchesRuntime(cfg.Patterns) {
				continue
			}
		}
		if l.sizes == nil {
			l.sizes = pkg.TypesSizes
		}
		all = append(all, u)
		known[RealPath(u.dir)] = true
		if cfg.Wanted != nil {
			keys[u] = l.kept.key(pkg)
			u.outside = l.kept.outsideOf(pkg)
		}
	}
	if len(all) == 0 {
		l.diags.Add(diag.Diagnostic{Code: diag.DoesNotCompile, Message: noPackages(ctx, cfg, patterns)})
	}
	tests := l.listTests(ctx, cfg, all, units, keys)
	l.readExports(cfg, units)
	for _, u := range slices.Concat(all, tests) {
		u.outside = l.withRuntime(u.outside)
	}
	for _, u := range all {
		if cfg.Wanted == nil || cfg.Wanted(u.path, u.dir, l.withRuntime(keys[u])) {
			u.root = true
			roots = append(roots, u)
			l.markSource(u)
		}
	}
	for _, t := range tests {
		if t.of.root {
			t.root, t.of.hidden = true, t.of.hidden || !t.external
			roots = append(roots, t)
			l.markSource(t)
		}
	}
	slices.SortFunc(roots, func(a, b *unit) int { return strings.Compare(a.path, b.path) })
	if l.runtime != nil {
		l.markSource(l.runtime)
	}
	for _, u := range roots {
		l.excluded(u.name, u.ignored)
	}
	for _, dir := range slices.Sorted(maps.Keys(dirs)) {
		if known[RealPath(dir)] {
			continue
		}
		if cfg.Wanted == nil || cfg.Wanted(dir, dir, l.kept.folderKey(dir)) {
			l.excluded("", dirs[dir]) // the go command has no package there
		}
	}
	return roots
}

// packages returns what the go command says about the patterns, now or before. If it returns
// false, it has reported why there is nothing.
func (l *loader) packages(ctx context.Context, cfg Config, patterns []string, mode packages.LoadMode) ([]*packages.Package, bool) {
	full := mode
	var fixed []string
	if cfg.Keeper != nil {
		if l.recall(cfg.Keeper, patterns, cfg.Platform, mode) {
			return l.kept.pkgs, true
		}
		if fixed = cfg.Keeper.before(ctx, cfg); cfg.Keeper.knows(patterns, cfg.Platform, mode) {
			mode &^= packages.NeedExportFile
		}
	}
	newer := make(chan string, 1)
	go func() { newer <- newerGo(ctx, cfg) }()
	goList := func() ([]*packages.Package, error) {
		return packages.Load(&packages.Config{
			Mode:       mode,
			Context:    ctx,
			Dir:        cfg.Dir,
			Env:        cfg.Env,
			BuildFlags: cfg.BuildFlags,
			Tests:      mode&packages.NeedForTest != 0,
		}, patterns...)
	}
	pkgs, err := goList()
	if err != nil && mode != full { // with export data, some errors are clearer
		mode = full
		pkgs, err = goList()
	}
	if v := <-newer; v != "" {
		l.diags.Add(diag.Diagnostic{
			Code:    diag.DoesNotCompile,
			Message: fmt.Sprintf("the go command is %s here, but coroutinegen was built with %s and does not know the newer Go", v, runtime.Version()),
			Remedy:  "run it as go tool coroutinegen, or build it again",
		})
		return nil, false
	}
	if err != nil {
		l.diags.Add(diag.Diagnostic{Code: diag.DoesNotCompile, Message: strings.TrimSpace(err.Error())})
		return nil, false
	}
	if cfg.Keeper != nil {
		l.keep(ctx, cfg, patterns, fixed, pkgs, full)
	}
	return pkgs, true
}

// newerGo returns the version of the go command if its version of Go is newer than that
// of the parser and the type checker in this program, and "" otherwise.
func newerGo(ctx context.Context, cfg Config) string {
	cmd := exec.CommandContext(ctx, "go", "env", "GOVERSION")
	cmd.Dir, cmd.Env = cfg.Dir, cfg.Env
	out, err := cmd.Output()
	if err != nil {
		return "" // go list reports the error
	}
	theirs := strings.TrimSpace(string(out))
	ours, _, _ := strings.Cut(runtime.Version(), " ") // go1.26.8 X:experiment
	if !version.IsValid(ours) || version.Compare(version.Lang(theirs), version.Lang(ours)) <= 0 {
		return "" // not newer, or this program was built with a development version
	}
	return theirs
}

// RealPath returns the absolute path of name. Symbolic links are resolved in the part of
// the path that exists.
func RealPath(name string) string {
	abs, err := filepath.Abs(name)
	if err != nil {
		return name
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real
	}
	if parent := filepath.Dir(abs); parent != abs {
		return filepath.Join(RealPath(parent), filepath.Base(abs))
	}
	return abs
}

// matchesRuntime reports whether the user asked for package machine itself. Patterns such as
// ./... need not be resolved, as nothing in it is rewritten.
func matchesRuntime(patterns []string) bool { return slices.Contains(patterns, marker.Machine) }

// directoryOf turns the pattern x/y.go into x: the tool works on whole packages.
func directoryOf(pattern string) string {
	if !strings.HasSuffix(pattern, ".go") || strings.Contains(pattern, "=") {
		return pattern
	}
	dir := filepath.Dir(pattern)
	if !filepath.IsAbs(dir) && dir != "." && !strings.HasPrefix(dir, "..") {
		dir = "." + string(filepath.Separator) + dir
	}
	return dir
}

// unit returns the unit of pkg. It makes the units of everything that pkg imports. The keys of
// units are the IDs of packages.
func (l *loader) unit(pkg *packages.Package, units map[string]*unit) *unit {
	if u := units[pkg.ID]; u != nil {
		return u
	}
	u := &unit{
		path:    pkg.PkgPath,
		name:    pkg.Name,
		dir:     pkg.Dir,
		files:   pkg.GoFiles,
		export:  pkg.ExportFile,
		errors:  pkg.Errors,
		imports: make(map[string]*unit),
	}
	units[pkg.ID] = u
	for _, e := range pkg.Errors {
		if strings.HasPrefix(e.Msg, errCycle.Error()) {
			l.cycles = append(l.cycles, firstLine(e.Msg))
		}
	}
	if m := pkg.Module; m != nil {
		u.inModule, u.module, u.moduleDir = m.Main, m.Path, m.Dir
		if m.GoVersion != "" {
			u.goVersion = "go" + m.GoVersion
		}
	}
	for _, f := range pkg.IgnoredFiles {
		if filepath.Ext(f) == ".go" {
			u.ignored = append(u.ignored, f)
		}
	}
	u.dependent = u.path == marker.Annotations
	u.changed = l.changed[u.dir] && u.dir != ""
	u.stale = u.changed
	for _, path := range slices.Sorted(maps.Keys(pkg.Imports)) {
		v := l.unit(pkg.Imports[path], units)
		u.imports[path] = v
		u.dependent = u.dependent || v.dependent || v.path == marker.RT
		u.stale = u.stale || v.stale
	}
	return u
}

// markSource decides whether u is to be parsed, and parses u if so. It first does
// the same for the imports of u. These packages are loaded from source:
//
//   - the roots that are concerned: they depend on rt, mention a directive or have a
//     generated file, and are not mirrors;
//   - packages of the user's module that mention a directive, so that other packages
//     can use a function that is not generated yet;
//   - packages that do not build, perhaps because generated files are missing;
//   - packages that have changed since the go command was asked, so that their export data is
//     old (see [Keeper]);
//   - packages that import one of these, as otherwise there would be two versions of
//     its types.
func (l *loader) markSource(u *unit) {
	if u.state != 0 {
		return // u is done, or part of an import cycle, which the go command reported
	}
	u.state = 1
	for _, path := range slices.Sorted(maps.Keys(u.imports)) {
		imp := u.imports[path]
		if imp.dependent || imp.export == "" || imp.inModule || imp.stale {
			l.markSource(imp)
			u.source = u.source || imp.source
		}
	}
	u.state = 2
	if u.path == "unsafe" || u.path == "C" || len(u.files) == 0 {
		u.source = false
		return
	}
	if u.path != marker.RT && u.path != marker.Machine && u.path != marker.Annotations {
		// Nothing in rt, machine and annotations is rewritten.
		mentions := (u.root || u.inModule) && l.mentions(u)
		u.concerned = u.root && (u.dependent || mentions || l.hasGenerated(u)) && !l.isMirror(u)
		u.source = u.source || mentions
	}
	if u.concerned || u.export == "" || u.changed {
		u.source = true
	}
	if u.source {
		l.parse(u)
	}
}

// hasGenerated reports whether a file of u was generated by this tool. The file may have to
// be removed.
func (l *loader) hasGenerated(u *unit) bool {
	return slices.ContainsFunc(u.files, func(path string) bool {
		if !IsTarget(path) {
			return false
		}
		src, err := l.read(path)
		return err == nil && IsGenerated(path, src)
	})
}

// mentions reports whether a file of u may hold a directive.
func (l *loader) mentions(u *unit) bool {
	for _, path := range u.files {
		if src, err := l.read(path); err == nil && !HasHeader(src) && mentionsDirective(src) {
			return true
		}
	}
	return false
}

// isMirror reports whether this tool wrote all files of u. What is wrong with a mirror is
// corrected when the mirror is generated again.
func (l *loader) isMirror(u *unit) bool {
	mirror := false // the files are more than generated files whose sources are gone
	for _, path := range u.files {
		if src, err := l.read(path); err != nil || !HasHeader(src) {
			return false
		}
		mirror = mirror || !IsTarget(path)
	}
	return mirror
}

// noPackages says why the go command found nothing. In some cases, such as a
// go.mod that needs an update, go/packages does not report the reason.
func noPackages(ctx context.Context, cfg Config, patterns []string) string {
	args := append([]string{"list"}, cfg.BuildFlags...)
	cmd := exec.CommandContext(ctx, "go", append(append(args, "--"), patterns...)...)
	cmd.Dir, cmd.Env = cfg.Dir, cfg.Env
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil && stderr.Len() > 0 {
		return strings.TrimSpace(stderr.String())
	}
	return "no packages match " + strings.Join(patterns, " ")
}

// listErrors reports the errors of the go command about u. It leaves out what the
// compiler said and what concerns generated files.
func (l *loader) listErrors(u *unit) {
	for _, e := range u.errors {
		if strings.HasPrefix(e.Msg, "# ") {
			continue // output of the compiler: the type checker decides instead
		}
		pos := diag.ParsePosition(e.Pos)
		if pos.Filename != "" && !filepath.IsAbs(pos.Filename) {
			pos.Filename = filepath.Join(u.dir, filepath.Base(pos.Filename))
		}
		if IsTarget(pos.Filename) {
			if src, err := l.read(pos.Filename); err == nil && IsGenerated(pos.Filename, src) {
				continue
			}
		}
		if len(u.generated) > 0 && strings.HasPrefix(e.Msg, "found packages ") {
			continue // the package clause of a generated file; the type checker reports those of other files
		}
		l.diags.Add(diag.Diagnostic{Pos: pos, Code: diag.DoesNotCompile, Message: e.Msg})
	}
}

// importError says why u cannot be imported.
func importError(u *unit) string {
	for _, e := range u.errors {
		return firstLine(e.Msg)
	}
	return "it does not build"
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}
