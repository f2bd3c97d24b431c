package ir

import (
	"fmt"
	"go/token"
)

// This file defines the blocks: what lower makes of ordered statements. A block
// is what stands between two labels of Poll; control enters it only at its top.

// A Block is a labelled stretch of Poll.
type Block struct {
	Index int
	Pos   token.Pos
	Kind  string // what its label is called: loop, endLoop, awaitRead
	Head  string // the source that it begins with, for a comment
	User  bool   // Kind is a label of the user
	Label string // set by emit

	// Await is polled on entry: this block is where Poll resumes. Nil for a join.
	Await *Await
	Seq

	Jumps int // how many exits lead here, falling in from above included

	Part  int    // of a function that is split: which part it stands in, from 1 on
	Entry bool   // another part jumps here
	State string // of an Entry, set by emit
}

// PartName returns what the method is called that the blocks of a part become.
func PartName(part int) string { return fmt.Sprint("part", part) }

// A Seq is nodes in a row and how control leaves them.
type Seq struct {
	Nodes []Node
	// Exit is a jump or a return; nil if control cannot reach the end.
	Exit *Exit
}

// A Node is one statement of a block.
type Node interface{ node() }

type (
	// Arm makes an operation ready to be polled: f.read = conn.Read(buf).
	Arm struct{ Await *Await }

	// Guard is an if whose branch leaves the block or comes back after it.
	Guard struct {
		Cond Code
		Then Seq // a nil Exit: on to the next node, if Joins
		// Joins: control may come out of Then's end.
		Joins bool
	}

	// Dispatch is a switch whose clauses leave the block.
	Dispatch struct {
		Head    Code // switch tag
		Clauses []*DispatchClause
	}

	// DispatchClause is a clause of a Dispatch.
	DispatchClause struct {
		Case Code
		Bind *Var  // of a type switch
		Recv []Dst // of a select: Case is just what is received from
		Seq
	}

	// Release takes back the record of a deferred call that awaits, and begins it.
	Release struct{ Defer *Defer }

	// Released ends it.
	Released struct{}

	// Unwind runs deferred calls that do not await: those given, or as many as are
	// the last of the list.
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
