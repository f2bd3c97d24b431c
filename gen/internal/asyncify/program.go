package asyncify

// This file defines Program: parsing, type checking, and which functions of a
// program or package are made async.

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// Import paths that an asyncified program uses.
const (
	pausePath = marker.Module + "/testdata/corpus/pause"
)

// Options say how a program is made async.
type Options struct {
	// Importer finds the packages that the program imports. It must not be in
	// use by another goroutine meanwhile.
	Importer types.Importer
	// Dense also wraps conditions, operands, arguments and results of basic
	// types in awaits of identity coroutines.
	Dense bool
	// Seed chooses which awaits are pause.Here and pause.Twice, which suspend
	// now and then, and which awaits in main are rt.Yield, which always suspends.
	Seed uint64
	// Generic makes generic functions and methods of generic types async too.
	Generic bool
	// Whole lists the kinds of statement that are left without an await. Nil
	// stands for [DefaultWhole].
	Whole map[Kind]bool
	// IO also awaits every call of Read, Write and the like (see ioCalls).
	IO bool
	// Sparse puts no await between statements. Only functions that lead to a
	// Read or Write are async then.
	Sparse bool
}

// A Kind is a kind of statement that coroutinegen may refuse an await in.
type Kind string

// The kinds of statement that can be left whole.
const (
	Select      Kind = "select"                // a select statement with its clauses
	RangeFunc   Kind = "range over a function" // a range statement over a function
	DeferInLoop Kind = "defer in a loop"       // a loop that contains a defer statement
)

// DefaultWhole has the kinds that coroutinegen refuses today.
var DefaultWhole = map[Kind]bool{}

// A File is the text of a source file.
type File struct {
	Name string
	Text []byte
}

// A Program is a one-file Go program, or a package, being made async.
type Program struct {
	opts  Options
	fset  *token.FileSet
	files []*source
	pkg   *types.Package
	info  *types.Info
	names names
	// traces: it looks at the stack, where it finds deferred literals only if they are
	// plain.
	traces bool
	funcs  []*function
	byObj  map[*types.Func]*function

	off   map[siteKey]string  // sites that were given up
	whole map[ast.Stmt]string // statements that were given up
	tried map[token.Pos]int   // where a statement was given up, with the round
	round int                 // number of calls of Source

	awaits int
	used   map[string]bool // basic types that need an identity coroutine
}

// A source is a file of the program, with its output.
type source struct {
	File
	syntax   *ast.File
	out      []byte
	segments []segment
}

// A function is one function or method of the program.
type function struct {
	file *source
	decl *ast.FuncDecl
	obj  *types.Func
	name string // the copy's name
	form form
	left string // why it is left plain; empty if it is made async
	dead bool   // left plain from the start: main, init, no body
}

// Left is a function or statement that is not made async.
type Left struct {
	What   string // such as "func f" or "line 12"
	Reason string
}

// Parse type-checks src, a Go program in one file, and decides which of its
// functions are made async. The error is that of the parser or type checker,
// or says that src is not a program.
func Parse(filename string, src []byte, opts Options) (*Program, error) {
	p, err := parse("main", []File{{filename, src}}, nil, opts)
	if err != nil {
		return nil, err
	}
	if p.pkg.Name() != "main" {
		return nil, fmt.Errorf("%s: package %s is not a program", filename, p.pkg.Name())
	}
	if p.main() == nil {
		return nil, fmt.Errorf("%s: no func main", filename)
	}
	return p, nil
}

// ParsePackage is [Parse] for a package that is not a program. Each function of the
// package runs its async copy until the copy is done. The names in tests, the tests of
// the package, are not used for new functions. The tests are not changed.
func ParsePackage(path string, files, tests []File, opts Options) (*Program, error) {
	return parse(path, files, tests, opts)
}

