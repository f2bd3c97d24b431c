package check

// This file checks the directives and the declarations below them.

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/tools/go/analysis"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// directives checks the directives of f and records what they mark.
func (c *checker) directives(f *load.File) {
	for _, d := range f.Directives {
		if d.Verb == load.Blocks && !d.Mangled {
			continue // it is about a line, and analyzer blocking reads it
		}
		at := extent{d.Pos, d.End}
		target := d.Func
		if target == nil {
			target = next(f.Syntax, d)
		}
		m := c.marks[target]
		if m == nil {
			m = &mark{file: f}
		}
		if target != nil {
			c.marks[target] = m
		}
		switch {
		case !known(d.Verb):
			c.report(at, diag.DirectiveUnknown, unknown(d.Verb), remedyUnknown(d.Verb))
		case d.Mangled:
			c.report(at, diag.DirectiveMangled, "this looks like a directive but is an ordinary comment",
				"write //coroutine:"+d.Verb+", with no space, at the start of the comment")
		case d.Args != "":
			c.report(at, diag.DirectiveArguments, fmt.Sprintf("//coroutine:%s takes no arguments", d.Verb),
				fmt.Sprintf("remove %q from the line", d.Args))
		case d.Func == nil:
			c.report(at, diag.DirectiveMisplaced, fmt.Sprintf("//coroutine:%s does not stand directly above a function declaration", d.Verb),
				misplaced(f.Syntax, d))
		case !m.takes(d.Verb):
			c.repeated(at, d, m)
		case d.Verb == load.Blocking:
			m.blocking = true
		case c.isGoTest(d.Func):
			c.report(at, diag.DirectiveInTest, fmt.Sprintf("go test calls %s, and does not await it", d.Func.Name.Name),
				"give the async function another name, and "+c.testRemedy(d.Func))
		case d.Verb == load.Generator:
			m.generator = d
		default:
			m.async = d
		}
	}
}

// isGoTest reports whether decl, or what would be generated from it, is one of the functions that
// go test calls, such as TestX in a file x_test.go.
func (c *checker) isGoTest(decl *ast.FuncDecl) bool {
	if decl == nil || decl.Recv != nil || !c.inTest(decl) {
		return false
	}
	for _, kind := range []string{"Test", "Benchmark", "Fuzz", "Example"} {
		if rest, ok := strings.CutPrefix(decl.Name.Name, kind); ok {
			first, _ := utf8.DecodeRuneInString(rest)
			return rest == "" || !unicode.IsLower(first)
		}
	}
	return false
}

// testRemedy says how a test runs what awaits. It stands at n.
func (c *checker) testRemedy(n ast.Node) string {
	return fmt.Sprintf("run it in the test: rttest.Run(t, nameAsync(t)); or write what awaits as a literal: rttest.Run(t, %s(func() error { ... }))", c.write(marker.AsyncVoid, n))
}

func known(verb string) bool {
	return verb == load.Async || verb == load.Generator || verb == load.Blocking || verb == load.Blocks
}

func unknown(verb string) string {
	if verb == "" {
		return "directive without a name"
	}
	return fmt.Sprintf("unknown directive //coroutine:%s", verb)
}

func remedyUnknown(verb string) string {
	if known := load.NearestVerb(verb); known != "" {
		return "write //coroutine:" + known
	}
	return "the directives are //coroutine:async, //coroutine:generator, //coroutine:blocking and, at a line, //coroutine:blocks reason"
}

// misplaced returns the remedy for d, which does not stand directly above a function.
func misplaced(file *ast.File, d *load.Directive) string {
	if next(file, d) != nil {
		return "remove what stands between the directive and the function, blank lines above all"
	}
	return "only declared functions and methods can be marked: move the code into one"
}

// next returns the function declaration that follows d with only space and
// comments between them, or nil if there is none.
func next(file *ast.File, d *load.Directive) *ast.FuncDecl {
	for _, decl := range file.Decls {
		if decl.End() <= d.Pos {
			continue
		}
		if decl, ok := decl.(*ast.FuncDecl); ok && decl.Pos() > d.Pos {
			return decl
		}
		return nil
	}
	return nil
}

func (c *checker) repeated(at extent, d *load.Directive, m *mark) {
	if m.async != nil && d.Verb == load.Async || m.generator != nil && d.Verb == load.Generator || m.blocking && d.Verb == load.Blocking {
		c.report(at, diag.DirectiveRepeated, fmt.Sprintf("//coroutine:%s stands here twice", d.Verb), "remove one of the two")
		return
	}
	if m.generator != nil || d.Verb == load.Generator {
		c.report(at, diag.DirectiveRepeated, "//coroutine:generator and //coroutine:blocking contradict each other",
			"a generator does not await, so nothing in it blocks for an await: keep one of the two")
		return
	}
	c.report(at, diag.DirectiveRepeated, "//coroutine:async and //coroutine:blocking contradict each other",
		"an async function suspends and never blocks its goroutine: keep one of the two")
}

