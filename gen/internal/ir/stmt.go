package ir

import (
	"go/token"
	"go/types"
)

// This file defines the ordered statements: what order makes of a body. Only
// statements that contain an await are opened up; the rest are Plain.

// A Stmt is an ordered statement.
type Stmt interface{ stmt() }

type (
	// Comment is comments, or an empty line, between statements.
	Comment struct{ Text string }

	// Plain is source text without an await.
	Plain struct {
		Pos  token.Pos
		Code Code
		// Ends: control does not come out at the end of it.
		Ends bool
		// Decl: this is where a type or constant is declared, if it stays in its block.
		Decl *LocalDecl
		// Hot: a loop without calls. It runs on copies of the frame's variables
		// that are mentioned in what it repeats.
		Hot     map[*Var]bool
		Assigns []*Var // the variables, among those, that it assigns
	}

	// Define declares variables, or assigns some and declares others:
	//
	//	a, err := f()     var x T = e     var x T
	Define struct {
		Pos  token.Pos
		Vars []Dst
		Type Code // of a var declaration, nil if left out
		Rhs  Code // nil: zero values
	}

	// AwaitStmt is one await: dst, ... = await x.
	AwaitStmt struct {
		Await *Await
	}

	// If is an opened if statement; what stood before its condition now stands
	// before the statement.
	If struct {
		Pos        token.Pos
		Head       string
		Cond       Code
		Neg        Code // the negated condition, if it is simple to say
		Then, Else []Stmt
	}

	// Loop is an opened for statement.
	//
	//	for init; cond; post { body }
	Loop struct {
		Pos     token.Pos
		Head    string
		Label   *types.Label
		Tests   []Test // the condition, as the parts of &&; none: for ever
		Post    []Stmt
		Body    []Stmt
		PerIter []*Var // loop variables of which each iteration has its own
	}

	// Switch is an opened expression switch whose cases have no awaits, a type
	// switch or a select.
	Switch struct {
		Pos     token.Pos
		Head    string
		Label   *types.Label
		Code    Code // switch tag; switch guard.(type); or select
		Select  bool // one of the clauses is always taken
		Clauses []*Clause
	}

	// Chain is an opened expression switch with an await in a case: the
	// expressions are tried one by one.
	Chain struct {
		Pos     token.Pos
		Head    string
		Label   *types.Label
		Clauses []*Clause
	}

	// Scope is an opened block, or a labelled statement that is not a loop or switch.
	Scope struct {
		Label *types.Label
		List  []Stmt
	}

	// Mark is a label that a goto may jump to.
	Mark struct {
		Label *types.Label
		Name  string
	}

	// Branch is a jump.
	Branch struct {
		Jump *Jump
	}

	// Return is a return.
	Return struct {
		Pos     token.Pos
		Naked   bool
		Results []Code // one per result, or one call for all (Many)
		Many    bool
		// Stops are the iterators of the loops over functions that it leaves,
		// innermost first. They run after the results are evaluated and may
		// change what others can see: of the results, Early are saved before.
		Stops []*Var
		Early []bool
	}

	// DeferStmt registers a deferred call.
	DeferStmt struct {
		Defer *Defer
	}
)

// A Clause is one case of a switch.
type Clause struct {
	Pos     token.Pos
	Head    string // case 1, 2
	Default bool
	Case    Code   // its head as text, colon included
	Tests   []Test // for Chain
	Bind    *Var   // the variable of a type switch with binding, nil if unused
	Recv    []Dst  // what the := of a select clause declares
	Body    []Stmt
	Through bool // ends in fallthrough
}

// A Test is one case expression of a Chain, or a part of the condition of a Loop.
type Test struct {
	Pre  []Stmt // its awaits
	Cond Code
	Neg  Code // for a Loop: its negation
}

// A Jump is a break, continue or goto that leaves verbatim text, or stands by itself.
type Jump struct {
	Tok   token.Token
	Of    Stmt         // the statement it breaks or continues
	Label *types.Label // of a goto
	To    *Block       // set by lower
}

func (*Comment) stmt()   {}
func (*Plain) stmt()     {}
func (*Define) stmt()    {}
func (*AwaitStmt) stmt() {}
func (*If) stmt()        {}
func (*Loop) stmt()      {}
func (*Switch) stmt()    {}
func (*Chain) stmt()     {}
func (*Scope) stmt()     {}
func (*Mark) stmt()      {}
func (*Branch) stmt()    {}
func (*Return) stmt()    {}
func (*DeferStmt) stmt() {}
func (*Arm) stmt()       {}
