package gen

// This file completes a mirror. A mirror is a copy of a package that builds, and passes its
// tests, wherever the package does.

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/emit"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/order"
)

// mirrored returns the declarations of src for a mirror. Async functions are replaced by
// their machines. An async function stays as well if other code calls it. An iterator function
// always stays: a loop may range over it.
func (g *generator) mirrored(src *load.File, called map[*load.Func]bool) (decls []emit.Decl) {
	text := &order.Source{Fset: g.pkg.Fset, Pkg: g.pkg.Types, Info: g.pkg.Info, File: src.Syntax, Text: src.Src}
	async := map[*ast.FuncDecl]*load.Func{}
	for _, f := range g.pkg.Async {
		async[f.Decl] = f
	}
	for _, d := range src.Syntax.Decls {
		if gd, ok := d.(*ast.GenDecl); ok && gd.Tok == token.IMPORT {
			continue
		}
		fd, _ := d.(*ast.FuncDecl)
		f := async[fd]
		if fd != nil && f != nil {
			isIterator := f.Generator && f.Yield.In == nil
			if g.opts.Backend == "goroutine" || called[f] || isIterator {
				decls = append(decls, emit.Decl{Text: order.Text(text, d)})
			}
			decls = append(decls, g.machines(f)...)
			continue
		}
		decls = append(decls, emit.Decl{Text: order.Text(text, d)})
	}
	return decls
}

// called returns the async functions that other code mentions. They stay in a mirror,
// because they can still be called as they are.
func (g *generator) called() map[*load.Func]bool {
	funcs := map[types.Object]*load.Func{}
	for _, f := range g.pkg.Async {
		funcs[f.Obj] = f
	}
	called := map[*load.Func]bool{}
	delegations := g.delegations()
	for id, obj := range g.pkg.Info.Uses {
		if delegations[id] {
			continue
		}
		if fn, ok := obj.(*types.Func); ok {
			obj = fn.Origin() // fn may be the method of an instance
		}
		if f := funcs[obj]; f != nil && (id.Pos() < f.Decl.Pos() || f.Decl.End() <= id.Pos()) {
			called[f] = true
		}
	}
	return called
}

// delegations returns the names of the functions to which generators hand their Yielders. These calls
// become parts of the machines.
func (g *generator) delegations() map[*ast.Ident]bool {
	found := map[*ast.Ident]bool{}
	for _, f := range g.pkg.Async {
		if !f.Generator || f.Yield.In == nil {
			continue
		}
		yield := g.pkg.Info.Defs[f.Yield.Name]
		ast.Inspect(f.Decl.Body, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			for _, arg := range call.Args {
				if id, ok := ast.Unparen(arg).(*ast.Ident); ok && g.pkg.Info.Uses[id] == yield {
					if name := marker.NameIn(marker.Unindexed(call.Fun)); name != nil {
						found[name] = true
					}
				}
			}
			return true
		})
	}
	return found
}

