package machine_test

import (
	"maps"
	"math"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

func TestRangeMapSeesChanges(t *testing.T) {
	testbed.Clean(t)
	m := map[int]string{1: "a", 2: "b", 3: "c"}
	seen := 0
	for it := machine.RangeMap(m); it.Next(); seen++ {
		maps.DeleteFunc(m, func(k int, _ string) bool { return k != it.Key() })
	}
	if seen != 1 {
		t.Errorf("produced %d entries, want 1: the others were deleted before they were reached", seen)
	}
	type hidden struct{ n int }
	odd := map[any]hidden{math.NaN(): {1}, nil: {2}}
	sum := 0
	for it := machine.RangeMap(odd); it.Next(); {
		sum += it.Value().n
	}
	if sum != 3 {
		t.Errorf("sum of values %d, want 3", sum)
	}
	for it := machine.RangeMap(map[int]int(nil)); it.Next(); {
		t.Error("a nil map produced an entry")
	}
}

func TestBoxIsFresh(t *testing.T) {
	testbed.Clean(t)
	v := 1
	p, q := machine.Box(v), machine.Box(v)
	*p++
	if *q != 1 || v != 1 || *p != 2 {
		t.Errorf("boxes share their variable: %d %d %d", v, *p, *q)
	}
}
