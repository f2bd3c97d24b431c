package diag

// This file reads the documentation of the codes, which stands in the comments of codes.go and
// stagecodes.go. The tool holds both files and prints the comments: there is no other text.

import (
	"embed"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
)

//go:embed *codes.go
var commented embed.FS

// A Doc is what the comment of a code says.
type Doc struct {
	Code    Code
	Occurs  string // when the code occurs, in sentences
	Example string // what is refused
	Remedy  string // what to do, in sentences
	Instead string // the example, after the remedy; may be empty
}

// Docs returns the documentation of every code, in the order of their declarations.
func Docs() []Doc {
	var docs []Doc
	files, err := commented.ReadDir(".")
	for _, entry := range files {
		var text []byte
		if text, err = commented.ReadFile(entry.Name()); err != nil {
			break
		}
		var file *ast.File
		if file, err = parser.ParseFile(token.NewFileSet(), entry.Name(), text, parser.ParseComments); err != nil {
			break
		}
		for _, decl := range file.Decls {
			if decl, ok := decl.(*ast.GenDecl); ok && decl.Tok == token.CONST {
				for _, spec := range decl.Specs {
					spec := spec.(*ast.ValueSpec)
					docs = append(docs, newDoc(spec.Names[0].Name, spec.Doc.Text()))
				}
			}
		}
	}
	if err != nil {
		panic(err) // these files were compiled
	}
	return docs
}

// newDoc returns the documentation of the code called name, whose comment is text.
func newDoc(name, text string) Doc {
	d := Doc{Code: Code(name)}
	text, d.Instead = cut(text, "Instead:\n")
	text, d.Remedy = cut(text, "Remedy: ")
	text, d.Example = cut(text, "Example:\n")
	d.Occurs = sentences(text)
	d.Remedy = sentences(d.Remedy)
	d.Example, d.Instead = outdent(d.Example), outdent(d.Instead)
	return d
}

// cut splits text before the paragraph that begins with heading. It drops the heading.
func cut(text, heading string) (before, after string) {
	before, after, _ = strings.Cut(text, "\n\n"+heading)
	return before, after
}

// sentences returns text on one line.
func sentences(text string) string { return strings.Join(strings.Fields(text), " ") }

// outdent removes the space with which the lines of a piece of code begin in a comment.
func outdent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimPrefix(line, " "))
	}
	return strings.TrimSpace(b.String())
}
