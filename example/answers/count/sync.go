package main

import (
	"fmt"
	"io"
	"time"
)

// This file is sync_count.py.

func syncCount(w io.Writer) {
	fmt.Fprint(w, "One ")
	time.Sleep(1 * time.Second)
	fmt.Fprint(w, "Two ")
	time.Sleep(2 * time.Second)
	fmt.Fprint(w, "Three ")
}

func syncMain(w io.Writer) {
	for range 5 {
		syncCount(w)
	}
}
