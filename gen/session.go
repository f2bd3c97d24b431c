package gen

// This file generates again and again, and only what has changed.

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/check"
	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/inputs"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// A Session generates for the same options again and again, as files change. Each time, it
// works on the packages for which something that they depend on has changed, and asks the go
// command only if its last answer may be wrong. What is generated is what [Generate] returns,
// except that a package with a mistake keeps back only itself and the packages that import it.
// The methods of a Session, and those of its updates, must not be called at the same time.
type Session struct {
	opts   Options
	keeper *load.Keeper
	must   []string // folders that must exist
	begun  bool
	seen   int // what keeper.Files had counted when the last update began
	builds []*watched
}

// A watched is what a session knows of some packages for one platform.
type watched struct {
	name      string
	standings map[string]*standing // by import path, or folder for one without a package
}

// inOrder calls yield for every standing of b.
func (b *watched) inOrder(yield func(string, *standing) bool) {
	for _, path := range slices.Sorted(maps.Keys(b.standings)) {
		if !yield(path, b.standings[path]) {
			return
		}
	}
}

// A standing is what became of one package.
type standing struct {
	dir      string
	key      inputs.Sum
	diags    diag.List
	blocked  bool                    // a package that it imports has a mistake
	written  map[string][]inputs.Sum // the contents with which each file is up to date
	gone     []File                  // those that must go, unless another build has them
	excluded []load.Excluded
	covered  []string           // the source files
	memories map[string]*memory // of the packages in dir, by import path
}

// An Update is what a session has to say after a change.
type Update struct {
	// Diagnostics are everything that is wrong now, in all packages.
	Diagnostics Diagnostics
	// Result has the files of the packages that this update is about.
	Result *Result

	session *Session
	touched int
	builds  []*watched
}

// ErrChanged is the error of [Update.Write] if a file has changed since the update began.
var ErrChanged = errors.New("a file has changed in the meantime")

// NewSession returns a session. The error says that a folder that the options name does not exist.
// Options.InGoGenerate and DumpStages have no effect.
func NewSession(opts Options) (*Session, error) {
	opts.defaults()
	opts.InGoGenerate, opts.DumpStages = false, nil
	dir, err := filepath.Abs(opts.Dir)
	if err != nil {
		return nil, err
	}
	opts.Dir = dir
	s := &Session{opts: opts, keeper: load.NewKeeper(), must: []string{dir}}
	files := s.keeper.Files
	files.Folder(dir, false)
	if opts.Output != "" {
		if s.opts.Output, err = filepath.Abs(opts.Output); err != nil {
			return nil, err
		}
		files.All, s.keeper.Output = true, s.opts.Output
		files.Folder(s.opts.Output, false)
	}
	for root, deep := range load.Folders(dir, opts.Patterns) {
		if info, err := os.Stat(root); err != nil || !info.IsDir() {
			return nil, fmt.Errorf("there is no folder %s", root)
		}
		files.Folder(root, deep)
		s.must = append(s.must, root)
	}
	return s, nil
}

// Changed reports whether there may be something to do: before the first update, and when a
// file was written, added or removed since the last one began. The error says that a folder
// that the options name is gone.
func (s *Session) Changed() (bool, error) {
	s.keeper.Files.Scan()
	for _, dir := range s.must {
		if !s.keeper.Files.Exists(dir) {
			return false, fmt.Errorf("the folder %s is gone", dir)
		}
	}
	return !s.begun || s.keeper.Again || s.keeper.Files.Touched() != s.seen, nil
}

// Touched returns a number that grows when [Session.Changed] finds that a file was written,
// added or removed, so that a caller can tell when no more changes come.
func (s *Session) Touched() int { return s.keeper.Files.Touched() }

// Update generates for the packages that have changed. It writes nothing: [Update.Write] does.
// Before Update, Changed must be called. If ctx ends before Update does, the error is the cause,
// and the session must not be used any more.
func (s *Session) Update(ctx context.Context) (*Update, error) {
	s.begun, s.keeper.Again = true, false
	s.seen = s.keeper.Files.Touched()
	u := &Update{session: s, touched: s.seen, Result: &Result{}}
	r := &run{ctx: ctx, opts: &s.opts}
	return background(ctx, &r.listing, func() (*Update, error) { return u, u.all(r) })
}

