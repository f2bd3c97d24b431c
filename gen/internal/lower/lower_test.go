package lower_test

// This file tests the stage by tables: the body of a function, and its blocks.

import (
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/lower"
	"github.com/coroutinegen/coroutinegen/gen/internal/stagetest"
)

func TestLower(t *testing.T) {
	stagetest.Run(t, []stagetest.Case{
		{
			Name: "an await begins a block",
			Body: `r = co.Must(q.Get())`,
			Want: `
				start.0:
					arm get: q.Get()
					goto await.1
				await.1: # co.Must(q.Get())
					r = poll get
					return r`,
		},
		{
			Name: "a branch without an await stays inside",
			Body: `
			if on {
				r = co.Must(q.Get())
			} else {
				r = n
			}`,
			Want: `
				start.0:
					if !on {
						r = n
						goto endIf.2
					}
					arm get: q.Get()
					goto await.1
				await.1: # co.Must(q.Get())
					r = poll get
					goto endIf.2
				endIf.2:
					return r`,
		},
		{
			Name: "two branches that await",
			Body: `
			if on {
				r = co.Must(q.Get())
			} else {
				co.Must(q.Put(n))
			}`,
			Want: `
				start.0:
					if !on {
						goto otherwise.2
					}
					arm get: q.Get()
					goto await.1
				await.1: # co.Must(q.Get())
					r = poll get
					goto endIf.4
				otherwise.2: # else
					arm put: q.Put(n)
					goto await.3
				await.3: # co.Must(q.Put(n))
					poll put
					goto endIf.4
				endIf.4:
					return r`,
		},
		{
			Name: "a loop",
			Body: `
			for i := 0; i < n; i++ {
				if i == 3 {
					break
				}
				r += co.Must(q.Get())
			}`,
			Want: `
				start.0:
					i := 0
					goto loop.1
				loop.1: # for i := 0; i < n; i++
					if i >= n {
						goto endLoop.3
					}
					if i == 3 {
						goto endLoop.3
					}
					arm get: q.Get()
					goto await.2
				await.2: # co.Must(q.Get())
					v1 = poll get
					r += v1
					i++
					goto loop.1
				endLoop.3:
					return r`,
		},
		{
			Name: "clauses",
			Body: `
			switch n {
			case 1:
				r = 1
			case 2:
				r = co.Must(q.Get())
				fallthrough
			default:
				r++
			}`,
			Want: `
				start.0:
					switch n {
					case 1:
						r = 1
					case 2:
						goto case.1
					default:
						goto caseDefault.3
					}
					goto endSwitch.4
				case.1: # case 2
					arm get: q.Get()
					goto await.2
				await.2: # co.Must(q.Get())
					r = poll get
					goto caseDefault.3
				caseDefault.3: # default
					r++
					goto endSwitch.4
				endSwitch.4:
					return r`,
		},
		{
			Name: "deferred calls that await",
			Body: `
			defer co.Must(childAsync(q, 1))
			defer log.Print("done")
			r = co.Must(q.Get())`,
			Want: `
				start.0:
					arm child: child(q, 1)
					defer await child
					defer log.Print("done")
					arm get: q.Get()
					goto await.1
				await.1: # co.Must(q.Get())
					r = poll get
					results = r; goto unwind.2
				unwind.2: # what f deferred, last one first
					if deferred&print != 0 {
						run defer log.Print("done")
					}
					if deferred&child == 0 {
						goto endDefer.4
					}
					release defer await child
					goto await.3
				await.3: # co.Must(childAsync(q, 1))
					poll child
					goto endDefer.4
				endDefer.4:
					return`,
		},
	}, func(t *testing.T, fn *stagetest.Function) string { return fn.Graph(true).FormatBlocks() })
}

// TestBaseline shows what tidying does away with.
func TestBaseline(t *testing.T) {
	stagetest.Run(t, []stagetest.Case{
		{
			Name: "every branch is laid out flat",
			Body: `
			if on {
				r = n
			} else {
				co.Must(q.Put(r))
			}`,
			Want: `
				start.0:
					if !on {
						goto otherwise.1
					}
					r = n
					goto endIf.3
				otherwise.1: # else
					arm put: q.Put(r)
					goto await.2
				await.2: # co.Must(q.Put(r))
					poll put
					goto endIf.3
				endIf.3:
					return r`,
		},
	}, func(t *testing.T, fn *stagetest.Function) string { return fn.Graph(false).FormatBlocks() })
}

// TestSplit cuts a function into parts of about two blocks.
func TestSplit(t *testing.T) {
	graph := stagetest.New(t, `package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

//coroutine:async
func f(q *queues.Queue[int], n int) {
	for range n {
		if co.Must(q.Get()) > 1 {
			co.Must(q.Put(1))
		}
		co.Must(q.Put(2))
	}
}
`).Graph(true)
	if lower.Split(graph, 100, 2); graph.Parts != 0 {
		t.Errorf("a short function is split into %d parts", graph.Parts)
	}
	lower.Split(graph, 2, 2)
	if graph.Parts < 2 {
		t.Fatalf("a long function is split into %d parts", graph.Parts)
	}
	part := 1
	for i, b := range graph.Blocks {
		if b.Part != part && b.Part != part+1 {
			t.Errorf("block %d is in part %d, and the block before it in part %d", i, b.Part, part)
		}
		part = b.Part
	}
	if part != graph.Parts {
		t.Errorf("the last block is in part %d of %d", part, graph.Parts)
	}
}
