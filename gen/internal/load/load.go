// Package load turns package patterns into type-checked syntax and finds the
// functions to rewrite.
//
// It calls go/packages once, for metadata and the export data of the
// dependencies. It parses and type-checks the packages itself, because go/packages
// does not guarantee three properties:
//
//   - Files that this tool generated earlier are left out, whatever is in them,
//     so that stale or broken output never stands in the way of new output.
//   - Every function marked with //coroutine:async has its nameAsync, and every function
//     marked with //coroutine:generator has its namePull, which a stub declares in a file
//     that exists in memory only. No position in the user's files changes.
//   - Packages that import each other's stubs see the same object.
//
// In this package, generators count as async functions.
package load

// This file defines what a load is asked for and what it returns.

import (
	"context"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
	"sync"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/inputs"
)

// Config says what to load.
type Config struct {
	Dir        string   // directory in which patterns are resolved; "" is the current one
	Patterns   []string // as for the go command; none means "."
	Env        []string // environment of the go command; nil means os.Environ()
	BuildFlags []string // flags for the go command
	Platform            // what to load the packages for

	Keeper *Keeper // if not nil, what earlier loads have left, and this one leaves to the next
	// Wanted, if not nil, is asked for every package that the patterns match, and for every
	// folder with Go files that is no package of the build, whether it is to be loaded. It is
	// told the import path or the folder, and a hash of everything that the result depends on.
	Wanted func(path, dir string, key inputs.Sum) bool

	Running  sync.Locker                      // if not nil, held while the go command runs
	Progress func(format string, args ...any) // if not nil, called with what is being done
}

// A Package is one type-checked package.
type Package struct {
	Path      string
	Name      string
	Dir       string
	GoVersion string // of the module, as in "go1.26"; "" if unknown
	Module    string // path of the module; "" if there is none
	Root      string // directory of the module
	Sizes     types.Sizes
	// Outside is a hash of everything that the result depends on besides the files, if the
	// package was loaded with a Keeper.
	Outside inputs.Sum

	Fset  *token.FileSet
	Types *types.Package
	Info  *types.Info

	// External says that the package holds tests of another package, whose name is Name
	// without "_test".
	External bool

	// Files are the user's source files, sorted by path: neither the generated
	// ones nor the stubs. They include tests, which come last, if something is generated
	// from a test.
	Files []*File
	// Generated are the paths of the files that were left out of the load
	// because this tool wrote them.
	Generated []string
	// Ignored are the Go files of the directory that are not part of the build.
	Ignored []string

	// Async are the functions marked with //coroutine:async or //coroutine:generator, in
	// source order. Package check reports what is wrong with any of them.
	Async []*Func

	// Imports are the direct imports that were also loaded from source.
	Imports map[string]*Package

	// Broken says that the package does not parse or type-check. Syntax and
	// Info may be incomplete then.
	Broken bool

	// Remedied has the positions of the errors of the type checker that come with a remedy.
	Remedied map[token.Pos]bool

	// StubErrors are the errors of the type checker in the stubs that it does not also
	// report in the source. There are none, unless the name of a stub is taken, which
	// package check reports, or this package has a bug.
	StubErrors []types.Error

	stubbed  map[*types.Func]*Func // what each stub stands for; shared by all packages of one load
	importer func(path string) (*types.Package, error)
}

// Import returns the package with the given import path as this package sees it. The
// files of this package need not import it. Package rt and everything that rt depends on
// can always be imported, because generated code imports them.
func (p *Package) Import(path string) (*types.Package, error) { return p.importer(path) }

// A File is one source file of a package.
type File struct {
	Path       string
	Syntax     *ast.File
	Src        []byte
	Generated  bool // has a "Code generated ... DO NOT EDIT." line of another tool
	Directives []*Directive
	Output     bool // has the header of this tool, as files of a mirror have: the checks look at its source instead
}

// A Func is a function marked with //coroutine:async or //coroutine:generator.
type Func struct {
	Pkg       *Package
	File      *File
	Decl      *ast.FuncDecl
	Obj       *types.Func // the function as written; nil if it does not type-check
	Stub      *types.Func // the function to generate; nil if the name is taken
	Frame     string      // the name of the frame type, "" if other packages cannot use the frame
	Directive token.Pos

	// For a generator.

	Generator bool
	// AsyncGenerator: the function is async as well. Generator is false then, because the machine is
	// that of an async function.
	AsyncGenerator bool
	Yield          *Yield // nil if package check refuses the function
}

// Name returns the name of the function as written.
func (f *Func) Name() string { return f.Decl.Name.Name }

// AsyncName returns the name of the function to generate.
func (f *Func) AsyncName() string {
	if f.Generator {
		return PullName(f.Decl.Name.Name)
	}
	return AsyncName(f.Decl.Name.Name)
}

// AsyncName returns the name of the function that is generated from the function name.
// It is exported if and only if name is.
func AsyncName(name string) string { return name + "Async" }

// InTest reports whether obj, an object of the package, is declared in a test, or is the stub of an
// async function there.
func (p *Package) InTest(obj types.Object) bool {
	return IsTest(strings.TrimSuffix(p.Fset.PositionFor(obj.Pos(), false).Filename, stubSuffix))
}

// FuncOf returns the async function that stub, the object of a nameAsync in any
// package of the same load, stands for. It returns nil for every other object,
// and for functions of packages that were not loaded from source.
func (p *Package) FuncOf(stub *types.Func) *Func {
	if stub == nil {
		return nil
	}
	return p.stubbed[stub.Origin()]
}

// A Result is what was loaded.
type Result struct {
	// Packages are the packages that match the patterns and concern this tool: they
	// depend on rt, contain a directive, or have a generated file. Other packages that
	// match are not even parsed. If a test has async functions or a generated file, its package
	// with its tests takes the place of the package.
	Packages []*Package
	// Diags lists everything that does not compile. Packages is complete even then,
	// so that package check can add its findings.
	Diags diag.List

	// Excluded are the files with async functions that are not part of the build, from
	// the directories of all packages that match.
	Excluded []Excluded
	// Orphans are the generated files of these directories that are not part of the
	// build and whose source has no async functions any more.
	Orphans []string
}

// Load returns the packages that match the patterns. If ctx ends while the packages are
// listed, Load returns the cause. Type checking is not interrupted.
func Load(ctx context.Context, cfg Config) (*Result, error) {
	l := newLoader()
	if k := cfg.Keeper; k != nil {
		k.prune()
		l.fset = k.fset
	}
	if cfg.Running != nil {
		cfg.Running.Lock()
	}
	if cfg.Progress != nil {
		cfg.Progress("loading %s", strings.Join(cfg.Patterns, " "))
	}
	roots := l.list(ctx, cfg)
	if cfg.Running != nil {
		cfg.Running.Unlock()
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	pkgs := l.check(roots)
	return &Result{Packages: pkgs, Diags: l.diags, Excluded: l.others, Orphans: l.orphans}, nil
}
