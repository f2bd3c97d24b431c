package load

// This file copies syntax.

import (
	"go/ast"
	"go/token"
	"reflect"
)

// A copier copies syntax from one file into another file of the same length. Every
// position keeps its offset. Comments are left out.
type copier struct {
	shift token.Pos // from a position in the file to the same in the other
}

// copyNode returns a copy of n that shares nothing with n, so that the type checker can
// record different facts about the two. The parser must not have resolved objects
// (parseMode): an object refers to its declaration, which would be copied without end.
func copyNode[N ast.Node](c copier, n N) N {
	v := reflect.ValueOf(&n).Elem()
	c.copy(v, v)
	return n
}

var (
	posType     = reflect.TypeFor[token.Pos]()
	commentType = reflect.TypeFor[*ast.CommentGroup]()
)

// copy sets to to a copy of from.
func (c copier) copy(to, from reflect.Value) {
	switch from.Type() {
	case commentType:
		to.SetZero()
		return
	case posType:
		if pos := token.Pos(from.Int()); pos.IsValid() {
			to.SetInt(int64(pos + c.shift))
		}
		return
	}
	switch from.Kind() {
	case reflect.Pointer:
		if !from.IsNil() {
			p := reflect.New(from.Type().Elem())
			p.Elem().Set(from.Elem())
			c.copy(p.Elem(), from.Elem())
			to.Set(p)
		}
	case reflect.Interface:
		if !from.IsNil() {
			v := reflect.New(from.Elem().Type()).Elem()
			v.Set(from.Elem())
			c.copy(v, from.Elem())
			to.Set(v)
		}
	case reflect.Slice:
		if !from.IsNil() {
			s := reflect.MakeSlice(from.Type(), from.Len(), from.Len())
			for i := range from.Len() {
				c.copy(s.Index(i), from.Index(i))
			}
			to.Set(s)
		}
	case reflect.Struct:
		for i := range from.NumField() {
			c.copy(to.Field(i), from.Field(i))
		}
	default:
		to.Set(from)
	}
}
