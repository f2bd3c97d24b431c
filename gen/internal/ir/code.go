package ir

// This file defines Code: source text with holes.

import (
	"go/scanner"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// Code is source text, cut where the machine differs from the source.
type Code []Piece

// A Piece is one of Text, *Ref, *Qual, *Name, *Hidden, Task, More, Deferred, Marks, ExitPtr,
// *Closure or *Terminator.
type Piece interface{ piece() }

// Text is copied as it stands.
type Text string

// LineMark begins a comment that stands alone in a line and says to which line of the source the
// next line of the output belongs. See lines.go of package emit.
const LineMark = "//line +"

// A Ref is a mention of a variable.
type Ref struct {
	Var *Var
	// Write: the mention is an assignment to the whole variable. The old value is lost.
	Write bool
	// Set: the mention is an assignment, which the compiler does not count as a use.
	Set bool
	// Addr: the text is &v, and this piece stands for all of it.
	Addr bool
	// Operand: a selector, an index or a call follows, so a dereference needs
	// parentheses. Auto: a dereference needs no parentheses, because Go dereferences
	// automatically.
	Operand, Auto bool
	// InLit: the mention is inside a function literal. The literal must not refer to
	// the frame, which may be used again while the literal lives.
	InLit bool
}

// A Qual is a name of another package.
type Qual struct {
	Path, Name string
	Pkg        string // the name of the package itself
}

// A Name is a mention of a type or constant that the body declares, or its name in the
// declaration itself.
type Name struct {
	Decl *LocalDecl
	Text string
	Args Code // the type parameters of the function, which the name has at package level
	// Own: a list of type arguments or parameters follows the name in the source. The
	// Name includes the bracket that opens the list. Args come first in the list.
	Own bool
}

// A Hidden is a mention of an object of the package that has another name in a
// constructor.
type Hidden struct {
	Obj  types.Object
	Name string
	Used bool // generated code mentions the name
}

// Task is the current task.
type Task struct{}

// More is the result of the last yield of a generator: whether its caller wants more values.
type More struct{}

// A Closure is the coroutine of a function literal that is a function of its own.
type Closure struct {
	Func     *Func
	Captures []Code // for each capture of the literal's Body, its value or its address
}

// ExitPtr is the address of the function's machine.Exit.
type ExitPtr struct{}

// Deferred is the record of deferred calls.
type Deferred struct{}

// Marks are defer statements. Each stands for its constant in the record of deferred calls.
type Marks []*Defer

// A Terminator is a return or a jump that leaves a block. It may stand inside source text.
// A Terminator with both sets the results and jumps to the deferred calls.
type Terminator struct {
	Return *Return
	Jump   *Jump
}

func (Text) piece()        {}
func (*Ref) piece()        {}
func (*Qual) piece()       {}
func (*Name) piece()       {}
func (*Hidden) piece()     {}
func (Task) piece()        {}
func (More) piece()        {}
func (Deferred) piece()    {}
func (Marks) piece()       {}
func (ExitPtr) piece()     {}
func (*Terminator) piece() {}

func (*Closure) piece() {}

// All calls yield for every piece of c, and for those of the code inside a piece: the results of
// a return, and what a closure captures. It stops when yield returns false.
//
// It is the only recursion over code, but for what prints code: String, and emit's emitCode.
func (c Code) All(yield func(Piece) bool) { c.all(yield) }

// all is [Code.All]. It reports whether yield wants more.
func (c Code) all(yield func(Piece) bool) bool {
	for _, p := range c {
		if !yield(p) {
			return false
		}
		var inside []Code
		switch p := p.(type) {
		case *Closure:
			inside = p.Captures
		case *Terminator:
			if p.Return != nil {
				inside = p.Return.Results
			}
		}
		for _, x := range inside {
			if !x.all(yield) {
				return false
			}
		}
	}
	return true
}

// Refs calls yield for every mention of a variable in c, also in the results of
// returns.
func (c Code) Refs(yield func(*Ref)) {
	for p := range c.All {
		if r, ok := p.(*Ref); ok {
			yield(r)
		}
	}
}

// Terminators calls yield for every terminator in c.
func (c Code) Terminators(yield func(*Terminator)) {
	for _, p := range c {
		if x, ok := p.(*Terminator); ok {
			yield(x)
		}
	}
}

// LocalDecls calls yield for every type and constant of the body that c mentions.
func (c Code) LocalDecls(yield func(*LocalDecl)) {
	for p := range c.All {
		if n, ok := p.(*Name); ok {
			yield(n.Decl)
		}
	}
}

// MentionsDecl reports whether c mentions a name that l declares.
func (c Code) MentionsDecl(l *LocalDecl) (found bool) {
	c.LocalDecls(func(m *LocalDecl) { found = found || m == l })
	return found
}

// Spelled returns the text of n at its place.
func (n *Name) Spelled() Code {
	code := Lit(n.Text)
	switch {
	case n.Decl.Renamed:
		return Lit(n.Decl.Rename[n.Text])
	case n.Decl.Aliases[n.Text] != "":
		code = Lit(n.Decl.Aliases[n.Text])
	case n.Decl.Place == AtPackage && !n.Decl.Enclosed:
		code = append(code, n.Args...)
	}
	if !n.Own {
		return code
	}
	if last := len(code) - 1; last > 0 && code[last] != Piece(Text("")) { // [A, B] and then [C] are [A, B, C]
		code[last] = Text(strings.TrimSuffix(string(code[last].(Text)), "]") + ", ")
		return code
	}
	return append(code, Text("["))
}

// Spelled returns the text of h at its place. The other name of a variable is a pointer
// to the variable.
func (h *Hidden) Spelled() string {
	h.Used = true
	if _, ok := h.Obj.(*types.Var); ok {
		return "(*" + h.Name + ")"
	}
	return h.Name
}

// Declared returns the declaration of the name of h.
func (h *Hidden) Declared() string {
	switch h.Obj.(type) {
	case *types.TypeName:
		return "type " + h.Name + " = " + h.Obj.Name()
	case *types.Const:
		return "const " + h.Name + " = " + h.Obj.Name()
	case *types.Var:
		return h.Name + " := &" + h.Obj.Name()
	}
	return h.Name + " := " + h.Obj.Name()
}

// Lit returns code that is just text.
func Lit(text string) Code { return Code{Text(text)} }

// Join returns m as one expression. name returns the constant of each statement.
func (m Marks) Join(name func(*Defer) string) string {
	var names []string
	for _, d := range m {
		names = append(names, name(d))
	}
	return strings.Join(names, "|")
}

// Operand is [Marks.Join] for an operand of another expression.
func (m Marks) Operand(name func(*Defer) string) string {
	if len(m) == 1 {
		return m.Join(name)
	}
	return "(" + m.Join(name) + ")"
}

// Of returns code that is just a mention of v.
func Of(v *Var) Code { return Code{&Ref{Var: v}} }

// Quals calls yield for every name of another package in c.
func (c Code) Quals(yield func(*Qual)) {
	for p := range c.All {
		if q, ok := p.(*Qual); ok {
			yield(q)
		}
	}
}

// Says reports whether the text of c has one of names as an identifier, regardless of the
// meaning of the identifier.
func (c Code) Says(names []string) bool {
	for p := range c.All {
		if t, ok := p.(Text); ok && says(string(t), names) {
			return true
		}
	}
	return false
}

// Idents calls yield for every identifier in c. Of a name of another package, it yields
// the name of the package only.
func (c Code) Idents(yield func(string)) {
	for _, p := range c {
		switch p := p.(type) {
		case Text:
			identsIn(string(p), func(name string) bool { yield(name); return true })
		case *Qual:
			yield(p.Pkg)
		case *Name:
			p.Spelled().Idents(yield)
		case *Hidden:
			yield(p.Name)
		}
	}
}

// EndsList reports whether a list of statements ends where c begins.
func (c Code) EndsList() bool {
	if len(c) == 0 {
		return true
	}
	text, ok := c[0].(Text)
	if !ok {
		return false
	}
	var sc scanner.Scanner
	sc.Init(token.NewFileSet().AddFile("", -1, len(text)), []byte(text), nil, 0)
	for {
		switch _, tok, _ := sc.Scan(); tok {
		case token.SEMICOLON:
		case token.EOF:
			return len(c) == 1
		default:
			return tok == token.RBRACE || tok == token.CASE || tok == token.DEFAULT
		}
	}
}

// says reports whether an identifier in text is one of names.
func says(text string, names []string) bool {
	if !slices.ContainsFunc(names, func(name string) bool { return strings.Contains(text, name) }) {
		return false
	}
	found := false
	identsIn(text, func(name string) bool {
		found = slices.Contains(names, name)
		return !found
	})
	return found
}

// identsIn calls yield for every identifier in text, until yield returns false.
func identsIn(text string, yield func(string) bool) {
	var sc scanner.Scanner
	sc.Init(token.NewFileSet().AddFile("", -1, len(text)), []byte(text), nil, 0)
	for {
		switch _, tok, lit := sc.Scan(); {
		case tok == token.EOF, tok == token.IDENT && !yield(lit):
			return
		}
	}
}
