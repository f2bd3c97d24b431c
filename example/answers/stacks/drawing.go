package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// A stack draws the calls of root and of one coroutine, which enter and leave report. Time goes
// down, the stack goes to the right. A + is a coroutine that stays there, suspended, with all that
// it has called.
type stack struct {
	w       io.Writer
	root    string
	link    string   // between a coroutine and the one that it awaits
	arrow   string   // from root to the first of them
	frames  []string // calls that have not returned
	deepest []string // most of them since root was there
	resumed int      // so many of them have been resumed
	width   int      // of the last drawing
}

func newStack(w io.Writer, root string) *stack {
	return &stack{w: w, root: root, link: " -yield-from-> "}
}

// enter says that a function has been called. The result is leave.
func (s *stack) enter(name string) (leave func()) {
	s.frames = append(s.frames, name)
	if len(s.frames) > len(s.deepest) {
		s.deepest = slices.Clone(s.frames)
	}
	return s.leave
}

// leave says that it returns.
func (s *stack) leave() { s.frames = s.frames[:len(s.frames)-1] }

// call says that root calls.
func (s *stack) call(arrow string) {
	s.arrow = arrow
	fmt.Fprintf(s.w, "%s -\\\n", s.root)
}

// resume says that root resumes the innermost of the suspended calls. They know nothing of it.
func (s *stack) resume(by string) {
	left, right := "  :\\ --+-- "+by+" ", " yield --\\"
	s.width = max(s.width, len(left)+1+len(right))
	s.line(left, "-", right)
	s.line("  :", " ", s.frames[len(s.frames)-1]+" <-/")
	s.deepest, s.resumed = slices.Clone(s.frames), len(s.frames)
}

// back says that root is there again, because the coroutine has yielded or returned.
func (s *stack) back(by string) {
	if len(s.deepest) > s.resumed { // it has called
		text := "  :    \\" + s.arrow + strings.Join(s.deepest, s.link) + " --\\"
		s.width = len(text)
		fmt.Fprintln(s.w, text)
	}
	if len(s.frames) == 0 {
		s.line("  :/ <-", "-", " "+by+" --/")
		fmt.Fprintf(s.w, "  |\n  V\n")
		return
	}
	s.line("  :/ <-+", "-", " "+by+" --/")
	fmt.Fprintln(s.w, "  |    :")
	s.deepest = nil
}

// line prints left and right at both ends of a line as wide as the drawing.
func (s *stack) line(left, fill, right string) {
	fmt.Fprintln(s.w, left+strings.Repeat(fill, max(1, s.width-len(left)-len(right)))+right)
}
