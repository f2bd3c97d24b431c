package ir

// This file defines a function with its variables, awaits and deferred calls.

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
)

// A Func is one async function, or one generator, as the source declares it. The stages make a [Body], a
// [Graph] and a [Layout] of it, each of which holds the value before.
type Func struct {
	Name  string      // handle, or handle.func1 for a literal
	Async string      // handleAsync, or wordsPull of a generator; "" for a literal
	Frame string      // name of the frame, FetchFrame, if other packages can name it
	Obj   *types.Func // nil for a literal
	Pkg   *types.Package
	Fset  *token.FileSet
	Pos   token.Pos
	End   token.Pos
	Doc   string // the user's doc comment without directive lines, or ""

	// TypeParams are the type parameters of the receiver, if f is a method, and then
	// those of the function. RecvTypeParams is the number of type parameters of the
	// receiver.
	TypeParams     []*TypeParam
	RecvTypeParams int
	// Expand: an alias that the body declares is written as the type that it stands
	// for, because an alias cannot have type parameters in this version of Go.
	Expand bool

	Recv     *Var // nil for a plain function
	Params   []*Var
	Variadic bool
	Results  []*Var // one per result, the error included
	Fallible bool   // the last result is an error
	// Gen is not nil if f is a generator, which suspends at its yields. Params do not
	// include its parameter yield.
	Gen *Generator

	// Yields is not nil if f is an async generator: the parameter to which it hands its values. The
	// constructor does not have it.
	Yields *types.Var

	// Idents are the identifiers in the source of the function, with their meanings.
	// Stage order adds the new names that it gives to declarations in the text.
	Idents map[string][]types.Object
	// TypeNames are the names of the types that the package declares. Generated code
	// may mention a type where the source does not. All functions share the set.
	TypeNames map[string]bool
	Labels    map[string]bool // every label
	// AtInit: the function may run while the variables of the package are initialised.
	AtInit bool

	// For a function literal.

	// Outer is the function around the literal. Lit is the name of the literal there:
	// func1, or the name of the variable that holds the literal.
	Outer *Func
	Lit   string

	// For a machine inside the constructor.

	// Enclosed: the machine of f and of the literals in it stands inside the
	// constructor, because types that f declares cannot move to package level. See
	// IsEnclosed.
	Enclosed bool
	// Hidden are the objects of the package that a type or constant of the body may
	// hide inside the constructor.
	Hidden map[types.Object]*Hidden

	// For the reference backend.

	// Places are the places of the deferred calls that await: see machine.Lockstep.
	Places []string

	// decls are the declarations of types and constants of the body that order has
	// reached. A function and the literals in it share them.
	decls map[types.Object]*LocalDecl
}

// Declare records that l declares obj, for the function and for the literals in it that are
// ordered later.
func (f *Func) Declare(obj types.Object, l *LocalDecl) {
	root := f.Root()
	if root.decls == nil {
		root.decls = map[types.Object]*LocalDecl{}
	}
	root.decls[obj] = l
}

// Decl returns the declaration of obj in the body, or nil if the body does not declare obj.
func (f *Func) Decl(obj types.Object) *LocalDecl { return f.Root().decls[obj] }

// Outside returns the declared function f for code outside its constructor, where no
// object is hidden.
func (f *Func) Outside() *Func {
	outside := *f
	outside.Hidden = nil
	return &outside
}

// HasDecls reports whether the body, or a literal in it, declares types or constants.
func (f *Func) HasDecls() bool { return len(f.Root().decls) > 0 }

// A Body is the result of stage order: the function with its body as ordered statements.
type Body struct {
	*Func

	Stmts []Stmt
	Vars  []*Var // all variables that may need a place in the frame, in source order
	// Named: the results have names, in the source or because order gave them names.
	Named bool
	// Kept: the results live in the frame, and a return assigns them first, because
	// a deferred call or a closure may read them.
	Kept bool

	Awaits []*Await
	Defers []*Defer
	// DeferList: a defer statement stands in a loop, so a list records the deferred
	// calls. Otherwise one bit for each defer statement records them.
	DeferList bool
	// Parks: a deferred call awaits, or a loop over Each. The deferred calls are blocks then, and the frame
	// holds the panic or the results that are on their way.
	Parks bool
	// Eaches are the loops over Each, in source order. If one is open when the function ends,
	// it is closed before the deferred calls run.
	Eaches []*Each
	// Iters are the iterators of the opened loops over functions, in source order. A
	// panic in the body of such a loop passes through its iterator.
	Iters []*Var
	Types []*LocalDecl // local types and constants

	Closures []*Body // the literals in the function that become functions

	// Setup is, for a generator, the text before the return of its literal. It runs in the
	// constructor.
	Setup    Code
	SetupPos token.Pos
	// Reenters: a generator calls code that could resume it while it runs.
	Reenters bool
	// Polite: a generator calls no yield again after one has returned false.
	Polite bool
	// Late: another generator may hand its yield to this one after the yield has returned false.
	Late bool

	// For a function literal.

	// Embedded: the literal is called where it stands, so its frame is a child.
	Embedded bool
	// Captures are the variables of surrounding functions that the literal mentions. The
	// code that makes the literal's frame sets them, as it sets parameters.
	Captures []*Var
}

