package frame_test

// This file tests the stage by tables: the body of a function, and where its variables live.

import (
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/stagetest"
)

func TestHomes(t *testing.T) {
	stagetest.Run(t, []stagetest.Case{
		{
			Name: "a variable that an await separates from its use is a field",
			Body: `
			v := n * n
			r = co.Must(q.Get()) + v`,
			Want: `
				r: hoisted
				v: field v
				v1: inner
				await get: field get`,
		},
		{
			Name: "a variable of one block is a local",
			Body: `
			co.Must(q.Get())
			v := n * n
			r = v + v`,
			Want: `
				r: hoisted
				v: inner
				await get: field get`,
		},
		{
			Name: "a variable of several blocks without an await between them is hoisted",
			Body: `
			v := 1
			if on {
				v = 2
				co.Must(q.Put(n))
				v = 3
			}
			r = v`,
			Want: `
				r: hoisted
				v: hoisted
				await put: field put`,
		},
		{
			Name: "a variable whose address is taken is boxed",
			Body: `
			v := n
			p = &v
			co.Must(q.Put(1))
			r = v + *p`,
			Want: `
				r: hoisted
				v: boxed v
				await put: field put`,
		},
		{
			Name: "a captured variable that is assigned is boxed",
			Body: `
			v := n
			add := func() { v++ }
			co.Must(q.Put(1))
			add()
			r = v`,
			Want: `
				r: hoisted
				v: boxed v
				add: field add
				await put: field put`,
		},
		{
			Name: "namesakes that are never needed at once share a field",
			Body: `
			if on {
				v := n
				r += co.Must(q.Get()) * v
			}
			if !on {
				v := n + 1
				r += co.Must(q.Get()) * v
			}`,
			Want: `
				r: field r
				v: field v
				v1: inner
				v: field v
				v2: inner
				await get: field get
				await get: field get`,
		},
		{
			Name: "what a deferred call needs lives to the end",
			Body: `
			v := n
			defer func() { log.Print(v) }()
			r = co.Must(q.Get())`,
			Want: `
				r: field r
				v: field v
				await get: field get`,
		},
		{
			Name: "children and operations have fields of their own",
			Body: `
			r = co.Must(childAsync(q, 1)) + co.Must(childAsync(q, 2)) + co.Must(q.Get())`,
			Want: `
				r: hoisted
				v1: field v
				v2: field v2
				v3: inner
				await child: field child
				await child: field child
				await get: field get`,
		},
	}, func(t *testing.T, fn *stagetest.Function) string {
		_, rest, _ := strings.Cut(fn.Layout(true).FormatFrame(), "p: field p\n") // the last parameter
		return rest
	})
}
