package p

import co "github.com/coroutinegen/coroutinegen/annotations"

// want@+2 "DirectiveMangled: .*; write //coroutine:async"

// coroutine:async
func f() error { return co.Wait(gAsync()) } // that this await has no async function around it is not said

// want@+2 "DirectiveMangled"

// Coroutine:Async
func h() error { return nil }

// want@+2 "DirectiveMangled"

//go:coroutine async
func i() error { return nil }

// want@+2 "DirectiveMangled"

/* coroutine:blocking */
func j() error { return nil }

// g is fine. Words on coroutine: async ones, are prose.
//
//coroutine:async
func g() error { return nil }

// want@+2 "DirectiveMangled: .*; write //coroutine:async, with no space"

//corutine:async
func k() error { return co.Wait(gAsync()) }

// want@+2 "DirectiveMangled: .*; write //coroutine:blocking"

//coroutin:blocking
func l() error { return nil }

//go:noinline
func m() error { return nil }
