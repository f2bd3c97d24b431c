package testbed

// This file contains the checks of tests.

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

// IsCanceled reports whether err is a cancellation.
func IsCanceled(err error) bool { return errors.Is(err, context.Canceled) }

// IsTimeout reports whether err is a timeout.
func IsTimeout(err error) bool { return errors.Is(err, context.DeadlineExceeded) }

// NoError ends the test if one of errs is not nil.
func NoError(tb testing.TB, errs ...error) {
	tb.Helper()
	if err := errors.Join(errs...); err != nil {
		tb.Fatal(err)
	}
}

// Want ends the test if got is not equal to want. what names the value.
func Want[T comparable](tb testing.TB, what string, got, want T) {
	tb.Helper()
	if got != want {
		tb.Fatalf("%s is %v, want %v", what, got, want)
	}
}

// PanicOf calls fn and returns the value of its panic, or nil if fn does not panic.
func PanicOf(fn func()) (v any) {
	defer func() { v = recover() }()
	fn()
	return nil
}

// WantPanic checks that fn panics with an error whose text contains all of texts.
func WantPanic(tb testing.TB, fn func(), texts ...string) {
	tb.Helper()
	v := PanicOf(fn)
	err, ok := v.(error)
	if !ok {
		tb.Errorf("panic value is %v, want an error", v)
		return
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			tb.Errorf("panic with %q, want %q in it", err, text)
		}
	}
}

// WantTrace checks that got, what happened in order, is equal to want.
func WantTrace(tb testing.TB, got []string, want ...string) {
	tb.Helper()
	if !slices.Equal(got, want) {
		tb.Errorf("got:\n\t%s\nwant:\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}
