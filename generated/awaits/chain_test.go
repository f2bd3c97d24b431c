package awaits

// This file holds what a task says of where it stands against the source.

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/awaits/gate"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func TestChain(t *testing.T) {
	var held *rt.Task
	open := false
	g := &gate.Gate{Script: func(t *rt.Task) (error, bool) {
		held = t
		return nil, open
	}}
	chain, err := rttest.Run(t, machine.Lockstep(func() ([]rt.Place, error) {
		task := co.Spawn(Nested1Async(g, 1))
		for held == nil {
			co.Wait(rt.Yield())
		}
		chain := task.Chain()
		open = true
		held.Wake()
		_, err := co.Await(task)
		return chain, err
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := []rt.Place{
		{Function: "awaits.Nested1", Line: "awaits.go:43  co.Await(nest1Async(g))"},
		{Function: "awaits.nest1", Line: "nest.go:12  co.Await(g.Pass())"},
		{Function: "gate.PassOp"},
	}
	if diff := cmp.Diff(want, chain); diff != "" {
		t.Errorf("chain (-want +got):\n%s", diff)
	}
}
