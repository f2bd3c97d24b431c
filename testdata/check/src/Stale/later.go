package stale // want "Stale: a later version of coroutinegen wrote later_coroutine.go: output v2, not v1; update coroutinegen"

//coroutine:async
func later() (int, error) { return 1, nil }
