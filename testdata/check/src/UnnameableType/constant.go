package p

import (
	"fmt"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// The stage that finds UnnameableType finds this, too.

const level = 7

// The repeated expression makes next the level of the block plus one, whatever the other
// is called. A constant of a type of a generic function cannot move to package level.
//
//coroutine:async
func clash[T any](v T) (string, error) {
	type kind int
	out := fmt.Sprint(level)
	{
		const ( // want "LocalTypeClash: the coroutine of clash needs its declaration of level in several places, but in some of them that name means something else; give it another name, or declare it outside the function"
			level kind = level + 1
			next
		)
		co.Must(rt.Yield())
		out += fmt.Sprint(level, next, v)
		co.Must(rt.Yield())
		out += fmt.Sprint(level, next)
	}
	return out + fmt.Sprint(level), nil
}