// all does for the packages that have changed what run.all does for all packages.
func (u *Update) all(r *run) error {
	opts := r.opts
	first := opts.platform()
	claimed := map[string]bool{}
	b, err := u.build(r, first, opts.Patterns, claimed, false)
	if err != nil {
		return err
	}
	covered := map[string]bool{}
	var others []load.Excluded
	for _, o := range b.inOrder {
		for _, file := range o.covered {
			covered[file] = true
		}
		if first == (load.Platform{}) && len(o.diags) == 0 && !o.blocked {
			others = append(others, o.excluded...)
		}
	}
	for _, other := range others {
		if covered[other.Path] {
			continue
		}
		var dirs []string
		for _, o := range others {
			if dir := filepath.Dir(o.Path); o.Platform == other.Platform && !covered[o.Path] && !slices.Contains(dirs, dir) {
				dirs = append(dirs, dir)
			}
		}
		b, err := u.build(r, other.Platform, dirs, claimed, true)
		if err != nil {
			return err
		}
		for _, o := range b.inOrder {
			for _, file := range o.covered {
				covered[file] = true
			}
		}
		covered[other.Path] = true
	}
	for _, b := range u.builds {
		for _, o := range b.inOrder {
			u.Diagnostics.Add(o.diags...)
		}
	}
	u.Diagnostics.Sort()
	u.leftovers(claimed)
	slices.SortFunc(u.Result.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	if err := u.Result.readOld(); err != nil {
		return err
	}
	for _, f := range u.Result.Files {
		u.accept(f)
	}
	return nil
}

// leftovers adds to the result the files of the first build that must go. Those in claimed are what
// another build has generated. While anything is wrong with a folder, its files stay.
func (u *Update) leftovers(claimed map[string]bool) {
	wrong := map[string]bool{} // folders
	for _, b := range u.builds {
		if b.standings[global] != nil {
			return
		}
		for _, o := range b.inOrder {
			wrong[o.dir] = wrong[o.dir] || len(o.diags) > 0 || o.blocked
		}
	}
	for _, o := range u.builds[0].inOrder {
		if wrong[o.dir] {
			continue
		}
		for _, f := range o.gone {
			if _, err := os.Lstat(f.Path); err != nil || claimed[f.Path] {
				continue
			}
			u.Result.Files = append(u.Result.Files, f)
			if f.root == "" {
				u.Result.dirs = append(u.Result.dirs, filepath.Dir(f.Path))
			}
		}
	}
}

// accept records the contents with which f is up to date.
func (u *Update) accept(f File) {
	for _, b := range u.builds {
		for _, o := range b.inOrder {
			if _, ours := o.written[f.Path]; !ours {
				continue
			}
			var sums []inputs.Sum
			if f.Content != nil {
				sums = append(sums, inputs.SumOf(f.Content))
			}
			if f.Old != nil && !f.Changed() {
				sums = append(sums, inputs.SumOf(f.Old)) // with other line ends
			}
			o.written[f.Path] = sums
		}
	}
}

// global is the path of the standing for diagnostics that belong to no package.
const global = ""

// build updates what is known of a platform. The files in claimed belong to other platforms. If
// other, the platform is one that only some files are for.
func (u *Update) build(r *run, p load.Platform, patterns []string, claimed map[string]bool, other bool) (*watched, error) {
	name := fmt.Sprintf("%v %q", p, patterns)
	var before *watched
	if i := slices.IndexFunc(u.session.builds, func(b *watched) bool { return b.name == name }); i >= 0 {
		before = u.session.builds[i]
	}
	now := &watched{name: name, standings: map[string]*standing{}}
	u.builds = append(u.builds, now)
	onDisk := u.session.keeper.Files.Snapshot()
	fresh := map[string]*standing{}
	loaded, err := load.Load(r.ctx, load.Config{
		Dir: r.opts.Dir, Patterns: patterns, Platform: p, Running: &r.listing, Progress: r.opts.Progress,
		Keeper: u.session.keeper,
		Wanted: func(path, dir string, key inputs.Sum) bool {
			memories := map[string]*memory{}
			if before != nil {
				if old := before.standings[path]; old != nil {
					if old.key == key && old.isWritten(onDisk, claimed) {
						now.standings[path] = old
						return false
					}
					memories = maps.Clone(old.memories)
				}
			}
			fresh[path] = &standing{dir: dir, key: key, written: map[string][]inputs.Sum{}, memories: memories}
			now.standings[path] = fresh[path]
			return true
		},
	})
	if err != nil {
		return nil, err
	}
	if r.opts.Output != "" && len(now.standings) > 1 {
		return nil, fmt.Errorf("%s can hold one package, not %d: run the tool once for each package, with a directory of its own", r.opts.Output, len(now.standings))
	}
	diags := loaded.Diags
	if other {
		diags = forPlatform(diags, p)
	}
	byDir := map[string]*standing{}
	for _, o := range fresh {
		byDir[o.dir] = o
	}
	for _, d := range diags {
		o := byDir[filepath.Dir(d.Pos.Filename)]
		if o == nil || d.Pos.Filename == "" {
			if o = now.standings[global]; o == nil {
				o = &standing{}
				now.standings[global] = o
			}
		}
		o.diags.Add(d)
	}
	for _, e := range loaded.Excluded {
		if o := byDir[filepath.Dir(e.Path)]; o != nil {
			o.excluded = append(o.excluded, e)
		}
	}
	for _, path := range loaded.Orphans {
		if o := byDir[filepath.Dir(path)]; o != nil && r.opts.Output == "" {
			o.gone = append(o.gone, leftover(path, ""))
		}
	}
	report := func(o *standing, found diag.List) {
		if other {
			found = forPlatform(found, p)
		}
		o.diags.Add(found...)
	}
	if err := u.packages(now, loaded, r.opts, claimed, report); err != nil {
		return nil, err
	}
	for _, o := range now.inOrder {
		for path := range o.written {
			claimed[path] = true
		}
	}
	if now.standings[global] != nil { // nothing is known for certain
		for path := range fresh {
			now.standings[path].key = inputs.Sum{}
		}
	}
	return now, nil
}

// packages generates for the packages that were loaded, those without mistakes.
func (u *Update) packages(b *watched, loaded *load.Result, opts *Options, claimed map[string]bool, report func(*standing, diag.List)) error {
	pkgs := inOrder(loaded.Packages, opts)
	byDir := map[string]*standing{}
	for _, o := range b.inOrder {
		byDir[o.dir] = o
	}
	for _, p := range pkgs {
		o := byDir[p.Dir]
		report(o, mistakes(p))
		for _, f := range p.Files {
			o.covered = append(o.covered, f.Path)
		}
	}
	var external []File
	done := map[*load.Package]bool{}
	var one func(p *load.Package) error
	one = func(p *load.Package) error {
		if done[p] {
			return nil
		}
		done[p] = true
		o := byDir[p.Dir]
		if opts.Output == "" { // a mirror is of one package
			for _, path := range slices.Sorted(maps.Keys(p.Imports)) {
				imp := p.Imports[path]
				if err := one(imp); err != nil {
					return err
				}
				if io := byDir[imp.Dir]; io != nil && o != nil && io != o && (len(io.diags) > 0 || io.blocked) {
					o.blocked = true
				}
			}
		}
		if !slices.Contains(pkgs, p) || len(o.diags) > 0 || o.blocked || b.standings[global] != nil {
			return nil
		}
		if endless := check.Instances(p); len(endless) > 0 {
			report(o, endless)
			return nil
		}
		g := newGenerator(p, opts, external)
		if m := o.memories[p.Path]; m != nil {
			g.before = m
		}
		if found := g.stages(); len(found) > 0 {
			report(o, found)
			return nil
		}
		res := &Result{}
		if err := g.result(res, &external); err != nil {
			d := diag.Diagnostic{}
			if !errors.As(err, &d) {
				return err
			}
			report(o, diag.List{d})
			return nil
		}
		o.memories[p.Path] = g.after
		for _, f := range res.Files {
			switch {
			case f.Content == nil:
				o.gone = append(o.gone, f)
			case !claimed[f.Path]:
				o.written[f.Path] = nil
				u.Result.Files = append(u.Result.Files, f)
			}
		}
		u.Result.dirs = append(u.Result.dirs, res.dirs...)
		u.Result.Functions += res.Functions
		return nil
	}
	for _, p := range pkgs {
		if err := one(p); err != nil {
			return err
		}
	}
	return nil
}

// isWritten reports whether the files of o are as they were generated.
func (o *standing) isWritten(onDisk inputs.Snapshot, claimed map[string]bool) bool {
	for path, sums := range o.written {
		if claimed[path] {
			continue
		}
		if e, exists := onDisk[path]; exists != (len(sums) > 0) || exists && !slices.Contains(sums, e.Sum) {
			return false
		}
	}
	return true
}

// Write writes the files of u. If a file has changed since the update began, Write writes
// nothing and returns [ErrChanged]: the next update begins where this one did.
func (u *Update) Write(ctx context.Context) error {
	files := u.session.keeper.Files
	if files.Scan(); files.Touched() != u.touched {
		return ErrChanged
	}
	if err := u.Result.WriteContext(ctx); err != nil {
		return err
	}
	u.session.builds = u.builds
	return nil
}
