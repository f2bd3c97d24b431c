package p

import gAsync "strings"

type T struct{ mAsync int }

type A = T

//coroutine:async
func f() error { return nil } // want "DuplicateName: cannot generate fAsync from f because the name is already declared"

func fAsync() {}

//coroutine:async
func g() string { return gAsync.ToUpper("") } // want "DuplicateName: cannot generate gAsync from g because the name is already imported"

//coroutine:async
func (T) m() {} // want "DuplicateName: cannot generate mAsync"

//coroutine:async
func (A) n() {} // want "DuplicateName: cannot generate nAsync"

func (T) nAsync() {}

// A promoted name is only hidden.
type U struct{ T }

//coroutine:async
func (U) m() {}

// A chain of names is fine, up to the point where it closes.
//
//coroutine:async
func h() {} // want "DuplicateName: cannot generate hAsync"

//coroutine:async
func hAsync() {}
