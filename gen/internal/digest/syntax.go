package digest

// This file writes syntax without whatever gofmt may change.

import (
	"bytes"
	"go/ast"
	"go/token"
	"reflect"
	"strconv"
	"strings"
)

// A writer writes syntax, to be hashed. Every text and every list is written with its length, so
// that different syntax is written differently.
type writer struct {
	out   bytes.Buffer
	facts *facts // nil for syntax without types
}

func (w *writer) number(n int) {
	w.out.WriteString(strconv.Itoa(n))
	w.out.WriteByte(' ')
}

func (w *writer) text(s string) {
	w.number(len(s))
	w.out.WriteString(s)
}

// node writes n, which may be nil.
func (w *writer) node(n ast.Node) { w.value(reflect.ValueOf(&n).Elem()) }

var (
	posType     = reflect.TypeFor[token.Pos]()
	commentType = reflect.TypeFor[*ast.CommentGroup]()
)

// value writes v, a part of the syntax. Positions count only where they are the one sign of
// a token: see presence.
func (w *writer) value(v reflect.Value) {
	switch v.Type() {
	case posType, commentType:
		return
	}
	switch v.Kind() {
	case reflect.Interface:
		if v.IsNil() {
			w.text("")
			return
		}
		w.value(v.Elem())
	case reflect.Pointer:
		if v.IsNil() {
			w.text("")
			return
		}
		w.pointer(v)
	case reflect.Slice:
		w.list(v)
	case reflect.String:
		w.text(v.String())
	case reflect.Int:
		w.number(int(v.Int()))
	case reflect.Bool:
		w.text(strconv.FormatBool(v.Bool()))
	}
}

// pointer writes the node that v points to.
func (w *writer) pointer(v reflect.Value) {
	switch n := v.Interface().(type) {
	case *ast.ParenExpr: // the tree says what belongs together
		w.node(n.X)
		return
	case *ast.BasicLit:
		w.text("literal")
		w.text(normal(n))
		w.expr(n)
		return
	case *ast.Ident:
		w.text("name")
		w.name(n)
		w.expr(n)
		return
	case *ast.EmptyStmt:
		w.text("empty")
		return
	}
	s := v.Elem()
	w.text(s.Type().Name())
	w.text(presence(v.Interface()))
	for i := range s.NumField() {
		w.value(s.Field(i))
	}
	switch n := v.Interface().(type) {
	case *ast.SelectorExpr:
		w.selection(n)
		w.expr(n)
	case ast.Expr:
		w.expr(n)
	}
}

// list writes a list of nodes, without empty statements.
func (w *writer) list(v reflect.Value) {
	empty := func(v reflect.Value) bool {
		_, ok := v.Interface().(*ast.EmptyStmt)
		return ok
	}
	n := 0
	for i := range v.Len() {
		if !empty(v.Index(i)) {
			n++
		}
	}
	w.number(n)
	for i := range v.Len() {
		if !empty(v.Index(i)) {
			w.value(v.Index(i))
		}
	}
}

// presence says which of the optional tokens n has that only positions tell of.
func presence(n any) string {
	at := token.NoPos
	switch n := n.(type) {
	case *ast.CallExpr:
		at = n.Ellipsis
	case *ast.TypeSpec:
		at = n.Assign
	}
	if at.IsValid() {
		return "yes"
	}
	return "no"
}

// normal returns a literal in the form in which gofmt writes it, with lower-case digits.
func normal(lit *ast.BasicLit) string {
	switch lit.Kind {
	case token.INT, token.FLOAT:
		return strings.ToLower(lit.Value)
	case token.IMAG:
		s := strings.ToLower(lit.Value)
		if strings.HasPrefix(s, "0") && strings.Trim(s, "0123456789_") == "i" { // 010i is 10i
			s = strings.TrimLeft(s, "0_")
		}
		return s
	}
	return lit.Value
}
