// Package emit writes machines as Go source.
//
// Every async function becomes these declarations, always in this order: the constructor, the
// frame, the methods that set the frame to its beginning, the states, the lines of the awaits,
// the constants of the deferred calls, the types that the function declares, Poll, the methods
// that Poll calls or defers, and Where. A function has only the declarations that it needs. A
// generator has Next in place of Poll, and Stop, All and String besides.
//
// Text of the user is copied. The package builds its own code with jennifer, which also writes
// the imports. The result is formatted as by gofmt.
package emit

// This file assembles the source of a whole file.

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"
	"golang.org/x/tools/imports"

	"github.com/coroutinegen/coroutinegen/gen/internal/digest"
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

// A File is one file to write.
type File struct {
	Pkg    string // package name
	Path   string // package path
	Source string // the name of the source, for the second line
	Syntax *ast.File
	Build  string // the build constraint of the source, or ""
	// Lines are the names of the source and of the file itself in line directives. Without
	// them, the file has none.
	Lines *LineNames
	Whole bool       // the file replaces all of the source, in a mirror
	Doc   string     // the package comment, for a mirror
	Scope naming.Set // the names of the package
	Decls []Decl

	Digests []digest.Func // of the async functions of the source, in its order

	// Before is what Bytes has returned for an earlier state of the file, or nil.
	Before *Formatted
}

// A Decl is a machine, a reference or verbatim text.
type Decl struct {
	Machine   *Machine
	Reference *ir.Func
	Text      ir.Code
}

// fn returns the async function that d is made from, or nil for verbatim text.
func (d Decl) fn() *ir.Func {
	if d.Machine != nil {
		return d.Machine.Fn.Func
	}
	return d.Reference
}

// Bytes returns the text of f, also by its declarations if these are formatted one by one. If the
// text does not parse, the error shows it with line numbers.
func (f *File) Bytes() ([]byte, *Formatted, error) {
	plain, err := f.rendered()
	if err != nil {
		return nil, nil, err
	}
	if f.Lines == nil && !f.Whole {
		if by := f.byDecls(plain); by != nil {
			return f.header(by.digest).Insert(by.bytes(), 2), by, nil
		}
	}
	plain = uncut(plain)
	text := plain
	if f.Lines != nil {
		text = indentComments(text)
	}
	out, err := formatted(f.Source, text)
	if err != nil {
		return nil, nil, fmt.Errorf("internal error: the generated code does not parse; please report this with its source: %w\n%s", err, Numbered(plain, 0))
	}
	if out, err = f.withDigest(out); err != nil || f.Lines == nil {
		return out, nil, err
	}
	out, err = directives(out, f.Lines.Source, f.Lines.Target)
	return out, nil, err
}

// rendered returns the text of f without its digest, before it is formatted. If nobody asks where
// lines come from, each declaration of a machine has a cut before it.
func (f *File) rendered() ([]byte, error) {
	j := jen.NewFilePathName(f.Path, f.Pkg)
	j.HeaderComment(marker.Header)
	j.HeaderComment("// Source: " + f.Source)
	if f.Build != "" {
		j.HeaderComment("") // an empty line ends the header
		j.HeaderComment(f.Build)
	}
	if f.Doc != "" {
		j.PackageComment(f.Doc)
	}
	names := map[string]string{marker.RT: "rt", marker.Machine: "machine", "unicode/utf8": "utf8"}
	for _, s := range f.Syntax.Imports {
		path, _ := strconv.Unquote(s.Path.Value)
		switch {
		case s.Name == nil || s.Name.Name == "." || ir.Words[s.Name.Name]:
		case s.Name.Name == "_":
			if f.Whole {
				j.Anon(path)
			}
		default:
			j.ImportAlias(path, imported(s.Name.Name, f.hidesAlias)) // mentions use the path, not the name
			delete(names, path)
		}
	}
	for _, d := range f.Decls {
		f.packageNames(d, names)
	}
	if name := f.machineName(names); name != names[marker.Machine] {
		j.ImportAlias(marker.Machine, name)
		delete(names, marker.Machine)
	}
	for path, name := range names {
		hides := path == marker.RT || !f.imports(path) || f.returns(path)
		other := imported(name, func(name string) bool { return hides && f.hides(name) || f.encloses(name) })
		if other != name {
			j.ImportAlias(path, other)
			continue
		}
		j.ImportName(path, name)
	}
	for _, d := range f.Decls {
		switch {
		case d.Machine != nil:
			d.Machine.write(j, f.Scope)
		case d.Reference != nil:
			j.Line()
			j.Add(jen.Op(cut))
			j.Add(reference(d.Reference))
		default:
			w := &writer{}
			w.plain(d.Text)
			j.Line()
			if f.explained() {
				j.Add(jen.Op(madeUp + string(outside) + "\n"))
				j.Line()
			}
			j.Add(w.statement())
		}
	}
	j.Line()
	if f.Lines != nil {
		j.Add(jen.Op(madeUp + "\n"))
	} else if f.explained() {
		j.Add(jen.Op(madeUp + string(outside) + "\n"))
		j.Line()
	} else {
		j.Add(jen.Op(cut))
	}
	j.Add(fits())
	j.NoFormat = true // formatted formats the text
	var buf bytes.Buffer
	if err := j.Render(&buf); err != nil {
		return nil, fmt.Errorf("internal error: %w", err)
	}
	return buf.Bytes(), nil
}

