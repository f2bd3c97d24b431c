// Package threeway is not an example: it is how the tests of the examples
// compare the three forms of a coroutine, the source on the reference backend,
// the machine that coroutinegen makes of it, and the twin written by hand.
//
// A test describes a world, the [Stage], with scripted connections, and
// starts each form in it. Whatever may go one way or another there (is this
// read ready at once? does the peer reset here? is the task cancelled just
// now?) is a choice, and [Explore] takes every sequence of choices there is,
// with at most one fault in each, and demands that all forms leave the same
// trace: the same operations in the same order, at the same time, in the same
// steps of the task, with the same outcome.
//
// The tests of example/NAME compare the reference with the twin. The mirror in
// generated/NAME has a copy of them, which compares the machine with the twin.
package threeway