// Unwinds reports whether f has something to do when it ends, in any way.
func (f *Body) Unwinds() bool { return len(f.Defers) > 0 || f.Parks }

// AtEnd says what f does when it ends, if it parks a panic until that is done.
func (f *Body) AtEnd() string {
	switch {
	case len(f.Eaches) == 0:
		return "runs the deferred calls"
	case len(f.Defers) == 0:
		return "closes what is open"
	}
	return "closes what is open, and runs the deferred calls"
}

// An Each is a loop over the values of an asynchronous iterator.
type Each struct {
	Iter    *Var   // nil when the loop is not open
	Closing []Stmt // closes the iterator when the function ends
}

// A Graph is the result of stage lower: the function with its body as blocks.
type Graph struct {
	*Body

	Blocks []*Block // in the order in which they are printed
	Unwind *Block   // for Parks: where the deferred calls begin
	Parts  int      // the number of methods that the blocks become; 0: they are Poll
	// Awaits are the awaits that control can reach, in the order of their blocks.
	Awaits []*Await
}

// A Layout is the result of stage frame: the function with a place for every variable and
// every awaited operation.
type Layout struct {
	*Graph

	Fields      []*Field
	Zeroed      []*Var   // variables that may be read before they are written, so their fields must be zeroed
	EntryFields []*Field // the fields of an entry in the list of deferred calls

	Places map[*Var]*VarPlace // of every variable that some block mentions
	Ops    map[*Await]*Field  // the fields of awaited operations that no variable holds

	// Handed: another generator hands its yield to this one, and may use the result.
	Handed bool

	Held bool // the frame of another function of the package holds this one, in all builds

	// Live reports whether v is needed when the function goes on at b, a block with an await.
	Live func(v *Var, b *Block) bool
}

// A VarPlace says where a variable is.
type VarPlace struct {
	Home  Home
	Why   string // why it is there
	Field *Field // for InFrame and Boxed, and for a variable of an entry
	Twin  *Var   // for Hoisted: the variable whose local of Poll this variable shares
	// PerBlock: an inner variable of several blocks. Each block declares it, because
	// each gives it a value before it reads it.
	PerBlock bool
}

// Place returns the place of v. A variable that no block mentions is Inner.
func (l *Layout) Place(v *Var) VarPlace {
	if p := l.Places[v]; p != nil {
		return *p
	}
	return VarPlace{}
}

// Home returns the home of v.
func (l *Layout) Home(v *Var) Home { return l.Place(v).Home }

// Field returns the field of v, or nil if v has none.
func (l *Layout) Field(v *Var) *Field { return l.Place(v).Field }

// Tracked returns the objects that are variables of f. A mention of one of them is a
// [Ref] and not text.
func (f *Body) Tracked() map[types.Object]bool {
	tracked := map[types.Object]bool{}
	for _, v := range f.Vars {
		if v.Obj != nil {
			tracked[v.Obj] = true
		}
	}
	return tracked
}

// Root returns the declared function that f is or that f stands in.
func (f *Func) Root() *Func {
	for f.Outer != nil {
		f = f.Outer
	}
	return f
}

// IsEnclosed reports whether the machine of f stands inside a constructor.
func (f *Func) IsEnclosed() bool { return f.Root().Enclosed }

// OtherNames yields the names that generated code gives to types, constants and objects of
// the package because their own names mean something else in it. f is a declared function.
// Nothing else in f or in the literals in f may use these names.
func (f *Body) OtherNames(yield func(name string) bool) {
	for _, h := range f.Hidden {
		if !yield(h.Name) {
			return
		}
	}
	for fn := range f.All {
		for _, l := range fn.Types {
			for _, names := range []map[string]string{l.Aliases, l.Rename} {
				for _, name := range names {
					if !yield(name) {
						return
					}
				}
			}
		}
	}
}

