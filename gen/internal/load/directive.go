package load

// This file finds the directives of a file: the comments that begin with
// "coroutine:", well-formed or not.

import (
	"bytes"
	"go/ast"
	"go/token"
	"strings"
)

// The directives by verb.
const (
	Async    = "async"    // generate a coroutine from this function
	Blocking = "blocking" // awaits in this function block its goroutine, on purpose
)

// A Directive is a comment that is, or looks as if it was meant to be, a
// directive of this tool.
type Directive struct {
	Pos, End token.Pos
	Verb     string // what stands after "coroutine:"
	Args     string // what follows the verb
	Spaced   bool   // has a space somewhere in "//coroutine:verb"
	Func     *ast.FuncDecl
}

// Valid reports whether d is exactly a directive of the given verb above a
// function.
func (d *Directive) Valid(verb string) bool {
	return d.Verb == verb && d.Args == "" && !d.Spaced && d.Func != nil
}

// Directives returns every directive of file in source order. The file must
// have been parsed with comments.
func Directives(file *ast.File) []*Directive {
	var found []*Directive
	byComment := make(map[*ast.Comment]*Directive)
	for _, group := range file.Comments {
		for _, c := range group.List {
			if d := parseDirective(c); d != nil {
				found = append(found, d)
				byComment[c] = d
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	for _, decl := range file.Decls {
		if decl, ok := decl.(*ast.FuncDecl); ok && decl.Doc != nil {
			for _, c := range decl.Doc.List {
				if d := byComment[c]; d != nil {
					d.Func = decl
				}
			}
		}
	}
	return found
}

// parseDirective returns the directive in c, or nil. A sentence that happens to
// begin with the word coroutine is none: the colon must follow at once, with
// a verb right behind it.
func parseDirective(c *ast.Comment) *Directive {
	text, ok := strings.CutPrefix(c.Text, "//")
	if !ok {
		return nil
	}
	trimmed := strings.TrimLeft(text, " \t")
	rest, ok := strings.CutPrefix(trimmed, "coroutine:")
	if !ok {
		return nil
	}
	d := &Directive{Pos: c.Pos(), End: c.End(), Spaced: trimmed != text}
	if after := strings.TrimLeft(rest, " \t"); after != rest {
		// "// coroutine: a word on coroutines" is prose.
		if d.Spaced {
			return nil
		}
		d.Spaced, rest = true, after
	}
	i := strings.IndexAny(rest, " \t")
	if i < 0 {
		i = len(rest)
	}
	d.Verb, d.Args = rest[:i], strings.TrimSpace(rest[i:])
	// Only what could have been meant: "// coroutine:foo bar" in prose is not
	// worth an error, but "// coroutine:async" is.
	if d.Spaced && d.Verb != Async && d.Verb != Blocking {
		return nil
	}
	return d
}

// mentionsDirective is the quick test that spares parsing a file.
func mentionsDirective(src []byte) bool {
	return bytes.Contains(src, []byte("coroutine:"))
}
