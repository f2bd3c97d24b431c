package p

import co "github.com/coroutinegen/coroutinegen/annotations"

//coroutine:async
func f() int { return "no" } // want "DoesNotCompile: cannot use .no."

// Everything wrong is said in one run, and nothing about what is to be generated.
func g() {
	_ = fAsync(1) // want "DoesNotCompile: too many arguments in call to fAsync"
	_ = fAsync()  // fine
	x := 1        // want "DoesNotCompile: declared and not used: x"
}

//coroutine:async
func pair() (int, string, error) { return 0, "", nil }

//coroutine:async
func h() error {
	a := co.Await(fAsync())            // want "DoesNotCompile: assignment mismatch: .*; co.Await returns an error, too: take it; or write co.Must, which panics"
	var b = (co.Await(fAsync()))       // want "DoesNotCompile: multiple-value .*; co.Await returns an error, too"
	c, d := co.Await2(pairAsync())     // want "DoesNotCompile: assignment mismatch: .*; co.Await2 returns an error, too: take it; or write co.Must2"
	e, g, err := co.Await(pairAsync()) // want "DoesNotCompile: assignment mismatch: .*; for an error and 2 more there is co.Await2"
	i, j := co.Must(pairAsync())       // want "DoesNotCompile: assignment mismatch: .*; for 2, and an error to panic with, there is co.Must2"
	takes(co.Await(fAsync()))          // want "DoesNotCompile: "
	k := 1 + co.Await(fAsync())        // want "DoesNotCompile: multiple-value .*; co.Await returns an error, too"
	_, _, _, _, _, _, _, _, _, _ = a, b, c, d, e, g, err, i, j, k
	return nil
}

func takes(int) {}
