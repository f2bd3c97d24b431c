package naming

import (
	"fmt"
	"testing"
)

func TestSet(t *testing.T) {
	s := Set{}
	s.Add("x", "y2", "case2")
	for _, test := range []struct {
		got, want string
	}{
		{s.Pick("x", "y"), "y"},
		{s.Pick("x", "y"), "y3"}, // y2 was taken before
		{s.Pick("x"), "x2"},
		{s.Pick("x"), "x3"},
		{s.PickNumbered("case"), "case1"},
		{s.PickNumbered("case"), "case3"},
		{Free(s.Has, "z"), "z"},
		{Free(s.Has, "z"), "z"}, // Free takes nothing
	} {
		if test.got != test.want {
			t.Errorf("got %s, want %s", test.got, test.want)
		}
	}
}

// TestMany demands that a free name is found, and with few tries, however many are taken.
func TestMany(t *testing.T) {
	s := Set{}
	tries := 0
	for i := range 5000 {
		name := Free(func(name string) bool { tries++; return s[name] }, "v")
		want := "v"
		if i > 0 {
			want = fmt.Sprintf("v%d", i+1)
		}
		if name != want {
			t.Fatalf("name %d is %s, want %s", i, name, want)
		}
		s.Add(name)
	}
	if tries > 5000*50 {
		t.Errorf("%d tries for 5000 names", tries)
	}
}
