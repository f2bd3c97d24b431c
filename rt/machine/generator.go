package machine

// This file has what the generators of all backends share.

import "errors"

// Reentered returns the panic value for a generator that its own function resumes or stops. name
// is the name of the function.
func Reentered(name string) error {
	return errors.New("coroutinegen: " + name + " is running, and calls Next or Stop of its own generator")
}
