// Package check says what coroutinegen refuses, each with a position, a code
// and a remedy: what it cannot rewrite faithfully, and what is certainly a
// mistake. Everything is found by object identity, never by name.
//
// The tool calls [Package] before it generates anything. The [Analyzer] makes the same
// checks for go vet, gopls and any other driver of go/analysis. Later stages of the tool
// refuse more, which the Analyzer does not see: see stagecodes.go of package diag. Two
// mistakes are reported only by the Analyzer, because Go allows them: an await whose error
// is dropped, and an async function that is used as a value. Only the Analyzer compares
// generated files with their sources, too: the tool generates them again. The packages below
// this one have further analyzers, and package suite lists all of them.
//
// Package diag lists the codes, each with an example.
package check

// This file defines the two ways into the package.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// Package returns a sorted list of everything in p that is refused.
func Package(p *load.Package) diag.List {
	c := &checker{fset: p.Fset, pkg: p.Types, info: p.Info, files: sources(p.Files), declared: p.Files, remedied: p.Remedied}
	c.run()
	var list diag.List
	for _, f := range c.findings {
		d := list.Report(p.Fset, f.pos, f.end, f.code, "%s", f.message)
		d.Remedy = f.remedy
		for _, r := range f.related {
			d.Related = append(d.Related, diag.Related{Pos: p.Fset.Position(r.Pos), Message: r.Message})
		}
	}
	list.Sort()
	return list
}

// Analyzer reports what coroutinegen refuses. The category of a diagnostic is
// its code.
var Analyzer = &analysis.Analyzer{
	Name: "coroutinegen",
	Doc: `report what coroutinegen refuses to rewrite

The coroutinegen analyzer reports awaits where nothing can suspend, async values
and errors of awaits that are dropped, calls and values of async functions where
their coroutines are meant, directives with a typo, whatever is not supported in a function
marked with //coroutine:async or //coroutine:generator, and such functions that have
changed since their coroutines and generators were generated.`,
	URL:              "https://pkg.go.dev/github.com/coroutinegen/coroutinegen/gen/check",
	Run:              run,
	RunDespiteErrors: true,
}

func run(pass *analysis.Pass) (any, error) {
	files := load.Analyzed(pass.Fset, pass.Files, pass.ReadFile)
	c := &checker{fset: pass.Fset, pkg: pass.Pkg, info: pass.TypesInfo, files: sources(files), declared: files, vet: true}
	c.run()
	if len(pass.TypeErrors) == 0 { // otherwise the compiler says more
		c.stale(load.Outputs(pass.Fset, pass.Files, pass.ReadFile))
	}
	for _, f := range c.findings {
		message := f.message
		if f.remedy != "" {
			message += "; " + f.remedy
		}
		pass.Report(analysis.Diagnostic{
			Pos: f.pos, End: f.end, Category: string(f.code), Message: message, Related: f.related,
		})
	}
	return nil, nil
}

// sources returns files without those that the tool wrote. An error in a generated file
// is reported in its source, where it can be corrected.
func sources(files []*load.File) []*load.File {
	return slices.DeleteFunc(slices.Clone(files), func(f *load.File) bool { return f.Output })
}

// checker is the state of a check of one package.
type checker struct {
	fset  *token.FileSet
	pkg   *types.Package
	info  *types.Info
	files []*load.File // the files to check: none is generated

	remedied map[token.Pos]bool // where the type checker reports an error with a remedy

	declared []*load.File // files, and the generated files of a mirror, which declare names, too
	vet      bool         // also report what is allowed but hardly meant

	marks    map[*ast.FuncDecl]*mark
	started  map[*types.Var]string // what runs the functions in local variables on other goroutines
	findings []finding
}

// A mark is what the directives above a function say, well-formed or not. A mark
// that is none of these comes from a directive that was refused: the
// awaits of the function are not reported as well.
type mark struct {
	file     *load.File
	async    *load.Directive // nil if there is none
	blocking bool

	generator *load.Directive // nil if there is none
}

// pulls reports whether m marks a generator that does not await.
func (m *mark) pulls() bool { return m.generator != nil && m.async == nil }

// isAsyncGenerator reports whether m marks a generator that awaits.
func (m *mark) isAsyncGenerator() bool { return m.generator != nil && m.async != nil }

// takes reports whether a directive of the given verb may stand beside those of m.
func (m *mark) takes(verb string) bool {
	switch verb {
	case load.Async:
		return m.async == nil && !m.blocking
	case load.Generator:
		return m.generator == nil && !m.blocking
	}
	return m.async == nil && m.generator == nil && !m.blocking
}

type finding struct {
	pos, end token.Pos
	code     diag.Code
	message  string
	remedy   string
	related  []analysis.RelatedInformation
}

func (c *checker) report(at analysis.Range, code diag.Code, message, remedy string, related ...analysis.RelatedInformation) {
	c.findings = append(c.findings, finding{at.Pos(), at.End(), code, message, remedy, related})
}

func (c *checker) run() {
	c.marks = make(map[*ast.FuncDecl]*mark)
	for _, f := range c.files {
		c.directives(f)
	}
	c.targets()
	c.names()
	for _, decl := range c.marked() {
		c.signature(c.marks[decl], decl)
	}
	if c.info == nil || c.pkg == nil || c.pkg.Path() == marker.Annotations {
		return // package annotations implements the awaits
	}
	var syntax []*ast.File
	for _, f := range c.files {
		syntax = append(syntax, f.Syntax)
	}
	root := inspector.New(syntax).Root()
	c.calls(root)
	c.yields(root)
	c.unmarkedYields(root)
	c.blockingCalls(root)
	c.drops(root)
	if c.vet {
		c.droppedErrors(root)
		c.droppedYields(root)
	}
}

// extent is a Range of two positions.
type extent struct{ pos, end token.Pos }

func (e extent) Pos() token.Pos { return e.pos }
func (e extent) End() token.Pos { return e.end }
