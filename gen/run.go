package gen

// This file is a run of the tool. It generates for the build at hand, and then for files
// that are part of other builds.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// Generate returns the code that the async functions and the generators of the packages in opts
// become. It writes nothing. If anything is wrong with the user's code, the error is a [Diagnostics]
// with all of the run, and there is no result. If ctx ends before Generate does, the
// error is the cause. The computation then continues in the background, and its result is
// dropped.
func Generate(ctx context.Context, opts Options) (*Result, error) {
	opts.defaults()
	r := &run{ctx: ctx, opts: &opts}
	return background(ctx, &r.listing, r.all)
}

// background returns what compute returns, or the cause if ctx ends before. The computation
// then continues in the background, but the go command, which ctx stops, has ended: it runs
// under listing.
func background[T any](ctx context.Context, listing *sync.Mutex, compute func() (*T, error)) (*T, error) {
	type outcome struct {
		res *T
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		res, err := compute()
		done <- outcome{res, err}
	}()
	select {
	case o := <-done:
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		return o.res, o.err
	case <-ctx.Done():
		listing.Lock()
		defer listing.Unlock()
		return nil, context.Cause(ctx)
	}
}

// defaults replaces functions that are nil.
func (opts *Options) defaults() {
	if opts.Logf == nil {
		opts.Logf = func(string, ...any) {}
	}
	if opts.Progress == nil {
		opts.Progress = func(string, ...any) {}
	}
}

// platform returns the build to generate for, as the package load has it.
func (opts *Options) platform() load.Platform {
	return load.Platform{GOOS: opts.GOOS, GOARCH: opts.GOARCH, Tags: opts.Tags}
}

// A run is one call of Generate.
type run struct {
	ctx     context.Context
	opts    *Options
	listing sync.Mutex // held while the go command runs
}

// all generates for the build at hand, and then for the builds of files with async
// functions that are not part of the build at hand.
func (r *run) all() (*Result, error) {
	opts := r.opts
	first := opts.platform()
	loaded, err := r.load(opts.Patterns, first)
	if err != nil {
		return nil, err
	}
	others := loaded.Excluded
	if first != (load.Platform{}) || len(opts.DumpStages) > 0 {
		others = nil
	}
	if opts.Output != "" && len(loaded.Diags) == 0 {
		n := 0 // packages, not counting tests in packages of their own
		for _, p := range loaded.Packages {
			if !p.External {
				n++
			}
		}
		if n > 1 {
			return nil, fmt.Errorf("%s can hold one package, not %d: run the tool once for each package, with a directory of its own", opts.Output, n)
		} else if n == 0 && len(others) == 0 {
			return nil, errors.New("there is nothing to copy: the package has nothing to do with coroutines, or is a copy itself")
		}
	}
	res, diags := generate(loaded.Packages, loaded.Diags, opts)
	if err := cmp.Or(diags.Err(), failure(res)); err != nil {
		return nil, err
	}
	for _, path := range loaded.Orphans {
		if opts.Output == "" {
			res.Files = append(res.Files, leftover(path, ""))
			res.dirs = append(res.dirs, filepath.Dir(path))
		}
	}
	covered := map[string]bool{}
	for _, p := range loaded.Packages {
		for _, f := range p.Files {
			covered[f.Path] = true
		}
	}
	for _, other := range others {
		if covered[other.Path] {
			continue
		}
		if err := r.other(res, other.Platform, others, covered); err != nil {
			return nil, err
		}
		if !covered[other.Path] {
			opts.Logf("%s: not part of the build for %s either", other.Path, other.Platform)
			covered[other.Path] = true
		}
	}
	slices.SortFunc(res.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	if opts.InGoGenerate {
		res.leaveStubs()
	}
	if err := res.readOld(); err != nil {
		return nil, err
	}
	return res, nil
}

// load loads packages for one platform.
func (r *run) load(patterns []string, p load.Platform) (*load.Result, error) {
	return load.Load(r.ctx, load.Config{Dir: r.opts.Dir, Patterns: patterns, Platform: p, Running: &r.listing, Progress: r.opts.Progress})
}

// other adds to res the files that are generated for the platform p from files in others
// that are not covered yet.
func (r *run) other(res *Result, p load.Platform, others []load.Excluded, covered map[string]bool) error {
	var dirs []string
	for _, o := range others {
		if dir := filepath.Dir(o.Path); o.Platform == p && !covered[o.Path] && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	r.opts.Logf("%s: generating for files that are not part of this build", p)
	loaded, err := r.load(dirs, p)
	if err != nil {
		return err
	}
	more, diags := generate(loaded.Packages, loaded.Diags, r.opts)
	if err := cmp.Or(forPlatform(diags, p).Err(), failure(more)); err != nil {
		return err
	}
	have := map[string]int{}
	for i, f := range res.Files {
		have[f.Path] = i
	}
	for _, f := range more.Files {
		switch i, ok := have[f.Path]; {
		case f.Content == nil:
		case !ok:
			res.Files = append(res.Files, f)
		case res.Files[i].Content == nil: // what is left over in one build may be wanted in another
			res.Files[i] = f
		}
	}
	res.dirs = append(res.dirs, more.dirs...)
	for _, pkg := range loaded.Packages {
		for _, f := range pkg.Async {
			if !covered[f.File.Path] {
				res.Functions++
			}
		}
	}
	for _, pkg := range loaded.Packages {
		for _, f := range pkg.Files {
			covered[f.Path] = true
		}
	}
	return nil
}

// failure returns the reason other than diagnostics why there is no result, or nil.
func failure(res *Result) error {
	if res == nil {
		return nil
	}
	return res.err
}

// forPlatform adds to every diagnostic of l the build for which it was found.
func forPlatform(l diag.List, p load.Platform) diag.List {
	l = slices.Clone(l)
	for i := range l {
		l[i].Message += fmt.Sprintf(" (built for %s)", p)
		l[i].Remedy = cmp.Or(l[i].Remedy, "correct it, or select another build with -goos, -goarch and -tags")
	}
	return l
}

// readOld reads the present content of the files of the result. It follows symbolic links:
// if the file behind a link is up to date, there is nothing to write.
func (r *Result) readOld() error {
	for i := range r.Files {
		f := &r.Files[i]
		info, err := os.Stat(f.Path)
		if err != nil {
			continue // the file is missing, or Write reports the error
		}
		if kind := load.Irregular(info.Mode()); kind != "" {
			return fmt.Errorf("cannot write %s: it is %s, not a regular file; rename or remove it", f.Path, kind)
		}
		if old, err := os.ReadFile(f.Path); err == nil {
			f.Old = append([]byte{}, old...)
		}
	}
	return nil
}
