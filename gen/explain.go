package gen

// This file makes the pages that explain machines.

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"go/types"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/check"
	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/emit"
	"github.com/coroutinegen/coroutinegen/gen/internal/explain"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/page"
	"github.com/coroutinegen/coroutinegen/gen/internal/play"
)

// An Explanation is what there is to say about the machines of some packages.
type Explanation struct {
	pkgs     []*explained
	root     string // Options.Dir
	platform load.Platform
}

// An explained is a package of an Explanation.
type explained struct {
	page.Package
	dir    string   // of the machines
	path   string   // the import path of dir
	frames []string // the name of the frame of each function, or "" if it is refused
	files  []File   // what was generated
	arch   string   // for sizes
	listed bool     // all functions have pages, so there is a list
}

// ExplainFormats are the formats in which pages can be had.
var ExplainFormats = []string{"html", "svg", "md", "json"}

// A Page is one file of an explanation.
type Page struct {
	Name    string // a path with slashes, relative to where the pages go
	Content []byte
}

// IsPage reports whether content is that of a page, which another may replace.
func IsPage(content []byte) bool { return bytes.Contains(content, []byte(page.Marker)) }

// Explain explains the function called name, as in Options.DumpFunc, in the packages of opts, or
// all async functions and generators of the packages if name is "". It writes nothing. A function that is
// refused has a page that says why. If a package does not compile, or if there is no such
// function, the error is a [Diagnostics].
func Explain(ctx context.Context, opts Options, name string) (*Explanation, error) {
	opts.defaults()
	r := &run{ctx: ctx, opts: &opts}
	return background(ctx, &r.listing, func() (*Explanation, error) {
		loaded, err := r.load(opts.Patterns, opts.platform())
		if err != nil {
			return nil, err
		}
		if err := loaded.Diags.Err(); err != nil {
			return nil, err
		}
		return explainPackages(loaded.Packages, &opts, name, architecture(ctx, &opts))
	})
}

// architecture returns the architecture of the build, for sizes.
func architecture(ctx context.Context, opts *Options) string {
	cmd := exec.CommandContext(ctx, "go", "env", "GOARCH") // go env -w may have set it
	cmd.Dir = opts.Dir
	out, err := cmd.Output()
	if err != nil {
		out = []byte(runtime.GOARCH)
	}
	return cmp.Or(opts.GOARCH, strings.TrimSpace(string(out)))
}

// explainPackages is Explain for packages that are loaded already.
func explainPackages(pkgs []*load.Package, opts *Options, name, arch string) (*Explanation, error) {
	e := &Explanation{root: opts.Dir, platform: opts.platform()}
	for _, p := range pkgs {
		var wanted []*load.Func
		for _, f := range p.Async {
			if key := load.DeclKey(f.Decl, f.Name()); name == "" || name == key || name == f.Name() {
				wanted = append(wanted, f)
			}
		}
		if len(wanted) == 0 {
			continue
		}
		g := newGenerator(p, opts, nil)
		x := &explained{arch: arch, Package: page.Package{Path: p.Path}, listed: name == "", dir: p.Dir, path: p.Path}
		if opts.Output != "" {
			x.dir, x.path = opts.Output, importPath(p, opts.Output)
		}
		if err := g.explain(x, wanted); err != nil {
			return nil, err
		}
		e.pkgs = append(e.pkgs, x)
	}
	if len(e.pkgs) == 0 {
		return nil, diag.List{noSuchFunction(name, pkgs)}.Err()
	}
	return e, nil
}

// importPath returns the import path of dir, a directory in the module of p, or "".
func importPath(p *load.Package, dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil || p.Module == "" {
		return ""
	}
	rel, err := filepath.Rel(p.Root, abs)
	if err != nil {
		return ""
	}
	return path.Join(p.Module, filepath.ToSlash(rel))
}

// explain makes the pages of functions of the package.
func (g *generator) explain(x *explained, wanted []*load.Func) error {
	found := mistakes(g.pkg)
	if len(found) == 0 {
		found = check.Instances(g.pkg)
	}
	if len(found) == 0 {
		found = g.stages()
	}
	if len(found) > 0 {
		x.Functions = g.refused(wanted, found)
		x.frames = make([]string, len(wanted))
		return nil
	}
	g.compiled = map[string]*types.TypeName{}
	files, err := g.files()
	if err != nil {
		return err
	}
	from, err := g.origins(files)
	if err != nil {
		return err
	}
	x.files = files
	for _, f := range wanted {
		out := &explain.Output{
			File: g.target(f.File), Text: from[f.File].text, Origins: from[f.File].lines,
			Compiled: g.compiled, Arch: x.arch,
		}
		for body := range g.bodies[f].All {
			out.Machines = append(out.Machines, g.machineOf[body.Func])
		}
		x.Functions = append(x.Functions, explain.Explain(g.explainSource(f), out))
		x.frames = append(x.frames, out.Machines[0].Names.Frame)
	}
	return nil
}