// explained reports whether the machines of f say where their lines come from.
func (f *File) explained() bool {
	return slices.ContainsFunc(f.Decls, func(d Decl) bool { return d.Machine != nil && d.Machine.Explained })
}

// withDigest adds to text, the file without its digest, the line with the digest.
func (f *File) withDigest(text []byte) ([]byte, error) {
	file, err := parser.ParseFile(token.NewFileSet(), f.Source, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("internal error: %w", err)
	}
	return f.header(digest.Text(file)).Insert(text, 2), nil
}

// header returns the line with the digests. text is that of the file.
func (f *File) header(text string) digest.Header {
	return digest.Header{Version: digest.Version, Text: text, Funcs: f.Digests}
}

// fits returns the declaration that does not compile with an rt of another time.
//
//	const (
//		_ = machine.GenerateAgain(1 - machine.OldestOutput)
//		_ = machine.UpdateRuntime(machine.NewestOutput - 1)
//	)
func fits() *jen.Statement {
	w := &writer{}
	constant := func(typ string, operands ...func()) {
		w.text("_ = ")
		w.qual(machineQual(typ))
		w.text("(")
		for i, operand := range operands {
			if i > 0 {
				w.text(" - ")
			}
			operand()
		}
		w.text(")\n")
	}
	version := func() { w.text(strconv.Itoa(digest.Version)) }
	oldest := func() { w.qual(machineQual("OldestOutput")) }
	newest := func() { w.qual(machineQual("NewestOutput")) }
	w.text("const (\n")
	constant("GenerateAgain", version, oldest)
	constant("UpdateRuntime", newest, version)
	w.text(")")
	return w.statement()
}

// formatted formats source as goimports does. It passes only the imports to package imports,
// because that package resolves identifiers like the old go/ast, which fails at a thousand
// nested scopes.
func formatted(name string, source []byte) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, source, parser.ImportsOnly|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	end := file.Name.End()
	for _, d := range file.Decls {
		end = d.End()
	}
	at := fset.Position(end).Offset
	head, err := imports.Process(name, source[:at], &imports.Options{FormatOnly: true, Comments: true, TabIndent: true, TabWidth: 8})
	if err != nil {
		return nil, err
	}
	return format.Source(append(bytes.TrimRight(head, "\n"), source[at:]...))
}

// Numbered returns source with line numbers. If at is not 0, it marks line at and returns
// only the lines around it.
func Numbered(source []byte, at int) string {
	var b strings.Builder
	for i, line := range strings.Split(string(source), "\n") {
		n := i + 1
		if at > 0 && (n < at-20 || n > at+10) {
			continue
		}
		mark := ' '
		if n == at {
			mark = '>'
		}
		fmt.Fprintf(&b, "%c%5d  %s\n", mark, n, line)
	}
	return b.String()
}

// machineName returns the name of the import of package machine. Unlike rt, machine is a word
// that users have for their own objects, which keep their names. In a file that uses the name
// for something else, the import has another name. The packages that the declarations mention
// have the given names.
func (f *File) machineName(packages map[string]string) string {
	others := maps.Clone(packages)
	delete(others, marker.Machine)
	return imported(packages[marker.Machine], func(name string) bool {
		return f.says(name) || f.encloses(name) ||
			slices.ContainsFunc(f.Syntax.Imports, func(s *ast.ImportSpec) bool { return s.Name != nil && s.Name.Name == name }) ||
			slices.Contains(slices.Collect(maps.Values(others)), name)
	})
}

// imported returns the name of an import that would be called name, if that is not taken. A
// number behind it would read as a version of the package.
func imported(name string, taken func(name string) bool) string {
	for taken(name) {
		name += "pkg"
	}
	return name
}

