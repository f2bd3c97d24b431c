package p

import (
	"bytes"
	"strings"
)

//coroutine:async
func calls(b *bytes.Buffer) {
	strings.Count("", "") // want "strings.Count blocks .*; call it on another goroutine, with rt.ToThread"
	strings.Contains("", "")
	b.Write(nil) // want "bytes.Buffer.Write blocks"
	b.Len()      // want "bytes.Buffer.Len blocks"
	bytes.Count(nil, nil)
}
