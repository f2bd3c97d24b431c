package stale // want "Stale: none_coroutine.go has no digest: .*; run go generate"

//coroutine:async
func none() (int, error) { return 1, nil }
