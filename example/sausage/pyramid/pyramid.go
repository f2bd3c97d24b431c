// Pyramid is the slide of "asyncio: how sausage is made" with eight functions, each called in the
// callback of the one before: as on the slide, then with the errors that the slide drops, and
// what it becomes: a coroutine. byhand.go is what lies between the two.
//
//	asyncFunction1(function (result, error) {...})   co.Await(f.await(1, ...))
//	a level of the pyramid                           an if
//	if (error) return done(null, error)              if err != nil { return "", err }
//
// Each function takes a while and appends its number to what it is given.
//
//	go run ./generated/sausage/pyramid
package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/sausage/pyramid

func main() {
	loop, err := rt.NewLoop()
	if err != nil {
		log.Fatal(err)
	}
	defer loop.Close()
	if err := run(loop, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// run runs the forms one after the other.
func run(loop *rt.Loop, w io.Writer) error {
	for _, form := range []struct {
		name string
		of   func(f *functions) rt.Expr[string]
	}{
		{"pyramid, errors dropped", func(f *functions) rt.Expr[string] { return future(f.pyramid) }},
		{"pyramid", func(f *functions) rt.Expr[string] { return future(f.pyramidWithErrors) }},
		{"states", func(f *functions) rt.Expr[string] { return future(f.states) }},
		{"coroutine", func(f *functions) rt.Expr[string] { return f.coroutineAsync() }},
		{"loop", func(f *functions) rt.Expr[string] { return f.loopedAsync() }},
	} {
		for _, broken := range []int{0, 4} {
			f := &functions{loop: loop, broken: broken}
			result, err := rt.RunUntilComplete(loop, form.of(f))
			fmt.Fprintf(w, "%s: %q, %v; called %d\n", form.name, result, err, f.called)
		}
	}
	return nil
}

// delay is how long a function takes: short, so that a reader does not wait for a minute.
const delay = time.Second / 10

// A callback is told a result or an error.
type callback = func(result string, err error)

// functions are the eight functions.
type functions struct {
	loop   *rt.Loop
	broken int // the one that fails
	called int // how many were called
}

// async is asyncFunction n.
func (f *functions) async(n int, s string, then callback) {
	f.called++
	f.loop.CallLater(delay, func() {
		if n == f.broken {
			then("", fmt.Errorf("function %d is broken", n))
			return
		}
		then(s+fmt.Sprint(n), nil)
	})
}

// pyramid is the slide. A function that fails is not noticed: the next one goes on with nothing.
func (f *functions) pyramid(done callback) {
	f.async(1, "", func(result string, _ error) {
		f.async(2, result, func(result string, _ error) {
			f.async(3, result, func(result string, _ error) {
				f.async(4, result, func(result string, _ error) {
					f.async(5, result, func(result string, _ error) {
						f.async(6, result, func(result string, _ error) {
							f.async(7, result, func(result string, _ error) {
								f.async(8, result, func(result string, err error) {
									done(result, err) // do something useful
								})
							})
						})
					})
				})
			})
		})
	})
}

// pyramidWithErrors is the slide with the errors looked at, once on each level.
func (f *functions) pyramidWithErrors(done callback) {
	f.async(1, "", func(result string, err error) {
		if err != nil {
			done("", err)
			return
		}
		f.async(2, result, func(result string, err error) {
			if err != nil {
				done("", err)
				return
			}
			f.async(3, result, func(result string, err error) {
				if err != nil {
					done("", err)
					return
				}
				f.async(4, result, func(result string, err error) {
					if err != nil {
						done("", err)
						return
					}
					f.async(5, result, func(result string, err error) {
						if err != nil {
							done("", err)
							return
						}
						f.async(6, result, func(result string, err error) {
							if err != nil {
								done("", err)
								return
							}
							f.async(7, result, func(result string, err error) {
								if err != nil {
									done("", err)
									return
								}
								f.async(8, result, done)
							})
						})
					})
				})
			})
		})
	})
}

// await turns function n into something to await.
func (f *functions) await(n int, s string) *rt.Future[string] {
	return future(func(done callback) { f.async(n, s, done) })
}

// future returns the future of a function with a callback: see example/sausage/fauxsync.
func future(register func(done callback)) *rt.Future[string] {
	f := rt.NewFuture[string]()
	register(func(result string, err error) {
		if err != nil {
			f.Fail(err)
		} else {
			f.Set(result)
		}
	})
	return f
}

// coroutine is what the pyramid becomes: as flat as if nothing waited.
//
//coroutine:async
func (f *functions) coroutine() (result string, err error) {
	if result, err = co.Await(f.await(1, result)); err != nil {
		return "", err
	}
	if result, err = co.Await(f.await(2, result)); err != nil {
		return "", err
	}
	if result, err = co.Await(f.await(3, result)); err != nil {
		return "", err
	}
	if result, err = co.Await(f.await(4, result)); err != nil {
		return "", err
	}
	if result, err = co.Await(f.await(5, result)); err != nil {
		return "", err
	}
	if result, err = co.Await(f.await(6, result)); err != nil {
		return "", err
	}
	if result, err = co.Await(f.await(7, result)); err != nil {
		return "", err
	}
	return co.Await(f.await(8, result))
}

// looped is what no pyramid can be: a loop. Its height need not be known.
//
//coroutine:async
func (f *functions) looped() (result string, err error) {
	for n := range 8 {
		if result, err = co.Await(f.await(n+1, result)); err != nil {
			return "", err
		}
	}
	return result, nil
}
