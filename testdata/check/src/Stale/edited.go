package stale // want "Stale: edited_coroutine.go was edited by hand; edit its source instead, and run go generate"

//coroutine:async
func edited() (int, error) { return 1, nil }
