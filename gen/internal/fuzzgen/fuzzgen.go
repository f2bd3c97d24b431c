// Package fuzzgen makes random programs to test the tool with: async functions with many
// awaits, generators of both kinds, and every construct that is supported. The programs terminate, are
// deterministic, and nearly all of them compile.
//
// A call in an expression never changes a variable that the same statement also
// reads, because Go does not specify which comes first. Closures and methods with
// pointer receivers, which change variables, are called by statements that do nothing
// else.
package fuzzgen

// This file defines the entry to the package and the state of one program.

import (
	"fmt"
	"go/version"
	"math/rand/v2"
	"slices"
	"strings"
)

// Header returns the beginning of every file, which all programs in the Go of version
// lang share.
func Header(lang string) string {
	if hasGenericMethods(lang) {
		return "//go:build " + lang + "\n\n" + prelude + generatorPrelude + yielderPrelude + asyncGenPrelude
	}
	return prelude + generatorPrelude + yielderPrelude + asyncGenPrelude
}

// hasGenericMethods reports whether lang has generic methods, which Go 1.27 added.
func hasGenericMethods(lang string) bool { return version.Compare(lang, "go1.27") >= 0 }

const prelude = `package fz

import (
	"errors"
	"fmt"
	"iter"
	"strings"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

type T struct {
	a   int
	s   string
	arr [3]int
	in  struct{ b int }
}

func (t T) get() int { return t.a*10 + t.in.b }
func (t *T) inc(n int) int {
	t.a += n
	t.arr[1] += n
	return t.a
}

//coroutine:async
func (t T) wait(s *rttest.Script, n int) int { return t.a + co.Must(rttest.Step(s, "wait", n)) }

//coroutine:async
func (t *T) bump(s *rttest.Script, n int) (int, error) {
	t.a++
	x, err := co.Await(rttest.Step(s, "bump", n))
	t.a += x
	return t.a, err
}

type E struct {
	T
	n int
}

type P struct {
	*T
	s string
}

// A Fn is a function type that a generic function can be assigned to.
type Fn func(int) int

type V int

func (v V) get() int      { return int(v) }
func (v V) inc(n int) int { return int(v) + n }

type I interface {
	get() int
	inc(n int) int
}

// Iterators that record how they end.
func seq[X any](s *rttest.Script, n int, v X) iter.Seq[X] {
	return func(yield func(X) bool) {
		defer s.Note("seq %d ends", n)
		for i := range n {
			if !yield(v) {
				s.Note("seq is stopped at %d", i)
				return
			}
		}
	}
}
func seq2(s *rttest.Script, n int) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		defer func() {
			if v := recover(); v != nil {
				s.Note("seq2 sees %v", v)
				panic(v)
			}
		}()
		for i := range n {
			if !yield(i, fmt.Sprint("v", i)) {
				break
			}
		}
	}
}
func seq0(s *rttest.Script, n int) func(func() bool) {
	return func(yield func() bool) {
		for ; n > 0 && yield(); n-- {
		}
		s.Note("seq0 ends at %d", n)
	}
}

func fn[X any](s *rttest.Script, label string, v X) X {
	s.Note("%s: %v", label, show(v))
	return v
}
func id[X any](x X) X { return x }
func sum(n ...int) (t int) {
	for _, x := range n {
		t += x
	}
	return t
}
func two(n int) (int, string) { return n + 1, fmt.Sprint("two", n) }
func cat(n int, s string) string { return fmt.Sprint(n, s) }
func num(b bool) int {
	if b {
		return 1
	}
	return 0
}
func pick(l []int, i int) int {
	if i < 0 {
		i = -i
	}
	if len(l) == 0 {
		return -1
	}
	return l[i%len(l)]
}
func show(v any) any {
	switch v := v.(type) {
	case *int:
		if v == nil {
			return "nil"
		}
		return fmt.Sprint("&", *v)
	case func() int:
		return "func"
	case *T:
		if v == nil {
			return "nil"
		}
		return fmt.Sprint("&", *v)
	case P:
		return "P"
	}
	return v
}

var (
	_ = errors.New
	_ = strings.ToUpper
	_ rt.Void
)
`

// Program returns the declarations of the program of the given seed, which
// begin with its number, in the Go of version lang.
func Program(lang string, seed uint64, number int) string {
	g := &gen{
		r:      rand.New(rand.NewPCG(seed, 0x5eed)),
		prefix: fmt.Sprintf("p%d", number),
		go127:  hasGenericMethods(lang),
	}
	g.strange, g.nesting, g.generic = g.chance(25), g.chance(50), g.chance(40)
	return fmt.Sprintf("// seed %d\n\n", seed) + g.program(number)
}

// gen is the state of one program.
type gen struct {
	r          *rand.Rand
	prefix     string
	strange    bool // locals may have names that mean something else
	nesting    bool // functions in functions await, and so do loops over functions
	generic    bool // functions may have a type parameter
	go127      bool // methods may have type parameters, and other features of Go 1.27 occur
	globals    []*variable
	funcs      []*function
	generators []*function
	senders    []*function
	asyncGens  []*function
	labels     int
	size       int // statements left to make up

	// Of the current function.
	fn     *function
	outer  *function // the function that is declared; fn may be a literal in it
	inX    bool      // the function, or a function around it, has a type parameter
	scopes []*scope
	fuel   bool // the function has a counter that bounds its loops
	yields bool // the function is a generator
}

