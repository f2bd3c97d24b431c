package main

// This file has the answer's program with a worker that is a thread of its own, as those of
// lparallel are. It blocks in its queues, which are safe for threads; the coroutine awaits them.

import (
	"context"
	"fmt"
	"io"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

// fooBlocking is foo.
func fooBlocking(ctx context.Context, in, out *queues.Queue[int]) error {
	x, err := in.GetBlocking(ctx)
	if err != nil {
		return err
	}
	return out.PutBlocking(ctx, x+1)
}

// thread is reply with a thread.
//
//coroutine:async
func thread(w io.Writer) error {
	in, out := queues.New[int](0).Threadsafe(), queues.New[int](0).Threadsafe()
	group := co.Self().OpenGroup()
	rt.SpawnIn(group, rt.ToThreadContext(func(ctx context.Context) (rt.Void, error) {
		return rt.Void{}, fooBlocking(ctx, in, out)
	}))
	if err := co.Wait(in.Put(0)); err != nil {
		return err
	}
	x, err := co.Await(out.Get())
	if err != nil {
		return err
	}
	fmt.Fprintln(w, x)
	return co.Wait(group.Join())
}
