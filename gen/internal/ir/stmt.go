package ir

import (
	"go/token"
	"go/types"
)

// This file defines the ordered statements, which order makes of a body. It opens only
// statements that contain an await. The others are Plain.

// A Stmt is an ordered statement.
type Stmt interface{ stmt() }

type (
	// Comment is comments, or an empty line, between statements.
	Comment struct{ Texts []CommentText }

	// Plain is source text without an await.
	Plain struct {
		Pos  token.Pos
		Code Code
		// Ends: control does not reach the end of the text.
		Ends bool
		// Decl is the declaration that the text consists of, if it is a type or constant.
		// The text is printed only if the declaration stays in the block.
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
		Type Code // the type in a var declaration, or nil
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
		Tests   []Test // the operands of && in the condition; none for an endless loop
		Post    []Stmt
		Body    []Stmt
		PerIter []*Var // loop variables of which each iteration has its own copy
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

	// Chain is an opened expression switch with an await in a case. The expressions are
	// tried one by one.
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

// A CommentText is one comment. Without Text it is an empty line.
type CommentText struct {
	Pos  token.Pos
	Text string
}

// A Clause is one case of a switch.
type Clause struct {
	Pos     token.Pos
	Head    string // case 1, 2
	Default bool
	Case    Code   // the head as code, including the colon
	Tests   []Test // for Chain
	Bind    *Var   // the variable of a type switch with binding, nil if unused
	Recv    []Dst  // the variables that := declares in a select clause
	Body    []Stmt
	Through bool // the clause ends in fallthrough
}

// A Test is one case expression of a Chain, or one operand of && in the condition of a Loop.
type Test struct {
	Pre  []Stmt // the awaits of Cond
	Cond Code
	Neg  Code // for a Loop: the negation of Cond
}

// A Jump is a break, continue or goto. It stands inside a Plain statement or on its own.
type Jump struct {
	Tok   token.Token
	Of    Stmt         // the statement to break or continue
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
