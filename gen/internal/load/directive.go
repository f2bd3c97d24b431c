package load

// This file finds the directives of a file: the comments that begin with
// "coroutine:", well-formed or not.

import (
	"bytes"
	"go/ast"
	"go/token"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/spelling"
)

// The directives by verb.
const (
	Async     = "async"     // generate a coroutine from this function
	Generator = "generator" // generate a generator from this iterator function
	Blocking  = "blocking"  // awaits in this function block its goroutine, on purpose
	Blocks    = "blocks"    // this line blocks the loop, on purpose: its argument is the reason
)

// A Directive is a comment that is a directive of this tool, or was probably meant
// to be one.
type Directive struct {
	Pos, End token.Pos
	Verb     string        // the word after "coroutine:"
	Args     string        // the rest of the line
	Mangled  bool          // means a directive but is not written as one: a space, a capital, no colon, a misspelling
	Func     *ast.FuncDecl // the function directly below; nil if there is none
}

// Valid reports whether d is exactly a directive of the given verb above a
// function.
func (d *Directive) Valid(verb string) bool {
	return d.Verb == verb && d.Args == "" && !d.Mangled && d.Func != nil
}

// Generates reports whether d is exactly a directive from which code is generated.
func (d *Directive) Generates() bool { return d.Valid(Async) || d.Valid(Generator) }

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

// parseDirective returns the directive in c, or nil.
func parseDirective(c *ast.Comment) *Directive {
	d := &Directive{Pos: c.Pos(), End: c.End()}
	if rest, ok := strings.CutPrefix(c.Text, "//coroutine:"); ok {
		rest = strings.TrimRight(rest, " \t\r")
		i := strings.IndexAny(rest, " \t")
		if i < 0 {
			i = len(rest)
		}
		d.Verb, d.Args = rest[:i], strings.TrimSpace(rest[i:])
		if d.Verb == "" && d.Args != "" {
			d.Verb, d.Args, d.Mangled = d.Args, "", true
		}
		return d
	}
	// A comment in a comment is code that somebody shows, or has commented out.
	inside := strings.TrimLeft(strings.TrimPrefix(c.Text, "//"), " \t")
	if strings.HasPrefix(inside, "//") {
		return nil
	}
	if word, reason, _ := strings.Cut(inside, " "); strings.EqualFold(strings.TrimRight(word, "\r"), "coroutine:"+Blocks) {
		d.Verb, d.Args, d.Mangled = Blocks, strings.TrimSpace(reason), true
		return d
	}
	// A line of prose may begin with the word coroutine. A line with nothing but the
	// letters of a directive was meant to be a directive.
	letters := strings.ToLower(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, c.Text))
	letters = strings.TrimPrefix(letters, "go")
	for _, verb := range []string{Async, Generator, Blocking} {
		if letters == "coroutine"+verb || letters == "coroutines"+verb {
			d.Verb, d.Mangled = verb, true
			return d
		}
	}
	if d.Verb = misspelt(c.Text); d.Verb != "" {
		d.Mangled = true
		return d
	}
	return nil
}

// misspelt returns the verb that is meant if text has the form of a directive and its first
// word is a misspelling of coroutine, as in //corutine:async. Otherwise it returns "". A
// longer word, such as coroutinex, may be the name of another tool, and a line that begins
// with a space is prose.
func misspelt(text string) string {
	text, ok := strings.CutPrefix(text, "//")
	name, rest, colon := strings.Cut(text, ":")
	name = strings.ToLower(name)
	if !ok || !colon || strings.ContainsAny(name, " \t") || strings.HasPrefix(name, "coroutine") || spelling.Distance(name, "coroutine") > 2 {
		return ""
	}
	if i := strings.IndexAny(rest, " \t\r"); i >= 0 {
		rest = rest[:i]
	}
	return NearestVerb(rest)
}

// NearestVerb returns the verb that word is, or is a misspelling of, or "" if there is none.
func NearestVerb(word string) string {
	return spelling.Nearest(word, []string{Async, Generator, Blocking, Blocks})
}

// mentionsDirective reports whether src may contain a directive. If not, the file
// need not be parsed.
func mentionsDirective(src []byte) bool {
	return bytes.Contains(src, []byte("coroutine:"))
}
