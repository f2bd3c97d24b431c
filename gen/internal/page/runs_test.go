package page

import "testing"

// A list of runs says which subtest made each of them, if they are of several.
func TestRunNames(t *testing.T) {
	f := &Function{Plays: []Play{{Name: "task-1", Test: "TestPrice/First"}, {Name: "task-2", Test: "TestPrice/First"}}}
	if got := f.Run(f.Plays[1]); got != "task-2" {
		t.Errorf("of one subtest: %q", got)
	}
	f.Plays = append(f.Plays, Play{Name: "task-1", Test: "TestPrice/Slow"})
	for i, want := range []string{"TestPrice/First: task-1", "TestPrice/First: task-2", "TestPrice/Slow: task-1"} {
		if got := f.Run(f.Plays[i]); got != want {
			t.Errorf("run %d of several: %q, want %q", i, got, want)
		}
	}
	if got := f.PlayedTest(); got != "TestPrice" {
		t.Errorf("the test is %q", got)
	}
}
