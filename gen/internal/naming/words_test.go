package naming_test

import (
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

func TestFirst(t *testing.T) {
	for _, test := range []struct{ name, lower, upper string }{
		{"Read", "read", "Read"},
		{"read", "read", "Read"},
		{"URL", "url", "URL"},
		{"A", "a", "A"},
		{"Änderung", "änderung", "Änderung"},
	} {
		if l, u := naming.LowerFirst(test.name), naming.UpperFirst(test.name); l != test.lower || u != test.upper {
			t.Errorf("%s: got %s and %s, want %s and %s", test.name, l, u, test.lower, test.upper)
		}
	}
}
