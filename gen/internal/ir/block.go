package ir

import (
	"fmt"
	"go/token"
)

// This file defines the blocks, which lower makes of ordered statements. A block is
// the code between two labels of Poll. Control enters a block only at its top.

// A Block is a labelled stretch of Poll.
type Block struct {
	Index int
	Pos   token.Pos
	Kind  string // the stem of its label: loop, endLoop, awaitRead
	Head  string // the source at its top, for a comment
	User  bool   // Kind is a label of the user

	// Await is polled at the top of the block: Poll resumes here. Nil for other blocks.
	Await *Await
	Seq

	Jumps int // the number of terminators that lead here, including that of the block above

	Part   int  // the part of a split function that the block belongs to, counted from 1
	Across bool // a block without an await to which another part jumps
}

// PartName returns the name of the method that the blocks of a part become.
func PartName(part int) string { return fmt.Sprint("part", part) }

// A Seq is a sequence of nodes and the terminator at its end.
type Seq struct {
	Nodes []Node
	// End is a jump or a return. It is nil if control cannot reach the end.
	End *Terminator
}

// A Node is one statement of a block.
type Node interface{ node() }

type (
	// Arm makes an operation ready to be polled: f.read = conn.Read(buf).
	Arm struct{ Await *Await }

	// Guard is an if. Its branch leaves the block, or continues after the if.
	Guard struct {
		Pos  token.Pos // of the condition in the source, if it is there
		Cond Code
		Then Seq // with Joins and without an End, control continues with the next node
		// Joins: control may reach the end of Then.
		Joins bool
	}

	// Dispatch is a switch whose clauses leave the block.
	Dispatch struct {
		Pos     token.Pos
		Head    Code // switch tag
		Clauses []*DispatchClause
	}

	// DispatchClause is a clause of a Dispatch.
	DispatchClause struct {
		Pos  token.Pos
		Case Code
		Bind *Var  // of a type switch
		Recv []Dst // of a select: Case is just the channel operand
		Seq
	}

	// Release removes the record of a deferred call that awaits, and begins the call.
	Release struct{ Defer *Defer }

	// Released ends the call of a Release.
	Released struct{}

	// Unwind runs deferred calls that do not await: the recorded ones of Defers, or those
	// at the end of the list.
	Unwind struct{ Defers []*Defer }

	// Renew gives the next iteration its own copy of a loop variable.
	Renew struct{ Var *Var }
)

func (*Comment) node()   {}
func (*Plain) node()     {}
func (*Define) node()    {}
func (*DeferStmt) node() {}
func (*Arm) node()       {}
func (*Guard) node()     {}
func (*Dispatch) node()  {}
func (*Renew) node()     {}
func (*Release) node()   {}
func (Released) node()   {}
func (*Unwind) node()    {}
