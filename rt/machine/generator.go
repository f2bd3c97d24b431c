package machine

// This file has what the generators of all backends share.

import (
	"errors"

	"github.com/coroutinegen/coroutinegen/rt"
)

// Reentered returns the panic value for a generator that its own function resumes or ends. name
// is the name of the function.
func Reentered(name string) error {
	return errors.New("coroutinegen: " + name + " is running, and calls a method of its own generator")
}

// NotBegun is the panic value for a Send to a generator that has not begun: the name of its function.
// It is a type and not a function, so that gc can inline Send.
type NotBegun string

func (name NotBegun) Error() string {
	return "coroutinegen: " + string(name) + " has not begun, and no Yield waits for the value of Send: call Next first"
}

// Thrown returns err, the argument of Throw. It panics if err is nil.
func Thrown(err error) error {
	if err == nil {
		panic(errors.New("coroutinegen: Throw(nil): a Yield that returns no error is resumed by Next or Send"))
	}
	return err
}

// Closed returns the error of Close. err is the error of the function. It is nil if err says only
// that the generator was closed. An error that is joined to that remains.
func Closed(err error) error {
	if rt.IsGeneratorExit(err) {
		return nil
	}
	return err
}
