package asynciter

// This file tests which of two errors counts.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

func TestFirstOf(t *testing.T) {
	testbed.Clean(t)
	second := errors.New("second")
	cancelled := &rt.CanceledError{Cause: io.ErrUnexpectedEOF}
	late := &rt.CanceledError{Timeout: true, Cause: rt.ErrGeneratorExit}
	wrapped := func(err error) error { return fmt.Errorf("reading: %w", err) }
	for _, c := range []struct {
		name   string
		first  error
		counts bool // the first one, although there is a second
	}{
		{"none", nil, false},
		{"a failure", io.EOF, true},
		{"an exit", rt.ErrGeneratorExit, false},
		{"a wrapped exit", wrapped(rt.ErrGeneratorExit), false},
		{"a cancellation", cancelled, false},
		{"a wrapped cancellation", wrapped(cancelled), false},
		{"plain context.Canceled", context.Canceled, false},
		{"a timeout", late, true},
		{"a plain timeout", context.DeadlineExceeded, true},
		{"a cancellation and an exit", errors.Join(cancelled, wrapped(rt.ErrGeneratorExit)), false},
		{"a cancellation and a failure", errors.Join(context.Canceled, io.ErrUnexpectedEOF), true},
		{"an exit and a failure", wrapped(errors.Join(rt.ErrGeneratorExit, io.ErrUnexpectedEOF)), true},
		{"a cancellation and a timeout", errors.Join(cancelled, late), true},
		{"a panic with an exit", &rt.Panic{Value: rt.ErrGeneratorExit}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := firstOf(c.first, nil); got != c.first {
				t.Errorf("alone: %v", got)
			}
			want := second
			if c.counts {
				want = c.first
			}
			if got := firstOf(c.first, second); got != want {
				t.Errorf("before another: %v", got)
			}
		})
	}
}