// docText returns a package comment without its directives for the go command.
func docText(doc *ast.CommentGroup) string {
	if doc == nil {
		return ""
	}
	var lines []string
	for _, c := range doc.List {
		if !strings.HasPrefix(c.Text, "//go:") {
			lines = append(lines, c.Text)
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// verbatim returns the copy of a Go file without async functions. The copy has no go:generate
// directives, since those of the package suffice.
func (g *generator) verbatim(path string, text []byte) File {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n%s%s\n\n", marker.Header, load.SourceLine, g.sourceName(path))
	dropped := false // a directive, after an empty line
	for line := range bytes.Lines(bytes.TrimPrefix(text, []byte("\ufeff"))) {
		if bytes.HasPrefix(line, []byte("//go:generate ")) {
			dropped = bytes.HasSuffix(b.Bytes(), []byte("\n\n"))
			continue
		}
		if !dropped || len(bytes.TrimSpace(line)) > 0 { // one empty line suffices
			b.Write(line)
			dropped = false
		}
	}
	return File{Path: filepath.Join(g.opts.Output, filepath.Base(path)), Content: b.Bytes(), root: g.opts.Output}
}

// complete adds to out the other files of the package, and the files in the mirror that
// must go. out holds the Go files of the build.
func (g *generator) complete(out []File) ([]File, error) {
	for i := range out {
		out[i].root = g.opts.Output
	}
	tests := load.TestsIn(g.pkg.Dir)
	var elsewhere []string // files that runs for other systems generate
	for _, path := range append(tests, g.pkg.Ignored...) {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		switch {
		case load.IsTest(path) != slices.Contains(tests, path) || load.IsGenerated(path, text):
		case load.HasAsync(path, text):
			elsewhere = append(elsewhere, filepath.Base(path))
		case !slices.ContainsFunc(out, func(f File) bool { return filepath.Base(f.Path) == filepath.Base(path) }):
			out = append(out, g.verbatim(path, text))
		}
	}
	if err := g.importable(out); err != nil {
		return nil, err
	}
	copies, err := g.copies(append(tests, g.pkg.Ignored...))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	if len(out) > 0 {
		out[0].Content = withCopies(out[0].Content, copies)
	}
	m, err := g.existing(out, elsewhere)
	if err != nil {
		return nil, err
	}
	for _, c := range copies {
		out = append(out, File{Path: filepath.Join(g.opts.Output, filepath.FromSlash(c.name)), Content: c.text, root: g.opts.Output, copied: m.copied[c.name]})
		delete(m.copied, c.name)
	}
	for _, name := range slices.Sorted(maps.Keys(m.copied)) {
		out = append(out, File{Path: filepath.Join(g.opts.Output, filepath.FromSlash(name)), root: g.opts.Output, copied: m.copied[name]})
	}
	for _, path := range m.gone {
		f := leftover(path, g.pkg.Name)
		f.root = g.opts.Output
		out = append(out, f)
	}
	return out, nil
}

// mirrorImpossible returns the diagnostic for a mirror that cannot be written.
func mirrorImpossible(remedy, format string, args ...any) error {
	return diag.Diagnostic{Code: diag.MirrorImpossible, Message: fmt.Sprintf(format, args...), Remedy: remedy}
}

// importable returns an error if a file of out imports an internal package that cannot be
// imported from the directory of the mirror.
func (g *generator) importable(out []File) error {
	dir, err := filepath.Abs(g.opts.Output)
	if err != nil {
		return err
	}
	rel, err := filepath.Rel(g.pkg.Root, dir)
	if err != nil || g.pkg.Root == "" || !filepath.IsLocal(rel) {
		return nil // the mirror is outside the module, and may be moved from there
	}
	at := path.Join(g.pkg.Module, filepath.ToSlash(rel))
	for _, f := range out {
		file, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Content, parser.ImportsOnly)
		if err != nil {
			continue // a broken test, which the compiler reports
		}
		for _, spec := range file.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			parent, ok := internalTo(name)
			if ok && strings.HasPrefix(name+"/", g.pkg.Module+"/") && at != parent && !strings.HasPrefix(at, parent+"/") {
				return mirrorImpossible("put the mirror into a directory there", "%s could not import %s, which is internal to %s", g.opts.Output, name, parent)
			}
		}
	}
	return nil
}

// internalTo reports whether name is the path of an internal package. If so, the packages
// at and below parent may import it.
func internalTo(name string) (parent string, ok bool) {
	if parent, ok := strings.CutSuffix(name, "/internal"); ok {
		return parent, true
	}
	i := strings.LastIndex(name, "/internal/")
	if i < 0 {
		return "", false
	}
	return name[:i], true
}

// copiedLine begins a line in the first file of a mirror. The line names a file that is
// copied as it is, because such a file has no header of its own. The hash of the copy
// follows the name. Earlier versions of the tool wrote no hash.
const copiedLine = "// Copied: "

// A fileCopy is a file that is copied as it is.
type fileCopy struct {
	name string
	text []byte // not nil
}

// copyHash returns the hash of a copy. It ignores the kind of line ends, because git may
// change them.
func copyHash(text []byte) string {
	sum := sha256.Sum256(unixLines(text))
	return hex.EncodeToString(sum[:16])
}

// withCopies adds to the header of text a line for each of copies.
func withCopies(text []byte, copies []fileCopy) []byte {
	i := bytes.IndexByte(text, '\n') + 1
	i += bytes.IndexByte(text[i:], '\n') + 1 // after the line that names the source
	head := slices.Clone(text[:i])
	for _, c := range copies {
		head = append(head, copiedLine+strconv.Quote(c.name)+" "+copyHash(c.text)+"\n"...)
	}
	return append(head, text[i:]...)
}

// otherLanguages are the extensions of the files, other than Go files, that the go command
// compiles or links with a package. It uses some of them only with cgo.
var otherLanguages = []string{".c", ".cc", ".cpp", ".cxx", ".m", ".h", ".hh", ".hpp", ".hxx",
	".f", ".F", ".for", ".f90", ".s", ".S", ".sx", ".swig", ".swigcxx", ".syso"}

// copies returns the files to copy as they are: those in other languages, and those that the
// package or one of the Go files in besides embeds.
func (g *generator) copies(besides []string) (list []fileCopy, err error) {
	found := map[string]bool{}
	entries, err := os.ReadDir(g.pkg.Dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if name := e.Name(); slices.Contains(otherLanguages, path.Ext(name)) && name[0] != '.' && name[0] != '_' {
			found[name] = true
		}
	}
	dir := embedDir{FS: os.DirFS(g.pkg.Dir), pkg: g.pkg.Path, mirror: within(g.pkg.Dir, g.opts.Output)}
	for _, f := range g.pkg.Files {
		if err := dir.embedded(f.Path, f.Src, found); err != nil {
			return nil, err
		}
	}
	for _, path := range besides {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if err := dir.embedded(path, text, found); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if path.Ext(name) == ".go" && !strings.Contains(name, "/") {
			continue // the mirror has it already
		}
		text, err := os.ReadFile(filepath.Join(g.pkg.Dir, filepath.FromSlash(name)))
		if err != nil {
			return nil, err
		}
		list = append(list, fileCopy{name, append([]byte{}, text...)})
	}
	return list, nil
}

// within returns the slash-separated path from dir to path, or "" if path is not below dir.
func within(dir, path string) string {
	rel, err := filepath.Rel(load.RealPath(dir), load.RealPath(path))
	if err != nil || rel == "." || !filepath.IsLocal(rel) {
		return ""
	}
	return filepath.ToSlash(rel)
}

// A mirrorState describes the generated files in the directory of a mirror.
type mirrorState struct {
	gone   []string            // files that this run does not write and that must go
	copied map[string][]string // hashes by names of copies; each build lists one hash
}

// existing returns the state of the directory of the mirror. The files in out and elsewhere
// are wanted there. existing returns an error if the directory belongs to another package.
func (g *generator) existing(out []File, elsewhere []string) (*mirrorState, error) {
	m := &mirrorState{copied: map[string][]string{}}
	dir := g.opts.Output
	entries, err := os.ReadDir(dir)
	if err != nil {
		return m, nil // there is no directory yet, or Write reports the error
	}
	for _, e := range entries {
		name := e.Name()
		if filepath.Ext(name) != ".go" || strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".") || !e.Type().IsRegular() {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		wanted := slices.Contains(elsewhere, name) || slices.ContainsFunc(out, func(f File) bool { return filepath.Base(f.Path) == name })
		if !load.HasHeader(text) {
			if !wanted && g.foreign(name, text) {
				return nil, mirrorImpossible("put the mirror into a directory of its own", "%s contains another package: %s is not from %s",
					dir, name, g.pkg.Path)
			}
			continue
		}
		source, copies := headerLines(text)
		if source != "" && path.Dir(source) != g.pkg.Path {
			return nil, mirrorImpossible("use a directory of its own for each package", "%s contains what was generated from %s", dir, source)
		}
		for name, hash := range copies {
			m.copied[name] = append(m.copied[name], hash)
		}
		if !wanted {
			m.gone = append(m.gone, filepath.Join(dir, name))
		}
	}
	return m, nil
}

// foreign reports whether a file that was not generated has no place in the directory of
// the mirror. Tests of the mirror have.
func (g *generator) foreign(name string, text []byte) bool {
	if len(bytes.TrimSpace(text)) == 0 {
		return false
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.PackageClauseOnly)
	if err != nil || !strings.HasSuffix(name, "_test.go") {
		return true
	}
	return strings.TrimSuffix(file.Name.Name, "_test") != strings.TrimSuffix(g.pkg.Name, "_test")
}

// headerLines returns the source and the copies, with their hashes, that the header of a
// file in a mirror names.
func headerLines(text []byte) (source string, copies map[string]string) {
	copies = map[string]string{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\r\n")
		if rest, ok := strings.CutPrefix(line, copiedLine); ok {
			quoted, _ := strconv.QuotedPrefix(rest)
			hash, hashed := strings.CutPrefix(rest[len(quoted):], " ")
			if !hashed { // an earlier version wrote the line
				hash = ""
			}
			if name, err := strconv.Unquote(quoted); err == nil && filepath.IsLocal(filepath.FromSlash(name)) {
				copies[name] = hash
			}
		} else if !strings.HasPrefix(line, "// ") {
			break
		}
	}
	return load.SourceNamed(text), copies
}