// says reports whether name is the name of an object of the package, or of one that a function
// or its signature mentions.
func (f *File) says(name string) bool {
	if f.Scope[name] {
		return true
	}
	isMachine := func(obj types.Object) bool {
		p, ok := obj.(*types.PkgName)
		return ok && p.Imported().Path() == marker.Machine
	}
	in := func(fn *ir.Func) bool {
		return slices.ContainsFunc(fn.Idents[name], func(obj types.Object) bool { return obj != nil && !isMachine(obj) }) ||
			slices.ContainsFunc(fn.Inputs(), func(v *ir.Var) bool { return v.Name == name }) ||
			slices.ContainsFunc(fn.TypeParams, func(t *ir.TypeParam) bool { return t.Name == name })
	}
	for _, d := range f.Decls {
		switch {
		case d.Reference != nil && in(d.Reference):
			return true
		case d.Machine != nil:
			for fn := range d.Machine.Fn.All {
				if in(fn.Func) {
					return true
				}
			}
		}
	}
	return false
}

// hides reports whether name is the name of an object of the package, or of one in the
// verbatim text of a function.
func (f *File) hides(name string) bool {
	if f.Scope[name] {
		return true
	}
	for _, d := range f.Decls {
		fn := d.fn()
		if fn != nil && slices.ContainsFunc(fn.TypeParams, func(t *ir.TypeParam) bool { return t.Name == name }) {
			return true
		}
		if d.Machine == nil {
			continue
		}
		tracked := d.Machine.Fn.Tracked()
		for _, obj := range fn.Idents[name] {
			if _, isPkg := obj.(*types.PkgName); !isPkg && !tracked[obj] && obj != nil && !isParam(fn, obj) {
				return true
			}
		}
	}
	return false
}

// encloses reports whether a constructor declares a type or constant called name.
func (f *File) encloses(name string) bool {
	for _, d := range f.Decls {
		if d.Machine == nil || !d.Machine.Fn.IsEnclosed() {
			continue
		}
		for _, l := range d.Machine.Fn.InConstructor() {
			if slices.Contains(l.Names, name) {
				return true
			}
		}
	}
	return false
}

// hidesAlias reports whether the name of an import means something else in a function. The
// machine may mention the package where the source does not.
func (f *File) hidesAlias(name string) bool {
	for _, d := range f.Decls {
		if d.Machine == nil {
			continue
		}
		for _, obj := range d.Machine.Fn.Idents[name] {
			if _, isPkg := obj.(*types.PkgName); !isPkg && obj != nil {
				return true
			}
		}
	}
	return false
}

// returns reports whether a result type of a function mentions the package at path. Returns
// in its text then mention the package.
func (f *File) returns(path string) (found bool) {
	for _, d := range f.Decls {
		if d.Machine != nil {
			resultType(d.Machine.Fn.Func, d.Machine.Names).Quals(func(q *ir.Qual) { found = found || q.Path == path })
		}
	}
	return found
}

// packageNames notes the name of every package that d mentions, because the import path does
// not determine it.
func (f *File) packageNames(d Decl, names map[string]string) {
	note := func(c ir.Code) {
		c.Quals(func(q *ir.Qual) {
			if _, aliased := names[q.Path]; !aliased && !f.aliased(q.Path) {
				names[q.Path] = q.Pkg
			}
		})
	}
	note(d.Text)
	switch {
	case d.Machine != nil:
		d.Machine.Fn.Codes(note)
		if d.Machine.Fn.Gen != nil {
			note(ir.Code{seqOf(d.Machine.Fn.Func)})
		}
	case d.Reference != nil:
		d.Reference.Codes(note)
	}
}

// isParam reports whether obj is a type parameter of fn. The name of a type parameter in the
// machine hides nothing, even if its name in the source does.
func isParam(fn *ir.Func, obj types.Object) bool {
	return slices.ContainsFunc(fn.TypeParams, func(t *ir.TypeParam) bool { return t.Obj() == obj })
}

// imports reports whether the source itself imports path.
func (f *File) imports(path string) bool {
	for _, s := range f.Syntax.Imports {
		if p, _ := strconv.Unquote(s.Path.Value); p == path {
			return s.Name == nil
		}
	}
	return false
}

func (f *File) aliased(path string) bool {
	for _, s := range f.Syntax.Imports {
		if p, _ := strconv.Unquote(s.Path.Value); p == path && s.Name != nil && s.Name.Name != "." && s.Name.Name != "_" && !ir.Words[s.Name.Name] {
			return true
		}
	}
	return false
}
