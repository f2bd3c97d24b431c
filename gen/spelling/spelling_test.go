package spelling

import "testing"

func TestNearest(t *testing.T) {
	words := []string{"check", "diff", "goos", "goarch", "o", "v", "awaits", "await"}
	tests := []struct{ word, want string }{
		{"check", "check"},
		{"chekc", "check"},
		{"CHECK", "check"},
		{"dif", "diff"},
		{"goarhc", "goarch"},
		{"await", "await"},   // equal, although another word is near
		{"awaitt", "awaits"}, // as near as await, and first
		{"awai", "await"},
		{"o", "o"},
		{"x", ""}, // every letter is near a word of one letter
		{"foo", ""},
		{"", ""},
		{"frobnicate", ""},
	}
	for _, test := range tests {
		if got := Nearest(test.word, words); got != test.want {
			t.Errorf("Nearest(%q) = %q, want %q", test.word, got, test.want)
		}
	}
	if got := Nearest("x", nil); got != "" {
		t.Errorf("of no words, %q is the nearest", got)
	}
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "abc", 3},
		{"abc", "acb", 1},
		{"async", "asink", 2},
		{"kitten", "sitting", 3},
	}
	for _, test := range tests {
		for _, got := range []int{Distance(test.a, test.b), Distance(test.b, test.a)} {
			if got != test.want {
				t.Errorf("from %q to %q: %d, want %d", test.a, test.b, got, test.want)
			}
		}
	}
}
