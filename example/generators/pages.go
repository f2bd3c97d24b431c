package generators

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// Pages hands out the numbers on pages that a server sends when it is asked for them. Each page has
// size numbers.
//
//coroutine:async
//coroutine:generator
func Pages(y co.AsyncYielder[int, rt.Void], pages, size int) error {
	for page := range pages {
		if err := co.Wait(rt.Yield()); err != nil { // until the server has answered
			return err
		}
		for i := range size {
			if err := co.Wait(y.Yield(page*size + i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// SumPages adds up the numbers on pages.
//
//coroutine:async
func SumPages(pages, size int) (sum int, err error) {
	for v := range co.Each(PagesAsync(pages, size), &err) {
		sum += v
	}
	return sum, err
}
