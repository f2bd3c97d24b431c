// Package recording is the format in which package rttest records what machines do in a test.
// The tool coroutinegen asks for a recording and shows it.
//
// [Variable] names the file, or [CompareVariable]. Each line of the file is one JSON object, an
// [Entry]. Several processes may append to one file. A line that was cut off, or that has a
// [Format] from the future, is to be ignored.
package recording

import (
	"bufio"
	"encoding/json"
	"io"
)

// Variable is the environment variable that makes package rttest record [Play]s. Its value is
// the name of the file to which they are appended.
const Variable = "COROUTINEGEN_RECORD"

// CompareVariable is the environment variable that makes package rttest record [Comparison]s.
// Its value is the name of the file to which they are appended.
const CompareVariable = "COROUTINEGEN_COMPARE"

// Format is the version of the format that this package describes.
const Format = 1

// An Entry is one line of a recording. Besides Format, one field is not nil.
type Entry struct {
	Format     int         `json:"format"`
	Play       *Play       `json:"play,omitempty"`
	Dropped    *Dropped    `json:"dropped,omitempty"`
	Comparison *Comparison `json:"comparison,omitempty"`
}

// A Play is what one task did, from its start to its end.
type Play struct {
	Test    string `json:"test"`              // name of the test
	Version string `json:"version,omitempty"` // which of the versions that are compared; may be empty
	Script  string `json:"script,omitempty"`  // what the script makes happen; may be empty
	Run     int    `json:"run"`               // number of the loop and its run: tasks with the same number ran together
	Task    string `json:"task"`              // name of the task
	Steps   []Step `json:"steps"`
	Cut     bool   `json:"cut,omitempty"` // the task took more steps than these
}

// A Step is one step of a task: from one suspension to the next.
type Step struct {
	Number int     `json:"number"` // 1 for the first
	Events []Event `json:"events,omitempty"`
	Frames []Frame `json:"frames"` // the chain of awaits, the coroutine of the task first
	End    End     `json:"end"`
	Value  string  `json:"value,omitempty"` // of a task that returned, or the value of a panic
	Error  string  `json:"error,omitempty"` // of a task that failed or was cancelled
}

// An End is how a step ended.
type End string

// The ends of a step. All but Suspended are ends of the task, too.
const (
	Suspended End = "suspended" // at an await, or the task was still alive at the end of the recording
	Returned  End = "returned"  // without an error
	Failed    End = "failed"    // with an error that is no cancellation
	Cancelled End = "cancelled" // with an error that is a cancellation
	Panicked  End = "panicked"
	Exited    End = "exited" // by runtime.Goexit, as FailNow of a test
)

// An Event is something that the script did, or the test noted, during a step.
type Event struct {
	Text   string `json:"text"`
	Before bool   `json:"before,omitempty"` // not in the step, but since the last one
	At     []Call `json:"at,omitempty"`     // methods of frames that were running, innermost first
}

// A Call is a place in a method of a frame.
type Call struct {
	Package string `json:"package"` // import path
	Type    string `json:"type"`    // of the frame, without type arguments
	Method  string `json:"method"`
	File    string `json:"file"` // base name, as in the debug information: line directives count
	Line    int    `json:"line"`
}

// A Frame is one level of the chain of awaits: the frame of a coroutine, or an operation.
//
// Frames with a state that are only in the chain at the beginning of the step, as they have
// ended, are in the list, too. The last one without a state is what the task waits for. If the
// frame of a call takes the place of that of an earlier call within one step, both count as one.
type Frame struct {
	Package string   `json:"package,omitempty"` // import path; empty: not a struct with a name
	Type    string   `json:"type"`              // without type arguments
	Args    string   `json:"args,omitempty"`    // type arguments
	Name    string   `json:"name"`              // as rt.Task.Chain names the level
	From    Position `json:"from"`
	To      Position `json:"to"`
	Fields  []Field  `json:"fields,omitempty"` // of frames outside of package rt and the packages below it, at the end of the step
}

// A Position is where a frame stands.
type Position struct {
	State *int   `json:"state,omitempty"` // the field state; nil: the frame was not in the chain, or has no such field
	Line  string `json:"line,omitempty"`  // as the method Where says; empty: not suspended, or it does not know
}

// A Field is one variable that a frame keeps.
type Field struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Value string `json:"value"` // shortened; "" for an operation, a coroutine, or what is not read
}

// Dropped says that there were more plays than the file has: those that were dropped show
// nothing new.
type Dropped struct {
	Test    string `json:"test"`
	Version string `json:"version,omitempty"`
	Type    string `json:"type"` // package and type of the outermost frame
}

// Write appends e to w as one line.
func Write(w io.Writer, e Entry) error {
	e.Format = Format
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = w.Write(append(line, '\n'))
	return err
}

// Read returns the entries of r. broken is the number of lines that could not be read.
func Read(r io.Reader) (entries []Entry, broken int, err error) {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e Entry
			switch {
			case json.Unmarshal(line, &e) != nil:
				broken++
			case e.Format == Format:
				entries = append(entries, e)
			}
		}
		if err == io.EOF {
			return entries, broken, nil
		}
		if err != nil {
			return entries, broken, err
		}
	}
}
