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
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/order"
)

// generate is Generate for packages that are loaded already.
func generate(pkgs []*load.Package, diags diag.List, opts *Options) (*Result, diag.List) {
	opts.defaults()
	for _, p := range pkgs {
		found := check.Package(p)
		if len(found) == 0 {
			found = stubErrors(p)
		}
		diags.Add(found...)
	}
	if len(diags) > 0 {
		return nil, diags
	}
	res := &Result{}
	for _, p := range pkgs {
		opts.Progress("%s: %s", p.Path, functions(len(p.Async)))
		g := &generator{opts: opts, pkg: p, typeNames: typeNames(p), enclosed: map[*load.Func]bool{}}
		if endless := instances(p); len(endless) > 0 {
			diags.Add(endless...)
			continue
		}
		if diags.Add(g.stages()...); len(diags) > 0 {
			continue
		}
		files, err := g.files()
		if err != nil {
			d := diag.Diagnostic{Code: diag.Internal, Message: err.Error()}
			errors.As(err, &d)
			diags.Add(d)
			continue
		}
		res.Files = append(res.Files, files...)
		res.dirs = append(res.dirs, cmp.Or(opts.Output, p.Dir))
		res.Functions += len(p.Async)
		res.Dump += g.dump.String()
	}
	slices.SortFunc(res.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	if len(opts.DumpStages) > 0 && res.Dump == "" && len(diags) == 0 {
		diags.Add(diag.Diagnostic{Code: diag.NoSuchFunction, Message: fmt.Sprintf("there is no async function %s", opts.DumpFunc),
			Remedy: "name it as handle, or Server.Serve for a method"})
	}
	return res, diags
}

// stubErrors reports that the declarations which stand in for what is to be
// generated from p are wrong: with a source that is right, this tool is.
func stubErrors(p *load.Package) (diags diag.List) {
	for _, err := range p.StubErrors {
		diags.Add(diag.Diagnostic{
			Pos:     p.Fset.Position(err.Pos),
			Code:    diag.Internal,
			Message: "internal error: what stands in for the code to generate does not compile; please report this with its source: " + err.Msg,
		})
	}
	return diags
}

// functions returns a number of functions in words.
func functions(n int) string {
	if n == 1 {
		return "1 function"
	}
	return fmt.Sprintf("%d functions", n)
}

// A generator works on one package.
type generator struct {
	opts  *Options
	pkg   *load.Package
	funcs map[*load.Func]*ir.Func
	scope emit.Scope

	literals map[*ir.Func]map[*ast.FuncLit]marker.Literal // of the declared functions
	names    map[*ir.Func]*emit.Names
	dump     strings.Builder

	typeNames map[string]bool
	enclosed  map[*load.Func]bool // those whose machines stand in their constructors

	decls map[types.Object]*ast.FuncDecl // of the functions of the package, made when needed
}

// all calls yield for every function to make a machine of, literals after what
// they stand in.
func (g *generator) all(yield func(*load.Func, *ir.Func) bool) {
	for _, f := range g.pkg.Async {
		for fn := range g.funcs[f].All {
			if !yield(f, fn) {
				return
			}
		}
	}
}

// stages takes every function of the package from source to frame. What a function
// declares may turn out not to fit at package level only then: if so it is enclosed, which
// concerns whoever awaits it, and all begin anew.
func (g *generator) stages() (diags diag.List) {
	early := atInit(g.pkg)
	for {
		g.funcs, g.scope = map[*load.Func]*ir.Func{}, emit.NewScope(g.pkg.Types)
		g.literals = map[*ir.Func]map[*ast.FuncLit]marker.Literal{}
		g.dump.Reset()
		for _, f := range g.pkg.Async {
			g.funcs[f] = g.newFunc(f)
			g.funcs[f].AtInit = early[f]
		}
		if g.opts.Backend == "goroutine" {
			return nil // the functions run as they are
		}
		enclose, diags := g.oneRun()
		if len(diags) > 0 || len(enclose) == 0 {
			return diags
		}
		for _, f := range enclose {
			g.opts.Logf("%s: the machine stands in its constructor, because of the names of its types", f.Name())
			g.enclosed[f] = true
		}
	}
}

// oneRun is stages with what is known to be enclosed. It returns what must be, too.
func (g *generator) oneRun() (enclose []*load.Func, diags diag.List) {
	tidy := !g.opts.Baseline
	for _, f := range g.pkg.Async {
		src := &order.Source{
			Fset: g.pkg.Fset, Pkg: g.pkg.Types, Info: g.pkg.Info,
			File: f.File.Syntax, Text: f.File.Src,
			PerIteration: perIteration(g.pkg, f.File),
			Coroutine:    g.coroutine,
			Decl:         g.decl,
			Literal:      g.newLiteral,
		}
		diags.Add(order.Func(src, f.Decl, g.funcs[f])...)
	}
	if len(diags) > 0 {
		return nil, diags
	}
	limits := g.opts.limits.orDefault()
	for f, fn := range g.all {
		g.dumpStage("order", f, fn, (*ir.Func).FormatOrder)
		lower.Func(fn, tidy)
		if !fn.IsEnclosed() {
			lower.Split(fn, limits.blocks, limits.part)
		}
		if err := fn.Verify(); err != nil {
			diags.Add(diag.Diagnostic{Pos: g.pkg.Fset.Position(fn.Pos), Code: diag.Internal, Message: err.Error()})
		}
		g.dumpStage("lower", f, fn, (*ir.Func).FormatBlocks)
		g.dumpStage("dot", f, fn, (*ir.Func).Dot)
	}
	if len(diags) > 0 {
		return nil, diags
	}
	diags.Add(g.predeclared()...)
	g.breakCycles()
	for f, fn := range g.all {
		diags.Add(frame.Func(fn, tidy, g.opts.Logf)...)
		g.dumpStage("frame", f, fn, (*ir.Func).FormatFrame)
	}
	var all []*ir.Func
	for _, fn := range g.all {
		all = append(all, fn)
	}
	frame.Share(all)
	enclose, more := g.localNames()
	diags.Add(more...)
	return enclose, diags
}

// coroutine returns the function that the object of a nameAsync stands for, if
// its frame can be embedded here.
func (g *generator) coroutine(stub *types.Func) *ir.Func {
	f := g.pkg.FuncOf(stub)
	if f == nil || f.Pkg != g.pkg || g.enclosed[f] {
		return nil
	}
	return g.funcs[f]
}

// decl returns the declaration of fn if the package declares it.
func (g *generator) decl(fn *types.Func) *ast.FuncDecl {
	if g.decls == nil {
		g.decls = declarations(g.pkg)
	}
	return g.decls[fn]
}

// breakCycles makes those awaits allocate their child whose frame would
// otherwise hold itself, or holds so many frames that one more would cost too much:
// go/types and gc go through all that a struct holds, for each struct anew, and two
// calls on each level double what the level above has to hold.
func (g *generator) breakCycles() {
	const active, done = 1, 2
	limit := g.opts.limits.orDefault().frames
	state := map[*ir.Func]int{}
	size := map[*ir.Func]int{} // frames in the frame, itself included
	var visit func(fn *ir.Func)
	visit = func(fn *ir.Func) {
		state[fn] = active
		size[fn] = 1
		held := map[*ir.Func]bool{}
		for _, a := range fn.Awaits {
			if a.Callee == nil {
				continue
			}
			if state[a.Callee] == 0 {
				visit(a.Callee)
			}
			switch {
			case state[a.Callee] == active:
				a.ByPointer = true
				g.opts.Logf("%s: the frame of %s is allocated: it is recursive", fn.Name, a.Callee.Name)
			case size[a.Callee] > limit:
				a.ByPointer = true
				g.opts.Logf("%s: the frame of %s is allocated: it holds %d frames", fn.Name, a.Callee.Name, size[a.Callee])
			case !held[a.Callee]:
				held[a.Callee] = true
				size[fn] += size[a.Callee]
			}
		}
		state[fn] = done
	}
	for _, fn := range g.all {
		if state[fn] == 0 {
			visit(fn)
		}
	}
}

// predeclared refuses what would give the words of the machine itself another
// meaning: a declaration of true in verbatim text would not even be noticed.
func (g *generator) predeclared() (diags diag.List) {
	seen := map[types.Object]bool{}
	refuse := func(obj types.Object) {
		if obj == nil || obj.Parent() == types.Universe || seen[obj] {
			return
		}
		seen[obj] = true
		diags.Add(diag.Diagnostic{
			Pos:     g.pkg.Fset.Position(obj.Pos()),
			Code:    diag.PredeclaredHidden,
			Message: fmt.Sprintf("this declaration hides the predeclared %s, which generated code must use", obj.Name()),
			Remedy:  "give it another name",
		})
	}
	for _, word := range types.Universe.Names() {
		typ, isType := types.Universe.Lookup(word).(*types.TypeName)
		if len(g.pkg.Async) > 0 && (isType && g.writes(typ) || slices.Contains([]string{"append", "false", "len", "nil", "panic", "recover", "true"}, word)) {
			refuse(g.pkg.Types.Scope().Lookup(word))
		}
	}
	for _, word := range []string{"nil", "true", "false", "error", "bool"} {
		for _, fn := range g.all {
			for _, obj := range fn.Idents[word] {
				if t, ok := obj.(*types.TypeName); ok && fn.Declares(t) && !isTypeParam(t) {
					refuse(t)
				}
			}
		}
	}
	return diags
}

// writes reports whether generated code may have to write the predeclared type t:
// every machine has the result types of Poll, numbers for its states and its
// deferred calls, and what its variables have.
func (g *generator) writes(t *types.TypeName) (found bool) {
	switch t.Name() {
	case "bool", "error", "int", "string", "uint8", "uint16", "uint32", "uint64":
		return true
	}
	is := func(u types.Type) bool {
		switch u := u.(type) {
		case *types.Alias:
			found = found || u.Obj() == t
		case *types.Named:
			found = found || u.Obj() == t
		case *types.Basic:
			found = found || u.Name() == t.Name()
		}
		return !found
	}
	for _, fn := range g.all {
		for _, v := range slices.Concat(fn.Vars, fn.Results) {
			ir.Walk(v.Type, is)
		}
		for _, a := range fn.Awaits {
			ir.Walk(a.XType, is)
			ir.Walk(a.Result, is)
		}
		for _, p := range fn.TypeParams {
			ir.Walk(p.Constraint(), is)
		}
	}
	return found
}

// dumpStage prints fn, which is f or a literal in it, if it was asked for.
func (g *generator) dumpStage(stage string, f *load.Func, fn *ir.Func, format func(*ir.Func) string) {
	if !slices.Contains(g.opts.DumpStages, stage) {
		return
	}
	name := f.Decl.Name.Name
	if f.Decl.Recv != nil {
		name = emit.RecvName(g.funcs[f].Recv.Type) + "." + name
	}
	if name == g.opts.DumpFunc || f.Decl.Name.Name == g.opts.DumpFunc {
		name += strings.TrimPrefix(fn.Name, f.Decl.Name.Name) // .func1
		fmt.Fprintf(&g.dump, "# %s after %s\n%s\n", name, stage, format(fn))
	}
}
