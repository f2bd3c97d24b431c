// Package diag defines the diagnostics of the tool. A diagnostic has a position, a
// code, a message and a remedy. The diagnostics of a run are collected, sorted, and
// printed in the style of compilers.
//
// Every stage reports through a [List]. No stage stops at the first problem, and no
// stage prints.
package diag

// This file defines a diagnostic and the list that collects them.

import (
	"cmp"
	"fmt"
	"go/token"
	"slices"
	"strings"
)

// A Code names one kind of diagnostic, for documentation and tests. The codes
// are listed in codes.go and stagecodes.go.
type Code string

// A Diagnostic is one thing that is wrong with the user's code.
type Diagnostic struct {
	Pos token.Position // the zero Position if the diagnostic concerns no file
	End token.Position // end of the text concerned; may be the zero Position

	Code Code

	// Message states the obstacle: lower case, no period.
	Message string
	// Remedy says what to do instead, in the same style. It may be empty.
	Remedy string
	// Related lists other places that the message refers to.
	Related []Related
}

// Related is a second position that helps to understand a diagnostic.
type Related struct {
	Pos     token.Position
	Message string
}

// Error formats d on one line with the file name as it stands in d.Pos.
func (d Diagnostic) Error() string { return d.format(plain) }

func (d Diagnostic) format(in palette) string {
	var b strings.Builder
	if d.Pos.IsValid() || d.Pos.Filename != "" {
		b.WriteString(in.pos(d.Pos.String()+":") + " ")
	}
	b.WriteString(d.Message)
	if d.Code != "" {
		b.WriteString(" " + in.code("["+string(d.Code)+"]"))
	}
	return b.String()
}

// A List collects the diagnostics of a run. The zero value is ready to use.
// It is not safe for concurrent use.
//
// A List is an error; a function that returns one as an error returns
// [List.Err], which is nil for an empty list.
type List []Diagnostic

// Add appends ds.
func (l *List) Add(ds ...Diagnostic) { *l = append(*l, ds...) }

// Report adds a diagnostic for the text between pos and end of fset. It returns
// the diagnostic, so that the caller can set Remedy and Related; the pointer is
// valid until the next diagnostic is added.
func (l *List) Report(fset *token.FileSet, pos, end token.Pos, code Code, format string, args ...any) *Diagnostic {
	d := Diagnostic{Pos: fset.Position(pos), Code: code, Message: fmt.Sprintf(format, args...)}
	if end.IsValid() {
		d.End = fset.Position(end)
	}
	*l = append(*l, d)
	return &(*l)[len(*l)-1]
}

// Sort orders l by file, line, column and code and drops repetitions. Of two
// diagnostics with the same position and code, the one reported first stays.
func (l *List) Sort() {
	slices.SortStableFunc(*l, func(a, b Diagnostic) int {
		return cmp.Or(
			strings.Compare(a.Pos.Filename, b.Pos.Filename),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column),
			strings.Compare(string(a.Code), string(b.Code)),
		)
	})
	*l = slices.CompactFunc(*l, func(a, b Diagnostic) bool {
		return a.Pos == b.Pos && a.Code == b.Code && (a.Pos.IsValid() || a.Message == b.Message)
	})
}

// Err sorts l and returns it as an error, or nil if it is empty.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	l.Sort()
	return l
}

// Error returns every diagnostic on a line of its own.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, d := range l {
		lines[i] = d.Error()
	}
	return strings.Join(lines, "\n")
}
