// Package naming finds names that are free. Every name that the tool makes up passes through it.
//
// A scope is what a name must be the only one of its kind in. These are the scopes, with the
// code that knows what is taken in each:
//
//	package        frames, states, constants and functions of a machine: emit.NewNames and
//	               emit's nameLabels; what a constructor hides: gen's unused; rt in the
//	               stubs of a package: load's freeName
//	file           imports: emit's imported
//	function       type parameters: source's typeParams; constants that move: order's
//	               otherNames; what hides a word that a return needs: order's another
//	frame          fields, and the methods of the frame, which share one space with them:
//	               frame's fields; the fields of an entry for a deferred call: frame's entries
//	constructor    receiver and parameters: emit's signature; also of Init and begin
//	method body    locals: emit's Machine.pick, nameLocals and fresh
//	labels         of a method, which are a space of their own: emit's nameLabels
//
// The name of an import is the only one without a number: it gets the suffix pkg, for a number
// behind the name of a package reads as its version.
package naming

import (
	"sort"
	"strconv"
)

// Free returns the first of the candidates that is not taken. If all are taken, it returns the
// last of them with a number, from 2 on, that makes it free.
func Free(taken func(name string) bool, candidates ...string) string {
	for _, name := range candidates {
		if !taken(name) {
			return name
		}
	}
	return Numbered(taken, candidates[len(candidates)-1], 2)
}

// Numbered returns name with a number that makes it free: the first number from the given one
// on, as long as few are taken. After that, Numbered searches: a thousand names do not take a
// million tries.
func Numbered(taken func(name string) bool, name string, from int) string {
	at := func(n int) string { return name + strconv.Itoa(n) }
	last := from + 8
	for n := from; n < last; n++ {
		if !taken(at(n)) {
			return at(n)
		}
	}
	free := 2 * last
	for taken(at(free)) {
		last, free = free, 2*free
	}
	return at(last + sort.Search(free-last, func(i int) bool { return !taken(at(last + i)) }))
}

// A Set is the names that are taken in one scope.
type Set map[string]bool

// Has reports whether name is taken.
func (s Set) Has(name string) bool { return s[name] }

// Add takes names.
func (s Set) Add(names ...string) {
	for _, name := range names {
		s[name] = true
	}
}

// Pick returns what [Free] returns for the candidates, and takes it.
func (s Set) Pick(candidates ...string) string {
	name := Free(s.Has, candidates...)
	s[name] = true
	return name
}

// PickNumbered returns the first of name1, name2, ... that is free, and takes it.
func (s Set) PickNumbered(name string) string {
	name = Numbered(s.Has, name, 1)
	s[name] = true
	return name
}