// names checks that each nameAsync is free.
func (c *checker) names() {
	type owner struct {
		pos  token.Pos
		what string
	}
	taken := make(map[string]owner)
	for _, f := range c.declared {
		for key, pos := range load.DeclaredNames(f.Syntax) {
			taken[key] = owner{pos, "declared"}
		}
	}
	for _, decl := range c.marked() {
		name := load.AsyncName(decl.Name.Name)
		if c.marks[decl].pulls() {
			name = load.PullName(decl.Name.Name)
		}
		key := load.DeclKey(decl, name)
		other, ok := taken[key]
		if !ok {
			other.pos, ok = c.fieldOrMethod(decl, name)
			other.what = "declared"
		}
		if !ok && decl.Recv == nil {
			other.pos, ok = c.imported(name)
			other.what = "imported"
		}
		if !ok {
			taken[key] = owner{decl.Name.Pos(), "generated"}
			continue
		}
		message := fmt.Sprintf("cannot generate %s from %s because the name is already %s", name, decl.Name.Name, other.what)
		if other.what == "generated" {
			message = fmt.Sprintf("two functions would generate the name %s", name)
		}
		related := analysis.RelatedInformation{Pos: other.pos, Message: other.what + " here"}
		if other.what == "generated" {
			related.Message = "the other function"
		}
		c.report(decl.Name, diag.DuplicateName, message, "rename one of the two", related)
	}
}

// targets checks that no file of the user has the name of a file to generate.
func (c *checker) targets() {
	for _, f := range c.files {
		target := load.TargetOf(f.Path)
		if !slices.ContainsFunc(c.marked(), func(decl *ast.FuncDecl) bool { return c.marks[decl].file == f }) {
			continue
		}
		for _, other := range c.files {
			if other.Path == target {
				c.report(other.Syntax.Name, diag.TargetTaken,
					fmt.Sprintf("%s would be generated from %s, but somebody wrote it by hand", filepath.Base(target), filepath.Base(f.Path)),
					"rename one of the two files")
			}
		}
	}
}

// marked returns the functions marked as async or as generators, in source order.
func (c *checker) marked() []*ast.FuncDecl {
	var decls []*ast.FuncDecl
	for decl, m := range c.marks {
		if m.async != nil || m.generator != nil {
			decls = append(decls, decl)
		}
	}
	slices.SortFunc(decls, func(a, b *ast.FuncDecl) int { return int(a.Pos() - b.Pos()) })
	return decls
}

// fieldOrMethod finds a field or method called name that the user declared for the
// receiver type of decl. It finds what [load.DeclaredNames] cannot: the receiver may be
// written with another name, and the field may come from another type.
func (c *checker) fieldOrMethod(decl *ast.FuncDecl, name string) (token.Pos, bool) {
	fn, ok := c.object(decl)
	if !ok || fn.Signature().Recv() == nil {
		return token.NoPos, false
	}
	obj, path, _ := types.LookupFieldOrMethod(fn.Signature().Recv().Type(), true, c.pkg, name)
	// A promoted field or method is only hidden, as by any other declaration.
	if obj == nil || len(path) != 1 || !c.mine(obj.Pos()) {
		return token.NoPos, false
	}
	return obj.Pos(), true
}

// imported finds name in the scope of a file, as the name of an import or of a
// dot-imported object. A package-level declaration conflicts with both.
func (c *checker) imported(name string) (token.Pos, bool) {
	if c.info == nil {
		return token.NoPos, false
	}
	for _, f := range c.files {
		scope := c.info.Scopes[f.Syntax]
		if scope == nil || scope.Lookup(name) == nil {
			continue
		}
		for _, spec := range f.Syntax.Imports {
			dot := spec.Name != nil && spec.Name.Name == "."
			pkg := c.info.PkgNameOf(spec)
			if pkg != nil && (pkg.Name() == name || dot && pkg.Imported().Scope().Lookup(name) != nil) {
				return spec.Pos(), true
			}
		}
	}
	return token.NoPos, false
}

// mine reports whether pos lies in a file that is checked, rather than in a
// generated file or a stub.
func (c *checker) mine(pos token.Pos) bool { return c.fileAt(pos) != nil }

// fileAt returns the file that is checked and contains pos, or nil.
func (c *checker) fileAt(pos token.Pos) *ast.File {
	for _, f := range c.files {
		if f.Syntax.FileStart <= pos && pos < f.Syntax.FileEnd {
			return f.Syntax
		}
	}
	return nil
}

func (c *checker) object(decl *ast.FuncDecl) (*types.Func, bool) {
	if c.info == nil {
		return nil, false
	}
	fn, ok := c.info.Defs[decl.Name].(*types.Func)
	return fn, ok
}
