package emit

// This file formats the declarations of a file one by one. Between declarations of machines there
// is always an empty line, so gofmt aligns nothing across them. A declaration that a session
// has formatted before is not formatted again.

import (
	"bytes"
	"go/format"
	"go/parser"
	"go/token"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/digest"
)

// cut stands alone on its line between pieces of rendered text. No Go source holds this byte.
const cut = "\x00"

// uncut returns rendered text without its cuts.
func uncut(text []byte) []byte { return bytes.ReplaceAll(text, []byte(cut), nil) }

// A Formatted is a file that was formatted piece by piece.
type Formatted struct {
	Head   string   // everything before the first declaration that is no import, without the digest
	Pieces []string // the declarations, one or a few in each

	digest string // of the file
	head   string // Head before it was formatted
	pieces map[string]*piece
}

// A piece is what became of a piece of rendered text.
type piece struct {
	text   string
	digest []byte // what the digest of the file covers of it
}

// byDecls formats rendered, the text of f with cuts. It returns nil if the text does not parse.
func (f *File) byDecls(rendered []byte) *Formatted {
	head, rest, found := strings.Cut(string(rendered), cut)
	if !found {
		return nil
	}
	before := f.Before
	if before == nil {
		before = &Formatted{}
	}
	out := &Formatted{Head: before.Head, head: head, pieces: map[string]*piece{}}
	if head != before.head {
		text, err := formatted(f.Source, []byte(head))
		if err != nil {
			return nil
		}
		out.Head = string(bytes.TrimRight(text, "\n"))
	}
	var digests [][]byte
	for text := range strings.SplitSeq(rest, cut) {
		p := before.pieces[text]
		if p == nil {
			if p = newPiece(text); p == nil {
				return nil
			}
		}
		out.pieces[text] = p
		out.Pieces = append(out.Pieces, p.text)
		digests = append(digests, p.digest)
	}
	out.digest = digest.Join(f.Pkg, digests...)
	return out
}

// newPiece formats text. It returns nil if text does not parse.
func newPiece(text string) *piece {
	const clause = "package p\n\n"
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", clause+text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	var out bytes.Buffer
	if err := format.Node(&out, fset, file); err != nil {
		return nil
	}
	body, ok := strings.CutPrefix(out.String(), clause)
	if !ok {
		return nil
	}
	return &piece{strings.TrimRight(body, "\n"), digest.Declarations(file)}
}

// bytes returns the text of the file, without the digest.
func (f *Formatted) bytes() []byte {
	var out bytes.Buffer
	out.WriteString(f.Head)
	for _, text := range f.Pieces {
		out.WriteString("\n\n")
		out.WriteString(text)
	}
	out.WriteString("\n")
	return out.Bytes()
}
