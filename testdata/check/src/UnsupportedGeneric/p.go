package p

//coroutine:async
func f[T any](v T) (T, error) { return v, nil } // want "UnsupportedGeneric"

type G[T any] struct{ v T }

//coroutine:async
func (g *G[T]) f() (T, error) { return g.v, nil } // want "UnsupportedGeneric"

//coroutine:async
func (G[_]) g() {} // want "UnsupportedGeneric"

// Using instances is fine.
//
//coroutine:async
func h(g G[int]) (G[string], error) { return G[string]{}, nil }

func use(g *G[int]) {
	_ = fAsync(1)
	_ = g.fAsync()
}
