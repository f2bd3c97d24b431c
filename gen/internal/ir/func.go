// Package ir is the data that flows through the generator: one async function
// as ordered statements ([Stmt]), then as blocks ([Block]), then with a frame
// ([Var.Home]). It holds no logic but printing ([Func.FormatOrder] and others) and checking
// ([Func.Verify]); the stages order, lower, frame and emit know only this
// package, never each other.
//
// Source text is never reprinted from syntax. A piece of it travels as [Code]:
// the user's bytes, cut only where a variable, a package, a return or a jump
// stands, because those are what becomes something else in a machine.
package ir

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// A Func is one async function on its way from source to machine.
type Func struct {
	Name  string      // handle; that of a literal in it: handle.func1
	Async string      // handleAsync; "" for a literal
	Frame string      // its frame's name, FetchFrame, if other packages can hold it
	Obj   *types.Func // nil for a literal
	Pkg   *types.Package
	Fset  *token.FileSet
	Pos   token.Pos
	End   token.Pos
	Doc   string // the user's doc comment, directive lines left out, "" if none

	// TypeParams are those of the function, after those of its receiver if it is a
	// method: RecvTypeParams says how many these are.
	TypeParams     []*TypeParam
	RecvTypeParams int
	// Expand: aliases that the body declares are written as what they stand for,
	// because they cannot have type parameters in this version of Go.
	Expand bool

	Recv     *Var // nil for a plain function
	Params   []*Var
	Variadic bool
	Results  []*Var // one per result, the error included
	Fallible bool   // the last result is an error
	Named    bool   // the results have names

	// Outer is the function that a literal stands in, and Lit what it is called
	// there: func1, or the name of the variable that holds it.
	Outer *Func
	Lit   string
	// Embedded: it runs where it stands, as a child.
	Embedded bool
	// Enclosed: the machine stands inside the constructor, literals included, because types
	// that the function declares cannot move to package level. See IsEnclosed.
	Enclosed bool
	// Hidden is, for one that is enclosed, what the package declares and types and constants of
	// the body may hide.
	Hidden map[types.Object]*Hidden
	// Captures are the variables of functions around a literal that it mentions.
	// Whoever makes its frame sets them, as parameters.
	Captures []*Var

	// Idents are the names in the source of the function, with what they mean.
	Idents map[string][]types.Object
	// TypeNames are the types that the package declares: generated code may need to
	// mention them where the source does not. All functions share the set.
	TypeNames map[string]bool
	Labels    map[string]bool // every label
	// AtInit: it may run while the variables of the package are initialised.
	AtInit bool

	// Places are where deferred calls that await are, for the reference backend:
	// see rt.Lockstep.
	Places []string

	// Set by order.
	Body []Stmt
	// Kept: the results live in the frame, and a return assigns them first,
	// because somebody else may look at them: a deferred call, a closure.
	Kept bool
	// Parks: it awaits in deferred calls, which therefore are blocks of their own,
	// and what is in flight is parked in the frame meanwhile.
	Parks  bool
	Vars   []*Var // everything that may need a place in the frame, in source order
	Awaits []*Await
	Defers []*Defer
	// DeferList: a loop holds a defer statement, so what was deferred is
	// recorded in a list. Otherwise a bit for each statement does.
	DeferList bool
	// Iters are the iterators of the opened loops over functions, in source
	// order: a panic in a body goes through them.
	Iters    []*Var
	Types    []*LocalDecl                // local types and constants
	Locals   map[types.Object]*LocalDecl // which declares each of them; that of the literals in it as well
	Closures []*Func                     // the literals in it that are functions of their own

	// Set by lower, in the order in which they will be printed.
	Blocks []*Block
	Unwind *Block // for Parks: where the deferred calls begin
	Parts  int    // how many methods the blocks become; 0: they are Poll

	// Set by frame.
	Fields []*Field
	Entry  []*Var // fields that must begin as zero values, for they may be read first

	// ManyResults is, set by emit, the name of the type of more than three results.
	ManyResults string

	EntryFields []*Field // of an entry in the list of what was deferred
}

// Tracked returns the objects that are variables of f, so that mentions of them
// are references and not text.
func (f *Func) Tracked() map[types.Object]bool {
	tracked := map[types.Object]bool{}
	for _, v := range f.Vars {
		if v.Obj != nil {
			tracked[v.Obj] = true
		}
	}
	return tracked
}

