package load

// This file type-checks the parsed packages with their stubs. Packages that are not
// parsed are read from export data.

import (
	"errors"
	"go/ast"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// loader is the state of one load.
type loader struct {
	fset     *token.FileSet
	sizes    types.Sizes
	texts    map[string][]byte     // the files that were read, by path
	exports  map[string]string     // files with export data, by import path
	exported types.Importer        // reads exports
	kept     *listing              // what a Keeper keeps of this load, or nil
	changed  map[string]bool       // folders with files that have changed since the go command listed them
	runtime  *unit                 // package machine; package rt, which the stubs name, is below it
	stubbed  map[*types.Func]*Func // what each stub stands for

	brokenUnits map[*unit]bool
	inMemory    bool
	diags       diag.List
	cycles      []string // what the go command says of import cycles
	others      []Excluded
	orphans     []string
}

func newLoader() *loader {
	l := &loader{
		fset:        token.NewFileSet(),
		texts:       make(map[string][]byte),
		exports:     make(map[string]string),
		stubbed:     make(map[*types.Func]*Func),
		brokenUnits: make(map[*unit]bool),
		changed:     make(map[string]bool),
	}
	l.exported = importer.ForCompiler(l.fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(l.exports[path]) })
	return l
}

// check type-checks the roots that are concerned, and the packages that they import. It
// returns those roots, except for hidden ones.
func (l *loader) check(roots []*unit) []*Package {
	var pkgs []*Package
	l.checkRuntime(roots)
	for _, u := range roots {
		if !u.concerned {
			if len(u.files) == 0 {
				l.listErrors(u)
			}
			continue
		}
		if _, err := l.typesOf(u); err != nil && u.checked == nil {
			l.broken(u, diag.Diagnostic{Code: diag.DoesNotCompile, Message: err.Error()})
			continue
		}
		if !u.hidden {
			pkgs = append(pkgs, u.checked)
		}
		if !l.brokenUnits[u] {
			l.listErrors(u)
		}
	}
	return pkgs
}

// checkRuntime reports that generated code could not import rt, because the user's module
// does not require this module.
func (l *loader) checkRuntime(roots []*unit) {
	if l.runtime == nil || len(l.runtime.files) > 0 || !slices.ContainsFunc(roots, func(u *unit) bool { return u.concerned }) {
		return
	}
	l.diags.Add(diag.Diagnostic{
		Code:    diag.DoesNotCompile,
		Message: "generated code has no runtime to import: " + importError(l.runtime),
		Remedy:  "go get " + marker.Module,
	})
}

// errCycle is the error of an import that leads back to the importing package.
var errCycle = errors.New("import cycle not allowed")

// typesOf returns the types of u, from source or from export data.
func (l *loader) typesOf(u *unit) (*types.Package, error) {
	switch {
	case u.path == "unsafe":
		return types.Unsafe, nil
	case u.types != nil:
		if !u.types.Complete() && u.source && u.checked == nil {
			return nil, errCycle
		}
		return u.types, nil
	case u.source:
		u.types = types.NewPackage(u.path, u.name)
		l.checkUnit(u)
		return u.types, nil
	case u.export == "":
		return nil, errors.New(importError(u))
	}
	l.exports[u.path] = u.export
	before := l.fset.Base()
	p, err := l.exported.Import(u.path)
	if l.kept != nil {
		l.kept.keeper.read(before, l.fset.Base())
	}
	if err != nil {
		return nil, err
	}
	u.types = p
	return p, nil
}

