package main

//coroutine:async
func main() {} // want "UnsupportedTarget: main cannot be async"

//coroutine:async
func init() {} // want "UnsupportedTarget: init cannot be async"

//coroutine:async
func _() {} // want "UnsupportedTarget: a function called _"

type T struct{}

//coroutine:async
func (T) main() {}

//coroutine:async
func (T) init() {}