// Play runs a test, or an example, of the packages and adds what it recorded to the pages. See
// package recording. The machines that run are those in the generated files, so these must be up
// to date. If the test fails, the pages show how it came to fail, and the error says so. It is an
// error if the packages were explained for another system than this one.
func (e *Explanation) Play(ctx context.Context, test string) error {
	p := e.platform
	if p.GOOS != "" && p.GOOS != runtime.GOOS || p.GOARCH != "" && p.GOARCH != runtime.GOARCH {
		return fmt.Errorf("a test runs on this system, %s/%s, so its runs would not fit the page of another one", runtime.GOOS, runtime.GOARCH)
	}
	var patterns []string
	for _, x := range e.pkgs {
		for _, f := range x.files {
			if old, err := os.ReadFile(f.Path); err != nil || !bytes.Equal(old, f.Content) {
				return fmt.Errorf("%s is not what the source becomes, so its runs would not fit the page: run go generate", f.Path)
			}
		}
		dir, err := filepath.Abs(x.dir)
		if err != nil {
			return err
		}
		patterns = append(patterns, dir)
	}
	r, err := play.Record(ctx, play.Packages{Dir: e.root, Tags: p.Tags, Patterns: patterns}, test)
	if r == nil {
		return err
	}
	for _, x := range e.pkgs {
		for i, f := range x.Functions {
			f.Plays = nil
			text, bad := f.HTML(reasonTexts())
			if bad != nil {
				return bad
			}
			limits := play.PageLimits
			limits.Bytes = min(limits.Bytes, page.MaxBytes-len(text)) // a play is shorter on the page than in the recording
			plays, notes := r.Choose(x.path, x.frames[i], limits)
			f.Plays = explain.Plays(plays, x.path, x.frames[i], f.MachineFile)
			f.PlayNote = strings.Join(slices.Concat(notes, r.Notes), "; ")
		}
	}
	return err
}

// explainSource returns f as it was written.
func (g *generator) explainSource(f *load.Func) *explain.Source {
	return &explain.Source{
		Fset: g.pkg.Fset, Pkg: g.pkg.Types, Info: g.pkg.Info, Name: load.DeclKey(f.Decl, f.Name()), Decl: f.Decl, Text: f.File.Src,
	}
}

// refused returns the pages of functions of a package for which found is said.
func (g *generator) refused(wanted []*load.Func, found diag.List) (list []*page.Function) {
	found.Sort()
	for _, f := range wanted {
		fn := g.explainSource(f).Page()
		// Diagnostics have positions by line directives of the user, and a page has not.
		said, written := g.pkg.Fset.Position(f.Decl.Name.Pos()), g.written(f.Decl.Name.Pos())
		first, last := fn.Source[0].No, fn.Source[len(fn.Source)-1].No
		for _, d := range found {
			line := d.Pos.Line - said.Line + written.Line
			if d.Pos.Filename != said.Filename || line < first || line > last {
				fn.Elsewhere = append(fn.Elsewhere, fmt.Sprintf("%s:%d: %s [%s]", filepath.Base(d.Pos.Filename), d.Pos.Line, d.Message, d.Code))
				continue
			}
			fn.Refusals = append(fn.Refusals, page.Refusal{
				Line: line, Column: d.Pos.Column, Code: string(d.Code), Message: d.Message, Remedy: d.Remedy,
			})
		}
		list = append(list, fn)
	}
	return list
}

// Pages returns the files of e in one of the ExplainFormats. tool is the version of the tool, for
// the list of functions.
func (e *Explanation) Pages(format, tool string) (list []Page, err error) {
	reasons := reasonTexts()
	for _, p := range e.pkgs {
		p.Tool = tool
		p.NameFiles()
		dir := e.dir(p)
		for _, f := range p.Functions {
			f.Listed = p.listed
			content, err := f.Format(format, reasons)
			if err != nil {
				return nil, err
			}
			if len(content) > 0 {
				list = append(list, Page{path.Join(dir, f.File+"."+format), content})
			}
		}
		if format == "html" && p.listed {
			index, err := p.Index()
			if err != nil {
				return nil, err
			}
			list = append(list, Page{path.Join(dir, "index.html"), index})
		}
	}
	if format == "html" && len(e.pkgs) > 1 && e.pkgs[0].listed {
		var links []page.Link
		for _, p := range e.pkgs {
			links = append(links, page.Link{Text: p.Path, File: path.Join(e.dir(p), "index.html"), Functions: len(p.Functions)})
		}
		index, err := page.Packages(links, tool)
		if err != nil {
			return nil, err
		}
		list = append(list, Page{"index.html", index})
	}
	slices.SortFunc(list, func(a, b Page) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

// reasonTexts returns the words for lines that are not in the source.
func reasonTexts() (list []page.Reason) {
	for _, r := range emit.Reasons() {
		list = append(list, page.Reason{Word: string(r), Text: r.Text()})
	}
	return list
}

// dir returns the folder for the pages of p: none if p is the only package.
func (e *Explanation) dir(p *explained) string {
	if len(e.pkgs) == 1 {
		return ""
	}
	return p.Path
}
