// Package await is def m(x): y = await z(x) of the page: await outside async def.
package await

import co "github.com/coroutinegen/coroutinegen/annotations"

//coroutine:async
func z(x int) int { return x }

func m(x int) (int, error) {
	y, err := co.Await(zAsync(x))
	return y, err
}
