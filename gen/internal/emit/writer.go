package emit

// This file defines the writer of Go text.

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// A writer collects Go text. Names of other packages in the text go through jennifer, which
// writes the imports.
type writer struct {
	code []jen.Code
	buf  strings.Builder
}

func (w *writer) text(s string) { w.buf.WriteString(s) }

func (w *writer) line(parts ...string) {
	for _, p := range parts {
		w.text(p)
	}
	w.text("\n")
}

func (w *writer) qual(q *ir.Qual) {
	w.flush()
	w.code = append(w.code, jen.Qual(q.Path, q.Name))
}

func (w *writer) flush() {
	if w.buf.Len() > 0 {
		w.code = append(w.code, jen.Op(w.buf.String()))
		w.buf.Reset()
	}
}

// append adds the text of another writer.
func (w *writer) append(x *writer) {
	w.flush()
	x.flush()
	w.code = append(w.code, x.code...)
}

// statement returns all of the text.
func (w *writer) statement() *jen.Statement {
	w.flush()
	return jen.Add(w.code...)
}

// last returns the last byte written, or 0 after a qualified name.
func (w *writer) last() byte {
	s := w.buf.String()
	if s == "" {
		return 0
	}
	return s[len(s)-1]
}

// plain writes code without mentions of variables.
func (w *writer) plain(c ir.Code) {
	for _, p := range c {
		switch p := p.(type) {
		case ir.Text:
			w.text(string(p))
		case *ir.Qual:
			w.qual(p)
		case *ir.Name:
			w.plain(p.Spelled())
		case *ir.Hidden:
			w.text(p.Spelled())
		}
	}
}

func rtQual(name string) *ir.Qual {
	return &ir.Qual{Path: marker.RT, Name: name, Pkg: "rt"}
}

func machineQual(name string) *ir.Qual {
	return &ir.Qual{Path: marker.Machine, Name: name, Pkg: "machine"}
}