func parse(path string, files, tests []File, opts Options) (*Program, error) {
	if opts.Whole == nil {
		opts.Whole = DefaultWhole
	}
	p := &Program{
		opts:  opts,
		fset:  token.NewFileSet(),
		byObj: map[*types.Func]*function{},
		off:   map[siteKey]string{},
		whole: map[ast.Stmt]string{},
		tried: map[token.Pos]int{},
	}
	var syntax, all []*ast.File
	for _, f := range files {
		file, err := parser.ParseFile(p.fset, f.Name, f.Text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		p.files = append(p.files, &source{File: f, syntax: file})
		syntax = append(syntax, file)
	}
	all = append(all, syntax...)
	for _, f := range tests {
		file, err := parser.ParseFile(p.fset, f.Name, f.Text, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		all = append(all, file)
	}
	p.info = &types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	config := types.Config{Importer: opts.Importer, GoVersion: build.Default.ReleaseTags[len(build.Default.ReleaseTags)-1], Sizes: types.SizesFor("gc", "amd64")}
	var err error
	if p.pkg, err = config.Check(path, p.fset, syntax, p.info); err != nil {
		return nil, err
	}
	p.names = chooseNames(all)
	for _, obj := range p.info.Uses {
		if fn, ok := obj.(*types.Func); ok && fn.Pkg() != nil {
			switch fn.FullName() {
			case "runtime.Caller", "runtime.Callers", "runtime.Stack", "runtime/debug.Stack", "runtime/debug.PrintStack":
				p.traces = true
			}
		}
	}
	for _, f := range p.files {
		for _, decl := range f.syntax.Decls {
			if decl, ok := decl.(*ast.FuncDecl); ok {
				p.add(f, decl)
			}
		}
	}
	if p.main() == nil {
		p.keepRecovers()
	}
	if opts.Sparse {
		p.keepIO()
	}
	return p, nil
}

// add records decl as a function of the program.
func (p *Program) add(file *source, decl *ast.FuncDecl) {
	obj := p.info.Defs[decl.Name].(*types.Func)
	sig := obj.Signature()
	f := &function{file: file, decl: decl, obj: obj, name: p.names.copy(decl)}
	f.form, f.left = resultForm(sig.Results())
	switch {
	case decl.Body == nil:
		f.left, f.dead = "no body", true
	case decl.Recv == nil && decl.Name.Name == "init":
		f.left, f.dead = "init is not called by name", true
	case decl.Name.Name == "_":
		f.left, f.dead = "blank function", true
	case !p.opts.Generic && sig.TypeParams() != nil:
		f.left = "generic"
	case !p.opts.Generic && sig.RecvTypeParams() != nil:
		f.left = "method of a generic type"
	case sig.RecvTypeParams() == nil && sig.Recv() != nil && isGeneric(sig.Recv().Type()):
		f.left = "method of a generic type"
	}
	p.funcs = append(p.funcs, f)
	p.byObj[obj] = f
}

func isGeneric(t types.Type) bool {
	if ptr, ok := t.(*types.Pointer); ok {
		t = ptr.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.TypeParams() != nil
}

// main returns the function main, or nil in a package that is not a program.
func (p *Program) main() *function {
	if p.pkg.Name() != "main" {
		return nil
	}
	for _, f := range p.funcs {
		if f.decl.Recv == nil && f.decl.Name.Name == "main" {
			return f
		}
	}
	return nil
}

// Funcs returns how many functions with a body there are.
func (p *Program) Funcs() int {
	n := 0
	for _, f := range p.funcs {
		if f.decl.Body != nil {
			n++
		}
	}
	return n
}

// Async returns how many functions were async in the last call of [Program.Source].
func (p *Program) Async() int {
	n := 0
	for _, f := range p.funcs {
		if f.left == "" {
			n++
		}
	}
	return n
}

// Awaits returns how many awaits the last call of [Program.Source] wrote.
func (p *Program) Awaits() int { return p.awaits }

// Left lists the functions and statements that are not made async.
func (p *Program) Left() []Left {
	var left []Left
	for _, f := range p.funcs {
		if f.left != "" && !f.dead {
			left = append(left, Left{"func " + f.decl.Name.Name, f.left})
		}
	}
	for _, f := range p.funcs {
		if f.left != "" {
			continue
		}
		ast.Inspect(f.decl.Body, func(n ast.Node) bool {
			if stmt, ok := n.(ast.Stmt); ok && p.whole[stmt] != "" {
				left = append(left, Left{fmt.Sprintf("line %d", p.fset.Position(stmt.Pos()).Line), p.whole[stmt]})
				return false
			}
			return true
		})
	}
	return left
}
