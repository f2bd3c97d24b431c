package ir

import (
	"go/token"
	"go/types"
)

// This file defines the ordered statements, which order makes of a body. Only
// statements that contain an await are opened; the others are Plain.

// A Stmt is an ordered statement.
type Stmt interface{ stmt() }

type (
	// Comment is a comment, or an empty line, between statements.
	Comment struct{ Text string }

	// Plain is source text without an await.
	Plain struct {
		Pos  token.Pos
		Code Code
		// Ends: control does not reach the end of the text.
		Ends bool
		// Decl: the text declares a type or constant, if that stays in its block.
		Decl *LocalDecl
		// Hot: the text is a loop without calls. The loop uses copies of these variables
		// of the frame, which it mentions again and again.
		Hot     map[*Var]bool
		Assigns []*Var // the variables of Hot that the loop assigns
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

	// If is an opened if statement. The awaits of its condition stand before it.
	If struct {
		Pos        token.Pos
		Head       string
		Cond       Code
		Neg        Code // the negated condition
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

	// Scope is an opened block, or a labelled statement that is neither a loop nor a
	// switch.
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
		Results []Code // one for each result, or one call for all of them (Many)
		Many    bool
		// Stops are the iterators of the loops over functions that the return leaves, the
		// innermost first. They run after the results were evaluated, and may change
		// variables that others see. Early are the results that are saved before them.
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

// A Jump is a break, continue or goto. It leaves a Plain statement, or stands by
// itself.
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
