package p

import (
	"context"
	"log/slog"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

func query(ctx context.Context) (int, error) { return 0, ctx.Err() }

//coroutine:async
func inside(e *rt.Executor) {
	co.Must(rt.ToThread(func() (int, error) {
		return query(context.Background()) // want "this context does not end when the await of rt.ToThread is cancelled, and the await waits for the function that uses it; use the context that rt.ToThreadContext gives to its function"
	}))
	co.Must(rt.ToThread(func() (int, error) {
		ctx, cancel := context.WithTimeout(context.TODO(), time.Second) // want "this context does not end"
		defer cancel()
		return query(ctx)
	}))
	co.Must(rt.RunInExecutor(e, func(ctx context.Context) (int, error) {
		query(ctx)
		return query(context.Background()) // want "this context does not end when the await of rt.RunInExecutor is cancelled.*; use the context that rt.RunInExecutor gives"
	}))
	co.Must(rt.ToThreadContext(func(ctx context.Context) (int, error) {
		slog.InfoContext(context.Background(), "text")
		late := context.WithoutCancel(ctx)
		query(late)
		return query(context.WithoutCancel(context.Background()))
	}))
}

//coroutine:async
func outside() {
	root := context.Background() // want "this context does not end"
	ctx, cancel := context.WithCancel(root)
	defer cancel()
	co.Must(rt.ToThread(func() (int, error) { return query(ctx) }))
	query(context.Background())
	s := co.Self().OpenScope()
	defer s.Close()
	tied, cancelTied := context.WithCancel(context.Background())
	s.AfterFunc(cancelTied)
	co.Must(rt.ToThread(func() (int, error) { return query(tied) }))
	co.Must(rt.ToThread(func() (int, error) { return query(s) }))
	derived, cancel2 := context.WithTimeout(s, time.Second)
	defer cancel2()
	co.Must(rt.ToThread(func() (int, error) { return query(derived) }))
}

//coroutine:async
func cleans() {
	defer co.Must(rt.ToThread(func() (int, error) { return query(context.Background()) }))
	defer func() {
		co.Must(rt.ToThread(func() (int, error) { return query(context.Background()) }))
	}()
	co.Must(rt.Shield(rt.ToThread(func() (int, error) { return query(context.Background()) })))
	go query(context.Background())
	rt.Go(func() (int, error) { return query(context.Background()) })
}

func ordinary() (int, error) {
	return rt.Block(rt.ToThread(func() (int, error) { return query(context.Background()) }))
}

func literal() rt.Coroutine[int] {
	return co.Async(func() (int, error) {
		return co.Await(rt.ToThread(func() (int, error) {
			return query(context.Background()) // want "this context does not end"
		}))
	})
}
