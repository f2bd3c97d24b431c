// Package page renders pages that explain the machines of async functions and generators: as
// HTML, as SVG, as Markdown and as JSON.
//
// A page is one file. It loads nothing, and all text in it, which comes from the user's code, is
// escaped for where it stands.
package page

// This file defines what is on a page. The fields are those of the JSON.

import (
	"slices"
	"strings"
)

// A Package is the pages of one package.
type Package struct {
	Path      string      `json:"path"`
	Tool      string      `json:"tool"` // the version of the tool
	Functions []*Function `json:"functions"`
}

// A Function explains one async function.
type Function struct {
	Name    string `json:"name"` // handle, or Server.handle
	Package string `json:"package"`
	Doc     string `json:"doc,omitempty"`
	File    string `json:"-"` // the name of the page, without its ending
	Listed  bool   `json:"-"` // a list of functions stands beside the page
	Writer  string `json:"generator"`

	SourceFile  string       `json:"sourceFile"`
	Source      []SourceLine `json:"source"`
	MachineFile string       `json:"machineFile,omitempty"`
	Machine     []OutputLine `json:"machine,omitempty"`

	Machines  []*Machine `json:"machines,omitempty"` // of the function, and then of the literals in it
	Decisions []Decision `json:"decisions,omitempty"`
	Refusals  []Refusal  `json:"refusals,omitempty"`  // why there is no machine
	Elsewhere []string   `json:"elsewhere,omitempty"` // what else is refused in the package
	Python    *Python    `json:"python,omitempty"`
	Plays     []Play     `json:"plays,omitempty"`
	PlayNote  string     `json:"playNote,omitempty"`
}

// A SourceLine is a line of the function in the source.
type SourceLine struct {
	No   int    `json:"no"`
	Text string `json:"text"`
	Kind string `json:"kind,omitempty"` // await or defer
}

// An OutputLine is a line of the generated file.
type OutputLine struct {
	No      int    `json:"no"`
	Text    string `json:"text"`
	From    int    `json:"from,omitempty"`    // the line of the source, or 0
	Why     string `json:"why,omitempty"`     // a word for why the line is not in the source
	Machine int    `json:"machine,omitempty"` // the index of the machine
	Block   int    `json:"block"`             // the index of the block, or -1
	Label   bool   `json:"label,omitempty"`   // the line is the label of the block
}

// A Reason is a word of [OutputLine.Why] and what it means.
type Reason struct{ Word, Text string }

// A Machine is the machine of the function or of a literal in it.
type Machine struct {
	Name   string  `json:"name"` // handle.func1
	States []State `json:"states"`
	Nodes  []Node  `json:"nodes"`
	Edges  []Edge  `json:"edges"`
	Frame  *Frame  `json:"frame,omitempty"`
	// NoFrame says why the frame has no sizes.
	NoFrame string `json:"noFrame,omitempty"`
}

// A State is a value of the field state.
type State struct {
	Name  string `json:"name"` // handleAwaitRead
	Value int    `json:"value"`
	Block int    `json:"block"`          // -1 for the last state
	Line  int    `json:"line,omitempty"` // of the await
	Text  string `json:"text,omitempty"` // the await
}

// A Node is a block of Poll, or one of the ends.
type Node struct {
	Block int    `json:"block"` // the index of the block; -1 returned, -2 failed, -3 panicked
	Kind  string `json:"kind"`  // start, await, code, unwind, end, fail
	Title string `json:"title"`
	Text  string `json:"text,omitempty"` // the await, or the head of a statement
	Line  int    `json:"line,omitempty"`
	State string `json:"state,omitempty"`
}

// An Edge is a way from one node to another. From and To are indexes of nodes.
type Edge struct {
	From  int    `json:"from"`
	To    int    `json:"to"`
	Kind  string `json:"kind"` // next, error, cancel, suspend
	Label string `json:"label,omitempty"`
}

// A Frame is what a machine keeps, byte by byte.
type Frame struct {
	Name     string   `json:"name"`
	Arch     string   `json:"arch"`
	Size     int64    `json:"size"`
	Fields   []Field  `json:"fields"`
	Others   []Sizing `json:"others,omitempty"` // on other architectures
	Embedded bool     `json:"embedded,omitempty"`
}

// A Sizing is the size of a frame on an architecture.
type Sizing struct {
	Arch string `json:"arch"`
	Size int64  `json:"size"`
}

// A Field is a field of the frame, or the padding behind it.
type Field struct {
	Name   string   `json:"name"`
	Type   string   `json:"type"`
	Offset int64    `json:"offset"`
	Size   int64    `json:"size"`
	Pad    int64    `json:"pad,omitempty"` // bytes behind the field
	Kind   string   `json:"kind"`          // variable, operation, child, own
	Holds  []string `json:"holds,omitempty"`
	Why    string   `json:"why"`
	// Live are the states in which the machine still needs the value. The others may find
	// something old in the field.
	Live []string `json:"live"`
}

// A Decision is what the tool decided about a variable or an await.
type Decision struct {
	Line int    `json:"line"`
	Name string `json:"name"`
	Text string `json:"text"`
}

// A Refusal is why the tool refuses the function.
type Refusal struct {
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Remedy  string `json:"remedy,omitempty"`
}

// Python is the same function in Python, or why there is none.
type Python struct {
	Text        string       `json:"text,omitempty"`
	Reasons     []Remark     `json:"reasons,omitempty"`
	Differences []Difference `json:"differences,omitempty"`
}

// A Remark is about a line of the source.
type Remark struct {
	Line int    `json:"line"`
	Text string `json:"text"`
}

// A Difference is what is not the same in the two languages.
type Difference struct {
	Subject string `json:"subject"`
	Go      string `json:"go"`
	Python  string `json:"python"`
}

// A Play is a recorded run of the function.
type Play struct {
	Name    string   `json:"name"`
	Test    string   `json:"test"`
	Moments []Moment `json:"moments"`
}

// PlayedTest returns the test that made the runs, without its subtests.
func (f *Function) PlayedTest() string {
	test, _, _ := strings.Cut(f.Plays[0].Test, "/")
	return test
}

// Run returns what a list of the runs calls p. It names the subtest, if the runs are of several.
func (f *Function) Run(p Play) string {
	if slices.ContainsFunc(f.Plays, func(q Play) bool { return q.Test != p.Test }) {
		return p.Test + ": " + p.Name
	}
	return p.Name
}

// A Moment is something that happened in a run, or the end of a step.
type Moment struct {
	Step  int    `json:"step"`         // a step is one call of Poll by the loop
	State int    `json:"state"`        // the number of the last state that the machine was in
	At    int    `json:"at,omitempty"` // the line of the machine at which it happened
	Text  string `json:"text"`
	// End says that the step has ended. Then Fields are those of the frame.
	End    bool    `json:"end,omitempty"`
	Fields []Value `json:"fields,omitempty"`
}

// A Value is what a field of the frame holds.
type Value struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Value string `json:"value"` // "" for an operation or a child
}
