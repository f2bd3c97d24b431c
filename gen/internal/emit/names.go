package emit

// This file chooses names: for what a function adds to its package, and for
// the locals and labels of its Poll.

import (
	"fmt"
	"go/token"
	"go/types"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// Names are what the machine of one function is called.
type Names struct {
	Frame, State string // handleFrame, handleState
	Start, Done  string // handleStart, handleDone
	Defer        string // handleDefer
	prefix       string // handle
}

// all returns the names at package level.
func (n *Names) all() []string { return []string{n.Frame, n.State, n.Start, n.Done, n.Defer} }

// A Scope is the set of names taken at package level.
type Scope map[string]bool

// NewScope returns the names that pkg declares.
func NewScope(pkg *types.Package) Scope {
	s := Scope{}
	for _, n := range pkg.Scope().Names() {
		s[n] = true
	}
	return s
}

// Name chooses the package-level names of fn. Those of the function that a
// literal stands in have been chosen before: outer, else nil.
func (s Scope) Name(fn *ir.Func, outer *Names) *Names {
	prefix := lowerFirst(fn.Name)
	switch {
	case outer != nil:
		prefix = outer.prefix + upperFirst(fn.Lit)
	case fn.Recv != nil:
		prefix = lowerFirst(RecvName(fn.Recv.Type)) + upperFirst(fn.Name)
	}
	base := prefix
	for n := 2; s[prefix+"Frame"] || s[prefix+"State"] || s[prefix+"Start"] || s[prefix+"Done"] || s[prefix+"Defer"]; n++ {
		prefix = fmt.Sprintf("%s%d", base, n)
	}
	frame := fn.Frame
	if frame == "" {
		frame = prefix + "Frame"
	}
	names := &Names{Frame: frame, State: prefix + "State", Start: prefix + "Start", Done: prefix + "Done", Defer: prefix + "Defer", prefix: prefix}
	for _, n := range names.all() {
		s[n] = true
	}
	return names
}

// RecvName returns the name of the type that a receiver of type t has, or
// points to.
func RecvName(t types.Type) string {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	switch t := t.(type) {
	case *types.Named:
		return t.Obj().Name()
	case *types.Alias:
		return t.Obj().Name()
	}
	return "value"
}

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if strings.ToUpper(s) == s && len(s) > n { // URL, not uRL
		return strings.ToLower(s)
	}
	return string(unicode.ToLower(r)) + s[n:]
}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// pick returns the first of the candidates that taken does not hold, and takes
// it. The last candidate is numbered until it is free.
func pick(taken map[string]bool, candidates ...string) string {
	for _, c := range candidates {
		if !taken[c] {
			taken[c] = true
			return c
		}
	}
	c := candidates[len(candidates)-1]
	for n := 2; ; n++ {
		if name := fmt.Sprintf("%s%d", c, n); !taken[name] {
			taken[name] = true
			return name
		}
	}
}

// pick does the same for a local of Poll, which avoids the types of the package
// as well.
func (p *poll) pick(candidates ...string) string {
	for {
		if name := pick(p.taken, candidates...); !p.fn.TypeNames[name] {
			return name
		}
	}
}

func (p *poll) isTaken(name string) bool { return p.taken[name] || p.fn.TypeNames[name] }
func (p *poll) isFixed(name string) bool { return p.fixed[name] || p.fn.TypeNames[name] }

// numbered returns and takes the first of name1, name2, ... that is free.
func numbered(taken map[string]bool, name string) string {
	for n := 1; ; n++ {
		if s := name + strconv.Itoa(n); !taken[s] {
			taken[s] = true
			return s
		}
	}
}

// nameLocals gives every variable that is a local of Poll its name. A
// variable of the user keeps its own, unless two of a name meet in one block.
func (p *poll) nameLocals() {
	byName := map[string][]*ir.Var{}
	var temps []*ir.Var
next:
	for _, v := range p.fn.Vars {
		if v.Home == ir.InFrame || v.Home == ir.Boxed || p.blocks[v] == nil || v.Twin != nil {
			continue
		}
		if v.Kind == ir.Temp || v.Name == "_" || v.Name == "" || p.reserved[v.Name] || p.isFixed(v.Name) {
			temps = append(temps, v)
			continue
		}
		for _, o := range byName[v.Name] {
			if v.Home == ir.Hoisted || o.Home == ir.Hoisted || p.meet(v, o) {
				temps = append(temps, v)
				continue next
			}
		}
		v.Ident = v.Name
		byName[v.Name] = append(byName[v.Name], v)
	}
	for _, v := range temps {
		base := v.Name
		if base == "_" || base == "" {
			base = "result"
		}
		name := base
		for n := 2; p.clashes(v, name, byName[name]) || name != base && p.isTaken(name); n++ {
			name = fmt.Sprintf("%s%d", base, n)
		}
		v.Ident = name
		byName[name] = append(byName[name], v)
	}
	for _, v := range p.fn.Vars {
		if v.Twin != nil {
			v.Ident = v.Twin.Ident
		}
	}
}

// clashes reports whether v cannot be called name, as others are.
func (p *poll) clashes(v *ir.Var, name string, others []*ir.Var) bool {
	if p.reserved[name] || p.isFixed(name) {
		return true
	}
	for _, o := range others {
		if v.Home == ir.Hoisted || o.Home == ir.Hoisted || p.meet(v, o) {
			return true
		}
	}
	return false
}

// meet reports whether some block mentions both v and o.
func (p *poll) meet(v, o *ir.Var) bool {
	for b := range p.blocks[v] {
		if p.blocks[o][b] {
			return true
		}
	}
	return false
}

// nameStates gives every await its state and its label, and the other blocks
// their labels, whether they will be printed or not.
func (p *poll) nameStates(scope Scope) {
	labels := map[string]bool{}
	for name := range p.fn.Labels {
		labels[name] = true
	}
	for _, b := range p.fn.Blocks {
		if a := b.Await; a != nil {
			a.State = pick(scope, p.names.prefix+"Await"+upperFirst(a.Name))
			suffix := strings.TrimPrefix(a.State, p.names.prefix)
			b.Label = pick(labels, lowerFirst(suffix))
			a.Label = b.Label
		}
	}
	for _, b := range p.fn.Blocks {
		if b.Await == nil {
			kind := b.Kind
			if kind == "case" {
				b.Label = numbered(labels, kind)
				continue
			}
			if token.IsKeyword(kind) || kind == "" {
				kind = "label"
			}
			if b.User {
				b.Label = kind
			} else {
				b.Label = pick(labels, kind)
			}
		}
	}
}