// checkUnit type-checks u into u.types.
func (l *loader) checkUnit(u *unit) {
	c := &checker{loader: l, unit: u, pkg: &Package{
		Path: u.path, Name: u.name, Dir: u.dir, GoVersion: u.goVersion, Module: u.module, Root: u.moduleDir, Sizes: l.sizes,
		Outside: u.outside,
		Fset:    l.fset, Files: u.sources, Generated: u.generated,
		Ignored: u.ignored, External: u.external,
		Imports: make(map[string]*Package), Broken: l.brokenUnits[u],
		Remedied: make(map[token.Pos]bool),
		stubbed:  l.stubbed,
	}}
	if len(u.sources) > 0 {
		c.pkg.Name = u.sources[0].Syntax.Name.Name
	}
	c.pkg.importer = c.importPackage
	if l.inMemory { // loads that run at the same time share the imports
		c.pkg.importer = func(path string) (*types.Package, error) {
			memory.Lock()
			defer memory.Unlock()
			return c.importPackage(path)
		}
	}
	c.findAsync()
	c.run(looksLikeError)
	if c.guessedWrong() {
		// The types are known now, so the second time is right.
		u.types = types.NewPackage(u.path, u.name)
		c.run(c.known())
	}
	if !c.pkg.Broken { // otherwise it does not parse, and type errors would be noise
		c.pkg.StubErrors = c.stubErrors()
		for _, err := range c.errors {
			l.typeError(u, c, err)
		}
	}
	c.finish()
	u.checked = c.pkg
	for _, path := range slices.Sorted(maps.Keys(u.imports)) {
		if imp := u.imports[path].checked; imp != nil {
			c.pkg.Imports[path] = imp
		}
	}
}

// checker type-checks one unit. It does so twice if the first guess at the stubs
// was wrong.
type checker struct {
	*loader
	unit *unit
	pkg  *Package

	taken  map[string]token.Pos // names that the user declared
	guess  func(*Func) bool
	stubs  map[*Func]*ast.Ident      // the name that each stub declares
	inStub map[*token.File]token.Pos // for each stub file, the distance of its positions from the source
	errors []types.Error

	mentions []*ast.Ident // the mentions of async functions in stubs
}

// findAsync collects the async functions of the unit.
func (c *checker) findAsync() {
	c.taken = make(map[string]token.Pos)
	for _, f := range c.unit.sources {
		maps.Copy(c.taken, DeclaredNames(f.Syntax))
		for _, d := range f.asyncDirectives() {
			fn := &Func{Pkg: c.pkg, File: f, Decl: d.Func, Directive: d.Pos}
			switch verbs := f.verbs(d.Func); {
			case verbs[Async] && verbs[Generator]:
				fn.AsyncGenerator, fn.Yield = true, AsyncYieldOf(d.Func)
			case verbs[Generator]:
				fn.Generator, fn.Yield = true, YieldOf(d.Func)
			}
			c.pkg.Async = append(c.pkg.Async, fn)
		}
	}
}

// importsC reports whether file is compiled by cgo.
func importsC(file *ast.File) bool {
	return slices.ContainsFunc(file.Imports, func(s *ast.ImportSpec) bool { return s.Path.Value == `"C"` })
}

// run type-checks the sources with stubs made under the given guess.
func (c *checker) run(guess func(*Func) bool) {
	c.guess = guess
	c.errors = nil
	c.stubs = make(map[*Func]*ast.Ident)
	c.inStub = make(map[*token.File]token.Pos)
	c.mentions = nil
	var files []*ast.File
	usesC := false
	for _, f := range c.unit.sources {
		files = append(files, f.Syntax)
		usesC = usesC || importsC(f.Syntax)
	}
	files = append(files, c.stubFiles()...)
	info := &types.Info{
		Types:        make(map[ast.Expr]types.TypeAndValue),
		Instances:    make(map[*ast.Ident]types.Instance),
		Defs:         make(map[*ast.Ident]types.Object),
		Uses:         make(map[*ast.Ident]types.Object),
		Implicits:    make(map[ast.Node]types.Object),
		Selections:   make(map[*ast.SelectorExpr]*types.Selection),
		Scopes:       make(map[ast.Node]*types.Scope),
		FileVersions: make(map[*ast.File]string),
	}
	conf := types.Config{
		GoVersion:        c.unit.goVersion,
		IgnoreFuncBodies: !c.unit.root,
		FakeImportC:      usesC,
		Importer:         importerFunc(c.importPackage),
		Sizes:            c.sizes,
		Error: func(err error) {
			var e types.Error
			if errors.As(err, &e) {
				c.errors = append(c.errors, e)
			}
		},
	}
	// Every error went to conf.Error.
	_ = types.NewChecker(&conf, c.fset, c.unit.types, info).Files(files)
	for _, id := range c.mentions {
		delete(info.Uses, id) // the user does not mention the function there
	}
	c.pkg.Types, c.pkg.Info = c.unit.types, info
	for _, fn := range c.pkg.Async {
		fn.Obj, _ = info.Defs[fn.Decl.Name].(*types.Func)
	}
}

