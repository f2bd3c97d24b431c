package gen

// This file tests that what a session does not check any more would be found to compile: it
// damages machines and their sources, and wants no damage to be missed.

import (
	"go/ast"
	"go/scanner"
	"go/token"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/coroutinegen/coroutinegen/gen/internal/emit"
	"github.com/coroutinegen/coroutinegen/gen/internal/inputs"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// verifiedSources are packages in which declarations depend on each other in ways that the goldens
// do not have.
var verifiedSources = map[string]string{
	"types": `package test

import (
	"fmt"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

const size = iota + limit

const limit = 4

type word [size]byte

type pair struct{ word; n int }

func (p pair) sum() int { return p.n }

type box[T any] struct{ v T }

func (b *box[T]) get() T { return b.v }

type all struct {
	pair
	inner *box[word]
}

var table = fmt.Sprint(limit)

func wait() rt.SleepOp { return rt.Sleep(time.Second) }

//coroutine:async
func (a *all) step(n int) (word, error) {
	p := a.pair
	for range n {
		if err := co.Wait(wait()); err != nil {
			return p.word, err
		}
		n += p.sum()
	}
	return p.word, nil
}

//coroutine:async
func each[T any](b *box[T], do func(T) error) error {
	v := b.get()
	if err := co.Wait(rt.Sleep(time.Second)); err != nil {
		return err
	}
	return do(v)
}

//coroutine:async
func run(a *all) error {
	w, err := co.Await(a.stepAsync(size))
	fmt.Println(w, table)
	if err := co.Wait(eachAsync(a.inner, func(w word) error { return nil })); err != nil {
		return err
	}
	return err
}

//coroutine:async
func twice(a *all) error {
	if err := co.Wait(runAsync(a)); err != nil {
		return err
	}
	return co.Wait(runAsync(a))
}
`,
}

// A damager damages texts.
type damager struct {
	*rand.Rand
	names []string // that it puts in
}

// damage changes, removes or doubles a name of text, or removes one of its lines.
func (d *damager) damage(text string) string {
	file := token.NewFileSet().AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, []byte(text), nil, 0)
	var at []int
	var names []string
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			break
		}
		if tok == token.IDENT {
			at, names = append(at, file.Offset(pos)), append(names, lit)
		}
	}
	if len(at) == 0 {
		return text
	}
	i := d.IntN(len(at))
	before, after := text[:at[i]], text[at[i]+len(names[i]):]
	switch d.IntN(6) {
	case 0:
		lines := strings.SplitAfter(text, "\n")
		j := d.IntN(len(lines))
		return strings.Join(slices.Delete(lines, j, j+1), "")
	case 1:
		return before + names[i] + "x" + after
	case 2:
		return before + names[d.IntN(len(names))] + after
	case 3:
		return before + "*" + names[i] + after
	}
	return before + d.names[d.IntN(len(d.names))] + after
}

// filesOf returns the only file of by as the result that g verifies.
func (g *generator) filesOf(by *emit.Formatted) []File {
	g.after.formatted["in_coroutine.go"] = by
	return []File{{Path: "in_coroutine.go", Content: []byte(by.Head + "\n\n" + strings.Join(by.Pieces, "\n\n") + "\n")}}
}

func TestVerifyChanges(t *testing.T) {
	sources := lineSources(t)
	maps.Copy(sources, verifiedSources)
	trials := 12
	if *runAll {
		trials = 100
	}
	opts := &Options{}
	opts.defaults()
	missed, kept, found := 0, 0, 0
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		n := trials
		if verifiedSources[name] != "" {
			n = 100 * trials
		}
		d := &damager{Rand: rand.New(rand.NewPCG(1, uint64(len(name))))}
		pkgs, diags := load.FromSource(map[string]string{"in.go": sources[name]})
		if len(diags) > 0 {
			t.Fatal(name, diags.Err())
		}
		pkgs[0].Outside = inputs.Sum{1}
		g := newGenerator(pkgs[0], opts, nil)
		if diags := g.stages(); len(diags) > 0 {
			continue // a probe of what is refused
		}
		files, err := g.files()
		if err != nil || len(files) != 1 {
			t.Fatal(name, len(files), err)
		}
		by := g.after.formatted[files[0].Path]
		if g.after.verified == nil || by == nil {
			missed++
			continue
		}
		right, rightPkg, rightBy := g.after.verified, g.pkg, by
		for _, text := range slices.Concat(by.Pieces, []string{sources[name]}) {
			d.names = append(d.names, strings.FieldsFunc(text, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })...)
		}
		for range n {
			h := newGenerator(rightPkg, opts, nil)
			now := *rightBy
			if d.IntN(3) == 0 {
				pkg := damagedSource(d, sources[name])
				if pkg == nil {
					continue
				}
				h.pkg = pkg
			}
			if h.pkg == rightPkg || d.IntN(2) == 0 {
				now.Pieces = slices.Clone(now.Pieces)
				for range 1 + d.IntN(2) {
					i := d.IntN(len(now.Pieces))
					switch d.IntN(8) {
					case 0:
						now.Pieces = slices.Delete(now.Pieces, i, i+1)
					case 1:
						now.Pieces = append(now.Pieces, d.damage(now.Pieces[i]))
					default:
						now.Pieces[i] = d.damage(now.Pieces[i])
					}
				}
			}
			h.before.verified = right
			files := h.filesOf(&now)
			certain, err := h.verifyChanges(files), h.verifyAll(files)
			switch {
			case certain && err != nil:
				t.Errorf("%s: missed: %v", name, err)
			case certain:
				kept++
				if d.IntN(2) == 0 {
					right, rightPkg, rightBy = h.after.verified, h.pkg, &now
				}
			case err == nil:
				found++ // too careful
			}
		}
	}
	t.Logf("%d sources are never certain; %d changes were certain, %d right ones were not", missed, kept, found)
	if kept == 0 {
		t.Error("nothing was certain")
	}
}

