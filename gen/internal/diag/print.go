package diag

// This file prints diagnostics in compiler style.

import (
	"fmt"
	"go/token"
	"io"
	"path/filepath"
	"strings"
)

// Print writes every diagnostic of l to w, sorted,
//
//	file:line:col: message [code]
//		remedy
//
// with file relative to dir where that is shorter, as go vet prints it.
func (l List) Print(w io.Writer, dir string) error { return l.print(w, dir, plain) }

// PrintColours is Print for a terminal: the positions are bold, and the codes have a colour.
func (l List) PrintColours(w io.Writer, dir string) error { return l.print(w, dir, coloured) }

// A palette returns text in the style of what it is.
type palette struct{ pos, code func(text string) string }

var (
	plain    = palette{pos: unchanged, code: unchanged}
	coloured = palette{pos: func(s string) string { return "\x1b[1m" + s + "\x1b[0m" }, code: func(s string) string { return "\x1b[36m" + s + "\x1b[0m" }}
)

func unchanged(text string) string { return text }

func (l List) print(w io.Writer, dir string, in palette) error {
	l.Sort()
	for _, d := range l {
		d.Pos.Filename = short(d.Pos.Filename, dir)
		if _, err := fmt.Fprintln(w, indent(d.format(in))); err != nil {
			return err
		}
		for _, r := range d.Related {
			r.Pos.Filename = short(r.Pos.Filename, dir)
			fmt.Fprintf(w, "\t%s %s\n", in.pos(r.Pos.String()+":"), r.Message)
		}
		if d.Remedy != "" {
			fmt.Fprintf(w, "\t%s\n", indent(d.Remedy))
		}
	}
	return nil
}

// indent indents all lines of text but the first.
func indent(text string) string {
	return strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n\t")
}

// short returns name relative to dir if that is shorter.
func short(name, dir string) string {
	if dir == "" || !filepath.IsAbs(name) {
		return name
	}
	rel, err := filepath.Rel(dir, name)
	if err != nil || len(rel) >= len(name) {
		return name
	}
	// The go command prints ./x.go as well: terminals and editors recognise it.
	if rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		rel = "." + string(filepath.Separator) + rel
	}
	return rel
}

// ParsePosition parses "file:line:col", "file:line" or "file.go"; it returns
// the zero Position for anything else.
func ParsePosition(text string) token.Position {
	var pos token.Position
	numbers := []*int{&pos.Line, &pos.Column}
	rest := text
	var found []int
	for range numbers {
		i := strings.LastIndexByte(rest, ':')
		if i < 0 {
			break
		}
		n := 0
		if _, err := fmt.Sscanf(rest[i+1:], "%d", &n); err != nil {
			break
		}
		found = append([]int{n}, found...)
		rest = rest[:i]
	}
	if len(found) == 0 && !strings.HasSuffix(rest, ".go") {
		return token.Position{}
	}
	pos.Filename = rest
	for i, n := range found {
		*numbers[i] = n
	}
	return pos
}
