package main

// This file has what lies between the pyramid and the coroutine: one callback that knows where it
// stands. The machine that is generated for the coroutine has the same switch, in its Poll.

// states calls the eight functions, one for each state.
func (f *functions) states(done callback) {
	state := 0
	var next callback
	next = func(result string, err error) {
		if err != nil { // once, and not on each level
			done("", err)
			return
		}
		state++
		switch state {
		case 1, 2, 3, 4, 5, 6, 7, 8:
			f.async(state, result, next)
		default:
			done(result, nil) // do something useful
		}
	}
	next("", nil)
}
