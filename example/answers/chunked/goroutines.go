package main

// This file has the server with net/http, and its processes as goroutines. A channel that is closed
// is the acknowledgement: what range has received is all that was sent.

import (
	"io"
	"net/http"
	"strconv"
	"time"
)

// handler answers every request as /through does.
func handler(pause time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		chunk := func(data string) {
			io.WriteString(w, data)
			http.NewResponseController(w).Flush() // what was not flushed is not on its way
		}
		chunk("Start")
		thread, core := make(chan int), make(chan int)
		go func() { // thread_listener
			defer close(core)
			for i := range thread {
				time.Sleep(pause)
				core <- i
			}
		}()
		go func() {
			defer close(thread)
			for i := range 10 {
				thread <- i + 1
			}
		}()
		for i := range core { // core_listener
			chunk(strconv.Itoa(i))
		}
		chunk("End")
	})
}
