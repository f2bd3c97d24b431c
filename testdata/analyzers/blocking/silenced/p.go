package p

import (
	"os"
	"time"
)

//coroutine:async
func lines() {
	time.Sleep(1) //coroutine:blocks a nanosecond
	//coroutine:blocks a nanosecond
	time.Sleep(1)
	//coroutine:blocks a nanosecond
	// is nothing.
	time.Sleep(1)
	time.Sleep(1) // want "time.Sleep blocks"
	// want@+1 "//coroutine:blocks stands at no line of code; put it at the end of the line that blocks, or directly above that line"
	//coroutine:blocks too far away

	time.Sleep(1) // want "time.Sleep blocks"
	//coroutine:blocks one line only
	time.Sleep(1)
	time.Sleep(1) // want "time.Sleep blocks"
	// want@+1 "//coroutine:blocks gives no reason; write after it why"
	time.Sleep(1) //coroutine:blocks
	os.WriteFile("x",
		nil, 0o666) //coroutine:blocks at the end of the call
}

func helper() { time.Sleep(1) }

// want@+4 "//coroutine:blocks silences one line, and not whole; put it at the end of the line that blocks"

// whole is not silenced.
//
//coroutine:blocks all of it
func whole() {
	time.Sleep(1)
}

//coroutine:blocks in one line
func inOneLine() { time.Sleep(1) }

//coroutine:blocks for a moment
var _ = func() int { time.Sleep(1); return 0 }()

//coroutine:async
func calls() {
	helper() //coroutine:blocks a nanosecond
	helper() // want "helper blocks"
	whole()  // want "whole blocks"
	inOneLine()
}

// want@+3 "//coroutine:blocks stands at no line of code"
func atTheEnd() {
	time.Sleep(1)
	//coroutine:blocks too late
}
