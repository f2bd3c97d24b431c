package order

// This file orders the types and constants that the body declares. Stage frame decides where
// they are declared, so a mention of one is a separate piece of code.

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

// localDecl returns a declaration of types or constants.
func (o *orderer) localDecl(d *ast.GenDecl) *ir.LocalDecl {
	l := &ir.LocalDecl{Pos: d.Pos(), Tok: d.Tok, Copies: true, Enclosed: o.fn.IsEnclosed(), Generics: map[string]*types.TypeParamList{}}
	var expanded []*ast.TypeSpec
	declare := func(name *ast.Ident) {
		if name.Name != "_" {
			l.Names = append(l.Names, name.Name)
			l.Outside = l.Outside || o.moved[o.Info.Defs[name]]
			o.fn.Declare(o.Info.Defs[name], l)
		}
	}
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			if s.Assign.IsValid() && o.fn.Expand && len(o.fn.TypeParams) > 0 {
				o.fn.Declare(o.Info.Defs[s.Name], l) // mentions are replaced by the type
				expanded = append(expanded, s)
				continue
			}
			declare(s.Name)
			l.Copies = l.Copies && s.Assign.IsValid()
			if t, ok := o.Info.Defs[s.Name].Type().(interface{ TypeParams() *types.TypeParamList }); ok && s.TypeParams != nil {
				l.Generics[s.Name.Name] = t.TypeParams()
			}
		case *ast.ValueSpec:
			for _, n := range s.Names {
				declare(n)
			}
		}
	}
	l.Fixed = o.isGenericConst(d)
	l.Rename = o.otherNames(d, l.Fixed)
	c := &cutter{orderer: o, constants: !l.Fixed}
	c.walk(d)
	for _, s := range expanded {
		c.cuts = slices.DeleteFunc(c.cuts, func(x cut) bool { return within(x.pos, s) })
		c.cut(s)
	}
	if len(d.Specs) > len(expanded) {
		l.Code = o.unmarked().assemble(c, d.Pos(), o.trailing(d.End()))
	}
	return l
}

// otherNames returns other names for the constants that d declares, or nil if they cannot
// have others. Other names may change the meaning of an expression that a specification
// repeats, so a declaration with such a specification keeps its names. A fixed declaration
// cannot move to package level instead, so it keeps its names only if the meaning does
// change.
func (o *orderer) otherNames(d *ast.GenDecl, fixed bool) map[string]string {
	if d.Tok != token.CONST || fixed && hidesOwn(d) {
		return nil
	}
	names := map[string]string{}
	for _, spec := range d.Specs {
		s := spec.(*ast.ValueSpec)
		if len(s.Values) == 0 && !fixed {
			return nil
		}
		for _, id := range s.Names {
			if id.Name == "_" {
				names[id.Name] = id.Name
				continue
			}
			name := naming.Free(func(name string) bool { return o.isGiven(name) || ir.Words[name] }, id.Name)
			names[id.Name] = name
			o.fn.Idents[name] = append(o.fn.Idents[name], o.Info.Defs[id])
		}
	}
	return names
}

// hidesOwn reports whether d, a declaration of constants, mentions an object that d itself
// hides afterwards: const (a = a + 1; b) makes b one more than the new a. (For a repeated
// expression, the type checker records only the last meaning of a name.)
func hidesOwn(d *ast.GenDecl) (found bool) {
	later := map[string]bool{}
	for _, spec := range slices.Backward(d.Specs) {
		s := spec.(*ast.ValueSpec)
		for _, id := range s.Names {
			later[id.Name] = true
		}
		mentions := func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				return false // a name of another package
			case *ast.Ident:
				found = found || later[n.Name]
			}
			return true
		}
		for _, x := range s.Values {
			ast.Inspect(x, mentions)
		}
		if s.Type != nil {
			ast.Inspect(s.Type, mentions)
		}
	}
	return found
}

// bodyName cuts id if it names a type or constant of the body, or a type parameter that has
// another name in the machine. It reports whether it does.
func (c *cutter) bodyName(id *ast.Ident) bool {
	if c.orderer.fn == nil {
		return false
	}
	obj := c.Info.Uses[id] // for an embedded field, the type
	if obj == nil {
		obj = c.Info.Defs[id]
	}
	l := c.fn.Decl(obj)
	switch obj := obj.(type) {
	case *types.Const:
		switch {
		case l == nil:
		case l.Fixed && c.constants:
			c.cut(id, constText(obj.Type(), obj.Val()))
		default:
			c.cut(id, &ir.Name{Decl: l, Text: id.Name})
		}
		return l != nil
	case *types.TypeName:
		if code := c.typeName(id); code != nil {
			end := id.End()
			if name, ok := code[0].(*ir.Name); ok && name.Own {
				end = bracket(c.parent()) + 1
			}
			c.cuts = append(c.cuts, cut{id.Pos(), end, code})
			return true
		}
		if l != nil {
			c.cut(id, &ir.Name{Decl: l, Text: id.Name})
		}
		return l != nil
	}
	return false
}

// bracket returns the position of the list of type parameters or arguments in n.
func bracket(n ast.Node) token.Pos {
	switch n := n.(type) {
	case *ast.TypeSpec:
		return n.TypeParams.Opening
	case *ast.IndexExpr:
		return n.Lbrack
	case *ast.IndexListExpr:
		return n.Lbrack
	}
	panic(fmt.Sprintf("internal error: a generic type without brackets in a %T", n))
}

// constText returns the value v of a constant of type t as an operand. A floating-point
// constant stays one, because 1/2 would be an integer division.
func constText(t types.Type, v constant.Value) ir.Text {
	s := v.ExactString()
	if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsFloat != 0 && !strings.ContainsAny(s, "px.") {
		num, den, isRatio := strings.Cut(s, "/")
		if s = num + ".0"; isRatio {
			s += "/" + den
		}
	}
	if v.Kind() != constant.String && strings.ContainsAny(s, "-/+") {
		s = "(" + s + ")"
	}
	return ir.Text(s)
}

// isGenericConst reports whether d declares constants with types that have the type
// parameters of the function at package level.
func (o *orderer) isGenericConst(d *ast.GenDecl) (found bool) {
	if d.Tok != token.CONST || len(o.fn.TypeParams) == 0 {
		return false
	}
	ast.Inspect(d, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			switch obj := o.Info.Uses[id].(type) {
			case *types.TypeName:
				found = found || o.fn.Decl(obj) != nil
			case *types.Const:
				l := o.fn.Decl(obj)
				found = found || l != nil && l.Fixed
			}
		}
		return !found
	})
	return found
}
