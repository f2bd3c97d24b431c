package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:generator
func gen(y co.Yielder[int, rt.Void], n int) error {
	_, err := y.Yield(n)
	return err
}

//coroutine:async
//coroutine:generator
func agen(y co.AsyncYielder[int, rt.Void], n int) error { return co.Wait(y.Yield(n)) }

//coroutine:async
func onlyAsync(y co.AsyncYielder[int, rt.Void]) error { return co.Wait(y.Yield(1)) }

type plain struct{}

func (plain) values(y co.Yielder[int, rt.Void]) error { return nil }

func (plain) wait() error { return nil }

func forgot(y co.Yielder[int, rt.Void]) error { return nil }

func forgotAsyncYielder(y co.AsyncYielder[int, rt.Void]) rt.Expr[rt.Void] { return y.Yield(1) }

func forgotYield(yield func(int) bool) {}

// Each kind of generator in the place of the other, or of a coroutine.
//
//coroutine:async
//coroutine:generator
func confuses(y co.AsyncYielder[int, rt.Void]) (err error) {
	err = co.Wait(agenAsync(y, 1))        // want "DoesNotCompile: cannot use agenAsync.*; agenAsync makes an async generator, and takes no Yielder: hand on its values in a loop: for v := range co.Each\\(agenAsync\\(...\\), &err\\), with co.Wait\\(y.Yield\\(v\\)\\)$" "DoesNotCompile: too many arguments in call to agenAsync"
	err = co.Wait(agenAsync(1))           // want "DoesNotCompile: cannot use agenAsync.*; an async generator is not awaited: take its values in a loop, for v := range co.Each\\(agenAsync\\(...\\), &err\\)$"
	err = co.Wait(agen(y, 1))             // want "DoesNotCompile: .*; an async generator is not awaited: take its values in a loop, for v := range co.Each\\(agenAsync" "BlockingCall: agen blocks"
	co.Spawn(agenAsync(1))                // want "DoesNotCompile: .*; an async generator is not awaited"
	err = co.Wait(genPull(1))             // want "DoesNotCompile: .*; a generator is not awaited: range over genPull\\(...\\).All\\(\\)$"
	for range co.Each(agen(y, 1), &err) { // want "DoesNotCompile: .*; agen is an async generator: write co.Each\\(agenAsync\\(...\\), &err\\)$" "BlockingCall: agen blocks"
	}
	for range co.Each(agen(1), &err) { // want "DoesNotCompile: not enough arguments in call to agen.*\\n.*\\n.*; agen is an async generator: write co.Each\\(agenAsync" "DoesNotCompile: in call to co.Each.*; agen is an async generator: write co.Each" "BlockingCall: agen blocks"
	}
	for range co.Each(onlyAsyncAsync(y), &err) { // want "DoesNotCompile: .*; onlyAsyncAsync makes a coroutine: put //coroutine:generator above onlyAsync as well$"
	}
	for range co.Each(onlyAsyncAsync(), &err) { // want "DoesNotCompile: in call to co.Each.*; onlyAsyncAsync makes a coroutine: put //coroutine:generator above onlyAsync as well$" "DoesNotCompile: not enough arguments.*\\n.*\\n.*; onlyAsyncAsync makes a coroutine"
	}
	for range co.Each(genPull(1), &err) { // want "DoesNotCompile: .*; co.Each is for async generators: range over genPull\\(1\\).All\\(\\)$"
	}
	for range genPull(1) { // want "DoesNotCompile: cannot range over .*; range over genPull\\(1\\).All\\(\\)$"
	}
	g := agenAsync(1)
	for range g { // want "DoesNotCompile: cannot range over .*; range over co.Each\\(g, &err\\)$"
	}
	for range co.Each(agenAsync("a"), &err) { // want "DoesNotCompile: cannot use .a. [^;]*$"
	}
	return err
}

//coroutine:generator
func handsOn(y co.Yielder[int, rt.Void]) error {
	genPull(y, 1) // want "DoesNotCompile: too many arguments in call to genPull.*\\n.*\\n.*; gen\\(y, 1\\) hands on its values$"
	return gen(y, 2)
}

func names(p plain) {
	_ = agenPull(1)               // want "DoesNotCompile: undefined: agenPull; agen is an async generator: write agenAsync$"
	_ = genAsync(1)               // want "DoesNotCompile: undefined: genAsync; gen is a generator that does not await: write genPull$"
	_ = onlyAsyncPull()           // want "DoesNotCompile: undefined: onlyAsyncPull; put //coroutine:generator above the function onlyAsync as well, and write onlyAsyncAsync$"
	_ = forgotPull()              // want "DoesNotCompile: undefined: forgotPull; put //coroutine:generator above the function forgot$"
	_ = forgotAsync()             // want "DoesNotCompile: undefined: forgotAsync; put //coroutine:generator above the function forgot, and write forgotPull$"
	_ = forgotYieldPull()         // want "DoesNotCompile: undefined: forgotYieldPull; put //coroutine:generator above the function forgotYield$"
	_ = forgotAsyncYielderAsync() // want "DoesNotCompile: undefined: forgotAsyncYielderAsync; put //coroutine:async above the function forgotAsyncYielder, and //coroutine:generator as well, if co.Each is to range over its values$"
	_ = p.valuesPull()            // want "DoesNotCompile: p.valuesPull undefined .*; put //coroutine:generator above the function values$"
	_ = p.waitAsync()             // want "DoesNotCompile: p.waitAsync undefined .*; put //coroutine:async above the function wait$"
	_ = namesPull()               // want "DoesNotCompile: undefined: namesPull$"
	_, _ = rt.Run(agenAsync(1))   // want "DoesNotCompile: .*; an async generator is not run: take its values in an async function, with for v := range co.Each\\(agenAsync\\(...\\), &err\\), and run that$"
}