type importerFunc func(path string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }

// importPackage imports path as the unit sees it.
func (c *checker) importPackage(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	u := c.unit.imports[path]
	if u == nil && (path == marker.RT || path == "iter") { // of the stubs
		u = below(c.runtime, path, make(map[*unit]bool))
	}
	if u == nil && c.unit.checked != nil { // the import is one of generated code
		u = below(c.runtime, path, make(map[*unit]bool))
		if u == nil { // such as the package of a type that the source does not mention
			u = below(c.unit, path, make(map[*unit]bool))
		}
	}
	if u == nil {
		return nil, errors.New(c.cycle(c.unit.path, path))
	}
	return c.typesOf(u)
}

// cycle returns the reason why the go command does not list the package to among the
// imports of from. The go command cuts import cycles, and reports a cycle at one of its
// packages only.
func (l *loader) cycle(from, to string) string {
	for _, text := range l.cycles {
		if words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" []:,", r) }); slices.Contains(words, from) && slices.Contains(words, to) {
			return text
		}
	}
	return "the go command did not list this package"
}

// below returns the unit of path among u and everything that u depends on, or nil if
// there is none.
func below(u *unit, path string, seen map[*unit]bool) *unit {
	switch {
	case u == nil || seen[u]:
		return nil
	case u.path == path:
		return u
	}
	seen[u] = true
	for _, imp := range u.imports {
		if found := below(imp, path, seen); found != nil {
			return found
		}
	}
	return nil
}

// stubFiles makes the stubs of every file that has async functions.
func (c *checker) stubFiles() []*ast.File {
	rtName, iterName := freeName("coroutine_rt", c.unit.sources), freeName("coroutine_iter", c.unit.sources)
	declared := maps.Clone(c.taken)
	frames := make(map[string]bool) // names that no frame can have
	for _, f := range c.unit.sources {
		if !IsTest(f.Path) {
			for name := range DeclaredNames(f.Syntax) {
				frames[name] = true
			}
		}
	}
	var files []*ast.File
	for _, f := range c.unit.sources {
		var funcs []*Func
		for _, fn := range c.pkg.Async {
			key := DeclKey(fn.Decl, fn.AsyncName())
			if fn.File != f || declared[key].IsValid() || fn.Name() == "_" {
				continue
			}
			declared[key] = fn.Decl.Name.Pos()
			fn.Frame = ""
			if fn.Generator {
				fn.Frame = generatorName(fn, func(name string) bool { return frames[name] || declared[name].IsValid() })
				frames[fn.Frame] = true
				funcs = append(funcs, fn)
				continue
			}
			if fn.AsyncGenerator { // nothing else holds its frame
				funcs = append(funcs, fn)
				continue
			}
			// The names do not depend on tests, except those for functions in tests.
			if name := frameName(fn); name != "" && !frames[name] && !(IsTest(f.Path) && declared[name].IsValid()) {
				fn.Frame = name
				frames[name] = true
			}
			funcs = append(funcs, fn)
		}
		if len(funcs) == 0 {
			continue
		}
		stubs, place := newStubFile(c.fset, f, rtName, iterName)
		c.inStub[place] = stubs.copier.shift
		for _, fn := range funcs {
			if fn.Generator {
				c.stubs[fn] = stubs.generator(fn, c.guess(fn))
				continue
			}
			if fn.AsyncGenerator {
				c.stubs[fn] = stubs.asyncGenerator(fn, c.guess(fn))
				continue
			}
			c.stubs[fn] = stubs.add(fn, c.guess(fn), !declared[fn.Frame].IsValid())
		}
		c.mentions = append(c.mentions, stubs.mentions...)
		files = append(files, stubs.file)
	}
	return files
}

