package p

import (
	"fmt"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

type point struct{}

type list[T any] []T

func first[T any](list []T) T { return list[0] }

// Neither the type of the package nor the import stands in the way.
//
//coroutine:async
func f() (int, error) {
	var before point
	type point struct{ x int }
	type fmt struct{ y int }
	p, y := point{1}, fmt{2}
	err := co.Wait(rt.Yield())
	return p.x + y.y + size(before), err
}

func size(p point) int { return len(fmt.Sprint(p)) }

//coroutine:async
func g() (int, error) {
	n := first(list[int]{1})
	type first struct{ n int } // want "LocalTypeClash: the coroutine of .* keeps a value across an await and so needs its declaration of first, but it needs the generic declaration of that name in the package as well; give it another name"
	x := first{n}
	err := co.Wait(rt.Yield())
	return x.n, err
}

//coroutine:async
func h() (int, error) {
	type int16 struct{ n int } // want "LocalTypeClash: .* needs its declaration of int16, but it needs the predeclared type of that name as well"
	x := int16{1}
	err := co.Wait(rt.Yield())
	return x.n, err
}

//coroutine:async
func i() (string, error) {
	x := struct{ point }{} // want "LocalTypeClash: .* but another declaration hides that name, and the name of an embedded field cannot change"
	type point int
	y := point(2)
	err := co.Wait(rt.Yield())
	return fmt.Sprint(x, y), err
}

//coroutine:generator
func points(yield func(int) bool) {
	type point struct{ a, b int } // want "LocalTypeClash: the generator keeps point across a yield, but point means something else in the package; give it another name"
	p := point{1, 2}
	yield(p.a)
	yield(p.b)
}

//coroutine:generator
func generic[T any](v T, yield func(int) bool) {
	type entry[U any] struct { // want "LocalTypeClash: the generator keeps entry, a generic type of a generic function, across a yield"
		v T
		u U
	}
	e := entry[int]{v, 1}
	yield(e.u)
	yield(e.u)
}
