package linear

import (
	"slices"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

// A failing is a test that records whether it failed.
type failing struct {
	testing.TB
	errors int
}

func (f *failing) Helper()               {}
func (f *failing) Logf(string, ...any)   {}
func (f *failing) Errorf(string, ...any) { f.errors++ }

// The thing is a register: "set" sets its value, and "get" returns it.
func TestCheck(t *testing.T) {
	testbed.Clean(t)
	register := func(s int, in string, out int) (int, bool) {
		if in == "set" {
			return out, true
		}
		return s, s == out
	}
	for _, test := range []struct {
		name    string
		history func(h *History)
		errors  int
	}{
		{"nothing", func(*History) {}, 0},
		{"one after the other", func(h *History) {
			Do(h, 0, "set", func() int { return 1 })
			Do(h, 1, "get", func() int { return 1 })
		}, 0},
		{"too late", func(h *History) {
			Do(h, 0, "set", func() int { return 1 })
			Do(h, 1, "get", func() int { return 0 })
		}, 1},
		{"at the same time", func(h *History) {
			Do(h, 0, "set", func() int {
				Do(h, 1, "get", func() int { return 0 })
				Do(h, 1, "get", func() int { return 1 })
				return 1
			})
		}, 0},
		{"back again", func(h *History) {
			Do(h, 0, "set", func() int {
				Do(h, 1, "get", func() int { return 1 })
				Do(h, 1, "get", func() int { return 0 })
				return 1
			})
		}, 1},
	} {
		var h History
		test.history(&h)
		f := new(failing)
		if Check(f, &h, 0, register); f.errors != test.errors {
			t.Errorf("%s: %d errors, want %d", test.name, f.errors, test.errors)
		}
	}
}

func TestNote(t *testing.T) {
	testbed.Clean(t)
	var h History
	call := h.Now()
	Do(&h, 1, "inner", func() int { return 1 })
	h.Note(0, call, "outer", 2)
	var spans []int64
	for _, op := range h.ops {
		spans = append(spans, op.Call, op.Return)
	}
	if !slices.Equal(spans, []int64{2, 3, 1, 4}) {
		t.Errorf("spans: %v", spans)
	}
}
