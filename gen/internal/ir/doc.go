// Package ir defines the data that flows through the tool. Each stage takes the value
// of the stage before and returns a new value, which holds the value it took:
//
//	Func      source: the signature and the names in the function
//	Body      order: the body as ordered statements ([Stmt]), its variables and awaits
//	Graph     lower: the body as blocks ([Block])
//	Layout    frame: where each variable lives, and the fields of the frame
//
// Hence code that reads the findings of a later stage does not compile. The package prints
// the values ([Body.FormatOrder] and others) and checks them ([Graph.Verify]). It has no
// other logic. The stages order, lower, frame and emit import this package and never each
// other.
//
// The tool never prints source text from syntax. A piece of source text
// travels as [Code]: the bytes that the user wrote, cut only where they mention a
// variable or a package, or where a return or a jump stands. Only those change in
// a machine.
//
// # Statements and nodes
//
// Stage order makes statements. Stage lower turns each statement into nodes, the
// [Terminator] of a block, or blocks. Stage emit prints each block: first the poll of the
// block's [Await], then the nodes.
//
//	statement   of the source            becomes                          printed as
//	---------   ------------------------ -------------------------------- --------------------------------
//	Comment     a comment, an empty line Comment                          the comment
//	Plain       text without an await    Plain                            the text; terminators in it as
//	                                                                      state changes and returns
//	Define      a, err := f(); var x T   Define                           the text, or assignments to
//	                                                                      fields of the frame
//	AwaitStmt   x, err := co.Await(op)   Arm, and a block with the Await  f.op = op; its label; a poll
//	            ok := yield(v)           the same                         f.state = yieldV; return v, true;
//	                                                                      its label; ok := f.more
//	            walk(t.left, yield)      the same                         f.walk = begin; its label; Next
//	Arm         the same, made ready     Arm                              f.op = op
//	            where it is deferred
//	If          if c { A } else { B }    Guard; blocks for A and B if     if c { A }, or
//	                                     they await                       if !c { goto otherwise }
//	Loop        for c { A }              a block that A jumps back to,    loop: if !c { goto endLoop }
//	                                     a Guard for c
//	Switch      switch x { case 1: A }   Dispatch; blocks for clauses     switch x { case 1: goto case1 }
//	                                     that await
//	Chain       switch x { case await    a Guard for each expression      if tag == v { goto case1 }
//	            y: A }
//	Scope       { A }                    A                                A
//	Mark        label: before a goto     a block                          its label
//	Branch      break, continue, goto    End.Jump                         goto
//	Return      return v                 End.Return                       return, or the results and
//	                                                                      a jump to the deferred calls
//	DeferStmt   defer g()                DeferStmt                        a bit or an entry in the record
//	                                                                      of deferred calls
//
// Stage lower makes four nodes on its own:
//
//	Renew       the next iteration of a loop gets its own copy of a variable
//	Unwind      runs deferred calls that do not await
//	Release     begins a deferred call that awaits
//	Released    ends a deferred call that awaits
//
// # Words
//
// Each of these words has one meaning in the stages:
//
//	local    a local variable of a method; a type or constant that the body declares is a
//	         local declaration ([LocalDecl])
//	terminator
//	         a way out of a block or of text: a jump, a return, or a return that first goes to
//	         the deferred calls ([Terminator])
//	exit     the machine.Exit of a frame, in its field exit, which keeps a panic while deferred
//	         calls run
//	unwind   to run the deferred calls, be it in blocks ([Graph].Unwind), by a node ([Unwind])
//	         or in the method of that name
//	entry    one deferred call in the list that a function keeps if a statement may defer more
//	         than one
//	join     control comes out of a branch and goes on after it ([Guard].Joins)
//	span     program points in a row at which a variable is live, in stage frame
//	generator
//	         the machine of an iterator function ([Generator])
//	yield    a call of the parameter yield of a generator: an [Await] with the operand [Yield]
//	more     what a yield returns ([More])
//	delegation
//	         an await of a generator, with the operand [Child]: the values of the child are its own
//	handed   a generator to which another one hands its yield, or such an await ([Layout].Handed,
//	         [Await].Handed)
//	deep     a generator that delegates to itself, and resumes its innermost call at once
//	         ([Graph.IsDeep])
//	polite   a generator that calls no yield again after one has returned false ([Body].Polite)
//	late     a yield that is handed to a generator after it may have returned false
//	         ([Body].Late)
package ir
