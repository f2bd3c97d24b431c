package stale // want "Stale: damaged_coroutine.go was edited by hand: the digest .* cannot be read; run go generate"

//coroutine:async
func damaged() (int, error) { return 1, nil }