// damagedSource returns the package of source with a change outside of functions that compiles, or
// nil.
func damagedSource(d *damager, source string) *load.Package {
	pkgs, _ := load.FromSource(map[string]string{"in.go": source})
	f := pkgs[0].Files[0]
	decl := f.Syntax.Decls[d.IntN(len(f.Syntax.Decls))]
	end := decl.End()
	if fd, ok := decl.(*ast.FuncDecl); ok && fd.Body != nil {
		end = fd.Body.Lbrace
	}
	from, to := decl.Pos()-f.Syntax.FileStart, end-f.Syntax.FileStart
	changed := source[:from] + d.damage(source[from:to]) + source[to:]
	pkgs, diags := load.FromSource(map[string]string{"in.go": changed})
	if len(diags) > 0 {
		return nil
	}
	pkgs[0].Outside = inputs.Sum{1}
	return pkgs[0]
}

// What is wrong with a declaration that has changed may be due to others that have not.
func TestVerifyChangesTogether(t *testing.T) {
	pkgs, diags := load.FromSource(map[string]string{"in.go": verifiedSources["types"]})
	if len(diags) > 0 {
		t.Fatal(diags.Err())
	}
	pkgs[0].Outside = inputs.Sum{1}
	opts := &Options{}
	opts.defaults()
	for _, test := range []struct {
		name          string
		before, after string // declarations
		head          string // added to the file
		want          string
	}{
		{name: "Nothing", before: "func f() int { return 1 }", after: "func f() int { return 2 }"},
		{name: "Instances", before: "func f[T any](n int) { g[T](n) }\n\nfunc g[T any](n int) { f[T](n) }",
			after: "func f[T any](n int) { g[T](n) }\n\nfunc g[T any](n int) { f[*T](n) }", want: "instantiation cycle"},
		{name: "InstancesOfMethod", before: "type b[T any] struct{}\n\nfunc (b[T]) f(n int) { g[T](n) }\n\nfunc g[T any](n int) { b[T]{}.f(n) }",
			after: "type b[T any] struct{}\n\nfunc (b[T]) f(n int) { g[T](n) }\n\nfunc g[T any](n int) { b[*T]{}.f(n) }", want: "instantiation cycle"},
		{name: "Initialization", before: "var v = f()\n\nfunc f() int { return g() }\n\nfunc g() int { return 1 }",
			after: "var v = f()\n\nfunc f() int { return g() }\n\nfunc g() int { return v }", want: "initialization cycle"},
		{name: "InitializationBegins", before: "var v = 1\n\nfunc f() int { return g() }\n\nfunc g() int { return v }",
			after: "var v = f()\n\nfunc f() int { return g() }\n\nfunc g() int { return v }", want: "initialization cycle"},
		{name: "ImportUnused", before: "func f() { _ = 1 }", after: "func f() { _ = 2 }", head: "\n\nimport \"strconv\"", want: "imported and not used"},
		{name: "ImportTakes", before: "type url int", after: "type url int\n\nfunc f() { _ = conv.NumError{} }", head: "\n\nimport url \"time\"\n\nimport conv \"strconv\"", want: "already declared"},
		{name: "Declared", before: "func f() { _ = 1 }", after: "func f() { _ = 1 }\n\ntype runFrame int", want: "redeclared"},
		{name: "Method", before: "type y int\n\nfunc (y) M() {}\n\nfunc f() { y(1).M() }", after: "type y int\n\nfunc (*y) M() {}\n\nfunc f() { y(1).M() }", want: "cannot call pointer method"},
		{name: "Promoted", before: "type y struct{}\n\nfunc (y) M() {}\n\ntype z struct{ y }\n\nfunc f(v z) { v.M() }",
			after: "type y struct{}\n\nfunc (y) N() {}\n\ntype z struct{ y }\n\nfunc f(v z) { v.M() }", want: "undefined"},
		{name: "Implements", before: "type i interface{ M() }\n\ntype y int\n\nfunc (y) M() {}\n\nfunc f(v y) i { return v }",
			after: "type i interface{ M(); N() }\n\ntype y int\n\nfunc (y) M() {}\n\nfunc f(v y) i { return v }", want: "missing method N"},
		{name: "Constant", before: "const c = 1\n\nfunc f(n int) { switch n { case c, 2: } }", after: "const c = 2\n\nfunc f(n int) { switch n { case c, 2: } }", want: "duplicate case"},
		{name: "Predeclared", before: "func f(x []int) int { return len(x) }", after: "func f(x []int) int { return len(x) }\n\ntype len string", want: "cannot convert"},
		{name: "Size", before: "type a struct{ b }\n\ntype b struct{ n int }", after: "type a struct{ b }\n\ntype b struct{ a }", want: "invalid recursive type"},
		{name: "Result", before: "func v() int { return 1 }\n\nfunc w() int { return v() }\n\nfunc f() int { return w() }",
			after: "func v() int { return 1 }\n\nfunc w() string { return \"\" }\n\nfunc f() int { return w() }", want: "cannot use"},
		{name: "LocalUnused", before: "func f() { x := 1; _ = x }", after: "func f() { x := 1 }", want: "declared and not used"},
	} {
		g := newGenerator(pkgs[0], opts, nil)
		if diags := g.stages(); len(diags) > 0 {
			t.Fatal(diags.Err())
		}
		if _, err := g.files(); err != nil {
			t.Fatal(err)
		}
		by := *g.after.formatted["in_coroutine.go"]
		step := func(head, pieces string) (certain bool, err error) {
			h := newGenerator(pkgs[0], opts, nil)
			now := by
			now.Head += head
			now.Pieces = append(slices.Clone(by.Pieces), strings.Split(pieces, "\n\n")...)
			h.before.verified = g.after.verified
			files := h.filesOf(&now)
			certain, err = h.verifyChanges(files), h.verifyAll(files)
			if certain {
				g.after.verified = h.after.verified
			}
			return certain, err
		}
		if _, err := step("", test.before); err != nil {
			t.Errorf("%s: before: %v", test.name, err)
		}
		certain, err := step(test.head, test.after)
		// With any other error, such as imports of bodies that are not there, the type checker does
		// not look for instances.
		seen := strings.Contains(cmpErr(err), test.want) || err == nil && strings.HasPrefix(test.name, "Instances")
		if certain != (test.want == "") || !seen {
			t.Errorf("%s: certain = %v, wrong = %v, want %q", test.name, certain, err, test.want)
		}
	}
}