// InConstructor returns the declarations in the constructor of an enclosed f: the
// types and constants of f and of the literals in it, in the order of the source.
func (f *Body) InConstructor() (list []*LocalDecl) {
	for fn := range f.All {
		for _, l := range fn.Types {
			if l.Place == AtPackage && !slices.Contains(list, l) {
				list = append(list, l)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b *LocalDecl) int { return int(a.Pos - b.Pos) })
	return list
}

// All calls yield for f and for all literals in f that become functions, however deep.
func (f *Body) All(yield func(*Body) bool) { f.all(yield) }

func (f *Body) all(yield func(*Body) bool) bool {
	if !yield(f) {
		return false
	}
	for _, c := range f.Closures {
		if !c.all(yield) {
			return false
		}
	}
	return true
}

// Declares reports whether obj is declared in f.
func (f *Func) Declares(obj types.Object) bool {
	return obj != nil && f.Pos <= obj.Pos() && obj.Pos() < f.End && obj.Pkg() == f.Pkg
}

// Recorded returns the defer statements for which the frame records whether they ran.
func (f *Body) Recorded() (list []*Defer) {
	for _, d := range f.Defers {
		if !d.Always {
			list = append(list, d)
		}
	}
	return list
}

// Inputs returns the variables that a call of the function sets: the receiver, if there
// is one, and the parameters.
func (f *Func) Inputs() []*Var {
	if f.Recv != nil {
		return slices.Concat([]*Var{f.Recv}, f.Params)
	}
	return f.Params
}

// Inputs returns the variables that the constructor of the frame sets: those that a
// call sets, and the captures of a literal.
func (f *Body) Inputs() []*Var {
	if f.Gen != nil && f.Gen.Lit != nil {
		return f.Captures
	}
	return slices.Concat(f.Func.Inputs(), f.Captures)
}

// NumValues returns the number of results besides the error.
func (f *Func) NumValues() int {
	if f.Fallible {
		return len(f.Results) - 1
	}
	return len(f.Results)
}

// A VarKind says where a variable comes from.
type VarKind uint8

const (
	Local   VarKind = iota // declared in the body
	Param                  // a parameter or the receiver
	Result                 // a result
	Temp                   // made by a stage
	Capture                // a variable of a function around a literal
)

// A Home is where a variable lives.
type Home uint8

const (
	Inner   Home = iota // a local of one block: declared and used nowhere else
	Hoisted             // a local of Poll: several blocks use it, and no await separates them
	InFrame             // a field of the frame: an await separates its uses
	Boxed               // a pointer in the frame: a pointer or a closure shares the variable
)

func (h Home) String() string {
	return [...]string{"inner", "hoisted", "field", "boxed"}[h]
}

// A Var is a variable that an opened statement declares, a parameter, a result or a
// temporary. A variable that is declared and used inside one Plain statement is just
// text.
type Var struct {
	Name string
	Type types.Type
	// TypeCode is the spelling of the type if no types.Type describes it. Type is nil then.
	TypeCode Code
	Obj      *types.Var // nil for a temporary
	Kind     VarKind
	Pos      token.Pos
	ID       int // the number of a temporary

	// Facts about the whole function.
	Captured bool // a function literal mentions the variable
	Lent     bool // a literal that is called where it stands mentions the variable
	ByRef    bool // for a Capture: a pointer to the variable, not a copy
	Deferred bool // a deferred literal mentions the variable, so it lives to the end
	Entry    bool // the variable is a field of an entry in the list of deferred calls
	Addr     bool // the address of the variable is taken
	Assigned bool // the variable or a part of it is assigned after its declaration
}

// String returns the name of v for a dump. The name of a temporary includes its number.
func (v *Var) String() string {
	if v.Kind == Temp && v.ID > 0 {
		return fmt.Sprintf("%s%d", v.Name, v.ID)
	}
	return v.Name
}

// Shared reports whether v must keep its identity, because a pointer or a closure may
// observe or make a change of v.
func (v *Var) Shared() bool { return v.Addr || v.ByRef || v.Captured && v.Assigned }

// Given reports whether the constructor of the frame sets v.
func (v *Var) Given() bool { return v.Kind == Param || v.Kind == Capture }

// A Field is one field of the frame. It holds a variable, or several variables that
// are never needed at the same time, or an awaited operation.
type Field struct {
	Name     string
	Type     types.Type // nil if TypeCode, Child or Dynamic gives the type
	TypeCode Code
	Child    *Func        // the coroutine whose frame is embedded
	TypeArgs []types.Type // the type arguments of Child
	Dynamic  types.Type   // the type is rt.Awaitable[Dynamic]
	Pointer  bool         // the field is a pointer to that type: a box, or a recursive child
	Param    bool         // the field holds a parameter or a capture
}

// An Await is one suspension point.
type Await struct {
	Pos     token.Pos
	Text    string // the call as written, on one line
	Form    Form
	Name    string // read for conn.Read(buf), dial for rt.Timeout(d, netio.Dial(addr))
	Op      string // the name of the operation, timeout, if Name is another one
	Operand Operand
	X       Code // the operand; for Child, the receiver if there is one
	// Args are, for Child, the arguments for all inputs except the receiver. For a
	// foreign Op, Args are the arguments of its Init. For Yield, they are the values.
	Args   []Code
	Callee *Func // for Child
	// TypeArgs are the type arguments of the callee, one for each type parameter.
	TypeArgs []types.Type
	// Foreign: the Op is the frame of a coroutine of another package. All that is known of
	// the frame is that Init begins it.
	Foreign bool
	Direct  *Var // the operand is this variable, which is polled where it lives
	XType   types.Type
	// TypeCode is, for From, the type of what is kept of the operand.
	TypeCode Code
	Result   types.Type // the T of the rt.Expr[T] that is awaited
	// Deferred: the await is a deferred call. Early: the defer statement makes the
	// operation ready, not the block that awaits it.
	Deferred, Early bool
	// Handed: the await hands the yield of a generator to Callee, in a call of the source.
	Handed bool

	Dst []Dst // one for each result, and one for the error if the form has one
}

// A Form says which of the await functions is called.
type Form struct {
	Values int  // results besides the error
	Err    bool // the error is a result; otherwise the await panics with the error
}

// Results returns the number of results of the call, with the error.
func (f Form) Results() int {
	if f.Err {
		return f.Values + 1
	}
	return f.Values
}

// An Operand says how an awaited operation is kept and polled.
type Operand uint8

const (
	Op      Operand = iota // a value whose pointer has Poll: kept in the frame
	Poller                 // a pointer or an interface that itself has Poll
	Dynamic                // an rt.Expr of which only Awaitable is known
	Child                  // a coroutine or a generator of this package: its frame is embedded
	Yield                  // no operation: a yield of a generator, whose values are the Args
	From                   // a generator that anybody has made, to which a generator delegates
)

// A Dst is where one result of an await goes. A nil Var is the blank identifier.
type Dst struct {
	Var *Var
	New bool // declared here
}

// A Defer is one defer statement.
type Defer struct {
	Pos token.Pos
	// Always: the statement stands at the head of the function and always runs, so the
	// frame needs no record of it.
	Always bool
	Text   string // as written, on one line
	Name   string // the name of the deferred call: closeServer for server.Close()
	Call   Code   // the deferred call, in which Saved replace operands
	Await  *Await // the deferred await, in place of Call
	// Saved are operands that the defer statement itself evaluates.
	Saved []Saved
}

// A Saved is an operand of a deferred call. It is a variable of the frame, or of an
// entry in the list of deferred calls.
type Saved struct {
	Var   *Var
	Value Code
	To    *Var // for a call that awaits: the variable that receives Var of the entry
}

// A LocalDecl is a const or type declaration of the body.
type LocalDecl struct {
	Pos   token.Pos
	Tok   token.Token
	Names []string
	Code  Code
	// Fixed: the declaration cannot move to package level, because it declares a constant
	// whose type would be generic there.
	Fixed bool
	// Outside: a literal that becomes a function mentions a name of the declaration.
	Outside bool
	// Generics are the type parameters of the generic types among Names.
	Generics map[string]*types.TypeParamList
	// Enclosed: AtPackage means in the constructor, not at package level.
	Enclosed bool
	// Aliases are other names for the Names that another declaration in the constructor
	// hides.
	Aliases map[string]string
	// Copies: the declaration may be repeated, because it makes no type.
	Copies bool

	// Rename are other names for Names, which differ from all names that the function
	// mentions. Rename is nil if the Names cannot change.
	Rename  map[string]string
	Renamed bool

	// Decided by frame.
	Place      Place
	Blocks     map[*Block]bool // blocks that mention a name of the declaration
	Everywhere bool            // AtHead: in each part of the function, even if its blocks do not mention it
}

// Unaliased returns the code of the declaration with its own names, even if mentions
// elsewhere use aliases.
func (l *LocalDecl) Unaliased() Code {
	own := *l
	own.Aliases = nil
	code := slices.Clone(l.Code)
	for i, p := range code {
		if n, ok := p.(*Name); ok && n.Decl == l {
			name := *n
			name.Decl = &own
			code[i] = &name
		}
	}
	return code
}

// A Place is where a type or constant of the body is declared.
type Place uint8

const (
	AtPackage Place = iota // at package level, or in the constructor: fields or other methods need the declaration
	AtHead                 // at the head of Poll: several blocks mention the name
	InBlocks               // in the block that mentions the name
	Nowhere                // nothing mentions the name, and the declaration would hide another meaning
)

func (p Place) String() string {
	return [...]string{"at package level", "at the head of Poll", "in its block", "nowhere"}[p]
}