// A function is an async function or a generator of the program.
type function struct {
	name    string
	params  []*typ
	results []*typ // besides the error
	err     bool
	named   bool
	generic bool // the function has the type parameter X
	recv    *typ // the type of the receiver; nil if the function is not a method
	defers  int
	recurse bool // the first parameter is the depth
	literal bool // the function is a generator that returns its iterator function
	async   bool // the function is an async generator
	sends   bool // the function is a generator with a Yielder
	vars    []*variable
}

type scope struct {
	vars  []*variable
	stmts []string
	await bool   // awaits may stand here
	lit   bool   // the body of a function literal that does not await
	fn    bool   // the body of a function literal that awaits: branches and returns stay in it
	seq   bool   // the body of a loop over a function
	loop  bool   // break and continue mean a loop around the scope, within the function
	sw    bool   // break means a switch
	label string // of the loop or switch
	once  bool   // executed at most once: defers may stand here
	depth int
}

type variable struct {
	name  string
	t     *typ
	used  bool
	fixed bool // must not be assigned
	at    int  // the index of the declaration in its scope; -1: the variable needs no use
}

func (g *gen) chance(percent int) bool { return g.r.IntN(100) < percent }

// choose calls random alternatives, by weight, until one returns something.
func (g *gen) choose(list ...alt) string {
	for range 1000 {
		total := 0
		for _, a := range list {
			total += a.weight
		}
		n := g.r.IntN(total)
		for _, a := range list {
			if n -= a.weight; n < 0 {
				if s := a.do(); s != "" {
					return s
				}
				break
			}
		}
	}
	panic("fuzzgen: no alternative fits")
}

type alt struct {
	weight int
	do     func() string
}

func (g *gen) label() string {
	g.labels++
	return fmt.Sprintf("%c%d", 'a'+g.labels%26, g.labels)
}

// scopes

func (g *gen) top() *scope { return g.scopes[len(g.scopes)-1] }

func (g *gen) push(s scope) *scope {
	s.depth = len(g.scopes)
	p := &s
	g.scopes = append(g.scopes, p)
	return p
}

// pop ends a scope and returns its statements.
func (g *gen) pop() string {
	s := g.top()
	g.scopes = g.scopes[:len(g.scopes)-1]
	for i := len(s.vars) - 1; i >= 0; i-- {
		v := s.vars[i]
		if !v.used && v.at >= 0 && v.at < len(s.stmts) {
			s.stmts[v.at] += "\n_ = " + v.name
		}
	}
	return strings.Join(s.stmts, "\n")
}

func (g *gen) add(stmt string) {
	if stmt != "" {
		s := g.top()
		s.stmts = append(s.stmts, stmt)
	}
}

// visible returns the variables in scope for which ok returns true.
func (g *gen) visible(ok func(*variable) bool) (list []*variable) {
	seen := map[string]bool{}
	for i := len(g.scopes) - 1; i >= 0; i-- {
		for j := len(g.scopes[i].vars) - 1; j >= 0; j-- {
			v := g.scopes[i].vars[j]
			if !seen[v.name] && ok(v) {
				list = append(list, v)
			}
			seen[v.name] = true
		}
	}
	for _, v := range g.globals {
		if !seen[v.name] && ok(v) {
			list = append(list, v)
		}
	}
	return list
}

func (g *gen) variable(ok func(*variable) bool) *variable {
	list := g.visible(ok)
	if len(list) == 0 {
		return nil
	}
	// Variables of inner scopes are more interesting.
	n := min(g.r.IntN(len(list)), g.r.IntN(len(list)))
	list[n].used = true
	return list[n]
}

// callable reports whether v is a function that may be called here. A function literal calls
// only variables that nobody assigns: it could be assigned to another one that it calls, and
// would call itself for ever.
func (g *gen) callable(v *variable) bool {
	inLiteral := slices.ContainsFunc(g.scopes, func(s *scope) bool { return s.lit })
	return v.t == tFunc && (v.fixed || !inLiteral)
}

func (g *gen) hidden(name string) bool {
	for _, s := range g.scopes {
		for _, v := range s.vars {
			if v.name == name {
				return true
			}
		}
	}
	return false
}

func (g *gen) canAwait() bool { return g.top().await }

var plainNames = []string{"x", "y", "z", "n", "i", "v", "a", "b", "k", "m", "p", "q", "err", "f", "t", "ok", "out", "ready", "state", "result", "list", "text", "tag", "value", "next", "st"}
var strangeNames = []string{"rt", "len", "string", "int", "nil", "true", "T", "fmt", "errors", "rttest", "utf8", "panic", "new", "deferred", "recv", "arg", "done", "task", "loop", "append", "any", "bool", "error", "min", "strings", "iota", "main", "fz"}

// name returns a name for a new variable of the current scope.
func (g *gen) name() string {
	for {
		name := plainNames[g.r.IntN(len(plainNames))]
		if g.strange && g.chance(4) {
			name = strangeNames[g.r.IntN(len(strangeNames))]
		}
		if g.chance(3) && len(g.globals) > 0 {
			name = g.globals[g.r.IntN(len(g.globals))].name
		}
		if g.strange && g.chance(1) {
			name = g.prefix + "FAwaitStep"
		}
		taken := name == "s" || name == "fuel"
		for _, v := range g.top().vars {
			taken = taken || v.name == name
		}
		if !taken {
			return name
		}
		if g.chance(20) {
			return fmt.Sprintf("x%d", g.r.IntN(1000))
		}
	}
}

// declare makes a new variable of the current scope, whose declaration is the
// next statement to be added.
func (g *gen) declare(t *typ) *variable {
	v := &variable{name: g.name(), t: t, at: len(g.top().stmts)}
	return v
}

func (g *gen) bind(v *variable) *variable {
	g.top().vars = append(g.top().vars, v)
	return v
}
