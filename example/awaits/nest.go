package awaits

// This file is calls inside calls: each adds one to what the next returns.

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/awaits/gate"
)

//coroutine:async
func nest1(g *gate.Gate) (int, error) {
	n, err := co.Await(g.Pass())
	return n + 1, err
}

//coroutine:async
func nest2(g *gate.Gate) (int, error) {
	n, err := co.Await(nest1Async(g))
	return n + 1, err
}

//coroutine:async
func nest3(g *gate.Gate) (int, error) {
	n, err := co.Await(nest2Async(g))
	return n + 1, err
}

//coroutine:async
func nest4(g *gate.Gate) (int, error) {
	n, err := co.Await(nest3Async(g))
	return n + 1, err
}

//coroutine:async
func nest5(g *gate.Gate) (int, error) {
	n, err := co.Await(nest4Async(g))
	return n + 1, err
}

//coroutine:async
func nest6(g *gate.Gate) (int, error) {
	n, err := co.Await(nest5Async(g))
	return n + 1, err
}

//coroutine:async
func nest7(g *gate.Gate) (int, error) {
	n, err := co.Await(nest6Async(g))
	return n + 1, err
}

//coroutine:async
func nest8(g *gate.Gate) (int, error) {
	n, err := co.Await(nest7Async(g))
	return n + 1, err
}

//coroutine:async
func nest9(g *gate.Gate) (int, error) {
	n, err := co.Await(nest8Async(g))
	return n + 1, err
}

//coroutine:async
func nest10(g *gate.Gate) (int, error) {
	n, err := co.Await(nest9Async(g))
	return n + 1, err
}