// Root returns the declared function that f is, or stands in.
func (f *Func) Root() *Func {
	for f.Outer != nil {
		f = f.Outer
	}
	return f
}

// IsEnclosed reports whether the machine of f stands inside a constructor.
func (f *Func) IsEnclosed() bool { return f.Root().Enclosed }

// InConstructor returns what the constructor of f, which is enclosed, declares: types and
// constants of f and of the literals in it, in the order of the source.
func (f *Func) InConstructor() (list []*LocalDecl) {
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

// All calls yield for f and the literals in it, those in these included.
func (f *Func) All(yield func(*Func) bool) { f.all(yield) }

func (f *Func) all(yield func(*Func) bool) bool {
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

// Recorded returns the defer statements that need a record of whether they ran.
func (f *Func) Recorded() (list []*Defer) {
	for _, d := range f.Defers {
		if !d.Always {
			list = append(list, d)
		}
	}
	return list
}

// Inputs returns what whoever makes the frame sets: the receiver, if there is
// one, the parameters, and what a literal captures.
func (f *Func) Inputs() []*Var {
	var recv []*Var
	if f.Recv != nil {
		recv = []*Var{f.Recv}
	}
	return slices.Concat(recv, f.Params, f.Captures)
}

// NumValues returns how many results there are besides the error.
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
	Capture                // of a function around this one, which is a literal
)

// A Home is where a variable lives.
type Home uint8

const (
	Inner   Home = iota // a local of one block: declared and used nowhere else
	Hoisted             // a local of Poll: several blocks use it, no await separates them
	InFrame             // a field of the frame: an await separates its uses
	Boxed               // a field that points to it: it is shared with a pointer or a closure
)

func (h Home) String() string {
	return [...]string{"inner", "hoisted", "field", "boxed"}[h]
}

// A Var is a variable that an opened statement declares, a parameter, a result
// or a temporary. Variables that live and die inside a verbatim statement are
// just text.
type Var struct {
	Name string
	Type types.Type
	// TypeCode is how the type is written where Type, nil then, cannot say it.
	TypeCode Code
	Obj      *types.Var // nil for a temporary
	Kind     VarKind
	Pos      token.Pos
	ID       int // the number of a temporary

	// Facts about the whole function, set by order.
	Captured bool // a function literal mentions it
	Lent     bool // a literal that runs where it stands mentions it
	ByRef    bool // for a Capture: it is the variable itself and no copy
	Deferred bool // a deferred literal mentions it: it lives to the end
	Entry    bool // it is a field of an entry in the list of what was deferred
	Addr     bool // its address is taken
	Assigned bool // something assigns it, or a part of it, after its declaration

	// Decided by frame.
	Home  Home
	Field *Field // for InFrame and Boxed
	Ident string // its name as a local
	Twin  *Var   // for Hoisted: the local of Poll that it shares
	// PerBlock: an inner variable of several blocks, each of which gives it a
	// value before anything else. Each declares it anew.
	PerBlock bool
}

// String returns the name of v for a dump: temporaries have numbers.
func (v *Var) String() string {
	if v.Kind == Temp && v.ID > 0 {
		return fmt.Sprintf("%s%d", v.Name, v.ID)
	}
	return v.Name
}

// Shared reports whether v must keep its identity: someone else may hold a
// reference to it and see, or make, a change.
func (v *Var) Shared() bool { return v.Addr || v.ByRef || v.Captured && v.Assigned }

// Given reports whether whoever makes the frame sets v.
func (v *Var) Given() bool { return v.Kind == Param || v.Kind == Capture }

// A Field is one field of the frame: a variable's, several variables' that are
// never needed at once, or an awaited operation's.
type Field struct {
	Name     string
	Type     types.Type // nil if one of the next three says it
	TypeCode Code
	Child    *Func        // the coroutine whose frame is embedded
	TypeArgs []types.Type // its type arguments
	Dynamic  types.Type   // rt.Awaitable[Dynamic]
	Pointer  bool         // a pointer to that: a box, or a recursive child
	Param    bool         // it is a parameter's, or a capture's
}

// An Await is one suspension point.
type Await struct {
	Pos     token.Pos
	Text    string // the call as written, on one line
	Form    Form
	Name    string // what is awaited: read for conn.Read(buf)
	Operand Operand
	X       Code // the operand; for Child the receiver if any
	// Args are, for Child, one for each of the inputs but the receiver; for a
	// foreign Op, those of its Init.
	Args   []Code
	Callee *Func // for Child
	// TypeArgs are those of the callee, one for each of its type parameters.
	TypeArgs []types.Type
	// Foreign: the Op is the frame of a coroutine of another package, of which
	// nothing is known but that Init begins it.
	Foreign bool
	Direct  *Var // the operand is just this variable, which is polled where it lives
	XType   types.Type
	Result  types.Type // the T of the rt.Expr[T] that is awaited
	// ByPointer: for Child, the frame is allocated, because it holds one of the
	// same kind in turn.
	ByPointer bool

	// Deferred: it is a deferred call. Early: it is made ready where it is
	// deferred, not where it is awaited.
	Deferred, Early bool

	Dst []Dst // one per result, the error included if the form has one

	// Set by frame and emit.
	Field *Field
	State string // handleAwaitRead
	Label string // awaitRead
}

// A Form is which of the await functions was called.
type Form struct {
	Values int  // results besides the error
	Err    bool // the error is a result too; otherwise it panics
}

// Results returns how many results the call has, the error included.
func (f Form) Results() int {
	if f.Err {
		return f.Values + 1
	}
	return f.Values
}

// An Operand says how the awaited thing is kept and polled.
type Operand uint8

const (
	Op      Operand = iota // a value whose pointer has Poll: kept in the frame
	Poller                 // a pointer or an interface that has Poll itself
	Dynamic                // only Awaitable() is known
	Child                  // a coroutine of this package: its frame is embedded
)

// A Dst is where one result of an await goes. A nil Var is the blank identifier.
type Dst struct {
	Var *Var
	New bool // declared here
}

// A Defer is one defer statement.
type Defer struct {
	Pos  token.Pos
	Site int // its number in the function
	// Always: it stands at the head of the function, where nothing can happen
	// before it, and needs no record.
	Always bool
	Text   string // as written, on one line
	Call   Code   // the deferred call, its operands replaced by Saved where they must be
	Await  *Await // instead, if the call awaits
	// Saved are operands that the defer statement itself evaluates.
	Saved []Saved
}

// A Saved is an operand of a deferred call: a variable of the frame, or of an
// entry in the list of what was deferred.
type Saved struct {
	Var   *Var
	Value Code
	To    *Var // for a call that awaits: what takes the place of the entry's
}

// Mask returns the bits of list in the record of what f deferred, as an operand.
func (f *Func) Mask(list ...*Defer) string {
	var bits []string
	for _, d := range list {
		if n := slices.Index(f.Recorded(), d); n == 0 {
			bits = append(bits, "1")
		} else {
			bits = append(bits, fmt.Sprintf("1<<%d", n))
		}
	}
	if s := strings.Join(bits, "|"); s != "1" {
		return "(" + s + ")"
	}
	return "1"
}

// A LocalDecl is a const or type declaration of the body.
type LocalDecl struct {
	Pos   token.Pos
	Tok   token.Token
	Names []string
	Code  Code
	// Fixed: it cannot move to package level, because it is a constant of a
	// generic type, which is no constant there.
	Fixed bool
	// Outside: a literal mentions it that is a function of its own.
	Outside bool
	// Generics are the type parameters of the types that have some.
	Generics map[string]*types.TypeParamList
	// Enclosed: AtPackage means in the constructor.
	Enclosed bool
	// Aliases are other names for those that another declaration in the constructor hides.
	Aliases map[string]string
	// Copies: it may be declared several times, for it makes no type.
	Copies bool

	// Rename are other names for those that must be unlike any name that the
	// function mentions, nil if they cannot be had.
	Rename  map[string]string
	Renamed bool

	// Decided by frame.
	Place  Place
	Blocks map[*Block]bool // for InBlocks
}

// A Place is where a type or constant of the body is declared.
type Place uint8

const (
	AtPackage Place = iota // at package level, or in the constructor: fields of the frame, or other methods, need it
	AtHead                 // at the head of Poll: several blocks mention it
	InBlocks               // in the block that mentions it
	Nowhere                // nothing mentions it, and its name means something else where it stands
)

func (p Place) String() string {
	return [...]string{"at package level", "at the head of Poll", "in its block", "nowhere"}[p]
}
