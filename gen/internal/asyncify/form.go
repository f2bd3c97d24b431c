package asyncify

// This file maps the results of a function to the form in which its copy is awaited.

import (
	"go/types"
	"strings"
)

// A form is how a call of an async copy is awaited and what its coroutine
// yields.
type form struct {
	await   string // function of package annotations
	results int    // besides the error
	err     bool
}

var (
	fallible   = [...]string{"Wait", "Await", "Await2", "Await3"}
	infallible = [...]string{"Must", "Must", "Must2", "Must3"}
)

// resultForm returns the form for results, or the reason why there is none.
func resultForm(results *types.Tuple) (f form, obstacle string) {
	f.results = results.Len()
	if n := results.Len(); n > 0 && types.Identical(results.At(n-1).Type(), types.Universe.Lookup("error").Type()) {
		f.err = true
		f.results--
	}
	switch {
	case f.results > 3:
		return f, "more than three results besides the error"
	case f.err:
		f.await = fallible[f.results]
	default:
		f.await = infallible[f.results]
	}
	return f, ""
}

// coroutine returns the type argument of rt.Coroutine for results of the given
// types, and the expression that packs values of these names.
func (f form) coroutine(rt string, typs, values []string) (typ, value string) {
	switch f.results {
	case 0:
		return rt + ".Void", rt + ".Void{}"
	case 1:
		return typs[0], values[0]
	default:
		typ = rt + "." + [...]string{2: "Two", 3: "Three"}[f.results] + "[" + strings.Join(typs[:f.results], ", ") + "]"
		return typ, typ + "{" + strings.Join(values[:f.results], ", ") + "}"
	}
}
