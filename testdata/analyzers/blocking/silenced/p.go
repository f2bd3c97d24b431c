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

//coroutine:async
func calls() {
	helper() //coroutine:blocks a nanosecond
	helper() // want "helper blocks"
}
