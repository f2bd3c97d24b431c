package explain

import (
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// TestBefore says by which condition control comes to the end of a text.
func TestBefore(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"if n == 0 {\n\t", "n == 0"},
		{"if n := f(); n > 1 {\n\tg()\n\t", "n > 1"},
		{"if a {\n\tf()\n} else {\n\t", "not: a"},
		{"if a {\n} else if b {\n\t", "b"},
		{"if a {\n} else if b {\n} else {\n\t", "not: b"},
		{"for _, v := range vs {\n\tif v < 0 {\n\t\tprintln()\n\t}\n\t", ""},
		{"if ok {\n\tfor {\n\t\t", "ok"},
		{"for {\n\tif v < 0 {\n\t\t", "v < 0"},
		{"switch n {\ncase 1, 2:\n\tf()\ncase 3:\n\t", "case 3"},
		{"switch {\ndefault:\n\tif x {\n\t}\n\t", "default"},
		{"f([]int{1})\n", ""},
		{"{\n\t", ""},
		{"for i := 0; i < 3; i++ {\n\t", ""},
		{"", ""},
	} {
		if got := before(ir.Lit(test.text)).cond; got != test.want {
			t.Errorf("%q: the condition is %q, want %q", test.text, got, test.want)
		}
	}
}
