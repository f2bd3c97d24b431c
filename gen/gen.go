package gen

// This file is the pipeline.

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/check"
	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/emit"
	"github.com/coroutinegen/coroutinegen/gen/internal/frame"
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/lower"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
	"github.com/coroutinegen/coroutinegen/gen/internal/order"
	"github.com/coroutinegen/coroutinegen/gen/internal/source"
)

// generate is Generate for packages that are loaded already.
func generate(pkgs []*load.Package, diags diag.List, opts *Options) (*Result, diag.List) {
	opts.defaults()
	for _, p := range pkgs {
		diags.Add(mistakes(p)...)
	}
	if len(diags) > 0 {
		return nil, diags
	}
	res := &Result{}
	var external []File // tests of a mirror that stand in a package of their own
	for _, p := range inOrder(pkgs, opts) {
		if endless := check.Instances(p); len(endless) > 0 {
			diags.Add(endless...)
			continue
		}
		g := newGenerator(p, opts, external)
		if diags.Add(g.stages()...); len(diags) > 0 {
			continue
		}
		if err := g.result(res, &external); err != nil {
			d := diag.Diagnostic{}
			if !errors.As(err, &d) {
				res.err = err
				return res, diags
			}
			diags.Add(d)
		}
	}
	slices.SortFunc(res.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	if len(opts.DumpStages) > 0 && res.Dump == "" && len(diags) == 0 {
		diags.Add(noSuchFunction(opts.DumpFunc, pkgs))
	}
	return res, diags
}

// mistakes returns what is wrong with p before its stages run.
func mistakes(p *load.Package) diag.List {
	if found := check.Package(p); len(found) > 0 {
		return found
	}
	if p.Broken {
		return nil // what is wrong with the source may be wrong with the stubs, too
	}
	return stubErrors(p)
}

// inOrder returns pkgs in the order in which to generate for them. A mirror needs the tests in a
// package of their own first.
func inOrder(pkgs []*load.Package, opts *Options) []*load.Package {
	pkgs = slices.Clone(pkgs)
	if opts.Output != "" {
		slices.SortStableFunc(pkgs, func(a, b *load.Package) int { return strings.Compare(b.Path, a.Path) })
	}
	return pkgs
}

// newGenerator returns the generator of p. In a mirror, external are the files of its tests in a
// package of their own.
func newGenerator(p *load.Package, opts *Options, external []File) *generator {
	opts.Progress("%s: %s", p.Path, functions(len(p.Async)))
	return &generator{
		opts: opts, pkg: p, external: external, enclosed: map[*load.Func]bool{},
		before: newMemory(), after: newMemory(),
	}
}

// result adds to res what the stages of g have made. In a mirror, the tests in a package of their
// own replace external instead. The error is a diagnostic, or the error of reading a file.
func (g *generator) result(res *Result, external *[]File) error {
	files, err := g.files()
	if err != nil {
		return err
	}
	if g.opts.Output != "" && g.pkg.External {
		*external, files = files, nil
	}
	res.Files = append(res.Files, files...)
	res.dirs = append(res.dirs, cmp.Or(g.opts.Output, g.pkg.Dir))
	res.Functions += len(g.pkg.Async)
	res.Dump += g.dump.String()
	return nil
}

// functions returns "n functions".
func functions(n int) string {
	if n == 1 {
		return "1 function"
	}
	return fmt.Sprintf("%d functions", n)
}

// A generator works on one package.
type generator struct {
	opts       *Options
	pkg        *load.Package
	generators map[*types.Func]*load.Func     // by the function in the source, made when needed
	decls      map[types.Object]*ast.FuncDecl // function declarations of the package, made when needed
	enclosed   map[*load.Func]bool            // functions whose machines stand in their constructors
	external   []File                         // what is generated from tests in a package of their own, for a mirror

	before, after *memory // what an earlier generation has left, and what this one leaves

	explained   bool                       // the machines say where their lines come from
	commentMark string                     // of emit.CommentMark, if explained
	compiled    map[string]*types.TypeName // if not nil, verify adds the types in the output

	// Results of one run of the stages.

	funcs     map[*load.Func]*ir.Func
	functions *source.Package
	bodies    map[*load.Func]*ir.Body
	layouts   map[*ir.Func]*ir.Layout // includes literals that become machines
	machineOf map[*ir.Func]*emit.Machine

	scope   naming.Set // the names of the package, without those of its tests until these have machines
	ofTests naming.Set // the names that the tests add; see scope.go
	dump    strings.Builder
}

// all calls yield for every function that becomes a machine. A literal comes after the
// function that it stands in.
func (g *generator) all(yield func(*load.Func, *ir.Body) bool) {
	for _, f := range g.pkg.Async {
		if g.bodies[f] == nil {
			continue
		}
		for fn := range g.bodies[f].All {
			if !yield(f, fn) {
				return
			}
		}
	}
}

// stages takes every function of the package from source to frame. Only then is it known
// whether the declarations of a function fit at package level. If they do not, the function
// is enclosed. That changes the functions that await it, so all stages begin anew.
func (g *generator) stages() diag.List {
	early := g.pkg.AtInit()
	for {
		g.funcs = map[*load.Func]*ir.Func{}
		g.setScope()
		g.functions = source.New(g.pkg)
		g.bodies, g.layouts = map[*load.Func]*ir.Body{}, map[*ir.Func]*ir.Layout{}
		g.dump.Reset()
		for _, f := range g.pkg.Async {
			g.funcs[f] = g.newFunc(f)
			g.funcs[f].AtInit = early[f]
		}
		if g.opts.Backend == "goroutine" {
			return nil // the functions run as they are
		}
		enclose, found := g.oneRun()
		if len(found) > 0 || len(enclose) == 0 {
			return found
		}
		for _, f := range enclose {
			g.opts.Logf("%s: the machine is declared in its constructor, because of the names of its types", f.Name())
			g.enclosed[f] = true
		}
	}
}

// oneRun runs the stages once, with the functions in g.enclosed enclosed. It returns the
// functions that must be enclosed as well.
func (g *generator) oneRun() (enclose []*load.Func, diags diag.List) {
	tidy, limits := !g.opts.Baseline, g.opts.limits.orDefault()
	sources := map[*load.File]*order.Source{}
	var generators *order.Generators
	for _, f := range g.pkg.Async {
		if sources[f.File] == nil {
			sources[f.File] = g.sourceOf(f.File)
			if generators == nil {
				generators = order.FindGenerators(sources[f.File], g.generatorList())
			}
			sources[f.File].Generators = generators
		}
		body, more := order.Func(sources[f.File], f.Decl, g.funcs[f])
		g.bodies[f] = body
		diags.Add(more...)
	}
	if len(diags) > 0 {
		return nil, diags
	}

	var graphs []*ir.Graph
	for _, body := range g.all {
		g.dumpStage("order", body.Func, body.FormatOrder)
		graph := lower.Func(body, tidy)
		if !body.IsEnclosed() {
			lower.Split(graph, limits.blocks, limits.part)
		}
		if err := graph.Verify(); err != nil {
			diags.Add(diag.Diagnostic{Pos: g.pkg.Fset.Position(body.Pos), Code: diag.Internal, Message: err.Error()})
		}
		graphs = append(graphs, graph)
		g.dumpStage("lower", body.Func, graph.FormatBlocks)
		g.dumpStage("dot", body.Func, graph.Dot)
	}
	if len(diags) > 0 {
		return nil, diags
	}

	diags.Add(g.predeclared(graphs)...)
	byPointer, held := g.placeChildren(graphs)
	handed := handed(graphs)
	var layouts []*ir.Layout
	for _, graph := range graphs {
		layout, more := frame.Func(graph, held[graph.Func], byPointer, tidy, g.opts.Logf)
		layout.Handed = handed[graph.Func]
		diags.Add(more...)
		layouts = append(layouts, layout)
		g.layouts[graph.Func] = layout
		g.dumpStage("frame", graph.Func, layout.FormatFrame)
	}
	frame.Share(layouts)
	enclose, more := g.declNames()
	diags.Add(more...)
	return enclose, diags
}

// newFunc returns f without its body.
func (g *generator) newFunc(f *load.Func) *ir.Func {
	fn := g.functions.Func(f)
	fn.Places = g.sourcePlaces(f)
	if g.enclosed[f] {
		fn.Enclosed, fn.Hidden = true, g.hidden(f)
	}
	return fn
}

// sourceOf returns a file of the package as input of stage order.
func (g *generator) sourceOf(f *load.File) *order.Source {
	return &order.Source{
		Fset: g.pkg.Fset, Pkg: g.pkg.Types, Info: g.pkg.Info,
		File: f.Syntax, Text: f.Src,
		PerIteration: source.PerIteration(g.pkg, f),
		Marks:        g.marks(f),
		Coroutine:    g.coroutine,
		Generator:    g.generatorOf,
		IsGenerator:  g.pkg.IsGenerator,
		Decl:         g.decl,
		Literal:      g.functions.Literal,
	}
}

// marks returns the marks for the text of f, or nil if nobody asks where lines come from.
func (g *generator) marks(f *load.File) *order.Marks {
	if g.opts.Lines == "" && !g.explained {
		return nil
	}
	return order.NewMarks(f.Syntax)
}

// coroutine returns the function whose constructor stub declares, if its frame can be
// embedded in a frame of this package.
func (g *generator) coroutine(stub *types.Func) *ir.Func {
	f := g.pkg.FuncOf(stub)
	if f == nil || f.Pkg != g.pkg || g.enclosed[f] {
		return nil
	}
	return g.funcs[f]
}

// generatorOf returns the generator of this package that fn is, or nil.
func (g *generator) generatorOf(fn *types.Func) *ir.Func {
	if g.generators == nil {
		g.generators = map[*types.Func]*load.Func{}
		for _, f := range g.pkg.Async {
			if f.Generator {
				g.generators[f.Obj] = f
			}
		}
	}
	if f := g.generators[fn.Origin()]; f != nil {
		return g.funcs[f]
	}
	return nil
}

// generatorList returns the generators of the package.
func (g *generator) generatorList() (list []*ir.Func) {
	for _, f := range g.pkg.Async {
		if f.Generator {
			list = append(list, g.funcs[f])
		}
	}
	return list
}

// decl returns the declaration of fn if the package declares it.
func (g *generator) decl(fn *types.Func) *ast.FuncDecl {
	if g.decls == nil {
		g.decls = g.pkg.Declarations()
	}
	return g.decls[fn]
}
