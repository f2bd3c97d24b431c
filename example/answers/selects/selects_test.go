package selects

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func TestFake(t *testing.T) {
	a, b, err := Pair()
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer Close(a)
	defer Close(b)
	buf := make([]byte, 10)
	if _, err := Recv(a, buf); err != ErrWouldBlock {
		t.Errorf("nothing to receive: %v", err)
	}
	system := &Fake{Cost: time.Millisecond}
	if r, _, err := system.Select([]int{a}, nil, time.Second); r != nil || err != nil || system.Now() != 1001*time.Millisecond {
		t.Errorf("timeout: %v, %v, at %v", r, err, system.Now())
	}
	if _, _, err := system.Select([]int{a}, nil, -1); err != ErrForever {
		t.Errorf("for ever: %v", err)
	}
	system.At(5*time.Second, func() { Send(b, []byte("data")) })
	for _, wait := range []time.Duration{-1, time.Hour} {
		if r, _, err := system.Select([]int{a}, nil, wait); !slices.Equal(r, []int{a}) || err != nil {
			t.Errorf("something to receive: %v, %v", r, err)
		}
	}
	if n, err := Recv(a, buf); n != 4 || err != nil || system.Now() != 5*time.Second+time.Millisecond {
		t.Errorf("%d, %v, at %v", n, err, system.Now())
	}
	if _, w, err := New().Select(nil, []int{a, b}, -1); !slices.Equal(w, []int{a, b}) || err != nil {
		t.Errorf("to write: %v, %v", w, err)
	}
}
