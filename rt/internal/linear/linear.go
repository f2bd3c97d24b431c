// Package linear records the operations of tasks, loops and goroutines on something that they
// share. It checks that the history is linearizable: each operation must look as if it happened
// at one moment between its call and its return. The package is for tests.
package linear

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"
)

// A History is a record of operations. The zero History is empty. Any goroutine
// may call its methods.
type History struct {
	clock atomic.Int64
	mu    sync.Mutex
	ops   []porcupine.Operation
}

// Do makes the operation op for client and records it. in describes the operation. The result
// of op is recorded as its outcome.
func Do[In, Out any](h *History, client int, in In, op func() Out) Out {
	call := h.Now()
	out := op()
	h.Note(client, call, in, out)
	return out
}

// Now returns the current time, for Note.
func (h *History) Now() int64 { return h.clock.Add(1) }

// Note records an operation that was called at the time call and returns now.
func (h *History) Note(client int, call int64, in, out any) {
	end := h.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ops = append(h.ops, porcupine.Operation{ClientId: client, Input: in, Call: call, Output: out, Return: end})
}

// Check fails the test, and logs the history, unless the history is linearizable. The thing
// begins in the state init. step reports whether an operation can have the outcome out in the
// state s, and returns the state after it.
func Check[S comparable, In, Out any](t testing.TB, h *History, init S, step func(s S, in In, out Out) (after S, possible bool)) {
	t.Helper()
	model := porcupine.Model{
		Init: func() any { return init },
		Step: func(s, in, out any) (bool, any) {
			after, possible := step(s.(S), in.(In), out.(Out))
			return possible, after
		},
		DescribeOperation: func(in, out any) string { return fmt.Sprintf("%+v: %+v", in, out) },
	}
	if porcupine.CheckOperations(model, h.ops) {
		return
	}
	for _, op := range h.ops {
		t.Logf("%4d-%4d client %d %+v: %+v", op.Call, op.Return, op.ClientId, op.Input, op.Output)
	}
	t.Errorf("%d operations are not linearizable", len(h.ops))
}
