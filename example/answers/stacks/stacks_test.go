package main

import (
	"io"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The drawings of the page, down to the end: it draws none for section 1.3, and leaves out some of
// the returns. What follows a drawing is what the calls have delivered.
func TestDrawings(t *testing.T) {
	for _, test := range []struct {
		name string
		show func(io.Writer)
		want string
	}{
		{"1.1", subroutine, `
root -\
  :    \- subfoo --\
  :/ <--- return --/
  |
  V
subfoo has returned 42
`},
		{"1.2", coroutine, `
root -\
  :    \- cofoo --\
  :/ <-+- yield --/
  |    :
  :\ --+-- send - yield --\
  :               cofoo <-/
  :/ <---------- return --/
  |
  V
cofoo has yielded 14 and returned 42
`},
		{"1.3", traversed, `
root -\
  :    \-> wrap --\
  :/ <-+- yield --/
  |    :
  :\ --+-- send - yield --\
  :                wrap <-/
  :    \-> wrap -yield-from-> cofoo --\
  :/ <-+--------------------- yield --/
  |    :
  :\ --+-- send ------------- yield --\
  :                           cofoo <-/
  :/ <-+--------------------- yield --/
  |    :
  :\ --+-- send ------------- yield --\
  :                            wrap <-/
  :/ <---------------------- return --/
  |
  V
`},
		{"1.4", allTheWayDown, `
root -\
  :    \-> coro_a -yield-from-> coro_b --\
  :/ <-+------------------------ yield --/
  |    :
  :\ --+-- coro_a.send --------- yield --\
  :                             coro_b <-/
  :/ <------------------------- return --/
  |
  V
coro_b has got 42
`},
		{"2", event, `
loop -\
  :    \-> coroutine --await--> event --\
  :/ <-+----------------------- yield --/
  |    :
  |    :  # loop waits for event to happen
  :\ --+-- send(reply) -------- yield --\
  :                             event <-/
  :/ <------------------------ return --/
  |
  V
the reply is 42
`},
	} {
		var out strings.Builder
		if test.show(&out); "\n"+out.String() != test.want {
			t.Errorf("%s: got\n%s", test.name, &out)
		}
	}
}