// The types that a changed declaration of the source mentions are there, even if they have not
// changed: what is wrong with a field of one is seen.
func TestVerifyChangesBelow(t *testing.T) {
	const source = `package test

import (
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

type changed struct{ n int }

type still struct{ n int }

type both struct {
	c changed
	s still
}

//coroutine:async
func f(v *both) error { return co.Wait(rt.Sleep(time.Second)) }
`
	opts := &Options{}
	opts.defaults()
	of := func(source string) *generator {
		pkgs, diags := load.FromSource(map[string]string{"in.go": source})
		if len(diags) > 0 {
			t.Fatal(diags.Err())
		}
		pkgs[0].Outside = inputs.Sum{1}
		return newGenerator(pkgs[0], opts, nil)
	}
	g := of(source)
	if diags := g.stages(); len(diags) > 0 {
		t.Fatal(diags.Err())
	}
	if _, err := g.files(); err != nil {
		t.Fatal(err)
	}
	for piece, right := range map[string]bool{
		"func g(v *both) int { return v.s.n }":  true,
		"func g(v *both) int { return v.s.no }": false,
	} {
		h := of(strings.Replace(source, "n int", "n string", 1))
		now := *g.after.formatted["in_coroutine.go"]
		now.Pieces = append(slices.Clone(now.Pieces), piece)
		h.before.verified = g.after.verified
		if certain := h.verifyChanges(h.filesOf(&now)); certain != right {
			t.Errorf("%s: certain = %v", piece, certain)
		}
	}
}