// frameName returns the name of the frame of fn, or "" if other packages cannot use the
// frame. They can if they can import the package, fn is exported, and the type parameters
// of fn can be written.
func frameName(fn *Func) string {
	if fn.File.Syntax.Name.Name == "main" {
		return ""
	}
	if _, ok := typeParams(fn); !ok {
		return ""
	}
	return marker.FrameName(receiverName(fn.Decl), fn.AsyncName())
}

// guessedWrong reports whether a stub took an error for an ordinary result, or the
// reverse.
func (c *checker) guessedWrong() bool {
	return slices.ContainsFunc(c.pkg.Async, func(f *Func) bool { return lastIsError(f) != looksLikeError(f) })
}

// known returns lastIsError for the types of this run, which the next run replaces.
func (c *checker) known() func(*Func) bool {
	is := make(map[*Func]bool)
	for _, f := range c.pkg.Async {
		is[f] = lastIsError(f)
	}
	return func(f *Func) bool { return is[f] }
}

// finish connects the functions with their stubs.
func (c *checker) finish() {
	for fn, name := range c.stubs {
		stub, ok := c.pkg.Info.Defs[name].(*types.Func)
		if !ok || !c.declared(stub) {
			continue
		}
		fn.Stub = stub
		c.stubbed[stub] = fn
	}
}

// declared reports whether the name of stub denotes stub. It does not if the name was
// taken.
func (c *checker) declared(stub *types.Func) bool {
	recv := stub.Signature().Recv()
	if recv == nil {
		return stub.Pkg().Scope().Lookup(stub.Name()) == stub
	}
	obj, _, _ := types.LookupFieldOrMethod(recv.Type(), true, stub.Pkg(), stub.Name())
	found, ok := obj.(*types.Func)
	return ok && found.Origin() == stub
}

// isStub reports whether pos lies in a stub file.
func (c *checker) isStub(pos token.Pos) bool {
	_, ok := c.inStub[c.fset.File(pos)]
	return ok
}

// stubErrors returns the errors in stubs that have no counterpart at the same place of
// the source. Soft errors are left out: a stub file may import more than it uses.
func (c *checker) stubErrors() (list []types.Error) {
	inSource := make(map[token.Pos]bool)
	for _, err := range c.errors {
		inSource[err.Pos] = true
	}
	for _, err := range c.errors {
		shift, inStub := c.inStub[c.fset.File(err.Pos)]
		if inStub && !err.Soft && !inSource[err.Pos-shift] && !strings.HasPrefix(err.Msg, "\t") {
			list = append(list, err)
		}
	}
	return list
}

// typeError reports an error of the type checker, unless it lies in a stub.
func (l *loader) typeError(u *unit, c *checker, err types.Error) {
	if c.isStub(err.Pos) {
		return
	}
	pos := err.Fset.Position(err.Pos)
	// Continuation lines of the error before it begin with a tab.
	if msg, ok := strings.CutPrefix(err.Msg, "\t"); ok {
		if n := len(l.diags); n > 0 && u.root && c.pkg.Broken {
			l.diags[n-1].Related = append(l.diags[n-1].Related, diag.Related{Pos: pos, Message: msg})
		}
		return
	}
	c.pkg.Broken = true
	remedy := c.remedy(err)
	if remedy != "" {
		c.pkg.Remedied[err.Pos] = true
	}
	l.broken(u, diag.Diagnostic{Pos: pos, Code: diag.DoesNotCompile, Message: err.Msg, Remedy: remedy})
}
